//! Acts that are one phrase each: yes, no, that's all, thanks, a person please.

use std::ops::Range;

use super::act::*;
use super::ahead::option_follows;
use super::lexicon::Sense;
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;
use crate::lang::understand::Matter;

impl Utterance<'_, '_> {
    /// An act that one phrase is by itself.
    pub(super) fn simple(&self, at: usize) -> Option<ActKind> {
        let part = &self.parts[at];
        let sense = part.sense()?;
        if sense.is_thing() && !sense.cues.any(&[Cue::Done, Cue::Cancel]) || self.expected(sense) {
            return None;
        }
        let cues = sense.cues;
        let alone = self.sentence(at).len() == 1;
        let thing_next = self.thing_next(at + 1);
        let kind = if cues.has(Cue::No)
            && (!cues.has(Cue::Not) || !thing_next || self.answers_no(at))
            && (!cues.has(Cue::Correct) || alone)
            && !cues.has(Cue::Want)
            && !(cues.has(Cue::Forbid) && self.forbids(at))
        {
            // "要中杯还是大杯？" "不要了": what was asked about goes.
            let goes = alone && cues.has(Cue::RemoveBehind) && self.expect.list.is_some();
            if goes { ActKind::Remove { target: Target::Last, quantity: None } } else { ActKind::No }
        } else if cues.has(Cue::Undo)
            && !(self.says_degree(at) || self.degree_unknown(at))
            && (!cues.has(Cue::Correct) || alone || self.sentence_rest(at + 1) || self.opens_anew(at))
        {
            ActKind::Undo
        } else if cues.has(Cue::Cancel)
            && (!cues.has(Cue::Remove) || !thing_next)
            && (!cues.has(Cue::Correct) || alone)
            && !self.is_forbidden(at)
        {
            if cues.has(Cue::StartOver) { ActKind::StartOver } else { ActKind::Cancel }
        } else if cues.has(Cue::Repeat) && (!cues.has(Cue::Again) || alone) {
            ActKind::Repeat
        } else if cues.has(Cue::Wrong) {
            ActKind::No
        } else if cues.has(Cue::CheckOut) && !thing_next {
            ActKind::CheckOut
        } else if cues.has(Cue::Done) && (!thing_next || self.order_option_next(at + 1)) {
            ActKind::Done
        } else if cues.has(Cue::Yes) && !thing_next {
            ActKind::Yes
        } else if cues.has(Cue::Human) && !(at > 0 && self.parts[at - 1].is(Cue::Purpose) && part.before == Break::None)
        {
            ActKind::Human
        } else if cues.has(Cue::Help) {
            ActKind::Help
        } else if cues.has(Cue::Thanks) {
            ActKind::Thanks
        } else if cues.has(Cue::Greet) {
            ActKind::Greet
        } else if cues.has(Cue::Goodbye) {
            ActKind::Goodbye
        } else if cues.has(Cue::SmallTalk) {
            ActKind::Matter(Matter::Talk)
        } else if cues.has(Cue::Fine) && (self.expect.yes_no || self.parts.len() == 1) && !cues.has(Cue::Filler) {
            ActKind::Yes
        } else if cues.has(Cue::Again) && (!cues.has(Cue::Filler) || alone) && !self.same_of_list(at) {
            ActKind::Again { target: Target::Last, quantity: None, edits: Vec::new() }
        } else {
            return None;
        };
        Some(kind)
    }

    /// "就这些打包": what follows is said of the whole order, and of no thing.
    fn order_option_next(&self, at: usize) -> bool {
        let next = self.parts[at..].iter().find(|p| !p.is_filler() || p.before != Break::None);
        let of_all = |s: &Sense| !s.order_options.is_empty() && s.items.is_empty();
        next.and_then(Part::sense).is_some_and(of_all)
    }

    /// "Not that hot": how it is to be.
    pub(super) fn says_degree(&self, at: usize) -> bool {
        let option = |p: &Part| p.sense().is_some_and(|s| s.options_quality > s.items_quality && s.cues.is_empty());
        self.parts[at].is(Cue::NotToo) && self.parts.get(at + 1).is_some_and(|p| p.before == Break::None && option(p))
    }

    /// "Not that fluffy"
    fn degree_unknown(&self, at: usize) -> bool {
        let unknown = |p: &Part| p.before == Break::None && p.is_unknown() && !p.common;
        self.parts[at].is(Cue::NotToo) && self.parts.get(at + 1).is_some_and(unknown)
    }

    /// "Same marinade", "the same size": said of a list, and no second one of anything.
    fn same_of_list(&self, at: usize) -> bool {
        let next = self.parts.get(at + 1).filter(|p| p.before == Break::None);
        next.and_then(Part::sense).is_some_and(Sense::calls_list)
    }

    /// "My wife will have the same but small."
    pub(super) fn leads_to_same(&self, at: usize) -> bool {
        let same = |at: usize| matches!(self.simple(at), Some(ActKind::Again { .. }));
        let next = self.parts.get(at + 1).filter(|p| p.is(Cue::Again) && p.before == Break::None);
        self.parts[at].is(Cue::Want) && next.is_some() && same(at + 1)
    }

    /// "Don't gift wrap it": what would be done stands right behind.
    fn forbids(&self, at: usize) -> bool {
        option_follows(self.parts, at) || self.parts.len() > at + 1 && self.verb_told(at + 1).is_some()
    }

    /// "no a small latte", "no the latte should be small": behind an article nothing is refused; it is the answer, and what
    /// follows puts the order right.
    fn answers_no(&self, at: usize) -> bool {
        let small = |p: &&Part| p.before == Break::None && p.is_filler() && !p.is(Cue::Definite);
        let next = at + 1 + self.parts[at + 1..].iter().take(2).take_while(small).count();
        let Some(following) = self.parts.get(next).filter(|p| p.before == Break::None) else { return false };
        if self.expect.cart.is_empty() || self.parts[at].tokens.len() > 1 {
            return false;
        }
        let stands = |p: &Part| {
            let named = |s: &Sense| s.items.iter().chain(&*s.items_weaker).any(|i| self.expect.cart.contains(i));
            p.sense().is_some_and(named)
        };
        let definite = following.is(Cue::Definite) && following.sense().is_some_and(|s| !s.is_thing());
        following.amount().is_some_and(|a| a.article)
            || definite && self.parts[next + 1..].iter().take(3).take_while(|p| p.before == Break::None).any(stands)
    }

    /// "scratch that, a mocha": said of what stands in the cart, and not within one order.
    fn opens_anew(&self, at: usize) -> bool {
        let opens = self.parts[at].before == Break::Stop && !self.expect.cart.is_empty();
        opens && self.parts.get(at + 1).is_some_and(|p| p.before != Break::None)
    }

    /// "yes a large latte", said to a read-back, with nothing between: it is a yes first.
    pub(super) fn agree_first(&mut self) {
        let read_back = self.expect.yes_no && self.expect.items.is_empty() && !self.expect.cart.is_empty();
        let opens = self.parts.first().is_some_and(|p| p.is(Cue::Yes) && !p.is(Cue::Fine) && !p.is(Cue::Filler));
        if read_back && opens && matches!(self.acts.first(), Some(Act { kind: ActKind::Add(_), .. })) {
            let span = self.span(&(0..1));
            self.acts.insert(0, Act { kind: ActKind::Yes, span });
        }
    }

    /// "Right, not that then", said to an offer: one has heard, and refuses.
    pub(super) fn refuse_first(&mut self) {
        let heard = matches!(self.acts.first(), Some(Act { kind: ActKind::Yes, .. }))
            && self.parts.first().is_some_and(|p| p.cues().any(&[Cue::Acknowledge, Cue::Fine]));
        let refuses = |act: &Act| matches!(act.kind, ActKind::No | ActKind::Undo);
        if self.expect.yes_no && heard && self.acts.get(1).is_some_and(refuses) {
            self.acts.remove(0);
            self.acts[0].kind = ActKind::No;
        }
    }

    pub(super) fn expected(&self, sense: &Sense) -> bool {
        self.expect.list.is_some_and(|list| sense.options.iter().chain(&*sense.order_options).any(|o| o.list == list))
    }

    /// Whether, past small words, a thing or an unknown word follows in the same breath.
    pub fn thing_next(&self, mut at: usize) -> bool {
        while let Some(part) = self.parts.get(at) {
            if part.before != Break::None {
                return false;
            }
            match part.sense() {
                None if part.amount().is_some() => at += 1,
                None => return true,
                Some(s) if s.is_thing() || s.list.is_some() => return true,
                Some(s) if s.cues.any(&[Cue::Want, Cue::Change, Cue::Put, Cue::Correct]) => return false,
                Some(s) if s.cues.any(&[Cue::Extra, Cue::Light]) && !s.cues.has(Cue::Filler) => return true,
                Some(s) if s.cues.any(&[Cue::Filler, Cue::Definite, Cue::Article, Cue::Extra, Cue::Light]) => at += 1,
                Some(_) => return false,
            }
        }
        false
    }

    /// Whether nothing but small words follows in the sentence.
    pub(super) fn sentence_rest(&self, at: usize) -> bool {
        let end = self.stop(at);
        self.parts[at.min(end)..end].iter().all(|p| p.is_filler())
    }

    /// Parts of the sentence that `at` stands in.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        let start = (1..=at).rev().find(|i| self.parts[*i].before == Break::Stop).unwrap_or(0);
        start..self.stop(at + 1)
    }
}
