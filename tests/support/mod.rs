//! What tests and measuring programs (`examples/`) share; each takes this in as its module `support`. As a package of its
//! own, built on the library, it would have the library built first for the library's unit tests too, which do not need
//! it: these came to take 4:12 to build after a change in place of 2:15.

#![allow(dead_code, reason = "each takes what it needs")]

pub mod measure;
pub mod sample;
pub mod sounds;
pub mod spoken;
pub mod talks;
pub mod venue;

/// Whatever goes wrong in a measuring program ends it with its own words.
pub type Failure = Box<dyn std::error::Error>;
