//! The local channel and the daemon behind a virtual sound card: `make test-audio`.
//!
//! Ignored by default: they need `scripts/virtual-audio` around them, which plays the part of microphone and
//! loudspeaker with two PulseAudio null sinks. They share that card, so they run one after the other.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use saycart::config::Config;
use saycart::hear;
use saycart::message::Sound;
use saycart::models::{Store, runtime};
use saycart::sound::Sink;
use saycart::sound::local::{self, Capture, Direction, Loudspeaker, Microphone};
use saycart::stt::thread::StopFlag;
use saycart::stt::{Bias, Recogniser, Whisper};

use support::sound_card::*;

mod support;

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn the_devices_are_listed_and_answer() {
    let _card = card();
    assert!(local::devices().iter().any(|device| device.name == "default"));
    for direction in [Direction::Microphone, Direction::Loudspeaker] {
        assert!(local::probe(direction, "default").unwrap().rate >= 16_000);
    }
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn what_is_said_into_the_microphone_arrives_at_the_recognisers_rate() {
    let _card = card();
    let (microphone, captures) = Microphone::open("default").unwrap();
    let speaker = std::thread::spawn(|| into_microphone(&tone(440.0, 1.5)));
    let heard = hear(&captures, 1.2);
    speaker.join().unwrap();
    assert!((pitch(&heard) - 440.0).abs() < 5.0, "{} Hz", pitch(&heard));
    assert_eq!(microphone.overruns(), 0);
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn the_doctor_tells_how_loud_it_is_at_the_microphone() {
    let _card = card();
    let level = || {
        let said =
            Command::new(env!("CARGO_BIN_EXE_saycart")).args(["doctor", "--microphone", "--json"]).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        said.lines().find(|line| line.contains("input level")).unwrap_or_else(|| panic!("{said}")).to_string()
    };
    assert!(level().contains("silence, without even noise"), "a null sink hears nothing");
    // Until it has been listened to, whenever that begins.
    let (done, is_done) = std::sync::mpsc::channel();
    let speaker = std::thread::spawn(move || {
        while is_done.try_recv().is_err() {
            into_microphone(&tone(440.0, 3.0));
        }
    });
    let heard = level();
    done.send(()).unwrap();
    speaker.join().unwrap();
    assert!(heard.contains("\"ok\":true") && heard.contains(": fine"), "{heard}");
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn an_unplugged_microphone_is_heard_again_when_it_is_back() {
    let _card = card();
    let (microphone, captures) = Microphone::open("default").unwrap();
    assert!(matches!(captures.recv_timeout(Duration::from_secs(10)), Ok(Capture::Samples(_))));
    unplug("mic");
    wait_for("the loss to be told", || captures.try_iter().any(|capture| capture == Capture::Lost));
    assert!(!microphone.is_present());
    plug_in("mic");
    wait_for("the microphone", || microphone.is_present());
    let speaker = std::thread::spawn(|| into_microphone(&tone(440.0, 1.5)));
    hear(&captures, 1.0);
    speaker.join().unwrap();
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn a_sound_is_played_whole_and_at_its_pitch() {
    let _card = card();
    let loudspeaker = Loudspeaker::open("default").unwrap();
    assert!(!loudspeaker.is_playing());
    let recording = Recording::start();
    loudspeaker.play(tone(440.0, 1.0));
    assert!(loudspeaker.is_playing());
    loudspeaker.wait();
    let recorded = recording.finish();
    let seconds = audible_seconds(&recorded);
    assert!((0.95..1.1).contains(&seconds), "{seconds} s");
    assert!((pitch(&recorded) - 440.0).abs() < 5.0, "{} Hz", pitch(&recorded));
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn stop_is_heard_at_once_and_forgets_what_was_queued() {
    let _card = card();
    let loudspeaker = Loudspeaker::open("default").unwrap();
    let recording = Recording::start();
    for _ in 0..5 {
        loudspeaker.play(tone(440.0, 1.0));
    }
    wait_for("the first tone", || audible_seconds(&recording.so_far()) > 0.2);
    loudspeaker.stop();
    loudspeaker.play(tone(880.0, 0.5));
    loudspeaker.wait();
    let seconds = audible_seconds(&recording.finish());
    assert!((0.7..3.0).contains(&seconds), "{seconds} s");
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn an_unplugged_loudspeaker_plays_again_when_it_is_back() {
    let _card = card();
    let loudspeaker = Loudspeaker::open("default").unwrap();
    unplug("spk");
    wait_for("the loss", || !loudspeaker.is_present());
    loudspeaker.play(tone(440.0, 1.0));
    loudspeaker.wait();
    plug_in("spk");
    wait_for("the loudspeaker", || loudspeaker.is_present());
    let recording = Recording::start();
    loudspeaker.play(tone(440.0, 1.0));
    loudspeaker.wait();
    let seconds = audible_seconds(&recording.finish());
    assert!((0.9..1.2).contains(&seconds), "{seconds} s");
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn say_is_heard_from_the_loudspeaker() {
    let _card = card();
    let recording = Recording::start();
    let said =
        Command::new(env!("CARGO_BIN_EXE_saycart")).args(["say", "Two large lattes, that's $9.00."]).status().unwrap();
    assert!(said.success());
    let seconds = audible_seconds(&recording.finish());
    assert!((1.0..6.0).contains(&seconds), "{seconds} s");
}

/// The daemon, with what it logs.
struct Daemon {
    process: Child,
    log: Arc<Mutex<Vec<String>>>,
    database: tempfile::TempDir,
}

impl Daemon {
    /// Started, and its greeting heard to the end.
    fn start() -> Daemon {
        let recording = Recording::start();
        let daemon = Daemon::begin();
        daemon.wait_for("reply: ");
        recording.finish_after_speech();
        daemon
    }

    fn begin() -> Daemon {
        let database = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_saycart"))
            .args(["--shop", concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe"), "-v", "run", "--database"])
            .arg(database.path().join("saycart.db"))
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let errors = BufReader::new(process.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = log.clone();
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                eprintln!("{line}");
                lines.lock().unwrap().push(line);
            }
        });
        Daemon { process, log, database }
    }

    /// The part of the log after this text, once it is there.
    fn wait_for(&self, text: &str) -> String {
        let mut found = None;
        wait_for(text, || {
            let log = self.log.lock().unwrap();
            found = log.iter().find_map(|line| line.split_once(text)).map(|(_, rest)| rest.to_string());
            found.is_some()
        });
        found.unwrap()
    }

    /// Order, and return the reply: as it is logged, and as it is heard.
    fn order(&self, words: &str) -> (String, Sound) {
        self.log.lock().unwrap().clear();
        let recording = Recording::start();
        into_microphone(&customer(words));
        let reply = self.wait_for("reply: ");
        (reply, recording.finish_after_speech())
    }

    /// Who orders now is heard, and answered aloud.
    fn sells_a_latte(&self) -> (String, Sound) {
        let (reply, sound) = self.order("Hi, can I get a large latte, please?");
        assert!(audible_seconds(&sound) > 0.5, "{} s", audible_seconds(&sound));
        assert_eq!(self.kept(), ["latte"], "after the reply: {reply}");
        (reply, sound)
    }

    /// Seconds of processor time that went into its devices so far: what it learns and prepares meanwhile is no matter.
    fn device_time(&self) -> f32 {
        let ours = ["microphone", "loudspeaker", "listening", "closes a device", "cpal", "threaded-ml", "alsa"];
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        let spent = tasks.filter_map(|task| {
            let stat = std::fs::read_to_string(task.ok()?.path().join("stat")).ok()?;
            let (name, fields) = stat.split_once('(')?.1.rsplit_once(')')?;
            let fields: Vec<&str> = fields.split_whitespace().collect();
            let ticks: f32 = fields.get(11..13)?.iter().map(|field| field.parse::<f32>().unwrap()).sum();
            ours.iter().any(|begins| name.starts_with(begins)).then_some(ticks / 100.0)
        });
        spent.sum()
    }

    /// Titles in the carts of its database.
    fn kept(&self) -> Vec<String> {
        let database = rusqlite::Connection::open(self.database.path().join("saycart.db")).unwrap();
        let mut query = database.prepare("SELECT title FROM cart_lines").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn end(mut self) {
        Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A voice unlike the assistant's.
fn customer(words: &str) -> Sound {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let voice = ["-v", "en-us+f3", "-s", "150", "-w"];
    let spoken = Command::new("espeak-ng").args(voice).arg(file.path()).arg(words).status();
    assert!(spoken.expect("espeak-ng (scripts/install-deps audio)").success());
    saycart::sound::wav::read(file.path()).unwrap()
}

/// What saycart's own recogniser makes of a sound, in lower case.
fn recognised(sound: &Sound) -> String {
    let config = Config::defaults();
    let store = Store::new(config.models_dir());
    let path = |name: &str| store.path(name).unwrap_or_else(|error| panic!("run `make models`: {error}"));
    runtime::init(&store).unwrap();
    let mut endpointer = hear::endpointer(&path("silero-vad"), &config.values.hear).unwrap();
    let threads = config.values.hear.threads;
    let mut whisper = Whisper::load(&path(&config.values.hear.model), "en", threads, StopFlag::default()).unwrap();
    let utterances = hear::utterances(sound, &mut endpointer).unwrap();
    let texts: Vec<String> =
        utterances.iter().map(|utterance| whisper.transcribe(utterance, &Bias::default()).unwrap().text).collect();
    texts.join(" ").to_lowercase()
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn an_order_spoken_to_the_daemon_is_kept_and_answered_aloud() {
    let _card = card();
    let daemon = Daemon::start();
    let (reply, sound) = daemon.sells_a_latte();
    // The voice draws each sentence anew, and slurs a word now and then: most of the reply is heard in the recording.
    let heard = recognised(&sound);
    let words: Vec<&str> = reply.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 2).collect();
    let found = words.iter().filter(|word| heard.contains(&word.to_lowercase())).count();
    assert!(!words.is_empty() && 2 * found > words.len(), "replied: {reply}; recorded: {heard}");
    daemon.end();
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn the_daemon_goes_on_when_its_microphone_is_back() {
    let _card = card();
    let daemon = Daemon::start();
    unplug("mic");
    daemon.wait_for("the microphone `default` is gone");
    plug_in("mic");
    daemon.wait_for("the microphone `default` is back");
    daemon.sells_a_latte();
    daemon.end();
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn a_daemon_that_finds_no_sound_card_goes_on_when_there_is_one() {
    let _card = card();
    unplug("mic");
    unplug("spk");
    let daemon = Daemon::begin();
    daemon.wait_for("saycart listens as soon as it can");
    daemon.wait_for("saycart speaks as soon as it can");
    daemon.wait_for("listening after");
    plug_in("spk");
    plug_in("mic");
    daemon.wait_for("the loudspeaker `default` is back");
    daemon.wait_for("the microphone `default` is back");
    // Whoever speaks while it still greets has to say it again.
    let (words, begun) = (customer("Hi, can I get a large latte, please?"), Instant::now());
    while daemon.kept() != ["latte"] {
        assert!(begun.elapsed() < PATIENCE, "the order is not kept: {:?}", daemon.kept());
        into_microphone(&words);
    }
    daemon.end();
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn what_is_unplugged_in_the_middle_costs_one_sentence_and_no_cart() {
    let _card = card();
    let daemon = Daemon::start();
    daemon.sells_a_latte();
    daemon.log.lock().unwrap().clear();
    // The loudspeaker, while it speaks.
    let recording = Recording::start();
    into_microphone(&customer("What do you have to eat?"));
    daemon.wait_for("reply: ");
    wait_for("speech", || audible_seconds(&recording.so_far()) > 0.3);
    unplug("spk");
    daemon.wait_for("the loudspeaker `default` is gone");
    plug_in("spk");
    daemon.wait_for("the loudspeaker `default` is back");
    recording.end();
    // The microphone, while somebody speaks into it.
    let said = Recording::of("mic");
    let words = customer("And I would also like to have a small cappuccino.");
    let customer = std::thread::spawn(move || try_into_microphone(&words));
    wait_for("the customer", || audible_seconds(&said.so_far()) > 0.5);
    unplug("mic");
    daemon.wait_for("the microphone `default` is gone");
    customer.join().unwrap();
    said.end();
    plug_in("mic");
    daemon.wait_for("the microphone `default` is back");
    assert_eq!(daemon.kept(), ["latte"]);
    daemon.order("And a small cappuccino, please.");
    assert_eq!(daemon.kept(), ["latte", "cappuccino"]);
    daemon.end();
}

#[test]
#[ignore = "needs a virtual sound card: make test-audio"]
fn a_sound_server_that_is_started_again_is_used_again_and_no_core_spins_meanwhile() {
    let _card = card();
    let daemon = Daemon::start();
    for device in ["mic", "spk"] {
        Command::new("pactl").arg(server(device)).arg("exit").status().unwrap();
    }
    daemon.wait_for("the microphone `default` is gone");
    daemon.wait_for("the loudspeaker `default` is gone");
    let (used, begun) = (daemon.device_time(), Instant::now());
    daemon.wait_for("the microphone `default` is back");
    daemon.wait_for("the loudspeaker `default` is back");
    let share = (daemon.device_time() - used) / begun.elapsed().as_secs_f32().max(0.1);
    assert!(share < 0.5, "{share} of a core while it waits");
    daemon.sells_a_latte();
    daemon.end();
}
