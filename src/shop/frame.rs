//! What items stand in: the lists, taxes, units and categories that they refer to, and what they inherit.

use std::collections::BTreeMap;

use crate::lang::UnitWords;
use crate::money::Currency;

use super::diagnose::{Place, Report, suggest};
use super::model::{Category, ItemOptions, TaxClass};
use super::names::fold;
use super::options::Lists;
use super::value::{Kind, Table, Value};

/// Everything that items refer to.
pub struct Frame {
    pub currency: Currency,
    pub lists: Lists,
    pub taxes: Vec<TaxClass>,
    /// By key, as the language of the shop has them.
    pub units: BTreeMap<String, UnitWords>,
    pub categories: Vec<Category>,
    /// Beside `categories`, as are those that follow.
    pub category_places: Vec<Place>,
    pub inherited: Vec<Inherited>,
}

/// What items inherit.
#[derive(Debug, Clone, Default)]
pub struct Inherited {
    pub options: Vec<ItemOptions>,
    pub tax: Option<u16>,
    pub tags: Vec<String>,
    pub sold_out: bool,
    pub max_quantity: u32,
    pub age: Option<u8>,
}

/// Largest quantity of a line that nobody wonders about, where the owner names none.
pub const MAX_QUANTITY: u32 = 20;

/// The keys of `defaults` and categories that items inherit.
pub const INHERITED: [&str; 6] = ["options", "tax", "tags", "sold_out", "max_quantity", "age"];

/// Change what is inherited as `table` says.
pub fn inherit(inherited: &mut Inherited, table: &Table, frame: &Frame, report: &mut Report) {
    if let Some(value) = table.get("options") {
        inherited.options = frame.lists.taken(value, &inherited.options, &frame.currency, report);
    }
    if let Some(value) = table.get("tax") {
        inherited.tax = tax_named(value, frame, report);
    }
    for (tag, _) in table.get_texts("tags", report) {
        if !inherited.tags.contains(&tag) {
            inherited.tags.push(tag);
        }
    }
    if let Some(sold_out) = table.get_flag("sold_out", report) {
        inherited.sold_out = sold_out;
    }
    if let Some(most) = table.get("max_quantity").and_then(|v| v.whole("max_quantity", 1..=1_000_000, report)) {
        inherited.max_quantity = most;
    }
    match table.get("age") {
        // An item of a category whose others are restricted.
        Some(Value { kind: Kind::Flag(false), .. }) => inherited.age = None,
        Some(value) => inherited.age = value.whole("age", 1..=99, report).map(|years| years as u8),
        None => {}
    }
}

pub fn tax_named(value: &Value, frame: &Frame, report: &mut Report) -> Option<u16> {
    if let Kind::Flag(false) = value.kind {
        return None;
    }
    let name = value.text("`tax`", report)?;
    let found = frame.taxes.iter().position(|t| t.key == name || fold(&t.title) == fold(&name));
    if found.is_none() {
        let keys: Vec<&str> = frame.taxes.iter().map(|t| t.key.as_str()).collect();
        let help = match keys.is_empty() {
            true => format!("describe it: [tax.{name}] with rate = \"8.875\" (percent); or write tax = false"),
            false => suggest(&name, keys),
        };
        report.error(value.place, format!("there is no tax class `{name}`"), help);
    }
    found.map(|n| n as u16)
}
