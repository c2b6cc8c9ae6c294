//! Items that a part of their names is enough for: they stand in the cart, were offered, or were asked about.

use super::act::Which;
use super::element::{Element, ElementKind, State};
use super::lexicon::Sense;
use super::role::Reader;
use super::tokens::Break;
use crate::lang::cue::Cue;
use crate::shop::ItemId;

impl<'l> Reader<'_, 'l> {
    /// Whether it was offered, or is one of those that a question was about.
    pub(super) fn spoken_of_now(&self, sense: &Sense) -> bool {
        sense.items.iter().any(|i| self.expect.items.contains(i) || self.expect.topics.contains(i))
    }

    /// Of the items that the word is part of, those that were offered, or that are being spoken of ("make the croissant
    /// warm", behind a chocolate croissant).
    pub(super) fn spoken_of(&self, sense: &Sense, state: &State<'l>) -> Option<Which> {
        let changing = state.definite
            && matches!(
                state.out.iter().rev().find(|e| !matches!(e.kind, ElementKind::Filler)),
                Some(Element { kind: ElementKind::ChangeIt, .. })
            );
        let there = |i: &ItemId| {
            self.expect.items.contains(i)
                || changing && (self.expect.cart.contains(i) || state.heads.contains(&Which::Item(*i)))
        };
        if sense.items.iter().any(there) {
            return None;
        }
        let meant: Vec<ItemId> = sense.items_weaker.iter().copied().filter(there).collect();
        Which::among(meant)
    }

    /// "the turkey one", "not the pork one": what stands in the cart, or was offered, and has the word in its name.
    pub(super) fn pointed_out(&self, at: usize, end: usize, sense: &Sense, state: &State<'l>) -> Option<Which> {
        let ahead = self.parts[at + 1..end].iter().take_while(|p| p.before == Break::None);
        let one = ahead.into_iter().find(|p| p.is(Cue::One) || !p.sense().is_some_and(Sense::names_something))?;
        if !one.is(Cue::One) || one.amount().is_some() {
            return None;
        }
        let there = |item: &&ItemId| {
            [&self.expect.cart, &self.expect.items, &self.expect.topics].iter().any(|known| known.contains(item))
                || state.heads.contains(&Which::Item(**item))
        };
        // "How much is the lamb plate?" "The chicken one, then.": of that kind.
        let alike = |item: &&ItemId| {
            let mut topics = self.expect.topics.iter().chain(&self.expect.topic);
            topics.any(|topic| self.menu.category(*topic) == self.menu.category(**item))
        };
        let named: Vec<ItemId> = sense.items.iter().filter(there).copied().collect();
        let weaker = || sense.items_weaker.iter().filter(there).copied().collect();
        // "Take that off." "The scientific one instead.", where one thing only has it in its name.
        let only = self.expect.took_off && self.expect.cart.is_empty() && sense.items.len() == 1;
        let of_kind = || sense.items.iter().filter(|item| only || alike(item)).copied().collect();
        Which::among(named).or_else(|| Which::among(weaker())).or_else(|| Which::among(of_kind()))
    }

    /// Whether what stands is called so, and nothing that stands or was said can have the option.
    pub(super) fn is_only_standing(&self, sense: &Sense, state: &State<'l>) -> bool {
        let takes = |which: &Which| sense.options.iter().any(|o| self.menu.accepts_list(which, o.list));
        let stands = sense.items.iter().any(|item| self.expect.cart.contains(item));
        let mut taken = self.expect.cart.iter().map(|item| Which::Item(*item));
        stands && !taken.any(|which| takes(&which)) && state.heads.is_empty()
    }
}
