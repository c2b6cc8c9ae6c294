//! The daemon that is called by a key, muted, and spoken over, from replayed sound to what it says; where time passes faster
//! than life and nobody hears an echo.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use saycart::config::{Config, ListenMode};
use saycart::daemon::{Hearing, Told, Turn};
use saycart::message::Sound;
use saycart::sound::Sink;
use saycart::sound::replay::Played;
use support::counter::{Counter, config};

mod support;

/// Samples of silence after which what was said is over.
const A_WHILE: usize = 32_000;

/// What is heard, and answered to this.
async fn hears(counter: &mut Counter, words: &str) -> (String, String) {
    counter.say(words, A_WHILE);
    let turn = counter.daemon.turn().await.unwrap();
    (turn.heard.to_lowercase(), turn.reply)
}

/// This is said aloud, and passes unheard.
async fn passes(counter: &mut Counter, words: &str) {
    counter.say(words, A_WHILE);
    counter.passes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_presses_is_heard_and_who_presses_again_no_longer() {
    let place = tempfile::tempdir().unwrap();
    let mut config = config(place.path());
    config.values.listen.mode = ListenMode::Push;
    let mut counter = Counter::open(&config);
    passes(&mut counter, "Three cinnamon rolls, please.").await;
    assert_eq!(counter.told(Told::Pressed).await, Hearing { muted: false, listening: true });
    let (heard, reply) = hears(&mut counter, "Can I get two blueberry muffins, please?").await;
    assert!(heard.contains("muffin") && !heard.contains("cinnamon"), "{heard}");
    assert!(reply.contains("muffin") && !reply.contains("cinnamon"), "{reply}");
    assert_eq!(counter.told(Told::Pressed).await, Hearing { muted: false, listening: false });
    passes(&mut counter, "And two cappuccinos, please.").await;
    counter.told(Told::Pressed).await;
    let (heard, reply) = hears(&mut counter, "What do I have so far?").await;
    assert!(!heard.contains("cappuccino") && reply.contains("muffin") && !reply.contains("cappuccino"), "{reply}");
    counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn muted_it_hears_nothing_by_whatever_way_it_was_told() {
    let place = tempfile::tempdir().unwrap();
    let mut counter = Counter::open(&config(place.path()));
    let (_, reply) = hears(&mut counter, "Can I get two blueberry muffins, please?").await;
    assert!(reply.contains("muffin"), "{reply}");
    let ways = [(Told::Mute(true), Told::Mute(false)), (Told::OtherMute, Told::OtherMute)];
    for (mute, unmute) in ways {
        assert_eq!(counter.told(mute).await, Hearing { muted: true, listening: false });
        assert!(counter.told(Told::Pressed).await.muted, "a key that calls does not unmute");
        passes(&mut counter, "And two cappuccinos, please.").await;
        assert_eq!(counter.told(unmute).await, Hearing { muted: false, listening: true });
        let (heard, reply) = hears(&mut counter, "What do I have so far?").await;
        assert!(!heard.contains("cappuccino"), "{heard}");
        assert!(reply.contains("muffin") && !reply.contains("cappuccino"), "{reply}");
    }
    counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn muted_it_stays_over_a_restart_and_unmuted_too() {
    let place = tempfile::tempdir().unwrap();
    let mut before = Counter::open(&config(place.path()));
    assert!(before.told(Told::Mute(true)).await.muted);
    before.daemon.end();
    let mut after = Counter::open(&config(place.path()));
    passes(&mut after, "Can I get two cappuccinos, please?").await;
    assert_eq!(after.told(Told::OtherMute).await, Hearing { muted: false, listening: true });
    after.daemon.end();
    let mut later = Counter::open(&config(place.path()));
    let (_, reply) = hears(&mut later, "Can I get two blueberry muffins, please?").await;
    assert!(reply.contains("muffin") && !reply.contains("cappuccino"), "{reply}");
    later.daemon.end();
}

/// A loudspeaker that plays what it was given until it is stopped, or let go.
#[derive(Clone)]
struct Endless {
    notes: Sender<Played>,
    plays: Arc<AtomicBool>,
    let_go: Arc<AtomicBool>,
}

impl Sink for Endless {
    fn play(&self, sound: Sound) {
        self.plays.store(true, Ordering::SeqCst);
        self.notes.send(Played { at: Instant::now(), sound }).unwrap();
    }

    fn stop(&self) {
        self.plays.store(false, Ordering::SeqCst);
    }

    fn is_playing(&self) -> bool {
        self.plays.load(Ordering::SeqCst) && !self.let_go.load(Ordering::SeqCst)
    }

    fn left(&self) -> Duration {
        if self.is_playing() { Duration::from_secs(10) } else { Duration::ZERO }
    }

    fn rings(&self) -> Duration {
        Duration::ZERO
    }
}

/// It has been asked something, and its answer would go on for ever.
struct Answering {
    counter: Counter,
    loudspeaker: Endless,
    lights: Option<BufReader<UnixStream>>,
}

impl Answering {
    async fn open(mut config: Config, place: &Path) -> Answering {
        config.values.listen.leds = place.join("leds").display().to_string();
        let (notes, heard) = mpsc::channel();
        let loudspeaker = Endless { notes, plays: Arc::default(), let_go: Arc::default() };
        let counter = Counter::through(&config, loudspeaker.clone(), heard);
        let lights = Some(BufReader::new(UnixStream::connect(&config.values.listen.leds).unwrap()));
        let mut answering = Answering { counter, loudspeaker, lights };
        answering.counter.say("What do you have?", A_WHILE);
        answering.shows(&["thinking", "tts_speaking"]).await;
        answering
    }

    /// Its lights come to show these, one after the other, and no turn ends before.
    async fn shows(&mut self, wanted: &'static [&'static str]) {
        let mut lights = self.lights.take().unwrap();
        let seen = tokio::task::spawn_blocking(move || {
            for light in wanted {
                let mut line = String::new();
                while !line.contains(light) {
                    line.clear();
                    assert!(lights.read_line(&mut line).unwrap() > 0, "the lights are out");
                }
            }
            lights
        });
        tokio::select! {
            biased;
            turn = self.counter.daemon.turn() => panic!("it was not to end: {turn:?}"),
            lights = seen => self.lights = Some(lights.unwrap()),
        }
    }

    /// Its answer ends; the turn.
    async fn ends(&mut self) -> Turn {
        self.loudspeaker.let_go.store(true, Ordering::SeqCst);
        self.turn().await
    }

    /// The turn that it was at, when it is over.
    async fn turn(&mut self) -> Turn {
        self.counter.daemon.turn().await.unwrap()
    }
}

/// Where the sound server takes its voice out of what is heard.
fn interruptible(place: &Path) -> Config {
    let mut config = config(place);
    config.values.audio.microphone = "echo-cancel-source".into();
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_stops_it_and_wants_no_answer() {
    let place = tempfile::tempdir().unwrap();
    let mut answering = Answering::open(interruptible(place.path()), place.path()).await;
    answering.counter.say("Stop!", A_WHILE);
    assert!(answering.turn().await.cut);
    answering.counter.say("Can I get two blueberry muffins, please?", A_WHILE);
    answering.shows(&["tts_speaking"]).await;
    let turn = answering.ends().await;
    assert!(!turn.cut && turn.reply.contains("muffin"), "{turn:?}");
    answering.counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_listens_does_not_stop_it_and_who_orders_does() {
    let place = tempfile::tempdir().unwrap();
    let mut answering = Answering::open(interruptible(place.path()), place.path()).await;
    answering.counter.say("Okay.", A_WHILE);
    answering.shows(&["thinking", "tts_speaking"]).await;
    answering.counter.say("Can I get two blueberry muffins, please?", A_WHILE);
    assert!(answering.turn().await.cut);
    answering.shows(&["tts_speaking"]).await;
    let turn = answering.ends().await;
    assert!(turn.heard.contains("muffin") && turn.reply.contains("muffin"), "{turn:?}");
    answering.counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_would_hear_itself_a_key_stops_it_and_words_do_not() {
    let place = tempfile::tempdir().unwrap();
    let mut answering = Answering::open(config(place.path()), place.path()).await;
    answering.counter.say("And three cinnamon rolls, please.", A_WHILE);
    answering.counter.passes().await;
    let hand = answering.counter.daemon.hand();
    let told = tokio::spawn(async move { hand.tell(Told::Pressed).await });
    assert!(answering.turn().await.cut);
    assert_eq!(told.await.unwrap(), Some(Hearing { muted: false, listening: true }));
    answering.counter.say("Can I get two blueberry muffins, please?", A_WHILE);
    answering.shows(&["tts_speaking"]).await;
    let turn = answering.ends().await;
    assert!(turn.reply.contains("muffin") && !turn.reply.contains("cinnamon"), "{turn:?}");
    answering.counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn muted_it_says_what_it_was_saying_and_nobody_stops_it() {
    let place = tempfile::tempdir().unwrap();
    let mut answering = Answering::open(interruptible(place.path()), place.path()).await;
    let hand = answering.counter.daemon.hand();
    let told = tokio::spawn(async move { hand.tell(Told::Mute(true)).await });
    answering.shows(&["muted"]).await;
    assert!(told.await.unwrap().unwrap().muted);
    answering.counter.say("Stop!", A_WHILE);
    answering.counter.passes().await;
    assert!(!answering.ends().await.cut);
    answering.counter.daemon.end();
}
