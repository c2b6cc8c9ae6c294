//! Numbers that are names: "a 120 sanding block", "two of the 24", "one 48", where things are had in such choices.

use super::act::{ActKind, Which};
use super::amounts;
use super::element::{ElementKind, State};
use super::lexicon::{Sense, quality};
use super::part::{Amount, Part};
use super::role;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;
use crate::shop::{ItemId, OptionId};

/// No more phrases than this describe a thing between its number and its name.
const FAR: usize = 4;
/// From this number on, in thousandths, nobody counts what stands in the singular: "50 sunscreen".
const MANY: u32 = 10_000;

impl amounts::Reader<'_, '_> {
    /// "The red ones", where something is called by the number one.
    pub(super) fn ones(&self, ahead: usize) -> bool {
        let chunk = &self.chunks[self.at + ahead];
        // "The scientific one"
        let part = (self.at + ahead).checked_sub(1).and_then(|at| self.chunks[at].sense);
        let part =
            part.is_some_and(|s| !s.items.is_empty() && s.options.is_empty() && s.items_quality < quality::VARIANT);
        chunk.tokens.len() == 1 && (self.tokens.list[chunk.tokens.start].plural || part && self.joined(ahead))
    }

    /// A bare number that also names something ("combo three"): before another thing, and not after one, it counts.
    pub(super) fn counts(&self) -> bool {
        let here = &self.chunks[self.at];
        let number = here.tokens.len() == 1 && self.tokens.list[here.tokens.start].number.is_some();
        let before = self.at.checked_sub(1).map(|at| &self.chunks[at]).filter(|_| self.joined(0));
        let one = before.filter(|c| !self.tokens.list[c.tokens.end - 1].plural).and_then(|c| c.sense);
        let named = one.is_some_and(|s| !s.items.is_empty() || s.category.is_some() || s.cues.only(Cue::Filler));
        // "a thirty six thirty": two sizes of one thing.
        let size = |ahead: usize| self.sense(ahead).is_some_and(|s| s.items.is_empty() && !s.options.is_empty());
        let next = self.chunks.get(self.at + 1).filter(|_| self.joined(1));
        if size(0) && size(1) && next.is_some_and(|c| self.tokens.list[c.tokens.start].number.is_some()) {
            return false;
        }
        let packs = number && self.numbered_packs().is_some();
        // "一支", where a size is called "1".
        let classified = number && self.joined(1) && self.is(1, Cue::Classifier);
        packs
            || classified
            || number
                && !named
                && self.joined(1)
                && !self.names_choice()
                && self.sense(1).is_some_and(|s| {
                    s.is_thing()
                        || s.group.is_some()
                        || s.pack
                        || s.unit.is_some()
                        || s.cues.any(&[Cue::Portion, Cue::More, Cue::OfThem])
                        || s.cues.has(Cue::With)
                            && self.sense(0).is_none_or(|s| s.items.is_empty())
                            // "The eight with helium", where eight is what one of them is called.
                            && !(size(0) && self.after(Cue::Definite))
                })
    }

    /// "a 120 sanding block", "two 120 sanding blocks", "a pack of 80 sandpaper": the number is a choice that the thing behind
    /// it is had in, and something else says how many there are.
    pub(super) fn names_choice(&self) -> bool {
        let Some(own) = self.sense(0).filter(|s| s.items.is_empty() && !s.options.is_empty()) else { return false };
        let describes =
            |n: &usize| self.joined(*n) && self.sense(*n).is_some_and(|s| s.items.is_empty() && !s.options.is_empty());
        let head = 1 + (1..FAR).take_while(describes).count();
        let has = |item: &ItemId| own.options.iter().any(|o| self.menu.offers(*item, *o));
        if !self.joined(head) || !self.sense(head).is_some_and(|s| s.items.iter().any(has)) {
            return false;
        }
        let word = |ahead: usize| &self.tokens.list[self.chunks[self.at + ahead].tokens.end - 1];
        let before = self.at.checked_sub(1).map(|at| &self.chunks[at]).filter(|_| self.joined(0));
        let number = before.is_some_and(|c| self.tokens.list[c.tokens.end - 1].number.is_some());
        let counts = [Cue::Article, Cue::Of, Cue::Portion];
        let counted = before.and_then(|c| c.sense).is_some_and(|s| s.cues.any(&counts) || s.only_counts());
        let many = word(0).number.is_some_and(|number| number >= MANY);
        number || !word(head).plural && (counted || many)
    }
}

impl<'l> role::Reader<'_, 'l> {
    /// "two" is no "size two" where no size is wanted: it counts. Whether it was read so.
    pub(super) fn number(&self, at: usize, end: usize, sense: &Sense, state: &mut State<'l>) -> bool {
        let wanted = |o: &OptionId| self.expect.list == Some(o.list) || state.has_free(self.menu, *o);
        let names = sense.items.is_empty() && !sense.options.is_empty();
        // "A number five balloon"
        let inner = self.parts.get(at + 1).is_some_and(|next| next.tokens.start < self.parts[at].tokens.start);
        let called = inner || sense.options.iter().any(wanted) || self.is_called(at, end, sense, state);
        let counts = self.parts[at].number.filter(|_| names && !called);
        let part = &self.parts[at];
        let ahead =
            at.checked_sub(1).and_then(|before| self.parts[before].sense()).filter(|_| part.before == Break::None);
        let noun =
            ahead.is_some_and(|s| !s.items.is_empty() && s.options.is_empty() && s.items_quality < quality::VARIANT);
        let one = part.is(Cue::One) && part.number.is_some() && part.tokens.len() == 1;
        if names && one && (part.plural || noun) {
            // "The white ones", "the scientific one", where shoes come in size one.
            state.push(ElementKind::Filler, at..at + 1, self.parts[at].before);
            return true;
        }
        if let Some(value) = counts {
            let amount = Amount { value, ..Amount::default() };
            state.push(ElementKind::Amount(amount), at..at + 1, self.parts[at].before);
        }
        counts.is_some()
    }

    /// "the 180", "two of the 24", "one 48", of what is spoken of: a number behind another, or behind "the", counts nothing.
    fn is_called(&self, at: usize, end: usize, sense: &Sense, state: &State<'l>) -> bool {
        let [.., before] = &self.parts[..at] else { return false };
        let led = at.checked_sub(2).map(|n| &self.parts[n]);
        let counts = |p: &Part| p.amount().is_some_and(|a| a.unit.is_none());
        // "just the three"
        let definite = before.is_plainly(Cue::Definite) && !led.is_some_and(|p| p.is(Cue::Only));
        let counted = counts(before) || before.cues().any(&[Cue::Of, Cue::Portion]) && led.is_some_and(counts);
        if self.parts[at].before != Break::None || !(definite || counted) {
            return false;
        }
        let has = |item: &ItemId| sense.options.iter().any(|o| self.menu.offers(*item, *o));
        let said = || state.heads.iter().any(|head| sense.options.iter().any(|o| self.menu.accepts(head, *o)));
        let behind = || self.parts[at + 1..end].iter().filter_map(Part::sense).any(|s| s.items.iter().any(has));
        let spoken = [&self.expect.cart, &self.expect.topics, &self.expect.items];
        said() || behind() || spoken.into_iter().flatten().chain(&self.expect.topic).any(has)
    }
}

impl Utterance<'_, '_> {
    /// "Six inch or twelve inch?" "Six."
    pub(super) fn numbered(&self, amount: Amount, end: usize) -> Numbered {
        // "Two packs of those"
        let counts = self.parts.get(end).is_some_and(|p| p.cues().any(&[Cue::Portion, Cue::OfThem]));
        let plain =
            !counts && amount.unit.is_none() && !amount.article && !amount.more && !amount.another && !amount.packs;
        let value = i64::from(amount.value);
        let Some(list) = self.expect.list.filter(|_| plain && self.expect.open) else {
            // "A roll of 24 exposures." "No, 36, please": nobody wants so many of it.
            let last = self.expect.cart.last().copied().filter(|_| amount.value >= MANY && !self.expect.quantity);
            let mut items = self.named_alone().into_iter().chain(last).filter(|_| plain);
            let option = items.find_map(|item| self.menu().choice_numbered(item, value));
            return option.map_or(Numbered::No, Numbered::Option);
        };
        // "Ten, thirty or a hundred tablets?" "400.", which is what one of their strengths is called.
        let others = || {
            let item = self.expect.cart.last()?;
            self.expect
                .missing
                .iter()
                .find_map(|l| self.menu().numbered(*l, value).filter(|o| self.menu().offers(*item, *o)))
        };
        match self.menu().numbered(list, value).or_else(others) {
            Some(option) => Numbered::Option(option),
            None if self.menu().is_numbered(list) => Numbered::Nothing,
            None => Numbered::No,
        }
    }

    /// "Sandpaper, yes, thank you, 240": the item that was ordered just before, with nothing said of it.
    fn named_alone(&self) -> Option<ItemId> {
        let added = self.acts.iter().rev().find_map(|act| match &act.kind {
            ActKind::Add(request) => Some(request),
            _ => None,
        });
        let alone = added.filter(|request| request.choices.is_empty() && request.quantity.is_none())?;
        match alone.which {
            Which::Item(item) => Some(item),
            _ => None,
        }
    }
}

/// What a bare number is where something is asked.
pub(super) enum Numbered {
    Option(OptionId),
    /// None of what was offered, all of which is called by numbers.
    Nothing,
    /// It counts.
    No,
}
