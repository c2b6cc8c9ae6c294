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

/// How hard to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The likeliest word at each step.
    Quick,
    /// Several hypotheses side by side.
    Thorough,
    /// Heedless of the bias, which may have put words into the speaker's mouth.
    Unprompted,
}

/// Something that turns speech into text. It may block for as long as the utterance lasts.
pub trait Recogniser: Send {
    /// What was said; empty text where nothing that could be trusted was heard.
    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        self.transcribe_by(Way::Quick, utterance, bias)
    }

    /// The same, listening as hard as is said.
    fn transcribe_by(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError>;
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
