//! Messages → sentences.

use crate::commerce::cart::{Cart, Line, Quantity};
use crate::dialogue::Message;
use crate::dialogue::asking::wished;
use crate::dialogue::state::About;
use crate::lang::reply::{Says, Wording};
use crate::shop::{ItemId, OptionId, OptionListId, Unit};
use crate::understand::Which;

use super::phrase::{Phrasing, fill};

/// Options read out with a question; more make nobody wiser.
const NAMED_IN_QUESTION: usize = 6;
const ITEMS_IN_QUESTION: usize = 5;

/// The wordings of one reply.
pub struct Renderer<'a> {
    pub phrasing: Phrasing<'a>,
    /// Chooses among wordings.
    pub turn: u32,
}

impl Renderer<'_> {
    pub fn message(&self, message: &Message) -> String {
        let p = &self.phrasing;
        let s = &p.words.say;
        match message {
            Message::Greeting => self.say(&s.greeting, &[("shop", &p.shop.name)]),
            Message::WelcomeBack(cart) => self.say(&s.welcome_back, &[("lines", &p.cart(cart))]),
            Message::Lost(items) => self.say(&s.lost, &[("items", &p.and(items))]),
            Message::Trouble => self.say(&s.trouble, &[]),
            Message::Added(added) => {
                let fresh: Vec<String> =
                    added.iter().filter(|added| added.now.is_none()).map(|added| p.line(&added.line)).collect();
                let mut parts = vec![];
                if !fresh.is_empty() {
                    parts.push(self.say(&s.added, &[("lines", &p.and(&fresh))]));
                }
                for added in added {
                    let Some(now) = added.now else { continue };
                    let (line, now) = (p.line(&added.line), p.quantity(now));
                    parts.push(self.say(&s.added_joined, &[("added", &line), ("now", &now)]));
                }
                parts.join(" ")
            }
            Message::Changed(lines) => self.say(&s.changed, &[("lines", &p.lines(lines))]),
            Message::Removed(lines) => self.say(&s.removed, &[("lines", &p.lines(lines))]),
            Message::Replaced { old, new } => {
                self.say(&s.replaced, &[("old", &p.line_plain(old)), ("new", &p.line(new))])
            }
            Message::OrderChoice(option) => self.say(&s.order_choice, &[("option", &p.option(*option))]),
            Message::Named(name) => self.say(&s.named, &[("name", name)]),
            Message::Undone(cart) if cart.is_empty() => self.say(&s.undone_empty, &[]),
            Message::Undone(cart) => self.say(&s.undone, &[("lines", &p.cart(cart))]),
            Message::NothingToUndo => self.say(&s.nothing_to_undo, &[]),
            Message::TooLateToUndo { number } => self.say(&s.too_late_to_undo, &[("number", &number.to_string())]),
            Message::NothingToRepeat => self.say(&s.nothing_to_repeat, &[]),
            Message::EmptyCart => self.say(&s.empty_cart, &[]),
            Message::NoSuchLine { which, cart } => self.no_such_line(which.as_ref(), cart),
            Message::CartReadBack(cart) => self.cart(cart),
            Message::Total(cart) => self.say(&s.total, &[("total", &self.total(cart))]),
            Message::Placed { number, cart } => self.placed(*number, cart),
            Message::Canceled => self.say(&s.canceled, &[]),
            Message::NothingToCancel => self.say(&s.nothing_to_cancel, &[]),
            Message::Kept => self.say(&s.kept, &[]),
            Message::Dropped => self.say(&s.dropped, &[]),
            Message::Unheard => self.say(&s.unheard, &[]),
            Message::NotUnderstood => self.say(&s.not_understood, &[]),
            Message::Help { cart_empty: true } => self.say(&s.help, &[]),
            Message::Help { cart_empty: false } => self.say(&s.help_cart, &[]),
            Message::HandingOver => self.say(&s.handing_over, &[]),
            Message::Welcome => self.say(&s.welcome, &[]),
            Message::Goodbye => self.say(&s.goodbye, &[]),
            Message::StillThere => self.say(&s.still_there, &[]),
            Message::AskMore => self.say(&s.ask_more, &[]),
            Message::AskCancel(cart) => self.say(&s.ask_cancel, &[("lines", &p.cart(cart))]),
            Message::AskPerson => self.say(&s.ask_person, &[]),
            Message::AskEverything { total: Some(cart) } => {
                self.say(&s.ask_everything, &[("total", &self.total(cart))])
            }
            Message::AskEverything { total: None } => self.say(&s.ask_everything_plain, &[]),
            Message::AskPlace { total: Some(cart) } => self.say(&s.ask_place, &[("total", &self.total(cart))]),
            Message::AskPlace { total: None } => self.say(&s.ask_place_plain, &[]),
            Message::AskWhatElse { cart_empty: true } => self.say(&s.ask_what_first, &[]),
            Message::AskWhatElse { cart_empty: false } => self.say(&s.ask_what_else, &[]),
            Message::AskWhatToChange => self.say(&s.ask_what_to_change, &[]),
            Message::AskOption { line, list, options, plain } => self.ask_option(line, *list, options, *plain),
            Message::AskOrderOption { list, options } => {
                let own = p.shop.option_list(*list).ask.clone();
                let options = p.or(&p.options(options));
                own.unwrap_or_else(|| self.say(&s.ask_order_option, &[("options", &options)]))
            }
            Message::AskOneOf { line, options } => {
                let options = p.or(&p.options(options));
                self.say(&s.ask_one_of, &[("line", &p.line_plain(line)), ("options", &options)])
            }
            Message::AskItem { about, items } => self.ask_item(about, items),
            Message::AskOffer { request, words } => {
                let Which::Item(item) = request.which else { return String::new() };
                let item = p.item(item, &request.choices, request.quantity);
                match words {
                    Some(words) => self.say(&s.ask_did_you_mean, &[("words", words), ("item", &item)]),
                    None => self.say(&s.ask_offer, &[("item", &item)]),
                }
            }
            Message::AskAmount { item, said } => self.ask_amount(*item, *said),
            Message::AskLine(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| p.line_plain(line)).collect();
                self.say(&s.ask_line, &[("lines", &p.or(&lines))])
            }
            told => super::told::told(self, told),
        }
    }

    /// This turn's wording with its gaps filled, begun with a capital.
    pub fn say(&self, wording: &Wording, values: &[(&str, &str)]) -> String {
        capital(&fill(wording.of_turn(self.turn), values))
    }

    pub fn says(&self) -> &Says {
        &self.phrasing.words.say
    }

    fn total(&self, cart: &Cart) -> String {
        self.phrasing.money(cart.amounts(self.phrasing.shop).total)
    }

    fn cart(&self, cart: &Cart) -> String {
        let p = &self.phrasing;
        let mut text = self.say(&p.words.say.cart, &[("lines", &p.cart(cart))]);
        let mut further: Vec<String> = cart.order_choices.iter().map(|choice| p.option(choice.option)).collect();
        if let Some(name) = &cart.customer_name {
            further.push(fill(&p.words.phrases.named, &[("name", name)]));
        }
        if !further.is_empty() {
            text.push(' ');
            text.push_str(&self.say(&p.words.say.cart_order_choices, &[("options", &p.and(&further))]));
        }
        text
    }

    fn placed(&self, number: u64, cart: &Cart) -> String {
        let (number, total) = (number.to_string(), self.total(cart));
        let values = [("number", number.as_str()), ("total", total.as_str())];
        match &cart.customer_name {
            Some(name) => self.say(&self.says().placed_named, &[values[0], values[1], ("name", name)]),
            None => self.say(&self.says().placed, &values),
        }
    }

    fn no_such_line(&self, which: Option<&Which>, cart: &Cart) -> String {
        let p = &self.phrasing;
        let lines = p.cart(cart);
        match which {
            Some(Which::Item(item)) => {
                self.say(&self.says().no_such_line, &[("item", &p.title(*item)), ("lines", &lines)])
            }
            Some(Which::Category(category)) => {
                let title = &p.shop.category(*category).names.title;
                self.say(&self.says().no_such_line, &[("item", title), ("lines", &lines)])
            }
            _ => self.say(&self.says().not_there, &[("lines", &lines)]),
        }
    }

    /// The owner's own question where it is plain what it is about and all it names can be had; else one made from the
    /// list's name.
    fn ask_option(&self, line: &Line, list: OptionListId, options: &[OptionId], plain: bool) -> String {
        let p = &self.phrasing;
        let of = p.shop.option_list(list);
        if let (Some(ask), true) = (&of.ask, plain && options.len() == of.options.len()) {
            return ask.clone();
        }
        let named = p.line_plain(line);
        if options.len() > NAMED_IN_QUESTION {
            return self.say(&self.says().ask_option_long, &[("list", &of.names.title), ("line", &named)]);
        }
        let options = p.or(&p.options(options));
        self.say(&self.says().ask_option, &[("list", &of.names.title), ("line", &named), ("options", &options)])
    }

    fn ask_item(&self, about: &About, items: &[ItemId]) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let few = &items[..items.len().min(ITEMS_IN_QUESTION)];
        let named = p.or(&p.titles(few));
        match about {
            About::Tie => self.say(&s.ask_item_tie, &[("items", &named)]),
            About::Category(category) => {
                let category = &p.shop.category(*category).names.title;
                let wording = if few.len() < items.len() { &s.ask_item_category_long } else { &s.ask_item_category };
                let named = if few.len() < items.len() { p.and(&p.titles(few)) } else { named };
                self.say(wording, &[("category", category), ("items", &named)])
            }
            About::Unknown(words) => self.say(&s.ask_item_unknown, &[("words", words), ("items", &named)]),
            About::SoldOut(item) => self.say(&s.ask_item_sold_out, &[("item", &p.title(*item)), ("items", &named)]),
            About::Recommended => self.say(&s.ask_item_recommended, &[("items", &named)]),
        }
    }

    fn ask_amount(&self, item: ItemId, said: Option<Quantity>) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let plural = p.plural(&p.shop.item(item).names);
        match (said, &p.shop.item(item).unit) {
            (Some(said), _) => {
                let line = p.line(&wished(item, Some(said), &[]));
                self.say(&s.ask_amount_beyond, &[("line", &line)])
            }
            (None, Unit::Measure(unit)) => {
                let unit = p.unit(unit, Quantity::Count(2));
                self.say(&s.ask_amount_measure, &[("unit", &unit), ("item", &p.title(item))])
            }
            (None, _) => self.say(&s.ask_amount_count, &[("items", &plural)]),
        }
    }
}

/// Sentences begin with a capital where the script has them.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
