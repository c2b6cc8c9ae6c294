//! For any shop: what is rendered as words comes back as it was, and nothing that is said can break the reader.

use std::sync::LazyLock;

use proptest::prelude::*;
use saycart::chance::Chance;
use saycart::lang::Language;
use saycart::money::Money;
use saycart::shop::*;
use saycart::understand::sample;
use saycart::understand::{Expect, Lexicon};

static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::load("en").expect("English is built in"));

/// A word that no language has: two or three syllables, told apart by its number.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 12] = ["ba", "ku", "zor", "mi", "tal", "fe", "gro", "plu", "vin", "dax", "shem", "ob"];
    let mut rest = number;
    let mut out = String::new();
    for _ in 0..4 {
        out.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    out
}

/// A shop with names of one to three words, some sharing their last, and lists shared between items.
fn shop(seed: u64) -> Shop {
    let mut chance = Chance(seed);
    let mut number = chance.below(1000);
    let mut name = |words: usize, last: Option<usize>| {
        let mut all: Vec<String> = (0..words)
            .map(|_| {
                number += 7;
                word(number)
            })
            .collect();
        all.extend(last.map(|l| word(19_000 + l)));
        Names { title: all.join(" "), ..Names::default() }
    };
    let lists = 1 + chance.below(4);
    let option_lists: Vec<OptionList> = (0..lists)
        .map(|at| OptionList {
            key: format!("list{at}"),
            names: name(1, None),
            choose: if chance.below(2) == 0 { Choose::One } else { Choose::Many },
            graded: chance.below(2) == 0,
            max_count: 1,
            ask: None,
            options: (0..2 + chance.below(5))
                .map(|o| Opt {
                    key: format!("o{o}"),
                    names: name(1 + chance.below(2), None),
                    price: Money(0),
                    available: true,
                })
                .collect(),
        })
        .collect();
    let items = (0..1 + chance.below(12))
        .map(|at| Item {
            key: format!("item{at}"),
            names: name(1 + chance.below(2), (chance.below(2) == 0).then(|| chance.below(3))),
            category: CategoryId(0),
            price: Money(100),
            unit: Unit::Each,
            description: None,
            ingredients: vec![],
            tags: vec![],
            options: (0..lists)
                .filter(|_| chance.below(3) > 0)
                .map(|l| ItemOptions::plain(OptionListId(l as u16), 9))
                .collect(),
            available: true,
            tax_class: None,
            max_quantity: 99,
            age: None,
        })
        .collect();
    Shop {
        categories: vec![Category { key: "all".into(), names: Names { title: word(20_500), ..Names::default() } }],
        items,
        option_lists,
        language: "en".into(),
        ..Shop::default()
    }
}

/// How many shops are made up: few unless ROUND_TRIP_SHOPS says otherwise.
fn cases() -> u32 {
    std::env::var("ROUND_TRIP_SHOPS").ok().and_then(|n| n.parse().ok()).unwrap_or(8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// A fresh shop each case, and 250 orders in it.
    #[test]
    fn an_order_in_words_comes_back(seed: u64) {
        let shop = shop(seed);
        let lexicon = Lexicon::compile(&shop, &ENGLISH);
        let mut chance = Chance(seed ^ 1);
        for _ in 0..250 {
            let wanted = sample::order(&shop, &mut chance);
            let form = chance.below(ENGLISH.understand.sample.orders.len());
            let text = sample::render(&shop, &ENGLISH, &wanted, form);
            let understood = lexicon.understand(&text, &Expect::default());
            prop_assert_eq!(sample::asked(&understood), Some(wanted), "{}", text);
        }
    }

    #[test]
    fn nothing_said_breaks_the_reader(said in "\\PC{0,60}", words in proptest::collection::vec(0usize..40, 0..40)) {
        let shop = shop(7);
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::compile(&self::shop(7), &ENGLISH));
        let phrases: Vec<&str> = ENGLISH.understand.cues.values().flatten().map(String::as_str).collect();
        let mut text = said;
        for w in words {
            text.push(' ');
            text.push_str(if w % 3 == 0 { &shop.items[w % shop.items.len()].names.title } else { phrases[w * 31 % phrases.len()] });
        }
        for act in LEXICON.understand(&text, &Expect::default()).acts {
            prop_assert!(text.get(act.span.clone()).is_some(), "{:?} of {:?}", act.span, text);
        }
    }
}
