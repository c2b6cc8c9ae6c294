//! What is no order of its own: what is put into a thing ("a shot of espresso"), what it is served in, and whom it is for.

use super::act::Which;
use super::element::{Element, ElementKind, State};
use super::lexicon::{Sense, quality};
use super::part::Part;
use super::pick::Pick;
use super::rather::Thing;
use super::role::Reader;
use super::tokens::Break;
use crate::lang::cue::Cue;
use crate::shop::OptionId;

impl<'l> Reader<'_, 'l> {
    /// "in a mug", "in a cappuccino cup": how it is served is a wish, up to the container; an option of that name, or
    /// one inside that an item takes ("in a large cup"), is no wish.
    pub(super) fn served_in(&self, at: usize, end: usize, state: &State<'l>) -> Option<usize> {
        let inside = |p: &Part| p.is(Cue::Inside) && !p.sense().is_some_and(Sense::is_thing);
        if !inside(&self.parts[at]) || state.heads.is_empty() && self.expect.cart.is_empty() {
            return None;
        }
        for ahead in at + 1..end.min(at + 6) {
            let part = &self.parts[ahead];
            let named = |s: &Sense| {
                let held = |w: &Which| s.options.iter().any(|o| self.menu.accepts(w, *o));
                !s.order_options.is_empty() || state.heads.iter().any(held)
            };
            let joins = [Cue::With, Cue::And, Cue::Want, Cue::Put, Cue::Or];
            if part.before != Break::None || part.sense().is_some_and(named) || part.cues().any(&joins) {
                return None;
            }
            if part.is(Cue::Container) {
                return Some(ahead + 1);
            }
        }
        None
    }

    /// "white like the ceiling", "as red as the roses": what stands there only says how it is to be. Where it ends.
    pub(super) fn is_like(&self, at: usize, end: usize, state: &State<'l>) -> Option<usize> {
        let (part, last) = (&self.parts[at], state.out.last()?);
        if !matches!(last.kind, ElementKind::Choice(_)) || part.before != Break::None {
            return None;
        }
        let like = part.is_plainly(Cue::Alike);
        let definite = like && self.parts.get(at + 1).is_some_and(|p| at + 1 < end && p.is_plainly(Cue::Definite));
        // "as … as the", which is one phrase
        let opened = last.parts.start.checked_sub(1).is_some_and(|n| self.parts[n].is_plainly(Cue::Alike));
        if !(definite || opened && part.tokens.len() > 1 && part.is_plainly(Cue::Role)) {
            return None;
        }
        let ends = |n: &usize| {
            let part = &self.parts[*n];
            let joins = part.cues().any(&[Cue::And, Cue::But, Cue::Want, Cue::With]);
            part.before != Break::None || part.amount().is_some() || joins
        };
        Some((at + 2..end).find(ends).unwrap_or(end))
    }

    /// "For my little girl", "for the little one": whom it is for, though a word of it is an option somewhere. Where it ends.
    pub(super) fn is_for(&self, at: usize, end: usize, state: &State<'l>) -> Option<usize> {
        let purpose = |p: &Part| p.is(Cue::Purpose) && !p.sense().is_some_and(Sense::is_thing);
        if !purpose(&self.parts[at]) || self.parts[at].tokens.len() < 2 {
            return None;
        }
        let describes = |p: &Part| {
            p.cues().any(&[Cue::Light, Cue::Touch])
                || p.sense().is_some_and(|s| !s.options.is_empty() && s.items.is_empty())
        };
        let had = |p: &Part| {
            let takes = |o: &OptionId| {
                let in_cart = self.expect.cart.iter().any(|item| self.menu.offers(*item, *o));
                in_cart || state.heads.iter().any(|head| self.menu.accepts(head, *o))
            };
            p.sense().is_some_and(|s| s.options.iter().any(takes))
        };
        let mut pointed = false;
        for ahead in at + 1..end.min(at + 4) {
            let part = &self.parts[ahead];
            if part.before != Break::None {
                return None;
            }
            if describes(part) {
                pointed |= had(part);
            } else {
                let somebody = part.is_unknown() || part.is(Cue::One) && part.amount().is_none() && !pointed;
                return (somebody && ahead > at + 1).then_some(ahead + 1);
            }
        }
        None
    }

    /// Whether a thing said here is only put into another: "a shot of espresso" with a latte, "an espresso shot", "a
    /// blast of cold whipped milk".
    pub(super) fn is_part(&self, at: usize, end: usize, thing: &Thing, state: &State<'l>) -> bool {
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None);
        let measured = state.dose.is_some_and(|dose| self.parts[dose].is(Cue::Dose));
        match thing {
            Thing::Options => return measured && next.is_some_and(Part::is_unknown),
            Thing::Head(..) => {}
            Thing::OrderOption(_) | Thing::List(_) => return false,
        }
        let whole = !state.heads.is_empty()
            || !self.expect.cart.is_empty()
            || self.parts[at + 1..end].iter().any(|p| p.sense().is_some_and(|s| s.items_quality >= quality::NAME));
        (measured || self.dosed_behind(at, end)) && whole
    }

    /// "an espresso shot": a dose that stands behind its thing.
    pub(super) fn dosed_behind(&self, at: usize, end: usize) -> bool {
        self.parts.get(at + 1).is_some_and(|p| at + 1 < end && p.before == Break::None && p.is(Cue::Dosed))
    }

    /// "with double chocolate": said of what several can be had of, and not of the item.
    pub(super) fn multiplies(&self, at: usize, end: usize, state: &State<'l>) -> bool {
        let joined = |n: usize| self.parts.get(n).filter(|p| n < end && p.before == Break::None).and_then(Part::sense);
        let several = |s: &Sense| !s.options.is_empty() && s.options.iter().all(|o| !self.menu.chooses_one(o.list));
        let last = state.out.last().map(|e| &e.kind);
        matches!(last, Some(ElementKind::With | ElementKind::And | ElementKind::Put))
            && !state.heads.is_empty()
            && joined(at + 1).is_some_and(several)
            && !joined(at + 2).is_some_and(Sense::is_thing)
    }

    /// "a latte with a double shot of espresso": the item after the option's "of" says nothing new. "A pair of salmon nigiri,
    /// a pair of tuna nigiri": without a "with" it is of the item that comes so.
    pub(super) fn carries_option(&self, thing: &Thing, state: &State<'l>) -> bool {
        let Thing::Head(which, _) = thing else { return false };
        let mut back = state.out.iter().rev();
        let of =
            back.next().is_some_and(|e| matches!(e.kind, ElementKind::Of) && self.parts[e.parts.start].is(Cue::Of));
        match back.next().map(|e| &e.kind) {
            Some(ElementKind::Choice(pick)) if of => {
                let held = |e: &Element| matches!(e.kind, ElementKind::With | ElementKind::Put);
                let ends = |e: &&Element| !matches!(e.kind, ElementKind::Head(_));
                // "A steak pie slice with peas and a slice of chicken pie"
                let lists = |pick: &Pick| pick.options.iter().map(|o| o.list).collect::<Vec<_>>();
                let again = |e: &Element| matches!(&e.kind, ElementKind::Choice(said) if lists(said).iter().any(|l| self.menu.chooses_one(*l) && lists(pick).contains(l)));
                let again = back.clone().take_while(ends).any(again);
                let own = pick.for_item(self.menu, which).is_some() && (again || !back.take_while(ends).any(held));
                !own && state.heads.iter().any(|head| pick.for_item(self.menu, head).is_some())
            }
            _ => false,
        }
    }

    /// "a punnet of blueberries", "the sixty litre bag", "one organic punnet": what a thing comes in says nothing new of it.
    pub(super) fn only_holds(&self, at: usize, state: &State<'l>) -> bool {
        let of = self.parts.get(at + 1).is_some_and(|p| p.before == Break::None && p.is(Cue::Of));
        self.parts[at].before == Break::None
            && match state.out.last().map(|e| &e.kind) {
                Some(ElementKind::Amount(_)) => of,
                Some(ElementKind::Choice(pick)) => pick.options.iter().all(|o| self.menu.chooses_one(o.list)) || of,
                _ => false,
            }
    }

    pub(super) fn names_item(&self, at: usize, end: usize) -> bool {
        self.parts
            .get(at)
            .filter(|p| at < end && p.before == Break::None && p.slips == 0)
            .is_some_and(|p| p.sense().is_some_and(|s| s.items_quality >= quality::NAME && s.cues.is_empty()))
    }

    /// "wrapped in tissue paper", where that is an option: what is done with it is in the option.
    pub(super) fn frames_option(&self, at: usize, end: usize) -> bool {
        let joined = |at: usize| self.parts[..end].get(at).filter(|part| part.before == Break::None);
        let places = |p: &Part| p.cues().any(&[Cue::Inside, Cue::On, Cue::Role]);
        if !self.parts[at].participle || !joined(at + 1).is_some_and(places) {
            return false;
        }
        let article = joined(at + 2).is_some_and(|p| p.amount().is_some_and(|a| a.article) || p.is(Cue::Definite));
        let named = |s: &Sense| s.options_quality >= quality::NAME && s.items_quality < quality::NAME;
        joined(at + 2 + usize::from(article)).and_then(Part::sense).is_some_and(named)
    }
}
