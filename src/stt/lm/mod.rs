//! The language model of a shop: how likely people are to say something there, before anything is heard.

pub mod answers;
pub mod ngram;
pub mod requests;

use std::collections::HashMap;

use ngram::Ngram;

use super::sounds::fold_words;
use crate::lang::Language;

/// Ends a request.
const END: u32 = 0;

/// Of words, in any spelling of capitals and numbers.
pub struct LanguageModel {
    ngram: Ngram,
    words: HashMap<String, u32>,
    /// Words of numbers by their figures.
    numbers: HashMap<String, String>,
}

/// How likely a text is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Likelihood {
    /// Of the words that the model knows, in nats, ≤ 0.
    pub log_probability: f32,
    /// How many it does not.
    pub unknown: usize,
}

impl LanguageModel {
    /// Learns from what people may say.
    pub fn of(requests: &[String], language: &Language) -> Self {
        let figures = |(word, number): (&String, &u32)| (number.to_string(), word.clone());
        let numbers = language.numbers.words.iter().map(figures).collect();
        let mut model = LanguageModel { ngram: Ngram::of(0, []), words: HashMap::new(), numbers };
        model.words.insert(String::new(), END);
        let mut sequences = Vec::new();
        for request in requests {
            let mut sequence = Vec::new();
            for word in model.split(request) {
                let next = model.words.len() as u32;
                sequence.push(*model.words.entry(word).or_insert(next));
            }
            sequence.push(END);
            sequences.push(sequence);
        }
        model.ngram = Ngram::of(model.words.len(), sequences);
        model
    }

    pub fn likelihood(&self, text: &str) -> Likelihood {
        let mut likelihood = Likelihood::default();
        let mut said: Vec<Option<u32>> = Vec::new();
        let words = self.split(text);
        for symbol in words.iter().map(|word| self.words.get(word).copied()).chain([Some(END)]) {
            match symbol {
                Some(symbol) => likelihood.log_probability += self.ngram.probability(symbol, &said).ln(),
                None => likelihood.unknown += 1,
            }
            said.push(symbol);
        }
        likelihood
    }

    fn split(&self, text: &str) -> Vec<String> {
        fold_words(text).into_iter().map(|word| self.numbers.get(&word).cloned().unwrap_or(word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::Shop;

    #[test]
    fn what_people_say_in_the_shop_is_likelier_than_what_sounds_like_it() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let language = Language::load("en").unwrap();
        let model = LanguageModel::of(&requests::made_up(&shop, &language), &language);
        let log = |text: &str| model.likelihood(text);
        assert!(log("two large lattes").log_probability > log("to large lattes").log_probability);
        assert!(log("a muffin and a latte").log_probability > log("a muffin in a latte").log_probability);
        assert_eq!(log("2 large lattes"), log("Two large lattes."));
        assert_eq!(log("a leather backpack").unknown, 2);
    }
}
