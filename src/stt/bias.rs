//! What the recogniser is to expect: the shop's words, most likely first.

use std::collections::HashSet;
use std::sync::Arc;

use crate::shop::{Names, Shop};
use crate::understand::Expect;

/// Phrases that may be said, most likely first. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bias {
    phrases: Arc<[String]>,
    expect: Arc<Expect>,
}

impl Bias {
    /// No expectation at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Phrases in order of likelihood; later repetitions are dropped.
    pub fn of_phrases<T: AsRef<str>>(phrases: impl IntoIterator<Item = T>) -> Self {
        let mut seen = HashSet::new();
        let phrases = phrases
            .into_iter()
            .map(|phrase| phrase.as_ref().trim().to_string())
            .filter(|phrase| !phrase.is_empty() && seen.insert(phrase.to_lowercase()))
            .collect();
        Bias { phrases, ..Bias::default() }
    }

    /// Everything the shop sells. What the dialogue waits for comes first, then the names of items and options in
    /// turns, so that a budget too small for all of a large shop has some of each.
    pub fn of_shop(shop: &Shop, expect: &Expect) -> Self {
        let asked = expect.list.into_iter().flat_map(|list| shop.option_list(list).options.iter().map(|o| &o.names));
        let offered = expect.items.iter().chain(&expect.cart).map(|item| &shop.item(*item).names);
        let now = asked.chain(offered).map(title);

        let mut rows: Vec<Vec<&str>> =
            shop.option_lists.iter().map(|list| list.options.iter().map(|o| title(&o.names)).collect()).collect();
        for category in 0..shop.categories.len() {
            let of_category = shop.items.iter().filter(|item| usize::from(item.category.0) == category);
            rows.push(of_category.map(|item| title(&item.names)).collect());
        }
        let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
        let all = (0..longest).flat_map(|at| rows.iter().filter_map(move |row| row.get(at).copied()));
        let phrases = Self::of_phrases(now.chain(all).collect::<Vec<_>>());
        Bias { expect: Arc::new(expect.clone()), ..phrases }
    }

    /// The same with phrases that are likelier than any of its own.
    pub fn led_by<T: AsRef<str>>(self, phrases: impl IntoIterator<Item = T>) -> Self {
        let own = self.phrases.iter().cloned();
        let led = Self::of_phrases(phrases.into_iter().map(|phrase| phrase.as_ref().to_string()).chain(own));
        Bias { expect: self.expect, ..led }
    }

    /// What was asked, and what stands in the cart.
    pub fn expect(&self) -> &Expect {
        &self.expect
    }

    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    pub fn phrases(&self) -> &[String] {
        &self.phrases
    }

    /// The text to put before the transcript: as many phrases as fit `budget` by `cost`, the most likely last, where
    /// Whisper heeds them most.
    pub fn prompt(&self, budget: usize, cost: impl Fn(&str) -> usize) -> String {
        let mut left = budget;
        let mut chosen: Vec<&str> = Vec::new();
        for phrase in self.phrases.iter() {
            // The separating comma counts too. A long phrase that does not fit leaves room for shorter ones.
            let needed = cost(phrase) + 1;
            if needed <= left {
                left -= needed;
                chosen.push(phrase);
            }
        }
        chosen.reverse();
        chosen.join(", ")
    }
}

fn title(names: &Names) -> &str {
    &names.title
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(phrase: &str) -> usize {
        phrase.split_whitespace().count()
    }

    #[test]
    fn the_most_likely_words_stand_last_and_the_budget_holds() {
        let bias = Bias::of_phrases(["small", "large", "oat milk", "Large", "mocha"]);
        assert_eq!(bias.prompt(100, words), "mocha, oat milk, large, small");
        // Two words and their commas are four; "oat milk" no longer fits.
        assert_eq!(bias.prompt(4, words), "large, small");
        assert_eq!(Bias::none().prompt(224, words), "");
    }

    #[test]
    fn likelier_phrases_come_first_and_what_was_asked_is_not_forgotten() {
        let expect = Expect { quantity: true, ..Expect::default() };
        let bias = Bias::of_shop(&Shop::default(), &expect).led_by(["one", "two"]);
        assert_eq!(bias.phrases(), ["one", "two"]);
        assert_eq!(bias.expect(), &expect);
    }
}
