//! From utterance to transcript: the recogniser's trait, Whisper, and the shop's words as a bias.

pub mod bias;
pub mod by_ear;
pub mod guard;
pub mod level;
mod sense;
pub mod sounds;
pub mod thread;
pub mod whisper;

use std::path::PathBuf;

use crate::message::{Transcript, Utterance};

pub use bias::Bias;
pub use by_ear::ByEar;
pub use thread::{Pending, RecogniserThread};
pub use whisper::Whisper;

/// How to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Hypotheses kept side by side; with one, the likeliest word at each step is final.
    pub hypotheses: u8,
    /// Heeds the bias, which may also put words into the speaker's mouth.
    pub biased: bool,
    /// Looks at a whole window, of 30 seconds, where the sound is shorter: slow, but it does not go round in circles.
    pub whole: bool,
}

impl Way {
    pub const FIRST: Way = Way { hypotheses: 5, biased: true, whole: false };
    pub const UNBIASED: Way = Way { hypotheses: 1, biased: false, whole: false };
    pub const WHOLE: Way = Way { hypotheses: 1, biased: true, whole: true };
}

/// Something that turns speech into text. It may block for as long as the utterance lasts.
pub trait Recogniser: Send {
    /// What was said, by listening in that way; empty text where nothing that could be trusted was heard.
    fn transcribe_by(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError>;

    /// The same, by as many ways as it takes.
    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        let first = self.transcribe_by(Way::FIRST, utterance, bias)?;
        if !first.doubtful {
            return Ok(first);
        }
        let second = self.transcribe_by(Way::WHOLE, utterance, bias)?;
        let better = !second.doubtful || second.log_probability > first.log_probability;
        Ok(if better && !second.text.is_empty() { second } else { first })
    }
}

impl<R: Recogniser + ?Sized> Recogniser for &mut R {
    fn transcribe_by(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        (**self).transcribe_by(way, utterance, bias)
    }
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum SttError {
    #[error(
        "cannot load the recogniser model {path}: {reason}. Run `saycart models verify`, then `saycart models fetch`."
    )]
    Load { path: PathBuf, reason: String },
    #[error("the recogniser failed: {0}. Try again; if it stays, run `saycart models verify`.")]
    Run(String),
    #[error("the recogniser was stopped before it had finished. Start saycart again.")]
    Stopped,
    #[error("the recogniser is busy with earlier speech. Wait a moment and say it again.")]
    Busy,
}
