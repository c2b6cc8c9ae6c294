//! How lines are said, in two shops whose items take many options.

use std::path::Path;

use super::phrase::Phrasing;
use crate::commerce::cart::{Choice, Line, LineId, Quantity};
use crate::lang::Language;
use crate::shop::{OptionId, OptionListId, Shop};

fn shop(dir: &str) -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    Shop::load(&dir).unwrap_or_else(|mistakes| panic!("{mistakes}")).shop
}

/// The option of that title which the item takes.
fn option(shop: &Shop, item: crate::shop::ItemId, title: &str) -> OptionId {
    let lists = shop.item(item).options.iter().map(|taken| taken.list);
    let named = |list: OptionListId| {
        shop.options_for(list, Some(item)).into_iter().find(|option| shop.option(*option).names.title == title)
    };
    lists.into_iter().find_map(named).unwrap_or_else(|| panic!("no {title}"))
}

fn said(dir: &str, count: u32, item: &str, options: &[&str]) -> String {
    let shop = shop(dir);
    let language = Language::load("en").expect("English");
    let item = shop.sold().find(|id| shop.item(*id).names.title == item).unwrap_or_else(|| panic!("no {item}"));
    let choices = options.iter().map(|title| Choice::plain(option(&shop, item, title))).collect();
    let line = Line { id: LineId(1), item, quantity: Quantity::Count(count), choices, notes: vec![] };
    Phrasing { shop: &shop, words: &language.reply, units: &language.units }.line(&line)
}

const CAFE: &str = "assets/shops/cafe";
const DINER: &str = "tests/talks/diner";

#[test]
fn a_few_words_that_describe_an_item_stand_before_it() {
    assert_eq!(said(CAFE, 1, "latte", &["large"]), "one large latte");
    assert_eq!(said(CAFE, 2, "latte", &["large", "iced"]), "two large iced lattes");
}

#[test]
fn several_options_stand_behind_their_item() {
    let hash = said(DINER, 1, "corned beef hash", &["scrambled", "white"]);
    assert!(hash.ends_with("corned beef hash"), "{hash}");
    let breakfast = said(DINER, 2, "two egg breakfast", &["over medium", "sausage links", "grits", "sourdough"]);
    assert!(breakfast.starts_with("two ") && breakfast.contains("two egg breakfasts with "), "{breakfast}");
    let latte = said(CAFE, 1, "latte", &["large", "iced", "decaf"]);
    assert_eq!(latte, "one latte, large, iced and decaf");
}

#[test]
fn what_an_item_comes_with_is_said_to_be_with_it() {
    assert_eq!(said(CAFE, 1, "latte", &["large", "oat milk"]), "one large latte with oat milk");
    let latte = said(CAFE, 1, "latte", &["large", "oat milk", "vanilla syrup"]);
    assert_eq!(latte, "one large latte with oat milk and vanilla syrup");
}

#[test]
fn what_has_a_part_of_another_name_is_with_it_and_what_it_is_for_is_not() {
    let case = said("tests/talks/mobile", 1, "rugged case", &["Kite X"]);
    assert_eq!(case, "one rugged case, Kite X");
    let meal = said("tests/talks/burger", 1, "cheeseburger meal", &["onion rings", "root beer"]);
    assert_eq!(meal, "one cheeseburger meal with onion rings and root beer");
}

#[test]
fn no_wording_says_nothing() {
    for code in ["en", "zh"] {
        let language = Language::load(code).expect("built in");
        let texts = language.reply.say.all().flat_map(|wording| (0..4).map(|turn| wording.of_turn(turn)));
        assert!(texts.into_iter().all(|text| !text.trim().is_empty()), "{code}");
    }
}
