//! Changing, removing, replacing, undoing.

use crate::commerce::cart::{Choice, Line, LineId, Quantity};
use crate::shop::{Choose, ItemId, OptionId};
use crate::understand::{Edit, ItemRequest, Question, Target, Which};

use super::editing::{apply, remove_line, suitable, takes};
use super::message::{Cannot, Done};
use super::pointing::{self, Pointed};
use super::state::{Asking, State, Then, Wish};
use super::turn::{Mood, Turn};
use super::wish::{asked_for, request_edits};
use super::{adding, besides, editing, finishing, spread, swapping};

/// `words`: as said, kept as a note where they fit no option.
pub(super) fn change(turn: &mut Turn, target: &Target, edits: &[Edit], words: &str) {
    if edits.is_empty() {
        return match described(turn, target) {
            Some((line, edits)) => apply(turn, line, &edits, words),
            None => point_out(turn, target),
        };
    }
    if *target == Target::Last {
        if let Some(line) = refused_of_two(turn, edits) {
            return remove_line(turn, line, None);
        }
        // "A croissant, the biggest you have": of what was just ordered.
        let steps = edits.iter().any(|edit| matches!(edit, Edit::Step { .. }));
        if let Some(line) = turn.added.last().map(|added| added.line.id).filter(|_| steps) {
            return apply(turn, line, edits, words);
        }
        if let Some(line) = turn.asked_about().filter(|line| takes(turn, *line, edits)) {
            return apply(turn, line, edits, words);
        }
        // "Is the jacket waterproof?" "I'd like it in blue."
        if let Some(item) = topic_with(turn, edits) {
            return adding::fulfil(turn, asked_for(turn, item, edits));
        }
        return match suitable(turn, edits) {
            Some(line) => apply(turn, line, edits, words),
            None => turn.say(Cannot::EmptyCart),
        };
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => {
            if let (Target::Described { .. }, [only]) = (target, &lines[..]) {
                turn.state.counterpart = pointing::other_of_kind(&turn.state, *only);
            }
            lines.into_iter().for_each(|line| apply(turn, line, edits, words));
        }
        Pointed::Piece(line) => editing::piece(turn, line, edits, words),
        Pointed::Unclear(candidates) => {
            // "Oat milk in mine", of a latte and a muffin.
            let fitting: Vec<LineId> = candidates.iter().copied().filter(|line| takes(turn, *line, edits)).collect();
            match fitting[..] {
                [only] if *target == Target::Mine => apply(turn, only, edits, words),
                _ => turn.ask_later(Asking::Line { candidates, then: Then::Edit(edits.to_vec()) }),
            }
        }
        // Nothing is so yet ("swap the milk for oat milk"): the line spoken of last is meant.
        Pointed::Nothing if matches!(target, Target::Described { which: None, .. }) => {
            let edits = so_many_so(target, edits);
            match suitable(turn, &edits) {
                Some(line) => apply(turn, line, &edits, words),
                None => turn.nothing_there(target),
            }
        }
        // "Add kraut to the bratwurst", of a bratwurst combo.
        Pointed::Nothing => match pointing::compound(turn.shop, &turn.state, target) {
            Some(line) => apply(turn, line, edits, words),
            None => turn.nothing_there(target),
        },
    }
}

/// "Make it two of the dark ones", where none is so: what is only counted is to be so, too.
fn so_many_so(target: &Target, edits: &[Edit]) -> Vec<Edit> {
    let counted = edits.iter().all(|edit| matches!(edit, Edit::Quantity(_)));
    let said = match target {
        Target::Described { choices, .. } if counted => &choices[..],
        _ => &[],
    };
    edits.iter().cloned().chain(said.iter().cloned().map(Edit::Choose)).collect()
}

/// What was asked about and stands on no line, where it can be had so.
fn topic_with(turn: &Turn, edits: &[Edit]) -> Option<ItemId> {
    let takes = |item: &ItemId| {
        edits.iter().all(|edit| match edit {
            Edit::Choose(choice) => turn.shop.taken_as(*item, choice.option.list).is_some(),
            edit => matches!(edit, Edit::Quantity(_) | Edit::Note(_)),
        })
    };
    turn.state.topic.filter(takes)
}

/// "The unscented one", where no line is so yet and the last could be: that is what becomes of it.
fn described(turn: &Turn, target: &Target) -> Option<(LineId, Vec<Edit>)> {
    let Target::Described { which: None, choices } = target else { return None };
    if turn.state.topic.is_some() || pointing::point(turn.shop, &turn.state, target) != Pointed::Nothing {
        return None;
    }
    let edits: Vec<Edit> = choices.iter().cloned().map(Edit::Choose).collect();
    let line = suitable(turn, &edits).filter(|line| !edits.is_empty() && takes(turn, *line, &edits))?;
    Some((line, edits))
}

/// "The second one" with nothing to be done to it: from now on it is what is spoken of.
fn point_out(turn: &mut Turn, target: &Target) {
    if *target == Target::Last
        && let Some(item) = turn.state.topic
    {
        return adding::fulfil(turn, asked_for(turn, item, &[]));
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| turn.touch(line)),
        Pointed::Piece(line) => turn.touch(line),
        Pointed::Unclear(_) | Pointed::Nothing => turn.nothing_there(target),
    }
}

/// "How much is pudding?" "再加一份": of what was asked about; else one more of what stands.
pub(super) fn again(turn: &mut Turn, target: &Target, quantity: Option<Quantity>, edits: &[Edit]) {
    let priced = matches!(turn.question, Some(Question::OptionPrice(_)));
    match quantity {
        Some(count @ Quantity::Count(_)) if priced && *target == Target::Last && edits.is_empty() => {
            fragment(turn, &[Edit::Quantity(count)], false, "");
        }
        _ => adding::again(turn, target, quantity, edits),
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
            return turn.say(Cannot::EmptyCart);
        }
        // "Both iced" is said of what can be iced.
        let fitting: Vec<LineId> = lines.iter().copied().filter(|line| takes(turn, *line, edits)).collect();
        let lines = if fitting.is_empty() { lines } else { fitting };
        return lines.into_iter().for_each(|line| apply(turn, line, edits, words));
    }
    let counted = edits.iter().any(|edit| matches!(edit, Edit::Quantity(_)));
    let described = edits.len() == 1 || turn.state.cart.is_empty();
    if let Some(item) = turn.state.topic.filter(|_| counted && described) {
        // "Do you have chai? I'd like one." "How much is it? Then one large."
        return adding::fulfil(turn, asked_for(turn, item, edits));
    }
    if let (Some(Question::OptionPrice(option)), [Edit::Quantity(Quantity::Count(count))]) = (&turn.question, edits) {
        // "How much is a flake?" "Okay, put one in."
        let count = u8::try_from(*count).unwrap_or(u8::MAX);
        let edits = [Edit::Choose(Choice { count, ..Choice::plain(*option) })];
        if let Some(line) = suitable(turn, &edits).filter(|line| takes(turn, *line, &edits)) {
            return apply(turn, line, &edits, words);
        }
    }
    if let (Some(Question::OptionAvailability(option)), [Edit::Quantity(_)]) = (&turn.question, edits) {
        // "Do you have it in blue?" "Two of those, please."
        let option = Edit::Choose(Choice::plain(*option));
        let edits = [edits, &[option]].concat();
        if besides::another_so(turn, &edits) {
            return;
        }
    }
    if let Some(line) = refused_of_two(turn, edits) {
        return remove_line(turn, line, None);
    }
    let parted = rest_of_parted(turn, edits);
    if parted.is_none() && (counted_of_two(turn, edits, words) || besides::besides(turn, edits)) {
        return;
    }
    let Some(line) = parted.or_else(|| suitable(turn, edits)) else {
        turn.spare_quantity = editing::quantity(edits);
        return turn.say(Cannot::EmptyCart);
    };
    match besides::alternatives(turn.shop, edits) {
        Some(list) => spread::spread(turn, line, list, edits),
        None => apply(turn, line, edits, words),
    }
}

/// "Forget the white", of a white one and two green ones: the line that is so goes. What needs one of the list is not to be
/// had without it.
fn refused_of_two(turn: &Turn, edits: &[Edit]) -> Option<LineId> {
    match edits {
        [Edit::Choose(Choice { option, negated: true, .. })] => other_that_is(turn, *option),
        [Edit::Unchoose(option)] => other_that_is(turn, *option).filter(|id| {
            let options = turn.line(*id).and_then(|line| turn.shop.item_options(line.item, option.list));
            options.is_some_and(|options| options.defaults.is_empty())
        }),
        _ => None,
    }
}

/// The one line of the item spoken of last that has this option, of a list of which another line of it has another.
fn one_that_is(turn: &Turn, option: OptionId) -> Option<LineId> {
    let last = pointing::last(&turn.state).and_then(|id| turn.line(id))?;
    let one = turn.shop.option_list(option.list).choose == Choose::One;
    let chosen =
        |line: &Line| line.choices.iter().find(|c| c.option.list == option.list).map(|c| (c.option, c.negated));
    let lines = turn.state.cart.lines.iter().filter(|line| line.item == last.item);
    let (so, other): (Vec<&Line>, Vec<&Line>) =
        lines.filter(|line| chosen(line).is_some()).partition(|line| chosen(line) == Some((option, false)));
    match so[..] {
        [line] if one && !other.is_empty() => Some(line.id),
        _ => None,
    }
}

/// The same, where it is not the line spoken of last.
fn other_that_is(turn: &Turn, option: OptionId) -> Option<LineId> {
    one_that_is(turn, option).filter(|line| pointing::last(&turn.state) != Some(*line))
}

/// "Two red and three blue", of one of each that stands: so many of the one that is so.
fn counted_of_two(turn: &mut Turn, edits: &[Edit], words: &str) -> bool {
    let ([count @ Edit::Quantity(_), Edit::Choose(choice)] | [Edit::Choose(choice), count @ Edit::Quantity(_)]) = edits
    else {
        return false;
    };
    let plain = !choice.negated && choice.grade.is_none() && turn.asked_about().is_none();
    let Some(line) = one_that_is(turn, choice.option).filter(|_| plain) else { return false };
    apply(turn, line, std::slice::from_ref(count), words);
    true
}

/// "two dinosaur and one waterproof", of three: the second number is of what the first has left.
fn rest_of_parted(turn: &Turn, edits: &[Edit]) -> Option<LineId> {
    let counted = edits.iter().find_map(|edit| match edit {
        Edit::Quantity(Quantity::Count(count)) => Some(*count),
        _ => None,
    });
    let left =
        turn.parted.and_then(|id| turn.line(id)).filter(|line| counted.is_some_and(|n| n <= pointing::pieces(line)));
    left.map(|line| line.id).filter(|line| edits.len() > 1 && takes(turn, *line, edits))
}

pub(super) fn remove(turn: &mut Turn, target: &Target, quantity: Option<Quantity>) {
    if *target == Target::All && quantity.is_none() {
        return finishing::cancel(turn, Asking::CancelAll, Mood::default());
    }
    if let Some(line) = turn.asked_about().filter(|_| *target == Target::Last) {
        return remove_line(turn, line, quantity);
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| remove_line(turn, line, quantity)),
        Pointed::Piece(line) => remove_line(turn, line, Some(quantity.unwrap_or(Quantity::Count(1)))),
        Pointed::Unclear(candidates) => turn.ask_later(Asking::Line { candidates, then: Then::Remove(quantity) }),
        Pointed::Nothing => match pointing::compound(turn.shop, &turn.state, target) {
            Some(line) => remove_line(turn, line, quantity),
            None => turn.nothing_there(target),
        },
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
    if *target == Target::Last && (turn.state.took_off || !turn.removed.is_empty()) && turn.changed.is_empty() {
        // "Take the cola off." "Put a lemonade on instead."
        return adding::add(turn, with);
    }
    match pointing::point(turn.shop, &turn.state, target) {
        // "The set instead of those two": one thing in the place of several.
        Pointed::Lines(lines) if matches!(target, Target::Those { .. }) => {
            if matches!(with.which, Which::Item(item) if turn.stock.has(turn.shop, item)) {
                lines.into_iter().for_each(|line| remove_line(turn, line, None));
            }
            adding::add(turn, with);
        }
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| replace_line(turn, line, with)),
        Pointed::Piece(line) => {
            let one = ItemRequest { quantity: with.quantity.or(Some(Quantity::Count(1))), ..with.clone() };
            replace_line(turn, line, &one);
        }
        Pointed::Unclear(candidates) => {
            turn.ask_later(Asking::Line { candidates, then: Then::Replace(with.clone()) });
        }
        Pointed::Nothing => match &swapping::of_lines(turn, target, with)[..] {
            [(line, edit)] => apply(turn, *line, std::slice::from_ref(edit), ""),
            [(_, edit), ..] => {
                let candidates = swapping::of_lines(turn, target, with).into_iter().map(|(line, _)| line).collect();
                turn.ask_later(Asking::Line { candidates, then: Then::Edit(vec![edit.clone()]) });
            }
            // Nothing stands in its way, then.
            _ => adding::add(turn, with),
        },
    }
}

fn replace_line(turn: &mut Turn, line: LineId, with: &ItemRequest) {
    if turn.line(line).is_some_and(|line| with.which == Which::Item(line.item)) {
        return apply(turn, line, &request_edits(with), "");
    }
    let mut request = with.clone();
    if let (Which::Category(category), Some(old)) = (&request.which, turn.line(line).map(|line| line.item)) {
        // "Make it a meal" of a double cheeseburger is the double cheeseburger meal.
        let title = |item: ItemId| turn.shop.item(item).names.title.to_lowercase();
        let begins = |item: &ItemId| title(*item).strip_prefix(&title(old)).is_some_and(|rest| rest.starts_with(' '));
        if let Some(same) = turn.sold_in(*category).into_iter().find(begins) {
            request.which = Which::Item(same);
        }
    }
    adding::wish(turn, Wish { request, instead_of: Some(line) });
}

/// "Keep the latte": where it stands it stays, and where it was just taken off it comes back.
pub(super) fn keep(turn: &mut Turn, target: &Target) {
    if pointing::point(turn.shop, &turn.state, target) != Pointed::Nothing {
        return turn.say(Done::Kept);
    }
    let before = turn.state.undo.last().map(|cart| State { cart: cart.clone(), ..State::default() });
    match before.filter(|before| pointing::point(turn.shop, before, target) != Pointed::Nothing) {
        Some(_) => undo(turn),
        None => turn.nothing_there(target),
    }
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

pub(super) fn name(turn: &mut Turn, name: &str) {
    turn.state.cart.customer_name = Some(name.to_string());
    turn.order_changed = true;
    turn.say(Done::Named(name.to_string()));
}

pub(super) fn undo(turn: &mut Turn) {
    let Some(mut before) = turn.state.undo.pop() else {
        return turn.say(match &turn.state.last_order {
            Some(order) if turn.state.cart.is_empty() => Cannot::TooLateToUndo { number: order.number },
            _ => Cannot::NothingToUndo,
        });
    };
    // Ids are never used twice, so that nothing points to the wrong line.
    before.next_line = before.next_line.max(turn.state.cart.next_line);
    before.needs = std::mem::take(&mut turn.state.cart.needs);
    turn.state.cart = before;
    turn.state.queue.clear();
    turn.added.clear();
    turn.changed.clear();
    turn.say(Done::Undone(turn.state.cart.clone()));
}
