//! Lines by their number: "the second one", "the first two", "the last one", "the other one".

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::act::Target;
use super::lexicon::Sense;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

/// Where among the lines said before something belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// "the second one"
    Nth(u32),
    /// "the first two"
    First(u32),
    /// "the last one", "the last two"
    Last(u32),
}

impl Place {
    /// "The first two", "the last three": where such a word has a number right behind it.
    pub(super) fn of_several(sense: &Sense, next: Option<&Part>) -> Option<Place> {
        let next = next.filter(|p| p.before == Break::None)?;
        let several = next.amount().filter(|a| !a.article && a.unit.is_none())?.count()?;
        match sense.ordinal {
            Some(1) => Some(Place::First(several)),
            None if sense.cues.has(Cue::Last) => Some(Place::Last(several)),
            _ => None,
        }
    }

    /// The lines of it, where so many pieces stand on each. "The first two" are two lines of one, or the first line where two stand
    /// on it.
    pub fn of(self, counts: &[u32]) -> Option<Range<usize>> {
        let upto = |number: u32, counts: &mut dyn Iterator<Item = &u32>| {
            let mut left = number;
            let lines = counts.take_while(|count| left.checked_sub(**count).inspect(|rest| left = *rest).is_some());
            let lines = lines.count();
            (left == 0).then_some(lines)
        };
        match self {
            Place::Nth(n) => (n as usize).checked_sub(1).filter(|at| *at < counts.len()).map(|at| at..at + 1),
            Place::First(n) => upto(n, &mut counts.iter()).map(|lines| 0..lines),
            // The last is a line, however many stand on it.
            Place::Last(1) => counts.len().checked_sub(1).map(|at| at..counts.len()),
            Place::Last(n) => upto(n, &mut counts.iter().rev()).map(|lines| counts.len() - lines..counts.len()),
        }
    }
}

impl Utterance<'_, '_> {
    /// What is pointed at without being named.
    pub fn pointer(&self, range: &Range<usize>) -> Option<Target> {
        let parts = &self.parts[range.clone()];
        let has = |cue| parts.iter().any(|p: &Part| p.is(cue) && !p.sense().is_some_and(|s| s.is_thing()));
        if let Some(place) = self.few(range) {
            return Some(Target::Among(place));
        }
        if let Some(n) = parts.iter().find_map(|p| p.sense().filter(|s| !s.is_thing()).and_then(|s| s.ordinal)) {
            return Some(Target::Ordinal(n));
        }
        if has(Cue::Last) {
            Some(Target::Final)
        } else if has(Cue::Other) {
            Some(Target::Other)
        } else if parts.iter().any(|p| p.is_plainly(Cue::Mine) && !p.is(Cue::Filler)) {
            Some(Target::Mine)
        } else if has(Cue::Everything) || has(Cue::Both) {
            Some(Target::All)
        } else {
            None
        }
    }

    /// "the first two", "the last three".
    pub(super) fn few(&self, range: &Range<usize>) -> Option<Place> {
        range.clone().find_map(|at| {
            let sense = self.parts[at].sense().filter(|s| !s.is_thing())?;
            let place = Place::of_several(sense, self.parts[..range.end].get(at + 1));
            place.filter(|place| matches!(place, Place::First(2..) | Place::Last(2..)))
        })
    }
}
