//! `saycart shop`.

use super::*;

#[derive(Debug, Args)]
pub struct ShopArgs {
    #[command(subcommand)]
    pub command: ShopCommand,
}

pub fn run(_env: &Environment, _args: &ShopArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}

#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Report every mistake in a shop description
    Check { dir: Option<PathBuf> },
    /// Print the menu as a person would read it
    Show { dir: Option<PathBuf> },
    /// Make up orders that the shop understands
    Sample {
        dir: Option<PathBuf>,
        #[arg(long, default_value_t = 10)]
        count: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}
