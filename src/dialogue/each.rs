//! "One of each": of each option that a question named, of each item that was offered or asked about, or of each line that
//! was spoken of.

use crate::commerce::cart::{Choice, LineId, Quantity};
use crate::shop::{ItemId, OptionId, OptionListId};
use crate::understand::{Edit, ItemRequest, Which};

use super::adding::{add, fulfil};
use super::editing::{apply, set_quantity};
use super::message::Talk;
use super::pointing;
use super::state::{Asking, Wish};
use super::turn::Turn;
use super::wish::bare_wish;

/// More than these are not meant by "each".
const MOST: usize = 8;

/// So many, and whether they come to what stands already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Each {
    pub quantity: Quantity,
    pub more: bool,
    /// Of each that this list has.
    pub list: Option<OptionListId>,
}

/// In answer to a question; whether it is one.
pub(super) fn answers(turn: &mut Turn, question: &Asking, each: Each) -> bool {
    match question {
        Asking::Option { line, list } => {
            let list = each.list.filter(|list| takes(turn, *line, *list)).unwrap_or(*list);
            let item = turn.line(*line).map(|line| line.item);
            of_options(turn, *line, &turn.shop.options_for(list, item), each.quantity)
        }
        Asking::OneOf { line, options } => of_options(turn, *line, options, each.quantity),
        Asking::Item { wish, candidates, .. } if candidates.len() <= MOST / 2 => {
            let wishes: Vec<Wish> = candidates.iter().map(|item| with(wish, *item, each.quantity)).collect();
            wishes.into_iter().for_each(|wish| fulfil(turn, wish));
            true
        }
        _ => false,
    }
}

/// Said of its own.
pub(super) fn each(turn: &mut Turn, each: Each) {
    let asked = turn.state.topics.clone();
    if asked.len() > 1 && each.list.is_none() {
        turn.state.queue.retain(|asking| !matches!(asking, Asking::Offer { .. }));
        let wishes: Vec<Wish> = asked.iter().map(|item| with(&bare_wish(None), *item, each.quantity)).collect();
        return wishes.into_iter().for_each(|wish| fulfil(turn, wish));
    }
    let last = pointing::last(&turn.state);
    if let (Some(line), Some(list)) = (last.filter(|line| each.list.is_some_and(|l| takes(turn, *line, l))), each.list)
    {
        let options = turn.shop.options_for(list, turn.line(line).map(|line| line.item));
        if of_options(turn, line, &options, each.quantity) {
            return;
        }
    }
    let lines = pointing::together(&turn.state);
    if lines.len() < 2 || lines.len() > MOST {
        return turn.missed(Talk::NotUnderstood);
    }
    for line in lines {
        match each.more {
            true => apply(turn, line, &[Edit::More(each.quantity)], ""),
            false => set_quantity(turn, line, each.quantity, false),
        }
    }
}

fn takes(turn: &Turn, line: LineId, list: OptionListId) -> bool {
    turn.line(line).is_some_and(|line| turn.shop.item_options(line.item, list).is_some())
}

fn with(wish: &Wish, item: ItemId, quantity: Quantity) -> Wish {
    let request = ItemRequest { which: Which::Item(item), quantity: Some(quantity), ..wish.request.clone() };
    Wish { request, instead_of: None }
}

/// The line becomes one of each: so many with the first option, and beside it as many with each other.
fn of_options(turn: &mut Turn, line: LineId, options: &[OptionId], quantity: Quantity) -> bool {
    let Some(base) = turn.line(line).cloned().filter(|_| (2..=MOST).contains(&options.len())) else { return false };
    set_quantity(turn, line, quantity, false);
    apply(turn, line, &[Edit::Choose(Choice::plain(options[0]))], "");
    for option in &options[1..] {
        let same = |choice: &&Choice| choice.option.list != option.list;
        let mut choices: Vec<Choice> = base.choices.iter().filter(same).cloned().collect();
        choices.push(Choice::plain(*option));
        let bare = ItemRequest::bare(Which::Item(base.item));
        let notes = base.notes.clone();
        add(turn, &ItemRequest { quantity: Some(quantity), choices, notes, ..bare });
    }
    true
}
