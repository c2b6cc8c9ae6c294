//! `saycart config`.

use super::*;

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print the commented default configuration file instead
    #[arg(long)]
    pub default: bool,
}

pub fn run(_env: &Environment, _args: &ConfigArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
