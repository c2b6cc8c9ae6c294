//! What the language says by itself: its cues, numbers, units, packs and tags.

use std::collections::HashSet;

use super::{Compiler, Meaning, all_names, quality};
use crate::lang::Language;
use crate::lang::cue::Cue;
use crate::shop::{Shop, Unit};
use crate::understand::automaton::Automaton;
use crate::understand::phrases;
use crate::understand::tokens::Normaliser;

/// The language's phrases by what they do in a sentence.
pub(super) fn cues(shop: &Shop, language: &Language, normaliser: &Normaliser) -> Automaton<Cue> {
    let named = shop.option_lists.iter().flat_map(|list| all_names(&list.names));
    let named = named.map(|name| phrases::words(name, normaliser)).filter(|keys| keys.len() == 1);
    let lists: HashSet<String> = named.flatten().collect();
    let patterns = language.understand.cues.iter();
    let patterns = patterns.flat_map(|(cue, patterns)| patterns.iter().map(|pattern| (pattern.clone(), *cue)));
    // "The same length", where there are lengths to choose from, is no order for more.
    Automaton::where_ends(patterns, normaliser, |cue, last| {
        cue != Cue::Again || !phrases::words(last, normaliser).last().is_some_and(|last| lists.contains(last))
    })
}

impl Compiler<'_> {
    pub(super) fn language(&mut self, language: &Language, cues: &Automaton<Cue>) {
        let words = &language.understand;
        for (word, cue) in cues.alone() {
            self.functional.insert(word.to_string());
            if matches!(cue, Cue::And | Cue::Or | Cue::With | Cue::Of) {
                self.joiners.insert(word.to_string());
            }
            if cue == Cue::Article {
                self.articles.push(word.to_string());
            }
            if cue == Cue::Definite {
                self.leading.insert(word.to_string());
            }
            if matches!(cue, Cue::Fine | Cue::Thanks | Cue::Yes) {
                self.trie.forgive(word);
            }
        }
        let numbers = &language.numbers;
        let parts = [
            (&numbers.groups, Meaning::Group as fn(u32) -> Meaning),
            (&numbers.fractions, Meaning::Fraction),
            (&numbers.ordinals, Meaning::Ordinal),
        ];
        for (table, meaning) in parts {
            for (phrase, n) in table {
                let keys = self.keys(phrase);
                self.measures.extend(keys.first().cloned());
                self.add(&keys, meaning(*n), quality::NAME);
            }
        }
        // "第二碗": what is counted is no word of its own.
        for (phrase, n) in &numbers.ordinals {
            for counted in words.classifiers() {
                let keys = self.keys(&format!("{phrase}{counted}"));
                self.add(&keys, Meaning::Ordinal(*n), quality::NAME);
            }
        }
        for (phrase, n) in &numbers.sound_alikes {
            let keys = self.keys(phrase);
            self.add(&keys, Meaning::SoundAlike(n.saturating_mul(1000)), quality::NAME);
        }
    }

    /// A word that things are counted by ("把") measures only where something is sold by that measure.
    pub(super) fn units(&mut self, shop: &Shop, language: &Language) -> Vec<String> {
        let counts = language.understand.classifiers();
        let sold = |key: &str| shop.items.iter().any(|item| matches!(&item.unit, Unit::Measure(unit) if unit == key));
        for (at, (key, unit)) in language.units.iter().enumerate() {
            // "One metre fifty": what is a thousand of something smaller is told on in hundredths.
            let parted = unit.base == 1000.0;
            for name in unit.names.iter().filter(|name| sold(key) || !counts.contains(*name)) {
                let keys = self.keys(name);
                self.add(&keys, Meaning::Unit { at: at as u16, parted }, quality::NAME);
            }
        }
        language.units.keys().cloned().collect()
    }

    /// What things are counted by: in the language, and in this shop.
    pub(super) fn packs(&mut self, shop: &Shop, language: &Language) -> Vec<String> {
        let own = shop.items.iter().filter_map(|item| match &item.unit {
            Unit::Pack(pack) => Some(pack),
            _ => None,
        });
        let packs: Vec<Vec<String>> = language.numbers.packs.iter().chain(own).map(|pack| self.keys(pack)).collect();
        for keys in &packs {
            self.add(keys, Meaning::Pack, quality::NAME);
        }
        packs.into_iter().take(language.numbers.packs.len()).flatten().collect()
    }

    pub(super) fn tags(&mut self, shop: &Shop, language: &Language) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        let known = shop.items.iter().flat_map(|item| &item.tags).chain(&language.understand.tags);
        for tag in known {
            let keys = self.keys(tag);
            if tags.iter().any(|t| self.keys(t) == keys) {
                continue;
            }
            self.add(&keys, Meaning::Tag(tags.len() as u16), quality::NAME);
            tags.push(tag.clone());
        }
        tags
    }
}
