//! Acts in words, for the shop owner who tries a menu.

use crate::commerce::cart::{Choice, Grade, Need, Quantity};
use crate::commerce::fulfilment::TimeSaid;
use crate::money::percent;
use crate::shop::Shop;

use super::act::*;

/// One act in a line: what it does, with the titles of the shop.
pub fn explain(shop: &Shop, kind: &ActKind) -> String {
    let say = Explain { shop };
    match kind {
        ActKind::Add(request) => format!("add {}", say.request(request)),
        ActKind::Change { target, edits } => format!("change {}: {}", say.target(target), say.edits(edits)),
        ActKind::Remove { target, quantity } => {
            format!("remove {}{}", quantity.map_or(String::new(), |q| format!("{} of ", number(q))), say.target(target))
        }
        ActKind::Replace { target, with } => format!("replace {} with {}", say.target(target), say.request(with)),
        ActKind::Again { target, quantity, edits } => {
            let but = if edits.is_empty() { String::new() } else { format!(", but {}", say.edits(edits)) };
            format!("again {} {}{but}", quantity.map_or(String::new(), number), say.target(target))
        }
        ActKind::Each { quantity, more, list } => {
            let of = list.map_or(String::new(), |list| format!(" of {}", shop.option_list(list).names.title));
            format!("{}{} of each{of}", number(*quantity), if *more { " more" } else { "" })
        }
        ActKind::Fragment { edits, all } => {
            format!("{}: {}", if *all { "of all" } else { "fragment" }, say.edits(edits))
        }
        ActKind::OrderOption(option) => format!("order option {}", shop.option(*option).names.title),
        ActKind::CustomerName(name) => format!("customer name {name}"),
        ActKind::Ask(question) => format!("ask {}", say.question(question)),
        ActKind::Unknown { words, near, edits } => {
            let near: Vec<&str> = near.iter().map(|i| shop.item(*i).names.title.as_str()).collect();
            let near = if near.is_empty() { String::new() } else { format!(", near: {}", near.join(", ")) };
            let edits = if edits.is_empty() { String::new() } else { format!(", {}", say.edits(edits)) };
            format!("unknown \"{words}\"{near}{edits}")
        }
        ActKind::TakeUp { code: Some(code) } => format!("take up what was put aside, code {code}"),
        ActKind::TakeUp { code: None } => "take up what was put aside".into(),
        ActKind::Yes => "yes".into(),
        ActKind::No => "no".into(),
        ActKind::Done => "done".into(),
        ActKind::Wait => "wait".into(),
        ActKind::Pick(Pick::Any) => "choose any".into(),
        ActKind::Pick(Pick::Most) => "choose the most".into(),
        ActKind::Pick(Pick::Least) => "choose the least".into(),
        ActKind::Pick(Pick::Dearest) => "choose the dearest".into(),
        ActKind::Pick(Pick::Cheapest) => "choose the cheapest".into(),
        ActKind::Pick(Pick::Middle) => "choose the middle one".into(),
        ActKind::Skip => "skip".into(),
        ActKind::NeverMind => "never mind".into(),
        ActKind::CallOff => "cancel, asked back".into(),
        ActKind::Unsure => "unsure".into(),
        ActKind::SetAside => "set aside".into(),
        ActKind::CheckOut => "check out".into(),
        ActKind::Cancel => "cancel".into(),
        ActKind::StartOver => "start over".into(),
        ActKind::Keep { target } => format!("keep {}", say.target(target)),
        ActKind::Undo => "undo".into(),
        ActKind::Repeat => "repeat".into(),
        ActKind::Help => "help".into(),
        ActKind::Human => "human".into(),
        ActKind::Greet => "greet".into(),
        ActKind::Thanks => "thanks".into(),
        ActKind::Goodbye => "goodbye".into(),
        ActKind::Voucher(Some(at)) => format!("voucher for {}", shop.terms.promotions[usize::from(*at)].title),
        ActKind::Voucher(None) => "voucher, unknown".into(),
        ActKind::Tip(TipSaid::Nothing) => "no tip".into(),
        ActKind::Tip(TipSaid::Percent(share)) => format!("tip {} percent", percent(*share)),
        ActKind::Tip(TipSaid::Amount(amount)) => format!("tip {}", shop.currency.format(*amount)),
        ActKind::Pay(PaySaid { by, tendered, code }) => {
            let tendered = tendered.map_or(String::new(), |given| format!(" with {}", shop.currency.format(given)));
            let code = if *code { ", its code said" } else { "" };
            format!("pay by {by:?}{tendered}{code}").to_lowercase()
        }
        ActKind::Detail(said) => detail(said),
        ActKind::Need(need) => format!("{} {}", if need.diet { "lives" } else { "must not have" }, need.words),
        ActKind::Matter(matter) => format!("about something else, {matter:?}").to_lowercase(),
        ActKind::Other => "other".into(),
    }
}

fn detail(said: &DetailSaid) -> String {
    match said {
        DetailSaid::Table(table) => format!("table {table}"),
        DetailSaid::Time(TimeSaid::Soonest) => "as soon as can be".into(),
        DetailSaid::Time(TimeSaid::In(minutes)) => format!("in {minutes} minutes"),
        DetailSaid::Time(TimeSaid::At(clock)) => {
            let day = if clock.tomorrow { "tomorrow " } else { "" };
            let half = if clock.sure { "" } else { ", morning or evening" };
            format!("{day}at {}:{:02}{half}", clock.minute / 60, clock.minute % 60)
        }
        DetailSaid::Address { street, postcode, floor } => {
            let parts = [street, postcode, floor].into_iter().flatten().map(String::as_str);
            format!("address {}", parts.collect::<Vec<_>>().join(" | "))
        }
        DetailSaid::House(number) => format!("house number {number}"),
        // What stands in the record of a turn is read by others.
        DetailSaid::Phone(_) => "telephone".into(),
        DetailSaid::Anew(of) => format!("another {}", of.key()),
    }
}

struct Explain<'s> {
    shop: &'s Shop,
}

impl Explain<'_> {
    fn which(&self, which: &Which) -> String {
        match which {
            Which::Item(item) => self.shop.item(*item).names.title.clone(),
            Which::OneOf(items) => {
                let all: Vec<&str> = items.iter().map(|i| self.shop.item(*i).names.title.as_str()).collect();
                format!("one of ({})", all.join(" | "))
            }
            Which::Category(category) => format!("any of {}", self.shop.category(*category).names.title),
        }
    }

    fn all(&self, which: &[Which]) -> String {
        which.iter().map(|which| self.which(which)).collect::<Vec<_>>().join(", ")
    }

    fn choice(&self, choice: &Choice) -> String {
        let mut out = String::new();
        if choice.negated {
            out.push_str("no ");
        }
        match choice.grade {
            Some(Grade::Extra) => out.push_str("extra "),
            Some(Grade::Light) => out.push_str("light "),
            None => {}
        }
        if choice.count != 1 {
            out.push_str(&format!("{} × ", choice.count));
        }
        out + &self.shop.option(choice.option).names.title
    }

    fn request(&self, request: &ItemRequest) -> String {
        let mut parts = vec![format!(
            "{}{}",
            request.quantity.map_or(String::new(), |q| number(q) + " × "),
            self.which(&request.which)
        )];
        parts.extend(request.choices.iter().map(|c| self.choice(c)));
        for open in &request.open_choices {
            let names: Vec<&str> = open.iter().map(|o| self.shop.option(*o).names.title.as_str()).collect();
            parts.push(format!("either {}", names.join(" or ")));
        }
        parts.extend(request.notes.iter().map(|n| format!("note \"{n}\"")));
        parts.join(", ")
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Last => "the line spoken of last".into(),
            Target::Ordinal(n) => format!("number {n}"),
            Target::Final => "the last line".into(),
            Target::Among(Place::First(n)) => format!("the first {n}"),
            Target::Among(Place::Last(n)) => format!("the last {n}"),
            Target::Among(Place::Nth(n)) => format!("number {n}"),
            Target::Other => "the other".into(),
            Target::Those { count: Some(n) } => format!("those {n}"),
            Target::Those { count: None } => "those".into(),
            Target::Mine => "mine".into(),
            Target::Besides { .. } => "the others of that".into(),
            Target::All => "all".into(),
            Target::Described { which, choices } => {
                let mut parts: Vec<String> = which.iter().map(|w| self.which(w)).collect();
                parts.extend(choices.iter().map(|c| self.choice(c)));
                format!("({})", parts.join(", "))
            }
        }
    }

    fn edits(&self, edits: &[Edit]) -> String {
        let all: Vec<String> = edits
            .iter()
            .map(|edit| match edit {
                Edit::Choose(choice) => self.choice(choice),
                Edit::Unchoose(option) => format!("not {}", self.shop.option(*option).names.title),
                Edit::Quantity(q) => format!("make it {}", number(*q)),
                Edit::Half => "half of it".to_string(),
                Edit::Double => "double it".to_string(),
                Edit::Step { far: true, up, .. } => format!("the {}est", if *up { "bigg" } else { "small" }),
                Edit::Step { up: true, .. } => "the next bigger".to_string(),
                Edit::Step { up: false, .. } => "the next smaller".to_string(),
                Edit::More(q) => format!("{} more", number(*q)),
                Edit::Note(note) => format!("note \"{note}\""),
                Edit::Rather(option) => format!("no, or rather {}", self.shop.option(*option).names.title),
                Edit::Turned(choice) => format!("turned into {}", self.choice(choice)),
                Edit::Only(choices) => {
                    format!("only {}", choices.iter().map(|c| self.choice(c)).collect::<Vec<_>>().join(", "))
                }
                Edit::Without(options) => {
                    let named = options.options.iter().map(|option| self.shop.option(*option).names.title.clone());
                    format!("none of {}", named.collect::<Vec<_>>().join(", "))
                }
                Edit::NoneOf(list) => format!("none of {}", self.shop.option_list(*list).names.title),
            })
            .collect();
        all.join(", ")
    }

    fn question(&self, question: &Question) -> String {
        let item = |i: &Option<crate::shop::ItemId>| {
            i.map_or(String::new(), |i| format!(" of {}", self.shop.item(i).names.title))
        };
        let category = |c: &Option<crate::shop::CategoryId>| {
            c.map_or("everything".into(), |c| self.shop.category(c).names.title.clone())
        };
        let words = |need: &Option<Need>| need.as_ref().map_or(String::new(), |need| need.words.clone());
        match question {
            Question::Menu(c) => format!("menu of {}", category(c)),
            Question::Price(request) => format!("price of {}", self.request(request)),
            Question::OptionPrice(o) => format!("price of {}", self.shop.option(*o).names.title),
            Question::Options { list, item: i } => {
                format!("options {}{}", self.shop.option_list(*list).names.title, item(i))
            }
            Question::ItemOptions(i) => format!("all options{}", item(i)),
            Question::Availability(which) => {
                format!("availability of {}", self.all(which))
            }
            Question::Sold(request) => format!("availability of {}", self.request(request)),
            Question::OptionAvailability(o) => format!("availability of {}", self.shop.option(*o).names.title),
            Question::Ingredients(i) => format!("ingredients{}", item(i)),
            Question::About(i) => format!("more{}", item(i)),
            Question::Tag { item: i, tag } => format!("whether {tag}{}", item(i)),
            Question::Holds { of, need } => format!("whether {} holds {}", self.all(of), words(need)),
            Question::Lacking { of, need } => {
                let of = of.as_ref().map_or("everything".into(), |which| self.which(which));
                format!("which of {of} holds no {}", words(need))
            }
            Question::Same { of, choices } => {
                let choices = choices.iter().map(|choice| format!(", {}", self.choice(choice)));
                format!("the same of {}{}", self.all(of), choices.collect::<String>())
            }
            Question::Suits(of) => format!("whether {} suits", self.all(of)),
            Question::WhichSuit => "what suits".into(),
            Question::Recommend(c) => format!("recommendation of {}", category(c)),
            Question::Hours => "hours".into(),
            Question::Ways => "ways to pay".into(),
            Question::Cart => "cart".into(),
            Question::Total => "total".into(),
            Question::OrderStatus => "orderstatus".into(),
        }
    }
}

fn number(quantity: Quantity) -> String {
    match quantity {
        Quantity::Count(n) => n.to_string(),
        Quantity::Measure(_) => format!("{}.{:03}", quantity.rounded() / 1000, quantity.rounded() % 1000),
    }
}
