//! The conversation. `machine` is pure: `handle(state, event) → (state, effects)`, no I/O, clock or randomness.
//!
//! `driver` is its hands: it commits first and speaks second.
//!
//! What stands where: `state` (what is remembered between turns), `event` (what comes in, what goes out), `message`
//! (what is to be said, not yet in words), `machine` (one turn from end to end), `turn` (the turn
//! while it is worked on), and by topic `adding`, `changing`,
//! `pointing` (what "the other one" is), `answering` (the reply to our own question), `asking` (the customer's
//! questions), `finishing` (confirm, place, cancel, what to ask next). The cart's own arithmetic is in `commerce`.

mod adding;
mod answering;
pub(crate) mod asking;
mod changing;
pub mod driver;
pub mod event;
mod finishing;
pub mod machine;
pub mod message;
mod pointing;
pub mod state;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod turn;
pub mod view;

pub use driver::{Conversation, DriverError, Foresight, TurnOutcome};
pub use event::{Effect, Event, TimerId};
pub use machine::{expect, handle};
pub use message::Message;
pub use state::State;
