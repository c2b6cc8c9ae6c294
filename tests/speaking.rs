//! Speaking with the real voice. `make models` fetches it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use saycart::config::Config;
use saycart::hear;
use saycart::lang::Language;
use saycart::message::{Sentence, Sound};
use saycart::models::Store;
use saycart::reply::speakable::Script;
use saycart::stt::thread::StopFlag;
use saycart::stt::{Bias, Recogniser, Whisper};
use saycart::tts::{self, Cached, Speaker, TtsError, Voice};

fn store() -> (Config, Store) {
    let config = Config::defaults();
    let store = Store::new(config.models_dir());
    (config, store)
}

fn voice() -> Box<dyn Voice> {
    let (config, store) = store();
    tts::open(&store, &config.values.speak.voice, 0).unwrap_or_else(|error| panic!("run `make models`: {error}"))
}

fn script() -> Script {
    let english = Language::load("en").unwrap();
    Script::new(&english.speak, &Default::default(), Vec::new())
}

/// −50 dBFS: what people call audible.
const AUDIBLE: f32 = 0.003_162;

fn decibels(samples: &[f32]) -> f32 {
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    10.0 * power.log10()
}

#[test]
fn a_reply_is_spoken_loud_enough_at_a_natural_pace_and_without_delay() {
    let sound = voice().speak("You have two large lattes with oat milk.").unwrap();
    assert!((1.2..4.0).contains(&sound.seconds()), "{} s", sound.seconds());
    assert!(decibels(&sound.samples) > -35.0, "{} dBFS", decibels(&sound.samples));
    let first = sound.samples.iter().position(|sample| sample.abs() > AUDIBLE).unwrap();
    // A soft beginning stays, of 60 ms at most: the voice draws each sentence anew.
    assert!(first <= sound.rate as usize / 15, "the first audible sample comes after {first}");
    assert!(sound.samples.iter().all(|sample| sample.abs() <= 1.0), "clipped");
}

#[test]
fn what_has_nothing_to_say_gives_no_sound() {
    let mut voice = voice();
    for nothing in ["", " ", "…", "?!", "\n"] {
        assert!(voice.speak(nothing).unwrap().samples.is_empty(), "{nothing:?}");
    }
    assert!(!voice.speak("a").unwrap().samples.is_empty());
}

/// Counts how often the voice within had to speak.
struct Counting(Box<dyn Voice>, Arc<AtomicUsize>);

impl Voice for Counting {
    fn rate(&self) -> u32 {
        self.0.rate()
    }
    fn identity(&self) -> &str {
        self.0.identity()
    }
    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.speak(sentence)
    }
}

#[test]
fn a_sentence_said_before_comes_from_the_cache_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let made = Arc::new(AtomicUsize::new(0));
    let cached = || Cached::new(Counting(voice(), made.clone()), dir.path().into(), 1 << 20);
    let first = cached().speak("Anything else?").unwrap();
    // Piper never says a sentence twice alike; only the cache can give the same samples.
    assert_eq!(cached().speak("Anything else?").unwrap(), first);
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[test]
fn the_first_clause_of_a_reply_comes_for_itself() {
    let sentences = script().sentences("Sure, two large lattes with oat milk. That's $12.50. Anything else?");
    let speaker = Speaker::start(voice()).unwrap();
    let mut speech = speaker.say(1, sentences.iter().map(Sentence::ours).collect()).unwrap();
    let mut spoken = Vec::new();
    while let Some(sentence) = speech.blocking_recv() {
        let sentence = sentence.unwrap();
        assert!(decibels(&sentence.sound.samples) > -40.0, "{}", sentence.sentence);
        spoken.push(sentence.sentence);
    }
    assert_eq!(spoken, sentences);
}

#[test]
fn an_amount_that_is_spoken_is_heard_as_that_amount() {
    let (config, store) = store();
    let mut voice = voice();
    let whisper = store.path(&config.values.hear.model).unwrap_or_else(|error| panic!("run `make models`: {error}"));
    let mut whisper = Whisper::load(&whisper, "en", config.values.hear.threads, StopFlag::default()).unwrap();
    let mut endpointer = hear::endpointer(&store.path("silero-vad").unwrap(), &config.values.hear).unwrap();
    let mut take = || {
        let mut samples = Vec::new();
        for sentence in script().sentences("One large coffee is $12.50.") {
            samples.extend(voice.speak(&sentence).unwrap().samples);
        }
        samples.extend(vec![0.0; voice.rate() as usize]);
        let sound = Sound { samples, rate: voice.rate() };
        let utterances = hear::utterances(&sound, &mut endpointer).unwrap();
        let texts = utterances.iter().map(|utterance| whisper.transcribe(utterance, &Bias::default()).unwrap().text);
        texts.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    // The voice draws each sentence anew, and slurs one now and then: one of three takes is heard right.
    let takes = [take(), take(), take()];
    let right = |heard: &String| {
        (heard.contains("12.50") || (heard.contains("twelve") && heard.contains("fifty"))) && heard.contains("coffee")
    };
    assert!(takes.iter().any(right), "{takes:?}");
}

/// The program, copied away from its build tree into a home that nobody has used.
struct Installed {
    home: tempfile::TempDir,
    program: PathBuf,
}

impl Installed {
    fn new() -> Installed {
        let home = tempfile::tempdir().unwrap();
        let program = home.path().join("saycart");
        std::fs::copy(env!("CARGO_BIN_EXE_saycart"), &program).unwrap();
        Installed { home, program }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let (config, _) = store();
        Command::new(&self.program)
            .args(arguments)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("SAYCART_MODELS_DIR", config.models_dir())
            .output()
            .unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

fn wav(path: &Path) -> Vec<i16> {
    hound::WavReader::open(path).unwrap().into_samples().map(Result::unwrap).collect()
}

#[test]
fn an_installed_program_speaks_without_its_build_tree_and_tells_nobody() {
    let installed = Installed::new();
    let output = installed.run(&["say", "Two lattes, please.", "-o", "out.wav"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(wav(&installed.path("out.wav")).iter().any(|sample| sample.unsigned_abs() > 1_000));
    // All it needs is unpacked into its own cache; the runtime's reporting would have left its identity there.
    let caches: Vec<_> = std::fs::read_dir(installed.path(".cache")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(caches, ["saycart"]);
    // And once more, from the cache: the same samples.
    let before = wav(&installed.path("out.wav"));
    assert!(installed.run(&["say", "Two lattes, please.", "-o", "again.wav"]).status.success());
    assert_eq!(wav(&installed.path("again.wav")), before);
}

#[test]
fn without_a_loudspeaker_one_is_told_of_the_file() {
    let output = Installed::new().run(&["say", "hello", "--set", "audio.loudspeaker=the-one-in-the-hall"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(told.contains("no loudspeaker named `the-one-in-the-hall`") && told.contains("-o FILE"), "{told}");
}

#[test]
fn a_missing_voice_is_named_with_the_command_that_fetches_it() {
    let installed = Installed::new();
    let output = installed.run(&["say", "hello", "-o", "out.wav", "--set", "models_dir=nowhere"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(told.contains("saycart models fetch"), "{told}");
    assert!(!installed.path("out.wav").exists());
}
