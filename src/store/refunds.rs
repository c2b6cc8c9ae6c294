//! Money that goes back: recorded before, settled after, never more than was paid.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::payments::{enumerated, key};
use super::{Due, Store, StoreError, accounts};
use crate::money::Money;
use crate::shop::PayBy;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Recorded; a card's provider has not answered yet.
    Begun,
    Succeeded,
    /// It did not go back: a person has to see to it.
    Declined,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StoredRefund {
    pub id: String,
    pub payment: String,
    pub method: PayBy,
    pub amount: Money,
    pub currency: String,
    pub why: String,
    pub status: RefundStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The provider's name for the payment.
    #[serde(skip)]
    pub paid: Option<String>,
    #[serde(skip)]
    pub failures: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub created_at: i64,
}

const COLUMNS: &str =
    "refunds.id, payment_id, method, refunds.amount, currency, why, refunds.status, refunds.reference,
    payments.reference, refunds.failures, refunds.trouble, refunds.created_at,
    refunds.next_at AS due_at
    FROM refunds JOIN payments ON payments.id = payment_id";

impl Store {
    /// Give back so much of an order, or all that is left: of a card first, then what was paid at the counter, then what came
    /// off an account. To an account it goes at once; at the counter it is only recorded. `new_id`: ids of chance.
    ///
    /// # Errors
    /// [`StoreError::NoOrder`]; [`StoreError::NothingPaid`]; [`StoreError::RefundTooMuch`], and nothing goes back.
    pub fn refund(
        &mut self,
        order: i64,
        amount: Option<Money>,
        why: &str,
        new_id: fn() -> String,
        now: i64,
    ) -> Result<Vec<StoredRefund>, StoreError> {
        self.transaction(|tx| {
            if !tx.prepare_cached("SELECT 1 FROM orders WHERE id = ?1")?.exists([order])? {
                return Ok(Err(StoreError::NoOrder(order)));
            }
            let paid = paid(tx, order)?;
            let there = paid.iter().fold(Money::ZERO, |sum, (_, _, left)| Money(sum.0.saturating_add(left.0)));
            let mut wanted = amount.unwrap_or(there);
            if there == Money::ZERO {
                return Ok(Err(StoreError::NothingPaid(order)));
            }
            if wanted > there || wanted <= Money::ZERO {
                return Ok(Err(StoreError::RefundTooMuch { order, asked: wanted.0, left: there.0 }));
            }
            let mut entered = vec![];
            for (id, method, left) in paid {
                let part = wanted.min(left);
                if part > Money::ZERO {
                    let refund = new_id();
                    enter(tx, &refund, (&id, method), part, why, now)?;
                    entered.push(one(tx, &refund)?);
                    wanted = Money(wanted.0 - part.0);
                }
            }
            Ok(Ok(entered))
        })?
    }

    pub fn refunds(&self, order: i64) -> Result<Vec<StoredRefund>, StoreError> {
        let sql = format!("SELECT {COLUMNS} WHERE order_id = ?1 ORDER BY refunds.created_at, refunds.id");
        let all = || self.connection.prepare_cached(&sql)?.query_map([order], read)?.collect::<rusqlite::Result<_>>();
        all().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// As [`Store::due_payment`].
    pub fn due_refund(&self, shop: &str, now: i64) -> Result<Due<StoredRefund>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE refunds.status = 'begun' AND payments.shop = ?1 ORDER BY refunds.next_at LIMIT 1"
        );
        self.first_due(&sql, [shop], read, now)
    }

    /// Before it is asked for.
    pub fn try_refund(&mut self, id: &str, again_at: i64, now: i64) -> Result<(), StoreError> {
        self.change_refund(
            "UPDATE refunds SET tries = tries + 1, next_at = ?2, changed_at = ?3 WHERE id = ?1",
            params![id, again_at, now],
        )
    }

    /// The other side has it, or did not answer (`why`).
    pub fn refund_waits(
        &mut self,
        id: &str,
        reference: Option<&str>,
        why: Option<&str>,
        again_at: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        self.change_refund(
            "UPDATE refunds SET reference = coalesce(?2, reference), trouble = ?3, next_at = ?4, changed_at = ?5,
             failures = iif(?3 IS NULL, 0, failures + 1) WHERE id = ?1 AND status = 'begun'",
            params![id, reference, why, again_at, now],
        )
    }

    /// It went back, or never will (`why`). What is settled stays so.
    pub fn settle_refund(
        &mut self,
        id: &str,
        reference: Option<&str>,
        why: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        self.change_refund(
            "UPDATE refunds SET status = iif(?3 IS NULL, 'succeeded', 'declined'), reference = coalesce(?2, reference),
             trouble = ?3, changed_at = ?4 WHERE id = ?1 AND status = 'begun'",
            params![id, reference, why, now],
        )
    }

    fn change_refund(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        self.transaction(|tx| tx.prepare_cached(sql)?.execute(values).map(|_| ()))
    }
}

/// What was paid for an order and is not given back: a card's first.
fn paid(tx: &Connection, order: i64) -> rusqlite::Result<Vec<(String, PayBy, Money)>> {
    let mut paid: Vec<(String, PayBy)> = tx
        .prepare_cached("SELECT id, method FROM payments WHERE order_id = ?1 AND status = 'succeeded' ORDER BY id")?
        .query_map([order], |row| Ok((row.get(0)?, enumerated(row, 1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    paid.sort_by_key(|(_, method)| match method {
        PayBy::Card => 0,
        PayBy::Cash | PayBy::Counter => 1,
        PayBy::Account => 2,
    });
    paid.into_iter()
        .map(|(id, method)| {
            let left = left(tx, &id)?;
            Ok((id, method, left))
        })
        .collect()
}

/// What of a payment was taken and is not given back, nor on its way back.
pub(super) fn left(tx: &Connection, payment: &str) -> rusqlite::Result<Money> {
    let left: Option<i64> = tx
        .prepare_cached(
            "SELECT coalesce(taken, amount) - (SELECT coalesce(sum(amount), 0) FROM refunds
             WHERE payment_id = payments.id AND status <> 'declined') FROM payments WHERE id = ?1 AND status = 'succeeded'",
        )?
        .query_row([payment], |row| row.get(0))
        .optional()?;
    Ok(Money(left.unwrap_or(0)))
}

/// It goes back: at once, where nobody else has to do with it.
pub(super) fn enter(
    tx: &Connection,
    id: &str,
    payment: (&str, PayBy),
    amount: Money,
    why: &str,
    now: i64,
) -> rusqlite::Result<()> {
    let (payment, method) = payment;
    let status = match method {
        PayBy::Card => RefundStatus::Begun,
        PayBy::Cash | PayBy::Counter | PayBy::Account => RefundStatus::Succeeded,
    };
    tx.prepare_cached(
        "INSERT INTO refunds (id, payment_id, amount, why, status, next_at, created_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6)",
    )?
    .execute(params![id, payment, amount.0, why, key(status)?, now])?;
    match method {
        PayBy::Account => accounts::give_back(tx, payment, amount, now),
        PayBy::Card | PayBy::Cash | PayBy::Counter => Ok(()),
    }
}

fn one(tx: &Connection, id: &str) -> rusqlite::Result<StoredRefund> {
    tx.prepare_cached(&format!("SELECT {COLUMNS} WHERE refunds.id = ?1"))?.query_row([id], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredRefund> {
    Ok(StoredRefund {
        id: row.get(0)?,
        payment: row.get(1)?,
        method: enumerated::<PayBy>(row, 2)?,
        amount: Money(row.get(3)?),
        currency: row.get(4)?,
        why: row.get(5)?,
        status: enumerated(row, 6)?,
        reference: row.get(7)?,
        paid: row.get(8)?,
        failures: row.get(9)?,
        trouble: row.get(10)?,
        created_at: row.get(11)?,
    })
}
