//! Promotions: what is off the price, when, for whom, and what goes with what.

use crate::money::Money;

use super::diagnose::{Place, Report, suggest};
use super::frame::Frame;
use super::hours;
use super::model::*;
use super::names::{fold, slug};
use super::terms::{Places, positive, tables};
use super::value::{Kind, Table, percent, price};

const KEYS: [&str; 15] = [
    "key",
    "title",
    "percent",
    "amount",
    "buy",
    "get",
    "on",
    "days",
    "hours",
    "first_order",
    "groups",
    "code",
    "minimum",
    "at",
    "combines",
];

/// More than any shop runs at once.
const MOST: usize = 1_000;

pub fn read(top: &Table, places: &Places<'_>, frame: &Frame, items: &[Item], report: &mut Report) -> Vec<Promotion> {
    let mut read = vec![];
    let tables = tables(top, "promotions", report);
    for table in tables.iter().take(MOST) {
        if let Some(promotion) = read_one(table, places, frame, items, report) {
            if let Some(twin) = read.iter().find(|(other, _): &&(Promotion, _)| other.key == promotion.key) {
                let message = format!("`{}` is also the key of the promotion `{}`", promotion.key, twin.0.title);
                report.error(table.place, message, "give one of them a `key` of its own");
            }
            check_codes(&promotion, &read, table, report);
            read.push((promotion, *table));
        }
    }
    let keys: Vec<String> = read.iter().map(|(promotion, _)| promotion.key.clone()).collect();
    for (promotion, table) in &mut read {
        promotion.combines = combines(table, &keys, report);
    }
    read.into_iter().map(|(promotion, _)| promotion).collect()
}

fn read_one(
    table: &Table,
    places: &Places<'_>,
    frame: &Frame,
    items: &[Item],
    report: &mut Report,
) -> Option<Promotion> {
    table.only("a promotion", &KEYS, report);
    let Some(title) = table.get_text("title", report) else {
        report.error(table.place, "a promotion has no title", "add title = \"two for one on muffins\", as it is said");
        return None;
    };
    let on = table.get("on").map(|_| reach(table, frame, items, report));
    let grant = grant(table, &title, frame, report);
    if on.is_none() && matches!(grant, Some(Grant::More { .. })) {
        report.error(
            table.place,
            format!("`{title}` does not say of what"),
            "add on = [\"muffin\"]: items or categories",
        );
    }
    let minimum = table.get("minimum").and_then(|value| positive(value, "minimum", frame, report));
    let codes: Vec<String> = table.get_texts("code", report).into_iter().map(|(code, _)| code).collect();
    let promotion = Promotion {
        key: table.get_text("key", report).unwrap_or_else(|| slug(&title)),
        title,
        grant: grant?,
        on,
        windows: hours::windows(table, report),
        first_order: table.get_flag("first_order", report).unwrap_or(false),
        groups: table.get_texts("groups", report).into_iter().map(|(group, _)| group).collect(),
        codes,
        minimum: minimum.unwrap_or(Money::ZERO),
        places: places.at(table, report),
        combines: Combines::Never,
    };
    Some(promotion)
}

/// The items that `on` names, by themselves or by their category.
fn reach(table: &Table, frame: &Frame, items: &[Item], report: &mut Report) -> Vec<ItemId> {
    let mut reached = vec![];
    for (name, place) in table.get_texts("on", report) {
        let folded = fold(&name);
        let called = |key: &str, names: &Names| {
            key == name || [&names.title].into_iter().chain(&names.also).any(|other| fold(other) == folded)
        };
        let item = items.iter().position(|item| called(&item.key, &item.names));
        let category = frame.categories.iter().position(|category| called(&category.key, &category.names));
        match (item, category) {
            (Some(item), _) => reached.push(ItemId(item as u32)),
            (None, Some(category)) => {
                let category = CategoryId(category as u16);
                let within = items.iter().enumerate().filter(|(_, item)| item.category == category);
                reached.extend(within.map(|(n, _)| ItemId(n as u32)));
            }
            (None, None) => {
                let titles: Vec<&str> = frame
                    .categories
                    .iter()
                    .map(|category| category.names.title.as_str())
                    .chain(items.iter().map(|item| item.names.title.as_str()))
                    .collect();
                report.error(place, format!("nothing that is sold is called `{name}`"), suggest(&name, titles));
            }
        }
    }
    reached.sort_unstable();
    reached.dedup();
    reached
}

fn grant(table: &Table, title: &str, frame: &Frame, report: &mut Report) -> Option<Grant> {
    let whole = |key: &str, report: &mut Report| table.get(key).map(|value| value.whole(key, 1..=1_000, report));
    let share = table.get("percent").map(|value| percent(value, "percent", "share", report));
    match (share, table.get("amount"), whole("buy", report), whole("get", report)) {
        (Some(share), None, None, None) => Some(Grant::Percent(share?)),
        (None, Some(value), None, None) => {
            let amount = price(value, &frame.currency, report)?;
            if amount <= Money::ZERO {
                report.error(value.place, "what is off must be more than nothing", "write it without a minus");
                return None;
            }
            Some(Grant::Amount(amount))
        }
        (share, None, Some(buy), Some(get)) => {
            Some(Grant::More { buy: buy?, get: get?, percent: share.unwrap_or(Some(100_000))? })
        }
        (_, _, Some(_), None) | (_, _, None, Some(_)) => {
            report.error(table.place, format!("`{title}` has one of `buy` and `get`"), "write both: buy = 2, get = 1");
            None
        }
        (_, _, _, _) => {
            let message = format!("`{title}` does not say what is off");
            report.error(
                table.place,
                message,
                "write one of: percent = \"10\", amount = \"2.00\", or buy = 2 and get = 1",
            );
            None
        }
    }
}

/// Words that are said for two promotions would be a riddle.
fn check_codes(promotion: &Promotion, before: &[(Promotion, &Table)], table: &Table, report: &mut Report) {
    let at = |table: &Table| table.get("code").map_or(table.place, |value| value.place);
    for code in &promotion.codes {
        if fold(code).is_empty() {
            report.error(at(table), format!("the code `{code}` has no letter or digit"), "write it as people say it");
        }
        let twin = before.iter().find(|(other, _)| other.codes.iter().any(|there| fold(there) == fold(code)));
        if let Some((twin, _)) = twin {
            let message = format!("`{code}` is also the code of the promotion `{}`", twin.title);
            report.error(at(table), message, "give one of them another code");
        }
    }
}

fn combines(table: &Table, keys: &[String], report: &mut Report) -> Combines {
    let Some(value) = table.get("combines") else { return Combines::Never };
    if let Kind::Flag(always) = value.kind {
        return if always { Combines::Always } else { Combines::Never };
    }
    let known = |name: &str, place: Place, report: &mut Report| {
        let found = keys.iter().position(|key| key == name);
        if found.is_none() {
            let help = suggest(name, keys.iter().map(String::as_str));
            report.error(place, format!("there is no promotion with the key `{name}`"), help);
        }
        found.map(|n| n as u16)
    };
    let named = value.texts("`combines`", report);
    Combines::With(named.into_iter().filter_map(|(name, place)| known(&name, place, report)).collect())
}
