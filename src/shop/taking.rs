//! How an item takes an option list: what a list says of itself, changed by a category, changed by an item.

use crate::money::Currency;

use super::diagnose::{Place, Report, suggest};
use super::model::{Choose, ItemOptions, Opt, OptionId, OptionList, OptionListId};
use super::names::fold;
use super::value::{Kind, Table, Value, price};

/// The keys that say how a list is taken, wherever it is: in the list itself, a category or an item.
pub const TAKING: [&str; 4] = ["required", "default", "min", "max"];
/// What a category or an item may say besides.
pub const NARROWING: [&str; 3] = ["only", "without", "prices"];

/// `base`, changed as `table` says, and checked.
pub fn adjust(
    base: &ItemOptions,
    list: &OptionList,
    table: &Table,
    place: Place,
    currency: &Currency,
    report: &mut Report,
) -> ItemOptions {
    let mut next = base.clone();
    let errors = report.errors();
    narrow(&mut next, list, table, currency, report);
    let required = table.get_flag("required", report);
    let default = table.get("default");
    if let Some(value) = default {
        next.defaults = match value.kind {
            Kind::Flag(false) => vec![],
            _ => options_of(value, "`default`", list, next.list, report),
        };
        next.required = false;
    }
    match required {
        Some(true) if !next.defaults.is_empty() && default.is_some() => {
            let at = table.get("required").map_or(place, |v| v.place);
            let message = format!("`{}` is both required and has a default", list.key);
            report.error(at, message, "keep `default` and nobody is asked, or keep `required` and everybody is");
        }
        Some(true) => {
            next.required = true;
            next.defaults.clear();
        }
        Some(false) => {
            next.required = false;
            next.min = 0;
        }
        None => {}
    }
    let most = if list.choose == Choose::One { 1 } else { 255 };
    let bound = |key: &str, report: &mut Report| table.get(key).and_then(|v| v.whole(key, 0..=255, report));
    if let Some(min) = bound("min", report) {
        next.min = min as u8;
    }
    if let Some(max) = bound("max", report) {
        next.max = max as u8;
    }
    if next.max > most {
        let at = table.get("max").map_or(place, |v| v.place);
        report.error(
            at,
            format!("one is chosen of `{}`, not {}", list.key, next.max),
            "choose = \"many\" takes several",
        );
        next.max = 1;
    }
    drop_sold_out_defaults(&mut next, list, default.map_or(place, |v| v.place), default.is_some(), report);
    if next.required && next.min == 0 {
        next.min = 1;
    }
    if next.defaults.len() < usize::from(next.min) {
        next.required = true;
    }
    // What could not be read would only bring further errors with it.
    if report.errors() == errors {
        check(&next, list, table, place, report);
        if let Some(value) = default {
            check_default_prices(&next, list, value.place, report);
        }
    }
    next
}

/// Which options there are here, and at which prices.
fn narrow(next: &mut ItemOptions, list: &OptionList, table: &Table, currency: &Currency, report: &mut Report) {
    let id = next.list;
    if let Some(value) = table.get("only") {
        let kept = options_of(value, "`only`", list, id, report);
        let all = (0..list.options.len() as u16).map(|index| OptionId { list: id, index });
        next.excluded = all.filter(|o| !kept.contains(o)).collect();
    }
    if let Some(value) = table.get("without") {
        next.excluded.extend(options_of(value, "`without`", list, id, report));
        next.excluded.sort();
        next.excluded.dedup();
    }
    let Some(value) = table.get("prices") else { return };
    let Some(prices) = value.table("`prices`", report) else { return };
    for entry in &prices.entries {
        let option = option_named(&entry.key, entry.place, list, id, report);
        let price = price(&entry.value, currency, report);
        if let (Some(option), Some(price)) = (option, price) {
            next.prices.retain(|(had, _)| *had != option);
            next.prices.push((option, price));
        }
    }
}

/// What is sold out cannot go without saying: it is asked about as long as it is.
fn drop_sold_out_defaults(next: &mut ItemOptions, list: &OptionList, place: Place, said: bool, report: &mut Report) {
    let sold_out = |o: &OptionId| !list.options[usize::from(o.index)].available;
    for gone in next.defaults.iter().filter(|o| said && sold_out(o)) {
        let title = &list.options[usize::from(gone.index)].names.title;
        let message = format!("`{title}` is the default, but sold out");
        report.warning(place, message, "until it is back people are asked; or name another default");
    }
    if next.defaults.iter().any(sold_out) {
        next.defaults.retain(|o| !sold_out(o));
        next.required |= list.choose == Choose::One;
    }
}

/// What everybody gets who says nothing belongs in the price that everybody sees.
fn check_default_prices(next: &ItemOptions, list: &OptionList, place: Place, report: &mut Report) {
    for default in &next.defaults {
        let option = &list.options[usize::from(default.index)];
        let own = next.prices.iter().find(|(o, _)| o == default).map_or(option.price, |(_, price)| *price);
        if own.0 != 0 {
            let title = &option.names.title;
            let message = format!("`{title}` is the default, but changes the price");
            let help =
                format!("let it cost nothing here: prices = {{ \"{title}\" = 0 }}; or say it in the item's price");
            report.warning(place, message, help);
        }
    }
}

fn check(next: &ItemOptions, list: &OptionList, table: &Table, place: Place, report: &mut Report) {
    let at = |keys: &[&str]| keys.iter().find_map(|k| table.get(k)).map_or(place, |v| v.place);
    let key = &list.key;
    if let Some(out) = next.defaults.iter().find(|o| !next.offers(**o)) {
        let title = &list.options[usize::from(out.index)].names.title;
        let message = format!("the default of `{key}`, `{title}`, is left out here");
        report.error(at(&["only", "without"]), message, "say `default` here too, or required = true");
    }
    if next.min > next.max {
        let message = format!("at least {} of `{key}` are wanted, but at most {} allowed", next.min, next.max);
        report.error(at(&["min", "max", "required"]), message, "`min` must not be greater than `max`");
    } else if next.defaults.len() > usize::from(next.max) {
        let message = format!("{} defaults of `{key}`, but at most {} may be chosen", next.defaults.len(), next.max);
        report.error(at(&["default", "max"]), message, "name fewer defaults, or raise `max`");
    }
    let offered = (0..list.options.len() as u16)
        .filter(|index| next.offers(OptionId { list: next.list, index: *index }))
        .filter(|index| list.options[usize::from(*index)].available)
        .count();
    if next.min <= next.max && offered < usize::from(next.min) {
        let there = match offered {
            0 => "none can be had".to_string(),
            few => format!("only {few} can be had"),
        };
        let message = format!("{} of `{key}` must be chosen, but {there}", next.min);
        report.error(
            at(&["required", "min", "only", "without", "choices"]),
            message,
            "make more available, or want fewer",
        );
    }
}

fn options_of(value: &Value, wanted: &str, list: &OptionList, id: OptionListId, report: &mut Report) -> Vec<OptionId> {
    let named = value.texts(wanted, report);
    named.into_iter().filter_map(|(name, place)| option_named(&name, place, list, id, report)).collect()
}

fn option_named(
    name: &str,
    place: Place,
    list: &OptionList,
    id: OptionListId,
    report: &mut Report,
) -> Option<OptionId> {
    let folded = fold(name);
    let called = |o: &Opt| {
        o.key == name || fold(&o.names.title) == folded || o.names.also.iter().any(|also| fold(also) == folded)
    };
    let found = list.options.iter().position(called);
    if found.is_none() {
        let titles: Vec<&str> = list.options.iter().map(|o| o.names.title.as_str()).collect();
        report.error(place, format!("`{}` has no choice `{name}`", list.key), suggest(name, titles));
    }
    found.map(|index| OptionId { list: id, index: index as u16 })
}
