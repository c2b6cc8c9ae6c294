//! The neural voice: Piper models on ONNX Runtime.

use std::path::{Path, PathBuf};
use std::time::Instant;

use ort::session::Session;
use piper_rs::ModelConfig;

use crate::message::Sound;

use super::{TtsError, Voice};
use crate::pronounce;

/// Quieter than this counts as silence at the ends of a sentence: −50 dBFS, what people call audible.
const AUDIBLE: f32 = 0.003_162;
/// A breathed consonant begins below that, down to −60 dBFS, at most so many seconds before the first audible sample.
const SOFT: f32 = 0.001;
const BREATH: f32 = 0.06;
/// Seconds kept before all of that, so that it does not begin with a click.
const LEAD: f32 = 0.005;
/// Seconds kept after the last audible sample: the pause between two sentences.
const TAIL: f32 = 0.18;

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
                let session = session(path).map_err(|error| failed(path, &error))?;
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

fn failed(path: &Path, reason: &dyn std::fmt::Display) -> TtsError {
    TtsError::Load { path: path.into(), reason: reason.to_string() }
}

/// Threads that spin while they wait took half as much processor time again, and starved the recogniser.
fn session(model: &Path) -> Result<Session, ort::Error> {
    Session::builder()?.with_intra_op_spinning(false)?.with_inter_op_spinning(false)?.commit_from_file(model)
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

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        let phonemes = pronounce::clauses(&self.config.espeak.voice, sentence)?.join(" ");
        if phonemes.is_empty() {
            return Ok(Sound { samples: Vec::new(), rate: self.rate() });
        }
        let made = self.model()?.create(&phonemes, true, None, None, None, None);
        let (samples, rate) =
            made.map_err(|error| TtsError::Synthesis { sentence: sentence.into(), reason: error.to_string() })?;
        Ok(Sound { samples: trimmed(samples, rate), rate })
    }
}

/// Without the silence before the first and long after the last audible sample; all of it where nothing is audible.
fn trimmed(mut samples: Vec<f32>, rate: u32) -> Vec<f32> {
    let audible = |sample: &f32| sample.abs() > AUDIBLE;
    let (Some(first), Some(last)) = (samples.iter().position(audible), samples.iter().rposition(audible)) else {
        return Vec::new();
    };
    let frames = |seconds: f32| (seconds * rate as f32) as usize;
    samples.truncate((last + 1 + frames(TAIL)).min(samples.len()));
    let from = first.saturating_sub(frames(BREATH));
    let soft = samples[from..first].iter().position(|sample| sample.abs() > SOFT).map_or(first, |at| from + at);
    samples.drain(..soft.saturating_sub(frames(LEAD)));
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_around_a_sentence_goes_but_a_soft_start_stays() {
        for (breath, kept) in [(0, 0), (600, 600), (10_000, 1_323)] {
            let mut samples = vec![0.0; 22_050];
            samples.extend(vec![0.002; breath]);
            samples.extend(vec![0.5; 1_000]);
            samples.extend(vec![0.0; 22_050]);
            let trimmed = trimmed(samples, 22_050);
            assert_eq!(trimmed.iter().position(|s| *s > AUDIBLE), Some(110 + kept));
            assert_eq!(trimmed.len(), 110 + kept + 1_000 + 3_969);
        }
    }

    #[test]
    fn pure_silence_becomes_no_sound() {
        assert!(trimmed(vec![0.001; 4_000], 22_050).is_empty());
    }
}
