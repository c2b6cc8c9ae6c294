//! What promotions take off. Of those that do not go together on a line it gets the one that saves most, the one that
//! stands first in the shop's description where several save the same.
//!
//! Lines are looked at in an order of their own, by what they are: in which order they were said changes nothing.

use crate::money::Money;
use crate::shop::{Combines, Grant, ItemId, OptionId, Promotion, Shop};

use super::super::cart::{Cart, Line, Quantity};
use super::line::LinePrice;
use super::moment::Moment;
use super::share::share;

/// What one promotion takes off in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saving {
    /// Its place among the shop's.
    pub promotion: u16,
    pub off: Money,
}

/// A line while promotions are given to it.
struct Open<'a> {
    /// Its place in the cart.
    at: usize,
    item: ItemId,
    quantity: Quantity,
    each: Money,
    amount: Money,
    left: Money,
    had: Vec<&'a Promotion>,
}

/// Give the promotions that hold to the lines, and tell what each saves, in the shop's order.
pub fn grant(shop: &Shop, cart: &Cart, places: &[OptionId], moment: Moment, prices: &mut [LinePrice]) -> Vec<Saving> {
    let holding = |promotion: &&Promotion| holds(promotion, cart, places, moment);
    let mut waiting: Vec<&Promotion> = shop.terms.promotions.iter().filter(holding).collect();
    if waiting.is_empty() {
        return vec![];
    }
    let mut lines = opened(cart, prices);
    waiting.retain(|promotion| {
        let bought: Money = lines.iter().filter(|line| promotion.reaches(line.item)).map(|line| line.amount).sum();
        bought >= promotion.minimum
    });
    let mut savings = vec![];
    while !waiting.is_empty() {
        let offers = waiting.iter().map(|promotion| offer(shop, promotion, &lines));
        let offers: Vec<(Money, Vec<Money>)> = offers.map(|parts| (parts.iter().copied().sum(), parts)).collect();
        // The last of the greatest, seen from behind: the first.
        let best = offers.iter().enumerate().rev().max_by_key(|(_, (off, _))| *off);
        let Some((best, (off, parts))) = best.filter(|(_, (off, _))| *off > Money::ZERO) else { break };
        let promotion = waiting.remove(best);
        for (line, part) in lines.iter_mut().zip(parts).filter(|(_, part)| **part > Money::ZERO) {
            line.left = line.left - *part;
            line.had.push(promotion);
            let price = &mut prices[line.at];
            let kept = if promotion.on.is_some() { &mut price.items_discount } else { &mut price.discount };
            *kept += *part;
        }
        savings.push(Saving { promotion: place(shop, promotion), off: *off });
    }
    savings.sort_by_key(|saving| saving.promotion);
    savings
}

fn opened<'a>(cart: &Cart, prices: &[LinePrice]) -> Vec<Open<'a>> {
    let mut order: Vec<usize> = (0..cart.lines.len()).collect();
    let what = |line: &Line| (line.item, line.choices.clone(), line.notes.clone(), line.quantity.in_parts());
    order.sort_by_cached_key(|at| what(&cart.lines[*at]));
    let open = |at: usize| {
        let (line, price) = (&cart.lines[at], &prices[at]);
        let (item, quantity, each) = (line.item, line.quantity, price.each);
        Open { at, item, quantity, each, amount: price.amount, left: price.amount.max(Money::ZERO), had: vec![] }
    };
    order.into_iter().map(open).collect()
}

fn place(shop: &Shop, promotion: &Promotion) -> u16 {
    shop.terms.promotions.iter().position(|other| std::ptr::eq(other, promotion)).unwrap_or_default() as u16
}

/// All that does not depend on what is bought.
fn holds(promotion: &Promotion, cart: &Cart, places: &[OptionId], moment: Moment) -> bool {
    let customer = cart.customer.as_ref();
    let of = |group: &String| customer.is_some_and(|customer| customer.groups.contains(group));
    (promotion.windows.is_empty() || promotion.windows.iter().any(|window| moment.is_within(window)))
        && (!promotion.first_order || customer.is_some_and(|customer| customer.first_order))
        && (promotion.groups.is_empty() || promotion.groups.iter().any(of))
        && (promotion.codes.is_empty() || cart.vouchers.contains(&promotion.key))
        && (promotion.places.is_empty() || promotion.places.iter().any(|place| places.contains(place)))
}

/// What it would take off each line now.
fn offer(shop: &Shop, promotion: &Promotion, lines: &[Open]) -> Vec<Money> {
    let open = |line: &Open| promotion.reaches(line.item) && line.had.iter().all(|had| together(shop, had, promotion));
    let open: Vec<bool> = lines.iter().map(open).collect();
    let weights: Vec<Money> =
        lines.iter().zip(&open).map(|(line, open)| if *open { line.left } else { Money::ZERO }).collect();
    let all: Money = weights.iter().copied().sum();
    match promotion.grant {
        Grant::Percent(percent) => share(all.portion(u64::from(percent), 100_000), &weights),
        Grant::Amount(off) if promotion.on.is_none() => share(off.min(all), &weights),
        Grant::Amount(off) => lines.iter().zip(weights).map(|(line, left)| line.quantity.cost(off).min(left)).collect(),
        Grant::More { buy, get, percent } => {
            let mut parts = vec![Money::ZERO; lines.len()];
            let pieces = |at: &usize| match lines[*at].quantity {
                Quantity::Count(count) if open[*at] => Some((*at, u64::from(count))),
                Quantity::Count(_) | Quantity::Measure(_) => None,
            };
            let mut counted: Vec<(usize, u64)> = (0..lines.len()).filter_map(|at| pieces(&at)).collect();
            counted.sort_by_key(|(at, _)| lines[*at].each);
            let mut cheaper = granted(counted.iter().map(|(_, count)| count).sum(), buy, get);
            for (at, count) in counted {
                let of_line = count.min(cheaper);
                cheaper -= of_line;
                let off = lines[at].each.portion(of_line, 1).portion(u64::from(percent), 100_000);
                parts[at] = off.clamp(Money::ZERO, weights[at]);
            }
            parts
        }
    }
}

/// How many of so many pieces are cheaper.
fn granted(pieces: u64, buy: u32, get: u32) -> u64 {
    let (buy, get) = (u64::from(buy), u64::from(get));
    pieces / (buy + get) * get + (pieces % (buy + get)).saturating_sub(buy)
}

/// One of them says so, or both go with everything.
fn together(shop: &Shop, one: &Promotion, other: &Promotion) -> bool {
    let names = |one: &Promotion, other: &Promotion| matches!(&one.combines, Combines::With(all) if all.contains(&place(shop, other)));
    names(one, other) || names(other, one) || (one.combines == Combines::Always && other.combines == Combines::Always)
}
