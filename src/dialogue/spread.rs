//! Several answers in one breath: "large and small" is one for each of two lines, or parts a line of two.

use crate::commerce::cart::{LineId, Quantity};
use crate::shop::{Choose, OptionListId};
use crate::understand::{Act, ActKind, Edit};

use super::state::Asking;
use super::turn::Turn;
use super::{besides, editing, pointing};

/// "One red and one yellow", in answer to which one of them is to be: there are as many as were said.
pub(super) fn make_room(turn: &mut Turn, asked: Option<&Asking>, acts: &[Act]) {
    let Some(Asking::Option { line, list }) = asked else { return };
    let counted = |act: &Act| match &act.kind {
        ActKind::Fragment { edits, all: false } => {
            let chosen = |e: &Edit| matches!(e, Edit::Choose(c) if c.option.list == *list && !c.negated);
            let count = edits.iter().find_map(|edit| match edit {
                Edit::Quantity(Quantity::Count(count)) => Some(*count),
                _ => None,
            });
            count.filter(|_| edits.iter().any(chosen))
        }
        _ => None,
    };
    let counts: Vec<u32> = acts.iter().filter_map(counted).collect();
    let all = counts.iter().fold(0u32, |all, count| all.saturating_add(*count));
    // "A latte and a mocha": "one large and one small" is one for each of these.
    let alone = pointing::lines_missing(turn.shop, &turn.state, *list).len() == 1;
    let one = turn.line(*line).filter(|_| alone).filter(|of| pointing::pieces(of) == 1).map(|of| of.item);
    if let Some(item) = one.filter(|_| counts.len() > 1)
        && !Quantity::Count(all).is_beyond(turn.shop.item(item))
    {
        let _ = turn.state.cart.set_quantity(turn.shop, *line, Quantity::Count(all));
    }
}

/// The edits of an answer about one line. "Large and small" goes to the lines that wait for it in turn, or splits
/// one line of several pieces.
pub(super) fn spread(turn: &mut Turn, line: LineId, list: OptionListId, edits: &[Edit]) {
    let one_only = turn.shop.option_list(list).choose == Choose::One;
    let is_answer =
        |edit: &&Edit| matches!(edit, Edit::Choose(choice) if choice.option.list == list && !choice.negated);
    let answers: Vec<Edit> = edits.iter().filter(is_answer).cloned().collect();
    if !one_only || answers.len() < 2 {
        return editing::apply(turn, line, edits, "");
    }
    let mut waiting = pointing::lines_missing(turn.shop, &turn.state, list);
    if waiting.is_empty() {
        // Nothing waits for them: they are said of the lines of this exchange, in its order.
        waiting = if turn.focus.is_empty() { turn.state.focus.clone() } else { turn.focus.clone() };
        waiting.retain(|id| turn.line(*id).is_some_and(|l| turn.shop.item_options(l.item, list).is_some()));
    }
    if !waiting.contains(&line) {
        waiting.insert(0, line);
    }
    let pieces: u32 = waiting.iter().filter_map(|id| turn.line(*id)).map(pointing::pieces).sum();
    if (pieces as usize) < answers.len() {
        if turn.joined && waiting.len() == 1 {
            return besides::each(turn, line, list, edits);
        }
        // No room for all: the last one said is meant.
        return editing::apply(turn, line, edits, "");
    }
    let line = if waiting.len() == answers.len() { waiting[0] } else { line };
    waiting.retain(|id| *id != line);
    waiting.insert(0, line);
    let mut current = Some(line);
    for (at, answer) in answers.iter().enumerate() {
        let left = answers.len() - at;
        let Some(id) = current.take() else { break };
        let pieces = turn.line(id).map_or(0, pointing::pieces);
        let here = if left > 1 && pieces > 1 {
            current = Some(id);
            let share = Quantity::Count((pieces / left as u32).max(1));
            turn.state.cart.split(turn.shop, id, share).unwrap_or(id)
        } else {
            waiting.retain(|waits| *waits != id);
            current = waiting.first().copied();
            id
        };
        editing::apply(turn, here, std::slice::from_ref(answer), "");
    }
    let rest: Vec<Edit> = edits.iter().filter(|edit| !is_answer(edit)).cloned().collect();
    if !rest.is_empty() {
        editing::apply(turn, line, &rest, "");
    }
}
