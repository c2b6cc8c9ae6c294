//! Names with words exchanged for others that mean the same.

use super::{Compiler, Meaning, ONE, all_names, quality};
use crate::lang::wording::expand;
use crate::shop::Shop;
use crate::understand::phrases;
use crate::understand::script::is_ideograph;
use crate::understand::tokens::Normaliser;

/// A phrase, and what else is said for it.
pub(super) type Synonym = (Vec<String>, Vec<Vec<String>>);

/// What stands before the thing that an option is of, and behind it.
pub(super) type Wording = (Vec<String>, Vec<String>);

/// Wordings that mean the same, in normal form: "不放{x}", "{x}不要".
pub(super) fn wordings(groups: &[Vec<String>], normaliser: &Normaliser) -> Vec<Vec<Wording>> {
    let sides = |wording: String| {
        let (before, behind) = wording.split_once("{x}")?;
        Some((phrases::words(before, normaliser), phrases::words(behind, normaliser)))
    };
    groups.iter().map(|group| group.iter().flat_map(|wording| expand(wording)).filter_map(sides).collect()).collect()
}

impl Compiler<'_> {
    /// What the shop calls one item by in single words ("espresso", "expresso") is the same in other names too.
    pub(super) fn own_synonyms(&self, shop: &Shop) -> Vec<Vec<String>> {
        // A single ideograph is rarely a word by itself: what one name shows of it holds in no other.
        let word = |key: &String| !self.functional.contains(key) && !is_ideograph(key);
        let single = |name: &&str| matches!(&self.keys(name)[..], [key] if word(key));
        let names = shop.items.iter().map(|item| {
            let mut names: Vec<String> = all_names(&item.names).filter(single).map(str::to_string).collect();
            names.dedup_by_key(|name| self.keys(name));
            names
        });
        names.filter(|names| names.len() > 1).collect()
    }

    pub(super) fn synonyms(&mut self, groups: &[Vec<String>]) {
        for group in groups {
            let all: Vec<Vec<String>> = group.iter().map(|phrase| self.keys(phrase)).collect();
            if all.iter().any(|phrase| matches!(&phrase[..], [word] if self.joiners.contains(word))) {
                self.joiners.extend(all.iter().filter(|phrase| phrase.len() == 1).flatten().cloned());
            }
            for (at, phrase) in all.iter().enumerate() {
                let others = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, p)| p.clone()).collect();
                let Some(first) = phrase.first() else { continue };
                self.synonyms.entry(first.clone()).or_default().push((phrase.clone(), others));
            }
        }
    }

    pub(super) fn variants(&mut self, keys: &[String], meaning: Meaning, quality: u8) {
        self.add(keys, meaning, quality);
        // "A litre", but "one twenty" is no "a twenty".
        let counts = |key: &String| key.starts_with(|c: char| c.is_ascii_digit());
        if keys.len() > 1 && keys[0] == ONE && !counts(&keys[1]) {
            for article in self.articles.clone() {
                self.add(&[&[article], &keys[1..]].concat(), meaning, quality);
            }
        }
        for at in 1..keys.len() {
            if keys[at - 1..=at].iter().all(|k| k.chars().all(char::is_alphabetic) && !is_ideograph(k)) {
                let mut joined = keys[..at - 1].to_vec();
                joined.push(format!("{}{}", keys[at - 1], keys[at]));
                joined.extend_from_slice(&keys[at + 1..]);
                self.add(&joined, meaning, quality);
            }
        }
        for at in 0..keys.len() {
            let Some(known) = self.synonyms.get(&keys[at]) else { continue };
            let mut exchanged = Vec::new();
            for (phrase, others) in known {
                // A single ideograph within a name is a part of some word: "冰" is "凉的", "冰淇淋" is not.
                let part = keys.len() > 1 && matches!(&phrase[..], [sign] if is_ideograph(sign));
                if !part && keys[at..].starts_with(phrase) {
                    for other in others.iter().filter(|other| !self.is_another(phrase, other)) {
                        exchanged.push([&keys[..at], other, &keys[at + phrase.len()..]].concat());
                    }
                }
            }
            // "With ice cream" is a way to have something, and no kind of thing.
            let had = matches!(meaning, Meaning::Option(_) | Meaning::OrderOption(_));
            exchanged
                .retain(|keys: &Vec<String>| had || !keys.first().is_some_and(|first| self.joiners.contains(first)));
            for keys in exchanged {
                self.add(&keys, meaning, quality.min(quality::EXCHANGED));
            }
        }
    }

    /// Whether what is said for a phrase is the name of an item, and the phrase is none of its names: a fried egg that is sold
    /// is no egg in something else.
    fn is_another(&self, phrase: &[String], other: &[String]) -> bool {
        self.sold.get(other).is_some_and(|item| self.sold.get(phrase) != Some(item))
    }

    /// An option that says by its name whether something is on it ("不放葱") is called so in every wording of that.
    pub(super) fn worded(&mut self, keys: &[String], meaning: Meaning) {
        let says = |(before, behind): &&Wording| !before.is_empty() || !behind.is_empty();
        let of = |(before, behind): &Wording| keys.strip_prefix(&before[..])?.strip_suffix(&behind[..]);
        let mut found = Vec::new();
        for group in &self.wordings {
            let of = group.iter().filter(says).filter_map(of).filter(|of| !of.is_empty()).min_by_key(|of| of.len());
            let Some(of) = of else { continue };
            found.extend(group.iter().map(|(before, behind)| [&before[..], of, &behind[..]].concat()));
        }
        for keys in found {
            self.add(&keys, meaning, quality::EXCHANGED);
        }
    }
}
