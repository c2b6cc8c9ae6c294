//! What only a person may let go: goods for those of an age, and orders of a certain size. They look at the cart, and let
//! that go or not; another cart is looked at anew.

use crate::commerce::check::Code;

use super::event::Request;
use super::message::Cannot;
use super::state::Asking;
use super::turn::Turn;

pub(super) fn is_needed(turn: &Turn) -> bool {
    !needed(turn).is_empty()
}

/// Why a person must see to the order, which is complete otherwise; nothing where nobody need.
pub(super) fn needed(turn: &Turn) -> Vec<Cannot> {
    let against = turn.state.cart.messages(turn.shop, turn.stock);
    let open = |code: Code| !is_let_go(turn, code);
    let ages = against.iter().filter(|message| message.code == Code::AgeVerificationRequired && open(message.code));
    let highest = ages.max_by_key(|message| message.limit);
    let restricted = highest
        .and_then(|message| Some(Cannot::AgeUnknown { item: turn.line(message.line?)?.item, age: message.limit? }));
    let large = against.iter().any(|message| message.code == Code::ApprovalRequired && open(message.code));
    restricted.into_iter().chain(large.then_some(Cannot::ApproveAlone)).collect()
}

/// By a person, of this very cart; how much it comes to also by the code that the owner gave them.
pub(super) fn is_let_go(turn: &Turn, code: Code) -> bool {
    let unchanged = !turn.cart_changed && !turn.order_changed;
    match code {
        Code::ApprovalRequired => unchanged && turn.approved || turn.state.let_go,
        Code::AgeVerificationRequired => unchanged && turn.approved,
        Code::OutOfStock
        | Code::LowStock
        | Code::QuantityExceeded
        | Code::MinimumNotMet
        | Code::Missing
        | Code::AddressUndeliverable => false,
    }
}

/// What helps: the owner's code, where there is one and it is all that is lacking; else a person.
pub(super) fn helps(turn: &Turn, why: &[Cannot]) -> Asking {
    let coded = turn.shop.terms.approval_code.is_some() && turn.state.believes_codes();
    if coded && *why == [Cannot::ApproveAlone] { Asking::Approval } else { Asking::Person }
}

pub(super) fn code_said(turn: &mut Turn) {
    if turn.state.believes_codes() {
        turn.request = Some(Request::Approve);
    } else {
        turn.say(Cannot::WrongCode);
    }
    turn.state.finishing = true;
}

/// Whether the code that was said is the owner's.
pub(super) fn code_looked_at(turn: &mut Turn, right: bool) {
    turn.state.let_go = right;
    turn.state.finishing = true;
    if !right {
        turn.say(Cannot::WrongCode);
        turn.state.wrong_code();
    }
}
