//! What the machine hears of the world, and what it wants done.

use crate::understand::Understanding;

use super::message::Message;

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A conversation begins.
    Started,
    /// The program came back and found this conversation unfinished.
    Resumed,
    /// A customer's turn. `transcript` is what the acts' spans index.
    Heard { transcript: String, understanding: Understanding },
    /// Somebody spoke, but nothing usable was recognised.
    Unheard,
    /// The order that [`Effect::PlaceOrder`] asked for is in the database under this number.
    Placed { number: u64 },
    /// A timer ran out; a stale one is ignored.
    Timer(TimerId),
}

/// The turn that set the timer: any later turn makes it stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerId(pub u32);

/// In the order in which the driver carries them out.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Make the cart an order, in the same transaction as the turn; then send [`Event::Placed`].
    PlaceOrder,
    /// Write the turn with state and cart, before anything is said.
    Commit,
    Say(Vec<Message>),
    SetTimer {
        id: TimerId,
        seconds: u32,
    },
    /// Call a person.
    HandOver,
}
