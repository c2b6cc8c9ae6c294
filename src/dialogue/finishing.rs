//! Confirming, placing, cancelling, parting.

use crate::commerce::cart::Cart;
use crate::money::Money;

use super::event::{Reason, Request};
use super::message::{Cannot, Done, Talk};
use super::pointing::pieces;
use super::state::{Asking, LastOrder, State};
use super::turn::{Mood, Turn};
use super::{approval, fulfilment, paying, pricing, stock};

/// A cart of so many lines, or so many pieces, is not thrown away without asking.
const BIG_LINES: usize = 3;
const BIG_PIECES: u32 = 5;

/// Yes to "is that everything?" or "shall I place the order?". What was not heard as it stands is not agreed to: it is
/// read back first.
pub(super) fn confirm(turn: &mut Turn, before: &Cart) {
    let cart = &turn.state.cart;
    let as_before = cart.lines == before.lines && cart.order_choices == before.order_choices;
    let as_before = as_before && cart.destination == before.destination;
    let as_told = turn.state.told && as_before && cart.vouchers == before.vouchers && cart.tip == before.tip;
    let as_told = as_told && cart.customer == before.customer;
    // Hours pass, and prices with them: what is agreed to is what was said.
    let costs = turn.quote().total;
    let as_priced = turn.state.told_total.is_none_or(|told| told == costs);
    let heard = as_told && as_priced && turn.state.queue.is_empty() && !pricing::wants_tip(turn);
    let heard = heard && !fulfilment::is_past(turn);
    let parts = paying::parts(turn).filter(|_| heard);
    let let_go = |code| as_before && approval::is_let_go(turn, code);
    match (cart.ready_as_seen(turn.shop, turn.stock, let_go), parts) {
        (Ok(ready), Some(parts)) => turn.request = Some(Request::Place { ready, parts }),
        (Ok(_), None) => {
            if as_told && !as_priced {
                turn.say(Cannot::PriceChanged);
                turn.state.told = false;
            }
            turn.state.finishing = true;
        }
        // What ran out is not read back first.
        (Err(against), _) => {
            stock::take_off(turn, &against);
            turn.state.finishing = true;
        }
    }
}

/// No to the same questions, with nothing said beside it.
pub(super) fn refused(turn: &mut Turn, question: &Asking, mood: Mood) -> Option<Asking> {
    turn.state.finishing = false;
    if turn.state.leaving {
        // "Bye." "Shall I place the order?" "No."
        turn.request = Some(Request::PutAside);
        return None;
    }
    match question {
        // "No, thanks" is the answer to "anything else?", which was not asked: make sure.
        Asking::Everything if mood.thanks => turn.state.finishing = true,
        Asking::Everything => turn.say(Talk::WhatElse { cart_empty: false }),
        _ => {
            turn.say(Talk::WhatToChange);
            turn.state.reviewing = true;
        }
    }
    None
}

/// Yes, with nothing asked that it could answer.
pub(super) fn yes(turn: &mut Turn, mood: Mood) {
    if mood.substance || mood.done {
        return;
    }
    if !turn.state.cart.is_empty() {
        turn.state.finishing = true;
    } else if turn.state.last_order.is_some() {
        turn.say(Talk::Welcome);
    } else {
        turn.say(Talk::WhatElse { cart_empty: true });
    }
}

pub(super) fn no(turn: &mut Turn, mood: Mood) {
    if mood.substance || mood.done {
        return;
    }
    if mood.thanks {
        return done(turn);
    }
    turn.say(Talk::WhatElse { cart_empty: turn.state.cart.is_empty() });
}

pub(super) fn done(turn: &mut Turn) {
    if !turn.state.cart.is_empty() {
        turn.state.finishing = true;
    } else if turn.state.queue.is_empty() && turn.said.is_empty() {
        match turn.state.last_order {
            Some(_) => part(turn),
            None => turn.say(Talk::WhatElse { cart_empty: true }),
        }
    }
}

/// Leaving with a full cart: shall it be placed?
pub(super) fn goodbye(turn: &mut Turn, mood: Mood) {
    if turn.state.cart.is_empty() {
        if !mood.substance {
            part(turn);
        }
    } else if mood.yes || turn.confirmed {
        // What they agreed to is done first.
    } else if turn.state.leaving && !mood.substance {
        // Said again, whatever we asked: they go without ordering.
        turn.request = Some(Request::PutAside);
    } else {
        turn.state.leaving = true;
        turn.state.finishing = true;
    }
}

/// The last word: whoever speaks next is another customer.
fn part(turn: &mut Turn) {
    turn.say(Talk::Goodbye);
    turn.ends = true;
    turn.quiet = true;
}

pub(super) fn cancel(turn: &mut Turn, question: Asking, mood: Mood) {
    if turn.state.cart.is_empty() {
        let open = !turn.state.queue.is_empty();
        if let (Some(order), false) = (&turn.state.last_order, open) {
            let number = order.number;
            return too_late(turn, number);
        }
        forget(&mut turn.state);
        return match open {
            true => turn.say(Done::Canceled),
            false => turn.say(Cannot::NothingToCancel),
        };
    }
    let pieces: u32 = turn.state.cart.lines.iter().map(pieces).sum();
    // "No, cancel it", said to the whole of it, and "forget it, cancel the order" need no further question.
    let asked = |asking: &Option<Asking>| matches!(asking, Some(Asking::Everything | Asking::Place));
    let sure = turn.starting_over || mood.cancels > 1 || mood.no && asked(&turn.asked_before);
    let waits = turn.state.queue.contains(&question);
    if !sure && !waits && (turn.state.cart.lines.len() >= BIG_LINES || pieces >= BIG_PIECES) {
        turn.state.queue.insert(0, question);
    } else {
        empty(turn);
    }
}

/// "Cancel", when the order is placed: that is beyond us, and they are told so.
pub(super) fn too_late(turn: &mut Turn, number: u64) {
    let message = Cannot::TooLateToUndo { number };
    if !turn.said.iter().any(|said| *said == message) {
        turn.say(message);
    }
    if turn.staffed {
        turn.ask_later(Asking::Person);
    }
}

/// "Never mind", with nothing asked that it could be said of: it may mean all of the order.
pub(super) fn never_mind(turn: &mut Turn) {
    match std::mem::take(&mut turn.state.called) {
        true => turn.say(Done::Dropped),
        false => call_off(turn),
    }
}

/// It may mean all of the order: that is asked.
pub(super) fn call_off(turn: &mut Turn) {
    match turn.state.cart.is_empty() {
        true => turn.say(Done::Dropped),
        false => turn.state.queue.insert(0, Asking::CancelAll),
    }
}

/// "Put my order aside."
pub(super) fn set_aside(turn: &mut Turn) {
    if turn.state.cart.is_empty() {
        turn.say(Cannot::EmptyCart);
    } else {
        turn.request = Some(Request::PutAside);
    }
}

/// All of it goes; undo brings it back.
pub(super) fn empty(turn: &mut Turn) -> Option<Asking> {
    turn.state.cart.clear();
    turn.added.clear();
    turn.changed.clear();
    turn.removed.clear();
    turn.replaced.clear();
    forget(&mut turn.state);
    turn.say(Done::Canceled);
    None
}

fn forget(state: &mut State) {
    state.queue.clear();
    state.focus.clear();
    state.counterpart = None;
    state.mine.clear();
    state.topic = None;
    state.topics.clear();
    state.topic_list = None;
    state.listing = None;
    state.finishing = false;
    state.reviewing = false;
    state.told = false;
    state.asked_everything = false;
    state.told_total = None;
    state.tip_asked = false;
    state.paying = None;
    state.let_go = false;
}

pub(super) fn kept(turn: &mut Turn) -> Option<Asking> {
    turn.say(Done::Kept);
    None
}

pub(super) fn dropped(turn: &mut Turn) -> Option<Asking> {
    turn.say(Done::Dropped);
    if !turn.state.cart.is_empty() {
        turn.ask_later(Asking::Everything);
    }
    None
}

pub(super) fn hand_over(turn: &mut Turn, reason: Reason) -> Option<Asking> {
    turn.request = Some(Request::HandOver { reason, cart: turn.state.cart.clone() });
    turn.quiet = true;
    None
}

/// The order is in the database: a new cart begins.
pub(super) fn placed(turn: &mut Turn, number: u64, total: Money) {
    let cart = turn.state.cart.clone();
    turn.say(Done::Placed { number, total, name: cart.customer_name.clone() });
    fulfilment::promise(turn);
    turn.state.cart.clear();
    forget(&mut turn.state);
    turn.state.undo.clear();
    turn.state.last_added.clear();
    turn.state.asked = None;
    turn.state.last_order = Some(LastOrder { number, cart });
}
