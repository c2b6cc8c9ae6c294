//! The phrases that mean something: those of the shop and those of its language, in one trie over normalised words.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::shop::{CategoryId, ItemId, OptionId, OptionListId};

use super::alike::Alike;
use super::automaton::{Automaton, Symbol};
use super::fuzzy::Fuzzy;
use crate::lang::cue::{Cue, Cues};

/// A word that nobody told the lexicon.
pub const UNKNOWN: u32 = u32::MAX;

/// What one phrase can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    Item(ItemId),
    Option(OptionId),
    OrderOption(OptionId),
    Category(CategoryId),
    List(OptionListId),
    /// By its place in the lexicon's list of tags.
    Tag(u16),
    Unit {
        at: u16,
        parted: bool,
    },
    /// Counted group ("dozen").
    Group(u32),
    /// Thousandths of one.
    Fraction(u32),
    Ordinal(u32),
    /// What things are counted by: "box", "pack".
    Pack,
    /// Thousandths: a number that sounds like this far more usual word.
    SoundAlike(u32),
    Cue(Cue),
}

/// How well a phrase names what it stands for, in percent.
pub mod quality {
    /// A name as the owner wrote it.
    pub const NAME: u8 = 100;
    /// A name with a word exchanged for another that means the same.
    pub const EXCHANGED: u8 = 94;
    /// A name without its generic last word.
    pub const VARIANT: u8 = 92;
    /// A part of a name, with its head.
    pub const PART: u8 = 72;
    /// A part of a name without its head.
    pub const FRAGMENT: u8 = 56;
}

/// All that a phrase can stand for, best names only.
#[derive(Debug, Default)]
pub struct Sense {
    pub items: Box<[ItemId]>,
    pub items_quality: u8,
    /// Items that have it in their names too, named less well: meant where one of these was offered or pointed to.
    pub items_weaker: Box<[ItemId]>,
    pub options: Box<[OptionId]>,
    pub options_quality: u8,
    /// How many of the options are so called, by their owner or in other words; the rest are named by a part only.
    pub options_named: usize,
    /// The same options, those first whose name is written in the plural; empty where that changes nothing.
    pub options_plural: Box<[OptionId]>,
    /// In the plural it is rather the items: "shorts", beside trousers with a "short" leg.
    pub plural_items: bool,
    pub order_options: Box<[OptionId]>,
    pub category: Option<CategoryId>,
    pub list: Option<OptionListId>,
    pub tag: Option<u16>,
    pub unit: Option<u16>,
    /// A number behind the unit may be hundredths or thousandths of it.
    pub parted: bool,
    pub group: Option<u32>,
    pub fraction: Option<u32>,
    pub ordinal: Option<u32>,
    pub sound_alike: Option<u32>,
    /// What things are counted by ("box", "pack").
    pub pack: bool,
    pub cues: Cues,
}

impl Sense {
    /// The options in the order in which a word of that number means them: "veggies" are rather called so than "veggie".
    pub fn options_said(&self, plural: bool) -> &[OptionId] {
        if plural && !self.options_plural.is_empty() { &self.options_plural } else { &self.options }
    }

    /// Whether it names something of the shop.
    pub fn is_thing(&self) -> bool {
        self.names_something() || self.category.is_some()
    }

    /// Whether it is a word that things are counted by and nothing else.
    pub fn only_counts(&self) -> bool {
        let other = self.is_thing() || self.list.is_some() || self.tag.is_some() || !self.cues.is_empty();
        let amount = self.unit.is_some() || self.group.is_some() || self.fraction.is_some() || self.ordinal.is_some();
        self.pack && !other && !amount
    }

    /// Whether it names an item or an option, not only a kind of item.
    pub fn names_something(&self) -> bool {
        !self.items.is_empty() || !self.options.is_empty() || !self.order_options.is_empty()
    }

    /// "size", "marinade": the name of a list, and of no item.
    pub fn calls_list(&self) -> bool {
        self.list.is_some() && self.items_quality < quality::NAME
    }

    pub fn quality(&self) -> u8 {
        let named = self.category.is_some() || self.list.is_some() || !self.order_options.is_empty();
        let rest = if named || !self.cues.is_empty() || !self.is_thing() { quality::NAME } else { 0 };
        self.items_quality.max(self.options_quality).max(rest)
    }
}

pub type Node = u32;
pub const ROOT: Node = 0;

#[derive(Debug)]
pub struct Trie {
    words: HashMap<Box<str>, u32>,
    edges: HashMap<u64, Node, BuildHasherDefault<EdgeHasher>>,
    /// Sense of each node, or [`UNKNOWN`].
    sense_of: Vec<u32>,
    senses: Vec<Sense>,
    fuzzy: Fuzzy,
    alike: Alike,
}

impl Trie {
    pub fn word(&self, key: &str) -> u32 {
        self.words.get(key).copied().unwrap_or(UNKNOWN)
    }

    pub fn step(&self, node: Node, word: u32) -> Option<Node> {
        self.edges.get(&edge(node, word)).copied()
    }

    pub fn sense(&self, node: Node) -> Option<&Sense> {
        self.senses.get(self.sense_of[node as usize] as usize)
    }

    /// What a word means that stands alone.
    pub fn alone(&self, key: &str) -> Option<&Sense> {
        self.step(ROOT, self.word(key)).and_then(|node| self.sense(node))
    }

    /// What these words mean together.
    pub fn phrase<'w>(&self, mut words: impl Iterator<Item = &'w str>) -> Option<&Sense> {
        words.try_fold(ROOT, |node, key| self.step(node, self.word(key))).and_then(|node| self.sense(node))
    }

    /// The shop's word that an unknown one may be a slip of.
    pub fn nearest(&self, key: &str) -> Option<(u32, usize)> {
        self.fuzzy.find(key)
    }

    /// All words that it may be a slip of, where what comes after tells which.
    pub fn nearest_any(&self, key: &str) -> Vec<(u32, usize)> {
        self.fuzzy.find_any(key)
    }

    /// The shop's signs that sound like this one.
    pub fn alike(&self, key: &str) -> &[u32] {
        self.alike.find(key)
    }

    /// The same, where the word before it is right and goes on so.
    pub fn nearest_inside(&self, key: &str) -> Option<(u32, usize)> {
        self.fuzzy.find_inside(key)
    }
}

fn edge(node: Node, word: u32) -> u64 {
    u64::from(node) << 32 | u64::from(word)
}

/// Edges are looked up once a word and a start; the standard hasher would be most of that time.
#[derive(Default)]
pub struct EdgeHasher(u64);

impl Hasher for EdgeHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(u64::from(*b));
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 29;
    }
}

/// Collects phrases, then freezes them.
#[derive(Default)]
pub struct TrieBuilder {
    words: HashMap<Box<str>, u32>,
    edges: HashMap<u64, Node, BuildHasherDefault<EdgeHasher>>,
    /// The edges of the nodes that came with the language's patterns, of which several phrases may share one.
    shared: Vec<Vec<(u32, Node)>>,
    meanings: Vec<Vec<(Meaning, u8)>>,
    /// In which numbers the owner writes a name: (node, meaning, plural).
    numbers: HashSet<(Node, Meaning, bool)>,
    fuzzy: Fuzzy,
    alike: Alike,
}

/// More items than this behind one part of a name say nothing: the nearest are enough to ask about.
const MOST_ITEMS: usize = 12;

impl TrieBuilder {
    /// Begins with the language's own phrases.
    pub(super) fn new(cues: &Automaton<Cue>, homophones: &[String]) -> Self {
        let mut trie = TrieBuilder { alike: Alike::new(homophones), ..TrieBuilder::default() };
        let words: HashMap<Symbol, u32> =
            cues.words().into_iter().map(|(word, symbol)| (symbol, trie.word(word))).collect();
        for state in cues.states() {
            trie.meanings.push(cues.ends(state).iter().map(|cue| (Meaning::Cue(*cue), quality::NAME)).collect());
            let steps = cues.steps(state).iter().filter_map(|(symbol, to)| Some((*words.get(symbol)?, *to)));
            trie.shared.push(steps.collect());
            trie.edges.extend(trie.shared[state as usize].iter().map(|(word, to)| (edge(state, *word), *to)));
        }
        trie
    }

    pub fn word(&mut self, key: &str) -> u32 {
        if let Some(id) = self.words.get(key) {
            return *id;
        }
        let id = self.words.len() as u32;
        self.words.insert(key.into(), id);
        id
    }

    /// Let slips of this word be understood.
    pub fn forgive(&mut self, key: &str) {
        let id = self.word(key);
        self.fuzzy.add(key, id);
        self.alike.add(key, id);
    }

    pub fn key_of_words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(|k| &**k)
    }

    /// The owner writes the name so, in the singular or in the plural.
    pub fn written(&mut self, words: &[u32], meaning: Meaning, plural: bool) {
        let node = words.iter().try_fold(ROOT, |node, word| self.edges.get(&edge(node, *word)).copied());
        self.numbers.extend(node.map(|node| (node, meaning, plural)));
    }

    pub fn add(&mut self, words: &[u32], meaning: Meaning, quality: u8) {
        if words.is_empty() {
            return;
        }
        let node = words.iter().fold(ROOT, |node, word| self.own(node, *word));
        let all = &mut self.meanings[node as usize];
        if let Some((_, known)) = all.iter_mut().find(|(m, _)| *m == meaning) {
            *known = quality.max(*known);
        } else if all.len() < 4 * MOST_ITEMS || quality >= quality::VARIANT {
            all.push((meaning, quality));
        }
    }

    /// The node behind a word that no other phrase comes to.
    fn own(&mut self, node: Node, word: u32) -> Node {
        let next = self.meanings.len() as Node;
        let known = *self.edges.get(&edge(node, word)).unwrap_or(&next);
        if known != next && known as usize >= self.shared.len() {
            return known;
        }
        self.edges.insert(edge(node, word), next);
        self.meanings.push(self.meanings.get(known as usize).cloned().unwrap_or_default());
        if let Some(steps) = self.shared.get(known as usize) {
            self.edges.extend(steps.iter().map(|(word, to)| (edge(next, *word), *to)));
        }
        next
    }

    pub fn build(mut self) -> Trie {
        let mut senses = Vec::new();
        let mut sense_of = Vec::with_capacity(self.meanings.len());
        for (node, all) in self.meanings.iter_mut().enumerate() {
            if all.is_empty() {
                sense_of.push(UNKNOWN);
                continue;
            }
            sense_of.push(senses.len() as u32);
            let written = |meaning, plural| self.numbers.contains(&(node as Node, meaning, plural));
            senses.push(sense(all, written));
        }
        Trie { words: self.words, edges: self.edges, sense_of, senses, fuzzy: self.fuzzy, alike: self.alike }
    }
}

fn sense(all: &mut [(Meaning, u8)], written: impl Fn(Meaning, bool) -> bool) -> Sense {
    let mut sense = Sense::default();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut items = Vec::new();
    let mut weaker = Vec::new();
    let mut options = Vec::new();
    let mut order_options = Vec::new();
    for (meaning, quality) in all.iter() {
        match *meaning {
            Meaning::Item(id) => {
                sense.items_quality = sense.items_quality.max(*quality);
                let all = if *quality == sense.items_quality { &mut items } else { &mut weaker };
                if all.len() < MOST_ITEMS {
                    all.push(id);
                }
            }
            Meaning::Option(id) => {
                sense.options_quality = sense.options_quality.max(*quality);
                // Lists of other items may use the word in their own way: which is meant shows at the item.
                if *quality == sense.options_quality || *quality >= quality::VARIANT {
                    options.push(id);
                    sense.options_named += usize::from(*quality >= quality::EXCHANGED);
                }
            }
            Meaning::OrderOption(id) => order_options.push(id),
            Meaning::Category(id) => sense.category = sense.category.or(Some(id)),
            // Best first: a list's own name goes before what else is said for another's.
            Meaning::List(id) => sense.list = sense.list.or(Some(id)),
            Meaning::Tag(at) => sense.tag = Some(at),
            Meaning::Unit { at, parted } => (sense.unit, sense.parted) = (Some(at), parted),
            Meaning::Group(n) => sense.group = Some(n),
            Meaning::Fraction(n) => sense.fraction = Some(n),
            Meaning::Ordinal(n) => sense.ordinal = Some(n),
            Meaning::Pack => sense.pack = true,
            Meaning::SoundAlike(n) => sense.sound_alike = Some(n),
            Meaning::Cue(cue) => sense.cues.add(cue),
        }
    }
    // Among names that are equally good the one written in that very number goes first.
    let mut plural = options.clone();
    let named = sense.options_named;
    options[..named].sort_by_key(|option| !written(Meaning::Option(*option), false));
    plural[..named].sort_by_key(|option| !written(Meaning::Option(*option), true));
    let only = |meaning: Meaning, plural: bool| written(meaning, plural) && !written(meaning, !plural);
    sense.plural_items = !items.is_empty()
        && items.iter().all(|item| only(Meaning::Item(*item), true))
        && options.iter().any(|option| written(Meaning::Option(*option), false))
        && !options.iter().any(|option| written(Meaning::Option(*option), true));
    if plural != options {
        sense.options_plural = plural.into();
    }
    sense.items = items.into();
    sense.items_weaker = weaker.into();
    sense.options = options.into();
    sense.order_options = order_options.into();
    sense
}
