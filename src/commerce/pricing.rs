//! What a cart costs. Prices are before tax; tax is reckoned once a class over the whole cart and rounded there, to
//! the nearest minor unit with halves away from zero, so that many small lines do not add up rounding errors.

use serde::{Deserialize, Serialize};

use crate::lang::Labels;
use crate::money::Money;
use crate::shop::{Choose, ItemId, OptionId, Shop};

use super::cart::{Cart, Choice, Line, LineId, Quantity};
use super::choices::effective;

/// The kinds of the Universal Commerce Protocol that saycart makes so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotalType {
    Subtotal,
    Fee,
    Tax,
    Total,
}

/// One row below the lines. Exactly one subtotal and one total; all rows but the total sum up to the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    #[serde(rename = "type")]
    pub kind: TotalType,
    pub display_text: String,
    pub amount: Money,
}

/// What a cart costs, reckoned once a turn and carried along: whoever says, shows, stores or places it asks this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// One a line of the cart, in its order.
    pub lines: Vec<LinePrice>,
    /// The lines, without fees and tax.
    pub subtotal: Money,
    /// What options of the order as a whole cost ("delivery"); untaxed, for no class names them.
    pub fees: Vec<(OptionId, Money)>,
    /// Index into the shop's tax classes, and the tax. Classes that no line has are left out.
    pub taxes: Vec<(u16, Money)>,
    pub total: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePrice {
    pub line: LineId,
    /// Of one, or of one unit of measure, with its options.
    pub each: Money,
    /// Of the line, before tax.
    pub amount: Money,
}

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

impl Line {
    /// Price of one (or of one unit of measure) with its options.
    ///
    /// An option adds its price each time it is taken. What comes with the item by default in a choose-many list is in
    /// the item's price already, so only further portions of it are charged; the default of a choose-one list is charged
    /// like any other choice. Leaving something out, and "extra" or "light", change no price.
    fn unit_price(&self, shop: &Shop) -> Money {
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
            Quantity::Measure(thousandths) => each.portion(u64::from(thousandths), 1_000),
        }
    }
}

impl Quote {
    pub fn of(shop: &Shop, cart: &Cart) -> Quote {
        let mut taxable = vec![Money::ZERO; shop.tax_classes.len()];
        let mut lines = Vec::with_capacity(cart.lines.len());
        for line in &cart.lines {
            let each = line.unit_price(shop);
            let amount = line.quantity.cost(each);
            lines.push(LinePrice { line: line.id, each, amount });
            if let Some(base) = shop.item(line.item).tax_class.and_then(|class| taxable.get_mut(usize::from(class))) {
                *base += amount;
            }
        }
        let taxes: Vec<_> = (0u16..)
            .zip(shop.tax_classes.iter().zip(taxable))
            .filter(|(_, (_, base))| *base != Money::ZERO)
            .map(|(class, (tax, base))| (class, base.portion(u64::from(tax.rate_thousandths), 100_000)))
            .collect();
        let fees = fees(shop, cart);
        let subtotal: Money = lines.iter().map(|line| line.amount).sum();
        let total = subtotal + fees.iter().map(|(_, fee)| *fee).sum() + taxes.iter().map(|(_, tax)| *tax).sum();
        Quote { lines, subtotal, fees, taxes, total }
    }

    /// The rows as shown and kept: the subtotal, a row a fee, a row a tax class, the total.
    pub fn rows(&self, shop: &Shop, labels: &Labels) -> Vec<Total> {
        let row = |kind, text: &str, amount| Total { kind, display_text: text.to_string(), amount };
        let mut rows = vec![row(TotalType::Subtotal, &labels.subtotal, self.subtotal)];
        rows.extend(
            self.fees.iter().map(|(option, amount)| row(TotalType::Fee, &shop.option(*option).names.title, *amount)),
        );
        rows.extend(
            self.taxes
                .iter()
                .map(|(class, amount)| row(TotalType::Tax, &shop.tax_classes[usize::from(*class)].title, *amount)),
        );
        rows.push(row(TotalType::Total, &labels.total, self.total));
        rows
    }
}

fn fees(shop: &Shop, cart: &Cart) -> Vec<(OptionId, Money)> {
    let taken = shop.order_options.iter().flat_map(|how| {
        effective(shop, how, &cart.order_choices).into_iter().map(move |choice| {
            let own = how.prices.iter().find(|(id, _)| *id == choice.option).map(|(_, price)| *price);
            let price = own.unwrap_or(shop.option(choice.option).price);
            (choice.option, price.portion(u64::from(choice.count.max(1)), 1))
        })
    });
    taken.filter(|(_, price)| *price != Money::ZERO).collect()
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
