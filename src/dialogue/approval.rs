//! What only a person may let go: goods for those of an age, and orders of a certain size. They look at the cart, and let
//! that go or not; another cart is looked at anew.

use crate::commerce::check::Code;

use super::message::Cannot;
use super::turn::Turn;

pub(super) fn is_needed(turn: &Turn) -> bool {
    !needed(turn).is_empty()
}

/// Why a person must see to the order, which is complete otherwise; nothing where nobody need.
pub(super) fn needed(turn: &Turn) -> Vec<Cannot> {
    if turn.approved && !turn.cart_changed && !turn.order_changed {
        return vec![];
    }
    let against = turn.state.cart.messages(turn.shop, turn.stock);
    let ages = against.iter().filter(|message| message.code == Code::AgeVerificationRequired);
    let highest = ages.max_by_key(|message| message.limit);
    let restricted = highest
        .and_then(|message| Some(Cannot::AgeUnknown { item: turn.line(message.line?)?.item, age: message.limit? }));
    let large = against.iter().any(|message| message.code == Code::ApprovalRequired);
    restricted.into_iter().chain(large.then_some(Cannot::ApproveAlone)).collect()
}
