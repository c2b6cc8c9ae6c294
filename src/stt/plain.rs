//! What is short, heard without any bias. A word or two alone Whisper writes three times, or drawn to the menu, or not at
//! all; but beside what may be said alone in a shop, each as likely as Whisper holds it, hardly anything else fits as well.

use std::collections::HashMap;
use std::ops::Range;

use super::guard;
use super::lm::answers::Answers;
use super::sounds::{Aligner, Phone, fold_words};
use crate::message::{Hearing, Transcript};
use crate::understand::Expect;

/// Voiced seconds of what may be a word or two.
pub const BRIEF: Range<f32> = 0.12..1.5;
/// What else was heard may be likelier by so many nats: Whisper writes what it has read most, "heart" before "hot".
const LEEWAY: f32 = 2.5;
/// What goes on behind the answer, "two by four", may not.
const GOES_ON: f32 = 0.5;
/// What makes sense was surely said from here on, in nats, and where nothing else is likelier by so many.
const SURE: f32 = -3.5;
const LIKELIER: f32 = 1.0;
/// What was asked for is likelier by so many nats.
const ASKED: f32 = 2.0;
/// Another answer must be less likely by so many.
const TOLD_APART: f32 = 1.0;
/// Less likely by itself, in nats, it is no word.
const HOPELESS: f32 = -7.5;
/// A name of fewer sounds may be anything.
const LONG_ENOUGH: usize = 4;
/// What a name may differ from what was heard, a sound; and what it may at all: others that it must be told apart from, and
/// answers that were heard less likely.
const ALIKE: f32 = 0.12;
const MOST_UNLIKE: f32 = 0.35;
/// What each sound that differs wholly counts, in nats.
const A_PHONE: f32 = 3.0;
/// Whisper's own estimate that nobody spoke, above which nobody has.
const NOBODY: f32 = 0.6;

/// The answer that was said, if one was: of a listening that took down both what may be said alone and whatever else.
pub fn answer(hearing: &Hearing, answers: &Answers, expect: &Expect) -> Option<Transcript> {
    let likely = likely(hearing);
    let ours = likely.iter().filter_map(|(words, &nats)| Some((words, answers.meant(words)?, nats)));
    let weight = |(words, _, nats): (&String, &str, f32)| {
        if answers.was_asked(words, expect) { nats + ASKED } else { nats }
    };
    let (words, meant, nats) = ours.clone().max_by(|a, b| weight(*a).total_cmp(&weight(*b)))?;
    let chosen = weight((words, meant, nats));
    let open = ours.clone().any(|other| other.1 != meant && weight(other) > chosen - TOLD_APART);
    let outdone = likely.iter().filter(|(other, _)| answers.meant(other).is_none()).any(|(other, &likelier)| {
        let leeway = if goes_on(words, other) { GOES_ON } else { LEEWAY };
        !guard::says_only(other, words) && likelier > chosen + leeway
    });
    let nobody = hearing.iter().all(|heard| heard.no_speech > NOBODY);
    if open || outdone || nobody || nats < HOPELESS || !is_supported(words, &likely, answers) {
        return None;
    }
    let best = hearing.iter().find(|heard| self::words(heard) == *words)?;
    Some(Transcript { text: meant.to_string(), words: Vec::new(), doubtful: false, ..best.clone() })
}

/// Whether the sounds are those of an answer: it is the likeliest of all, or something likelier sounds like it. "Healthy" is
/// no "nothing".
fn is_supported(words: &str, likely: &HashMap<String, f32>, answers: &Answers) -> bool {
    let nats = likely.get(words).copied().unwrap_or(f32::NEG_INFINITY);
    let mut likelier = likely.iter().filter(|(_, other)| **other > nats).peekable();
    let name = answers.phones(words);
    let mut aligner = Aligner::default();
    likelier.peek().is_none()
        || likelier.any(|(heard, _)| {
            let heard = answers.phones(heard);
            unlike(&mut aligner, &name, &heard, MOST_UNLIKE * name.len().max(heard.len()) as f32).is_some()
        })
}

/// What was said, if it makes sense: the likeliest of what does, unless something else is likelier by far.
pub fn sensible(hearing: &Hearing, makes_sense: impl Fn(&str) -> bool) -> Option<Transcript> {
    let likely = likely(hearing);
    let nats = |heard: &&Transcript| likely.get(&words(heard)).copied().unwrap_or(f32::NEG_INFINITY);
    let best = hearing.iter().map(|heard| nats(&heard)).fold(f32::NEG_INFINITY, f32::max);
    let mut sure: Vec<&Transcript> = hearing.iter().filter(|heard| nats(heard) > SURE.max(best - LIKELIER)).collect();
    sure.sort_by(|a, b| nats(b).total_cmp(&nats(a)));
    sure.into_iter().find(|heard| !heard.doubtful && heard.no_speech < NOBODY && makes_sense(&heard.text)).cloned()
}

/// The name that sounds like what was heard without being it: "Roy boss" where rooibos is sold. All of one lies on all of
/// the other, and no other name lies nearly as well.
pub fn sounding(hearing: &Hearing, answers: &Answers, expect: &Expect) -> Option<Transcript> {
    let mut aligner = Aligner::default();
    let mut found: HashMap<usize, Likeness> = HashMap::new();
    for (heard, nats) in freely(hearing) {
        let phones = answers.phones(&guard::without_repetition(&heard.text, 0.0));
        for name in answers.sounding().iter().filter(|name| name.phones.len() >= LONG_ENOUGH) {
            let most = MOST_UNLIKE * name.phones.len() as f32;
            let Some(cost) = unlike(&mut aligner, &name.phones, &phones, most) else { continue };
            let asked = if answers.was_asked(&name.words, expect) { ASKED } else { 0.0 };
            let unlike = cost / name.phones.len() as f32;
            let one = Likeness { nats: nats + asked - A_PHONE * cost, unlike, words: &name.words, heard };
            found.entry(name.thing).and_modify(|known| known.add(&one)).or_insert(one);
        }
    }
    let (thing, best) = found.iter().max_by(|a, b| a.1.nats.total_cmp(&b.1.nats))?;
    let open = found.iter().any(|(other, one)| other != thing && one.nats > best.nats - TOLD_APART);
    if open || best.unlike > ALIKE || best.heard.no_speech > NOBODY || best.nats < HOPELESS {
        return None;
    }
    let text = answers.meant(best.words)?.to_string();
    Some(Transcript { text, words: Vec::new(), doubtful: false, ..best.heard.clone() })
}

/// How likely a thing was meant by all that was heard, in nats, and by which name it is most like what.
#[derive(Clone, Copy)]
struct Likeness<'a> {
    nats: f32,
    unlike: f32,
    words: &'a str,
    heard: &'a Transcript,
}

impl<'a> Likeness<'a> {
    fn add(&mut self, other: &Likeness<'a>) {
        let nats = sum(self.nats, other.nats);
        if other.nats > self.nats {
            *self = *other;
        }
        self.nats = nats;
    }
}

/// What was heard freely, in other words each time, and how likely each is.
fn freely(hearing: &Hearing) -> Vec<(&Transcript, f32)> {
    let mut seen: HashMap<String, (&Transcript, f32)> = HashMap::new();
    for heard in hearing {
        let one = seen.entry(words(heard)).or_insert((heard, heard.log_likelihood));
        one.1 = one.1.max(heard.log_likelihood);
    }
    seen.into_values().collect()
}

/// How much all of a name differs from all that was heard, where that is at most so much.
fn unlike(aligner: &mut Aligner, name: &[Phone], heard: &[Phone], most: f32) -> Option<f32> {
    let mut whole = None;
    aligner.ends(name, heard, most, |end, cost| {
        if end == heard.len() {
            whole = Some(cost);
        }
    });
    whole
}

fn words(heard: &Transcript) -> String {
    fold_words(&heard.text).join(" ")
}

/// How likely each text is, in nats: the same words in other letters are as much evidence.
fn likely(hearing: &Hearing) -> HashMap<String, f32> {
    let mut likely: HashMap<String, f32> = HashMap::new();
    for heard in hearing {
        let nats = heard.log_likelihood;
        likely.entry(words(heard)).and_modify(|known| *known = sum(*known, nats)).or_insert(nats);
    }
    likely
}

/// Whether a text holds these words and others before or after them.
fn goes_on(words: &str, text: &str) -> bool {
    text.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '))
        || text.strip_suffix(words).is_some_and(|rest| rest.ends_with(' '))
}

/// Of two things that are as likely as that, in nats, one or the other.
fn sum(one: f32, other: f32) -> f32 {
    one.max(other) + (-(one - other).abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::shop::Shop;

    fn cafe() -> (Shop, Answers) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let answers = Answers::of(&shop, &Language::load("en").unwrap());
        (shop, answers)
    }

    fn hearing(texts: &[(&str, f32)]) -> Hearing {
        let transcript = |(text, nats): &(&str, f32)| Transcript {
            text: (*text).into(),
            log_likelihood: *nats,
            ..Transcript::default()
        };
        texts.iter().map(transcript).collect()
    }

    fn heard(texts: &[(&str, f32)], expect: &dyn Fn(&Shop) -> Expect) -> Option<String> {
        let (shop, answers) = cafe();
        answer(&hearing(texts), &answers, &expect(&shop)).map(|said| said.text)
    }

    fn alike(texts: &[(&str, f32)]) -> Option<String> {
        let (_, answers) = cafe();
        sounding(&hearing(texts), &answers, &Expect::default()).map(|said| said.text)
    }

    #[test]
    fn of_what_may_be_said_alone_the_likeliest_was_said_unless_something_else_is_likelier_by_far() {
        let none = |_: &Shop| Expect::default();
        assert_eq!(heard(&[("Nope", -4.6), ("No", -6.4), ("No pair", -2.5)], &none).as_deref(), Some("nope"));
        assert_eq!(
            heard(&[("medium", -1.6), ("Medium", -3.0), ("medium medium", -1.5)], &none).as_deref(),
            Some("medium")
        );
        assert_eq!(heard(&[("Okay", -10.1), ("Oak board", -0.8)], &none), None);
        assert_eq!(heard(&[("two", -3.3), ("two by four", -0.6)], &none), None);
        assert_eq!(heard(&[("Yes", -9.0)], &none), None);
        assert_eq!(heard(&[("It's Dan", -0.5)], &none), None);
        assert_eq!(heard(&[], &none), None);
    }

    #[test]
    fn of_two_answers_that_sound_alike_the_one_that_was_asked_for() {
        let alike = [("Hot", -3.3), ("Right", -3.7)];
        assert_eq!(heard(&alike, &|_| Expect::default()), None);
        let temperature = |shop: &Shop| {
            let hot = |list: &crate::shop::OptionListId| {
                shop.option_list(*list).options.iter().any(|option| option.names.title.eq_ignore_ascii_case("hot"))
            };
            Expect { list: shop.option_list_ids().find(hot), ..Expect::default() }
        };
        assert_eq!(heard(&alike, &temperature).as_deref(), Some("hot"));
    }

    #[test]
    fn an_answer_that_sounds_like_nothing_likelier_was_not_said() {
        let none = |_: &Shop| Expect::default();
        assert_eq!(heard(&[("Nothing", -4.8), ("healthy", -4.0), ("Health in", -6.0)], &none), None);
        assert_eq!(heard(&[("hot", -2.9), ("heart", -2.0)], &none).as_deref(), Some("hot"));
    }

    #[test]
    fn a_name_that_whisper_never_read_is_known_by_its_sounds_where_no_other_is_nearly_as_alike() {
        assert_eq!(alike(&[("Roy Boss", -4.2), ("Roy Bass", -4.5)]).as_deref(), Some("rooibos"));
        assert_eq!(alike(&[("Biscot E", -2.7), ("Biscat E", -2.5)]).as_deref(), Some("biscotti"));
        assert_eq!(alike(&[("Roy Boss, Roy Boss, Roy Boss", -5.6)]).as_deref(), Some("rooibos"));
        for other in ["Toni", "claw hammer", "I swear sir", "sandpaper"] {
            assert_eq!(alike(&[(other, -1.5)]), None, "{other}");
        }
    }

    #[test]
    fn whisper_itself_may_hold_that_nobody_spoke() {
        let (_, answers) = cafe();
        let silent = Transcript { text: "yes".into(), no_speech: 0.9, ..Transcript::default() };
        assert_eq!(answer(&vec![silent], &answers, &Expect::default()), None);
    }
}
