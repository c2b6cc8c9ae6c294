//! What is kept of a conversation, and what is not: card numbers and codes nowhere, allergies with the order, and of a voice that
//! reads back what somebody said no sound.

use std::path::Path;

use saycart::channel::voice::Phrases;
use saycart::message::Sound;
use saycart::service::records::Records;
use saycart::shop::Shop;
use saycart::tts::{Cached, TtsError, Voice};
use support::desk::{desk, say, written};

mod support;

fn cafe() -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe");
    Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop
}

#[test]
fn card_numbers_and_codes_are_kept_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = desk(&dir.path().join("saycart.db"), cafe(), 0);
    say(&mut desk, "a blueberry muffin");
    for secret in [
        "my card is 4111 1111 1111 1234",
        "the cvc is 9753",
        "my pin is 8642",
        "can a person help me, it's 5500005555555559",
    ] {
        let outcome = say(&mut desk, secret);
        assert!(!outcome.view.transcript.contains(char::is_numeric), "{}", outcome.view.transcript);
        assert!(!outcome.reply.text.contains("4111"), "{}", outcome.reply.text);
    }
    drop(desk);
    let written = written(dir.path());
    for digits in ["4111", "1111", "9753", "8642", "5500005555555559"] {
        assert!(!written.contains(digits), "{digits} was kept");
    }
    assert!(written.contains("[card number]") && written.contains("[security code]"));
}

#[test]
fn an_allergy_stands_on_the_order_and_outlives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("saycart.db");
    let mut first = desk(&database, cafe(), 0);
    say(&mut first, "I'm allergic to nuts");
    say(&mut first, "a lemon loaf");
    drop(first);
    let mut second = desk(&database, cafe(), 0);
    let asked = say(&mut second, "can you read my order back");
    assert!(asked.reply.text.contains("allergic to nuts"), "{}", asked.reply.text);
    let mut placed = say(&mut second, "that's all");
    if placed.order.is_none() {
        placed = say(&mut second, "yes please");
    }
    let order = placed.order.expect("it is placed").id;
    drop(second);
    let stored = Records::open(&database).unwrap().order(order).unwrap().order;
    assert_eq!(stored.needs.iter().map(|need| need.words.as_str()).collect::<Vec<_>>(), ["nuts"]);
}

/// A voice whose sound is its text, so that what is kept of it can be read.
struct Legible;

impl Voice for Legible {
    fn rate(&self) -> u32 {
        8_000
    }

    fn identity(&self) -> &str {
        "legible"
    }

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        let samples = sentence.bytes().map(|letter| f32::from(letter) / f32::from(i16::MAX)).collect();
        Ok(Sound { samples, rate: self.rate() })
    }
}

/// What a legible voice says in the recordings of a directory.
fn recorded(dir: &Path) -> String {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| hound::WavReader::open(entry.unwrap().path()).unwrap());
    let letters = files.flat_map(|file| file.into_samples::<i16>().map(|sample| sample.unwrap() as u8).chain([b'\n']));
    String::from_utf8(letters.collect()).unwrap()
}

#[test]
fn what_a_customer_said_is_read_back_and_no_sound_of_it_is_kept() {
    let (dir, sounds) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shops/eatery");
    let shop = Shop::load(&shop).unwrap_or_else(|problems| panic!("{problems}")).shop;
    let mut desk = desk(&dir.path().join("saycart.db"), shop, 10 * 3_600_000);
    let phrases = Phrases::of(desk.setting());
    let mut voice = Cached::new(Legible, sounds.path().into(), 1 << 20);
    let mut said = String::new();
    for words in [
        "two basil soups",
        "I'm allergic to hazelnuts",
        "deliver it to 12 Marigold Street, 10115, third floor",
        "a froobledinger too",
        "that's all",
        "my name is Hildegard",
        "030 555 0172",
        "can you read my order back",
        "yes",
    ] {
        for sentence in phrases.sentences(&say(&mut desk, words).reply) {
            voice.prepare(&sentence).unwrap();
            voice.say(&sentence).unwrap();
            said += &sentence.text;
            said.push('\n');
        }
    }
    let kept = recorded(sounds.path());
    for theirs in ["hazelnuts", "Marigold", "froobledinger", "Hildegard", "five five five zero one seven two"] {
        assert!(said.contains(theirs), "{theirs:?} is read back in:\n{said}");
        assert!(!kept.contains(theirs), "{theirs:?} was kept in:\n{kept}");
    }
    assert!(kept.contains("basil soup"), "what the shop says all day is kept:\n{kept}");
}
