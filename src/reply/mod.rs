//! Acts and messages → words; words → speakable words. The words themselves stand in the language file.

pub mod phrase;
mod render;
pub mod speakable;
mod told;
pub mod words;

use serde::Serialize;

use crate::dialogue::Message;
use crate::lang::Language;
use crate::shop::Shop;

use self::phrase::Phrasing;
use self::render::Renderer;

/// What is said in one turn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Reply {
    pub text: String,
    /// The same in the pieces in which it is best spoken: one a message.
    pub sentences: Vec<String>,
}

/// Word the messages of a turn. Wordings take turns with `turn`.
pub fn reply(shop: &Shop, language: &Language, turn: u32, messages: &[Message]) -> Reply {
    let phrasing = Phrasing { shop, words: &language.reply, units: &language.units };
    let renderer = Renderer { phrasing, turn };
    let sentences: Vec<String> =
        messages.iter().map(|message| renderer.message(message)).filter(|text| !text.is_empty()).collect();
    Reply { text: sentences.join(" "), sentences }
}
