//! Which option belongs to which item. Between two items what was said is cut where the shop's structure and the
//! order of words agree best: an item takes only its own lists, a choose-one list is filled once, "with" looks back,
//! a number looks forward.

use crate::shop::{OptionId, OptionListId};

use super::act::Which;
use super::element::{Element, ElementKind};
use super::line::Line;
use super::menu::Menu;
use super::order::Reader;
use super::pick::Pick;
use super::tokens::Break;

/// An option on an item that cannot have it.
const FOREIGN: u32 = 10;
/// A second option in a choose-one list.
const TWICE: u32 = 6;
/// A describing word left behind right before the item that could have it.
const STRANDED: u32 = 3;
const CUT_INSIDE: u32 = 2;

pub struct Gap<'e, 'l> {
    pub menu: &'e Menu,
    pub elements: &'e [Element<'l>],
    /// The item before, and the choose-one lists that it has filled before this gap.
    pub left: &'e Which,
    pub filled: &'e [OptionListId],
    pub right: &'e Which,
    /// The choose-one lists that the right item has filled by what stands behind it.
    pub behind: &'e [OptionListId],
    /// A comma stands before the right item: "turkey half white, ham half white".
    pub parted: bool,
}

impl Reader<'_, '_> {
    /// "Cheddar on the turkey, swiss on the ham", "and caramel on the soy one": where what is said before "on the ham" begins.
    pub(super) fn joint(&self, from: usize, start: usize) -> usize {
        let joint = |at: &usize| self.elements[*at].before != Break::None || self.elements[*at].is_and();
        let last = (from..start).rev().find(joint);
        last.map_or(from, |at| at + usize::from(self.elements[at].is_and()))
    }

    /// Whether the option at `at` stands beside another of its list that was said of the line: "crimson or ochre", "crimson
    /// and ochre". `again`: it takes the other's place.
    pub(super) fn stands_beside(&self, at: usize, pick: &Pick, option: OptionId, again: bool, line: &mut Line) -> bool {
        let torn = !again && line.torn(self.menu, option);
        let mut back = self.elements[..at].iter().rev().filter(|e| !matches!(e.kind, ElementKind::Filler));
        line.or |= pick.or_previous;
        line.and |= torn && back.next().is_some_and(Element::is_and);
        pick.or_previous || torn
    }

    /// "牛肉粉微辣排骨粉不辣": choose-one lists of which the item at `head` has one behind it, and so has each that follows in
    /// the same breath.
    pub(super) fn filled_behind(&self, head: usize) -> Vec<OptionListId> {
        let mut lists = Vec::new();
        let ElementKind::Head(item) = &self.elements[head].kind else { return lists };
        for (at, element) in self.elements.iter().enumerate().skip(head + 1) {
            match &element.kind {
                _ if element.before != Break::None => break,
                ElementKind::Choice(pick) if !pick.negated => {
                    let taken = pick.for_item(self.menu, &item.which).map(|option| option.list);
                    lists.extend(taken.filter(|list| self.menu.chooses_one(*list)));
                }
                ElementKind::Head(_) => {
                    let further = self.filled_behind(at);
                    lists.retain(|list| further.contains(list));
                    break;
                }
                ElementKind::Filler | ElementKind::Of => {}
                _ => break,
            }
        }
        lists
    }
}

impl Gap<'_, '_> {
    /// Whether nothing but "of" stands between an element and the right item.
    fn is_of_right(&self, at: usize) -> bool {
        let small = |e: &Element| matches!(e.kind, ElementKind::Filler | ElementKind::Of) && e.before == Break::None;
        let rest = &self.elements[at + 1..];
        rest.iter().all(small) && rest.iter().any(|e| matches!(e.kind, ElementKind::Of))
    }

    /// Where the part of the right item begins: elements from there on are said of it.
    pub fn cut(&self) -> usize {
        let n = self.elements.len();
        let floor = self.floor();
        let tail = self.tail();
        // Cost of giving all from each place on to the right item, then of giving all before it to the left.
        let mut right = vec![0u32; n + 1];
        let mut lists: Vec<OptionListId> = self.behind.to_vec();
        for at in (floor..n).rev() {
            let mut cost = 0;
            match &self.elements[at].kind {
                ElementKind::Choice(pick) => {
                    match pick.for_item(self.menu, self.right) {
                        None => cost += FOREIGN,
                        Some(option) if self.menu.chooses_one(option.list) => {
                            if lists.contains(&option.list) && !pick.or_previous {
                                cost += TWICE;
                            }
                            lists.push(option.list);
                        }
                        Some(_) => {}
                    }
                    cost += if pick.negated || pick.verbal { STRANDED } else { 0 };
                }
                ElementKind::Want => cost += 1,
                _ => {}
            }
            right[at] = right[at + 1] + cost;
        }
        let mut best = (u32::MAX, n);
        let mut left = 0;
        let mut filled = self.filled.to_vec();
        for (at, after) in right.iter().enumerate() {
            if at >= floor {
                let cost = left + after + self.junction(at);
                if cost <= best.0 {
                    best = (cost, at);
                }
            }
            if let Some(element) = self.elements.get(at) {
                match &element.kind {
                    // "… and a slice of chicken pie"
                    ElementKind::Choice(pick)
                        if self.is_of_right(at) && pick.for_item(self.menu, self.right).is_some() =>
                    {
                        left += FOREIGN;
                    }
                    ElementKind::Choice(pick) => left += self.left_cost(at + 1 >= tail, pick, &mut filled),
                    ElementKind::Unknown if at > 0 && at + 1 >= tail => left += STRANDED,
                    _ => {}
                }
            }
        }
        best.1
    }

    /// What cannot be said before the item it belongs to: with, add, it, a number of its own, the end of a sentence.
    fn floor(&self) -> usize {
        let blocks = |e: &Element| {
            matches!(
                e.kind,
                ElementKind::With
                    | ElementKind::Put
                    | ElementKind::ChangeIt
                    | ElementKind::It
                    | ElementKind::Amount(_)
                    | ElementKind::Both
                    | ElementKind::OnBoth
            )
        };
        let Some(last) = self.elements.iter().rposition(|e| blocks(e) || e.before == Break::Stop) else { return 0 };
        let element = &self.elements[last];
        // A sentence that begins here, and "… with large fries", may be the right item's as a whole.
        let opens = matches!(element.kind, ElementKind::With | ElementKind::Put) || !blocks(element);
        if opens { last } else { last + 1 }
    }

    fn left_cost(&self, adjacent: bool, pick: &Pick, filled: &mut Vec<OptionListId>) -> u32 {
        let Some(option) = pick.for_item(self.menu, self.left) else { return FOREIGN };
        let mut cost = 0;
        if self.menu.chooses_one(option.list) && !pick.negated {
            if filled.contains(&option.list) && !pick.or_previous {
                cost += TWICE;
            }
            filled.push(option.list);
        }
        if adjacent
            && !pick.verbal
            && pick.for_item(self.menu, self.right).is_some_and(|o| self.menu.chooses_one(o.list))
        {
            cost += STRANDED;
        }
        cost
    }

    /// From this element on nothing parts what is said from the item on the right.
    fn tail(&self) -> usize {
        let describes =
            |e: &&Element| matches!(e.kind, ElementKind::Choice(_) | ElementKind::Unknown) && e.before == Break::None;
        if self.parted {
            return self.elements.len() + 1;
        }
        self.elements.len() - self.elements.iter().rev().take_while(describes).count()
    }

    fn junction(&self, at: usize) -> u32 {
        let separates = |e: &Element| {
            !matches!(e.kind, ElementKind::Choice(_) | ElementKind::Filler | ElementKind::With | ElementKind::Put)
                || e.before != Break::None
        };
        let Some(first) = self.elements.get(at) else {
            // All to the left: fine unless the last thing joins on to the right.
            let last = self.elements.last().is_some_and(|e| matches!(e.kind, ElementKind::Choice(_)));
            return u32::from(last && !self.parted);
        };
        match first.kind {
            _ if at == 0 && !matches!(first.kind, ElementKind::With | ElementKind::Put) => 0,
            ElementKind::With | ElementKind::Put => CUT_INSIDE,
            _ if separates(first) => 0,
            _ if at > 0 && separates(&self.elements[at - 1]) => 1,
            _ => CUT_INSIDE,
        }
    }
}
