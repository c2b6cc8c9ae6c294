//! `saycart orders`.

use super::*;

#[derive(Debug, Args)]
pub struct OrdersArgs {
    #[command(subcommand)]
    pub command: OrdersCommand,
}

pub fn run(_env: &Environment, _args: &OrdersArgs) -> Result<(), CliError> {
    Err(CliError::new("not built yet"))
}

#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// The orders taken, newest first
    List {
        #[arg(long)]
        json: bool,
        /// How many at the most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// One order, whole
    Show {
        id: String,
        #[arg(long)]
        json: bool,
    },
}
