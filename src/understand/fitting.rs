//! Options that are said by themselves, of what stands in the cart.

use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::shop::OptionId;

use super::act::*;
use super::called::Numbered;
use super::loose::{Loose, LooseKind};
use super::utterance::Utterance;
use crate::lang::cue::Cue;

impl Utterance<'_, '_> {
    /// Of options that are called alike the one that was asked for, or that the last item has.
    pub(super) fn fitting(&self, options: &[OptionId], choice: Choice) -> Choice {
        let last = self.expect.cart.last();
        let asked = options.iter().find(|o| Some(o.list) == self.expect.list);
        let of_last = || options.iter().find(|o| last.is_some_and(|item| self.menu().offers(*item, **o)));
        let of_any = || options.iter().find(|o| self.expect.cart.iter().rev().any(|i| self.menu().offers(*i, **o)));
        let fits = asked.or_else(of_last).or_else(of_any);
        Choice { option: fits.copied().unwrap_or(choice.option), ..choice }
    }

    /// The option that was said with no item, as one of those that it may be which something in the cart has.
    pub(super) fn chosen(&self, loose: Loose) -> Option<Choice> {
        match loose.kind {
            LooseKind::Choice { options, choice, .. } => Some(self.fitting(&options, choice)),
            LooseKind::Amount(_)
            | LooseKind::NoneOf(_)
            | LooseKind::Without(_)
            | LooseKind::Bare
            | LooseKind::Other => None,
        }
    }

    /// Loose options as fragments, a new one at each number.
    pub fn edits(&mut self, loose: Vec<Loose>, all: bool) {
        let before = self.acts.len();
        let mut edits: Vec<Edit> = Vec::new();
        let mut parts: Option<Range<usize>> = None;
        if self.further_ones(&loose) || self.counts_all(&loose) || self.of_counted(&loose) {
            return;
        }
        let loose = self.rather_only(loose);
        if let Some(edit) = self.only_these(&loose) {
            let start = loose.iter().map(|l| l.parts.start).min().unwrap_or(0);
            let end = loose.iter().map(|l| l.parts.end).max().unwrap_or(0);
            return self.act(ActKind::Fragment { edits: vec![edit], all }, start..end);
        }
        let half = loose.first().and_then(|l| self.half_before(l.parts.start));
        edits.extend(half.map(|_| Edit::Half));
        parts = half.map(|at| at..at + 1).or(parts);
        let asked = |o: &OptionId| self.expect.list == Some(o.list);
        let answered = loose.iter().filter_map(Loose::taken).any(|o| asked(&o));
        // "Only fit one of them, I'll do the other at home": behind the last that is said of so many.
        let last = loose.iter().rposition(|l| !matches!(l.kind, LooseKind::Other)).unwrap_or(0);
        let mut rest = None;
        for (at, l) in loose.into_iter().enumerate() {
            let number = matches!(l.kind, LooseKind::Amount(_));
            if number && rest.is_some() {
                // "the other two with jalapeños"
                continue;
            }
            let share = at == last && self.parts.get(l.parts.end).is_some_and(|p| p.is(Cue::OfThem));
            if matches!(l.kind, LooseKind::Other) {
                rest = Some(l.parts.clone());
            }
            if (number && !share || rest.is_some() && !edits.is_empty())
                && !self.is_share(&l.parts)
                && edits.iter().any(|e| matches!(e, Edit::Choose(_) | Edit::Quantity(_)))
                && let Some(parts) = parts.take()
            {
                let edits = std::mem::take(&mut edits);
                self.act(ActKind::Fragment { edits, all }, parts);
            }
            if let (Some(of), LooseKind::Choice { choice, .. }) = (&rest, &l.kind) {
                // "… and the other one with stickers"
                let (edits, parts) = (vec![Edit::Choose(choice.clone())], of.start..l.parts.end);
                self.act(ActKind::Change { target: Target::Other, edits }, parts);
                continue;
            }
            parts = Some(parts.map_or(l.parts.clone(), |p| p.start.min(l.parts.start)..p.end.max(l.parts.end)));
            match l.kind {
                LooseKind::Choice { options, choice, .. } => {
                    let answered = self.parts[l.parts.start].is(Cue::No) && self.menu().chooses_one(choice.option.list);
                    let choice = self.fitting(&options, choice);
                    edits.push(match choice.negated && answered {
                        true => Edit::Rather(choice.option),
                        false => Edit::Choose(choice),
                    });
                }
                // "Two of the 80", asked for the grit: the number beside an answer counts.
                LooseKind::Amount(amount) if answered => edits.extend(self.counts(amount, &l.parts)),
                LooseKind::Amount(amount) => match self.numbered(amount, l.parts.end) {
                    Numbered::Option(option) => edits.push(Edit::Choose(Choice::plain(option))),
                    Numbered::Nothing => {}
                    Numbered::No => edits.extend(self.counts(amount, &l.parts)),
                },
                LooseKind::NoneOf(list) => edits.push(Edit::NoneOf(list)),
                LooseKind::Without(options) => edits.push(self.without(options, &l.parts)),
                LooseKind::Bare => edits.push(Edit::Only(Vec::new())),
                LooseKind::Other => parts = None,
            }
        }
        if let Some(parts) = parts {
            self.act(ActKind::Fragment { edits, all }, parts);
        }
        self.beyond_those(before);
    }
}
