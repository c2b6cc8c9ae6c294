//! "Hold on", "let me think": a sentence that asks for patience and nothing else.

use std::collections::HashSet;

use crate::lang::understand::{Waiting as Words, expand};

use super::act::ActKind;
use super::tokens::{Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Waiting {
    phrases: Vec<Vec<String>>,
    /// What may stand around such a phrase ("okay, hold on please").
    around: Vec<Vec<String>>,
    /// The first words of both.
    openers: HashSet<String>,
}

impl Waiting {
    pub fn new(words: &Words, normaliser: &Normaliser) -> Waiting {
        let normal = |patterns: &[String]| {
            let phrases = patterns.iter().flat_map(|pattern| expand(pattern)).map(|phrase| {
                let tokens = normaliser.tokens(&phrase);
                (0..tokens.len()).map(|at| tokens.key(at).to_string()).collect::<Vec<_>>()
            });
            let mut phrases: Vec<_> = phrases.filter(|phrase| !phrase.is_empty()).collect();
            // The longest that fits is meant.
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
            phrases
        };
        let (phrases, around) = (normal(&words.phrases), normal(&words.around));
        let openers = phrases.iter().chain(&around).map(|phrase| phrase[0].clone()).collect();
        Waiting { phrases, around, openers }
    }

    pub fn said(&self, tokens: &Tokens) -> Option<ActKind> {
        let fits = |phrase: &&Vec<String>, at: usize| {
            at + phrase.len() <= tokens.len() && phrase.iter().enumerate().all(|(n, word)| tokens.key(at + n) == word)
        };
        // Nearly every sentence is seen to be another by its first word.
        if tokens.is_empty() || !self.openers.contains(tokens.key(0)) {
            return None;
        }
        let (mut at, mut waits) = (0, false);
        while at < tokens.len() {
            if let Some(phrase) = self.phrases.iter().find(|phrase| fits(phrase, at)) {
                waits = true;
                at += phrase.len();
            } else {
                at += self.around.iter().find(|phrase| fits(phrase, at))?.len();
            }
        }
        waits.then_some(ActKind::Wait)
    }
}
