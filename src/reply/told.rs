//! Answers to the customer's questions, in words.

use crate::commerce::cart::{Choice, Quantity};
use crate::dialogue::Message;
use crate::dialogue::asking::{options_for, wished};
use crate::shop::{ItemId, OptionId, Unit};

use super::render::Renderer;

pub fn told(r: &Renderer, message: &Message) -> String {
    let p = &r.phrasing;
    let s = r.says();
    match message {
        Message::NotSold { words } => r.say(&s.not_sold, &[("words", words)]),
        Message::Noted { words } => r.say(&s.noted, &[("words", words)]),
        Message::SoldOut { item } => r.say(&s.sold_out, &[("items", &p.plural(&p.shop.item(*item).names))]),
        Message::OptionSoldOut { option } => r.say(&s.option_sold_out, &[("option", &p.option(*option))]),
        Message::OptionNotOffered { item, option, instead } => {
            let instead = p.or(&p.options(instead));
            let values = [("item", p.title(*item)), ("option", p.option(*option)), ("options", instead)];
            r.say(&s.option_not_offered, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
        Message::TooManyOptions { list, max } => {
            let max = p.quantity(Quantity::Count((*max).into()));
            let names = &p.shop.option_list(*list).names;
            let name = if max == p.quantity(Quantity::Count(1)) { names.title.clone() } else { p.plural(names) };
            r.say(&s.too_many_options, &[("max", &max), ("list", &name)])
        }
        Message::TooOften { option, most } => {
            let most = p.quantity(Quantity::Count((*most).into()));
            r.say(&s.too_often, &[("most", &most), ("option", &p.option(*option))])
        }
        Message::Price { item, quantity, choices } => price(r, *item, *quantity, choices),
        Message::OptionPrice { option, item } => option_price(r, *option, *item),
        Message::Options { list, options } => {
            let title = p.shop.option_list(*list).names.title.clone();
            if options.is_empty() {
                return r.say(&s.options_none, &[("list", &title)]);
            }
            let options = p.and(&p.options_priced(options));
            r.say(&s.options, &[("list", &title), ("options", &options)])
        }
        Message::OptionsNotTaken { list, item } => {
            let list = p.plural(&p.shop.option_list(*list).names);
            r.say(&s.options_not_taken, &[("list", &list), ("item", &p.title(*item))])
        }
        Message::ItemOptions { item } => item_options(r, *item),
        Message::Categories { categories } if categories.is_empty() => r.say(&s.nothing_available, &[]),
        Message::Categories { categories } => {
            let titles: Vec<String> =
                categories.iter().map(|category| p.plural(&p.shop.category(*category).names)).collect();
            r.say(&s.categories, &[("categories", &p.and(&titles))])
        }
        Message::Items { category, items, continued } => {
            let items = p.and(&p.priced(items));
            match category {
                _ if *continued => r.say(&s.items_continued, &[("items", &items)]),
                Some(category) => {
                    let category = p.plural(&p.shop.category(*category).names);
                    r.say(&s.items_of, &[("category", &category), ("items", &items)])
                }
                None => r.say(&s.items, &[("items", &items)]),
            }
        }
        Message::NoneAvailable(category) => {
            r.say(&s.none_available, &[("category", &p.plural(&p.shop.category(*category).names))])
        }
        Message::Sold { item } => {
            let price = price(r, *item, None, &[]);
            r.say(&s.sold, &[("items", &p.plural(&p.shop.item(*item).names)), ("price", &price)])
        }
        Message::OptionSold { option } => r.say(&s.option_sold, &[("option", &p.option(*option))]),
        Message::Ingredients { item } => ingredients(r, *item),
        Message::Tagged { item, tag, holds } => {
            let wording = match holds {
                Some(true) => &s.tag_yes,
                Some(false) => &s.tag_no,
                None => &s.tag_unknown,
            };
            r.say(wording, &[("item", &p.title(*item)), ("tag", tag)])
        }
        Message::WhichOne => r.say(&s.which_one, &[]),
        Message::Hours => match &p.shop.hours {
            Some(hours) => r.say(&s.hours, &[("hours", hours)]),
            None => r.say(&s.hours_unknown, &[]),
        },
        Message::OrderStatus { number, cart } => {
            let (number, lines) = (number.to_string(), p.cart(cart));
            r.say(&s.order_status, &[("number", &number), ("lines", &lines)])
        }
        Message::NoOrder => r.say(&s.no_order, &[]),
        // All others are worded where replies to orders are.
        _ => String::new(),
    }
}

/// What it costs; "from", where a choice still open decides.
fn price(r: &Renderer, item: ItemId, quantity: Option<Quantity>, choices: &[Choice]) -> String {
    let p = &r.phrasing;
    let s = r.says();
    let fitting = quantity.and_then(|quantity| quantity.fitting(p.shop, item).ok());
    let line = wished(item, Some(fitting.unwrap_or(Quantity::one(p.shop, item))), choices);
    let open = line.missing(p.shop).iter().any(|list| {
        let mut prices: Vec<i64> = options_for(p.shop, *list, Some(item))
            .into_iter()
            .map(|option| p.shop.option_price(item, option).0)
            .collect();
        prices.sort_unstable();
        prices.dedup();
        prices.len() > 1
    });
    let amount = p.money(line.amount(p.shop));
    let named = p.item(item, choices, fitting);
    match (&p.shop.item(item).unit, fitting) {
        _ if open => r.say(&s.price_from, &[("item", &named), ("price", &amount)]),
        (Unit::Measure(unit), None) => {
            let unit = p.unit(unit, Quantity::Count(1));
            r.say(&s.price_unit, &[("item", &named), ("price", &amount), ("unit", &unit)])
        }
        (Unit::Pack(unit), None) => {
            let unit = p.unit(unit, Quantity::Count(1));
            r.say(&s.price_pack, &[("item", &p.title(item)), ("price", &amount), ("unit", &unit)])
        }
        _ => r.say(&s.price, &[("item", &named), ("price", &amount)]),
    }
}

fn option_price(r: &Renderer, option: OptionId, item: Option<ItemId>) -> String {
    let p = &r.phrasing;
    let price = item.map_or(p.shop.option(option).price, |item| p.shop.option_price(item, option));
    let title = p.option(option);
    if price.0 == 0 {
        r.say(&r.says().option_free, &[("option", &title)])
    } else {
        r.say(&r.says().option_price, &[("option", &title), ("price", &p.money(price))])
    }
}

fn item_options(r: &Renderer, item: ItemId) -> String {
    let p = &r.phrasing;
    let lists: Vec<String> =
        p.shop.item(item).options.iter().map(|taken| p.shop.option_list(taken.list).names.title.clone()).collect();
    let mut seen: Vec<String> = vec![];
    for list in lists {
        if !seen.contains(&list) {
            seen.push(list);
        }
    }
    let title = p.title(item);
    if seen.is_empty() {
        return r.say(&r.says().item_options_none, &[("item", &title)]);
    }
    r.say(&r.says().item_options, &[("item", &title), ("lists", &p.and(&seen))])
}

fn ingredients(r: &Renderer, item: ItemId) -> String {
    let p = &r.phrasing;
    let of = p.shop.item(item);
    if !of.ingredients.is_empty() {
        let ingredients = p.and(&of.ingredients);
        return r.say(&r.says().ingredients, &[("item", &of.names.title), ("ingredients", &ingredients)]);
    }
    match &of.description {
        Some(description) => r.say(&r.says().description, &[("item", &of.names.title), ("description", description)]),
        None => r.say(&r.says().ingredients_unknown, &[("item", &of.names.title)]),
    }
}
