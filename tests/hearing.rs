//! The real models on speech, silence and noise.
//!
//! The models must have been fetched: `make models`.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use saycart::assistant::Assistant;
use saycart::commerce::cart::Quantity;
use saycart::config::{Config, Hear};
use saycart::hear::{self, Endpointer};
use saycart::message::{HEARING_RATE, Sound, Transcript};
use saycart::models::{self, Store};
use saycart::service::Setting;
use saycart::shop::Shop;
use saycart::sound;
use saycart::sound::wav;
use saycart::stt::thread::StopFlag;
use saycart::stt::{Bias, Listener, Recogniser, RecogniserThread, Recognisers, Way, Whisper};
use saycart::understand::{Act, ActKind, Edit, Expect, Understanding};
use support::customer::Customer;
use support::sounds::{self, Random};

mod support;

/// One set of models for all tests: loading takes longer than most tests, and two recognisers would fight for cores.
struct Models {
    endpointer: Endpointer,
    whisper: Whisper,
    customer: Customer,
}

fn store() -> (Config, Store) {
    let config = Config::defaults();
    let store = Store::new(config.models_dir());
    (config, store)
}

fn path(store: &Store, name: &str) -> PathBuf {
    store.path(name).unwrap_or_else(|error| panic!("run `make models`: {error}"))
}

fn models() -> MutexGuard<'static, Models> {
    static MODELS: OnceLock<Mutex<Models>> = OnceLock::new();
    let load = || {
        let (config, store) = store();
        models::runtime::init(&store).unwrap_or_else(|error| panic!("run `make models`: {error}"));
        let hearing = &config.values.hear;
        Mutex::new(Models {
            endpointer: hear::endpointer(&path(&store, "silero-vad"), hearing).unwrap(),
            whisper: Whisper::load(&path(&store, &hearing.model), "en", hearing.threads, StopFlag::default()).unwrap(),
            customer: Customer::new(&config),
        })
    };
    MODELS.get_or_init(load).lock().unwrap_or_else(PoisonError::into_inner)
}

impl Models {
    fn hear(&mut self, sound: &Sound, bias: &Bias) -> Vec<Transcript> {
        let utterances = hear::utterances(sound, &mut self.endpointer).unwrap();
        utterances.iter().map(|utterance| self.whisper.transcribe(utterance, bias).unwrap()).collect()
    }

    fn hears(&mut self, sentence: &str, bias: &Bias, right: impl Fn(&str) -> bool) {
        let heard = self.said(sentence, bias);
        assert!(right(&heard), "{sentence} was heard as {heard}");
    }

    /// What is heard of a spoken sentence, in lower case without punctuation.
    fn said(&mut self, sentence: &str, bias: &Bias) -> String {
        let speech = between_silences(&self.customer.says(sentence), 0.5);
        let texts: Vec<String> = self.hear(&speech, bias).into_iter().map(|t| t.text).collect();
        let plain: String =
            texts.join(" ").to_lowercase().chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn between_silences(sound: &Sound, seconds: f32) -> Sound {
    let silence = vec![0.0; (sound.rate as f32 * seconds) as usize];
    Sound { samples: [&silence[..], &sound.samples, &silence].concat(), rate: sound.rate }
}

/// Noise from a fixed seed: −1 … 1.
fn noise(samples: usize) -> impl Iterator<Item = f32> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    (0..samples).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    })
}

/// Words that noise could be taken for: a prompt tempts the recogniser.
fn tempting() -> Bias {
    Bias::of_phrases(["large", "small", "latte", "mocha", "soy milk", "two sugars", "espresso", "iced tea"])
}

#[test]
fn a_spoken_sentence_is_heard_right() {
    let sentence = "I would like two large lattes with soy milk, please.";
    models().hears(sentence, &tempting(), |heard| heard.contains("large lattes with soy milk"));
}

#[test]
fn what_may_have_been_said_comes_in_several_hypotheses_of_other_words() {
    let mut models = models();
    let speech = models.customer.says("I would like two large lattes with soy milk, please.");
    let mut sound =
        between_silences(&Sound { samples: sound::to_hearing_rate(&speech).unwrap(), rate: HEARING_RATE }, 0.5);
    sound.samples.iter_mut().zip(noise(usize::MAX)).for_each(|(sample, noise)| *sample += 0.02 * noise);
    let utterances = hear::utterances(&sound, &mut models.endpointer).unwrap();
    let mut hear = |way| models.whisper.listen(way, &utterances[0], &tempting()).unwrap();
    let words = |transcript: &Transcript| -> String {
        transcript.text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect()
    };
    let (plain, marked) = (hear(Way::FIRST), hear(Way::MARKED));
    assert!(plain.len() > 1, "whisper.cpp was built without patches/: cargo clean -p whisper-rs-sys. {plain:?}");
    let different: std::collections::BTreeSet<String> = plain.iter().map(words).collect();
    assert!(different.len() > 1, "{plain:?}");
    assert!(plain.iter().all(|one| !one.text.contains([',', '.', '?'])), "{plain:?}");
    assert!(marked.iter().any(|one| one.text.contains([',', '.', '?'])), "{marked:?}");
    // The same sound decoded in other ways between is decoded the same again.
    assert_eq!(hear(Way::FIRST), plain);
}

/// What an answer comes to, in a word or two.
fn answered(shop: &Shop, understanding: &Understanding) -> Vec<String> {
    let edit = |edit: &Edit| match edit {
        Edit::Choose(choice) => shop.option(choice.option).names.title.clone(),
        Edit::Quantity(Quantity::Count(count)) => count.to_string(),
        other => format!("{other:?}"),
    };
    let act = |act: &Act| match &act.kind {
        ActKind::Yes => vec!["yes".to_string()],
        ActKind::No => vec!["no".to_string()],
        ActKind::Fragment { edits, .. } => edits.iter().map(edit).collect(),
        other => vec![format!("{other:?}")],
    };
    understanding.acts.iter().flat_map(act).collect()
}

#[test]
fn very_short_answers_are_heard_right_after_their_question() {
    let assistant = Assistant::open(&Config::defaults()).unwrap();
    let Setting { shop, language, lexicon } = &assistant.setting;
    let phrases = assistant.phrases();
    let size = shop.option_list_ids().find(|list| shop.option_list(*list).key == "size");
    let what_size = Expect { list: size, ..Expect::default() };
    let is_that_right = Expect { yes_no: true, ..Expect::default() };
    let how_many = Expect { quantity: true, ..Expect::default() };
    let models = &mut *models();
    let recognisers = Recognisers::find(&store().1, &Config::defaults().values.hear).unwrap();
    let mut ear = recognisers.open(shop, language, lexicon.clone(), &StopFlag::default()).unwrap();
    let questions: [(Expect, &[(&str, &str)]); 3] = [
        (what_size, &[("Large.", "large"), ("Small.", "small")]),
        (is_that_right, &[("Yes.", "yes"), ("No.", "no")]),
        (how_many, &[("Two.", "2"), ("Three.", "3"), ("Ten.", "10"), ("Twelve.", "12"), ("Fifteen.", "15")]),
    ];
    for (expect, answers) in &questions {
        let bias = phrases.bias(expect);
        for (spoken, meant) in *answers {
            let speech = between_silences(&models.customer.says(spoken), 0.5);
            let utterances = hear::utterances(&speech, &mut models.endpointer).unwrap();
            let heard: Vec<_> = utterances.iter().map(|utterance| ear.transcribe(utterance, &bias).unwrap()).collect();
            let understood =
                heard.iter().map(|transcript| answered(shop, &lexicon.understand(&transcript.text, expect)));
            assert_eq!(understood.flatten().collect::<Vec<_>>(), [*meant], "{spoken}: {heard:?}");
        }
    }
}

#[test]
fn what_nobody_said_gives_no_text_even_when_the_shop_tempts() {
    let mut models = models();
    for (seed, (name, make)) in sounds::ALL.iter().enumerate() {
        let samples = make(8 * HEARING_RATE as usize, &mut Random::seeded(seed as u64 + 1));
        let heard = models.hear(&Sound { samples, rate: HEARING_RATE }, &tempting());
        assert!(heard.iter().all(|t| t.text.is_empty()), "{name}: {heard:?}");
    }
}

#[test]
fn a_radio_across_the_hall_is_not_heard_and_a_quiet_customer_is() {
    let mut models = models();
    let voice = models.customer.says("Can I have a large coffee with milk, please?");
    let mut at = |decibels: f32| {
        let gain = 10f32.powf(decibels / 20.0);
        let samples = voice.samples.iter().map(|sample| gain * sample).collect();
        models.hear(&between_silences(&Sound { samples, rate: voice.rate }, 0.5), &Bias::none())
    };
    assert_eq!(at(-38.0), []);
    assert!(at(-18.0)[0].text.to_lowercase().contains("large coffee"));
}

#[test]
fn noise_that_gets_past_the_detector_is_not_made_into_words() {
    let mut models = models();
    for (name, gain, voiced) in [("hiss", 0.3, 1.5), ("a click", 0.3, 0.05), ("a whisper of noise", 0.01, 0.8)] {
        let samples = noise(2 * HEARING_RATE as usize).map(|s| gain * s).collect();
        let utterance = saycart::message::Utterance { samples, voiced_seconds: voiced, ..Default::default() };
        let heard = models.whisper.transcribe(&utterance, &tempting()).unwrap();
        assert_eq!(heard.text, "", "{name}: {heard:?}");
    }
}

#[test]
fn ten_minutes_with_two_orders_give_two_utterances_in_their_places() {
    let mut models = models();
    let first = models.customer.says("One small mocha, please.");
    let second = models.customer.says("I would like some blueberry muffins, please.");
    let rate = first.rate as usize;
    let mut samples: Vec<f32> = noise(600 * rate).map(|s| 0.001 * s).collect();
    samples[60 * rate..][..first.samples.len()].copy_from_slice(&first.samples);
    samples[500 * rate..][..second.samples.len()].copy_from_slice(&second.samples);
    let sound = Sound { samples, rate: first.rate };
    let utterances = hear::utterances(&sound, &mut models.endpointer).unwrap();
    let starts: Vec<f64> = utterances.iter().map(|utterance| utterance.start_seconds).collect();
    assert_eq!(starts.len(), 2, "{starts:?}");
    assert!((starts[0] - 60.0).abs() < 0.5 && (starts[1] - 500.0).abs() < 0.5, "{starts:?}");
    let heard = models.whisper.transcribe(&utterances[1], &Bias::none()).unwrap();
    assert!(heard.text.to_lowercase().contains("blueberry muffins"), "{heard:?}");
}

#[test]
fn a_telephone_s_recording_is_heard_like_any_other() {
    let mut models = models();
    let speech = models.customer.says("I would like an iced tea and two lemon cakes.");
    let mut resampled = Vec::new();
    // 22,050 Hz read as 8 kHz would be slow; go through the hearing rate and keep every other sample.
    let at_16k = sound::to_hearing_rate(&speech).unwrap();
    resampled.extend(at_16k.chunks(2).map(|pair| 0.2 * pair.iter().sum::<f32>() / pair.len() as f32));
    let phone = between_silences(&Sound { samples: resampled, rate: 8_000 }, 0.4);
    let heard = models.hear(&phone, &Bias::none());
    let text = heard.first().map(|t| t.text.to_lowercase()).unwrap_or_default();
    assert!(text.contains("iced tea") && text.contains("lemon cakes"), "{heard:?}");
}

#[test]
fn stopping_the_recogniser_s_thread_does_not_wait_for_the_end_of_a_long_utterance() {
    let (config, store) = store();
    let model = path(&store, &config.values.hear.model);
    let thread = RecogniserThread::spawn(move |stop| Whisper::load(&model, "en", 2, stop)).unwrap();
    let samples = noise(25 * HEARING_RATE as usize).collect();
    let utterance = saycart::message::Utterance { samples, voiced_seconds: 25.0, ..Default::default() };
    let answer = thread.submit(utterance, Bias::none()).unwrap();
    let start = std::time::Instant::now();
    thread.shutdown();
    assert!(start.elapsed().as_secs_f32() < 1.0, "took {:?}", start.elapsed());
    assert!(answer.wait().is_err());
}

#[test]
fn saycart_hear_prints_segments_with_their_times_and_names_each_bad_file() {
    let mut models = models();
    let directory = tempfile::tempdir().unwrap();
    let good = directory.path().join("good.wav");
    wav::write(&good, &between_silences(&models.customer.says("I would like some blueberry muffins, please."), 0.5))
        .unwrap();
    let bad = directory.path().join("bad.wav");
    std::fs::write(&bad, b"").unwrap();
    let mut command = assert_cmd::Command::cargo_bin("saycart").unwrap();
    let output = command.arg("hear").arg("--json").arg(&good).arg(&bad).output().unwrap();
    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("bad.wav is empty"), "{errors}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let heard: serde_json::Value = serde_json::from_str(lines.trim()).unwrap();
    assert!(heard["text"].as_str().unwrap().to_lowercase().contains("blueberry muffins"), "{heard}");
    let segment = &heard["segments"][0];
    assert!(segment["start_seconds"].as_f64().unwrap() < 0.6 && segment["end_seconds"].as_f64().unwrap() > 1.0);

    let other = directory.path().join("other.wav");
    wav::write(&other, &between_silences(&models.customer.says("I would like two large lattes, please."), 0.5))
        .unwrap();
    // As `cat good.wav other.wav | saycart hear -` does: a line a segment.
    let both = [std::fs::read(&good).unwrap(), std::fs::read(&other).unwrap()].concat();
    let mut piped = assert_cmd::Command::cargo_bin("saycart").unwrap();
    let output = piped.args(["hear", "-"]).write_stdin(both).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap().to_lowercase();
    let lines: Vec<&str> = text.lines().collect();
    assert!(matches!(lines[..], [first, second] if first.contains("muffins") && second.contains("lattes")), "{text}");
}

#[test]
fn a_short_answer_is_heard_once() {
    let mut models = models();
    for (spoken, heard) in [("That's it.", "thats it"), ("No thanks.", "no thanks"), ("Thank you.", "thank you")] {
        assert_eq!(models.said(spoken, &Bias::none()), heard);
    }
}

#[test]
fn without_the_thorough_recogniser_hearing_goes_on_and_a_misspelt_one_is_named() {
    let hear = Config::defaults().values.hear;
    let whole = path(&Store::new(Config::defaults().models_dir()), &hear.model);
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&whole, dir.path().join(whole.file_name().unwrap())).unwrap();
    let store = Store::new(dir.path());
    Recognisers::find(&store, &hear).unwrap();
    let misspelt = Hear { thorough_model: "whisper-bass-q8_0".into(), ..hear.clone() };
    let error = Recognisers::find(&store, &misspelt).unwrap_err().to_string();
    assert!(error.contains("did you mean `whisper-base-q8_0`?"), "{error}");
    let neither = tempfile::tempdir().unwrap();
    let error = Recognisers::find(&Store::new(neither.path()), &hear).unwrap_err().to_string();
    assert!(error.contains("saycart models fetch whisper-tiny.en-q8_0"), "{error}");
}
