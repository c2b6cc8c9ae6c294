//! The daemon that waits for its wake phrase, from replayed sound to what it says; with the words alone, before the ear for
//! the phrase has been learnt.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use saycart::config::{Config, ListenMode, Overrides};
use saycart::models::{Manifest, Store};
use saycart::sound::replay::Notes;
use support::counter::Counter;

mod support;

/// Only the models that everybody has: nothing is learnt meanwhile.
fn usual_models(place: &Path) {
    let store = Store::new(Config::load(&Overrides::default()).unwrap().models_dir());
    std::fs::create_dir(place).unwrap();
    for model in Manifest::shipped().models.iter().filter(|model| model.default) {
        for file in model.files_here() {
            std::os::unix::fs::symlink(store.dir().join(&file.name), place.join(&file.name)).unwrap();
        }
    }
}

fn config(place: &Path) -> Config {
    usual_models(&place.join("models"));
    let mut config = Config::load(&Overrides {
        set: vec![
            ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
            ("database".into(), place.join("carts.db").display().to_string()),
            ("models_dir".into(), place.join("models").display().to_string()),
        ],
        ..Overrides::default()
    })
    .unwrap();
    config.values.listen.mode = ListenMode::Wake;
    config.values.listen.phrase = "hey barista".into();
    config.values.listen.leds = place.join("leds").display().to_string();
    config
}

struct Asleep {
    counter: Counter,
    lights: Option<BufReader<UnixStream>>,
}

impl Asleep {
    fn open(config: &Config) -> Asleep {
        let counter = Counter::open(config);
        let lights = Some(BufReader::new(UnixStream::connect(&config.values.listen.leds).unwrap()));
        Asleep { counter, lights }
    }

    /// Somebody says this, it is thought about, and nothing is answered.
    async fn is_left_alone(&mut self, words: &str) {
        self.say(words);
        let mut lights = self.lights.take().unwrap();
        let seen = tokio::task::spawn_blocking(move || {
            let (mut before, mut line) = (String::new(), String::new());
            while !(before.contains("thinking") && line.contains("idle")) {
                before = std::mem::take(&mut line);
                assert!(lights.read_line(&mut line).unwrap() > 0, "the lights are out");
            }
            lights
        });
        tokio::select! {
            turn = self.counter.daemon.turn() => panic!("answered what was not meant: {turn:?}"),
            lights = seen => self.lights = Some(lights.unwrap()),
        }
    }

    /// Somebody says this aloud, and nothing else for a while.
    fn say(&mut self, words: &str) {
        self.counter.say(words, 32_000);
    }

    /// What is answered next: what it had heard, and its words.
    async fn answer(&mut self) -> (String, String) {
        let turn = self.counter.daemon.turn().await.unwrap();
        (turn.heard.to_lowercase(), turn.reply)
    }

    /// Time passes until there is a sign.
    async fn falls_asleep(&mut self) {
        while self.counter.loudspeaker.try_recv().is_ok() {}
        self.counter.clock.advance(Duration::from_secs(9));
        let (_, nothing) = Notes::new();
        let loudspeaker = std::mem::replace(&mut self.counter.loudspeaker, nothing);
        let sign = tokio::task::spawn_blocking(move || {
            let sign = loudspeaker.recv_timeout(Duration::from_secs(60)).expect("a sign");
            (sign, loudspeaker)
        });
        tokio::select! {
            turn = self.counter.daemon.turn() => panic!("answered by itself: {turn:?}"),
            sign = sign => {
                let (sign, loudspeaker) = sign.unwrap();
                assert!(sign.sound.seconds() < 0.3, "a sign, and no speech");
                self.counter.loudspeaker = loudspeaker;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_calls_is_answered_and_after_a_while_it_sleeps_again() {
    let place = tempfile::tempdir().unwrap();
    let mut counter = Asleep::open(&config(place.path()));

    // What is said among others is nothing to it; an order in the breath of the phrase is.
    counter.is_left_alone("We had three cinnamon rolls at the station yesterday.").await;
    counter.say("Hey barista, can I get two blueberry muffins, please?");
    let (heard, reply) = counter.answer().await;
    assert!(heard.contains("muffin") && !heard.contains("barista") && !heard.contains("cinnamon"), "{heard}");
    assert!(reply.contains("muffin") && !reply.contains("cinnamon"), "{reply}");

    // Now it listens on, and nobody need call.
    counter.say("What do I have so far?");
    let (_, reply) = counter.answer().await;
    assert!(reply.contains("muffin"), "{reply}");

    // Then it sleeps, and says so once.
    counter.falls_asleep().await;
    counter.is_left_alone("And two cappuccinos, please.").await;
    counter.say("Hey barista, what do I have so far?");
    let (heard, reply) = counter.answer().await;
    assert!(!heard.contains("cappuccino"), "{heard}");
    assert!(reply.contains("muffin") && !reply.contains("cappuccino"), "{reply}");
    counter.counter.daemon.end();
}
