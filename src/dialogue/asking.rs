//! The customer's questions.

use crate::commerce::cart::{Choice, Quantity};
use crate::commerce::pricing::ItemPrice;
use crate::money::Money;
use crate::shop::{CategoryId, Charge, ItemId, OptionId, OptionListId, Shop};
use crate::understand::{ItemRequest, Question, Which};

use super::message::{About, Answer, Cannot};
use super::needs;
use super::pointing;
use super::state::{Asking, Listing, Wish};
use super::turn::Turn;
use super::wish::bare_wish;

/// Things named in one breath.
const PAGE: usize = 5;
const RECOMMENDED: usize = 3;
const MOST_SPOKEN_OF: usize = 12;

pub(super) fn ask(turn: &mut Turn, question: &Question) {
    // "How much is the tart? And the pie?"
    if let Question::Same { of, choices } = question {
        let former = turn.question.clone().unwrap_or(Question::Availability(vec![]));
        return match same_of(turn, &former, of, choices) {
            Some(question) => ask(turn, &question),
            None => turn.say(Answer::WhichOne),
        };
    }
    turn.state.question = Some(question.clone());
    match question {
        Question::Menu(category) => menu(turn, *category),
        Question::Price(request) => price(turn, request),
        Question::OptionPrice(option) => option_price(turn, *option),
        Question::Options { list, item } => options(turn, *list, *item),
        Question::ItemOptions(item) => item_options(turn, *item),
        Question::Availability(which) => {
            which.iter().for_each(|which| availability(turn, which));
            choose_among(turn);
        }
        Question::OptionAvailability(option) => option_availability(turn, *option),
        Question::Sold(request) => sold(turn, request),
        Question::Ingredients(item) => about_item(turn, *item, |item| Answer::Ingredients { item }),
        // Whoever must not have something asks after that first.
        Question::About(Some(item)) if !turn.state.cart.needs.is_empty() => {
            needs::suits(turn, &[Which::Item(*item)]);
        }
        Question::About(item) => about_item(turn, *item, |item| Answer::About { item }),
        Question::Tag { item, tag } if needs::of_tag(turn, *item, tag).is_some() => {
            let of: Vec<Which> = item.iter().map(|item| Which::Item(*item)).collect();
            needs::of_tag(turn, *item, tag).iter().for_each(|need| needs::holds(turn, &of, need));
        }
        Question::Tag { item, tag } => {
            let shop = turn.shop;
            about_item(turn, *item, |item| Answer::Tagged { item, tag: tag.clone(), holds: shop.tagged(item, tag) });
        }
        Question::Holds { of, need: Some(need) } => needs::holds(turn, of, need),
        Question::Holds { of, need: None } | Question::Suits(of) => needs::suits(turn, of),
        Question::Lacking { of, need } => needs::lacking(turn, of.as_ref(), need.as_ref()),
        Question::WhichSuit => needs::lacking(turn, None, None),
        Question::Same { .. } => {}
        Question::Recommend(category) => recommend(turn, *category),
        Question::Hours => turn.say(Answer::Hours),
        Question::Ways => turn.say(Answer::Ways(turn.shop.payments.ways.clone())),
        Question::Cart => cart(turn, Answer::CartReadBack(turn.state.cart.clone())),
        Question::Total => cart(turn, Answer::Total),
        Question::OrderStatus => match turn.state.last_order.clone() {
            Some(order) => turn.say(Answer::OrderStatus { number: order.number, cart: order.cart }),
            None => turn.say(Cannot::NoOrder),
        },
    }
}

/// The former question, put of something else. Nothing where it was about no item.
fn same_of(turn: &Turn, former: &Question, of: &[Which], choices: &[Choice]) -> Option<Question> {
    let which = of.first().map(|which| alike(turn, which)).or_else(|| turn.state.topic.map(Which::Item));
    let item = match which {
        Some(Which::Item(item)) => Some(item),
        _ => None,
    };
    Some(match former {
        Question::Price(request) => {
            let choices = choices.to_vec();
            Question::Price(ItemRequest { which: which?, quantity: request.quantity, choices, ..empty_request() })
        }
        Question::Tag { tag, .. } => Question::Tag { item: Some(item?), tag: tag.clone() },
        Question::Ingredients(_) => Question::Ingredients(Some(item?)),
        Question::About(_) => Question::About(Some(item?)),
        Question::ItemOptions(_) => Question::ItemOptions(Some(item?)),
        Question::Sold(request) => {
            let choices = if choices.is_empty() { request.choices.clone() } else { choices.to_vec() };
            Question::Sold(ItemRequest { choices, ..ItemRequest::bare(Which::Item(item?)) })
        }
        Question::Options { list, .. } => Question::Options { list: *list, item: Some(item?) },
        Question::Holds { need, .. } => Question::Holds { of: of.to_vec(), need: need.clone() },
        Question::Lacking { need, .. } => Question::Lacking { of: which, need: need.clone() },
        Question::Suits(_) => Question::Suits(of.to_vec()),
        _ => Question::Availability(vec![which?]),
    })
}

/// "And the chicken one?", asked about a plate: of several, those that are of the same kind.
fn alike(turn: &Turn, which: &Which) -> Which {
    let kind = turn.state.topic.map(|topic| turn.shop.item(topic).category);
    let Which::OneOf(items) = which else { return which.clone() };
    let alike = items.iter().copied().filter(|item| Some(turn.shop.item(*item).category) == kind).collect();
    Which::among(alike).unwrap_or_else(|| which.clone())
}

fn empty_request() -> ItemRequest {
    bare_wish(None).request
}

/// A long menu is told by its categories first, then a few items at a time.
fn menu(turn: &mut Turn, category: Option<CategoryId>) {
    let category = match category {
        Some(category) => Some(category),
        None if turn.sold().count() <= PAGE || turn.categories_sold().len() <= 1 => None,
        None => {
            let listing = Listing { category: None, from: 0 };
            return page_of_categories(turn, &listing);
        }
    };
    let from = match &turn.state.listing {
        Some(listing) if listing.category == category && category.is_some() => listing.from,
        _ => 0,
    };
    page(turn, category, from);
}

/// "Would you like to hear more?": yes.
pub(super) fn read_on(turn: &mut Turn, listing: &Listing) -> Option<Asking> {
    match listing.category {
        None if turn.categories_sold().len() > 1 => page_of_categories(turn, listing),
        category => page(turn, category, listing.from),
    }
    None
}

fn page_of_categories(turn: &mut Turn, listing: &Listing) {
    let all = turn.categories_sold();
    // What was sold when the question was put may not be any more.
    let from = listing.from.min(all.len());
    let to = all.len().min(from + 2 * PAGE);
    let more = to < all.len();
    turn.say(Answer::Categories { categories: all[from..to].to_vec() });
    turn.state.listing = None;
    if more {
        turn.ask_later(Asking::More(Listing { category: None, from: to }));
    }
}

fn page(turn: &mut Turn, category: Option<CategoryId>, from: usize) {
    let items: Vec<ItemId> = match category {
        Some(category) => turn.sold_in(category),
        None => turn.sold().collect(),
    };
    if items.is_empty() {
        return match category {
            Some(category) => turn.say(Answer::NoneAvailable(category)),
            None => turn.say(Answer::Categories { categories: vec![] }),
        };
    }
    let from = if from < items.len() { from } else { 0 };
    // One item left over is no page of its own.
    let to = if items.len() - from <= PAGE + 1 { items.len() } else { from + PAGE };
    turn.say(Answer::Items { category, items: items[from..to].to_vec(), continued: from > 0 });
    // All of the kind, for people know more of it than what was read out just now.
    turn.speak_of_all(if items.len() > MOST_SPOKEN_OF { &items[from..to] } else { &items });
    let listing = Listing { category, from: to };
    if to < items.len() {
        turn.state.listing = Some(listing.clone());
        turn.ask_later(Asking::More(listing));
    } else {
        turn.state.listing = None;
    }
}

fn price(turn: &mut Turn, request: &ItemRequest) {
    let (quantity, choices) = (request.quantity, request.choices.clone());
    match &request.which {
        Which::Item(item) => {
            say_price(turn, *item, quantity, choices);
            turn.speak_of(*item);
        }
        Which::OneOf(items) => {
            for item in items.iter().take(RECOMMENDED) {
                say_price(turn, *item, quantity, choices.clone());
            }
            turn.speak_of_all(items);
        }
        Which::Category(category) => page(turn, Some(*category), 0),
    }
}

fn say_price(turn: &mut Turn, item: ItemId, quantity: Option<Quantity>, choices: Vec<Choice>) {
    let ItemPrice { quantity, amount, from } = ItemPrice::of(turn.shop, item, quantity, &choices);
    turn.say(Answer::Price { item, quantity, choices, amount, from });
}

/// "How much is a large one?" of a thing that comes in sizes is the price of the thing; of an extra, what it adds.
fn option_price(turn: &mut Turn, option: OptionId) {
    let spoken = pointing::last(&turn.state).and_then(|id| turn.line(id)).cloned();
    let Some(line) = spoken.filter(|_| !turn.shop.is_of_order(option.list)) else {
        let amount = turn.shop.option(option).price + charged(turn.shop, option);
        return turn.say(Answer::OptionPrice { option, amount });
    };
    let taken = turn.shop.taken_as(line.item, option.list).and_then(|list| turn.shop.item_options(line.item, list));
    match taken {
        Some(taken) if taken.required && taken.list == option.list => {
            let mut choices = line.choices;
            choices.retain(|choice| choice.option.list != option.list);
            choices.push(Choice::plain(option));
            choices.sort();
            say_price(turn, line.item, None, choices);
        }
        taken => {
            let plain = turn.shop.option(option).price;
            let amount = taken.map_or(plain, |_| turn.shop.option_price(line.item, option));
            turn.say(Answer::OptionPrice { option, amount });
        }
    }
}

/// What an order that goes there comes with, as far as that is the same for all.
fn charged(shop: &Shop, option: OptionId) -> Money {
    let of_it = shop.terms.fees.iter().filter(|fee| fee.places.contains(&option));
    let once = of_it.map(|fee| match fee.charge {
        Charge::Once(amount) => amount,
        Charge::Percent(_) | Charge::Each(_) => Money::ZERO,
    });
    once.fold(Money::ZERO, |sum, amount| sum + amount)
}

fn options(turn: &mut Turn, list: OptionListId, item: Option<ItemId>) {
    let item = item.or_else(|| {
        // Of the item spoken of, where it takes the list at all.
        let spoken = pointing::last(&turn.state).and_then(|id| turn.line(id)).map(|line| line.item);
        spoken.filter(|item| turn.shop.taken_as(*item, list).is_some())
    });
    let list = item.and_then(|item| turn.shop.taken_as(item, list)).unwrap_or(list);
    if let Some(item) = item
        && turn.shop.item_options(item, list).is_none()
    {
        return turn.say(Answer::OptionsNotTaken { list, item });
    }
    turn.say(Answer::Options { list, options: turn.shop.options_for(list, item) });
    turn.state.topic_list = Some(list);
    // "What sizes does the latte come in?" "I'd like it in large."
    if let Some(item) = item.filter(|item| !turn.state.cart.lines.iter().any(|line| line.item == *item)) {
        turn.speak_of(item);
    }
}

fn item_options(turn: &mut Turn, item: Option<ItemId>) {
    about_item(turn, item, |item| Answer::ItemOptions { item });
}

/// A question about one item; where none is named, the one spoken of.
fn about_item(turn: &mut Turn, item: Option<ItemId>, answer: impl FnOnce(ItemId) -> Answer) {
    let spoken = || pointing::last(&turn.state).and_then(|id| turn.line(id)).map(|line| line.item);
    match item.or(turn.state.topic).or_else(spoken) {
        Some(item) => {
            turn.say(answer(item));
            turn.speak_of(item);
        }
        None => turn.say(Answer::WhichOne),
    }
}

fn availability(turn: &mut Turn, which: &Which) {
    match which {
        Which::Item(item) if turn.stock.has(turn.shop, *item) => {
            let ItemPrice { amount, from, .. } = ItemPrice::of(turn.shop, *item, None, &[]);
            turn.say(Answer::Sold { item: *item, choices: vec![], amount, from });
            turn.speak_of(*item);
            turn.ask_later(Asking::Offer { wish: bare_wish(Some(*item)), words: None });
        }
        Which::Item(item) => turn.say(Cannot::SoldOut { item: *item }),
        Which::OneOf(items) => {
            let items: Vec<ItemId> = items.iter().copied().filter(|item| turn.stock.has(turn.shop, *item)).collect();
            if let [only] = items[..] {
                return availability(turn, &Which::Item(only));
            }
            turn.speak_of_all(&items);
            turn.say(Answer::Items { category: None, items, continued: false });
        }
        Which::Category(category) => page(turn, Some(*category), 0),
    }
}

/// "Do you have a pink bell?": as it was asked about it is offered, where none stands.
fn sold(turn: &mut Turn, request: &ItemRequest) {
    let Which::Item(item) = request.which else { return };
    if !turn.stock.has(turn.shop, item) {
        return turn.say(Cannot::SoldOut { item });
    }
    turn.speak_of(item);
    let offers = |option: OptionId| turn.shop.item_options(item, option.list).is_some_and(|how| how.offers(option));
    for Choice { option, .. } in &request.choices {
        let instead = turn.shop.options_for(option.list, Some(item));
        if !offers(*option) {
            turn.state.question = None;
            return turn.say(Cannot::OptionNotOffered { item, option: *option, instead });
        }
        if !turn.shop.option(*option).available {
            turn.state.question = None;
            return turn.say(Cannot::OptionSoldOut { option: *option });
        }
    }
    let choices = request.choices.clone();
    let ItemPrice { amount, from, .. } = ItemPrice::of(turn.shop, item, None, &choices);
    turn.say(Answer::Sold { item, choices, amount, from });
    if !turn.state.cart.lines.iter().any(|line| line.item == item) {
        let wish = Wish { request: request.clone(), instead_of: None };
        turn.ask_later(Asking::Offer { wish, words: None });
    }
}

/// Several that are to be had are offered in one question, so that "the second one" is one of them.
fn choose_among(turn: &mut Turn) {
    let item = |asking: &Asking| match asking {
        Asking::Offer { wish, words: None } => match wish.request.which {
            Which::Item(item) => Some(item),
            _ => None,
        },
        _ => None,
    };
    let candidates: Vec<ItemId> = turn.state.queue.iter().filter_map(item).collect();
    if candidates.len() > 1 {
        turn.state.queue.retain(|asking| item(asking).is_none());
        turn.ask_later(Asking::Item { wish: bare_wish(None), candidates, about: About::Recommended });
    }
}

fn option_availability(turn: &mut Turn, option: OptionId) {
    if turn.shop.option(option).available {
        turn.say(Answer::OptionSold { option });
    } else {
        turn.say(Cannot::OptionSoldOut { option });
        turn.say(Answer::Options { list: option.list, options: turn.shop.options_for(option.list, None) });
    }
    turn.state.topic_list = Some(option.list);
}

fn recommend(turn: &mut Turn, category: Option<CategoryId>) {
    let allowed = |items: Vec<ItemId>| needs::allowed(turn, items);
    let mut items: Vec<ItemId> = match category {
        Some(category) => allowed(turn.sold_in(category)),
        None => {
            // One of each kind, as the owner put them first.
            let firsts = turn.categories_sold().into_iter().filter_map(|c| allowed(turn.sold_in(c)).first().copied());
            firsts.collect()
        }
    };
    items.truncate(RECOMMENDED);
    match items[..] {
        // All of it holds what they must not have.
        [] if !turn.state.cart.needs.is_empty() => {
            turn.say(Answer::Lacking { items: vec![], needs: turn.state.cart.needs.clone() });
        }
        [] => turn.say(Answer::Categories { categories: vec![] }),
        [only] => turn.ask_later(Asking::Offer { wish: bare_wish(Some(only)), words: None }),
        _ => turn.ask_later(Asking::Item { wish: bare_wish(None), candidates: items, about: About::Recommended }),
    }
}

/// "What's in my cart?", "how much is that?": told, and then put to be confirmed as any read-back.
fn cart(turn: &mut Turn, answer: Answer) {
    if turn.state.cart.is_empty() {
        // What they ordered is placed already.
        return match turn.state.last_order.clone() {
            Some(order) => turn.say(Answer::OrderStatus { number: order.number, cart: order.cart }),
            None => turn.say(Cannot::EmptyCart),
        };
    }
    turn.say(answer);
    turn.total_said = true;
    turn.ask_later(Asking::Everything);
}
