//! What systemd is told: ready when customers can be heard and answered, and then again and again that the threads of the
//! conversation work. Where one is stuck it is told nothing, and starts the program anew; the conversation goes on from its
//! last turn.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::telemetry::{self, pulse};

/// How often it is looked; more often where the watchdog is impatient.
const OFTEN: Duration = Duration::from_secs(1);
/// The conversation's own loop never rests so long.
const LONGEST: Duration = Duration::from_secs(15);
/// While it starts, it has so long again with each look.
const STARTING: u32 = 60_000_000;

/// Never ends. Runs beside the conversation, in its thread, so that it stands still when that does.
pub(super) async fn watch() {
    let often = sd_notify::watchdog_enabled().map_or(OFTEN, |limit| (limit / 3).min(OFTEN));
    let work = pulse::work("conversation", LONGEST);
    let (mut told, mut was_stuck) = (false, Vec::new());
    loop {
        work.goes_on(LONGEST);
        let stuck = pulse::stuck();
        if stuck.is_empty() {
            let state = if told { NotifyState::Watchdog } else { NotifyState::ExtendTimeoutUsec(STARTING) };
            notify(&[state]);
        } else if stuck != was_stuck {
            tracing::error!("stuck, and to be started anew: {}", stuck.join(", "));
            notify(&[NotifyState::Status("stuck")]);
        }
        was_stuck = stuck;
        if !told && telemetry::is_ready() {
            told = true;
            tracing::info!("ready: samples flow, and the models are warm");
            notify(&[NotifyState::Ready, NotifyState::Status("ready")]);
        }
        tokio::time::sleep(often).await;
    }
}

/// Without systemd nobody is told.
fn notify(state: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(state);
}
