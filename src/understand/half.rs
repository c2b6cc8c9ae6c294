//! Halves: "half olives, half ham", "ham on the other half", "half of this and half of that". No option is had by
//! halves, so what is said stays as a note and is read back; nothing becomes a whole unnoticed.

use super::act::Which;
use super::element::{Element, ElementKind};
use super::lexicon::Sense;
use super::order::Reader;
use super::part::{Amount, Part};
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

impl Reader<'_, '_> {
    /// Two items in halves are one thing: the item that the halves are of, else the first, with notes.
    pub(super) fn halve_items(&mut self) {
        let halved = |e: &[Element], at: usize| {
            matches!(e[at].kind, ElementKind::Half)
                && matches!(&e[at + 1].kind, ElementKind::Head(h) if !h.negated)
                && e[at + 1].before == Break::None
        };
        let all: Vec<usize> =
            (0..self.elements.len().saturating_sub(1)).filter(|at| halved(&self.elements, *at)).collect();
        let Some(first) = all.first().copied() else { return };
        let Some(category) = self.head(first + 1).and_then(|h| self.category_of(&h.which)) else { return };
        let whole = (0..self.elements.len()).any(|at| {
            let other = !all.iter().any(|half| half + 1 == at);
            other && self.head(at).is_some_and(|h| !h.negated && self.category_of(&h.which) == Some(category))
        });
        if all.len() < 2 && !whole {
            return;
        }
        if self.shared_out(&all) || all.len() == 1 && self.half_of_kind(first) {
            return;
        }
        for (number, at) in all.into_iter().enumerate() {
            let end = self.elements[at + 1].parts.end;
            let half = &mut self.elements[at];
            half.parts.end = end;
            half.kind = ElementKind::Unknown;
            half.modified = true;
            if number > 0 || whole {
                self.used[at + 1] = true;
            }
        }
    }

    /// "three burgers, half of them with pickle": what is no whole number of them is a wish as it was said.
    pub(super) fn note_halves(&mut self) {
        for at in 0..self.elements.len().saturating_sub(2) {
            let half = matches!(self.elements[at].kind, ElementKind::Half) && !self.used[at];
            let with = matches!(self.elements[at + 1].kind, ElementKind::With) && self.joined(at + 1);
            if !half || !with || !self.anchors.iter().any(|anchor| anchor.at < at) {
                continue;
            }
            let said = |at: &usize| {
                let kind = &self.elements[*at].kind;
                self.joined(*at) && matches!(kind, ElementKind::Choice(_) | ElementKind::Filler | ElementKind::And)
            };
            let end = at + 2 + (at + 2..self.elements.len()).take_while(said).count();
            if !self.elements[at + 2..end].iter().any(|e| matches!(e.kind, ElementKind::Choice(_))) {
                continue;
            }
            self.used[at + 1..end].fill(true);
            self.elements[at].parts.end = self.elements[end - 1].parts.end;
            (self.elements[at].kind, self.elements[at].modified) = (ElementKind::Unknown, true);
        }
    }

    /// "six burgers, half of them with mushrooms", "a dozen roses, half red": so many of an even number. "Half mushroom"
    /// of a thing that can have several is on a half of each.
    pub(super) fn half_of_them(&self, at: usize) -> Option<Amount> {
        let whole = self.anchors.iter().rev().find(|a| !a.stands_in)?.amount.filter(|a| !a.article)?;
        let lists = self.choices_after(at);
        let with = self.elements.get(at + 1).is_some_and(|e| matches!(e.kind, ElementKind::With));
        let one = lists.first().is_some_and(|list| self.menu.chooses_one(*list));
        let even = whole.value.is_multiple_of(2000) || whole.unit.is_some();
        // Half of six pairs are three, of one dozen six.
        let value = whole.value / 2;
        let by = whole.by.filter(|(_, size)| (value / 1000).is_multiple_of(*size));
        let half = Amount { value, by, ..whole };
        (!lists.is_empty() && even && (with || one)).then_some(half)
    }

    /// "no mayo on one", "bacon on two of them": a number behind an option, with nothing behind it that it could count.
    pub(super) fn shares(&self, at: usize) -> bool {
        let small = |e: &Element| matches!(e.kind, ElementKind::Filler | ElementKind::With);
        let of_them = |e: &Element| matches!(e.kind, ElementKind::Of | ElementKind::It);
        let behind = self.elements[at + 1..].iter().find(|e| !of_them(e));
        let before = at.checked_sub(2).map(|back| &self.elements[back..at]);
        before.is_some_and(|pair| {
            small(&pair[1]) && matches!(pair[0].kind, ElementKind::Choice(_) | ElementKind::NoneOf(_))
        }) && self.joined(at)
            && self.joined(at - 1)
            && behind.is_none_or(|e| e.before != Break::None || e.is_and())
    }

    fn joined(&self, at: usize) -> bool {
        self.elements[at].before == Break::None
    }

    /// "six cookies, half chocolate chip, half oatmeal": three of each.
    fn shared_out(&mut self, halves: &[usize]) -> bool {
        let [first, second] = *halves else { return false };
        // Nothing that is named may stand before it, but the kind that both are of.
        let named = (0..first).rev().find(|at| matches!(self.elements[*at].kind, ElementKind::Head(_)));
        if named.is_some_and(|at| !self.head(at).is_some_and(|head| head.generic)) {
            return false;
        }
        let counts = |at: &usize| self.amount(*at).is_some_and(|a| !a.article && a.unit.is_none());
        let Some(at) = (0..first).rev().find(counts) else { return false };
        let Some(amount) = self.amount(at).filter(|a| a.value >= 4000 && a.value.is_multiple_of(2000)) else {
            return false;
        };
        let half = Amount { value: amount.value / 2, ..amount };
        (self.elements[first].kind, self.elements[second].kind) =
            (ElementKind::Amount(half), ElementKind::Amount(half));
        self.used[at] = true;
        if let Some(kind) = named {
            self.used[kind] = true;
        }
        true
    }

    /// "six muffins, half of them blueberry": three, and of the rest it is not said.
    fn half_of_kind(&mut self, at: usize) -> bool {
        let Some(kind) = (0..at).rev().find(|n| matches!(self.elements[*n].kind, ElementKind::Head(_))) else {
            return false;
        };
        let several = self.head(kind).is_some_and(|h| h.generic || h.plural && matches!(h.which, Which::OneOf(_)));
        let amount = self.amount_before(kind).and_then(|n| self.amount(n));
        let Some(amount) = amount.filter(|a| several && a.value >= 2000 && a.value.is_multiple_of(2000)) else {
            return false;
        };
        self.elements[at].kind = ElementKind::Amount(Amount { value: amount.value / 2, by: None, ..amount });
        true
    }

    fn category_of(&self, which: &Which) -> Option<crate::shop::CategoryId> {
        match which {
            Which::Item(item) => Some(self.menu.category(*item)),
            Which::OneOf(items) => items.first().map(|item| self.menu.category(*item)),
            Which::Category(category) => Some(*category),
        }
    }

    /// Where that begins which is only on a part: "ham and pineapple on one half".
    pub(super) fn parted(&self, at: usize) -> usize {
        let mut start = self.elements[at].parts.start;
        for back in (0..at).rev() {
            let joined = self.elements[back + 1].before == Break::None;
            match &self.elements[back].kind {
                ElementKind::Choice(_) | ElementKind::Unknown if joined => start = self.elements[back].parts.start,
                ElementKind::And | ElementKind::Filler if joined => {}
                _ => break,
            }
        }
        start
    }
}

impl Utterance<'_, '_> {
    /// "half of them …", "half with …": where that stands right before what is said.
    pub(super) fn half_before(&self, at: usize) -> Option<usize> {
        let passes = |p: &Part| p.is_filler() || p.cues().any(&[Cue::OfThem, Cue::With, Cue::Of]);
        let half = (0..at).rev().find(|at| !passes(&self.parts[*at]))?;
        let part = &self.parts[half];
        ((half + 1 < at || part.tokens.len() > 1) && part.is(Cue::Half) && !part.sense().is_some_and(Sense::is_thing))
            .then_some(half)
    }
}
