//! What a cart costs: one quote a turn, with the reason of each part. Pure: when it is and who buys is handed in.
//!
//! Lines are priced exactly and rounded last, to the nearest minor unit with halves away from zero. Promotions take off
//! lines and never more than there is; tax is reckoned on what is left; fees and the tip come beside it.
//!
//! `line`: a line by itself. `promotions`: what is off. `charges`: what is added. `moment`: when.

mod charges;
mod line;
mod moment;
mod promotions;
mod share;
mod totals;

#[cfg(test)]
mod tests;

use crate::lang::Labels;
use crate::money::Money;
use crate::shop::{ItemId, Minimum, OptionId, Promotion, Shop};

use super::cart::Cart;

pub use line::{ItemPrice, LinePrice};
pub use moment::Moment;
pub use totals::{Total, TotalType};

/// What a cart costs, reckoned once a turn and carried along: whoever says, shows, stores or places it asks this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// One a line of the cart, in its order.
    pub lines: Vec<LinePrice>,
    /// The lines, before all else.
    pub subtotal: Money,
    /// What comes to the subtotal and makes it the total: discounts, what bringing it costs, fees, tax.
    pub parts: Vec<Part>,
    /// Tax that the prices hold already: an index into the shop's classes, and how much.
    pub included: Vec<(u16, Money)>,
    pub total: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub kind: TotalType,
    pub reason: Reason,
    pub amount: Money,
}

/// Why a part is there. Numbers are places in the shop's description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Promotion(u16),
    Option(OptionId),
    Fee(u16),
    Tax(u16),
    Tip,
    Rounding,
}

impl Quote {
    pub fn of(shop: &Shop, cart: &Cart, moment: Moment) -> Quote {
        let mut lines: Vec<LinePrice> = cart.lines.iter().map(|line| LinePrice::of(shop, line)).collect();
        let subtotal: Money = lines.iter().map(|line| line.amount).sum();
        let places = charges::places(shop, cart);
        let savings = promotions::grant(shop, cart, &places, moment, &mut lines);
        let off: Money = savings.iter().map(|saving| saving.off).sum();
        let goods = subtotal - off;
        let mut parts: Vec<Part> = savings.iter().map(|saving| saved(shop, saving)).collect();
        parts.sort_by_key(|part| part.kind);
        let fees = charges::fees(shop, cart, &places, goods);
        let taxable = taxable(shop, cart, &lines, &fees);
        // What bringing it costs comes before what options and fees cost.
        let (brought, fees): (Vec<Part>, Vec<Part>) =
            fees.into_iter().partition(|part| part.kind == TotalType::Fulfillment);
        let (taxes, included) = charges::taxes(shop, &places, &taxable);
        parts.extend(brought.into_iter().chain(charges::options(shop, cart)).chain(fees).chain(taxes));
        parts.extend(charges::tip(cart, goods));
        let sum = |parts: &[Part]| subtotal + parts.iter().map(|part| part.amount).sum();
        parts.extend(charges::rounding(shop, sum(&parts)));
        let total = sum(&parts);
        Quote { lines, subtotal, parts, included, total }
    }

    /// The goods after all that is off.
    pub fn goods(&self) -> Money {
        let off = |part: &&Part| matches!(part.reason, Reason::Promotion(_));
        self.subtotal + self.parts.iter().filter(off).map(|part| part.amount).sum()
    }

    /// What the promotion saves; `None` where it takes nothing off.
    pub fn saved(&self, promotion: u16) -> Option<Money> {
        let part = self.parts.iter().find(|part| part.reason == Reason::Promotion(promotion))?;
        Some(-part.amount)
    }

    /// The rows as shown and kept: the subtotal, a row a part, the total.
    pub fn rows(&self, shop: &Shop, labels: &Labels) -> Vec<Total> {
        let row = |kind, text: &str, amount| Total { kind, display_text: text.to_string(), amount };
        let mut rows = vec![row(TotalType::Subtotal, &labels.subtotal, self.subtotal)];
        rows.extend(self.parts.iter().map(|part| row(part.kind, part.reason.title(shop, labels), part.amount)));
        rows.push(row(TotalType::Total, &labels.total, self.total));
        rows
    }

    /// Tax that the prices hold already, as it is shown: no part of any sum.
    pub fn included_rows(&self, shop: &Shop) -> Vec<Total> {
        let title = |class: u16| shop.tax_classes[usize::from(class)].title.clone();
        let row = |(class, amount): &(u16, Money)| Total {
            kind: TotalType::Tax,
            display_text: title(*class),
            amount: *amount,
        };
        self.included.iter().map(row).collect()
    }
}

impl Reason {
    /// As the shop calls it, or the language.
    pub fn title<'a>(self, shop: &'a Shop, labels: &'a Labels) -> &'a str {
        match self {
            Reason::Promotion(at) => &shop.terms.promotions[usize::from(at)].title,
            Reason::Option(option) => &shop.option(option).names.title,
            Reason::Fee(at) => &shop.terms.fees[usize::from(at)].title,
            Reason::Tax(class) => &shop.tax_classes[usize::from(class)].title,
            Reason::Tip => &labels.tip,
            Reason::Rounding => &labels.rounding,
        }
    }
}

impl Promotion {
    pub fn reaches(&self, item: ItemId) -> bool {
        self.on.as_ref().is_none_or(|on| on.binary_search(&item).is_ok())
    }
}

/// What the goods are short of the least that the order must come to where it goes, and that least. Discounts do not
/// count against it: who has a voucher need not order more than others.
pub fn short_of_minimum(shop: &Shop, cart: &Cart) -> Option<(Money, Money)> {
    if shop.terms.minimums.is_empty() {
        return None;
    }
    let places = charges::places(shop, cart);
    let goods = goods(shop, cart);
    let holds = |minimum: &&Minimum| minimum.place.is_none_or(|place| places.contains(&place));
    let least = shop.terms.minimums.iter().filter(holds).map(|minimum| minimum.amount).max()?;
    (goods < least).then(|| (least - goods, least))
}

/// Whether the goods, before discounts, come to so much that a person must confirm it.
pub fn needs_approval(shop: &Shop, cart: &Cart) -> bool {
    shop.terms.approval.is_some_and(|from| goods(shop, cart) >= from)
}

fn goods(shop: &Shop, cart: &Cart) -> Money {
    cart.lines.iter().map(|line| LinePrice::of(shop, line).amount).sum()
}

fn saved(shop: &Shop, saving: &promotions::Saving) -> Part {
    let on_items = shop.terms.promotions[usize::from(saving.promotion)].on.is_some();
    let kind = if on_items { TotalType::ItemsDiscount } else { TotalType::Discount };
    Part { kind, reason: Reason::Promotion(saving.promotion), amount: -saving.off }
}

/// What is taxed, by class.
fn taxable(shop: &Shop, cart: &Cart, lines: &[LinePrice], fees: &[Part]) -> Vec<Money> {
    let mut taxable = vec![Money::ZERO; shop.tax_classes.len()];
    let classes = cart.lines.iter().map(|line| shop.item(line.item).tax_class);
    let of_fee = |part: &Part| match part.reason {
        Reason::Fee(at) => shop.terms.fees[usize::from(at)].tax_class,
        Reason::Promotion(_) | Reason::Option(_) | Reason::Tax(_) | Reason::Tip | Reason::Rounding => None,
    };
    let of_lines = classes.zip(lines.iter().map(LinePrice::left));
    for (class, amount) in of_lines.chain(fees.iter().map(|part| (of_fee(part), part.amount))) {
        if let Some(base) = class.and_then(|class| taxable.get_mut(usize::from(class))) {
            *base += amount;
        }
    }
    taxable
}
