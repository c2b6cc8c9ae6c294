//! What somebody must not have: kept with the cart, checked against every line, and answered from what the shop wrote down.

use crate::commerce::cart::{Cart, Line, LineId, Need};
use crate::shop::{Held, ItemId};
use crate::understand::Which;

use super::message::{Answer, Ask, Cannot, Done, Message, Talk};
use super::pointing;
use super::state::Asking;
use super::turn::Turn;

/// Things named in one breath.
const FEW: usize = 5;
/// As many as a question reads out.
const NAMED_IN_QUESTION: usize = 3;

/// "I'm allergic to nuts."
pub(super) fn state(turn: &mut Turn, need: &Need) {
    if turn.state.cart.note_need(need.clone()) {
        turn.say(Done::NeedNoted(need.clone()));
    }
}

/// What was put in or changed against what must not be in it: what the shop says is asked about before it stays, what it does
/// not say is told once.
pub(super) fn check(turn: &mut Turn, before: &Cart) {
    let needs = turn.state.cart.needs.clone();
    let is_new = |need: &Need| !before.needs.contains(need);
    for line in turn.state.cart.lines.clone() {
        let stood = before.lines.iter().any(|old| old.item == line.item && old.choices == line.choices);
        for need in needs.iter().filter(|need| is_new(need) || !stood) {
            against(turn, &line, need);
        }
    }
}

fn against(turn: &mut Turn, line: &Line, need: &Need) {
    match line.holds(turn.shop, &need.name) {
        Held::Yes => {
            let question = Asking::Keep { line: line.id, need: need.clone() };
            if !turn.state.queue.contains(&question) {
                turn.state.queue.insert(0, question);
            }
        }
        Held::Unknown if !turn.state.unsure.contains(&need.name) => {
            turn.state.unsure.push(need.name.clone());
            turn.say(Cannot::KnowNeed { item: line.item, need: need.clone() });
        }
        Held::Unknown | Held::No => {}
    }
}

/// Without what holds something that somebody must not have; what is known to hold none of it comes first.
pub(super) fn allowed(turn: &Turn, mut items: Vec<ItemId>) -> Vec<ItemId> {
    let needs = &turn.state.cart.needs;
    items.retain(|item| !needs.iter().any(|need| held(turn, *item, need) == Held::Yes));
    items.sort_by_key(|item| !needs.iter().all(|need| held(turn, *item, need) == Held::No));
    items
}

/// Whether it holds that as it comes.
fn held(turn: &Turn, item: ItemId, need: &Need) -> Held {
    Line::plain(turn.shop, item).holds(turn.shop, &need.name)
}

/// What is named in a list, or asked about, and holds what somebody must not have, is said to: behind the list, and
/// before a question.
pub(super) fn warn(turn: &mut Turn) {
    let asked = turn.said.iter().find_map(|message| match message {
        Message::Ask(Ask::Keep { line, need }) => Some((line.item, need.name.clone())),
        _ => None,
    });
    // What is asked says it.
    let again = |message: &Message| match message {
        Message::Answer(Answer::Held { item, need, held: Held::Yes }) => asked == Some((*item, need.name.clone())),
        _ => false,
    };
    turn.said.retain(|message| !again(message));
    let mut warned: Vec<(Need, Vec<ItemId>)> = vec![];
    let mut said: Vec<Message> = vec![];
    for message in std::mem::take(&mut turn.said) {
        let named = listed(&message);
        let held = turn.state.cart.needs.iter().filter_map(|need| {
            let new = |item: &ItemId| !warned.iter().any(|(of, items)| of == need && items.contains(item));
            let holds = |item: &ItemId| held(turn, *item, need) == Held::Yes;
            let items: Vec<ItemId> = named.iter().copied().filter(|item| new(item) && holds(item)).collect();
            (!items.is_empty()).then(|| (need.clone(), items))
        });
        let held: Vec<(Need, Vec<ItemId>)> = held.collect();
        let at = if matches!(message, Message::Ask(_)) { said.len() } else { said.len() + 1 };
        said.push(message);
        let words = held.iter().map(|(need, items)| {
            let all = items.len() == named.len() && items.len() > 1;
            Answer::Holding { items: items.clone(), need: need.clone(), all }.into()
        });
        said.splice(at..at, words.collect::<Vec<Message>>());
        warned.extend(held);
    }
    turn.said = said;
}

fn listed(message: &Message) -> Vec<ItemId> {
    match message {
        Message::Answer(Answer::Items { items, .. }) => items.clone(),
        Message::Answer(Answer::Sold { item, .. }) | Message::Ask(Ask::Offer { item, .. }) => vec![*item],
        Message::Ask(Ask::Item { items, .. }) => items.iter().copied().take(NAMED_IN_QUESTION).collect(),
        _ => vec![],
    }
}

/// "Does the brownie have nuts?", "is it vegan?"
pub(super) fn holds(turn: &mut Turn, of: &[Which], need: &Need) {
    match of {
        [] => match spoken(turn) {
            Some((item, line)) => answer(turn, item, line, need),
            None => turn.say(Answer::WhichOne),
        },
        of => of.iter().for_each(|which| match which {
            Which::Item(item) => answer(turn, *item, None, need),
            which => lacking(turn, Some(which), Some(need)),
        }),
    }
}

/// What "it" is in a question: the item asked about last, else the line spoken of last.
fn spoken(turn: &Turn) -> Option<(ItemId, Option<LineId>)> {
    let line = || pointing::last(&turn.state).and_then(|id| turn.line(id)).map(|line| (line.item, Some(line.id)));
    turn.state.topic.map(|item| (item, None)).or_else(line)
}

fn answer(turn: &mut Turn, item: ItemId, line: Option<LineId>, need: &Need) {
    let held = match line.and_then(|id| turn.line(id)) {
        Some(line) => line.holds(turn.shop, &need.name),
        None => held(turn, item, need),
    };
    turn.say(Answer::Held { item, need: need.clone(), held });
    turn.speak_of(item);
}

/// "Which pastries have no nuts?", "what is vegan?"; with no need named, all that were stated.
pub(super) fn lacking(turn: &mut Turn, of: Option<&Which>, need: Option<&Need>) {
    let needs = need.map_or_else(|| turn.state.cart.needs.clone(), |need| vec![need.clone()]);
    if needs.is_empty() {
        return turn.say(Talk::NoAdvice);
    }
    let candidates: Vec<ItemId> = match of {
        None => turn.sold().collect(),
        Some(Which::Category(category)) => turn.sold_in(*category),
        Some(Which::Item(item)) => vec![*item],
        Some(Which::OneOf(items)) => items.clone(),
    };
    let lacks = |item: &ItemId| {
        let line = Line::plain(turn.shop, *item);
        needs.iter().all(|need| line.holds(turn.shop, &need.name) == Held::No)
    };
    let mut items: Vec<ItemId> = candidates.into_iter().filter(lacks).collect();
    items.truncate(FEW);
    turn.say(Answer::Lacking { items, needs });
}

/// "Is the hand cream okay for me?"
pub(super) fn suits(turn: &mut Turn, of: &[Which]) {
    let needs = turn.state.cart.needs.clone();
    if needs.is_empty() {
        return turn.say(Talk::NoAdvice);
    }
    needs.iter().for_each(|need| holds(turn, of, need));
}

/// What a question about a tag asks for, where the tag speaks of what people must not have.
/// The shop's own silence about its own tag is its answer.
pub(super) fn of_tag(turn: &Turn, item: Option<ItemId>, tag: &str) -> Option<Need> {
    let name = turn.shop.diet_of_tag(tag)?.to_string();
    let need = Need { diet: turn.shop.diet.kind(&name).is_some(), words: name.clone(), name };
    let item = item.or_else(|| spoken(turn).map(|(item, _)| item))?;
    let known = held(turn, item, &need) != Held::Unknown;
    (known || !need.diet).then_some(need)
}
