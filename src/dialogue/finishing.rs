//! Confirming, placing, cancelling, parting; and what is asked at the end of a turn.
//!
//! A plain yes must never mean two things. After a change the reply reads back what changed. Where that is the whole
//! order it asks whether it is everything, and yes places it. Where it is a part, yes and "that's all" are answered with
//! the whole order, once, and "shall I place the order?". "Anything else?" is never asked.

use crate::commerce::cart::{Cart, Choice, Line, LineId};
use crate::commerce::check::Code;
use crate::money::Money;
use crate::understand::Which;

use super::event::{Reason, Request};
use super::message::{Answer, Ask, Cannot, Done, Message, Talk};
use super::pointing::pieces;
use super::state::{Asking, LastOrder, State, Subject};
use super::turn::{Mood, Turn};
use super::{approval, pricing, stock};

/// A cart of so many lines, or so many pieces, is not thrown away without asking.
const BIG_LINES: usize = 3;
const BIG_PIECES: u32 = 5;

/// So many lines are soon said.
const FEW_LINES: usize = 3;

/// What is to be asked now, if anything: what waits, then what is missing, then whether this is all.
/// `done`: something was added, changed or taken out in this turn.
pub(super) fn next_question(turn: &mut Turn, done: bool) {
    // A read-back waits until nothing else is open.
    let read_back = |asking: &Asking| matches!(asking, Asking::Everything | Asking::Place);
    let done = done || turn.state.queue.iter().any(read_back);
    turn.state.queue.retain(|asking| !read_back(asking));
    stock::ran_short(turn);
    while !turn.state.queue.is_empty() {
        let question = turn.state.queue.remove(0);
        if put(turn, question) {
            return;
        }
    }
    if turn.state.cart.is_empty() {
        turn.state.finishing = false;
        if done || turn.said.is_empty() || turn.has_missed {
            turn.say(Talk::WhatElse { cart_empty: true });
        }
        return;
    }
    turn.state.finishing |= done && std::mem::take(&mut turn.state.reviewing);
    let closing = done || turn.state.finishing;
    // What the order as a whole lacks is asked when it may be all.
    match lacking(turn).filter(|question| closing || !matches!(question, Asking::OrderOption { .. })) {
        Some(question) => {
            put(turn, question);
        }
        None if turn.state.finishing && pricing::is_too_little(turn) => {
            turn.state.finishing = false;
            turn.say(Talk::WhatElse { cart_empty: false });
        }
        None if turn.state.finishing && approval::is_needed(turn) => leave_to_a_person(turn),
        None if turn.state.finishing && pricing::wants_tip(turn) => {
            turn.state.tip_asked = true;
            put(turn, Asking::Tip);
        }
        None if turn.state.finishing => {
            tell_all(turn);
            put(turn, Asking::Place);
        }
        None if done => ask_everything(turn),
        None if turn.said.is_empty() => turn.say(Talk::WhatElse { cart_empty: false }),
        None => {}
    }
}

/// The whole is read back, so that nobody is called for the wrong order; then why, and whether to call them.
fn leave_to_a_person(turn: &mut Turn) {
    turn.state.finishing = false;
    tell_all(turn);
    approval::needed(turn).into_iter().for_each(|why| turn.say(why));
    if turn.staffed {
        put(turn, Asking::Person);
    } else {
        turn.say(Talk::AskStaff);
    }
}

/// From here on a yes agrees to the whole order.
fn tell_all(turn: &mut Turn) {
    if !turn.state.told && !all_read_back(turn) {
        turn.say(Answer::CartReadBack(turn.state.cart.clone()));
    }
    turn.state.told = true;
}

/// After a read-back. An addition to what was read back before is only said after them: they know that we listen.
fn ask_everything(turn: &mut Turn) {
    let first = !turn.state.asked_everything;
    if turn.said.is_empty() {
        // Whatever was done, nobody is left without a word.
        turn.say(Answer::CartReadBack(turn.state.cart.clone()));
    }
    // What was missing is complete now: the few lines are said as a whole, once, instead of the one that was asked about.
    let answered = |message: &Message| matches!(message, Message::Done(Done::Changed(_) | Done::OrderChoice(_)));
    if first && !all_read_back(turn) && turn.state.cart.lines.len() <= FEW_LINES && turn.said.iter().any(answered) {
        turn.said.retain(|message| !answered(message));
        turn.say(Answer::CartReadBack(turn.state.cart.clone()));
    }
    turn.state.told |= all_read_back(turn);
    if first || turn.state.told {
        turn.state.asked_everything = true;
        put(turn, Asking::Everything);
    } else {
        turn.state.asked = Some(Asking::Everything);
    }
}

/// What must be asked before the cart can be placed: of its lines first, then of the order as a whole.
fn lacking(turn: &Turn) -> Option<Asking> {
    let against = turn.state.cart.ready(turn.shop, turn.stock).err()?;
    against.iter().find_map(|message| match (message.code, message.line, message.list) {
        (Code::MinimumNotMet, Some(line), Some(list)) => Some(Asking::Option { line, list }),
        (Code::MinimumNotMet, None, Some(list)) => Some(Asking::OrderOption { list }),
        // It grew beyond reason by and by, or there is not so much left.
        (Code::QuantityExceeded | Code::LowStock, Some(line), _) => {
            Some(Asking::Amount { subject: Subject::Line(line), said: None })
        }
        _ => None,
    })
}

/// False where the question has lost its object meanwhile.
fn put(turn: &mut Turn, question: Asking) -> bool {
    let Some(message) = worded(turn, &question) else { return false };
    // After a read-back it is a new question, though the words are the same.
    let closing = matches!(question, Asking::Everything | Asking::Place);
    let changed = turn.cart_changed || turn.order_changed;
    let again = turn.asked_before.as_ref() == Some(&question) && !(closing && changed);
    turn.say(if again { Message::AskAgain(message) } else { Message::Ask(message) });
    turn.state.asked = Some(question);
    true
}

fn worded(turn: &mut Turn, question: &Asking) -> Option<Ask> {
    // What it comes to is not said again of an order that is as it was when it was said last.
    let heard = |message: &Message| {
        matches!(message, Message::Ask(Ask::Everything { total: true } | Ask::Place { total: true }))
    };
    let closing = matches!(question, Asking::Everything | Asking::Place);
    let costs = if closing { Some(turn.quote().total) } else { None };
    let changed = turn.state.told_total.is_some_and(|told| Some(told) != costs);
    // Nothing came of asking for a tip: what it comes to was said before.
    let as_told = matches!(turn.asked_before, Some(Asking::Tip)) && turn.state.told_total.is_some();
    let heard = as_told || turn.state.last_said.iter().any(heard);
    let total = !turn.total_said && (turn.cart_changed || changed || !heard);
    if closing && (total || turn.total_said) {
        turn.state.told_total = costs;
    }
    Some(match question {
        Asking::Option { line, list } => {
            let line = turn.line(*line)?.clone();
            let options = turn.shop.options_for(*list, Some(line.item));
            let plain = named(turn) == [line.id] || turn.state.cart.lines.len() == 1;
            Ask::Option { line, list: *list, options, plain }
        }
        Asking::OrderOption { list } => Ask::OrderOption { list: *list, options: turn.shop.options_for(*list, None) },
        Asking::OneOf { line, options } => Ask::OneOf { line: turn.line(*line)?.clone(), options: options.clone() },
        Asking::Item { candidates, about, .. } => Ask::Item { about: about.clone(), items: candidates.clone() },
        Asking::Offer { wish, words } => {
            let Which::Item(item) = wish.request.which else { return None };
            Ask::Offer { item, request: wish.request.clone(), words: words.clone() }
        }
        Asking::Amount { subject, said } => {
            let item = match subject {
                Subject::Line(line) => turn.line(*line)?.item,
                Subject::Wish(wish) => match wish.request.which {
                    Which::Item(item) => item,
                    _ => return None,
                },
            };
            Ask::Amount { item, said: *said }
        }
        Asking::Line { candidates, .. } => {
            let lines: Vec<Line> = candidates.iter().filter_map(|id| turn.line(*id).cloned()).collect();
            if lines.is_empty() {
                return None;
            }
            Ask::Line(lines)
        }
        Asking::Keep { line, need } => Ask::Keep { line: turn.line(*line)?.clone(), need: need.clone() },
        Asking::More(_) => Ask::More,
        Asking::CancelAll | Asking::StartOver => Ask::Cancel(turn.state.cart.clone()),
        Asking::Person => Ask::Person,
        Asking::Code => Ask::Code,
        Asking::Tip => Ask::Tip,
        Asking::TakeUp(parked) => {
            let minutes = u32::try_from((turn.now - parked.since).max(0) / 60_000).unwrap_or(u32::MAX);
            Ask::TakeUp { cart: parked.cart.clone(), minutes }
        }
        Asking::Everything => Ask::Everything { total },
        Asking::Place => Ask::Place { total },
    })
}

/// The lines that this reply has named so far.
fn named(turn: &Turn) -> Vec<LineId> {
    let ids = |message: &Message| match message {
        Message::Done(Done::Added(added)) => added.iter().map(|added| added.line.id).collect(),
        Message::Done(Done::Changed(lines)) => lines.iter().map(|line| line.id).collect(),
        Message::Done(Done::Replaced { new, .. }) => vec![new.id],
        _ => vec![],
    };
    turn.said.iter().flat_map(ids).collect()
}

/// Whether this very reply names every line as it stands, and what else there is to the order.
pub(super) fn all_read_back(turn: &Turn) -> bool {
    let cart = &turn.state.cart;
    let whole = |message: &Message| {
        matches!(
            message,
            Message::Answer(Answer::CartReadBack(_))
                | Message::Done(Done::Undone(_) | Done::TakenUp(_))
                | Message::Talk(Talk::WelcomeBack(_))
        )
    };
    let joined = |message: &Message| matches!(message, Message::Done(Done::Added(added)) if added.iter().any(|added| added.now.is_some()));
    let named = named(turn);
    let chosen = |choice: &Choice| turn.said.iter().any(|message| *message == Done::OrderChoice(choice.option));
    turn.said.iter().any(whole)
        || (cart.order_choices.iter().all(chosen)
            && !turn.said.iter().any(joined)
            && cart.lines.iter().all(|line| named.contains(&line.id)))
}

/// Yes to "is that everything?" or "shall I place the order?". What was not heard as it stands is not agreed to: it is
/// read back first.
pub(super) fn confirm(turn: &mut Turn, before: &Cart) {
    let cart = &turn.state.cart;
    let as_before = cart.lines == before.lines && cart.order_choices == before.order_choices;
    let as_told = turn.state.told && as_before && cart.vouchers == before.vouchers && cart.tip == before.tip;
    // Hours pass, and prices with them: what is agreed to is what was said.
    let costs = turn.quote().total;
    let as_priced = turn.state.told_total.is_none_or(|told| told == costs);
    let heard = as_told && as_priced && turn.state.queue.is_empty() && !pricing::wants_tip(turn);
    match cart.ready_as_seen(turn.shop, turn.stock, turn.approved && as_before) {
        Ok(ready) if heard => turn.request = Some(Request::Place(ready)),
        Ok(_) => {
            if as_told && !as_priced {
                turn.say(Cannot::PriceChanged);
                turn.state.told = false;
            }
            turn.state.finishing = true;
        }
        // What ran out is not read back first.
        Err(against) => {
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
    if std::mem::take(&mut turn.state.called) || turn.state.cart.is_empty() {
        turn.say(Done::Dropped);
    } else {
        turn.state.queue.insert(0, Asking::CancelAll);
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
    turn.state.cart.clear();
    forget(&mut turn.state);
    turn.state.undo.clear();
    turn.state.last_added.clear();
    turn.state.asked = None;
    turn.state.last_order = Some(LastOrder { number, cart });
}
