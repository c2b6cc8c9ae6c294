//! How much of a text is about the shop.

use super::Lexicon;
use super::act::Expect;

/// How much is said in a text, whatever it may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Things of the shop, and amounts with a unit.
    pub things: usize,
    /// Of these the amounts.
    pub measures: usize,
    /// Words that the shop does not know.
    pub unknown: usize,
    /// Kinds of item: "a drink".
    pub generic: bool,
}

impl Lexicon {
    /// What an understanding of `text` has to account for.
    pub fn content(&self, text: &str) -> Content {
        let tokens = self.normaliser.tokens(text);
        let chunks = self.chunks(&tokens, &Expect::default());
        let parts = self.parts(&chunks, &tokens);
        Content {
            measures: parts.iter().filter(|part| part.is_measure()).count(),
            things: parts.iter().filter(|part| part.is_content() && !part.is_only_framing()).count(),
            unknown: parts.iter().filter(|part| part.is_unknown()).count(),
            generic: parts.iter().any(|part| part.sense().is_some_and(|sense| sense.category.is_some())),
        }
    }
}
