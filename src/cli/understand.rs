//! `saycart understand`: try utterances against the shop.

use std::io::BufRead;

use serde_json::json;

use super::*;
use crate::lang::Language;
use crate::shop::Shop;
use crate::understand::{Expect, Lexicon, Understanding, explain};

#[derive(Debug, Args)]
pub struct UnderstandArgs {
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Show first how the words were read
    #[arg(long)]
    pub trace: bool,
}

pub fn run(env: &Environment, args: &UnderstandArgs) -> Result<(), CliError> {
    let shop = super::shop::load(&env.config.values.shop)?;
    let language = Language::load(&shop.language).map_err(CliError::new)?;
    let lexicon = Lexicon::compile(&shop, &language);
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| {
            CliError::new(format!("standard input is no text: {error}; give one utterance a line in UTF-8"))
        })?;
        if args.trace {
            for words in lexicon.trace(&line) {
                print::line(format_args!("    {words}"))?;
            }
        }
        let understood = lexicon.understand(&line, &Expect::default());
        let text = if args.json { as_json(&shop, &line, &understood) } else { as_text(&shop, &line, &understood) };
        print::line(text)?;
    }
    Ok(())
}

fn as_text(shop: &Shop, line: &str, understood: &Understanding) -> String {
    let mut out = line.trim().to_string();
    for act in &understood.acts {
        let words = line.get(act.span.clone()).unwrap_or_default();
        out.push_str(&format!("\n  {}   [{words}]", explain::explain(shop, &act.kind)));
    }
    out
}

fn as_json(shop: &Shop, line: &str, understood: &Understanding) -> String {
    let acts: Vec<_> = understood
        .acts
        .iter()
        .map(|act| {
            json!({
                "words": line.get(act.span.clone()).unwrap_or_default(),
                "from": act.span.start,
                "to": act.span.end,
                "means": explain::explain(shop, &act.kind),
                "act": act.kind,
            })
        })
        .collect();
    json!({ "text": line, "acts": acts }).to_string()
}
