//! What is told elsewhere of an order: recorded with it, and brought there however long that takes.

use super::courier::Courier as _;
use super::*;
use crate::lang::Language;
use crate::service::{Channel, Desk, HandClock, Happening, Point, Staff};
use crate::shop::{Encoding, Outlets, Ticket, TicketWay};
use crate::store::ParcelState;

const BEGAN: Time = 1_800_000_000_000;

fn point() -> Point {
    Point::only(Channel::Typed)
}

fn clock() -> Arc<HandClock> {
    Arc::new(HandClock::new(BEGAN))
}

fn setting(command: &str) -> Setting {
    let way = TicketWay::Command(command.into());
    let (key, encoding) = ("kitchen".to_string(), Encoding::Cp437);
    let kitchen = Ticket { key, way, categories: vec![], template: None, width: 40, encoding };
    let outlets = Outlets { tickets: vec![kitchen], webhooks: vec![] };
    let shop = Shop { outlets, ..crate::dialogue::testing::shop() };
    Setting::new(shop, Language::load("en").expect("English is built in"))
}

fn say(desk: &mut Desk, words: &str) -> Option<i64> {
    let outcome = desk.tell(&point(), Happening::Heard(words.into())).expect("it is answered");
    outcome.order.map(|order| order.id)
}

/// The order's id.
fn order(desk: &mut Desk) -> i64 {
    desk.enter(&point()).expect("somebody comes in");
    say(desk, "a cinnamon roll");
    say(desk, "that's all");
    say(desk, "yes").expect("it is placed")
}

/// An order in a store whose couriers are not at work, and a courier who only goes when he is sent.
fn courier(command: &str, clock: &Arc<HandClock>) -> (Courier, i64) {
    let setting = setting(command);
    let (shop, outlet) = (setting.shop.key.clone(), outlets(&setting.shop).next().expect("a kitchen"));
    let hours = Duration::from_secs(3_600);
    let mut desk = Desk::in_memory(setting, Staff::default(), clock.clone(), hours).expect("the desk opens");
    let order = order(&mut desk);
    (Courier { store: desk.into_store(), shop, outlet, clock: clock.clone() }, order)
}

fn parcel(courier: &Courier) -> StoredParcel {
    let mut all = courier.store.parcels(true, 9).expect("it can be read");
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn what_does_not_arrive_is_tried_again_after_ever_longer_waits() {
    let directory = tempfile::tempdir().unwrap();
    let (open, arrived) = (directory.path().join("open"), directory.path().join("arrived"));
    let command = format!("test -e {} && echo $SAYCART_DELIVERY >>{}", open.display(), arrived.display());
    let clock = clock();
    let (mut courier, order) = courier(&command, &clock);
    assert_eq!((parcel(&courier).order, parcel(&courier).tries), (order, 0), "it was recorded with the order");
    let mut at = BEGAN;
    for (tries, wait) in [1_000, 2_000, 4_000, 8_000].into_iter().enumerate() {
        assert_eq!(courier.round().unwrap(), Some(at + wait));
        assert_eq!(courier.round().unwrap(), Some(at + wait), "and not before that");
        let waiting = parcel(&courier);
        assert_eq!((waiting.state, waiting.tries as usize), (ParcelState::Waiting, tries + 1));
        assert!(waiting.trouble.is_some_and(|trouble| trouble.contains("the command failed")));
        clock.advance(Duration::from_millis(wait as u64));
        at += wait;
    }
    std::fs::write(&open, "").unwrap();
    assert_eq!(courier.round().unwrap(), None);
    let done = parcel(&courier);
    assert_eq!((done.state, &done.trouble, &done.payload[..]), (ParcelState::Arrived, &None, ""));
    assert_eq!(std::fs::read_to_string(&arrived).unwrap().trim(), done.id);
    clock.advance(Duration::from_secs(86_400));
    assert_eq!(courier.round().unwrap(), None, "once is enough");
    assert_eq!(std::fs::read_to_string(&arrived).unwrap().lines().count(), 1);
}

#[test]
fn what_has_not_arrived_in_a_day_is_given_up_until_somebody_wants_it() {
    let clock = clock();
    let (mut courier, order) = courier("false", &clock);
    let mut longest = 0;
    while let Some(next) = courier.round().unwrap() {
        let wait = next - clock.now();
        longest = longest.max(wait);
        clock.advance(Duration::from_millis(wait as u64));
    }
    assert_eq!(longest, LONGEST_WAIT);
    let given_up = parcel(&courier);
    assert_eq!(given_up.state, ParcelState::GivenUp);
    assert!(clock.now() - BEGAN > GIVEN_UP && clock.now() - BEGAN <= GIVEN_UP + LONGEST_WAIT);
    let tries = given_up.tries;
    assert_eq!(courier.store.retry_parcels(Some(order), clock.now()).unwrap(), 1);
    assert!(courier.round().unwrap().is_some(), "it waits again");
    assert_eq!((parcel(&courier).state, parcel(&courier).tries), (ParcelState::Waiting, tries + 1));
    assert_eq!(courier.store.retry_parcels(Some(order + 1), clock.now()).unwrap(), 0);
}

#[test]
fn the_next_start_takes_up_what_waits_and_gives_up_what_has_no_place_to_go() {
    let directory = tempfile::tempdir().unwrap();
    let (database, arrived) = (directory.path().join("saycart.db"), directory.path().join("arrived"));
    let hours = Duration::from_secs(3_600);
    // The hand of the clock does not move: what is tried again at the start did not wait until it was due.
    let open = |command: &str| {
        Desk::open(setting(command), &database, Staff::default(), clock(), hours).expect("the desk opens")
    };
    let mut desk = open("false");
    let order = order(&mut desk);
    drop(desk);
    // Its end waited for the courier.
    let waiting = Store::open_for_reading(&database).unwrap().parcels(false, 9).unwrap();
    assert_eq!((waiting[0].order, waiting[0].tries), (order, 1));
    drop(open(&format!("echo $SAYCART_ORDER >>{}", arrived.display())));
    assert_eq!(std::fs::read_to_string(&arrived).unwrap(), format!("{order}\n"));
    assert_eq!(Store::open_for_reading(&database).unwrap().parcels(false, 9).unwrap(), []);

    let mut desk = open("false");
    self::order(&mut desk);
    drop(desk);
    let mut elsewhere = setting("true");
    Arc::make_mut(&mut elsewhere.shop).outlets.tickets[0].key = "bar".into();
    drop(Desk::open(elsewhere, &database, Staff::default(), clock(), hours).expect("the desk opens"));
    let left = Store::open_for_reading(&database).unwrap().parcels(false, 9).unwrap();
    assert_eq!((left.len(), left[0].state), (1, ParcelState::GivenUp));
}
