//! Putting items in: what can be added is, what is open is asked.

use crate::commerce::cart::{Choice, Line, LineId, Quantity};
use crate::shop::{ItemId, OptionId, Unit};
use crate::understand::{Edit, ItemRequest, Misfit, Target, Which};

use super::message::{About, AddedLine, Answer, Cannot};
use super::pointing::Pointed;
use super::sizes;
use super::state::{Asking, Subject, Then, Wish};
use super::turn::{Mood, Turn};
use super::wish::{asked_for, bare_wish, request_edits, with_edits};
use super::{apiece, carried, editing, needs, pointing};

/// Alternatives named in one breath.
const FEW: usize = 3;

/// "No, two lattes" after a read-back of one latte corrects it; anything else is one more wish.
pub(super) fn add_or_correct(turn: &mut Turn, request: &ItemRequest, mood: Mood) {
    if let Which::Item(item) = request.which
        && mood.no
        && turn.added.is_empty()
        && let Some(line) = spoken_of(turn, item).or_else(|| read_back(turn, item))
    {
        return editing::apply(turn, line, &request_edits(request), "");
    }
    if let Which::Item(item) = request.which
        && request.quantity.is_none()
        && let [line] = lines_of(turn, item)[..]
        && is_of(turn, line, request)
    {
        return editing::apply(turn, line, &request_edits(request), "");
    }
    add(turn, request);
}

/// Whether what was said of an item without a number is said of the line of it that stands.
fn is_of(turn: &Turn, line: LineId, request: &ItemRequest) -> bool {
    let Some(line) = turn.line(line) else { return false };
    // "Lamb shoulder cubed", of two pounds that stand: one more would need an amount.
    if matches!(turn.shop.item(line.item).unit, Unit::Measure(_)) {
        return !(request.choices.is_empty() && request.notes.is_empty());
    }
    // "T-bones half an inch thick", of two that stand and of which that was not said.
    let several = turn.added.is_empty() && pointing::pieces(line) > 1;
    several && !request.choices.is_empty() && !decided(line, request)
}

/// Whether anything of the lists that are spoken of was chosen of the line.
fn decided(line: &Line, request: &ItemRequest) -> bool {
    let said = |choice: &Choice| line.choices.iter().any(|there| there.option.list == choice.option.list);
    request.choices.iter().any(said)
}

fn lines_of(turn: &Turn, item: ItemId) -> Vec<LineId> {
    turn.state.cart.lines.iter().filter(|line| line.item == item).map(|line| line.id).collect()
}

/// The line of this item that the last exchange was about.
fn spoken_of(turn: &Turn, item: ItemId) -> Option<LineId> {
    let lines = turn.state.focus.iter().rev();
    lines.copied().find(|id| turn.line(*id).is_some_and(|line| line.item == item))
}

/// The only line of this item, where all of the order was read back and is to be confirmed.
fn read_back(turn: &Turn, item: ItemId) -> Option<LineId> {
    let confirming = matches!(turn.asked_before, Some(Asking::Everything | Asking::Place)) && turn.state.told;
    let mut lines = turn.state.cart.lines.iter().filter(|line| line.item == item);
    lines.next().filter(|_| confirming && lines.next().is_none()).map(|line| line.id)
}

pub(super) fn add(turn: &mut Turn, request: &ItemRequest) {
    wish(turn, Wish { request: apiece::shared_out(turn, request), instead_of: None });
}

/// Add what is wanted, or ask which it is.
pub(super) fn wish(turn: &mut Turn, mut wish: Wish) {
    match wish.request.which.clone() {
        Which::Item(_) => fulfil(turn, wish),
        Which::OneOf(candidates) => turn.ask_later(Asking::Item { wish, candidates, about: About::Tie }),
        Which::Category(category) => {
            let candidates = turn.sold_in(category);
            match candidates[..] {
                [] => turn.say(Answer::NoneAvailable(category)),
                [only] => {
                    wish.request.which = Which::Item(only);
                    fulfil(turn, wish);
                }
                _ => turn.ask_later(Asking::Item { wish, candidates, about: About::Category(category) }),
            }
        }
    }
}

/// The item is known now: is it there, and is the amount one that it is sold in?
pub(super) fn fulfil(turn: &mut Turn, wish: Wish) {
    let Which::Item(item) = wish.request.which else { return self::wish(turn, wish) };
    if !turn.stock.has(turn.shop, item) {
        return sold_out(turn, item, wish);
    }
    fulfil_amount(turn, wish, false);
}

/// `sure`: the amount was asked about and stands, however large.
pub(super) fn fulfil_amount(turn: &mut Turn, mut wish: Wish, sure: bool) {
    let Which::Item(item) = wish.request.which else { return };
    if wish.request.quantity.is_none() && wish.instead_of.is_none() {
        wish.request.quantity = turn.spare_quantity.take();
    }
    let quantity = match (wish.request.quantity, &turn.shop.item(item).unit, wish.instead_of) {
        // How much of what is weighed nobody can guess, nor how many "a few" are.
        (None, ..) if wish.request.vague => None,
        (None, Unit::Measure(_), None) => None,
        (None, _, None) => Some(Quantity::one(turn.shop, item)),
        // Two sandwiches are no two pounds: what is measured otherwise is asked about.
        (None, _, Some(line)) => turn.line(line).and_then(|line| line.quantity.fitting(turn.shop, item).ok()),
        (Some(quantity), ..) => quantity.fitting(turn.shop, item).ok(),
    };
    let Some(quantity) = quantity else {
        // What was said is given back with the question: three tomatoes, which are weighed.
        let said = wish.request.quantity.take();
        return turn.ask_later(Asking::Amount { subject: Subject::Wish(wish), said });
    };
    if quantity.is_absurd(turn.shop.item(item)) {
        turn.say(Cannot::TooMuch { item });
        return turn.ask_later(Asking::Person);
    }
    if !sure && wish.request.quantity.is_some() && quantity.is_beyond(turn.shop.item(item)) {
        return turn.ask_later(Asking::Amount { subject: Subject::Wish(wish), said: Some(quantity) });
    }
    put(turn, item, quantity, &wish);
}

fn put(turn: &mut Turn, item: ItemId, quantity: Quantity, wish: &Wish) {
    let request = &wish.request;
    let said = request.choices.iter().cloned().chain(carried::over(turn, item, wish));
    let (refused, notes) = refusals(turn, item, request);
    let said = said.chain(refused);
    let (choices, missing): (Vec<Choice>, Vec<Choice>) =
        said.partition(|choice| choice.negated || turn.shop.option(choice.option).available);
    let id = match wish.instead_of.filter(|line| turn.line(*line).is_some()) {
        Some(line) => put_instead(turn, line, item, quantity, &choices, &notes),
        None => put_new(turn, item, quantity, &choices, &notes),
    };
    let Some(id) = id else { return };
    // "Do you have a cable? The short one.": it is not offered besides.
    let offered =
        |asking: &Asking| matches!(asking, Asking::Offer { wish, .. } if wish.request.which == Which::Item(item));
    turn.state.queue.retain(|asking| !offered(asking));
    turn.point_at(id);
    if request.mine && !turn.state.mine.contains(&id) {
        turn.state.mine.push(id);
    }
    for of in &request.misfits {
        turn.say(Cannot::NoChoice { item, of: *of });
    }
    for choice in missing {
        editing::option_sold_out(turn, id, choice.option);
    }
    for options in &request.open_choices {
        let options: Vec<OptionId> =
            options.iter().copied().filter(|option| turn.shop.option(*option).available).collect();
        match options[..] {
            [] => {}
            [only] => editing::apply(turn, id, &[Edit::Choose(Choice::plain(only))], ""),
            _ => turn.ask_later(Asking::OneOf { line: id, options }),
        }
    }
}

/// "With only ketchup", "no cheese": what comes by itself and is not wanted is refused; and the wishes, among them what was
/// refused and does not come.
fn refusals(turn: &Turn, item: ItemId, request: &ItemRequest) -> (Vec<Choice>, Vec<String>) {
    let mut plain = Line::plain(turn.shop, item);
    let mut refused = if request.only { editing::others(turn.shop, &plain, &request.choices) } else { vec![] };
    plain.choices.clone_from(&request.choices);
    let mut notes = request.notes.clone();
    for kind in &request.without {
        match &editing::meant(turn.shop, &plain, &kind.options)[..] {
            [] if kind.words.is_empty() => {}
            [] => notes.push(kind.words.clone()),
            held => refused.extend(held),
        }
    }
    (refused.into_iter().map(|option| Choice { negated: true, ..Choice::plain(option) }).collect(), notes)
}

fn put_new(turn: &mut Turn, item: ItemId, quantity: Quantity, choices: &[Choice], notes: &[String]) -> Option<LineId> {
    let added = turn.state.cart.add(turn.shop, item, quantity, choices.to_vec(), notes.to_vec()).ok()?;
    for (choice, error) in added.refused {
        editing::refused(turn, added.line, &choice, &error, "");
    }
    let line = turn.line(added.line)?.clone();
    let together = turn.added.iter_mut().find(|there| there.line.id == line.id);
    match together.map(|there| (there.line.quantity, there)) {
        // Said in two breaths, read back as one.
        Some((Quantity::Count(before), there)) => {
            if let Quantity::Count(now) = quantity {
                there.line.quantity = Quantity::Count(before + now);
            }
        }
        Some((Quantity::Measure(before), there)) => {
            if let Quantity::Measure(now) = quantity {
                there.line.quantity = Quantity::Measure(before + now);
            }
        }
        None => {
            let id = line.id;
            turn.added.push(AddedLine { line: Line { quantity, ..line }, now: None });
            return Some(id);
        }
    }
    Some(added.line)
}

/// In the place of a line: what was said of it and fits the new item stays.
fn put_instead(
    turn: &mut Turn,
    line: LineId,
    item: ItemId,
    quantity: Quantity,
    choices: &[Choice],
    notes: &[String],
) -> Option<LineId> {
    let old = turn.line(line)?.clone();
    let id = match (quantity, old.quantity) {
        // "A mocha instead of one of the lattes".
        (Quantity::Count(new), Quantity::Count(there)) if new < there => {
            turn.state.cart.split(turn.shop, line, quantity).ok()?
        }
        _ => line,
    };
    let replaced = turn.line(id)?.clone();
    turn.state.cart.swap_item(turn.shop, id, item).ok()?;
    turn.state.cart.set_quantity(turn.shop, id, quantity).ok()?;
    let edits: Vec<Edit> =
        choices.iter().cloned().map(Edit::Choose).chain(notes.iter().cloned().map(Edit::Note)).collect();
    editing::edit_line(turn, id, &edits, "");
    turn.changed.retain(|changed| *changed != id);
    turn.replaced.push((replaced, id));
    Some(id)
}

/// Say so, and name what is like it.
pub(super) fn sold_out(turn: &mut Turn, item: ItemId, wish: Wish) {
    turn.say(Cannot::SoldOut { item });
    let mut candidates = needs::allowed(turn, turn.sold_in(turn.shop.item(item).category));
    // Nearest in price is nearest in kind, as far as a menu tells.
    let price = turn.shop.item(item).price;
    candidates.sort_by_key(|other| (turn.shop.item(*other).price.0 - price.0).abs());
    candidates.truncate(FEW);
    offer(turn, wish, candidates, About::SoldOut(item));
}

fn offer(turn: &mut Turn, mut wish: Wish, candidates: Vec<ItemId>, about: About) {
    match candidates[..] {
        [] => {}
        [only] => {
            wish.request.which = Which::Item(only);
            let words = match about {
                About::Unknown(words) => Some(words),
                _ => None,
            };
            turn.ask_later(Asking::Offer { wish, words });
        }
        _ => turn.ask_later(Asking::Item { wish, candidates, about }),
    }
}

/// Something that is not sold: the nearest that is.
pub(super) fn unknown(turn: &mut Turn, words: &str, near: &[ItemId], edits: &[Edit]) {
    let mut near: Vec<ItemId> = near.iter().copied().filter(|item| turn.stock.has(turn.shop, *item)).collect();
    near.truncate(FEW);
    if near.len() != 1 {
        turn.say(Cannot::NotSold { words: words.to_string() });
    }
    let wish = with_edits(bare_wish(near.first().copied()), edits);
    offer(turn, wish, near, About::Unknown(words.to_string()));
}

/// "Same again": what was added last, as much as then; after an order was placed, all of that.
pub(super) fn again(turn: &mut Turn, target: &Target, quantity: Option<Quantity>, edits: &[Edit]) {
    if *target == Target::Last && quantity.is_none() && turn.added.is_empty() {
        let again = match (&turn.state.last_order, turn.state.cart.is_empty()) {
            (Some(order), true) => order.cart.lines.clone(),
            _ => turn.state.last_added.clone(),
        };
        if !again.is_empty() {
            // "The same but small", of a latte and two muffins: of what can be had so.
            let takes = |line: &Line| {
                edits.iter().all(|edit| match edit {
                    Edit::Choose(choice) => turn.shop.taken_as(line.item, choice.option.list).is_some(),
                    _ => true,
                })
            };
            // "The same in white", of a black tee and a beanie: of what has a colour already.
            let has = |line: &Line| {
                edits.iter().all(|edit| match edit {
                    Edit::Choose(choice) => {
                        let option = turn.shop.same_named(line.item, choice.option).unwrap_or(choice.option);
                        line.choices.iter().any(|there| there.option.list == option.list && !there.negated)
                    }
                    _ => true,
                })
            };
            let mut fitting: Vec<Line> = again.iter().filter(|line| takes(line)).cloned().collect();
            if fitting.iter().any(has) {
                fitting.retain(has);
            }
            if let (true, Some(line), Some(Edit::Choose(choice))) = (fitting.is_empty(), again.last(), edits.first()) {
                return turn.say(Cannot::NoChoice { item: line.item, of: Misfit::List(choice.option.list) });
            }
            for line in if fitting.is_empty() { again } else { fitting } {
                // With all that it has become since.
                let now = turn.line(line.id).filter(|now| now.item == line.item);
                let line = Line { quantity: line.quantity, ..now.cloned().unwrap_or(line) };
                copy(turn, &line, None, edits);
            }
            return;
        }
    }
    if *target == Target::Last
        && let Some(item) = turn.state.topic
    {
        let mut wish = asked_for(turn, item, edits);
        wish.request.quantity = quantity.or(wish.request.quantity);
        return fulfil(turn, wish);
    }
    if let (Target::Last, Some(Quantity::Measure(_)), Some(line)) = (target, quantity, measured(turn)) {
        return again_line(turn, line, quantity, edits);
    }
    match pointing::point(turn.shop, &turn.state, target) {
        Pointed::Lines(lines) => lines.into_iter().for_each(|line| again_line(turn, line, quantity, edits)),
        Pointed::Piece(line) => again_line(turn, line, quantity, edits),
        Pointed::Unclear(candidates) => {
            turn.ask_later(Asking::Line { candidates, then: Then::Again(quantity, edits.to_vec()) })
        }
        Pointed::Nothing => match target {
            // "Another latte" with no latte in the cart is a latte.
            Target::Described { which: Some(which), choices } => {
                add(turn, &ItemRequest { quantity, choices: choices.clone(), ..ItemRequest::bare(which.clone()) })
            }
            _ => turn.nothing_there(target),
        },
    }
}

/// "Another pound": of what comes by measure, where what was spoken of last does not.
fn measured(turn: &Turn) -> Option<LineId> {
    let by_measure = |line: &&Line| matches!(turn.shop.item(line.item).unit, Unit::Measure(_));
    let last = pointing::last(&turn.state).and_then(|id| turn.line(id));
    if last.is_some_and(|line| by_measure(&line)) {
        return None;
    }
    turn.state.cart.lines.iter().rev().find(by_measure).map(|line| line.id)
}

pub(super) fn again_line(turn: &mut Turn, line: LineId, quantity: Option<Quantity>, edits: &[Edit]) {
    // "And a decaf cortado", with a dessert spoken of since the coffee: of what can be had so.
    let line = match editing::takes(turn, line, edits) {
        true => line,
        false => editing::suitable(turn, edits).filter(|other| editing::takes(turn, *other, edits)).unwrap_or(line),
    };
    if let Some(line) = turn.line(line).cloned() {
        let measured = matches!(turn.shop.item(line.item).unit, Unit::Measure(_));
        let quantity = match quantity {
            // "Another in white", of a kilo: as much of it.
            Some(Quantity::Count(1)) | None if measured => line.quantity,
            quantity => quantity.unwrap_or(Quantity::one(turn.shop, line.item)),
        };
        copy(turn, &line, Some(quantity), edits);
    }
}

fn copy(turn: &mut Turn, line: &Line, quantity: Option<Quantity>, edits: &[Edit]) {
    let mut request = ItemRequest {
        quantity: Some(quantity.unwrap_or(line.quantity)),
        choices: line.choices.clone(),
        notes: line.notes.clone(),
        ..ItemRequest::bare(Which::Item(line.item))
    };
    // What is said of the copy replaces what the line has.
    let edits: Vec<Edit> = edits.iter().filter(|edit| !matches!(edit, Edit::Quantity(_))).cloned().collect();
    // Lists of different items may have options of one name.
    let fit = |choice: &Choice| turn.shop.same_named(line.item, choice.option).unwrap_or(choice.option);
    let edits: Vec<Edit> = edits
        .into_iter()
        .map(|edit| match edit {
            Edit::Choose(choice) => Edit::Choose(Choice { option: fit(&choice), ..choice }),
            Edit::Step { up, far, lists } => match sizes::next(turn.shop, line, &lists, up, far) {
                Some(option) => Edit::Choose(Choice::plain(option)),
                None => Edit::Step { up, far, lists },
            },
            edit => edit,
        })
        .collect();
    // Where one of a list can be had, what is said now takes its place.
    let replaced = |there: &Choice| {
        turn.shop.has_one(line.item, there.option.list)
            && edits
                .iter()
                .any(|edit| matches!(edit, Edit::Choose(c) if !c.negated && c.option.list == there.option.list))
    };
    request.choices.retain(|there| !replaced(there));
    let kept = with_edits(Wish { request, instead_of: None }, &edits);
    wish(turn, kept);
}
