//! Phrases of the language in normal form, looked for in a sentence as they stand.

use std::collections::HashSet;

use super::automaton::{Automaton, START};
use super::tokens::{Normaliser, Tokens};

/// The words of a text in their normal form.
pub(super) fn words(text: &str, normaliser: &Normaliser) -> Vec<String> {
    let tokens = normaliser.tokens(text);
    (0..tokens.len()).map(|at| tokens.key(at).to_string()).collect()
}

/// The words of a table of words.
pub(super) fn single(all: &str, normaliser: &Normaliser) -> HashSet<String> {
    all.split_whitespace().flat_map(|word| words(word, normaliser)).collect()
}

/// All that some patterns stand for. None is empty.
#[derive(Debug)]
pub(super) struct Phrases(Automaton<()>);

impl Phrases {
    /// `(a|b|)` in a pattern stands for each of its alternatives.
    pub fn new(patterns: &[String], normaliser: &Normaliser) -> Phrases {
        Phrases(Automaton::new(patterns.iter().map(|pattern| (pattern.clone(), ())), normaliser))
    }

    /// How many tokens from this one on the longest phrase covers that begins here.
    pub fn at(&self, tokens: &Tokens, from: usize) -> Option<usize> {
        self.lengths(tokens, from).last()
    }

    /// Whether a phrase stands at the end.
    pub fn end(&self, tokens: &Tokens) -> bool {
        (0..tokens.len()).any(|from| self.lengths(tokens, from).any(|length| from + length == tokens.len()))
    }

    /// Of the phrases that begin at a token, the shortest first.
    fn lengths(&self, tokens: &Tokens, from: usize) -> impl Iterator<Item = usize> {
        let mut state = START;
        let read = (from..tokens.len()).map_while(move |at| {
            state = self.0.step(state, self.0.word(tokens.key(at))?)?;
            Some((at, state))
        });
        read.filter(|(_, state)| !self.0.ends(*state).is_empty()).map(move |(at, _)| at + 1 - from)
    }
}
