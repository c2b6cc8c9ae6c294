//! "Make it bigger", "a size smaller", "the latte one size up": the next size of what stands in the cart.

use crate::lang::cue::Cue;
use crate::shop::{OptionListId, Shop};

use super::act::*;
use super::lexicon::Sense;
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
    let of_sizes = |list: &crate::shop::OptionList| {
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
        let parted = |n: &usize| self.parts[*n].before != Break::None || self.parts[*n].is(Cue::And);
        let end = (at + 1..self.parts.len()).find(parted).unwrap_or(self.parts.len());
        let steps = |n: &usize| self.parts[*n].cues().any(&STEPS);
        let (step, None) = ((at..end).find(steps)?, (at..end).filter(steps).nth(1)) else { return None };
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
        let fits = |n: usize| {
            let part = &self.parts[n];
            let thing = part.sense().is_some_and(Sense::is_thing);
            let telling = part.tokens.clone().any(|at| self.lexicon.telling.contains(self.tokens.key(at)));
            let small =
                thing || part.is_filler() || part.cues().any(&small) || part.amount().is_some_and(|a| a.article);
            // "The bigger one"
            let one = n == step + 1 && part.amount().is_some_and(|a| a.count() == Some(1));
            n == step || one || small && !telling
        };
        let adds = |p: &Part| p.cues().any(&[Cue::Besides, Cue::Again]);
        if !(at..end).all(fits) || self.parts[at..end].iter().any(adds) {
            return None;
        }
        let Order { lines, loose, .. } = self.read(at..end);
        let target = match lines.into_iter().next() {
            // "My daughter would like a smaller latte"
            Some(line) if line.amount.is_some() => return None,
            Some(line) => Target::Described { which: Some(self.standing(&line)?), choices: line.choices },
            None if loose.iter().all(|l| !matches!(l.kind, super::loose::LooseKind::Choice { .. })) => {
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
}
