//! Orders beside their meaning as trees, and a shop made from such a venue's schema and alias files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use saycart::commerce::cart::{Choice, Grade, Quantity};
use saycart::money::Money;
use saycart::shop::*;
use saycart::understand::*;
use serde::Deserialize;

use crate::support::Failure;

#[derive(Deserialize)]
struct Schema {
    intents: Vec<Intent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Intent {
    name: String,
    slots: Vec<Slot>,
    #[serde(default)]
    entity_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Slot {
    slot_name: String,
    path: String,
    #[serde(default)]
    qualified: bool,
    #[serde(default)]
    negatable: bool,
    #[serde(default)]
    optional_prefixes: Vec<String>,
    #[serde(default)]
    optional_suffixes: Vec<String>,
}

/// One line of `dev.json`.
#[derive(Deserialize)]
pub struct Example {
    #[serde(rename = "SRC")]
    pub src: String,
    #[serde(rename = "EXR")]
    pub exr: String,
}

/// Slots that every schema means the same by.
const NUMBER: &str = "NUMBER";
const QUANTITY: &str = "QUANTITY";
const NOT: &str = "NOT";

/// A shop made from a schema, and the way back from its parts to slots.
pub struct Venue {
    pub shop: Shop,
    /// Of each category: the kind of order, and whether it counts.
    intents: Vec<(String, bool)>,
    /// Of each item: slot and value, where it is not the kind of order itself.
    items: Vec<Option<(String, String)>>,
    /// Slot of each list, and whether it knows amounts.
    lists: Vec<(String, bool)>,
    quantities: Vec<(String, String)>,
}

impl Venue {
    pub fn read(dir: &Path) -> Result<Venue, Failure> {
        let schema: Schema = serde_json::from_str(&fs::read_to_string(dir.join("schema.json"))?)?;
        let mut venue = Venue {
            shop: Shop { language: "en".into(), ..Shop::default() },
            intents: vec![],
            items: vec![],
            lists: vec![],
            quantities: vec![],
        };
        let mut known: BTreeMap<(String, String), OptionListId> = BTreeMap::new();
        for intent in &schema.intents {
            let category = CategoryId(venue.shop.categories.len() as u16);
            venue.intents.push((intent.name.clone(), intent.slots.iter().any(|s| s.slot_name == NUMBER)));
            let names = Names {
                title: intent.entity_names.first().cloned().unwrap_or_default(),
                also: intent.entity_names.iter().skip(1).cloned().collect(),
                ..Names::default()
            };
            venue.shop.categories.push(Category { key: intent.name.clone(), names: names.clone() });
            let head = head_slot(intent);
            let mut options = Vec::new();
            for slot in intent.slots.iter().filter(|s| Some(&s.slot_name) != head) {
                match slot.slot_name.as_str() {
                    NUMBER | NOT => {}
                    QUANTITY => venue.quantities = aliases(&dir.join(&slot.path))?,
                    _ => {
                        let key = (slot.slot_name.clone(), slot.path.clone());
                        let list = match known.get(&key) {
                            Some(list) => *list,
                            None => venue.list(slot, &dir.join(&slot.path))?,
                        };
                        known.insert(key, list);
                        options
                            .push(ItemOptions::plain(list, if slot.qualified || slot.negatable { u8::MAX } else { 1 }));
                    }
                }
            }
            let item = |names: Names, key: &str| Item {
                key: format!("{}/{key}", intent.name),
                names,
                category,
                price: Money(0),
                unit: Unit::Each,
                description: None,
                ingredients: vec![],
                tags: vec![],
                options: options.clone(),
                available: true,
                tax_class: None,
                max_quantity: 99,
                age: None,
            };
            match head {
                None => {
                    venue.shop.items.push(item(names, ""));
                    venue.items.push(None);
                }
                Some(slot) => {
                    let path =
                        intent.slots.iter().find(|s| s.slot_name == *slot).map(|s| s.path.clone()).unwrap_or_default();
                    for (value, names) in by_value(&aliases(&dir.join(path))?) {
                        venue.shop.items.push(item(names, &value));
                        venue.items.push(Some((slot.clone(), value)));
                    }
                }
            }
        }
        // A kind of order that is its own item needs no generic noun beside it.
        for (at, item) in venue.items.iter().enumerate() {
            if item.is_none() {
                let category = venue.shop.items[at].category;
                venue.shop.categories[category.0 as usize].names = Names::default();
            }
        }
        Ok(venue)
    }

    fn list(&mut self, slot: &Slot, path: &Path) -> Result<OptionListId, Failure> {
        let id = OptionListId(self.shop.option_lists.len() as u16);
        let options = by_value(&aliases(path)?)
            .into_iter()
            .map(|(value, mut names)| {
                let plain: Vec<String> = std::iter::once(names.title.clone()).chain(names.also.clone()).collect();
                for name in &plain {
                    names.also.extend(slot.optional_prefixes.iter().map(|p| format!("{p} {name}")));
                    names.also.extend(
                        slot.optional_suffixes.iter().filter(|s| !name.ends_with(*s)).map(|s| format!("{name} {s}")),
                    );
                }
                Opt { key: value, names, price: Money(0), available: true }
            })
            .collect();
        self.shop.option_lists.push(OptionList {
            key: slot.slot_name.clone(),
            names: Names { title: slot.slot_name.replace('_', " ").to_lowercase(), ..Names::default() },
            choose: if slot.qualified || slot.negatable { Choose::Many } else { Choose::One },
            // Said of a slot that knows no amounts, "extra" still asks for what it holds.
            graded: slot.qualified || slot.negatable,
            max_count: 1,
            ask: None,
            options,
        });
        self.lists.push((slot.slot_name.clone(), slot.qualified));
        Ok(id)
    }

    /// How this venue writes "light" and "extra", found by hearing its own phrases for them.
    pub fn grades(&self, lexicon: &Lexicon) -> BTreeMap<Grade, String> {
        let mut votes: BTreeMap<Grade, BTreeMap<&str, usize>> = BTreeMap::new();
        let lists = self.shop.option_lists.iter().zip(&self.lists);
        // Of several, for one may sound like an amount itself ("sprinkles").
        let graded = lists.filter(|(_, (_, qualified))| *qualified).flat_map(|(list, _)| &list.options).take(8);
        for (option, (phrase, value)) in graded.flat_map(|o| self.quantities.iter().map(move |q| (o, q))) {
            let heard = lexicon.understand(&format!("{phrase} {}", option.names.title), &Expect::default());
            for choice in heard.acts.iter().flat_map(choices) {
                if let Some(grade) = choice.grade {
                    *votes.entry(grade).or_default().entry(value).or_default() += 1;
                }
            }
        }
        let best = |v: BTreeMap<&str, usize>| v.into_iter().max_by_key(|(_, n)| *n).map(|(value, _)| value.to_string());
        votes.into_iter().filter_map(|(grade, v)| Some((grade, best(v)?))).collect()
    }

    pub fn exr(&self, understanding: &Understanding, grades: &BTreeMap<Grade, String>) -> String {
        let mut orders: Vec<ItemRequest> = Vec::new();
        for act in &understanding.acts {
            match &act.kind {
                ActKind::Add(request) => orders.push(request.clone()),
                ActKind::Replace { target: Target::Last, with } => {
                    orders.pop();
                    orders.push(with.clone());
                }
                ActKind::Fragment { edits, .. } | ActKind::Change { target: Target::Last, edits } => {
                    for edit in edits {
                        match edit {
                            Edit::Choose(choice) => {
                                if let Some(order) = orders.iter_mut().rev().find(|o| self.offers(o, choice.option)) {
                                    let list = choice.option.list;
                                    if self.shop.option_list(list).choose == Choose::One {
                                        order.choices.retain(|c| c.option.list != list);
                                    }
                                    order.choices.push(choice.clone());
                                }
                            }
                            Edit::Quantity(quantity) => {
                                orders.last_mut().into_iter().for_each(|last| last.quantity = Some(*quantity));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        let orders: Vec<String> = orders.iter().map(|request| self.request(request, grades)).collect();
        orders.join(" ")
    }

    /// The items that a request can mean.
    fn items<'s>(&'s self, which: &'s Which) -> Vec<&'s Item> {
        match which {
            Which::Item(id) => vec![self.shop.item(*id)],
            Which::OneOf(ids) => ids.iter().map(|id| self.shop.item(*id)).collect(),
            Which::Category(id) => self.shop.items.iter().filter(|item| item.category == *id).collect(),
        }
    }

    fn offers(&self, request: &ItemRequest, option: OptionId) -> bool {
        self.items(&request.which).iter().any(|item| item.options.iter().any(|o| o.list == option.list))
    }

    fn request(&self, request: &ItemRequest, grades: &BTreeMap<Grade, String>) -> String {
        let (category, head) = match &request.which {
            Which::Item(id) => (self.shop.item(*id).category, self.items[id.0 as usize].clone()),
            Which::OneOf(ids) => (self.shop.item(ids[0]).category, self.items[ids[0].0 as usize].clone()),
            Which::Category(id) => (*id, None),
        };
        let (intent, counts) = &self.intents[category.0 as usize];
        let mut slots = Vec::new();
        if *counts {
            let number = match request.quantity {
                Some(Quantity::Count(n)) => n,
                Some(measure @ Quantity::Measure(_)) => measure.rounded() / 1000,
                None => 1,
            };
            slots.push(format!("({NUMBER} {number} )"));
        }
        slots.extend(head.map(|(slot, value)| format!("({slot} {} )", written(&value))));
        // What was left open between two of a kind was said of both.
        let open = request.open_choices.iter().flatten().copied().map(Choice::plain);
        for choice in request.choices.iter().cloned().chain(open) {
            let (name, qualified) = &self.lists[choice.option.list.0 as usize];
            let mut slot = format!("({name} {} )", written(&self.shop.option(choice.option).key));
            if let Some(value) = choice.grade.filter(|_| *qualified).and_then(|g| grades.get(&g)) {
                slot = format!("(COMPLEX ({QUANTITY} {value} ) {slot} )");
            }
            if choice.negated {
                slot = format!("({NOT} {slot} )");
            }
            slots.push(slot);
        }
        format!("({intent} {} )", slots.join(" "))
    }
}

fn choices(act: &Act) -> Vec<Choice> {
    match &act.kind {
        ActKind::Add(request) => request.choices.clone(),
        ActKind::Fragment { edits, .. } => edits
            .iter()
            .filter_map(|e| match e {
                Edit::Choose(choice) => Some(choice.clone()),
                _ => None,
            })
            .collect(),
        _ => vec![],
    }
}

/// The slot that says what is ordered: the one named after the kind of order, if there is one ("DRINK_TYPE" of a
/// "DRINK_ORDER", but no "DRINK_SIZE"). Kinds of order without one are items themselves.
fn head_slot(intent: &Intent) -> Option<&String> {
    let mut best: Option<(usize, &String)> = None;
    for slot in &intent.slots {
        if slot.qualified || slot.negatable || [NUMBER, QUANTITY, NOT].contains(&slot.slot_name.as_str()) {
            continue;
        }
        let slot_name = plain(&slot.slot_name);
        let named = |name: &String| shared_run(&plain(name), &slot_name);
        let length = std::iter::once(&intent.name).chain(&intent.entity_names).map(named).max().unwrap_or(0);
        if slot_name.is_empty() && letters(&slot.slot_name).contains("item") {
            return Some(&slot.slot_name);
        }
        if length >= 4 && length * 5 >= slot_name.len() * 4 && best.is_none_or(|(most, _)| length > most) {
            best = Some((length, &slot.slot_name));
        }
    }
    best.map(|(_, name)| name)
}

/// The letters of a name without the words that say nothing of what is ordered.
fn plain(name: &str) -> String {
    let empty = ["order", "type", "kind", "name", "item", "base", "main"];
    empty.iter().fold(letters(name), |name, word| name.replace(word, ""))
}

fn letters(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect()
}

/// Length of the longest run of letters that two names share.
fn shared_run(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut most = 0;
    for i in 0..a.len() {
        for j in 0..b.len() {
            let run = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            most = most.max(run);
        }
    }
    most
}

/// Lines `phrase<TAB>slot(value)`.
fn aliases(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut out = Vec::new();
    for line in text.lines() {
        let Some((phrase, slot)) = line.split_once('\t') else { continue };
        let value = slot.trim().split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        let Some(value) = value else { continue };
        if !phrase.trim().is_empty() {
            out.push((phrase.trim().to_string(), value.trim().to_string()));
        }
    }
    Ok(out)
}

fn by_value(aliases: &[(String, String)]) -> Vec<(String, Names)> {
    let mut out: Vec<(String, Names)> = Vec::new();
    for (phrase, value) in aliases {
        match out.iter_mut().find(|(known, _)| known == value) {
            Some((_, names)) => names.also.push(phrase.clone()),
            None => out.push((value.clone(), Names { title: phrase.clone(), ..Names::default() })),
        }
    }
    out
}

/// A value as trees write it: `SHOT(2)` of an alias file stands there as `(SHOT 2 )`, `Or(a,b)` as `(OR a b )`.
fn written(value: &str) -> String {
    match value.strip_suffix(')').and_then(|value| value.split_once('(')) {
        Some((function, arguments)) => {
            format!("({} {} )", function.to_uppercase(), arguments.split(',').collect::<Vec<_>>().join(" "))
        }
        None => value.to_string(),
    }
}

/// The tree with the children of every node sorted: equal trees give equal texts. One side order of two things ("chips
/// and queso") and two of one are the same: which of them it is, is the annotators' convention.
pub fn canonical(exr: &str) -> String {
    let spaced = exr.replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let mut top = Vec::new();
    while words.peek().is_some() {
        top.extend(each_apart(node(&mut words)));
    }
    top.sort();
    top.join(" ")
}

/// `(SIDE_ORDER (NUMBER 1) (SIDE_TYPE a) (SIDE_TYPE b))` as one order of each.
fn each_apart(order: String) -> Vec<String> {
    let name = order.trim_start_matches('(').split_whitespace().next().unwrap_or_default();
    let kind = name.strip_suffix("_ORDER").unwrap_or(name);
    let head = format!("({kind}_TYPE ");
    let numbered = order.contains(&format!("({NUMBER} 1)"));
    let values: Vec<&str> =
        order.match_indices(&head).map(|(at, _)| &order[at..at + order[at..].find(')').unwrap_or(0) + 1]).collect();
    let plain = order.matches('(').count() == values.len() + 2;
    if values.len() < 2 || !numbered || !plain {
        return vec![order];
    }
    values.iter().map(|value| format!("({name} ({NUMBER} 1) {value})")).collect()
}

fn node<'a>(words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> String {
    match words.next() {
        Some("(") => {
            let name = words.next().unwrap_or_default().to_string();
            let mut children = Vec::new();
            while words.peek().is_some_and(|w| *w != ")") {
                children.push(node(words));
            }
            words.next();
            // Words of a value keep their order; slots do not.
            if children.iter().any(|c| c.starts_with('(')) {
                children.sort();
            }
            format!("({name} {})", children.join(" "))
        }
        Some(word) => word.to_string(),
        None => String::new(),
    }
}
