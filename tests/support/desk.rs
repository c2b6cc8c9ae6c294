//! A desk on a database of its own, typed to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saycart::lang::Language;
use saycart::service::{Channel, Desk, HandClock, Happening, Point, Setting, Staff, TurnOutcome};
use saycart::shop::Shop;

/// At this time, in milliseconds since 1970, UTC; it stands still.
pub fn desk(database: &Path, shop: Shop, now: i64) -> Desk {
    let setting = Setting::new(shop, Language::load("en").expect("English is built in"));
    let staff = Staff { command: Some("true".into()), file: None };
    Desk::open(setting, database, staff, Arc::new(HandClock::new(now)), Duration::from_secs(3600)).expect("it opens")
}

pub fn say(desk: &mut Desk, text: &str) -> TurnOutcome {
    desk.tell(&Point::only(Channel::Typed), Happening::Heard(text.into())).expect("the turn is committed")
}

/// All that stands in the directory, byte for byte.
pub fn written(dir: &Path) -> String {
    let files = std::fs::read_dir(dir).expect("the directory is there").map(|entry| entry.unwrap().path());
    files.map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned()).collect()
}
