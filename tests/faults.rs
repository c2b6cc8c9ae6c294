//! What breaks while the daemon serves: it goes on, or is back in the same conversation. From replayed sound to what it says, with
//! the real models.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use saycart::daemon::Daemon;
use saycart::models::{Manifest, Store};
use saycart::service::{Clock, HandClock, Time};
use saycart::sound::replay::Notes;
use saycart::sound::{Capture, Source};
use support::counter::{Counter, config};

mod support;

/// Samples of silence after which what was said is over.
const A_WHILE: usize = 32_000;

/// What is answered to this.
async fn hears(counter: &mut Counter, words: &str) -> String {
    counter.say(words, A_WHILE);
    counter.daemon.turn().await.unwrap().reply
}

/// Something of the machine that brings a thread down, as often as it is told to.
#[derive(Debug, Clone, Default)]
struct Fault(Arc<AtomicU32>);

impl Fault {
    fn strikes(&self, times: u32) {
        self.0.store(times, Ordering::SeqCst);
    }

    fn may_strike(&self, thread: &str) {
        let left = |times: u32| times.checked_sub(1);
        let strikes = std::thread::current().name() == Some(thread)
            && self.0.try_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok();
        assert!(!strikes, "struck by a fault");
    }
}

/// A clock that the desk falls over.
#[derive(Debug)]
struct Faulty(HandClock, Fault);

impl Clock for Faulty {
    fn now(&self) -> Time {
        self.1.may_strike("desk");
        self.0.now()
    }

    fn ticks(&self) -> Time {
        self.0.ticks()
    }

    fn local(&self) -> Time {
        self.0.local()
    }

    fn reached(&self, ticks: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.reached(ticks)
    }
}

/// A microphone that whoever listens falls over.
struct Treacherous(Box<dyn Source>, Fault);

impl Source for Treacherous {
    fn next(&mut self, patience: Duration) -> Result<Capture, RecvTimeoutError> {
        self.1.may_strike("listening");
        self.0.next(patience)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_falls_over_a_sentence_says_so_and_goes_on_with_the_cart() {
    let place = tempfile::tempdir().unwrap();
    let fault = Fault::default();
    let clock = Arc::new(Faulty(HandClock::new(1_800_000_000_000), fault.clone()));
    let mut counter = Counter::at(&config(place.path()), clock, |microphone| microphone);
    let reply = hears(&mut counter, "Can I get two blueberry muffins, please?").await;
    assert!(reply.contains("muffin"), "{reply}");
    fault.strikes(1);
    let reply = hears(&mut counter, "And two cappuccinos, please.").await;
    assert!(!reply.contains("cappuccino"), "{reply}");
    let reply = hears(&mut counter, "What do I have so far?").await;
    assert!(reply.contains("muffin") && !reply.contains("cappuccino"), "{reply}");
    counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_falls_over_what_it_hears_gets_up_and_one_that_always_does_ends_the_daemon() {
    let place = tempfile::tempdir().unwrap();
    let (config, fault) = (config(place.path()), Fault::default());
    let (clock, struck) = (Arc::new(HandClock::new(1_800_000_000_000)), fault.clone());
    let mut counter = Counter::at(&config, clock, |microphone| Box::new(Treacherous(microphone, struck)));
    hears(&mut counter, "Can I get two blueberry muffins, please?").await;
    fault.strikes(1);
    let reply = hears(&mut counter, "What do I have so far?").await;
    assert!(reply.contains("muffin"), "{reply}");
    fault.strikes(u32::MAX);
    let fallen = counter.daemon.turn().await.unwrap_err().to_string();
    assert!(fallen.contains("Start it again"), "{fallen}");
    counter.daemon.end();
    // As the service's manager does.
    let mut counter = Counter::open(&config);
    let reply = hears(&mut counter, "What do I have so far?").await;
    assert!(reply.contains("muffin"), "{reply}");
    counter.daemon.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn models_that_vanish_are_missed_at_the_next_start_and_not_before() {
    let place = tempfile::tempdir().unwrap();
    let mut config = config(place.path());
    let (store, models) = (Store::new(config.models_dir()), place.path().join("models"));
    std::fs::create_dir(&models).unwrap();
    for file in Manifest::shipped().models.iter().filter(|model| model.default).flat_map(|model| model.files_here()) {
        std::os::unix::fs::symlink(store.dir().join(&file.name), models.join(&file.name)).unwrap();
    }
    config.values.models_dir = models.clone();
    let mut counter = Counter::open(&config);
    hears(&mut counter, "Can I get two blueberry muffins, please?").await;
    std::fs::remove_dir_all(&models).unwrap();
    let reply = hears(&mut counter, "And a large cappuccino, please.").await;
    assert!(reply.contains("cappuccino"), "{reply}");
    counter.daemon.end();
    let (microphone, _player) = saycart::sound::replay::Replay::new();
    let missing = Daemon::open(&config, |_| Ok((Box::new(microphone), Box::new(Notes::new().0))));
    let missing = missing.err().expect("nothing serves without models").to_string();
    assert!(missing.contains("saycart models fetch"), "{missing}");
}

/// Long enough for any back-up.
const LOCKED: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_a_stranger_holds_up_for_ten_seconds_is_kept_however_much_is_said_meanwhile() {
    let place = tempfile::tempdir().unwrap();
    let config = config(place.path());
    let mut counter = Counter::open(&config);
    counter.daemon.greet().await.unwrap();
    while counter.loudspeaker.try_recv().is_ok() {}
    let stranger = rusqlite::Connection::open(config.database()).unwrap();
    stranger.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let (_, nothing) = Notes::new();
    let loudspeaker = std::mem::replace(&mut counter.loudspeaker, nothing);
    let letting_go = std::thread::spawn(move || {
        // The customer is asked for a moment again and again.
        let begun = Instant::now();
        while begun.elapsed() < LOCKED {
            loudspeaker.recv_timeout(Duration::from_secs(60)).expect("the customer is asked for a moment");
        }
        stranger.execute_batch("ROLLBACK").unwrap();
    });
    counter.say("Can I get an espresso, please?", A_WHILE);
    // More than waits for anybody who is busy.
    for _ in 0..40 {
        counter.say("Hello?", A_WHILE);
    }
    let turn = counter.daemon.turn().await.unwrap();
    letting_go.join().unwrap();
    assert!(turn.heard.to_lowercase().contains("espresso") && turn.reply.contains("espresso"), "{turn:?}");
    // And the assistant hears again.
    let reply = hears(&mut counter, "Yes, that's all.").await;
    assert!(reply.contains("number 1"), "{reply}");
    counter.daemon.end();
}
