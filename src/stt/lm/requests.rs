//! What people may say in a shop, made up from its description in the wordings of its language, for the language model
//! to learn from. It need not be polite, nor make sense: only which words follow which matters.

use crate::chance::Chance;
use crate::lang::Language;
use crate::lang::understand::Requests;
use crate::shop::{Choose, Item, ItemId, Names, OptionList, Shop};

/// So many for each thing of the shop, within these bounds: each name is said a dozen times, and a large shop is learnt
/// in a second.
const EACH: usize = 20;
const FEWEST: usize = 6_000;
const MOST: usize = 20_000;
/// Numbers beyond are said too seldom to be expected.
const HIGHEST: u32 = 12;

/// Always the same for the same shop.
pub fn made_up(shop: &Shop, language: &Language) -> Vec<String> {
    let things = shop.items.len() + shop.option_lists.iter().map(|list| list.options.len()).sum::<usize>();
    let mut numbers: Vec<(u32, &str)> =
        language.numbers.words.iter().map(|(word, number)| (*number, word.as_str())).collect();
    numbers.retain(|(number, _)| (1..=HIGHEST).contains(number));
    numbers.sort();
    let words = &language.understand.requests;
    let mut speaker = Speaker { shop, language, words, numbers, chance: Chance(1) };
    (0..(things * EACH).clamp(FEWEST, MOST)).map(|_| speaker.request()).collect()
}

struct Speaker<'a> {
    shop: &'a Shop,
    language: &'a Language,
    words: &'a Requests,
    numbers: Vec<(u32, &'a str)>,
    chance: Chance,
}

impl<'a> Speaker<'a> {
    fn request(&mut self) -> String {
        let mut said: Vec<String> = Vec::new();
        match self.chance.below(100) {
            0..4 => self.one_of(&self.words.answers, &mut said),
            4..18 => self.options_alone(&mut said),
            _ => self.order(&mut said),
        }
        if self.percent(15) {
            self.one_of(&self.words.closers, &mut said);
        }
        let said = said.join(" ");
        let mut letters = said.chars();
        // Recognisers write most sentences so.
        match letters.next() {
            Some(first) if self.percent(70) => first.to_uppercase().chain(letters).collect(),
            _ => said,
        }
    }

    /// An answer or a change: options of any of the lists, or a number.
    fn options_alone(&mut self, said: &mut Vec<String>) {
        let lists: Vec<&OptionList> = self.shop.option_lists.iter().collect();
        let (before, after) = self.options(&lists);
        if before.is_empty() && after.is_empty() {
            let number = self.number().1;
            said.push(number);
            return;
        }
        if self.percent(50) {
            self.one_of(&self.words.changes, said);
        }
        self.listed(before.into_iter().chain(after).take(3).collect(), said);
    }

    fn order(&mut self, said: &mut Vec<String>) {
        if self.percent(15) {
            self.one_of(&self.words.greetings, said);
        }
        if self.percent(85) {
            self.one_of(&self.words.openers, said);
        }
        self.line(said);
        for _ in 0..3 {
            if !self.percent(40) {
                break;
            }
            if self.percent(65) {
                self.one_of(&self.words.between, said);
            }
            self.line(said);
        }
    }

    fn line(&mut self, said: &mut Vec<String>) {
        let Some(item) = self.item() else { return };
        let lists: Vec<&OptionList> = item.options.iter().map(|taken| self.shop.option_list(taken.list)).collect();
        let (before, after) = self.options(&lists);
        let mut name = self.name(&item.names);
        match self.chance.below(10) {
            0..5 => self.one_of(&self.words.articles, said),
            5..9 => {
                let (number, word) = self.number();
                said.push(word);
                if number > 1 {
                    let own = item.names.plural.clone().filter(|_| name == item.names.title);
                    name = own.unwrap_or_else(|| self.language.reply.plural_of(&name));
                }
            }
            _ => {}
        }
        said.extend(before);
        if self.percent(8) {
            self.one_of(&self.words.portions, said);
        }
        said.push(name);
        if !after.is_empty() {
            if self.percent(90) {
                self.one_of(&self.words.with, said);
            }
            self.listed(after, said);
        }
    }

    /// Every kind of thing is asked for as often, however many there are of it.
    fn item(&mut self) -> Option<&'a Item> {
        let (items, kinds) = (self.shop.items.len(), self.shop.categories.len());
        if items == 0 {
            return None;
        }
        let kind = self.chance.below(kinds);
        let any = |speaker: &mut Self| speaker.shop.item(ItemId(speaker.chance.below(items) as u32));
        let of_kind = (0..10 * kinds).map(|_| any(self)).find(|item| usize::from(item.category.0) == kind);
        Some(of_kind.unwrap_or_else(|| any(self)))
    }

    /// Options said before the thing and after it.
    fn options(&mut self, lists: &[&OptionList]) -> (Vec<String>, Vec<String>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for list in lists.iter().filter(|list| !list.options.is_empty()) {
            if list.choose == Choose::One {
                if self.percent(50) {
                    let option = self.option(list);
                    if self.percent(60) { before.push(option) } else { after.push(option) }
                }
            } else if self.percent(60) {
                after.push(self.option(list));
                while after.len() < 7 && self.percent(65) {
                    after.push(self.option(list));
                }
            }
        }
        self.shuffle(&mut before);
        self.shuffle(&mut after);
        (before, after)
    }

    fn option(&mut self, list: &OptionList) -> String {
        let option = &list.options[self.chance.below(list.options.len())];
        let mut said = Vec::new();
        if list.choose == Choose::Many && self.percent(15) {
            self.one_of(&self.words.amounts, &mut said);
        } else if list.max_count > 1 && self.percent(30) {
            said.push(self.number().1);
        }
        said.push(self.name(&option.names));
        said.join(" ")
    }

    fn listed(&mut self, parts: Vec<String>, said: &mut Vec<String>) {
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 && self.percent(if at == last { 75 } else { 10 }) {
                said.push(self.language.understand.sample.and.clone());
            }
            said.push(part);
        }
    }

    fn name(&mut self, names: &Names) -> String {
        let other = names.also.get(self.chance.below(names.also.len()));
        other.filter(|_| self.percent(40)).unwrap_or(&names.title).clone()
    }

    /// Small ones are said more often; some recognisers write figures.
    fn number(&mut self) -> (u32, String) {
        let most = self.chance.below(self.numbers.len()) + 1;
        let at = self.chance.below(most);
        let in_words = self.percent(90);
        match self.numbers.get(at) {
            Some((number, word)) if in_words => (*number, (*word).to_string()),
            Some((number, _)) => (*number, number.to_string()),
            None => (1, "1".into()),
        }
    }

    fn shuffle(&mut self, parts: &mut [String]) {
        for at in (1..parts.len()).rev() {
            parts.swap(at, self.chance.below(at + 1));
        }
    }

    fn one_of(&mut self, words: &[String], said: &mut Vec<String>) {
        said.extend(words.get(self.chance.below(words.len())).cloned());
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.chance.below(100) < chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::{Expect, Lexicon};

    #[test]
    fn what_is_made_up_is_understood_and_names_everything() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let language = Language::load("en").unwrap();
        let lexicon = Lexicon::compile(&shop, &language);
        let requests = made_up(&shop, &language);
        assert_eq!(requests, made_up(&shop, &language));
        let understood = |text: &&String| !lexicon.understand(text, &Expect::default()).acts.is_empty();
        assert!(requests.iter().take(1_000).filter(understood).count() > 990);
        let all = requests.join("\n").to_lowercase();
        for item in &shop.items {
            assert!(all.contains(&item.names.title.to_lowercase()), "{} is never asked for", item.names.title);
        }
    }

    #[test]
    fn an_empty_shop_has_nothing_to_say_and_does_not_panic() {
        assert!(!made_up(&Shop::default(), &Language::load("en").unwrap()).is_empty());
    }
}
