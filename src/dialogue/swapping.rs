//! "Kheer instead of the gulab jamun", of a thali that comes with one: what is sold by itself too, and stands only as a choice of
//! something else, is exchanged there.

use crate::commerce::cart::{Choice, Line, LineId, Quantity};
use crate::shop::{Choose, ItemId, Names, OptionId, OptionListId};
use crate::understand::{Edit, ItemRequest, Target, Which};

use super::turn::Turn;

/// The lines that have the one as a choice and can have the other, and what becomes of each.
pub(super) fn of_lines(turn: &Turn, target: &Target, with: &ItemRequest) -> Vec<(LineId, Edit)> {
    let (Target::Described { which: Some(goes), .. }, Which::Item(comes)) = (target, &with.which) else {
        return vec![];
    };
    let several = !matches!(with.quantity, None | Some(Quantity::Count(1)));
    if several || !with.choices.is_empty() || !with.notes.is_empty() {
        // More is said of it than a choice can hold.
        return vec![];
    }
    let goes = match goes {
        Which::Item(item) => std::slice::from_ref(item),
        Which::OneOf(items) => items,
        Which::Category(_) => return vec![],
    };
    let swapped = |line: &Line| {
        let lists = turn.shop.item(line.item).options.iter().map(|taken| taken.list);
        let mut one = lists.filter(|list| turn.shop.option_list(*list).choose == Choose::One);
        one.find_map(|list| {
            let new = called(turn, line, list, *comes)?;
            let old = goes.iter().find_map(|item| called(turn, line, list, *item)).filter(|old| *old != new)?;
            stands(turn, line, old).then(|| (line.id, Edit::Choose(Choice::plain(new))))
        })
    };
    turn.state.cart.lines.iter().filter_map(swapped).collect()
}

/// The choice that an item is on this list.
fn called(turn: &Turn, line: &Line, list: OptionListId, item: ItemId) -> Option<OptionId> {
    let own = &turn.shop.item(item).names;
    let options = turn.shop.options_for(list, Some(line.item));
    options.into_iter().find(|option| shares_name(&turn.shop.option(*option).names, own))
}

fn shares_name(a: &Names, b: &Names) -> bool {
    let names = |names: &Names| -> Vec<String> {
        std::iter::once(&names.title).chain(&names.also).map(|name| name.to_lowercase()).collect()
    };
    let b = names(b);
    names(a).iter().any(|name| b.contains(name))
}

/// Whether the line has it, said or by itself.
fn stands(turn: &Turn, line: &Line, option: OptionId) -> bool {
    let mut said = line.choices.iter().filter(|choice| choice.option.list == option.list).peekable();
    match said.peek() {
        Some(_) => said.any(|choice| choice.option == option && !choice.negated),
        None => turn.shop.item_options(line.item, option.list).is_some_and(|taken| taken.defaults.contains(&option)),
    }
}
