//! Changing, removing, replacing, undoing.

use crate::commerce::cart::{CartError, Choice, Line, LineId, Quantity, Removed};
use crate::shop::{ItemId, OptionId, OptionListId, Shop};
use crate::understand::{Edit, ItemRequest, Target, Which};

use super::message::Message;
use super::pointing::{self, Pointed, pieces};
use super::state::{Asking, Subject, Then, Wish};
use super::turn::Turn;
use super::{adding, answering, asking, finishing};

/// `words`: as said, kept as a note where they fit no option.
pub(super) fn change(turn: &mut Turn, target: &Target, edits: &[Edit], words: &str) {
    if edits.is_empty() {
        return point_out(turn, target);
    }
    if *target == Target::Last {
        return match suitable(turn, edits) {
            Some(line) => apply(turn, line, edits, words),
            None => turn.say(Message::EmptyCart),
        };
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| apply(turn, line, edits, words)),
        Pointed::Piece(line) => piece(turn, line, edits, words),
        Pointed::Unclear(candidates) => {
            turn.ask_later(Asking::Line { candidates, then: Then::Edit(edits.to_vec()) });
        }
        Pointed::Nothing => asking::nothing_there(turn, target),
    }
}

/// "The second one" with nothing to be done to it: from now on it is what is spoken of.
fn point_out(turn: &mut Turn, target: &Target) {
    if *target == Target::Last
        && let Some(item) = turn.state.topic
    {
        return adding::fulfil(turn, adding::bare_wish(Some(item)));
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| turn.touch(line)),
        Pointed::Piece(line) => turn.touch(line),
        Pointed::Unclear(_) | Pointed::Nothing => asking::nothing_there(turn, target),
    }
}

/// Options, amounts, notes said with no item.
pub(super) fn fragment(turn: &mut Turn, edits: &[Edit], all: bool, words: &str) {
    if all {
        let mut lines: Vec<LineId> = turn.added.iter().map(|added| added.line.id).collect();
        if lines.is_empty() {
            lines = pointing::together(&turn.state);
        }
        if lines.is_empty() {
            return turn.say(Message::EmptyCart);
        }
        // "Both iced" is said of what can be iced.
        let fitting: Vec<LineId> = lines.iter().copied().filter(|line| takes(turn, *line, edits)).collect();
        let lines = if fitting.is_empty() { lines } else { fitting };
        return lines.into_iter().for_each(|line| apply(turn, line, edits, words));
    }
    if let (Some(item), [Edit::Quantity(quantity)]) = (turn.state.topic, edits) {
        // "Do you have chai? I'd like one."
        let offered =
            |asking: &Asking| matches!(asking, Asking::Offer { wish, .. } if wish.request.which == Which::Item(item));
        turn.state.queue.retain(|asking| !offered(asking));
        let mut wish = adding::bare_wish(Some(item));
        wish.request.quantity = Some(*quantity);
        return adding::fulfil(turn, wish);
    }
    let Some(line) = suitable(turn, edits) else {
        turn.spare_quantity = edits.iter().find_map(|edit| match edit {
            Edit::Quantity(quantity) => Some(*quantity),
            _ => None,
        });
        return turn.say(Message::EmptyCart);
    };
    match answering::alternatives(turn.shop, edits) {
        Some(list) => answering::spread(turn, line, list, edits),
        None => apply(turn, line, edits, words),
    }
}

/// The line spoken of last that takes these options; where none does, the line spoken of last.
fn suitable(turn: &Turn, edits: &[Edit]) -> Option<LineId> {
    let last = turn.focus.last().copied().filter(|id| turn.line(*id).is_some()).or(pointing::last(&turn.state));
    let cart = turn.state.cart.lines.iter().rev().map(|line| line.id);
    let nearest = turn.focus.iter().rev().chain(turn.state.focus.iter().rev()).copied().chain(cart);
    nearest.filter(|id| turn.line(*id).is_some()).find(|id| takes(turn, *id, edits)).or(last)
}

fn takes(turn: &Turn, line: LineId, edits: &[Edit]) -> bool {
    let Some(item) = turn.line(line).map(|line| line.item) else { return false };
    let has = |list: OptionListId| turn.shop.item_options(item, list).is_some();
    fitted(turn, line, edits).iter().all(|edit| match edit {
        Edit::Choose(choice) => has(choice.option.list) || is_of_order(turn, choice.option.list),
        Edit::Unchoose(option) => has(option.list),
        Edit::NoneOf(list) => has(*list),
        Edit::Quantity(_) | Edit::More(_) | Edit::Note(_) => true,
    })
}

/// Two lists may have options of one name ("milk" beside a tea and in a latte): the one that the line takes is meant.
pub(super) fn fitted(turn: &Turn, line: LineId, edits: &[Edit]) -> Vec<Edit> {
    let Some(item) = turn.line(line).map(|line| line.item) else { return edits.to_vec() };
    let fit = |option: OptionId| same_named(turn.shop, item, option).unwrap_or(option);
    let fitted = edits.iter().map(|edit| match edit {
        Edit::Choose(choice) => Edit::Choose(Choice { option: fit(choice.option), ..choice.clone() }),
        Edit::Unchoose(option) => Edit::Unchoose(fit(*option)),
        edit => edit.clone(),
    });
    fitted.collect()
}

/// Where the item does not take the option's list: an option of the same title in a list that it takes.
fn same_named(shop: &Shop, item: ItemId, option: OptionId) -> Option<OptionId> {
    if shop.item_options(item, option.list).is_some() {
        return None;
    }
    let title = shop.option(option).names.title.to_lowercase();
    let mut lists = shop.item(item).options.iter();
    lists.find_map(|taken| {
        let options = asking::options_for(shop, taken.list, Some(item));
        options.into_iter().find(|other| shop.option(*other).names.title.to_lowercase() == title)
    })
}

fn is_of_order(turn: &Turn, list: OptionListId) -> bool {
    turn.shop.order_options.iter().any(|taken| taken.list == list)
}

/// One piece of a line of several becomes a line of its own; the rest is "the other one".
fn piece(turn: &mut Turn, line: LineId, edits: &[Edit], words: &str) {
    if let Ok(id) = turn.state.cart.split(turn.shop, line, Quantity::Count(1)) {
        turn.state.counterpart = (id != line).then_some(line);
        edit_line(turn, id, edits, words);
    }
}

/// Carry out the edits on a line. "One with oat milk" of two makes it two lines.
pub(super) fn apply(turn: &mut Turn, line: LineId, edits: &[Edit], words: &str) {
    let amount = edits.iter().find_map(|edit| match edit {
        Edit::Quantity(Quantity::Count(count)) => Some(*count),
        _ => None,
    });
    let there = turn.line(line).map_or(0, pieces);
    if let Some(count) = amount
        && (1..there).contains(&count)
        && edits
            .iter()
            .any(|edit| matches!(edit, Edit::Choose(_) | Edit::Unchoose(_) | Edit::NoneOf(_) | Edit::Note(_)))
        && let Ok(id) = turn.state.cart.split(turn.shop, line, Quantity::Count(count))
    {
        turn.state.counterpart = Some(line);
        let rest: Vec<Edit> = edits.iter().filter(|edit| !matches!(edit, Edit::Quantity(_))).cloned().collect();
        return edit_line(turn, id, &rest, words);
    }
    edit_line(turn, line, edits, words);
}

pub(super) fn edit_line(turn: &mut Turn, line: LineId, edits: &[Edit], words: &str) {
    turn.touch(line);
    for edit in &fitted(turn, line, edits) {
        match edit {
            Edit::Choose(choice) => choose(turn, line, choice, words),
            Edit::Unchoose(option) => unchoose(turn, line, *option),
            Edit::Quantity(quantity) => set_quantity(turn, line, *quantity, false),
            Edit::More(quantity) => more(turn, line, *quantity),
            Edit::Note(note) => {
                let _ = turn.state.cart.note(line, note.as_str());
            }
            Edit::NoneOf(list) => {
                if turn.state.cart.none_of(turn.shop, line, *list).is_err() && !words.is_empty() {
                    let _ = turn.state.cart.note(line, words);
                }
            }
        }
    }
}

fn choose(turn: &mut Turn, line: LineId, choice: &Choice, words: &str) {
    if is_of_order(turn, choice.option.list) {
        return order_option(turn, choice.option);
    }
    if !choice.negated && !turn.shop.option(choice.option).available {
        return option_sold_out(turn, line, choice.option);
    }
    if let Err(error) = turn.state.cart.choose(turn.shop, line, choice.clone()) {
        refused(turn, line, choice, &error, words);
    }
}

/// "Take the cheese off": what was said goes; what comes by default is refused.
fn unchoose(turn: &mut Turn, line: LineId, option: OptionId) {
    let said = turn.state.cart.unchoose(turn.shop, line, option).unwrap_or(false);
    let still = turn
        .line(line)
        .is_some_and(|line| line.effective_choices(turn.shop).iter().any(|choice| choice.option == option));
    if still || !said {
        let _ = turn.state.cart.choose(turn.shop, line, Choice { negated: true, ..Choice::plain(option) });
    }
}

/// An option that the line does not take: said, or kept as a note.
pub(super) fn refused(turn: &mut Turn, line: LineId, choice: &Choice, error: &CartError, words: &str) {
    let list = choice.option.list;
    match error {
        CartError::TooMany { most, .. } => turn.say(Message::TooManyOptions { list, max: *most }),
        CartError::TooOften { most, .. } => {
            let _ = turn.state.cart.choose(turn.shop, line, Choice { count: *most, ..choice.clone() });
            turn.say(Message::TooOften { option: choice.option, most: *most });
        }
        CartError::NotOffered(option) => {
            let Some(item) = turn.line(line).map(|line| line.item) else { return };
            if turn.shop.item_options(item, list).is_some() {
                let instead = asking::options_for(turn.shop, list, Some(item));
                turn.say(Message::OptionNotOffered { item, option: *option, instead });
            } else if !choice.negated {
                let title = turn.shop.option(*option).names.title.clone();
                let _ = turn.state.cart.note(line, if words.is_empty() { title } else { words.to_string() });
            }
        }
        // The line is gone, or the cart is full: there is nothing to say of an option.
        _ => {}
    }
}

/// Say so, and ask for another of the list.
pub(super) fn option_sold_out(turn: &mut Turn, line: LineId, option: OptionId) {
    let item = turn.line(line).map(|line| line.item);
    let options = asking::options_for(turn.shop, option.list, item);
    turn.say(Message::OptionSoldOut { option });
    // A missing required option is asked anyway.
    let missing = turn.line(line).is_some_and(|line| line.missing(turn.shop).contains(&option.list));
    if !missing && !options.is_empty() {
        turn.ask_later(Asking::OneOf { line, options });
    }
}

pub(super) fn set_quantity(turn: &mut Turn, line: LineId, quantity: Quantity, sure: bool) {
    let Some(item) = turn.line(line).map(|line| line.item) else { return };
    turn.touch(line);
    // "Make it three", said of two pounds, is three pounds.
    let quantity = match (quantity, turn.line(line).map(|line| line.quantity)) {
        (Quantity::Count(count), Some(Quantity::Measure(_))) => Quantity::Measure(count.saturating_mul(1_000)),
        _ => quantity,
    };
    match quantity.fitting(turn.shop, item) {
        Ok(fitting) if !sure && adding::beyond_reason(turn.shop.item(item), fitting) => {
            turn.ask_later(Asking::Amount { subject: Subject::Line(line), said: Some(fitting) });
        }
        Ok(fitting) => {
            let _ = turn.state.cart.set_quantity(turn.shop, line, fitting);
        }
        Err(CartError::NoQuantity) => remove_line(turn, line, None),
        Err(_) => turn.ask_later(Asking::Amount { subject: Subject::Line(line), said: None }),
    }
}

fn more(turn: &mut Turn, line: LineId, quantity: Quantity) {
    let Some(there) = turn.line(line).cloned() else { return };
    let sum = match (there.quantity, quantity.fitting(turn.shop, there.item)) {
        (Quantity::Count(a), Ok(Quantity::Count(b))) => Quantity::Count(a.saturating_add(b)),
        (Quantity::Measure(a), Ok(Quantity::Measure(b))) => Quantity::Measure(a.saturating_add(b)),
        _ => return turn.ask_later(Asking::Amount { subject: Subject::Line(line), said: None }),
    };
    set_quantity(turn, line, sum, false);
}

pub(super) fn remove(turn: &mut Turn, target: &Target, quantity: Option<Quantity>) {
    if *target == Target::All && quantity.is_none() {
        return finishing::cancel(turn);
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| remove_line(turn, line, quantity)),
        Pointed::Piece(line) => remove_line(turn, line, Some(quantity.unwrap_or(Quantity::Count(1)))),
        Pointed::Unclear(candidates) => turn.ask_later(Asking::Line { candidates, then: Then::Remove(quantity) }),
        Pointed::Nothing => asking::nothing_there(turn, target),
    }
}

fn remove_line(turn: &mut Turn, id: LineId, quantity: Option<Quantity>) {
    let Some(line) = turn.line(id).cloned() else { return };
    match turn.state.cart.remove(turn.shop, id, quantity) {
        Ok(Removed::Line(line)) => {
            turn.changed.retain(|changed| *changed != id);
            turn.added.retain(|added| added.line.id != id);
            turn.removed.push(line);
        }
        Ok(Removed::Part { .. }) => {
            let taken = quantity.unwrap_or(line.quantity);
            turn.removed.push(Line { quantity: taken, ..line });
            turn.point_at(id);
        }
        Err(_) => turn.ask_later(Asking::Line { candidates: vec![id], then: Then::Remove(None) }),
    }
}

pub(super) fn replace(turn: &mut Turn, target: &Target, with: &ItemRequest) {
    // "Make it four lemons", with lemons in the cart, is said of them, whatever was spoken of last.
    if let (Target::Last, Which::Item(item)) = (target, &with.which)
        && with.quantity.is_some()
        && let Some(line) = turn.state.cart.lines.iter().rev().find(|line| line.item == *item)
    {
        return replace_line(turn, line.id, with);
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| replace_line(turn, line, with)),
        Pointed::Piece(line) => {
            let one = ItemRequest { quantity: with.quantity.or(Some(Quantity::Count(1))), ..with.clone() };
            replace_line(turn, line, &one);
        }
        Pointed::Unclear(candidates) => {
            turn.ask_later(Asking::Line { candidates, then: Then::Replace(with.clone()) });
        }
        // Nothing stands in its way, then.
        Pointed::Nothing => adding::add(turn, with),
    }
}

fn replace_line(turn: &mut Turn, line: LineId, with: &ItemRequest) {
    if turn.line(line).is_some_and(|line| with.which == Which::Item(line.item)) {
        return apply(turn, line, &answering::request_edits(with), "");
    }
    adding::wish(turn, Wish { request: with.clone(), instead_of: Some(line) });
}

/// What was waiting for the line to be known.
pub(super) fn carry_out(turn: &mut Turn, line: LineId, then: &Then) {
    match then {
        Then::Edit(edits) => apply(turn, line, edits, ""),
        Then::Remove(quantity) => remove_line(turn, line, *quantity),
        Then::Replace(with) => replace_line(turn, line, with),
        Then::Again(quantity, edits) => adding::again_line(turn, line, *quantity, edits),
    }
}

pub(super) fn order_option(turn: &mut Turn, option: OptionId) {
    if turn.state.cart.choose_for_order(turn.shop, Choice::plain(option)).is_ok() {
        turn.order_changed = true;
        turn.say(Message::OrderChoice(option));
    }
}

pub(super) fn name(turn: &mut Turn, name: &str) {
    turn.state.cart.customer_name = Some(name.to_string());
    turn.order_changed = true;
    turn.say(Message::Named(name.to_string()));
}

pub(super) fn undo(turn: &mut Turn) {
    let Some(mut before) = turn.state.undo.pop() else {
        return turn.say(match &turn.state.last_order {
            Some(order) if turn.state.cart.is_empty() => Message::TooLateToUndo { number: order.number },
            _ => Message::NothingToUndo,
        });
    };
    // Ids are never used twice, so that nothing points to the wrong line.
    before.next_line = before.next_line.max(turn.state.cart.next_line);
    turn.state.cart = before;
    turn.state.queue.clear();
    turn.added.clear();
    turn.changed.clear();
    turn.say(Message::Undone(turn.state.cart.clone()));
}
