//! From a shop and its language to their sounds.

use std::collections::{HashMap, HashSet};

use super::phones::{self, Phone};
use super::text::{fold, fold_words, words};
use super::{Entry, Kind, Phonemiser, SHORT, Sounds, phonemiser};
use crate::lang::Language;
use crate::lang::wording::Wordings;
use crate::shop::{Names, Shop};

impl Sounds {
    /// The shop's sounds as eSpeak NG's voice for the language pronounces them.
    pub fn of(shop: &Shop, language: &Language) -> Self {
        Self::compile(shop, language, phonemiser(&language.speak.espeak_voice))
    }

    /// `phonemise` gives the IPA of a word; names with a `say` are pronounced as that says.
    pub fn compile(shop: &Shop, language: &Language, phonemise: Box<Phonemiser<'static>>) -> Self {
        let common = framing_words(language);
        let plural_endings = language.speak.plural_endings.iter().map(|ending| fold(ending)).collect();
        let folded = |words: &mut dyn Iterator<Item = &String>| words.map(|word| fold(word)).collect::<HashSet<_>>();
        let mut sounds = Sounds {
            phonemise,
            entries: Vec::new(),
            shop_words: HashSet::new(),
            common,
            plural_endings,
            numbers: folded(&mut language.numbers.words.keys()),
            units: folded(&mut language.units.values().flat_map(|unit| &unit.names)),
        };
        let mut seen = HashSet::new();
        let lists = &shop.option_lists;
        let names = (shop.items.iter().map(|item| &item.names))
            .chain(lists.iter().flat_map(|list| list.options.iter().map(|option| &option.names)))
            .chain(lists.iter().map(|list| &list.names))
            .chain(shop.categories.iter().map(|category| &category.names));
        let mut cache = HashMap::new();
        for names in names {
            sounds.add_names(names, &mut seen, &mut cache);
        }
        for word in &language.understand.framing {
            sounds.add(word, word, Kind::Framing, &mut seen, &mut cache);
        }
        sounds
    }

    fn add_names(&mut self, names: &Names, seen: &mut HashSet<String>, cache: &mut HashMap<String, Vec<Phone>>) {
        for text in std::iter::once(&names.title).chain(&names.also) {
            let words = words(text);
            for span in &words {
                self.shop_words.insert(fold(&text[span.clone()]));
            }
            let said = match &names.say {
                Some(say) if text == &names.title => say,
                _ => text,
            };
            self.add(text, said, Kind::Name, seen, cache);
            if words.len() > 1 {
                for span in words {
                    let word = &text[span];
                    if !self.common.contains(&fold(word)) {
                        self.add(word, word, Kind::Part, seen, cache);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        text: &str,
        said: &str,
        kind: Kind,
        seen: &mut HashSet<String>,
        cache: &mut HashMap<String, Vec<Phone>>,
    ) {
        let mut phones = Vec::new();
        for span in words(said) {
            let word = fold(&said[span]);
            phones
                .extend_from_slice(cache.entry(word).or_insert_with_key(|word| phones::parse(&(self.phonemise)(word))));
        }
        let enough = match kind {
            Kind::Name => 2,
            Kind::Part => SHORT,
            Kind::Framing => 3,
        };
        // A name of nothing but numbers and framing words ("2%") sounds like what is said all the time.
        let telling = kind == Kind::Framing
            || words(said).into_iter().any(|span| {
                let word = &said[span];
                !self.common.contains(&fold(word)) && !word.chars().all(char::is_numeric)
            });
        if telling && phones.len() >= enough && seen.insert(fold(text)) {
            let words = fold_words(text);
            let counts = words.iter().any(|word| self.is_number(word));
            self.entries.push(Entry { text: text.into(), words, phones, kind, counts });
        }
    }
}

/// Words that carry requests rather than name things: numbers, units and every cue of the language.
fn framing_words(language: &Language) -> HashSet<String> {
    let understand = &language.understand;
    let framing = understand.cues.iter().filter(|(cue, _)| cue.frames());
    let cues = Wordings::words(framing.flat_map(|(_, patterns)| patterns));
    let numbers = language.numbers.words.keys().chain(language.numbers.sound_alikes.keys()).cloned();
    let units = language.units.values().flat_map(|unit| unit.names.iter().cloned());
    let mut common = HashSet::new();
    for phrase in cues.into_iter().chain(numbers).chain(units) {
        for span in words(&phrase) {
            common.insert(fold(&phrase[span]));
        }
    }
    common
}
