//! Payments by card, against a server that answers as the real one does, and a way there on which everything goes wrong once.

use std::time::Duration;

use saycart::commerce::order::OrderStanding;
use saycart::commerce::payment::{Decline, PaymentStatus};
use saycart::money::Money;
use saycart::payment::StripeProvider;
use saycart::service::Clock;
use saycart::service::paying::{CARD_LIMIT, Courier, LINK_LIMIT};
use saycart::store::Store;
use serde_json::json;
use support::stripe::*;
use support::till::*;

mod support;

const INTENTS: &str = "POST /v1/payment_intents";

#[test]
fn a_card_at_the_reader_pays_and_the_order_stands() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    assert_eq!((till.standing().status, till.standing_of(order)), (PaymentStatus::Begun, OrderStanding::Pending));
    assert_eq!((till.parcels(), till.lattes()), (0, 7), "nobody is told of it, and its lattes are nobody else's");
    assert_eq!(till.go(), Some(BEGAN + 1_000));
    assert_eq!(till.standing().status, PaymentStatus::Pending);
    till.later(1_000);
    assert_eq!(till.standing().status, PaymentStatus::Pending, "nobody has held a card to it");
    front.tap(GOOD);
    till.later(1_000);
    assert_eq!(till.standing().status, PaymentStatus::Succeeded);
    till.is_placed(order);
    assert_eq!(till.later(100_000), None, "nothing is left to be asked");
    assert_eq!((front.taken(), till.told()), (1_050, 1));
    let asked = front.asked(INTENTS).remove(0);
    assert_eq!(asked.headers["idempotency-key"], "pay-1");
    assert_eq!((asked.value("amount"), asked.value("currency")), (Some("1050"), Some("usd")));
    assert_eq!((asked.value("metadata[payment]"), asked.value("metadata[order]")), (Some("pay-1"), Some("1")));
    // Nothing of the card has been kept.
    let database = std::fs::read(till.database()).unwrap();
    let log = std::fs::read(till.database().with_extension("db-wal")).unwrap_or_default();
    for kept in [database, log] {
        let kept = String::from_utf8_lossy(&kept).into_owned();
        for secret in ["4242", "visa", "last4", "billing", KEY] {
            assert!(!kept.contains(secret), "{secret}");
        }
    }
}

#[test]
fn a_card_that_is_declined_gives_back_what_the_order_took() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    till.go();
    front.tap(BAD);
    till.later(1_000);
    let standing = till.standing();
    assert_eq!((standing.status, standing.decline), (PaymentStatus::Declined, Some(Decline::CardDeclined)));
    till.is_void(order);
    let intent = &front.all("payment_intents")[0];
    assert_eq!(intent["status"], "canceled", "no other card can pay for an order that is void");

    // The red button on the reader.
    let payment = card("pay-2", 1_050);
    let order = till.order(&[payment]);
    till.go();
    front.red_button();
    till.later(1_000);
    assert_eq!(till.standing().decline, Some(Decline::TimedOut));
    till.is_void(order);
    assert_eq!((front.taken(), front.all("payment_intents")[1]["status"].as_str()), (0, Some("canceled")));
}

/// Each of these is lost once on the way, at each step: all the same one payment is taken, once.
#[test]
fn whatever_is_lost_on_the_way_nobody_pays_twice() {
    let front = Front::start();
    let faults = [
        Fault::DoneUnheard,
        Fault::Lost,
        Fault::Hangs,
        Fault::Says(500, busy(), None),
        Fault::Says(503, busy(), Some("1")),
        Fault::Says(409, busy(), None),
        Fault::Says(429, busy(), Some("2")),
    ];
    let steps = [INTENTS, "GET /v1/payment_intents/", "POST /v1/terminal/readers/tmr_1/process", "GET /v1/terminal"];
    let mut paid = 0;
    for fault in &faults {
        for step in steps {
            let mut till = Till::reader(&front);
            paid += 1;
            let payment = card(&format!("pay-{paid}"), 1_050);
            let order = till.order(&[payment]);
            front.fault(step, fault.clone());
            for _ in 0..20 {
                till.later(1_000);
                assert!(!till.standing().status.is_final(), "{step}, {fault:?}");
                if front.reader_asks().is_some() {
                    break;
                }
            }
            front.tap(GOOD);
            front.fault("GET /v1/payment_intents/", fault.clone());
            for _ in 0..20 {
                till.later(2_000);
                if till.standing().status.is_final() {
                    break;
                }
            }
            assert_eq!(till.standing().status, PaymentStatus::Succeeded, "{step}, {fault:?}");
            till.is_placed(order);
            assert_eq!(front.taken(), 1_050 * paid, "{step}, {fault:?}");
            assert_eq!(front.all("payment_intents").len() as i64, paid, "{step}, {fault:?}: one was made");
        }
    }
}

#[test]
fn a_server_that_wants_time_is_given_it() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    till.order_by_card();
    front.fault(INTENTS, Fault::Says(429, busy(), Some("7")));
    assert_eq!(till.go(), Some(BEGAN + 7_000));
    assert_eq!(till.later(6_999), Some(BEGAN + 7_000), "and not before");
    assert_eq!(front.asked(INTENTS).len(), 1);
    till.later(1);
    assert_eq!((front.asked(INTENTS).len(), till.standing().status), (2, PaymentStatus::Pending));

    // Without a wish of its own the waits grow, to a measure while somebody waits.
    let front = Front::start();
    let mut till = Till::reader(&front);
    till.order_by_card();
    let mut at = BEGAN;
    for wait in [500, 1_000, 2_000, 4_000, 4_000] {
        front.fault(INTENTS, Fault::Says(500, busy(), None));
        assert_eq!(till.go(), Some(at + wait));
        till.clock.advance(Duration::from_millis(wait as u64));
        at += wait;
    }
}

#[test]
fn what_takes_too_long_is_given_up_at_the_provider_first() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    till.go();
    // It cannot be given up just now: then it is not over either.
    front.fault("POST /v1/payment_intents/", Fault::Says(500, busy(), None));
    till.later(CARD_LIMIT as u64);
    assert_eq!(till.standing().status, PaymentStatus::Pending);
    till.later(1_000);
    assert_eq!((till.standing().status, till.standing().decline), (PaymentStatus::Declined, Some(Decline::TimedOut)));
    till.is_void(order);
    assert_eq!((front.reader_asks(), front.all("payment_intents")[0]["status"].as_str()), (None, Some("canceled")));
}

#[test]
fn what_went_through_meanwhile_stays_paid_whoever_gave_it_up() {
    let front = Front::start();
    for late in [false, true] {
        let mut till = Till::reader(&front);
        let payment = card(if late { "pay-late" } else { "pay-soon" }, 1_050);
        let order = till.order(&[payment]);
        till.go();
        front.tap(GOOD);
        match late {
            true => drop(till.later(CARD_LIMIT as u64 + 5_000)),
            false => {
                till.give_up(order);
                till.go();
            }
        }
        assert_eq!(till.standing().status, PaymentStatus::Succeeded);
        till.is_placed(order);
    }
}

#[test]
fn what_is_given_up_before_anybody_was_asked_is_over_at_once() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    till.give_up(order);
    till.go();
    assert_eq!((till.standing().status, till.standing().decline), (PaymentStatus::Canceled, None));
    till.is_void(order);
    assert_eq!(front.all("payment_intents").len(), 0);
}

/// The first request may still be on its way: what it makes is made by us, and given up.
#[test]
fn what_may_be_on_its_way_is_made_and_given_up() {
    let front = Front::start();
    for (fault, id) in [(Fault::Hangs, "pay-1"), (Fault::Lost, "pay-2")] {
        let mut till = Till::reader(&front);
        let payment = card(id, 1_050);
        let order = till.order(&[payment]);
        front.fault(INTENTS, fault);
        till.go();
        assert_eq!(till.standing().status, PaymentStatus::Begun, "nobody knows");
        till.give_up(order);
        till.later(10_000);
        assert_eq!(till.standing().status, PaymentStatus::Canceled);
        till.is_void(order);
    }
    let made = front.all("payment_intents");
    assert!(made.len() == 2 && made.iter().all(|intent| intent["status"] == "canceled"), "{made:?}");
    assert_eq!(front.reader_asks(), None);
}

#[test]
fn where_nobody_can_be_reached_nothing_is_taken_and_that_is_said_in_time() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut till = Till::with(|directory| {
        let stripe = stripe(directory, &format!("http://{nobody}"), Some(READER));
        Box::new(StripeProvider::new(stripe, Duration::from_millis(500)))
    });
    let order = till.order_by_card();
    let mut rounds = 0;
    while let Some(next) = till.go() {
        let wait = next - till.clock.now();
        till.clock.advance(Duration::from_millis(wait as u64));
        rounds += 1;
    }
    assert!(rounds > 10, "it was tried again");
    let standing = till.standing();
    assert_eq!((standing.status, standing.decline), (PaymentStatus::Declined, Some(Decline::Unavailable)));
    assert_eq!(till.clock.now(), BEGAN + CARD_LIMIT);
    till.is_void(order);
}

#[test]
fn a_key_that_is_not_let_in_is_told_to_the_owner_and_the_customer_can_pay_otherwise() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    std::fs::write(till.directory.path().join("stripe.key"), "rk_wrong").unwrap();
    let order = till.order_by_card();
    till.go();
    assert_eq!(till.standing().decline, Some(Decline::Unavailable));
    till.is_void(order);
    let trouble = till.store.payments(Some(order), true, 9).unwrap().remove(0).trouble.unwrap();
    assert!(trouble.contains("stripe.key is not let in") && trouble.contains("Write the secret key"), "{trouble}");
    assert!(!trouble.contains("rk_wrong"));

    // Once something may have been taken, no key of later says that nothing was.
    std::fs::write(till.directory.path().join("stripe.key"), KEY).unwrap();
    let payment = card("pay-2", 1_050);
    till.order(&[payment]);
    front.fault(INTENTS, Fault::DoneUnheard);
    till.go();
    std::fs::write(till.directory.path().join("stripe.key"), "rk_wrong").unwrap();
    till.later(100_000);
    assert_eq!(till.standing().status, PaymentStatus::Begun);
    std::fs::write(till.directory.path().join("stripe.key"), KEY).unwrap();
    till.later(300_000);
    assert_eq!(till.standing().status, PaymentStatus::Declined);
    assert_eq!(front.all("payment_intents")[0]["status"], "canceled");
}

#[test]
fn a_reader_that_is_busy_is_waited_for_and_one_that_is_off_is_not() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    front.reader_asks_for("pi_of_somebody_else");
    till.order_by_card();
    till.go();
    assert_eq!(till.standing().status, PaymentStatus::Pending);
    front.red_button();
    till.later(1_000);
    assert_eq!(front.reader_asks(), till.payment(1).reference, "its turn");
    front.tap(GOOD);
    till.later(1_000);
    assert_eq!(till.standing().status, PaymentStatus::Succeeded);

    front.reader_is("offline");
    let payment = card("pay-2", 1_050);
    till.order(&[payment]);
    till.later(1_000);
    assert_eq!(till.standing().decline, Some(Decline::Unavailable));
    assert_eq!(front.taken(), 1_050);
}

#[test]
fn somebody_pays_on_a_page() {
    let front = Front::start();
    let mut till = Till::page(&front);
    let order = till.order_by_card();
    front.fault("POST /v1/checkout/sessions", Fault::DoneUnheard);
    till.go();
    till.later(1_000);
    let standing = till.standing();
    assert_eq!(
        (standing.status, standing.link.as_deref()),
        (PaymentStatus::Pending, Some("https://pay.example/cs_test_0"))
    );
    assert!(front.pay_page("cs_test_0", BAD), "another card may be tried on the page");
    till.later(1_000);
    assert_eq!(till.standing().status, PaymentStatus::Pending);
    // A page has more time than a reader.
    till.later(CARD_LIMIT as u64);
    assert_eq!(till.standing().status, PaymentStatus::Pending);
    assert!(front.pay_page("cs_test_0", GOOD));
    till.later(5_000);
    assert_eq!((till.standing().status, till.standing().link), (PaymentStatus::Succeeded, None));
    till.is_placed(order);
    assert_eq!(front.taken(), 1_050);
    let asked = front.asked("POST /v1/checkout/sessions");
    assert!(asked.len() == 2 && asked[0].form == asked[1].form, "asked again it is the very same");
    assert_eq!(asked[0].value("success_url"), Some("https://corner.example/thanks"));

    // What was paid on a page can be given back.
    till.store.refund(order, None, "cold", id, BEGAN).unwrap();
    till.go();
    assert_eq!(front.all("refunds")[0]["amount"], 1_050);
}

/// 3-D Secure, and the like.
#[test]
fn a_bank_that_wants_to_know_who_pays_is_gone_to_by_a_link() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    till.go();
    let intent = till.payment(order).reference.unwrap();
    let says = |status: &str| {
        json!({ "id": intent, "status": status, "amount": 1_050, "currency": "usd",
        "next_action": { "redirect_to_url": { "url": "https://bank.example/who" } } })
    };
    front.fault("GET /v1/payment_intents/", Fault::Says(200, says("requires_action"), None));
    till.later(1_000);
    let standing = till.standing();
    assert_eq!((standing.status, standing.link.as_deref()), (PaymentStatus::Pending, Some("https://bank.example/who")));
    front.fault("GET /v1/payment_intents/", Fault::Says(200, says("processing"), None));
    till.later(CARD_LIMIT as u64);
    assert_eq!(till.standing().status, PaymentStatus::Pending, "that takes longer than a card");
    let failed = json!({ "id": intent, "status": "requires_payment_method", "amount": 1_050, "currency": "usd",
        "last_payment_error": { "code": "payment_intent_authentication_failure",
            "payment_method": { "card": { "last4": "3155" }, "billing_details": { "name": "Ann" } } } });
    front.fault("GET /v1/payment_intents/", Fault::Says(200, failed, None));
    till.later(5_000);
    assert_eq!(till.standing().decline, Some(Decline::AuthenticationFailed));
    till.is_void(order);
    assert_eq!(front.all("payment_intents")[0]["status"], "canceled");
}

#[test]
fn a_page_that_nobody_pays_on_is_closed_before_the_order_is_void() {
    let front = Front::start();
    let mut till = Till::page(&front);
    let order = till.order_by_card();
    till.go();
    till.later(LINK_LIMIT as u64);
    assert_eq!(till.standing().decline, Some(Decline::TimedOut));
    till.is_void(order);
    assert!(!front.pay_page("cs_test_0", GOOD), "it is closed");

    // Paid in the very last moment.
    let payment = card("pay-2", 1_050);
    let order = till.order(&[payment]);
    till.go();
    assert!(front.pay_page("cs_test_1", GOOD));
    till.give_up(order);
    till.later(1_000);
    assert_eq!((till.standing().status, till.standing_of(order)), (PaymentStatus::Succeeded, OrderStanding::Placed));
}

/// The machine was off; the description was changed meanwhile; the server has forgotten the key.
#[test]
fn what_was_asked_long_ago_is_found_again() {
    let front = Front::start();
    let day = 86_400_000;
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    front.fault(INTENTS, Fault::DoneUnheard);
    till.go();
    till.later(day);
    assert_eq!(till.standing().status, PaymentStatus::Declined);
    assert_eq!((till.standing_of(order), till.lattes()), (OrderStanding::Canceled, 9));
    assert_eq!(front.asked(INTENTS).len(), 1, "nothing was made anew");
    assert_eq!(front.all("payment_intents")[0]["status"], "canceled");

    // Where nothing came of it there is nothing to find.
    let payment = card("pay-2", 1_050);
    till.order(&[payment]);
    front.fault(INTENTS, Fault::Lost);
    till.go();
    till.later(day);
    assert_eq!((till.standing().status, front.all("payment_intents").len()), (PaymentStatus::Declined, 1));

    // From a reader to pages, while one is open.
    let mut reader = Till::reader(&front);
    let payment = card("pay-3", 1_050);
    let order = reader.order(&[payment]);
    front.fault(INTENTS, Fault::DoneUnheard);
    reader.go();
    let (store, directory, clock) =
        (Store::open_beside(&reader.database()).unwrap(), &reader.directory, reader.clock.clone());
    let pages = hurried(directory.path(), &front, false);
    let mut courier = Courier::new(store, &reader.shop, pages, clock, || ());
    reader.give_up(order);
    courier.round().unwrap();
    assert_eq!(reader.standing().status, PaymentStatus::Canceled);
    assert_eq!(front.all("payment_intents")[1]["status"], "canceled");
}

#[test]
fn another_amount_than_was_asked_for_is_a_persons_matter() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    till.go();
    let intent = till.payment(order).reference.unwrap();
    let says =
        json!({ "id": intent, "status": "succeeded", "amount": 1_050, "amount_received": 500, "currency": "usd" });
    front.fault("GET /v1/payment_intents/", Fault::Says(200, says, None));
    till.later(1_000);
    assert_eq!(till.standing().status, PaymentStatus::Succeeded, "their money was taken, so the order stands");
    let trouble = till.store.payments(None, false, 9).unwrap().remove(0).trouble.unwrap();
    assert!(trouble.contains("500 USD") && trouble.contains("1050 USD"), "{trouble}");
    let refused = till.store.refund(order, Some(Money(501)), "", id, BEGAN).unwrap_err();
    assert!(refused.to_string().contains("cannot be given back"), "{refused}");
}

#[test]
fn a_kill_between_asking_and_hearing_is_taken_up_at_the_next_start() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    // As it stands when the program dies while it asks.
    front.fault(INTENTS, Fault::DoneUnheard);
    till.courier.store().try_payment("pay-1", BEGAN + 30_000, BEGAN).unwrap();
    let stripe = stripe(till.directory.path(), &front.url, Some(READER));
    let asked =
        ureq::post(format!("{}/v1/payment_intents", stripe.url)).header("authorization", format!("Bearer {KEY}"));
    let form = [
        ("amount", "1050"),
        ("currency", "usd"),
        ("payment_method_types[]", "card_present"),
        ("capture_method", "automatic"),
        ("metadata[payment]", "pay-1"),
        ("metadata[order]", "1"),
    ];
    assert!(asked.header("idempotency-key", "pay-1").send_form(form).is_err(), "nobody heard the answer");
    assert_eq!(till.go(), Some(BEGAN + 30_000));
    till.courier.store().take_up_payments("corner", BEGAN).unwrap();
    till.go();
    front.tap(GOOD);
    till.later(1_000);
    till.is_placed(order);
    assert_eq!(front.all("payment_intents").len(), 1);
}
