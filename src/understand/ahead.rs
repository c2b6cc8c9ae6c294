//! Looking ahead: what the words after a word make of it.

use super::element::{ElementKind, State};
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

    /// "the first one", "the second drink", "the second is": an ordinal that counts what is ordered.
    pub(super) fn counts_lines(&self, at: usize) -> bool {
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

    /// "The basil, no, the drunken noodles": behind an article "no" puts right what was said, and refuses nothing.
    pub(super) fn puts_other(&self, at: usize, state: &State<'_>) -> bool {
        let definite =
            |p: &Part| p.is(Cue::Definite) && p.before == Break::None && !p.sense().is_some_and(Sense::is_thing);
        let said = state.out.iter().any(|e| matches!(e.kind, ElementKind::Choice(_) | ElementKind::Head(_)));
        said && self.parts[at].tokens.len() == 1 && self.parts.get(at + 1).is_some_and(definite)
    }

    /// "A small, no, large tea": said to oneself, with nothing but small words between. "要大杯不要小杯" refuses what follows.
    pub(super) fn is_denied(&self, by: usize, at: usize) -> bool {
        !self.bare && self.parts[by].is(Cue::No) && (by + 1..at).all(|p| self.parts[p].is_filler())
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
