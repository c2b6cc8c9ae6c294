//! What is told to be done to what was ordered, by a verb that the shop has as an option: "slice the rye", "toast both",
//! "could you heat it"; and "keep the latte".

use std::collections::HashMap;

use crate::commerce::cart::{Choice, Quantity};
use crate::lang::cue::Cue;
use crate::lang::understand::Endings;
use crate::shop::{OptionId, OptionListId, Shop};

use super::act::*;
use super::lexicon::{Sense, quality};
use super::loose::{Loose, LooseKind};
use super::part::Part;
use super::phrases::words;
use super::tokens::{Break, Normaliser};
use super::utterance::Utterance;

/// Options that are called by what is done to a thing ("sliced"), by the verb that tells to do it.
#[derive(Debug, Default)]
pub(super) struct Verbs(HashMap<String, Vec<OptionId>>);

impl Verbs {
    pub fn new(shop: &Shop, endings: &Endings, normaliser: &Normaliser) -> Verbs {
        let mut verbs: HashMap<String, Vec<OptionId>> = HashMap::new();
        for (list, of) in shop.option_lists.iter().enumerate() {
            for (index, option) in of.options.iter().enumerate() {
                let (Ok(list), Ok(index)) = (u16::try_from(list), u16::try_from(index)) else { continue };
                let id = OptionId { list: OptionListId(list), index };
                let names = std::iter::once(&option.names.title).chain(&option.names.also);
                for name in names.filter(|name| endings.fit(name)) {
                    let [word] = &words(name, normaliser)[..] else { continue };
                    for verb in endings.ends.iter().filter_map(|end| word.strip_suffix(end.as_str())) {
                        // "chopped" is told by "chop".
                        let mut letters = verb.chars().rev();
                        let doubled = letters.next().is_some_and(|last| letters.next() == Some(last));
                        let single = doubled.then(|| verb[..verb.len() - 1].to_string());
                        for key in single.into_iter().chain([verb.to_string()]) {
                            let known = verbs.entry(key).or_default();
                            if !known.contains(&id) {
                                known.push(id);
                            }
                        }
                    }
                }
            }
        }
        Verbs(verbs)
    }
}

impl Utterance<'_, '_> {
    /// "slice the rye", "can you toast the first one", "heat it": what the verb makes of it is chosen for the line spoken
    /// of. Where the sentence ends that says so.
    pub(super) fn told_to(&mut self, at: usize) -> Option<usize> {
        let standing = !self.expect.cart.is_empty() || self.acts.iter().any(|a| matches!(a.kind, ActKind::Add(_)));
        if !standing || self.lexicon.verbs.0.is_empty() {
            return None;
        }
        let leads = |p: &Part| {
            let thing = p.sense().is_some_and(Sense::is_thing);
            !thing
                && (p.is_filler()
                    || p.cues().any(&[Cue::Want, Cue::Correct, Cue::And, Cue::But, Cue::Put, Cue::No, Cue::Forbid]))
        };
        let verb = (at..self.parts.len().min(at + 5)).find(|n| !leads(&self.parts[*n]))?;
        let options = self.verb_told(verb)?.to_vec();
        // "Don't wrap the penguin"
        let forbidden = verb > at && self.parts[verb - 1].is(Cue::Forbid);
        let ends = |n: &usize| {
            let part = &self.parts[*n];
            let wants = part.is_plainly(Cue::Want) && !part.is_filler();
            part.before == Break::Stop || part.is(Cue::And) || wants || self.verb_told(*n).is_some()
        };
        let end = (verb + 1..self.parts.len()).find(ends).unwrap_or(self.parts.len());
        // "Toast all of them except the plain one"
        let but = |n: &usize| self.parts[*n].cues().any(&[Cue::Except, Cue::But]);
        let but = (verb + 1..end).find(but);
        let spared = but.and_then(|but| self.one_standing(&(but + 1..end)));
        let rest = verb + 1..but.filter(|_| spared.is_some()).unwrap_or(end);
        let order = self.read(rest.clone());
        let which = order.lines.first().and_then(|line| self.standing(line));
        if !order.lines.is_empty() && which.is_none() {
            // "Wrap the doll but not the tractor", where which doll is still to be said: the tractor is let be.
            spared?;
            self.act(ActKind::Other, verb..end);
            return Some(end);
        }
        let both = self.parts[rest.clone()].iter().any(|p| p.is(Cue::Both));
        let pointed = self.is_pointed(&rest, &order.loose);
        let more: Vec<Choice> = order.lines.into_iter().flat_map(|line| line.choices).collect();
        let loose: Vec<Choice> = order.loose.into_iter().filter_map(Loose::choice).collect();
        let (described, said) = if pointed { (loose, more) } else { (vec![], more.into_iter().chain(loose).collect()) };
        let fits = |o: &&OptionId| match &which {
            Some(which) => self.menu().accepts(which, **o),
            None => {
                let added = |a: &Act| matches!(&a.kind, ActKind::Add(of) if self.menu().accepts(&of.which, **o));
                self.expect.cart.iter().any(|item| self.menu().offers(*item, **o)) || self.acts.iter().any(added)
            }
        };
        let option = *options.iter().find(fits)?;
        // "slice it thick": which way, says the word behind it.
        let own = said.iter().any(|choice| choice.option.list == option.list);
        let told = (!own).then(|| Choice { negated: forbidden, ..Choice::plain(option) });
        // "Wrap one of the tractors"
        let some = self.some_of(&rest).map(|(_, number)| number).or_else(|| self.some_of_them(verb + 1));
        let some = some.map(Edit::Quantity);
        let edits: Vec<Edit> = some.into_iter().chain(told.into_iter().chain(said).map(Edit::Choose)).collect();
        let target = match (self.pointer(&rest), which) {
            (Some(Target::All), None) if both => {
                self.act(ActKind::Fragment { edits, all: true }, verb..end);
                if let Some(item) = spared {
                    let target = Target::Described { which: Some(Which::Item(item)), choices: Vec::new() };
                    self.act(ActKind::Change { target, edits: vec![Edit::Unchoose(option)] }, verb..end);
                }
                return Some(end);
            }
            (Some(target), None) => target,
            (_, Some(which)) => Target::Described { which: Some(which), choices: described },
            (None, None) if pointed => Target::Described { which: None, choices: described },
            (None, None) => Target::Last,
        };
        self.act(ActKind::Change { target, edits }, verb..end);
        Some(end)
    }

    /// "Don't cancel it", "I'd never cancel on you": what would take away is told not to be done.
    pub(super) fn is_forbidden(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let takes = part.cues().any(&[Cue::Remove, Cue::Cancel]) && !part.cues().any(&[Cue::Filler, Cue::Not]);
        let before = at.checked_sub(1).map(|last| &self.parts[last]).filter(|_| part.before == Break::None);
        takes && before.is_some_and(|p| p.is_plainly(Cue::Forbid))
    }

    /// "One of them": so many of those spoken of last.
    fn some_of_them(&self, at: usize) -> Option<Quantity> {
        let number = self.parts.get(at)?.amount().filter(|a| !a.article)?.count()?;
        let of_them = |p: &Part| p.before == Break::None && p.is_plainly(Cue::OfThem);
        self.parts.get(at + 1).is_some_and(of_them).then_some(Quantity::Count(number))
    }

    /// The options that the verb at `verb` tells, where it is said of something that is pointed out.
    pub(super) fn verb_told(&self, verb: usize) -> Option<&[OptionId]> {
        let part = &self.parts[verb];
        let key = (part.tokens.len() == 1).then(|| self.tokens.key(part.tokens.start))?;
        let options = self.lexicon.verbs.0.get(key)?;
        let next = self.parts.get(verb + 1).filter(|p| p.before == Break::None)?;
        let points = [Cue::Definite, Cue::It, Cue::Them, Cue::Both, Cue::Everything, Cue::Last, Cue::Other];
        let some = self.some_of(&(verb + 1..self.parts.len().min(verb + 3))).is_some();
        let some = some || self.some_of_them(verb + 1).is_some();
        let pointed = some || next.cues().any(&points) || next.sense().is_some_and(|s| s.ordinal.is_some());
        pointed.then_some(options)
    }

    /// "double the hooks", "double that": as many again of what stands. Where the sentence ends that says so.
    pub(super) fn doubles(&mut self, at: usize) -> Option<usize> {
        if self.expect.cart.is_empty() || !self.parts[at].is(Cue::Double) {
            return None;
        }
        let end = self.stop(at + 1);
        let order = self.read(at + 1..end);
        let target = match order.lines.into_iter().next() {
            Some(line) => Target::Described { which: Some(self.standing(&line)?), choices: line.choices },
            None if order.loose.is_empty() && order.unknown.is_empty() => Target::Last,
            None => return None,
        };
        self.act(ActKind::Change { target, edits: vec![Edit::Double] }, at..end);
        Some(end)
    }

    /// "Keep the latte", "no wait keep it".
    pub(super) fn keeps(&mut self, at: usize) -> Option<usize> {
        let leads = |p: &Part| {
            p.cues().any(&[Cue::Correct, Cue::No, Cue::And, Cue::But]) && !p.sense().is_some_and(Sense::is_thing)
        };
        let keep = (at..self.parts.len().min(at + 4)).find(|n| !leads(&self.parts[*n]))?;
        // "Leave the chess as it is", also where that is what an option of it is called.
        let as_it_is = |p: &Part| p.is(Cue::AsItIs) && (p.tokens.len() > 1 || p.is_plainly(Cue::AsItIs));
        let other = |p: &Part| p.before != Break::None || p.cues().any(&[Cue::And, Cue::But, Cue::Off, Cue::Not]);
        let left = || {
            let mut clause = (keep + 1..self.stop(keep + 1)).take_while(|n| !other(&self.parts[*n]));
            clause.find(|n| as_it_is(&self.parts[*n]))
        };
        let forbidden = self.is_forbidden(keep);
        let (from, end) = match &self.parts[keep] {
            part if part.is_plainly(Cue::Keep) || forbidden => (keep + 1, self.stop(keep + 1)),
            part if part.is_plainly(Cue::Leave) => (keep + 1, left()? + 1),
            _ => (keep, self.left_as_it_is(keep)?),
        };
        let order = self.read(from..end - usize::from(as_it_is(&self.parts[end - 1])));
        let it = self.parts[from..end].iter().any(|p| p.cues().any(&[Cue::It, Cue::Them, Cue::Both]));
        let target = match order.lines.into_iter().next() {
            Some(line) => {
                let which = self.standing(&line).unwrap_or(line.which);
                Target::Described { which: Some(which), choices: line.choices }
            }
            None if order.loose.is_empty() && (it || forbidden) => self.pointer(&(keep..end)).unwrap_or(Target::Last),
            None => return None,
        };
        self.act(ActKind::Keep { target }, keep..end);
        Some(end)
    }

    /// "leave the latte out and the tea as it is"
    pub(super) fn lets_be(&self, at: usize) -> bool {
        self.parts[at].cues().any(&[Cue::And, Cue::But]) && self.left_as_it_is(at + 1).is_some()
    }

    /// "Leave the buns", with nothing said of how they are to be left: they stay in the shop.
    pub(super) fn leaves(&self, at: usize) -> bool {
        let joined = |n: usize| self.parts.get(n).filter(|p| p.before == Break::None);
        let named = joined(at + 2).and_then(Part::sense).filter(|s| s.items_quality >= quality::VARIANT);
        joined(at + 1).is_some_and(|p| p.is_plainly(Cue::Definite))
            && named.is_some_and(|s| s.items.iter().any(|item| self.expect.cart.contains(item)))
            && joined(at + 3).is_none()
            // "Just leave the latte": the others go.
            && !at.checked_sub(1).is_some_and(|before| self.parts[before].is(Cue::Only))
    }

    /// "… and the tea as it is": where what stands is let be without a word for it. Its end.
    fn left_as_it_is(&self, at: usize) -> Option<usize> {
        let joined = |n: &usize| *n == at || self.parts[*n].before == Break::None;
        let as_it_is = |n: &usize| self.parts[*n].is(Cue::AsItIs) && self.parts[*n].tokens.len() > 1;
        let end = (at..self.parts.len()).take_while(joined).find(as_it_is)?;
        let ends = self.parts.get(end + 1).is_none_or(|p| p.before != Break::None || p.is_plainly(Cue::And));
        let plainly = match self.lexicon.bare {
            true => self.parts[at..end].iter().filter(|p| !p.is_filler()).count() == 1,
            false => self.parts[at].is_plainly(Cue::Definite),
        };
        (plainly && ends && self.one_standing(&(at..end)).is_some()).then_some(end + 1)
    }

    /// "Garlic and, no, just chilli": what was said before is taken back.
    pub(super) fn rather_only(&self, mut loose: Vec<Loose>) -> Vec<Loose> {
        let plain = |p: &Part| !p.sense().is_some_and(Sense::is_thing);
        let taken_back = |at: usize| {
            let between = &self.parts[loose[at - 1].parts.end.min(loose[at].parts.start)..loose[at].parts.start];
            let says = |cues: &[Cue]| between.iter().any(|p| p.cues().any(cues) && plain(p));
            says(&[Cue::Only]) && says(&[Cue::No, Cue::Correct])
        };
        match (1..loose.len()).rev().find(|at| taken_back(*at)) {
            Some(at) => loose.split_off(at),
            None => loose,
        }
    }

    /// "Just the mayo", of what can be had with several: these are to stay, and no others.
    pub(super) fn only_these(&self, loose: &[Loose]) -> Option<Edit> {
        let first = loose.first()?.parts.start;
        let small = |p: &Part| p.is(Cue::Definite) && p.sense().is_some_and(|s| !s.is_thing());
        let before = self.parts[..first].iter().rev().find(|p| !small(p))?;
        let many = |l: &Loose| match &l.kind {
            LooseKind::Choice { choice, .. } => {
                !choice.negated && choice.grade.is_none() && !self.menu().chooses_one(choice.option.list)
            }
            LooseKind::Amount(_)
            | LooseKind::NoneOf(_)
            | LooseKind::Without(_)
            | LooseKind::Bare
            | LooseKind::Other => false,
        };
        // "Just one sugar": so many of it; of the others nothing is said.
        let counted = self.parts[first].amount().is_some_and(|a| !a.article);
        if counted || !before.is(Cue::Only) || self.expect.cart.is_empty() || !loose.iter().all(many) {
            return None;
        }
        Some(Edit::Only(loose.iter().cloned().filter_map(Loose::choice).collect()))
    }
}
