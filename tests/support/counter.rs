//! The whole daemon in a room where time is moved by hand, sound passes faster than life, and somebody speaks to it.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use saycart::config::Config;
use saycart::daemon::{Daemon, DaemonError, Hearing, Told};
use saycart::service::HandClock;
use saycart::sound::Sink;
use saycart::sound::replay::{Notes, Played, Player, Replay};

use super::customer::Customer;

pub struct Counter {
    pub daemon: Daemon,
    pub clock: Arc<HandClock>,
    pub player: Arc<Player>,
    pub loudspeaker: Receiver<Played>,
    pub customer: Customer,
}

impl Counter {
    pub fn open(config: &Config) -> Counter {
        let (sink, loudspeaker) = Notes::new();
        Counter::through(config, sink, loudspeaker)
    }

    /// The same with another loudspeaker.
    pub fn through(config: &Config, sink: impl Sink + 'static, loudspeaker: Receiver<Played>) -> Counter {
        // Faster than life: only the recogniser takes its time.
        let (microphone, player) = Replay::at_pace(50);
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        let customer = Customer::new(config);
        let devices = |_: &_| Ok::<_, DaemonError>((Box::new(microphone) as _, Box::new(sink) as _));
        let daemon = Daemon::open_at(config, clock.clone(), devices).unwrap();
        Counter { daemon, clock, player: Arc::new(player), loudspeaker, customer }
    }

    /// Somebody says this aloud, and is silent for so many samples.
    pub fn say(&mut self, words: &str, silence: usize) {
        let mut speech = self.customer.heard(words);
        speech.resize(speech.len() + silence, 0.0);
        self.player.play(speech).unwrap();
    }

    /// All that was said passes, and is not answered.
    pub async fn passes(&mut self) {
        let player = self.player.clone();
        // What is played begins when all before it has passed.
        let passed = tokio::task::spawn_blocking(move || while player.play(vec![]).unwrap() > Instant::now() {});
        tokio::select! {
            biased;
            turn = self.daemon.turn() => panic!("answered what was not meant: {turn:?}"),
            passed = passed => passed.unwrap(),
        }
    }

    /// A key or a command tells it this; how it hears then. Nothing is answered meanwhile.
    pub async fn told(&mut self, told: Told) -> Hearing {
        let hand = self.daemon.hand();
        tokio::select! {
            biased;
            turn = self.daemon.turn() => panic!("answered what was not meant: {turn:?}"),
            hearing = hand.tell(told) => hearing.unwrap(),
        }
    }
}
