//! When to recognise, and when what was recognised counts. Pure: it is told what comes to pass and says what to do.
//!
//! As soon as somebody falls silent the speech so far is recognised. If they go on, that is dropped; if it was the end,
//! the text is there already. Every end of speech is concluded exactly once.

use crate::hear::PauseId;
use crate::message::{Transcript, Utterance};
use crate::stt::SttError;

use super::ear::Heard;

/// What to do now.
#[derive(Debug)]
pub enum Step {
    Nothing,
    /// Recognise this, and nothing that was to be recognised before.
    Recognise(Utterance),
    /// Nothing that is being recognised is wanted any more.
    Abandon,
    /// In this pause the speech is this text so far: find out whether it is all.
    Foresee(PauseId, String),
    /// Somebody has said this.
    Conclude(Said),
}

/// The end of speech, recognised.
#[derive(Debug)]
pub struct Said {
    pub result: Result<Transcript, SttError>,
    pub voiced_seconds: f32,
    /// It was recognised before the end was sure.
    pub ahead: bool,
}

/// Where a stretch of speech stands.
#[derive(Debug, Default)]
pub enum Ahead {
    #[default]
    Quiet,
    Speaking,
    /// A pause, being recognised.
    Guessing(PauseId, f32),
    /// A pause, recognised.
    Guessed(PauseId, Said),
    /// The end is sure, and the text is not there yet.
    Awaited {
        voiced_seconds: f32,
        ahead: bool,
    },
}

impl Ahead {
    /// Whether somebody is speaking or is about to be answered.
    pub fn is_quiet(&self) -> bool {
        matches!(self, Ahead::Quiet)
    }

    pub fn heard(&mut self, heard: Heard) -> Step {
        if let Ahead::Awaited { .. } = self {
            // They are being answered: what they say now is lost, as it is while the answer is spoken.
            return Step::Nothing;
        }
        match heard {
            Heard::Called => Step::Nothing,
            Heard::Started => {
                *self = Ahead::Speaking;
                Step::Nothing
            }
            Heard::Paused(pause, utterance) => {
                *self = Ahead::Guessing(pause, utterance.voiced_seconds);
                Step::Recognise(utterance)
            }
            Heard::Resumed => {
                *self = Ahead::Speaking;
                Step::Abandon
            }
            Heard::Ended { pause, utterance, .. } => self.ended(pause, utterance),
        }
    }

    fn ended(&mut self, pause: Option<PauseId>, utterance: Utterance) -> Step {
        match std::mem::take(self) {
            Ahead::Guessed(guessed, said) if pause == Some(guessed) => Step::Conclude(said),
            Ahead::Guessing(guessed, voiced_seconds) if pause == Some(guessed) => {
                *self = Ahead::Awaited { voiced_seconds, ahead: true };
                Step::Nothing
            }
            _ => {
                *self = Ahead::Awaited { voiced_seconds: utterance.voiced_seconds, ahead: false };
                Step::Recognise(utterance)
            }
        }
    }

    /// What the last [`Step::Recognise`] gave.
    pub fn recognised(&mut self, result: Result<Transcript, SttError>) -> Step {
        match *self {
            Ahead::Awaited { voiced_seconds, ahead } => {
                *self = Ahead::Quiet;
                Step::Conclude(Said { result, voiced_seconds, ahead })
            }
            Ahead::Guessing(pause, voiced_seconds) => {
                let text = result.as_ref().map_or_else(|_| String::new(), |transcript| transcript.text.clone());
                *self = Ahead::Guessed(pause, Said { result, voiced_seconds, ahead: true });
                if text.is_empty() { Step::Nothing } else { Step::Foresee(pause, text) }
            }
            Ahead::Quiet | Ahead::Speaking | Ahead::Guessed(..) => Step::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// So many samples stand for so much speech.
    fn speech(samples: usize) -> Utterance {
        Utterance { samples: vec![0.0; samples], voiced_seconds: samples as f32, ..Utterance::default() }
    }

    fn paused(pause: u32, samples: usize) -> Heard {
        Heard::Paused(PauseId(pause), speech(samples))
    }

    fn ended(pause: Option<u32>, samples: usize) -> Heard {
        Heard::Ended { pause: pause.map(PauseId), utterance: speech(samples), at: Instant::now() }
    }

    fn text(text: &str) -> Result<Transcript, SttError> {
        Ok(Transcript { text: text.into(), ..Transcript::default() })
    }

    /// A step in a word or two.
    fn told(step: Step) -> String {
        match step {
            Step::Nothing => "-".into(),
            Step::Recognise(utterance) => format!("recognise {}", utterance.samples.len()),
            Step::Abandon => "abandon".into(),
            Step::Foresee(pause, text) => format!("foresee {} {text}", pause.0),
            Step::Conclude(said) => {
                let text = said.result.map_or_else(|error| error.to_string(), |transcript| transcript.text);
                format!("conclude {text} after {}{}", said.voiced_seconds, if said.ahead { " ahead" } else { "" })
            }
        }
    }

    #[test]
    fn what_was_recognised_in_the_pause_counts_when_the_pause_is_the_end() {
        let mut ahead = Ahead::default();
        assert_eq!(told(ahead.heard(Heard::Started)), "-");
        assert_eq!(told(ahead.heard(paused(1, 30))), "recognise 30");
        assert_eq!(told(ahead.recognised(text("a latte"))), "foresee 1 a latte");
        assert_eq!(told(ahead.heard(ended(Some(1), 30))), "conclude a latte after 30 ahead");
        assert!(ahead.is_quiet());
        // Nothing comes of it a second time.
        assert_eq!(told(ahead.recognised(text("a latte"))), "-");
    }

    #[test]
    fn an_end_that_comes_before_the_text_waits_for_it() {
        let mut ahead = Ahead::default();
        ahead.heard(Heard::Started);
        ahead.heard(paused(1, 30));
        assert_eq!(told(ahead.heard(ended(Some(1), 30))), "-");
        assert!(!ahead.is_quiet());
        assert_eq!(told(ahead.recognised(text("a latte"))), "conclude a latte after 30 ahead");
        assert!(ahead.is_quiet());
    }

    #[test]
    fn whoever_goes_on_is_heard_whole_and_what_was_guessed_is_forgotten() {
        let mut ahead = Ahead::default();
        ahead.heard(Heard::Started);
        ahead.heard(paused(1, 30));
        assert_eq!(told(ahead.recognised(text("a latte"))), "foresee 1 a latte");
        assert_eq!(told(ahead.heard(Heard::Resumed)), "abandon");
        assert_eq!(told(ahead.heard(paused(2, 70))), "recognise 70");
        assert_eq!(told(ahead.heard(Heard::Resumed)), "abandon");
        assert_eq!(told(ahead.heard(paused(3, 90))), "recognise 90");
        assert_eq!(told(ahead.recognised(text("a latte and a scone"))), "foresee 3 a latte and a scone");
        assert_eq!(told(ahead.heard(ended(Some(3), 90))), "conclude a latte and a scone after 90 ahead");
    }

    #[test]
    fn a_guess_at_other_speech_than_what_ended_is_never_used() {
        // As when the news that the speech went on was lost on the way.
        for recognised in [true, false] {
            let mut ahead = Ahead::default();
            ahead.heard(Heard::Started);
            ahead.heard(paused(1, 30));
            if recognised {
                ahead.recognised(text("a latte"));
            }
            assert_eq!(told(ahead.heard(ended(Some(2), 90))), "recognise 90");
            assert_eq!(told(ahead.recognised(text("a latte and a scone"))), "conclude a latte and a scone after 90");
        }
    }

    #[test]
    fn speech_cut_in_the_middle_is_recognised_at_its_end() {
        let mut ahead = Ahead::default();
        ahead.heard(Heard::Started);
        assert_eq!(told(ahead.heard(ended(None, 400))), "recognise 400");
        assert_eq!(told(ahead.recognised(text("a long story"))), "conclude a long story after 400");
    }

    #[test]
    fn nothing_is_foreseen_of_a_noise_and_its_end_is_told_all_the_same() {
        let mut ahead = Ahead::default();
        ahead.heard(Heard::Started);
        ahead.heard(paused(1, 1));
        assert_eq!(told(ahead.recognised(text(""))), "-");
        assert_eq!(told(ahead.heard(ended(Some(1), 1))), "conclude  after 1 ahead");
    }
}
