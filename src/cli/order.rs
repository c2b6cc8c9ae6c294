//! `saycart order`.

use super::*;

#[derive(Debug, Args)]
pub struct OrderArgs {
    /// WAV files of any rate, channel count and depth; - is standard input
    #[arg(required = true, value_name = "WAV")]
    pub turns: Vec<PathBuf>,
    /// Print one JSON object a turn
    #[arg(long)]
    pub json: bool,
    /// Keep the spoken replies here
    #[arg(long, value_name = "DIR")]
    pub reply_dir: Option<PathBuf>,
}

pub fn run(_env: &Environment, _args: &OrderArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}
