//! Acts and messages → words; words → speakable words. The words themselves stand in the language file.

mod answer;
mod ask;
mod cannot;
mod done;
pub mod phrase;
mod price;
mod render;
pub mod speakable;
mod talk;
#[cfg(test)]
mod tests;
pub mod whither;

use crate::commerce::pricing::Quote;
use crate::dialogue::Message;
use crate::lang::Language;
use crate::lang::reply::{Wording, Words};
use crate::message::Sentence;
use crate::shop::Shop;

use self::phrase::Phrasing;
use self::render::Renderer;

/// What is said in one turn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    pub text: String,
    /// The same in the pieces in which it is best spoken: one a message.
    pub sentences: Vec<Sentence>,
}

/// Word the messages of a turn; `quote` is of the cart after it. Wordings take turns with `turn`.
pub fn reply(shop: &Shop, language: &Language, turn: u32, quote: &Quote, messages: &[Message]) -> Reply {
    let phrasing = Phrasing { shop, words: &language.reply, units: &language.units };
    let renderer = Renderer { phrasing, quote, labels: &language.totals, turn };
    let sentence = |message: &Message| Sentence { text: renderer.message(message), private: message.has_words() };
    let sentences: Vec<Sentence> = messages.iter().map(sentence).filter(|sentence| !sentence.text.is_empty()).collect();
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    Reply { text: texts.join(&language.reply.strings.sentences), sentences }
}

/// What is the same words every time: wordings with nothing to fill in, and how the others open ("Okay,").
pub fn constant(words: &Words) -> impl Iterator<Item = &str> {
    let texts = words.say.all().flat_map(|wording| match wording {
        Wording::One(text) => std::slice::from_ref(text),
        Wording::Several(texts) => texts,
    });
    let texts = texts.map(String::as_str);
    texts
        .map(|text| if text.contains('{') { speakable::opening(text, '{') } else { text })
        .filter(|text| !text.is_empty())
}
