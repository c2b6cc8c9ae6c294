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
mod syntax;
mod taking;
mod value;

pub use diagnose::{Diagnostic, Diagnostics, Level};
pub use load::Loaded;
pub use model::*;
