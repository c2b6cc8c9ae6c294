//! `saycart run`: the daemon.

use super::*;
use crate::config::cache_dir;
use crate::daemon;
use crate::sound::server;

#[derive(Debug, Args)]
pub struct RunArgs {}

pub fn run(env: &Environment, _args: &RunArgs) -> Result<(), CliError> {
    shop::present(&env.config.values.shop).map_err(CliError::new)?;
    share_no_memory_with_the_sound_server();
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

/// Else its restarts would leave threads behind. Where there is no place for the file, hearing goes on as ever.
fn share_no_memory_with_the_sound_server() {
    match server::without_shared_memory(&cache_dir()) {
        // SAFETY: the runtime and with it every other thread begins later.
        Ok(path) => unsafe { std::env::set_var(server::CLIENT_CONFIG, path) },
        Err(error) => tracing::warn!("a sound server that ends may leave threads behind: {error}"),
    }
}
