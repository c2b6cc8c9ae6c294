//! Whole conversations beside the cart that a careful clerk has at their end, played typed or spoken through the
//! conversation that the daemon holds, with a store in memory.
//!
//! A directory holds `shop.toml` and `conversations.jsonl`, one [`Talk`] a line. An option that nobody named counts as its
//! default; an option refused is right where the item is had without it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use saycart::commerce::cart::{Cart, Choice, Grade, Line};
use saycart::lang::Language;
use saycart::service::{Channel, Desk, HandClock, Happening, Point, Setting, Staff};
use saycart::shop::{OptionId, Shop};
use saycart::understand::Expect;
use serde::Deserialize;

use super::Failure;
use super::measure::Times;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    #[serde(deserialize_with = "text")]
    pub id: String,
    pub turns: Vec<String>,
    pub cart: Vec<TalkLine>,
    pub placed: bool,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct TalkLine {
    item: String,
    quantity: f64,
    #[serde(default)]
    #[allow(dead_code, reason = "the shop knows in what it sells")]
    unit: Option<String>,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    note: bool,
}

fn text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    })
}

/// How many conversations ended right, and what harm was done in the others.
#[derive(Default)]
pub struct Score {
    pub all: usize,
    pub right: usize,
    pub turns: usize,
    pub placed_wrongly: usize,
    /// Lines that nobody asked for, as they stand.
    pub wrong_items: usize,
    /// Lines that were asked for, and do not stand so.
    pub lost_items: usize,
    pub times: Times,
}

impl Score {
    pub fn add(&mut self, other: Score) {
        self.all += other.all;
        self.right += other.right;
        self.turns += other.turns;
        self.placed_wrongly += other.placed_wrongly;
        self.wrong_items += other.wrong_items;
        self.lost_items += other.lost_items;
        self.times.extend(other.times);
    }

    pub fn share(&self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }

    pub fn line(&mut self) -> String {
        format!(
            "{:.4} of {} placed_wrongly {} wrong_items {} lost_items {} turns {} turn_us {}",
            self.share(),
            self.all,
            self.placed_wrongly,
            self.wrong_items,
            self.lost_items,
            self.turns,
            self.times.percentiles()
        )
    }
}

/// How what a customer says reaches the desk.
pub trait Hearer {
    /// What is told to the desk of a turn of the conversation `talk`, where this is expected.
    fn hear(&mut self, talk: &str, said: &str, expect: &Expect) -> Result<Vec<Happening>, Failure>;
}

/// Just as it was typed.
pub struct Typed;

impl Hearer for Typed {
    fn hear(&mut self, _: &str, said: &str, _: &Expect) -> Result<Vec<Happening>, Failure> {
        Ok(vec![Happening::Heard(said.into())])
    }
}

/// The shop of a directory, ready to be talked in.
pub fn setting(dir: &Path) -> Result<Setting, Failure> {
    let shop = Shop::load(dir).map_err(|problems| problems.to_string())?.shop;
    let language = Language::load(&shop.language)?;
    Ok(Setting::new(shop, language))
}

/// Play all of a directory as typed. What went wrong is handed to `miss`, conversation by conversation.
pub fn play(dir: &Path, miss: impl FnMut(&str)) -> Result<Score, Failure> {
    play_to(&mut Typed, dir, setting(dir)?, usize::MAX, miss)
}

/// Play so many conversations of a directory, from all over it, to a hearer.
pub fn play_to(
    hearer: &mut dyn Hearer,
    dir: &Path,
    setting: Setting,
    most: usize,
    mut miss: impl FnMut(&str),
) -> Result<Score, Failure> {
    let shop = setting.shop.clone();
    // Somebody can always be told.
    let staff = Staff { command: Some("true".into()), file: None };
    let mut desk = Desk::in_memory(setting, staff, Arc::new(HandClock::new(0)), Duration::from_secs(3600))?;
    let file = dir.join("conversations.jsonl");
    let mut score = Score::default();
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let lines: Vec<(usize, &str)> = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    let most = most.clamp(1, lines.len().max(1));
    let picked = (0..most).filter_map(|at| lines.get(at * lines.len() / most));
    for (number, line) in picked {
        let talk: Talk =
            serde_json::from_str(line).map_err(|e| format!("{} line {}: {e}", file.display(), number + 1))?;
        one(&shop, &mut desk, hearer, &talk, &mut score, &mut miss)?;
    }
    Ok(score)
}

fn one(
    shop: &Shop,
    desk: &mut Desk,
    hearer: &mut dyn Hearer,
    talk: &Talk,
    score: &mut Score,
    miss: &mut impl FnMut(&str),
) -> Result<(), Failure> {
    let point = Point::only(Channel::Typed);
    desk.start_over(&point)?;
    let (mut cart, mut placed): (Cart, Vec<Line>) = (Cart::default(), vec![]);
    let mut order = false;
    let mut log = String::new();
    for turn in &talk.turns {
        score.turns += 1;
        let happenings = hearer.hear(&talk.id, turn, &desk.expect(&point))?;
        let _ = writeln!(log, "  said     {turn}");
        for happening in happenings {
            let heard = match &happening {
                Happening::Heard(text) => text.clone(),
                Happening::Unheard | Happening::Timer(_) => "(nothing)".into(),
            };
            let begun = Instant::now();
            let outcome = desk.tell(&point, happening)?;
            score.times.push(begun.elapsed());
            let state = desk.state(&point);
            if outcome.order.is_some() {
                order = true;
                let last = state.and_then(|s| s.last_order.as_ref());
                placed.extend(last.map(|o| o.cart.lines.clone()).unwrap_or_default());
                cart = Cart::default();
            }
            // Whoever leaves has what they had.
            if let Some(state) = state {
                cart.clone_from(&state.cart);
            }
            let acts: Vec<&str> = outcome.view.acts.iter().map(|act| act.act.as_str()).collect();
            let heard = if heard == *turn { String::default() } else { format!("  heard    {heard}\n") };
            let star = if outcome.order.is_some() { " *" } else { "" };
            let _ = write!(log, "{heard}           [{}]\n  saycart  {}{star}\n", acts.join("] ["), outcome.reply.text);
        }
    }
    let lines = placed.iter().chain(&cart.lines);
    let said = tally(lines.map(|line| (row(shop, line), thousandths(line))));
    let gold = tally(talk.cart.iter().map(|line| (gold(shop, line), (line.quantity * 1000.0).round() as i64)));
    let wrong = surplus(&said, &gold);
    let lost = surplus(&gold, &said);
    score.all += 1;
    score.wrong_items += wrong;
    score.lost_items += lost;
    score.placed_wrongly += usize::from(order && !talk.placed);
    if wrong + lost == 0 && order == talk.placed {
        score.right += 1;
    } else {
        let placed = |it: bool| if it { "placed" } else { "not placed" };
        let write = |rows: &BTreeMap<Row, i64>| {
            rows.iter().map(|(row, n)| format!("{} {}", *n as f64 / 1000.0, row.text())).collect::<Vec<_>>().join("; ")
        };
        let _ = writeln!(log, "  right    {} ({})", write(&gold), placed(talk.placed));
        let _ = writeln!(log, "  stands   {} ({})", write(&said), placed(order));
        miss(&format!("{}\n{log}", talk.id));
    }
    Ok(())
}

/// What is compared of a line.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Debug)]
struct Row {
    item: String,
    options: BTreeSet<String>,
    without: BTreeSet<String>,
    note: bool,
}

impl Row {
    fn text(&self) -> String {
        let mut parts = vec![self.item.clone()];
        parts.extend(self.options.iter().cloned());
        parts.extend(self.without.iter().map(|name| format!("no {name}")));
        parts.extend(self.note.then(|| "a note".to_string()));
        parts.join(", ")
    }
}

/// Titles of the options that the item comes with where nobody says anything.
fn defaults(shop: &Shop, item: &str) -> BTreeSet<String> {
    let item = shop.items.iter().find(|i| i.names.title.eq_ignore_ascii_case(item));
    let all = item.into_iter().flat_map(|item| &item.options).flat_map(|options| &options.defaults);
    all.map(|option| title(shop, *option)).collect()
}

fn title(shop: &Shop, option: OptionId) -> String {
    shop.option(option).names.title.to_lowercase()
}

fn row(shop: &Shop, line: &Line) -> Row {
    let item = shop.item(line.item).names.title.to_lowercase();
    let usual = defaults(shop, &item);
    let (refused, taken): (Vec<&Choice>, Vec<&Choice>) = line.choices.iter().partition(|choice| choice.negated);
    let taken: BTreeSet<String> = taken.into_iter().map(|choice| described(shop, choice)).collect();
    Row {
        // Refusing what it would not have had changes nothing.
        without: refused.into_iter().map(|choice| title(shop, choice.option)).filter(|o| usual.contains(o)).collect(),
        options: taken.difference(&usual).cloned().collect(),
        note: !line.notes.is_empty(),
        item,
    }
}

fn described(shop: &Shop, choice: &Choice) -> String {
    let grade = match choice.grade {
        Some(Grade::Extra) => "extra ",
        Some(Grade::Light) => "light ",
        None => "",
    };
    let count = if choice.count > 1 { format!("{} ", choice.count) } else { String::new() };
    format!("{grade}{count}{}", title(shop, choice.option))
}

/// The title of what is so called: a brand may be left out.
fn called(shop: &Shop, name: &str) -> String {
    let name = name.to_lowercase();
    let titles = || shop.items.iter().map(|item| item.names.title.to_lowercase());
    let branded = |title: &String| title.strip_suffix(&name).is_some_and(|brand| brand.ends_with(' '));
    titles().find(|title| *title == name).or_else(|| titles().find(branded)).unwrap_or(name)
}

fn gold(shop: &Shop, line: &TalkLine) -> Row {
    let item = called(shop, &line.item);
    let usual = defaults(shop, &item);
    let lower = |names: &[String]| -> BTreeSet<String> { names.iter().map(|name| name.to_lowercase()).collect() };
    Row {
        options: lower(&line.options).difference(&usual).cloned().collect(),
        without: lower(&line.not).intersection(&usual).cloned().collect(),
        note: line.note,
        item,
    }
}

fn thousandths(line: &Line) -> i64 {
    match line.quantity {
        saycart::commerce::cart::Quantity::Count(count) => i64::from(count) * 1000,
        measure @ saycart::commerce::cart::Quantity::Measure(_) => i64::from(measure.rounded()),
    }
}

fn tally(rows: impl Iterator<Item = (Row, i64)>) -> BTreeMap<Row, i64> {
    let mut all = BTreeMap::new();
    for (row, amount) in rows {
        *all.entry(row).or_default() += amount;
    }
    all
}

/// How many rows of `these` do not stand among `those` just so.
fn surplus(these: &BTreeMap<Row, i64>, those: &BTreeMap<Row, i64>) -> usize {
    these.iter().filter(|(row, amount)| those.get(row) != Some(amount)).count()
}
