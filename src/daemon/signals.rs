//! What the operating system tells: the wish to end, that there is something new to be read, and what keys would tell.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::channel::voice::Told;

/// SIGTERM and SIGINT. The first asks for an ordered end, a second for one at once.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

/// SIGHUP: shop and configuration are to be read anew.
pub struct Hangups(Signal);

/// SIGUSR1: somebody wants to be heard now, as by a key. SIGUSR2: mute, and unmute.
pub struct Hints {
    press: Signal,
    mute: Signal,
}

impl Signals {
    /// From here on the signals no longer kill the process.
    pub fn listen() -> std::io::Result<(Signals, Hangups, Hints)> {
        let ends = Signals { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? };
        let hints = Hints { press: signal(SignalKind::user_defined1())?, mute: signal(SignalKind::user_defined2())? };
        Ok((ends, Hangups(signal(SignalKind::hangup())?), hints))
    }

    /// The next of either. Cancel safe.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

impl Hangups {
    /// The next. Cancel safe.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

impl Hints {
    /// What the next tells. Cancel safe.
    pub async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.press.recv() => Told::Pressed,
            _ = self.mute.recv() => Told::OtherMute,
        }
    }
}
