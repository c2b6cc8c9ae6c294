//! Feeds the reader utterances that nobody would say: `cargo run --release --example fuzz_understand -- SHOP_DIR [COUNT] [SEED]`.
//!
//! Each is made of the language's phrases, the shop's names, digits, punctuation and stray characters, whole or
//! cut; none may panic, and every act must name words of the text. Ends with the count, and the longest time.

use std::error::Error;
use std::time::{Duration, Instant};

use saycart::lang::Language;
use saycart::shop::Shop;
use saycart::understand::sample::Chance;
use saycart::understand::words::expand;
use saycart::understand::{Expect, Lexicon};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().ok_or("say the shop: fuzz_understand SHOP_DIR [COUNT] [SEED]")?;
    let count: u64 = args.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let mut chance = Chance(args.next().map_or(Ok(1), |n| n.parse())?);
    let shop = Shop::load(std::path::Path::new(&dir))?.shop;
    let language = Language::load(&shop.language)?;
    let lexicon = Lexicon::compile(&shop, &language);
    let cues = language.understand.cues.values().flatten().flat_map(|pattern| expand(pattern));
    let names = shop
        .items
        .iter()
        .map(|i| &i.names)
        .chain(shop.option_lists.iter().flat_map(|l| l.options.iter().map(|o| &o.names)));
    let titles = names.map(|n| n.title.clone());
    let odd = [
        ",",
        ".",
        "?",
        "!",
        "half",
        "2",
        "1.5",
        "½",
        "a dozen",
        "two",
        "'",
        "\u{301}",
        "咖啡",
        "🙂",
        "\u{0}",
        "(",
        "%",
        "999999999999",
        "-",
    ];
    let pieces: Vec<String> = cues.chain(titles).chain(odd.map(String::from)).collect();
    let mut longest = (Duration::ZERO, String::new());
    for done in 0..count {
        let text = utterance(&pieces, &mut chance);
        let expect = Expect {
            cart: (0..chance.below(3)).map(|_| saycart::shop::ItemId(chance.below(shop.items.len()) as u32)).collect(),
            yes_no: chance.below(2) == 0,
            list: shop.option_list_ids().nth(chance.below(20)),
            ..Expect::default()
        };
        let start = Instant::now();
        let understood = lexicon.understand(&text, &expect);
        let took = start.elapsed();
        if took > longest.0 {
            longest = (took, text.clone());
        }
        for act in understood.acts {
            if text.get(act.span.clone()).is_none() || !(0.0..=1.0).contains(&act.confidence) {
                return Err(format!("act {act:?} of {text:?} after {done}").into());
            }
        }
    }
    println!("executions {count} failures 0 longest_us {} of {} bytes", longest.0.as_micros(), longest.1.len());
    Ok(())
}

fn utterance(pieces: &[String], chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..1 + chance.below(14) {
        text.push_str(&pieces[chance.below(pieces.len())]);
        if chance.below(12) != 0 {
            text.push(' ');
        }
    }
    // Sometimes a stray letter, sometimes the end cut off.
    if chance.below(4) == 0 {
        let at =
            (0..=text.len()).rev().skip(chance.below(text.len())).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        if chance.below(2) == 0 {
            text.truncate(at);
        } else {
            text.insert(at, char::from(b'a' + chance.below(26) as u8));
        }
    }
    text
}
