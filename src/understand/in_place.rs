//! What comes in the place of what stands: "the set instead of those two", "sorry, a silver bell, not blue"; and whose a
//! thing is.

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::lang::cue::Cue;

use super::act::*;
use super::lexicon::Sense;
use super::line::Line;
use super::order::Order;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// "… instead of those two", "… instead of that": what goes is only pointed at.
    pub(super) fn instead_of_those(&self, range: &Range<usize>) -> Option<Target> {
        let plain = |p: &Part, cue| p.is_plainly(cue);
        let of = range.clone().find(|n| plain(&self.parts[*n], Cue::InsteadOf) && !self.parts[*n].is(Cue::Not))?;
        let points = |n: usize| self.points_at_those(n) || self.parts[n].is(Cue::It);
        let small = |n: &usize| self.parts[*n].cues().any(&[Cue::Of, Cue::Definite]) && !points(*n);
        let next = (of + 1..range.end).take(3).find(|n| !small(n))?;
        if self.expect.cart.is_empty() || self.parts[next].before != Break::None {
            return None;
        }
        match &self.parts[next] {
            part if plain(part, Cue::Both) => Some(Target::Those { count: Some(2) }),
            _ if self.points_at_those(next) => Some(Target::Those { count: self.number_in(next) }),
            part if plain(part, Cue::It) => Some(Target::Last),
            _ => None,
        }
    }

    /// "Those two", with a number, and nothing else pointed at.
    pub(super) fn those_counted(&self, range: &Range<usize>) -> Option<Target> {
        let at = range.clone().find(|n| self.points_at_those(*n))?;
        Some(Target::Those { count: Some(self.number_in(at)?) })
    }

    fn points_at_those(&self, at: usize) -> bool {
        let part = &self.parts[at];
        part.cues().any(&[Cue::Them, Cue::OfThem]) && !part.sense().is_some_and(Sense::is_thing)
    }

    /// A number within or right behind the word.
    fn number_in(&self, at: usize) -> Option<u32> {
        let within = self.parts[at].tokens.clone().find_map(|token| self.tokens.list[token].number);
        let behind = || self.parts.get(at + 1).filter(|p| p.before == Break::None)?.amount()?.count();
        within.map(|thousandths| thousandths / 1000).or_else(behind)
    }

    /// "Not the mocha, I meant the cappuccino", "I meant the cappuccino, not the mocha": the one takes the place of the other, which
    /// stands. Where that ends.
    pub(super) fn puts_item_right(&mut self, at: usize) -> Option<usize> {
        if self.expect.cart.is_empty() {
            return None;
        }
        let corrects = |n: &usize| self.parts[*n].is_plainly(Cue::Correct);
        let denies = |n: &usize| self.parts[*n].is_plainly(Cue::Not) && !corrects(n);
        // "Sorry, not the mocha, I meant …"
        let at = at + usize::from(corrects(&at) && at + 1 < self.parts.len() && denies(&(at + 1)));
        if !(corrects(&at) || denies(&at)) {
            return None;
        }
        let sentence = at..self.stop(at + 1);
        let joint =
            (at + 1..sentence.end).find(if corrects(&at) { &denies as &dyn Fn(&usize) -> bool } else { &corrects })?;
        let (before, behind) = (at + 1..joint, joint + 1..sentence.end);
        let (goes, comes) = if corrects(&at) { (behind, before) } else { (before, behind) };
        let one = |range: Range<usize>| match &self.read(range).lines[..] {
            [line] if line.unknown.is_none() && !line.negated => Some(line.clone()),
            _ => None,
        };
        let (goes, comes) = (one(goes)?, one(comes)?);
        // "Make that three lattes and no mocha" changes what stands of both.
        let one_stands = |which: &Which| self.expect.cart.iter().filter(|i| self.menu().is_of(**i, which)).count() == 1;
        let old = self.standing(&goes).filter(one_stands).filter(|_| self.in_cart(&comes.which).is_none())?;
        let target = Target::Described { which: Some(old), choices: goes.choices };
        let with = self.request(comes);
        self.act(ActKind::Replace { target, with }, sentence.clone());
        Some(sentence.end)
    }

    /// "Sorry, a silver bell, not blue", of a blue one that stands: that becomes silver.
    pub(super) fn puts_choice_right(&self, range: &Range<usize>, line: &Line) -> Option<ActKind> {
        let item = self.in_cart(&line.which)?;
        let before = &self.parts[range.start.saturating_sub(2)..line.parts.start.max(range.start)];
        let corrects = before.iter().any(|p| p.is_plainly(Cue::Correct) || p.is_plainly(Cue::No));
        let adds = before.iter().any(|p| p.cues().any(&[Cue::And, Cue::Put, Cue::Besides]) && !p.is(Cue::Correct));
        let (denied, said): (Vec<&Choice>, Vec<&Choice>) = line.choices.iter().partition(|choice| choice.negated);
        let instead = |no: &&&Choice| {
            let list = no.option.list;
            self.menu().chooses_one(list) && said.iter().any(|choice| choice.option.list == list)
        };
        let goes: Vec<Choice> =
            denied.iter().filter(instead).map(|no| Choice { negated: false, ..(**no).clone() }).collect();
        if goes.is_empty() || goes.len() < denied.len() || !corrects || adds {
            return None;
        }
        let number = line.amount.filter(|a| !a.article && !a.same).and_then(|a| a.count()).map(Quantity::Count);
        let chosen = said.into_iter().cloned().map(Edit::Choose);
        let edits = number.map(Edit::Quantity).into_iter().chain(chosen).collect();
        Some(ActKind::Change { target: Target::Described { which: Some(Which::Item(item)), choices: goes }, edits })
    }

    /// "My chain snapped, so I need a new chain": what is told of a thing that somebody has orders none, where one is then
    /// asked for.
    pub(super) fn only_told_of(&self, order: &mut Order) {
        for at in (1..order.lines.len()).rev() {
            let (told, wanted) = (&order.lines[at - 1], &order.lines[at]);
            let bare = told.definite && told.amount.is_none() && told.choices.is_empty() && !told.negated;
            let again = told.which == wanted.which && wanted.amount.is_some();
            let between = &self.parts[told.parts.start.min(wanted.parts.start)..wanted.parts.start];
            let verb = between.iter().any(|p| p.is_unknown() || self.is_telling(p));
            if bare && again && verb && between.iter().any(|p| p.is(Cue::Want)) {
                order.lines.remove(at - 1);
            }
        }
    }

    /// "a mocha instead": of what stands in the cart.
    pub(super) fn is_instead(&self, range: &Range<usize>) -> bool {
        self.parts[range.clone()].iter().any(|p| p.is(Cue::Instead)) && !self.expect.cart.is_empty()
    }

    /// Whether "for me" is said of the thing, or right behind it.
    pub(super) fn is_mine(&self, parts: &Range<usize>) -> bool {
        let for_me = |p: &Part| p.is_plainly(Cue::Mine) && p.is(Cue::Filler);
        let behind = self.parts[parts.end..].iter().take(2).take_while(|p| p.before == Break::None && p.is_filler());
        self.parts[parts.clone()].iter().chain(behind).any(for_me)
    }
}
