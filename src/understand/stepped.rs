//! "Make it bigger", "a size smaller", "the latte one size up": the next size of what stands in the cart.

use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::lang::cue::Cue;
use crate::shop::{OptionList, OptionListId, Shop};

use super::act::*;
use super::lexicon::Sense;
use super::loose::LooseKind;
use super::order::Order;
use super::part::Part;
use super::phrases::Phrases;
use super::tokens::{Break, Normaliser};
use super::utterance::Utterance;

/// Option lists whose options are sizes by name, or differ in a number.
pub(super) fn lists(shop: &Shop, sizes: &Phrases, normaliser: &Normaliser) -> Vec<OptionListId> {
    let is_size = |title: &str| {
        let tokens = normaliser.tokens(title);
        title.chars().any(|c| c.is_ascii_digit()) || sizes.at(&tokens, 0).is_some_and(|end| end == tokens.len())
    };
    let of_sizes = |list: &OptionList| {
        let sized = list.options.iter().filter(|option| is_size(&option.names.title)).count();
        list.options.len() > 1 && 2 * sized >= list.options.len()
    };
    let lists = shop.option_lists.iter().enumerate().filter(|(_, list)| of_sizes(list));
    lists.filter_map(|(at, _)| u16::try_from(at).ok().map(OptionListId)).collect()
}

/// What says that another size is wanted.
pub(super) const STEPS: [Cue; 4] = [Cue::Bigger, Cue::Smaller, Cue::Biggest, Cue::Smallest];

impl Utterance<'_, '_> {
    /// Where the clause ends that says so.
    pub(super) fn steps(&mut self, at: usize) -> Option<usize> {
        let wanted = |act: &Act| matches!(act.kind, ActKind::Add(_) | ActKind::Fragment { .. });
        if self.expect.cart.is_empty() && !self.acts.iter().any(wanted) {
            return None;
        }
        let parted = |n: usize| n > at && (self.parts[n].before != Break::None || self.parts[n].is(Cue::And));
        let (mut end, mut step) = (at, None);
        // Only so far as all of it is said of a size.
        while end < self.parts.len() && !parted(end) {
            if self.parts[end].cues().any(&STEPS) {
                if step.replace(end).is_some() {
                    return None;
                }
            } else if !self.beside_step(end, step) {
                return None;
            }
            end += 1;
        }
        let step = step?;
        let Order { lines, loose, .. } = self.read(at..end);
        let target = match lines.into_iter().next() {
            // "My daughter would like a smaller latte"
            Some(line) if line.amount.is_some() => return None,
            Some(line) => Target::Described { which: Some(self.standing(&line)?), choices: line.choices },
            None if loose.iter().all(|l| !matches!(l.kind, LooseKind::Choice { .. })) => {
                self.pointer(&(at..end)).unwrap_or(Target::Last)
            }
            None => return None,
        };
        let up = self.parts[step].cues().any(&[Cue::Bigger, Cue::Biggest]);
        let far = self.parts[step].cues().any(&[Cue::Biggest, Cue::Smallest]);
        let edits = vec![Edit::Step { up, far, lists: self.lexicon.sized.clone() }];
        self.act(ActKind::Change { target, edits }, at..end);
        Some(end)
    }

    /// "Change the size to twenty": what is named is a choice, and never how many.
    pub(super) fn sets_size(&mut self, range: &Range<usize>) -> bool {
        let size = |p: &Part| {
            let called = p.tokens.clone().any(|at| self.lexicon.dimensions.contains(self.tokens.key(at)));
            !p.sense().is_some_and(Sense::is_thing) && (called || p.sense().is_some_and(|s| s.list.is_some()))
        };
        let Some(named) = range.clone().skip(1).find(|n| size(&self.parts[*n])) else { return false };
        let value = |p: &Part| p.amount().filter(|a| !a.article).map(|a| a.value).or(p.number);
        let Some(number) = (named + 1..range.end).find(|n| value(&self.parts[*n]).is_some()) else { return false };
        let to = self.parts[named + 1..number].iter().any(|p| p.is(Cue::To));
        // "Change the size of the mat to twenty" is said of the mat.
        let other = |n: usize| n != number && self.parts[n].sense().is_some_and(Sense::is_thing);
        let thing =
            (range.start + 1..range.end).any(other) || self.pointer(range).is_some_and(|target| target != Target::Last);
        let (Some(item), Some(value)) = (self.expect.cart.last().copied(), value(&self.parts[number])) else {
            return false;
        };
        if !self.parts[range.start].is(Cue::Change) || !to || thing {
            return false;
        }
        let option = self.menu().choice_numbered(item, i64::from(value));
        let turned =
            |option| ActKind::Change { target: Target::Last, edits: vec![Edit::Turned(Choice::plain(option))] };
        self.act(option.map_or(ActKind::Other, turned), range.clone());
        true
    }

    /// What may stand beside the word that says so: what it is said of, what points at that, and words that mean nothing.
    fn beside_step(&self, n: usize, step: Option<usize>) -> bool {
        let small = [
            Cue::Change,
            Cue::Want,
            Cue::Definite,
            Cue::Article,
            Cue::One,
            Cue::It,
            Cue::Them,
            Cue::On,
            Cue::To,
            Cue::Inside,
            Cue::Beside,
            Cue::Container,
            Cue::Correct,
            Cue::No,
            Cue::Put,
            Cue::Only,
            Cue::Fine,
            Cue::Other,
        ];
        let part = &self.parts[n];
        let amount = part.amount();
        // "The bigger one"
        if step.is_some_and(|step| step + 1 == n) && amount.is_some_and(|a| a.count() == Some(1)) {
            return true;
        }
        let thing = part.sense().is_some_and(Sense::is_thing);
        let small = thing || part.is_filler() || part.cues().any(&small) || amount.is_some_and(|a| a.article);
        small && !part.cues().any(&[Cue::Besides, Cue::Again]) && !self.is_telling(part)
    }
}
