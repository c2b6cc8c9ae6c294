//! Lines, amounts and lists in words: "two large oat milk lattes with vanilla, no foam".

use crate::commerce::cart::{Cart, Choice, Grade, Line, Need, Quantity};
use crate::lang::UnitWords;
use crate::lang::reply::{Strings, Words};
use crate::money::Money;
use crate::shop::{Choose, Item, ItemId, Names, OptionId, Shop, Unit};

/// What wording needs to know: the shop's names and the language's words.
#[derive(Clone, Copy)]
pub struct Phrasing<'a> {
    pub shop: &'a Shop,
    pub words: &'a Words,
    pub units: &'a std::collections::BTreeMap<String, UnitWords>,
}

/// The kind of the language's units that things are cut by.
const LENGTH: &str = "length";

impl Phrasing<'_> {
    /// "two large lattes with vanilla, no foam, extra hot".
    pub fn line(&self, line: &Line) -> String {
        let item = self.shop.item(line.item);
        let head = self.head(line.item, &line.choices, line.quantity, true);
        let counted = match (line.quantity, &item.unit) {
            (Quantity::Measure(_), Unit::Measure(unit)) => {
                let amount = self.measure(line.quantity.rounded(), unit);
                fill(&self.words.phrases.measured, &[("amount", &amount), ("title", &head)])
            }
            (_, Unit::Pack(pack)) => {
                // "two dozen eggs", but "two boxes of pasta"
                let grouped = self.known(pack).is_some_and(|unit| unit.plural == unit.names.first().cloned());
                let wording = if grouped { &self.words.phrases.grouped } else { &self.words.phrases.packed };
                let (n, unit) = (self.quantity(line.quantity), self.unit(pack, line.quantity));
                fill(wording, &[("n", &n), ("unit", &unit), ("title", &head)])
            }
            // "10 piece nuggets", and not "one 10 piece nuggets"
            _ if head.starts_with(|c: char| c.is_ascii_digit()) => match is_one(line.quantity) {
                true => head,
                false => {
                    fill(&self.words.phrases.times_counted, &[("n", &self.quantity(line.quantity)), ("title", &head)])
                }
            },
            _ => fill(&self.words.phrases.counted, &[("n", &self.quantity(line.quantity)), ("title", &head)]),
        };
        self.with_rest(counted, line)
    }

    /// The same without its amount where that is one: "large latte", "two lattes".
    pub fn line_plain(&self, line: &Line) -> String {
        if line.quantity == Quantity::Count(1) || matches!(line.quantity, Quantity::Measure(_)) {
            self.with_rest(self.head(line.item, &line.choices, line.quantity, false), line)
        } else {
            self.line(line)
        }
    }

    pub fn lines(&self, lines: &[Line]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| self.line(line)).collect();
        self.and(&lines)
    }

    pub fn cart(&self, cart: &Cart) -> String {
        self.lines(&cart.lines)
    }

    /// An item with options as a price is asked of it: "large oat milk latte".
    pub fn item(&self, item: ItemId, choices: &[Choice], quantity: Option<Quantity>) -> String {
        let line = Line {
            id: crate::commerce::cart::LineId(0),
            item,
            quantity: quantity.unwrap_or(Quantity::one(self.shop, item)),
            choices: choices.to_vec(),
            notes: vec![],
        };
        self.line_plain(&line)
    }

    /// An allergy or a diet as an order has it: "allergic to nuts", "vegan".
    pub fn need(&self, need: &Need) -> String {
        let phrases = &self.words.phrases;
        fill(if need.diet { &phrases.diet } else { &phrases.allergy }, &[("name", &need.words)])
    }

    /// What has none of it: "without nuts", "vegan".
    pub fn lacking(&self, need: &Need) -> String {
        let phrases = &self.words.phrases;
        fill(if need.diet { &phrases.diet } else { &phrases.lacking }, &[("name", &need.words)])
    }

    pub fn title(&self, item: ItemId) -> String {
        self.shop.item(item).names.title.clone()
    }

    pub fn titles(&self, items: &[ItemId]) -> Vec<String> {
        items.iter().map(|item| self.title(*item)).collect()
    }

    /// Items with what one costs, for a menu read aloud.
    pub fn priced(&self, items: &[ItemId]) -> Vec<String> {
        items
            .iter()
            .map(|item| {
                let price = self.money(self.shop.item(*item).price);
                fill(&self.words.phrases.priced, &[("title", &self.title(*item)), ("price", &price)])
            })
            .collect()
    }

    pub fn option(&self, option: OptionId) -> String {
        self.shop.option(option).names.title.clone()
    }

    pub fn options(&self, options: &[OptionId]) -> Vec<String> {
        options.iter().map(|option| self.option(*option)).collect()
    }

    /// Options with what they add, where they add something.
    pub fn options_priced(&self, options: &[OptionId]) -> Vec<String> {
        options
            .iter()
            .map(|option| {
                let price = self.shop.option(*option).price;
                if price.0 > 0 {
                    let (title, price) = (self.option(*option), self.money(price));
                    fill(&self.words.phrases.surcharge, &[("title", &title), ("price", &price)])
                } else {
                    self.option(*option)
                }
            })
            .collect()
    }

    pub fn money(&self, amount: Money) -> String {
        self.shop.currency.format(amount)
    }

    /// Thousandths of a percent: "15", "12.5".
    pub fn percent(&self, share: u32) -> String {
        crate::money::percent(share)
    }

    /// Digit by digit, as a code is told.
    pub fn digits(&self, code: u32) -> String {
        code.to_string().chars().map(String::from).collect::<Vec<_>>().join(" ")
    }

    /// In words while small, in digits else.
    pub fn quantity(&self, quantity: Quantity) -> String {
        let whole = match quantity {
            Quantity::Count(count) => Some(count),
            Quantity::Measure(_) => {
                let thousandths = quantity.rounded();
                thousandths.is_multiple_of(1_000).then_some(thousandths / 1_000)
            }
        };
        let word = whole.and_then(|whole| self.words.numbers.get(whole as usize));
        word.cloned().unwrap_or_else(|| quantity.decimal())
    }

    /// "half a pound", "two and a half pounds", "0.3 pounds".
    fn measure(&self, thousandths: u32, unit: &str) -> String {
        let (whole, part) = (thousandths / 1_000, thousandths % 1_000);
        let n = self.quantity(Quantity::Count(whole));
        match self.words.fractions.iter().find(|fraction| fraction.thousandths == part) {
            Some(fraction) if whole == 0 => {
                fill(&fraction.alone, &[("unit", &self.unit(unit, Quantity::thousandths(1_000)))])
            }
            Some(fraction) => {
                fill(&fraction.after, &[("n", &n), ("unit", &self.unit(unit, Quantity::thousandths(thousandths)))])
            }
            None => {
                let quantity = Quantity::thousandths(thousandths);
                let values = [("n", self.quantity(quantity)), ("unit", self.unit(unit, quantity))];
                fill(&self.words.phrases.amount, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
        }
    }

    /// The unit as said with this amount: "pound", "pounds".
    pub fn unit(&self, key: &str, quantity: Quantity) -> String {
        let known = self.known(key);
        let name = known.and_then(|unit| unit.names.first()).map_or(key, String::as_str);
        match known.and_then(|unit| unit.plural.as_ref()) {
            _ if is_one(quantity) => name.to_string(),
            Some(plural) => plural.clone(),
            None => self.plural_of(name),
        }
    }

    /// The language's unit that is so called: by its key, or as a shop writes what it sells by ("foot").
    fn known(&self, key: &str) -> Option<&UnitWords> {
        self.units.get(key).or_else(|| self.units.values().find(|unit| unit.names.iter().any(|name| name == key)))
    }

    pub fn plural(&self, names: &Names) -> String {
        names.plural.clone().unwrap_or_else(|| self.plural_of(&names.title))
    }

    pub fn and(&self, parts: &[String]) -> String {
        string(parts, &self.words.strings, &self.words.strings.and)
    }

    pub fn or(&self, parts: &[String]) -> String {
        string(parts, &self.words.strings, &self.words.strings.or)
    }

    fn is_length(&self, unit: &str) -> bool {
        self.known(unit).is_some_and(|unit| unit.kind == LENGTH)
    }

    fn plural_of(&self, word: &str) -> String {
        self.words.plural_of(word)
    }

    /// The title with the few choose-one options that describe it before it, in the order of the item's lists. Several of them
    /// stand behind it: "one hash, scrambled and white".
    /// `amounts`: an amount is said with it.
    fn head(&self, item: ItemId, choices: &[Choice], quantity: Quantity, amounts: bool) -> String {
        let names = &self.shop.item(item).names;
        // "two pounds of carrots", "a bag of onions": of what is weighed or packed there are always several, but "forty feet
        // of rope" are cut from one.
        let several = match self.shop.item(item).unit {
            Unit::Each => !is_one(quantity),
            Unit::Measure(ref unit) | Unit::Pack(ref unit) => amounts && !self.is_length(unit),
        };
        let head = if several { self.plural(names) } else { names.title.clone() };
        let before = self.placed(item, choices).before;
        before
            .iter()
            .rev()
            .fold(head, |head, option| fill(&self.words.phrases.before, &[("option", option), ("title", &head)]))
    }

    /// Where each of the choose-one options is said.
    fn placed(&self, item: ItemId, choices: &[Choice]) -> Placed {
        let mut placed = Placed::default();
        for taken in &self.shop.item(item).options {
            let list = self.shop.option_list(taken.list);
            for choice in choices.iter().filter(|c| c.option.list == taken.list && !c.negated) {
                if list.choose != Choose::One {
                    continue;
                }
                let title = self.graded(choice, self.option(choice.option));
                match self.manner(item, &title, &list.names.title) {
                    Manner::Describes => placed.before.push(title),
                    Manner::Thing => placed.with.push(title),
                    Manner::Apart => placed.after.push(title),
                }
            }
        }
        if placed.before.len() > MOST_BEFORE {
            placed.before.append(&mut placed.after);
            placed.after = std::mem::take(&mut placed.before);
        }
        placed
    }

    /// "Large" describes an item; "custard filling" and "capsules" are things that it has; "as it is" is neither.
    fn manner(&self, item: ItemId, option: &str, list: &str) -> Manner {
        let last = |text: &str| text.to_lowercase().split_whitespace().last().map(String::from);
        let words = option.split_whitespace().count();
        let ends = |ends: &[String]| ends.iter().any(|end| option.ends_with(end.as_str()));
        let plural = ends(&self.words.noun_ends) && !ends(&self.words.noun_but);
        let of_list = last(option) == last(list);
        let number = option.contains(|c: char| c.is_ascii_digit());
        match () {
            () if number && plural => Manner::Apart,
            () if of_list || plural => Manner::Thing,
            // The drink of a meal is a part of it; the phone that a case is made for is none.
            () if self.is_item(option, |part| part.price < self.shop.item(item).price) => Manner::Thing,
            () if self.is_item(option, |_| true) => Manner::Apart,
            () if words > MOST_WORDS_BEFORE => Manner::Apart,
            () => Manner::Describes,
        }
    }

    /// Whether something of that kind is sold by that very name.
    fn is_item(&self, title: &str, kind: impl Fn(&Item) -> bool) -> bool {
        self.shop.items.iter().any(|item| item.names.title.eq_ignore_ascii_case(title) && kind(item))
    }

    /// The line by its name alone, as one that was heard is spoken of: "the large latte".
    pub fn line_short(&self, line: &Line) -> String {
        self.head(line.item, &line.choices, line.quantity, false)
    }

    /// Lines where it is enough to know which there are: many are named without what is said of them.
    pub fn lines_briefly(&self, lines: &[Line]) -> String {
        if lines.len() <= FEW_LINES {
            return self.lines(lines);
        }
        let bare = |line: &Line| self.line(&Line { choices: vec![], notes: vec![], ..line.clone() });
        self.and(&lines.iter().map(bare).collect::<Vec<_>>())
    }

    /// After the item: its choose-many options, what it is to be without, notes.
    fn with_rest(&self, head: String, line: &Line) -> String {
        let many = |choice: &&Choice| self.shop.option_list(choice.option.list).choose == Choose::Many;
        let Placed { after, mut with, .. } = self.placed(line.item, &line.choices);
        with.extend(line.choices.iter().filter(|c| !c.negated).filter(many).map(|c| self.choice(c)));
        let phrases = &self.words.phrases;
        let mut text = head;
        if !after.is_empty() {
            text = fill(&phrases.after, &[("line", &text), ("options", &self.and(&after))]);
        }
        if !with.is_empty() {
            let wording = if after.is_empty() { &phrases.with } else { &phrases.with_after };
            text = fill(wording, &[("line", &text), ("options", &self.and(&with))]);
        }
        let without = line.choices.iter().filter(|choice| choice.negated);
        let without = without.map(|c| fill(&self.words.phrases.without, &[("option", &self.option(c.option))]));
        for rest in without.chain(line.notes.iter().cloned()) {
            text = fill(&self.words.phrases.further, &[("line", &text), ("rest", &rest)]);
        }
        text
    }

    fn choice(&self, choice: &Choice) -> String {
        let title = self.option(choice.option);
        if choice.count > 1 {
            let n = self.quantity(Quantity::Count(choice.count.into()));
            let title = self.plural(&self.shop.option(choice.option).names);
            return fill(&self.words.phrases.times, &[("n", &n), ("option", &title)]);
        }
        self.graded(choice, title)
    }

    fn graded(&self, choice: &Choice, title: String) -> String {
        match choice.grade {
            Some(Grade::Light) => fill(&self.words.phrases.light, &[("option", &title)]),
            Some(Grade::Extra) => fill(&self.words.phrases.extra, &[("option", &title)]),
            None => title,
        }
    }
}

/// So many options stand before an item at most: "a large oat latte".
const MOST_BEFORE: usize = 2;
/// An option of more words is said behind it.
const MOST_WORDS_BEFORE: usize = 2;
/// So many lines are named with all that was said of them, where their names would do.
const FEW_LINES: usize = 3;

/// Choose-one options by where they are said: before the item, behind it, or as what it comes with.
#[derive(Default)]
struct Placed {
    before: Vec<String>,
    after: Vec<String>,
    with: Vec<String>,
}

enum Manner {
    Describes,
    Thing,
    Apart,
}

fn is_one(quantity: Quantity) -> bool {
    match quantity {
        Quantity::Count(count) => count == 1,
        Quantity::Measure(_) => quantity.rounded() == 1_000,
    }
}

fn string(parts: &[String], strings: &Strings, last: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., end] => format!("{}{last}{end}", most.join(&strings.comma)),
    }
}

/// `{name}` in the template → its value. What has no value stays, so that a mistake shows.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        let close = rest.find('}').unwrap_or(rest.len() - 1);
        let name = &rest[1..close.max(1)];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    text.push_str(rest);
    text
}
