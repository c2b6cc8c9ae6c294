//! The whole daemon without a sound card: a customer's recording goes in, and the reply comes back into the microphone, as
//! from a loudspeaker beside it. In real time, with the real models: `make models`.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use saycart::assistant::Assistant;
use saycart::config::{Config, Overrides};
use saycart::daemon::Daemon;
use saycart::message::{HEARING_RATE, Sound};
use saycart::sound;
use saycart::sound::Sink;
use saycart::sound::replay::{Player, Replay};

/// A loudspeaker that the microphone hears, a little later.
struct Beside {
    microphone: Arc<Player>,
    until: Mutex<Instant>,
}

/// What a wireless loudspeaker takes to begin.
const LATE: Duration = Duration::from_millis(150);

impl Sink for Beside {
    fn play(&self, sound: Sound) {
        let mut heard = vec![0.0; (LATE.as_secs_f32() * HEARING_RATE as f32) as usize];
        heard.extend(sound::to_hearing_rate(&sound).unwrap());
        let length = Duration::from_secs_f32(sound.seconds());
        let mut until = self.until.lock().unwrap();
        *until = (*until).max(Instant::now()) + length;
        self.microphone.play(heard).unwrap();
    }

    fn stop(&self) {}

    fn is_playing(&self) -> bool {
        Instant::now() < *self.until.lock().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_answered_and_what_the_assistant_says_is_none() {
    let place = tempfile::tempdir().unwrap();
    let config = Config::load(&Overrides {
        set: vec![
            ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
            ("database".into(), place.path().join("carts.db").display().to_string()),
        ],
        ..Overrides::default()
    })
    .unwrap();
    let mut customer = Assistant::open(&config).unwrap().voice().unwrap();
    let order = sound::to_hearing_rate(&customer.speak("Can I get a large latte, please?").unwrap()).unwrap();

    let (microphone, player) = Replay::new();
    let player = Arc::new(player);
    let loudspeaker = Beside { microphone: player.clone(), until: Mutex::new(Instant::now()) };
    let mut daemon = Daemon::open(&config, |_| Ok((Box::new(microphone), Box::new(loudspeaker)))).unwrap();
    player.play(order).unwrap();
    let turn = daemon.turn().await.unwrap();
    assert!(turn.times.ahead, "what was said is known when it is sure that it was all: {turn:?}");
    assert!(turn.reply.contains("latte"), "{turn:?}");
    // The reply names an item and a price, and has just been heard by our own microphone.
    let echo = tokio::time::timeout(Duration::from_millis(1_500), daemon.turn()).await;
    assert!(echo.is_err(), "{echo:?}");
    daemon.end();
}
