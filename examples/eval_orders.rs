//! Measures understanding on whole typed orders, or on the same orders spoken aloud and heard again.
//!
//! DIR holds `schema.json` (kinds of order and their slots), `alias/*.txt` (what each thing is called) and `dev.json`
//! (one `{"SRC", "EXR"}` a line). The schema becomes a shop in memory; nothing of the format is known to the product.

use std::fs;
use std::time::Instant;

use clap::Parser;
use saycart::lang::Language;
use saycart::understand::{Expect, Lexicon, Understanding};
use support::Failure;
use support::measure::{self, Times};
use support::spoken::SpokenArgs;
use support::venue::{Example, Venue, canonical};

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    common: measure::Args,
    #[command(flatten)]
    spoken: SpokenArgs,
}

fn main() -> Result<(), Failure> {
    let Args { common: measure::Args { dir, predictions, misses }, spoken } = Args::parse();
    let venue = Venue::read(&dir)?;
    let language = Language::load("en")?;
    let lexicon = Lexicon::compile(&venue.shop, &language);
    let grades = venue.grades(&lexicon);
    if misses {
        println!("grades {grades:?}\n");
    }
    let mut aloud = spoken.open(&venue.shop)?;
    let (mut right, mut all) = (0, 0);
    let mut times = Times::default();
    let mut written = String::new();
    for line in fs::read_to_string(dir.join("dev.json"))?.lines().filter(|l| !l.trim().is_empty()) {
        let example: Example = serde_json::from_str(line)?;
        let start = Instant::now();
        let (understanding, heard) = match &mut aloud {
            None => (lexicon.understand(&example.src, &Expect::default()), String::new()),
            Some(aloud) => {
                let heard = aloud.tell(&example.src)?;
                let texts = format!("heard {}\nread  {}\n", heard.raw(), heard.texts.join(" "));
                (Understanding { acts: heard.acts(), ..Understanding::default() }, texts)
            }
        };
        times.push(start.elapsed());
        let said = venue.exr(&understanding, &grades);
        written.push_str(&said);
        written.push('\n');
        all += 1;
        if canonical(&said) == canonical(&example.exr) {
            right += 1;
        } else if misses {
            println!("SRC  {}\n{heard}gold {}\nsaid {}\n", example.src, canonical(&example.exr), canonical(&said));
        }
    }
    if let Some(file) = predictions {
        fs::write(file, written)?;
    }
    let timed = if spoken.spoken { "spoken_us" } else { "parse_us" };
    println!(
        "unordered_exact_match {:.4} ({right}/{all}) {timed} {}",
        f64::from(right) / f64::from(all.max(1)),
        times.percentiles()
    );
    Ok(())
}
