//! Gift cards, points and house accounts: what is on them is the sum of what was entered. The code that somebody says is kept
//! as its hash only.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::lines::{from_json, to_json};
use super::payments::{enumerated, key};
use super::{Store, StoreError};
use crate::commerce::payment::{Account, AccountKind};
use crate::money::Money;

/// An account that is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount<'a> {
    /// Stable key.
    pub shop: &'a str,
    pub kind: AccountKind,
    pub title: &'a str,
    pub code_hash: &'a str,
    /// ISO 4217.
    pub currency: &'a str,
    /// What is on it at first.
    pub amount: Money,
    /// How far below nothing it may go.
    pub credit: Money,
    /// That whose it is belongs to.
    pub groups: &'a [String],
}

const COLUMNS: &str = "accounts.id, kind, title,
    credit + (SELECT coalesce(sum(amount), 0) FROM account_entries WHERE account_id = accounts.id), blocked, groups,
    NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = accounts.id AND standing != 'canceled') FROM accounts";

impl Store {
    /// What codes are hashed with in this database.
    pub fn code_salt(&self) -> Result<String, StoreError> {
        let read = || self.connection.prepare_cached("SELECT salt FROM code_salt")?.query_row([], |row| row.get(0));
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// `None` where that code stands for nothing here.
    pub fn account_of(&self, shop: &str, code_hash: &str) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} WHERE shop = ?1 AND code_hash = ?2");
        let read = || self.connection.prepare_cached(&sql)?.query_row([shop, code_hash], read).optional();
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// # Errors
    /// [`StoreError::NoAccount`].
    pub fn account(&self, id: i64) -> Result<Account, StoreError> {
        let sql = format!("SELECT {COLUMNS} WHERE accounts.id = ?1");
        let read = || self.connection.prepare_cached(&sql)?.query_row([id], read).optional();
        read().map_err(|error| StoreError::sqlite(&self.path, error))?.ok_or(StoreError::NoAccount(id))
    }

    pub fn accounts(&self, shop: &str) -> Result<Vec<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} WHERE shop = ?1 ORDER BY accounts.id");
        let read = || self.connection.prepare_cached(&sql)?.query_map([shop], read)?.collect::<rusqlite::Result<_>>();
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// # Errors
    /// [`StoreError::CodeTaken`] where the code stands for another account.
    pub fn open_account(&mut self, account: &NewAccount<'_>, now: i64) -> Result<i64, StoreError> {
        let opened = self.transaction(|tx| {
            let taken = tx
                .prepare_cached("SELECT 1 FROM accounts WHERE shop = ?1 AND code_hash = ?2")?
                .exists([account.shop, account.code_hash])?;
            if taken {
                return Ok(None);
            }
            let id = tx
                .prepare_cached(
                    "INSERT INTO accounts (shop, kind, title, code_hash, currency, credit, groups, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .insert(params![
                    account.shop,
                    key(account.kind)?,
                    account.title,
                    account.code_hash,
                    account.currency,
                    account.credit.0,
                    to_json(&account.groups)?,
                    now,
                ])?;
            enter(tx, id, None, "loaded", account.amount, now)?;
            Ok(Some(id))
        })?;
        opened.ok_or(StoreError::CodeTaken)
    }

    /// More is put on it, or less is on it from now on.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`].
    pub fn load_account(&mut self, id: i64, amount: Money, now: i64) -> Result<Account, StoreError> {
        self.change_account(id, |tx| enter(tx, id, None, "loaded", amount, now))
    }

    /// # Errors
    /// [`StoreError::NoAccount`].
    pub fn block_account(&mut self, id: i64, blocked: bool) -> Result<Account, StoreError> {
        self.change_account(id, |tx| {
            tx.execute("UPDATE accounts SET blocked = ?2 WHERE id = ?1", params![id, blocked]).map(|_| ())
        })
    }

    fn change_account(
        &mut self,
        id: i64,
        change: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Account, StoreError> {
        let changed = self.transaction(|tx| {
            if !tx.prepare_cached("SELECT 1 FROM accounts WHERE id = ?1")?.exists([id])? {
                return Ok(None);
            }
            change(tx)?;
            tx.prepare_cached(&format!("SELECT {COLUMNS} WHERE accounts.id = ?1"))?.query_row([id], read).optional()
        })?;
        changed.ok_or(StoreError::NoAccount(id))
    }
}

/// A copy of before knows nothing of what was spent since: until the owner has looked, nothing is. How many there are.
pub(super) fn block_all(connection: &Connection) -> rusqlite::Result<usize> {
    if !connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'accounts'")?.exists([])? {
        return Ok(0);
    }
    connection.execute("UPDATE accounts SET blocked = 1 WHERE blocked = 0", [])
}

/// Take it off, for a payment: `false`, and nothing may be committed, where it is not there or may not be touched.
pub(super) fn spend(tx: &Connection, account: i64, payment: &str, amount: Money, now: i64) -> rusqlite::Result<bool> {
    let there = tx
        .prepare_cached(&format!("SELECT {COLUMNS} WHERE accounts.id = ?1"))?
        .query_row([account], read)
        .optional()?;
    if there.is_none_or(|account| account.covers(amount) < amount) {
        return Ok(false);
    }
    enter(tx, account, Some(payment), "spent", Money(-amount.0), now)?;
    Ok(true)
}

/// What a payment took, or a part of it, is there again.
pub(super) fn give_back(tx: &Connection, payment: &str, amount: Money, now: i64) -> rusqlite::Result<()> {
    let account: Option<i64> = tx
        .prepare_cached("SELECT account_id FROM payments WHERE id = ?1")?
        .query_row([payment], |row| row.get(0))
        .optional()?
        .flatten();
    match account {
        Some(account) => enter(tx, account, Some(payment), "given_back", amount, now),
        None => Ok(()),
    }
}

fn enter(
    tx: &Connection,
    account: i64,
    payment: Option<&str>,
    kind: &str,
    amount: Money,
    now: i64,
) -> rusqlite::Result<()> {
    if amount == Money::ZERO {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO account_entries (account_id, payment_id, kind, amount, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![account, payment, kind, amount.0, now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        kind: enumerated(row, 1)?,
        title: row.get(2)?,
        available: Money(row.get(3)?),
        blocked: row.get(4)?,
        groups: from_json(row, 5)?,
        first_order: row.get(6)?,
    })
}
