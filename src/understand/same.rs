//! "In the same size and colour": lists named to be as they were for what was spoken of before.

use super::element::{Element, ElementKind, State};
use super::lexicon::Sense;
use super::part::Part;
use super::role::Reader;
use super::tokens::Break;
use crate::lang::cue::Cue;

impl<'l> Reader<'_, 'l> {
    /// "the same size and colour": whether "the same" stands right before the name of a list.
    pub(super) fn same_next(&self, at: usize, end: usize) -> bool {
        let says = self.parts[at].is(Cue::Again) && !self.parts[at].sense().is_some_and(Sense::is_thing);
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None);
        // "in the same magnolia"
        let placed =
            at > 0 && self.parts[at].before == Break::None && self.parts[at - 1].cues().any(&[Cue::Inside, Cue::With]);
        let option = |s: &Sense| placed && s.items.is_empty() && !s.options.is_empty();
        says && next.and_then(Part::sense).is_some_and(|s| s.calls_list() || option(s))
    }

    pub(super) fn is_same(&self, at: usize, state: &State<'l>) -> bool {
        let Some(before) = at.checked_sub(1).filter(|_| self.parts[at].before == Break::None) else { return false };
        let mut back = state.out.iter().rev();
        let joined = matches!(back.next(), Some(Element { kind: ElementKind::And, .. }))
            && matches!(back.next(), Some(Element { kind: ElementKind::Same(_), .. }));
        joined || self.same_next(before, at + 1)
    }
}
