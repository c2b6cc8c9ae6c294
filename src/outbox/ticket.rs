//! An order as a ticket, by the owner's template or the language's own. What comes of it is text with marks, which `layout`
//! puts on paper.

use serde::Serialize;

use crate::commerce::cart::{Grade, Quantity};
use crate::commerce::order::{Order, OrderLine};
use crate::commerce::view::TakenOption;
use crate::lang::Language;
use crate::money::Money;
use crate::reply::phrase::{Phrasing, fill};
use crate::shop::{Shop, Ticket};

#[derive(Debug, thiserror::Error)]
#[error("the template of the ticket `{key}` fails{}: {what}. See \"Tickets\" in docs/shop-format.md for what it may name", .line.map(|line| format!(" in line {line}")).unwrap_or_default())]
pub struct TicketError {
    key: String,
    line: Option<usize>,
    what: String,
}

/// All that a template may name.
#[derive(Debug, Serialize)]
struct Shown {
    /// Of this ticket: who gets it twice knows it by this.
    id: String,
    shop: String,
    number: u32,
    /// By the clocks of the shop.
    date: String,
    time: String,
    name: Option<String>,
    /// Options of the order as a whole: "To go".
    places: Vec<String>,
    table: Option<u32>,
    /// When it is wanted: "17:30", with its date where that is another; what the language says for as soon as can be.
    wanted: Option<String>,
    /// Where it is brought, a part a line.
    address: Vec<String>,
    phone: Option<String>,
    /// What must not be in it, and ways to live, as they were said: "nuts"; "vegan".
    allergies: Vec<String>,
    diets: Vec<String>,
    lines: Vec<ShownLine>,
    totals: Vec<ShownTotal>,
    total: String,
}

#[derive(Debug, Serialize)]
struct ShownLine {
    quantity: String,
    /// Empty for plain pieces.
    unit: String,
    title: String,
    category: String,
    /// As they were asked for: "oat milk", "no onions".
    options: Vec<String>,
    /// Nobody asked for these: they come with it.
    comes_with: Vec<String>,
    notes: Vec<String>,
    total: String,
}

#[derive(Debug, Serialize)]
struct ShownTotal {
    text: String,
    amount: String,
}

/// What one place gets of an order; `None` where it gets nothing of it. `local`: when it was placed, in milliseconds since
/// 1970 as the clocks on the wall have it.
///
/// # Errors
/// When the template names what there is not; [`check`] finds that before any order does.
pub fn ticket(
    shop: &Shop,
    language: &Language,
    to: &Ticket,
    order: &Order,
    id: &str,
    local: i64,
) -> Result<Option<String>, TicketError> {
    let shown = Shown::of(shop, language, to, order, id, local);
    if shown.lines.is_empty() {
        return Ok(None);
    }
    render(language, to, &shown).map(Some)
}

/// Whether a template works, with orders that have little and much.
pub fn check(language: &Language, to: &Ticket) -> Result<(), TicketError> {
    let text = || "x".to_string();
    let line = |many: usize| ShownLine {
        quantity: text(),
        unit: text(),
        title: text(),
        category: text(),
        options: vec![text(); many],
        comes_with: vec![text(); many],
        notes: vec![text(); many],
        total: text(),
    };
    let shown = |many: usize| Shown {
        id: text(),
        shop: text(),
        number: 1,
        date: text(),
        time: text(),
        name: (many > 0).then(text),
        places: vec![text(); many],
        table: (many > 0).then_some(7),
        wanted: (many > 0).then(text),
        address: vec![text(); many],
        phone: (many > 0).then(text),
        allergies: vec![text(); many],
        diets: vec![text(); many],
        lines: vec![line(many)],
        totals: (0..many).map(|_| ShownTotal { text: text(), amount: text() }).collect(),
        total: text(),
    };
    [0, 2].into_iter().try_for_each(|many| render(language, to, &shown(many)).map(|_| ()))
}

fn render(language: &Language, to: &Ticket, shown: &Shown) -> Result<String, TicketError> {
    let mut environment = minijinja::Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    // A line that only holds a block leaves no line behind.
    let syntax = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_else(|_| unreachable!("the usual delimiters are valid")));
    let template = to.template.as_deref().unwrap_or(&language.ticket.template);
    environment.render_str(template, minijinja::value::Serde(shown)).map_err(|wrong| TicketError {
        key: to.key.clone(),
        line: wrong.line(),
        what: wrong.detail().map_or_else(|| wrong.kind().to_string(), str::to_string),
    })
}

impl Shown {
    fn of(shop: &Shop, language: &Language, to: &Ticket, order: &Order, id: &str, local: i64) -> Shown {
        let phrasing = Phrasing { shop, words: &language.reply, units: &language.units };
        let said = |diet: bool| {
            let needs = order.needs.iter().filter(move |need| need.diet == diet);
            needs.map(|need| clean(&need.words)).collect()
        };
        let (date, time) = written(local);
        let money = |amount: Money| shop.currency.format(amount);
        let lines = order.line_items.iter().filter_map(|line| {
            let item = shop.items.iter().find(|item| item.key == line.item.id)?;
            let wanted = to.categories.is_empty() || to.categories.contains(&item.category);
            wanted.then(|| ShownLine::of(&phrasing, line, &shop.category(item.category).names.title))
        });
        let to_where = order.fulfillment.as_ref();
        let address = to_where.and_then(|to| to.destination.as_ref());
        let totals = order.totals.iter().chain(&order.included_taxes);
        Shown {
            id: id.into(),
            shop: clean(&shop.name),
            number: order.number.0,
            name: order.customer_name.as_deref().map(clean),
            table: to_where.and_then(|to| to.table),
            wanted: to_where.and_then(|to| to.wanted.as_deref()).map(|wanted| clock(wanted, &date, &phrasing)),
            address: address.iter().flat_map(|to| to.lines()).map(clean).collect(),
            phone: address.and_then(|to| to.phone_number.as_deref()).map(clean),
            places: order.options.iter().map(|option| clean(&worded(&phrasing, option))).collect(),
            allergies: said(false),
            diets: said(true),
            lines: lines.collect(),
            totals: totals
                .map(|row| ShownTotal { text: clean(&row.display_text), amount: money(row.amount) })
                .collect(),
            total: money(order.total()),
            date,
            time,
        }
    }
}

/// As it was wanted ("2026-11-26T17:30"), for people.
fn clock(wanted: &str, today: &str, phrasing: &Phrasing<'_>) -> String {
    match wanted.split_once('T') {
        Some((date, time)) if date == today => time.into(),
        Some((date, time)) => format!("{date} {time}"),
        None => phrasing.words.phrases.soonest.clone(),
    }
}

impl ShownLine {
    fn of(phrasing: &Phrasing<'_>, line: &OrderLine, category: &str) -> ShownLine {
        let options = |default: bool| {
            let of_kind = line.options.iter().filter(move |option| option.default == default);
            of_kind.map(|option| clean(&worded(phrasing, option))).collect()
        };
        let quantity = line.quantity.original;
        ShownLine {
            quantity: quantity.decimal(),
            unit: line.unit.as_deref().map(|unit| clean(&phrasing.unit(unit, quantity))).unwrap_or_default(),
            title: clean(&line.item.title),
            category: clean(category),
            options: options(false),
            comes_with: options(true),
            notes: line.notes.iter().map(|note| clean(note)).collect(),
            total: phrasing.money(line.total()),
        }
    }
}

/// "extra bacon", "two shots", "no onions".
fn worded(phrasing: &Phrasing<'_>, option: &TakenOption) -> String {
    let phrases = &phrasing.words.phrases;
    let of = |wording: &str| fill(wording, &[("option", &option.title)]);
    match (option.negated, option.grade) {
        (true, _) => of(&phrases.without),
        (false, Some(Grade::Light)) => of(&phrases.light),
        (false, Some(Grade::Extra)) => of(&phrases.extra),
        (false, None) if option.count > 1 => {
            let n = phrasing.quantity(Quantity::Count(option.count.into()));
            fill(&phrases.times, &[("n", &n), ("option", &option.title)])
        }
        (false, None) => option.title.clone(),
    }
}

/// On one line and with nothing in it that a printer would obey.
fn clean(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Date and time, as everybody in the world can read them.
fn written(local: i64) -> (String, String) {
    use time::macros::format_description;
    let when = time::OffsetDateTime::from_unix_timestamp(local.div_euclid(1_000)).ok();
    let by =
        |format: &time::format_description::StaticFormatDescription| when.and_then(|when| when.format(format).ok());
    let date = by(&format_description!("[year]-[month]-[day]"));
    let time = by(&format_description!("[hour]:[minute]"));
    // A clock beyond the year 9999 has nothing to say.
    (date.unwrap_or_default(), time.unwrap_or_default())
}
