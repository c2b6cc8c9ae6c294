//! From utterance to transcript: the recogniser's trait, Whisper, and the shop's words as a bias.

pub mod bias;
pub mod by_ear;
mod called;
pub mod guard;
mod hypothesis;
pub mod level;
pub mod lm;
mod plain;
mod processor;
mod recognisers;
mod sense;
pub mod sounds;
pub mod thread;
pub mod whisper;

use std::path::PathBuf;

use crate::message::{Hearing, Transcript, Utterance};

pub use bias::Bias;
pub use by_ear::ByEar;
pub use called::Called;
pub use recognisers::Recognisers;
pub use thread::{Pending, RecogniserThread};
pub use whisper::Whisper;

/// How to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Hypotheses kept side by side; with one, the likeliest word at each step is final.
    pub hypotheses: u8,
    /// Heeds the bias, which may also put words into the speaker's mouth.
    pub biased: bool,
    /// Expects what the shop's language model holds likely, with several hypotheses; asks the thorough recogniser, where
    /// there are two.
    pub expecting: bool,
    /// Writes commas and full stops. Without, hypotheses tell more words apart, but lose what marks tell of phrases.
    pub marked: bool,
    /// Looks at a whole window, of 30 seconds, where the sound is shorter: slow, but it does not go round in circles.
    pub whole: bool,
    /// Takes down what may be said alone, each as likely as it is, and beside it whatever else.
    pub alone: bool,
}

impl Way {
    pub const FIRST: Way =
        Way { hypotheses: 5, biased: true, expecting: false, marked: false, whole: false, alone: false };
    pub const EXPECTING: Way = Way { expecting: true, ..Way::FIRST };
    pub const MARKED: Way = Way { marked: true, ..Way::FIRST };
    pub const UNBIASED: Way = Way { biased: false, ..Way::MARKED };
    pub const ALONE: Way = Way { biased: false, alone: true, ..Way::FIRST };
    pub const WHOLE: Way = Way { hypotheses: 1, whole: true, ..Way::MARKED };
}

/// Something that listens in the way it is told.
pub trait Listener: Send {
    /// What may have been said, the likeliest first. Only the first text may be empty: nothing that could be trusted was
    /// heard.
    fn listen(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Hearing, SttError>;
}

impl<L: Listener + ?Sized> Listener for &mut L {
    fn listen(&mut self, way: Way, utterance: &Utterance, bias: &Bias) -> Result<Hearing, SttError> {
        (**self).listen(way, utterance, bias)
    }
}

/// Something that turns speech into text. It may block for as long as the utterance lasts.
pub trait Recogniser: Send {
    /// What was said; empty text where nothing that could be trusted was heard.
    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError>;
}

/// Where no shop tells what makes sense, the recogniser's own doubt decides whether it listens twice; and what is no doubt
/// of its own but cannot be: more text than a short answer has voice for, or none where somebody spoke.
impl<L: Listener> Recogniser for L {
    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        let mut likeliest =
            |way| self.listen(way, utterance, bias).map(|heard| heard.into_iter().next().unwrap_or_default());
        let first = likeliest(Way::MARKED)?;
        let voiced = utterance.voiced_seconds;
        let missed = first.text.is_empty() && by_ear::SPEECH.contains(&voiced);
        if !first.doubtful && !missed && !guard::hurried_answer(&first.text, voiced) {
            return Ok(first);
        }
        let second = likeliest(Way::WHOLE)?;
        let better = !second.doubtful || second.log_probability > first.log_probability;
        Ok(if better && !second.text.is_empty() { second } else { first })
    }
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum SttError {
    #[error(
        "cannot load the recogniser model {path}: {reason}. Run `saycart models verify`, then `saycart models fetch`."
    )]
    Load { path: PathBuf, reason: String },
    #[error(
        "this program was built for a processor with {0}, which this one has not. Build it on this machine: `make build`."
    )]
    Processor(String),
    #[error("the recogniser failed: {0}. Try again; if it stays, run `saycart models verify`.")]
    Run(String),
    #[error("the recogniser was stopped before it had finished. Start saycart again.")]
    Stopped,
    #[error("the recogniser is busy with earlier speech. Wait a moment and say it again.")]
    Busy,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is heard in the first listening and in a whole window, and how often it listened.
    struct Twice(&'static str, &'static str, usize);

    impl Listener for Twice {
        fn listen(&mut self, way: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
            self.2 += 1;
            let text = if way.whole { self.1 } else { self.0 };
            Ok(vec![Transcript { text: text.into(), ..Transcript::default() }])
        }
    }

    /// With no shop behind it: what is taken, and after how many listenings.
    fn heard(voiced_seconds: f32, first: &'static str, whole: &'static str) -> (String, usize) {
        let mut listener = Twice(first, whole, 0);
        let utterance = Utterance { voiced_seconds, ..Utterance::default() };
        let transcript = listener.transcribe(&utterance, &Bias::none()).unwrap();
        (transcript.text, listener.2)
    }

    #[test]
    fn a_short_answer_that_is_written_more_often_than_there_was_time_for_is_heard_in_a_whole_window() {
        assert_eq!(heard(0.5, "That's it. That's it.", "That's it."), ("That's it.".into(), 2));
        assert_eq!(heard(0.7, "No thanks. No thanks. No thanks.", "No thanks."), ("No thanks.".into(), 2));
        assert_eq!(heard(0.5, "Thank you Thank you", ""), ("Thank you Thank you".into(), 2));
        assert_eq!(heard(1.1, "Two teas, two teas.", "Two teas."), ("Two teas, two teas.".into(), 1));
        assert_eq!(heard(0.5, "Yes.", "Yes, yes."), ("Yes.".into(), 1));
        let fast = "Can I get two large lattes with oat milk to go?";
        assert_eq!(heard(2.0, fast, ""), (fast.into(), 1));
    }

    #[test]
    fn nothing_heard_where_somebody_spoke_is_heard_in_a_whole_window_and_a_knock_is_a_knock() {
        assert_eq!(heard(0.8, "", "Yes, please."), ("Yes, please.".into(), 2));
        assert_eq!(heard(0.3, "", "Bye."), (String::new(), 1));
    }
}
