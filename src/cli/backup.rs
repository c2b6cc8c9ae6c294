//! `saycart backup`: a copy of the database, made while the shop serves.

use super::*;
use crate::service::records;
use crate::service::{Clock, SystemClock};

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Directory for the copies, instead of `backup.directory` of the configuration
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// So many copies stay, the newest, instead of `backup.keep`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub keep: Option<u64>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

pub fn run(env: &Environment, args: &BackupArgs) -> Result<(), CliError> {
    let config = &env.config;
    let directory = args.to.clone().unwrap_or_else(|| config.backups());
    let keep = usize::try_from(args.keep.unwrap_or(config.values.backup.keep)).unwrap_or(usize::MAX);
    let made =
        records::back_up(&config.database(), &directory, keep, SystemClock::new().now()).map_err(CliError::new)?;
    let (path, removed) = (made.path.display(), made.removed.len());
    if args.json {
        let shown = serde_json::json!({
            "path": made.path, "bytes": made.bytes, "orders": made.orders, "removed": made.removed,
        });
        return print::line(shown);
    }
    let orders = shop::count(made.orders as usize, "order", "orders");
    let gone = match removed {
        0 => String::new(),
        n => format!("; {} removed", shop::count(n, "old one", "old ones")),
    };
    print::line(format_args!("{path}: {orders}, {:.1} MB, read back and whole{gone}", made.bytes as f64 / 1e6))
}
