//! Many people who read typed sentences aloud, none of them the assistant: the English voices of Kokoro, each at a pace of
//! its own. One half of them may be listened to while hearing is mended, the other is kept for the figure. Beside them the
//! assistant's own voice.

use saycart::chance::Chance;
use saycart::config::{Config, Overrides};
use saycart::message::HEARING_RATE;
use saycart::models::Store;
use saycart::reply::speakable::Script;
use saycart::sound;
use saycart::tts::{self, Cached, Kokoro, Voice};

use super::{below, seed};
use crate::support::Failure;

pub const MODEL: &str = "kokoro-82m";

/// May be listened to, and tuned to.
pub const TUNING: [&str; 14] = [
    "af_alloy",
    "af_bella",
    "af_jessica",
    "af_nicole",
    "af_river",
    "af_sky",
    "am_echo",
    "am_fenrir",
    "am_michael",
    "am_puck",
    "bf_alice",
    "bf_isabella",
    "bm_daniel",
    "bm_george",
];
/// Kept for the figure: nothing is ever tuned to these.
pub const FIGURE: [&str; 14] = [
    "af_aoede", "af_heart", "af_kore", "af_nova", "af_sarah", "am_adam", "am_eric", "am_liam", "am_onyx", "am_santa",
    "bf_emma", "bf_lily", "bm_fable", "bm_lewis",
];
/// The voice that is configured, at its usual pace.
const OWN: &str = "own";
/// How fast people speak, in hundredths of the usual.
const PACES: std::ops::RangeInclusive<usize> = 85..=125;
/// Room before and after what is said, in seconds.
const ROOM: f32 = 0.5;
/// What has been said is kept, so that two runs hear the same.
const CACHE_BYTES: u64 = 4 << 30;
/// So many people at once are babble, each at least so many seconds long.
const BABBLERS: usize = 6;
const BABBLE_SECONDS: usize = 45;

pub struct Crowd {
    voice: Cached<Kokoro>,
    /// The assistant's, where it is among the voices.
    own: Option<Cached<Box<dyn Voice>>>,
    voices: Vec<String>,
    script: Script,
}

impl Crowd {
    /// "tuning", "figure" or names of voices with commas between, "own" for the assistant's.
    pub fn open(voices: &str, script: Script) -> Result<Crowd, Failure> {
        let config = Config::load(&Overrides::default())?;
        let store = Store::new(config.models_dir());
        saycart::models::runtime::init(&store)?;
        let voices: Vec<String> = match voices {
            "tuning" => TUNING.map(String::from).to_vec(),
            "figure" => FIGURE.map(String::from).to_vec(),
            names => names.split(',').map(|name| name.trim().to_string()).collect(),
        };
        let first = voices.first().ok_or("no voice is named")?;
        let kept = tts::cache().with_extension("crowd");
        let kokoro = if first == OWN { TUNING[0] } else { first };
        let voice = Cached::new(Kokoro::open(&store, MODEL, kokoro)?, kept.clone(), CACHE_BYTES);
        let own = match voices.iter().any(|name| name == OWN) {
            true => Some(Cached::new(tts::open(&store, &config.values.speak.voice, 0)?, kept, CACHE_BYTES)),
            false => None,
        };
        Ok(Crowd { voice, own, voices, script })
    }

    pub fn voices(&self) -> &[String] {
        &self.voices
    }

    /// With the pronunciations of another shop.
    pub fn turn_to(&mut self, script: Script) {
        self.script = script;
    }

    /// As one of them would say it who is drawn by `who`, always the same: samples at [`HEARING_RATE`], with some room
    /// before and after.
    pub fn say(&mut self, who: &str, text: &str) -> Result<Vec<f32>, Failure> {
        let voice = self.voices[below(seed(who), self.voices.len())].clone();
        self.say_as(&voice, who, text)
    }

    /// The same by a voice of that name.
    pub fn say_as(&mut self, voice: &str, who: &str, text: &str) -> Result<Vec<f32>, Failure> {
        let pace = PACES.start() + below(seed(who).rotate_left(32), PACES.end() - PACES.start() + 1);
        let own = self.own.as_mut().filter(|_| voice == OWN);
        let speaker: &mut dyn Voice = match own {
            Some(own) => own,
            None => {
                self.voice.voice().speak_as(voice, pace as f32 / 100.0)?;
                &mut self.voice
            }
        };
        let room = (ROOM * HEARING_RATE as f32) as usize;
        let mut samples = vec![0.0; room];
        for sentence in self.script.sentences(text) {
            samples.extend(sound::to_hearing_rate(&speaker.speak(&sentence)?)?);
        }
        samples.resize(samples.len() + room, 0.0);
        Ok(samples)
    }

    /// Several of them at once, each saying these sentences in an order of their own.
    pub fn babble(&mut self, sentences: &[&str]) -> Result<Vec<f32>, Failure> {
        let length = BABBLE_SECONDS * HEARING_RATE as usize;
        let mut sum = vec![0.0; length];
        let voices: Vec<String> = self.voices.iter().take(BABBLERS).cloned().collect();
        for (number, voice) in voices.iter().enumerate() {
            let mut chance = Chance(number as u64 + 1);
            let mut said = Vec::new();
            while said.len() < length {
                said.extend(self.say_as(voice, voice, sentences[chance.below(sentences.len())])?);
            }
            sum.iter_mut().zip(&said).for_each(|(all, one)| *all += one);
        }
        Ok(sum)
    }
}
