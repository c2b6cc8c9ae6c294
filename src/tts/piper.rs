//! The neural voice: Piper models on ONNX Runtime.

use std::path::{Path, PathBuf};
use std::time::Instant;

use piper_rs::ModelConfig;

use crate::message::Sound;

use super::onnx::{failed, session};
use super::trim::trimmed;
use super::{TtsError, Voice};
use crate::pronounce;

/// The mark of a sentence's beginning. Piper's voices learnt with a pad between it and the first phoneme, as piper-phonemize
/// writes them; piper-rs puts one only behind what it is given. Without it the first sound is blurred: "birdie" for "thirty".
const BEGINNING: char = '^';

pub struct Piper {
    files: Files,
    config: ModelConfig,
    /// Loaded when it is first needed: that takes a second or two of processor time, and what stands in the cache
    /// needs no model.
    model: Option<piper_rs::Piper>,
    identity: String,
}

struct Files {
    model: PathBuf,
    config: PathBuf,
}

impl Piper {
    /// The voice of `model` (ONNX) and its `config` (JSON), which is read now. ONNX Runtime must be initialised before
    /// the first sentence: an unresolvable library hangs inside it. `identity` tells the model from every other one:
    /// its hash.
    pub fn open(model: &Path, config: &Path, identity: &str) -> Result<Piper, TtsError> {
        let files = Files { model: model.into(), config: config.into() };
        Ok(Piper { config: read_config(config)?, files, model: None, identity: identity.into() })
    }

    fn model(&mut self) -> Result<&mut piper_rs::Piper, TtsError> {
        let model = match self.model.take() {
            Some(model) => model,
            None => {
                let begun = Instant::now();
                let path = &self.files.model;
                let session = session(path)?;
                tracing::debug!("loaded the voice in {:.0} ms", begun.elapsed().as_secs_f32() * 1000.0);
                piper_rs::Piper::from_session(session, read_config(&self.files.config)?)
            }
        };
        Ok(self.model.insert(model))
    }
}

fn read_config(path: &Path) -> Result<ModelConfig, TtsError> {
    let text = std::fs::read(path).map_err(|error| failed(path, &error))?;
    serde_json::from_slice(&text).map_err(|error| failed(path, &error))
}

impl Voice for Piper {
    fn rate(&self) -> u32 {
        self.config.audio.sample_rate
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
        let phonemes = pronounce::clauses(&self.config.espeak.voice, sentence)?.join(" ");
        if phonemes.is_empty() {
            return Ok(Sound { samples: Vec::new(), rate: self.rate() });
        }
        let phonemes = format!("{BEGINNING}{phonemes}");
        let made = self.model()?.create(&phonemes, true, None, None, None, None);
        let (samples, rate) = made.map_err(|error| TtsError::Synthesis { reason: error.to_string() })?;
        Ok(Sound { samples: trimmed(samples, rate), rate })
    }
}
