//! A voice without a model: a beep whose length follows the text.

use crate::message::Sound;

use super::{TtsError, Voice};

/// Deterministic: the same text is always the same sound, [`Tone::SECONDS_A_CHARACTER`] for each letter or digit.
#[derive(Debug, Default)]
pub struct Tone;

impl Tone {
    pub const SECONDS_A_CHARACTER: f32 = 0.06;
    const RATE: u32 = 22_050;
    const HERTZ: f32 = 440.0;
}

impl Voice for Tone {
    fn rate(&self) -> u32 {
        Self::RATE
    }

    fn identity(&self) -> &str {
        "tone"
    }

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        let characters = sentence.chars().filter(|c| c.is_alphanumeric()).count();
        let samples = (characters as f32 * Self::SECONDS_A_CHARACTER * Self::RATE as f32) as usize;
        let step = std::f32::consts::TAU * Self::HERTZ / Self::RATE as f32;
        Ok(Sound { samples: (0..samples).map(|i| 0.25 * (step * i as f32).sin()).collect(), rate: Self::RATE })
    }
}
