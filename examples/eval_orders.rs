//! Measures understanding on whole typed orders: `cargo run --release --example eval_orders -- DIR [--predictions FILE] [--misses]`.
//!
//! DIR holds `schema.json` (kinds of order and their slots), `alias/*.txt` (what each thing is called) and `dev.json`
//! (one `{"SRC", "EXR"}` a line). The schema becomes a shop in memory; nothing of the format is known to the product.

mod common;
#[path = "common/venue.rs"]
mod venue;

use std::error::Error;
use std::fs;
use std::time::Instant;

use clap::Parser;
use common::{Args, Times};
use saycart::lang::Language;
use saycart::understand::{Expect, Lexicon};
use venue::{Example, Venue, canonical};

fn main() -> Result<(), Box<dyn Error>> {
    let Args { dir, predictions, misses } = Args::parse();
    let venue = Venue::read(&dir)?;
    let language = Language::load("en")?;
    let lexicon = Lexicon::compile(&venue.shop, &language);
    let grades = venue.grades(&lexicon);
    if misses {
        println!("grades {grades:?}\n");
    }
    let (mut right, mut all) = (0, 0);
    let mut times = Times::default();
    let mut written = String::new();
    for line in fs::read_to_string(dir.join("dev.json"))?.lines().filter(|l| !l.trim().is_empty()) {
        let example: Example = serde_json::from_str(line)?;
        let start = Instant::now();
        let understanding = lexicon.understand(&example.src, &Expect::default());
        times.push(start.elapsed());
        let said = venue.exr(&understanding, &grades);
        written.push_str(&said);
        written.push('\n');
        all += 1;
        if canonical(&said) == canonical(&example.exr) {
            right += 1;
        } else if misses {
            println!("SRC  {}\ngold {}\nsaid {}\n", example.src, canonical(&example.exr), canonical(&said));
        }
    }
    if let Some(file) = predictions {
        fs::write(file, written)?;
    }
    println!(
        "unordered_exact_match {:.4} ({right}/{all}) parse_us {}",
        f64::from(right) / f64::from(all.max(1)),
        times.percentiles()
    );
    Ok(())
}
