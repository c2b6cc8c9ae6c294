//! What tests and measuring programs (`examples/`) share; each takes this in as its module `support`. As a package of its
//! own, built on the library, it would have the library built first for the library's unit tests too, which do not need
//! it: these came to take 4:12 to build after a change in place of 2:15.

#![allow(dead_code, reason = "each takes what it needs")]

use std::path::Path;

use saycart::lang::Language;
use saycart::service::Setting;
use saycart::shop::Shop;

pub mod counter;
pub mod customer;
pub mod desk;
pub mod hall;
pub mod listener;
pub mod measure;
pub mod program;
pub mod room;
pub mod sample;
pub mod sound_card;
pub mod sounds;
pub mod spoken;
pub mod stripe;
pub mod talks;
pub mod till;
pub mod venue;

/// The café that is shipped, with all that is derived from it.
pub fn cafe() -> Result<Setting, Failure> {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe");
    let shop = Shop::load(&shop).map_err(|problems| problems.to_string())?.shop;
    let language = Language::load(&shop.language)?;
    Ok(Setting::new(shop, language))
}

/// Whatever goes wrong in a measuring program ends it with its own words.
pub type Failure = Box<dyn std::error::Error>;
