//! The neural voice: Piper models on ONNX Runtime.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::message::Sound;

use super::{TtsError, Voice, espeak};

/// Quieter than this counts as silence at the ends of a sentence: −50 dBFS, what people call audible.
const AUDIBLE: f32 = 0.003_162;
/// Seconds kept before the first audible sample, so that a soft consonant is not clipped.
const LEAD: f32 = 0.005;
/// Seconds kept after the last audible sample: the pause between two sentences.
const TAIL: f32 = 0.18;

pub struct Piper {
    model: piper_rs::Piper,
    rate: u32,
    espeak_voice: String,
    identity: String,
}

/// The two values of a Piper configuration that we need beside the model.
#[derive(Deserialize)]
struct Settings {
    audio: Audio,
    espeak: Espeak,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Deserialize)]
struct Espeak {
    voice: String,
}

impl Piper {
    /// Load `model` (ONNX) and its `config` (JSON). ONNX Runtime must have been initialised before: an unresolvable
    /// library hangs inside it.
    pub fn open(model: &Path, config: &Path) -> Result<Piper, TtsError> {
        let failed = |path: &Path, reason: String| TtsError::Load { path: path.into(), reason };
        let text = std::fs::read(config).map_err(|error| failed(config, error.to_string()))?;
        let settings: Settings = serde_json::from_slice(&text).map_err(|error| failed(config, error.to_string()))?;
        let identity = fingerprint(model).map_err(|error| failed(model, error.to_string()))?;
        let model = piper_rs::Piper::new(model, config).map_err(|error| failed(model, error.to_string()))?;
        Ok(Piper { model, rate: settings.audio.sample_rate, espeak_voice: settings.espeak.voice, identity })
    }
}

/// The model's sha256 in hex: 0.05 s for 60 MB.
fn fingerprint(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block)? {
            0 => break,
            read => hash.update(&block[..read]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Voice for Piper {
    fn rate(&self) -> u32 {
        self.rate
    }

    fn identity(&self) -> &str {
        &self.identity
    }

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        let phonemes = espeak::clauses(&self.espeak_voice, sentence)?.join(" ");
        if phonemes.is_empty() {
            return Ok(Sound { samples: Vec::new(), rate: self.rate });
        }
        let (samples, rate) = self
            .model
            .create(&phonemes, true, None, None, None, None)
            .map_err(|error| TtsError::Synthesis { sentence: sentence.into(), reason: error.to_string() })?;
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
    samples.drain(..first.saturating_sub(frames(LEAD)));
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_around_a_sentence_goes_but_a_soft_start_stays() {
        let mut samples = vec![0.0; 22_050];
        samples.extend(vec![0.5; 1_000]);
        samples.extend(vec![0.0; 22_050]);
        let trimmed = trimmed(samples, 22_050);
        assert_eq!(trimmed.iter().position(|s| *s > AUDIBLE), Some(110));
        assert_eq!(trimmed.len(), 110 + 1_000 + 3_969);
    }

    #[test]
    fn pure_silence_becomes_no_sound() {
        assert!(trimmed(vec![0.001; 4_000], 22_050).is_empty());
    }
}
