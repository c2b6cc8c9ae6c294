//! The shop's sounds and its menu behind a recogniser: of what may have been said, what sounds most alike and makes
//! sense. Where that leaves a doubt, the same speech is recognised in other ways, and the likeliest of all is taken.

use std::sync::Arc;

use super::sense::nonsense;
use super::sounds::{Reading, Sounds};
use super::{Bias, Recogniser, SttError, Way};
use crate::message::{Transcript, Utterance};
use crate::understand::{Expect, Lexicon};

/// Readings of one transcript that are looked at.
const READINGS: usize = 24;
/// Doubt a phone from which on it pays to listen once more: one clean recording in seven, one in four at 6 dB. The
/// same where the recogniser itself was in doubt.
const DOUBT: f32 = 0.12;
const OWN_DOUBT: f32 = 0.06;
/// What a thing of the shop in a reading must sound better by than none: it adds to what somebody pays.
const THING: f32 = 0.3;
/// What a transcript that the recogniser itself was in doubt of must sound better by.
const DOUBTFUL: f32 = 1.0;
/// Shorter answers, in phones, are heard again wherever the recogniser was in doubt: "two" came as "ten, ten, ten, fif".
const BRIEF: f32 = 20.0;
/// The share of the shop's words from which on an utterance is about it.
const ABOUT_THE_SHOP: f32 = 0.3;
/// How far an answer is about the shop that asked, at least.
const ASKED: f32 = 0.7;
/// A transcript that has less than another of the same speech, a phone: something was not heard.
const MISSING: f32 = 0.25;

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

    /// What was said by all that is known, and every transcript that it was taken from.
    pub fn listen(&mut self, utterance: &Utterance, bias: &Bias) -> Result<(Transcript, Vec<Transcript>), SttError> {
        let mut heard = Vec::new();
        while let Some(way) = next(&heard) {
            let transcript = self.recogniser.transcribe_by(way, utterance, bias)?;
            heard.push(self.weighed(transcript, bias.expect()));
        }
        let likeliest = likeliest(&heard);
        Ok((likeliest, heard.into_iter().map(|(transcript, _)| transcript).collect()))
    }

    /// What would have been said by these transcripts of the same speech, in the order of listening: as many of them as
    /// doubts ask for.
    pub fn recall(&self, heard: &[Transcript], expect: &Expect) -> Transcript {
        let mut recalled: Vec<Heard> = Vec::new();
        for transcript in heard {
            if next(&recalled).is_some() {
                recalled.push(self.weighed(transcript.clone(), expect));
            }
        }
        likeliest(&recalled)
    }

    fn weighed(&self, transcript: Transcript, expect: &Expect) -> Heard {
        let candidate = self.candidate(&transcript, expect);
        (transcript, candidate)
    }

    /// The reading of a transcript that sounds alike and makes sense. Sense counts as far as the rest is about this
    /// shop: a request for something that it does not sell is not bent into one for something that it does.
    fn candidate(&self, heard: &Transcript, expect: &Expect) -> Option<Candidate> {
        let readings = self.sounds.readings(heard, READINGS).into_iter().filter(|reading| reading.length > 0.0);
        let weighed = readings.map(|reading| {
            let meant = self.lexicon.understand(&reading.text, expect);
            let content = self.lexicon.content(&reading.text);
            // Whoever was asked something answers that.
            let asked = expect.list.is_some() || expect.quantity || !expect.items.is_empty();
            let about = if asked { reading.company.max(ASKED) } else { reading.company };
            let cost = reading.misfit + about * nonsense(&meant, content, expect);
            Candidate { cost, boldness: THING * content.things as f32, about, reading }
        });
        weighed.min_by(|a, b| a.weight().total_cmp(&b.weight()))
    }
}

impl<R: Recogniser> Recogniser for ByEar<R> {
    /// However it is told to listen, it listens as its doubts ask.
    fn transcribe_by(&mut self, _: Way, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        self.transcribe(utterance, bias)
    }

    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        self.listen(utterance, bias).map(|(transcript, _)| transcript)
    }
}

/// A transcript, and the likeliest reading of it where there is anything to read.
type Heard = (Transcript, Option<Candidate>);

/// What transcripts of the same speech, the quickest first, say together.
fn likeliest(heard: &[Heard]) -> Transcript {
    let candidates = || heard.iter().filter_map(|(transcript, candidate)| Some((transcript, candidate.as_ref()?)));
    let longest = candidates().map(|(_, one)| one.reading.length).fold(0.0, f32::max);
    let weight = |(transcript, one): &(&Transcript, &Candidate)| {
        let doubtful = if transcript.doubtful { DOUBTFUL } else { 0.0 };
        one.weight() + doubtful + MISSING * (longest - one.reading.length)
    };
    let best = candidates().min_by(|a, b| weight(a).total_cmp(&weight(b)));
    match best {
        Some((transcript, Candidate { reading, .. })) if !reading.corrections.is_empty() => {
            tracing::debug!(heard = transcript.text, meant = reading.text, "put right by sound");
            // How sure the recogniser was says nothing of the words put in its place.
            Transcript { text: reading.text.clone(), words: Vec::new(), ..transcript.clone() }
        }
        Some((transcript, _)) => transcript.clone(),
        None => heard.first().map(|(transcript, _)| transcript.clone()).unwrap_or_default(),
    }
}

/// How to listen to the same speech once more, if that may tell more.
fn next(heard: &[Heard]) -> Option<Way> {
    let doubtful = heard.iter().all(|(transcript, _)| transcript.doubtful);
    match heard.len() {
        0 => Some(Way::FIRST),
        1 if doubtful && briefly(heard) => Some(Way::WHOLE),
        1 if doubt(heard) >= if doubtful { OWN_DOUBT } else { DOUBT } => Some(Way::UNBIASED),
        2 if doubtful && doubt(heard) >= DOUBT => Some(Way::WHOLE),
        _ => None,
    }
}

/// A word or two: whatever is heard of them makes sense.
fn briefly(heard: &[Heard]) -> bool {
    heard.iter().filter_map(|(_, one)| one.as_ref()).all(|one| one.reading.length < BRIEF)
}

/// What is wrong with the best reading so far, a phone. Where nothing was heard there was nothing to hear, and what is
/// about something else altogether is no order badly heard.
fn doubt(heard: &[Heard]) -> f32 {
    let about_the_shop = heard.iter().filter_map(|(_, one)| one.as_ref()).filter(|one| one.about >= ABOUT_THE_SHOP);
    about_the_shop.map(|one| one.cost / one.reading.length).min_by(f32::total_cmp).unwrap_or(0.0)
}

/// What may have been said, and what speaks against it.
struct Candidate {
    reading: Reading,
    /// In phones: how far it is from what was heard, and how little sense it makes.
    cost: f32,
    /// In phones: how much it takes to have been asked for.
    boldness: f32,
    /// How far it is about the shop, 0 … 1.
    about: f32,
}

impl Candidate {
    fn weight(&self) -> f32 {
        self.cost + self.boldness
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::shop::Shop;

    /// Hears one thing after the other, the last again and again.
    struct Scripted(Vec<&'static str>);

    impl Recogniser for Scripted {
        fn transcribe_by(&mut self, _: Way, _: &Utterance, _: &Bias) -> Result<Transcript, SttError> {
            let text = if self.0.len() > 1 { self.0.remove(0) } else { self.0[0] };
            Ok(Transcript { text: text.into(), ..Transcript::default() })
        }
    }

    /// What is made of it in the café when the recogniser hears `said`, and how often it was asked.
    fn heard(said: &[&'static str]) -> (String, usize) {
        answered(said, |_| Expect::default())
    }

    fn answered(said: &[&'static str], expect: impl Fn(&Shop) -> Expect) -> (String, usize) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let language = Language::load("en").unwrap();
        let lexicon = Arc::new(Lexicon::compile(&shop, &language));
        let mut ear = ByEar::new(Scripted(said.to_vec()), Sounds::of(&shop, &language), lexicon);
        let bias = Bias::of_shop(&shop, &expect(&shop));
        let (transcript, ways) = ear.listen(&Utterance::default(), &bias).unwrap();
        (transcript.text, ways.len())
    }

    #[test]
    fn of_what_sounds_alike_the_reading_that_makes_sense_is_taken() {
        assert_eq!(heard(&["a large lotty with oat milk"]).0, "a large latte with oat milk");
    }

    #[test]
    fn what_is_plainly_heard_is_heard_once() {
        assert_eq!(heard(&["two large lattes, please"]), ("two large lattes, please".into(), 1));
        assert_eq!(heard(&[""]), (String::new(), 1));
    }

    #[test]
    fn what_makes_no_sense_is_listened_to_again() {
        let (text, times) = heard(&["a medium milk over the swine melt", "a medium mocha with soy milk"]);
        assert_eq!((text.as_str(), times), ("a medium mocha with soy milk", 2));
    }

    #[test]
    fn an_answer_is_an_answer() {
        let size = |shop: &Shop| shop.option_list_ids().find(|list| shop.option_list(*list).key == "size");
        let what_size = |shop: &Shop| Expect { list: size(shop), ..Expect::default() };
        assert_eq!(answered(&["Larch."], what_size).0, "large.");
        assert_eq!(heard(&["Larch."]).0, "Larch.");
    }

    #[test]
    fn words_that_frame_an_order_are_not_put_right_into_things() {
        assert_eq!(heard(&["a small latte plees"]).0, "a small latte please");
    }

    #[test]
    fn what_is_not_sold_stays_what_it_is() {
        for said in ["do you sell rose gold aviator glasses", "can I get a leather backpack"] {
            assert_eq!(heard(&[said]).0, said);
        }
    }
}
