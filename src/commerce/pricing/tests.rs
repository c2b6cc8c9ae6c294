//! Quotes of a shop that grants and charges all there is, and what holds of any shop and cart.

use proptest::prelude::*;

use super::*;
use crate::commerce::cart::{Choice, PARTS, Quantity, Tip};
use crate::commerce::customer::Customer;
use crate::shop::{Combines, Grant, Window};

const SHOP: &str = r#"
name = "Corner"
key = "corner"
language = "en"
currency = "USD"
[tax.food]
title = "Food tax"
rate = "10"
rates = { "to go" = "0" }
[tax.drink]
title = "VAT"
rate = "20"
included = true
[options.where]
choices = ["here", "to go", "delivered"]
[order]
options = ["where"]
minimum = { delivered = "10.00" }
[tips]
suggest = ["10", "15"]
[[fees]]
title = "delivery"
kind = "delivery"
amount = "3.00"
at = ["delivered"]
free_from = "30.00"
[[fees]]
title = "packaging"
kind = "packaging"
amount = "0.25"
each = true
at = ["to go", "delivered"]
[[promotions]]
title = "two for one on muffins"
buy = 1
get = 1
on = ["muffin"]
[[promotions]]
title = "a third off muffins after four"
percent = "33.333"
on = ["muffin"]
hours = "16:00-18:00"
days = "mon-fri"
[[promotions]]
key = "spring"
title = "spring voucher"
percent = "10"
code = "spring ten"
combines = true
[[promotions]]
title = "a dollar off each cake"
amount = "1.00"
on = ["cake"]
combines = ["spring"]
[[promotions]]
title = "staff half price"
percent = "50"
groups = ["staff"]
[categories.bakery]
tax = "food"
items = [
  { name = "muffin", price = "3.75" },
  { name = "cake", price = "0.80" },
  { name = "saffron", price = "1600.00", unit = "lb" },
]
[categories.drinks]
tax = "drink"
items = [{ name = "cola", price = "2.40" }]
"#;

const MUFFIN: ItemId = ItemId(0);
const CAKE: ItemId = ItemId(1);
const COLA: ItemId = ItemId(3);

fn shop_of(text: &str) -> Shop {
    let files = |_: &str| Ok(text.as_bytes().to_vec());
    crate::shop::load::read(&files, None).unwrap_or_else(|found| panic!("{found}")).shop
}

fn shop() -> Shop {
    shop_of(SHOP)
}

fn cart(shop: &Shop, lines: &[(ItemId, u32)], place: &str) -> Cart {
    let mut cart = Cart::default();
    for (item, count) in lines {
        cart.add(shop, *item, Quantity::Count(*count), [], []).unwrap();
    }
    let how = shop.order_options[0].list;
    let index = shop.option_list(how).options.iter().position(|option| option.names.title == place).unwrap() as u16;
    cart.choose_for_order(shop, Choice::plain(OptionId { list: how, index })).unwrap();
    cart
}

fn labels() -> Labels {
    crate::commerce::sample::labels()
}

fn rows(shop: &Shop, cart: &Cart, moment: Moment) -> Vec<(TotalType, String, i64)> {
    let rows = Quote::of(shop, cart, moment).rows(shop, &labels());
    rows.into_iter().map(|row| (row.kind, row.display_text, row.amount.0)).collect()
}

fn at(day: u8, hour: u16) -> Moment {
    Moment { day, minute: hour * 60 }
}

#[test]
fn each_part_has_its_reason() {
    let shop = shop();
    let cart = cart(&shop, &[(MUFFIN, 3), (COLA, 1)], "delivered");
    let row = |kind, text: &str, amount| (kind, text.to_string(), amount);
    assert_eq!(
        rows(&shop, &cart, Moment::default()),
        [
            row(TotalType::Subtotal, "Subtotal", 1_365),
            row(TotalType::ItemsDiscount, "two for one on muffins", -375),
            row(TotalType::Fulfillment, "delivery", 300),
            row(TotalType::Fee, "packaging", 100),
            row(TotalType::Tax, "Food tax", 75),
            row(TotalType::Total, "Total", 1_465),
        ]
    );
    let quote = Quote::of(&shop, &cart, Moment::default());
    // 2.40 hold 0.40 of tax; on the same receipt another tax is added.
    assert_eq!(quote.included_rows(&shop)[0].amount, Money(40));
    assert_eq!(
        (quote.lines[0].items_discount, quote.goods(), quote.saved(0)),
        (Money(375), Money(990), Some(Money(375)))
    );
}

#[test]
fn of_promotions_that_do_not_combine_the_line_gets_the_one_that_saves_most() {
    let shop = shop();
    let off = |count, moment: Moment| {
        let quote = Quote::of(&shop, &cart(&shop, &[(MUFFIN, count)], "here"), moment);
        quote
            .parts
            .iter()
            .filter(|part| part.kind == TotalType::ItemsDiscount)
            .map(|part| (part.reason, -part.amount))
            .collect::<Vec<_>>()
    };
    let (friday, saturday) = (at(4, 16), at(5, 16));
    assert_eq!(off(1, friday), [(Reason::Promotion(1), Money(125))], "one alone has no second");
    assert_eq!(off(2, friday), [(Reason::Promotion(0), Money(375))]);
    assert_eq!(off(1, saturday), []);
    assert_eq!(off(1, at(4, 18)), [], "the end is without");
}

#[test]
fn a_voucher_counts_once_its_code_was_said_and_goes_with_what_it_may() {
    let shop = shop();
    let mut cart = cart(&shop, &[(MUFFIN, 2), (CAKE, 1), (COLA, 1)], "here");
    let off = |cart: &Cart| {
        let quote = Quote::of(&shop, cart, Moment::default());
        quote
            .parts
            .iter()
            .filter_map(|part| matches!(part.reason, Reason::Promotion(_)).then_some(part.amount.0))
            .collect::<Vec<_>>()
    };
    assert_eq!(off(&cart), [-375, -80], "no more is off a cake than it costs");
    cart.vouchers = vec!["spring".into()];
    // Two for one goes with nothing: the voucher is for the rest, and of the cake nothing is left.
    assert_eq!(off(&cart), [-375, -80, -24]);
}

#[test]
fn groups_are_for_those_who_are_known_to_be_of_them() {
    let shop = shop();
    let cart = cart(&shop, &[(COLA, 2)], "here");
    let of = |group: &str| Some(Customer { groups: vec![group.into()], ..Customer::default() });
    let total = |customer| Quote::of(&shop, &Cart { customer, ..cart.clone() }, Moment::default()).total;
    assert_eq!((total(None), total(of("regulars")), total(of("staff"))), (Money(480), Money(480), Money(240)));
}

#[test]
fn where_it_goes_decides_on_tax_and_fees() {
    let shop = shop();
    let total = |count, place| Quote::of(&shop, &cart(&shop, &[(CAKE, count)], place), Moment::default()).total;
    let plain = shop_of(&SHOP.replace("amount = \"1.00\"\non = [\"cake\"]", "amount = \"0.01\"\non = [\"cola\"]"));
    let of = |count, place| Quote::of(&plain, &cart(&plain, &[(CAKE, count)], place), Moment::default()).total;
    assert_eq!(total(1, "here"), Money::ZERO);
    assert_eq!(of(1, "here"), Money(88));
    assert_eq!(of(1, "to go"), Money(80 + 25));
    assert_eq!(of(10, "delivered"), Money(800 + 300 + 250 + 80));
    assert_eq!(of(40, "delivered"), Money(3_200 + 1_000 + 320), "a big order is brought for nothing");
    let short = |count, place| short_of_minimum(&plain, &cart(&plain, &[(CAKE, count)], place));
    assert_eq!(short(10, "delivered"), Some((Money(200), Money(1_000))));
    assert_eq!((short(13, "delivered"), short(1, "here")), (None, None));
}

#[test]
fn a_tip_is_of_the_goods_after_discounts() {
    let shop = shop();
    let mut cart = cart(&shop, &[(MUFFIN, 2)], "to go");
    let tip = |cart: &Cart| {
        let quote = Quote::of(&shop, cart, Moment::default());
        quote.parts.iter().find(|part| part.reason == Reason::Tip).map(|part| part.amount)
    };
    assert_eq!(tip(&cart), None);
    cart.tip = Some(Tip::Percent(15_000));
    assert_eq!(tip(&cart), Some(Money(56)), "15 % of 3.75 are 56.25 cents");
    cart.tip = Some(Tip::Amount(Money(200)));
    assert_eq!(tip(&cart), Some(Money(200)));
    cart.tip = Some(Tip::Nothing);
    assert_eq!(tip(&cart), None);
}

#[test]
fn the_total_is_what_the_till_gives_change_in() {
    let swiss = "name = \"N\"\nkey = \"n\"\nlanguage = \"en\"\ncurrency = \"CHF\"\n[order]\nrounding = \"0.05\"\n\
        [options.where]\nchoices = [\"here\"]\n[categories.a]\nitems = [{ name = \"roll\", price = \"1.02\" }]\n";
    let swiss = shop_of(&swiss.replace("[order]\n", "[order]\noptions = [\"where\"]\n"));
    let quote = |count| Quote::of(&swiss, &cart(&swiss, &[(ItemId(0), count)], "here"), Moment::default());
    let rounded = |count| (quote(count).total.0, quote(count).parts.first().map(|part| (part.kind, part.amount.0)));
    assert_eq!(rounded(1), (100, Some((TotalType::Discount, -2))));
    assert_eq!(rounded(4), (410, Some((TotalType::Fee, 2))));
    assert_eq!(rounded(5), (510, None));
}

#[test]
fn yen_have_no_parts_and_dinars_a_thousand() {
    let of = |currency: &str, price: &str| {
        let text = format!(
            "name = \"N\"\nkey = \"n\"\nlanguage = \"en\"\ncurrency = \"{currency}\"\n[tax.t]\nrate = \"8\"\n[options.where]\n\
             choices = [\"here\"]\n[order]\noptions = [\"where\"]\n[categories.a]\ntax = \"t\"\n\
             items = [{{ name = \"tea\", price = \"{price}\" }}]\n"
        );
        let shop = shop_of(&text);
        Quote::of(&shop, &cart(&shop, &[(ItemId(0), 3)], "here"), Moment::default()).total
    };
    assert_eq!(of("JPY", "150"), Money(486));
    assert_eq!(of("KWD", "0.375"), Money(1_215));
}

#[test]
fn weights_are_priced_exactly_and_rounded_last() {
    let ounce = Quantity::Measure(PARTS / 16);
    assert_eq!(ounce.cost(Money(160_000)), Money(10_000));
    let shop = shop();
    let mut cart = cart(&shop, &[], "here");
    cart.add(&shop, ItemId(2), ounce, [], []).unwrap();
    assert_eq!(Quote::of(&shop, &cart, Moment::default()).subtotal, Money(10_000));
    let written = serde_json::to_string(&ounce).unwrap();
    assert_eq!(serde_json::from_str::<Quantity>(&written).unwrap(), ounce);
    // As it was written down before.
    assert_eq!(serde_json::from_str::<Quantity>("{\"Measure\":1500}").unwrap(), Quantity::thousandths(1_500));
}

#[test]
fn a_quote_of_nothing_is_nothing() {
    let mut empty = cart(&shop(), &[], "delivered");
    empty.tip = Some(Tip::Percent(20_000));
    assert_eq!(Quote::of(&shop(), &empty, Moment::default()).total, Money::ZERO);
}

fn any_grant() -> impl Strategy<Value = Grant> {
    prop_oneof![
        (0u32..=100_000).prop_map(Grant::Percent),
        (1i64..2_000).prop_map(|off| Grant::Amount(Money(off))),
        (1u32..4, 1u32..4, 0u32..=100_000).prop_map(|(buy, get, percent)| Grant::More { buy, get, percent }),
    ]
}

fn any_promotion() -> impl Strategy<Value = Promotion> {
    let on = proptest::option::of(proptest::collection::btree_set((0u32..4).prop_map(ItemId), 1..4));
    let windows = proptest::collection::vec((0u8..128, 0u16..1_440, 0u16..=1_440), 0..2);
    let combines = prop_oneof![
        Just(Combines::Never),
        Just(Combines::Always),
        proptest::collection::vec(0u16..6, 0..3).prop_map(Combines::With)
    ];
    (any_grant(), on, windows, any::<[bool; 3]>(), 0i64..1_500, combines).prop_map(
        |(grant, on, windows, [first_order, coded, grouped], minimum, combines)| Promotion {
            key: "voucher".into(),
            title: "an offer".into(),
            grant,
            on: on.map(|on| on.into_iter().collect()).or(matches!(grant, Grant::More { .. }).then(|| vec![MUFFIN])),
            windows: windows.into_iter().map(|(days, from, to)| Window { days, from, to }).collect(),
            first_order,
            groups: if grouped { vec!["staff".into()] } else { vec![] },
            codes: if coded { vec!["code".into()] } else { vec![] },
            minimum: Money(minimum),
            places: vec![],
            combines,
        },
    )
}

/// Lines as they may be said: an item, how many or how much of it, and a note that keeps equal ones apart.
type Said = (u32, u32, u8);

fn filled(shop: &Shop, said: &[Said], place: u8) -> Cart {
    let mut filled = cart(shop, &[], ["here", "to go", "delivered"][usize::from(place)]);
    for (item, amount, note) in said {
        let item = ItemId(*item);
        let quantity = Quantity::Count(*amount).fitting(shop, item).unwrap_or(Quantity::one(shop, item));
        filled.add(shop, item, quantity, [], [format!("note {note}")]).unwrap();
    }
    filled
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_total_is_the_sum_of_its_parts_and_no_line_is_negative(
        promotions in proptest::collection::vec(any_promotion(), 0..6),
        said in proptest::collection::vec((0u32..4, 1u32..30, 0u8..3), 0..12),
        order in any::<u64>(), place in 0u8..3, day in 0u8..7, minute in 0u16..1_440,
        tip in proptest::option::of(0u32..=100_000), step in proptest::option::of(1i64..100), staff: bool,
    ) {
        let mut shop = shop();
        shop.terms.promotions = promotions;
        shop.terms.rounding = step.map(Money);
        let moment = Moment { day, minute };
        let of = |said: &[Said]| {
            let mut cart = filled(&shop, said, place);
            cart.vouchers = vec!["voucher".into()];
            cart.tip = tip.map(Tip::Percent);
            cart.customer = staff.then(|| Customer { account: 1, first_order: true, groups: vec!["staff".into()] });
            let quote = Quote::of(&shop, &cart, moment);
            (cart, quote)
        };
        let (cart, quote) = of(&said);
        let rows = quote.rows(&shop, &labels());
        let sum = |wanted: fn(TotalType) -> bool| rows.iter().filter(|row| wanted(row.kind)).map(|row| row.amount).sum::<Money>();
        prop_assert_eq!(sum(|kind| kind != TotalType::Total), quote.total);
        prop_assert_eq!(rows.iter().filter(|row| row.kind == TotalType::Subtotal).count(), 1);
        prop_assert_eq!(rows.iter().filter(|row| row.kind == TotalType::Total).count(), 1);
        for line in &quote.lines {
            prop_assert!(line.left() >= Money::ZERO && line.items_discount >= Money::ZERO && line.discount >= Money::ZERO);
        }
        let off: Money = quote.lines.iter().map(|line| line.items_discount + line.discount).sum();
        prop_assert_eq!(quote.goods(), quote.subtotal - off, "what is off is off some line");
        prop_assert_eq!(quote.lines.len(), cart.lines.len());
        if let Some(step) = step {
            prop_assert_eq!(quote.total.0.rem_euclid(step), 0);
        }

        // In whatever order it is said, it costs the same.
        let mut other = said.clone();
        let mut chance = order;
        for at in (1..other.len()).rev() {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            other.swap(at, (chance >> 33) as usize % (at + 1));
        }
        prop_assert_eq!(of(&other).1.parts, quote.parts);
    }
}
