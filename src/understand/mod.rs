//! Words → dialogue acts, driven by the shop alone. Deterministic and explained: every act carries the words it came from.

pub mod act;
pub mod cue;
mod fuzzy;
mod lexicon;
mod menu;
pub mod tokens;
pub mod words;

pub use act::*;
