//! The customer's questions.

use crate::commerce::cart::{Cart, Choice, Line, LineId, Quantity};
use crate::shop::{CategoryId, ItemId, OptionId, OptionListId, Shop};
use crate::understand::{ItemRequest, Question, Target, Which};

use super::adding::{self, bare_wish};
use super::message::Message;
use super::pointing;
use super::state::{About, Asking, Listing};
use super::turn::Turn;

/// Things named in one breath.
const PAGE: usize = 5;
const RECOMMENDED: usize = 3;

pub(super) fn ask(turn: &mut Turn, question: &Question) {
    match question {
        Question::Menu(category) => menu(turn, *category),
        Question::Price(request) => price(turn, request),
        Question::OptionPrice(option) => option_price(turn, *option),
        Question::Options { list, item } => options(turn, *list, *item),
        Question::ItemOptions(item) => item_options(turn, *item),
        Question::Availability(which) => which.iter().for_each(|which| availability(turn, which)),
        Question::OptionAvailability(option) => option_availability(turn, *option),
        Question::Ingredients(item) => about_item(turn, *item, |item| Message::Ingredients { item }),
        Question::Tag { item, tag } => {
            let shop = turn.shop;
            about_item(turn, *item, |item| Message::Tagged { item, tag: tag.clone(), holds: tagged(shop, item, tag) });
        }
        Question::Recommend(category) => recommend(turn, *category),
        Question::Hours => turn.say(Message::Hours),
        Question::Cart => cart(turn, Message::CartReadBack),
        Question::Total => cart(turn, Message::Total),
        Question::OrderStatus => match turn.state.last_order.clone() {
            Some(order) => turn.say(Message::OrderStatus { number: order.number, cart: order.cart }),
            None => turn.say(Message::NoOrder),
        },
    }
}

/// What was pointed to is not there.
pub(super) fn nothing_there(turn: &mut Turn, target: &Target) {
    if turn.state.cart.is_empty() {
        return turn.say(Message::EmptyCart);
    }
    let which = match target {
        Target::Described { which, .. } => which.clone(),
        _ => None,
    };
    turn.say(Message::NoSuchLine { which, cart: turn.state.cart.clone() });
}

/// The options of a list that can be had now, on the item if one is named.
pub fn options_for(shop: &Shop, list: OptionListId, item: Option<ItemId>) -> Vec<OptionId> {
    let taken = item.and_then(|item| shop.item_options(item, list));
    (0..shop.option_list(list).options.len() as u16)
        .map(|index| OptionId { list, index })
        .filter(|option| shop.option(*option).available && taken.is_none_or(|taken| taken.offers(*option)))
        .collect()
}

/// A long menu is told by its categories first, then a few items at a time.
fn menu(turn: &mut Turn, category: Option<CategoryId>) {
    let shop = turn.shop;
    let category = match category {
        Some(category) => Some(category),
        None if sold(shop).count() <= PAGE || categories(shop).len() <= 1 => None,
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
        None if categories(turn.shop).len() > 1 => page_of_categories(turn, listing),
        category => page(turn, category, listing.from),
    }
    None
}

fn page_of_categories(turn: &mut Turn, listing: &Listing) {
    let all = categories(turn.shop);
    let to = all.len().min(listing.from + 2 * PAGE);
    let more = to < all.len();
    turn.say(Message::Categories { categories: all[listing.from..to].to_vec() });
    turn.state.listing = None;
    if more {
        turn.ask_later(Asking::More(Listing { category: None, from: to }));
    }
}

fn page(turn: &mut Turn, category: Option<CategoryId>, from: usize) {
    let shop = turn.shop;
    let items: Vec<ItemId> = match category {
        Some(category) => adding::sold_in(shop, category),
        None => sold(shop).collect(),
    };
    if items.is_empty() {
        return match category {
            Some(category) => turn.say(Message::NoneAvailable(category)),
            None => turn.say(Message::Categories { categories: vec![] }),
        };
    }
    let from = if from < items.len() { from } else { 0 };
    // One item left over is no page of its own.
    let to = if items.len() - from <= PAGE + 1 { items.len() } else { from + PAGE };
    turn.say(Message::Items { category, items: items[from..to].to_vec(), continued: from > 0 });
    let listing = Listing { category, from: to };
    if to < items.len() {
        turn.state.listing = Some(listing.clone());
        turn.ask_later(Asking::More(listing));
    } else {
        turn.state.listing = None;
    }
}

fn sold(shop: &Shop) -> impl Iterator<Item = ItemId> + '_ {
    shop.item_ids().filter(|item| shop.item(*item).available)
}

/// Those in which something is sold now.
fn categories(shop: &Shop) -> Vec<CategoryId> {
    let mut used: Vec<CategoryId> = sold(shop).map(|item| shop.item(item).category).collect();
    used.sort_unstable();
    used.dedup();
    used
}

fn price(turn: &mut Turn, request: &ItemRequest) {
    let (quantity, choices) = (request.quantity, request.choices.clone());
    match &request.which {
        Which::Item(item) => {
            turn.say(Message::Price { item: *item, quantity, choices });
            turn.state.topic = Some(*item);
        }
        Which::OneOf(items) => {
            for item in items.iter().take(RECOMMENDED) {
                turn.say(Message::Price { item: *item, quantity, choices: choices.clone() });
            }
        }
        Which::Category(category) => page(turn, Some(*category), 0),
    }
}

/// "How much is a large one?" of a thing that comes in sizes is the price of the thing; of an extra, what it adds.
fn option_price(turn: &mut Turn, option: OptionId) {
    let spoken = pointing::last(&turn.state).and_then(|id| turn.line(id)).cloned();
    let Some(line) = spoken else { return turn.say(Message::OptionPrice { option, item: None }) };
    let taken = taken_as(turn.shop, line.item, option.list).and_then(|list| turn.shop.item_options(line.item, list));
    match taken {
        Some(taken) if taken.required && taken.list == option.list => {
            let mut choices = line.choices;
            choices.retain(|choice| choice.option.list != option.list);
            choices.push(Choice::plain(option));
            choices.sort();
            turn.say(Message::Price { item: line.item, quantity: None, choices });
        }
        taken => turn.say(Message::OptionPrice { option, item: taken.map(|_| line.item) }),
    }
}

fn options(turn: &mut Turn, list: OptionListId, item: Option<ItemId>) {
    let item = item.or_else(|| {
        // Of the item spoken of, where it takes the list at all.
        let spoken = pointing::last(&turn.state).and_then(|id| turn.line(id)).map(|line| line.item);
        spoken.filter(|item| taken_as(turn.shop, *item, list).is_some())
    });
    let list = item.and_then(|item| taken_as(turn.shop, item, list)).unwrap_or(list);
    if let Some(item) = item
        && turn.shop.item_options(item, list).is_none()
    {
        return turn.say(Message::OptionsNotTaken { list, item });
    }
    turn.say(Message::Options { list, options: options_for(turn.shop, list, item) });
    turn.state.topic_list = Some(list);
}

/// The list as the item takes it: this one, or another of the same name.
fn taken_as(shop: &Shop, item: ItemId, list: OptionListId) -> Option<OptionListId> {
    let name = |list: OptionListId| &shop.option_list(list).names.title;
    let taken = || shop.item(item).options.iter().map(|taken| taken.list);
    taken().find(|other| *other == list).or_else(|| taken().find(|other| name(*other) == name(list)))
}

fn item_options(turn: &mut Turn, item: Option<ItemId>) {
    about_item(turn, item, |item| Message::ItemOptions { item });
}

/// A question about one item; where none is named, the one spoken of.
fn about_item(turn: &mut Turn, item: Option<ItemId>, message: impl FnOnce(ItemId) -> Message) {
    let spoken = || pointing::last(&turn.state).and_then(|id| turn.line(id)).map(|line| line.item);
    match item.or(turn.state.topic).or_else(spoken) {
        Some(item) => {
            turn.say(message(item));
            turn.state.topic = Some(item);
        }
        None => turn.say(Message::WhichOne),
    }
}

/// `None` where the shop says nothing either way: nowhere on its menu is the tag used.
fn tagged(shop: &Shop, item: ItemId, tag: &str) -> Option<bool> {
    let has = |item: ItemId| shop.item(item).tags.iter().any(|known| known == tag);
    if has(item) {
        return Some(true);
    }
    shop.item_ids().any(has).then_some(false)
}

fn availability(turn: &mut Turn, which: &Which) {
    match which {
        Which::Item(item) if turn.shop.item(*item).available => {
            turn.say(Message::Sold { item: *item });
            turn.state.topic = Some(*item);
            turn.ask_later(Asking::Offer { wish: bare_wish(Some(*item)), words: None });
        }
        Which::Item(item) => turn.say(Message::SoldOut { item: *item }),
        Which::OneOf(items) => {
            let items: Vec<ItemId> = items.iter().copied().filter(|item| turn.shop.item(*item).available).collect();
            if let [only] = items[..] {
                return availability(turn, &Which::Item(only));
            }
            turn.say(Message::Items { category: None, items, continued: false });
        }
        Which::Category(category) => page(turn, Some(*category), 0),
    }
}

fn option_availability(turn: &mut Turn, option: OptionId) {
    if turn.shop.option(option).available {
        turn.say(Message::OptionSold { option });
    } else {
        turn.say(Message::OptionSoldOut { option });
        turn.say(Message::Options { list: option.list, options: options_for(turn.shop, option.list, None) });
    }
    turn.state.topic_list = Some(option.list);
}

fn recommend(turn: &mut Turn, category: Option<CategoryId>) {
    let mut items: Vec<ItemId> = match category {
        Some(category) => adding::sold_in(turn.shop, category),
        None => {
            // One of each kind, as the owner put them first.
            let firsts =
                categories(turn.shop).into_iter().filter_map(|c| adding::sold_in(turn.shop, c).first().copied());
            firsts.collect()
        }
    };
    items.truncate(RECOMMENDED);
    match items[..] {
        [] => turn.say(Message::Categories { categories: vec![] }),
        [only] => turn.ask_later(Asking::Offer { wish: bare_wish(Some(only)), words: None }),
        _ => turn.ask_later(Asking::Item { wish: bare_wish(None), candidates: items, about: About::Recommended }),
    }
}

/// "What's in my cart?", "how much is that?": told, and then put to be confirmed as any read-back.
fn cart(turn: &mut Turn, message: impl FnOnce(Cart) -> Message) {
    if turn.state.cart.is_empty() {
        return turn.say(Message::EmptyCart);
    }
    turn.say(message(turn.state.cart.clone()));
    turn.total_said = true;
    turn.ask_later(Asking::Everything);
}

/// The price of a wish as far as it is said; lists left open count with their defaults.
pub fn wished(item: ItemId, quantity: Option<Quantity>, choices: &[Choice]) -> Line {
    Line {
        id: LineId(0),
        item,
        quantity: quantity.unwrap_or(Quantity::Count(1)),
        choices: choices.to_vec(),
        notes: vec![],
    }
}
