//! `saycart models`.

use super::*;

#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(subcommand)]
    pub command: ModelsCommand,
}

pub fn run(_env: &Environment, _args: &ModelsArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// What is there, what is missing
    List,
    /// Fetch the default set, or the named ones
    Fetch { names: Vec<String> },
    /// Check the files against their hashes
    Verify { names: Vec<String> },
}
