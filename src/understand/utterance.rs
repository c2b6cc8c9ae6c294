//! A whole utterance: its sentences by what they do (order, change, take away, ask, answer), each read in its way.

use std::ops::Range;

use super::act::*;
use super::lexicon::{Sense, quality};
use super::part::Part;
use super::tokens::{Break, Tokens};
use super::{Lexicon, menu::Menu};
use crate::lang::cue::Cue;

pub(super) struct Utterance<'a, 'l> {
    pub lexicon: &'l Lexicon,
    pub text: &'a str,
    pub tokens: &'a Tokens,
    pub parts: &'a [Part<'l>],
    pub expect: &'a Expect,
    pub acts: Vec<Act>,
}

/// What a stretch of the utterance does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Order,
    Remove,
    Change,
    Becomes,
    Swap,
    Ask,
    Name,
    /// Small talk and other matters.
    Other,
}

impl<'a, 'l> Utterance<'a, 'l> {
    pub fn new(
        lexicon: &'l Lexicon,
        text: &'a str,
        tokens: &'a Tokens,
        parts: &'a [Part<'l>],
        expect: &'a Expect,
        acts: Vec<Act>,
    ) -> Self {
        Utterance { lexicon, text, tokens, parts, expect, acts }
    }

    /// The acts of all its parts, after those of what was said before them.
    pub fn acts(self) -> Vec<Act> {
        self.acts_from(0)
    }

    /// What a clause is by itself: "double that", "one size up", "the latte should be a mocha". Where it ends.
    fn changes_whole(&mut self, at: usize) -> Option<usize> {
        self.doubles(at).or_else(|| self.steps(at)).or_else(|| self.should_be(at)).or_else(|| self.puts_item_right(at))
    }

    pub(super) fn acts_from(mut self, mut at: usize) -> Vec<Act> {
        while at < self.parts.len() {
            if let Some(end) = self.named(at) {
                self.name(at..end);
                at = end;
                continue;
            }
            if let Some(end) = self.all_but(at).or_else(|| self.each_described(at)) {
                at = end;
                continue;
            }
            if let Some(end) = self.keeps(at).or_else(|| self.told_to(at)).or_else(|| self.changes_whole(at)) {
                at = end;
                continue;
            }
            if self.cancels_said(at) {
                at += 1;
                continue;
            }
            // "Actually no, make that a salad"
            let denies = self.parts[at].is(Cue::Correct) && self.parts[at].is(Cue::Remove);
            if denies && self.parts.get(at + 1).is_some_and(|p| p.cues().any(&[Cue::Change, Cue::Want])) {
                at += 1;
                continue;
            }
            // "actually cancel everything"
            let small = |p: &&Part| p.is(Cue::It) && !p.sense().is_some_and(Sense::is_thing);
            let next = at + 1 + self.parts[at + 1..].iter().take(1).take_while(small).count();
            let corrects = self.parts[at].is(Cue::Correct) && self.parts.get(next).is_some_and(|p| p.is(Cue::Cancel));
            if corrects && matches!(self.simple(next), Some(ActKind::Cancel | ActKind::StartOver)) {
                at = next;
                continue;
            }
            // "actually the name's Joanna"
            let renamed = self.parts[at].is(Cue::Correct) && self.parts.get(next).is_some_and(|p| p.is(Cue::NameIs));
            if renamed && self.name_follows(next + 1) {
                at = next;
                continue;
            }
            if let Some(end) = self.lets_one_go(at) {
                at = end;
                continue;
            }
            if self.lets_last_go(at) {
                self.act(ActKind::NeverMind, at..at + 1);
                at += 1;
                continue;
            }
            if let Some(kind) = self.simple(at) {
                let dropped = matches!(kind, ActKind::Cancel | ActKind::StartOver) && !self.expect.cart.is_empty();
                self.act(kind, at..at + 1);
                at += 1;
                if dropped {
                    // "Forget it, I'll just have the dog": nothing stands any more that the rest could be said of.
                    return self.go_on(&Expect::default(), at);
                }
                continue;
            }
            if let Some(end) = self.said_beside(at).or_else(|| self.numbers_before_talk(at)) {
                at = end;
                continue;
            }
            if self.idle(at) || self.leads_to_same(at) {
                at += 1;
                continue;
            }
            let (mode, end) = self.verb_behind(at).unwrap_or_else(|| {
                let mode = self.mode(at);
                (mode, self.end(at, mode))
            });
            let range = at..end;
            match mode {
                Mode::Order => self.order(range),
                Mode::Remove => self.remove(range),
                Mode::Change => self.change(range),
                Mode::Becomes => self.becomes(range),
                Mode::Swap => self.swap(range),
                Mode::Ask => match self.ask_and_go_on(range) {
                    Ok(acts) => return acts,
                    Err(asked) => self = asked,
                },
                Mode::Name => self.name(range),
                Mode::Other => {
                    let asked = self.asks_of_item(&range).map(ActKind::Ask);
                    self.act(asked.unwrap_or(ActKind::Other), range);
                }
            }
            at = end;
        }
        self.acts
    }

    pub fn menu(&self) -> &'l Menu {
        &self.lexicon.menu
    }

    /// The words of some parts, as they were said.
    pub fn words(&self, parts: &Range<usize>) -> String {
        self.text.get(self.span(parts)).unwrap_or_default().trim().to_string()
    }

    pub fn span(&self, parts: &Range<usize>) -> Range<usize> {
        match (self.parts.get(parts.start), parts.end.checked_sub(1).and_then(|last| self.parts.get(last))) {
            (Some(first), Some(last)) if parts.start < parts.end => {
                self.tokens.span(first.tokens.start..last.tokens.end)
            }
            _ => 0..0,
        }
    }

    pub fn act(&mut self, kind: ActKind, parts: Range<usize>) {
        let span = self.span(&parts);
        self.acts.push(Act { kind, span });
    }

    pub(super) fn stop(&self, from: usize) -> usize {
        (from..self.parts.len()).find(|i| self.parts[*i].before == Break::Stop).unwrap_or(self.parts.len())
    }

    /// A word that opens nothing.
    fn idle(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let Some(sense) = part.sense() else { return false };
        if sense.is_thing() || sense.list.is_some() {
            return false;
        }
        let cues = sense.cues;
        let opens = [
            Cue::Want,
            Cue::Put,
            Cue::With,
            Cue::Remove,
            Cue::Change,
            Cue::Swap,
            Cue::Correct,
            Cue::InsteadOf,
            Cue::NameIs,
            Cue::AskPrice,
            Cue::AskHave,
            Cue::AskWhat,
            Cue::AskIngredients,
            Cue::AskIs,
            Cue::AskOptions,
            Cue::AskHours,
            Cue::AskCart,
            Cue::AskTotal,
            Cue::AskStatus,
            Cue::AskRecommend,
            Cue::AskOther,
            Cue::Menu,
            Cue::Not,
            Cue::Forbid,
            Cue::Unwanted,
            Cue::Light,
            Cue::Extra,
            Cue::Both,
            Cue::Other,
            Cue::Last,
            Cue::Everything,
            Cue::More,
            Cue::Fewer,
            Cue::Definite,
            Cue::Half,
            Cue::Bare,
            Cue::Role,
            Cue::Portion,
            Cue::Apiece,
            Cue::Becomes,
        ];
        let mine = cues.has(Cue::Mine) && !cues.has(Cue::Filler);
        let opened = cues.any(&opens) || mine || self.says_degree(at);
        !opened
            && sense.ordinal.is_none()
            && sense.tag.is_none()
            && part.amount().is_none()
            && sense.fraction.is_none()
            && sense.unit.is_none()
    }

    fn mode(&self, at: usize) -> Mode {
        let part = &self.parts[at];
        let cues = part.cues();
        if cues.has(Cue::NameIs) && self.name_follows(at + 1) {
            return Mode::Name;
        }
        if let Some(mode) = self.edit_mode(at) {
            return mode;
        }
        if self.asks(at) {
            return Mode::Ask;
        }
        if self.other_matter(at, false) { Mode::Other } else { Mode::Order }
    }

    /// Take away, change or exchange, where the words at hand do that and no new order.
    pub(super) fn edit_mode(&self, at: usize) -> Option<Mode> {
        if self.is_gone(at) {
            return Some(Mode::Remove);
        }
        let mut at = at;
        // "the second one": the article belongs to what is pointed at.
        let definite =
            self.parts[at].is(Cue::Definite) && self.parts.get(at + 1).is_some_and(|p| p.before == Break::None);
        at += usize::from(definite);
        if self.own_name(at) {
            return None;
        }
        let cues = self.parts[at].cues();
        let end = self.stop(at + 1);
        let rest = &self.parts[at + 1..end];
        if cues.has(Cue::Swap) {
            return Some(Mode::Swap);
        }
        if self.lessens(at, end) {
            return Some(Mode::Remove);
        }
        if cues.has(Cue::Fewer) || self.goes_back(at, end) {
            return Some(Mode::Remove);
        }
        // "take out please" says where to.
        let to_go = self.parts[at].sense().is_some_and(|s| !s.order_options.is_empty())
            && !rest.first().is_some_and(|p| p.before == Break::None && !p.is_filler());
        // "scratch that, a mocha"
        let taken_back = cues.has(Cue::Undo) && rest.first().is_some_and(|p| p.before != Break::None);
        if cues.has(Cue::Remove) && !to_go && !taken_back && !self.is_forbidden(at) {
            let weak = cues.has(Cue::Filler) || cues.has(Cue::Not);
            let off = rest.iter().take(8).any(|p| p.is(Cue::Off)) || self.is_taken_from(at + 1..end);
            let lets_be = cues.has(Cue::Leave) && !off && !self.leaves(at);
            let in_cart = rest
                .iter()
                .take(4)
                .filter_map(Part::sense)
                .filter(|s| !cues.has(Cue::Not) || s.items_quality > quality::FRAGMENT)
                .any(|s| !cues.has(Cue::Filler) && s.items.iter().any(|i| self.expect.cart.contains(i)));
            // "去掉一杯": a number of what was ordered.
            let counts =
                rest.first().is_some_and(|p| p.before == Break::None && p.amount().is_some_and(|a| a.classified));
            let counted = counts && !self.expect.cart.is_empty() && !self.thing_next(at + 2);
            // "lose the small one", "forget the first one"
            let pointed = cues.has(Cue::Not) && rest.iter().take(5).any(|p| p.is(Cue::One) && p.amount().is_none());
            // "Did I order the tea? I don't want it."
            let it = |p: &Part| p.cues().any(&[Cue::It, Cue::Them]);
            let it = !self.expect.cart.is_empty()
                && self.parts[at].tokens.len() > 2
                && (rest.iter().any(it) || self.ends_with_it(&self.parts[at]))
                && rest.iter().all(|p| it(p) || p.is_filler());
            if !lets_be && (!weak || (off && !cues.has(Cue::Not)) || in_cart || pointed || it || counted) {
                return Some(Mode::Remove);
            }
        }
        // "I wanted two", said to a read-back, is no second order.
        let put_right = self.expect.yes_no && !self.expect.cart.is_empty();
        // "Can you make one of the vanilla ones a chocolate"
        let of_those = || !self.expect.cart.is_empty() && self.some_of(&(at..end)).is_some();
        if cues.has(Cue::Change) && (!cues.has(Cue::Want) || put_right && !cues.has(Cue::Filler) || of_those())
            || cues.has(Cue::Correct) && self.parts.get(at + 1).is_some_and(|p| p.is(Cue::Change))
        {
            return Some(Mode::Change);
        }
        let points = self.parts[at].sense().is_some_and(|s| s.ordinal.is_some()) || cues.any(&[Cue::Last, Cue::Other]);
        // "第一杯加布丁", where a pudding tea is sold too.
        let option = |s: &Sense| self.lexicon.bare && s.options_quality > s.items_quality;
        let names = rest.iter().filter_map(Part::sense).any(|s| !s.items.is_empty() && !option(s));
        let points = points && (!names || rest.iter().any(|p| p.is(Cue::Change)));
        (points && (definite || !cues.has(Cue::Filler) || rest.is_empty())).then_some(Mode::Change)
    }

    pub(super) fn remove_starts(&self, at: usize) -> bool {
        let cues = self.parts[at].cues();
        cues.has(Cue::Remove) && !cues.any(&[Cue::Filler, Cue::Not]) && !self.own_name(at)
    }

    /// What all acts together come to.
    pub fn finish(mut self) -> Vec<Act> {
        self.undo_within();
        self.join_again();
        self.for_whom();
        self.rather_last();
        self.count_on();
        self.refuse_first();
        self.of_aside();
        self.asked_of_named();
        let meant = self.acts.iter().any(|a| !matches!(a.kind, ActKind::Other | ActKind::Greet | ActKind::Thanks));
        if meant {
            self.acts.retain(|a| !matches!(a.kind, ActKind::Other));
        }
        // "See you at four, bye": no four of anything.
        let number = |a: &Act| matches!(&a.kind, ActKind::Fragment { edits, .. } if edits.iter().all(|e| matches!(e, Edit::Quantity(_))));
        if let Some(parting) = self.acts.iter().position(|a| matches!(a.kind, ActKind::Goodbye)) {
            let behind = self.acts.split_off(parting + 1);
            self.acts.extend(behind.into_iter().filter(|act| !number(act)));
        }
        self.thanked_for();
        self.hear_in_chatter();
        let idle = |a: &Act| matches!(a.kind, ActKind::Other | ActKind::Greet | ActKind::Thanks | ActKind::Goodbye);
        if self.expect.yes_no
            && self.acts.iter().all(idle)
            && self.parts.iter().any(|p| p.cues().any(&[Cue::Fine, Cue::Yes]))
        {
            self.acts.retain(|a| !matches!(a.kind, ActKind::Other));
            self.act(ActKind::Yes, 0..self.parts.len());
        }
        self.agree_first();
        if self.acts.is_empty() && !self.parts.is_empty() {
            self.act(ActKind::Other, 0..self.parts.len());
        }
        self.acts
    }
}
