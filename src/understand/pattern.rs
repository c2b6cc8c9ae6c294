//! Patterns of the language over the words of a sentence, with gaps and slots: "i bought … yesterday", "allergic to {x}".

use std::collections::HashMap;
use std::ops::Range;

use crate::lang::understand::expand;

use super::phrases;
use super::tokens::{Break, Normaliser, Tokens};

/// `…` in a pattern: so many words at most, perhaps none.
const LONGEST_GAP: usize = 6;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Is(String),
    /// `…`
    Gap,
    /// `{n}`: a number, however many words it is said in.
    Number,
    /// `{x}`: whatever the caller knows of.
    Slot,
}

#[derive(Debug)]
struct Pattern<T> {
    words: Vec<Word>,
    stands_for: T,
}

/// Where a pattern stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found<T> {
    pub tokens: Range<usize>,
    pub slot: Option<Range<usize>>,
    pub gap: Option<Range<usize>>,
    pub stands_for: T,
}

/// What fills `{x}`: the end of what begins at this token.
pub(super) type Fills<'f> = &'f dyn Fn(usize) -> Option<usize>;

/// Patterns by their first two words: nearly every word begins none.
#[derive(Debug)]
pub(super) struct Patterns<T> {
    by_word: HashMap<String, Branch<T>>,
    /// Those that begin with a slot or a number.
    others: Vec<Pattern<T>>,
    /// Words for a nought within a number ("three oh two").
    noughts: Vec<String>,
}

#[derive(Debug)]
struct Branch<T> {
    by_word: HashMap<String, Vec<Pattern<T>>>,
    /// Those that end here, or go on with a gap, a slot or a number.
    others: Vec<Pattern<T>>,
}

impl<T> Branch<T> {
    fn new() -> Branch<T> {
        Branch { by_word: HashMap::new(), others: vec![] }
    }

    fn add(&mut self, pattern: Pattern<T>) {
        match pattern.words.get(1) {
            Some(Word::Is(second)) => self.by_word.entry(second.clone()).or_default().push(pattern),
            _ => self.others.push(pattern),
        }
    }

    /// By their last words; of one ending, in the order written.
    fn sort(&mut self) {
        let last = |pattern: &Pattern<T>| match pattern.words.last() {
            Some(Word::Is(word)) => word.clone(),
            _ => String::new(),
        };
        self.by_word.values_mut().chain([&mut self.others]).for_each(|patterns| patterns.sort_by_key(last));
    }

    fn at(&self, second: Option<&str>) -> impl Iterator<Item = &Pattern<T>> {
        second.and_then(|word| self.by_word.get(word)).into_iter().flatten().chain(&self.others)
    }
}

impl<T: Copy> Patterns<T> {
    pub fn new(patterns: impl IntoIterator<Item = (String, T)>, normaliser: &Normaliser) -> Patterns<T> {
        let mut all = Patterns { by_word: HashMap::new(), others: vec![], noughts: vec![] };
        for (pattern, stands_for) in patterns {
            for phrase in expand(&pattern) {
                let words: Vec<Word> = phrase.split_whitespace().flat_map(|word| read(word, normaliser)).collect();
                match words.first().cloned() {
                    Some(Word::Is(first)) => {
                        all.by_word.entry(first).or_insert_with(Branch::new).add(Pattern { words, stands_for });
                    }
                    Some(_) => all.others.push(Pattern { words, stands_for }),
                    None => {}
                }
            }
        }
        all.by_word.values_mut().for_each(Branch::sort);
        all
    }

    /// With words for a nought.
    pub fn counting(mut self, noughts: &[String]) -> Patterns<T> {
        self.noughts = noughts.to_vec();
        self
    }

    /// The longest pattern that begins at this token and ends before `until`; of equally long ones the first.
    pub fn at(&self, tokens: &Tokens, from: usize, until: usize, fills: Fills) -> Option<Found<T>> {
        let second = (from + 1 < until).then(|| tokens.key(from + 1));
        let begun = self.by_word.get(tokens.key(from)).into_iter().flat_map(|branch| branch.at(second));
        let begun = begun.chain(&self.others);
        let mut best: Option<Found<T>> = None;
        // Patterns of one ending stand together: where that word is not said, none of them is.
        let mut ending: Option<(&str, bool)> = None;
        for pattern in begun {
            if pattern.words.first() == Some(&Word::Number) && !self.counts(tokens, from) {
                continue;
            }
            if let Some(Word::Is(last)) = pattern.words.last() {
                let said = match ending {
                    Some((word, said)) if word == last => said,
                    _ => (from..until).any(|at| tokens.key(at) == last),
                };
                ending = Some((last, said));
                if !said {
                    continue;
                }
            }
            let mut found = Found { tokens: from..from, slot: None, gap: None, stands_for: pattern.stands_for };
            if self.matched(&pattern.words, tokens, from, until, fills, &mut found)
                && best.as_ref().is_none_or(|best| best.tokens.end < found.tokens.end)
            {
                best = Some(found);
            }
        }
        best
    }

    fn matched(
        &self,
        words: &[Word],
        tokens: &Tokens,
        at: usize,
        until: usize,
        fills: Fills,
        found: &mut Found<T>,
    ) -> bool {
        let Some((word, rest)) = words.split_first() else {
            found.tokens.end = at;
            return true;
        };
        match word {
            Word::Is(word) => {
                at < until && tokens.key(at) == word && self.matched(rest, tokens, at + 1, until, fills, found)
            }
            Word::Number => {
                // "table five, two lattes": a comma ends the number.
                let joined = |next: &usize| *next == at || tokens.list[*next].before == Break::None;
                let numbers = (at..until).take_while(|at| joined(at) && self.counts(tokens, *at)).count();
                // "Oh" alone is no nought.
                let counted = (at..at + numbers).any(|at| tokens.list[at].number.is_some());
                counted && self.matched(rest, tokens, at + numbers, until, fills, found)
            }
            Word::Slot => {
                let Some(end) = (at < until).then(|| fills(at)).flatten().filter(|end| *end <= until) else {
                    return false;
                };
                found.slot = Some(at..end);
                self.matched(rest, tokens, end, until, fills, found)
            }
            Word::Gap => (at..=until.min(at + LONGEST_GAP)).any(|end| {
                found.gap = Some(at..end);
                self.matched(rest, tokens, end, until, fills, found)
            }),
        }
    }

    fn counts(&self, tokens: &Tokens, at: usize) -> bool {
        tokens.list[at].number.is_some() || self.noughts.iter().any(|nought| nought == tokens.key(at))
    }
}

fn read(word: &str, normaliser: &Normaliser) -> Vec<Word> {
    match word {
        "…" => vec![Word::Gap],
        "{n}" => vec![Word::Number],
        "{x}" => vec![Word::Slot],
        word => phrases::words(word, normaliser).into_iter().map(Word::Is).collect(),
    }
}

/// Where nothing fills a slot.
pub(super) fn nothing(_: usize) -> Option<usize> {
    None
}
