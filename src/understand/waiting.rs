//! "Hold on", "let me think": a sentence that asks for patience and nothing else.

use crate::lang::understand::Waiting as Words;

use super::act::ActKind;
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
}
