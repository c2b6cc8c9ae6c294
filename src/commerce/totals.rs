//! What a cart costs. Prices are before tax; tax is reckoned once a class over the whole cart and rounded there, to
//! the nearest minor unit with halves away from zero, so that many small lines do not add up rounding errors.

use serde::{Deserialize, Serialize};

use crate::lang::Labels;
use crate::money::Money;
use crate::shop::{Choose, OptionId, Shop};

use super::cart::{Cart, Line, Quantity};
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

/// The amounts alone, without words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts {
    /// The lines, without fees and tax.
    pub subtotal: Money,
    /// What options of the order as a whole cost ("delivery"); untaxed, for no class names them.
    pub fees: Vec<(OptionId, Money)>,
    /// Index into the shop's tax classes, and the tax. Classes that no line has are left out.
    pub taxes: Vec<(u16, Money)>,
    pub total: Money,
}

impl Line {
    /// Price of one (or of one unit of measure) with its options.
    ///
    /// An option adds its price each time it is taken. What comes with the item by default in a choose-many list is in
    /// the item's price already, so only further portions of it are charged; the default of a choose-one list is charged
    /// like any other choice. Leaving something out, and "extra" or "light", change no price.
    pub fn unit_price(&self, shop: &Shop) -> Money {
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

    /// What the line costs, before tax.
    pub fn amount(&self, shop: &Shop) -> Money {
        self.quantity.cost(self.unit_price(shop))
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

impl Cart {
    pub fn amounts(&self, shop: &Shop) -> Amounts {
        let mut taxable = vec![Money::ZERO; shop.tax_classes.len()];
        let mut subtotal = Money::ZERO;
        for line in &self.lines {
            let amount = line.amount(shop);
            subtotal += amount;
            if let Some(base) = shop.item(line.item).tax_class.and_then(|class| taxable.get_mut(usize::from(class))) {
                *base += amount;
            }
        }
        let taxes: Vec<_> = (0u16..)
            .zip(shop.tax_classes.iter().zip(taxable))
            .filter(|(_, (_, base))| *base != Money::ZERO)
            .map(|(class, (tax, base))| (class, base.portion(u64::from(tax.rate_thousandths), 100_000)))
            .collect();
        let fees = self.fees(shop);
        let total = subtotal + fees.iter().map(|(_, fee)| *fee).sum() + taxes.iter().map(|(_, tax)| *tax).sum();
        Amounts { subtotal, fees, taxes, total }
    }

    /// The rows as shown and kept: the subtotal, a row a fee, a row a tax class, the total.
    pub fn totals(&self, shop: &Shop, labels: &Labels) -> Vec<Total> {
        let amounts = self.amounts(shop);
        let row = |kind, text: &str, amount| Total { kind, display_text: text.to_string(), amount };
        let mut rows = vec![row(TotalType::Subtotal, &labels.subtotal, amounts.subtotal)];
        rows.extend(
            amounts.fees.iter().map(|(option, amount)| row(TotalType::Fee, &shop.option(*option).names.title, *amount)),
        );
        rows.extend(
            amounts
                .taxes
                .iter()
                .map(|(class, amount)| row(TotalType::Tax, &shop.tax_classes[usize::from(*class)].title, *amount)),
        );
        rows.push(row(TotalType::Total, &labels.total, amounts.total));
        rows
    }

    fn fees(&self, shop: &Shop) -> Vec<(OptionId, Money)> {
        let taken = shop.order_options.iter().flat_map(|how| {
            effective(shop, how, &self.order_choices).into_iter().map(move |choice| {
                let own = how.prices.iter().find(|(id, _)| *id == choice.option).map(|(_, price)| *price);
                let price = own.unwrap_or(shop.option(choice.option).price);
                (choice.option, price.portion(u64::from(choice.count.max(1)), 1))
            })
        });
        taken.filter(|(_, price)| *price != Money::ZERO).collect()
    }
}
