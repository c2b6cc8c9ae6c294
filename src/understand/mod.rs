//! Words → dialogue acts, driven by the shop alone. Deterministic and explained: every act carries the words it came from.

pub mod act;

pub use act::*;
