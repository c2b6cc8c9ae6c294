//! One line being made from what was said: an item, or what stands in for one ("one with oat milk").

use std::ops::Range;

use crate::commerce::cart::{Choice, Quantity};
use crate::lang::UnitWords;
use crate::shop::{ItemId, OptionId, OptionListId, Unit};

use super::act::{ItemRequest, Misfit, Place, Which, Without};
use super::menu::Menu;
use super::packing::{Packing, Said};
use super::part::Amount;
use super::pick::Pick;

/// What was said behind the first choices, and the first of [`Line::without`], is said of so many of a line.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    pub count: u32,
    pub choices: usize,
    pub without: usize,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub which: Which,
    /// No item was said: "one with oat milk".
    pub stands_in: bool,
    /// "… and one with soy".
    pub joined: bool,
    /// "the other one".
    pub other: bool,
    /// "the second one", "the first two": by their number among the lines said before.
    pub nth: Option<Place>,
    /// "the large one": its first options say which of the lines before it is.
    pub points: bool,
    pub generic: bool,
    pub plural: bool,
    pub negated: bool,
    pub definite: bool,
    /// "to the latte".
    pub onto: bool,
    /// "instead of the latte".
    pub gone: bool,
    /// "all large except the latte".
    pub spared: bool,
    /// "no wait, make that …": what is said now takes the place of what was.
    pub corrected: bool,
    pub or_previous: bool,
    pub amount: Option<Amount>,
    pub choices: Vec<Choice>,
    /// How many of the choices were said before the item.
    pub before: usize,
    pub open: Vec<Vec<OptionId>>,
    /// "red or blue": one of them is to be chosen, and not one each of several.
    pub or: bool,
    /// "red, blue and green".
    pub and: bool,
    pub none_of: Vec<OptionListId>,
    /// "no cheese": of each of these none.
    pub without: Vec<(Vec<OptionId>, Range<usize>)>,
    /// "no mayo on one": some of what was said is said of so many of them.
    pub share: Option<Share>,
    /// Parts of the wishes that no option fits.
    pub notes: Vec<Range<usize>>,
    /// Items that what was said is part of the name of: meant where what is said of it fits them alone.
    pub weaker: Vec<ItemId>,
    /// What it was said to be, and cannot be.
    pub misfits: Vec<Misfit>,
    /// "in the same size": of these lists, as what was spoken of before.
    pub same: Vec<OptionListId>,
    /// "for it": goes with what was spoken of before.
    pub for_it: bool,
    /// "With only ketchup", "plain": nothing but what is chosen.
    pub only: bool,
    /// How many words beside it mean nothing: the more, the less it is meant.
    pub strange: usize,
    /// What it turned out to be no name of: "coffee colored backpack".
    pub unknown: Option<Range<usize>>,
    /// The part that it surely begins with: its amount, or the item.
    pub begins: usize,
    /// Parts that it came from.
    pub parts: Range<usize>,
    /// How well the item itself was named.
    pub named: f32,
}

impl Line {
    /// "Dinosaur plates", where paper plates are called plates too, and only themed plates are had so.
    pub fn longer_named(&self, menu: &Menu, pick: &Pick) -> Option<Which> {
        let fits = |item: ItemId| pick.for_item(menu, &Which::Item(item)).is_some();
        let Which::Item(own) = self.which else { return None };
        let so = |item: &ItemId| fits(*item) && self.choices.iter().all(|c| menu.offers(*item, c.option));
        let longer: Vec<ItemId> = self.weaker.iter().copied().filter(so).collect();
        Which::among(longer).filter(|_| !pick.negated && !fits(own))
    }

    pub fn new(which: Which, parts: Range<usize>) -> Self {
        Line {
            which,
            stands_in: false,
            joined: false,
            other: false,
            nth: None,
            points: false,
            generic: false,
            plural: false,
            negated: false,
            definite: false,
            onto: false,
            gone: false,
            spared: false,
            corrected: false,
            or_previous: false,
            amount: None,
            choices: Vec::new(),
            before: 0,
            open: Vec::new(),
            or: false,
            and: false,
            none_of: Vec::new(),
            without: Vec::new(),
            share: None,
            notes: Vec::new(),
            misfits: Vec::new(),
            same: Vec::new(),
            for_it: false,
            only: false,
            weaker: Vec::new(),
            strange: 0,
            unknown: None,
            begins: parts.start,
            parts,
            named: 1.0,
        }
    }

    /// `before`: how many of its choices and refusals were said before.
    pub fn shared_by(&mut self, amount: Amount, before: (usize, usize)) {
        let (choices, without) = before;
        let said = self.choices.len() > choices || self.without.len() > without;
        let whole = self.amount.and_then(|whole| whole.count()).unwrap_or(1);
        let count = amount.count().filter(|count| said && (1..whole).contains(count));
        self.share = count.map(|count| Share { count, choices, without }).or(self.share);
    }

    /// The lists of which one can be chosen, and is.
    pub fn filled(&self, menu: &Menu) -> Vec<OptionListId> {
        let chosen = self.choices.iter().filter(|c| !c.negated && menu.chooses_one(c.option.list));
        chosen.map(|c| c.option.list).collect()
    }

    pub fn cover(&mut self, parts: &Range<usize>) {
        self.parts = self.parts.start.min(parts.start)..self.parts.end.max(parts.end);
    }

    /// What was said, where it turned out to be no name of an item.
    pub fn no_name(&self) -> Option<Range<usize>> {
        let strange = self.strange > 1 || self.strange > 0 && self.named < 0.9;
        self.unknown.clone().or_else(|| strange.then(|| self.parts.clone()))
    }

    /// Whether the option stands against another of a list of which one can be had: "with oat milk and whole milk".
    pub fn torn(&self, menu: &Menu, option: OptionId) -> bool {
        let said =
            self.choices.iter().filter(|c| !c.negated).map(|c| c.option).chain(self.open.iter().flatten().copied());
        !self.corrected
            && menu.chooses_one(option.list)
            && said.into_iter().any(|o| o.list == option.list && o != option)
    }

    /// The option of the pick's that the item can be had with; of several, one of a list that nothing was chosen of yet ("a
    /// thirty six thirty").
    pub fn place(&self, menu: &Menu, pick: &Pick) -> Option<OptionId> {
        let first = pick.for_item(menu, &self.which)?;
        let filled = |o: &OptionId| self.choices.iter().any(|c| c.option.list == o.list && !c.negated);
        let mut offered = pick.called().iter().copied().filter(|o| menu.accepts(&self.which, *o));
        Some(offered.find(|o| !filled(o)).filter(|_| menu.chooses_one(first.list)).unwrap_or(first))
    }

    /// Take (or refuse) an option; `option` is the one of the pick's that the item can be had with.
    pub fn choose(&mut self, menu: &Menu, option: OptionId, pick: &Pick) {
        let choice = Choice { option, grade: pick.grade, negated: pick.negated, count: pick.count };
        if pick.or_previous && !pick.negated && menu.chooses_one(option.list) {
            if let Some(open) = self.open.iter_mut().find(|open| open.iter().any(|o| o.list == option.list)) {
                open.push(option);
                return;
            }
            if let Some(at) = self.choices.iter().position(|c| c.option.list == option.list && !c.negated) {
                let first = self.choices.remove(at);
                self.before = self.before.min(self.choices.len());
                self.open.push(vec![first.option, option]);
                return;
            }
        }
        merge(&mut self.choices, menu, choice);
    }

    /// How many, or `None` where no number was said.
    pub fn quantity(&self, menu: &Menu, units: &[UnitWords], keys: &[String], said: Said) -> Option<Quantity> {
        let amount = self.amount.filter(|amount| !amount.vague)?;
        if amount.doubtful && self.is_numbered(menu, amount) {
            return None;
        }
        let item = match &self.which {
            Which::Item(item) => Some(*item),
            Which::OneOf(items) => items.first().copied(),
            Which::Category(_) => None,
        };
        let own = item.map_or(&Unit::Each, |item| menu.unit(item));
        match (own, amount.unit) {
            (Unit::Measure(key), Some(said)) => {
                let own = keys.iter().position(|k| k == key).and_then(|at| units.get(at))?;
                units.get(said as usize)?.convert(amount.value, own).map(Quantity::Measure)
            }
            // "two pints" of what is sold by the pint.
            (Unit::Pack(_), Some(unit)) if item.is_some_and(|item| menu.packing(item).is_called(unit)) => {
                item.map(|item| menu.packing(item).count(Amount { unit: None, packs: true, ..amount }, said))
            }
            (_, Some(_)) => None,
            (Unit::Measure(_), None) if !amount.value.is_multiple_of(1000) => Some(Quantity::thousandths(amount.value)),
            (Unit::Measure(_), None) => Some(Quantity::Count(amount.value / 1000)),
            _ => {
                Some(item.map_or(Packing::default().count(amount, said), |item| menu.packing(item).count(amount, said)))
            }
        }
    }

    /// "to eggs", where "two eggs" is what the item is called: no number of it.
    fn is_numbered(&self, menu: &Menu, amount: Amount) -> bool {
        matches!(&self.which, Which::Item(item) if menu.packing(*item).numbers.contains(&amount.value))
    }

    /// The request that it became; `words` reads parts back as they were said.
    pub fn request(
        self,
        quantity: Option<Quantity>,
        vague: bool,
        words: impl Fn(&Range<usize>) -> String,
    ) -> ItemRequest {
        let notes = self.notes.iter().map(&words).collect();
        let without =
            self.without.iter().map(|(options, parts)| Without { options: options.clone(), words: words(parts) });
        let without = without.collect();
        // "No mayo, just ketchup" lets the rest be.
        let only = self.only && !self.choices.iter().any(|choice| choice.negated);
        let mut choices = self.choices;
        choices.sort();
        choices.dedup();
        ItemRequest {
            which: self.which,
            quantity,
            vague,
            choices,
            open_choices: self.open,
            notes,
            misfits: self.misfits,
            same: self.same,
            for_it: self.for_it,
            mine: false,
            apiece: false,
            only,
            without,
        }
    }
}

/// The line before that an option is said of: the last that can have it. Where that is not the last of all and has
/// another of the kind already ("a lemonade with no ice and a water with ice"), it is a wish about the last: `Err`.
pub fn nearest<'a>(
    lines: &'a mut [Line],
    menu: &Menu,
    pick: &Pick,
) -> Result<Option<(&'a mut Line, OptionId)>, &'a mut Line> {
    let standing: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].negated).collect();
    let taker = standing.iter().rev().find_map(|at| Some((*at, lines[*at].place(menu, pick)?)));
    match (taker, standing.last()) {
        (Some((at, option)), Some(last)) if at != *last && lines[at].torn(menu, option) => Err(&mut lines[*last]),
        (Some((at, option)), _) => Ok(Some((&mut lines[at], option))),
        (None, _) => Ok(None),
    }
}

/// Add a choice to others: in a choose-one list it takes the place of what stood there, elsewhere only of itself.
pub fn merge(choices: &mut Vec<Choice>, menu: &Menu, choice: Choice) {
    let one = menu.chooses_one(choice.option.list);
    choices.retain(|c| {
        let same = c.option == choice.option;
        let replaced = one && c.option.list == choice.option.list && c.negated == choice.negated;
        !(same || replaced)
    });
    choices.push(choice);
}
