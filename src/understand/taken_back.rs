//! What is taken back as soon as it is said.

use std::ops::Range;

use super::act::*;
use super::lexicon::Sense;
use super::part::{Kind, Part};
use super::tokens::Break;
use super::utterance::Utterance;
use crate::commerce::cart::Quantity;
use crate::lang::cue::Cue;
use crate::shop::OptionId;

impl Utterance<'_, '_> {
    /// "The wheat one no longer, cancel that": said again of what was just pointed out, it takes back nothing else.
    pub(super) fn cancels_said(&mut self, at: usize) -> bool {
        if !self.parts[at].is(Cue::Undo) || !self.parts[at].is(Cue::Remove) {
            return false;
        }
        // "Take off the fries. Cancel that." takes that back.
        let gone = self.parts[self.sentence(at).start..at].iter().any(|p| p.is(Cue::Gone));
        let Some(last) = self.acts.last_mut() else { return false };
        match &mut last.kind {
            ActKind::Remove { .. } => gone,
            ActKind::Change { target, edits } if edits.is_empty() => {
                last.kind = ActKind::Remove { target: target.clone(), quantity: None };
                true
            }
            _ => false,
        }
    }

    /// "A cookie, hmm, no": what was said last is not wanted after all. What is left of it.
    pub(super) fn but_taken_back(&mut self, range: Range<usize>) -> Range<usize> {
        let small = |p: &Part| p.is_filler() || p.is_plainly(Cue::Thanks);
        let last = (range.start + 1..range.end).rev().find(|n| !small(&self.parts[*n]));
        let takes_back = |n: &usize| {
            let ends = self.parts[n + 1..].iter().all(small);
            let thanks = self.parts.get(n + 1).is_some_and(|p| p.before == Break::None && p.is_plainly(Cue::Thanks));
            let only = || self.parts[range.clone()].iter().any(|p| p.is(Cue::Only));
            // "A cookie no thanks", "get a cookie, but no"; "just a cookie no thanks" wants nothing else.
            let joined = self.parts[*n - 1].is_plainly(Cue::But) || thanks && !only();
            ends && self.parts[*n].is_plainly(Cue::No) && (self.parts[*n].before != Break::None || joined)
        };
        let Some(no) = last.filter(takes_back).filter(|_| !self.lexicon.bare) else { return range };
        let begins = |n: &usize| {
            let part = &self.parts[*n];
            part.is_plainly(Cue::And) || part.before != Break::None && part.amount().is_some()
        };
        match (range.start..no).rev().find(begins) {
            Some(and) if and > range.start => range.start..and,
            _ => {
                self.act(ActKind::No, no..no + 1);
                range.start..range.start
            }
        }
    }

    /// "Put the tractor back", of one that stands.
    pub(super) fn goes_back(&self, at: usize, end: usize) -> bool {
        let back = |n: &usize| self.parts[*n].is_plainly(Cue::Back);
        let put = self.parts[at].is_plainly(Cue::Put) && self.parts.get(at + 1).is_some_and(|p| p.is(Cue::Definite));
        let back = (at + 2..end.min(at + 7)).find(back).filter(|_| put);
        back.is_some_and(|back| self.one_standing(&(at + 1..back)).is_some())
    }

    /// "A muffin, scratch that": what was only just said is taken back, and nothing that stood before it.
    pub(super) fn undo_within(&mut self) {
        let changes = |act: &Act| {
            matches!(
                act.kind,
                ActKind::Add(_)
                    | ActKind::Change { .. }
                    | ActKind::Remove { .. }
                    | ActKind::Replace { .. }
                    | ActKind::Again { .. }
                    | ActKind::Each { .. }
                    | ActKind::Fragment { .. }
            )
        };
        // "Scratch that", and not "put it back", which speaks of what went before.
        let span = |p: &Part| self.tokens.span(p.tokens.clone());
        let refuses = |act: &Act| self.parts.iter().any(|p| span(p).start == act.span.start && p.is(Cue::Remove));
        let undone = |acts: &[Act], n: usize| match &acts[n].kind {
            ActKind::Undo => changes(&acts[n - 1]) && refuses(&acts[n]),
            // "I'll have a muffin. Actually no."
            ActKind::Remove { target: Target::Last, quantity: None } => matches!(acts[n - 1].kind, ActKind::Add(_)),
            _ => false,
        };
        let mut at = 1;
        while at < self.acts.len() {
            if !undone(&self.acts, at) {
                at += 1;
                continue;
            }
            let span = self.acts[at - 1].span.start..self.acts[at].span.end;
            let kind = match &self.acts[at - 1].kind {
                // "The candle's too much, leave that out", of one that stands.
                ActKind::Add(request) if request.quantity.is_none() && self.in_cart(&request.which).is_some() => {
                    let target = Target::Described { which: Some(request.which.clone()), choices: Vec::new() };
                    Some(ActKind::Remove { target, quantity: None })
                }
                _ => (self.acts.len() == 2).then_some(ActKind::Wait),
            };
            self.acts.splice(at - 1..=at, kind.map(|kind| Act { kind, span }));
            at = at.saturating_sub(1).max(1);
        }
    }

    /// "One red, no wait, one yellow", in answer to which: the last is meant.
    pub(super) fn rather_last(&mut self) {
        let asked = |e: &Edit| matches!(e, Edit::Choose(c) if !c.negated && Some(c.option.list) == self.expect.list);
        let answers =
            |act: &Act| matches!(&act.kind, ActKind::Fragment { edits, all: false } if edits.iter().any(asked));
        for at in (1..self.acts.len()).rev() {
            let (first, second) = (&self.acts[at - 1], &self.acts[at]);
            let between = |p: &&Part| {
                let span = self.tokens.span(p.tokens.clone());
                span.start >= first.span.end && span.end <= second.span.start
            };
            let mut between = self.parts.iter().filter(between);
            if answers(first) && answers(second) && between.any(|p| p.is_plainly(Cue::Correct) || p.is_plainly(Cue::No))
            {
                self.acts.remove(at - 1);
            }
        }
    }

    /// "No, two! One for my sister too": whom one of them is for changes no number.
    pub(super) fn for_whom(&mut self) {
        let number = |act: &Act| match &act.kind {
            ActKind::Fragment { edits, all: false } => match edits[..] {
                [Edit::Quantity(Quantity::Count(count))] => Some(count),
                _ => None,
            },
            _ => None,
        };
        for at in (1..self.acts.len()).rev() {
            let (Some(whole), Some(one)) = (number(&self.acts[at - 1]), number(&self.acts[at])) else { continue };
            let start = self.acts[at].span.start;
            let from = self.parts.partition_point(|p| self.tokens.span(p.tokens.clone()).start <= start);
            let mut behind = self.parts[from..].iter().take(3).take_while(|p| p.before == Break::None);
            let whom = |p: &Part| p.cues().any(&[Cue::Purpose, Cue::Role]) || p.is_filler() && p.tokens.len() > 1;
            if one < whole && behind.any(whom) {
                self.acts.remove(at);
            }
        }
    }

    /// "第一杯不要了，第二杯改大杯": behind one that goes the others are counted as they stood.
    pub(super) fn count_on(&mut self) {
        let mut gone: Vec<u32> = Vec::new();
        for act in &mut self.acts {
            let (target, goes) = match &mut act.kind {
                ActKind::Remove { target, quantity } => (target, quantity.is_none()),
                ActKind::Change { target, .. } | ActKind::Replace { target, .. } => (target, false),
                _ => continue,
            };
            let Target::Ordinal(n) = target else { continue };
            let stood = *n;
            *n -= gone.iter().filter(|earlier| **earlier < stood).count() as u32;
            gone.extend(goes.then_some(stood));
        }
    }

    /// "Why are there two muffins, I said one": behind a question about what stands, what it should be.
    pub(super) fn puts_right(&self, asked: usize, at: usize) -> bool {
        let says = self.parts[at].cues().any(&[Cue::Change, Cue::Correct, Cue::Only, Cue::Remove]);
        let says = says && (!self.parts[at].is(Cue::Only) || self.parts[at].before != Break::None);
        self.parts[asked].is(Cue::AskCart) && says && !self.parts[at].sense().is_some_and(Sense::is_thing)
    }

    /// "We've got cola at home, leave that out", "why are there two muffins, I said one": what was told of or asked about is
    /// what goes or changes.
    pub(super) fn of_aside(&mut self) {
        for at in 1..self.acts.len() {
            let aside = &self.acts[at - 1];
            let asked = matches!(aside.kind, ActKind::Ask(_));
            let cart = matches!(aside.kind, ActKind::Ask(Question::Cart));
            let counts = |edits: &[Edit]| edits.iter().all(|edit| matches!(edit, Edit::Quantity(_)));
            let told = matches!(aside.kind, ActKind::Matter(_)) || asked;
            if !told || !changes_last(&self.acts[at].kind) {
                continue;
            }
            let span = |p: &Part| self.tokens.span(p.tokens.clone());
            let from = self.parts.partition_point(|p| span(p).start < aside.span.start);
            let to = self.parts.partition_point(|p| span(p).end <= aside.span.end);
            let inside = &self.parts[from..to.max(from)];
            let named = inside.iter().filter_map(Part::sense).flat_map(|s| s.items.iter());
            let mut standing: Vec<_> = named.filter(|item| self.expect.cart.contains(item)).copied().collect();
            standing.dedup();
            if standing.len() > 1 {
                continue;
            }
            let target =
                standing.first().map(|item| Target::Described { which: Some(Which::Item(*item)), choices: vec![] });
            // "Did you put onions on it? Take them off."
            let option = || {
                let senses = inside.iter().filter_map(Part::sense);
                let options =
                    senses.filter(|s| s.options_quality > s.items_quality).flat_map(|s| s.options.iter().copied());
                let on = |o: &OptionId| self.expect.cart.iter().any(|item| self.menu().offers(*item, *o));
                options.into_iter().find(on)
            };
            let change = |edits| ActKind::Change { target: target.clone().unwrap_or(Target::Last), edits };
            let kind = match &self.acts[at].kind {
                ActKind::Remove { target: Target::Last, quantity: None } => {
                    match (asked.then(option).flatten(), &target) {
                        (Some(option), _) => change(vec![Edit::Unchoose(option)]),
                        (None, Some(target)) => ActKind::Remove { target: target.clone(), quantity: None },
                        (None, None) if cart => ActKind::Other,
                        (None, None) => continue,
                    }
                }
                ActKind::Change { target: Target::Last, edits } if asked && target.is_some() => change(edits.clone()),
                ActKind::Fragment { edits, all: false } if cart && target.is_some() && counts(edits) => {
                    change(edits.clone())
                }
                _ => continue,
            };
            self.acts[at].kind = kind;
        }
    }
}

/// Whether it may be meant for what was told of right before.
fn changes_last(kind: &ActKind) -> bool {
    match kind {
        ActKind::Remove { target, quantity } => *target == Target::Last && quantity.is_none(),
        ActKind::Change { target, .. } => *target == Target::Last,
        ActKind::Fragment { all, .. } => !all,
        _ => false,
    }
}

/// "two, no, three no four lattes": a number taken back as soon as it was said was never meant.
pub fn put_right(parts: &mut Vec<Part>) {
    let number = |p: &Part| p.amount().is_some_and(|a| !a.article);
    // "three, no four pairs of socks", where three is a size.
    let first = |p: &Part| number(p) || p.number.is_some();
    let takes_back =
        |p: &Part| p.cues().any(&[Cue::No, Cue::Not, Cue::Correct]) && p.sense().is_some_and(|s| !s.is_thing());
    let mut at = 0;
    while at < parts.len() {
        let between = parts[at + 1..].iter().take(3).take_while(|p| takes_back(p) || p.is_filler()).count();
        let next = at + 1 + between;
        let taken_back =
            first(&parts[at]) && parts[at + 1..next].iter().any(takes_back) && parts.get(next).is_some_and(number);
        // "four, not three": the second is what is denied.
        let denied = |p: &Part| p.is(Cue::InsteadOf) && !p.is(Cue::No);
        if taken_back && parts[at + 1..next].iter().any(denied) {
            parts.drain(at + 1..=next);
        } else if taken_back {
            // "two hundred grams, no, three hundred"
            let thing =
                |p: &Part| p.before == Break::None && (p.is_unknown() || p.sense().is_some_and(|s| s.is_thing()));
            let of_other = parts.get(next + 1).is_some_and(thing) || parts[next].amount().is_some_and(|a| a.packs);
            let unit = parts[at].amount().and_then(|a| a.unit).filter(|_| !of_other);
            if let Kind::Amount(amount) = &mut parts[next].kind {
                amount.unit = amount.unit.or(unit);
            }
            parts[next].before = parts[at].before;
            parts.drain(at..next);
        } else {
            at += 1;
        }
    }
}
