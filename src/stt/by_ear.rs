//! The shop's sounds and its menu behind a recogniser: of what may have been said, what sounds most alike and makes
//! sense. Where that leaves a doubt, the same speech is recognised in other ways, and the likeliest of all is taken.

use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::Arc;

use super::lm::LanguageModel;
use super::lm::answers::Answers;
use super::sense::nonsense;
use super::sounds::{Reading, Sounds};
use super::{Bias, Listener, Recogniser, SttError, Way, guard, level, plain};
use crate::message::{Hearing, Transcript, Utterance};
use crate::understand::{Expect, Lexicon};

/// Readings of one transcript that are looked at.
const READINGS: usize = 24;
/// From so much doubt on it pays to listen a second time, a third and so on. Doubt is what the likeliest reading leaves
/// unexplained, in phones, times how unlikely Whisper held it, in nats: what is plainly heard and not sold here need not be
/// heard again, nor what makes sense. Each listening takes a quarter of a second, half of one with the thorough recogniser.
const DOUBT: [f32; 4] = [14.0, 21.0, 42.0, 70.0];
/// In a quiet place little is misheard, and so much more doubt it takes. Speech there is louder than what is between, in dB.
const IN_QUIET: f32 = 5.0;
const QUIET: f32 = 30.0;
/// What a thing of the shop in a reading must sound better by than none: it adds to what somebody pays.
const THING: f32 = 0.3;
/// What each of its corrections must.
const CORRECTION: f32 = 0.3;
/// What a nat less likely in the shop counts, and a word that nobody was expected to say there.
const UNLIKELY: f32 = 0.05;
const UNEXPECTED: f32 = 0.4;
/// What a transcript that the recogniser itself was in doubt of must sound better by.
const DOUBTFUL: f32 = 1.0;
/// Where nothing was heard in somebody's speech, of so many seconds, Whisper is given its whole window: less is a knock
/// or a cough, more are people who speak at once.
pub(super) const SPEECH: Range<f32> = 0.6..12.0;
/// Shorter answers, in phones, are heard again wherever the recogniser was in doubt: "two" came as "ten, ten, ten, fif".
const BRIEF: f32 = 20.0;
/// It is in doubt of such an answer below this mean log-probability.
const UNSURE: f32 = -0.4;
/// The share of the shop's words from which on an utterance is about it.
const ABOUT_THE_SHOP: f32 = 0.3;
/// How far an answer is about the shop that asked, at least.
const ASKED: f32 = 0.7;
/// What a transcript that is shorter than most of the same speech lacks counts, a phone: something was not heard. As long
/// as most: longer than seven of ten, for what goes round in circles is longer still.
const MISSING: f32 = 0.5;
const USUAL: f32 = 0.7;
/// Phones a nat that the recogniser holds a hypothesis less likely than the likeliest of the same listening.
const BEHIND: f32 = 0.3;

/// A recogniser whose transcripts are put right by the shop's sounds.
pub struct ByEar<L> {
    listener: L,
    /// Asked in doubt: slower, and hears more.
    thorough: Option<L>,
    ear: Ear,
}

/// What is known of the shop: how its words sound, and what can be said with them.
struct Ear {
    sounds: Sounds,
    model: LanguageModel,
    lexicon: Arc<Lexicon>,
    answers: Option<Answers>,
}

impl<L: Listener> ByEar<L> {
    pub fn new(listener: L, sounds: Sounds, model: LanguageModel, lexicon: Arc<Lexicon>) -> Self {
        ByEar { listener, thorough: None, ear: Ear { sounds, model, lexicon, answers: None } }
    }

    /// What may be said alone is listened for in whatever is short enough.
    pub fn with_answers(mut self, answers: Answers) -> Self {
        self.ear.answers = Some(answers);
        self
    }

    /// In doubt this one listens too.
    pub fn with_thorough(self, thorough: Option<L>) -> Self {
        ByEar { thorough, ..self }
    }

    /// What was said by all that is known, and what each listening heard.
    pub fn weigh(&mut self, utterance: &Utterance, bias: &Bias) -> Result<(Transcript, Vec<Hearing>), SttError> {
        if let Some(said) = self.plainly(utterance, bias)? {
            return Ok((said.clone(), vec![vec![said]]));
        }
        let (mut hearings, mut heard) = (Vec::new(), Vec::new());
        let place = Place::of(utterance);
        while let Some(way) = next(&heard, &place) {
            let listener = self.thorough.as_mut().filter(|_| way.expecting).unwrap_or(&mut self.listener);
            let hearing = listener.listen(way, utterance, bias)?;
            heard.push(self.ear.weighed(&hearing, way.whole, bias.expect()));
            hearings.push(hearing);
        }
        Ok((said(&heard), hearings))
    }

    /// A word or two that make up all of an utterance, or what makes sense to the last word without any bias: so much
    /// sense is no accident, and the bias could only draw its words to the menu.
    fn plainly(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Option<Transcript>, SttError> {
        let Some(answers) = self.ear.answers.as_ref().filter(|_| plain::BRIEF.contains(&utterance.voiced_seconds))
        else {
            return Ok(None);
        };
        let hearing = self.listener.listen(Way::ALONE, utterance, bias)?;
        let sensible = |text: &str| self.ear.is_plain(text, bias.expect());
        Ok(plain::answer(&hearing, answers, bias.expect()).or_else(|| plain::sensible(&hearing, sensible)))
    }

    /// What would have been said by these hearings of the same speech, in the order of listening: as many of them as
    /// doubts ask for.
    pub fn recall(&self, hearings: &[Hearing], expect: &Expect) -> Transcript {
        let mut heard: Vec<Vec<Heard>> = Vec::new();
        for hearing in hearings {
            if let Some(way) = next(&heard, &Place { voiced_seconds: f32::MAX, quiet: false }) {
                heard.push(self.ear.weighed(hearing, way.whole, expect));
            }
        }
        said(&heard)
    }
}

impl Ear {
    /// Whether everything said is something that can be said here now, in words that were to be expected.
    fn is_plain(&self, text: &str, expect: &Expect) -> bool {
        let (meant, content) = (self.lexicon.understand(text, expect), self.lexicon.content(text));
        self.model.likelihood(text).unknown == 0 && !meant.acts.is_empty() && nonsense(&meant, content, expect) == 0.0
    }

    fn weighed(&self, hearing: &[Transcript], whole: bool, expect: &Expect) -> Vec<Heard> {
        let best = hearing.first().map_or(0.0, |first| first.log_likelihood);
        let distinct = distinct(hearing);
        // Each takes some 10 ms in a shop of a hundred things, and the next listening waits for all of them.
        let candidates: Vec<Option<Candidate>> = std::thread::scope(|scope| {
            let (first, others) = distinct.split_first().unzip();
            let others = others.unwrap_or_default().iter().map(|one| scope.spawn(|| self.candidate(one, expect)));
            let others: Vec<_> = others.collect();
            let first = first.map(|first| self.candidate(first, expect));
            let joined = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            first.into_iter().chain(joined).collect()
        });
        let heard = distinct.into_iter().zip(candidates).map(|(transcript, candidate)| Heard {
            transcript: transcript.clone(),
            candidate,
            behind: BEHIND * (best - transcript.log_likelihood).max(0.0),
            whole,
        });
        heard.collect()
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
            let boldness = THING * content.things as f32 + CORRECTION * reading.corrections.len() as f32;
            let likelihood = self.model.likelihood(&reading.text);
            let surprise = UNEXPECTED * likelihood.unknown as f32 - UNLIKELY * likelihood.log_probability;
            Candidate { cost, boldness, surprise, about, reading }
        });
        weighed.min_by(|a, b| a.weight().total_cmp(&b.weight()))
    }
}

impl<L: Listener> Recogniser for ByEar<L> {
    fn transcribe(&mut self, utterance: &Utterance, bias: &Bias) -> Result<Transcript, SttError> {
        self.weigh(utterance, bias).map(|(said, _)| said)
    }
}

/// The same words once, as the recogniser was surest of them.
fn distinct(hearing: &[Transcript]) -> Vec<&Transcript> {
    let mut distinct: Vec<&Transcript> = Vec::with_capacity(hearing.len());
    for transcript in hearing {
        match distinct.iter_mut().find(|known| guard::same_words(&known.text, &transcript.text)) {
            Some(known) if known.doubtful && !transcript.doubtful => *known = transcript,
            Some(_) => {}
            None => distinct.push(transcript),
        }
    }
    distinct
}

/// A transcript, and the likeliest reading of it where there is anything to read.
struct Heard {
    transcript: Transcript,
    candidate: Option<Candidate>,
    /// In phones: how much less likely the recogniser held it than the likeliest of the same listening.
    behind: f32,
    whole: bool,
}

impl Heard {
    /// Whether the recogniser itself was in doubt. Of a word or two it must be the surer; in its whole window it is.
    fn is_doubtful(&self, one: &Candidate) -> bool {
        let unsure = !self.whole && one.reading.length < BRIEF && self.transcript.log_probability < UNSURE;
        self.transcript.doubtful || unsure
    }
}

/// The likeliest of all that was heard of the same speech, and the reading of it.
fn likeliest(heard: &[Vec<Heard>]) -> Option<(&Heard, &Candidate)> {
    let candidates = || heard.iter().flatten().filter_map(|heard| Some((heard, heard.candidate.as_ref()?)));
    // Of what may have gone round in circles the length says nothing.
    let trusted = candidates().filter(|(one, candidate)| {
        let again = |other: &Heard| guard::says_its_end_again(&one.transcript.text, &other.transcript.text);
        !one.is_doubtful(candidate) && !heard.iter().flatten().any(again)
    });
    let mut lengths: Vec<f32> = trusted.map(|(_, one)| one.reading.length).collect();
    lengths.sort_by(f32::total_cmp);
    let usual = lengths.get((lengths.len() as f32 * USUAL) as usize).copied().unwrap_or(0.0);
    let weight = |(heard, one): &(&Heard, &Candidate)| {
        let doubtful = if heard.is_doubtful(one) { DOUBTFUL } else { 0.0 };
        one.weight() + heard.behind + doubtful + MISSING * (usual - one.reading.length).max(0.0)
    };
    candidates().min_by(|a, b| weight(a).total_cmp(&weight(b)))
}

/// What transcripts of the same speech say together.
fn said(heard: &[Vec<Heard>]) -> Transcript {
    match likeliest(heard) {
        Some((Heard { transcript, .. }, Candidate { reading, .. })) if !reading.corrections.is_empty() => {
            tracing::debug!(corrections = reading.corrections.len(), "put right by sound");
            // How sure the recogniser was says nothing of the words put in its place.
            Transcript { text: reading.text.clone(), words: Vec::new(), ..transcript.clone() }
        }
        Some((Heard { transcript, .. }, _)) => transcript.clone(),
        None => heard.iter().flatten().next().map(|heard| heard.transcript.clone()).unwrap_or_default(),
    }
}

/// What is known of an utterance before anything is heard.
struct Place {
    voiced_seconds: f32,
    quiet: bool,
}

impl Place {
    fn of(utterance: &Utterance) -> Self {
        Place { voiced_seconds: utterance.voiced_seconds, quiet: level::range(&utterance.samples) > QUIET }
    }
}

/// How to listen to the same speech once more, if that may tell more.
fn next(heard: &[Vec<Heard>], place: &Place) -> Option<Way> {
    let voiced_seconds = place.voiced_seconds;
    // A word or two hold no phrases to tell apart, and without its full stop Whisper is not sure of an answer's end.
    let (first, other) =
        if voiced_seconds < guard::MOMENT { (Way::MARKED, Way::FIRST) } else { (Way::FIRST, Way::MARKED) };
    let Some(times) = heard.len().checked_sub(1) else { return Some(first) };
    let doubtful = heard.iter().all(|hearing| hearing.first().is_some_and(|heard| heard.transcript.doubtful));
    let best = likeliest(heard);
    if times == 0 && best.map_or(doubtful || SPEECH.contains(&voiced_seconds), briefly) {
        return Some(Way::WHOLE);
    }
    let patience = if place.quiet { IN_QUIET } else { 1.0 };
    if best.map_or(0.0, doubt) < patience * DOUBT.get(times)? {
        return None;
    }
    let whole = heard.iter().flatten().any(|heard| heard.whole);
    let again = [Way::EXPECTING, other, Way::UNBIASED].into_iter();
    again.chain((doubtful && !whole).then_some(Way::WHOLE)).nth(times - usize::from(whole))
}

/// A word or two, of which the recogniser is not sure: whatever is heard of them makes sense.
fn briefly((heard, one): (&Heard, &Candidate)) -> bool {
    heard.is_doubtful(one) && one.reading.length < BRIEF
}

/// Phones left unexplained times nats. What is about something else altogether is no order badly heard.
fn doubt((heard, one): (&Heard, &Candidate)) -> f32 {
    let doubtful = if heard.is_doubtful(one) { DOUBTFUL } else { 0.0 };
    let unexplained = if one.about < ABOUT_THE_SHOP { 0.0 } else { one.cost + doubtful };
    unexplained * -heard.transcript.log_likelihood
}

/// What may have been said, and what speaks against it.
struct Candidate {
    reading: Reading,
    /// In phones: how far it is from what was heard, and how little sense it makes.
    cost: f32,
    /// In phones: how much it takes to have been asked for.
    boldness: f32,
    /// In phones: how little anybody would have expected it here.
    surprise: f32,
    /// How far it is about the shop, 0 … 1.
    about: f32,
}

impl Candidate {
    fn weight(&self) -> f32 {
        self.cost + self.boldness + self.surprise
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::shop::Shop;
    use crate::stt::lm::requests::made_up;

    /// Hears one thing after the other, the last again and again, and is never quite sure.
    struct Scripted(Vec<&'static str>);

    const UNCERTAIN: f32 = -30.0;

    /// Hears something in the whole window only.
    struct Deaf(Vec<Way>);

    impl Listener for Deaf {
        fn listen(&mut self, way: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
            self.0.push(way);
            let text = Transcript { text: "a small latte".into(), ..Transcript::default() };
            Ok(if way.whole { vec![text] } else { Vec::new() })
        }
    }

    impl Listener for Scripted {
        fn listen(&mut self, _: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
            let text = if self.0.len() > 1 { self.0.remove(0) } else { self.0[0] };
            Ok(vec![Transcript { text: text.into(), log_likelihood: UNCERTAIN, ..Transcript::default() }])
        }
    }

    /// What is made of it in the café when the recogniser hears `said`, and how often it was asked.
    fn heard(said: &[&'static str]) -> (String, usize) {
        answered(said, |_| Expect::default())
    }

    fn answered(said: &[&'static str], expect: impl Fn(&Shop) -> Expect) -> (String, usize) {
        let (shop, mut ear) = in_the_cafe(Scripted(said.to_vec()));
        let bias = Bias::of_shop(&shop, &expect(&shop));
        let (transcript, ways) = ear.weigh(&Utterance::default(), &bias).unwrap();
        (transcript.text, ways.len())
    }

    fn in_the_cafe<L: Listener>(listener: L) -> (Shop, ByEar<L>) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let language = Language::load("en").unwrap();
        let lexicon = Arc::new(Lexicon::compile(&shop, &language));
        let sounds = Sounds::of(&shop, &language);
        let model = LanguageModel::of(&made_up(&shop, &language), &language);
        (shop, ByEar::new(listener, sounds, model, lexicon))
    }

    #[test]
    fn a_sentence_that_was_not_heard_gets_the_whole_window_and_a_knock_does_not() {
        let (_, mut ear) = in_the_cafe(Deaf(Vec::new()));
        for (voiced_seconds, heard, times) in [(0.3, "", 1), (1.5, "a small latte", 2), (20.0, "", 1)] {
            ear.listener.0.clear();
            let utterance = Utterance { voiced_seconds, ..Utterance::default() };
            assert_eq!(ear.transcribe(&utterance, &Bias::default()).unwrap().text, heard);
            assert_eq!(ear.listener.0.len(), times, "{voiced_seconds} s");
        }
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
    fn in_doubt_the_thorough_recogniser_listens_and_the_first_one_after_it() {
        let (_, ear) = in_the_cafe(Scripted(vec!["a medium milk over the swine melt"]));
        let mut ear = ear.with_thorough(Some(Scripted(vec!["a medium mocha with soy milk"])));
        let bias = Bias::default();
        assert_eq!(ear.transcribe(&Utterance::default(), &bias).unwrap().text, "a medium mocha with soy milk");

        let (_, ear) = in_the_cafe(Scripted(vec!["a meaty milk over the swine melt", "a medium mocha with soy milk"]));
        let mut ear = ear.with_thorough(Some(Scripted(vec!["a muddy milk overt the swine melt"])));
        assert_eq!(ear.transcribe(&Utterance::default(), &bias).unwrap().text, "a medium mocha with soy milk");
    }

    #[test]
    fn what_was_surely_heard_is_not_listened_to_again_however_little_of_it_is_sold() {
        struct Sure(usize);
        impl Listener for Sure {
            fn listen(&mut self, _: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
                self.0 += 1;
                let text = "a triple shot latte in a paper cup for my sister".into();
                Ok(vec![Transcript { text, log_likelihood: -0.5, ..Transcript::default() }])
            }
        }
        let (_, mut ear) = in_the_cafe(Sure(0));
        ear.transcribe(&Utterance::default(), &Bias::default()).unwrap();
        assert_eq!(ear.listener.0, 1);
    }

    /// Hears so much, each as likely as that in nats, where nothing is expected, and a latte otherwise.
    struct Plain(Vec<(&'static str, f32)>, usize);

    impl Listener for Plain {
        fn listen(&mut self, way: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
            self.1 += 1;
            let texts = if way.alone { self.0.clone() } else { vec![("a latte", -0.5)] };
            let heard = |(text, nats): (&str, f32)| Transcript {
                text: text.into(),
                log_likelihood: nats,
                ..Transcript::default()
            };
            Ok(texts.into_iter().map(heard).collect())
        }
    }

    #[test]
    fn what_is_short_is_heard_without_bias_first_and_with_it_where_that_makes_no_sense() {
        let heard = |texts: &[(&'static str, f32)], voiced_seconds: f32| {
            let (shop, ear) = in_the_cafe(Plain(texts.to_vec(), 0));
            let mut ear = ear.with_answers(Answers::of(&shop, &Language::load("en").unwrap()));
            let text =
                ear.transcribe(&Utterance { voiced_seconds, ..Utterance::default() }, &Bias::default()).unwrap().text;
            (text, ear.listener.1)
        };
        assert_eq!(heard(&[("Nope", -4.6), ("No pair", -2.5)], 0.5), ("nope".into(), 1));
        assert_eq!(heard(&[("no", -9.0), ("two lattes please", -1.0)], 0.9), ("two lattes please".into(), 1));
        assert_eq!(heard(&[("butter", -9.0), ("butter crescent", -1.0)], 0.9), ("a latte".into(), 2));
        assert_eq!(heard(&[("Nope", -4.6)], 2.0), ("a latte".into(), 1));
        assert_eq!(heard(&[], 0.5), ("a latte".into(), 2));
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
