//! What the machine hears of the world, and what it wants done.

use crate::commerce::cart::Cart;
use crate::commerce::check::Ready;
use crate::commerce::fulfilment::Queue;
pub use crate::commerce::handover::Reason;
use crate::commerce::payment::{Account, Part, Standing};
use crate::commerce::pricing::Moment;
use crate::commerce::stock::Stock;
use crate::money::Money;
use crate::shop::Shop;
use crate::understand::Understanding;

use super::message::Message;
use super::state::{Parked, ParkedId};

/// All that the machine knows beside the conversation. Handed in anew with each event.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    pub shop: &'a Shop,
    pub stock: &'a Stock,
    /// What prices depend on beside the shop and the cart.
    pub moment: Moment,
    /// Milliseconds since 1970, UTC.
    pub now: i64,
    /// What is being made already, and the time by the clocks on the wall.
    pub queue: Queue,
    /// Somebody can be called.
    pub staffed: bool,
    /// A person let go the cart as it was before this event.
    pub approved: bool,
    /// How far the payment is that this conversation waits for.
    pub payment: Option<&'a Standing>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A conversation begins, and somebody is there to be greeted.
    Started,
    /// The program came back and found this conversation unfinished.
    Resumed,
    /// A customer's turn. `transcript` is what the acts' spans index.
    Heard { transcript: String, understanding: Understanding },
    /// Somebody spoke, but nothing usable was recognised.
    Unheard,
    /// A timer ran out; a stale one is ignored.
    Timer(TimerId),

    /// Answers [`Request::Place`]: the order will be in the database under this number, at this total.
    Placed { number: u64, total: Money },
    /// Answers [`Request::Place`]: the order is in the database as soon as this turn is, and another machine is asked for so much.
    Paying { amount: Money, reader: bool },
    /// Answers [`Request::Place`], and nothing is placed: there is not so much on the account any more.
    AccountChanged(Account),
    /// Answers [`Request::Account`]: what the code that was said stands for.
    Account(Option<Account>),
    /// Answers [`Request::Approve`].
    CodeLookedAt { right: bool },
    /// Answers [`Request::StopPayment`]: it is given up, should it not have gone through.
    Stopping,
    /// Answers [`Request::HandOver`]. `told`: somebody knows, and comes.
    HandedOver { told: bool },
    /// Answers [`Request::LookUp`]: what was put aside and is wanted, the latest first.
    Found { wanted: Wanted, parked: Vec<Parked> },
    /// Answers [`Request::PutAside`].
    PutAside { code: u32 },
}

/// The turn that set the timer, and how often it ran out since: any later turn makes it stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimerId {
    pub turn: u32,
    pub prompts: u8,
}

/// What the service does for the machine, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Say(Vec<Message>),
    /// Send [`Event::Timer`] after so many seconds in which nothing happened.
    Wait {
        id: TimerId,
        seconds: u32,
    },
    /// The conversation is over: whoever speaks next is another customer.
    End,
    /// What was put aside is in this cart now, and is nobody else's.
    TakeUp(ParkedId),
    /// Comes last: what follows is decided when its answer is there.
    Ask(Request),
}

/// What is wanted of what was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// What is under this code.
    Code(u32),
    /// Whatever there is: which it may be, its age tells.
    Lately,
    /// The very one that was asked about, should it still be there.
    This(ParkedId),
}

/// What needs an answer. Each names the event that brings it.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Make the cart an order, paid like that, in the same transaction as the turn → [`Event::Placed`],
    /// [`Event::Paying`], [`Event::AccountChanged`].
    Place { ready: Ready, parts: Vec<Part> },
    /// Whose the code is that was said in this turn → [`Event::Account`].
    Account,
    /// Whether the code that was said in this turn is the owner's → [`Event::CodeLookedAt`].
    Approve,
    /// Give up the payment that is waited for → [`Event::Stopping`].
    StopPayment,
    /// Call a person → [`Event::HandedOver`].
    HandOver { reason: Reason, cart: Cart },
    /// What was put aside → [`Event::Found`].
    LookUp(Wanted),
    /// Keep the cart for who comes back for it → [`Event::PutAside`].
    PutAside,
}
