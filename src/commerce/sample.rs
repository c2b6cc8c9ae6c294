//! A small shop for tests: one of every kind of list and unit. A frozen database names its keys: add, don't rename.

#![allow(dead_code)] // shared by tests that each use a part of it

use crate::lang::Labels;
use crate::money::{Currency, Money};
use crate::shop::*;

pub const LATTE: ItemId = ItemId(0);
pub const BURGER: ItemId = ItemId(1);
pub const APPLES: ItemId = ItemId(2);
pub const SIZE: OptionListId = OptionListId(0);
pub const MILK: OptionListId = OptionListId(1);
pub const SHOTS: OptionListId = OptionListId(2);
pub const TOPPING: OptionListId = OptionListId(3);
pub const PLACE: OptionListId = OptionListId(4);

pub const SMALL: OptionId = OptionId { list: SIZE, index: 0 };
pub const LARGE: OptionId = OptionId { list: SIZE, index: 1 };
pub const WHOLE: OptionId = OptionId { list: MILK, index: 0 };
pub const OAT: OptionId = OptionId { list: MILK, index: 1 };
pub const SHOT: OptionId = OptionId { list: SHOTS, index: 0 };
pub const LETTUCE: OptionId = OptionId { list: TOPPING, index: 0 };
pub const ONION: OptionId = OptionId { list: TOPPING, index: 1 };
pub const BACON: OptionId = OptionId { list: TOPPING, index: 2 };
pub const CHEESE: OptionId = OptionId { list: TOPPING, index: 3 };
pub const HERE: OptionId = OptionId { list: PLACE, index: 0 };
pub const DELIVERED: OptionId = OptionId { list: PLACE, index: 1 };

fn names(title: &str) -> Names {
    Names { title: title.into(), ..Names::default() }
}

fn list(key: &str, choose: Choose, max_count: u8, options: &[(&str, i64)]) -> OptionList {
    let options = options.iter().map(|(title, cents)| Opt {
        key: title.to_lowercase(),
        names: names(title),
        price: Money(*cents),
        available: true,
    });
    OptionList {
        key: key.into(),
        names: names(key),
        choose,
        max_count,
        options: options.collect(),
        ..OptionList::default()
    }
}

fn item(title: &str, cents: i64, unit: Unit, options: Vec<ItemOptions>, tax_class: Option<u16>) -> Item {
    Item {
        key: title.to_lowercase(),
        names: names(title),
        category: CategoryId(0),
        price: Money(cents),
        unit,
        description: None,
        ingredients: vec![],
        tags: vec![],
        options,
        available: true,
        tax_class,
        max_quantity: 20,
    }
}

pub fn shop() -> Shop {
    let size = ItemOptions { required: true, min: 1, ..ItemOptions::plain(SIZE, 1) };
    let milk = ItemOptions { defaults: vec![WHOLE], ..ItemOptions::plain(MILK, 1) };
    let topping = ItemOptions { defaults: vec![LETTUCE, ONION], ..ItemOptions::plain(TOPPING, 3) };
    Shop {
        key: "corner".into(),
        name: "Corner".into(),
        language: "en".into(),
        currency: Currency::default(),
        categories: vec![Category { key: "all".into(), names: names("All") }],
        items: vec![
            item("Latte", 400, Unit::Each, vec![size, milk, ItemOptions::plain(SHOTS, 1)], Some(0)),
            item("Burger", 900, Unit::Each, vec![topping], Some(1)),
            item("Apples", 299, Unit::Measure("lb".into()), vec![], None),
        ],
        option_lists: vec![
            list("size", Choose::One, 1, &[("Small", 0), ("Large", 100)]),
            list("milk", Choose::One, 1, &[("Whole", 0), ("Oat", 75)]),
            list("shots", Choose::Many, 4, &[("Shot", 80)]),
            list("topping", Choose::Many, 2, &[("Lettuce", 30), ("Onion", 30), ("Bacon", 150), ("Cheese", 100)]),
            list("place", Choose::One, 1, &[("Here", 0), ("Delivered", 300)]),
        ],
        order_options: vec![ItemOptions { required: true, min: 1, ..ItemOptions::plain(PLACE, 1) }],
        tax_classes: vec![
            TaxClass { key: "drink".into(), title: "Drink tax".into(), rate_thousandths: 8_875 },
            TaxClass { key: "food".into(), title: "Food tax".into(), rate_thousandths: 5_000 },
        ],
        ..Shop::default()
    }
}

pub fn labels() -> Labels {
    Labels { subtotal: "Subtotal".into(), total: "Total".into() }
}
