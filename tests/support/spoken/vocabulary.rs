//! A closed vocabulary (slots and the phrases that fill them, as YAML) as a shop.

use std::path::Path;

use saycart::money::Money;
use saycart::shop::{
    Category, CategoryId, Choose, Item, ItemOptions, Names, Opt, OptionList, OptionListId, Shop, Unit,
};

use crate::support::Failure;

/// The slot whose phrases are the items of the shop.
pub const ITEMS: &str = "coffeeDrink";

/// The shop, and the one intent of its customers.
pub fn read(file: &Path) -> Result<(Shop, String), Failure> {
    let context = std::fs::read_to_string(file)?;
    let (slots, intent) = parse(&context).ok_or_else(|| format!("{} has no slots", file.display()))?;
    Ok((shop_of(&slots), intent))
}

/// A slot's name and the phrases that fill it.
type Slot = (String, Vec<String>);

/// The slots with their phrases, in the order of the file, and the one intent.
fn parse(context: &str) -> Option<(Vec<Slot>, String)> {
    let mut slots: Vec<(String, Vec<String>)> = Vec::new();
    let (expressions, rest) = context.split_once("  slots:")?;
    let intent = expressions.lines().find_map(|l| l.strip_prefix("    ")?.strip_suffix(':').map(str::to_string))?;
    for line in rest.lines() {
        match line.trim().strip_prefix("- ") {
            Some(phrase) => slots.last_mut()?.1.push(phrase.trim_matches('"').to_string()),
            None => slots.extend(line.trim().strip_suffix(':').map(|name| (name.to_string(), Vec::new()))),
        }
    }
    Some((slots, intent))
}

/// What is ordered are the items; every other slot is a list of options that each item takes one of.
fn shop_of(slots: &[(String, Vec<String>)]) -> Shop {
    let named = |title: &str| Names { title: title.into(), ..Names::default() };
    let is_item = |slot: &str| slot == ITEMS;
    let option_lists: Vec<OptionList> = slots
        .iter()
        .filter(|(slot, _)| !is_item(slot))
        .map(|(slot, phrases)| OptionList {
            key: slot.clone(),
            names: Names::default(),
            choose: Choose::One,
            max_count: 1,
            options: phrases
                .iter()
                .map(|phrase| Opt { key: phrase.clone(), names: named(phrase), available: true, ..Opt::default() })
                .collect(),
            ..OptionList::default()
        })
        .collect();
    let options: Vec<ItemOptions> =
        (0..option_lists.len() as u16).map(|list| ItemOptions::plain(OptionListId(list), 1)).collect();
    let items = slots.iter().filter(|(slot, _)| is_item(slot)).flat_map(|(_, phrases)| phrases).map(|phrase| Item {
        key: phrase.clone(),
        names: named(phrase),
        category: CategoryId(0),
        price: Money(100),
        unit: Unit::Each,
        description: None,
        ingredients: vec![],
        tags: vec![],
        options: options.clone(),
        available: true,
        tax_class: None,
        max_quantity: 20,
        age: None,
    });
    Shop {
        name: "closed vocabulary".into(),
        language: "en".into(),
        categories: vec![Category { key: "all".into(), names: Names::default() }],
        items: items.collect(),
        option_lists,
        ..Shop::default()
    }
}
