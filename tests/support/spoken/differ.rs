//! How far what was heard is from what was said, word by word: of the shop's words, of those that decide, of all others.

use std::collections::{BTreeMap, HashSet};

use saycart::lang::Language;
use saycart::shop::Shop;

/// Words that decide what is done, beside numbers.
const DECIDING: [&str; 24] = [
    "no", "not", "don't", "nope", "without", "just", "only", "instead", "then", "yes", "yeah", "yep", "sure", "okay",
    "right", "that's", "it", "all", "never", "cancel", "actually", "hold", "remove", "bye",
];
/// What is written in more ways than one.
const SPELLINGS: [(&str, &str); 8] = [
    ("ok", "okay"),
    ("donut", "doughnut"),
    ("donuts", "doughnuts"),
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("gimme", "give me"),
    ("lemme", "let me"),
    ("&", "and"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Menu,
    Deciding,
    Other,
}

/// Of each kind: words said, and words lost, put in or changed.
#[derive(Default, Clone)]
pub struct Differences(BTreeMap<Kind, (usize, usize)>);

pub struct Differ {
    menu: HashSet<String>,
    numbers: BTreeMap<u32, String>,
    number_words: HashSet<String>,
}

impl Differ {
    pub fn of(shop: &Shop, language: &Language) -> Differ {
        let items = shop.items.iter().map(|item| &item.names);
        let options = shop.option_lists.iter().flat_map(|list| list.options.iter().map(|option| &option.names));
        let names = items.chain(options).flat_map(|names| std::iter::once(&names.title).chain(&names.also));
        let mut differ = Differ {
            menu: HashSet::new(),
            numbers: language.numbers.words.iter().map(|(word, number)| (*number, word.clone())).collect(),
            number_words: language.numbers.words.keys().cloned().collect(),
        };
        differ.menu = names.flat_map(|name| differ.words(name)).filter(|word| word.len() > 2).collect();
        differ
    }

    fn kind(&self, word: &str) -> Kind {
        let singular = word.strip_suffix('s').unwrap_or(word);
        if DECIDING.contains(&word) || self.number_words.contains(word) {
            Kind::Deciding
        } else if self.menu.contains(word) || self.menu.contains(singular) {
            Kind::Menu
        } else {
            Kind::Other
        }
    }

    /// In lower case, numbers in words.
    fn words(&self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let text = text.to_lowercase().replace('’', "'");
        for piece in text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '&')) {
            let piece = piece.trim_matches('\'');
            let figure = piece.parse::<u32>().ok();
            let spelt = SPELLINGS.iter().find(|(one, _)| *one == piece).map(|(_, usual)| (*usual).to_string());
            match figure.map(|figure| self.in_words(figure)).or(spelt) {
                Some(written) => words.extend(written.split(' ').map(String::from)),
                None if piece.is_empty() => {}
                None => words.push(piece.into()),
            }
        }
        words
    }

    fn in_words(&self, figure: u32) -> String {
        let known = |number: u32| self.numbers.get(&number).cloned();
        known(figure)
            .or_else(|| Some(format!("{} {}", known(figure / 10 * 10)?, known(figure % 10)?)))
            .unwrap_or_else(|| figure.to_string())
    }

    /// Adds what differs; the changes, for a reader: "said→heard".
    pub fn compare(&self, said: &str, heard: &str, all: &mut Differences) -> Vec<(Kind, String)> {
        let (said, heard) = (self.words(said), self.words(heard));
        for word in &said {
            all.0.entry(self.kind(word)).or_default().0 += 1;
        }
        let changes = changes(&said, &heard);
        let mut told = Vec::new();
        for (said, heard) in changes {
            let kind = match (&said, &heard) {
                (Some(said), Some(heard)) => self.kind(said).min_deciding(self.kind(heard)),
                (Some(one), None) | (None, Some(one)) => self.kind(one),
                (None, None) => continue,
            };
            all.0.entry(kind).or_default().1 += 1;
            told.push((kind, format!("{}→{}", said.unwrap_or_default(), heard.unwrap_or_default())));
        }
        told
    }
}

impl Kind {
    /// A word that became one that decides, or was one, is one that decides.
    fn min_deciding(self, other: Kind) -> Kind {
        if other == Kind::Deciding { other } else { self }
    }
}

impl Differences {
    pub fn add(&mut self, other: &Differences) {
        for (kind, (said, wrong)) in &other.0 {
            let all = self.0.entry(*kind).or_default();
            all.0 += said;
            all.1 += wrong;
        }
    }

    pub fn share(&self, kind: Kind) -> f64 {
        let (said, wrong) = self.0.get(&kind).copied().unwrap_or_default();
        wrong as f64 / said.max(1) as f64
    }

    pub fn of_all(&self) -> f64 {
        let (said, wrong) = self.0.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        wrong as f64 / said.max(1) as f64
    }
}

type Change = (Option<String>, Option<String>);

/// The fewest changes from one to the other; a word written in two is no change.
fn changes(said: &[String], heard: &[String]) -> Vec<Change> {
    let width = heard.len() + 1;
    let mut cost = vec![usize::MAX; (said.len() + 1) * width];
    let mut from = vec![(0, 0); cost.len()];
    cost[0] = 0;
    for (i, j) in (0..=said.len()).flat_map(|i| (0..=heard.len()).map(move |j| (i, j))) {
        let here = cost[i * width + j];
        let mut step = |di: usize, dj: usize, more: usize| {
            if i + di <= said.len() && j + dj <= heard.len() && here + more < cost[(i + di) * width + j + dj] {
                cost[(i + di) * width + j + dj] = here + more;
                from[(i + di) * width + j + dj] = (di, dj);
            }
        };
        step(1, 0, 1);
        step(0, 1, 1);
        step(1, 1, usize::from(said.get(i) != heard.get(j)));
        let joined = |words: &[String], at: usize| Some(words.get(at..at + 2)?.concat());
        if joined(said, i).is_some_and(|one| heard.get(j) == Some(&one)) {
            step(2, 1, 0);
        }
        if joined(heard, j).is_some_and(|one| said.get(i) == Some(&one)) {
            step(1, 2, 0);
        }
    }
    let (mut i, mut j) = (said.len(), heard.len());
    let mut changes = Vec::new();
    while (i, j) != (0, 0) {
        let (di, dj) = from[i * width + j];
        (i, j) = (i - di, j - dj);
        let (one, other) = (said.get(i).filter(|_| di == 1).cloned(), heard.get(j).filter(|_| dj == 1).cloned());
        if di < 2 && dj < 2 && one != other {
            changes.push((one, other));
        }
    }
    changes.reverse();
    changes
}
