//! What was said with no item that it can belong to.

use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::shop::{OptionId, OptionListId};

use super::order::Reader;
use super::part::Amount;
use super::pick::Pick;

#[derive(Debug, Clone)]
pub struct Loose {
    pub kind: LooseKind,
    pub parts: Range<usize>,
}

impl Loose {
    /// The option that is surely taken by it.
    pub fn taken(&self) -> Option<OptionId> {
        match &self.kind {
            LooseKind::Choice { choice, sure, .. } if !choice.negated && *sure >= 0.9 => Some(choice.option),
            _ => None,
        }
    }

    /// All that it may be.
    pub fn options(&self) -> Vec<OptionId> {
        match &self.kind {
            LooseKind::Choice { options, .. } => options.clone(),
            _ => Vec::new(),
        }
    }

    pub fn amount(&self) -> Option<Amount> {
        match self.kind {
            LooseKind::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    pub fn choice(self) -> Option<Choice> {
        match self.kind {
            LooseKind::Choice { choice, .. } => Some(choice),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub enum LooseKind {
    Choice {
        options: Vec<OptionId>,
        choice: Choice,
        sure: f32,
    },
    Amount(Amount),
    NoneOf(OptionListId),
    /// "no cheese": of these options none.
    Without(Vec<OptionId>),
    /// "plain": none of what comes on it.
    Bare,
    /// What follows is of the rest.
    Other,
}

impl Reader<'_, '_> {
    /// "cream on it, sorry, I mean coriander": what is put right was not meant.
    pub(super) fn unsay(&mut self, pick: &Pick) {
        let same = |l: &Loose| match &l.kind {
            LooseKind::Choice { choice, .. } => {
                !choice.negated && pick.options.iter().any(|o| o.list == choice.option.list)
            }
            _ => false,
        };
        if !pick.negated && self.out.loose.last().is_some_and(same) {
            self.out.loose.pop();
        }
    }

    pub(super) fn counted_loose(&self) -> bool {
        self.out.loose.iter().any(|l| matches!(l.kind, LooseKind::Amount(a) if !a.article))
    }

    pub(super) fn loose(&mut self, pick: &Pick, parts: Range<usize>) {
        let Some(option) = pick.options.first().copied() else { return };
        let choice = Choice { option, grade: pick.grade, negated: pick.negated, count: pick.count };
        let kind = LooseKind::Choice { options: pick.options.to_vec(), choice, sure: pick.sure };
        self.out.loose.push(Loose { kind, parts });
    }
}
