//! The database as its owner meets it: files of earlier versions, the orders in it, and what can be wrong with it.

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use assert_cmd::assert::OutputAssertExt;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use saycart::commerce::cart::{Cart, Choice, Grade, Quantity};
use saycart::commerce::order::{Order, OrderEvent, OrderEventKind, OrderNumber};
use saycart::commerce::pricing::{Moment, Quote};
use saycart::commerce::saved::Channel;
use saycart::commerce::stock::Stock;
use saycart::lang::Language;
use saycart::service::{Desk, HandClock, Happening, Point, Setting, Staff};
use saycart::shop::Shop;
use saycart::store::{Place, Store, Takes, TurnCommit};
use support::sample::*;

mod support;

const BEGAN: i64 = 1_795_000_000_000;
const HOUR: i64 = 3_600_000;
const COUNTER: Place<'static> = Place { shop: "corner", channel: Channel::Voice, point: "" };
const STATE: &str = r#"{"at":"ordering"}"#;

/// The frozen database of a version, copied to where it may be changed.
fn frozen(version: u32) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saycart.db");
    let name = format!("{}/tests/fixtures/store-v{version}.db", env!("CARGO_MANIFEST_DIR"));
    fs::copy(name, &path).unwrap();
    (directory, path)
}

fn cart_under_way(shop: &Shop) -> Cart {
    let mut cart = Cart { next_line: 2, ..Cart::default() };
    let plain = |option| Choice::plain(option);
    let extra = Choice { grade: Some(Grade::Extra), count: 2, ..plain(BACON) };
    let no_onion = Choice { negated: true, ..plain(ONION) };
    cart.add(shop, BURGER, Quantity::Count(1), [no_onion, extra], ["well done".to_string()]).unwrap();
    cart.add(shop, APPLES, Quantity::thousandths(1_500), [], []).unwrap();
    cart.choose_for_order(shop, plain(HERE)).unwrap();
    cart
}

fn order(shop: &Shop, cart: &Cart, number: OrderNumber, at: i64) -> Order {
    let ready = cart.ready(shop, &Stock::default()).expect("nothing stands against it");
    Order::place(shop, &ready, &Quote::of(shop, cart, Moment::default()), &labels(), number, at)
}

/// How `store-v1.db` was made; for a new version, under a new name: the point of a frozen file is that it stays.
/// `DATABASE_TO_FREEZE=tests/fixtures/store-v2.db cargo test --test store freeze -- --ignored`
#[test]
#[ignore = "writes a fixture"]
fn freeze() {
    let Some(path) = std::env::var_os("DATABASE_TO_FREEZE") else { return };
    let shop = shop();
    let mut store = Store::open(Path::new(&path)).unwrap();
    let begun = store.begin(COUNTER, &shop, BEGAN).unwrap();
    let mut first = Cart { customer_name: Some("Ann".into()), ..Cart::default() };
    let choices = [Choice::plain(LARGE), Choice::plain(OAT)];
    first.add(&shop, LATTE, Quantity::Count(2), choices, ["extra hot".to_string()]).unwrap();
    first.add(&shop, APPLES, Quantity::thousandths(1_250), [], []).unwrap();
    first.choose_for_order(&shop, Choice::plain(DELIVERED)).unwrap();
    let order = order(&shop, &first, store.next_order_number().unwrap(), BEGAN + 1_000);
    let empty = Cart::default();
    let under_way = cart_under_way(&shop);
    let turn = TurnCommit {
        conversation: begun.id,
        turn: 1,
        shop: &shop,
        cart: &first,
        state: STATE,
        transcript: "two large lattes with oat milk, extra hot, and a pound and a quarter of apples, delivered",
        acts: "[]",
        reply: "Two large lattes and apples. Is that all?",
        times: r#"{"stt":280}"#,
        takes_stock: &Takes::new(),
        held_until: None,
        parcels: &[],
        order: None,
        payments: &[],
        stops_payment: false,
        idempotency_key: None,
        ended: false,
        put_aside: None,
        takes: None,
        now: BEGAN,
    };
    store.commit_turn(&turn).unwrap();
    let place = TurnCommit { turn: 2, cart: &empty, order: Some(&order), idempotency_key: Some("1-2"), ..turn };
    let placed = store.commit_turn(&place).unwrap().order.unwrap();
    let handed_over = OrderEvent { line: 0, kind: OrderEventKind::Fulfilled, amount: 1 };
    store.append_order_event(placed.id, handed_over, BEGAN + 2_000).unwrap();
    store.commit_turn(&TurnCommit { turn: 3, cart: &under_way, ..turn }).unwrap();
}

#[test]
fn a_database_of_version_1_goes_on_with_its_cart_and_orders() {
    let (_directory, path) = frozen(1);
    // The file was made when what a shop is called was what it is known by.
    let shop = Shop { name: "corner".into(), ..shop() };
    let mut store = Store::open(&path).unwrap();
    store.adopt(&shop).unwrap();
    let saved = store.resume(COUNTER, &shop, BEGAN + HOUR, HOUR).unwrap().expect("the conversation is under way");
    assert_eq!((saved.turns, saved.state.as_deref()), (3, Some(STATE)));
    assert_eq!(saved.cart, cart_under_way(&shop));
    assert!(saved.lost.is_empty() && saved.same_shop);
    assert_eq!(store.next_order_number().unwrap().0, 2);
}

/// Before shops had keys and channels were a closed set, the names that are shown stood in the database.
#[test]
fn carts_of_a_database_of_version_1_are_found_under_the_new_keys() {
    let (_directory, path) = frozen(1);
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute("UPDATE conversations SET shop = 'The Corner Café', channel = 'local'", []).unwrap();
    drop(old);
    let shop = Shop { key: "corner".into(), name: "The Corner Café".into(), ..shop() };
    let setting = Setting::new(shop, Language::load("en").unwrap());
    let clock = Arc::new(HandClock::new(BEGAN + HOUR));
    let hours = Duration::from_secs(2 * 3_600);
    let mut desk = Desk::open(setting, &path, Staff::default(), clock, hours).unwrap();
    let counter = Point::only(Channel::Voice);
    let opening = desk.enter(&counter).unwrap().reply.text;
    assert!(opening.contains("Burger") && opening.contains("Apples"), "{opening}");
    assert_eq!(desk.state(&counter).unwrap().cart, cart_under_way(&desk.setting().shop));
}

/// The process that the next test kills: commits turn upon turn and says each number once it is committed.
#[test]
#[ignore = "started by another test"]
fn commits_until_it_is_killed() {
    let Some(path) = std::env::var_os("DATABASE_TO_FILL") else { return };
    let shop = shop();
    let mut store = Store::open(Path::new(&path)).unwrap();
    let saved = store.conversation(COUNTER, &shop, BEGAN, HOUR).unwrap();
    for turn in saved.turns + 1.. {
        let mut cart = Cart::default();
        cart.add(&shop, LATTE, Quantity::Count(turn), [Choice::plain(SMALL)], []).unwrap();
        cart.choose_for_order(&shop, Choice::plain(HERE)).unwrap();
        let order = order(&shop, &cart, store.next_order_number().unwrap(), BEGAN);
        let commit = TurnCommit {
            conversation: saved.id,
            turn,
            shop: &shop,
            cart: &cart,
            state: &turn.to_string(),
            transcript: "",
            acts: "[]",
            reply: "",
            times: "{}",
            takes_stock: &Takes::new(),
            held_until: None,
            parcels: &[],
            order: (turn % 3 == 0).then_some(&order),
            payments: &[],
            stops_payment: false,
            idempotency_key: Some(&turn.to_string()),
            ended: false,
            put_aside: None,
            takes: None,
            now: BEGAN,
        };
        store.commit_turn(&commit).unwrap();
        println!("committed {turn}");
    }
}

#[test]
fn a_process_killed_at_any_moment_loses_no_committed_turn_and_keeps_no_half_of_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saycart.db");
    let shop = shop();
    for kill in 0..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["commits_until_it_is_killed", "--ignored", "--nocapture", "--exact"])
            .env("DATABASE_TO_FILL", &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // After a few more turns each time, while the next is being committed.
        let said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let committed = said.filter_map(|line| line.strip_prefix("committed ")?.parse::<u32>().ok());
        let acknowledged = committed.take(kill + 1).last().expect("it commits");
        child.kill().unwrap();
        child.wait().unwrap();

        let mut store = Store::open(&path).unwrap();
        let saved = store.resume(COUNTER, &shop, BEGAN, HOUR).unwrap().expect("the conversation is under way");
        assert!(saved.turns >= acknowledged, "turn {acknowledged} was acknowledged, {} are there", saved.turns);
        assert_eq!(saved.cart.lines[0].quantity, Quantity::Count(saved.turns));
        assert_eq!(saved.state, Some(saved.turns.to_string()));
        assert_eq!(store.orders(10_000).unwrap().len() as u32, saved.turns / 3);
    }
}

/// saycart over a database, with the clock in a known place.
fn saycart(path: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saycart"));
    command.env("TZ", "UTC").arg("--database").arg(path).args(arguments);
    command
}

#[test]
fn orders_are_listed_and_shown_for_people() {
    let (_directory, path) = frozen(1);
    let list = "\
ID  NUMBER  PLACED            STATUS    TOTAL  NAME  ITEMS
1   1       2026-11-18 11:06  partial  $19.26  Ann   2 × Latte, 1.25 lb Apples
";
    saycart(&path, &["orders", "list"]).assert().success().stdout(list);
    let whole = r#"Order 1 (id 1)
Shop     Corner
Placed   2026-11-18 11:06
Status   partial
Name     Ann
Options  Delivered

2 ×      Latte          $11.50
           Large, Oat
           "extra hot"
           partial
1.25 lb  Apples          $3.74

         Subtotal       $15.24
         Delivered       $3.00
         Drink tax       $1.02
         Total          $19.26
"#;
    saycart(&path, &["orders", "show", "1"]).assert().success().stdout(whole);
}

#[test]
fn orders_are_printed_for_programs() {
    let (_directory, path) = frozen(1);
    let output = saycart(&path, &["orders", "list", "--json"]).output().unwrap();
    let shown = saycart(&path, &["orders", "show", "1", "--json"]).output().unwrap();
    assert_eq!(output.stdout, shown.stdout);
    let order: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(order["placed_at"], "2026-11-18T11:06:41Z");
    assert_eq!(order["status"], "partial");
    let latte = &order["line_items"][0];
    assert_eq!(latte["item"], serde_json::json!({"id": "latte", "title": "Latte", "price": 575}));
    assert_eq!(latte["quantity"], serde_json::json!({"original": 2, "total": 2, "fulfilled": 1}));
    assert_eq!(latte["options"][1]["title"], "Oat");
    assert_eq!(order["line_items"][1]["quantity"]["original"], 1.25);
    let totals = order["totals"].as_array().unwrap();
    let amount =
        |kind: &str| totals.iter().filter(|t| t["type"] == kind).map(|t| t["amount"].as_i64().unwrap()).sum::<i64>();
    assert_eq!(amount("subtotal") + amount("fee") + amount("tax"), amount("total"));
}

#[test]
fn no_orders_yet_is_an_answer_and_an_unknown_order_is_not() {
    let (directory, path) = frozen(1);
    let none = directory.path().join("none.db");
    saycart(&none, &["orders", "list"]).assert().success().stdout("No orders yet.\n");
    assert!(!none.exists(), "looking makes nothing");
    saycart(&path, &["orders", "show", "9"]).assert().failure().stderr(contains("saycart orders list"));
    saycart(&path, &["orders", "show", "last"]).assert().failure().stderr(contains("`last` is no order id"));
}

#[test]
fn what_waits_for_a_person_is_listed_claimed_and_settled_while_the_assistant_serves() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saycart.db");
    saycart(&path, &["handovers", "list"]).assert().success().stdout("Nobody waits for a person.\n");
    let shop = shop();
    let setting = Setting::new(shop, Language::load("en").unwrap());
    let clock = Arc::new(HandClock::new(BEGAN));
    let hour = Duration::from_secs(3_600);
    let mut desk = Desk::open(setting, &path, Staff::default(), clock, hour).unwrap();
    let table = Point { channel: Channel::Voice, name: "table 7".into() };
    for words in ["a burger with extra bacon", "can I talk to a person"] {
        desk.tell(&table, Happening::Heard(words.into())).unwrap();
    }
    let listed = || saycart(&path, &["handovers", "list"]).assert().success();
    listed().stdout(
        contains("pending").and(contains("voice, table 7")).and(contains("OPENED")).and(contains("one Burger")),
    );
    saycart(&path, &["handovers", "show", "1"]).assert().success().stdout(contains("a burger with extra bacon"));
    saycart(&path, &["handovers", "close", "1"]).assert().failure().stderr(contains("handovers claim 1"));
    saycart(&path, &["handovers", "claim", "1", "--by", "Ann"]).assert().success();
    saycart(&path, &["handovers", "claim", "1", "--by", "Bob"]).assert().failure().stderr(contains("claimed by Ann"));
    let shown = saycart(&path, &["handovers", "show", "1", "--json"]).assert().success().get_output().stdout.clone();
    let shown: serde_json::Value = serde_json::from_slice(&shown).unwrap();
    assert_eq!((shown["status"].as_str(), shown["by"].as_str()), (Some("claimed"), Some("Ann")));
    assert_eq!(shown["transcript"].as_array().unwrap().len(), 2);
    saycart(&path, &["handovers", "close", "1"]).assert().success().stdout("Hand-over 1 is closed.\n");
    listed().stdout("Nobody waits for a person.\n");
    saycart(&path, &["handovers", "list", "--all"]).assert().success().stdout(contains("closed"));
    saycart(&path, &["handovers", "show", "9"]).assert().failure().stderr(contains("saycart handovers list"));
    // And the assistant, which holds the database, has noticed nothing.
    desk.tell(&table, Happening::Heard("what do I have so far".into())).unwrap();
}

#[test]
fn what_is_wrong_with_the_database_is_said_with_what_to_do() {
    let (directory, path) = frozen(1);
    let letter = directory.path().join("letter.txt");
    fs::write(&letter, "Dear Sir or Madam").unwrap();
    saycart(&letter, &["orders", "list"]).assert().failure().stderr(contains("is not a saycart database"));
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 1_000).unwrap();
    drop(connection);
    saycart(&path, &["orders", "list"]).assert().failure().stderr(contains("written by a newer saycart"));
}

/// As [`saycart`], but bound by permissions also where the tests run as root: then as nobody. The program is started
/// through a descriptor, for nobody may not see the directory it lies in.
fn as_nobody(path: &Path, arguments: &[&str]) -> (Command, File) {
    let program = File::open(env!("CARGO_BIN_EXE_saycart")).unwrap();
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return (saycart(path, arguments), program);
    }
    let mut command = Command::new(format!("/proc/self/fd/{}", program.as_raw_fd()));
    command.env("TZ", "UTC").env("HOME", "/nonexistent").current_dir("/").arg("--database").arg(path).args(arguments);
    command.uid(65_534).gid(65_534);
    (command, program)
}

#[test]
fn orders_can_be_read_where_nothing_can_be_written_but_not_where_reading_is_forbidden() {
    let (directory, path) = frozen(1);
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o555)).unwrap();
    let (mut command, _program) = as_nobody(&path, &["orders", "list"]);
    command.assert().success().stdout(contains("Latte"));
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    let (mut command, _program) = as_nobody(&path, &["orders", "list"]);
    command.assert().failure().stderr(contains("may not be opened. Give the user"));
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
}
