//! Shop + language → lexicon: every way that people name each thing.

mod exchange;
mod language;
mod own;

use std::collections::{HashMap, HashSet};

use crate::lang::Language;
use crate::shop::{Names, OptionList, Shop};

use super::lexicon::{Meaning, Trie, TrieBuilder, quality};
use super::menu;
use super::phrases;
use super::script::{can_stand, is_ideograph};
use super::tokens::Normaliser;
use crate::lang::cue::Cue;

/// Longer names are known whole and by their ends only: nobody says the middle of them.
const LONGEST_FOR_PARTS: usize = 6;
/// The normal form of the number one.
const ONE: &str = "1";

pub(super) struct Compiled {
    pub trie: Trie,
    /// Tags as shops write them, by the number in [`Meaning::Tag`].
    pub tags: Vec<String>,
    /// Keys of units, by the number in [`Meaning::Unit`].
    pub units: Vec<String>,
    /// The language's words that things are counted by, in normal form.
    pub counted: Vec<String>,
    /// Words that refuse what stands behind them ("no", "without").
    pub refusing: HashSet<String>,
}

pub(super) fn compile(shop: &Shop, language: &Language, normaliser: &Normaliser) -> Compiled {
    let cues = language::cues(shop, language, normaliser);
    let mut c = Compiler {
        trie: TrieBuilder::new(&cues, &language.understand.homophones),
        normaliser,
        functional: HashSet::new(),
        joiners: HashSet::new(),
        leading: HashSet::new(),
        articles: Vec::new(),
        measures: HashSet::new(),
        spoken: HashSet::new(),
        counted: HashSet::new(),
        synonyms: HashMap::new(),
        wordings: Vec::new(),
        sold: HashMap::new(),
    };
    c.sold = shop
        .item_ids()
        .flat_map(|id| all_names(&shop.item(id).names).map(move |name| (name, id)))
        .map(|(name, id)| (c.keys(name), id))
        .collect();
    c.language(language, &cues);
    c.counted = language.numbers.packs.iter().flat_map(|pack| c.keys(pack)).collect();
    c.spoken = c.trie.key_of_words().map(str::to_string).collect();
    let units = c.units(shop, language);
    c.wordings = exchange::wordings(&language.understand.wordings, normaliser);
    c.synonyms(&language.understand.synonyms);
    let own = c.own_synonyms(shop);
    c.synonyms(&own);
    let tags = c.tags(shop, language);
    c.categories(shop);
    for id in shop.option_list_ids() {
        c.list(shop.option_list(id), id);
    }
    for options in &shop.order_options {
        for index in 0..shop.option_list(options.list).options.len() {
            let id = crate::shop::OptionId { list: options.list, index: index as u16 };
            c.whole(&shop.option(id).names, Meaning::OrderOption(id));
        }
    }
    for id in shop.item_ids() {
        c.item(&shop.item(id).names, Meaning::Item(id));
    }
    c.slots(shop);
    c.telling_words(shop);
    c.address(shop, &language.understand.address);
    let counted = c.packs(shop, language);
    let refusing = cues.alone().into_iter().filter(|(_, cue)| *cue == Cue::Not).map(|(word, _)| word.to_string());
    Compiled { refusing: refusing.collect(), trie: c.trie.build(), tags, units, counted }
}

struct Compiler<'a> {
    trie: TrieBuilder,
    normaliser: &'a Normaliser,
    /// Words that do something in a sentence by themselves: no part of a name may consist of these alone.
    functional: HashSet<String>,
    /// Words that hold others together ("and", "with", "of"): no part of a name begins or ends with one.
    joiners: HashSet<String>,
    /// "the": no part of a name begins so, as "the tomato" of "hold the tomato".
    leading: HashSet<String>,
    /// "a", "an": people say them for the one that a name begins with.
    articles: Vec<String>,
    /// Words that measure: numbers are not dropped from names.
    measures: HashSet<String>,
    /// All words of the language's phrases.
    spoken: HashSet<String>,
    /// Words that things are counted by: "tin" by itself is no tin opener.
    counted: HashSet<String>,
    /// First word of a phrase → (the phrase, what else is said for it).
    synonyms: HashMap<String, Vec<exchange::Synonym>>,
    /// Ways to say that an option is or is not on something, around what it is of.
    wordings: Vec<Vec<exchange::Wording>>,
    /// The names of items, in normal form.
    sold: HashMap<Vec<String>, crate::shop::ItemId>,
}

impl Compiler<'_> {
    fn keys(&self, text: &str) -> Vec<String> {
        phrases::words(text, self.normaliser)
    }

    fn add(&mut self, keys: &[String], meaning: Meaning, quality: u8) {
        let words: Vec<u32> = keys.iter().map(|key| self.trie.word(key)).collect();
        self.trie.add(&words, meaning, quality);
    }

    /// Kinds of item. "Side of chips", where one of the sides is called chips, names that one.
    fn categories(&mut self, shop: &Shop) {
        for (at, category) in shop.categories.iter().enumerate() {
            let id = crate::shop::CategoryId(at as u16);
            let of_it: Vec<(Vec<String>, Meaning)> = shop
                .item_ids()
                .filter(|item| shop.item(*item).category == id)
                .flat_map(|item| all_names(&shop.item(item).names).map(move |name| (name, Meaning::Item(item))))
                .map(|(name, meaning)| (self.keys(name), meaning))
                .collect();
            for name in all_names(&category.names) {
                let keys = self.keys(name);
                let named = of_it.iter().find(|(item, _)| {
                    let framing = keys.strip_suffix(&item[..]).filter(|rest| !rest.is_empty());
                    framing.is_some_and(|rest| rest.iter().all(|key| self.functional.contains(key)))
                });
                match named {
                    Some((_, item)) => self.add(&keys, *item, quality::NAME),
                    None => self.name(name, Meaning::Category(id)),
                }
            }
        }
    }

    /// The owner writes a name in the singular or in the plural; the ends of an item's name too.
    fn written(&mut self, name: &str, meaning: Meaning) {
        let tokens = self.normaliser.tokens(name);
        let words: Vec<u32> = (0..tokens.len()).map(|at| self.trie.word(tokens.key(at))).collect();
        let ends = if matches!(meaning, Meaning::Item(_)) { words.len() } else { 1 };
        if let Some(last) = tokens.list.last() {
            (0..ends.min(words.len())).for_each(|start| self.trie.written(&words[start..], meaning, last.plural));
        }
    }

    /// "whole milk" is written "wholemilk" too: joined before words are brought to their normal form.
    fn joined(&self, name: &str) -> Vec<Vec<String>> {
        let words: Vec<&str> = name.split_whitespace().collect();
        let plain = |w: &&str| w.chars().all(char::is_alphabetic);
        // "Size s" is no "sizes".
        let other = |at: &usize| self.keys(&words[at - 1..=*at].concat()) != self.keys(words[at - 1]);
        let pairs = (1..words.len()).filter(|at| words[at - 1..=*at].iter().all(plain)).filter(other);
        pairs
            .map(|at| {
                let together = words[at - 1..=at].concat();
                self.keys(&[&words[..at - 1], &[together.as_str()], &words[at + 1..]].concat().join(" "))
            })
            .collect()
    }

    /// All names of a thing, whole: as written, joined, and with words exchanged.
    fn whole(&mut self, names: &Names, meaning: Meaning) {
        for name in all_names(names) {
            self.name(name, meaning);
        }
    }

    fn name(&mut self, name: &str, meaning: Meaning) {
        let keys = self.keys(name);
        self.forgive(&keys);
        self.variants(&keys, meaning, quality::NAME);
        for keys in self.joined(name) {
            self.add(&keys, meaning, quality::NAME);
        }
    }

    fn forgive(&mut self, keys: &[String]) {
        for key in keys {
            // Nearly every sign is in some phrase of its language; it is forgiven inside a name only.
            if !self.spoken.contains(key) || is_ideograph(key) {
                self.trie.forgive(key);
            }
        }
    }

    /// Whether a part of a name can be said for the whole.
    fn has_content(&self, keys: &[String]) -> bool {
        keys.iter().any(|k| !self.functional.contains(k) && k.chars().any(char::is_alphabetic))
            && ![keys.first(), keys.last()].into_iter().flatten().any(|k| self.joiners.contains(k))
            && !keys.first().is_some_and(|first| self.leading.contains(first))
    }

    /// How well a part of a name stands for the whole, if it does.
    fn of_part(&self, part: &[String], with_head: bool) -> Option<u8> {
        match (with_head, part) {
            (true, _) => Some(quality::PART),
            (false, [word]) if self.counted.contains(word) => None,
            (false, _) => Some(quality::FRAGMENT),
        }
    }

    /// Whether a name of which `left` words stay can go without these and still mean the same: a half gallon is no
    /// gallon, and a single word is too little without its number.
    fn can_drop(&self, keys: &[String], left: usize) -> bool {
        let number = |k: &String| k.starts_with(|c: char| c.is_ascii_digit());
        !keys.iter().any(|k| self.measures.contains(k) || number(k) && left < 2)
    }

    fn item(&mut self, names: &Names, meaning: Meaning) {
        self.whole(names, meaning);
        let keys = self.keys(&names.title);
        for start in 0..keys.len() {
            for end in start + 1..=keys.len() {
                let part = &keys[start..end];
                let at_an_end = start == 0 || end == keys.len();
                if part.len() == keys.len()
                    || (keys.len() > LONGEST_FOR_PARTS && !at_an_end)
                    // "Plates", where something is called so, of the themed plates too.
                    || !self.has_content(part) && !self.sold.contains_key(part)
                    || !can_stand(part, at_an_end)
                {
                    continue;
                }
                if let Some(quality) = self.of_part(part, end == keys.len()) {
                    self.add(part, meaning, quality);
                }
            }
        }
        self.ends_of_others(names, meaning);
        self.written(&names.title, meaning);
    }

    /// "Flea drops", of the "cat flea drops" that a cat flea treatment is called too: two words and more by which a name
    /// ends.
    fn ends_of_others(&mut self, names: &Names, meaning: Meaning) {
        for name in &names.also {
            let keys = self.keys(name);
            for start in 1..keys.len().saturating_sub(1) {
                let part = &keys[start..];
                let small = |key: &String| self.functional.contains(key) || self.counted.contains(key);
                if !keys[..start].iter().chain(part.first()).any(small) && can_stand(part, true) {
                    self.add(part, meaning, quality::PART);
                }
            }
        }
    }

    /// "The veggie pizza", where a deal comes with the veggie supreme: what is sold by itself too is called so there as well.
    fn slots(&mut self, shop: &Shop) {
        let sold = menu::sold(shop);
        for id in shop.option_list_ids().filter(|id| menu::is_slot(&sold, shop.option_list(*id))) {
            for (index, option) in shop.option_list(id).options.iter().enumerate() {
                let meaning = Meaning::Option(crate::shop::OptionId { list: id, index: index as u16 });
                let same = |item: &&Names| all_names(item).any(|name| all_names(&option.names).any(|own| own == name));
                for item in shop.items.iter().map(|item| &item.names).filter(same) {
                    for name in all_names(item) {
                        self.add(&self.keys(name), meaning, quality::PART);
                    }
                }
            }
        }
    }

    /// An option list: its own name, and its options whole and without what they share.
    fn list(&mut self, list: &OptionList, id: crate::shop::OptionListId) {
        self.whole(&list.names, Meaning::List(id));
        let options: Vec<Vec<Vec<String>>> =
            list.options.iter().map(|o| all_names(&o.names).map(|name| self.keys(name)).collect()).collect();
        // How many options end with a word, and how many have a phrase in them.
        let mut tails: HashMap<&str, usize> = HashMap::new();
        let mut parts: HashMap<&[String], (usize, usize)> = HashMap::new();
        for (index, names) in options.iter().enumerate() {
            let mut own: Vec<&str> = names.iter().filter_map(|k| k.last()).map(String::as_str).collect();
            own.sort_unstable();
            own.dedup();
            own.into_iter().for_each(|tail| *tails.entry(tail).or_default() += 1);
            for keys in names.iter().filter(|k| k.len() <= LONGEST_FOR_PARTS) {
                for start in 0..keys.len() {
                    for end in start + 1..=keys.len() {
                        let (count, last) = parts.entry(&keys[start..end]).or_insert((0, usize::MAX));
                        *count += usize::from(*last != index);
                        *last = index;
                    }
                }
            }
        }
        let generic: Vec<String> = all_names(&list.names).flat_map(|name| self.keys(name)).collect();
        for (index, names) in options.iter().enumerate() {
            let meaning = Meaning::Option(crate::shop::OptionId { list: id, index: index as u16 });
            for keys in all_names(&list.options[index].names).flat_map(|name| self.joined(name)).collect::<Vec<_>>() {
                self.add(&keys, meaning, quality::NAME);
            }
            for keys in names {
                self.forgive(keys);
                self.variants(keys, meaning, quality::NAME);
                self.worded(keys, meaning);
                if keys.len() < 2 || keys.len() > LONGEST_FOR_PARTS {
                    continue;
                }
                let tail = &keys[keys.len() - 1];
                // The number of "A5" is no word that several share.
                let number = tail.starts_with(|c: char| c.is_ascii_digit());
                let shared = tails[tail.as_str()] * 2 >= options.len().max(4) && !number || generic.contains(tail);
                for start in 0..keys.len() {
                    for end in start + 1..=keys.len() {
                        let part = &keys[start..end];
                        if part.len() == keys.len()
                            || !part.iter().any(|k| k.chars().any(char::is_alphabetic) && *k != *tail)
                            || !can_stand(part, start == 0 || end == keys.len())
                        {
                            continue;
                        }
                        if shared && start == 0 && end + 1 == keys.len() && self.has_content(part) {
                            self.variants(part, meaning, quality::VARIANT);
                        } else if parts[part].0 == 1
                            && self.has_content(part)
                            && self.can_drop(&keys[..start], part.len())
                            && self.can_drop(&keys[end..], part.len())
                            && let Some(quality) = self.of_part(part, end == keys.len())
                        {
                            self.variants(part, meaning, quality);
                        }
                    }
                }
            }
            for name in all_names(&list.options[index].names) {
                self.written(name, meaning);
            }
        }
    }
}

/// All that anything of the shop is called.
pub(super) fn names(shop: &Shop) -> impl Iterator<Item = &str> {
    let of_lists = shop
        .option_lists
        .iter()
        .flat_map(|list| std::iter::once(&list.names).chain(list.options.iter().map(|o| &o.names)));
    shop.items.iter().map(|item| &item.names).chain(of_lists).flat_map(all_names)
}

fn all_names(names: &Names) -> impl Iterator<Item = &str> {
    std::iter::once(names.title.as_str())
        .chain(names.also.iter().map(String::as_str))
        .chain(names.plural.as_deref())
        .filter(|name| !name.is_empty())
}
