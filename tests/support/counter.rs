//! The whole daemon in a room where time is moved by hand, sound passes faster than life, and somebody speaks to it.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use saycart::config::Config;
use saycart::daemon::{Daemon, DaemonError};
use saycart::service::HandClock;
use saycart::sound::replay::{Notes, Played, Player, Replay};

use super::customer::Customer;

pub struct Counter {
    pub daemon: Daemon,
    pub clock: Arc<HandClock>,
    pub player: Player,
    pub loudspeaker: Receiver<Played>,
    pub customer: Customer,
}

impl Counter {
    pub fn open(config: &Config) -> Counter {
        // Faster than life: only the recogniser takes its time.
        let (microphone, player) = Replay::at_pace(50);
        let (sink, loudspeaker) = Notes::new();
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        let customer = Customer::new(config);
        let devices = |_: &_| Ok::<_, DaemonError>((Box::new(microphone) as _, Box::new(sink) as _));
        let daemon = Daemon::open_at(config, clock.clone(), devices).unwrap();
        Counter { daemon, clock, player, loudspeaker, customer }
    }

    /// Somebody says this aloud, and is silent for so many samples.
    pub fn say(&mut self, words: &str, silence: usize) {
        let mut speech = self.customer.heard(words);
        speech.resize(speech.len() + silence, 0.0);
        self.player.play(speech).unwrap();
    }
}
