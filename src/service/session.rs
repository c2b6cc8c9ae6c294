//! One conversation under way: what the desk remembers of it between turns.

use crate::commerce::payment::Standing;
use crate::dialogue::State;
use crate::dialogue::message::{Cannot, Message};
use crate::store::{ConversationId, Lost, Saved};

use super::clock::Time;

#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    pub id: ConversationId,
    pub state: State,
    /// When the customer was last heard of, in ticks.
    pub touched: Time,
    /// A person was called to it, or may have been before this process began.
    pub handed_over: bool,
    /// Turns were taken before this process began.
    pub resumed: bool,
    /// What the shop no longer has, not told yet.
    pub lost: Vec<String>,
    /// How far the payment is that it waits for, as it was when this event began.
    pub payment: Option<Standing>,
    /// The digits of an account's code that was said in this turn: nobody keeps them longer.
    pub code: Option<String>,
}

impl Session {
    pub fn of(mut saved: Saved, ticks: Time) -> Session {
        let lost = std::mem::take(&mut saved.lost).into_iter().map(title).collect();
        let resumed = saved.turns > 0;
        Session {
            id: saved.id,
            state: restore(saved),
            touched: ticks,
            handed_over: resumed,
            resumed,
            lost,
            payment: None,
            code: None,
        }
    }

    /// Nothing stands in the cart, and nothing waits for an answer.
    pub fn is_idle(&self) -> bool {
        let State { cart, asked, queue, pays, .. } = &self.state;
        cart.is_empty() && asked.is_none() && queue.is_empty() && !pays
    }

    /// What must be said before all else.
    pub fn losses(&mut self) -> Option<Message> {
        let lost = std::mem::take(&mut self.lost);
        (!lost.is_empty()).then(|| Cannot::Lost(lost).into())
    }
}

/// The state as saved. Under another shop file its ids mean nothing: then only the cart goes on.
fn restore(saved: Saved) -> State {
    let state: Option<State> = saved.state.filter(|_| saved.same_shop).and_then(|text| {
        serde_json::from_str(&text)
            .inspect_err(|error| {
                // What is wrong with it would be told with words that somebody said.
                let at = error.column();
                tracing::warn!(
                    "the state saved by another version cannot be read beyond byte {at}; only the cart goes on"
                );
                tracing::debug!("{error}");
            })
            .ok()
    });
    State { cart: saved.cart, turn: saved.turns, ..state.unwrap_or_default() }
}

pub(super) fn title(lost: Lost) -> String {
    match lost {
        Lost::Item { title, .. } | Lost::Choice { title, .. } | Lost::OrderChoice { title } => title,
    }
}
