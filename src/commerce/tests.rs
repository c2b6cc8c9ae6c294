//! Carts as customers fill them, and what holds whatever they do.

use proptest::prelude::*;

use super::cart::*;
use super::check::*;
use super::order::*;
use super::pricing::{Moment, Quote, TotalType};
use super::sample::*;
use super::stock::Stock;
use super::view::CartView;
use crate::money::Money;
use crate::shop::{ItemId, OptionId, OptionListId, Shop};

fn cart_with(shop: &Shop, item: ItemId, count: u32, choices: &[OptionId]) -> (Cart, LineId) {
    let mut cart = Cart::default();
    let choices = choices.iter().map(|option| Choice::plain(*option));
    let line = cart.add(shop, item, Quantity::Count(count), choices, []).unwrap().line;
    (cart, line)
}

/// What a line costs.
fn amount(shop: &Shop, cart: &Cart, line: LineId) -> Money {
    Quote::of(shop, cart, Moment::default()).lines.iter().find(|price| price.line == line).unwrap().amount
}

fn without(option: OptionId) -> Choice {
    Choice { negated: true, ..Choice::plain(option) }
}

fn made(shop: &Shop, cart: &Cart, line: LineId) -> Vec<OptionId> {
    cart.line(line).unwrap().effective_choices(shop).into_iter().map(|choice| choice.option).collect()
}

#[test]
fn the_same_wish_twice_is_one_line() {
    let shop = shop();
    let (mut cart, first) = cart_with(&shop, LATTE, 1, &[LARGE]);
    let again = cart.add(&shop, LATTE, Quantity::Count(2), [Choice::plain(LARGE)], []).unwrap();
    assert_eq!((again.line, again.merged), (first, true));
    assert_eq!(cart.line(first).unwrap().quantity, Quantity::Count(3));
    let other = cart.add(&shop, LATTE, Quantity::Count(1), [Choice::plain(LARGE)], ["very hot".to_string()]).unwrap();
    assert!(!other.merged);
    assert_eq!(cart.lines.len(), 2);
}

#[test]
fn make_it_a_large_replaces_the_small() {
    let shop = shop();
    let (mut cart, line) = cart_with(&shop, LATTE, 1, &[SMALL]);
    cart.choose(&shop, line, Choice::plain(LARGE)).unwrap();
    assert_eq!(cart.line(line).unwrap().choices, [Choice::plain(LARGE)]);
}

#[test]
fn a_latte_wants_its_size_but_has_its_milk() {
    let shop = shop();
    let (mut cart, line) = cart_with(&shop, LATTE, 1, &[]);
    assert_eq!(cart.line(line).unwrap().missing(&shop), [SIZE]);
    assert_eq!(made(&shop, &cart, line), [WHOLE]);
    cart.choose(&shop, line, Choice::plain(SMALL)).unwrap();
    cart.choose(&shop, line, Choice::plain(OAT)).unwrap();
    assert!(cart.line(line).unwrap().missing(&shop).is_empty());
    assert_eq!(made(&shop, &cart, line), [SMALL, OAT]);
    assert!(cart.unchoose(&shop, line, OAT).unwrap());
    assert_eq!(made(&shop, &cart, line), [SMALL, WHOLE]);
    cart.none_of(&shop, line, MILK).unwrap();
    assert_eq!(made(&shop, &cart, line), [SMALL]);
}

#[test]
fn no_onions_and_bacon_but_not_everything() {
    let shop = shop();
    let (mut cart, line) = cart_with(&shop, BURGER, 1, &[]);
    assert_eq!(made(&shop, &cart, line), [LETTUCE, ONION]);
    cart.choose(&shop, line, Choice::plain(BACON)).unwrap();
    assert_eq!(
        cart.choose(&shop, line, Choice::plain(CHEESE)),
        Err(CartError::TooMany { list: TOPPING, most: 3 }),
        "three toppings are the most"
    );
    cart.choose(&shop, line, without(ONION)).unwrap();
    cart.choose(&shop, line, Choice { grade: Some(Grade::Extra), ..Choice::plain(CHEESE) }).unwrap();
    assert_eq!(made(&shop, &cart, line), [LETTUCE, BACON, CHEESE]);
    assert_eq!(cart.line(line).unwrap().refused_choices().count(), 1);
    let back = cart.unchoose(&shop, line, ONION);
    assert_eq!(back, Err(CartError::TooMany { list: TOPPING, most: 3 }), "nor can the onions come back now");
    assert_eq!(cart.unchoose(&shop, line, BACON), Ok(true));
    assert_eq!(cart.unchoose(&shop, line, ONION), Ok(true));
    assert_eq!(made(&shop, &cart, line), [LETTUCE, ONION, CHEESE]);
    cart.none_of(&shop, line, TOPPING).unwrap();
    assert_eq!(made(&shop, &cart, line), []);
    let thrice = Choice { count: 3, ..Choice::plain(BACON) };
    assert_eq!(cart.choose(&shop, line, thrice), Err(CartError::TooOften { option: BACON, most: 2 }));
}

#[test]
fn what_does_not_go_with_the_item_is_told_and_the_rest_added() {
    let shop = shop();
    let mut cart = Cart::default();
    let wishes = [Choice::plain(BACON), Choice::plain(LARGE)];
    let added = cart.add(&shop, LATTE, Quantity::Count(1), wishes, []).unwrap();
    assert_eq!(added.refused, [(Choice::plain(BACON), CartError::NotOffered(BACON))]);
    assert_eq!(cart.line(added.line).unwrap().choices, [Choice::plain(LARGE)]);
}

#[test]
fn what_is_left_out_makes_room_whenever_it_is_said() {
    let shop = shop();
    let mut cart = Cart::default();
    let wishes = [Choice::plain(BACON), Choice::plain(CHEESE), without(ONION)];
    let added = cart.add(&shop, BURGER, Quantity::Count(1), wishes, []).unwrap();
    assert_eq!(added.refused, []);
    assert_eq!(made(&shop, &cart, added.line), [LETTUCE, BACON, CHEESE]);
}

#[test]
fn an_option_that_an_item_leaves_out_can_only_be_refused() {
    let mut shop = shop();
    shop.items[0].options[0].excluded = vec![LARGE];
    let (mut cart, line) = cart_with(&shop, LATTE, 1, &[]);
    assert_eq!(cart.choose(&shop, line, Choice::plain(LARGE)), Err(CartError::NotOffered(LARGE)));
    assert_eq!(cart.choose(&shop, line, without(LARGE)), Ok(()));
}

#[test]
fn one_of_the_two_iced() {
    let shop = shop();
    let (mut cart, line) = cart_with(&shop, LATTE, 3, &[SMALL]);
    let part = cart.split(&shop, line, Quantity::Count(1)).unwrap();
    cart.choose(&shop, part, Choice::plain(LARGE)).unwrap();
    let shown: Vec<_> = cart.lines.iter().map(|l| (l.id, l.quantity, l.choices[0].option)).collect();
    assert_eq!(shown, [(line, Quantity::Count(2), SMALL), (part, Quantity::Count(1), LARGE)]);
    assert_eq!(cart.split(&shop, part, Quantity::Count(1)), Ok(part), "the whole line is not split");
    cart.choose(&shop, part, Choice::plain(SMALL)).unwrap();
    assert_eq!(cart.merge_equal(), [(part, line)]);
    assert_eq!(cart.line(line).unwrap().quantity, Quantity::Count(3));
}

#[test]
fn one_fewer_then_all_gone_and_the_id_stays_unused() {
    let shop = shop();
    let (mut cart, line) = cart_with(&shop, LATTE, 2, &[]);
    let removed = cart.remove(&shop, line, Some(Quantity::Count(1))).unwrap();
    assert_eq!(removed, Removed::Part { left: Quantity::Count(1) });
    assert!(matches!(cart.remove(&shop, line, Some(Quantity::Count(9))), Ok(Removed::Line(_))));
    assert_eq!(cart.remove(&shop, line, None), Err(CartError::NoSuchLine(line)));
    cart.clear();
    let new = cart.add(&shop, LATTE, Quantity::Count(1), [], []).unwrap().line;
    assert_ne!(new, line);
}

#[test]
fn a_burger_instead_keeps_what_fits() {
    let shop = shop();
    let (mut cart, line) = cart_with(&shop, LATTE, 2, &[LARGE]);
    cart.note(line, " for Ann ").unwrap();
    assert_eq!(cart.swap_item(&shop, line, BURGER), Ok(vec![Choice::plain(LARGE)]));
    let there = cart.line(line).unwrap();
    assert_eq!(
        (there.item, there.quantity, there.notes.as_slice()),
        (BURGER, Quantity::Count(2), &["for Ann".into()][..])
    );
    cart.swap_item(&shop, line, APPLES).unwrap();
    assert_eq!(cart.line(line).unwrap().quantity, Quantity::thousandths(1_000));
}

#[test]
fn two_apples_by_the_pound_are_asked_about() {
    let shop = shop();
    let mut cart = Cart::default();
    let add = |cart: &mut Cart, quantity| cart.add(&shop, APPLES, quantity, [], []).map(|added| added.line);
    assert_eq!(add(&mut cart, Quantity::Count(2)), Err(CartError::NeedsMeasure(APPLES)));
    assert_eq!(add(&mut cart, Quantity::Measure(0)), Err(CartError::NoQuantity));
    let line = add(&mut cart, Quantity::thousandths(1_500)).unwrap();
    assert_eq!(cart.more(&shop, line, Quantity::thousandths(u32::MAX)), Err(CartError::TooMuch));
    assert_eq!(amount(&shop, &cart, line), Money(449));
    let (mut cart, burger) = cart_with(&shop, BURGER, 1, &[]);
    cart.set_quantity(&shop, burger, Quantity::thousandths(2_000)).unwrap();
    assert_eq!(cart.line(burger).unwrap().quantity, Quantity::Count(2));
    let half = Quantity::thousandths(500);
    assert_eq!(cart.set_quantity(&shop, burger, half), Err(CartError::NeedsCount(BURGER)));
}

#[test]
fn what_keeps_a_cart_from_being_an_order() {
    let mut shop = shop();
    let (mut cart, line) = cart_with(&shop, LATTE, 21, &[]);
    cart.choose(&shop, line, Choice::plain(OAT)).unwrap();
    shop.option_lists[1].options[1].available = false;
    let codes: Vec<_> = cart.messages(&shop, &Stock::default()).into_iter().map(|m| (m.kind, m.code, m.list)).collect();
    assert_eq!(
        codes,
        [
            (MessageType::Warning, Code::QuantityExceeded, None),
            (MessageType::Error, Code::MinimumNotMet, Some(SIZE)),
            (MessageType::Error, Code::OutOfStock, Some(MILK)),
            (MessageType::Error, Code::MinimumNotMet, Some(PLACE)),
        ]
    );
    cart.set_quantity(&shop, line, Quantity::Count(20)).unwrap();
    cart.choose(&shop, line, Choice::plain(SMALL)).unwrap();
    cart.choose(&shop, line, Choice::plain(WHOLE)).unwrap();
    cart.choose_for_order(&shop, Choice::plain(HERE)).unwrap();
    assert_eq!(cart.messages(&shop, &Stock::default()), []);
    assert_eq!(cart.choose_for_order(&shop, Choice::plain(OAT)), Err(CartError::NotOffered(OAT)));
    shop.items[0].available = false;
    assert_eq!(cart.messages(&shop, &Stock::default())[0].code, Code::OutOfStock);
}

#[test]
fn what_it_costs() {
    let mut shop = shop();
    let (mut cart, latte) = cart_with(&shop, LATTE, 2, &[LARGE, OAT]);
    cart.choose(&shop, latte, Choice { count: 3, ..Choice::plain(SHOT) }).unwrap();
    // (4.00 + 1.00 + 0.75 + 3 × 0.80) × 2
    assert_eq!(amount(&shop, &cart, latte), Money(1_630));
    // Lettuce comes with it, twice is one more; onions left out give nothing back.
    let toppings = [Choice { count: 2, ..Choice::plain(LETTUCE) }, without(ONION), Choice::plain(BACON)];
    let burger = cart.add(&shop, BURGER, Quantity::Count(1), toppings, []).unwrap().line;
    assert_eq!(amount(&shop, &cart, burger), Money(900 + 30 + 150));
    cart.choose_for_order(&shop, Choice::plain(DELIVERED)).unwrap();
    let rows: Vec<_> = Quote::of(&shop, &cart, Moment::default())
        .rows(&shop, &labels())
        .into_iter()
        .map(|t| (t.kind, t.display_text, t.amount.0))
        .collect();
    let row = |kind, text: &str, amount| (kind, text.to_string(), amount);
    assert_eq!(
        rows,
        [
            row(TotalType::Subtotal, "Subtotal", 2_710),
            row(TotalType::Fee, "Delivered", 300),
            row(TotalType::Tax, "Drink tax", 145), // 144.66
            row(TotalType::Tax, "Food tax", 54),
            row(TotalType::Total, "Total", 3_209),
        ]
    );
    shop.items[0].options[0].prices = vec![(LARGE, Money(60))];
    assert_eq!(Quote::of(&shop, &cart, Moment::default()).lines[0].each, Money(400 + 60 + 75 + 240));
}

#[test]
fn an_order_keeps_the_titles_and_prices_of_its_day() {
    let mut shop = shop();
    let (mut cart, latte) = cart_with(&shop, LATTE, 2, &[LARGE]);
    cart.add(&shop, APPLES, Quantity::thousandths(1_500), [], ["ripe".to_string()]).unwrap();
    cart.choose(&shop, latte, without(WHOLE)).unwrap();
    cart.choose_for_order(&shop, Choice::plain(HERE)).unwrap();
    let quote = Quote::of(&shop, &cart, Moment::default());
    let ready = cart.ready(&shop, &Stock::default()).unwrap();
    let mut order = Order::place(&shop, &ready, &quote, &labels(), OrderNumber(999), 0);
    shop.items[0].names.title = "Flat white".into();
    shop.items[0].price = Money(1);
    let json = serde_json::to_value(&order).unwrap();
    assert_eq!(json["number"], 999);
    assert_eq!(json["line_items"][0]["item"]["title"], "Latte");
    assert_eq!(json["line_items"][0]["item"]["price"], 500);
    assert_eq!(json["line_items"][0]["options"][1]["negated"], true);
    assert_eq!(json["line_items"][1]["quantity"]["original"], 1.5);
    assert_eq!(json["line_items"][1]["unit"], "lb");
    assert_eq!(order.number.next(), OrderNumber(1));

    let event = |line, kind, amount| OrderEvent { line, kind, amount };
    assert_eq!(order.status(), LineStatus::Processing);
    order.apply(event(0, OrderEventKind::Fulfilled, 1)).unwrap();
    assert_eq!((order.line_items[0].status, order.status()), (LineStatus::Partial, LineStatus::Partial));
    let too_many = order.apply(event(0, OrderEventKind::Fulfilled, 2));
    assert_eq!(too_many, Err(OrderError::Beyond { open: 1, asked: 2 }));
    order.apply(event(0, OrderEventKind::Fulfilled, 1)).unwrap();
    order.apply(event(1, OrderEventKind::Removed, 1_500)).unwrap();
    assert_eq!(order.line_items[1].status, LineStatus::Removed);
    assert_eq!(order.status(), LineStatus::Fulfilled);
    assert_eq!(order.apply(event(7, OrderEventKind::Removed, 1)), Err(OrderError::NoSuchLine(7)));
}

#[test]
fn placing_asks_for_the_proof_that_nothing_stands_against_it() {
    let shop = shop();
    let against = |cart: &Cart, stock: &Stock| {
        cart.ready(&shop, stock)
            .map(|_| ())
            .map_err(|all| all.iter().map(|m| (m.code, m.line, m.list)).collect::<Vec<_>>())
    };
    let nothing = Stock::default();
    assert_eq!(
        against(&Cart::default(), &nothing),
        Err(vec![(Code::MinimumNotMet, None, Some(PLACE)), (Code::MinimumNotMet, None, None)])
    );
    let (mut cart, line) = cart_with(&shop, LATTE, 2, &[]);
    cart.choose_for_order(&shop, Choice::plain(HERE)).unwrap();
    assert_eq!(against(&cart, &nothing), Err(vec![(Code::MinimumNotMet, Some(line), Some(SIZE))]));
    cart.choose(&shop, line, Choice::plain(SMALL)).unwrap();
    assert_eq!(against(&cart, &nothing), Ok(()));
    // Many are asked about, not forbidden; what has run out is.
    cart.set_quantity(&shop, line, Quantity::Count(5_000)).unwrap();
    assert_eq!(against(&cart, &nothing), Err(vec![(Code::QuantityExceeded, Some(line), None)]), "nobody means that");
    cart.set_quantity(&shop, line, Quantity::Count(300)).unwrap();
    assert_eq!(against(&cart, &nothing), Ok(()));
    let gone = Stock { gone: [LATTE].into(), ..Stock::default() };
    assert_eq!(against(&cart, &gone), Err(vec![(Code::OutOfStock, Some(line), None)]));
}

/// Anything a dialogue could ask of a cart, sensible or not.
#[derive(Debug, Clone)]
enum Step {
    Add(ItemId, Quantity, Vec<Choice>, Option<String>),
    Set(u32, Quantity),
    More(u32, Quantity),
    Remove(u32, Option<Quantity>),
    Split(u32, Quantity),
    Choose(u32, Choice),
    Unchoose(u32, OptionId),
    NoneOf(u32, OptionListId),
    Swap(u32, ItemId),
    ForOrder(Choice),
    Merge,
    Clear,
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        (0u32..5).prop_map(Quantity::Count),
        (0u32..4).prop_map(|n| Quantity::thousandths(n * 500)),
        any::<u32>().prop_map(Quantity::Count),
        any::<u64>().prop_map(Quantity::Measure),
    ]
}

fn any_option() -> impl Strategy<Value = OptionId> {
    let toppings = (0u16..4).prop_map(|index| OptionId { list: TOPPING, index });
    let anything = (0u16..6, 0u16..5).prop_map(|(list, index)| OptionId { list: OptionListId(list), index });
    prop_oneof![toppings, anything]
}

fn any_choice() -> impl Strategy<Value = Choice> {
    (any_option(), any::<bool>(), 0u8..4, any::<bool>()).prop_map(|(option, negated, count, extra)| Choice {
        option,
        grade: extra.then_some(Grade::Extra),
        negated,
        count,
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    let item = || (0u32..3).prop_map(ItemId);
    let line = || 0u32..6;
    let note = proptest::option::of("[ab]{0,1}");
    let choices = proptest::collection::vec(any_choice(), 0..4);
    prop_oneof![
        4 => (item(), any_quantity(), choices, note).prop_map(|(i, q, c, n)| Step::Add(i, q, c, n)),
        1 => (line(), any_quantity()).prop_map(|(l, q)| Step::Set(l, q)),
        1 => (line(), any_quantity()).prop_map(|(l, q)| Step::More(l, q)),
        1 => (line(), proptest::option::of(any_quantity())).prop_map(|(l, q)| Step::Remove(l, q)),
        1 => (line(), any_quantity()).prop_map(|(l, q)| Step::Split(l, q)),
        3 => (line(), any_choice()).prop_map(|(l, c)| Step::Choose(l, c)),
        2 => (line(), any_option()).prop_map(|(l, o)| Step::Unchoose(l, o)),
        1 => (line(), 0u16..6).prop_map(|(l, list)| Step::NoneOf(l, OptionListId(list))),
        1 => (line(), item()).prop_map(|(l, i)| Step::Swap(l, i)),
        1 => any_choice().prop_map(Step::ForOrder),
        1 => Just(Step::Merge),
        1 => Just(Step::Clear),
    ]
}

/// Do the step; whether the cart said that it did.
fn take(shop: &Shop, cart: &mut Cart, step: Step) -> bool {
    match step {
        Step::Add(item, quantity, choices, note) => cart.add(shop, item, quantity, choices, note).is_ok(),
        Step::Set(line, quantity) => cart.set_quantity(shop, LineId(line), quantity).is_ok(),
        Step::More(line, quantity) => cart.more(shop, LineId(line), quantity).is_ok(),
        Step::Remove(line, quantity) => cart.remove(shop, LineId(line), quantity).is_ok(),
        Step::Split(line, quantity) => cart.split(shop, LineId(line), quantity).is_ok(),
        Step::Choose(line, choice) => cart.choose(shop, LineId(line), choice).is_ok(),
        Step::Unchoose(line, option) => cart.unchoose(shop, LineId(line), option).is_ok(),
        Step::NoneOf(line, list) => cart.none_of(shop, LineId(line), list).is_ok(),
        Step::Swap(line, item) => cart.swap_item(shop, LineId(line), item).is_ok(),
        Step::ForOrder(choice) => cart.choose_for_order(shop, choice).is_ok(),
        Step::Merge => {
            cart.merge_equal();
            true
        }
        Step::Clear => {
            cart.clear();
            true
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_the_cart_stays_sound(steps in proptest::collection::vec(any_step(), 0..40)) {
        let shop = shop();
        let mut cart = Cart::default();
        let mut used = std::collections::BTreeSet::new();
        for step in steps {
            let before = cart.clone();
            let removes = matches!(step, Step::Remove(..) | Step::Merge | Step::Clear);
            if !take(&shop, &mut cart, step.clone()) {
                prop_assert_eq!(&cart, &before, "what fails changes nothing: {:?}", step);
            }
            if !removes {
                prop_assert!(before.lines.iter().all(|line| cart.line(line.id).is_ok()), "a line was lost: {:?}", step);
            }
            for line in &cart.lines {
                if before.line(line.id).is_err() {
                    prop_assert!(used.insert(line.id), "an id was used again: {:?}", line.id);
                }
                prop_assert_eq!(line.quantity.fitting(&shop, line.item), Ok(line.quantity));
                prop_assert!(line.choices.is_sorted());
                for choice in &line.choices {
                    prop_assert!(choice.count >= 1 && shop.item_options(line.item, choice.option.list).is_some());
                    prop_assert_eq!(line.choices.iter().filter(|c| c.option == choice.option).count(), 1);
                }
                for how in &shop.item(line.item).options {
                    let taken = line.effective_choices(&shop).iter().filter(|c| c.option.list == how.list).count();
                    prop_assert!(taken <= usize::from(how.max));
                }
            }
            let view = CartView::of(&shop, &cart, &Quote::of(&shop, &cart, Moment::default()), &labels());
            let sum = |wanted: fn(TotalType) -> bool| -> Money {
                view.totals.iter().filter(|t| wanted(t.kind)).map(|t| t.amount).sum()
            };
            prop_assert_eq!(sum(|kind| kind != TotalType::Total), sum(|kind| kind == TotalType::Total));
            let lines: Money = view.line_items.iter().map(|line| line.totals[1].amount).sum();
            prop_assert_eq!(lines, sum(|kind| kind == TotalType::Subtotal));
        }
    }
}
