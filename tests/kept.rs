//! What is kept of a conversation, and what is not: card numbers and codes nowhere, allergies with the order.

use std::path::Path;

use saycart::service::records::Records;
use saycart::shop::Shop;
use support::desk::{desk, say, written};

mod support;

fn cafe() -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe");
    Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop
}

#[test]
fn card_numbers_and_codes_are_kept_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = desk(&dir.path().join("saycart.db"), cafe(), 0);
    say(&mut desk, "a blueberry muffin");
    for secret in [
        "my card is 4111 1111 1111 1234",
        "the cvc is 9753",
        "my pin is 8642",
        "can a person help me, it's 5500005555555559",
    ] {
        let outcome = say(&mut desk, secret);
        assert!(!outcome.view.transcript.contains(char::is_numeric), "{}", outcome.view.transcript);
        assert!(!outcome.reply.text.contains("4111"), "{}", outcome.reply.text);
    }
    drop(desk);
    let written = written(dir.path());
    for digits in ["4111", "1111", "9753", "8642", "5500005555555559"] {
        assert!(!written.contains(digits), "{digits} was kept");
    }
    assert!(written.contains("[card number]") && written.contains("[security code]"));
}

#[test]
fn an_allergy_stands_on_the_order_and_outlives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("saycart.db");
    let mut first = desk(&database, cafe(), 0);
    say(&mut first, "I'm allergic to nuts");
    say(&mut first, "a lemon loaf");
    drop(first);
    let mut second = desk(&database, cafe(), 0);
    let asked = say(&mut second, "can you read my order back");
    assert!(asked.reply.text.contains("allergic to nuts"), "{}", asked.reply.text);
    let mut placed = say(&mut second, "that's all");
    if placed.order.is_none() {
        placed = say(&mut second, "yes please");
    }
    let order = placed.order.expect("it is placed").id;
    drop(second);
    let stored = Records::open(&database).unwrap().order(order).unwrap().order;
    assert_eq!(stored.needs.iter().map(|need| need.words.as_str()).collect::<Vec<_>>(), ["nuts"]);
}
