//! "Yes, a large iced latte", said to a read-back of it, is no second one.

use crate::commerce::cart::{Choice, Line, LineId};
use crate::understand::{Act, ActKind, Edit, ItemRequest, Target, Understanding, Which};

use super::state::{Asking, State};
use super::turn::Turn;

/// What was said after us, to confirm, is taken out; what it says more of the line is said of that line.
pub(super) fn drop_echoes(turn: &Turn, understanding: &mut Understanding) {
    if let Some(Asking::Offer { wish, .. }) = &turn.state.asked {
        take_once(&wish.request.which, &mut understanding.acts);
    }
    let confirming = matches!(turn.state.asked, Some(Asking::Everything | Asking::Place));
    let has = |kind: ActKind| understanding.acts.iter().any(|act| act.kind == kind);
    let agrees = has(ActKind::Yes) || has(ActKind::Done) || has(ActKind::CheckOut);
    if !confirming || !agrees || has(ActKind::No) {
        return;
    }
    let further = std::mem::take(&mut understanding.further);
    let acts = std::mem::take(&mut understanding.acts).into_iter().enumerate();
    understanding.acts =
        acts.filter_map(|(at, act)| if further.contains(&at) { Some(act) } else { own(turn, act) }).collect();
}

/// "Would you like a chai?" "Okay, one large, please.": the yes and the chai are one.
fn take_once(offered: &Which, acts: &mut Vec<Act>) {
    let added = |act: &Act| matches!(&act.kind, ActKind::Add(request) if request.which == *offered);
    if acts.iter().any(added) {
        acts.retain(|act| act.kind != ActKind::Yes);
    }
}

fn own(turn: &Turn, act: Act) -> Option<Act> {
    let ActKind::Add(request) = &act.kind else { return Some(act) };
    let Some(line) = heard(&turn.state).into_iter().rev().find(|line| could_be(line, request)) else {
        return Some(act);
    };
    let there = line.effective_choices(turn.shop);
    let has = |choice: &&Choice| there.contains(choice) || line.choices.contains(choice);
    if request.choices.iter().all(|choice| has(&choice)) {
        return None;
    }
    // "Yes, a latte with oat milk", of a latte of which no milk was said: it is that latte.
    let new: Vec<Edit> = request.choices.iter().filter(|choice| !has(choice)).cloned().map(Edit::Choose).collect();
    let said = |edit: &Edit| matches!(edit, Edit::Choose(new) if line.choices.iter().any(|c| c.option.list == new.option.list));
    if new.iter().any(said) {
        return Some(act);
    }
    let target = match heard(&turn.state)[..] {
        [_] => Target::Last,
        _ => Target::Described { which: Some(request.which.clone()), choices: line.choices.clone() },
    };
    Some(Act { kind: ActKind::Change { target, edits: new }, span: act.span })
}

/// The lines that they heard read back and now agree to.
fn heard(state: &State) -> Vec<&Line> {
    let spoken = |id: &LineId| state.told || state.focus.contains(id);
    state.cart.lines.iter().filter(|line| spoken(&line.id)).collect()
}

fn could_be(line: &Line, request: &ItemRequest) -> bool {
    let item = match &request.which {
        Which::Item(item) => *item == line.item,
        Which::OneOf(items) => items.contains(&line.item),
        Which::Category(_) => false,
    };
    item && request.quantity.is_none_or(|quantity| quantity == line.quantity) && request.notes.is_empty()
}
