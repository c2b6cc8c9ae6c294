//! The whole daemon in a room where time is moved by hand, sound passes faster than life, and somebody speaks to it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use saycart::config::{Config, Overrides};
use saycart::daemon::{Daemon, DaemonError, Hearing, Told};
use saycart::service::{Clock, HandClock};
use saycart::sound::replay::{Notes, Played, Player, Replay};
use saycart::sound::{Sink, Source};

use super::customer::Customer;

/// The café, with its database here.
pub fn config(place: &Path) -> Config {
    let mut config = Config::load(&Overrides {
        set: vec![
            ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
            ("database".into(), place.join("carts.db").display().to_string()),
        ],
        ..Overrides::default()
    })
    .unwrap();
    // Plain words need no second opinion, and no second thread to wait for.
    config.values.hear.thorough_model.clear();
    config.values.hear.threads = 1;
    config
}

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
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        let (daemon, player, customer) = opened(config, clock.clone(), |microphone| microphone, sink);
        Counter { daemon, clock, player, loudspeaker, customer }
    }

    /// The same by another clock, which nobody moves, and with something done to the microphone.
    pub fn at(
        config: &Config,
        clock: Arc<dyn Clock>,
        microphone: impl FnOnce(Box<dyn Source>) -> Box<dyn Source>,
    ) -> Counter {
        let (sink, loudspeaker) = Notes::new();
        let (daemon, player, customer) = opened(config, clock, microphone, sink);
        Counter { daemon, clock: Arc::new(HandClock::new(0)), player, loudspeaker, customer }
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

fn opened(
    config: &Config,
    clock: Arc<dyn Clock>,
    through: impl FnOnce(Box<dyn Source>) -> Box<dyn Source>,
    sink: impl Sink + 'static,
) -> (Daemon, Arc<Player>, Customer) {
    // Faster than life: only the recogniser takes its time.
    let (microphone, player) = Replay::at_pace(50);
    let customer = Customer::new(config);
    let devices = |_: &_| Ok::<_, DaemonError>((through(Box::new(microphone)), Box::new(sink) as _));
    (Daemon::open_at(config, clock, devices).unwrap(), Arc::new(player), customer)
}
