//! "Never mind, then add a kite": what was spoken of last is let go, and the order stands.

use std::ops::Range;

use crate::lang::cue::Cue;
use crate::shop::ItemId;

use super::act::{ActKind, Target};
use super::lexicon::Sense;
use super::line::Line;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;

impl Utterance<'_, '_> {
    /// "Forget that one": what was spoken of last goes. Where that ends.
    pub(super) fn lets_one_go(&mut self, at: usize) -> Option<usize> {
        let lets = !self.expect.cart.is_empty() && self.lexicon.evasion.lets_go(self.tokens, &self.parts[at].tokens);
        let (one, rest) = self.parts[at + 1..].split_first().filter(|_| lets)?;
        let single =
            one.is(Cue::One) || one.amount().is_some_and(|a| !a.article && a.unit.is_none() && a.value == 1000);
        let ends = single && one.before == Break::None && rest.iter().all(Part::is_filler);
        let range = at..at + 2;
        ends.then(|| self.act(ActKind::Remove { target: Target::Last, quantity: None }, range.clone()))?;
        Some(range.end)
    }

    /// Whether only what was spoken of last is let go at `at`: something more is ordered behind it. "Forget it, I'll just
    /// have the dog" lets all of it go.
    pub(super) fn lets_last_go(&self, at: usize) -> bool {
        if self.expect.cart.is_empty() || !self.lexicon.evasion.lets_go(self.tokens, &self.parts[at].tokens) {
            return false;
        }
        let rest = at + 1..self.parts.len();
        let leads = |p: &Part| p.is_filler() || p.cues().any(&[Cue::And, Cue::But]);
        let wants = |p: &Part| {
            p.cues().any(&[Cue::Put, Cue::Want]) || p.amount().is_some() || p.sense().is_some_and(Sense::is_thing)
        };
        let next = rest.clone().find(|n| !leads(&self.parts[*n]) || self.parts[*n].is(Cue::Put));
        let only = rest.clone().any(|n| self.parts[n].is_plainly(Cue::Only) && !self.parts[n].is(Cue::And))
            || self.says_only(&rest);
        // "Never mind, just that": what stands stays.
        let closes = |n: usize| self.parts[n].is(Cue::Done) && !self.parts[n].cues().any(&[Cue::Cancel, Cue::Not]);
        next.is_some_and(|n| wants(&self.parts[n])) && !only || next.is_some_and(closes)
    }

    /// "take off the shake, then a small lemonade": a number and what does not stand in the cart is wanted.
    pub(super) fn orders_anew(&self, at: usize) -> bool {
        if !self.parts[at].is(Cue::And) || self.parts.get(at + 1).and_then(Part::amount).is_none() {
            return false;
        }
        let named = self.parts[at + 2..].iter().filter_map(Part::sense).find(|s| !s.items.is_empty());
        named.is_some_and(|s| !s.items.iter().any(|i| self.expect.cart.contains(i)))
    }

    /// "The scientific one", of one that stands: it is spoken of, and no other.
    pub(super) fn only_points_out(&self, line: &Line) -> bool {
        let one = self
            .parts
            .get(line.parts.end)
            .is_some_and(|p| p.before == Break::None && p.is(Cue::One) && p.amount().is_none());
        let anew = |p: &Part| p.cues().any(&[Cue::Want, Cue::And, Cue::Put, Cue::Besides]) && !p.is_filler();
        let bare = line.amount.is_none() && line.choices.is_empty() && line.notes.is_empty() && !line.negated;
        one && line.definite && bare && self.in_cart(&line.which).is_some() && !self.parts.iter().any(anew)
    }

    /// "No classes after all but the sauna": behind what goes, and "but", what comes.
    pub(super) fn takes_but(&self, start: usize, at: usize) -> bool {
        let thing = |p: &Part| p.sense().is_some_and(Sense::names_something);
        let all = |p: &Part| p.cues().any(&[Cue::Everything, Cue::Both]);
        let small = |p: &&Part| p.is_filler() || p.is_plainly(Cue::Definite);
        let before = &self.parts[start..at];
        let next = self.parts[at + 1..].iter().find(|p| !small(p));
        self.parts[at].is_plainly(Cue::But)
            && !self.parts[at].is(Cue::Only)
            && before.iter().any(thing)
            && !before.iter().any(all)
            && next.is_some_and(thing)
    }

    /// "Take the coffee off, sorry, just the cookie": what goes, where it is said what stays, of what stands.
    pub(super) fn keeps_rest(&self, range: &Range<usize>) -> Vec<ItemId> {
        let standing = |parts: &[Part]| -> Vec<ItemId> {
            let named = parts.iter().filter_map(Part::sense).flat_map(|s| s.items.iter().copied());
            named.filter(|item| self.expect.cart.contains(item)).collect()
        };
        let corrects = |n: &usize| self.parts[*n].is(Cue::Correct) && self.parts[n + 1].is(Cue::Only);
        let Some(joint) = (range.start + 1..range.end.saturating_sub(1)).find(corrects) else { return Vec::new() };
        let goes = standing(&self.parts[range.start..joint]);
        let stays = standing(&self.parts[joint + 1..range.end]);
        if stays.is_empty() || stays.iter().any(|item| goes.contains(item)) { Vec::new() } else { goes }
    }
}
