//! What a line costs by itself, before anything is off or added.

use crate::money::Money;
use crate::shop::{Choose, ItemId, Shop};

use super::super::cart::{Choice, Line, LineId, PARTS, Quantity};

/// What an item costs that is only asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemPrice {
    /// As asked, in the way that the item is sold; `None` where none was said, or it does not fit.
    pub quantity: Option<Quantity>,
    /// Lists left open count with their defaults.
    pub amount: Money,
    /// A required choice still open may make it more.
    pub from: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePrice {
    pub line: LineId,
    /// Of one, or of one unit of measure, with its options.
    pub each: Money,
    /// Of the line, before discounts and tax.
    pub amount: Money,
    /// Off this line, for what it is.
    pub items_discount: Money,
    /// Its share of what is off the order as a whole.
    pub discount: Money,
}

impl LinePrice {
    pub(super) fn of(shop: &Shop, line: &Line) -> LinePrice {
        let each = line.unit_price(shop);
        let amount = line.quantity.cost(each);
        LinePrice { line: line.id, each, amount, items_discount: Money::ZERO, discount: Money::ZERO }
    }

    /// After all that is off.
    pub fn left(&self) -> Money {
        self.amount - self.items_discount - self.discount
    }
}

impl Line {
    /// Price of one (or of one unit of measure) with its options.
    ///
    /// An option adds its price each time it is taken. What comes with the item by default in a choose-many list is in
    /// the item's price already, so only further portions of it are charged; the default of a choose-one list is charged
    /// like any other choice. Leaving something out, and "extra" or "light", change no price.
    pub(super) fn unit_price(&self, shop: &Shop) -> Money {
        let options = self.effective_choices(shop).into_iter().map(|choice| {
            let comes_with = shop.option_list(choice.option.list).choose == Choose::Many
                && shop
                    .item_options(self.item, choice.option.list)
                    .is_some_and(|how| how.defaults.contains(&choice.option));
            let charged = u64::from(choice.count.max(1)) - u64::from(comes_with);
            shop.option_price(self.item, choice.option).portion(charged, 1)
        });
        shop.item(self.item).price + options.sum()
    }
}

impl Quantity {
    /// What so much costs at the price of one. What is measured is rounded to the nearest minor unit, halves away from
    /// zero (as shop scales do). Saturates at ±[`Money::LARGEST`].
    pub fn cost(self, each: Money) -> Money {
        match self {
            Quantity::Count(count) => each.portion(u64::from(count), 1),
            Quantity::Measure(parts) => each.portion(parts, PARTS),
        }
    }
}

impl ItemPrice {
    pub fn of(shop: &Shop, item: ItemId, quantity: Option<Quantity>, choices: &[Choice]) -> ItemPrice {
        let quantity = quantity.and_then(|quantity| quantity.fitting(shop, item).ok());
        let line = Line {
            id: LineId(0),
            item,
            quantity: quantity.unwrap_or(Quantity::one(shop, item)),
            choices: choices.to_vec(),
            notes: vec![],
        };
        let from = line.missing(shop).iter().any(|list| {
            let mut prices: Vec<Money> =
                shop.options_for(*list, Some(item)).into_iter().map(|option| shop.option_price(item, option)).collect();
            prices.sort_unstable();
            prices.dedup();
            prices.len() > 1
        });
        ItemPrice { quantity, amount: line.quantity.cost(line.unit_price(shop)), from }
    }
}
