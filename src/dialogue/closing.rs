//! What is asked at the end of a turn.
//!
//! A plain yes must never mean two things. After a change the reply reads back what changed. Where that is the whole
//! order it asks whether it is everything and may be placed, and yes places it. Where it is a part, yes and "that's all" are answered with
//! the whole order, once, and "shall I place the order?". "Anything else?" is never asked.

use crate::commerce::cart::{Choice, Line, LineId};
use crate::commerce::check::Code;
use crate::understand::Which;

use super::message::{Answer, Ask, Done, Message, Talk};
use super::state::{Asking, Subject};
use super::turn::Turn;
use super::{approval, fulfilment, paying, pricing, stock};

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
    if turn.state.finishing {
        paying::check_cash(turn);
    }
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
        None if turn.state.finishing && ask_whither(turn) => {}
        None if turn.state.finishing && approval::is_needed(turn) => leave_to_a_person(turn),
        None if turn.state.finishing && pricing::wants_tip(turn) => {
            turn.state.tip_asked = true;
            put(turn, Asking::Tip);
        }
        None if turn.state.finishing && paying::parts(turn).is_none() => {
            put(turn, Asking::Pay);
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
    let needed = approval::needed(turn);
    let helps = approval::helps(turn, &needed);
    needed.into_iter().for_each(|why| turn.say(why));
    if turn.staffed || helps == Asking::Approval {
        put(turn, helps);
    } else {
        turn.say(Talk::AskStaff);
    }
}

/// What is read back as a whole is not said by its parts before.
fn whole_alone(turn: &mut Turn) {
    let read_back = |message: &Message| matches!(message, Message::Answer(Answer::CartReadBack(_)));
    if fulfilment::is_known(turn) && turn.said.iter().any(read_back) {
        turn.said.retain(|message| !matches!(message, Message::Done(done) if done.is_part()));
    }
}

/// From here on a yes agrees to the whole order.
fn tell_all(turn: &mut Turn) {
    if !turn.state.told && !all_read_back(turn) {
        turn.say(Answer::CartReadBack(turn.state.cart.clone()));
    }
    whole_alone(turn);
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
    if first && fulfilment::is_known(turn) && !all_read_back(turn) && turn.state.cart.lines.len() <= FEW_LINES {
        turn.say(Answer::CartReadBack(turn.state.cart.clone()));
    }
    whole_alone(turn);
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

/// What must be known of where it goes.
fn ask_whither(turn: &mut Turn) -> bool {
    fulfilment::lacking(turn).is_some_and(|detail| put(turn, Asking::Detail(detail)))
}

/// False where the question has lost its object meanwhile.
fn put(turn: &mut Turn, question: Asking) -> bool {
    let Some(message) = worded(turn, &question) else { return false };
    // After a read-back it is a new question, though the words are the same.
    let closing = matches!(question, Asking::Everything | Asking::Place);
    // Half an answer, as an address without its number, is gone on from.
    let gone_on = closing || matches!(question, Asking::Detail(_));
    let changed = turn.cart_changed || turn.order_changed;
    let again = turn.asked_before.as_ref() == Some(&question) && !(gone_on && changed);
    turn.say(if again { Message::AskAgain(message) } else { Message::Ask(message) });
    turn.state.asked = Some(question);
    true
}

fn worded(turn: &mut Turn, question: &Asking) -> Option<Ask> {
    // What it comes to is not said again of an order that is as it was when it was said last.
    let heard = |message: &Message| {
        matches!(message, Message::Ask(Ask::Everything { total: true, .. } | Ask::Place { total: true }))
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
        Asking::Detail(detail) => fulfilment::question(turn, *detail)?,
        Asking::Tip => Ask::Tip,
        Asking::Pay => {
            let (ways, rest) = paying::left(turn);
            Ask::Pay { ways, rest }
        }
        Asking::Account => Ask::Account,
        Asking::Approval => Ask::Approval { staffed: turn.staffed },
        Asking::TakeUp(parked) => {
            let minutes = u32::try_from((turn.now - parked.since).max(0) / 60_000).unwrap_or(u32::MAX);
            Ask::TakeUp { cart: parked.cart.clone(), minutes }
        }
        Asking::Everything => Ask::Everything { total, places: yes_places(turn) },
        Asking::Place => Ask::Place { total },
    })
}

/// Whether all was read back, and nothing is to be asked before it is placed: then that is what is asked for, too.
fn yes_places(turn: &Turn) -> bool {
    turn.state.told
        && paying::parts(turn).is_some()
        && fulfilment::is_settled(turn)
        && pricing::too_little(turn).is_none()
        && !approval::is_needed(turn)
        && !pricing::wants_tip(turn)
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
    // Where it goes is read back with the whole only.
    turn.said.iter().any(whole)
        || (!fulfilment::is_known(turn)
            && cart.order_choices.iter().all(chosen)
            && !turn.said.iter().any(joined)
            && cart.lines.iter().all(|line| named.contains(&line.id)))
}
