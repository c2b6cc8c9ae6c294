//! The one entrance for every channel. It owns the store and every conversation, begins, resumes, times out and ends them,
//! makes one quote a turn, carries effects out, commits first and only then gives out words.
//!
//! `desk` is the service itself, `thread` lets many ask it at once; `session` is what it remembers of one conversation,
//! `outbox` brings elsewhere what is to be
//! told of orders, `paying` payments to whoever takes cards, `effects` how the machine's requests are answered, `fulfilment` what waits where orders are made, `staff` how people are told, `records` what is on record for who asks
//! beside it.

mod accounts;
mod approval;
mod carrying;
pub mod clock;
mod courier;
mod desk;
mod effects;
mod fulfilment;
pub mod outbox;
pub mod paying;
mod payment;
pub mod records;
mod renewing;
mod session;
mod setting;
mod staff;
mod stock;
mod telling;
#[cfg(test)]
mod tests;
mod thread;
pub mod view;

pub use clock::{Clock, HandClock, SystemClock, Time};
pub use desk::{Desk, Point, Welcome};
pub use renewing::Renewal;
pub use setting::Setting;
pub use staff::Staff;
pub use thread::{Answer, Opening, Service};

pub use crate::commerce::saved::Channel;
pub use crate::dialogue::TimerId;
use crate::reply::Reply;
use crate::store::{OrderRef, StoreError};
use crate::understand::{Ending, Understanding};

use view::TurnView;

#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the state of the conversation cannot be written ({0}); this is a fault in saycart, please report it")]
    State(#[from] serde_json::Error),
    #[error(transparent)]
    Ticket(#[from] crate::outbox::TicketError),
    #[error(
        "this describes another shop: `{1}`, where `{0}` is served. Restart saycart to serve another shop, or give this one its key back"
    )]
    OtherShop(String, String),
    #[error("somebody's card is being waited for; try again when that is over, in a minute")]
    Paying,
    #[error("no thread can be begun: {0}. Raise the limit of processes, or free some memory")]
    Thread(std::io::Error),
    #[error(
        "the desk panicked over it, and goes on from what was written down last; this is a fault in saycart, please report it"
    )]
    Fault,
    #[error("the service has ended; the log says why. Start saycart again: the cart is kept.")]
    Ended,
}

impl ServiceError {
    /// Another program holds the database: the same may succeed a little later.
    pub fn is_passing(&self) -> bool {
        matches!(self, ServiceError::Store(StoreError::Busy { .. } | StoreError::SoldMeanwhile))
    }

    /// No more can be written down, until somebody makes room.
    pub fn is_full(&self) -> bool {
        matches!(self, ServiceError::Store(StoreError::Full { .. }))
    }
}

/// What can happen where a customer stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// Somebody said this.
    Heard(String),
    /// Somebody spoke, and nothing usable was recognised.
    Unheard,
    /// A timer that an earlier outcome set ran out.
    Timer(TimerId),
}

/// What came of something that happened, all of it committed.
#[derive(Debug, Clone, Default)]
pub struct TurnOutcome {
    /// For `--json` and terminals.
    pub view: TurnView,
    /// Empty where there is nothing to say.
    pub reply: Reply,
    pub understanding: Understanding,
    /// Placed by this turn.
    pub order: Option<OrderRef>,
    /// The customer asked for a person: what waits for one.
    pub hand_over: Option<i64>,
    /// After so many seconds in which nothing happened, [`Happening::Timer`] is to be told.
    pub timer: Option<(TimerId, u32)>,
    /// Whoever speaks next is another customer.
    pub ended: bool,
}

/// What a turn would come to, without its having happened.
#[derive(Debug, Clone)]
pub struct Foresight {
    pub ending: Ending,
    pub reply: Reply,
}

/// Numbers start again in a database that was restored, so that an id is made of chance.
fn new_id() -> String {
    use std::hash::{BuildHasher, RandomState};
    let chance = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", chance(), chance())
}
