//! What waits where orders are made, and what of a customer's turn is not kept word for word.

use crate::commerce::fulfilment::Queue;
use crate::dialogue::State;
use crate::reply::whither::apart;
use crate::shop::Shop;
use crate::store::Store;
use crate::understand::{Act, ActKind, DetailSaid};

use super::ServiceError;
use super::clock::Clock;

/// An order that is wanted so many times as long from now as one takes to make is not begun yet.
const BEGUN: i64 = 2;

/// Counted only where the shop promises anything; `own`: the order that is being told of.
pub(super) fn queue(shop: &Shop, store: &Store, clock: &dyn Clock, own: Option<i64>) -> Result<Queue, ServiceError> {
    let now = clock.local().div_euclid(60_000);
    let ahead = match shop.fulfilment.minutes {
        Some(minutes) => store.orders_ahead(&shop.key, own, clock.now(), now + BEGUN * i64::from(minutes))?,
        None => 0,
    };
    Ok(Queue { now, ahead })
}

/// A telephone's number stands with the order that it is for, and in no record of what was said: `mark` stands there.
pub(super) struct Discreet<'a> {
    pub mark: &'a str,
    pub acts: &'a [Act],
    pub state: &'a State,
}

impl Discreet<'_> {
    pub fn is_phone(act: &Act) -> bool {
        matches!(act.kind, ActKind::Detail(DetailSaid::Phone(_)))
    }

    /// What the customer said.
    pub fn said(&self, transcript: &str) -> String {
        let mut text = transcript.to_string();
        // From behind, so that what stands before keeps its place.
        for act in self.acts.iter().rev().filter(|act| Discreet::is_phone(act)) {
            if text.get(act.span.clone()).is_some() {
                text.replace_range(act.span.clone(), self.mark);
            }
        }
        text
    }

    /// What we said.
    pub fn reply(&self, reply: &str) -> String {
        let ordered = self.state.last_order.as_ref().map(|order| &order.cart);
        let phones = [Some(&self.state.cart), ordered].into_iter().flatten();
        let phones = phones.filter_map(|cart| cart.destination.phone.as_deref());
        phones.fold(reply.to_string(), |reply, phone| reply.replace(&apart(phone), self.mark))
    }
}
