//! Where each line begins to be spoken of: an item with its amount, or an amount that stands in for one.

use crate::shop::{OptionId, OptionListId};

use super::act::{Place, Which};
use super::element::{Element, ElementKind};
use super::order::Reader;
use super::part::Amount;
use super::tokens::Break;

/// Options named less well than this imply no item by themselves.
const SURE: f32 = 0.9;

/// A place where a line begins to be spoken of.
#[derive(Debug)]
pub(super) struct Anchor {
    /// The item, or the amount that stands in for it.
    pub at: usize,
    /// The first element that is surely of this line: its amount, or itself.
    pub from: usize,
    pub amount: Option<Amount>,
    pub stands_in: bool,
    pub other: bool,
    /// "the second one".
    pub nth: Option<Place>,
    /// "the large one".
    pub points: bool,
}

impl Anchor {
    /// What is said at `at` stands in for an item.
    fn standing_in(at: usize, amount: Option<Amount>) -> Anchor {
        Anchor { at, from: at, amount, stands_in: true, other: false, nth: None, points: false }
    }
}

impl Reader<'_, '_> {
    pub(super) fn find_anchors(&mut self, ordered: bool) {
        let real = (0..self.elements.len()).any(|at| self.head(at).is_some_and(|h| !h.negated));
        let mut previous: Option<Which> = None;
        let mut filled: Vec<OptionListId> = Vec::new();
        for at in 0..self.elements.len() {
            match &self.elements[at].kind {
                ElementKind::Head(_) if self.used[at] => {}
                ElementKind::Head(head) => {
                    let owned = self
                        .amount_before(at)
                        .filter(|a| {
                            !(at > 0
                                && matches!(self.elements[at - 1].kind, ElementKind::And)
                                && (self.implies_another(*a) || self.describes(*a, previous.as_ref())))
                        })
                        .filter(|a| self.anchors.last().is_none_or(|last| last.at < *a || last.from == *a));
                    previous = (!head.negated).then(|| head.which.clone()).or(previous);
                    if let Some(last) = self.anchors.last()
                        && last.stands_in
                        && Some(last.from) == owned
                    {
                        self.anchors.pop();
                    }
                    filled = self.elements[owned.unwrap_or_else(|| self.described_from(at))..at]
                        .iter()
                        .filter_map(|e| self.fills(e, previous.as_ref()))
                        .collect();
                    let amount = owned.and_then(|a| self.amount(a));
                    if let Some(a) = owned {
                        self.used[a] = true;
                    }
                    self.anchors.push(Anchor {
                        at,
                        from: owned.unwrap_or(at),
                        amount,
                        stands_in: false,
                        other: false,
                        nth: None,
                        points: false,
                    });
                }
                ElementKind::Choice(_) => filled.extend(self.fills(&self.elements[at], previous.as_ref())),
                ElementKind::Amount(amount) => {
                    let amount = *amount;
                    if self.used[at] {
                        continue;
                    }
                    if previous.is_none()
                        && self.elements[at..].iter().any(|e| matches!(e.kind, ElementKind::Nth(_)))
                        && !self.leads_to_head(at)
                    {
                        // "two of them. The first is …"
                        self.used[at] = true;
                        continue;
                    }
                    if self.or_amount(at) {
                        // "two or three": the second is meant.
                        self.used[at] = true;
                        continue;
                    }
                    if self.counts_option(at, previous.as_ref()) {
                        continue;
                    }
                    if self.leads_to_head(at) {
                        continue;
                    }
                    if self.leads_to_unknown(at) {
                        if previous.is_some() && self.is_one_of_several(at) {
                            self.used[at] = true;
                            filled.clear();
                            self.anchors.push(Anchor::standing_in(at, Some(amount)));
                        } else {
                            self.bury(at);
                        }
                        continue;
                    }
                    let options = self.choices_after(at);
                    let conflict = options.iter().any(|list| self.menu.chooses_one(*list) && filled.contains(list));
                    let plain = !amount.article && options.is_empty() && self.echoes(at) && previous.is_some();
                    let usable = previous.is_some() || !real && ordered || self.head_follows(at);
                    let foreign = self.implies_another(at);
                    let starts = if amount.article {
                        let first = previous.is_none() && !real;
                        let first = first && (conflict || !self.goes_on_with(at));
                        !options.is_empty() && (conflict || first || foreign && !self.goes_on_with(at))
                    } else {
                        !options.is_empty()
                    };
                    let usable = (usable || foreign && ordered) && !(previous.is_some() && self.points_at_it(at));
                    let shared = amount.article && !options.is_empty() && previous.is_none() && self.shares_head(at);
                    if (starts || plain || shared) && usable {
                        self.used[at] = true;
                        filled.clear();
                        previous = previous.or_else(|| self.menu.implied(&self.options_after(at)));
                        self.anchors.push(Anchor::standing_in(at, Some(amount)));
                    }
                }
                ElementKind::Half if previous.is_some() => {
                    if let Some(amount) = self.half_of_them(at) {
                        self.used[at] = true;
                        filled.clear();
                        self.anchors.push(Anchor::standing_in(at, Some(amount)));
                    }
                }
                ElementKind::Other if previous.is_some() && !self.choices_after(at).is_empty() => {
                    filled.clear();
                    self.anchors.push(Anchor { other: true, ..Anchor::standing_in(at, None) });
                }
                ElementKind::Nth(n)
                    if previous.is_some()
                        && !self.leads_to_head(at)
                        && (!self.choices_after(at).is_empty() || self.bare_next(at)) =>
                {
                    let n = Some(*n);
                    filled.clear();
                    self.anchors.push(Anchor { nth: n, ..Anchor::standing_in(at, None) });
                }
                ElementKind::Pointed if previous.is_some() => {
                    let option = |e: &&Element| matches!(e.kind, ElementKind::Choice(_));
                    let the = at - 1 - self.elements[..at].iter().rev().take_while(option).count();
                    filled.clear();
                    self.anchors.push(Anchor { points: true, ..Anchor::standing_in(the, None) });
                }
                _ => {}
            }
        }
    }

    /// "第三个什么都不加"
    fn bare_next(&self, at: usize) -> bool {
        self.elements.get(at + 1).is_some_and(|e| matches!(e.kind, ElementKind::Bare) && e.before == Break::None)
    }

    fn or_amount(&self, at: usize) -> bool {
        let next = |ahead: usize| self.elements.get(at + ahead).map(|e| &e.kind);
        // "two (2) lattes"
        let repeated =
            matches!(next(1), Some(ElementKind::Amount(a)) if Some(a.value) == self.amount(at).map(|a| a.value));
        repeated || matches!((next(1), next(2)), (Some(ElementKind::Or), Some(ElementKind::Amount(_))))
    }

    /// The list that an option fills on an item.
    fn fills(&self, element: &Element, which: Option<&Which>) -> Option<OptionListId> {
        match &element.kind {
            ElementKind::Choice(pick) if !pick.negated => pick.for_item(self.menu, which?).map(|o| o.list),
            _ => None,
        }
    }

    /// The amount that stands before a head, with nothing but describing words between.
    pub(super) fn amount_before(&self, at: usize) -> Option<usize> {
        let definite = self.head(at).is_some_and(|h| h.definite && h.in_cart);
        for back in (0..at).rev() {
            match &self.elements[back].kind {
                ElementKind::Amount(_) if self.used[back] => {}
                // "a shot of espresso to the latte"
                ElementKind::Amount(a) if definite && a.article => return None,
                ElementKind::Amount(_) if self.closes_amount(back) => return None,
                ElementKind::Amount(_) => return Some(back),
                ElementKind::Head(_) if self.used[back] => {}
                _ if self.elements[back].lies_between() => {}
                _ => return None,
            }
            if self.elements[back + 1].before == Break::Stop {
                return None;
            }
        }
        None
    }

    /// "three, no, make it two": what is corrected at once was not meant.
    pub(super) fn taken_back(&self, at: usize) -> bool {
        let mut after = self.elements[at + 1..].iter().filter(|e| !matches!(e.kind, ElementKind::Filler));
        matches!(after.next(), Some(Element { kind: ElementKind::Correct, .. }))
            && after.any(|e| match e.kind {
                ElementKind::Amount(_) | ElementKind::Head(_) => true,
                // "With gas, I mean sparkling"
                ElementKind::Choice(_) => matches!(self.elements[at].kind, ElementKind::Unknown),
                _ => false,
            })
    }

    pub(super) fn amount(&self, at: usize) -> Option<Amount> {
        match self.elements[at].kind {
            ElementKind::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    /// "a large with mushrooms and a coke", where no coke comes so: the options after the amount are of an item that
    /// nobody names, for no item that is named can be had with any of them.
    pub(super) fn implies_another(&self, at: usize) -> bool {
        let options = self.options_after(at);
        let named = (0..self.elements.len()).filter_map(|n| self.head(n)).filter(|h| !h.negated);
        let mut takers = named.filter(|h| options.iter().any(|o| self.menu.accepts_list(&h.which, o.list)));
        !options.is_empty() && takers.next().is_none() && self.menu.implied(&options).is_some()
    }

    /// "One with ceramic and a lid", with no item said: what can be had so and so is one thing.
    fn goes_on_with(&self, at: usize) -> bool {
        let picks = |element: &Element| match &element.kind {
            ElementKind::Choice(pick) => pick.options.first().copied(),
            _ => None,
        };
        let before: Vec<OptionId> = self.elements[..at].iter().filter_map(picks).collect();
        let counted = self.elements[..at].iter().any(|e| matches!(&e.kind, ElementKind::Amount(a) if !a.article));
        let named = self.elements.iter().any(|e| matches!(e.kind, ElementKind::Head(_)));
        let all = [&before[..], &self.options_after(at)].concat();
        counted && !named && !before.is_empty() && self.menu.implied(&all).is_some()
    }

    /// "Multipack of salted crisps": where what describes an item without a number begins.
    fn described_from(&self, head: usize) -> usize {
        let describes = |n: &usize| {
            let kind = &self.elements[*n].kind;
            matches!(kind, ElementKind::Choice(_) | ElementKind::Filler | ElementKind::Of)
                && self.elements[n + 1].before == Break::None
        };
        (0..head).rev().take_while(describes).last().unwrap_or(head)
    }

    /// "a mango lassi, a big one and chips": what is said of the item before, which can be had so.
    fn describes(&self, at: usize, previous: Option<&Which>) -> bool {
        let article = self.amount(at).is_some_and(|a| a.article);
        let options = self.options_after(at);
        let takes = |which: &Which| options.iter().all(|o| self.menu.accepts_list(which, o.list));
        article && !options.is_empty() && previous.is_some_and(takes)
    }

    /// The options said right after an element, each as the first thing that it can mean.
    fn options_after(&self, at: usize) -> Vec<OptionId> {
        let said = self.elements[at + 1..].iter().take_while(|e| {
            let goes_on = matches!(e.kind, ElementKind::Choice(_) | ElementKind::Filler | ElementKind::Of);
            goes_on && e.before != Break::Stop
        });
        let option = |e: &Element| match &e.kind {
            ElementKind::Choice(pick) if !pick.negated && pick.sure >= SURE => pick.options.first().copied(),
            _ => None,
        };
        said.filter_map(option).collect()
    }

    /// "再来包番茄酱": more of what several are had of, and no further item.
    fn is_further_part(&self, at: usize) -> bool {
        let counts = self.amount(at).is_some_and(|a| a.another && a.classified);
        let part = |e: &Element| match &e.kind {
            ElementKind::Choice(pick) => {
                !pick.negated && !pick.nominal && pick.options.iter().all(|o| !self.menu.chooses_one(o.list))
            }
            _ => false,
        };
        let ends =
            |e: &Element| e.before != Break::None || !matches!(e.kind, ElementKind::Choice(_) | ElementKind::Head(_));
        counts
            && self.elements.get(at + 1).is_some_and(|e| e.before == Break::None && part(e))
            && self.elements.get(at + 2).is_none_or(ends)
    }

    /// "two shots", "three sugars": the number is of the option.
    pub(super) fn counts_option(&mut self, at: usize, previous: Option<&Which>) -> bool {
        let further = self.is_further_part(at);
        let Some(amount) = self.amount(at).filter(|a| !a.article && (!a.another || further)) else { return false };
        let Some(count) = amount.count().filter(|n| (1..=20).contains(n)) else { return false };
        // "two scoops vanilla", where scoop is the name of the list
        let small = |n: &usize| {
            matches!(self.elements[*n].kind, ElementKind::Filler | ElementKind::Of | ElementKind::List(_, false))
        };
        let next = (at + 1..self.elements.len()).find(|n| !small(n));
        let Some(next) = next else { return false };
        if self.elements[next].before != Break::None {
            return false;
        }
        let ElementKind::Choice(pick) = &self.elements[next].kind else { return false };
        if pick.negated {
            // "two of those without pickles" counts no pickles.
            return false;
        }
        // "with two sugars" is the number of the option even where the shop counts none of it; "two iced" is not.
        let with = self.elements[..at].iter().rev().find(|e| !matches!(e.kind, ElementKind::Filler));
        let with = matches!(with, Some(Element { kind: ElementKind::With, .. }));
        let one = self.anchors.last().is_none_or(|a| a.amount.is_none_or(|a| a.value == 1000));
        let spoken = |list| (with || further || one && pick.plural) && !self.menu.chooses_one(list);
        // "two tubs, one vanilla, one honeycomb", of which each has one flavour.
        let taken = |o: &&OptionId| {
            previous.is_none_or(|which| self.menu.accepts(which, **o) && !self.menu.has_one(which, o.list))
        };
        let mut meant = pick.options.iter().filter(taken);
        let countable = meant.any(|o| self.menu.max_count(o.list) > 1 || spoken(o.list));
        let accepted = previous.is_none_or(|which| pick.for_item(self.menu, which).is_some());
        let head_after = self.head(next + 1).is_some() && self.elements[next + 1].before == Break::None;
        if !countable || !accepted || head_after {
            return false;
        }
        if let ElementKind::Choice(pick) = &mut self.elements[next].kind {
            pick.count = count as u8;
        }
        // Where nothing takes it, it is kept with its number.
        self.elements[next].parts.start = self.elements[at].parts.start;
        self.used[at] = true;
        true
    }

    /// "ramen, two packs, and lemons": packs that nothing follows at once are of what was said before them.
    pub(super) fn closes_amount(&self, at: usize) -> bool {
        let next = self.elements.get(at + 1);
        let parted = next.is_none_or(|e| e.before != Break::None || matches!(e.kind, ElementKind::And));
        self.amount(at).is_some_and(|a| a.packs) && parted && (0..at).any(|before| self.head(before).is_some())
    }

    /// "Two iced coffees, one black and one with vanilla": a word that nobody knows says how one of them is to be.
    fn is_one_of_several(&self, at: usize) -> bool {
        let counted = |a: &Amount| !a.article && a.unit.is_none();
        let several = |anchor: &Anchor| anchor.amount.is_some_and(|a| counted(&a) && a.value >= 2000);
        let strange = self.elements.get(at + 1).is_some_and(|e| matches!(e.kind, ElementKind::Unknown));
        let ends = |e: &Element| e.before != Break::None || e.is_and() || matches!(e.kind, ElementKind::With);
        self.amount(at).is_some_and(|a| counted(&a))
            && self.anchors.iter().any(|anchor| !anchor.stands_in && several(anchor))
            && strange
            && self.elements.get(at + 2).is_none_or(ends)
    }

    /// Make all from an amount to the unknown words after it one unknown thing.
    pub(super) fn bury(&mut self, at: usize) {
        let mut end = at + 1;
        while !matches!(self.elements[end].kind, ElementKind::Unknown) {
            self.used[end] = true;
            end += 1;
        }
        let start = self.elements[at + 1].parts.start;
        self.elements[end].parts.start = start;
        for between in at + 1..end {
            self.elements[between].kind = ElementKind::Filler;
        }
    }

    /// "one decaf and one that isn't": the number alone stands for another of the same.
    pub(super) fn echoes(&self, at: usize) -> bool {
        let after_and = at > 0 && matches!(self.elements[at - 1].kind, ElementKind::And);
        let rest = self.elements[at + 1..].iter().take_while(|e| e.before == Break::None);
        after_and
            && rest.clone().all(|e| {
                matches!(
                    e.kind,
                    ElementKind::Filler | ElementKind::It | ElementKind::Of | ElementKind::With | ElementKind::Role
                )
            })
    }

    /// "one more shot in that": the options behind the amount are for what was spoken of.
    fn points_at_it(&self, at: usize) -> bool {
        let mut after = self.elements[at + 1..].iter().take_while(|e| e.before != Break::Stop);
        let small = |e: &Element| matches!(e.kind, ElementKind::Choice(_) | ElementKind::Filler | ElementKind::Of);
        matches!(after.find(|e| !small(e)), Some(Element { kind: ElementKind::It, .. }))
    }

    /// "with two sugars": a number of what can be had several times.
    fn counts_several(&self, at: usize) -> bool {
        let with = matches!(self.elements[at - 1].kind, ElementKind::With);
        let next = self.elements.get(at + 1).filter(|e| e.before == Break::None).map(|e| &e.kind);
        with && matches!(next, Some(ElementKind::Choice(pick)) if pick.options.iter().any(|o| !self.menu.chooses_one(o.list)))
    }

    /// Lists of the options that follow an amount, up to the next amount or item.
    pub(super) fn choices_after(&self, at: usize) -> Vec<OptionListId> {
        let mut lists = Vec::new();
        for (n, element) in self.elements.iter().enumerate().skip(at + 1) {
            match &element.kind {
                ElementKind::Choice(pick) => lists.extend(pick.options.iter().map(|o| o.list)),
                // "one with an egg"
                ElementKind::Amount(amount) if amount.article && lists.is_empty() => {}
                // "one with two sugars"
                ElementKind::Amount(_) if lists.is_empty() && self.counts_several(n) => {}
                ElementKind::Amount(_) | ElementKind::Head(_) | ElementKind::Put | ElementKind::ChangeIt => break,
                // "one tan with a gold buckle and the other black"
                ElementKind::Other | ElementKind::Nth(_) if !lists.is_empty() => break,
                _ => {}
            }
            if lists.len() > 8 {
                break;
            }
        }
        lists
    }
}
