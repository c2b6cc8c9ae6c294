//! `saycart run`: the daemon.

use super::*;
use crate::daemon;

#[derive(Debug, Args)]
pub struct RunArgs {}

pub fn run(env: &Environment, _args: &RunArgs) -> Result<(), CliError> {
    shop::present(&env.config.values.shop).map_err(CliError::new)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(|error| {
            CliError::new(format!("cannot start: {error}. Free some memory, or raise the limit of processes."))
        })?;
    let served = runtime.block_on(async {
        let (signals, hangups, hints) = daemon::Signals::listen()?;
        daemon::serve(&env.config, signals, hangups, hints).await
    });
    // A second signal asks for an end at once: whatever thread still works is left behind.
    runtime.shutdown_background();
    served.map_err(CliError::new)
}
