//! `saycart understand`.

use super::*;

#[derive(Debug, Args)]
pub struct UnderstandArgs {
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

pub fn run(_env: &Environment, _args: &UnderstandArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
