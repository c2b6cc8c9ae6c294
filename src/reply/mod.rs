//! To come.

pub mod speakable;
