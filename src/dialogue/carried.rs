//! What a new line has of the one spoken of before it: "the same size", "a case for it", and what it is put in the place of.

use crate::commerce::cart::{Choice, Line};
use crate::shop::{Choose, ItemId, OptionId, OptionListId};

use super::pointing;
use super::state::Wish;
use super::turn::Turn;

/// What is taken over, beside what was said of the new one.
pub(super) fn over(turn: &Turn, item: ItemId, wish: &Wish) -> Vec<Choice> {
    let request = &wish.request;
    let said = |list: OptionListId| request.choices.iter().any(|choice| choice.option.list == list);
    let before = match wish.instead_of {
        Some(line) => turn.line(line),
        None => like_it(turn, item).filter(|_| !request.same.is_empty()).or_else(|| {
            let last = turn.focus.last().copied().filter(|id| turn.line(*id).is_some());
            last.or(pointing::last(&turn.state)).and_then(|id| turn.line(id))
        }),
    };
    let Some(before) = before else { return vec![] };
    let mut taken: Vec<Choice> = vec![];
    let fit = |option: OptionId| match turn.shop.item_options(item, option.list) {
        Some(_) => Some(option),
        None => turn.shop.same_named(item, option),
    };
    for choice in before.choices.iter().filter(|choice| !choice.negated) {
        let wanted = request.for_it
            || wish.instead_of.is_some()
            || request.same.iter().any(|list| is_called(turn, choice.option.list, *list));
        let Some(option) = fit(choice.option).filter(|option| wanted && !said(option.list)) else { continue };
        // What it is put in the place of hands over by itself what is of the same list.
        if wish.instead_of.is_none() || option != choice.option {
            taken.push(Choice { option, ..choice.clone() });
        }
    }
    if request.for_it {
        let open = |option: &OptionId| !said(option.list) && !taken.iter().any(|c| c.option.list == option.list);
        let named = named_after(turn, item, before).filter(open);
        taken.extend(named.map(Choice::plain));
    }
    taken
}

/// "Another varnish in the same size", with a stain ordered since: the varnish.
fn like_it<'t>(turn: &'t Turn, item: ItemId) -> Option<&'t Line> {
    turn.state.cart.lines.iter().rev().find(|line| line.item == item)
}

/// "Size" is the size of cups as well as the size of cakes.
fn is_called(turn: &Turn, list: OptionListId, said: OptionListId) -> bool {
    let title = |list: OptionListId| turn.shop.option_list(list).names.title.to_lowercase();
    let last = |title: &str| title.split_whitespace().last().map(String::from);
    let one = turn.shop.option_list(list).choose == Choose::One;
    list == said || one && last(&title(list)) == last(&title(said))
}

/// "A case for it", where the phone is one of those that cases are made for.
fn named_after(turn: &Turn, item: ItemId, before: &Line) -> Option<OptionId> {
    let title = turn.shop.item(before.item).names.title.to_lowercase();
    let lists = turn.shop.item(item).options.iter().map(|taken| taken.list);
    let mut one = lists.filter(|list| turn.shop.option_list(*list).choose == Choose::One);
    one.find_map(|list| {
        let options = turn.shop.options_for(list, Some(item));
        options.into_iter().find(|option| turn.shop.option(*option).names.title.to_lowercase() == title)
    })
}
