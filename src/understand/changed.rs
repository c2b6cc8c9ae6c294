//! What becomes of a line that is to be changed.

use std::ops::Range;

use super::act::*;
use super::lexicon::Sense;
use super::loose::{Loose, LooseKind};
use super::order::Order;
use super::part::Part;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

impl Utterance<'_, '_> {
    /// Changes `target` to what was read of `range`; `dropped` is taken from it.
    pub(super) fn carry_out(&mut self, mut order: Order, target: Target, dropped: Vec<Loose>, range: Range<usize>) {
        let mut edits = Vec::new();
        self.by_part(&mut order, &target);
        let mut lines = order.lines.into_iter();
        if let Some(line) = lines.next() {
            let described = matches!(target, Target::Described { .. });
            let counted = line.amount.is_some_and(|a| !a.article && !a.another);
            let definite = line.definite || self.is_pointed_at(line.parts.start);
            let standing = match self.standing(&line).filter(|_| definite) {
                Some(Which::Item(item)) => Some(item),
                _ => self.in_cart(&line.which),
            };
            let pointed = standing.filter(|_| definite || counted && !described);
            // "Make the hot ones eight", where none stands: nothing else becomes that.
            let before = &self.parts[range.start..line.parts.start];
            let led = before.iter().all(|p| p.is(Cue::Definite) || self.changes_named(p));
            let missing = line.definite && standing.is_none() && target == Target::Last && led;
            let said = line.parts.clone();
            let request = self.request(line);
            if missing && (request.quantity.is_some() || !request.choices.is_empty()) {
                let target = Target::Described { which: Some(request.which), choices: Vec::new() };
                let choices = request.choices.into_iter().map(Edit::Choose);
                let edits = request.quantity.map(Edit::Quantity).into_iter().chain(choices).collect();
                return self.act(ActKind::Change { target, edits }, range);
            }
            // "make the sesame bagel an everything bagel"
            if let Some(item) = pointed.filter(|_| !described && request.choices.is_empty() && request.notes.is_empty())
                && (request.quantity.is_none() || self.is_some_of(&said))
                && let Some(new) = lines.next()
            {
                let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
                let mut with = self.request(new);
                with.quantity = with.quantity.or(request.quantity);
                self.act(ActKind::Replace { target, with }, range);
                return self.further_pairs(lines.collect(), false);
            }
            if let Some(item) = pointed.filter(|_| !described) {
                // "make the latte iced": the item says which line, its options what becomes of it.
                let mut edits: Vec<Edit> = request.choices.into_iter().map(Edit::Choose).collect();
                edits.extend(request.quantity.map(Edit::Quantity));
                edits.extend(request.notes.into_iter().map(Edit::Note));
                let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
                self.act(ActKind::Change { target, edits }, range);
                self.let_go(order.refused, None);
            } else {
                self.let_go(order.refused, Some(&request.which));
                self.act(ActKind::Replace { target, with: request }, range);
            }
            // "make that one tiramisu and two panna cotta"
            return self.further_pairs(lines.collect(), true);
        }
        if target == Target::Last && dropped.is_empty() && order.unknown.is_empty() && self.of_counted(&order.loose) {
            return;
        }
        // "change that to cheddar", "make it cheddar instead"
        let to = |at: &usize| self.parts[*at].is(Cue::To) && !self.parts[*at].cues().any(&[Cue::With, Cue::Want]);
        let turns = dropped.is_empty()
            && order.loose.iter().filter(|l| matches!(l.kind, LooseKind::Choice { .. })).count() == 1
            && (range.clone().skip(1).any(|at| to(&at)) || self.is_instead(&range) || self.is_put_right(&range));
        // "Make half of them flour"
        let half = order.loose.first().and_then(|l| self.half_before(l.parts.start)).filter(|at| range.contains(at));
        edits.extend(half.map(|_| Edit::Half));
        for loose in dropped {
            if let LooseKind::Choice { choice, .. } = loose.kind {
                edits.push(Edit::Unchoose(choice.option));
            }
        }
        // Of options that are called alike the one that is for what is changed.
        let of = match &target {
            Target::Described { which: Some(Which::Item(item)), .. } => Some(*item),
            _ => None,
        };
        for loose in order.loose {
            match loose.kind {
                LooseKind::Choice { options, mut choice, .. } => {
                    let of_target = options.iter().find(|o| of.is_some_and(|item| self.menu().offers(item, **o)));
                    let fits = of_target.or_else(|| {
                        options.iter().find(|o| self.expect.cart.iter().rev().any(|i| self.menu().offers(*i, **o)))
                    });
                    choice.option = *fits.unwrap_or(&choice.option);
                    edits.retain(|e| !matches!(e, Edit::Unchoose(o) if o.list == choice.option.list && self.menu().chooses_one(o.list)));
                    let turned = turns && !choice.negated && choice.grade.is_none();
                    edits.push(if turned { Edit::Turned(choice) } else { Edit::Choose(choice) });
                }
                LooseKind::NoneOf(list) => edits.push(Edit::NoneOf(list)),
                LooseKind::Without(options) => edits.push(self.without(options, &loose.parts)),
                LooseKind::Bare => edits.push(Edit::Only(Vec::new())),
                LooseKind::Amount(amount) => {
                    let last = || self.last_item().filter(|_| target == Target::Last);
                    let counted = self.counts(amount, &loose.parts);
                    edits.extend(counted.map(|edit| self.as_pieces(of.or_else(last), edit)));
                }
                LooseKind::Other => {}
            }
        }
        for (option, parts) in order.order_options {
            self.act(ActKind::OrderOption(option), parts);
        }
        for rest in order.unknown {
            edits.push(Edit::Note(self.note(&rest.parts)));
        }
        self.let_go(order.refused, None);
        // "Make it one box instead", of five tubes: all of it becomes that, and then so many.
        let number = edits.iter().position(|edit| matches!(edit, Edit::Quantity(_)));
        let whole = turns && self.ends_with_it(&self.parts[range.start]) && self.is_instead(&range);
        let number = number.filter(|_| whole && edits.len() == 2).map(|at| edits.remove(at));
        if !edits.is_empty() || target != Target::Last {
            self.act(ActKind::Change { target: target.clone(), edits }, range.clone());
        }
        if let Some(number) = number {
            self.act(ActKind::Change { target, edits: vec![number] }, range);
        }
    }

    /// "Make", but not "make that".
    fn changes_named(&self, part: &Part) -> bool {
        part.is(Cue::Change) && !self.ends_with_it(part)
    }

    /// "No wait, make it raspberry": in the place of what was said, and not beside it.
    fn is_put_right(&self, range: &Range<usize>) -> bool {
        let corrects = |p: &Part| p.cues().any(&[Cue::Correct, Cue::No]) && !p.sense().is_some_and(Sense::is_thing);
        let before = &self.parts[range.start.saturating_sub(2)..=range.start];
        let adds = |p: &Part| p.cues().any(&[Cue::With, Cue::Put, Cue::And, Cue::Besides]);
        before.iter().any(|p| corrects(p) && !p.is(Cue::Change)) && !self.parts[range.clone()].iter().any(adds)
    }
}
