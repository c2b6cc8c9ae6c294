//! The small vocabulary that the stages share: sound, transcript, timings.

use serde::{Deserialize, Serialize};

/// Sample rate of everything inside the recogniser's side, in hertz. Whisper and Silero both want it.
pub const HEARING_RATE: u32 = 16_000;

/// Mono sound: samples in −1.0 … 1.0 at `rate` hertz.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sound {
    pub samples: Vec<f32>,
    pub rate: u32,
}

impl Sound {
    pub fn seconds(&self) -> f32 {
        if self.rate == 0 { 0.0 } else { self.samples.len() as f32 / self.rate as f32 }
    }
}

/// What the endpointer cuts out of the stream: one stretch of speech, mono at [`HEARING_RATE`], with pre-roll.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Utterance {
    pub samples: Vec<f32>,
    /// Where in the stream it begins, in seconds since the stream (or the endpointer's last reset) began.
    pub start_seconds: f64,
    /// Time in which the detector heard a voice, in seconds; without pre-roll and hang-over.
    pub voiced_seconds: f32,
    /// Some of it over our own voice, which may not be gone from it altogether.
    pub over: bool,
}

/// What the recogniser heard in an utterance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Transcript {
    /// Empty where nothing that could be trusted was heard.
    pub text: String,
    /// Mean log-probability of the tokens, ≤ 0.
    pub log_probability: f32,
    /// Their sum: of transcripts of one listening, the higher the likelier.
    #[serde(default)]
    pub log_likelihood: f32,
    /// Whisper's own estimate that nobody spoke, 0 … 1; weak alone.
    pub no_speech: f32,
    /// How sure the recogniser was of each word; empty for typed text, which is sure.
    pub words: Vec<HeardWord>,
    /// It went round in a circle, or is a poor guess: listening in another way may tell more.
    #[serde(default)]
    pub doubtful: bool,
}

/// What is to be said, at one go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sentence {
    pub text: String,
    /// A customer's own words may stand in it: when it has been said, nothing of it is kept.
    pub private: bool,
}

impl Sentence {
    /// Made of the shop's words and the language's alone.
    pub fn ours(text: impl Into<String>) -> Sentence {
        Sentence { text: text.into(), private: false }
    }
}

/// What one listening may have heard, the likeliest first.
pub type Hearing = Vec<Transcript>;

/// A word of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeardWord {
    /// Byte range in the transcript's text.
    pub span: std::ops::Range<usize>,
    /// Geometric mean of its tokens' probabilities, 0 … 1.
    pub probability: f32,
}
