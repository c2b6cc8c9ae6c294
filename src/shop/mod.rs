//! The shop description: what is sold, with which options, under which names.

pub mod model;

pub use model::*;
