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
    thorough: Thorough<L>,
    ear: Ear,
}

/// Makes a recogniser ready when it is first needed.
pub type Open<L> = Box<dyn FnOnce() -> Result<L, SttError> + Send>;

/// Asked in doubt: slower, and hears more. It takes its memory when it is first asked.
enum Thorough<L> {
    None,
    Waiting(Open<L>),
    Ready(L),
}

impl<L> Thorough<L> {
    fn ready(&mut self) -> Option<&mut L> {
        *self = match std::mem::replace(self, Thorough::None) {
            Thorough::Waiting(open) => match open() {
                Ok(listener) => Thorough::Ready(listener),
                Err(error) => {
                    tracing::error!("what is hard to hear is heard less well: {error}");
                    Thorough::None
                }
            },
            other => other,
        };
        match self {
            Thorough::Ready(listener) => Some(listener),
            Thorough::None | Thorough::Waiting(_) => None,
        }
    }
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
        ByEar { listener, thorough: Thorough::None, ear: Ear { sounds, model, lexicon, answers: None } }
    }

    /// What may be said alone is listened for in whatever is short enough.
    pub fn with_answers(mut self, answers: Answers) -> Self {
        self.ear.answers = Some(answers);
        self
    }

    /// In doubt this one listens too, made ready when it is first needed.
    pub fn with_thorough(self, thorough: Option<Open<L>>) -> Self {
        ByEar { thorough: thorough.map_or(Thorough::None, Thorough::Waiting), ..self }
    }

    /// What was said by all that is known, and what each listening heard.
    pub fn weigh(&mut self, utterance: &Utterance, bias: &Bias) -> Result<(Transcript, Vec<Hearing>), SttError> {
        if let Some(said) = self.plainly(utterance, bias)? {
            return Ok((said.clone(), vec![vec![said]]));
        }
        let (mut hearings, mut heard) = (Vec::new(), Vec::new());
        let place = Place::of(utterance);
        while let Some(way) = next(&heard, &place) {
            let thorough = if way.expecting { self.thorough.ready() } else { None };
            let listener = thorough.unwrap_or(&mut self.listener);
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
        let plain = plain::answer(&hearing, answers, bias.expect()).or_else(|| plain::sensible(&hearing, sensible));
        Ok(plain.or_else(|| plain::sounding(&hearing, answers, bias.expect())))
    }

    /// What would have been said by these hearings of the same speech, in the order of listening: as many of them as
    /// doubts ask for.
    pub fn recall(&self, hearings: &[Hearing], expect: &Expect) -> Transcript {
        let mut heard: Vec<Vec<Heard>> = Vec::new();
        for hearing in hearings {
            if let Some(way) = next(&heard, &Place { voiced_seconds: f32::MAX, quiet: false, over: false }) {
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
    /// Some of our own voice may be in it: what was heard at first is not relied upon.
    over: bool,
}

impl Place {
    fn of(utterance: &Utterance) -> Self {
        Place {
            voiced_seconds: utterance.voiced_seconds,
            quiet: level::range(&utterance.samples) > QUIET,
            over: utterance.over,
        }
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
    let whole = heard.iter().flatten().any(|heard| heard.whole);
    let again = times - usize::from(whole);
    let sure = best.map_or(0.0, doubt) < patience * DOUBT.get(times)?;
    if sure && (again > 0 || !place.over) {
        return None;
    }
    let ways = [Way::EXPECTING, other, Way::UNBIASED].into_iter();
    ways.chain((doubtful && !whole).then_some(Way::WHOLE)).nth(again)
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
mod tests;
