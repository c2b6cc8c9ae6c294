//! The real program takes money: by a card program that is held up, declines, is given up, and by what the shop holds for
//! people. And what nobody may keep is kept nowhere.

use std::path::Path;
use std::time::{Duration, Instant};

mod support;

use support::program::{Chat, cafe, output, saycart};

/// Who takes cards here: it says that it waits, until a file says what became of the card.
const CARD_PROGRAM: &str = r#"#!/bin/sh
read -r question
echo "$question" >> "$0.asked"
case "$SAYCART_STEP" in
  cancel) [ -f "$0.card" ] && cat "$0.card" || echo '{"status":"canceled"}' ;;
  refund) echo '{"status":"succeeded","reference":"back-1"}' ;;
  check) echo '{"status":"succeeded"}' ;;
  *) [ -f "$0.card" ] && cat "$0.card" || echo '{"status":"pending","reference":"held-1"}' ;;
esac
"#;

/// A café where one pays by card, in cash, or with a gift card; muffins are counted, and orders are printed to a file.
fn shop(here: &Path) {
    let program = here.join("takes-cards");
    std::fs::write(&program, CARD_PROGRAM).unwrap();
    let more = format!(
        "[payment]\nways = [\"card\", \"cash\", \"account\"]\n[payment.card]\ncommand = \"sh {}\"\n\
         [tickets.kitchen]\nfile = \"{}\"\n",
        program.display(),
        here.join("tickets").display()
    );
    cafe(here, &more);
    let (fine, said) = output(&mut saycart(here, &["stock", "set", "blueberry muffin", "5"]));
    assert!(fine, "{said}");
}

/// The customer holds a card there, or their bank says something to it.
fn card(here: &Path, answer: &str) {
    // Never read half written.
    let new = here.join("takes-cards.new");
    std::fs::write(&new, format!("{answer}\n")).unwrap();
    std::fs::rename(new, here.join("takes-cards.card")).unwrap();
}

/// Enter, until the program has been asked for the card: before that nobody can have held one there.
fn asked_for(here: &Path, chat: &mut Chat) {
    let begun = Instant::now();
    while !here.join("takes-cards.asked").exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nobody asks for the card");
        chat.say("");
    }
}

/// Enter, until it is known; whoever presses it says nothing.
fn enter(chat: &mut Chat, words: &str) -> serde_json::Value {
    let begun = Instant::now();
    loop {
        let turn = chat.say("");
        if reply(&turn).to_lowercase().contains(words) {
            return turn;
        }
        assert_eq!(turn["checkout"]["status"], "complete_in_progress", "nothing of {words:?}: {turn}");
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing of {words:?}: {turn}");
    }
}

/// "Hello?", until it is told what became of the card.
fn until(chat: &mut Chat, words: &str) -> serde_json::Value {
    let begun = Instant::now();
    loop {
        let turn = chat.say("are you there");
        let text = turn["reply"]["text"].as_str().unwrap_or_default();
        if text.to_lowercase().contains(words) {
            return turn;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing of {words:?}: {turn}");
    }
}

fn reply(turn: &serde_json::Value) -> &str {
    turn["reply"]["text"].as_str().unwrap_or_default()
}

fn muffins(here: &Path) -> String {
    let (_, list) = output(&mut saycart(here, &["stock", "list", "--json"]));
    let level: serde_json::Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
    level["amount"].to_string()
}

fn orders(here: &Path) -> Vec<serde_json::Value> {
    let (_, list) = output(&mut saycart(here, &["orders", "list", "--json"]));
    list.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Up to the yes that the card is asked for after.
fn buy_by_card(chat: &mut Chat) {
    chat.say_all(&["two blueberry muffins", "to go", "that's all"]);
    let turn = chat.say("by card");
    assert!(reply(&turn).contains("hall I place"), "{turn}");
    let turn = chat.say("yes");
    assert!(reply(&turn).contains("hold your card"), "{turn}");
    assert_eq!(turn["order"], serde_json::Value::Null, "nothing is placed yet: {turn}");
    assert_eq!(turn["checkout"]["status"], "complete_in_progress");
}

#[test]
fn an_order_is_told_and_printed_when_the_card_has_paid_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    buy_by_card(&mut chat);
    assert!(reply(&chat.say("and a latte")).contains("waiting for your card"));
    assert!(!here.join("tickets").exists(), "nobody cooks what is not paid");
    card(here, r#"{"status":"succeeded","reference":"held-1"}"#);
    let told = enter(&mut chat, "number 1");
    assert_eq!((&told["order"]["number"], &told["cart"]["line_items"]), (&1.into(), &serde_json::json!([])));
    chat.end();
    let tickets = std::fs::read_to_string(here.join("tickets")).unwrap();
    assert!(tickets.to_lowercase().contains("muffin"), "{tickets}");
    let orders = orders(here);
    let payment = &orders[0]["payments"][0];
    assert_eq!((&payment["method"], &payment["status"]), (&"card".into(), &"succeeded".into()), "{orders:?}");
    assert_eq!(muffins(here), "3");
}

#[test]
fn a_declined_card_costs_nothing_and_another_way_is_open() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    buy_by_card(&mut chat);
    card(here, r#"{"status":"declined","decline":"insufficient_funds"}"#);
    let told = until(&mut chat, "enough on that card");
    assert!(reply(&told).contains("How would you like to pay"), "{told}");
    assert_eq!(told["cart"]["line_items"].as_array().map(Vec::len), Some(1), "the cart stands: {told}");
    assert_eq!(muffins(here), "5", "what it took is there again");
    chat.say("in cash");
    let placed = chat.say("yes");
    assert_eq!(placed["order"]["number"], 2, "{placed}");
    chat.end();
    let standings: Vec<_> = orders(here).iter().map(|order| order["standing"].clone()).collect();
    assert_eq!(standings, ["placed", "canceled"]);
    assert_eq!(muffins(here), "3");
    assert_eq!(std::fs::read_to_string(here.join("tickets")).unwrap().matches("uffin").count(), 1);
}

#[test]
fn a_card_that_never_comes_and_a_bank_that_asks_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    card(here, r#"{"status":"pending","reference":"held-1","link":"https://bank.example/who"}"#);
    buy_by_card(&mut chat);
    let begun = Instant::now();
    while chat.say("")["checkout"]["continue_url"] != "https://bank.example/who" {
        assert!(begun.elapsed() < Duration::from_secs(20), "where the bank asks is not shown");
    }
    card(here, r#"{"status":"declined","decline":"timed_out"}"#);
    let told = enter(&mut chat, "card in time");
    assert!(reply(&told).contains("How would you like to pay"), "{told}");
    card(here, r#"{"status":"succeeded","reference":"held-2"}"#);
    chat.say_all(&["by card", "yes"]);
    assert_eq!(enter(&mut chat, "number 2")["order"]["number"], 2, "a second try goes through");
    chat.end();
}

#[test]
fn what_runs_out_in_the_middle_is_said_and_the_rest_is_bought() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    chat.say_all(&["a blueberry muffin and a lemon loaf", "to go"]);
    let (fine, said) = output(&mut saycart(here, &["stock", "set", "blueberry muffin", "--gone"]));
    assert!(fine, "{said}");
    let told = chat.say("that's all");
    assert!(reply(&told).contains("muffin"), "{told}");
    assert_eq!(told["cart"]["line_items"].as_array().map(Vec::len), Some(1), "what is gone is not sold: {told}");
    chat.say_all(&["that's all", "cash"]);
    assert_eq!(chat.say("yes")["order"]["number"], 1);
    chat.end();
}

#[test]
fn who_changes_their_mind_at_the_reader_pays_another_way() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    buy_by_card(&mut chat);
    assert!(reply(&chat.say("actually I'll pay cash")).contains("stopping"));
    let told = until(&mut chat, "stopped the card payment");
    assert!(reply(&told).contains("hall I place"), "they said how already: {told}");
    assert_eq!(chat.say("yes")["order"]["number"], 2);
    chat.end();
}

#[test]
fn a_card_that_came_before_the_stop_has_paid() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    buy_by_card(&mut chat);
    asked_for(here, &mut chat);
    card(here, r#"{"status":"succeeded","reference":"held-1"}"#);
    chat.say("stop, cancel that");
    let told = until(&mut chat, "number 1");
    assert_eq!(told["order"]["number"], 1);
    chat.end();
    assert_eq!(orders(here).len(), 1);
}

#[test]
fn killed_while_the_card_is_waited_for_the_next_start_tells_what_became_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    buy_by_card(&mut chat);
    chat.child.kill().unwrap();
    chat.child.wait().unwrap();
    card(here, r#"{"status":"succeeded","reference":"held-1"}"#);
    let mut chat = Chat::begin(here, &[]);
    until(&mut chat, "number 1");
    let more = chat.say("a small latte");
    assert_eq!(more["cart"]["line_items"].as_array().map(Vec::len), Some(1), "it was bought once: {more}");
    chat.end();
    assert_eq!(orders(here).len(), 1);
    assert_eq!(muffins(here), "3");
}

#[test]
fn a_gift_card_is_opened_by_the_owner_and_pays_its_part() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let code = here.join("code");
    std::fs::write(&code, "4711 0815\n").unwrap();
    let open = ["accounts", "open", "for Ann", "--amount", "3.00", "--code-file", code.to_str().unwrap()];
    let (fine, said) = output(&mut saycart(here, &open));
    assert!(fine && said.contains("$3.00 to spend"), "{said}");
    let (fine, said) = output(&mut saycart(here, &open));
    assert!(!fine && said.contains("stands for another account"), "{said}");
    std::fs::write(&code, "12").unwrap();
    let (fine, said) = output(&mut saycart(here, &open));
    assert!(!fine && said.contains("6 to 12 digits"), "{said}");

    let mut chat = Chat::begin(here, &[]);
    chat.say_all(&["two blueberry muffins", "to go", "that's all", "with a gift card"]);
    let turn = chat.say("it's four seven one one oh eight one five");
    assert!(reply(&turn).contains("leaves"), "{turn}");
    chat.say("cash please");
    assert_eq!(chat.say("yes")["order"]["number"], 1);
    chat.end();
    let (_, list) = output(&mut saycart(here, &["accounts", "list", "--json"]));
    assert!(list.contains("\"available\":0"), "{list}");
    assert_nowhere(here, &["47110815".into(), "four seven one one".into()], "");
}

/// In no file below the directory, and not in what was printed either.
fn assert_nowhere(here: &Path, secrets: &[String], printed: &str) {
    let mut all = printed.as_bytes().to_vec();
    let mut open = vec![here.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap()) {
            match entry.file_type().unwrap().is_dir() {
                true => open.push(entry.path()),
                false => all.extend(std::fs::read(entry.path()).unwrap()),
            }
        }
    }
    let all = String::from_utf8_lossy(&all);
    let kept: Vec<&String> = secrets.iter().filter(|secret| all.contains(secret.as_str())).collect();
    assert!(kept.is_empty(), "{} of {} were kept: {:?}", kept.len(), secrets.len(), &kept[..kept.len().min(5)]);
}

/// A number as a card has it: with its check digit right.
fn card_number(n: u64) -> String {
    let (prefix, length) = [("4", 16), ("51", 16), ("37", 15), ("6011", 16), ("3055", 14)][n as usize % 5];
    let mut number = prefix.to_string();
    let mut chance = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    while number.len() < length - 1 {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        number.push(char::from(b'0' + (chance >> 60) as u8 % 10));
    }
    let sum = number.bytes().rev().enumerate().fold(0, |sum, (at, digit)| {
        let digit = u32::from(digit - b'0') << ((at + 1) % 2);
        sum + if digit > 9 { digit - 9 } else { digit }
    });
    number.push(char::from(b'0' + ((10 - sum % 10) % 10) as u8));
    number
}

const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

fn spoken(digits: &str) -> String {
    digits.bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect::<Vec<_>>().join(" ")
}

/// In groups of four.
fn grouped(digits: &str, between: &str) -> String {
    let groups: Vec<&str> = digits.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(between)
}

#[test]
fn two_hundred_cards_codes_and_pins_are_kept_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &["-v", "-v"]);
    chat.say_all(&["a blueberry muffin", "to go", "that's all"]);
    let (mut secrets, mut printed) = (vec![], String::new());
    for n in 0..200 {
        let (card, code, pin) = (card_number(n), format!("{}", 7_301 + n * 13), format!("{}", 5_107 + n * 17));
        let said = match n % 10 {
            0 => format!("my card number is {card}"),
            1 => grouped(&card, " "),
            2 => format!("it's {}", spoken(&card)),
            3 => format!("charge {} please, the security code is {code}", grouped(&card, "-")),
            4 => format!("by card, {}, and the cvc is {}", spoken(&card), spoken(&code)),
            5 => format!("um so the number is {} thanks", grouped(&card, ", ")),
            6 => format!("my pin is {pin}"),
            7 => format!("put it on {card} expiry is 12 27 and my pin code is {}", spoken(&pin)),
            8 => format!("can somebody help me, my visa {} does not work", grouped(&card, " ")),
            _ => format!("a latte and my card is {} and the cvv is {code}", spoken(&card)),
        };
        printed.push_str(&chat.say(&said).to_string());
        secrets.extend([card.clone(), grouped(&card, " "), grouped(&card, "-"), grouped(&card, ", "), spoken(&card)]);
        let (has_code, has_pin) = (said.contains(&code) || said.contains(&spoken(&code)), n % 10 == 6 || n % 10 == 7);
        secrets.extend(has_code.then(|| [format!(" {code}"), spoken(&code)]).into_iter().flatten());
        secrets.extend(has_pin.then(|| [format!(" {pin}"), spoken(&pin)]).into_iter().flatten());
    }
    printed.push_str(&chat.end());
    assert!(printed.contains("[card number]") && printed.contains("[security code]"), "they were said");
    assert_nowhere(here, &secrets, &printed);
}

#[test]
fn nothing_is_left_of_a_process_that_dies() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    shop(here);
    let mut chat = Chat::begin(here, &[]);
    chat.say("a blueberry muffin");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", chat.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().rev().nth(1), Some("0"), "what was said stands in no core dump: {core}");
    chat.end();
}
