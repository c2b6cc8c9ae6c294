//! Conversations said aloud by many people and heard by the daemon's own stages, or by a recogniser that knows no shop.

use std::time::Instant;

use saycart::channel::voice::{Phrases, WORTH_ASKING};
use saycart::config::{Config, Overrides};
use saycart::hear::{self, Endpointer};
use saycart::message::{HEARING_RATE, Sound};
use saycart::models::Store;
use saycart::reply::speakable::Script;
use saycart::service::{Happening, Setting};
use saycart::stt::thread::StopFlag;
use saycart::stt::{Bias, Recogniser, Recognisers, Whisper};
use saycart::understand::Expect;

use super::Noise;
use super::crowd::Crowd;
use super::differ::{Differ, Differences, Kind};
use crate::support::Failure;
use crate::support::talks::Hearer;

/// A recogniser beside the assistant's, with neither a shop nor a prompt.
pub const PLAIN: &str = "whisper-tiny.en-q8_0";

/// What all of a run heard.
#[derive(Default)]
pub struct Tally {
    pub differences: Differences,
    pub stt_ms: Vec<f64>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.differences.add(&other.differences);
        self.stt_ms.extend(other.stt_ms);
    }

    /// "word_error 0.07 deciding_words 0.01 menu_words … other_words … stt_ms p50 … p95 …".
    pub fn line(&mut self) -> (String, String) {
        self.stt_ms.sort_by(f64::total_cmp);
        let last = self.stt_ms.len().saturating_sub(1);
        let at =
            |share: f64| self.stt_ms.get(((last + 1) as f64 * share) as usize).or(self.stt_ms.last()).unwrap_or(&0.0);
        let words = &self.differences;
        (
            format!(
                "word_error {:.4} deciding_words {:.4} menu_words {:.4} other_words {:.4}",
                words.of_all(),
                words.share(Kind::Deciding),
                words.share(Kind::Menu),
                words.share(Kind::Other)
            ),
            format!("stt_ms p50 {:.0} p95 {:.0}", at(0.5), at(0.95)),
        )
    }
}

/// Somebody who says each turn, and something that hears it.
pub struct Talking<'a, R> {
    pub crowd: &'a mut Crowd,
    pub noise: Option<&'a Noise>,
    recogniser: R,
    endpointer: Endpointer,
    /// What the recogniser is told to expect; nothing where it knows no shop.
    phrases: Option<Phrases>,
    pub differ: Differ,
    pub tally: Tally,
    /// Print what was heard otherwise than it was said.
    pub tell: bool,
}

/// The daemon's own ears in a shop.
pub fn ours<'a>(crowd: &'a mut Crowd, setting: &Setting) -> Result<Talking<'a, impl Recogniser>, Failure> {
    let config = Config::load(&Overrides::default())?;
    let store = Store::new(config.models_dir());
    let Setting { shop, language, lexicon } = setting.clone();
    let recognisers = Recognisers::find(&store, &config.values.hear)?;
    let recogniser = recognisers.open(&shop, &language, lexicon, &StopFlag::default())?;
    Talking::new(crowd, setting, recogniser, Some(Phrases::of(setting)))
}

/// Whisper tiny.en alone.
pub fn plain<'a>(crowd: &'a mut Crowd, setting: &Setting) -> Result<Talking<'a, impl Recogniser>, Failure> {
    let config = Config::load(&Overrides::default())?;
    let model = Store::new(config.models_dir()).path(PLAIN)?;
    let recogniser = Whisper::load(&model, &setting.language.code, config.values.hear.threads, StopFlag::default())?;
    Talking::new(crowd, setting, recogniser, None)
}

impl<'a, R: Recogniser> Talking<'a, R> {
    fn new(
        crowd: &'a mut Crowd,
        setting: &Setting,
        recogniser: R,
        phrases: Option<Phrases>,
    ) -> Result<Talking<'a, R>, Failure> {
        let config = Config::load(&Overrides::default())?;
        let store = Store::new(config.models_dir());
        crowd.turn_to(Script::for_shop(&setting.language.speak, &setting.shop));
        Ok(Talking {
            crowd,
            noise: None,
            recogniser,
            endpointer: hear::endpointer(&store.path("silero-vad")?, &config.values.hear)?,
            phrases,
            differ: Differ::of(&setting.shop, &setting.language),
            tally: Tally::default(),
            tell: false,
        })
    }

    /// What was heard of these samples, an entry an utterance, with the seconds of voice in it.
    pub fn texts(&mut self, samples: Vec<f32>, expect: &Expect) -> Result<Vec<(String, f32)>, Failure> {
        let bias = self.phrases.as_ref().map_or_else(Bias::none, |phrases| phrases.bias(expect));
        let mut texts = Vec::new();
        for utterance in hear::utterances(&Sound { samples, rate: HEARING_RATE }, &mut self.endpointer)? {
            let begun = Instant::now();
            let transcript = self.recogniser.transcribe(&utterance, &bias)?;
            self.tally.stt_ms.push(begun.elapsed().as_secs_f64() * 1e3);
            texts.push((transcript.text, utterance.voiced_seconds));
        }
        Ok(texts)
    }
}

impl<R: Recogniser> Hearer for Talking<'_, R> {
    fn hear(&mut self, talk: &str, said: &str, expect: &Expect) -> Result<Vec<Happening>, Failure> {
        let mut samples = self.crowd.say(talk, said)?;
        if let Some(noise) = &self.noise {
            noise.mix(&mut samples, said);
        }
        let texts = self.texts(samples, expect)?;
        let heard = texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
        let changes = self.differ.compare(said, &heard, &mut self.tally.differences);
        if self.tell && !changes.is_empty() {
            let changes: Vec<String> = changes.iter().map(|(kind, change)| format!("{kind:?} {change}")).collect();
            println!("~ {talk}\n    said   {said}\n    heard  {heard}\n    {}", changes.join(", "));
        }
        let happened = texts.into_iter().filter_map(|(text, voiced)| match text.as_str() {
            "" => (voiced >= WORTH_ASKING).then_some(Happening::Unheard),
            _ => Some(Happening::Heard(text)),
        });
        Ok(happened.collect())
    }
}
