//! What is added to the goods: options of the order, fees, tax, the tip, and what rounding makes of the total.

use crate::money::Money;
use crate::shop::{Charge, Fee, FeeKind, OptionId, Shop, TaxClass};

use super::super::cart::{Cart, Quantity, Tip};
use super::super::choices::effective;
use super::totals::TotalType;
use super::{Part, Reason};

/// The options of the order that are in effect: where it goes.
pub fn places(shop: &Shop, cart: &Cart) -> Vec<OptionId> {
    let taken = shop.order_options.iter().flat_map(|how| effective(shop, how, &cart.order_choices));
    taken.map(|choice| choice.option).collect()
}

/// What options of the order as a whole cost ("delivery"); untaxed, for no class names them.
pub fn options(shop: &Shop, cart: &Cart) -> Vec<Part> {
    let taken = shop.order_options.iter().flat_map(|how| {
        effective(shop, how, &cart.order_choices).into_iter().map(move |choice| {
            let own = how.prices.iter().find(|(id, _)| *id == choice.option).map(|(_, price)| *price);
            let price = own.unwrap_or(shop.option(choice.option).price);
            let amount = price.portion(u64::from(choice.count.max(1)), 1);
            Part { kind: TotalType::Fee, reason: Reason::Option(choice.option), amount }
        })
    });
    taken.filter(|part| part.amount != Money::ZERO).collect()
}

/// `goods`: the lines after discounts.
pub fn fees(shop: &Shop, cart: &Cart, places: &[OptionId], goods: Money) -> Vec<Part> {
    if cart.is_empty() {
        return vec![];
    }
    let due = |(_, fee): &(u16, &Fee)| {
        (fee.places.is_empty() || fee.places.iter().any(|place| places.contains(place)))
            && fee.free_from.is_none_or(|free| goods < free)
    };
    let part = |(at, fee): (u16, &Fee)| {
        let amount = match fee.charge {
            Charge::Percent(percent) => goods.portion(u64::from(percent), 100_000),
            Charge::Once(amount) => amount,
            Charge::Each(amount) => amount.portion(pieces(cart), 1),
        };
        let kind = match fee.kind {
            FeeKind::Delivery => TotalType::Fulfillment,
            FeeKind::Service | FeeKind::Packaging => TotalType::Fee,
        };
        Part { kind, reason: Reason::Fee(at), amount }
    };
    let mut parts: Vec<Part> = (0u16..).zip(&shop.terms.fees).filter(due).map(part).collect();
    parts.retain(|part| part.amount != Money::ZERO);
    // What bringing it costs stands before what else there is.
    parts.sort_by_key(|part| part.kind);
    parts
}

fn pieces(cart: &Cart) -> u64 {
    let of_line = |quantity| match quantity {
        Quantity::Count(count) => u64::from(count),
        Quantity::Measure(_) => 1,
    };
    cart.lines.iter().map(|line| of_line(line.quantity)).sum()
}

impl TaxClass {
    /// What holds where the order goes.
    pub fn rate_at(&self, places: &[OptionId]) -> u32 {
        let own = self.rates.iter().find(|(place, _)| places.contains(place));
        own.map_or(self.rate_thousandths, |(_, rate)| *rate)
    }

    /// Of so much that is taxed in this class: added to it, or the part of it that is tax.
    fn of(&self, base: Money, places: &[OptionId]) -> Money {
        let rate = u64::from(self.rate_at(places));
        base.portion(rate, if self.included { 100_000 + rate } else { 100_000 })
    }
}

/// Once a class over the whole cart, and rounded there, so that many small lines do not add up rounding errors: what is
/// added, and what the prices hold already. `taxable` has one amount a class; classes that nothing is of are left out.
pub fn taxes(shop: &Shop, places: &[OptionId], taxable: &[Money]) -> (Vec<Part>, Vec<(u16, Money)>) {
    let mut added = vec![];
    let mut included = vec![];
    for ((class, tax), base) in (0u16..).zip(&shop.tax_classes).zip(taxable) {
        if *base == Money::ZERO {
            continue;
        }
        let amount = tax.of(*base, places);
        match tax.included {
            true => included.push((class, amount)),
            false => added.push(Part { kind: TotalType::Tax, reason: Reason::Tax(class), amount }),
        }
    }
    (added, included)
}

pub fn tip(cart: &Cart, goods: Money) -> Option<Part> {
    let amount = match cart.tip? {
        Tip::Nothing => Money::ZERO,
        Tip::Percent(percent) => goods.portion(u64::from(percent), 100_000),
        Tip::Amount(amount) => amount,
    };
    let part = Part { kind: TotalType::Fee, reason: Reason::Tip, amount };
    (amount != Money::ZERO && !cart.is_empty()).then_some(part)
}

/// What must be added so that the till can give change.
pub fn rounding(shop: &Shop, total: Money) -> Option<Part> {
    let step = shop.terms.rounding.filter(|step| step.0 > 1)?.0;
    let over = total.0.rem_euclid(step);
    let amount = Money(if over * 2 >= step { step - over } else { -over });
    // A row of its own kind there is none: what is taken off is a discount, what is added a fee.
    let kind = if amount < Money::ZERO { TotalType::Discount } else { TotalType::Fee };
    (amount != Money::ZERO).then_some(Part { kind, reason: Reason::Rounding, amount })
}
