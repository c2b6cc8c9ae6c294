//! How an item is counted out: in pieces, in packs of so many, in pairs; and what an amount that was said comes to.

use crate::commerce::cart::Quantity;
use crate::lang::UnitWords;
use crate::shop::{Item, Unit};

use super::part::Amount;
use super::tokens::Normaliser;

#[derive(Debug, Default)]
pub struct Packing {
    /// How many are in one: twelve in a dozen, six in a "box of 6", ten in "10 piece nuggets".
    holds: Option<u32>,
    /// The language's unit that the pack is called by ("dozen", "pair", "pint"), by its number.
    unit: Option<u16>,
    /// What the pack is called, in normal form.
    pub words: Vec<String>,
    /// The title is a plural by itself: "leggings", of which a pair is one.
    plural: bool,
}

/// What was said around an amount.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// The item was named with it; else it is said of what was spoken of before ("make it two").
    pub item: bool,
    /// The name as it was said has a number of its own ("two 10 piece nuggets").
    pub number: bool,
}

impl Packing {
    /// `counted`: the words that things are counted by, in normal form.
    pub fn of(item: &Item, normaliser: &Normaliser, units: &[UnitWords], counted: &[String]) -> Packing {
        let title = normaliser.tokens(&item.names.title);
        let plural = title.list.last().is_some_and(|t| t.plural);
        let Unit::Pack(pack) = &item.unit else {
            // "10 piece nuggets", "nuggets (10)"
            let counts = |at: usize| {
                let next = (at + 1 < title.len()).then(|| title.key(at + 1));
                next.map_or(at > 0, |word| counted.iter().any(|c| c == word))
            };
            let numbers = (0..title.len()).filter(|at| counts(*at)).filter_map(|at| title.list[at].number);
            return Packing { holds: several(numbers), plural, ..Packing::default() };
        };
        let words = normaliser.tokens(pack);
        let keys: Vec<String> = (0..words.len()).map(|at| words.key(at).to_string()).collect();
        let called = |name: &str| {
            let name = normaliser.tokens(name);
            (0..name.len()).map(|at| name.key(at)).eq(keys.iter().map(String::as_str))
        };
        let unit = units.iter().position(|unit| unit.names.iter().any(|name| called(name)));
        let by_unit = unit.map(|at| &units[at]).filter(|unit| unit.kind == COUNT).map(|unit| unit.base as u32);
        let holds = by_unit.or_else(|| several(words.list.iter().filter_map(|t| t.number)));
        Packing { holds, unit: unit.map(|at| at as u16), words: keys, plural }
    }

    /// A group of so many ("two pairs", "a dozen") is as many of the item where that is how it comes.
    pub fn packed(&self, amount: Amount) -> Amount {
        let Some((unit, size)) = amount.by else { return amount };
        let one_each = self.unit == Some(unit) || size == PAIR && self.plural && self.words.is_empty();
        if !one_each || !amount.value.is_multiple_of(size) {
            return amount;
        }
        Amount { value: amount.value / size, by: None, packs: true, ..amount }
    }

    /// So many of what is counted in whole ones. What comes to no whole number of packs is a measure of them, to be
    /// asked about.
    pub fn count(&self, amount: Amount, said: Said) -> Quantity {
        let amount = self.packed(amount);
        let whole = |value: u32| match value.is_multiple_of(1000) {
            true => Quantity::Count(value / 1000),
            false => Quantity::Measure(value),
        };
        let holds = self.holds.filter(|_| !amount.packs && !amount.article && !said.number);
        match holds {
            // "make it two", said of two dozen, is of what was spoken of.
            Some(holds) if said.item || amount.value >= holds.saturating_mul(1000) => whole(amount.value / holds),
            _ => whole(amount.value),
        }
    }

    /// Whether an amount in this unit counts whole packs.
    pub fn is_called(&self, unit: u16) -> bool {
        self.unit == Some(unit)
    }
}

/// The kind of the language's units that count pieces.
const COUNT: &str = "count";
const PAIR: u32 = 2;

/// The one number among these that is more than one.
fn several(mut numbers: impl Iterator<Item = u32>) -> Option<u32> {
    let first = numbers.next().filter(|n| n.is_multiple_of(1000) && *n > 1000)?;
    numbers.next().is_none().then_some(first / 1000)
}
