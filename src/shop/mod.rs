//! The shop description: what is sold, with which options, under which names.

pub mod model;

pub mod diagnose;
pub mod load;
pub mod show;

mod check;
mod items;
mod names;
mod options;
mod sheet;
mod value;

pub use diagnose::{Diagnostic, Diagnostics, Level};
pub use load::Loaded;
pub use model::*;

/// Languages that a shop can be in.
const LANGUAGES: [&str; 1] = ["en"];

/// How a name sounds, in IPA; `None` where the pronouncer cannot say.
pub fn pronounce(text: &str) -> Option<String> {
    crate::tts::phonemes("en-us", text).ok()
}
