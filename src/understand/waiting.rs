//! "Hold on", "let me think": a sentence that asks for patience and nothing else.

use crate::lang::cue::Cue;
use crate::lang::understand::Waiting as Words;

use super::act::ActKind;
use super::part::Part;
use super::phrases::Phrases;
use super::tokens::{Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Waiting {
    phrases: Phrases,
    /// What may stand around such a phrase ("okay, hold on please").
    around: Phrases,
}

impl Waiting {
    pub fn new(words: &Words, normaliser: &Normaliser) -> Waiting {
        let (phrases, around) = (Phrases::new(&words.phrases, normaliser), Phrases::new(&words.around, normaliser));
        Waiting { phrases, around }
    }

    pub fn said(&self, tokens: &Tokens) -> Option<ActKind> {
        let (mut at, mut waits) = (0, false);
        while at < tokens.len() {
            let phrase = self.phrases.at(tokens, at);
            waits |= phrase.is_some();
            at += phrase.or_else(|| self.around.at(tokens, at))?;
        }
        waits.then_some(ActKind::Wait)
    }

    /// "Hold on, my wife is asking": where it opens the sentence, and nothing else in it concerns the shop.
    pub fn opens(&self, tokens: &Tokens, parts: &[Part]) -> bool {
        let mut end = 0;
        while let Some(length) = self.phrases.at(tokens, end) {
            end += length;
        }
        let acts =
            [Cue::Cancel, Cue::Undo, Cue::Remove, Cue::Change, Cue::Swap, Cue::Want, Cue::Put, Cue::Done, Cue::Not];
        let answers = [Cue::Yes, Cue::No, Cue::Goodbye, Cue::Human, Cue::Repeat, Cue::Help];
        let idle = |p: &Part| {
            let plain = p.amount().is_none() && (p.is_unknown() || p.common || p.is_filler());
            plain && !p.cues().any(&acts) && !p.cues().any(&answers)
        };
        end > 0 && parts.iter().filter(|p| p.tokens.end > end).all(idle)
    }
}
