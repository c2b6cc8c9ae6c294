//! What sounds the same is written as people in the shop would mean it: "know that's all" is "no that's all". Only words of
//! conversation are put in the place of others; what is sold the ear looks for by itself.

use std::collections::HashMap;

use super::LanguageModel;
use crate::message::{HeardWord, Transcript};
use crate::stt::sounds::{Phone, Sounds, fold, words};

/// What another word must be likelier by, in nats: Whisper had its reasons.
const MARGIN: f32 = 2.0;
/// And more, a phone that it sounds otherwise; more otherwise than this it is another word.
const OTHERWISE: f32 = 5.0;
const ALIKE: f32 = 0.25;

/// Words of conversation by how many sounds they have.
#[derive(Default)]
pub struct Spelling {
    by_length: HashMap<usize, Vec<(String, Vec<Phone>)>>,
}

impl Spelling {
    /// Of the words that people are expected to say in a shop of these sounds.
    pub fn of(model: &LanguageModel, sounds: &Sounds) -> Self {
        let mut spelling = Spelling::default();
        for word in model.words().filter(|word| sounds.is_conversation(word) && !word.starts_with(char::is_numeric)) {
            let phones = sounds.pronounced(word);
            if !phones.is_empty() {
                spelling.by_length.entry(phones.len()).or_default().push((word.to_string(), phones));
            }
        }
        spelling
    }

    /// The transcript with words in the place of others that sound the same, where people are likelier to say those.
    pub fn respelt(&self, heard: &Transcript, model: &LanguageModel, sounds: &Sounds) -> Transcript {
        let spans = words(&heard.text);
        let choices: Vec<Vec<(String, f32)>> =
            spans.iter().map(|span| self.choices(&fold(&heard.text[span.clone()]), sounds)).collect();
        if choices.iter().all(|choices| choices.len() < 2) {
            return heard.clone();
        }
        let mut respelt = Transcript { text: String::new(), words: Vec::new(), ..heard.clone() };
        let mut written = 0;
        let mut sure = heard.words.iter().peekable();
        for (span, (choices, chosen)) in spans.iter().zip(choices.iter().zip(model.likeliest(&choices))) {
            respelt.text.push_str(&heard.text[written..span.start]);
            let from = respelt.text.len();
            match chosen {
                0 => respelt.text.push_str(&heard.text[span.clone()]),
                other => respelt.text.push_str(&choices[other].0),
            }
            written = span.end;
            while sure.next_if(|word| word.span.end <= span.start).is_some() {}
            if let Some(word) = sure.next_if(|word| word.span.start < span.end) {
                respelt.words.push(HeardWord { span: from..respelt.text.len(), ..word.clone() });
            }
        }
        respelt.text.push_str(&heard.text[written..]);
        respelt
    }

    /// The word as it was heard, and what else it may be, with what that must be likelier by.
    fn choices(&self, word: &str, sounds: &Sounds) -> Vec<(String, f32)> {
        let mut choices = vec![(word.to_string(), 0.0)];
        if !sounds.is_conversation(word) || word.starts_with(char::is_numeric) {
            return choices;
        }
        let phones = sounds.pronounced(word);
        for (other, said) in self.by_length.get(&phones.len()).into_iter().flatten().filter(|(other, _)| other != word)
        {
            let far: f32 = phones.iter().zip(said).map(|(a, b)| sounds.confusion(*a, *b)).sum();
            if far <= ALIKE {
                choices.push((other.clone(), MARGIN + OTHERWISE * far));
            }
        }
        choices
    }
}

#[cfg(test)]
mod tests {
    use super::super::requests::made_up;
    use super::*;
    use crate::lang::Language;
    use crate::shop::Shop;

    #[test]
    fn words_that_sound_the_same_are_written_as_people_in_the_shop_mean_them() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let language = Language::load("en").unwrap();
        let (model, sounds) = (LanguageModel::of(&made_up(&shop, &language), &language), Sounds::of(&shop, &language));
        let spelling = Spelling::of(&model, &sounds);
        let respelt = |text: &str| {
            let heard = Transcript { text: text.into(), ..Transcript::default() };
            spelling.respelt(&heard, &model, &sounds).text
        };
        let pairs = [
            ("Know that will be all.", "no that will be all."),
            ("to large lattes please", "two large lattes please"),
            ("Thanks, by.", "Thanks, bye."),
            // What is likely as it is stays.
            ("I don't know", "I don't know"),
            ("good to know", "good to know"),
            ("two teas to go", "two teas to go"),
            ("a latte for me", "a latte for me"),
            ("Is there any milk", "Is there any milk"),
            ("a leather backpack", "a leather backpack"),
        ];
        let wrong: Vec<_> =
            pairs.iter().map(|(heard, meant)| (respelt(heard), *meant)).filter(|(is, meant)| is != meant).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
