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
    /// The numbers in its name, in thousandths.
    pub numbers: Vec<u32>,
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
        let numbers: Vec<u32> = title.list.iter().filter_map(|t| t.number).collect();
        let Unit::Pack(pack) = &item.unit else {
            // "10 piece nuggets", "nuggets (10)"
            let counts = |at: usize| {
                let next = (at + 1 < title.len()).then(|| title.key(at + 1));
                next.map_or(at > 0, |word| counted.iter().any(|c| c == word))
            };
            let counted = (0..title.len()).filter(|at| counts(*at)).filter_map(|at| title.list[at].number);
            return Packing { holds: several(counted), plural, numbers, ..Packing::default() };
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
        Packing { holds, unit: unit.map(|at| at as u16), words: keys, numbers, plural }
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
            false => Quantity::thousandths(value),
        };
        // Half of one is half a pack: no pieces are less than one.
        let pieces = !amount.packs && !amount.article && !said.number && amount.value >= 1000;
        // "One small", of gloves: nobody wants half a pair.
        let pair = |holds: &u32| *holds == PAIR && amount.value == 1000;
        let holds = self.holds.filter(|holds| pieces && !pair(holds));
        match holds {
            // "make it two", said of two dozen, is of what was spoken of; so is any number of pairs.
            Some(holds) if said.item || holds > PAIR && amount.value >= holds.saturating_mul(1000) => {
                whole(amount.value / holds)
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::shop::Names;

    fn packing(title: &str, unit: Unit) -> Packing {
        let language = Language::load("en").expect("English");
        let normaliser = Normaliser::new(&language);
        let units: Vec<UnitWords> = language.units.values().cloned().collect();
        let names = Names { title: title.into(), ..Names::default() };
        let item = Item { names, unit, ..crate::commerce::sample::shop().items[0].clone() };
        let counted = normaliser.tokens("piece pack");
        let counted: Vec<String> = (0..counted.len()).map(|at| counted.key(at).to_string()).collect();
        Packing::of(&item, &normaliser, &units, &counted)
    }

    fn of(value: u32) -> Amount {
        Amount { value: value * 1000, ..Amount::default() }
    }

    const NAMED: Said = Said { item: true, number: false };

    #[test]
    fn pieces_become_the_packs_that_they_come_in() {
        let eggs = packing("egg", Unit::Pack("dozen".into()));
        assert_eq!(eggs.count(of(24), NAMED), Quantity::Count(2));
        assert_eq!(eggs.count(of(18), NAMED), Quantity::thousandths(1500));
        assert_eq!(eggs.count(Amount { packs: true, ..of(3) }, NAMED), Quantity::Count(3));
        assert_eq!(eggs.count(of(3), Said::default()), Quantity::Count(3), "make it three");
        let socks = packing("sock", Unit::Pack("three-pack".into()));
        assert_eq!(socks.count(of(6), NAMED), Quantity::Count(2));
        let pasta = packing("pasta", Unit::Pack("box".into()));
        assert_eq!(pasta.count(of(6), NAMED), Quantity::Count(6));
    }

    #[test]
    fn a_number_in_the_name_says_how_many_are_in_one() {
        for title in ["10 piece nuggets", "nuggets (10)", "ten-piece nuggets"] {
            let nuggets = packing(title, Unit::Each);
            assert_eq!(nuggets.count(of(10), NAMED), Quantity::Count(1), "{title}");
            assert_eq!(nuggets.count(of(20), NAMED), Quantity::Count(2), "{title}");
            assert_eq!(nuggets.count(of(2), Said { number: true, ..NAMED }), Quantity::Count(2), "{title}");
        }
        assert_eq!(packing("5 gig add-on", Unit::Each).count(of(5), NAMED), Quantity::Count(5));
    }

    #[test]
    fn a_pair_of_what_comes_in_pairs_is_one() {
        let language = Language::load("en").expect("English");
        let pair = language.units.keys().position(|key| key == "pair").expect("a pair") as u16;
        let two_pairs = Amount { by: Some((pair, 2)), ..of(4) };
        assert_eq!(packing("glove", Unit::Pack("pair".into())).count(two_pairs, NAMED), Quantity::Count(2));
        assert_eq!(packing("leggings", Unit::Each).count(two_pairs, NAMED), Quantity::Count(2));
        assert_eq!(packing("lemon", Unit::Each).count(two_pairs, NAMED), Quantity::Count(4));
        assert_eq!(packing("glove", Unit::Pack("pair".into())).count(of(1), NAMED), Quantity::Count(1), "one small");
    }

    #[test]
    fn part_of_what_is_sold_whole_stays_a_part_to_be_asked_about() {
        let half = Amount { value: 500, ..Amount::default() };
        assert_eq!(packing("loaf", Unit::Each).count(half, NAMED), Quantity::thousandths(500));
        assert_eq!(packing("egg", Unit::Pack("dozen".into())).count(half, NAMED), Quantity::thousandths(500));
    }
}
