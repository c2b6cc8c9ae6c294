//! The shop's sounds and its menu behind a recogniser: of what may have been said, what sounds most alike and makes sense.

use std::sync::Arc;

use super::sense::nonsense;
use super::sounds::{Reading, Sounds};
use super::{Bias, Recogniser, SttError};
use crate::message::{Transcript, Utterance};
use crate::understand::{Expect, Lexicon};

/// Readings looked at; of 144 recordings in noise the right one was among the first this many wherever it was at all.
const READINGS: usize = 24;

/// A recogniser whose transcripts are put right by the shop's sounds.
pub struct ByEar<R> {
    recogniser: R,
    sounds: Sounds,
    lexicon: Arc<Lexicon>,
}

impl<R: Recogniser> ByEar<R> {
    pub fn new(recogniser: R, sounds: Sounds, lexicon: Arc<Lexicon>) -> Self {
        ByEar { recogniser, sounds, lexicon }
    }
}

impl<R: Recogniser> Recogniser for ByEar<R> {
    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        let transcript = self.recogniser.transcribe(utterance, bias)?;
        let reading = likeliest(&self.sounds, &self.lexicon, &transcript, bias.expect());
        if reading.corrections.is_empty() {
            return Ok(transcript);
        }
        tracing::debug!(heard = transcript.text, meant = reading.text, "put right by sound");
        // How sure the recogniser was says nothing of the words put in its place.
        Ok(Transcript { text: reading.text, words: Vec::new(), ..transcript })
    }
}

/// The reading of a transcript that sounds alike and makes sense. Sense counts as far as the rest is about this shop:
/// a request for something that it does not sell is not bent into one for something that it does.
pub fn likeliest(sounds: &Sounds, lexicon: &Lexicon, transcript: &Transcript, expect: &Expect) -> Reading {
    let mut readings = sounds.readings(transcript, READINGS);
    let cost = |reading: &Reading| {
        let senseless = nonsense(&lexicon.understand(&reading.text, expect), lexicon.content(&reading.text), expect);
        reading.deficit + reading.company * senseless
    };
    let costs: Vec<f32> = readings.iter().map(cost).collect();
    let best = (0..costs.len()).min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap_or(0);
    readings.swap_remove(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::shop::Shop;

    #[test]
    fn of_what_sounds_alike_the_reading_that_makes_sense_is_taken() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let language = Language::load("en").unwrap();
        let lexicon = Lexicon::compile(&shop, &language);
        let sounds = Sounds::of(&shop, &language);
        let read = |text: &str| {
            let heard = Transcript { text: text.into(), ..Transcript::default() };
            likeliest(&sounds, &lexicon, &heard, &Expect::default()).text
        };
        assert_eq!(read("a large macho with oat milk"), "a large mocha with oat milk");
        // The same word where nothing else speaks of this shop.
        assert_eq!(read("do you know a macho man"), "do you know a macho man");
        assert_eq!(read("can I get a leather backpack"), "can I get a leather backpack");
    }
}
