//! Measures whole conversations in shops: `cargo run --release --example eval_talks -- DIR… [--misses]`.
//!
//! Each DIR holds `shop.toml` and `conversations.jsonl` (see `tests/support/talks.rs`). A conversation is right when the cart
//! is exactly the right one at its end, and an order was placed where one was to be, and only there.

use std::path::PathBuf;

use clap::Parser;
use support::talks::{self, Score};

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    /// Directories with a shop and its conversations
    #[arg(required = true)]
    dirs: Vec<PathBuf>,
    /// Print each that was not wholly right
    #[arg(long)]
    misses: bool,
}

fn main() -> Result<(), support::Failure> {
    let args = Args::parse();
    let mut whole = Score::default();
    for dir in &args.dirs {
        let mut score = talks::play(dir, |miss| {
            if args.misses {
                println!("{} {miss}", dir.display());
            }
        })?;
        println!("{} {}", dir.display(), score.line());
        whole.add(score);
    }
    println!("talks typed {}", whole.line());
    Ok(())
}
