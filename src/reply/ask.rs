//! Our questions, in words.

use crate::commerce::cart::{Line, LineId, Quantity};
use crate::dialogue::message::{About, Ask};
use crate::shop::{ItemId, OptionId, OptionListId, Unit};

use super::render::Renderer;

/// Options read out with a question; more make nobody wiser.
const NAMED_IN_QUESTION: usize = 3;
const ITEMS_IN_QUESTION: usize = 3;
/// The second time, what can be chosen is what was missed.
const NAMED_AGAIN: usize = 6;
/// So many lines are named when all of them are to go.
const NAMED_TO_CANCEL: usize = 3;

impl Renderer<'_> {
    pub fn ask(&self, ask: &Ask) -> String {
        let p = &self.phrasing;
        let s = self.says();
        match ask {
            Ask::Option { line, list, options, plain } => self.ask_option(line, *list, options, *plain),
            Ask::OrderOption { list, options } => {
                let own = p.shop.option_list(*list).ask.clone();
                let options = p.or(&p.options(options));
                own.unwrap_or_else(|| self.say(&s.ask_order_option, &[("options", &options)]))
            }
            Ask::OneOf { line, options } => {
                let options = p.or(&p.options(options));
                self.say(&s.ask_one_of, &[("line", &p.line_short(line)), ("options", &options)])
            }
            Ask::Item { about, items } => self.ask_item(about, items),
            Ask::Offer { item, request, words } => {
                let item = p.item(*item, &request.choices, request.quantity);
                match words {
                    Some(words) => self.say(&s.ask_did_you_mean, &[("words", words), ("item", &item)]),
                    None => self.say(&s.ask_offer, &[("item", &item)]),
                }
            }
            Ask::Keep { line, need } => {
                let wording = if need.diet { &s.ask_keep_diet } else { &s.ask_keep };
                self.say(wording, &[("item", &p.title(line.item)), ("need", &need.name)])
            }
            Ask::Amount { item, said } => self.ask_amount(*item, *said),
            Ask::Line(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| p.line_plain(line)).collect();
                self.say(&s.ask_line, &[("lines", &p.or(&lines))])
            }
            Ask::More => self.say(&s.ask_more, &[]),
            Ask::Cancel(cart) if cart.lines.len() > NAMED_TO_CANCEL => self.say(&s.again_cancel, &[]),
            Ask::Cancel(cart) => self.say(&s.ask_cancel, &[("lines", &p.cart(cart))]),
            Ask::Person => self.say(&s.ask_person, &[]),
            Ask::Code => self.say(&s.ask_code, &[]),
            Ask::TakeUp { cart, minutes: 0 | 1 } => self.say(&s.ask_take_up_now, &[("lines", &p.cart(cart))]),
            Ask::TakeUp { cart, minutes } => {
                let minutes = p.quantity(Quantity::Count(*minutes));
                self.say(&s.ask_take_up, &[("lines", &p.cart(cart)), ("minutes", &minutes)])
            }
            Ask::Detail { detail, street } => self.ask_detail(*detail, street.as_deref(), false),
            Ask::Tip => self.ask_tip(),
            Ask::Pay { ways, rest: None } => self.say(&s.ask_pay, &[("ways", &self.ways(ways))]),
            Ask::Pay { ways, rest: Some(rest) } => {
                self.say(&s.ask_pay_rest, &[("rest", &p.money(*rest)), ("ways", &self.ways(ways))])
            }
            Ask::Account => self.say(&s.ask_account, &[]),
            Ask::Approval { staffed: true } => self.say(&s.ask_approval, &[]),
            Ask::Approval { staffed: false } => self.say(&s.ask_approval_alone, &[]),
            Ask::Everything { total: true, places } => {
                let said = if *places { &s.ask_placing } else { &s.ask_everything };
                self.after_reasons(self.say(said, &[("total", &self.total())]))
            }
            Ask::Everything { total: false, places: true } => self.say(&s.ask_placing_plain, &[]),
            Ask::Everything { total: false, places: false } => self.say(&s.ask_everything_plain, &[]),
            Ask::Place { total: true } => self.after_reasons(self.say(&s.ask_place, &[("total", &self.total())])),
            Ask::Place { total: false } => self.say(&s.ask_place_plain, &[]),
        }
    }

    /// The same question in other words, with what can be chosen.
    pub fn ask_again(&self, ask: &Ask) -> String {
        let p = &self.phrasing;
        let s = self.says();
        match ask {
            Ask::Option { line, list, options, .. } => {
                let options = p.or(&self.some(p.options(options)));
                let list = &p.shop.option_list(*list).names.title;
                self.say(&s.again_option, &[("list", list), ("line", &p.line_short(line)), ("options", &options)])
            }
            Ask::OrderOption { options, .. } => {
                self.say(&s.again_order_option, &[("options", &p.or(&self.some(p.options(options))))])
            }
            Ask::OneOf { line, options } => {
                let options = p.or(&p.options(options));
                self.say(&s.again_one_of, &[("line", &p.line_short(line)), ("options", &options)])
            }
            Ask::Item { items, .. } => self.say(&s.again_item, &[("items", &p.or(&self.some(p.titles(items))))]),
            Ask::Line(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| p.line_plain(line)).collect();
                self.say(&s.again_line, &[("lines", &p.or(&lines))])
            }
            Ask::Offer { item, request, .. } => {
                self.say(&s.again_offer, &[("item", &p.item(*item, &request.choices, request.quantity))])
            }
            Ask::Amount { item, said } => self.ask_amount_again(*item, *said),
            Ask::Keep { line, .. } => self.say(&s.again_keep, &[("item", &p.title(line.item))]),
            Ask::More => self.say(&s.again_more, &[]),
            Ask::Cancel(_) => self.say(&s.again_cancel, &[]),
            Ask::Person => self.say(&s.again_person, &[]),
            Ask::Code => self.say(&s.again_code, &[]),
            Ask::Detail { detail, street } => self.ask_detail(*detail, street.as_deref(), true),
            Ask::Tip => self.say(&s.again_tip, &[]),
            Ask::Pay { ways, .. } => self.say(&s.again_pay, &[("ways", &self.ways(ways))]),
            Ask::Account => self.say(&s.again_account, &[]),
            Ask::Approval { .. } => self.say(&s.again_approval, &[]),
            Ask::TakeUp { cart, .. } => self.say(&s.again_take_up, &[("lines", &p.cart(cart))]),
            Ask::Everything { places: true, .. } => self.say(&s.again_placing, &[]),
            Ask::Everything { places: false, .. } => self.say(&s.again_everything, &[]),
            Ask::Place { .. } => self.say(&s.again_place, &[]),
        }
    }

    fn some(&self, mut all: Vec<String>) -> Vec<String> {
        all.truncate(NAMED_AGAIN);
        all
    }

    /// The owner's own question where it is plain what it is about and all it names can be had; else one made from the
    /// list's name.
    fn ask_option(&self, line: &Line, list: OptionListId, options: &[OptionId], plain: bool) -> String {
        let p = &self.phrasing;
        let of = p.shop.option_list(list);
        if let (Some(ask), true) = (&of.ask, plain && options.len() == of.options.len()) {
            return ask.clone();
        }
        let named = p.line_short(line);
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

    /// Part of what is sold whole was wanted: eighteen eggs, which come by the dozen.
    fn ask_amount_whole(&self, item: ItemId, thousandths: u32) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let names = &p.shop.item(item).names;
        let whole = |count| p.quantity(Quantity::Count(count));
        let (few, many) = (whole(thousandths / 1_000), whole(thousandths / 1_000 + 1));
        let less_than_one = thousandths < 1_000;
        let (wording, unit) = match &p.shop.item(item).unit {
            Unit::Pack(pack) => {
                let wording = if less_than_one { &s.ask_amount_pack_one } else { &s.ask_amount_pack };
                (wording, p.unit(pack, Quantity::Count(1)))
            }
            Unit::Each | Unit::Measure(_) => {
                let wording = if less_than_one { &s.ask_amount_whole_one } else { &s.ask_amount_whole };
                (wording, String::new())
            }
        };
        self.say(wording, &[("items", &p.plural(names)), ("unit", &unit), ("few", &few), ("many", &many)])
    }

    /// A number is what is missing, in what the item is sold by; or what was heard is hard to believe.
    fn ask_amount_again(&self, item: ItemId, said: Option<Quantity>) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let of = p.shop.item(item);
        let plural = p.plural(&of.names);
        match (said, &of.unit) {
            (Some(Quantity::Count(_)) | None, Unit::Measure(unit)) => {
                let units = p.unit(unit, Quantity::Count(2));
                self.say(&s.again_amount_by, &[("units", &units), ("items", &plural)])
            }
            (Some(Quantity::Measure(_)) | None, Unit::Pack(unit)) => {
                let units = p.unit(unit, Quantity::Count(2));
                self.say(&s.again_amount_by, &[("units", &units), ("items", &plural)])
            }
            (Some(Quantity::Measure(_)) | None, Unit::Each) => self.say(&s.again_amount, &[("items", &plural)]),
            (Some(quantity), Unit::Each | Unit::Measure(_) | Unit::Pack(_)) => {
                let line = Line { id: LineId(0), item, quantity, choices: vec![], notes: vec![] };
                self.say(&s.again_amount_beyond, &[("line", &p.line(&line))])
            }
        }
    }

    fn ask_amount(&self, item: ItemId, said: Option<Quantity>) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let plural = p.plural(&p.shop.item(item).names);
        match (said, &p.shop.item(item).unit) {
            (Some(Quantity::Count(_)), Unit::Measure(unit)) => {
                let (unit, units) = (p.unit(unit, Quantity::Count(1)), p.unit(unit, Quantity::Count(2)));
                self.say(&s.ask_amount_by_measure, &[("items", &plural), ("unit", &unit), ("units", &units)])
            }
            (Some(said @ Quantity::Measure(_)), Unit::Each | Unit::Pack(_)) => {
                self.ask_amount_whole(item, said.rounded())
            }
            (Some(quantity), _) => {
                let line = Line { id: LineId(0), item, quantity, choices: vec![], notes: vec![] };
                self.say(&s.ask_amount_beyond, &[("line", &p.line(&line))])
            }
            (None, Unit::Measure(unit)) => {
                let unit = p.unit(unit, Quantity::Count(2));
                self.say(&s.ask_amount_measure, &[("unit", &unit), ("item", &p.title(item))])
            }
            (None, Unit::Each | Unit::Pack(_)) => self.say(&s.ask_amount_count, &[("items", &plural)]),
        }
    }
}
