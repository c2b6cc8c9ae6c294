//! Clauses whose verb stands behind what it speaks of: "薯条不要了", "珍珠的那杯换成中杯", "拿铁多少钱".

use std::ops::Range;

use super::act::*;
use super::lexicon::Sense;
use super::loose::{Loose, LooseKind};
use super::part::Part;
use super::tokens::Break;
use super::utterance::{Mode, Utterance};
use crate::lang::cue::Cue;

pub(super) const VERBS: [Cue; 3] = [Cue::RemoveBehind, Cue::Becomes, Cue::AskBehind];

impl Utterance<'_, '_> {
    /// What the clause does that begins here, where a verb further on tells, and where it ends.
    pub(super) fn verb_behind(&self, at: usize) -> Option<(Mode, usize)> {
        if !self.lexicon.verbs_behind {
            return None;
        }
        let opens = |p: &Part| p.cues().any(&[Cue::Want, Cue::Put]) && !p.sense().is_some_and(Sense::is_thing);
        let mut end = at + 1;
        while end < self.parts.len()
            && self.parts[end].before == Break::None
            && (!opens(&self.parts[end]) || self.pointed_out(at, end))
        {
            end += 1;
        }
        let clause = at..end;
        let asking = |p: &Part| p.is(Cue::AskBehind) && !p.sense().is_some_and(Sense::is_thing);
        let asked = clause.clone().find(|n| asking(&self.parts[*n]));
        if let Some(asked) = asked
            && !self.parts[at..asked].iter().any(opens)
            && !self.asked_for(&clause, asked)
        {
            // "我对花生过敏" tells something, and no shop answers it.
            let told = self.parts[asked].is(Cue::AskOther);
            return Some(if told { (Mode::Other, end) } else { (Mode::Ask, self.end(at, Mode::Ask).max(asked + 1)) });
        }
        let found = clause.clone().find(|n| self.is_verb(at, *n) && !asking(&self.parts[*n]))?;
        let cues = self.parts[found].cues();
        let ordered = self.parts[at..found].iter().any(opens);
        let standing = !self.expect.cart.is_empty() || self.acts.iter().any(|a| matches!(a.kind, ActKind::Add(_)));
        let speaks = self.parts[at..found].iter().any(|p| self.points_or_names(p));
        let turns = !cues.has(Cue::RemoveBehind);
        if ordered || !standing || !(speaks || turns && found == at) {
            return None;
        }
        let known =
            self.parts[at..found].iter().filter_map(Part::sense).filter(|s| s.items_quality >= s.options_quality);
        let in_cart = known.filter(|s| !s.items.is_empty()).all(|s| s.items.iter().any(|i| self.stands(*i)));
        match (turns, in_cart) {
            (true, true) => Some((Mode::Becomes, self.end(at, Mode::Change).max(found + 1))),
            (false, true) => Some((Mode::Remove, found + 1)),
            _ => None,
        }
    }

    /// A word that tells what the clause from `at` does, or what is said of one that is pointed out.
    fn is_verb(&self, at: usize, n: usize) -> bool {
        let part = &self.parts[n];
        let verb = part.cues().any(&VERBS) && !part.sense().is_some_and(Sense::is_thing);
        let removes = part.is(Cue::RemoveBehind) && self.thing_next(n + 1);
        verb && !removes || self.pointed_out(at, n)
    }

    /// "大杯的那个加珍珠", "椰果那杯少冰": behind what is pointed out by its description stands what is to be done to it.
    fn pointed_out(&self, at: usize, n: usize) -> bool {
        let one = n > at && self.parts[n - 1].is(Cue::One) && self.parts[n].before == Break::None;
        let described = |p: &Part| p.sense().is_some_and(|s| s.names_something());
        one && self.parts[at..n - 1].iter().any(described)
            && !self.parts[n].cues().any(&[Cue::Becomes, Cue::RemoveBehind, Cue::AskBehind])
    }

    /// "能加珍珠吗", with something ordered, asks for it to be done, and for no answer.
    fn asked_for(&self, clause: &Range<usize>, verb: usize) -> bool {
        let own = [Cue::AskPrice, Cue::AskHave, Cue::AskIngredients, Cue::AskTotal, Cue::AskHours, Cue::AskStatus];
        let own = own.iter().any(|cue| self.parts[clause.clone()].iter().any(|p| p.is(*cue)));
        let done = [Cue::With, Cue::Not, Cue::Becomes, Cue::RemoveBehind];
        let before = &self.parts[clause.start..verb];
        let named = before.iter().filter_map(Part::sense).flat_map(|s| s.items.first()).copied();
        let standing = !self.expect.cart.is_empty() && named.clone().all(|item| self.stands(item));
        !own && standing && before.iter().any(|p| p.cues().any(&done) && !p.is(Cue::Filler))
    }

    /// Whether it stands in the cart, or was just said.
    fn stands(&self, item: crate::shop::ItemId) -> bool {
        let said = |act: &Act| matches!(&act.kind, ActKind::Add(request) if request.which == Which::Item(item));
        self.expect.cart.contains(&item) || self.acts.iter().any(said)
    }

    fn points_or_names(&self, part: &Part) -> bool {
        let points = [Cue::It, Cue::Them, Cue::One, Cue::Last, Cue::Other, Cue::Both, Cue::Everything];
        part.cues().any(&points)
            || part.sense().is_some_and(|s| s.is_thing() || s.list.is_some() || s.ordinal.is_some())
    }

    /// "珍珠的那杯换成中杯", "布丁奶茶换红豆奶茶": what stands before the verb becomes what stands behind it.
    pub(super) fn becomes(&mut self, range: Range<usize>) {
        let Some(verb) = range.clone().find(|at| self.is_verb(range.start, *at)) else { return };
        let turns = usize::from(self.parts[verb].is(Cue::Becomes));
        let (first, second) = (range.start..verb, verb + turns..range.end);
        let said = |cue| self.parts[first.clone()].iter().any(|p| p.is(cue) && p.amount().is_none());
        let (pointed, both) = (said(Cue::One), said(Cue::Both));
        let mut target = self.pointer(&first);
        let named = self.one_standing(&first);
        let order = self.read(first);
        let mut dropped = order.loose;
        if let Some(line) = order.lines.into_iter().chain(order.refused).next() {
            let request = self.request(line);
            let described = Target::Described { which: Some(request.which), choices: request.choices };
            target = target.filter(|t| matches!(t, Target::Ordinal(_))).or(Some(described));
        } else if pointed && !dropped.is_empty() {
            let choices: Vec<_> = dropped.drain(..).filter_map(Loose::choice).collect();
            let described = match named {
                Some(item) => Target::Described { which: Some(Which::Item(item)), choices: Vec::new() },
                None => Target::Described { which: None, choices },
            };
            target = target.or(Some(described));
        }
        dropped.retain(|loose| matches!(loose.kind, LooseKind::Choice { .. }));
        let removed = matches!(self.acts.last(), Some(Act { kind: ActKind::Remove { .. }, .. }));
        if removed && target.is_none() && dropped.is_empty() {
            // "薯条不要了，换成烤肠": what went has made room already.
            return self.order(second);
        }
        let order = self.read(second);
        if both && order.lines.is_empty() {
            return self.edits(order.loose, true);
        }
        self.carry_out(order, target.unwrap_or(Target::Last), dropped, range);
    }
}
