//! What is wanted, before it stands in the cart: wishes are put together over several turns.

use crate::commerce::cart::Choice;
use crate::shop::{Choose, ItemId, OptionListId};
use crate::understand::{Edit, ItemRequest, Question, Which};

use super::state::Wish;
use super::turn::Turn;

pub(super) fn bare_wish(item: Option<ItemId>) -> Wish {
    let which = item.map_or(Which::OneOf(vec![]), Which::Item);
    Wish { request: ItemRequest::bare(which), instead_of: None }
}

/// What was asked about, as it was asked about: "how much is a tall stack?" "I'll take one."
pub(super) fn asked_for(turn: &Turn, item: ItemId, edits: &[Edit]) -> Wish {
    let mut wish = bare_wish(Some(item));
    if let Some(Question::Price(request) | Question::Sold(request)) = &turn.question
        && request.which == Which::Item(item)
    {
        let one = |list: OptionListId| turn.shop.option_list(list).choose == Choose::One;
        let said_anew = |choice: &Choice| {
            let list = choice.option.list;
            one(list) && edits.iter().any(|e| matches!(e, Edit::Choose(now) if now.option.list == list))
        };
        wish.request.choices = request.choices.iter().filter(|choice| !said_anew(choice)).cloned().collect();
    }
    with_edits(wish, edits)
}

/// What was said before of the thing wanted, and what is said now; where they differ, now holds.
pub(super) fn merge(mut wish: Wish, request: Option<&ItemRequest>) -> Wish {
    if let Some(request) = request {
        wish.request.quantity = request.quantity.or(wish.request.quantity);
        wish.request.choices.extend(request.choices.iter().cloned());
        wish.request.open_choices.extend(request.open_choices.iter().cloned());
        wish.request.notes.extend(request.notes.iter().cloned());
        wish.request.same.extend(request.same.iter().copied());
        wish.request.for_it |= request.for_it;
        wish.request.mine |= request.mine;
        wish.request.only |= request.only;
        wish.request.without.extend(request.without.iter().cloned());
    }
    wish
}

pub(super) fn with_edits(mut wish: Wish, edits: &[Edit]) -> Wish {
    for edit in edits {
        match edit {
            Edit::Choose(choice) => {
                // "The same but no vanilla": of one option the last word holds.
                wish.request.choices.retain(|said| said.option != choice.option);
                wish.request.choices.push(choice.clone());
            }
            Edit::Quantity(quantity) => wish.request.quantity = Some(*quantity),
            Edit::Note(note) => wish.request.notes.push(note.clone()),
            Edit::Unchoose(option) => wish.request.choices.retain(|choice| choice.option != *option),
            Edit::Rather(option) => {
                wish.request.choices.push(Choice { negated: true, ..Choice::plain(*option) });
            }
            Edit::Turned(choice) => {
                let of_list = |said: &Choice| said.option.list == choice.option.list && !said.negated;
                if wish.request.choices.iter().filter(|said| of_list(said)).count() == 1 {
                    wish.request.choices.retain(|said| !of_list(said));
                }
                wish.request.choices.push(choice.clone());
            }
            Edit::Only(choices) => {
                wish.request.choices.extend(choices.iter().cloned());
                wish.request.only = true;
            }
            Edit::Without(kind) => wish.request.without.push(kind.clone()),
            Edit::More(_) | Edit::NoneOf(_) | Edit::Half | Edit::Double | Edit::Step { .. } => {}
        }
    }
    wish
}

pub(super) fn request_edits(request: &ItemRequest) -> Vec<Edit> {
    let quantity = request.quantity.map(Edit::Quantity);
    let choices = request.choices.iter().cloned().map(Edit::Choose);
    let only = request.only.then(|| Edit::Only(request.choices.clone()));
    let choices = choices.chain(only).chain(request.without.iter().cloned().map(Edit::Without));
    let notes = request.notes.iter().cloned().map(Edit::Note);
    quantity.into_iter().chain(choices).chain(notes).collect()
}
