//! An answer that names nothing of what was offered: what is left to us is chosen and read back, what is let go is named.

use crate::commerce::cart::Choice;
use crate::shop::{ItemId, OptionId, OptionListId};
use crate::understand::{Act, ActKind, Edit, ItemRequest, Pick, Target, TipSaid};

use super::each::{self, Each};
use super::leaving_out::leave_out;
use super::message::Done;
use super::sizes::{amount_in, one};
use super::state::{Asking, Subject, Wish};
use super::turn::{Mood, Turn};
use super::wish::with_edits;
use super::{adding, changing, editing, finishing, paying, pricing};

/// What is left of the question, where the act is such an answer.
pub(super) fn evaded(turn: &mut Turn, question: &Asking, mood: Mood, act: &Act) -> Option<Option<Asking>> {
    match &act.kind {
        ActKind::Pick(how) => Some(pick(turn, question, *how)),
        ActKind::Skip => Some(skip(turn, question)),
        ActKind::Each { quantity, more, list } => {
            let each = Each { quantity: *quantity, more: *more, list: *list };
            each::answers(turn, question, each).then_some(None)
        }
        ActKind::NeverMind if is_open(question) => {
            never_mind(turn, question);
            Some(None)
        }
        // "What size?" "No thanks.", or "No thanks, a rosemary then.": what was only just put in is not wanted after all.
        ActKind::No if declines(turn, question, mood) => {
            never_mind(turn, question);
            Some(None)
        }
        // The question is put again, with all there is to choose from.
        ActKind::Unsure => Some(Some(question.clone())),
        // "What size?" "No."
        ActKind::No | ActKind::Yes if !mood.substance && !mood.done && is_choice(question) => {
            Some(Some(question.clone()))
        }
        _ => None,
    }
}

/// Whether a polite no is said to the thing itself that is asked about, and not to what was asked of it.
fn declines(turn: &Turn, question: &Asking, mood: Mood) -> bool {
    let Asking::Option { line, .. } = question else { return false };
    let new = turn.state.last_added.iter().any(|added| added.id == *line);
    new && mood.thanks && !mood.done && (mood.adds || !mood.substance)
}

/// Whether it is about something that is not settled yet; "is that everything?" is not.
fn is_open(question: &Asking) -> bool {
    !matches!(question, Asking::Everything | Asking::Place)
}

fn is_choice(question: &Asking) -> bool {
    matches!(question, Asking::Option { .. } | Asking::OrderOption { .. } | Asking::Detail(_))
}

fn pick(turn: &mut Turn, question: &Asking, how: Pick) -> Option<Asking> {
    match question {
        Asking::Option { line, list } => {
            let item = turn.line(*line).map(|line| line.item);
            let options = turn.shop.options_for(*list, item);
            if let Some(option) = option(turn, &options, *list, item, how) {
                editing::apply(turn, *line, &[Edit::Choose(Choice::plain(option))], "");
            }
            None
        }
        Asking::OneOf { line, options } => {
            let item = turn.line(*line).map(|line| line.item);
            let list = options.first().map(|option| option.list)?;
            if let Some(option) = option(turn, options, list, item, how) {
                editing::apply(turn, *line, &[Edit::Choose(Choice::plain(option))], "");
            }
            None
        }
        Asking::OrderOption { list } => {
            let options = turn.shop.options_for(*list, None);
            if let Some(option) = option(turn, &options, *list, None, how) {
                editing::order_option(turn, option);
            }
            None
        }
        Asking::Item { wish, candidates, .. } => {
            let mut wish = wish.clone();
            let item = |item: &ItemId| turn.shop.item(*item);
            let price = |one: &ItemId| item(one).price;
            let amount = |one: &ItemId| amount_in(&item(one).names.title);
            wish.request.which = crate::understand::Which::Item(one(candidates, how, price, amount)?);
            adding::fulfil(turn, wish);
            None
        }
        Asking::Line { candidates, then } => {
            changing::carry_out(turn, *candidates.first()?, then);
            None
        }
        Asking::Pay => {
            paying::any(turn);
            None
        }
        _ => Some(question.clone()),
    }
}

/// Where it is left to us: what the item comes with by itself, else what costs least.
fn option(turn: &Turn, options: &[OptionId], list: OptionListId, item: Option<ItemId>, how: Pick) -> Option<OptionId> {
    let price =
        |option: &OptionId| item.map_or(turn.shop.option(*option).price, |item| turn.shop.option_price(item, *option));
    let usual =
        item.and_then(|item| turn.shop.item_options(item, list)).and_then(|taken| taken.defaults.first().copied());
    match usual.filter(|usual| how == Pick::Any && options.contains(usual)) {
        Some(usual) => Some(usual),
        None => one(options, how, price, |option| amount_in(&turn.shop.option(*option).names.title)),
    }
}

/// What must be chosen cannot be passed over: it is chosen for them.
fn skip(turn: &mut Turn, question: &Asking) -> Option<Asking> {
    match question {
        Asking::Option { .. } | Asking::OrderOption { .. } => return pick(turn, question, Pick::Any),
        Asking::Tip => pricing::tip(turn, TipSaid::Nothing),
        question => never_mind(turn, question),
    }
    None
}

/// What the question was about is let go, and said.
fn never_mind(turn: &mut Turn, question: &Asking) {
    match question {
        Asking::Option { line, .. } => editing::remove_line(turn, *line, None),
        Asking::CancelAll | Asking::StartOver => drop(finishing::kept(turn)),
        Asking::Item { .. }
        | Asking::Amount { subject: Subject::Wish(_), .. }
        | Asking::Offer { words: Some(_), .. } => {
            leave_out(turn, question);
        }
        _ => turn.say(Done::Dropped),
    }
    if !turn.state.cart.is_empty() {
        turn.ask_later(Asking::Everything);
    }
}

/// "Shall I cancel the whole order?"
pub(super) fn all_gone(turn: &mut Turn, question: Asking, mood: Mood, act: &Act) -> (Option<Act>, Option<Asking>) {
    let anew = question == Asking::StartOver && !mood.no;
    match &act.kind {
        ActKind::Yes if turn.consent => (None, finishing::empty(turn)),
        ActKind::Cancel | ActKind::StartOver | ActKind::CallOff => (None, finishing::empty(turn)),
        ActKind::No | ActKind::Keep { .. } => (None, finishing::kept(turn)),
        // "Let's start again." "Shall I cancel …?" "One tea."
        ActKind::Add(_) if anew => {
            finishing::empty(turn);
            (Some(act.clone()), None)
        }
        // "Just two lemons", of lemons that stood there: all that is wanted now.
        ActKind::Change { target: Target::Described { which: Some(which), choices }, edits } if anew => {
            let mut wish = Wish { request: ItemRequest::bare(which.clone()), instead_of: None };
            wish.request.choices.clone_from(choices);
            finishing::empty(turn);
            adding::fulfil(turn, with_edits(wish, edits));
            (None, None)
        }
        _ => (Some(act.clone()), Some(question)),
    }
}
