//! Many patterns of the language as one deterministic automaton over words in normal form: one step a word, and what patterns
//! share is there once. Words are brought to their normal form one by one: a pattern cannot hold a number of two words.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::lang::wording::{Place, Wordings};

use super::phrases;
use super::tokens::Normaliser;

/// What a pattern goes on with, as a number: these three, or a word.
pub(super) type Symbol = u32;
/// `…`
pub(super) const GAP: Symbol = 0;
/// `{n}`: a number, however many words it is said in.
pub(super) const NUMBER: Symbol = 1;
/// `{x}`: whatever the caller knows of.
pub(super) const SLOT: Symbol = 2;
const FIRST_WORD: Symbol = 3;

pub(super) type State = u32;
pub(super) const START: State = 0;

#[derive(Debug)]
pub(super) struct Automaton<T> {
    words: HashMap<Box<str>, Symbol>,
    /// Where the steps of each state begin; one more at the end.
    first: Vec<u32>,
    /// Of each state in ascending order.
    steps: Vec<(Symbol, State)>,
    /// What ends at each state, in the order written.
    ends: Vec<Box<[T]>>,
}

impl<T: Copy + PartialEq> Automaton<T> {
    pub fn new(patterns: impl IntoIterator<Item = (String, T)>, normaliser: &Normaliser) -> Automaton<T> {
        Automaton::where_ends(patterns, normaliser, |_, _| true)
    }

    /// The same, of those phrases of two words and more that may end with their last one.
    pub fn where_ends(
        patterns: impl IntoIterator<Item = (String, T)>,
        normaliser: &Normaliser,
        may_end: impl Fn(T, &str) -> bool,
    ) -> Automaton<T> {
        let mut reader = Reader {
            normaliser,
            may_end,
            wordings: Wordings::default(),
            words: HashMap::new(),
            nodes: vec![Node::default()],
            places: HashMap::new(),
        };
        let mut stands_for = Vec::new();
        for (pattern, what) in patterns {
            let place = reader.wordings.add(&pattern);
            reader.read(place, stands_for.len(), what);
            stands_for.push(what);
        }
        determine(reader.words, &reader.nodes, &stands_for)
    }

    pub fn word(&self, word: &str) -> Option<Symbol> {
        self.words.get(word).copied()
    }

    /// All words, in the order read.
    pub fn words(&self) -> Vec<(&str, Symbol)> {
        let mut words: Vec<_> = self.words.iter().map(|(word, symbol)| (&**word, *symbol)).collect();
        words.sort_unstable_by_key(|(_, symbol)| *symbol);
        words
    }

    /// What is said in one word.
    pub fn alone(&self) -> Vec<(&str, T)> {
        let words = self.words().into_iter().filter_map(|(word, symbol)| Some((word, self.step(START, symbol)?)));
        words.flat_map(|(word, state)| self.ends(state).iter().map(move |what| (word, *what))).collect()
    }

    pub fn states(&self) -> std::ops::Range<State> {
        START..self.ends.len() as State
    }

    pub fn steps(&self, state: State) -> &[(Symbol, State)] {
        let range = |at: usize| self.first[at] as usize..self.first[at + 1] as usize;
        &self.steps[range(state as usize)]
    }

    pub fn step(&self, state: State, symbol: Symbol) -> Option<State> {
        let steps = self.steps(state);
        steps.binary_search_by_key(&symbol, |(symbol, _)| *symbol).ok().map(|at| steps[at].1)
    }

    /// What is whole here.
    pub fn ends(&self, state: State) -> &[T] {
        &self.ends[state as usize]
    }
}

/// A place in the patterns, where several ways may go on with one word.
#[derive(Default)]
struct Node {
    steps: Vec<(Symbol, usize)>,
    /// Places that are reached without a word.
    same: Vec<usize>,
    /// The pattern that ends here.
    ends: Option<usize>,
}

struct Reader<'n, F> {
    normaliser: &'n Normaliser,
    may_end: F,
    wordings: Wordings,
    words: HashMap<Box<str>, Symbol>,
    nodes: Vec<Node>,
    /// Node of each place, and whether the pattern may end there.
    places: HashMap<(Place, bool), usize>,
}

impl<F> Reader<'_, F> {
    /// Adds a pattern that begins at a place, with its number.
    fn read<T: Copy>(&mut self, begin: Place, number: usize, what: T)
    where
        F: Fn(T, &str) -> bool,
    {
        let mut open = VecDeque::new();
        let begin = self.node(begin, true, &mut open);
        self.nodes[0].same.push(begin);
        while let Some((place, may_end, node)) = open.pop_front() {
            let next = self.wordings.next(place);
            if next.ends && may_end && node != begin {
                self.nodes[node].ends = Some(number);
            }
            for (word, behind) in next.words {
                let may_end = node == begin || (self.may_end)(what, &word);
                let behind = self.node(behind, may_end, &mut open);
                let symbols = self.symbols(&word);
                self.path(node, &symbols, behind);
            }
        }
    }

    fn node(&mut self, place: Place, may_end: bool, open: &mut VecDeque<(Place, bool, usize)>) -> usize {
        *self.places.entry((place, may_end)).or_insert_with(|| {
            self.nodes.push(Node::default());
            open.push_back((place, may_end, self.nodes.len() - 1));
            self.nodes.len() - 1
        })
    }

    fn symbols(&mut self, word: &str) -> Vec<Symbol> {
        match word {
            "…" => vec![GAP],
            "{n}" => vec![NUMBER],
            "{x}" => vec![SLOT],
            word => phrases::words(word, self.normaliser).into_iter().map(|word| self.symbol(word)).collect(),
        }
    }

    fn symbol(&mut self, word: String) -> Symbol {
        let next = FIRST_WORD + self.words.len() as Symbol;
        *self.words.entry(word.into()).or_insert(next)
    }

    /// A word as it is written may be several in normal form, or none.
    fn path(&mut self, from: usize, symbols: &[Symbol], to: usize) {
        let Some((last, before)) = symbols.split_last() else {
            self.nodes[from].same.push(to);
            return;
        };
        let mut at = from;
        for symbol in before {
            self.nodes.push(Node::default());
            let next = self.nodes.len() - 1;
            self.nodes[at].steps.push((*symbol, next));
            at = next;
        }
        self.nodes[at].steps.push((*last, to));
    }
}

/// Subset construction: a state is all the places at which one can be after the same words.
fn determine<T: Copy + PartialEq>(words: HashMap<Box<str>, Symbol>, nodes: &[Node], patterns: &[T]) -> Automaton<T> {
    let mut all = Automaton { words, first: vec![0], steps: Vec::new(), ends: Vec::new() };
    let mut states: HashMap<Vec<usize>, State> = HashMap::new();
    let start = closed(vec![0], nodes);
    states.insert(start.clone(), START);
    let mut open = VecDeque::from([start]);
    while let Some(set) = open.pop_front() {
        let mut ending: Vec<usize> = set.iter().filter_map(|node| nodes[*node].ends).collect();
        ending.sort_unstable();
        let mut ends: Vec<T> = Vec::new();
        for what in ending.into_iter().map(|number| patterns[number]) {
            if !ends.contains(&what) {
                ends.push(what);
            }
        }
        all.ends.push(ends.into());
        let mut steps: BTreeMap<Symbol, Vec<usize>> = BTreeMap::new();
        for (symbol, to) in set.iter().flat_map(|node| &nodes[*node].steps) {
            steps.entry(*symbol).or_default().push(*to);
        }
        for (symbol, to) in steps {
            let to = closed(to, nodes);
            let next = states.len() as State;
            let state = *states.entry(to.clone()).or_insert(next);
            if state == next {
                open.push_back(to);
            }
            all.steps.push((symbol, state));
        }
        all.first.push(all.steps.len() as u32);
    }
    all
}

/// With all that is reached without a word; each once, in order.
fn closed(mut set: Vec<usize>, nodes: &[Node]) -> Vec<usize> {
    let mut at = 0;
    while let Some(node) = set.get(at) {
        set.extend(&nodes[*node].same);
        at += 1;
    }
    set.sort_unstable();
    set.dedup();
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn automaton(patterns: &[(&str, u8)]) -> Automaton<u8> {
        let language = Language::load("en").expect("it is built in");
        let patterns = patterns.iter().map(|(pattern, what)| (pattern.to_string(), *what));
        Automaton::new(patterns, &Normaliser::new(&language))
    }

    fn read<'a>(all: &'a Automaton<u8>, words: &str) -> &'a [u8] {
        let symbol = |word: &str| match word {
            "…" => Some(GAP),
            "{n}" => Some(NUMBER),
            word => all.word(word),
        };
        let state = words.split(' ').try_fold(START, |state, word| all.step(state, symbol(word)?));
        state.map_or(&[], |state| all.ends(state))
    }

    #[test]
    fn a_phrase_ends_where_one_of_its_patterns_does() {
        let all = automaton(&[("(i'd|i would) like", 1), ("(i would|we) (like|want)( … {n}|)", 2)]);
        assert_eq!(read(&all, "i would like"), [1, 2]);
        assert_eq!(read(&all, "we want"), [2]);
        assert_eq!(read(&all, "we want … {n}"), [2]);
        assert!(read(&all, "we would").is_empty());
        assert!(read(&all, "we").is_empty());
    }

    /// "Twenty four" is one token where it is heard, and two words in a pattern, which would never be found.
    #[test]
    fn no_phrase_of_a_language_holds_a_number_of_several_words() {
        for code in ["en", "zh"] {
            let language = Language::load(code).expect("it is built in");
            let normaliser = Normaliser::new(&language);
            let together = |words: &str| normaliser.tokens(words).len();
            for pattern in language.understand.cues.values().flatten().chain(&language.understand.beside_yes) {
                let mut wordings = Wordings::default();
                let mut open = vec![(wordings.add(pattern), String::new())];
                let mut seen: std::collections::HashSet<(Place, String)> = open.iter().cloned().collect();
                while let Some((at, before)) = open.pop() {
                    for (word, behind) in wordings.next(at).words {
                        let apart = together(&before) + together(&word);
                        assert_eq!(
                            together(&format!("{before} {word}")),
                            apart,
                            "{code}: {before} {word} in {pattern}"
                        );
                        if seen.insert((behind, word.clone())) {
                            open.push((behind, word));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn alternatives_come_together_again() {
        let all = automaton(&[("(a|b|c|d|e|f) (g|h|k|l|m) (q|r|s|t|v|w) (x|y|z|)", 1)]);
        assert_eq!(all.states().len(), 5);
    }
}
