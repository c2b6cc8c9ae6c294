//! What the order as a whole comes with: fees, tips, the least it must come to, what its total is rounded to, and taxes
//! that depend on where it is eaten.

use std::path::PathBuf;

use crate::money::Money;

use super::diagnose::{Place, Report, suggest};
use super::frame::{Frame, tax_named};
use super::model::*;
use super::names::fold;
use super::options::Lists;
use super::value::{Kind, Table, Value, absolute, percent, price, rate};

/// The options that are chosen for the order as a whole, by what they are called: "to go".
pub struct Places<'a> {
    options: Vec<(OptionId, &'a Opt)>,
}

impl<'a> Places<'a> {
    pub fn of(lists: &'a Lists, order: &[ItemOptions]) -> Places<'a> {
        let of_list = |how: &ItemOptions| {
            let (list, options) = (how.list, &lists.lists[usize::from(how.list.0)].options);
            (0u16..).zip(options).map(move |(index, option)| (OptionId { list, index }, option))
        };
        Places { options: order.iter().flat_map(of_list).collect() }
    }

    pub fn named(&self, name: &str, place: Place, report: &mut Report) -> Option<OptionId> {
        let folded = fold(name);
        let called = |option: &Opt| {
            option.key == name || [&option.names.title].into_iter().chain(&option.names.also).any(|n| fold(n) == folded)
        };
        let found = self.options.iter().find(|(_, option)| called(option));
        if found.is_none() {
            let titles: Vec<&str> = self.options.iter().map(|(_, option)| option.names.title.as_str()).collect();
            let help = match titles.is_empty() {
                true => "describe the choice as an option list, and name that in [order]: options = [\"where\"]".into(),
                false => suggest(name, titles),
            };
            report.error(place, format!("no option of the order is called `{name}`"), help);
        }
        found.map(|(option, _)| *option)
    }

    /// Those that `at` of a table names; none where it stands for all.
    pub fn at(&self, table: &Table, report: &mut Report) -> Vec<OptionId> {
        let named = table.get_texts("at", report);
        named.into_iter().filter_map(|(name, place)| self.named(&name, place, report)).collect()
    }
}

/// The tables of a list that stands at the top: `[[fees]]`.
pub fn tables<'a>(top: &'a Table, key: &str, report: &mut Report) -> Vec<&'a Table> {
    let Some(value) = top.get(key) else { return vec![] };
    let single = std::slice::from_ref(value);
    let values = if let Kind::List(values) = &value.kind { &values[..] } else { single };
    values.iter().filter_map(|value| value.table(&format!("one of `{key}`"), report)).collect()
}

/// Rates of tax that an option of the order changes: `rates = { "to go" = "0" }`.
pub fn tax_by_place(table: &Table, places: &Places<'_>, taxes: &mut [TaxClass], report: &mut Report) {
    for tax in taxes {
        let Some(Value { kind: Kind::Table(body), .. }) = table.get(&tax.key) else { continue };
        let Some(rates) = body.get("rates").and_then(|value| value.table("`rates`", report)) else { continue };
        for entry in &rates.entries {
            let option = places.named(&entry.key, entry.place, report);
            if let (Some(option), Some(rate)) = (option, rate(&entry.value, report)) {
                tax.rates.push((option, rate));
            }
        }
    }
}

/// All but the promotions.
pub fn read(top: &Table, order: &Table, places: &Places<'_>, frame: &Frame, report: &mut Report) -> Terms {
    Terms {
        promotions: vec![],
        fees: tables(top, "fees", report).into_iter().filter_map(|fee| read_fee(fee, places, frame, report)).collect(),
        tips: top.get("tips").and_then(|value| read_tips(value, report)),
        minimums: order.get("minimum").map(|value| read_minimums(value, places, frame, report)).unwrap_or_default(),
        approval_code: order.get("approval_code_file").and_then(|value| read_code_file(value, order, report)),
        approval: order.get("approval").and_then(|value| positive(value, "approval", frame, report)),
        rounding: order.get("rounding").and_then(|value| positive(value, "rounding", frame, report)),
    }
}

fn read_code_file(value: &Value, order: &Table, report: &mut Report) -> Option<PathBuf> {
    if order.get("approval").is_none() {
        let help = "add approval = \"200.00\" with the amount from which it is asked for";
        report.error(value.place, "nothing needs this code", help);
    }
    let text = value.text("`approval_code_file`", report)?;
    absolute(value, &text, report)
}

/// A price that is more than nothing.
pub fn positive(value: &Value, key: &str, frame: &Frame, report: &mut Report) -> Option<Money> {
    let amount = price(value, &frame.currency, report)?;
    if amount <= Money::ZERO {
        let example = frame.currency.plain(frame.currency.unit());
        report.error(
            value.place,
            format!("`{key}` must be more than nothing"),
            format!("write for example {key} = \"{example}\""),
        );
        return None;
    }
    Some(amount)
}

fn read_fee(table: &Table, places: &Places<'_>, frame: &Frame, report: &mut Report) -> Option<Fee> {
    table.only("a fee", &["title", "kind", "amount", "percent", "each", "at", "free_from", "tax"], report);
    let Some(title) = table.get_text("title", report) else {
        report.error(table.place, "a fee has no title", "add title = \"delivery\", as it is to be said");
        return None;
    };
    let kind = match table.get_text("kind", report).as_deref() {
        None | Some("service") => FeeKind::Service,
        Some("packaging") => FeeKind::Packaging,
        Some("delivery") => FeeKind::Delivery,
        Some(other) => {
            let at = table.get("kind").map_or(table.place, |value| value.place);
            let help = suggest(other, ["service", "packaging", "delivery"]);
            report.error(at, format!("there is no kind of fee `{other}`"), help);
            FeeKind::Service
        }
    };
    let each = table.get_flag("each", report).unwrap_or(false);
    let charge = match (table.get("amount"), table.get("percent")) {
        (Some(value), None) => positive(value, "amount", frame, report).map(|amount| match each {
            true => Charge::Each(amount),
            false => Charge::Once(amount),
        }),
        (None, Some(value)) => percent(value, "percent", "share", report).map(Charge::Percent),
        (Some(_), Some(_)) | (None, None) => {
            let message = format!("the fee `{title}` needs either an amount or a share");
            report.error(table.place, message, "write amount = \"3.00\", or percent = \"10\"");
            None
        }
    };
    let places = places.at(table, report);
    let free_from = table.get("free_from").and_then(|value| positive(value, "free_from", frame, report));
    let tax_class = table.get("tax").and_then(|value| tax_named(value, frame, report));
    Some(Fee { title, kind, charge: charge?, places, free_from, tax_class })
}

fn read_tips(value: &Value, report: &mut Report) -> Option<Tips> {
    let table = value.table("`tips`", report)?;
    table.only("`tips`", &["suggest", "ask"], report);
    let single = |value: &Value| vec![value.clone()];
    let suggested = table.get("suggest").map_or(vec![], |value| match &value.kind {
        Kind::List(values) => values.clone(),
        _ => single(value),
    });
    let suggested = suggested.iter().filter_map(|value| percent(value, "suggest", "share", report)).collect();
    Some(Tips { suggested, ask: table.get_text("ask", report) })
}

/// One amount for every order, or one by place.
fn read_minimums(value: &Value, places: &Places<'_>, frame: &Frame, report: &mut Report) -> Vec<Minimum> {
    let Kind::Table(table) = &value.kind else {
        let amount = positive(value, "minimum", frame, report);
        return amount.map(|amount| Minimum { amount, place: None }).into_iter().collect();
    };
    let mut minimums = vec![];
    for entry in &table.entries {
        let place = places.named(&entry.key, entry.place, report);
        let amount = positive(&entry.value, "minimum", frame, report);
        if let (Some(place), Some(amount)) = (place, amount) {
            minimums.push(Minimum { amount, place: Some(place) });
        }
    }
    minimums
}
