//! `saycart run`.

use super::*;

#[derive(Debug, Args)]
pub struct RunArgs {}

pub fn run(_env: &Environment, _args: &RunArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
