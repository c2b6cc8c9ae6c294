//! Mishearings put right in several shops, and what is not sold left alone.

use super::*;
use crate::lang::Language;
use crate::message::HeardWord;
use crate::shop::{Category, CategoryId, Item, Names, Opt, OptionList, Shop};

fn named(title: &str) -> Names {
    Names { title: title.into(), ..Names::default() }
}

fn shop(items: &[&str], options: &[&str]) -> Shop {
    let item = |title: &&str| Item {
        key: title.to_string(),
        names: named(title),
        category: CategoryId(0),
        price: Default::default(),
        unit: Default::default(),
        description: None,
        ingredients: vec![],
        tags: vec![],
        options: vec![],
        available: true,
        tax_class: None,
        max_quantity: 9,
        age: None,
    };
    let option = |title: &&str| Opt { key: title.to_string(), names: named(title), ..Opt::default() };
    Shop {
        categories: vec![Category::default()],
        items: items.iter().map(item).collect(),
        option_lists: vec![OptionList { options: options.iter().map(option).collect(), ..OptionList::default() }],
        ..Shop::default()
    }
}

/// `said` with `*` before each word that the recogniser was not sure of.
fn heard(said: &str) -> Transcript {
    let mut transcript = Transcript::default();
    for word in said.split(' ') {
        if !transcript.text.is_empty() {
            transcript.text.push(' ');
        }
        let start = transcript.text.len();
        transcript.text.push_str(word.trim_start_matches('*'));
        let probability = if word.starts_with('*') { 0.3 } else { 0.95 };
        transcript.words.push(HeardWord { span: start..transcript.text.len(), probability });
    }
    transcript
}

fn corrected(sounds: &Sounds, said: &str) -> String {
    sounds.correct(&heard(said)).text
}

fn sounds(items: &[&str], options: &[&str]) -> Sounds {
    Sounds::of(&shop(items, options), &Language::load("en").unwrap())
}

#[test]
fn what_sounds_like_something_sold_is_put_right() {
    let coffee = sounds(
        &["iced mocha", "mocha", "cappuccino", "americano", "latte"],
        &["skim milk", "soy milk", "light roast", "eight ounce", "double shot"],
    );
    for (said, meant) in [
        ("give me an *icemoko please", "give me an iced mocha please"),
        ("a light *rose *merry *kano with *skin milk", "a light roast americano with skim milk"),
        ("a *dull *shot *capicino", "a double shot cappuccino"),
    ] {
        assert_eq!(corrected(&coffee, said), meant);
    }
    // The same of another shop.
    let bakery = sounds(&["cinnamon roll", "blueberry muffin", "pumpernickel bread"], &["toasted", "cream cheese"]);
    for (said, meant) in [
        ("a *sinner *men *role with *green cheese", "a cinnamon roll with cream cheese"),
        ("a *bluebery *muffing *toasty", "a blueberry muffin toasted"),
        ("some *bumper *nickel bread", "some pumpernickel bread"),
    ] {
        assert_eq!(corrected(&bakery, said), meant);
    }
}

#[test]
fn what_is_not_sold_stays_what_it_is() {
    let coffee = sounds(&["iced mocha", "cappuccino", "latte"], &["skim milk", "large", "light roast", "brown sugar"]);
    for said in [
        "can I get a leather backpack",
        "a large ladder and some paint",
        "*brew an iced mocha",
        "do you sell rose gold aviator glasses",
        "what time do you close",
        "no thank you that's all",
    ] {
        let plain = said.replace('*', "");
        assert_eq!(corrected(&coffee, said), plain);
        assert_eq!(sounds_typed(&coffee, &plain), plain);
    }
}

fn sounds_typed(sounds: &Sounds, text: &str) -> String {
    sounds.correct(&Transcript { text: text.into(), ..Transcript::default() }).text
}

#[test]
fn a_correction_says_where_what_and_how_sure() {
    let coffee = sounds(&["iced mocha"], &["skim milk"]);
    let corrected = coffee.correct(&heard("one *icemoko, thanks"));
    assert_eq!(corrected.text, "one iced mocha, thanks");
    let correction = &corrected.corrections[0];
    assert_eq!((correction.heard.as_str(), correction.meant.as_str()), ("icemoko", "iced mocha"));
    assert_eq!(correction.span, 4..11);
    assert!((0.5..1.0).contains(&correction.confidence), "{correction:?}");
}

#[test]
fn what_was_heard_right_is_left_alone_spelling_and_all() {
    let coffee = sounds(&["iced mocha"], &["skim milk", "twelve ounce"]);
    for said in ["An Iced Mocha, with skim milk!", "a 12-ounce iced mocha", "", "…"] {
        assert_eq!(sounds_typed(&coffee, said), said);
    }
}

#[test]
fn so_much_of_something_can_only_be_another_measure() {
    let tea = sounds(&["red tea", "house coffee"], &["eight ounce", "large"]);
    for said in ["can I get a 20-ounce house coffee", "a twenty ounce house coffee", "*12 *ounce coffee"] {
        assert_eq!(corrected(&tea, said), said.replace('*', ""));
    }
    // What is no measure may well be tea.
    assert_eq!(corrected(&tea, "a *rent *tea please"), "a red tea please");
}

#[test]
fn a_word_of_the_language_is_no_part_of_a_name_that_sounds_like_it() {
    let bar = sounds(&["minute maid lemonade", "burger"], &["tomato", "mustard"]);
    assert_eq!(corrected(&bar, "a burger *made with mustard"), "a burger made with mustard");
}

#[test]
fn what_opens_a_request_is_heard_as_a_phrase() {
    let bar = sounds(&["chicken sandwich", "mayonnaise"], &["mayo"]);
    assert_eq!(corrected(&bar, "*the *diet *please *get a chicken sandwich"), "could i please get a chicken sandwich");
    assert_eq!(corrected(&bar, "*below I'd like a chicken sandwich"), "hello I'd like a chicken sandwich");
}

#[test]
fn words_are_found_without_spaces_too() {
    let found = |text: &str| words(text).into_iter().map(|span| text[span].to_string()).collect::<Vec<_>>();
    assert_eq!(found("that's a 12oz latte, please"), ["that's", "a", "12", "oz", "latte", "please"]);
    assert_eq!(found("两杯拿铁"), ["两", "杯", "拿", "铁"]);
}
