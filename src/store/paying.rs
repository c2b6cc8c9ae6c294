//! Payments under way, as their courier sees them: each try is recorded before it is made, and what came of it afterwards.
//! How they end is [settled](super::settling).

use rusqlite::{Row, params};

use super::payments::enumerated;
use super::{Due, Store, StoreError};
use crate::commerce::payment::{IllegalStep, PaymentStatus};
use crate::money::Money;

/// A payment that another machine has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPayment {
    pub id: String,
    /// The order's id in the database, and what is called out.
    pub order: i64,
    pub number: u64,
    pub amount: Money,
    /// ISO 4217.
    pub currency: String,
    pub status: PaymentStatus,
    /// Somebody wants it given up.
    pub canceling: bool,
    pub reference: Option<String>,
    pub link: Option<String>,
    /// In a row, that brought no answer.
    pub failures: u32,
    /// Something of it may have reached the other side. `false` is certain.
    pub asked: bool,
    /// Milliseconds since 1970, UTC.
    pub created_at: i64,
}

/// What a try without an answer leaves behind.
#[derive(Debug, Clone, Copy)]
pub struct Unanswered<'a> {
    pub why: &'a str,
    /// See [`OpenPayment::asked`].
    pub asked: bool,
    pub again_at: i64,
}

const COLUMNS: &str =
    "payments.id, order_id, orders.number, amount, payments.currency, payments.status, canceling, reference,
    link, failures, asked, created_at, next_at AS due_at FROM payments JOIN orders ON orders.id = order_id";

const OPEN: &str = "payments.shop = ?1 AND payments.method = 'card' AND payments.status IN ('begun', 'pending')";

impl Store {
    /// The one to be asked about first; and when one is to be asked about next, where none is yet.
    pub fn due_payment(&self, shop: &str, now: i64) -> Result<Due<OpenPayment>, StoreError> {
        let sql = format!("SELECT {COLUMNS} WHERE {OPEN} ORDER BY next_at, payments.id LIMIT 1");
        self.first_due(&sql, [shop], read, now)
    }

    /// Before it is asked for or about: should nobody ever hear what came of that, it is asked about again then.
    pub fn try_payment(&mut self, id: &str, again_at: i64, now: i64) -> Result<(), StoreError> {
        self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE payments SET tries = tries + 1, asked = 1, next_at = ?2, changed_at = ?3 WHERE id = ?1",
            )?
            .execute(params![id, again_at, now])
            .map(|_| ())
        })
    }

    /// The other side has it, and waits for the customer.
    ///
    /// # Errors
    /// [`StoreError::Payment`] where it is over.
    pub fn payment_waits(
        &mut self,
        id: &str,
        reference: Option<&str>,
        link: Option<&str>,
        again_at: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        let stepped = self.transaction(|tx| {
            let status: PaymentStatus = tx
                .prepare_cached("SELECT status FROM payments WHERE id = ?1")?
                .query_row([id], |row| enumerated(row, 0))?;
            let stepped = status.step(PaymentStatus::Pending);
            if stepped.is_ok() {
                // A wish to give it up that came meanwhile is heard at once.
                tx.prepare_cached(
                    "UPDATE payments SET status = 'pending', reference = coalesce(?2, reference), link = coalesce(?3, link),
                     failures = 0, trouble = NULL, next_at = iif(canceling AND next_at <= ?5, next_at, ?4), changed_at = ?5
                     WHERE id = ?1",
                )?
                .execute(params![id, reference, link, again_at, now])?;
            }
            Ok(stepped)
        })?;
        stepped.map(|_| ()).map_err(|error: IllegalStep| error.into())
    }

    /// Nobody knows how it stands; or nothing was asked.
    pub fn payment_unanswered(&mut self, id: &str, left: &Unanswered<'_>, now: i64) -> Result<(), StoreError> {
        self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE payments SET failures = failures + 1, asked = ?3, trouble = ?2, next_at = ?4, changed_at = ?5
                 WHERE id = ?1 AND status IN ('begun', 'pending')",
            )?
            .execute(params![id, left.why, left.asked, left.again_at, now])
            .map(|_| ())
        })
    }

    /// At start: all are asked about at once, however long they were to wait.
    pub fn take_up_payments(&mut self, shop: &str, now: i64) -> Result<(), StoreError> {
        self.transaction(|tx| {
            tx.execute(&format!("UPDATE payments SET next_at = ?2 WHERE {OPEN} AND next_at > ?2"), params![shop, now])?;
            let refunds = "UPDATE refunds SET next_at = ?2 WHERE status = 'begun' AND next_at > ?2
                           AND EXISTS (SELECT 1 FROM payments WHERE payments.id = payment_id AND shop = ?1)";
            tx.execute(refunds, params![shop, now]).map(|_| ())
        })
    }

    /// There are news of some payment: those that the other side has are asked about soon, but not more often than every
    /// `apart` milliseconds. What cannot be reached is not reached by that either.
    pub fn hasten_payments(&mut self, shop: &str, apart: i64, now: i64) -> Result<(), StoreError> {
        self.transaction(|tx| {
            let hasten = format!(
                "UPDATE payments SET next_at = max(?3, min(next_at, changed_at + ?2)) WHERE {OPEN} AND failures = 0"
            );
            tx.prepare_cached(&hasten)?.execute(params![shop, apart, now]).map(|_| ())
        })
    }

    /// Have given up what of an order is under way; what went through is paid all the same. How many payments that are.
    pub fn give_up_payments(&mut self, order: i64, now: i64) -> Result<usize, StoreError> {
        self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE payments SET canceling = 1, next_at = min(next_at, ?2) WHERE order_id = ?1 AND method = 'card'
                 AND status IN ('begun', 'pending')",
            )?
            .execute(params![order, now])
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<OpenPayment> {
    Ok(OpenPayment {
        id: row.get(0)?,
        order: row.get(1)?,
        number: row.get::<_, u32>(2)?.into(),
        amount: Money(row.get(3)?),
        currency: row.get(4)?,
        status: enumerated(row, 5)?,
        canceling: row.get(6)?,
        reference: row.get(7)?,
        link: row.get(8)?,
        failures: row.get(9)?,
        asked: row.get(10)?,
        created_at: row.get(11)?,
    })
}
