//! Words beside what is ordered: a wish in its own words, what is only told, another matter, what they come near to, a number
//! that counts something else.

use std::collections::HashSet;
use std::ops::Range;

use crate::lang::cue::Cue;
use crate::lang::understand::Words;
use crate::shop::ItemId;

use super::act::Which;
use super::lexicon::{ROOT, Sense, quality};
use super::line::Line;
use super::loose::{Loose, LooseKind};
use super::part::{Amount, Part};
use super::phrases;
use super::tokens::{Break, Normaliser};
use super::utterance::Utterance;

/// Words by which something is told rather than wished.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    verbs: HashSet<String>,
    subjects: HashSet<String>,
    relatives: HashSet<String>,
}

impl Telling {
    pub fn new(words: &Words, normaliser: &Normaliser) -> Telling {
        let [verbs, subjects, relatives] =
            [&words.telling, &words.subjects, &words.relatives].map(|words| phrases::single(words, normaliser));
        Telling { verbs, subjects, relatives }
    }
}

impl Utterance<'_, '_> {
    /// A wish as it was said, without the politeness after it.
    pub fn note(&self, parts: &Range<usize>) -> String {
        let polite = |at: usize| {
            let cues = self.parts[at].cues();
            cues.has(Cue::Thanks) || cues.has(Cue::Fine) && cues.has(Cue::Filler)
        };
        let mut end = parts.end;
        while end > parts.start + 1 && polite(end - 1) {
            end -= 1;
        }
        self.words(&(parts.start..end))
    }

    /// "…, my teeth aren't what they were", "I'm not that hungry": a clause of its own that tells of something is no wish.
    pub(super) fn tells_of(&self, parts: &Range<usize>) -> bool {
        let opens = |at: &usize| self.parts[*at].before != Break::None || self.parts[*at].is(Cue::And);
        let start = (0..=parts.start).rev().find(opens).unwrap_or(0);
        let clause = &self.parts[start..parts.end];
        let thing = |p: &Part| p.sense().is_some_and(Sense::is_thing);
        if self.tells_more(parts.start) {
            return true;
        }
        let asks = |p: &Part| p.cues().any(&[Cue::Want, Cue::Put, Cue::With, Cue::Change, Cue::Wish]);
        let telling = |p: &Part| self.is_telling(p);
        // "I'm not that hungry", but "not too hot, it was cold last time".
        let wish = clause.iter().position(|p| p.is(Cue::NotToo));
        if wish.is_some_and(|at| !clause[..at].iter().any(telling)) {
            return false;
        }
        clause.iter().any(telling) && !clause.iter().any(|p| asks(p) || thing(p) || p.participle && !telling(p))
    }

    /// Whether it is a verb that tells of something, or says what somebody did ("I measured again").
    pub(super) fn is_telling(&self, part: &Part) -> bool {
        let telling = &self.lexicon.telling;
        let who = part.tokens.start.checked_sub(1).filter(|_| part.participle && part.before == Break::None);
        part.tokens.clone().any(|token| telling.verbs.contains(self.tokens.key(token)))
            || who.is_some_and(|token| telling.subjects.contains(self.tokens.key(token)))
    }

    /// "The spray *that keeps the water off*", but "I'd like that gift wrapped": more of the thing right before it.
    fn tells_more(&self, at: usize) -> bool {
        let Some(thing) = at.checked_sub(2) else { return false };
        let [thing, joint, first] = &self.parts[thing..=at] else { return false };
        let named = thing.is_unknown() || thing.sense().is_some_and(Sense::is_thing);
        let one_breath = joint.before == Break::None && first.before == Break::None;
        let relative = |token| self.lexicon.telling.relatives.contains(self.tokens.key(token));
        named && one_breath && joint.tokens.len() == 1 && joint.tokens.clone().any(relative)
    }

    /// "The chicken salad, the grilled one", "lights, the white string lights": more words of the name of what was named, or
    /// of what was chosen of it.
    pub(super) fn names_again(&self, parts: &Range<usize>, line: &Line) -> bool {
        let Which::Item(item) = &line.which else { return false };
        let chosen = |p: &Part| {
            let of = |s: &Sense| line.choices.iter().any(|c| !c.negated && s.options.contains(&c.option));
            p.sense().is_some_and(of)
        };
        let own = |p: &Part| {
            p.tokens.clone().all(|at| {
                let sense = self.lexicon.trie.alone(self.tokens.key(at));
                sense.is_some_and(|s| s.items.contains(item) || s.items_weaker.contains(item))
            })
        };
        let small = |p: &Part| p.cues().any(&[Cue::One, Cue::Definite]) && p.amount().is_none();
        // "Fries on the side", where the fries are the side.
        let list = |at: usize| self.lexicon.trie.alone(self.tokens.key(at)).and_then(|s| s.list);
        let before = parts.start.checked_sub(1).map(|at| &self.parts[at]).filter(|p| chosen(p));
        let options = before.and_then(Part::sense).map_or(&[][..], |s| &s.options);
        let words = self.parts[parts.clone()].iter().flat_map(|p| p.tokens.clone());
        if words.filter_map(list).any(|list| options.iter().any(|o| o.list == list)) {
            return true;
        }
        let parts = &self.parts[parts.clone()];
        parts.iter().any(own) && parts.iter().all(|p| own(p) || chosen(p) || small(p))
    }

    /// "…, she's mad about fish": a clause that tells of something before it names anything wants nothing of that. Where it
    /// ends.
    pub(super) fn told_of(&self, at: usize) -> Option<usize> {
        if self.parts[at].before == Break::None {
            return None;
        }
        let end = (at + 1..self.parts.len()).find(|n| self.parts[*n].before != Break::None).unwrap_or(self.parts.len());
        let thing = |p: &Part| p.amount().is_some() || p.sense().is_some_and(|s| s.is_thing() || s.list.is_some());
        let first = (at..end).find(|n| thing(&self.parts[*n]))?;
        // "My umbrella just broke": what is told of a thing that somebody has.
        let has = self.parts[at].is(Cue::Definite)
            && self.parts[at..first].iter().all(|p| p.is(Cue::Definite) || p.is_filler());
        let telling = |p: &Part| p.is_unknown() && self.is_telling(p);
        if has && let Some(verb) = (first + 1..end.min(first + 4)).find(|n| telling(&self.parts[*n])) {
            let wants = (verb..end).any(|n| self.parts[n].cues().any(&[Cue::Want, Cue::With, Cue::Not, Cue::Change]));
            let small = |n: &usize| self.parts[*n].is_unknown() || self.parts[*n].is_filler();
            let stop = (verb + 1..end).find(|n| !small(n)).unwrap_or(end);
            return (!wants).then_some(stop);
        }
        let before = &self.parts[at..first];
        let told = before.iter().take(3).position(telling)?;
        let asks = [Cue::Want, Cue::Put, Cue::With, Cue::Change, Cue::Not, Cue::Remove, Cue::Swap];
        let foreign = before[told + 1..].iter().any(Part::is_unknown);
        (foreign && !self.parts[at..end].iter().any(|p| p.cues().any(&asks))).then_some(end)
    }

    /// "Thirteen and a half, it's freezing in our house": a number that answers what was asked, before talk. Where that begins.
    pub(super) fn numbers_before_talk(&mut self, at: usize) -> Option<usize> {
        let list = self.expect.list?;
        let amount = self.parts[at].amount().filter(|a| !a.article)?;
        self.menu().numbered(list, i64::from(amount.value))?;
        let rest = &self.parts[at + 1..self.stop(at + 1)];
        let parted = rest.first().is_some_and(|p| p.before != Break::None || p.is_filler());
        let thing = |p: &Part| p.amount().is_some() || p.sense().is_some_and(Sense::is_thing);
        if !parted || !rest.iter().any(Part::is_unknown) || rest.iter().any(thing) {
            return None;
        }
        self.edits(vec![Loose { kind: LooseKind::Amount(amount), parts: at..at + 1 }], false);
        Some(at + 1)
    }

    /// A sentence that is about something else: asks what no shop answers, or is mostly words that mean nothing here.
    /// `headed`: it goes on after something that was ordered.
    pub(super) fn other_matter(&self, at: usize, headed: bool) -> bool {
        let sentence = at..self.stop(at + 1);
        let parts = &self.parts[sentence];
        let wanted = parts.iter().any(|p| {
            p.cues().any(&[Cue::Want, Cue::Put, Cue::Change, Cue::Not, Cue::Unwanted, Cue::Bare]) && !p.is(Cue::Filler)
        });
        if wanted {
            return false;
        }
        // "Mild, I can't handle spice": what was asked is answered.
        let answers = |p: &Part| {
            let named = |s: &Sense| s.options_quality >= quality::VARIANT && s.cues.is_empty();
            let asked = |s: &Sense| s.options.iter().any(|o| Some(o.list) == self.expect.list);
            p.slips == 0 && p.sense().is_some_and(|s| named(s) && asked(s))
        };
        // "No, actually the castle, she's mad about knights"
        let corrects = |p: &&Part| p.cues().any(&[Cue::Correct, Cue::No]) && !p.sense().is_some_and(Sense::is_thing);
        let led = parts.iter().skip_while(|p| p.is_filler()).take_while(corrects).count();
        let named = |p: &Part| p.slips == 0 && p.sense().is_some_and(|s| s.quality() >= quality::NAME && s.is_thing());
        if led > 0
            && !self.expect.cart.is_empty()
            && parts.iter().find(|p| !p.is_filler() && !corrects(p)).is_some_and(named)
        {
            return false;
        }
        let unknown = parts.iter().filter(|p| p.is_unknown()).count();
        let question = parts.iter().any(|p| self.tokens.list[p.tokens.start].question);
        if !question && parts.iter().find(|p| !p.is_filler()).is_some_and(answers) {
            return false;
        }
        let known = parts.iter().filter(|p| p.sense().is_some_and(Sense::is_thing)).count();
        let counted = parts.iter().any(|p| p.amount().is_some());
        let opens = self.parts[at].cues().any(&[Cue::AskOther, Cue::AskIs, Cue::AskWhat]);
        if opens && (question || unknown > 0 || known == 0) || self.asks_why(at) {
            return true;
        }
        let said_before = headed || !self.acts.is_empty() || !self.expect.cart.is_empty();
        // "can you stir it well?"
        let of_it = parts.windows(2).any(|p| p[0].is_unknown() && p[1].cues().any(&[Cue::It, Cue::Them]));
        if said_before && of_it && !opens {
            return false;
        }
        let wish = said_before
            && parts
                .first()
                .is_some_and(|p| p.is_unknown() || p.is(Cue::With) || p.cues().any(&[Cue::Extra, Cue::Light]));
        !wish && unknown > 0 && (unknown > known + usize::from(counted) || question && unknown >= known)
    }

    /// "When should I plant tomatoes", "why are the chips so good": what is named there without a number is not wanted.
    fn asks_why(&self, at: usize) -> bool {
        let asks = |p: &Part| p.is(Cue::AskOther) && !p.cues().any(&[Cue::Want, Cue::Filler, Cue::AskWhat, Cue::AskIs]);
        let end = (at + 1..self.parts.len()).find(|p| self.parts[*p].before != Break::None);
        let clause = &self.parts[at..end.unwrap_or(self.parts.len())];
        let first = clause.iter().position(|p| p.sense().is_some_and(Sense::is_thing));
        asks(&self.parts[at]) && first.is_some_and(|first| clause[..first].iter().all(|p| p.amount().is_none()))
    }

    /// Items that share a word with what was said, best first.
    pub fn near(&self, parts: &Range<usize>) -> Vec<ItemId> {
        let mut found: Vec<(ItemId, u32)> = Vec::new();
        for part in &self.parts[parts.clone()] {
            for at in part.tokens.clone() {
                let key = self.tokens.key(at);
                let word = self.lexicon.trie.nearest(key).map_or(self.lexicon.trie.word(key), |(word, _)| word);
                let Some(sense) = self.lexicon.trie.step(ROOT, word).and_then(|node| self.lexicon.trie.sense(node))
                else {
                    continue;
                };
                for item in sense.items.iter().take(6) {
                    match found.iter_mut().find(|(known, _)| known == item) {
                        Some((_, score)) => *score += u32::from(sense.items_quality),
                        None => found.push((*item, u32::from(sense.items_quality))),
                    }
                }
            }
        }
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(3);
        found.into_iter().map(|(item, _)| item).collect()
    }

    /// "I have three kids": a number among words that nobody here knows is of what these say, and of no line.
    pub(super) fn counts_something_else(&self, range: &Range<usize>, loose: &[Loose]) -> bool {
        // "two more minutes"
        let next_unknown =
            |l: &Loose| self.parts.get(l.parts.end).is_some_and(|p| p.before == Break::None && p.is_unknown());
        let plain = |l: &Loose, a: Amount| !a.another && (!a.more || next_unknown(l)) && a.unit.is_none();
        let counts = |l: &Loose| matches!(l.kind, LooseKind::Amount(a) if plain(l, a));
        let parts = &self.parts[range.clone()];
        let changes = |p: &Part| p.cues().any(&[Cue::Put, Cue::Change, Cue::Correct, Cue::Only, Cue::OfThem]);
        !loose.is_empty()
            && loose.iter().all(counts)
            && self.expect.cart.len() + usize::from(self.expect.quantity) > 0
            && parts.iter().any(Part::is_unknown)
            && !parts.iter().any(changes)
    }
}
