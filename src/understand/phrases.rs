//! Phrases of the language in normal form, looked for in a sentence as they stand.

use std::collections::{HashMap, HashSet};

use crate::lang::understand::expand;

use super::tokens::{Normaliser, Tokens};

/// The words of a text in their normal form.
pub(super) fn words(text: &str, normaliser: &Normaliser) -> Vec<String> {
    let tokens = normaliser.tokens(text);
    (0..tokens.len()).map(|at| tokens.key(at).to_string()).collect()
}

/// Words that stand by themselves, with blanks between.
pub(super) fn single_words(all: &str, normaliser: &Normaliser) -> HashSet<String> {
    all.split_whitespace().flat_map(|word| words(word, normaliser)).collect()
}

/// All that some patterns stand for, by their first words: nearly every word begins none. None is empty.
#[derive(Debug)]
pub(super) struct Phrases(HashMap<String, Vec<Vec<String>>>);

impl Phrases {
    /// `(a|b|)` in a pattern stands for each of its alternatives.
    pub fn new(patterns: &[String], normaliser: &Normaliser) -> Phrases {
        let all = patterns.iter().flat_map(|pattern| expand(pattern)).map(|phrase| words(&phrase, normaliser));
        let mut by_first: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for phrase in all.filter(|phrase| !phrase.is_empty()) {
            by_first.entry(phrase[0].clone()).or_default().push(phrase);
        }
        // The longest that fits is meant.
        by_first.values_mut().for_each(|phrases| phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len())));
        Phrases(by_first)
    }

    /// How many tokens from this one on the longest phrase covers that begins here.
    pub fn at(&self, tokens: &Tokens, from: usize) -> Option<usize> {
        let phrases = self.0.get(tokens.key_at(from)?)?;
        phrases.iter().find(|phrase| stands(phrase, tokens, from)).map(Vec::len)
    }

    pub fn end(&self, tokens: &Tokens) -> bool {
        self.0
            .values()
            .flatten()
            .any(|phrase| tokens.len().checked_sub(phrase.len()).is_some_and(|from| stands(phrase, tokens, from)))
    }
}

fn stands(phrase: &[String], tokens: &Tokens, from: usize) -> bool {
    from + phrase.len() <= tokens.len() && phrase.iter().enumerate().all(|(at, word)| tokens.key(from + at) == word)
}
