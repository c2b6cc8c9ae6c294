//! What a process that dies, a full card or a second process may do to a conversation: nothing.

use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::commerce::cart::{Choice, Grade, LineId, Quantity};
use crate::commerce::handover::{HandoverStatus, Reason, Step};
use crate::commerce::order::*;
use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::sample::*;
use crate::commerce::saved::Channel;
use crate::commerce::stock::Stock;
use crate::shop::Shop;

const HERE_AND_NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;
const COUNTER: Place<'static> = Place { shop: "corner", channel: Channel::Voice, point: "" };

fn order_of(cart: &Cart, number: OrderNumber) -> Order {
    let (shop, stock) = (shop(), Stock::default());
    let ready = cart.ready(&shop, &stock).expect("nothing stands against it");
    Order::place(&shop, &ready, &Quote::of(&shop, cart, Moment::default()), &labels(), number, HERE_AND_NOW)
}

static NOTHING: Takes = Takes::new();

fn turn<'a>(saved: &Saved, turn: u32, shop: &'a Shop, cart: &'a Cart) -> TurnCommit<'a> {
    TurnCommit {
        conversation: saved.id,
        turn,
        shop,
        cart,
        state: r#"{"at":"ordering"}"#,
        transcript: "two large lattes with oat milk",
        acts: "[]",
        reply: "Two large lattes. Anything else?",
        times: "{}",
        takes_stock: &NOTHING,
        held_until: None,
        parcels: &[],
        order: None,
        payments: &[],
        stops_payment: false,
        idempotency_key: None,
        ended: false,
        put_aside: None,
        takes: None,
        now: HERE_AND_NOW + i64::from(turn) * 1_000,
    }
}

/// A bit of everything that a row must hold.
fn full_cart(shop: &Shop) -> Cart {
    let mut cart = Cart { customer_name: Some("Ann".into()), ..Cart::default() };
    let lattes =
        cart.add(shop, LATTE, Quantity::Count(2), [Choice::plain(LARGE), Choice::plain(OAT)], []).unwrap().line;
    let extra = Choice { grade: Some(Grade::Extra), count: 2, ..Choice::plain(BACON) };
    let no_onion = Choice { negated: true, ..Choice::plain(ONION) };
    cart.add(shop, BURGER, Quantity::Count(1), [no_onion, extra], ["well done".to_string()]).unwrap();
    cart.add(shop, APPLES, Quantity::thousandths(1_500), [], []).unwrap();
    cart.choose_for_order(shop, Choice::plain(HERE)).unwrap();
    cart.remove(shop, lattes, Some(Quantity::Count(1))).unwrap();
    cart
}

fn resumed(store: &mut Store, shop: &Shop) -> Saved {
    store.resume(COUNTER, shop, HERE_AND_NOW + 10_000, HOUR).unwrap().expect("a conversation is under way")
}

fn somewhere() -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("made/on/demand/saycart.db");
    (directory, path)
}

#[test]
fn a_conversation_goes_on_where_it_was_committed() {
    let (_directory, path) = somewhere();
    let shop = shop();
    let cart = full_cart(&shop);
    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.resume(COUNTER, &shop, HERE_AND_NOW, HOUR).unwrap(), None);
    let begun = store.conversation(COUNTER, &shop, HERE_AND_NOW, HOUR).unwrap();
    store.commit_turn(&turn(&begun, 1, &shop, &cart)).unwrap();
    store.commit_turn(&turn(&begun, 2, &shop, &cart)).unwrap();
    drop(store);

    let mut store = Store::open(&path).unwrap();
    let saved = resumed(&mut store, &shop);
    assert_eq!(saved.cart, cart);
    assert_eq!((saved.id, saved.turns, saved.state.as_deref()), (begun.id, 2, Some(r#"{"at":"ordering"}"#)));
    assert!(saved.lost.is_empty() && saved.same_shop);
    let other = Place { channel: Channel::Typed, ..COUNTER };
    assert_eq!(store.resume(other, &shop, HERE_AND_NOW, HOUR).unwrap(), None, "each place has its own");
}

#[test]
fn a_cart_that_nobody_touches_expires_and_a_finished_one_is_not_resumed() {
    let shop = shop();
    let mut store = Store::in_memory().unwrap();
    let cart = full_cart(&shop);
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&turn(&saved, 1, &shop, &cart)).unwrap();
    // A turn that changes nothing still touches the cart.
    let later = TurnCommit { now: HERE_AND_NOW + HOUR, ..turn(&saved, 2, &shop, &cart) };
    store.commit_turn(&later).unwrap();
    let at = |store: &mut Store, now| store.resume(COUNTER, &shop, now, HOUR).unwrap();
    assert_eq!(at(&mut store, HERE_AND_NOW + 2 * HOUR).unwrap().cart, cart);
    assert_eq!(at(&mut store, HERE_AND_NOW + 2 * HOUR + 1), None);

    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&TurnCommit { ended: true, ..turn(&saved, 1, &shop, &cart) }).unwrap();
    assert_eq!(at(&mut store, HERE_AND_NOW + 1_000), None);
}

#[test]
fn what_the_shop_no_longer_sells_is_reported() {
    let mut shop = shop();
    let mut store = Store::in_memory().unwrap();
    let cart = full_cart(&shop);
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&turn(&saved, 1, &shop, &cart)).unwrap();

    shop.items[1].price = crate::money::Money(950);
    assert!(resumed(&mut store, &shop).same_shop, "a new price moves no id");
    shop.items.remove(0);
    shop.option_lists[3].options.remove(2);
    shop.order_options.clear();
    let saved = resumed(&mut store, &shop);
    assert_eq!(
        saved.lost,
        [
            Lost::OrderChoice { title: "Here".into() },
            Lost::Item { title: "Latte".into(), quantity: Quantity::Count(1) },
            Lost::Choice { line: LineId(1), title: "Bacon".into() },
        ]
    );
    assert!(!saved.same_shop);
    let kept: Vec<_> = saved.cart.lines.iter().map(|line| (line.id, &shop.item(line.item).names.title[..])).collect();
    assert_eq!(kept, [(LineId(1), "Burger"), (LineId(2), "Apples")]);
    assert_eq!(saved.cart.next_line, 3, "ids are not used again");
}

#[test]
fn an_order_is_placed_once_however_often_it_is_sent() {
    let shop = shop();
    let cart = full_cart(&shop);
    let mut store = Store::in_memory().unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&turn(&saved, 1, &shop, &cart)).unwrap();
    let number = store.next_order_number().unwrap();
    assert_eq!(number, OrderNumber(1));
    let order = order_of(&cart, number);
    let empty = Cart { next_line: cart.next_line, ..Cart::default() };
    let place =
        TurnCommit { order: Some(&order), idempotency_key: Some("checkout-1"), ..turn(&saved, 2, &shop, &empty) };
    let first = store.commit_turn(&place).unwrap();
    assert!(!first.replayed);
    let lost_answer = store.commit_turn(&place).unwrap();
    assert_eq!((lost_answer.order, lost_answer.replayed), (first.order, true));
    let again_later = store.commit_turn(&TurnCommit { turn: 3, ..place }).unwrap();
    assert_eq!((again_later.order, again_later.replayed), (first.order, true));
    assert_eq!(store.orders(10).unwrap().len(), 1);
    assert_eq!(resumed(&mut store, &shop).cart, empty);

    let id = first.order.unwrap().id;
    assert_eq!(store.order(id).unwrap().order, order, "it reads as it was placed");
    let elsewhere = store.begin(Place { channel: Channel::Typed, ..COUNTER }, &shop, HERE_AND_NOW).unwrap();
    let stolen = store.commit_turn(&TurnCommit { conversation: elsewhere.id, turn: 1, ..place });
    assert!(matches!(stolen, Err(StoreError::KeyReused(_))));
    let second = TurnCommit { turn: 4, idempotency_key: Some("checkout-2"), ..place };
    assert_ne!(store.commit_turn(&second).unwrap().order, first.order);
}

#[test]
fn what_is_handed_over_is_appended_to_the_order() {
    let shop = shop();
    let cart = full_cart(&shop);
    let mut store = Store::in_memory().unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    let order = order_of(&cart, OrderNumber(999));
    let placed = store.commit_turn(&TurnCommit { order: Some(&order), ..turn(&saved, 1, &shop, &cart) }).unwrap();
    let id = placed.order.unwrap().id;
    let event = OrderEvent { line: 2, kind: OrderEventKind::Fulfilled, amount: 1_000 };
    store.append_order_event(id, event, HERE_AND_NOW).unwrap();
    let now = store.order(id).unwrap().order;
    assert_eq!((now.line_items[2].quantity.fulfilled, now.status()), (1_000, LineStatus::Partial));
    let too_much = store.append_order_event(id, event, HERE_AND_NOW);
    assert!(matches!(too_much, Err(StoreError::Order(OrderError::Beyond { open: 500, .. }))));
    assert!(matches!(store.order(77), Err(StoreError::NoOrder(77))));
    assert_eq!(store.next_order_number().unwrap(), OrderNumber(1), "after 999 comes 1");
}

#[test]
fn a_turn_out_of_its_order_is_refused() {
    let shop = shop();
    let mut store = Store::in_memory().unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    let cart = Cart::default();
    let ahead = store.commit_turn(&turn(&saved, 2, &shop, &cart)).unwrap_err();
    assert!(ahead.to_string().contains("the next is 1, not 2"), "{ahead}");
    let unknown = Saved { id: ConversationId(99), ..saved };
    assert!(matches!(store.commit_turn(&turn(&unknown, 1, &shop, &cart)), Err(StoreError::NoConversation(99))));
}

/// Breaks the commit at each of its statements in turn, by a trigger that raises an error there.
#[test]
fn a_commit_that_fails_midway_leaves_nothing_of_itself() {
    let shop = shop();
    let (before, after) = (Cart::default(), full_cart(&shop));
    for table in ["orders", "order_lines", "idempotency_keys", "conversations", "turns", "carts", "cart_lines"] {
        let mut store = Store::in_memory().unwrap();
        let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
        store.commit_turn(&turn(&saved, 1, &shop, &before)).unwrap();
        let verb = if ["conversations", "carts"].contains(&table) { "UPDATE" } else { "INSERT" };
        let trap = format!("CREATE TRIGGER trap BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'trap'); END");
        store.connection.execute_batch(&trap).unwrap();
        let order = order_of(&after, OrderNumber(1));
        let commit = TurnCommit { order: Some(&order), idempotency_key: Some("k"), ..turn(&saved, 2, &shop, &after) };
        store.commit_turn(&commit).expect_err(table);
        let there = resumed(&mut store, &shop);
        assert_eq!((there.turns, there.cart), (1, before.clone()), "{table}");
        assert_eq!(store.orders(9).unwrap(), [], "{table}");
        store.connection.execute_batch("DROP TRIGGER trap").unwrap();
        assert!(!store.commit_turn(&commit).unwrap().replayed, "{table}");
        assert_eq!(resumed(&mut store, &shop).cart, after, "{table}");
    }
}

#[test]
fn a_full_disk_is_named_and_costs_only_the_turn_that_did_not_fit() {
    let (_directory, path) = somewhere();
    let shop = shop();
    let cart = full_cart(&shop);
    let mut store = Store::open(&path).unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&turn(&saved, 1, &shop, &cart)).unwrap();
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    let long = "more ".repeat(10_000);
    let commit = TurnCommit { transcript: &long, ..turn(&saved, 2, &shop, &saved.cart) };
    let error = store.commit_turn(&commit).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(error.to_string().contains("Free some space"));
    assert_eq!(resumed(&mut store, &shop).cart, cart);
    store.connection.pragma_update_and_check(None, "max_page_count", pages * 10, |_| Ok(())).unwrap();
    store.commit_turn(&commit).unwrap();
}

#[test]
fn one_process_writes_and_others_read() {
    let (_directory, path) = somewhere();
    let shop = shop();
    let cart = full_cart(&shop);
    let mut store = Store::open(&path).unwrap();
    let second = Store::open(&path).unwrap_err();
    assert!(matches!(second, StoreError::Held { pid: Some(pid), .. } if pid == std::process::id()), "{second}");
    assert!(second.to_string().contains("Stop that one"));

    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    let order = order_of(&cart, OrderNumber(1));
    store.commit_turn(&TurnCommit { order: Some(&order), ..turn(&saved, 1, &shop, &cart) }).unwrap();
    let mut reader = Store::open_for_reading(&path).unwrap();
    reader.check().unwrap();
    assert_eq!(reader.orders(9).unwrap()[0].order.number, OrderNumber(1));
    let write = reader.commit_turn(&turn(&saved, 2, &shop, &cart)).unwrap_err();
    assert!(matches!(write, StoreError::ReadOnly { .. }), "{write}");
    drop(store);
    Store::open(&path).expect("the lock goes with its holder");
}

#[test]
fn a_stranger_that_locks_the_file_is_not_taken_for_damage() {
    let (_directory, path) = somewhere();
    let shop = shop();
    let mut store = Store::open(&path).unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    let stranger = Connection::open(&path).unwrap();
    stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let commit = turn(&saved, 1, &shop, &saved.cart);
    let error = store.commit_turn(&commit).unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    stranger.execute_batch("ROLLBACK").unwrap();
    store.commit_turn(&commit).unwrap();
}

#[test]
fn damage_is_told_from_a_file_that_was_never_ours() {
    let (directory, path) = somewhere();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "dear diary, ".repeat(500)).unwrap();
    for open in [Store::open, Store::open_for_reading] {
        assert!(matches!(open(&path), Err(StoreError::NotADatabase { foreign: false, .. })));
    }
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("dear diary"), "it is left alone");

    let foreign = directory.path().join("photos.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE photos (name)").unwrap();
    assert!(matches!(Store::open(&foreign), Err(StoreError::NotADatabase { foreign: true, .. })));

    let damaged = directory.path().join("damaged.db");
    let shop = shop();
    let mut store = Store::open(&damaged).unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&turn(&saved, 1, &shop, &full_cart(&shop))).unwrap();
    drop(store);
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[4_096..].fill(0xAA);
    std::fs::write(&damaged, bytes).unwrap();
    let error =
        Store::open(&damaged).and_then(|mut store| store.resume(COUNTER, &shop, HERE_AND_NOW, HOUR)).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[test]
fn a_database_from_the_future_is_left_alone() {
    let (_directory, path) = somewhere();
    drop(Store::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", migrate::VERSION + 1).unwrap();
    let before = std::fs::read(&path).unwrap();
    for open in [Store::open, Store::open_for_reading] {
        let error = open(&path).unwrap_err();
        assert!(error.to_string().contains("Update saycart"), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn where_nothing_can_be_made_the_directory_is_named() {
    // No one can make a directory here, not even root.
    let error = Store::open(Path::new("/proc/no-such-place/saycart.db")).unwrap_err();
    assert!(matches!(&error, StoreError::Directory { path, .. } if path.ends_with("no-such-place")), "{error}");
    let error = Store::open_for_reading(Path::new("/no/such/saycart.db")).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

/// Not a check: prints what a turn costs. `cargo test --release --lib store -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn what_a_turn_costs() {
    let shop = shop();
    let (_directory, path) = somewhere();
    for (name, mut store, turns) in
        [("memory", Store::in_memory().unwrap(), 20_000u32), ("file", Store::open(&path).unwrap(), 500)]
    {
        let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
        let carts = [full_cart(&shop), Cart::default()];
        let began = std::time::Instant::now();
        for number in 1..=turns {
            store.commit_turn(&turn(&saved, number, &shop, &carts[number as usize % 2])).unwrap();
        }
        println!("{name}: {:.1} µs a turn", began.elapsed().as_secs_f64() * 1e6 / f64::from(turns));
    }
}

#[test]
fn what_is_put_aside_is_found_by_its_code_and_taken_up_once() {
    let shop = shop();
    let cart = full_cart(&shop);
    let mut store = Store::in_memory().unwrap();
    store.adopt(&shop).unwrap();
    let counter = Place { shop: &shop.key, ..COUNTER };
    let first = store.begin(counter, &shop, HERE_AND_NOW).unwrap();
    store.commit_turn(&turn(&first, 1, &shop, &cart)).unwrap();
    let code = store.free_code(&shop, 7).unwrap();
    store.put_aside(first.id, code, HERE_AND_NOW + 2_000).unwrap();
    assert_eq!(store.resume(counter, &shop, HERE_AND_NOW, HOUR).unwrap(), None, "never by accident");
    assert_ne!(store.free_code(&shop, 7).unwrap(), code, "one code, one order");

    let found = store.aside(&shop, Which::Code(code)).unwrap();
    assert_eq!((found.len(), &found[0].cart), (1, &cart));
    assert_eq!(store.aside(&shop, Which::Any).unwrap(), found);
    assert_eq!(store.aside(&shop, Which::Conversation(first.id)).unwrap(), found);
    assert_eq!(store.aside(&shop, Which::Code(code + 1)).unwrap(), []);

    let second = store.begin(counter, &shop, HERE_AND_NOW + 3_000).unwrap();
    store.commit_turn(&TurnCommit { takes: Some(first.id), ..turn(&second, 1, &shop, &cart) }).unwrap();
    assert_eq!(store.aside(&shop, Which::Code(code)).unwrap(), [], "it is theirs now");
    // What nobody comes back for goes as any cart does.
    let later = HERE_AND_NOW + 5_000;
    store.commit_turn(&TurnCommit { ended: true, put_aside: Some(code), ..turn(&second, 2, &shop, &cart) }).unwrap();
    assert_eq!(store.aside(&shop, Which::Code(code)).unwrap().len(), 1);
    store.expire(later + 2 * HOUR, HOUR).unwrap();
    assert_eq!(store.aside(&shop, Which::Code(code)).unwrap(), []);
}

#[test]
fn a_hand_over_is_kept_until_somebody_settles_it() {
    let (_directory, path) = somewhere();
    let shop = shop();
    let mut store = Store::open(&path).unwrap();
    let saved = store.begin(COUNTER, &shop, HERE_AND_NOW).unwrap();
    let new = NewHandover {
        conversation: saved.id,
        turn: 1,
        reason: Reason::Asked,
        summary: "a person please",
        cart: "{}",
        now: HERE_AND_NOW,
    };
    let opened = store.open_handover(&new).unwrap();
    assert_eq!(store.open_handover(&new).unwrap(), opened, "the same turn opens no second one");
    store.commit_turn(&turn(&saved, 1, &shop, &full_cart(&shop))).unwrap();
    assert_eq!(store.transcript(saved.id.0).unwrap()[0].customer, "two large lattes with oat milk");

    // A person beside the assistant, which goes on serving.
    let mut beside = Store::open_beside(&path).unwrap();
    assert_eq!(beside.handovers(false, 9).unwrap(), std::slice::from_ref(&opened));
    let claimed = beside.move_handover(opened.id, Step::Claim, Some("Ann"), HERE_AND_NOW).unwrap();
    assert_eq!((claimed.status, claimed.by.as_deref()), (HandoverStatus::Claimed, Some("Ann")));
    assert!(matches!(store.move_handover(opened.id, Step::Claim, Some("Bob"), 0), Err(StoreError::Handover(_))));
    store.move_handover(opened.id, Step::Close, None, HERE_AND_NOW).unwrap();
    assert_eq!(beside.handovers(false, 9).unwrap(), []);
    assert_eq!(beside.handovers(true, 9).unwrap()[0].status, HandoverStatus::Closed);
    assert!(matches!(beside.handover(77), Err(StoreError::NoHandover(77))));
}

#[test]
fn several_points_of_a_channel_hold_a_conversation_each() {
    let shop = shop();
    let mut store = Store::in_memory().unwrap();
    let (one, two) = (Place { point: "kiosk 1", ..COUNTER }, Place { point: "kiosk 2", ..COUNTER });
    let (first, second) =
        (store.begin(one, &shop, HERE_AND_NOW).unwrap(), store.begin(two, &shop, HERE_AND_NOW).unwrap());
    let resumed =
        |store: &mut Store, place| store.resume(place, &shop, HERE_AND_NOW, HOUR).unwrap().map(|saved| saved.id);
    assert_eq!((resumed(&mut store, one), resumed(&mut store, two)), (Some(first.id), Some(second.id)));
    assert_eq!(resumed(&mut store, COUNTER), None);
}
