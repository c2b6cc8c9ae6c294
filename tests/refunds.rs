//! What goes back: gift cards of a declined order, and refunds, against a server that answers as the real one does.

use saycart::commerce::payment::{AccountKind, PaymentStatus};
use saycart::money::Money;
use saycart::shop::PayBy;
use saycart::store::{NewAccount, NewPayment, RefundStatus};
use serde_json::json;
use support::stripe::*;
use support::till::*;

mod support;

#[test]
fn a_gift_card_pays_its_part_and_has_it_again_where_the_card_is_declined() {
    let front = Front::start();
    let mut till = Till::reader(&front);
    let gift = NewAccount {
        groups: &[],
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
