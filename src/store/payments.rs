//! Payments: recorded with their order, in its transaction.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::conversation::ConversationId;
use super::lines::to_json;
use super::stock::Takes;
use super::{Store, StoreError, accounts};
use crate::commerce::payment::{Decline, Payment, PaymentStatus, Standing};
use crate::money::Money;
use crate::shop::PayBy;

/// A payment, or a part of one, that is committed with its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    /// Never used before.
    pub id: String,
    pub method: PayBy,
    pub amount: Money,
    pub status: PaymentStatus,
    pub tendered: Option<Money>,
    pub account: Option<i64>,
}

const COLUMNS: &str = "payments.id, method, amount, status, tendered, accounts.title, reference, link, decline,
    (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = payments.id AND status = 'succeeded')";

impl Store {
    /// How far the order is that a conversation waits for: the last one that was to be paid by another machine.
    pub fn standing(&self, conversation: ConversationId) -> Result<Option<Standing>, StoreError> {
        let read = || {
            let mut last = self.connection.prepare_cached(
                "SELECT orders.number, orders.totals, payments.status, payments.decline, payments.link, payments.created_at, orders.id
                 FROM payments JOIN orders ON orders.id = payments.order_id
                 WHERE payments.conversation_id = ?1 AND method = 'card' ORDER BY orders.id DESC LIMIT 1",
            )?;
            last.query_row([conversation.0], |row| {
                let totals: Vec<crate::commerce::pricing::Total> = super::lines::from_json(row, 1)?;
                Ok(Standing {
                    id: row.get(6)?,
                    number: row.get::<_, u32>(0)?.into(),
                    total: crate::commerce::order::total(&totals),
                    status: enumerated(row, 2)?,
                    decline: row.get::<_, Option<String>>(3)?.map(|_| enumerated(row, 3)).transpose()?,
                    link: row.get(4)?,
                    since: row.get(5)?,
                })
            })
            .optional()
        };
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

/// With the order, in its transaction. `false`, and nothing may be committed, where an account has not so much any more.
pub(super) fn insert(
    tx: &Connection,
    order: i64,
    conversation: i64,
    shop: (&str, &str),
    payments: &[NewPayment],
    takes: &Takes,
    now: i64,
) -> rusqlite::Result<bool> {
    let (shop, currency) = shop;
    let mut insert = tx.prepare_cached(
        "INSERT INTO payments (id, order_id, conversation_id, shop, method, account_id, currency, amount, tendered, status,
         takes, next_at, created_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?12)",
    )?;
    for payment in payments {
        insert.execute(params![
            payment.id,
            order,
            conversation,
            shop,
            key(payment.method)?,
            payment.account,
            currency,
            payment.amount.0,
            payment.tendered.map(|tendered| tendered.0),
            key(payment.status)?,
            to_json(&takes.iter().collect::<Vec<_>>())?,
            now,
        ])?;
        if let Some(account) = payment.account
            && !accounts::spend(tx, account, &payment.id, payment.amount, now)?
        {
            return Ok(false);
        }
    }
    if payments.iter().any(|payment| payment.status.is_open()) {
        tx.prepare_cached("UPDATE orders SET standing = 'pending' WHERE id = ?1")?.execute([order])?;
    }
    Ok(true)
}

/// What a conversation waits for is given up, unless it goes through before the other side hears of it.
pub(super) fn stop(tx: &Connection, conversation: i64, now: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE payments SET canceling = 1, next_at = ?2, changed_at = ?2
         WHERE conversation_id = ?1 AND status IN ('begun', 'pending')",
    )?
    .execute([conversation, now])?;
    Ok(())
}

/// Of an order.
pub(super) fn of_order(connection: &Connection, order: i64) -> rusqlite::Result<Vec<Payment>> {
    // A database of before may be one that can only be read.
    if !connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'payments'")?.exists([])? {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM payments LEFT JOIN accounts ON accounts.id = account_id WHERE order_id = ?1
         ORDER BY payments.created_at, method, payments.id"
    );
    connection.prepare_cached(&sql)?.query_map([order], read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        id: row.get(0)?,
        method: enumerated(row, 1)?,
        amount: Money(row.get(2)?),
        status: enumerated(row, 3)?,
        tendered: row.get::<_, Option<i64>>(4)?.map(Money),
        account: row.get(5)?,
        reference: row.get(6)?,
        link: row.get(7)?,
        decline: row.get::<_, Option<String>>(8)?.map(|_| enumerated::<Decline>(row, 8)).transpose()?,
        refunded: Money(row.get(9)?),
    })
}

/// A word of the database for one of a few.
pub(super) fn key<T: serde::Serialize>(one: T) -> rusqlite::Result<String> {
    let written =
        serde_json::to_value(one).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(written.as_str().unwrap_or_default().to_string())
}

pub(super) fn enumerated<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let word = serde_json::Value::String(row.get(column)?);
    serde_json::from_value(word)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
