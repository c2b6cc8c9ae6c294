//! `saycart hear`.

use super::*;

#[derive(Debug, Args)]
pub struct HearArgs {
    /// WAV files; - is standard input
    #[arg(required = true, value_name = "WAV")]
    pub files: Vec<PathBuf>,
    /// Print one JSON object a file
    #[arg(long)]
    pub json: bool,
}

pub fn run(_env: &Environment, _args: &HearArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
