//! Patterns of the language over the words of a sentence, with gaps and slots: "i bought … yesterday", "allergic to {x}".

use std::ops::Range;

use super::automaton::{Automaton, GAP, NUMBER, SLOT, START, State, Symbol};
use super::tokens::{Break, Normaliser, Tokens};

/// `…` in a pattern: so many words at most, perhaps none.
const LONGEST_GAP: usize = 6;

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

#[derive(Debug)]
pub(super) struct Patterns<T> {
    all: Automaton<T>,
    /// Words for a nought within a number ("three oh two").
    noughts: Vec<String>,
}

impl<T: Copy + PartialEq> Patterns<T> {
    pub fn new(patterns: impl IntoIterator<Item = (String, T)>, normaliser: &Normaliser) -> Patterns<T> {
        Patterns { all: Automaton::new(patterns, normaliser), noughts: vec![] }
    }

    /// With words for a nought.
    pub fn counting(mut self, noughts: &[String]) -> Patterns<T> {
        self.noughts = noughts.to_vec();
        self
    }

    /// The longest that a pattern reaches that begins at this token and ends before `until`; of equally long ones that with more
    /// words of its own and a shorter gap.
    pub fn at(&self, tokens: &Tokens, from: usize, until: usize, fills: Fills) -> Option<Found<T>> {
        let mut search = Search { patterns: self, tokens, from, until, fills, best: None };
        search.go_on(START, from, &Filled::default());
        search.best
    }

    fn counts(&self, tokens: &Tokens, at: usize) -> bool {
        tokens.list[at].number.is_some() || self.noughts.iter().any(|nought| nought == tokens.key(at))
    }
}

/// What stands in the open places of a pattern.
#[derive(Clone, Default)]
struct Filled {
    slot: Option<Range<usize>>,
    gap: Option<Range<usize>>,
}

struct Search<'s, T> {
    patterns: &'s Patterns<T>,
    tokens: &'s Tokens,
    from: usize,
    until: usize,
    fills: Fills<'s>,
    best: Option<Found<T>>,
}

impl<T: Copy + PartialEq> Search<'_, T> {
    /// Whether a pattern that has come to this state before a token can be read to its end.
    fn go_on(&mut self, state: State, at: usize, filled: &Filled) -> bool {
        let mut fits = self.ends(state, at, filled);
        for (symbol, next, end) in self.steps(state, at).into_iter().flatten() {
            fits |= self.step(symbol, next, at..end, filled);
        }
        if let Some(next) = self.patterns.all.step(state, GAP) {
            fits |= self.gap(next, at, filled);
        }
        fits
    }

    fn step(&mut self, symbol: Symbol, next: State, read: Range<usize>, filled: &Filled) -> bool {
        let end = read.end;
        let slot = (symbol == SLOT).then_some(read);
        match slot {
            Some(_) => self.go_on(next, end, &Filled { slot, ..filled.clone() }),
            None => self.go_on(next, end, filled),
        }
    }

    fn ends(&mut self, state: State, at: usize, filled: &Filled) -> bool {
        let Some(stands_for) = self.patterns.all.ends(state).first() else { return false };
        if self.best.as_ref().is_none_or(|best| best.tokens.end < at) {
            let Filled { slot, gap } = filled.clone();
            self.best = Some(Found { tokens: self.from..at, slot, gap, stands_for: *stands_for });
        }
        true
    }

    /// With what the pattern can go on from a token, the state behind that, and its end.
    fn steps(&self, state: State, at: usize) -> [Option<(Symbol, State, usize)>; 3] {
        let all = &self.patterns.all;
        let word = (at < self.until).then(|| all.word(self.tokens.key(at))).flatten();
        let word = word.and_then(|word| Some((word, all.step(state, word)?, at + 1)));
        let number = all.step(state, NUMBER).and_then(|next| Some((NUMBER, next, self.number(at)?)));
        let slot = all.step(state, SLOT).and_then(|next| Some((SLOT, next, self.slot(at)?)));
        [word, number, slot]
    }

    /// The end of the number that begins at a token.
    fn number(&self, at: usize) -> Option<usize> {
        // "table five, two lattes": a comma ends the number.
        let joined = |next: &usize| *next == at || self.tokens.list[*next].before == Break::None;
        let counts = |at: &usize| joined(at) && self.patterns.counts(self.tokens, *at);
        let end = at + (at..self.until).take_while(counts).count();
        // "Oh" alone is no nought.
        (at..end).any(|at| self.tokens.list[at].number.is_some()).then_some(end)
    }

    fn slot(&self, at: usize) -> Option<usize> {
        (at < self.until).then(|| (self.fills)(at)).flatten().filter(|end| *end <= self.until)
    }

    fn gap(&mut self, state: State, at: usize, filled: &Filled) -> bool {
        let mut fits = self.ends(state, at, &Filled { gap: Some(at..at), ..filled.clone() });
        for from in at..self.until.min(at + LONGEST_GAP + 1) {
            let filled = Filled { gap: Some(at..from), ..filled.clone() };
            for (symbol, next, end) in self.steps(state, from).into_iter().flatten() {
                fits |= self.step(symbol, next, from..end, &filled);
            }
        }
        fits
    }
}

/// Where nothing fills a slot.
pub(super) fn nothing(_: usize) -> Option<usize> {
    None
}
