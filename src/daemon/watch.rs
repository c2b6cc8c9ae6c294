//! What systemd is told: ready when customers can be heard and answered, and then again and again that the threads of the
//! conversation work. Where one is stuck it is told nothing, and starts the program anew; the conversation goes on from its
//! last turn.

use std::time::Duration;

use sd_notify::NotifyState;

use super::memory;
use crate::telemetry::{self, pulse};

/// How often it is looked; more often where the watchdog is impatient.
const OFTEN: Duration = Duration::from_secs(1);
/// The conversation's own loop never rests so long.
const LONGEST: Duration = Duration::from_secs(15);
/// While it starts, it has so long again with each look, in microseconds.
const STARTING: u32 = 60_000_000;

/// Ends only when a thread has fallen that nobody is served without: which. Runs beside the conversation, in its thread, so that
/// it stands still when that does.
pub(super) async fn watch() -> &'static str {
    let often = sd_notify::watchdog_enabled().map_or(OFTEN, |limit| (limit / 3).min(OFTEN));
    let work = pulse::work("conversation", LONGEST);
    let (mut told, mut was_stuck) = (false, Vec::new());
    loop {
        work.goes_on(LONGEST);
        let (stuck, ready) = (pulse::stuck(), telemetry::is_ready());
        // Without systemd nobody is told.
        let _ = sd_notify::notify(&tells(told, ready, &stuck));
        if !stuck.is_empty() && stuck != was_stuck {
            tracing::error!("stuck, and to be started anew: {}", stuck.join(", "));
        }
        if ready && !told && stuck.is_empty() {
            told = true;
            memory::give_back();
            tracing::info!("ready: samples flow, and the models are warm");
        }
        was_stuck = stuck;
        if let Ok(fallen) = tokio::time::timeout(often, pulse::fallen()).await {
            return fallen;
        }
    }
}

/// `told`: that it is ready.
fn tells(told: bool, ready: bool, stuck: &[String]) -> Vec<NotifyState<'static>> {
    match (stuck.is_empty(), told, ready) {
        (false, ..) => vec![NotifyState::Status("stuck")],
        (true, true, _) => vec![NotifyState::Watchdog],
        (true, false, true) => vec![NotifyState::Ready, NotifyState::Status("ready")],
        (true, false, false) => vec![NotifyState::ExtendTimeoutUsec(STARTING)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_is_fed_only_while_nobody_is_stuck() {
        let stuck = ["recogniser".to_string()];
        let feeds = |told, stuck: &[String]| {
            let all = tells(told, true, stuck);
            all.iter().any(|one| {
                matches!(one, NotifyState::Watchdog | NotifyState::ExtendTimeoutUsec(_) | NotifyState::Ready)
            })
        };
        assert!(feeds(true, &[]) && feeds(false, &[]));
        assert!(!feeds(true, &stuck) && !feeds(false, &stuck));
        assert!(tells(false, false, &[]).iter().any(|one| matches!(one, NotifyState::ExtendTimeoutUsec(_))));
        // A microphone that is lost while it serves comes back by itself: that is no reason to start anew.
        assert!(tells(true, false, &[]).iter().any(|one| matches!(one, NotifyState::Watchdog)));
    }
}
