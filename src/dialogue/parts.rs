//! "Two chocolate and one oat", said of three cookies: which they are, and no three more.

use crate::commerce::cart::{Line, Quantity};
use crate::shop::ItemId;
use crate::understand::{Act, ActKind, Edit, ItemRequest, Target, Understanding, Which};

use super::pointing::{self, pieces};
use super::turn::Turn;

/// Where several things of the kind of the line spoken of last make up its number, and nothing joins them to it ("and",
/// "also"), they are what it consists of.
pub(super) fn make_up(turn: &Turn, understanding: &mut Understanding) {
    let Some(line) = pointing::last(&turn.state).and_then(|id| turn.line(id)) else { return };
    let acts = &mut understanding.acts;
    let added: Vec<usize> = (0..acts.len()).filter(|at| matches!(acts[*at].kind, ActKind::Add(_))).collect();
    let (Some(first), false) = (added.first(), added.len() < 2) else { return };
    let parts: Option<Vec<(ItemId, u32)>> = added.iter().map(|at| part(turn, line, &acts[*at])).collect();
    let Some(parts) = parts.filter(|_| !understanding.further.contains(first)) else { return };
    let sum: u32 = parts.iter().map(|(_, count)| count).sum();
    let own = parts.iter().position(|(item, _)| *item == line.item);
    let (Some(own), true) = (own, sum == pieces(line) && line.choices.is_empty()) else { return };
    let act = &mut acts[added[own]];
    let ActKind::Add(request) = &act.kind else { return };
    let choices = request.choices.iter().cloned().map(Edit::Choose);
    let edits = std::iter::once(Edit::Quantity(Quantity::Count(parts[own].1))).chain(choices).collect();
    let target = Target::Described { which: Some(request.which.clone()), choices: vec![] };
    act.kind = ActKind::Change { target, edits };
}

/// An item of the line's kind, and how many of it.
fn part(turn: &Turn, line: &Line, act: &Act) -> Option<(ItemId, u32)> {
    let ActKind::Add(ItemRequest { which: Which::Item(item), quantity: Some(Quantity::Count(count)), .. }) = &act.kind
    else {
        return None;
    };
    let kind = turn.shop.item(*item).category == turn.shop.item(line.item).category;
    kind.then_some((*item, *count))
}
