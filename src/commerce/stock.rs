//! What is there, beyond what the shop file says.

use std::collections::{BTreeMap, BTreeSet};

use crate::shop::{Choose, ItemId, OptionId, Shop};

use super::cart::{Cart, Quantity};

/// What has run out since the shop opened, and how much is left of what is counted. What is not counted is there as long
/// as the shop file says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stock {
    pub gone: BTreeSet<ItemId>,
    pub gone_options: BTreeSet<OptionId>,
    /// Pieces, or thousandths of the unit, without what is reserved for others.
    pub left: BTreeMap<Thing, u32>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    Item(ItemId),
    Option(OptionId),
}

impl Stock {
    pub fn has(&self, shop: &Shop, item: ItemId) -> bool {
        shop.item(item).available && !self.gone.contains(&item) && self.left_of(Thing::Item(item)) != Some(0)
    }

    /// `None` where it is not counted.
    pub fn left_of(&self, thing: Thing) -> Option<u32> {
        self.left.get(&thing).copied()
    }

    fn is_gone(&self, option: OptionId) -> bool {
        self.gone_options.contains(&option) || self.left_of(Thing::Option(option)) == Some(0)
    }

    /// The shop as it is now: what has run out is sold out in it. As in the shop file, what came by itself and is gone is
    /// asked about until it is back.
    pub fn applied(&self, shop: &Shop) -> Shop {
        let mut now = shop.clone();
        let gone: Vec<OptionId> =
            self.gone_options.iter().copied().chain(self.left.keys().filter_map(of_option)).collect();
        let gone: Vec<OptionId> = gone.into_iter().filter(|option| self.is_gone(*option)).collect();
        for option in &gone {
            now.option_lists[usize::from(option.list.0)].options[usize::from(option.index)].available = false;
        }
        let lists = &now.option_lists;
        for how in now.items.iter_mut().flat_map(|item| &mut item.options).chain(&mut now.order_options) {
            if how.defaults.iter().any(|option| gone.contains(option)) {
                how.defaults.retain(|option| !gone.contains(option));
                how.required |= lists[usize::from(how.list.0)].choose == Choose::One;
            }
        }
        for item in shop.item_ids().filter(|item| !self.has(shop, *item)) {
            now.items[item.0 as usize].available = false;
        }
        now
    }
}

fn of_option(thing: &Thing) -> Option<OptionId> {
    match thing {
        Thing::Option(option) => Some(*option),
        Thing::Item(_) => None,
    }
}

impl Cart {
    /// What it takes of everything that could be counted: pieces, or thousandths of the unit.
    pub fn takes(&self, shop: &Shop) -> BTreeMap<Thing, u32> {
        let mut takes: BTreeMap<Thing, u32> = BTreeMap::new();
        let mut add = |thing, amount: u32| {
            let sum = takes.entry(thing).or_default();
            *sum = sum.saturating_add(amount);
        };
        for line in &self.lines {
            add(Thing::Item(line.item), line.quantity.rounded());
            let pieces = match line.quantity {
                Quantity::Count(count) => count,
                Quantity::Measure(_) => 1,
            };
            for choice in line.effective_choices(shop) {
                add(Thing::Option(choice.option), pieces.saturating_mul(u32::from(choice.count.max(1))));
            }
        }
        takes
    }
}
