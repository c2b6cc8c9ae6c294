//! The biggest and the smallest of what there is to choose from, and the next: "one size up", "a smaller one".

use crate::commerce::cart::Line;
use crate::money::Money;
use crate::shop::{Choose, ItemId, OptionId, OptionListId, Shop};
use crate::understand::{Misfit, Pick};

use super::message::Cannot;

/// The first of these lists that the item gives a choice of.
pub(super) fn of(shop: &Shop, item: ItemId, lists: &[OptionListId]) -> Option<OptionListId> {
    let one = |list: &OptionListId| shop.option_list(*list).choose == Choose::One;
    let several =
        |list: &OptionListId| shop.item_options(item, *list).is_some() && shop.options_for(*list, Some(item)).len() > 1;
    lists.iter().copied().filter(one).find(several)
}

/// The size next to that of the line. Where none is chosen yet, or it is to be `far`, the biggest or the smallest; beyond
/// these there is none.
pub(super) fn next(shop: &Shop, line: &Line, lists: &[OptionListId], up: bool, far: bool) -> Option<OptionId> {
    let item = line.item;
    let list = of(shop, item, lists)?;
    let price = |option: &OptionId| shop.option_price(item, *option);
    let amount = |option: &OptionId| amount_in(&shop.option(*option).names.title);
    let ranked = ranked(&shop.options_for(list, Some(item)), price, amount);
    let standing = line.effective_choices(shop);
    let there = standing.iter().find(|choice| choice.option.list == list && !choice.negated);
    let at = match there.filter(|_| !far).and_then(|there| ranked.iter().position(|option| *option == there.option)) {
        None if up => ranked.len().checked_sub(1),
        None => Some(0),
        Some(at) if up => at.checked_add(1),
        Some(at) => at.checked_sub(1),
    };
    at.and_then(|at| ranked.get(at).copied())
}

/// Why there is no such size.
pub(super) fn none(shop: &Shop, item: ItemId, lists: &[OptionListId], bigger: bool) -> Cannot {
    match of(shop, item, lists) {
        Some(_) => Cannot::NoFurtherSize { item, bigger },
        None => Cannot::NoChoice { item, of: Misfit::Size },
    }
}

/// One of those that are offered.
pub(super) fn one<T: Copy>(
    among: &[T],
    how: Pick,
    price: impl Fn(&T) -> Money,
    amount: impl Fn(&T) -> Option<f64>,
) -> Option<T> {
    let ranked = match how {
        Pick::Most | Pick::Least | Pick::Middle => ranked(among, price, amount),
        Pick::Any | Pick::Cheapest | Pick::Dearest => ranked(among, price, |_| None),
    };
    let at = match how {
        Pick::Most | Pick::Dearest => ranked.len().checked_sub(1)?,
        Pick::Any | Pick::Least | Pick::Cheapest => 0,
        // Of two or four none is in the middle.
        Pick::Middle => (ranked.len() % 2 == 1).then_some(ranked.len() / 2)?,
    };
    ranked.get(at).copied()
}

/// By the numbers in their names, where these differ; else by what they cost. Of those that are alike in that the first is
/// the least, and the last the most: so shops list them.
fn ranked<T: Copy>(among: &[T], price: impl Fn(&T) -> Money, amount: impl Fn(&T) -> Option<f64>) -> Vec<T> {
    let amounts: Option<Vec<f64>> = among.iter().map(amount).collect();
    let amounts = amounts.filter(|all| all.windows(2).any(|pair| pair[0] != pair[1]));
    let mut ranked: Vec<(usize, T)> = among.iter().copied().enumerate().collect();
    match amounts {
        Some(amounts) => ranked.sort_by(|a, b| amounts[a.0].total_cmp(&amounts[b.0])),
        None => ranked.sort_by_key(|(_, one)| price(one).0),
    }
    ranked.into_iter().map(|(_, one)| one).collect()
}

/// The first number in a name: "400 mg", "1/2 inch".
pub(super) fn amount_in(name: &str) -> Option<f64> {
    let of = |text: &str| {
        let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        digits.parse::<f64>().ok().map(|value| (value, digits.len()))
    };
    let rest = &name[name.find(|c: char| c.is_ascii_digit())?..];
    let (value, length) = of(rest)?;
    let below = rest[length..].strip_prefix('/').and_then(of);
    Some(below.map_or(value, |(below, _)| value / below))
}
