//! Written text → words that a voice can say: "$4.50" → "four dollars and fifty cents". Pure; the words of the
//! language come from its file ([`Words`]), the pronunciation of products from the shop.

mod number;
mod scan;
mod sentences;

pub use sentences::opening;

use crate::lang::speak::{Coins, Words};
use crate::money::Currency;
use crate::shop::model::{Names, Shop};

/// Everything that is needed to speak one shop's replies.
#[derive(Debug, Clone)]
pub struct Script {
    words: Words,
    /// What may stand beside an amount, longest first.
    signs: Vec<Sign>,
    /// Written → spoken, longest first.
    names: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Sign {
    written: String,
    coins: Coins,
    /// Digits after the point.
    exponent: usize,
    /// It counts the smaller coin ("50¢").
    minor: bool,
}

impl Script {
    /// `currency` says what a sign means that several countries use; `names` are pairs of written and spoken.
    pub fn new(words: &Words, currency: &Currency, names: Vec<(String, String)>) -> Script {
        let mut names: Vec<(String, String)> = names
            .into_iter()
            .flat_map(|(written, spoken)| {
                let plurals = words.plural_endings.iter();
                let plurals: Vec<_> =
                    plurals.map(|end| (format!("{written}{end}"), format!("{spoken}{end}"))).collect();
                std::iter::once((written, spoken)).chain(plurals)
            })
            .filter(|(written, _)| !written.trim().is_empty())
            .collect();
        names.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
        Script { signs: signs(words, currency), words: words.clone(), names }
    }

    /// With every pronunciation that the shop gives.
    pub fn for_shop(words: &Words, shop: &Shop) -> Script {
        let items = shop.items.iter().map(|item| &item.names);
        let categories = shop.categories.iter().map(|category| &category.names);
        let lists = shop.option_lists.iter();
        let options = lists.clone().flat_map(|list| list.options.iter().map(|option| &option.names));
        let all = items.chain(categories).chain(lists.map(|list| &list.names)).chain(options);
        Script::new(words, &shop.currency, all.filter_map(pronunciation).collect())
    }

    /// `text` in words alone: letters, spaces and the punctuation that shapes a sentence. Idempotent.
    pub fn speakable(&self, text: &str) -> String {
        scan::Scan::new(self, text).run()
    }

    /// `text` in speakable sentences, in order, none empty. The first is short where the text allows, so that it is
    /// soon heard while the rest is still being made.
    pub fn sentences(&self, text: &str) -> Vec<String> {
        sentences::split(&self.speakable(text))
    }
}

fn pronunciation(names: &Names) -> Option<(String, String)> {
    names.say.as_ref().map(|say| (names.title.clone(), say.clone()))
}

fn signs(words: &Words, currency: &Currency) -> Vec<Sign> {
    let money = &words.money;
    let own = [(currency.sign().trim().to_string(), currency.code.clone())];
    let codes = money.coins.keys().map(|code| (code.clone(), code.clone()));
    let general = money.signs.iter().map(|(written, code)| (written.clone(), code.clone()));
    let mut signs: Vec<Sign> = Vec::new();
    for (written, code) in own.into_iter().chain(general).chain(codes) {
        let known = signs.iter().any(|sign| sign.written == written);
        let Some(coins) = money.coins.get(&code).filter(|_| !known) else { continue };
        let exponent = Currency::of(&code).map_or(2, |currency| usize::from(currency.exponent));
        let minor = money.minor_signs.contains(&written);
        signs.push(Sign { written, coins: coins.clone(), exponent, minor });
    }
    signs.sort_by_key(|sign| std::cmp::Reverse(sign.written.len()));
    signs
}

#[cfg(test)]
mod tests;
