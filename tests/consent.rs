//! An order is placed on consent and on nothing else: sentences as data (`tests/consent/*.txt`), in two shops.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saycart::lang::Language;
use saycart::service::{Channel, Desk, HandClock, Happening, Point, Setting, Staff, TurnOutcome};
use saycart::shop::Shop;

/// A shop, and something to order in it that lacks nothing.
const SHOPS: [(&str, &str); 2] = [("cafe", "a small mocha"), ("grocer", "a dozen eggs")];

fn sentences(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consent").join(name);
    let text = std::fs::read_to_string(path).expect("the sentences are there");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_string).collect()
}

struct Counter(Desk);

impl Counter {
    fn of(shop: &str) -> Counter {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops").join(shop);
        let shop = Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop;
        let setting = Setting::new(shop, Language::load("en").expect("English is built in"));
        let hour = Duration::from_secs(3600);
        let desk = Desk::in_memory(setting, Staff::default(), Arc::new(HandClock::new(0)), hour);
        Counter(desk.expect("the desk opens"))
    }

    fn say(&mut self, words: &str) -> TurnOutcome {
        self.0.tell(&Point::only(Channel::Typed), Happening::Heard(words.into())).expect("it is answered")
    }

    /// Somebody new orders, hears it read back, and says this.
    fn after_the_read_back(&mut self, order: &str, words: &str) -> TurnOutcome {
        self.0.start_over(&Point::only(Channel::Typed)).expect("a new customer");
        let read_back = self.say(order);
        assert!(
            read_back.reply.text.ends_with("Is that everything, and shall I place the order?"),
            "{}",
            read_back.reply.text
        );
        self.say(words)
    }
}

/// Those of the sentences for which `right` does not hold, with what they were answered.
fn wrong(name: &str, right: fn(&TurnOutcome) -> bool) -> Vec<String> {
    let mut wrong = vec![];
    for (shop, order) in SHOPS {
        let mut counter = Counter::of(shop);
        for words in sentences(name) {
            let outcome = counter.after_the_read_back(order, &words);
            if !right(&outcome) {
                wrong.push(format!("{shop}: {words:?} → {}", outcome.reply.text));
            }
        }
    }
    wrong
}

#[test]
fn nothing_else_than_consent_places_an_order() {
    let wrong = wrong("no.txt", |outcome| outcome.order.is_none());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn plain_consent_does() {
    let wrong = wrong("yes.txt", |outcome| outcome.order.is_some());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn that_it_is_all_closes_the_order_and_only_a_yes_then_places_it() {
    for (shop, order) in SHOPS {
        let mut counter = Counter::of(shop);
        for words in sentences("closing.txt") {
            let outcome = counter.after_the_read_back(order, &words);
            assert!(outcome.order.is_none(), "{shop}: {words:?} placed it");
            assert!(
                outcome.reply.text.contains("Shall I place the order?"),
                "{shop}: {words:?} → {}",
                outcome.reply.text
            );
            assert!(counter.say("yes").order.is_some(), "{shop}: yes after {words:?}");
        }
    }
}

#[test]
fn whoever_asks_for_patience_is_waited_for_and_the_question_stays() {
    let wrong = wrong("wait.txt", |outcome| outcome.order.is_none());
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (shop, order) in SHOPS {
        let mut counter = Counter::of(shop);
        for words in ["hold on", "okay, one second please", "let me think", "I'm not done"] {
            let outcome = counter.after_the_read_back(order, words);
            let text = &outcome.reply.text;
            assert!(text.contains("time") || text.contains("hurry"), "{shop}: {words:?} → {text}");
            let okay = counter.say("okay");
            assert!(okay.order.is_none() && okay.reply.text.contains("order"), "{shop}: {words:?}, then {okay:?}");
            assert!(counter.say("yes").order.is_some(), "{shop}: after {words:?} the question still stands");
        }
    }
}
