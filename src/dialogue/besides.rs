//! "And a red one", "silver too", said of a gold one that stands: another of it, and so.

use crate::commerce::cart::{Choice, Line, LineId};
use crate::shop::{Choose, OptionId, OptionListId, Shop};
use crate::understand::Edit;

use super::turn::Turn;
use super::{adding, editing};

/// Where what is joined to what was said before tells how another is to be: of a list of which one is had the line has its
/// own. True where there is another now.
pub(super) fn besides(turn: &mut Turn, edits: &[Edit]) -> bool {
    turn.joined && another_so(turn, edits)
}

/// The same, whatever joins it.
pub(super) fn another_so(turn: &mut Turn, edits: &[Edit]) -> bool {
    let plain = |edit: &Edit| match edit {
        Edit::Choose(choice) => !choice.negated,
        edit => matches!(edit, Edit::Quantity(_)),
    };
    if !edits.iter().all(plain) {
        return false;
    }
    let line = editing::suitable(turn, edits).filter(|line| editing::takes(turn, *line, edits));
    let counted = edits.iter().any(|edit| matches!(edit, Edit::Quantity(_)));
    let other = |line: &&Line| edits.iter().any(|edit| differs(turn, line, edit, counted));
    let Some(id) = line.and_then(|line| turn.line(line)).filter(other).map(|line| line.id) else { return false };
    match alternatives(turn.shop, edits) {
        Some(list) => chosen(edits, list).iter().for_each(|one| another(turn, id, list, edits, one)),
        None => again(turn, id, edits),
    }
    true
}

/// The choose-one list of which several options are named: they cannot all be for one piece.
pub(super) fn alternatives(shop: &Shop, edits: &[Edit]) -> Option<OptionListId> {
    let named = edits.iter().filter_map(|edit| match edit {
        Edit::Choose(choice) if !choice.negated => Some(choice.option),
        _ => None,
    });
    let named: Vec<OptionId> = named.filter(|option| shop.option_list(option.list).choose == Choose::One).collect();
    let twice = |option: &&OptionId| named.iter().any(|other| other.list == option.list && other != *option);
    named.iter().find(twice).map(|option| option.list)
}

/// "Red and blue", of one of which it was not said yet: it is the first, and there is another of each of the rest.
pub(super) fn each(turn: &mut Turn, line: LineId, list: OptionListId, edits: &[Edit]) {
    let options = chosen(edits, list);
    let Some((first, rest)) = options.split_first() else { return };
    editing::apply(turn, line, &only(edits, list, first), "");
    for one in rest {
        another(turn, line, list, edits, one);
    }
}

fn another(turn: &mut Turn, line: LineId, list: OptionListId, edits: &[Edit], one: &Choice) {
    again(turn, line, &only(edits, list, one));
}

/// The same, with one of the options of the list that are named.
fn only(edits: &[Edit], list: OptionListId, one: &Choice) -> Vec<Edit> {
    let other = |edit: &Edit| matches!(edit, Edit::Choose(choice) if choice.option.list == list && choice != one);
    edits.iter().filter(|edit| !other(edit)).cloned().collect()
}

fn chosen(edits: &[Edit], list: OptionListId) -> Vec<Choice> {
    let choice = |edit: &Edit| match edit {
        Edit::Choose(choice) if choice.option.list == list && !choice.negated => Some(choice.clone()),
        _ => None,
    };
    edits.iter().filter_map(choice).collect()
}

/// Whether the line has another of its list, of which it has one only. What it has by itself is another where a number is
/// said.
fn differs(turn: &Turn, line: &Line, edit: &Edit, counted: bool) -> bool {
    let Edit::Choose(choice) = edit else { return false };
    let said = turn.shop.same_named(line.item, choice.option).unwrap_or(choice.option);
    let other = |there: &Choice| there.option.list == said.list && there.option != said && !there.negated;
    let standing = if counted { line.effective_choices(turn.shop) } else { line.choices.clone() };
    turn.shop.has_one(line.item, said.list) && standing.iter().any(other)
}

/// As many as are said, else one.
fn again(turn: &mut Turn, line: LineId, edits: &[Edit]) {
    adding::again_line(turn, line, editing::quantity(edits), edits);
}
