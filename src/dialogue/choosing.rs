//! An answer that names nothing of what was offered: what is left to us is chosen and read back, what is let go is named.

use crate::commerce::cart::Choice;
use crate::money::Money;
use crate::shop::{ItemId, OptionId, OptionListId};
use crate::understand::{Act, ActKind, Edit, Pick};

use super::leaving_out::leave_out;
use super::message::Done;
use super::state::{Asking, Subject};
use super::turn::{Mood, Turn};
use super::{adding, changing, editing, finishing};

/// What is left of the question, where the act is such an answer.
pub(super) fn evaded(turn: &mut Turn, question: &Asking, mood: Mood, act: &Act) -> Option<Option<Asking>> {
    match &act.kind {
        ActKind::Pick(how) => Some(pick(turn, question, *how)),
        ActKind::Skip => Some(skip(turn, question)),
        ActKind::NeverMind if is_open(question) => {
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

/// Whether it is about something that is not settled yet; "is that everything?" is not.
fn is_open(question: &Asking) -> bool {
    !matches!(question, Asking::Everything | Asking::Place)
}

fn is_choice(question: &Asking) -> bool {
    matches!(question, Asking::Option { .. } | Asking::OrderOption { .. })
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
            let price = |item: &ItemId| turn.shop.item(*item).price;
            wish.request.which = crate::understand::Which::Item(one(candidates, how, price)?);
            adding::fulfil(turn, wish);
            None
        }
        Asking::Line { candidates, then } => {
            changing::carry_out(turn, *candidates.first()?, then);
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
        None => one(options, how, price),
    }
}

/// Of those that cost the same the first is the least, and the last the most: so shops list them.
fn one<T: Copy>(among: &[T], how: Pick, price: impl Fn(&T) -> Money) -> Option<T> {
    match how {
        Pick::Most => among.iter().max_by_key(|one| price(one).0).copied(),
        Pick::Any | Pick::Least => among.iter().min_by_key(|one| price(one).0).copied(),
    }
}

/// What must be chosen cannot be passed over: it is chosen for them.
fn skip(turn: &mut Turn, question: &Asking) -> Option<Asking> {
    match question {
        Asking::Option { .. } | Asking::OrderOption { .. } => return pick(turn, question, Pick::Any),
        question => never_mind(turn, question),
    }
    None
}

/// What the question was about is let go, and said.
fn never_mind(turn: &mut Turn, question: &Asking) {
    match question {
        Asking::Option { line, .. } => editing::remove_line(turn, *line, None),
        Asking::CancelAll => drop(finishing::kept(turn)),
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
