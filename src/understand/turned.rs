//! "Drop the chai to a small", "change the beans to a quart and the turkey to a pound": what stands is named, and behind it
//! what becomes of it.

use std::ops::Range;

use super::lexicon::Sense;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

fn turns(part: &Part) -> bool {
    part.is_plainly(Cue::To) && !part.cues().any(&[Cue::With, Cue::Want, Cue::Of])
}

impl Utterance<'_, '_> {
    /// "Drop the chai to a small": it goes down and stays.
    pub(super) fn drops_to(&self, range: &Range<usize>) -> bool {
        let Some(to) = self.turning(range) else { return false };
        let behind = self.read(to + 1..range.end);
        self.parts[range.start].is(Cue::Remove)
            && !self.parts[range.start].is(Cue::Forget)
            && behind.lines.is_empty()
            && behind.refused.is_empty()
            && !behind.loose.is_empty()
    }

    /// "… and the turkey to a whole pound": where what becomes of another begins.
    pub(super) fn turns_another(&self, range: &Range<usize>) -> Option<usize> {
        let to = self.turning(range)?;
        let and = (to + 1..range.end).find(|at| self.parts[*at].is_plainly(Cue::And))?;
        self.turning(&(and..range.end)).map(|_| and)
    }

    /// The word behind one thing that stands, and before what it is to become.
    fn turning(&self, range: &Range<usize>) -> Option<usize> {
        let to = (range.start + 1..range.end).find(|at| turns(&self.parts[*at]))?;
        let before = &self.parts[range.start + 1..to];
        let joined = before.iter().all(|p| p.before != Break::Stop && !p.is(Cue::And));
        let named = before.iter().filter(|p| p.sense().is_some_and(Sense::is_thing)).count();
        let order = self.read(range.start + 1..to);
        let [line] = &[&order.lines[..], &order.refused[..]].concat()[..] else { return None };
        let stands = self.standing(line).or(Some(line.which.clone())).and_then(|which| self.in_cart(&which)).is_some();
        (joined && named > 0 && stands && to + 1 < range.end).then_some(to)
    }
}
