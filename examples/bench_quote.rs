//! How long the quote of a big cart takes: 50 lines under 20 promotions.
//!
//! cargo run --release --example bench_quote

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use saycart::commerce::cart::{Cart, Quantity};
use saycart::commerce::pricing::{Moment, Quote};
use saycart::shop::{ItemId, Shop, load};

const LINES: u32 = 50;
const PROMOTIONS: u32 = 20;
const ROUNDS: usize = 10_000;

fn shop() -> Shop {
    let mut text = String::from(
        "name = \"N\"\nkey = \"n\"\nlanguage = \"en\"\ncurrency = \"USD\"\n[tax.t]\nrate = \"8.875\"\n[defaults]\ntax = \"t\"\n",
    );
    for n in 0..PROMOTIONS {
        let grant = match n % 4 {
            0 => format!("buy = 2\nget = 1\non = [\"item {n}\", \"item {}\", \"item {}\"]", n + 1, n + 20),
            1 => format!("percent = \"{}\"\non = [\"all\"]", 5 + n),
            2 => format!("amount = \"0.50\"\non = [\"item {n}\", \"item {}\"]\ncombines = true", n + 10),
            _ => format!("percent = \"{n}\"\ncombines = true"),
        };
        let _ = write!(text, "[[promotions]]\ntitle = \"offer {n}\"\n{grant}\n");
    }
    text.push_str("[categories.all]\nitems = [\n");
    for n in 0..LINES {
        let _ = writeln!(text, "{{ name = \"item {n}\", price = \"{}.{:02}\" }},", n % 13 + 1, n * 7 % 100);
    }
    text.push_str("]\n");
    load::read(&|_| Ok(text.clone().into_bytes()), None).unwrap_or_else(|found| panic!("{found}")).shop
}

fn main() {
    let shop = shop();
    let mut cart = Cart::default();
    for n in 0..LINES {
        cart.add(&shop, ItemId(n), Quantity::Count(n % 5 + 1), [], []).expect("it can be had");
    }
    let moment = Moment::default();
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(Quote::of(black_box(&shop), black_box(&cart), moment));
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((ROUNDS - 1) as f64 * share) as usize];
    println!(
        "quote of {LINES} lines under {PROMOTIONS} promotions, µs: p50 {:.1}  p99 {:.1}  max {:.1}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}
