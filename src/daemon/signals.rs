//! What the operating system tells: the wish to end, and that there is something new to be read.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT. The first asks for an ordered end, a second for one at once.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

/// SIGHUP: shop and configuration are to be read anew.
pub struct Hangups(Signal);

impl Signals {
    /// From here on the signals no longer kill the process.
    pub fn listen() -> std::io::Result<(Signals, Hangups)> {
        let ends = Signals { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? };
        Ok((ends, Hangups(signal(SignalKind::hangup())?)))
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
