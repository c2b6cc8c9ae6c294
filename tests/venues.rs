//! Orders at an ice-cream parlour and an Indian take-away, as people type them: `tests/venues/NAME` holds what each
//! sells (`schema.json`, `alias/`) and its orders with their meaning (`dev.json`), in the form that
//! `support::venue` reads.

use std::path::Path;

use saycart::lang::Language;
use saycart::understand::{Expect, Lexicon};
use support::venue::{Example, Venue, canonical};

mod support;

fn every_order_is_understood(name: &str) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/venues").join(name);
    let venue = Venue::read(&dir).expect("the venue reads");
    let lexicon = Lexicon::compile(&venue.shop, &Language::load("en").expect("English"));
    let grades = venue.grades(&lexicon);
    let orders = std::fs::read_to_string(dir.join("dev.json")).expect("the orders are there");
    let mut wrong = Vec::new();
    for line in orders.lines() {
        let order: Example = serde_json::from_str(line).expect("an order a line");
        let said = canonical(&venue.exr(&lexicon.understand(&order.src, &Expect::default()), &grades));
        if said != canonical(&order.exr) {
            wrong.push(format!("{}\n    is  {}\n    not {said}", order.src, canonical(&order.exr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn orders_at_the_ice_cream_parlour() {
    every_order_is_understood("scoops");
}

#[test]
fn orders_at_the_indian_take_away() {
    every_order_is_understood("spice");
}
