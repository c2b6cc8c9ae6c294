//! "Hold on", "let me think": a sentence that asks for patience and nothing else.

use std::collections::HashSet;

use crate::lang::understand::Waiting as Words;

use super::act::ActKind;
use super::phrases::Phrases;
use super::tokens::{Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Waiting {
    phrases: Phrases,
    /// What may stand around such a phrase ("okay, hold on please").
    around: Phrases,
    /// The first words of both.
    openers: HashSet<String>,
}

impl Waiting {
    pub fn new(words: &Words, normaliser: &Normaliser) -> Waiting {
        let (phrases, around) = (Phrases::new(&words.phrases, normaliser), Phrases::new(&words.around, normaliser));
        let openers = phrases.0.iter().chain(&around.0).map(|phrase| phrase[0].clone()).collect();
        Waiting { phrases, around, openers }
    }

    pub fn said(&self, tokens: &Tokens) -> Option<ActKind> {
        // Nearly every sentence is seen to be another by its first word.
        if tokens.is_empty() || !self.openers.contains(tokens.key(0)) {
            return None;
        }
        let (mut at, mut waits) = (0, false);
        while at < tokens.len() {
            let phrase = self.phrases.at(tokens, at);
            waits |= phrase.is_some();
            at += phrase.or_else(|| self.around.at(tokens, at))?;
        }
        waits.then_some(ActKind::Wait)
    }
}
