//! The two shops that come along.

use std::collections::HashSet;
use std::path::Path;

use saycart::money::Money;
use saycart::shop::{Choose, OptionId, Shop, Unit, show};

use crate::pronounce;

fn shipped(name: &str) -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops").join(name);
    let loaded = Shop::check(&dir, &pronounce).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(loaded.warnings.list, [], "{}", loaded.warnings);
    loaded.shop
}

#[test]
fn the_shops_that_come_along_are_clean_and_rich() {
    let (cafe, grocer) = (shipped("cafe"), shipped("grocer"));
    assert!(cafe.items.len() >= 50, "{}", cafe.items.len());
    assert!(grocer.items.len() >= 300 && grocer.categories.len() >= 15);
    for shop in [&cafe, &grocer] {
        let sold_out = shop.items.iter().filter(|i| !i.available).count();
        assert!(sold_out > 0 && sold_out * 10 < shop.items.len());
        assert!(!shop.order_options.is_empty() && shop.hours.is_some());
        let keys: HashSet<&str> = shop.items.iter().map(|i| i.key.as_str()).collect();
        assert_eq!(keys.len(), shop.items.len());
        for (index, _) in shop.categories.iter().enumerate() {
            assert!(shop.items.iter().any(|i| usize::from(i.category.0) == index), "a category without items");
        }
        for (index, _) in shop.option_lists.iter().enumerate() {
            let taken = shop.items.iter().flat_map(|i| &i.options).chain(&shop.order_options);
            assert!(taken.into_iter().any(|o| usize::from(o.list.0) == index), "a list that nothing takes");
        }
    }
    for tag in ["vegan", "vegetarian", "gluten-free", "contains nuts", "spicy"] {
        assert!(cafe.items.iter().any(|i| i.tags.iter().any(|t| t == tag)), "{tag}");
    }
    let unit = |unit: &'_ Unit| match unit {
        Unit::Measure(unit) | Unit::Pack(unit) => Some(unit.clone()),
        Unit::Each => None,
    };
    let units: HashSet<String> = grocer.items.iter().filter_map(|i| unit(&i.unit)).collect();
    assert!(["lb", "oz", "dozen", "bunch"].iter().all(|u| units.contains(*u)), "{units:?}");
    let rates: HashSet<u32> = grocer
        .items
        .iter()
        .filter_map(|i| i.tax_class)
        .map(|class| grocer.tax_classes[usize::from(class)].rate_thousandths)
        .collect();
    assert_eq!(rates, HashSet::from([0, 8875]));
}

#[test]
fn every_item_of_the_shops_can_be_ordered() {
    for shop in [shipped("cafe"), shipped("grocer")] {
        for item in &shop.items {
            assert!(item.price > Money(0), "{}", item.names.title);
            for own in &item.options {
                let list = shop.option_list(own.list);
                let ids = (0..list.options.len() as u16).map(|index| OptionId { list: own.list, index });
                let there = ids.filter(|o| own.offers(*o) && shop.option(*o).available).count();
                let title = &item.names.title;
                assert!(own.min <= own.max && there >= usize::from(own.min), "{title}: {}", list.key);
                assert!(own.defaults.len() <= usize::from(own.max), "{title}: {}", list.key);
                assert!(own.defaults.iter().all(|o| own.offers(*o) && shop.option(*o).available), "{title}");
                assert!(!own.required || own.defaults.len() < usize::from(own.min), "{title}: asked for what is set");
                assert!(list.choose == Choose::Many || own.max == 1, "{title}: {}", list.key);
            }
        }
    }
}

#[test]
fn the_menu_fits_its_page_and_tells_what_matters() {
    let cafe = shipped("cafe");
    for width in [40, 80, 100] {
        let text = anstream::adapter::strip_str(&show::menu(&cafe, width)).to_string();
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{widest:?} columns of {width}");
        for said in ["Cappuccino", "$4.25", "sold out", "large +$1.00", "whole milk unless"] {
            let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(said), "{said} at {width}");
        }
    }
    let grocer = anstream::adapter::strip_str(&show::menu(&shipped("grocer"), 80)).to_string();
    assert!(grocer.contains("$1.99 / lb") && grocer.contains("/ bunch") && grocer.contains("/ dozen"));
}
