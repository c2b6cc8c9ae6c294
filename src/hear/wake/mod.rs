//! Waking at a phrase that the owner wrote: nothing is recognised before somebody has said it.
//!
//! `front` turns sound into numbers, `judge` says from them whether the phrase has just been said, `spotter` does so on a
//! stream while somebody speaks. What the judge knows it was taught here, by voices of this machine: `teach` has them say
//! the phrase, what is `near` it and other things, in many a `scene`; `kept` holds what was learnt.

mod front;
mod judge;
mod kept;
mod near;
mod scene;
mod spotter;
mod teach;

pub use front::{Front, FrontError};
pub use judge::Judge;
pub use kept::Kept;
pub use spotter::{Spotted, Spotter};
pub use teach::{Script, TeachError, Voices, teach};
