//! Items, from TOML or a sheet alike.

use crate::lang::UnitWords;
use crate::money::Money;

use super::diagnose::{Place, Report, suggest};
use super::frame::{Frame, Inherited, inherit};
use super::model::{Category, CategoryId, Item, OptionId, Unit};
use super::names::{self, branded, fold, slug};
use super::value::{Table, price};

/// The items read, and where their names stand.
#[derive(Debug, Default)]
pub struct Items {
    pub items: Vec<Item>,
    /// Beside `items`.
    pub places: Vec<Places>,
}

/// Where the names of an item stand in the files.
#[derive(Debug, Clone)]
pub struct Places {
    pub name: Place,
    pub key: Place,
    /// Beside the first of the item's other names; those beyond were made from its brand.
    pub also: Vec<Place>,
    /// So many of its other names, the first ones, go without its brand: other brands may share them.
    pub unbranded: usize,
}

const KEYS: [&str; 13] = [
    "key",
    "price",
    "brand",
    "unit",
    "pack",
    "options",
    "description",
    "ingredients",
    "tags",
    "sold_out",
    "max_quantity",
    "age",
    "tax",
];

impl Items {
    /// Add what `table` describes: an item of `category`, or of the one that it names itself.
    pub fn add(&mut self, table: &Table, category: Option<CategoryId>, frame: &Frame, report: &mut Report) {
        let mut known = [&names::KEYS[..], &KEYS].concat();
        if category.is_none() {
            known.push("category");
        }
        table.only("an item", &known, report);
        let read = names::read(table, None, "an item", report);
        let category = category.or_else(|| named_category(table, frame, report));
        let mut inherited = category.map_or_else(Inherited::default, |c| frame.inherited[usize::from(c.0)].clone());
        inherit(&mut inherited, table, frame, report);
        let price = item_price(table, frame, report);
        let unit = unit(table, frame, report);
        let description = table.get_text("description", report);
        let ingredients = table.get_texts("ingredients", report).into_iter().map(|(text, _)| text).collect();
        let brand = table.get_text("brand", report);
        let own_key = table.get_text("key", report);
        // An item without a price or a category cannot be sold, but its names are still compared with the others'.
        let Some(mut read) = read else { return };
        let priced = price.is_some();
        let (price, category) = (price.unwrap_or_default(), category.unwrap_or(CategoryId(0)));

        let mut names = read.names;
        let mut unbranded = 0;
        if let Some(brand) = brand {
            // Called in full or without the brand; where several brands share the rest, people are asked.
            let other: Vec<String> = names.also.iter().map(|also| branded(&brand, also)).collect();
            let title = branded(&brand, &names.title);
            unbranded = names.also.len() + 1;
            names.also.insert(0, std::mem::replace(&mut names.title, title));
            names.also.extend(other);
            names.say = names.say.map(|say| branded(&brand, &say));
            names.plural = names.plural.map(|plural| branded(&brand, &plural));
            read.also.insert(0, read.place);
        }
        let key_place = table.get("key").map_or(read.place, |v| v.place);
        let item = Item {
            key: own_key.unwrap_or_else(|| slug(&names.title)),
            names,
            category,
            price,
            unit,
            description,
            ingredients,
            tags: inherited.tags,
            options: inherited.options,
            available: !inherited.sold_out,
            tax_class: inherited.tax,
            max_quantity: inherited.max_quantity,
            age: inherited.age,
        };
        if priced {
            check_option_prices(&item, frame, read.place, report);
        }
        self.items.push(item);
        self.places.push(Places { name: read.place, key: key_place, also: read.also, unbranded });
    }
}

fn named_category(table: &Table, frame: &Frame, report: &mut Report) -> Option<CategoryId> {
    let Some(value) = table.get("category") else {
        report.error(table.place, "this item has no category", "add category = \"…\", or list it inside its category");
        return None;
    };
    let name = value.text("`category`", report)?;
    let called = |c: &Category| c.key == name || fold(&c.names.title) == fold(&name);
    let found = frame.categories.iter().position(called);
    if found.is_none() {
        let keys: Vec<&str> = frame.categories.iter().map(|c| c.key.as_str()).collect();
        let help = match keys.is_empty() {
            true => format!("add a category: [categories.{}]", slug(&name)),
            false => suggest(&name, keys),
        };
        report.error(value.place, format!("there is no category `{name}`"), help);
    }
    found.map(|n| CategoryId(n as u16))
}

fn item_price(table: &Table, frame: &Frame, report: &mut Report) -> Option<Money> {
    let Some(value) = table.get("price") else {
        let named = table.get("name").map_or(table.place, |v| v.place);
        report.error(named, "this item has no price", "add price = \"4.50\"; 0 where it costs nothing");
        return None;
    };
    let price = price(value, &frame.currency, report)?;
    if price < Money(0) {
        report.error(value.place, "an item cannot cost less than nothing", "only a choice may take from the price");
        return None;
    }
    Some(price)
}

fn unit(table: &Table, frame: &Frame, report: &mut Report) -> Unit {
    let pack = table.get_text("pack", report);
    let Some(unit) = table.get_text("unit", report) else {
        return pack.map_or(Unit::Each, Unit::Pack);
    };
    let at = |key: &str| table.get(key).map_or(table.place, |v| v.place);
    if pack.is_some() {
        report.error(at("pack"), "an item is sold by a `unit` or a `pack`, not both", "keep one of them");
        return Unit::Each;
    }
    match frame.units.get(&unit) {
        // Without a language there are no units to know; its absence has been reported.
        None if frame.units.is_empty() => Unit::Measure(unit),
        Some(words) if measured(words) => Unit::Measure(unit),
        Some(_) => Unit::Pack(unit),
        None => {
            let known = frame.units.iter().filter(|(_, words)| measured(words));
            let known: Vec<String> = known.map(|(key, _)| format!("`{key}`")).collect();
            let help = format!("a unit is one of {}; for what is sold whole write pack = \"{unit}\"", known.join(", "));
            report.error(at("unit"), format!("`{unit}` is no weight or measure"), help);
            Unit::Each
        }
    }
}

/// Whether amounts in between make sense: of pounds they do, of dozens and bunches they do not.
fn measured(unit: &UnitWords) -> bool {
    ["mass", "volume", "length"].contains(&unit.kind.as_str())
}

/// No choice may cost more than the whole item is worth.
fn check_option_prices(item: &Item, frame: &Frame, place: Place, report: &mut Report) {
    for taken in &item.options {
        let list = &frame.lists.lists[usize::from(taken.list.0)];
        for (index, option) in list.options.iter().enumerate() {
            let id = OptionId { list: taken.list, index: index as u16 };
            let own = taken.prices.iter().find(|(o, _)| *o == id).map_or(option.price, |(_, price)| *price);
            if taken.offers(id) && item.price.0.saturating_add(own.0) < 0 {
                let message = format!("with `{}` this would cost less than nothing", option.names.title);
                report.error(place, message, "raise the price, or take less away for the choice");
            }
        }
    }
}
