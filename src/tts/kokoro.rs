//! A neural voice that is many: Kokoro on ONNX Runtime. Whoever speaks is a table of numbers beside the one model, so that
//! one of them after the other costs no loading.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use ort::session::Session;
use ort::value::Tensor;
use serde::Deserialize;

use super::onnx::{failed, session};
use super::trim::trimmed;
use super::{TtsError, Voice};
use crate::message::Sound;
use crate::models::{File, Store};
use crate::pronounce;

const RATE: u32 = 24_000;
/// The model's places for sounds, without the two that stand around a sentence; each has a row of the style of its own.
const LONGEST: usize = 510;
const STYLE: usize = 256;
/// Stands around a sentence.
const AROUND: i64 = 0;
/// Whose pronunciation the sentences have.
const ACCENT: &str = "en-us";
/// Who speaks where nobody is named.
pub(super) const USUAL: &str = "af_heart";
/// Files of the model that are no voice.
const MODEL: &str = "model";
const VOCABULARY: &str = "vocabulary";

/// Sounds that the model has been taught other signs for than eSpeak NG's: diphthongs, affricates and what r colours are
/// one each.
const SIGNS: [(&str, &str); 13] = [
    ("dʒ", "ʤ"),
    ("tʃ", "ʧ"),
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("oʊ", "O"),
    ("əl", "ᵊl"),
    ("ɚ", "əɹ"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɐ", "ə"),
    ("r", "ɹ"),
];

pub struct Kokoro {
    files: Files,
    ids: HashMap<char, i64>,
    /// Loaded when it is first needed.
    model: Option<Session>,
    /// A row of [`STYLE`] numbers for each number of sounds in a sentence.
    style: Vec<f32>,
    speed: f32,
    identity: String,
}

struct Files {
    model: PathBuf,
    /// Name, file and hash of each voice.
    voices: Vec<(String, PathBuf, String)>,
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<char, i64>,
}

impl Kokoro {
    /// The model of the store, speaking as `voice`, one of [`Kokoro::voices`]. ONNX Runtime must be initialised.
    pub fn open(store: &Store, model: &str, voice: &str) -> Result<Kokoro, TtsError> {
        let path = store.path(model)?;
        let role = |file: &&File| !Kokoro::is_part(&file.role);
        let voice_file = |file: &File| Ok((file.role.clone(), store.file(model, &file.role)?, file.sha256.clone()));
        let voices = store.model(model)?.files_here().filter(role).map(voice_file).collect::<Result<_, TtsError>>()?;
        let vocabulary = store.file(model, VOCABULARY)?;
        let text = std::fs::read(&vocabulary).map_err(|error| failed(&vocabulary, &error))?;
        let ids = serde_json::from_slice::<Vocabulary>(&text).map_err(|error| failed(&vocabulary, &error))?.vocab;
        let files = Files { model: path, voices };
        let mut kokoro = Kokoro { files, ids, model: None, style: Vec::new(), speed: 1.0, identity: String::default() };
        kokoro.speak_as(voice, 1.0)?;
        Ok(kokoro)
    }

    /// Whether a file of that role belongs to the model and is no voice.
    pub fn is_part(role: &str) -> bool {
        [MODEL, VOCABULARY].contains(&role)
    }

    /// Names of all voices.
    pub fn voices(&self) -> impl Iterator<Item = &str> {
        self.files.voices.iter().map(|(name, ..)| name.as_str())
    }

    /// From now on speak as that voice, so many times as fast as usual.
    pub fn speak_as(&mut self, voice: &str, speed: f32) -> Result<(), TtsError> {
        let Some((_, path, hash)) = self.files.voices.iter().find(|(name, ..)| name == voice) else {
            let all = self.voices().collect::<Vec<_>>().join(", ");
            return Err(TtsError::NoSuchVoice { voice: voice.into(), all });
        };
        let bytes = std::fs::read(path).map_err(|error| failed(path, &error))?;
        let number = |four: &[u8; 4]| f32::from_le_bytes(*four);
        let style: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(number).collect();
        if style.len() != LONGEST * STYLE {
            return Err(failed(path, &"it is no style of this model"));
        }
        self.identity = format!("{hash} {speed}");
        (self.style, self.speed) = (style, speed);
        Ok(())
    }

    fn model(&mut self) -> Result<&mut Session, TtsError> {
        let model = match self.model.take() {
            Some(model) => model,
            None => {
                let begun = Instant::now();
                let path = &self.files.model;
                let session = session(path)?;
                tracing::debug!("loaded the voice in {:.0} ms", begun.elapsed().as_secs_f32() * 1000.0);
                session
            }
        };
        Ok(self.model.insert(model))
    }

    fn synthesise(&mut self, sounds: &[i64]) -> Result<Vec<f32>, TtsError> {
        let row = sounds.len().min(LONGEST - 1) * STYLE;
        let style = self.style[row..row + STYLE].to_vec();
        let tokens: Vec<i64> = [&[AROUND], sounds, &[AROUND]].concat();
        let speed = self.speed;
        let model = self.model()?;
        let run = move || -> ort::Result<Vec<f32>> {
            let tokens = Tensor::from_array(([1, tokens.len()], tokens))?;
            let style = Tensor::from_array(([1, STYLE], style))?;
            let speed = Tensor::from_array(([1], vec![speed]))?;
            let made = model.run(ort::inputs!["tokens" => tokens, "style" => style, "speed" => speed])?;
            Ok(made[0].try_extract_tensor::<f32>()?.1.to_vec())
        };
        run().map_err(|error| TtsError::Synthesis { reason: error.to_string() })
    }

    /// What the model calls the sounds of a sentence; those that it has no sign for are left out.
    fn sounds(&self, sentence: &str) -> Result<Vec<i64>, TtsError> {
        Ok(self.signs(&pronounce::clauses(ACCENT, sentence)?.join(" ")))
    }

    /// The same of what is written in eSpeak NG's IPA.
    fn signs(&self, ipa: &str) -> Vec<i64> {
        let mut phonemes = ipa.to_string();
        for (espeak, ours) in SIGNS {
            phonemes = phonemes.replace(espeak, ours);
        }
        phonemes.chars().filter_map(|sign| self.ids.get(&sign).copied()).take(LONGEST).collect()
    }

    /// Those sounds, said.
    fn say(&mut self, sounds: &[i64]) -> Result<Sound, TtsError> {
        if sounds.is_empty() {
            return Ok(Sound { samples: Vec::new(), rate: RATE });
        }
        let samples = self.synthesise(sounds)?;
        Ok(Sound { samples: trimmed(samples, RATE), rate: RATE })
    }
}

impl Voice for Kokoro {
    fn rate(&self) -> u32 {
        RATE
    }

    fn identity(&self) -> &str {
        &self.identity
    }

    fn warm_up(&mut self) -> Result<(), TtsError> {
        self.model().map(drop)
    }

    fn rest(&mut self) {
        self.model = None;
    }

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        let sounds = self.sounds(sentence)?;
        self.say(&sounds)
    }
}

/// The same voices, which are given what they say in IPA: words that are in no language, too.
pub struct Spelled {
    kokoro: Kokoro,
    identity: String,
}

impl Spelled {
    pub fn new(kokoro: Kokoro) -> Spelled {
        let identity = format!("{} spelled", kokoro.identity);
        Spelled { kokoro, identity }
    }

    /// As [`Kokoro::speak_as`].
    pub fn speak_as(&mut self, voice: &str, speed: f32) -> Result<(), TtsError> {
        self.kokoro.speak_as(voice, speed)?;
        self.identity = format!("{} spelled", self.kokoro.identity);
        Ok(())
    }
}

impl Voice for Spelled {
    fn rate(&self) -> u32 {
        RATE
    }

    fn identity(&self) -> &str {
        &self.identity
    }

    fn speak(&mut self, ipa: &str) -> Result<Sound, TtsError> {
        let sounds = self.kokoro.signs(ipa);
        self.kokoro.say(&sounds)
    }
}
