//! Payments: recorded with their order, in its transaction.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::conversation::ConversationId;
use super::lines::{from_json, to_json};
use super::stock::{self, Takes};
use super::{Store, StoreError, accounts};
use crate::commerce::order::{OrderNumber, total};
use crate::commerce::payment::{Decline, Payment, PaymentStatus, Standing};
use crate::commerce::pricing::Total;
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

/// A payment with what it is of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StoredPayment {
    /// The order's id in the database, and what is called out.
    pub order: i64,
    pub number: u64,
    pub currency: String,
    #[serde(flatten)]
    pub payment: Payment,
    /// Somebody wants it given up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub canceling: bool,
    /// Why it is not known how it stands, or what a person must look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub created_at: i64,
}

const COLUMNS: &str = "payments.id, method, amount, status, tendered, accounts.title, reference, link, decline,
    (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = payments.id AND status = 'succeeded')";

impl Store {
    /// How far the order is that a conversation waits for: the last one that was to be paid by another machine.
    pub fn standing(&self, conversation: ConversationId) -> Result<Option<Standing>, StoreError> {
        let read = || {
            let mut last = self.connection.prepare_cached(
                "SELECT orders.number, orders.totals, payments.status, payments.decline, payments.link, orders.id
                 FROM payments JOIN orders ON orders.id = payments.order_id
                 WHERE payments.conversation_id = ?1 AND method = 'card' ORDER BY orders.id DESC LIMIT 1",
            )?;
            last.query_row([conversation.0], |row| {
                Ok(Standing {
                    id: row.get(5)?,
                    number: OrderNumber(row.get(0)?),
                    total: total(&from_json::<Vec<Total>>(row, 1)?),
                    status: enumerated(row, 2)?,
                    decline: row.get::<_, Option<String>>(3)?.map(|_| enumerated(row, 3)).transpose()?,
                    link: row.get(4)?,
                })
            })
            .optional()
        };
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// The newest first; without `all` only those that somebody may have to see to. `order`: of one alone.
    pub fn payments(&self, order: Option<i64>, all: bool, limit: usize) -> Result<Vec<StoredPayment>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, order_id, number, payments.currency, canceling, trouble, payments.created_at
             FROM payments JOIN orders ON orders.id = order_id LEFT JOIN accounts ON accounts.id = account_id
             WHERE (?1 IS NULL OR order_id = ?1) AND (?2 OR status IN ('due', 'begun', 'pending') OR trouble IS NOT NULL
              OR EXISTS (SELECT 1 FROM refunds WHERE payment_id = payments.id AND refunds.status <> 'succeeded'))
             ORDER BY payments.created_at DESC, order_id DESC, method, payments.id LIMIT ?3"
        );
        let all = || {
            if !exists(&self.connection)? {
                return Ok(vec![]);
            }
            let mut found = self.connection.prepare_cached(&sql)?;
            found
                .query_map(params![order, all, limit as i64], |row| {
                    Ok(StoredPayment {
                        payment: read(row)?,
                        order: row.get(10)?,
                        number: row.get::<_, u32>(11)?.into(),
                        currency: row.get(12)?,
                        canceling: row.get(13)?,
                        trouble: row.get(14)?,
                        created_at: row.get(15)?,
                    })
                })?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        all().map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

/// A database of before may be one that can only be read.
fn exists(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'payments'")?.exists([])
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
    let takes = to_json(&stock::counted(tx, shop, takes)?)?;
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
            takes,
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
    if !exists(connection)? {
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
