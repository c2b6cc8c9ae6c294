//! `saycart doctor`.

use super::*;

#[derive(Debug, Args)]
pub struct DoctorArgs {}

pub fn run(_env: &Environment, _args: &DoctorArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
