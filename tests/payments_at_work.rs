//! Payments by card with all that works beside the desk: who hears news of them, the owner's own program, the owner's commands.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use saycart::commerce::order::OrderStanding;
use saycart::commerce::payment::{Decline, PaymentStatus};
use saycart::money::Money;
use saycart::payment::news::Listener;
use saycart::payment::provider;
use saycart::service::Clock;
use saycart::service::paying::{self, Couriers};
use saycart::shop::{CardProvider, PayBy, Shop, Stripe};
use saycart::store::NewPayment;
use serde_json::json;
use support::stripe::*;
use support::till::*;

mod support;

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
    let payment = card("pay-2", 1_050);
    till.order(&[payment]);
    till.go();
    assert_eq!(till.standing().decline, Some(Decline::InsufficientFunds));
    says(r#"{"status": "pending"}"#);
    let payment = card("pay-3", 1_050);
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
        |id: &str, amount| NewPayment { method: PayBy::Counter, status: PaymentStatus::Due, ..card(id, amount) };
    let order = till.order(&[card("pay-1", 800), counter("due-1", 250)]);
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
