//! Payments by card, against a server that answers as the real one does, and a way there on which everything goes wrong once.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use saycart::commerce::order::OrderStanding;
use saycart::commerce::payment::{AccountKind, Decline, PaymentStatus};
use saycart::money::Money;
use saycart::payment::news::Listener;
use saycart::payment::{StripeProvider, provider};
use saycart::service::Clock;
use saycart::service::paying::{self, CARD_LIMIT, Courier, Couriers, LINK_LIMIT};
use saycart::shop::{CardProvider, PayBy, Shop, Stripe};
use saycart::store::{NewAccount, NewPayment, RefundStatus, Store};
use serde_json::json;
use support::stripe::*;
use support::till::*;

mod support;

const INTENTS: &str = "POST /v1/payment_intents";

fn busy() -> serde_json::Value {
    json!({ "error": { "type": "api_error" } })
}

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
    let payment = till.card("pay-2", 1_050);
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
            let payment = till.card(&format!("pay-{paid}"), 1_050);
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
        let payment = till.card(if late { "pay-late" } else { "pay-soon" }, 1_050);
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
        let payment = till.card(id, 1_050);
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
    let payment = till.card("pay-2", 1_050);
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
    let payment = till.card("pay-2", 1_050);
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
    let payment = till.card("pay-2", 1_050);
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
    let payment = till.card("pay-2", 1_050);
    till.order(&[payment]);
    front.fault(INTENTS, Fault::Lost);
    till.go();
    till.later(day);
    assert_eq!((till.standing().status, front.all("payment_intents").len()), (PaymentStatus::Declined, 1));

    // From a reader to pages, while one is open.
    let mut reader = Till::reader(&front);
    let payment = reader.card("pay-3", 1_050);
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

fn id() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(0))
}

#[test]
fn a_gift_card_pays_its_part_and_has_it_again_where_the_card_is_declined() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let gift = NewAccount {
        shop: "corner",
        kind: AccountKind::GiftCard,
        title: "a gift card",
        code_hash: "hash",
        currency: "USD",
        amount: Money(400),
        credit: Money::ZERO,
    };
    let account = till.store.open_account(&gift, BEGAN).unwrap();
    let by = |method, id: &str, amount, status, account| NewPayment {
        id: id.into(),
        method,
        amount: Money(amount),
        status,
        tendered: None,
        account,
    };
    let left = |till: &mut Till| till.store.accounts("corner").unwrap()[0].available;
    let parts = |n: u32| {
        [
            by(PayBy::Account, &format!("gift-{n}"), 300, PaymentStatus::Succeeded, Some(account)),
            by(PayBy::Card, &format!("card-{n}"), 500, PaymentStatus::Begun, None),
            by(PayBy::Counter, &format!("counter-{n}"), 250, PaymentStatus::Due, None),
        ]
    };
    let order = till.order(&parts(1));
    assert_eq!(left(&mut till), Money(100));
    till.go();
    front.tap(BAD);
    till.later(1_000);
    till.is_void(order);
    assert_eq!(left(&mut till), Money(400));
    let statuses: Vec<_> = till.store.order(order).unwrap().payments.iter().map(|p| (p.method, p.status)).collect();
    assert!(statuses.contains(&(PayBy::Account, PaymentStatus::Succeeded)), "{statuses:?}");
    assert!(statuses.contains(&(PayBy::Counter, PaymentStatus::Canceled)), "{statuses:?}");
    assert_eq!(till.store.refunds(order).unwrap().len(), 1, "and that stands on record");

    let order = till.order(&parts(2));
    till.go();
    front.tap(GOOD);
    till.later(1_000);
    till.is_placed(order);
    assert_eq!((left(&mut till), front.taken()), (Money(100), 500));
    assert_eq!(till.store.paid_at_counter(order, BEGAN).unwrap(), 1);
    assert!(till.store.paid_at_counter(order, BEGAN).unwrap_err().to_string().contains("waits to be paid"));
    // All of it back: each part to where it came from.
    let back = till.store.refund(order, None, "cold", id, BEGAN).unwrap();
    let back: Vec<_> = back.iter().map(|refund| (refund.method, refund.amount, refund.status)).collect();
    assert_eq!(
        back,
        [
            (PayBy::Card, Money(500), RefundStatus::Begun),
            (PayBy::Counter, Money(250), RefundStatus::Succeeded),
            (PayBy::Account, Money(300), RefundStatus::Succeeded)
        ]
    );
    assert_eq!(left(&mut till), Money(400));
    till.go();
    assert!(till.store.refunds(order).unwrap().iter().all(|refund| refund.status == RefundStatus::Succeeded));
}

#[test]
fn what_is_given_back_is_given_once_and_never_more_than_was_paid() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    assert!(till.store.refund(order, None, "", id, BEGAN).is_err(), "it is not paid yet");
    till.go();
    front.tap(GOOD);
    till.later(1_000);
    let give = |till: &mut Till, amount| till.store.refund(order, amount, "cold", id, BEGAN);
    give(&mut till, Some(Money(300))).unwrap();
    for fault in [Fault::DoneUnheard, Fault::Hangs, Fault::Says(500, busy(), None), Fault::Says(429, busy(), None)] {
        front.fault("POST /v1/refunds", fault);
        till.later(60_000);
        assert_eq!(till.store.refunds(order).unwrap()[0].status, RefundStatus::Begun);
    }
    assert_eq!(till.payment(order).refunded, Money::ZERO, "not before it is known");
    till.later(60_000);
    assert_eq!((till.payment(order).refunded, front.all("refunds").len()), (Money(300), 1));
    assert!(give(&mut till, Some(Money(751))).is_err() && give(&mut till, Some(Money::ZERO)).is_err());
    give(&mut till, Some(Money(250))).unwrap();
    assert!(give(&mut till, Some(Money(501))).is_err(), "what is on its way counts");
    give(&mut till, None).unwrap();
    assert!(give(&mut till, None).is_err());
    till.later(1_000);
    assert_eq!(till.payment(order).refunded, Money(1_050));
    let back: i64 = front.all("refunds").iter().map(|refund| refund["amount"].as_i64().unwrap()).sum();
    assert_eq!(back, 1_050);
    till.later(1_000_000);
    assert_eq!(front.all("refunds").len(), 3);
}

#[test]
fn a_refund_that_does_not_go_back_is_a_persons_matter() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    till.go();
    front.tap(GOOD);
    till.later(1_000);
    till.store.refund(order, None, "cold", id, BEGAN).unwrap();
    let refused = json!({ "error": { "type": "invalid_request_error", "code": "charge_disputed" } });
    front.fault("POST /v1/refunds", Fault::Says(400, refused, None));
    till.later(1_000);
    let refund = till.store.refunds(order).unwrap().remove(0);
    assert_eq!((refund.status, refund.trouble.as_deref()), (RefundStatus::Declined, Some("charge_disputed")));
    assert_eq!(till.store.payments(None, false, 9).unwrap().len(), 1, "it is listed");
    assert_eq!(till.store.refund(order, None, "again", id, BEGAN).unwrap().len(), 1, "and may be tried anew");
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

/// A courier and who hears news for him, at work beside the desk.
struct AtWork {
    _couriers: Couriers,
    news: String,
    placed: mpsc::Receiver<()>,
}

const SECRET: &str = "whsec_test";

fn at_work(till: &mut Till, front: &Front) -> AtWork {
    let secret = till.directory.path().join("news.secret");
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let news = Some(("127.0.0.1:0".into(), secret));
    let card = Stripe { news, ..stripe(till.directory.path(), &front.url, Some(READER)) };
    let shop = Shop { payments: payments(CardProvider::Stripe(card)), ..till.shop.clone() };
    let (tell, placed) = mpsc::channel();
    let clock: Arc<dyn Clock> = till.clock.clone();
    let couriers = Couriers::start(&mut till.store, &shop, &clock, move || tell.send(()).unwrap_or_default()).unwrap();
    let news = format!("http://{}/", couriers.hears_at().expect("news are heard"));
    AtWork { _couriers: couriers, news, placed }
}

/// Until it is so, or for a long time.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

/// As the real server signs it.
fn signed(key: &str, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{now}.{body}").as_bytes());
    let code: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={now},v1={code}")
}

fn tell(url: &str, signature: &str, body: &str) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    agent.post(url).header("stripe-signature", signature).send(body).unwrap().status().as_u16()
}

#[test]
fn news_have_a_payment_looked_at_before_its_time() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    let work = at_work(&mut till, &front);
    until("it is asked for", || front.reader_asks().is_some());
    until("that is written down", || till.standing().status == PaymentStatus::Pending);
    // Sooner than it would be asked about without news; the clock stands still otherwise.
    till.clock.advance(Duration::from_millis(500));
    front.send_news(&work.news, SECRET);
    front.tap(GOOD);
    work.placed.recv_timeout(PATIENCE).expect("the server's own news are heard");
    assert_eq!((till.standing().status, till.standing_of(order)), (PaymentStatus::Succeeded, OrderStanding::Placed));
}

#[test]
fn news_that_are_forged_repeated_or_out_of_order_change_nothing() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let order = till.order_by_card();
    let work = at_work(&mut till, &front);
    until("it is asked for", || till.standing().status == PaymentStatus::Pending);
    till.clock.advance(Duration::from_millis(500));
    let paid = r#"{"type": "payment_intent.succeeded", "data": {"object": {"metadata": {"payment": "pay-1"}}}}"#;
    let failed = paid.replace("succeeded", "payment_failed");
    assert_eq!(tell(&work.news, &signed("whsec_forged", paid), paid), 400);
    assert_eq!(tell(&work.news, &signed(SECRET, paid), &failed), 400, "of another body");
    let looked = || front.asked(&format!("GET /v1/payment_intents/{}", till.payment(order).reference.unwrap())).len();
    assert_eq!(looked(), 0);
    // It says paid, well signed: the server says that it is not.
    assert_eq!(tell(&work.news, &signed(SECRET, paid), paid), 200);
    until("it is looked at", || looked() > 0);
    let next = || till.store.due_payment("corner", BEGAN + 500).unwrap().err().flatten();
    until("that is written down", || next() == Some(BEGAN + 1_500));
    assert_eq!(till.standing().status, PaymentStatus::Pending);
    front.tap(GOOD);
    till.clock.advance(Duration::from_millis(500));
    let signature = signed(SECRET, &failed);
    assert_eq!(tell(&work.news, &signature, &failed), 200);
    work.placed.recv_timeout(PATIENCE).expect("it is looked at, whatever is told");
    for _ in 0..3 {
        assert_eq!(tell(&work.news, &signature, &failed), 200, "told again");
    }
    let standing = till.standing();
    assert_eq!((standing.status, till.standing_of(order)), (PaymentStatus::Succeeded, OrderStanding::Placed));
    assert!(work.placed.try_recv().is_err(), "placed once");
    assert_eq!(front.taken(), 1_050);
}

#[test]
fn whoever_talks_long_or_never_asks_holds_up_no_news() {
    use std::io::{Read, Write};
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let (tell_us, told) = mpsc::channel();
    let listener = Listener::start("127.0.0.1:0", &secret, Duration::from_millis(300), move || {
        tell_us.send(()).unwrap_or_default()
    })
    .unwrap();
    let (url, address) = (format!("http://{}/", listener.address()), listener.address());
    let mut silent: Vec<_> = (0..40).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    silent[0].write_all(b"POST / HTTP/1.1\r\ncontent-length: 100\r\nstripe-sig").unwrap();
    assert_eq!(tell(&url, &signed(SECRET, "{}"), "{}"), 200, "their time is up first");
    told.recv_timeout(PATIENCE).unwrap();
    let mut end = vec![];
    assert!(silent[0].read_to_end(&mut end).is_err() || !end.starts_with(b"HTTP/1.1 200"), "it is cut off");
    let long = "x".repeat(300_000);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let answer = agent.post(&url).header("stripe-signature", signed(SECRET, &long)).send(&long);
    assert!(answer.is_err() || answer.unwrap().status() == 413);
    assert_eq!(agent.get(&url).call().unwrap().status(), 405);
    assert_eq!(agent.post(&url).send("{}").unwrap().status(), 400);
    assert!(told.try_recv().is_err(), "one of them was news");
}

/// A program that keeps what it is told, and answers with what lies beside it.
fn program(directory: &std::path::Path, answer: &str) -> String {
    std::fs::write(directory.join("answer"), answer).unwrap();
    format!("cd '{}' && cat >>asked && if test -e busy; then exit 69; fi && cat answer", directory.display())
}

#[test]
fn the_owners_own_program_takes_cards() {
    let mut till = Till::with(|directory| {
        let command =
            program(directory, r#"{"status": "pending", "reference": "T-7", "link": "https://pay.example/7"}"#);
        provider(&CardProvider::Command(command))
    });
    let here = till.directory.path().to_path_buf();
    let says = |text: &str| std::fs::write(here.join("answer"), text).unwrap();
    std::fs::write(here.join("busy"), "").unwrap();
    let order = till.order_by_card();
    till.go();
    assert_eq!(till.standing().status, PaymentStatus::Begun);
    std::fs::remove_file(here.join("busy")).unwrap();
    till.later(1_000);
    let standing = till.standing();
    assert_eq!((standing.status, standing.link.as_deref()), (PaymentStatus::Pending, Some("https://pay.example/7")));
    for nonsense in ["", "yes", "{}", r#"{"status": "paid"}"#, r#"{"status": "declined", "decline": "rain"}"#] {
        says(nonsense);
        till.later(5_000);
        assert_eq!(till.standing().status, PaymentStatus::Pending, "{nonsense}: nobody knows");
    }
    let trouble = till.store.payments(Some(order), true, 1).unwrap().remove(0).trouble.unwrap();
    assert!(trouble.contains("cannot be read") && trouble.contains("docs/owner.md"), "{trouble}");
    says(r#"{"status": "succeeded"}"#);
    till.later(60_000);
    till.is_placed(order);
    assert_eq!(till.payment(order).reference.as_deref(), Some("T-7"));
    till.store.refund(order, Some(Money(200)), "cold", id, BEGAN).unwrap();
    till.go();
    assert_eq!(till.payment(order).refunded, Money(200));
    let asked = std::fs::read_to_string(here.join("asked")).unwrap();
    let asked: Vec<serde_json::Value> = asked.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<&str> = asked.iter().map(|asked| asked["step"].as_str().unwrap()).collect();
    assert_eq!((steps[0], steps[1], steps[2], *steps.last().unwrap()), ("begin", "begin", "look", "refund"));
    assert_eq!(
        (&asked[0]["id"], &asked[0]["amount"], &asked[0]["currency"]),
        (&json!("pay-1"), &json!(1_050), &json!("USD"))
    );
    assert_eq!((&asked[2]["reference"], &asked.last().unwrap()["payment"]), (&json!("T-7"), &json!("T-7")));

    // Declined, and given up.
    says(r#"{"status": "declined", "decline": "insufficient_funds"}"#);
    let payment = till.card("pay-2", 1_050);
    till.order(&[payment]);
    till.go();
    assert_eq!(till.standing().decline, Some(Decline::InsufficientFunds));
    says(r#"{"status": "pending"}"#);
    let payment = till.card("pay-3", 1_050);
    let order = till.order(&[payment]);
    till.go();
    says(r#"{"status": "canceled"}"#);
    till.give_up(order);
    till.go();
    assert_eq!(till.standing().status, PaymentStatus::Canceled);
}

fn saycart(till: &Till, arguments: &[&str]) -> (bool, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_saycart"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", till.directory.path())
        .arg("--database")
        .arg(till.database())
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

#[test]
fn the_owner_sees_what_is_paid_and_gives_it_back() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let told = |till: &Till, arguments: &[&str], parts: &[&str], fine: bool| {
        let (ended, said) = saycart(till, &[&["payments"], arguments].concat());
        assert_eq!(ended, fine, "{arguments:?}: {said}");
        parts.iter().for_each(|part| assert!(said.contains(part), "{arguments:?}: {part:?} is not in\n{said}"));
    };
    told(&till, &["list"], &["No payment is open"], true);
    let counter =
        |id: &str, amount| NewPayment { method: PayBy::Counter, status: PaymentStatus::Due, ..till_card(id, amount) };
    let order = till.order(&[till_card("pay-1", 800), counter("due-1", 250)]);
    till.go();
    told(&till, &["list"], &["waits for the customer", "to be paid", "$8.00", "$2.50"], true);
    told(&till, &["refund", "1"], &["nothing of order 1 is on record as paid"], false);
    assert!(saycart(&till, &["orders", "list"]).1.contains("waits for payment"));
    told(&till, &["stop", "1"], &["given up as soon as"], true);
    told(&till, &["list"], &["being given up"], true);
    front.tap(GOOD);
    till.later(1_000);
    till.is_placed(order);
    told(&till, &["stop", "1"], &["nothing of order 1 is under way"], false);
    let (_, orders) = saycart(&till, &["orders", "show", "1"]);
    assert!(orders.contains("$8.00 by card, paid") && orders.contains("$2.50 by counter, to be paid"), "{orders}");
    told(&till, &["paid", "1"], &["Order 1 is paid."], true);
    told(&till, &["paid", "1"], &["waits to be paid at the counter"], false);
    told(&till, &["paid", "9"], &["no order 9"], false);
    told(&till, &["list"], &["No payment is open"], true);
    told(&till, &["refund", "1", "11"], &["$10.50 can be given back, and not $11.00"], false);
    told(&till, &["refund", "1", "lots"], &["4.50"], false);
    told(&till, &["refund", "1", "9.00", "--why", "cold"], &["$8.00 goes back to the card", "$1.00 is recorded"], true);
    told(&till, &["show", "1"], &["on its way", "done", "cold", "pi_"], true);
    // The command goes by the clock of the machine.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    till.later(u64::try_from(now).unwrap() - till.clock.now().unsigned_abs());
    told(&till, &["show", "1", "--json"], &["\"succeeded\"", "\"why\":\"cold\"", "\"refunded\":800"], true);
    told(&till, &["refund", "1"], &["$1.50 is recorded"], true);
    told(&till, &["refund", "1"], &["all of it has been given back"], false);
    assert_eq!(front.all("refunds").len(), 1);
    told(&till, &["show", "2"], &["no order 2"], false);
}

fn till_card(id: &str, amount: i64) -> NewPayment {
    NewPayment {
        id: id.into(),
        method: PayBy::Card,
        amount: Money(amount),
        status: PaymentStatus::Begun,
        tendered: None,
        account: None,
    }
}

#[test]
fn the_doctor_looks_at_who_takes_the_cards() {
    let front = Front::start();
    let directory = tempfile::tempdir().unwrap();
    let card = |stripe| paying::check(&CardProvider::Stripe(stripe));
    let with = |reader| stripe(directory.path(), &front.url, reader);
    assert!(card(with(Some(READER))).unwrap().contains("reader tmr_1"));
    assert!(card(with(None)).unwrap().contains("by link"));
    assert!(card(with(Some("tmr_9"))).unwrap_err().contains("there is no reader `tmr_9`"));
    front.clock_is_ahead(3_600);
    assert!(card(with(None)).unwrap_err().contains("clock is wrong by 3"));
    front.clock_is_ahead(0);
    front.reader_is("offline");
    assert!(card(with(Some(READER))).unwrap_err().contains("switch it on"));
    let wrong = with(None);
    std::fs::write(&wrong.secret_file, "rk_wrong").unwrap();
    assert!(card(wrong).unwrap_err().contains("not let in"));
    let program = |command: &str| paying::check(&CardProvider::Command(command.into()));
    assert!(program("echo '{\"status\": \"succeeded\"}'").unwrap().contains("ready"));
    assert!(program("exit 69").is_err() && program("no-such-program").unwrap_err().contains("failed"));
}
