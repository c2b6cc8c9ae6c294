//! How payments end, each in one transaction with all that follows from it: the order stands and is told of, or it is void and
//! gives back what it took. Settling the same twice changes nothing.

use rusqlite::{Connection, OptionalExtension, params};

use super::payments::{enumerated, key};
use super::refunds;
use super::stock::{self, StockKey};
use super::{Store, StoreError};
use crate::commerce::payment::{Decline, PaymentStatus};
use crate::money::Money;
use crate::shop::PayBy;

/// How a payment ended at the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// So much was taken.
    Succeeded(Money),
    /// Nothing was, and nothing will be.
    Declined(Decline),
    /// The same, as somebody wanted it given up.
    Canceled,
}

impl Ending {
    fn status(self) -> PaymentStatus {
        match self {
            Ending::Succeeded(_) => PaymentStatus::Succeeded,
            Ending::Declined(_) => PaymentStatus::Declined,
            Ending::Canceled => PaymentStatus::Canceled,
        }
    }
}

/// With what a payment is settled besides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settling<'a> {
    /// The other side's name for it.
    pub reference: Option<&'a str>,
    /// What a person must look at.
    pub trouble: Option<&'a str>,
}

/// Why the parts of an order that came to nothing go back.
const VOID: &str = "the order came to nothing";

impl Store {
    /// `false`: it had ended so before, and nothing changed. `new_id`: ids of chance, for what must go back.
    ///
    /// # Errors
    /// [`StoreError::NoPayment`]; [`StoreError::Payment`] where it had ended otherwise.
    pub fn settle_payment(
        &mut self,
        id: &str,
        ending: Ending,
        with: Settling<'_>,
        new_id: fn() -> String,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.transaction(|tx| {
            let found = tx
                .prepare_cached("SELECT status, order_id FROM payments WHERE id = ?1")?
                .query_row([id], |row| Ok((enumerated::<PaymentStatus>(row, 0)?, row.get::<_, i64>(1)?)))
                .optional()?;
            let Some((status, order)) = found else { return Ok(Err(StoreError::NoPayment(id.into()))) };
            match status.step(ending.status()) {
                Err(illegal) => return Ok(Err(illegal.into())),
                Ok(same) if same == status => return Ok(Ok(false)),
                Ok(_) => {}
            }
            write(tx, id, ending, with, now)?;
            match ending {
                Ending::Succeeded(_) => stand(tx, id, order, new_id, now)?,
                Ending::Declined(_) | Ending::Canceled => void(tx, order, new_id, now)?,
            }
            Ok(Ok(true))
        })?
    }

    /// What was to be paid at the counter was. How many payments that are.
    ///
    /// # Errors
    /// [`StoreError::NoOrder`]; [`StoreError::NothingDue`].
    pub fn paid_at_counter(&mut self, order: i64, now: i64) -> Result<usize, StoreError> {
        let paid = self.transaction(|tx| {
            if !tx.prepare_cached("SELECT 1 FROM orders WHERE id = ?1")?.exists([order])? {
                return Ok(None);
            }
            tx.prepare_cached(
                "UPDATE payments SET status = 'succeeded', taken = amount, changed_at = ?2
                 WHERE order_id = ?1 AND status = 'due'",
            )?
            .execute(params![order, now])
            .map(Some)
        })?;
        match paid {
            None => Err(StoreError::NoOrder(order)),
            Some(0) => Err(StoreError::NothingDue(order)),
            Some(n) => Ok(n),
        }
    }
}

fn write(tx: &Connection, id: &str, ending: Ending, with: Settling<'_>, now: i64) -> rusqlite::Result<()> {
    let (taken, decline) = match ending {
        Ending::Succeeded(taken) => (Some(taken.0), None),
        Ending::Declined(decline) => (None, Some(key(decline)?)),
        Ending::Canceled => (None, None),
    };
    // A page that leads nowhere any more is not kept.
    tx.prepare_cached(
        "UPDATE payments SET status = ?2, taken = ?3, decline = ?4, reference = coalesce(?5, reference), trouble = ?6,
         link = NULL, failures = 0, changed_at = ?7 WHERE id = ?1",
    )?
    .execute(params![id, key(ending.status())?, taken, decline, with.reference, with.trouble, now])?;
    Ok(())
}

/// Where nothing of it is open any more the order is placed. Its cart is gone, so that nobody who comes back buys it twice.
/// What went through for an order that is void goes back.
fn stand(tx: &Connection, id: &str, order: i64, new_id: fn() -> String, now: i64) -> rusqlite::Result<()> {
    if tx.prepare_cached("SELECT 1 FROM orders WHERE id = ?1 AND standing = 'canceled'")?.exists([order])? {
        return refunds::enter(tx, &new_id(), (id, PayBy::Card), refunds::left(tx, id)?, VOID, now);
    }
    let placed = tx
        .prepare_cached(
            "UPDATE orders SET standing = 'placed' WHERE id = ?1 AND standing = 'pending'
             AND NOT EXISTS (SELECT 1 FROM payments WHERE order_id = ?1 AND status IN ('begun', 'pending'))",
        )?
        .execute([order])?;
    if placed > 0 {
        tx.prepare_cached(
            "DELETE FROM carts WHERE conversation_id = (SELECT conversation_id FROM orders WHERE id = ?1)",
        )?
        .execute([order])?;
    }
    Ok(())
}

/// Nobody is told of it, and all that it took goes back.
fn void(tx: &Connection, order: i64, new_id: fn() -> String, now: i64) -> rusqlite::Result<()> {
    let voided = tx
        .prepare_cached("UPDATE orders SET standing = 'canceled' WHERE id = ?1 AND standing = 'pending'")?
        .execute([order])?;
    if voided == 0 {
        return Ok(());
    }
    tx.prepare_cached("DELETE FROM outbox WHERE order_id = ?1")?.execute([order])?;
    let taken: Option<(String, String)> = tx
        .prepare_cached("SELECT shop, takes FROM payments WHERE order_id = ?1 LIMIT 1")?
        .query_row([order], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((shop, takes)) = taken {
        let takes: Vec<(StockKey, u32)> = serde_json::from_str(&takes).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
        })?;
        stock::put_back(tx, &shop, &takes, now)?;
    }
    let others: Vec<(String, PayBy, PaymentStatus)> = tx
        .prepare_cached("SELECT id, method, status FROM payments WHERE order_id = ?1")?
        .query_map([order], |row| Ok((row.get(0)?, enumerated(row, 1)?, enumerated(row, 2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, method, status) in others {
        match status {
            PaymentStatus::Due => {
                tx.prepare_cached("UPDATE payments SET status = 'canceled', changed_at = ?2 WHERE id = ?1")?
                    .execute(params![id, now])?;
            }
            PaymentStatus::Begun | PaymentStatus::Pending => {
                tx.prepare_cached("UPDATE payments SET canceling = 1, next_at = ?2 WHERE id = ?1")?
                    .execute(params![id, now])?;
            }
            PaymentStatus::Succeeded => {
                let left = refunds::left(tx, &id)?;
                if left > Money::ZERO {
                    refunds::enter(tx, &new_id(), (&id, method), left, VOID, now)?;
                }
            }
            PaymentStatus::Declined | PaymentStatus::Canceled => {}
        }
    }
    Ok(())
}
