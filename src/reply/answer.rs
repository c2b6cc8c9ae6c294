//! Answers to the customer's questions, in words.

use crate::commerce::cart::{Cart, Choice, Need, Quantity};
use crate::dialogue::message::Answer;
use crate::money::Money;
use crate::shop::{CategoryId, Held, ItemId, OptionId, Unit};

use super::phrase::fill;
use super::render::Renderer;

impl Renderer<'_> {
    pub fn answer(&self, answer: &Answer) -> String {
        let p = &self.phrasing;
        let s = self.says();
        match answer {
            Answer::CartReadBack(cart) => self.cart(cart),
            Answer::Total => self.after_reasons(self.say(&s.total, &[("total", &self.total())])),
            Answer::Price { item, quantity, choices, amount, from } => {
                self.price(*item, *quantity, choices, *amount, *from)
            }
            Answer::OptionPrice { option, amount } => self.option_price(*option, *amount),
            Answer::Options { list, options } => {
                let title = p.shop.option_list(*list).names.title.clone();
                if options.is_empty() {
                    return self.say(&s.options_none, &[("list", &title)]);
                }
                let options = p.and(&p.options_priced(options));
                self.say(&s.options, &[("list", &title), ("options", &options)])
            }
            Answer::OptionsNotTaken { list, item } => {
                let list = p.plural(&p.shop.option_list(*list).names);
                self.say(&s.options_not_taken, &[("list", &list), ("item", &p.title(*item))])
            }
            Answer::ItemOptions { item } => self.item_options(*item),
            Answer::Categories { categories } => self.categories(categories),
            Answer::Items { category, items, continued } => self.items(*category, items, *continued),
            Answer::NoneAvailable(category) => {
                self.say(&s.none_available, &[("category", &p.plural(&p.shop.category(*category).names))])
            }
            Answer::Sold { item, choices, amount, from } => {
                let price = self.price(*item, None, choices, *amount, *from);
                self.say(&s.sold, &[("items", &p.plural(&p.shop.item(*item).names)), ("price", &price)])
            }
            Answer::OptionSold { option } => self.say(&s.option_sold, &[("option", &p.option(*option))]),
            Answer::About { item } => self.about(*item),
            Answer::Ingredients { item } => self.ingredients(*item),
            Answer::Tagged { item, tag, holds } => {
                // "contains nuts" is a verb already.
                let verb = p.words.tag_verbs.iter().any(|verb| tag.split_whitespace().next() == Some(verb.as_str()));
                let wording = match (holds, verb) {
                    (Some(true), false) => &s.tag_yes,
                    (Some(true), true) => &s.tag_verb_yes,
                    (Some(false), false) => &s.tag_no,
                    (Some(false), true) => &s.tag_verb_no,
                    (None, false) => &s.tag_unknown,
                    (None, true) => &s.tag_verb_unknown,
                };
                self.say(wording, &[("item", &p.title(*item)), ("tag", tag)])
            }
            Answer::Held { item, need, held } => self.held(*item, need, *held),
            Answer::Holding { items, need, all } => {
                let wording = match (need.diet, all) {
                    (false, false) => &s.list_holds,
                    (false, true) => &s.list_all_hold,
                    (true, false) => &s.list_not,
                    (true, true) => &s.list_none,
                };
                self.say(wording, &[("items", &p.and(&p.titles(items))), ("need", &need.name)])
            }
            Answer::Lacking { items, needs } => {
                let needs: Vec<String> = needs.iter().map(|need| p.lacking(need)).collect();
                let wording = if items.is_empty() { &s.lacking_none } else { &s.lacking };
                self.say(wording, &[("items", &p.and(&p.titles(items))), ("needs", &p.and(&needs))])
            }
            Answer::WhichOne => self.say(&s.which_one, &[]),
            Answer::Hours => match &p.shop.hours {
                Some(hours) => self.say(&s.hours, &[("hours", hours)]),
                None => self.say(&s.hours_unknown, &[]),
            },
            Answer::Ways(ways) => self.say(&s.ways_to_pay, &[("ways", &self.ways(ways))]),
            Answer::OrderStatus { number, cart } => {
                let (number, lines) = (number.to_string(), p.cart(cart));
                self.say(&s.order_status, &[("number", &number), ("lines", &lines)])
            }
        }
    }

    fn cart(&self, cart: &Cart) -> String {
        let p = &self.phrasing;
        let mut text = self.say(&self.says().cart, &[("lines", &p.cart(cart))]);
        let needs: Vec<String> = cart.needs.iter().map(|need| p.need(need)).collect();
        if !needs.is_empty() {
            text.push(' ');
            text.push_str(&self.say(&self.says().cart_needs, &[("needs", &p.and(&needs))]));
        }
        let besides = self.besides(cart);
        if !besides.is_empty() {
            text.push_str(&p.words.strings.sentences);
            text.push_str(&besides);
        }
        text
    }

    /// What the order as a whole is: to go, for whom, when.
    fn besides(&self, cart: &Cart) -> String {
        let p = &self.phrasing;
        let mut further: Vec<String> = cart.order_choices.iter().map(|choice| p.option(choice.option)).collect();
        if let Some(name) = &cart.customer_name {
            further.push(fill(&p.words.phrases.named, &[("name", name)]));
        }
        further.extend(p.whither(cart));
        match further.is_empty() {
            true => String::new(),
            false => self.say(&self.says().cart_order_choices, &[("options", &p.and(&further))]),
        }
    }

    /// `text` names the lines of a cart: with where it goes behind it, where that is known.
    pub(super) fn with_whither(&self, text: String, cart: &Cart) -> String {
        match self.phrasing.whither(cart).is_empty() {
            true => text,
            false => format!("{text}{}{}", self.phrasing.words.strings.sentences, self.besides(cart)),
        }
    }

    /// What the shop wrote of it, and not a word more.
    pub(super) fn held(&self, item: ItemId, need: &Need, held: Held) -> String {
        let s = self.says();
        let wording = match (held, need.diet) {
            (Held::Yes, false) => &s.held_yes,
            (Held::No, false) => &s.held_no,
            (Held::Unknown, false) => &s.held_unknown,
            (Held::Yes, true) => &s.diet_no,
            (Held::No, true) => &s.tag_yes,
            (Held::Unknown, true) => &s.tag_unknown,
        };
        let title = self.phrasing.title(item);
        // The menu says "nuts", whichever of them somebody is allergic to.
        let named = if held == Held::Yes { &need.name } else { &need.words };
        self.say(wording, &[("item", &title), ("need", named), ("tag", &need.words)])
    }

    fn categories(&self, categories: &[CategoryId]) -> String {
        let p = &self.phrasing;
        if categories.is_empty() {
            return self.say(&self.says().nothing_available, &[]);
        }
        let titles: Vec<String> =
            categories.iter().map(|category| p.plural(&p.shop.category(*category).names)).collect();
        self.say(&self.says().categories, &[("categories", &p.and(&titles))])
    }

    fn items(&self, category: Option<CategoryId>, items: &[ItemId], continued: bool) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let items = p.and(&p.priced(items));
        match category {
            _ if continued => self.say(&s.items_continued, &[("items", &items)]),
            Some(category) => {
                let category = p.plural(&p.shop.category(category).names);
                self.say(&s.items_of, &[("category", &category), ("items", &items)])
            }
            None => self.say(&s.items, &[("items", &items)]),
        }
    }

    /// What it costs; "from", where a choice still open decides.
    fn price(&self, item: ItemId, quantity: Option<Quantity>, choices: &[Choice], amount: Money, from: bool) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let amount = p.money(amount);
        let named = p.item(item, choices, quantity);
        let one = quantity == Some(Quantity::thousandths(1_000));
        match (&p.shop.item(item).unit, quantity.filter(|_| !one)) {
            _ if from => self.say(&s.price_from, &[("item", &named), ("price", &amount)]),
            (Unit::Measure(unit), None) => {
                let unit = p.unit(unit, Quantity::Count(1));
                self.say(&s.price_unit, &[("item", &named), ("price", &amount), ("unit", &unit)])
            }
            (Unit::Pack(unit), None) => {
                let unit = p.unit(unit, Quantity::Count(1));
                self.say(&s.price_pack, &[("item", &p.title(item)), ("price", &amount), ("unit", &unit)])
            }
            (Unit::Each | Unit::Measure(_) | Unit::Pack(_), _) => {
                self.say(&s.price, &[("item", &named), ("price", &amount)])
            }
        }
    }

    fn option_price(&self, option: OptionId, amount: Money) -> String {
        let title = self.phrasing.option(option);
        if amount == Money::ZERO {
            self.say(&self.says().option_free, &[("option", &title)])
        } else {
            self.say(&self.says().option_price, &[("option", &title), ("price", &self.phrasing.money(amount))])
        }
    }

    fn item_options(&self, item: ItemId) -> String {
        let p = &self.phrasing;
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
            return self.say(&self.says().item_options_none, &[("item", &title)]);
        }
        self.say(&self.says().item_options, &[("item", &title), ("lists", &p.and(&seen))])
    }

    fn about(&self, item: ItemId) -> String {
        let s = self.says();
        let names = &self.phrasing.shop.item(item).names;
        match &self.phrasing.shop.item(item).description {
            Some(description) => self.say(&s.description, &[("item", &names.title), ("description", description)]),
            None => self.say(&s.about_unknown, &[("item", &names.title)]),
        }
    }

    fn ingredients(&self, item: ItemId) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let of = p.shop.item(item);
        let title = &of.names.title;
        if !of.ingredients.is_empty() {
            return self.say(&s.ingredients, &[("item", title), ("ingredients", &p.and(&of.ingredients))]);
        }
        match &of.description {
            Some(description) => self.say(&s.description, &[("item", title), ("description", description)]),
            None => self.say(&s.ingredients_unknown, &[("item", title)]),
        }
    }
}
