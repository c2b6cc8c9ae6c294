//! What is done to a line that is known: options, amounts, notes, taking it off.

use crate::commerce::cart::{CartError, Choice, Line, LineId, Quantity, Removed};
use crate::shop::{Choose, OptionId, OptionListId, Shop};
use crate::understand::{Edit, Misfit, Without};

use super::message::{Cannot, Done};
use super::pointing::{self, pieces};
use super::sizes;
use super::state::{Asking, Subject, Then};
use super::turn::Turn;

/// How many, or how much, is said to be wanted.
pub(super) fn quantity(edits: &[Edit]) -> Option<Quantity> {
    edits.iter().find_map(|edit| match edit {
        Edit::Quantity(quantity) => Some(*quantity),
        _ => None,
    })
}

pub(super) fn takes(turn: &Turn, line: LineId, edits: &[Edit]) -> bool {
    let Some(item) = turn.line(line).map(|line| line.item) else { return false };
    let has = |list: OptionListId| turn.shop.item_options(item, list).is_some();
    fitted(turn, line, edits).iter().all(|edit| match edit {
        Edit::Choose(choice) => has(choice.option.list) || turn.shop.is_of_order(choice.option.list),
        Edit::Unchoose(option) => has(option.list),
        Edit::NoneOf(list) => has(*list),
        Edit::Without(kind) => kind.options.iter().any(|option| offered(turn, line, *option)),
        Edit::Turned(choice) => has(choice.option.list),
        Edit::Rather(option) => has(option.list),
        Edit::Only(choices) => choices.iter().all(|choice| has(choice.option.list)),
        Edit::Step { lists, .. } => sizes::of(turn.shop, item, lists).is_some(),
        Edit::Quantity(_) | Edit::More(_) | Edit::Note(_) | Edit::Half | Edit::Double => true,
    })
}

/// Two lists may have options of one name ("milk" beside a tea and in a latte): the one that the line takes is meant.
pub(super) fn fitted(turn: &Turn, line: LineId, edits: &[Edit]) -> Vec<Edit> {
    let Some(item) = turn.line(line).map(|line| line.item) else { return edits.to_vec() };
    let fit = |option: OptionId| turn.shop.same_named(item, option).unwrap_or(option);
    let fitted = edits.iter().map(|edit| match edit {
        Edit::Choose(choice) => Edit::Choose(Choice { option: fit(choice.option), ..choice.clone() }),
        Edit::Unchoose(option) => Edit::Unchoose(fit(*option)),
        Edit::Turned(choice) => Edit::Turned(Choice { option: fit(choice.option), ..choice.clone() }),
        Edit::Rather(option) => Edit::Rather(fit(*option)),
        Edit::Only(choices) => {
            let fitted = choices.iter().map(|choice| Choice { option: fit(choice.option), ..choice.clone() });
            Edit::Only(fitted.collect())
        }
        edit => edit.clone(),
    });
    fitted.collect()
}

/// Carry out the edits on a line. "One with oat milk" of two makes it two lines.
pub(super) fn apply(turn: &mut Turn, line: LineId, edits: &[Edit], words: &str) {
    let there = turn.line(line).map_or(0, pieces);
    if edits.contains(&Edit::Half) && !there.is_multiple_of(2) {
        // Half of one, or of three: nothing of it is had so.
        turn.touch(line);
        let _ = turn.state.cart.note(line, words);
        return;
    }
    let amount = edits.iter().find_map(|edit| match edit {
        Edit::Quantity(Quantity::Count(count)) => Some(*count),
        Edit::Half => Some(there / 2),
        _ => None,
    });
    if let Some(count) = amount
        && (1..there).contains(&count)
        && edits.iter().any(|edit| !matches!(edit, Edit::Quantity(_) | Edit::More(_) | Edit::Half))
        && let Ok(id) = turn.state.cart.split(turn.shop, line, Quantity::Count(count))
    {
        turn.state.counterpart = Some(line);
        turn.parted = Some(line);
        let rest: Vec<Edit> =
            edits.iter().filter(|edit| !matches!(edit, Edit::Quantity(_) | Edit::Half)).cloned().collect();
        return edit_line(turn, id, &rest, words);
    }
    edit_line(turn, line, edits, words);
}

pub(super) fn edit_line(turn: &mut Turn, line: LineId, edits: &[Edit], words: &str) {
    turn.touch(line);
    for edit in &fitted(turn, line, edits) {
        match edit {
            Edit::Choose(choice) => {
                let of_list = |edit: &&Edit| matches!(edit, Edit::Choose(c) if c.option.list == choice.option.list);
                if !choice.negated && edits.iter().filter(of_list).count() == 1 {
                    make_room(turn, line, choice.option);
                }
                choose(turn, line, choice, words);
            }
            Edit::Unchoose(option) => unchoose(turn, line, *option),
            Edit::Turned(choice) => turned(turn, line, choice, words),
            Edit::Rather(option) => rather(turn, line, *option, words),
            Edit::Only(choices) => only(turn, line, choices, words),
            Edit::Quantity(quantity) => set_quantity(turn, line, *quantity, false),
            Edit::Half => {}
            Edit::Double => {
                if let Some(there) = turn.line(line).map(|line| line.quantity) {
                    more(turn, line, there);
                }
            }
            Edit::Step { up, far, lists } => step(turn, line, lists, *up, *far),
            Edit::More(quantity) => more(turn, line, *quantity),
            Edit::Note(note) => {
                let _ = turn.state.cart.note(line, note.as_str());
            }
            Edit::Without(kind) => without(turn, line, kind),
            Edit::NoneOf(list) => {
                if turn.state.cart.none_of(turn.shop, line, *list).is_err() && !words.is_empty() {
                    let _ = turn.state.cart.note(line, words);
                }
            }
        }
    }
}

/// "No cheese": of all that are called so those that stand on the line.
pub(super) fn meant(shop: &Shop, line: &Line, options: &[OptionId]) -> Vec<OptionId> {
    let standing = line.effective_choices(shop);
    let there = |option: &OptionId| standing.iter().any(|there| there.option == *option && !there.negated);
    options.iter().copied().filter(there).collect()
}

/// Where none of them stands there it is kept as it was said.
fn without(turn: &mut Turn, line: LineId, kind: &Without) {
    let Some(there) = turn.line(line).cloned() else { return };
    let held = meant(turn.shop, &there, &kind.options);
    match (&held[..], kind.words.is_empty()) {
        ([], false) => drop(turn.state.cart.note(line, kind.words.as_str())),
        ([], true) => {
            let any = kind.options.iter().copied().find(|option| offered(turn, line, *option));
            any.into_iter().for_each(|option| unchoose(turn, line, option));
        }
        (held, _) => held.iter().for_each(|option| unchoose(turn, line, *option)),
    }
}

fn offered(turn: &Turn, line: LineId, option: OptionId) -> bool {
    let item = turn.line(line).map(|line| line.item);
    item.and_then(|item| turn.shop.item_options(item, option.list)).is_some_and(|how| how.offers(option))
}

/// Of a list of which this item has one, another takes the place of what stood there.
fn make_room(turn: &mut Turn, line: LineId, option: OptionId) {
    let Some(standing) = turn.line(line) else { return };
    let other = |c: &&Choice| c.option.list == option.list && c.option != option && !c.negated;
    let one = turn.shop.has_one(standing.item, option.list);
    let others: Vec<OptionId> = standing.choices.iter().filter(other).map(|c| c.option).collect();
    if one && turn.shop.option_list(option.list).choose == Choose::Many {
        others.into_iter().for_each(|other| unchoose(turn, line, other));
    }
}

fn choose(turn: &mut Turn, line: LineId, choice: &Choice, words: &str) {
    if turn.shop.is_of_order(choice.option.list) {
        return order_option(turn, choice.option);
    }
    if !choice.negated && !turn.shop.option(choice.option).available {
        return option_sold_out(turn, line, choice.option);
    }
    // "Capsules, not tablets": of a list of which one is had, another that stands says it already.
    let one = turn.shop.option_list(choice.option.list).choose == Choose::One;
    let other = |c: &Choice| c.option.list == choice.option.list && c.option != choice.option && !c.negated;
    if choice.negated && one && turn.line(line).is_some_and(|line| line.choices.iter().any(other)) {
        return;
    }
    if let Err(error) = turn.state.cart.choose(turn.shop, line, choice.clone()) {
        refused(turn, line, choice, &error, words);
    }
}

/// "One size up."
fn step(turn: &mut Turn, line: LineId, lists: &[OptionListId], up: bool, far: bool) {
    let Some(standing) = turn.line(line) else { return };
    let item = standing.item;
    match sizes::next(turn.shop, standing, lists, up, far) {
        Some(option) => choose(turn, line, &Choice::plain(option), ""),
        None => turn.say(sizes::none(turn.shop, item, lists, up)),
    }
}

/// "No, large": where another of the list was said it is this one; else it is refused.
fn rather(turn: &mut Turn, line: LineId, option: OptionId, words: &str) {
    let other = |c: &Choice| c.option.list == option.list && c.option != option && !c.negated;
    let put_right = turn.line(line).is_some_and(|line| line.choices.iter().any(other));
    choose(turn, line, &Choice { negated: !put_right, ..Choice::plain(option) }, words);
}

/// "Change that to cheddar", of one with american: of a list of which several are had, the only other goes.
fn turned(turn: &mut Turn, line: LineId, choice: &Choice, words: &str) {
    let other = |c: &&Choice| c.option.list == choice.option.list && c.option != choice.option && !c.negated;
    let others: Vec<OptionId> =
        turn.line(line).map(|line| line.choices.iter().filter(other).map(|c| c.option).collect()).unwrap_or_default();
    if let [other] = others[..] {
        unchoose(turn, line, other);
    }
    choose(turn, line, choice, words);
}

/// "Just the mayo", "only ketchup": the others of its list go, also those that come by themselves.
fn only(turn: &mut Turn, line: LineId, choices: &[Choice], words: &str) {
    let Some(there) = turn.line(line).cloned() else { return };
    others(turn.shop, &there, choices).into_iter().for_each(|option| unchoose(turn, line, option));
    let standing = there.effective_choices(turn.shop);
    let stands = |choice: &Choice| standing.iter().any(|there| there.option == choice.option && !there.negated);
    choices.iter().filter(|choice| !stands(choice)).for_each(|choice| choose(turn, line, choice, words));
}

/// What stands on the line beside these, of their lists of which it can have several; of all such lists where these are
/// of none. What its very name says stays.
pub(super) fn others(shop: &Shop, line: &Line, choices: &[Choice]) -> Vec<OptionId> {
    let many = |list: OptionListId| shop.option_list(list).choose == Choose::Many && !shop.has_one(line.item, list);
    let lists: Vec<OptionListId> =
        choices.iter().filter(|choice| !choice.negated).map(|choice| choice.option.list).filter(|l| many(*l)).collect();
    let listed = |list: OptionListId| if lists.is_empty() { many(list) } else { lists.contains(&list) };
    let kept = |option: OptionId| choices.iter().any(|choice| choice.option == option);
    let title = shop.item(line.item).names.title.to_lowercase();
    let named = |option: OptionId| {
        let words = shop.option(option).names.title.to_lowercase();
        words.split_whitespace().any(|word| title.contains(word))
    };
    let standing = line.effective_choices(shop).into_iter().filter(|there| !there.negated);
    let others = standing.map(|there| there.option).filter(|option| listed(option.list) && !kept(*option));
    others.filter(|option| !lists.is_empty() || !named(*option)).collect()
}

/// "Take the cheese off": what was said goes; what comes by default is refused.
pub(super) fn unchoose(turn: &mut Turn, line: LineId, option: OptionId) {
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
        CartError::TooMany { most, .. } => {
            // Of all of a list several can be too many; once said is enough.
            let cannot = Cannot::TooManyOptions { list, max: *most };
            if !turn.said.contains(&cannot.clone().into()) {
                turn.say(cannot);
            }
        }
        CartError::TooOften { most, .. } => {
            let _ = turn.state.cart.choose(turn.shop, line, Choice { count: *most, ..choice.clone() });
            turn.say(Cannot::TooOften { option: choice.option, most: *most });
        }
        CartError::NotOffered(option) => {
            let Some(item) = turn.line(line).map(|line| line.item) else { return };
            if turn.shop.item_options(item, list).is_some() {
                let instead = turn.shop.options_for(list, Some(item));
                turn.say(Cannot::OptionNotOffered { item, option: *option, instead });
            } else if choice.negated {
                // It would not have had it.
            } else if turn.shop.option_list(list).choose == Choose::One {
                turn.say(Cannot::NoChoice { item, of: Misfit::List(list) });
            } else {
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
    let options = turn.shop.options_for(option.list, item);
    turn.say(Cannot::OptionSoldOut { option });
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
        (Quantity::Count(count), Some(Quantity::Measure(_))) => Quantity::thousandths(count.saturating_mul(1_000)),
        _ => quantity,
    };
    match quantity.fitting(turn.shop, item) {
        Ok(fitting) if fitting.is_absurd(turn.shop.item(item)) => {
            turn.say(Cannot::TooMuch { item });
            turn.ask_later(Asking::Person);
        }
        // "Yes, twenty four": as many as were just confirmed are not asked about again.
        Ok(fitting) if !sure && !stands(turn, line, fitting) && fitting.is_beyond(turn.shop.item(item)) => {
            turn.ask_later(Asking::Amount { subject: Subject::Line(line), said: Some(fitting) });
        }
        Ok(fitting) => {
            let _ = turn.state.cart.set_quantity(turn.shop, line, fitting);
        }
        Err(CartError::NoQuantity) => remove_line(turn, line, None),
        Err(_) => turn.ask_later(Asking::Amount { subject: Subject::Line(line), said: Some(quantity) }),
    }
}

fn stands(turn: &Turn, line: LineId, quantity: Quantity) -> bool {
    turn.line(line).is_some_and(|line| line.quantity == quantity)
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

pub(super) fn remove_line(turn: &mut Turn, id: LineId, quantity: Option<Quantity>) {
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

/// The line spoken of last that takes these options; where none does, the line spoken of last.
pub(super) fn suitable(turn: &Turn, edits: &[Edit]) -> Option<LineId> {
    let last = turn.focus.last().copied().filter(|id| turn.line(*id).is_some()).or(pointing::last(&turn.state));
    let cart = turn.state.cart.lines.iter().rev().map(|line| line.id);
    let nearest = turn.focus.iter().rev().chain(turn.state.focus.iter().rev()).copied().chain(cart);
    nearest.filter(|id| turn.line(*id).is_some()).find(|id| takes(turn, *id, edits)).or(last)
}

/// One piece of a line of several becomes a line of its own; the rest is "the other one".
pub(super) fn piece(turn: &mut Turn, line: LineId, edits: &[Edit], words: &str) {
    if let Ok(id) = turn.state.cart.split(turn.shop, line, Quantity::Count(1)) {
        turn.state.counterpart = (id != line).then_some(line);
        edit_line(turn, id, edits, words);
    }
}

pub(super) fn order_option(turn: &mut Turn, option: OptionId) {
    if !turn.shop.option(option).available {
        turn.say(Cannot::OptionSoldOut { option });
        return;
    }
    if turn.state.cart.choose_for_order(turn.shop, Choice::plain(option)).is_ok() {
        turn.order_changed = true;
        turn.say(Done::OrderChoice(option));
    }
}
