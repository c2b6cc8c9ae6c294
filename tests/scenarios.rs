//! Conversations as fixtures: exact on the cart, loose on the words. No models, no clock: typed turns through the same
//! conversation that the daemon holds, with a store in memory.
//!
//! `tests/scenarios/*.toml` hold them. After each turn `cart` is exactly what must stand there (a turn without it must
//! leave the cart as it was); of `reply` at least one part must be said; `placed` says that the cart has become an order.
//! SCENARIO=words runs only those whose name holds the words, and prints them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saycart::commerce::cart::{Cart, Choice, Grade, Line};
use saycart::commerce::fulfilment::{Destination, Wanted};
use saycart::lang::Language;
use saycart::money::Money;
use saycart::service::records::{AccountKind, Opened, Records};
use saycart::service::{Channel, Clock, Desk, HandClock, Happening, Point, Setting, Staff, TurnOutcome};
use saycart::shop::Shop;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// A directory of `assets/shops`, of `tests/talks`, or of `tests/support/shops`.
    shop: String,
    /// What the shop holds for people when a conversation begins.
    #[serde(default)]
    accounts: Vec<Account>,
    /// With which somebody lets a large order go.
    approval_code: Option<String>,
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    kind: AccountKind,
    code: String,
    amount: String,
    #[serde(default)]
    credit: Option<String>,
    #[serde(default)]
    blocked: bool,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    /// It begins when it is this late: "16:30".
    at: Option<String>,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    say: String,
    /// Said over the reply before, of which the end was not heard.
    #[serde(default)]
    over: bool,
    /// So long after the turn before.
    #[serde(default)]
    minutes: u64,
    /// A line each: amount, title, then options and quoted notes as the cart has them.
    cart: Option<Vec<String>>,
    #[serde(default)]
    reply: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
    /// Options of the order as a whole.
    order: Option<Vec<String>>,
    name: Option<String>,
    /// Where it goes and when: "table 7", "10:30", "soonest", then the parts of an address and the telephone.
    to: Option<Vec<String>>,
    #[serde(default)]
    placed: bool,
    #[serde(default)]
    hand_over: bool,
}

#[test]
fn every_conversation_ends_with_the_right_cart() {
    let wanted = std::env::var("SCENARIO").ok();
    let mut shops: BTreeMap<String, Open> = BTreeMap::new();
    let (mut run, mut failures) = (0, String::new());
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut paths: Vec<_> =
        std::fs::read_dir(&dir).expect("the scenarios are there").map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let text = std::fs::read_to_string(path).expect("a scenario file can be read");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for scenario in &file.scenarios {
            // What was spent is on the cards again.
            let place = tempfile::tempdir().expect("a place for the database");
            let mut fresh = None;
            let plain = file.accounts.is_empty() && file.approval_code.is_none();
            let open = match plain {
                true => shops.entry(file.shop.clone()).or_insert_with(|| open(&file, None)),
                false => fresh.insert(open(&file, Some(place.path()))),
            };
            if wanted.as_ref().is_some_and(|wanted| !scenario.name.contains(wanted.as_str())) {
                continue;
            }
            run += 1;
            let mut log = String::new();
            let outcome = play(open, scenario, &mut log);
            if wanted.is_some() {
                println!("{}\n{log}", scenario.name);
            }
            if let Err(problem) = outcome {
                let _ = writeln!(failures, "\n{}: {}\n{log}    ✗ {problem}", file.shop, scenario.name);
            }
        }
    }
    let failed = failures.matches('✗').count();
    assert!(failures.is_empty(), "{failed} of {run} conversations went wrong:\n{failures}");
    assert!(run > 0, "no scenario has that name");
}

/// A shop whose desk serves, and the clock above it.
struct Open {
    shop: Arc<Shop>,
    desk: Desk,
    clock: Arc<HandClock>,
}

/// With a database of its own only where something must stand in it.
fn open(file: &File, place: Option<&Path>) -> Open {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dirs = ["assets/shops", "tests/talks", "tests/support/shops"].map(|shops| root.join(shops).join(&file.shop));
    let dir = dirs.into_iter().find(|dir| dir.exists()).unwrap_or_else(|| panic!("there is no shop {}", file.shop));
    let mut shop = Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop;
    if let (Some(place), Some(code)) = (place, &file.approval_code) {
        std::fs::write(place.join("code"), code).expect("a code is written");
        shop.terms.approval_code = Some(place.join("code"));
    }
    let language = Language::load(&shop.language).expect("the shop's language is built in");
    let setting = Setting::new(shop, language);
    let shop = setting.shop.clone();
    // Somebody can always be told.
    let staff = Staff { command: Some("true".into()), file: None };
    let clock = Arc::new(HandClock::new(0));
    let expires = Duration::from_secs(3600);
    let desk = match place.map(|place| place.join("carts.db")) {
        Some(database) => {
            fill(&database, &shop, &file.accounts);
            Desk::open(setting, &database, staff, clock.clone(), expires)
        }
        None => Desk::in_memory(setting, staff, clock.clone(), expires),
    };
    Open { shop, desk: desk.expect("the desk opens"), clock }
}

fn fill(database: &Path, shop: &Shop, accounts: &[Account]) {
    let mut records = Records::open_or_begin(database).expect("a database is made");
    let money = |text: &str| shop.currency.parse(text).expect("an amount");
    for account in accounts {
        let Account { kind, code, amount, credit, blocked, groups } = account;
        let credit = credit.as_deref().map_or(Money::ZERO, money);
        let opened = Opened { kind: *kind, title: "somebody", code, amount: money(amount), credit, groups };
        let id = records.open_account(shop, opened).expect("an account is opened");
        records.block_account(id, *blocked).expect("and blocked where it is");
    }
}

fn point() -> Point {
    Point::only(Channel::Typed)
}

/// What stands in the cart now; where the conversation is over, nothing.
fn cart(desk: &Desk) -> Cart {
    desk.state(&point()).map(|state| state.cart.clone()).unwrap_or_default()
}

/// Let time pass until it is so late.
fn wait_until(clock: &HandClock, at: &str) {
    let (hours, minutes) = at.split_once(':').expect("hours and minutes");
    let wanted = 3600 * hours.parse::<i64>().expect("hours") + 60 * minutes.parse::<i64>().expect("minutes");
    let now = clock.now() / 1000;
    clock.advance(Duration::from_secs((wanted - now).rem_euclid(24 * 3600) as u64));
}

fn play(open: &mut Open, scenario: &Scenario, log: &mut String) -> Result<(), String> {
    let Open { shop, desk, clock } = open;
    if let Some(at) = &scenario.at {
        wait_until(clock, at);
    }
    desk.start_over(&point()).expect("a new conversation begins");
    let mut expected: Vec<String> = vec![];
    for turn in &scenario.turns {
        clock.advance(Duration::from_secs(60 * turn.minutes));
        if turn.over {
            desk.unheard(&point());
        }
        let outcome = desk.tell(&point(), Happening::Heard(turn.say.clone())).map_err(|error| error.to_string())?;
        let acts: Vec<&str> = outcome.view.acts.iter().map(|act| act.act.as_str()).collect();
        let _ = writeln!(log, "    you      {}\n             [{}]", turn.say, acts.join("] ["));
        let _ = writeln!(log, "             {:?}", lines(shop, &cart(desk)));
        let _ = writeln!(log, "    saycart  {}", outcome.reply.text);
        check(shop, desk, turn, &outcome, &mut expected)?;
    }
    Ok(())
}

fn check(
    shop: &Shop,
    desk: &Desk,
    turn: &Turn,
    outcome: &TurnOutcome,
    expected: &mut Vec<String>,
) -> Result<(), String> {
    if let Some(cart) = &turn.cart {
        expected.clone_from(cart);
    }
    if turn.placed {
        let last_order = desk.state(&point()).and_then(|state| state.last_order.as_ref());
        let Some(order) = last_order.filter(|_| outcome.order.is_some()) else {
            return Err("the order was to be placed".into());
        };
        same("order", &lines(shop, &order.cart), expected)?;
        expected.clear();
    } else if outcome.order.is_some() {
        return Err("the order was not to be placed yet".into());
    }
    same("cart", &lines(shop, &cart(desk)), expected)?;
    let text = outcome.reply.text.to_lowercase();
    let said = |part: &String| text.contains(&part.to_lowercase());
    if !turn.reply.is_empty() && !turn.reply.iter().any(said) {
        return Err(format!("none of {:?} was said", turn.reply));
    }
    if let Some(part) = turn.never.iter().find(|part| said(part)) {
        return Err(format!("{part:?} was said"));
    }
    if let Some(order) = &turn.order {
        let titles: Vec<String> = cart(desk).order_choices.iter().map(|choice| option(shop, choice)).collect();
        same("options of the order", &titles, order)?;
    }
    if let Some(name) = &turn.name
        && cart(desk).customer_name.as_ref() != Some(name)
    {
        return Err(format!("the name is {:?}, not {name:?}", cart(desk).customer_name));
    }
    if let Some(to) = &turn.to {
        let ordered = desk.state(&point()).and_then(|state| state.last_order.as_ref());
        let placed = ordered.filter(|_| turn.placed).map(|order| order.cart.clone());
        same("way", &destination(&placed.unwrap_or_else(|| cart(desk)).destination), to)?;
    }
    if turn.hand_over != outcome.hand_over.is_some() {
        return Err(format!("a person was {}called", if turn.hand_over { "not " } else { "" }));
    }
    Ok(())
}

fn same(what: &str, is: &[String], expected: &[String]) -> Result<(), String> {
    if is == expected {
        Ok(())
    } else {
        Err(format!("the {what} is\n        {is:?}\n      and not\n        {expected:?}"))
    }
}

fn lines(shop: &Shop, cart: &Cart) -> Vec<String> {
    cart.lines.iter().map(|line| describe(shop, line)).collect()
}

/// `2 latte, large, oat milk, "in a mug"`.
fn describe(shop: &Shop, line: &Line) -> String {
    let mut parts = vec![format!("{} {}", line.quantity.decimal(), shop.item(line.item).names.title)];
    parts.extend(line.choices.iter().map(|choice| option(shop, choice)));
    parts.extend(line.notes.iter().map(|note| format!("\"{note}\"")));
    parts.join(", ")
}

fn destination(to: &Destination) -> Vec<String> {
    let time = to.time.map(|wanted| match wanted {
        Wanted::Soonest => "soonest".to_string(),
        Wanted::At { minute, other_day } => {
            let of_day = minute.rem_euclid(24 * 60);
            format!("{:02}:{:02}{}", of_day / 60, of_day % 60, if other_day { ", another day" } else { "" })
        }
    });
    let parts = [to.street.clone(), to.postcode.clone(), to.floor.clone(), to.phone.clone()];
    to.table.map(|table| format!("table {table}")).into_iter().chain(time).chain(parts.into_iter().flatten()).collect()
}

fn option(shop: &Shop, choice: &Choice) -> String {
    let sign = match (choice.negated, choice.grade) {
        (true, _) => "no ",
        (false, Some(Grade::Extra)) => "extra ",
        (false, Some(Grade::Light)) => "light ",
        (false, None) => "",
    };
    let count = if choice.count > 1 { format!("{} x ", choice.count) } else { String::new() };
    format!("{sign}{count}{}", shop.option(choice.option).names.title)
}
