//! `saycart chat`.

use super::*;

#[derive(Debug, Args)]
pub struct ChatArgs {}

pub fn run(_env: &Environment, _args: &ChatArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
