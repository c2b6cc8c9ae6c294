//! What the shop grants and charges beside its prices, as a person reads it: a line each.

use crate::money::{Money, percent};

use super::hours::DAYS;
use super::model::*;

/// What is off, and when.
pub fn promotions(shop: &Shop) -> Vec<String> {
    shop.terms.promotions.iter().map(|promotion| promotion_line(shop, promotion)).collect()
}

/// What comes to the prices, and what an order must come to.
pub fn charges(shop: &Shop) -> Vec<String> {
    let money = |amount: Money| shop.currency.format(amount);
    let mut said: Vec<String> = shop.terms.fees.iter().map(|fee| fee_line(shop, fee)).collect();
    for minimum in &shop.terms.minimums {
        let place = minimum.place.map_or(String::new(), |place| format!(" {}", shop.option(place).names.title));
        said.push(format!("orders{place} from {}", money(minimum.amount)));
    }
    said.extend(shop.terms.approval.map(|from| format!("from {} a person confirms", money(from))));
    if let Some(tips) = &shop.terms.tips {
        let shares: Vec<String> = tips.suggested.iter().map(|share| format!("{} %", percent(*share))).collect();
        said.push(if shares.is_empty() {
            "tips welcome".into()
        } else {
            format!("tips welcome: {}", shares.join(", "))
        });
    }
    said.extend(shop.terms.rounding.map(|step| format!("totals are rounded to {}", money(step))));
    said
}

/// How orders can be paid, as the owner ranks it.
pub fn payment(shop: &Shop) -> Vec<String> {
    let way = |way: &PayBy| match (way, &shop.payments.card) {
        (PayBy::Counter, _) => "at the counter".to_string(),
        (PayBy::Cash, _) => "in cash".to_string(),
        (PayBy::Card, Some(CardProvider::Stripe(Stripe { reader: Some(_), .. }))) => "by card, at the reader".into(),
        (PayBy::Card, Some(CardProvider::Stripe(Stripe { reader: None, .. }))) => "by card, by a link".into(),
        (PayBy::Card, Some(CardProvider::Command(_)) | None) => "by card".into(),
        (PayBy::Account, _) => "with a gift card or an account, by its code".into(),
    };
    shop.payments.ways.iter().map(way).collect()
}

/// Where orders go, what is asked for that, and how long it takes.
pub fn ways(shop: &Shop) -> Vec<String> {
    let of = &shop.fulfilment;
    let mut said: Vec<String> = of.ways.iter().map(|way| way_line(shop, way)).collect();
    said.extend(of.minutes.map(|minutes| format!("an order takes {minutes} minutes, {} at once", of.side_by_side)));
    if !of.open.is_empty() {
        let windows: Vec<String> = of.open.iter().map(window).collect();
        said.push(format!("orders are ready {}", windows.join(", ")));
    }
    said
}

fn way_line(shop: &Shop, way: &Way) -> String {
    let asked: Vec<&str> = way.ask.iter().map(|detail| detail.key()).collect();
    let mut said = vec![format!("asked for {}", asked.join(", "))];
    said.extend(way.tables.map(|most| format!("tables 1 to {most}")));
    if !way.area.is_empty() {
        said.push(format!("only to {}", way.area.join(", ")));
    }
    if way.minutes > 0 {
        said.push(format!("{} minutes on the way", way.minutes));
    }
    format!("{} ({})", shop.option(way.place).names.title, said.join("; "))
}

/// Taxes that come to the prices, and those that the prices hold already.
pub fn taxes(shop: &Shop) -> Vec<String> {
    let rate = |tax: &TaxClass| {
        let by_place =
            |(place, rate): &(OptionId, u32)| format!(", {} {} %", shop.option(*place).names.title, percent(*rate));
        let places: String = tax.rates.iter().map(by_place).collect();
        format!("{} {} %{places}", tax.title, percent(tax.rate_thousandths))
    };
    let of = |included: bool| {
        let taxes = shop.tax_classes.iter().filter(|tax| tax.included == included);
        taxes.map(rate).collect::<Vec<_>>().join("; ")
    };
    let currency = &shop.currency.code;
    match (of(false), of(true)) {
        (added, held) if added.is_empty() && held.is_empty() => vec![],
        (added, held) if held.is_empty() => vec![format!("Prices in {currency}. Added to them: {added}")],
        (added, held) if added.is_empty() => vec![format!("Prices in {currency}. They hold already: {held}")],
        (added, held) => vec![format!("Prices in {currency}. Added to them: {added}. They hold already: {held}")],
    }
}

fn promotion_line(shop: &Shop, promotion: &Promotion) -> String {
    let money = |amount: Money| shop.currency.format(amount);
    let off = match promotion.grant {
        Grant::Percent(share) => format!("{} % off", percent(share)),
        Grant::Amount(amount) => format!("{} off", money(amount)),
        Grant::More { buy, get, percent: 100_000 } => format!("buy {buy}, get {get}"),
        Grant::More { buy, get, percent: share } => format!("buy {buy}, get {get} at {} % off", percent(share)),
    };
    let mut said = vec![off];
    said.extend(promotion.windows.iter().map(window));
    if promotion.first_order {
        said.push("on a first order".into());
    }
    if !promotion.groups.is_empty() {
        said.push(format!("for {}", promotion.groups.join(", ")));
    }
    if !promotion.codes.is_empty() {
        said.push(format!("who says \"{}\"", promotion.codes.join("\" or \"")));
    }
    if promotion.minimum > Money::ZERO {
        said.push(format!("from {}", money(promotion.minimum)));
    }
    said.extend(promotion.places.iter().map(|place| shop.option(*place).names.title.clone()));
    format!("{} ({})", promotion.title, said.join(", "))
}

fn fee_line(shop: &Shop, fee: &Fee) -> String {
    let money = |amount: Money| shop.currency.format(amount);
    let charge = match fee.charge {
        Charge::Percent(share) => format!("{} %", percent(share)),
        Charge::Once(amount) => money(amount),
        Charge::Each(amount) => format!("{} a piece", money(amount)),
    };
    let mut said = vec![charge];
    said.extend(fee.places.iter().map(|place| shop.option(*place).names.title.clone()));
    said.extend(fee.free_from.map(|free| format!("free from {}", money(free))));
    format!("{} ({})", fee.title, said.join(", "))
}

/// "mon-fri 14:00-16:30".
fn window(window: &Window) -> String {
    let days: Vec<&str> =
        DAYS.iter().enumerate().filter(|(n, _)| window.days & 1 << n != 0).map(|(_, day)| *day).collect();
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let days = if days.len() == DAYS.len() { String::new() } else { format!("{} ", days.join(" ")) };
    format!("{days}{}-{}", time(window.from), time(window.to))
}
