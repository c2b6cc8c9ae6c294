//! What a shop's words are to ear and mouth: what to expect to hear, and replies as they are spoken.

use std::sync::Arc;

use crate::lang::Language;
use crate::message::Sentence;
use crate::reply::speakable::Script;
use crate::reply::{self, Reply};
use crate::service::Setting;
use crate::shop::Shop;
use crate::stt::Bias;
use crate::understand::Expect;

use super::over::Overheard;

#[derive(Debug, Clone)]
pub struct Phrases {
    shop: Arc<Shop>,
    language: Arc<Language>,
    script: Script,
    overheard: Overheard,
}

impl Phrases {
    pub fn of(setting: &Setting) -> Phrases {
        let Setting { shop, language, .. } = setting;
        let (script, overheard) = (Script::for_shop(&language.speak, shop), Overheard::new(&language.over));
        Phrases { shop: shop.clone(), language: language.clone(), script, overheard }
    }

    /// What means nothing, or silence, over a reply.
    pub(super) fn overheard(&self) -> &Overheard {
        &self.overheard
    }

    /// What the recogniser is to expect.
    pub fn bias(&self, expect: &Expect) -> Bias {
        let shop = Bias::of_shop(&self.shop, expect);
        if !expect.quantity && !expect.code {
            return shop;
        }
        // A number alone is so short that the recogniser must be told to expect one.
        let mut numbers: Vec<(&String, &u32)> = self.language.numbers.words.iter().collect();
        numbers.sort_by_key(|(_, value)| **value);
        shop.led_by(numbers.into_iter().map(|(word, _)| word))
    }

    /// What is said in conversation after conversation, in speakable sentences: wordings without anything to fill in, and
    /// the shop's own questions.
    pub fn common(&self) -> Vec<Sentence> {
        let wordings = reply::constant(&self.language.reply);
        let questions = self.shop.option_lists.iter().filter_map(|list| list.ask.as_deref());
        wordings.chain(questions).flat_map(|text| self.script.sentences(text)).map(Sentence::ours).collect()
    }

    /// The reply in speakable sentences.
    pub fn sentences(&self, reply: &Reply) -> Vec<Sentence> {
        let spoken = |Sentence { text, private }: &Sentence| {
            let private = *private;
            self.script.sentences(text).into_iter().map(move |text| Sentence { text, private })
        };
        reply.sentences.iter().flat_map(spoken).collect()
    }

    /// Said while what was asked cannot be done yet.
    pub fn one_moment(&self) -> Vec<Sentence> {
        self.script.sentences(self.language.reply.say.one_moment.of_turn(0)).into_iter().map(Sentence::ours).collect()
    }
}
