//! How a large shop fares: `cargo run --release --example bench_lexicon -- [ITEMS]`. Prints the time to compile its
//! lexicon, the memory that takes, and the time to understand an order in it.

use std::error::Error;
use std::time::Instant;

use saycart::chance::Chance;
use saycart::lang::Language;
use saycart::money::Money;
use saycart::shop::*;
use saycart::understand::sample;
use saycart::understand::{Expect, Lexicon};

fn main() -> Result<(), Box<dyn Error>> {
    let items: usize = std::env::args().nth(1).map_or(Ok(10_000), |n| n.parse())?;
    let language = Language::load("en")?;
    let shop = shop(items);
    let before = resident_kb();
    let start = Instant::now();
    let lexicon = Lexicon::compile(&shop, &language);
    let compile = start.elapsed();
    let memory = resident_kb().saturating_sub(before) / 1024;
    let mut chance = Chance(5);
    let mut times: Vec<u128> = (0..5000)
        .map(|_| {
            let wanted = sample::order(&shop, &mut chance);
            let text = sample::render(&shop, &language, &wanted, 1);
            let start = Instant::now();
            std::hint::black_box(lexicon.understand(&text, &Expect::default()));
            start.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!(
        "items {items} compile_ms {} lexicon_mb {memory} parse_us p50 {} p99 {}",
        compile.as_millis(),
        times[2500],
        times[4950]
    );
    Ok(())
}

fn shop(items: usize) -> Shop {
    let mut chance = Chance(3);
    let syllables = ["ba", "ku", "zor", "mi", "tal", "fe", "gro", "plu", "vin", "dax", "shem", "ob", "ran", "lo"];
    let vocabulary: Vec<String> = (0..4000)
        .map(|_| (0..2 + chance.below(2)).map(|_| syllables[chance.below(syllables.len())]).collect())
        .collect();
    let mut name = |words: usize| -> Names {
        let title: Vec<&str> = (0..words).map(|_| vocabulary[chance.below(vocabulary.len())].as_str()).collect();
        Names { title: title.join(" "), ..Names::default() }
    };
    let option_lists = (0..20)
        .map(|l| OptionList {
            key: format!("l{l}"),
            names: name(1),
            choose: if l % 2 == 0 { Choose::One } else { Choose::Many },
            graded: l % 2 == 1,
            max_count: 1,
            ask: None,
            options: (0..12)
                .map(|o| Opt { key: format!("o{o}"), names: name(2), price: Money(0), available: true })
                .collect(),
        })
        .collect();
    let items = (0..items)
        .map(|at| Item {
            key: format!("i{at}"),
            names: name(2 + at % 4),
            category: CategoryId((at % 50) as u16),
            price: Money(100),
            unit: Unit::Each,
            description: None,
            ingredients: vec![],
            tags: vec![],
            options: vec![
                ItemOptions::plain(OptionListId((at % 20) as u16), 3),
                ItemOptions::plain(OptionListId((at % 7) as u16 + 1), 3),
            ],
            available: true,
            tax_class: None,
            max_quantity: 99,
            age: None,
        })
        .collect();
    let categories = (0..50).map(|c| Category { key: format!("c{c}"), names: name(1) }).collect();
    Shop { categories, items, option_lists, language: "en".into(), ..Shop::default() }
}

/// Resident memory of this process in kilobytes; 0 where the system does not tell.
fn resident_kb() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4
}
