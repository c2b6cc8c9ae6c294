//! Measures whole conversations: `cargo run --release --example eval_dialogues -- DIR [--predictions FILE] [--misses]`.
//!
//! DIR holds `menu.json` and `dialogues.jsonl` (the customer's turns in order, and the order that must stand at the
//! end). The menu becomes a shop in memory; each dialogue goes turn by turn through the conversation that the daemon
//! holds, with a store in memory. The order reported is the one placed; what was never confirmed counts as empty.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use saycart::commerce::cart::{Cart, Line, Quantity};
use saycart::lang::Language;
use saycart::money::{Currency, Money};
use saycart::service::{Channel, Desk, Happening, Point, Setting, Staff, SystemClock};
use saycart::shop::{
    Category, CategoryId, Choose, Item, ItemOptions, Names, Opt, OptionId, OptionList, OptionListId, Shop, Unit,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::measure::{Args, Times};

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Deserialize)]
struct Menu {
    name: String,
    currency: String,
    items: Vec<MenuItem>,
    option_lists: BTreeMap<String, MenuList>,
    #[serde(default)]
    order_options: BTreeMap<String, MenuList>,
}

#[derive(Deserialize)]
struct MenuItem {
    name: String,
    category: String,
}

#[derive(Deserialize)]
struct MenuList {
    #[serde(default)]
    choose: Option<String>,
    options: Vec<String>,
    #[serde(default)]
    default: Option<String>,
}

#[derive(Deserialize)]
struct Dialogue {
    id: String,
    turns: Vec<String>,
    order: Vec<BTreeMap<String, Value>>,
    order_type: String,
}

#[derive(Serialize)]
struct Prediction {
    id: String,
    order: Vec<BTreeMap<String, Value>>,
    order_type: String,
    finished: bool,
}

/// What is compared of a line: the item and every option that differs from its default.
type Key = (String, Vec<(String, BTreeSet<String>)>);

fn main() -> Result<(), Box<dyn Error>> {
    let Args { dir, predictions, misses } = Args::parse();
    let menu: Menu = serde_json::from_str(&read(&dir.join("menu.json"))?)?;
    let text = read(&dir.join("dialogues.jsonl"))?;
    let dialogues: Vec<Dialogue> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;

    let shop = shop(&menu)?;
    let language = Language::load(&shop.language)?;
    let setting = Setting::new(shop, language);
    let shop = setting.shop.clone();
    let hour = Duration::from_secs(3600);
    let mut desk = Desk::in_memory(setting, Staff::default(), Arc::new(SystemClock::new()), hour)?;
    let kiosk = Point::only(Channel::Typed);

    let mut score = Score::default();
    let mut said = Vec::with_capacity(dialogues.len());
    for dialogue in &dialogues {
        desk.start_over(&kiosk)?;
        let mut log = vec![];
        let mut placed: Option<Cart> = None;
        for turn in &dialogue.turns {
            let begun = Instant::now();
            let outcome = desk.tell(&kiosk, Happening::Heard(turn.clone()))?;
            score.turns.push(begun.elapsed());
            if outcome.order.is_some() {
                let last_order = desk.state(&kiosk).and_then(|state| state.last_order.as_ref());
                placed = last_order.map(|order| order.cart.clone());
            }
            let acts: Vec<&str> = outcome.view.acts.iter().map(|act| act.act.as_str()).collect();
            log.push(format!(
                "  you      {turn}\n           [{}]\n  saycart  {}",
                acts.join("] ["),
                outcome.reply.text
            ));
        }
        let prediction = predict(&menu, &shop, dialogue, placed.as_ref());
        if !score.count(&menu, dialogue, &prediction) && misses {
            println!("{}\n{}", dialogue.id, log.join("\n"));
            println!("  gold     {} {}", json!(dialogue.order), dialogue.order_type);
            println!("  said     {} {}\n", json!(prediction.order), prediction.order_type);
        }
        said.push(prediction);
    }
    if let Some(path) = predictions {
        let mut file = std::io::BufWriter::new(fs::File::create(path)?);
        for prediction in &said {
            writeln!(file, "{}", serde_json::to_string(prediction)?)?;
        }
    }
    println!("{}", score.line());
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn names(title: &str) -> Names {
    Names { title: title.into(), ..Names::default() }
}

/// Every item takes every list, as the menu says nothing else.
fn shop(menu: &Menu) -> Result<Shop, Box<dyn Error>> {
    let mut shop = Shop {
        name: menu.name.clone(),
        language: "en".into(),
        currency: Currency::of(&menu.currency)?,
        ..Shop::default()
    };
    let taken: Vec<ItemOptions> = menu.option_lists.iter().map(|(key, list)| add_list(&mut shop, key, list)).collect();
    shop.order_options = menu.order_options.iter().map(|(key, list)| add_list(&mut shop, key, list)).collect();
    for item in &menu.items {
        let known = shop.categories.iter().position(|category| category.key == item.category);
        let category = known.unwrap_or_else(|| {
            shop.categories.push(Category { key: item.category.clone(), names: names(&item.category) });
            shop.categories.len() - 1
        });
        shop.items.push(Item {
            key: item.name.clone(),
            names: names(&item.name),
            category: CategoryId(category as u16),
            price: Money(0),
            unit: Unit::Each,
            description: None,
            ingredients: vec![],
            tags: vec![],
            options: taken.clone(),
            available: true,
            tax_class: None,
            max_quantity: 50,
            age: None,
        });
    }
    Ok(shop)
}

fn add_list(shop: &mut Shop, key: &str, list: &MenuList) -> ItemOptions {
    let id = OptionListId(shop.option_lists.len() as u16);
    let many = list.choose.as_deref() == Some("any");
    let option = |name: &String| Opt { key: name.clone(), names: names(name), price: Money(0), available: true };
    shop.option_lists.push(OptionList {
        key: key.into(),
        names: names(&key.replace('_', " ")),
        choose: if many { Choose::Many } else { Choose::One },
        graded: false,
        max_count: 1,
        ask: None,
        options: list.options.iter().map(option).collect(),
    });
    let default = list.default.as_ref().and_then(|name| list.options.iter().position(|option| option == name));
    let defaults = default.map(|index| OptionId { list: id, index: index as u16 }).into_iter().collect();
    ItemOptions { defaults, ..ItemOptions::plain(id, if many { list.options.len() as u8 } else { 1 }) }
}

fn predict(menu: &Menu, shop: &Shop, dialogue: &Dialogue, placed: Option<&Cart>) -> Prediction {
    let none = Cart::default();
    let cart = placed.unwrap_or(&none);
    let order_type = menu.order_options.iter().next().map(|(_, list)| {
        let said = cart.order_choices.first().map(|choice| shop.option(choice.option).names.title.clone());
        said.or(list.default.clone()).unwrap_or_default()
    });
    Prediction {
        id: dialogue.id.clone(),
        order: cart.lines.iter().map(|line| line_of(shop, line)).collect(),
        order_type: order_type.unwrap_or_default(),
        finished: placed.is_some(),
    }
}

fn line_of(shop: &Shop, line: &Line) -> BTreeMap<String, Value> {
    let quantity = match line.quantity {
        Quantity::Count(count) => count,
        measure @ Quantity::Measure(_) => measure.rounded() / 1000,
    };
    let mut row = BTreeMap::from([
        ("item".to_string(), json!(shop.item(line.item).names.title)),
        ("quantity".to_string(), json!(quantity)),
    ]);
    for (index, list) in shop.option_lists.iter().enumerate() {
        let of_list =
            |choice: &&saycart::commerce::cart::Choice| usize::from(choice.option.list.0) == index && !choice.negated;
        let titles: Vec<&str> =
            line.choices.iter().filter(of_list).map(|c| shop.option(c.option).names.title.as_str()).collect();
        match (list.choose, &titles[..]) {
            (_, []) => {}
            (Choose::Many, titles) => drop(row.insert(list.key.clone(), json!(titles))),
            (Choose::One, titles) => drop(row.insert(list.key.clone(), json!(titles[0]))),
        }
    }
    if !line.notes.is_empty() {
        row.insert("note".to_string(), json!(line.notes.join(", ")));
    }
    row
}

#[derive(Default)]
struct Score {
    all: usize,
    matched: usize,
    empty: usize,
    left_empty: usize,
    notes: usize,
    notes_kept: usize,
    turns: Times,
}

impl Score {
    fn count(&mut self, menu: &Menu, gold: &Dialogue, said: &Prediction) -> bool {
        let same = lines(menu, &gold.order) == lines(menu, &said.order)
            && (gold.order.is_empty() || gold.order_type == said.order_type);
        self.all += 1;
        self.matched += usize::from(same);
        if gold.order.is_empty() {
            self.empty += 1;
            self.left_empty += usize::from(said.order.is_empty());
        }
        let noted: Vec<&str> = said.order.iter().filter_map(|line| line.get("note")?.as_str()).collect();
        let mut all_kept = true;
        for note in gold.order.iter().filter_map(|line| line.get("note")?.as_str()) {
            // Word for word is not to be had: annotators wrote notes in their own words.
            let kept = noted.iter().any(|said| !words(said).is_disjoint(&words(note)));
            self.notes += 1;
            self.notes_kept += usize::from(kept);
            all_kept &= kept;
        }
        same && all_kept
    }

    fn line(&mut self) -> String {
        let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
        format!(
            "order_match {:.4} ({}/{}) empty_orders {:.4} ({}/{}) notes_kept {:.4} ({}/{}) turn_us {}",
            share(self.matched, self.all),
            self.matched,
            self.all,
            share(self.left_empty, self.empty),
            self.left_empty,
            self.empty,
            share(self.notes_kept, self.notes),
            self.notes_kept,
            self.notes,
            self.turns.percentiles()
        )
    }
}

/// Equal lines together, notes apart, defaults left out.
fn lines(menu: &Menu, order: &[BTreeMap<String, Value>]) -> BTreeMap<Key, u64> {
    let mut lines = BTreeMap::new();
    for line in order {
        let item = line.get("item").and_then(Value::as_str).unwrap_or_default().to_string();
        let options = menu.option_lists.iter().filter_map(|(key, list)| {
            let named: BTreeSet<String> = match line.get(key)? {
                Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_string).collect(),
                one => one.as_str().map(str::to_string).into_iter().collect(),
            };
            let default: BTreeSet<String> = list.default.iter().cloned().collect();
            (!named.is_empty() && named != default).then(|| (key.clone(), named))
        });
        let quantity = line.get("quantity").and_then(Value::as_u64).unwrap_or(1);
        *lines.entry((item, options.collect())).or_default() += quantity;
    }
    lines
}

fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_string)
        .collect()
}
