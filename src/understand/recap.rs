//! "So that's two lattes?": what stands, told over. It asks whether it is so, and orders none of it again.

use crate::lang::cue::Cue;

use super::act::*;
use super::lexicon::Sense;
use super::part::Part;
use super::utterance::{Mode, Utterance};

/// What is said with these is to be done.
const DONE: [Cue; 11] = [
    Cue::Want,
    Cue::Put,
    Cue::Only,
    Cue::Besides,
    Cue::Instead,
    Cue::InsteadOf,
    Cue::Correct,
    Cue::Not,
    Cue::Role,
    Cue::Purpose,
    Cue::Remove,
];

impl Utterance<'_, '_> {
    /// What is told, wondered or told over, and asks for nothing: where it ends.
    pub(super) fn said_beside(&mut self, at: usize) -> Option<usize> {
        let told = self.thought_better(at).or_else(|| self.told_of(at));
        told.or_else(|| self.wonders(at)).or_else(|| self.recaps(at))
    }

    /// Where a telling over ends that begins here. Of what is told only what does not stand is ordered.
    pub(super) fn recaps(&mut self, at: usize) -> Option<usize> {
        let plain = |p: &Part| !p.sense().is_some_and(Sense::is_thing);
        let leads = [Cue::And, Cue::Correct, Cue::No, Cue::Wrong, Cue::But];
        let led = self.parts[..at].last().is_some_and(|p| p.cues().any(&leads) && plain(p));
        if self.expect.cart.is_empty() || !self.parts[at].is_plainly(Cue::Recap) || led {
            return None;
        }
        let end = self.end(at, Mode::Order);
        let done = |p: &Part| p.cues().any(&DONE) && plain(p) && !p.is_filler();
        if self.parts[at + 1..end].iter().any(done) {
            return None;
        }
        let order = self.read(at + 1..end);
        let more = |l: &super::line::Line| l.negated || l.amount.is_some_and(|a| a.more || a.another || a.same);
        // "So that's two tins", with two in the cart
        if matches!(&order.loose[..], [loose] if loose.amount().is_some_and(|a| self.is_all(a)))
            && order.lines.is_empty()
        {
            self.act(ActKind::Ask(Question::Cart), at..end);
            return Some(end);
        }
        if !order.loose.is_empty() || !order.refused.is_empty() || order.lines.iter().any(more) {
            return None;
        }
        let (standing, new): (Vec<_>, Vec<_>) = order.lines.into_iter().partition(|line| self.standing(line).is_some());
        if standing.is_empty() {
            return None;
        }
        match new.is_empty() {
            true => self.act(ActKind::Ask(Question::Cart), at..end),
            false => new.into_iter().for_each(|line| self.line(line)),
        }
        Some(end)
    }
}
