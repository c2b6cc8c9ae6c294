//! The desk as customers meet it: what is under way, what is over, and whose cart it is.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::commerce::handover::HandoverStatus;
use crate::dialogue::TimerId;
use crate::lang::Language;
use crate::shop::ItemId;

static SETTING: std::sync::LazyLock<Setting> = std::sync::LazyLock::new(|| {
    Setting::new(crate::dialogue::testing::shop(), Language::load("en").expect("English is built in"))
});

const MINUTE: Duration = Duration::from_secs(60);
const EXPIRES: Duration = Duration::from_secs(2 * 3_600);

fn counter() -> Point {
    Point::only(Channel::Voice)
}

struct Place {
    desk: Desk,
    clock: Arc<HandClock>,
    timer: Option<(TimerId, u32)>,
}

impl Place {
    fn on(database: &Path) -> Place {
        Place::on_staffed(database, Staff::default())
    }

    fn on_staffed(database: &Path, staff: Staff) -> Place {
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        let desk = Desk::open(SETTING.clone(), database, staff, clock.clone(), EXPIRES);
        Place { desk: desk.expect("the desk opens"), clock, timer: None }
    }

    fn staffed(staff: Staff) -> Place {
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        let desk = Desk::in_memory(SETTING.clone(), staff, clock.clone(), EXPIRES);
        Place { desk: desk.expect("the desk opens"), clock, timer: None }
    }

    fn at(database: &Path) -> Place {
        let mut place = Place::on(database);
        place.desk.enter(&counter()).expect("somebody comes in");
        place
    }

    fn new() -> Place {
        Place::staffed(Staff::default())
    }

    fn tell(&mut self, happening: Happening) -> TurnOutcome {
        let outcome = self.desk.tell(&counter(), happening).expect("it is answered");
        self.timer = outcome.timer;
        outcome
    }

    fn say(&mut self, words: &str) -> TurnOutcome {
        self.tell(Happening::Heard(words.into()))
    }

    /// The timer that is set runs out.
    fn silence(&mut self) -> TurnOutcome {
        let (id, seconds) = self.timer.expect("a timer is set");
        self.clock.advance(Duration::from_secs(seconds.into()));
        self.tell(Happening::Timer(id))
    }

    fn cart(&self) -> Vec<ItemId> {
        let state = self.desk.state(&counter());
        state.map(|state| state.cart.lines.iter().map(|line| line.item).collect()).unwrap_or_default()
    }

    fn asked(&self) -> Option<crate::dialogue::state::Asking> {
        self.desk.state(&counter()).and_then(|state| state.asked.clone())
    }

    fn ordered(&self) -> Option<u64> {
        self.desk.state(&counter())?.last_order.as_ref().map(|order| order.number)
    }
}

#[test]
fn dropped_at_any_turn_it_goes_on_with_the_same_cart_and_the_same_question() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    let said = ["a latte and a cinnamon roll", "large", "undo that", "small"];
    let mut whole = Place::at(&dir.path().join("other.db"));
    for words in said {
        // Another process each turn, which was never shut down in order.
        let mut again = Place::at(&database);
        assert_eq!(again.cart(), whole.cart());
        assert_eq!(again.asked(), whole.asked());
        let (expected, outcome) = (whole.say(words), again.say(words));
        assert_eq!(outcome.reply, expected.reply);
    }
    // The one that comes back has just read all of it back; the other does so now.
    let mut again = Place::at(&database);
    again.say("yes");
    whole.say("yes");
    whole.say("yes");
    assert_eq!((whole.ordered(), again.ordered()), (Some(1), Some(1)));
    drop(again);
    // All was said: who comes when the program is back is another customer.
    let mut next = Place::at(&database);
    assert_eq!(next.desk.store().orders(9).expect("they can be read").len(), 1);
    assert!(next.say("same again").view.cart.line_items.is_empty());
}

#[test]
fn what_is_foreseen_is_what_is_said_and_nothing_has_happened_before() {
    let dir = tempfile::tempdir().expect("a directory");
    let note = dir.path().join("called");
    let staff = Staff { file: Some(note.clone()), command: None };
    let mut place = Place::staffed(staff);
    place.desk.enter(&counter()).expect("somebody comes in");
    for words in
        ["a latte and a cinnamon roll", "large", "what do I have", "that's all", "yes", "can I talk to a person"]
    {
        let before = place.desk.state(&counter()).cloned();
        let foreseen = place.desk.foresee(&counter(), words).expect("a foresight");
        assert_eq!(place.desk.state(&counter()).cloned(), before, "after foreseeing {words:?}");
        assert!(!note.exists() && place.desk.store().handovers(true, 9).expect("they can be read").is_empty());
        assert_eq!(place.say(words).reply, foreseen.reply, "{words:?}");
    }
    assert_eq!(place.ordered(), Some(1));
    assert!(note.exists());
}

#[test]
fn a_turn_that_cannot_be_written_has_not_happened() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    let mut place = Place::at(&database);
    place.say("a cinnamon roll");
    // The conversation is taken away under its feet.
    rusqlite::Connection::open(&database)
        .expect("it opens")
        .execute("UPDATE conversations SET turns = 0", [])
        .expect("again");
    let before = place.cart();
    assert!(place.desk.tell(&counter(), Happening::Heard("a green tea and a cinnamon roll".into())).is_err());
    assert_eq!(place.cart(), before);
    assert!(!place.desk.trouble(&counter(), false).text.is_empty());
}

#[test]
fn coming_back_says_what_stands_and_a_new_start_greets() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    Place::at(&database).say("a cinnamon roll");
    let mut back = Place::on(&database);
    let opening = back.desk.enter(&counter()).expect("somebody comes in").reply.text;
    assert!(opening.contains("one cinnamon roll"), "{opening}");
    assert!(back.say("yes").order.is_some());
    let opening = back.desk.start_over(&counter()).expect("a new conversation").reply.text;
    assert!(back.cart().is_empty());
    assert!(opening.contains("Test"), "{opening}");
}

#[test]
fn whoever_walks_away_leaves_nothing_to_the_next_customer_and_can_come_back_for_it() {
    let mut place = Place::new();
    place.say("two cinnamon rolls, my name is Ann");
    place.silence();
    place.silence();
    let parting = place.silence();
    assert!(parting.ended && parting.reply.text.contains("code"), "{}", parting.reply.text);
    let code: String = parting.reply.text.chars().filter(char::is_ascii_digit).collect();

    let next = place.say("a green tea");
    assert!(next.reply.text.contains("Test"), "the next customer is greeted: {}", next.reply.text);
    assert_eq!(next.view.cart.line_items.len(), 1);
    assert_eq!(next.view.cart.customer_name, None);
    assert!(place.say("undo that").view.cart.line_items.is_empty());
    assert!(place.say("undo that").view.cart.line_items.is_empty(), "nothing of the other's is undone");
    assert!(place.say("goodbye").ended);

    place.clock.advance(10 * MINUTE);
    let asked = place.say(&format!("hi, my code is {code}"));
    assert!(asked.view.cart.line_items.is_empty() && asked.reply.text.contains("yours"), "{}", asked.reply.text);
    let back = place.say("yes");
    assert_eq!(back.view.cart.line_items[0].item.title, "cinnamon roll", "{}", back.reply.text);
    assert_eq!(back.view.cart.customer_name.as_deref(), Some("Ann"));
    assert!(place.say("yes").order.is_some());
    assert!(place.say("goodbye").ended);
    let again = place.say(&format!("my code is {code}"));
    assert!(again.view.cart.line_items.is_empty(), "what was taken up is not there twice: {}", again.reply.text);
}

#[test]
fn what_two_ask_for_at_once_only_one_gets() {
    let mut place = Place::new();
    place.say("two cinnamon rolls");
    place.silence();
    place.silence();
    place.silence();
    let kiosk = Point { channel: Channel::Typed, name: "kiosk 2".into() };
    let words = "I was here ten minutes ago";
    place.say(words);
    place.desk.tell(&kiosk, Happening::Heard(words.into())).expect("it is answered");
    let there = place.desk.tell(&kiosk, Happening::Heard("yes".into())).expect("it is answered");
    assert_eq!(there.view.cart.line_items.len(), 1);
    let here = place.say("yes");
    assert!(here.view.cart.line_items.is_empty(), "{}", here.reply.text);
}

#[test]
fn a_conversation_that_a_person_has_settled_is_over() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    let mut place = Place::on_staffed(&database, Staff { command: Some("true".into()), file: None });
    place.say("two cinnamon rolls");
    let id = place.say("can I talk to a person").hand_over.expect("it is opened");
    assert_eq!(place.say("what do I have").view.cart.line_items.len(), 1, "until then it goes on");
    let mut beside = records::Records::open_for_staff(&database).expect("beside the assistant");
    for step in [records::Step::Claim, records::Step::Close] {
        beside.move_handover(id, step, Some("Ann")).expect("it is moved on");
    }
    let next = place.say("a green tea");
    assert_eq!(next.view.cart.line_items.len(), 1);
    assert_eq!(next.view.cart.line_items[0].item.title, "green tea");
}

#[test]
fn whoever_asks_twice_is_called_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let told = dir.path().join("told.jsonl");
    let mut place = Place::staffed(Staff { file: Some(told.clone()), command: None });
    for _ in 0..2 {
        assert!(place.say("can I talk to a person").reply.text.contains("calling"));
    }
    assert_eq!(std::fs::read_to_string(&told).expect("somebody was told").lines().count(), 1);
}

#[test]
fn a_turn_that_is_told_again_calls_nobody_a_second_time() {
    let dir = tempfile::tempdir().expect("a directory");
    let (database, told) = (dir.path().join("carts.db"), dir.path().join("told.jsonl"));
    let mut place = Place::on_staffed(&database, Staff { file: Some(told.clone()), command: None });
    place.say("two cinnamon rolls");
    // The turn cannot be written once the person is called.
    let stranger = rusqlite::Connection::open(&database).expect("it opens");
    let trap = "CREATE TRIGGER trap BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'no'); END";
    stranger.execute_batch(trap).expect("a trap");
    let asked = || Happening::Heard("can I talk to a person".into());
    assert!(place.desk.tell(&counter(), asked()).is_err());
    stranger.execute_batch("DROP TRIGGER trap").expect("no trap");
    let outcome = place.tell(asked());
    assert!(outcome.reply.text.contains("calling"), "{}", outcome.reply.text);
    assert_eq!(std::fs::read_to_string(&told).expect("somebody was told").lines().count(), 1);
    assert_eq!(place.desk.store().handovers(true, 9).expect("they can be read").len(), 1);
}

#[test]
fn after_coming_back_silence_is_asked_about_as_well() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    Place::at(&database).say("a cinnamon roll");
    let mut back = Place::on(&database);
    back.timer = back.desk.enter(&counter()).expect("somebody comes in").timer;
    assert!(back.silence().reply.text.contains("still there"));
    back.silence();
    assert!(back.silence().ended);
    assert!(back.say("what do I have").view.cart.line_items.is_empty());
}

#[test]
fn i_was_here_ten_minutes_ago_is_asked_about_and_a_no_leaves_it_where_it_is() {
    let mut place = Place::new();
    place.say("two cinnamon rolls");
    place.silence();
    place.silence();
    place.silence();
    place.clock.advance(10 * MINUTE);
    let asked = place.say("I was here ten minutes ago");
    assert!(asked.view.cart.line_items.is_empty());
    assert!(asked.reply.text.contains("cinnamon roll") && asked.reply.text.contains("yours"), "{}", asked.reply.text);
    assert!(place.say("no").view.cart.line_items.is_empty());
    place.say("I was here ten minutes ago");
    assert_eq!(place.say("yes").view.cart.line_items.len(), 1);
    // Later than lately, only the code finds it.
    let mut place = Place::new();
    place.say("two cinnamon rolls");
    place.silence();
    place.silence();
    place.silence();
    place.clock.advance(45 * MINUTE);
    assert!(place.say("I was here 45 minutes ago").view.cart.line_items.is_empty());
}

#[test]
fn an_order_and_then_silence_ends_it_and_so_does_goodbye() {
    let mut place = Place::new();
    place.say("a cinnamon roll");
    assert!(place.say("yes").order.is_some());
    let silence = place.silence();
    assert!(silence.ended && silence.reply.text.is_empty());
    let next = place.say("same again");
    assert!(next.view.cart.line_items.is_empty(), "what another bought is not theirs: {}", next.reply.text);
    assert!(place.say("goodbye").ended);
}

#[test]
fn what_nobody_touches_expires_while_the_program_runs() {
    let mut place = Place::new();
    place.say("a cinnamon roll");
    place.clock.advance(EXPIRES + MINUTE);
    let next = place.say("a green tea");
    assert_eq!(next.view.cart.line_items.len(), 1);
    assert!(next.reply.text.contains("Test"), "{}", next.reply.text);
}

#[test]
fn what_is_said_shown_and_kept_is_one_price() {
    let mut place = Place::new();
    let read_back = place.say("two cinnamon rolls");
    let shown = read_back.view.cart.totals.last().expect("a total").amount;
    let said = SETTING.shop.currency.format(shown);
    assert!(read_back.reply.text.contains(&said), "{} of {}", said, read_back.reply.text);
    let placed = place.say("yes");
    assert!(placed.reply.text.contains(&said), "{}", placed.reply.text);
    let order = place.desk.store().order(placed.order.expect("it is placed").id).expect("it is kept").order;
    assert_eq!(order.totals.last().expect("a total").amount, shown);
    assert_eq!(order.line_items[0].totals.last().expect("a total").amount, shown);
}

#[test]
fn each_point_has_a_conversation_of_its_own() {
    let mut place = Place::new();
    let kiosk = Point { channel: Channel::Typed, name: "kiosk 2".into() };
    place.say("a cinnamon roll");
    let other = place.desk.tell(&kiosk, Happening::Heard("a green tea".into())).expect("it is answered");
    assert_eq!(other.view.cart.line_items.len(), 1);
    assert_eq!(place.say("yes").order.map(|order| order.number.0), Some(1));
    let placed = place.desk.tell(&kiosk, Happening::Heard("yes".into())).expect("it is answered");
    assert_eq!(placed.order.map(|order| order.number.0), Some(2));
}

#[test]
fn a_shop_that_is_called_otherwise_finds_its_carts() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    Place::at(&database).say("a cinnamon roll");
    let renamed = crate::shop::Shop { name: "The Bakery".into(), ..(*SETTING.shop).clone() };
    let setting = Setting::new(renamed, Language::load("en").expect("English is built in"));
    let clock = Arc::new(HandClock::new(1_800_000_000_000));
    let mut desk = Desk::open(setting, &database, Staff::default(), clock, EXPIRES).expect("the desk opens");
    let opening = desk.enter(&counter()).expect("somebody comes in").reply.text;
    assert!(opening.contains("one cinnamon roll"), "{opening}");
}

#[test]
fn a_person_who_is_told_gets_the_whole_matter_and_nobody_is_promised_otherwise() {
    let dir = tempfile::tempdir().expect("a directory");
    let told = dir.path().join("told.jsonl");
    let mut place = Place::staffed(Staff { file: Some(told.clone()), command: None });
    place.say("two cinnamon rolls");
    let called = place.say("can I talk to a person");
    assert!(called.reply.text.contains("calling"), "{}", called.reply.text);
    let handover = place.desk.store().handover(called.hand_over.expect("it is opened")).expect("it is stored");
    assert_eq!(handover.status, HandoverStatus::Pending);
    assert!(
        handover.summary.contains("two cinnamon rolls") && handover.summary.contains("person"),
        "{}",
        handover.summary
    );
    assert_eq!(handover.cart["line_items"][0]["quantity"], 2);
    let line: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&told).expect("somebody was told")).expect("a line of JSON");
    assert_eq!(line["id"], handover.id);
    let transcript = place.desk.store().transcript(handover.conversation).expect("it can be read");
    assert_eq!(transcript.len(), 2);
    assert!(transcript[1].customer.contains("person"));

    for command in [None, Some("exit 1".into()), Some("sleep 20".into())] {
        let staff = Staff { file: None, command };
        let mut place = Place::staffed(staff);
        let nobody = place.say("can I talk to a person");
        assert!(nobody.hand_over.is_some(), "it is written down all the same");
        assert!(!nobody.reply.text.contains("calling"), "{}", nobody.reply.text);
    }
    let staff = Staff { file: None, command: Some("grep -q summary".into()) };
    let mut place = Place::staffed(staff);
    assert!(place.say("can I talk to a person").reply.text.contains("calling"));
}

#[test]
fn the_last_one_is_held_for_who_was_read_it_back_first_and_sold_once() {
    use super::records::{Records, StockChange, StockKey};
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("carts.db");
    let mut place = Place::at(&database);
    let other = Point { channel: Channel::Voice, name: "other".into() };
    place.desk.enter(&other).expect("somebody else comes in");
    // The owner counts beside the assistant.
    let mut records = Records::open_for_staff(&database).expect("it opens beside");
    let roll = StockKey::Item("cinnamon roll".into());
    records.set_stock("test", &[(roll, StockChange::Amount(1))]).expect("it is counted");
    place.say("a cinnamon roll");
    let said = place.desk.tell(&other, Happening::Heard("a cinnamon roll".into())).expect("it is answered");
    assert!(said.view.cart.line_items.is_empty(), "{}", said.reply.text);
    assert!(place.say("yes").order.is_some());
    let left = records.stock("test").expect("it can be read");
    assert_eq!((left[0].amount, left[0].reserved), (Some(0), 0));
    let said = place.desk.tell(&other, Happening::Heard("a cinnamon roll".into())).expect("it is answered");
    assert!(said.view.cart.line_items.is_empty(), "{}", said.reply.text);
}
