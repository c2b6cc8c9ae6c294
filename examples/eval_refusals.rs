//! Measures refusing: each product's name is asked for as "can I get a NAME" in a shop that does not sell it; counted
//! is how often something is ordered all the same, or asked about as if it were sold. A name that is the name of an
//! item of the shop counts too: a coffee mug is no coffee, but nobody can tell "Muffin" from a muffin.

use std::path::PathBuf;

use clap::Parser;
use saycart::lang::Language;
use saycart::understand::{Act, ActKind, Expect, Lexicon, explain};
use support::Failure;
use support::spoken::{Ears, SpokenArgs};

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    /// YAML file with a `name:` a product
    products: PathBuf,
    /// Directory of the shop: a description, or a closed vocabulary (context.yaml)
    shop: PathBuf,
    #[command(flatten)]
    spoken: SpokenArgs,
    /// Only so many products, spread evenly over the file
    #[arg(long)]
    limit: Option<usize>,
    /// Print each that was ordered
    #[arg(long)]
    misses: bool,
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let shop = Ears::shop(&args.shop)?;
    let lexicon = Lexicon::compile(&shop, &Language::load(&shop.language)?);
    let mut aloud = args.spoken.open(&shop)?;
    let text = std::fs::read_to_string(&args.products)?;
    let names: Vec<&str> = text
        .lines()
        .filter_map(|l| l.trim_start_matches([' ', '-']).strip_prefix("name:"))
        .map(|n| n.trim().trim_matches(['\'', '"']))
        .collect();
    let asked = args.limit.unwrap_or(names.len()).min(names.len());
    let (mut wrong, mut unheard) = (0, 0);
    for at in 0..asked {
        let name = names[at * names.len() / asked];
        let said = format!("can I get a {name}");
        let (heard, acts): (String, Vec<Act>) = match &mut aloud {
            None => (said.clone(), lexicon.understand(&said, &Expect::default()).acts),
            Some(aloud) => {
                let heard = aloud.tell(&said)?;
                unheard += u32::from(heard.texts.iter().all(String::is_empty));
                (format!("{} -> {}", heard.raw(), heard.texts.join(" ")), heard.acts())
            }
        };
        let orders = |a: &Act| matches!(a.kind, ActKind::Add(_) | ActKind::Replace { .. } | ActKind::Again { .. });
        if acts.iter().any(orders) {
            wrong += 1;
            if args.misses {
                let acts: Vec<String> = acts.iter().map(|a| explain::explain(&shop, &a.kind)).collect();
                println!("{name}: {heard}: {}", acts.join("; "));
            }
        }
    }
    let unheard = if args.spoken.spoken { format!(" unheard {unheard}") } else { String::new() };
    println!("wrongly_ordered {:.4} ({wrong}/{asked}){unheard}", f64::from(wrong) / asked.max(1) as f64);
    Ok(())
}
