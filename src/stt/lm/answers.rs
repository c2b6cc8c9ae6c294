//! What may be said alone in a shop: answers, numbers, and the names of what it sells. So few things can be told apart by
//! a sound that is too short to be told from everything else.

use std::collections::HashMap;

use crate::lang::Language;
use crate::shop::{Names, OptionListId, Shop};
use crate::stt::sounds::{Phone, Phonemiser, fold_words, parse, phonemiser};
use crate::understand::Expect;

/// Higher ones are hardly said alone.
const HIGHEST: u32 = 99;

/// Compiled once a shop.
pub struct Answers {
    phonemise: Box<Phonemiser<'static>>,
    /// What the shop sells and asks for, by its sounds.
    sounding: Vec<Sounding>,
    /// By its words in lower case: how it is written, and what it may answer.
    known: HashMap<String, (String, Vec<Kind>)>,
    /// Every writing that a recogniser may have for one.
    written: Vec<String>,
}

/// A name, and how it sounds.
pub struct Sounding {
    /// Which thing it is a name of: what shares a name is one.
    pub thing: usize,
    /// In lower case with spaces between.
    pub words: String,
    pub phones: Vec<Phone>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Option(OptionListId),
    Item,
    Number,
    /// Yes, no, that's all, and what else is said in any shop.
    Word,
}

impl Answers {
    pub fn of(shop: &Shop, language: &Language) -> Self {
        let mut answers = Answers::none(phonemiser(&language.speak.espeak_voice));
        for word in language.understand.requests.alone.iter().chain(&language.understand.requests.answers) {
            answers.add(word, word, Kind::Word);
            answers.add_with_closers(word, Kind::Word, language);
        }
        for (word, number) in language.numbers.words.iter().filter(|(_, number)| **number <= HIGHEST) {
            answers.add(word, word, Kind::Number);
            answers.add_with_closers(word, Kind::Number, language);
            answers.add(&number.to_string(), word, Kind::Number);
        }
        for list in shop.option_list_ids() {
            let options = shop.option_list(list).options.iter();
            for option in options {
                answers.add_names(&option.names, Kind::Option(list));
                answers.add_with_closers(&option.names.title, Kind::Option(list), language);
            }
        }
        shop.items.iter().for_each(|item| answers.add_names(&item.names, Kind::Item));
        shop.categories.iter().for_each(|category| answers.add_names(&category.names, Kind::Item));
        answers
    }

    fn none(phonemise: Box<Phonemiser<'static>>) -> Self {
        Answers { phonemise, sounding: Vec::new(), known: HashMap::new(), written: Vec::new() }
    }

    /// "two please": what is said for the sake of courtesy belongs to an answer.
    fn add_with_closers(&mut self, answer: &str, kind: Kind, language: &Language) {
        for closer in &language.understand.requests.closers {
            let both = format!("{answer} {closer}");
            self.add(&both, &both, kind);
        }
    }

    fn add_names(&mut self, names: &Names, kind: Kind) {
        let all = || std::iter::once(&names.title).chain(&names.also);
        let folded: Vec<String> = all().map(|name| fold_words(name).join(" ")).collect();
        let known = self.sounding.iter().find(|known| folded.contains(&known.words));
        let thing = known.map_or(self.sounding.len(), |known| known.thing);
        for (name, words) in all().zip(folded) {
            self.add(name, name, kind);
            let said = names.say.as_ref().filter(|_| name == &names.title).unwrap_or(name);
            let phones = self.phones(said);
            self.sounding.push(Sounding { thing, words, phones });
        }
    }

    fn add(&mut self, writing: &str, meant: &str, kind: Kind) {
        let words = fold_words(writing);
        if words.is_empty() {
            return;
        }
        let small = writing.to_lowercase();
        for written in [writing, &small, &capital(&small), &words.join(" ")] {
            self.written.push(written.to_string());
        }
        let (_, kinds) = self.known.entry(words.join(" ")).or_insert_with(|| (meant.to_string(), Vec::new()));
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }

    /// How a text sounds.
    pub fn phones(&self, text: &str) -> Vec<Phone> {
        fold_words(text).iter().flat_map(|word| parse(&(self.phonemise)(word))).collect()
    }

    /// What the shop sells and asks for, with its sounds. Yes and no are not among it: they must be plain by themselves.
    pub fn sounding(&self) -> &[Sounding] {
        &self.sounding
    }

    /// How what may be said alone may be written.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// The answer of these words, in lower case with spaces between, as the shop or the language writes it.
    pub fn meant(&self, words: &str) -> Option<&str> {
        self.known.get(words).map(|(meant, _)| meant.as_str())
    }

    /// Whether it answers what was asked.
    pub fn was_asked(&self, words: &str, expect: &Expect) -> bool {
        let asked = |kind: &Kind| match kind {
            Kind::Option(list) => expect.list == Some(*list),
            Kind::Item => !expect.items.is_empty() && expect.list.is_none(),
            Kind::Number => expect.quantity || expect.code,
            // A yes places orders: it must be plain by itself.
            Kind::Word => false,
        };
        self.known.get(words).is_some_and(|(_, kinds)| kinds.iter().any(asked))
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shop_sells_numbers_and_what_is_said_anywhere_can_be_said_alone() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let answers = Answers::of(&shop, &Language::load("en").unwrap());
        assert_eq!(answers.meant("latte"), Some("latte"));
        assert_eq!(answers.meant("12"), Some("twelve"));
        assert_eq!(answers.meant("that's it"), Some("that's it"));
        assert_eq!(answers.meant("leather backpack"), None);
        assert!(answers.written().iter().any(|written| written == "Two"));

        let sizes = shop.option_list_ids().find(|list| shop.option_list(*list).key == "size");
        let what_size = Expect { list: sizes, ..Expect::default() };
        assert!(answers.was_asked("small", &what_size) && !answers.was_asked("latte", &what_size));
        assert!(answers.was_asked("two", &Expect { quantity: true, ..Expect::default() }));
        assert!(!answers.was_asked("yes", &Expect { yes_no: true, ..Expect::default() }));
    }
}
