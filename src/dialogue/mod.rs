//! The conversation: a pure machine, `handle(world, state, event) → (state, effects)`; no I/O, clock or randomness. The
//! service carries effects out and brings the answers. The cart's own arithmetic is in `commerce`.
//!
//! In this order, and each file imports only from those above it (`tests/tidy.rs` holds them to it):
//! - `message`: what is to be said, not yet in words, by topic.
//! - `state`: what is remembered between turns.
//! - `event`: the world, what comes in and what goes out.
//! - `pointing`: what "it", "the second one" and "the other one" are.
//! - `expecting`: what was asked is heard first.
//! - `turn`: one turn while it is worked on, and how it settles.
//! - `echo`: what is only said after us.
//! - `parts`: what things that were counted before consist of.
//! - `leaving_out`: what a question was about that is let go.
//! - `wish`: what is wanted, put together over several turns.
//! - `sizes`: the biggest, the smallest, the next.
//! - `editing`: what is done to a line that is known.
//! - `carried`: options that go over to what takes a line's place.
//! - `needs`: what somebody must not have.
//! - `apiece`: as many as of what was ordered.
//! - `adding`: putting items in; what is open is asked.
//! - `besides`: another of what stands, and how it differs.
//! - `spread`: several answers in one breath.
//! - `each`: one of each.
//! - `asking`: the customer's questions.
//! - `pricing`: vouchers, tips, the least that an order must come to.
//! - `stock`: what has run out, or is low, since it was put in.
//! - `approval`: what only a person may let go.
//! - `fulfilment`: where the order goes, and when it is wanted.
//! - `taking_up`: what was put aside.
//! - `paying`: how the order is paid.
//! - `closing`: what is asked at the end of a turn.
//! - `finishing`: confirming, placing, cancelling, parting.
//! - `swapping`: a choice of what stands that is sold by itself too, exchanged for another.
//! - `changing`: changing, removing, replacing, undoing.
//! - `choosing`: answers that leave it to us, or let it go.
//! - `answering`: the reply to our own question.
//! - `machine`: one event from end to end.

mod adding;
mod answering;
mod apiece;
mod approval;
mod asking;
mod besides;
mod carried;
mod changing;
mod choosing;
mod closing;
mod each;
mod echo;
mod editing;
pub mod event;
mod expecting;
mod finishing;
mod fulfilment;
mod leaving_out;
pub mod machine;
pub mod message;
mod needs;
mod parts;
mod paying;
mod pointing;
mod pricing;
mod sizes;
mod spread;
pub mod state;
mod stock;
mod swapping;
mod taking_up;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod turn;
mod wish;

pub use event::{Effect, Event, Reason, Request, TimerId, Wanted, World};
pub use expecting::expect;
pub use machine::handle;
pub use message::Message;
pub use state::{Parked, ParkedId, State};
