//! The name that an order is called out by.

use std::ops::Range;

use super::act::ActKind;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

impl Utterance<'_, '_> {
    /// Whether a name follows a phrase that announces one; after a weak one ("I'm …") only one written as a name.
    pub(super) fn name_follows(&self, at: usize) -> bool {
        let weak = self.parts[at - 1].is(Cue::Filler);
        let Some(part) = self.parts.get(at).filter(|p| p.before == Break::None) else { return false };
        // "Sam" is a name even where it looks like another word ("same").
        if weak { part.is_unknown() && self.capital(part) } else { part.is_unknown() || self.capital(part) }
    }

    pub(super) fn capital(&self, part: &Part) -> bool {
        self.text[self.tokens.span(part.tokens.clone())].starts_with(char::is_uppercase)
    }

    /// "… for Maria", "under Maria": the end of a name at the end of what is said; it must be written as one among words
    /// that are not.
    pub(super) fn named(&self, at: usize) -> Option<usize> {
        let cue = &self.parts[at];
        let name = self.parts.get(at + 1)?;
        let ends = self.parts.get(at + 2).is_none_or(|p| {
            p.before != Break::None || p.cues().any(&[Cue::And, Cue::Thanks, Cue::Named]) || p.is_filler()
        });
        let fits = cue.is(Cue::Named) && !self.capital(cue) && name.before == Break::None;
        (fits && ends && name.is_unknown() && self.capital(name)).then_some(at + 2)
    }

    pub(super) fn name(&mut self, range: Range<usize>) {
        let name = range.start + 1..range.end;
        let words = self.words(&name);
        self.act(ActKind::CustomerName(words), range);
    }
}
