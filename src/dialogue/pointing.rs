//! What "it", "the second one", "the other one", "both" and "the large latte" point to.

use crate::commerce::cart::{Choice, Line, LineId, Quantity};
use crate::shop::{ItemId, OptionListId, Shop};
use crate::understand::{Place, Target, Which};

use super::state::State;

#[derive(Debug, Clone, PartialEq)]
pub enum Pointed {
    Lines(Vec<LineId>),
    /// One piece out of a line of several.
    Piece(LineId),
    /// Any of these could be meant.
    Unclear(Vec<LineId>),
    Nothing,
}

pub fn point(shop: &Shop, state: &State, target: &Target) -> Pointed {
    let cart = &state.cart;
    if cart.lines.is_empty() {
        return Pointed::Nothing;
    }
    match target {
        Target::Last => last(state).map_or(Pointed::Nothing, one),
        Target::Final => cart.lines.last().map_or(Pointed::Nothing, |line| one(line.id)),
        Target::All => Pointed::Lines(cart.lines.iter().map(|line| line.id).collect()),
        Target::Ordinal(number) => ordinal(state, *number as usize),
        Target::Among(place) => among(state, *place),
        Target::Other => other(state),
        Target::Those { count } => those(state, *count),
        Target::Mine => mine(state),
        Target::Besides { choices } => match described(shop, state, None, choices) {
            Pointed::Lines(kept) => {
                let item = kept.first().and_then(|id| line(state, *id)).map(|line| line.item);
                let rest = cart.lines.iter().filter(|line| Some(line.item) == item && !kept.contains(&line.id));
                Pointed::Lines(rest.map(|line| line.id).collect())
            }
            _ => Pointed::Nothing,
        },
        Target::Described { which, choices } => described(shop, state, which.as_ref(), choices),
    }
}

/// The line spoken of last; where none is remembered, the cart's last.
pub fn last(state: &State) -> Option<LineId> {
    let standing = |id: &&LineId| state.cart.lines.iter().any(|line| line.id == **id);
    state.focus.iter().rev().find(standing).copied().or(state.cart.lines.last().map(|line| line.id))
}

/// Every line of the last exchange ("both iced"); all of the cart where it was only one.
pub fn together(state: &State) -> Vec<LineId> {
    let focus: Vec<LineId> =
        state.focus.iter().copied().filter(|id| state.cart.lines.iter().any(|line| line.id == *id)).collect();
    if focus.len() > 1 || focus.first().and_then(|id| line(state, *id)).is_some_and(|line| pieces(line) > 1) {
        focus
    } else {
        state.cart.lines.iter().map(|line| line.id).collect()
    }
}

pub fn line(state: &State, id: LineId) -> Option<&Line> {
    state.cart.lines.iter().find(|line| line.id == id)
}

/// The lines that a required option of this list is missing on.
pub fn lines_missing(shop: &Shop, state: &State, list: OptionListId) -> Vec<LineId> {
    let lacks = |line: &&Line| line.missing(shop).contains(&list);
    state.cart.lines.iter().filter(lacks).map(|line| line.id).collect()
}

fn one(id: LineId) -> Pointed {
    Pointed::Lines(vec![id])
}

/// How many pieces the line is of; what is measured is one.
pub fn pieces(line: &Line) -> u32 {
    match line.quantity {
        Quantity::Count(count) => count,
        Quantity::Measure(_) => 1,
    }
}

/// Among several lines of the last exchange, else among the cart's lines, else among the pieces of the last line.
fn ordinal(state: &State, number: usize) -> Pointed {
    let Some(index) = number.checked_sub(1) else { return Pointed::Nothing };
    let focus: Vec<&Line> = state.focus.iter().filter_map(|id| line(state, *id)).collect();
    if focus.len() > 1 && index < focus.len() {
        return one(focus[index].id);
    }
    if let [only] = focus[..]
        && state.cart.lines.len() == 1
        && pieces(only) > 1
    {
        return if index < pieces(only) as usize { Pointed::Piece(only.id) } else { Pointed::Nothing };
    }
    if let Some(line) = state.cart.lines.get(index) {
        return one(line.id);
    }
    match focus[..] {
        [only] if index < pieces(only) as usize && pieces(only) > 1 => Pointed::Piece(only.id),
        _ => Pointed::Nothing,
    }
}

/// "Those two": the lines of the last exchange where they are so many, else so many of the cart's last.
fn those(state: &State, count: Option<u32>) -> Pointed {
    let spoken = together(state);
    let of = |ids: &[LineId]| ids.iter().filter_map(|id| line(state, *id)).map(pieces).sum::<u32>();
    let lines = &state.cart.lines;
    match count.map(|count| count as usize) {
        None => Pointed::Lines(spoken),
        Some(count) if spoken.len() == count || of(&spoken) as usize == count => Pointed::Lines(spoken),
        Some(count) if count <= lines.len() => {
            Pointed::Lines(lines[lines.len() - count..].iter().map(|line| line.id).collect())
        }
        Some(_) => Pointed::Nothing,
    }
}

/// "The first two": of the last exchange, or of the cart where that was no more than these.
fn among(state: &State, place: Place) -> Pointed {
    let cart = state.cart.lines.iter().map(|line| line.id).collect();
    let of = |ids: Vec<LineId>| {
        let counts: Vec<u32> = ids.iter().map(|id| line(state, *id).map_or(0, pieces)).collect();
        place.of(&counts).map(|range| ids[range].to_vec())
    };
    let spoken = together(state);
    let said = of(spoken.clone()).filter(|lines| lines.len() < spoken.len());
    said.or_else(|| of(cart)).map_or(Pointed::Nothing, Pointed::Lines)
}

/// What the speaker ordered for themselves; where several lines could be theirs, that is to be asked.
fn mine(state: &State) -> Pointed {
    let lines = || state.cart.lines.iter().map(|line| line.id);
    let own: Vec<LineId> = lines().filter(|id| state.mine.contains(id)).collect();
    let among = if own.is_empty() { lines().collect() } else { own };
    match among[..] {
        [only] => one(only),
        _ => Pointed::Unclear(among),
    }
}

/// What "the other" is beside a line that was described: the one more of its item, where there are two.
pub(super) fn other_of_kind(state: &State, id: LineId) -> Option<LineId> {
    let item = line(state, id)?.item;
    let mut rest = state.cart.lines.iter().filter(|line| line.item == item && line.id != id).map(|line| line.id);
    rest.next().filter(|_| rest.next().is_none())
}

fn other(state: &State) -> Pointed {
    if let Some(counterpart) = state.counterpart.and_then(|id| line(state, id)) {
        return one(counterpart.id);
    }
    let last = last(state);
    let rest: Vec<LineId> = state.cart.lines.iter().map(|line| line.id).filter(|id| Some(*id) != last).collect();
    match rest[..] {
        [] => Pointed::Nothing,
        [only] => one(only),
        _ => {
            let spoken: Vec<LineId> = state.focus.iter().copied().filter(|id| rest.contains(id)).collect();
            if spoken.len() == 1 { one(spoken[0]) } else { Pointed::Unclear(rest) }
        }
    }
}

fn described(shop: &Shop, state: &State, which: Option<&Which>, choices: &[Choice]) -> Pointed {
    let fits_item = |item: ItemId| match which {
        None => true,
        Some(Which::Item(wanted)) => *wanted == item,
        Some(Which::OneOf(wanted)) => wanted.contains(&item),
        Some(Which::Category(category)) => shop.item(item).category == *category,
    };
    let of_item: Vec<&Line> = state.cart.lines.iter().filter(|line| fits_item(line.item)).collect();
    let fitting: Vec<&Line> =
        of_item.iter().copied().filter(|line| choices.iter().all(|choice| has(shop, line, choice))).collect();
    match fitting[..] {
        [] => Pointed::Nothing,
        [only] => one(only.id),
        _ => {
            let spoken: Vec<LineId> =
                state.focus.iter().copied().filter(|id| fitting.iter().any(|line| line.id == *id)).collect();
            if spoken.len() == 1 { one(spoken[0]) } else { Pointed::Unclear(fitting.iter().map(|l| l.id).collect()) }
        }
    }
}

/// "Never mind the burger": the one line whose name ends in what was named, as "cheeseburger" does, where no such thing itself
/// stands.
pub fn compound(shop: &Shop, state: &State, target: &Target) -> Option<LineId> {
    let Target::Described { which: Some(Which::Item(named)), .. } = target else { return None };
    let names = &shop.item(*named).names;
    let names: Vec<String> = std::iter::once(&names.title).chain(&names.also).map(|name| name.to_lowercase()).collect();
    let ends = |line: &&Line| {
        let title = shop.item(line.item).names.title.to_lowercase();
        title.split_whitespace().any(|word| names.iter().any(|name| word.ends_with(name.as_str())))
    };
    let mut found = state.cart.lines.iter().filter(ends);
    found.next().filter(|_| found.next().is_none()).map(|line| line.id)
}

/// Whether the line comes with the choice, said or by default.
fn has(shop: &Shop, line: &Line, wanted: &Choice) -> bool {
    let said = line.choices.iter().find(|choice| choice.option == wanted.option);
    match said {
        Some(choice) => choice.negated == wanted.negated,
        None => {
            let list_decided = line.choices.iter().any(|choice| choice.option.list == wanted.option.list);
            let defaults = shop.item_options(line.item, wanted.option.list).map(|taken| &taken.defaults);
            !wanted.negated && !list_decided && defaults.is_some_and(|defaults| defaults.contains(&wanted.option))
        }
    }
}

/// The one that is meant by its place among those that were offered.
pub(super) fn counted<T: Copy>(offered: &[T], target: &Target) -> Option<T> {
    match target {
        Target::Ordinal(number) => pick(offered, *number),
        Target::Final => offered.last().copied(),
        // "The latter."
        Target::Other if offered.len() == 2 => offered.last().copied(),
        _ => None,
    }
}

/// The one of that place, from 1.
pub(super) fn pick<T: Copy>(candidates: &[T], number: u32) -> Option<T> {
    candidates.get((number as usize).checked_sub(1)?).copied()
}
