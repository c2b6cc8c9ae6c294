//! Taking up what was put aside: on purpose only, and never somebody else's by accident. Whose it is is asked, for a digit is
//! soon misheard; only the yes takes it.

use crate::commerce::cart::LineId;
use crate::commerce::fulfilment::Destination;

use super::event::{Effect, Request, Wanted};
use super::message::{Cannot, Done};
use super::state::{Asking, Parked};
use super::turn::Turn;

/// Without its code, what was put aside is offered for so long, in milliseconds.
const LATELY: i64 = 30 * 60_000;

pub(super) fn found(turn: &mut Turn, wanted: Wanted, parked: Vec<Parked>) {
    match (&parked[..], wanted) {
        ([], Wanted::Code(code)) => wrong_code(turn, code),
        ([], Wanted::Lately | Wanted::This(_)) => turn.say(Cannot::NothingPutAside { code: None }),
        ([this, ..], Wanted::This(_)) => take_up(turn, this),
        ([this, ..], Wanted::Code(_)) => turn.ask_later(Asking::TakeUp(this.clone())),
        // Of several, or of an old one, only the code tells whose it is.
        ([only], Wanted::Lately) if turn.now.saturating_sub(only.since) <= LATELY => {
            turn.ask_later(Asking::TakeUp(only.clone()));
        }
        (_, Wanted::Lately) => turn.ask_later(Asking::Code),
    }
}

/// It may have been misheard, or is guessed.
fn wrong_code(turn: &mut Turn, code: u32) {
    turn.say(Cannot::NothingPutAside { code: Some(code) });
    turn.state.wrong_code();
    if turn.state.believes_codes() {
        turn.ask_later(Asking::Code);
    }
}

/// Look for what was put aside; who has tried too many codes is not believed any more.
pub(super) fn look_up(turn: &mut Turn, code: Option<u32>) {
    match code {
        Some(code) if !turn.state.believes_codes() => turn.say(Cannot::NothingPutAside { code: Some(code) }),
        code => turn.request = Some(Request::LookUp(code.map_or(Wanted::Lately, Wanted::Code))),
    }
}

/// What was put aside comes to what is there already.
fn take_up(turn: &mut Turn, parked: &Parked) {
    // Nothing before it can be brought back without losing it.
    turn.state.undo.clear();
    let mut lost = parked.lost.clone();
    let cart = &mut turn.state.cart;
    for line in &parked.cart.lines {
        let (choices, notes) = (line.choices.clone(), line.notes.clone());
        if cart.add(turn.shop, line.item, line.quantity, choices, notes).is_err() {
            lost.push(turn.shop.item(line.item).names.title.clone());
        }
    }
    for choice in &parked.cart.order_choices {
        if cart.choose_for_order(turn.shop, choice.clone()).is_err() {
            lost.push(turn.shop.option(choice.option).names.title.clone());
        }
    }
    parked.cart.needs.iter().for_each(|need| {
        cart.note_need(need.clone());
    });
    if cart.customer_name.is_none() {
        cart.customer_name.clone_from(&parked.cart.customer_name);
    }
    if *cart.destination == Destination::default() {
        cart.destination.clone_from(&parked.cart.destination);
    }
    turn.state.focus = cart.lines.last().map(|line| line.id).into_iter().collect::<Vec<LineId>>();
    if !lost.is_empty() {
        turn.say(Cannot::Lost(lost));
    }
    turn.effects.push(Effect::TakeUp(parked.id));
    if !turn.state.cart.is_empty() {
        turn.say(Done::TakenUp(turn.state.cart.clone()));
        turn.ask_later(Asking::Everything);
    }
}
