//! Measures refusing: `cargo run --release --example eval_refusals -- PRODUCTS.yaml SHOP_DIR [--misses]`.
//!
//! Each product's name is asked for as "can I get a NAME" in a shop that does not sell it; counted is how often
//! something is ordered all the same. A product whose whole name the shop sells is left out.

use std::error::Error;

use saycart::lang::Language;
use saycart::shop::Shop;
use saycart::understand::{ActKind, Expect, Lexicon, explain};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let misses = args.iter().any(|a| a == "--misses");
    let mut files = args.iter().filter(|a| !a.starts_with("--"));
    let (Some(products), Some(dir)) = (files.next(), files.next()) else {
        return Err("say the files: eval_refusals PRODUCTS.yaml SHOP_DIR [--misses]".into());
    };
    let shop = Shop::load(std::path::Path::new(dir))?.shop;
    let lexicon = Lexicon::compile(&shop, &Language::load("en")?);
    let text = std::fs::read_to_string(products)?;
    let names = text
        .lines()
        .filter_map(|l| l.trim_start_matches([' ', '-']).strip_prefix("name:"))
        .map(|n| n.trim().trim_matches(['\'', '"']));
    let (mut all, mut wrong) = (0, 0);
    for name in names {
        all += 1;
        let said = format!("can I get a {name}");
        let understood = lexicon.understand(&said, &Expect::default());
        let ordered = understood
            .acts
            .iter()
            .any(|a| matches!(a.kind, ActKind::Add(_) | ActKind::Replace { .. } | ActKind::Again { .. }));
        if ordered {
            wrong += 1;
            if misses {
                let acts: Vec<String> = understood.acts.iter().map(|a| explain::explain(&shop, &a.kind)).collect();
                println!("{name}: {}", acts.join("; "));
            }
        }
    }
    println!("wrongly_ordered {:.4} ({wrong}/{all})", f64::from(wrong) / f64::from(all.max(1)));
    Ok(())
}
