//! "all the toppings but onions", "both sauces", "the works": a list of options taken as a whole.

use std::ops::Range;

use crate::commerce::cart::Choice;
use crate::shop::{OptionId, OptionListId};

use super::element::{Element, ElementKind, State};
use super::line::{Line, merge};
use super::loose::{Loose, LooseKind};
use super::order::Reader;
use super::pick::Pick;

/// What was taken as a whole last, for what is then left out of it.
#[derive(Debug, Default)]
pub(super) struct Whole {
    list: Option<OptionListId>,
    /// "but", "except": what follows is left out.
    except: bool,
}

impl Whole {
    pub fn took(&mut self, list: OptionListId) {
        *self = Whole { list: Some(list), except: false };
    }

    /// After "but" and the like.
    pub fn but(&mut self) {
        self.except = self.list.is_some();
    }

    /// After "except": where no list was taken as a whole, what follows is refused.
    pub fn except(&mut self) {
        self.except = true;
    }

    /// Behind a pause it is said of other things.
    pub fn parted(&mut self) {
        self.except &= self.list.is_some();
    }

    pub fn refuses(&self) -> bool {
        self.except && self.list.is_none()
    }

    /// The option of it that is named only to be left out ("but onions", "no onions").
    pub fn leaves_out(&self, pick: &Pick) -> Option<OptionId> {
        let list = self.list.filter(|_| self.except || pick.negated)?;
        pick.options.iter().copied().find(|option| option.list == list)
    }
}

impl State<'_> {
    /// "all the toppings", "both sauces": what is said next is meant as a whole.
    pub(super) fn after_all(&self) -> bool {
        matches!(self.said_last(), Some(ElementKind::Both))
    }

    /// "with everything but": what is said next is left out.
    pub(super) fn after_works(&self) -> bool {
        matches!(self.said_last(), Some(ElementKind::Works))
    }

    fn said_last(&self) -> Option<&ElementKind<'_>> {
        let mut back = self.out.iter().rev().map(|element| &element.kind);
        back.find(|kind| !matches!(kind, ElementKind::Filler | ElementKind::Of))
    }

    /// Whether all of something was refused ("plain", "no toppings"): what is excepted of that is wanted.
    pub(super) fn refused_whole(&self) -> bool {
        let all =
            |e: &Element| matches!(e.kind, ElementKind::Bare | ElementKind::NoneOf(_) | ElementKind::List(_, true));
        self.out.iter().any(all) && !self.took_whole()
    }

    /// Whether something was taken as a whole before ("all the toppings", "the works").
    pub(super) fn took_whole(&self) -> bool {
        self.out.iter().any(|e| {
            matches!(e.kind, ElementKind::Works | ElementKind::Both | ElementKind::OnBoth | ElementKind::List(_, false))
        })
    }
}

impl Reader<'_, '_> {
    /// Whether the list said at `at` is meant as a whole.
    pub(super) fn is_whole(&self, at: usize, list: OptionListId) -> bool {
        let small = |e: &&Element| matches!(e.kind, ElementKind::Filler | ElementKind::Of);
        let before = self.elements[..at].iter().rev().find(|e| !small(e));
        matches!(before, Some(Element { kind: ElementKind::Both, .. })) && !self.menu.chooses_one(list)
    }

    /// Take all of the list on the line being read, else on the last that has it, else on what stands in the cart.
    pub(super) fn take_whole(
        &mut self,
        list: OptionListId,
        parts: Range<usize>,
        lines: &mut [Line],
        line: Option<&mut Line>,
    ) {
        let takes = |l: &Line| !l.negated && self.menu.accepts_list(&l.which, list);
        let own = line.filter(|l| takes(l));
        let target = match own {
            Some(line) => Some(line),
            None => lines.iter_mut().rev().find(|l| takes(l)),
        };
        match target {
            Some(line) => {
                for option in self.menu.all_of(&line.which, list) {
                    merge(&mut line.choices, self.menu, Choice::plain(option));
                }
                line.cover(&parts);
            }
            None => {
                for index in 0..self.menu.options_in(list) {
                    let option = OptionId { list, index };
                    let kind = LooseKind::Choice { options: vec![option], choice: Choice::plain(option), sure: 1.0 };
                    self.out.loose.push(Loose { kind, parts: parts.clone() });
                }
            }
        }
    }

    /// "the works", where it is plain what they are; else a wish, word for word.
    pub(super) fn take_works(
        &mut self,
        parts: Range<usize>,
        lines: &mut [Line],
        line: Option<&mut Line>,
    ) -> Option<OptionListId> {
        let spoken = line.as_deref().or(lines.iter().rev().find(|l| !l.negated)).map(|l| l.which.clone())?;
        match self.menu.put_on(&spoken) {
            Some(list) => {
                self.take_whole(list, parts, lines, line);
                Some(list)
            }
            None => {
                if let Some(spoken) = line.or(lines.iter_mut().rev().find(|l| !l.negated)) {
                    spoken.cover(&parts);
                    spoken.notes.push(parts);
                }
                None
            }
        }
    }

    /// Leave an option out of what was taken as a whole.
    pub(super) fn leave_out(&mut self, option: OptionId, lines: &mut [Line], line: Option<&mut Line>) {
        for line in lines.iter_mut().chain(line) {
            line.choices.retain(|choice| choice.option != option);
        }
        self.out
            .loose
            .retain(|loose| !matches!(&loose.kind, LooseKind::Choice { choice, .. } if choice.option == option));
    }
}
