//! What is short, heard without any bias. A word or two alone Whisper writes three times, or drawn to the menu, or not at
//! all; but beside what may be said alone in a shop, each as likely as Whisper holds it, hardly anything else fits as well.

use std::collections::HashMap;
use std::ops::Range;

use super::guard;
use super::lm::answers::Answers;
use super::sounds::fold_words;
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
    if open || outdone || nobody || nats < HOPELESS {
        return None;
    }
    let best = hearing.iter().find(|heard| self::words(heard) == *words)?;
    Some(Transcript { text: meant.to_string(), words: Vec::new(), doubtful: false, ..best.clone() })
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

    fn heard(texts: &[(&str, f32)], expect: &dyn Fn(&Shop) -> Expect) -> Option<String> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let answers = Answers::of(&shop, &Language::load("en").unwrap());
        let transcript = |(text, nats): &(&str, f32)| Transcript {
            text: (*text).into(),
            log_likelihood: *nats,
            ..Transcript::default()
        };
        answer(&texts.iter().map(transcript).collect(), &answers, &expect(&shop)).map(|said| said.text)
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
    fn whisper_itself_may_hold_that_nobody_spoke() {
        let answers = Answers::default();
        let silent = Transcript { text: "yes".into(), no_speech: 0.9, ..Transcript::default() };
        assert_eq!(answer(&vec![silent], &answers, &Expect::default()), None);
    }
}
