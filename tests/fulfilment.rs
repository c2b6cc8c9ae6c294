//! Where an order goes: what outlives a crash, what is kept and what is not, and times that are said and said back.

use std::path::Path;

use saycart::commerce::fulfilment::{ClockSaid, TimeSaid, Wanted};
use saycart::lang::Language;
use saycart::reply::phrase::Phrasing;
use saycart::service::TurnOutcome;
use saycart::service::records::Records;
use saycart::shop::{Detail, Shop, load};
use saycart::understand::{ActKind, DetailSaid, Expect, Lexicon};
use support::desk::{desk, say, written};

mod support;

/// Thursday, 1970-01-01 at ten.
const TEN: i64 = 10 * 3_600_000;

fn eatery() -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shops/eatery");
    Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop
}

#[test]
fn dropped_at_any_turn_it_goes_on_with_the_same_question_and_all_that_was_said() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("saycart.db");
    let said = ["two lattes", "that's all", "to go", "Anna", "at half past eleven", "yes"];
    let mut last = TurnOutcome::default();
    for turn in said {
        // Each turn by a program that was begun anew.
        last = say(&mut desk(&database, eatery(), TEN), turn);
    }
    assert!(last.reply.text.contains("11:30 am"), "{}", last.reply.text);
    let id = last.order.expect("it is placed").id;
    let order = Records::open(&database).unwrap().order(id).unwrap().order;
    let to = serde_json::to_value(order.fulfillment.expect("it goes somewhere")).unwrap();
    let expected = serde_json::json!({
        "type": "pickup", "wanted": "1970-01-01T11:30", "fulfillable_on": "1970-01-01T11:30",
    });
    assert_eq!(to, expected);
    assert_eq!(order.customer_name.as_deref(), Some("Anna"));
}

#[test]
fn an_address_and_a_telephone_stand_with_the_order_and_the_telephone_in_no_record_of_what_was_said() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("saycart.db");
    let mut first = desk(&database, eatery(), TEN);
    say(&mut first, "two basil soups delivered to 12 Orange Street, 10115, third floor");
    say(&mut first, "that's all");
    // Twelve digits, of which the last is what a card's check digit would be.
    let read_back = say(&mut first, "411111111111");
    assert!(read_back.reply.text.contains("4 1 1 1 1 1 1 1 1 1 1 1"), "{}", read_back.reply.text);
    let placed = say(&mut first, "yes").order.expect("it is placed");
    drop(first);
    let records = Records::open(&database).unwrap();
    let stored = records.order(placed.id).unwrap().order;
    let to = serde_json::to_value(stored.fulfillment.unwrap()).unwrap();
    assert_eq!(to["type"], "delivery");
    assert_eq!(
        to["destination"],
        serde_json::json!({
            "street_address": "12 Orange Street", "extended_address": "third floor", "postal_code": "10115",
            "phone_number": "411111111111",
        })
    );
    let transcript = serde_json::to_string(&records.transcript(1).unwrap()).unwrap();
    assert!(transcript.contains("[telephone number]"), "{transcript}");
    assert!(!transcript.contains("411111111111") && !transcript.contains("4 1 1 1"), "{transcript}");
}

#[test]
fn a_card_said_where_a_telephone_is_asked_for_is_a_card() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = desk(&dir.path().join("saycart.db"), eatery(), TEN);
    say(&mut desk, "two basil soups delivered to 12 Orange Street, 10115, third floor");
    say(&mut desk, "that's all");
    say(&mut desk, "4111 1111 1111 1111");
    drop(desk);
    assert!(!written(dir.path()).contains("1111 1111"), "it was kept");
}

#[test]
fn the_kitchen_reads_where_it_goes() {
    let dir = tempfile::tempdir().unwrap();
    // It cannot be brought there, so that it waits as it was written.
    let ticket = dir.path().join("no/such/directory/tickets.txt");
    let text = std::fs::read_to_string("tests/support/shops/eatery/shop.toml").unwrap();
    let text = text.replace(
        "[categories.drink]",
        &format!("[tickets.pass]\nfile = \"{}\"\n\n[categories.drink]", ticket.display()),
    );
    let shop = load::read(&|_| Ok(text.clone().into_bytes()), None).expect("it opens").shop;
    let mut desk = desk(&dir.path().join("saycart.db"), shop, TEN);
    for turn in ["a latte to table nine", "that's all", "yes"] {
        say(&mut desk, turn);
    }
    drop(desk);
    let records = Records::open(&dir.path().join("saycart.db")).unwrap();
    let parcel = records.outbox(true, 1).unwrap().remove(0);
    assert!(parcel.payload.contains("TABLE 9"), "{}", parcel.payload);
}

/// Every minute of the day, as we say it ourselves, is understood as that minute.
#[test]
fn a_time_that_is_said_back_is_the_time_that_was_said() {
    for code in ["en", "zh"] {
        let language = Language::load(code).expect("it is built in");
        let mut shop = eatery();
        shop.language = code.into();
        let lexicon = Lexicon::compile(&shop, &language);
        let phrasing = Phrasing { shop: &shop, words: &language.reply, units: &language.units };
        let asked = Expect { detail: Some(Detail::Time), ..Expect::default() };
        for minute in 0..24 * 60u16 {
            let text = phrasing.clock(minute.into(), false);
            let understood = lexicon.understand(&text, &asked);
            let [act] = &understood.acts[..] else { panic!("{text}: {:?}", understood.acts) };
            let ActKind::Detail(DetailSaid::Time(TimeSaid::At(said))) = act.kind else { panic!("{text}: {act:?}") };
            // Where hours are counted to 24, one in the morning may be meant for the evening.
            let read = ClockSaid { minute, sure: said.sure, tomorrow: false };
            assert_eq!(said, read, "{text}");
            assert!(said.sure || minute < 13 * 60, "{text}");
        }
    }
}

#[test]
fn what_is_wanted_tomorrow_is_said_with_its_day() {
    let language = Language::load("en").expect("English is built in");
    let shop = eatery();
    let phrasing = Phrasing { shop: &shop, words: &language.reply, units: &language.units };
    let friday = Wanted::At { minute: 24 * 60 + 7 * 60, other_day: true };
    assert_eq!(friday.minute().map(|minute| phrasing.clock(minute, true)).as_deref(), Some("7 am on Friday"));
}
