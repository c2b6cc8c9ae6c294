//! Looking ahead: what the words after a word make of it.

use super::act::Place;
use super::element::{Element, ElementKind, State};
use super::lexicon::{Sense, quality};
use super::part::Part;
use super::role::Reader;
use super::tokens::Break;
use crate::lang::cue::Cue;

/// Whether an option stands right behind, in the same breath.
pub(super) fn option_follows(parts: &[Part], at: usize) -> bool {
    let next = parts.get(at + 1).filter(|p| p.before == Break::None);
    next.and_then(Part::sense).is_some_and(|s| !s.options.is_empty())
}

impl Reader<'_, '_> {
    /// "不要太大份，小份就行": what it is not to be, before what it is to be.
    pub(super) fn put_right_behind(&self, at: usize) -> bool {
        let lists = |p: &Part| -> Vec<_> {
            let options = p.sense().map(|s| &*s.options).unwrap_or_default();
            options.iter().map(|o| o.list).filter(|list| self.menu.chooses_one(*list)).collect()
        };
        let Some(refused) = self.parts.get(at).filter(|p| p.before == Break::None).map(lists) else { return false };
        let sentence = self.parts[at + 1..].iter().take_while(|p| p.before != Break::Stop);
        let mut rest = sentence.take_while(|p| p.sense().is_none_or(|s| s.items.is_empty() || !s.options.is_empty()));
        self.bare && rest.any(|p| p.before == Break::Comma && lists(p).iter().any(|list| refused.contains(list)))
    }

    pub(super) fn next_is_graded(&self, mut at: usize, end: usize) -> bool {
        while at < end {
            let part = &self.parts[at];
            let Some(sense) = part.sense() else { return false };
            if !sense.options.is_empty() && sense.items_quality < quality::NAME {
                return sense.options.iter().any(|o| self.menu.graded(o.list));
            }
            if !sense.cues.any(&[Cue::Filler, Cue::Definite, Cue::Of]) {
                return false;
            }
            at += 1;
        }
        false
    }

    /// "the first one", "the second drink", "the second is", "the first two", "the last one": where what follows stands among what was
    /// just said.
    pub(super) fn counts_lines(&self, at: usize, sense: &Sense, state: &State<'_>) -> Option<Place> {
        if let Some(place) = Place::of_several(sense, self.parts.get(at + 1)) {
            return Some(place);
        }
        match sense.ordinal {
            Some(n) => {
                // "… the first one toasted, the second plain"
                let told_off = || state.enumerates() && self.is_option(at + 1);
                (self.counts_one(at) || self.numbers_piece(at, state) || told_off()).then_some(Place::Nth(n))
            }
            None => (sense.cues.has(Cue::Last) && state.heads.len() > 1).then_some(Place::Last(1)),
        }
    }

    fn is_option(&self, at: usize) -> bool {
        let option = |p: &Part| p.sense().is_some_and(|s| s.items.is_empty() && !s.options.is_empty());
        self.parts.get(at).is_some_and(|p| p.before == Break::None && option(p))
    }

    /// "the first one", "the second drink", "the second is".
    fn counts_one(&self, at: usize) -> bool {
        let filler = self.parts[at].is(Cue::Filler);
        let definite = at > 0 && self.parts[at - 1].cues().any(&[Cue::Definite, Cue::And]);
        let next = self.parts.get(at + 1).filter(|p| p.before == Break::None);
        let stands = |p: &Part| {
            p.cues().any(&[Cue::One, Cue::AskIs, Cue::With]) || p.sense().is_some_and(|s| s.category.is_some())
        };
        (definite || !filler) && next.is_some_and(stands)
    }

    /// "三个饼第一个加蛋第二个不要酱": of several that were counted, by its number, one of which something is said.
    pub(super) fn numbers_piece(&self, at: usize, state: &State<'_>) -> bool {
        let several = state.out.iter().any(|e| matches!(e.kind, ElementKind::Amount(a) if a.value >= 2000));
        let says = |p: &Part| {
            let option = p.sense().is_some_and(|s| !s.options.is_empty() && s.items_quality < s.options_quality);
            p.before == Break::None && (option || p.cues().any(&[Cue::Not, Cue::Bare, Cue::Plain, Cue::Want]))
        };
        self.bare && several && !state.heads.is_empty() && self.parts.get(at + 1).is_some_and(says)
    }

    /// "The basil, no, the drunken noodles", "a small no a large": before an article "no" puts right what was said, and refuses nothing.
    pub(super) fn puts_other(&self, at: usize, state: &State<'_>) -> bool {
        let article = |p: &Part| p.amount().is_some_and(|amount| amount.article);
        let definite = |p: &Part| {
            (p.is(Cue::Definite) || article(p)) && p.before == Break::None && !p.sense().is_some_and(Sense::is_thing)
        };
        let said = state.out.iter().any(|e| matches!(e.kind, ElementKind::Choice(_) | ElementKind::Head(_)));
        self.is_to_be(at)
            || self.is_one_instead(at, state)
            || said && self.parts[at].tokens.len() == 1 && self.parts.get(at + 1).is_some_and(definite)
    }

    /// "A small, no, large tea": said to oneself, with nothing but small words between. "要大杯不要小杯" refuses what follows.
    pub(super) fn is_denied(&self, by: usize, at: usize) -> bool {
        !self.bare && self.parts[by].is(Cue::No) && (by + 1..at).all(|p| self.parts[p].is_filler())
    }

    /// "… and a flat sheet the same": right behind an item, with nothing more of it, where another was spoken of before.
    pub(super) fn closes_item(&self, at: usize, state: &State<'_>) -> bool {
        let behind_item =
            matches!(state.out.last(), Some(Element { kind: ElementKind::Head(head), .. }) if !head.negated);
        let before = state.heads.len() > 1 || !self.expect.cart.is_empty();
        let closes = self.parts.get(at + 1).is_none_or(|next| next.before != Break::None || next.is(Cue::And));
        behind_item && before && closes && self.parts[at].before == Break::None
    }

    /// "No, the single should be ivory": it puts right what stands, and refuses nothing.
    fn is_to_be(&self, at: usize) -> bool {
        let clause = self.parts[at + 1..].iter().take_while(|p| p.before == Break::None);
        self.parts.get(at + 1).is_some_and(|p| p.is(Cue::Definite)) && clause.into_iter().any(|p| p.is(Cue::ToBe))
    }

    /// "No, the fifty metre one", of a shorter one: said to us at the beginning, it is that one.
    fn is_one_instead(&self, at: usize, state: &State<'_>) -> bool {
        let mut clause = self.parts[at + 1..].iter().take_while(|p| p.before == Break::None);
        let the = clause.next().is_some_and(|p| p.is_plainly(Cue::Definite));
        let option = |p: &Part| {
            p.sense().is_some_and(|s| s.items.is_empty() && s.options.iter().all(|o| self.menu.chooses_one(o.list)))
        };
        let described =
            clause.next().is_some_and(option) && clause.next().is_some_and(|p| p.is(Cue::One) && p.amount().is_none());
        let opens = state.out.iter().all(|e| matches!(e.kind, ElementKind::Filler));
        the && described && opens && self.parts[at].is(Cue::No) && self.parts[at].tokens.len() == 1
    }

    /// Whether a refusal has something to refuse right after it.
    pub(super) fn leads_to_thing(&self, mut at: usize) -> bool {
        while let Some(part) = self.parts.get(at) {
            if part.before != Break::None {
                return false;
            }
            match part.sense() {
                None => return part.is_unknown(),
                Some(s) if s.is_thing() || s.list.is_some() || s.cues.any(&[Cue::Extra, Cue::Light]) => return true,
                // "no, just the latte"
                Some(s) if s.cues.any(&[Cue::Only, Cue::Want, Cue::Change, Cue::Correct, Cue::Done]) => return false,
                Some(s) if s.cues.any(&[Cue::Filler, Cue::Definite, Cue::Article]) => at += 1,
                Some(_) => return false,
            }
        }
        false
    }
}

impl<'l> State<'l> {
    /// Words that are a wish whatever they are said of.
    pub(super) fn wish(&mut self, at: usize, parts: &[Part<'l>]) {
        self.unknown(at, parts);
        if let Some(last) = self.out.last_mut() {
            last.modified = true;
        }
    }

    fn enumerates(&self) -> bool {
        self.out.iter().any(|e| matches!(e.kind, ElementKind::Nth(Place::Nth(_))))
    }

    /// Whether an option was said right before.
    pub(super) fn chose(&self) -> bool {
        matches!(self.out.last(), Some(Element { kind: ElementKind::Choice(_), .. }))
    }

    /// Behind "the first" or "the last": a number says how many of those before, and counts nothing else.
    pub(super) fn is_placed(&self) -> bool {
        matches!(self.out.last(), Some(Element { kind: ElementKind::Nth(Place::First(_) | Place::Last(2..)), .. }))
    }
}
