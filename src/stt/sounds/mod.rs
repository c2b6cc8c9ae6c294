//! The shop's words by sound: mis-heard stretches of a transcript are put right where they sound like something sold.
//!
//! Each name in the shop is known by its phones. A transcript's phones are read as a chain of words kept as heard and
//! names said; the reading that explains most sounds best wins. Only the spelling of the transcript changes: what the
//! words mean, and whether they mean anything, stays with understanding.

mod align;
mod compile;
mod path;
mod phones;
mod text;

use std::collections::HashSet;
use std::ops::Range;

use path::{Step, best_paths, boundaries, span_of, words_in};

pub(super) use align::Aligner;
pub(super) use phones::{Phone, parse};
use text::fold;
pub(super) use text::{fold_words, words};

use crate::message::Transcript;

/// Text → IPA, as eSpeak NG gives it.
pub type Phonemiser<'a> = dyn Fn(&str) -> String + Send + Sync + 'a;

/// As eSpeak NG's `voice` says it. Of a word that it cannot say the log has only that there was one: somebody said it.
pub(super) fn phonemiser(voice: &str) -> Box<Phonemiser<'static>> {
    let voice = voice.to_string();
    Box::new(move |word: &str| {
        crate::pronounce::phonemes(&voice, word).unwrap_or_else(|error| {
            tracing::warn!("a word cannot be pronounced, and is heard by its spelling alone: {error}");
            tracing::debug!("cannot pronounce `{word}`");
            String::new()
        })
    })
}

/// A transcript with what sounds like the shop's names read as such.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    pub text: String,
    pub corrections: Vec<Correction>,
    /// How much of the sound it leaves unexplained, in phones; 0 where all was surely heard as written.
    pub misfit: f32,
    /// How long the transcript is, in phones.
    pub length: f32,
    /// How much of what is not mere framing is the shop's in the reading that sounds most alike, 0 … 1.
    pub company: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Byte range in the transcript as heard.
    pub span: Range<usize>,
    pub heard: String,
    pub meant: String,
    /// 0 … 1: 1 for the same sounds, less the more differ and the nearer the next best name is.
    pub confidence: f32,
}

/// A shop's names in sounds. Compiled once a shop.
pub struct Sounds {
    phonemise: Box<Phonemiser<'static>>,
    entries: Vec<Entry>,
    /// Words that the shop writes, folded.
    shop_words: HashSet<String>,
    /// Words of the language that frame what is asked for, folded.
    common: HashSet<String>,
    /// What the language puts after a word for more than one, folded.
    plural_endings: Vec<String>,
    /// Its words for numbers and for what is measured in, folded.
    numbers: HashSet<String>,
    units: HashSet<String>,
}

struct Entry {
    text: String,
    words: Vec<String>,
    phones: Vec<Phone>,
    kind: Kind,
    /// Whether it says a number.
    counts: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    /// One word out of a longer name.
    Part,
    /// What is said all the time around what is ordered.
    Framing,
}

/// A word of a transcript.
struct Heard {
    span: Range<usize>,
    /// Folded.
    word: String,
    phones: Vec<Phone>,
    /// What keeping it as it is earns a phone.
    keep: f32,
    known: bool,
    framing: bool,
    /// A number in figures, or part of so much of something: "12 ounce". What was heard so can only be another measure.
    measure: bool,
}

/// A name on a stretch of sounds.
struct Edge {
    from: usize,
    to: usize,
    entry: usize,
    cost: f32,
    score: f32,
    /// It is what the words there say already, but perhaps for the number: "muffins" and a muffin.
    as_heard: bool,
}

/// A phone explained by a name earns 1; a cost of 1 takes this much away.
const COST_WEIGHT: f32 = 2.2;
/// Each name read into the sounds must earn this first.
const NAME_PENALTY: f32 = 0.3;
/// A single word out of a longer name is weaker evidence; it is looked for in single words only.
const PART_PENALTY: f32 = 0.7;
/// What frames requests adds nothing to them, so that little is lost by it.
const FRAMING_PENALTY: f32 = 0.7;
/// Beginning or ending within a word.
const INSIDE_PENALTY: f32 = 0.9;
/// What keeping a word earns a phone, where the recogniser was not sure of it at all and where it was quite sure: a
/// word of the shop, one that frames requests, any other. Misheard words have a probability of 0.2 to 0.5.
const KEEP_KNOWN: (f32, f32) = (0.6, 1.0);
const KEEP_FRAMING: (f32, f32) = (0.35, 0.95);
const KEEP_OTHER: (f32, f32) = (0.3, 0.9);
/// Among words of the shop, an unknown word more probably is one of them too.
const COMPANY: f32 = 0.35;
/// Most cost a phone for a name to be considered at all.
const MOST_COST: f32 = 0.32;
/// At least this share of a name's length must have been heard.
const SHARE_HEARD: f32 = 0.6;
/// Chains of names looked at for different readings.
const PATHS: usize = 48;
/// Shorter names must sound exactly so, or nearly.
const SHORT: usize = 4;

impl Sounds {
    /// The reading that sounds most like the shop's words.
    pub fn correct(&self, transcript: &Transcript) -> Reading {
        self.readings(transcript, 1).swap_remove(0)
    }

    /// At most so many different readings, at least one, the most alike first.
    pub fn readings(&self, transcript: &Transcript, most: usize) -> Vec<Reading> {
        let text = &transcript.text;
        let heard = self.hear(transcript);
        let edges = self.edges(&heard);
        // Once without regard to company, then with what that reading says of it.
        let alone = best_paths(&heard, &self.entries, &edges, 0.0, 1).pop().map_or(Vec::new(), |path| path.steps);
        let company = self.company(&heard, &edges, &alone);
        let paths = best_paths(&heard, &self.entries, &edges, company * COMPANY, if most == 1 { 1 } else { PATHS });
        let all = heard.iter().map(|word| word.phones.len()).sum::<usize>() as f32;
        let mut readings: Vec<Reading> = Vec::new();
        for path in &paths {
            let reading = Reading {
                misfit: all - path.score,
                length: all,
                company,
                ..self.rewrite(text, &heard, &edges, &path.steps)
            };
            if readings.len() < most && readings.iter().all(|known| known.text != reading.text) {
                readings.push(reading);
            }
        }
        if readings.is_empty() {
            readings.push(Reading { text: text.clone(), ..Reading::default() });
        }
        readings
    }

    fn hear(&self, transcript: &Transcript) -> Vec<Heard> {
        let text = &transcript.text;
        let mut sure = transcript.words.iter().peekable();
        let mut number_before = false;
        let mut heard: Vec<Heard> = words(text)
            .into_iter()
            .map(|span| {
                while sure.next_if(|word| word.span.end <= span.start).is_some() {}
                let probability = sure.peek().map_or(1.0, |word| word.probability);
                let folded = fold(&text[span.clone()]);
                let framing = self.common.contains(&folded);
                let known = self.is_one_of(&self.shop_words, &folded);
                let (unsure, sure) = match (known, framing) {
                    (true, _) => KEEP_KNOWN,
                    (_, true) => KEEP_FRAMING,
                    _ => KEEP_OTHER,
                };
                let keep = unsure + (sure - unsure) * probability;
                let measure =
                    folded.starts_with(char::is_numeric) || number_before && self.is_one_of(&self.units, &folded);
                number_before = self.is_number(&folded);
                let phones = parse(&(self.phonemise)(&folded));
                Heard { span, word: folded, phones, keep, known, framing, measure }
            })
            .collect();
        for at in 1..heard.len() {
            heard[at - 1].measure |= heard[at].measure && !text[heard[at].span.clone()].starts_with(char::is_numeric);
        }
        heard
    }

    fn is_number(&self, word: &str) -> bool {
        word.starts_with(char::is_numeric) || self.numbers.contains(word)
    }

    /// One of the words, perhaps in the plural.
    fn is_one_of(&self, words: &HashSet<String>, word: &str) -> bool {
        let singular = |ending: &String| word.strip_suffix(ending.as_str()).is_some_and(|w| words.contains(w));
        words.contains(word) || self.plural_endings.iter().any(singular)
    }

    /// Every name on every stretch that it could have been said in.
    fn edges(&self, heard: &[Heard]) -> Vec<Edge> {
        let sounds: Vec<Phone> = heard.iter().flat_map(|word| word.phones.iter().copied()).collect();
        let bounds = boundaries(heard);
        // "made" is no "maid" out of a longer name: a word of the language needs no other spelling.
        let ordinary = |from: usize, to: usize| {
            let mut words = words_in(heard, from..to);
            words.next().is_some_and(|word| word.framing) && words.next().is_none()
        };
        let measures = |from: usize, to: usize| words_in(heard, from..to).any(|word| word.measure);
        let mut aligner = Aligner::default();
        let mut edges = Vec::new();
        for from in 0..sounds.len() {
            let inside_from = if bounds[from] { 0.0 } else { INSIDE_PENALTY };
            for (entry, Entry { phones, kind, words, counts, .. }) in self.entries.iter().enumerate() {
                let length = phones.len() as f32;
                let most = if phones.len() < SHORT { 0.08 * length } else { MOST_COST * length };
                let one_word = words.len() == 1 && *kind != Kind::Name;
                if one_word && inside_from > 0.0 {
                    continue;
                }
                let reach = (phones.len() + phones.len() / 2 + 2).min(sounds.len() - from);
                let fixed = inside_from
                    + match kind {
                        Kind::Name => NAME_PENALTY,
                        Kind::Part => PART_PENALTY,
                        Kind::Framing => FRAMING_PENALTY,
                    };
                aligner.ends(phones, &sounds[from..from + reach], most, |end, cost| {
                    let to = from + end;
                    let inside = if bounds[to] { 0.0 } else { INSIDE_PENALTY };
                    // What is earned are the sounds that were heard; a name earns nothing for its own length.
                    let score = end as f32 - COST_WEIGHT * cost - fixed - inside;
                    if end as f32 >= SHARE_HEARD * length
                        && score > 0.0
                        && !(one_word && (inside > 0.0 || bounds[from + 1..to].contains(&true)))
                        && !(*kind == Kind::Part && cost == 0.0 && ordinary(from, to))
                        && (*counts || !measures(from, to))
                    {
                        let said: Vec<&str> = words_in(heard, from..to).map(|word| word.word.as_str()).collect();
                        let as_heard = self.same_but_for_number(&said, words);
                        edges.push(Edge { from, to, entry, cost, score, as_heard });
                    }
                });
            }
        }
        edges
    }

    /// How much of what is not mere framing is the shop's, 0 … 1.
    fn company(&self, heard: &[Heard], edges: &[Edge], path: &[Step]) -> f32 {
        let (mut shop, mut other) = (0.0, 0.0);
        for step in path {
            match step {
                Step::Keep(word) if heard[*word].known => shop += heard[*word].phones.len() as f32,
                Step::Keep(word) if !heard[*word].framing => other += heard[*word].phones.len() as f32,
                Step::Keep(_) => {}
                Step::Name(edge) if self.entries[edges[*edge].entry].kind == Kind::Framing => {}
                Step::Name(edge) => shop += edges[*edge].score.max(0.0),
            }
        }
        if shop + other > 0.0 { shop / (shop + other) } else { 0.0 }
    }

    fn rewrite(&self, text: &str, heard: &[Heard], edges: &[Edge], path: &[Step]) -> Reading {
        let mut corrected = Reading::default();
        let mut written = 0;
        let mut at = 0;
        while at < path.len() {
            let Step::Name(first) = path[at] else {
                at += 1;
                continue;
            };
            // Names that meet within a word are put right together.
            let bounds = boundaries(heard);
            let mut last = at;
            while let (Step::Name(edge), Some(Step::Name(_))) = (&path[last], path.get(last + 1)) {
                if bounds[edges[*edge].to] {
                    break;
                }
                last += 1;
            }
            let names: Vec<&Edge> =
                path[at..=last].iter().filter_map(|step| step.name().map(|edge| &edges[edge])).collect();
            at = last + 1;
            let to = names.last().map_or(0, |edge| edge.to);
            let Some(span) = span_of(heard, edges[first].from..to) else { continue };
            let meant: Vec<&str> = names.iter().map(|edge| self.entries[edge.entry].text.as_str()).collect();
            let meant = meant.join(" ");
            let said = &text[span.clone()];
            // Digits that sound right are another way of writing, not a mishearing.
            let digits = said.contains(char::is_numeric) && names.iter().all(|edge| edge.cost == 0.0);
            let said_words = fold_words(said);
            let said_words: Vec<&str> = said_words.iter().map(String::as_str).collect();
            if digits || self.same_but_for_number(&said_words, &fold_words(&meant)) {
                continue;
            }
            let confidence = names.iter().map(|edge| self.confidence(edge, edges)).fold(1.0, f32::min);
            corrected.text.push_str(&text[written..span.start]);
            corrected.text.push_str(&meant);
            written = span.end;
            corrected.corrections.push(Correction { heard: said.into(), span, meant, confidence });
        }
        corrected.text.push_str(&text[written..]);
        corrected
    }

    /// The same words, the last perhaps in the plural: "muffins" is well heard, and tells how "for" was meant before it.
    fn same_but_for_number(&self, said: &[&str], meant: &[String]) -> bool {
        let (Some((said_last, said)), Some((meant_last, meant))) = (said.split_last(), meant.split_last()) else {
            return false;
        };
        let plural = |rest: &str| rest.is_empty() || self.plural_endings.iter().any(|ending| ending == rest);
        said == meant && said_last.strip_prefix(meant_last.as_str()).is_some_and(plural)
    }

    fn confidence(&self, edge: &Edge, edges: &[Edge]) -> f32 {
        let length = self.entries[edge.entry].phones.len() as f32;
        let rival = edges
            .iter()
            .filter(|other| other.entry != edge.entry && other.from == edge.from && other.to == edge.to)
            .map(|other| edge.score - other.score)
            .fold(f32::INFINITY, f32::min);
        let alike = 1.0 - edge.cost / (length * MOST_COST);
        (0.5 + 0.5 * alike).min(0.5 + 0.25 * rival).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests;
