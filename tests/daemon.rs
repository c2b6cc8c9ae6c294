//! The whole daemon without a sound card: a customer's recording goes in, and the reply comes back into the microphone, as
//! from a loudspeaker beside it. In real time, with the real models: `make models`.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use saycart::config::{Config, Overrides};
use saycart::daemon::Daemon;
use saycart::message::{HEARING_RATE, Sound};
use saycart::sound;
use saycart::sound::Sink;
use saycart::sound::replay::{Player, Replay};
use support::counter::Counter;
use support::customer::Customer;

mod support;

/// A loudspeaker that the microphone hears, a little later.
struct Beside {
    microphone: Arc<Player>,
    until: Mutex<Instant>,
}

/// What a wireless loudspeaker takes to begin.
const LATE: Duration = Duration::from_millis(150);

impl Sink for Beside {
    fn play(&self, sound: Sound) {
        let mut until = self.until.lock().unwrap();
        // Late once: what follows at once sounds at once.
        let late = if Instant::now() < *until { Duration::ZERO } else { LATE };
        let mut heard = vec![0.0; (late.as_secs_f32() * HEARING_RATE as f32) as usize];
        heard.extend(sound::to_hearing_rate(&sound).unwrap());
        let begun = self.microphone.play(heard).unwrap();
        *until = (*until).max(begun) + Duration::from_secs_f32(sound.seconds());
    }

    fn stop(&self) {}

    fn is_playing(&self) -> bool {
        Instant::now() < *self.until.lock().unwrap()
    }
}

fn config(database: &Path) -> Config {
    Config::load(&Overrides {
        set: vec![
            ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
            ("database".into(), database.display().to_string()),
        ],
        ..Overrides::default()
    })
    .unwrap()
}

/// The same with one recogniser: plain words need no second opinion.
fn quick(database: &Path) -> Config {
    let mut config = config(database);
    config.values.hear.thorough_model.clear();
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_answered_and_what_the_assistant_says_is_none() {
    let place = tempfile::tempdir().unwrap();
    let config = config(&place.path().join("carts.db"));
    let mut customer = Customer::new(&config);
    let (microphone, player) = Replay::new();
    let player = Arc::new(player);
    let loudspeaker = Beside { microphone: player.clone(), until: Mutex::new(Instant::now()) };
    let mut daemon = Daemon::open(&config, |_| Ok((Box::new(microphone), Box::new(loudspeaker)))).unwrap();
    // A room is there before anybody speaks in it.
    let mut speech = vec![0.0; HEARING_RATE as usize / 2];
    speech.extend(customer.heard("I would like two blueberry muffins, please."));
    player.play(speech).unwrap();
    let turn = daemon.turn().await.unwrap();
    assert!(turn.times.ahead, "what was said is known when it is sure that it was all: {turn:?}");
    assert!(turn.reply.contains("muffin"), "{turn:?}");
    // The reply names an item and a price, and has just been heard by our own microphone.
    let echo = tokio::time::timeout(Duration::from_millis(1_500), daemon.turn()).await;
    assert!(echo.is_err(), "{echo:?}");
    daemon.end();
}

/// What they are answered who say this aloud.
async fn hear(counter: &mut Counter, words: &str) -> String {
    counter.say(words, 0);
    counter.daemon.turn().await.unwrap().reply
}

/// Nobody says anything for so many seconds; what is said into the silence.
async fn silence(counter: &mut Counter, seconds: u64) -> String {
    counter.clock.advance(Duration::from_secs(seconds));
    counter.daemon.turn().await.unwrap().reply
}

#[tokio::test(flavor = "multi_thread")]
async fn three_customers_one_after_the_other_have_nothing_of_each_other() {
    let place = tempfile::tempdir().unwrap();
    let mut counter = Counter::open(&quick(&place.path().join("carts.db")));
    counter.daemon.greet().await.unwrap();

    // The first orders, and goes without a word.
    let reply = hear(&mut counter, "Can I get an espresso, please?").await;
    assert!(reply.contains("espresso"), "{reply}");
    let reply = hear(&mut counter, "Yes, that's all.").await;
    assert!(reply.contains("order number 1") || reply.contains("number 1"), "{reply}");
    assert_eq!(silence(&mut counter, 15).await, "");

    // The second is greeted, and walks away in the middle.
    let reply = hear(&mut counter, "I would like two blueberry muffins, please.").await;
    assert!(reply.contains("Corner Café") && reply.contains("two blueberry muffins"), "{reply}");
    assert!(silence(&mut counter, 30).await.contains("still there"));
    assert!(silence(&mut counter, 30).await.contains("put your order aside"));
    let parting = silence(&mut counter, 30).await;
    assert!(parting.contains("my code is"), "{parting}");

    // The third begins with nothing.
    let reply = hear(&mut counter, "Can I get a cappuccino, please?").await;
    assert!(reply.contains("Corner Café") && reply.contains("cappuccino"), "{reply}");
    let reply = hear(&mut counter, "What do I have so far?").await;
    assert!(reply.contains("cappuccino") && !reply.contains("muffin") && !reply.contains("espresso"), "{reply}");
    counter.daemon.end();
}
