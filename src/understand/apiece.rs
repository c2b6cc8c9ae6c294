//! "A small lemonade each", "each with a cookie": as many of it as of what was spoken of.

use super::lexicon::Sense;
use super::line::Line;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

/// No more words than these stand between "each" and what each gets.
const BETWEEN: usize = 3;

impl Utterance<'_, '_> {
    pub(super) fn is_apiece(&self, line: &Line) -> bool {
        let counted = line.amount.is_none_or(|a| a.unit.is_none() && !a.vague && !a.same);
        counted && !line.negated && (self.each_behind(line) || self.each_ahead(line.parts.start))
    }

    /// Right behind the item's name, and nothing behind that of which each could be.
    fn each_behind(&self, line: &Line) -> bool {
        let item = |at: &usize| self.parts[*at].sense().is_some_and(|s| !s.items.is_empty());
        let Some(name) = line.parts.clone().rev().find(item) else { return false };
        let joined = |at: usize| self.parts.get(at).filter(|p| p.before == Break::None);
        let led = joined(name + 1).is_some_and(|p| p.is_plainly(Cue::With) && !p.is(Cue::PerHead));
        let each = name + 1 + usize::from(led);
        let ends = |p: &Part| p.before != Break::None || p.is(Cue::And) || p.is_filler();
        joined(each).is_some_and(|p| p.is_plainly(Cue::PerHead)) && self.parts.get(each + 1).is_none_or(ends)
    }

    /// "They'll each have a lemonade", "each with a lemonade": before it, and said of nothing that each has.
    fn each_ahead(&self, start: usize) -> bool {
        let verb = |p: &&Part| {
            let small = p.is_unknown() || p.is_filler() || p.cues().any(&[Cue::With, Cue::Want]) && !p.is(Cue::And);
            small && p.before == Break::None && !p.sense().is_some_and(Sense::is_thing) && !p.is(Cue::PerHead)
        };
        let between = self.parts[..start].iter().rev().take_while(verb).count();
        let opens = self.parts.get(start).is_some_and(|p| p.before == Break::None);
        if between == 0 || between > BETWEEN || !opens {
            return false;
        }
        let Some(each) = start.checked_sub(between + 1) else { return false };
        let led = each.checked_sub(1).map(|at| &self.parts[at]).filter(|_| self.parts[each].before == Break::None);
        let in_it = led.is_some_and(|p| p.cues().any(&[Cue::With, Cue::On, Cue::Inside]));
        self.parts[each].is_plainly(Cue::PerHead) && !in_it
    }
}
