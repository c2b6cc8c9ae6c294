//! `saycart orders`.

use super::payments::{by, status as paid};
use super::*;
use crate::commerce::cart::Grade;
use crate::commerce::fulfilment::FulfillmentView;
use crate::commerce::order::{LineStatus, OrderLine, OrderStanding};
use crate::commerce::view::TakenOption;
use crate::money::{Currency, Money};
use crate::service::records::{Records, StoreError, StoredOrder};

#[derive(Debug, Args)]
pub struct OrdersArgs {
    #[command(subcommand)]
    pub command: OrdersCommand,
}

#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// The orders taken, newest first
    List {
        /// Print one JSON object an order
        #[arg(long)]
        json: bool,
        /// How many at the most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// One order, whole
    Show {
        /// The id that `saycart orders list` prints first
        id: String,
        #[arg(long)]
        json: bool,
    },
}

pub fn run(env: &Environment, args: &OrdersArgs) -> Result<(), CliError> {
    let store = Records::open(&env.config.database());
    let text = match &args.command {
        OrdersCommand::List { json, limit } => {
            let orders = store.and_then(|records| records.orders(*limit));
            listed(orders, *json, list)?
        }
        OrdersCommand::Show { id, json } => {
            let number = id.parse().map_err(|_| {
                CliError::new(format!("`{id}` is no order id; give the number that `saycart orders list` prints first"))
            })?;
            let stored = store.and_then(|store| store.order(number)).map_err(CliError::new)?;
            if *json { json_line(&stored)? } else { show(&stored) }
        }
    };
    print::text(text)
}

/// A list for people or, one JSON object a line, for programs. That there is no database yet is an answer, not a failure.
pub fn listed<T: serde::Serialize>(
    found: Result<Vec<T>, StoreError>,
    json: bool,
    table: impl FnOnce(&[T]) -> String,
) -> Result<String, CliError> {
    let all = match found {
        Err(StoreError::Missing { .. }) => vec![],
        found => found.map_err(CliError::new)?,
    };
    if json { all.iter().map(json_line).collect() } else { Ok(table(&all)) }
}

pub fn json_line(value: &impl serde::Serialize) -> Result<String, CliError> {
    serde_json::to_string(value).map(|line| line + "\n").map_err(CliError::new)
}

fn list(orders: &[StoredOrder]) -> String {
    if orders.is_empty() {
        return "No orders yet.\n".into();
    }
    let mut rows = vec![["ID", "NUMBER", "PLACED", "STATUS", "TOTAL", "NAME", "ITEMS"].map(String::from)];
    rows.extend(orders.iter().map(|stored| {
        let order = &stored.order;
        let items = order.line_items.iter().map(|line| format!("{} {}", amount(line), line.item.title));
        [
            stored.id.to_string(),
            order.number.to_string(),
            stored.times.local.clone(),
            standing(stored).to_string(),
            money(&order.currency, order.total()),
            order.customer_name.clone().unwrap_or_else(|| "-".into()),
            items.collect::<Vec<_>>().join(", "),
        ]
    }));
    table(&rows, 4)
}

fn show(stored: &StoredOrder) -> String {
    let order = &stored.order;
    let mut text = format!("Order {} (id {})\n", order.number, stored.id);
    let mut fact = |name: &str, value: &str| text.push_str(&format!("{name:<8} {value}\n"));
    fact("Shop", &order.shop);
    fact("Placed", &stored.times.local);
    fact("Status", standing(stored));
    for payment in &stored.payments {
        let paid =
            format!("{} by {}, {}", money(&order.currency, payment.amount), by(payment.method), paid(payment.status));
        fact("Payment", &paid);
    }
    if let Some(name) = &order.customer_name {
        fact("Name", name);
    }
    for need in &order.needs {
        fact(if need.diet { "Diet" } else { "Allergy" }, &need.words);
    }
    if !order.options.is_empty() {
        fact("Options", &options(&order.options));
    }
    if let Some(to) = &order.fulfillment {
        whither(to).iter().for_each(|(name, value)| fact(name, value));
    }
    let mut rows = Vec::new();
    for line in &order.line_items {
        rows.push([amount(line), line.item.title.clone(), money(&order.currency, line.total())]);
        let mut detail = |text: String| rows.push([String::new(), format!("  {text}"), String::new()]);
        if !line.options.is_empty() {
            detail(options(&line.options));
        }
        line.notes.iter().for_each(|note| detail(format!("\"{note}\"")));
        if line.status != LineStatus::Processing {
            detail(status(line.status).to_string());
        }
    }
    rows.push(Default::default());
    rows.extend(
        order.totals.iter().map(|row| [String::new(), row.display_text.clone(), money(&order.currency, row.amount)]),
    );
    rows.extend(
        order
            .included_taxes
            .iter()
            .map(|row| [String::new(), format!("{}, included", row.display_text), money(&order.currency, row.amount)]),
    );
    text + "\n" + &table(&rows, 2)
}

/// Where it goes and when, a fact each.
fn whither(to: &FulfillmentView) -> Vec<(&'static str, String)> {
    let address = to.destination.as_ref();
    let lines = address.map(|address| address.lines().join(", ")).filter(|lines| !lines.is_empty());
    let facts = [
        ("Table", to.table.map(|table| table.to_string())),
        ("Address", lines),
        ("Phone", address.and_then(|address| address.phone_number.clone())),
        ("Wanted", to.wanted.as_deref().map(clock)),
        ("Promised", to.fulfillable_on.as_deref().map(clock)),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// "2026-11-26T17:30" as other times of these lists are written.
fn clock(time: &str) -> String {
    time.replacen('T', " ", 1)
}

/// Columns as wide as their widest cell, two spaces between; the one at `right` is aligned there.
pub fn table<const N: usize>(rows: &[[String; N]], right: usize) -> String {
    let width = |text: &str| text.chars().count();
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let space = " ".repeat(widths[column] - width(cell));
            if column == right { space + cell } else { cell.clone() + &space }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn amount(line: &OrderLine) -> String {
    format!("{} {}", line.quantity.original.decimal(), line.unit.as_deref().unwrap_or("×"))
}

fn options(options: &[TakenOption]) -> String {
    let named = options.iter().map(|option| {
        let before = match (option.negated, option.grade) {
            (true, _) => "no ",
            (false, Some(Grade::Extra)) => "extra ",
            (false, Some(Grade::Light)) => "light ",
            (false, None) => "",
        };
        let after = if option.count > 1 { format!(" ×{}", option.count) } else { String::new() };
        format!("{before}{}{after}", option.title)
    });
    named.collect::<Vec<_>>().join(", ")
}

pub fn money(code: &str, amount: Money) -> String {
    // An order of a currency that this version no longer knows still shows its amount.
    Currency::of(code).unwrap_or_else(|_| Currency { code: code.into(), exponent: 2 }).format(amount)
}

/// One that is not placed has no further status.
fn standing(stored: &StoredOrder) -> &'static str {
    match stored.standing {
        OrderStanding::Pending => "waits for payment",
        OrderStanding::Canceled => "void",
        OrderStanding::Placed => status(stored.order.status()),
    }
}

fn status(status: LineStatus) -> &'static str {
    match status {
        LineStatus::Processing => "processing",
        LineStatus::Partial => "partial",
        LineStatus::Fulfilled => "fulfilled",
        LineStatus::Removed => "removed",
    }
}
