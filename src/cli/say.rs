//! `saycart say`.

use super::*;

#[derive(Debug, Args)]
pub struct SayArgs {
    /// The words to speak
    #[arg(required = true)]
    pub text: Vec<String>,
    /// Write a WAV file instead of playing
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub fn run(_env: &Environment, _args: &SayArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
