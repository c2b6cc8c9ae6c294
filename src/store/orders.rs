//! Orders: placed once, with a turn; afterwards only events are appended.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Serialize, Serializer};

use super::lines::{columns, from_json, quantity, to_json};
use super::payments::{self, enumerated};
use super::{Store, StoreError};
use crate::commerce::order::*;
use crate::commerce::payment::Payment;
use crate::commerce::pricing::Total;
use crate::commerce::view::ItemView;
use crate::money::Money;

/// An order's id in the database, and the number that is called out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderRef {
    pub id: i64,
    pub number: OrderNumber,
}

/// One order, whole, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredOrder {
    pub id: i64,
    pub times: PlacedAt,
    pub standing: OrderStanding,
    pub order: Order,
    pub payments: Vec<Payment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedAt {
    /// RFC 3339, UTC.
    pub utc: String,
    /// For people, in this machine's time zone.
    pub local: String,
}

const TIMES: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', placed_at / 1000, 'unixepoch') AS utc,
    strftime('%Y-%m-%d %H:%M', placed_at / 1000, 'unixepoch', 'localtime') AS local";

impl Store {
    /// The number for the next order to be committed. As there is one writer, it stays free until then.
    pub fn next_order_number(&self) -> Result<OrderNumber, StoreError> {
        let last = || {
            let mut last = self.connection.prepare_cached("SELECT number FROM orders ORDER BY id DESC LIMIT 1")?;
            last.query_row([], |row| row.get(0)).optional()
        };
        let last: Option<u32> = last().map_err(|error| StoreError::sqlite(&self.path, error))?;
        Ok(last.map_or_else(OrderNumber::first, |last| OrderNumber(last).next()))
    }

    /// The newest orders, newest first.
    pub fn orders(&self, limit: usize) -> Result<Vec<StoredOrder>, StoreError> {
        let ids = || {
            let mut ids = self.connection.prepare_cached("SELECT id FROM orders ORDER BY id DESC LIMIT ?1")?;
            let ids = ids.query_map([limit as i64], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<Vec<i64>>>()
        };
        let ids = ids().map_err(|error| StoreError::sqlite(&self.path, error))?;
        ids.into_iter().map(|id| self.order(id)).collect()
    }

    /// How many were placed today, by the clocks on the wall.
    pub fn orders_today(&self, shop: &str) -> Result<u64, StoreError> {
        let today = || {
            let standing = since(&self.connection, "orders", "standing", "'placed'")?;
            let sql = format!(
                "SELECT count(*) FROM orders WHERE shop = ?1 AND {standing} = 'placed'
                 AND placed_at >= unixepoch('now', 'localtime', 'start of day', 'utc') * 1000"
            );
            self.connection.prepare_cached(&sql)?.query_row([shop], |row| row.get::<_, u32>(0).map(u64::from))
        };
        today().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// The order with this id.
    pub fn order(&self, id: i64) -> Result<StoredOrder, StoreError> {
        let found = read(&self.connection, id).map_err(|error| StoreError::sqlite(&self.path, error))?;
        let (mut stored, events) = found.ok_or(StoreError::NoOrder(id))?;
        for event in events {
            stored.order.apply(event)?;
        }
        Ok(stored)
    }

    /// Append what happened to a line of an order; returns the order as it is then.
    pub fn append_order_event(&mut self, id: i64, event: OrderEvent, now: i64) -> Result<StoredOrder, StoreError> {
        let mut stored = self.order(id)?;
        stored.order.apply(event)?;
        let kind = match event.kind {
            OrderEventKind::Fulfilled => "fulfilled",
            OrderEventKind::Removed => "removed",
        };
        self.transaction(|tx| {
            tx.prepare_cached(
                "INSERT INTO order_events (order_id, line, kind, amount, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, event.line, kind, event.amount, now])
        })?;
        Ok(stored)
    }
}

/// As `--json` prints it: the order with its id, when it was placed (UTC) and its status.
impl Serialize for StoredOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            id: i64,
            placed_at: &'a str,
            standing: OrderStanding,
            status: LineStatus,
            #[serde(flatten)]
            order: &'a Order,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            payments: &'a [Payment],
        }
        let StoredOrder { id, times, standing, order, payments } = self;
        Shown { id: *id, placed_at: &times.utc, standing: *standing, status: order.status(), order, payments }
            .serialize(serializer)
    }
}

pub(super) fn insert(tx: &Connection, conversation: i64, order: &Order) -> rusqlite::Result<OrderRef> {
    let id = tx
        .prepare_cached(
            "INSERT INTO orders (number, conversation_id, shop, currency, customer_name, options, totals, placed_at, needs, included_taxes,
             fulfillment, due, customer_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .insert(params![
            order.number.0,
            conversation,
            order.shop,
            order.currency,
            order.customer_name,
            to_json(&order.options)?,
            to_json(&order.totals)?,
            order.placed_at,
            to_json(&order.needs)?,
            to_json(&order.included_taxes)?,
            to_json(&order.fulfillment)?,
            order.due,
            order.account,
        ])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO order_lines (order_id, line, position, item, title, price, quantity, measured, unit, options, notes,
         totals, over) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for (position, line) in order.line_items.iter().enumerate() {
        let (amount, measured, over) = columns(line.quantity.original);
        insert.execute(params![
            id,
            line.id,
            position as i64,
            line.item.id,
            line.item.title,
            line.item.price.0,
            amount,
            measured,
            line.unit,
            to_json(&line.options)?,
            to_json(&line.notes)?,
            to_json(&line.totals)?,
            over,
        ])?;
    }
    Ok(OrderRef { id, number: order.number })
}

/// The order that a turn placed.
pub(super) fn of_turn(tx: &Connection, conversation: i64, turn: u32) -> rusqlite::Result<Option<OrderRef>> {
    tx.prepare_cached(
        "SELECT orders.id, orders.number FROM turns JOIN orders ON orders.id = turns.order_id
         WHERE turns.conversation_id = ?1 AND turns.number = ?2",
    )?
    .query_row(params![conversation, turn], |row| Ok(OrderRef { id: row.get(0)?, number: OrderNumber(row.get(1)?) }))
    .optional()
}

/// The conversation and the order that a key stands for.
pub(super) fn of_key(tx: &Connection, key: &str) -> rusqlite::Result<Option<(i64, OrderRef)>> {
    tx.prepare_cached(
        "SELECT k.conversation_id, orders.id, orders.number FROM idempotency_keys k
         JOIN orders ON orders.id = k.order_id WHERE k.key = ?1",
    )?
    .query_row([key], |row| Ok((row.get(0)?, OrderRef { id: row.get(1)?, number: OrderNumber(row.get(2)?) })))
    .optional()
}

/// The order as placed, and what happened since.
fn read(connection: &Connection, id: i64) -> rusqlite::Result<Option<(StoredOrder, Vec<OrderEvent>)>> {
    let [needs, included] = ["needs", "included_taxes"].map(|list| since(connection, "orders", list, "'[]'"));
    let (needs, included) = (needs?, included?);
    let standing = since(connection, "orders", "standing", "'placed'")?;
    let fulfillment = since(connection, "orders", "fulfillment", "'null'")?;
    let due = since(connection, "orders", "due", "NULL")?;
    let account = since(connection, "orders", "customer_id", "NULL")?;
    let sql = format!(
        "SELECT number, shop, currency, customer_name, options, totals, placed_at, {needs}, {included}, {standing},
         {fulfillment}, {due}, {account}, {TIMES}
         FROM orders WHERE id = ?1"
    );
    let found = connection.prepare_cached(&sql)?.query_row([id], |row| {
        let order = Order {
            number: OrderNumber(row.get(0)?),
            shop: row.get(1)?,
            currency: row.get(2)?,
            customer_name: row.get(3)?,
            options: from_json(row, 4)?,
            totals: from_json::<Vec<Total>>(row, 5)?,
            placed_at: row.get(6)?,
            needs: from_json(row, 7)?,
            included_taxes: from_json::<Vec<Total>>(row, 8)?,
            fulfillment: from_json(row, 10)?,
            due: row.get(11)?,
            account: row.get(12)?,
            line_items: vec![],
        };
        let times = PlacedAt { utc: row.get("utc")?, local: row.get("local")? };
        Ok(StoredOrder { id, times, standing: enumerated(row, 9)?, order, payments: vec![] })
    });
    let Some(mut stored) = found.optional()? else { return Ok(None) };
    let over = since(connection, "order_lines", "over", "0")?;
    let mut lines = connection.prepare_cached(&format!(
        "SELECT line, item, title, price, quantity, measured, unit, options, notes, totals, {over}
         FROM order_lines WHERE order_id = ?1 ORDER BY position"
    ))?;
    stored.order.line_items = lines.query_map([id], read_line)?.collect::<rusqlite::Result<_>>()?;
    let mut events =
        connection.prepare_cached("SELECT line, kind, amount FROM order_events WHERE order_id = ?1 ORDER BY id")?;
    let events = events.query_map([id], |row| {
        let kind = match row.get_ref(1)?.as_str()? {
            "removed" => OrderEventKind::Removed,
            _ => OrderEventKind::Fulfilled,
        };
        Ok(OrderEvent { line: row.get(0)?, kind, amount: row.get(2)? })
    })?;
    let events = events.collect::<rusqlite::Result<_>>()?;
    stored.payments = payments::of_order(connection, id)?;
    Ok(Some((stored, events)))
}

/// A column of a later version, or what stands for it: a database of before, that may only be read, has it not.
fn since(
    connection: &Connection,
    table: &str,
    column: &'static str,
    else_: &'static str,
) -> rusqlite::Result<&'static str> {
    let mut known = connection.prepare_cached("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2")?;
    Ok(if known.exists([table, column])? { column } else { else_ })
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<OrderLine> {
    let quantity = OrderQuantity::new(quantity(row.get(4)?, row.get(5)?, row.get(10)?));
    Ok(OrderLine {
        id: row.get(0)?,
        item: ItemView { id: row.get(1)?, title: row.get(2)?, price: Money(row.get(3)?) },
        quantity,
        unit: row.get(6)?,
        options: from_json(row, 7)?,
        notes: from_json(row, 8)?,
        totals: from_json(row, 9)?,
        status: quantity.status(),
    })
}
