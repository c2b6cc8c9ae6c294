//! What goes on from a question and its answer: "and the brioche?" asks the same of another item, "I'll take that one" takes
//! what was asked about, "the second one, then" one of those that were named.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::lang::Language;
use crate::lang::cue::Cue;

use super::act::{ActKind, Edit, Expect, Question, Target, Which};
use super::evasion::Evasion;
use super::need;
use super::part::Part;
use super::pattern::{Patterns, nothing};
use super::phrases::{self, Phrases};
use super::tokens::{Break, Normaliser, Tokens};

#[derive(Debug)]
pub(super) struct Follow {
    same: Phrases,
    take: Patterns<()>,
    put_in: Phrases,
    /// May stand around them.
    around: Phrases,
    ordinals: BTreeMap<String, u32>,
}

impl Follow {
    pub fn new(language: &Language, normaliser: &Normaliser) -> Follow {
        let words = &language.understand.follow;
        let ordinals = language.numbers.ordinals.iter();
        let ordinals = ordinals.filter_map(|(word, n)| Some((phrases::words(word, normaliser).pop()?, *n)));
        Follow {
            same: Phrases::new(&words.same, normaliser),
            take: Patterns::new(words.take.iter().map(|pattern| (pattern.clone(), ())), normaliser),
            put_in: Phrases::new(&words.put_in, normaliser),
            around: Phrases::new(&words.around, normaliser),
            ordinals: ordinals.collect(),
        }
    }

    /// What the whole of a sentence says of what was asked about.
    pub fn said(&self, tokens: &Tokens, parts: &[Part], expect: &Expect, evasion: &Evasion) -> Option<ActKind> {
        let asked = expect.asked_us.then(|| self.asks_the_same(tokens, parts, evasion)).flatten();
        let takes = expect.topic.is_some() || expect.items.len() > 1;
        let with = || self.takes_option(tokens, expect);
        asked.or_else(with).or_else(|| takes.then(|| self.takes(tokens, expect)).flatten())
    }

    /// "How much is oat milk?" "Okay, put it in."
    fn takes_option(&self, tokens: &Tokens, expect: &Expect) -> Option<ActKind> {
        let option = expect.option?;
        let (mut at, mut said) = (0, false);
        while at < tokens.len() {
            let take = || self.take.at(tokens, at, tokens.len().min(at + LONGEST), &nothing);
            let words = self.put_in.at(tokens, at).or_else(|| take().map(|found| found.tokens.end - at));
            said |= words.is_some();
            at += words.or_else(|| self.around.at(tokens, at))?;
        }
        let edits = vec![Edit::Choose(Choice::plain(option))];
        said.then_some(ActKind::Change { target: Target::Last, edits })
    }

    fn asks_the_same(&self, tokens: &Tokens, parts: &[Part], evasion: &Evasion) -> Option<ActKind> {
        let mut at = 0;
        let opened = loop {
            let here = at < tokens.len();
            match here.then(|| self.same.at(tokens, at)).flatten() {
                Some(words) => break words,
                None => at += here.then(|| self.around.at(tokens, at)).flatten()?,
            }
        };
        at += opened;
        let rest: Vec<&Part> = parts.iter().filter(|part| part.tokens.start >= at).collect();
        let small = |part: &&&Part| {
            part.is_filler() || part.cues().any(&[Cue::One, Cue::Definite, Cue::Biggest, Cue::Smallest])
        };
        let plain = |part: &&Part| {
            let thing = part.sense().is_some_and(|s| s.is_thing());
            let one = part.amount().is_some_and(|amount| amount.count() == Some(1) && !amount.article);
            // "And the chain lock, the longest one?"
            let most = || part.is_unknown() && evasion.is_superlative(tokens, &part.tokens);
            (thing || one || small(&part) || most())
                && !part.cues().any(&[Cue::Want, Cue::Fine, Cue::Put])
                && part.before != Break::Stop
        };
        if rest.is_empty() || !rest.iter().all(plain) {
            return None;
        }
        let mut of: Vec<Which> = need::about(parts, at..tokens.len(), None);
        if of.is_empty() && rest.iter().any(|part| part.is(Cue::One)) {
            // "and the chicken one?"
            let named =
                rest.iter().filter_map(|part| part.sense()).find(|s| !s.items.is_empty() && s.options.is_empty());
            of.extend(named.and_then(|s| Which::among(s.items.to_vec())));
        }
        let options = rest.iter().filter_map(|part| part.sense()).filter(|s| s.items.is_empty());
        let choices: Vec<Choice> =
            options.filter_map(|s| s.options.first()).map(|option| Choice::plain(*option)).collect();
        (!of.is_empty() || !choices.is_empty()).then_some(ActKind::Ask(Question::Same { of, choices }))
    }

    fn takes(&self, tokens: &Tokens, expect: &Expect) -> Option<ActKind> {
        let ordinal = |at: usize| self.ordinals.contains_key(tokens.key(at)).then_some(at + 1);
        let fills: &dyn Fn(usize) -> Option<usize> = if expect.items.len() > 1 { &ordinal } else { &nothing };
        let (mut at, mut target) = (0, None);
        while at < tokens.len() {
            let found = self.take.at(tokens, at, tokens.len().min(at + LONGEST), fills).filter(|_| target.is_none());
            match found {
                Some(found) => {
                    at = found.tokens.end;
                    target = Some(self.target(tokens, found.slot));
                }
                None => at += self.around.at(tokens, at)?,
            }
        }
        let target = target.filter(|target| *target != Target::Last || expect.topic.is_some())?;
        Some(ActKind::Change { target, edits: vec![] })
    }

    fn target(&self, tokens: &Tokens, slot: Option<Range<usize>>) -> Target {
        let number = slot.and_then(|slot| self.ordinals.get(tokens.key(slot.start)));
        number.map_or(Target::Last, |number| Target::Ordinal(*number))
    }
}

/// No such phrase is of more tokens.
const LONGEST: usize = 16;
