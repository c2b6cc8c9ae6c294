//! Confirming, placing, cancelling, parting; and what is asked at the end of a turn.
//!
//! A plain yes must never mean two things. After a change the reply reads back what changed and asks whether that is
//! everything: yes places the order. "That's all" with no read-back before it is answered with the whole cart and
//! "shall I place the order?". "Anything else?" is never asked.

use crate::commerce::cart::{Line, LineId};
use crate::understand::Which;

use super::asking;
use super::event::Effect;
use super::message::Message;
use super::pointing::pieces;
use super::state::{Asking, LastOrder, State, Subject};
use super::turn::{Mood, Turn};

/// A cart of so many lines, or so many pieces, is not thrown away without asking.
const BIG_LINES: usize = 3;
const BIG_PIECES: u32 = 5;

/// What is to be asked now, if anything: what waits, then what is missing, then whether this is all.
/// `done`: something was added, changed or taken out in this turn.
pub(super) fn next_question(turn: &mut Turn, done: bool) {
    // A read-back waits until nothing else is open.
    let read_back = |asking: &Asking| matches!(asking, Asking::Everything | Asking::Place);
    let done = done || turn.state.queue.iter().any(read_back);
    turn.state.queue.retain(|asking| !read_back(asking));
    while !turn.state.queue.is_empty() {
        let question = turn.state.queue.remove(0);
        if put(turn, question) {
            return;
        }
    }
    let shop = turn.shop;
    let missing = turn.state.cart.lines.iter().find_map(|line| Some((line.id, *line.missing(shop).first()?)));
    if let Some((line, list)) = missing {
        put(turn, Asking::Option { line, list });
    } else if turn.state.cart.is_empty() {
        turn.state.finishing = false;
        if done || turn.said.is_empty() || turn.has_missed {
            turn.say(Message::AskWhatElse { cart_empty: true });
        }
    } else if let Some(list) = turn.state.cart.missing_for_order(shop).first()
        && (done || turn.state.finishing)
    {
        put(turn, Asking::OrderOption { list: *list });
    } else if turn.state.finishing {
        if !all_read_back(turn) {
            turn.say(Message::CartReadBack(turn.state.cart.clone()));
        }
        put(turn, Asking::Place);
    } else if done {
        put(turn, Asking::Everything);
    } else if turn.said.is_empty() {
        turn.say(Message::AskWhatElse { cart_empty: false });
    }
}

/// False where the question has lost its object meanwhile.
fn put(turn: &mut Turn, question: Asking) -> bool {
    let Some(message) = worded(turn, &question) else { return false };
    turn.say(message);
    turn.state.asked = Some(question);
    true
}

fn worded(turn: &Turn, question: &Asking) -> Option<Message> {
    let total = || (!turn.total_said).then(|| turn.state.cart.clone());
    Some(match question {
        Asking::Option { line, list } => {
            let line = turn.line(*line)?.clone();
            let options = asking::options_for(turn.shop, *list, Some(line.item));
            let plain = named(turn) == [line.id] || turn.state.cart.lines.len() == 1;
            Message::AskOption { line, list: *list, options, plain }
        }
        Asking::OrderOption { list } => {
            Message::AskOrderOption { list: *list, options: asking::options_for(turn.shop, *list, None) }
        }
        Asking::OneOf { line, options } => {
            Message::AskOneOf { line: turn.line(*line)?.clone(), options: options.clone() }
        }
        Asking::Item { candidates, about, .. } => Message::AskItem { about: about.clone(), items: candidates.clone() },
        Asking::Offer { wish, words } => Message::AskOffer { request: wish.request.clone(), words: words.clone() },
        Asking::Amount { subject, said } => {
            let item = match subject {
                Subject::Line(line) => turn.line(*line)?.item,
                Subject::Wish(wish) => match wish.request.which {
                    Which::Item(item) => item,
                    _ => return None,
                },
            };
            Message::AskAmount { item, said: *said }
        }
        Asking::Line { candidates, .. } => {
            let lines: Vec<Line> = candidates.iter().filter_map(|id| turn.line(*id).cloned()).collect();
            if lines.is_empty() {
                return None;
            }
            Message::AskLine(lines)
        }
        Asking::More(_) => Message::AskMore,
        Asking::CancelAll => Message::AskCancel(turn.state.cart.clone()),
        Asking::Person => Message::AskPerson,
        Asking::Everything => Message::AskEverything { total: total() },
        Asking::Place => Message::AskPlace { total: total() },
    })
}

/// The lines that this reply has named so far.
fn named(turn: &Turn) -> Vec<LineId> {
    let ids = |message: &Message| match message {
        Message::Added(added) => added.iter().map(|added| added.line.id).collect(),
        Message::Changed(lines) => lines.iter().map(|line| line.id).collect(),
        Message::Replaced { new, .. } => vec![new.id],
        _ => vec![],
    };
    turn.said.iter().flat_map(ids).collect()
}

/// Whether this very reply names every line as it stands, and what else there is to the order.
fn all_read_back(turn: &Turn) -> bool {
    let cart = &turn.state.cart;
    let whole =
        |message: &Message| matches!(message, Message::CartReadBack(_) | Message::Undone(_) | Message::WelcomeBack(_));
    let joined =
        |message: &Message| matches!(message, Message::Added(added) if added.iter().any(|added| added.now.is_some()));
    let named = named(turn);
    turn.said.iter().any(whole)
        || (cart.order_choices.is_empty()
            && !turn.said.iter().any(joined)
            && cart.lines.iter().all(|line| named.contains(&line.id)))
}

/// Questions are put anew each time; the rest of a reply can be said again as it was.
pub(super) fn is_question(message: &Message) -> bool {
    matches!(
        message,
        Message::AskOption { .. }
            | Message::AskOrderOption { .. }
            | Message::AskOneOf { .. }
            | Message::AskItem { .. }
            | Message::AskOffer { .. }
            | Message::AskAmount { .. }
            | Message::AskLine(_)
            | Message::AskMore
            | Message::AskCancel(_)
            | Message::AskPerson
            | Message::AskEverything { .. }
            | Message::AskPlace { .. }
    )
}

/// Yes to "is that everything?" or "shall I place the order?".
pub(super) fn confirm(turn: &mut Turn) -> Option<Asking> {
    let lines = &turn.state.cart.lines;
    let complete = lines.iter().all(|line| line.missing(turn.shop).is_empty())
        && turn.state.cart.missing_for_order(turn.shop).is_empty();
    if turn.state.cart.is_empty() || !complete || !turn.state.queue.is_empty() {
        turn.state.finishing = true;
    } else {
        turn.place = true;
    }
    None
}

/// No to the same questions, with nothing said beside it.
pub(super) fn refused(turn: &mut Turn, question: &Asking, mood: Mood) -> Option<Asking> {
    turn.state.finishing = false;
    match question {
        // "No, thanks" is the answer to "anything else?", which was not asked: make sure.
        Asking::Everything if mood.thanks => turn.state.finishing = true,
        Asking::Everything => turn.say(Message::AskWhatElse { cart_empty: false }),
        _ => turn.say(Message::AskWhatToChange),
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
        turn.say(Message::Welcome);
    } else {
        turn.say(Message::AskWhatElse { cart_empty: true });
    }
}

pub(super) fn no(turn: &mut Turn, mood: Mood) {
    if mood.substance || mood.done {
        return;
    }
    if mood.thanks {
        return done(turn);
    }
    turn.say(Message::AskWhatElse { cart_empty: turn.state.cart.is_empty() });
}

pub(super) fn done(turn: &mut Turn) {
    if !turn.state.cart.is_empty() {
        turn.state.finishing = true;
    } else if turn.state.queue.is_empty() && turn.said.is_empty() {
        turn.say(match turn.state.last_order {
            Some(_) => Message::Goodbye,
            None => Message::AskWhatElse { cart_empty: true },
        });
    }
}

/// Leaving with a full cart: shall it be placed?
pub(super) fn goodbye(turn: &mut Turn, mood: Mood) {
    if turn.state.cart.is_empty() {
        if !mood.substance {
            turn.say(Message::Goodbye);
        }
    } else if !mood.yes && !turn.place {
        turn.state.finishing = true;
    }
}

pub(super) fn cancel(turn: &mut Turn) {
    if turn.state.cart.is_empty() {
        let open = !turn.state.queue.is_empty();
        forget(&mut turn.state);
        return turn.say(if open { Message::Canceled } else { Message::NothingToCancel });
    }
    let pieces: u32 = turn.state.cart.lines.iter().map(pieces).sum();
    if !turn.starting_over && (turn.state.cart.lines.len() >= BIG_LINES || pieces >= BIG_PIECES) {
        turn.state.queue.insert(0, Asking::CancelAll);
    } else {
        empty(turn);
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
    turn.say(Message::Canceled);
    None
}

fn forget(state: &mut State) {
    state.queue.clear();
    state.focus.clear();
    state.counterpart = None;
    state.topic = None;
    state.topic_list = None;
    state.listing = None;
    state.finishing = false;
}

pub(super) fn kept(turn: &mut Turn) -> Option<Asking> {
    turn.say(Message::Kept);
    None
}

pub(super) fn dropped(turn: &mut Turn) -> Option<Asking> {
    turn.say(Message::Dropped);
    if !turn.state.cart.is_empty() {
        turn.ask_later(Asking::Everything);
    }
    None
}

pub(super) fn hand_over(turn: &mut Turn) -> Option<Asking> {
    turn.say(Message::HandingOver);
    turn.effects.push(Effect::HandOver);
    turn.quiet = true;
    None
}

/// The order is in the database: a new cart begins.
pub(super) fn placed(mut turn: Turn, number: u64) -> (State, Vec<Effect>) {
    let cart = turn.state.cart.clone();
    turn.say(Message::Placed { number, cart: cart.clone() });
    turn.state.cart.clear();
    forget(&mut turn.state);
    turn.state.undo.clear();
    turn.state.last_added.clear();
    turn.state.asked = None;
    turn.state.last_order = Some(LastOrder { number, cart });
    turn.finish()
}
