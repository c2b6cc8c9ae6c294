//! What somebody must not have, against what a line is made of.

use crate::shop::{Held, ItemId, Made, OptionId, Shop};

use super::cart::{Cart, Line, LineId, Need, Quantity};
use super::choices::effective;

impl Cart {
    /// Keep an allergy or a diet. False where it was known.
    pub fn note_need(&mut self, need: Need) -> bool {
        let new = !self.needs.iter().any(|known| known.name == need.name && known.words == need.words);
        if new {
            self.needs.push(need);
        }
        new
    }
}

impl Line {
    /// One of the item as it comes, to ask about.
    pub fn plain(shop: &Shop, item: ItemId) -> Line {
        Line { id: LineId(0), item, quantity: Quantity::one(shop, item), choices: vec![], notes: vec![] }
    }

    /// Whether it holds a substance, or what a diet rules out, as it is made.
    pub fn holds(&self, shop: &Shop, name: &str) -> Held {
        let taken = shop.item(self.item).options.iter().flat_map(|how| effective(shop, how, &self.choices));
        let with: Vec<OptionId> = taken.map(|choice| choice.option).collect();
        let refused = self.choices.iter().filter(|choice| choice.negated).map(|choice| choice.option);
        let without: Vec<OptionId> = refused.collect();
        shop.holds(Made { item: self.item, with: &with, without: &without }, name)
    }
}
