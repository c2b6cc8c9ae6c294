//! Stock: how much there is, what is held for whom, and selling, which takes it off in the transaction of the order.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::conversation::ConversationId;
use super::{Store, StoreError};

/// Gone, and nobody knows until when.
pub const FOR_EVER: i64 = i64::MAX;

/// What is counted, by the shop's stable keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "key", rename_all = "snake_case")]
pub enum StockKey {
    Item(String),
    /// `list/option`.
    Option(String),
}

impl StockKey {
    pub fn option(list: &str, option: &str) -> StockKey {
        StockKey::Option(format!("{list}/{option}"))
    }

    fn columns(&self) -> (&'static str, &str) {
        match self {
            StockKey::Item(key) => ("item", key),
            StockKey::Option(key) => ("option", key),
        }
    }

    fn of(kind: &str, thing: String) -> StockKey {
        if kind == "option" { StockKey::Option(thing) } else { StockKey::Item(thing) }
    }
}

/// What is known of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockLevel {
    #[serde(flatten)]
    pub key: StockKey,
    /// Pieces, or thousandths of the unit; `None` where it is not counted.
    pub amount: Option<u32>,
    /// Of that, held for checkouts under way.
    pub reserved: u32,
    /// Milliseconds since 1970, UTC; [`FOR_EVER`] where nobody knows.
    pub gone_until: Option<i64>,
}

impl StockLevel {
    pub fn is_gone(&self, now: i64) -> bool {
        self.gone_until.is_some_and(|until| until > now)
    }
}

/// What is to be so from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockChange {
    Amount(u32),
    NotCounted,
    GoneUntil(i64),
}

/// What an order takes.
pub type Takes = BTreeMap<StockKey, u32>;

impl Store {
    /// All that is counted or gone in a shop; what is held for `apart` counts as not held.
    pub fn stock(&self, shop: &str, apart: Option<ConversationId>, now: i64) -> Result<Vec<StockLevel>, StoreError> {
        let read = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT kind, thing, amount, gone_until,
                 (SELECT coalesce(sum(amount), 0) FROM reservations held WHERE held.shop = stock.shop
                  AND held.kind = stock.kind AND held.thing = stock.thing AND held.expires_at > ?2
                  AND held.conversation_id IS NOT ?3)
                 FROM stock WHERE shop = ?1 ORDER BY kind, thing",
            )?;
            let rows = rows.query_map(params![shop, now, apart.map(|apart| apart.0)], |row| {
                let kind: String = row.get(0)?;
                Ok(StockLevel {
                    key: StockKey::of(&kind, row.get(1)?),
                    amount: row.get(2)?,
                    gone_until: row.get(3)?,
                    reserved: row.get(4)?,
                })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// All or nothing. An amount that is set is there again, whatever was gone.
    pub fn set_stock(&mut self, shop: &str, changes: &[(StockKey, StockChange)], now: i64) -> Result<(), StoreError> {
        self.transaction(|tx| {
            for (key, change) in changes {
                let (kind, thing) = key.columns();
                let sql = match change {
                    StockChange::Amount(_) | StockChange::NotCounted => {
                        "INSERT INTO stock (shop, kind, thing, amount, gone_until, changed_at)
                         VALUES (?1, ?2, ?3, ?4, NULL, ?5)
                         ON CONFLICT DO UPDATE SET amount = ?4, gone_until = NULL, changed_at = ?5"
                    }
                    StockChange::GoneUntil(_) => {
                        "INSERT INTO stock (shop, kind, thing, amount, gone_until, changed_at)
                         VALUES (?1, ?2, ?3, NULL, ?4, ?5)
                         ON CONFLICT DO UPDATE SET gone_until = ?4, changed_at = ?5"
                    }
                };
                let value = match change {
                    StockChange::Amount(amount) => Some(i64::from(*amount)),
                    StockChange::NotCounted => None,
                    StockChange::GoneUntil(until) => Some(*until),
                };
                tx.prepare_cached(sql)?.execute(params![shop, kind, thing, value, now])?;
            }
            Ok(())
        })
    }

    /// Take so much off at once, beside any conversation: `false`, and nothing taken, where not all of it is there.
    pub fn take_stock(&mut self, shop: &str, takes: &Takes, now: i64) -> Result<bool, StoreError> {
        self.transaction(|tx| {
            // What was taken before something lacked is given back: the transaction is not.
            tx.execute_batch("SAVEPOINT takes")?;
            let sold = sell(tx, shop, None, takes, now)?;
            tx.execute_batch(if sold { "RELEASE takes" } else { "ROLLBACK TO takes; RELEASE takes" })?;
            Ok(sold)
        })
    }
}

/// Take it off what is there and not held for others. `false` where something lacks; then nothing may be committed.
pub(super) fn sell(
    tx: &Connection,
    shop: &str,
    conversation: Option<i64>,
    takes: &Takes,
    now: i64,
) -> rusqlite::Result<bool> {
    let mut take = tx.prepare_cached(
        "UPDATE stock SET amount = amount - ?4, changed_at = ?5
         WHERE shop = ?1 AND kind = ?2 AND thing = ?3 AND amount IS NOT NULL AND coalesce(gone_until, 0) <= ?5
         AND amount - (SELECT coalesce(sum(amount), 0) FROM reservations held WHERE held.shop = ?1 AND held.kind = ?2
                       AND held.thing = ?3 AND held.expires_at > ?5 AND held.conversation_id IS NOT ?6) >= ?4",
    )?;
    let mut free = tx.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM stock WHERE shop = ?1 AND kind = ?2 AND thing = ?3
         AND (amount IS NOT NULL OR coalesce(gone_until, 0) > ?4))",
    )?;
    for (key, amount) in takes {
        let (kind, thing) = key.columns();
        let taken = take.execute(params![shop, kind, thing, amount, now, conversation])?;
        if taken == 0 && !free.query_row(params![shop, kind, thing, now], |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
    }
    if let Some(conversation) = conversation {
        release(tx, conversation)?;
    }
    Ok(true)
}

/// What an order took is there again, as far as it is counted still.
pub(super) fn put_back(tx: &Connection, shop: &str, takes: &[(StockKey, u32)], now: i64) -> rusqlite::Result<()> {
    let mut put = tx.prepare_cached(
        "UPDATE stock SET amount = amount + ?4, changed_at = ?5
         WHERE shop = ?1 AND kind = ?2 AND thing = ?3 AND amount IS NOT NULL",
    )?;
    for (key, amount) in takes {
        let (kind, thing) = key.columns();
        put.execute(params![shop, kind, thing, amount, now])?;
    }
    Ok(())
}

/// Of what an order takes, what is counted.
pub(super) fn counted<'a>(tx: &Connection, shop: &str, takes: &'a Takes) -> rusqlite::Result<Vec<(&'a StockKey, u32)>> {
    let mut is_counted =
        tx.prepare_cached("SELECT 1 FROM stock WHERE shop = ?1 AND kind = ?2 AND thing = ?3 AND amount IS NOT NULL")?;
    let mut counted = vec![];
    for (key, amount) in takes {
        let (kind, thing) = key.columns();
        if is_counted.exists([shop, kind, thing])? {
            counted.push((key, *amount));
        }
    }
    Ok(counted)
}

/// Hold what is counted for a conversation until then, in the place of what was held for it. What is not there is not held:
/// whoever comes first has it.
pub(super) fn reserve(
    tx: &Connection,
    shop: &str,
    conversation: i64,
    takes: &Takes,
    now: i64,
    until: i64,
) -> rusqlite::Result<()> {
    release(tx, conversation)?;
    let mut hold = tx.prepare_cached(
        "INSERT INTO reservations (conversation_id, shop, kind, thing, amount, expires_at)
         SELECT ?1, shop, kind, thing, ?5, ?6 FROM stock
         WHERE shop = ?2 AND kind = ?3 AND thing = ?4 AND amount IS NOT NULL
         AND amount - (SELECT coalesce(sum(amount), 0) FROM reservations held WHERE held.shop = ?2 AND held.kind = ?3
                       AND held.thing = ?4 AND held.expires_at > ?7) >= ?5",
    )?;
    for (key, amount) in takes.iter().filter(|(_, amount)| **amount > 0) {
        let (kind, thing) = key.columns();
        hold.execute(params![conversation, shop, kind, thing, amount, until, now])?;
    }
    Ok(())
}

/// Nothing is held for the conversation any more.
pub(super) fn release(tx: &Connection, conversation: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM reservations WHERE conversation_id = ?1")?.execute([conversation]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::sample::shop;
    use crate::commerce::saved::Channel;
    use crate::store::Place;

    fn latte() -> StockKey {
        StockKey::Item("latte".into())
    }

    fn counted(amount: u32) -> Store {
        let mut store = Store::in_memory().unwrap();
        store.set_stock("corner", &[(latte(), StockChange::Amount(amount))], 0).unwrap();
        store
    }

    fn left(store: &Store, apart: Option<ConversationId>, now: i64) -> u32 {
        let level = store.stock("corner", apart, now).unwrap().remove(0);
        level.amount.unwrap() - level.reserved
    }

    #[test]
    fn all_of_it_is_taken_or_nothing() {
        let mut store = counted(3);
        let more = Takes::from([(latte(), 2), (StockKey::option("milk", "oat"), 2)]);
        assert!(store.take_stock("corner", &more, 0).unwrap(), "what nobody counts is there");
        let milk = (StockKey::option("milk", "oat"), StockChange::Amount(9));
        store.set_stock("corner", &[milk], 0).unwrap();
        assert!(!store.take_stock("corner", &more, 0).unwrap(), "one latte is left");
        assert_eq!((left(&store, None, 0), store.stock("corner", None, 0).unwrap()[1].amount), (1, Some(9)));
    }

    #[test]
    fn what_is_gone_is_back_at_its_time() {
        let mut store = counted(3);
        store.set_stock("corner", &[(latte(), StockChange::GoneUntil(100))], 0).unwrap();
        let one = Takes::from([(latte(), 1)]);
        assert!(!store.take_stock("corner", &one, 99).unwrap());
        assert!(store.stock("corner", None, 99).unwrap()[0].is_gone(99));
        assert!(store.take_stock("corner", &one, 100).unwrap());
    }

    #[test]
    fn what_is_checked_out_is_held_from_others_until_it_expires() {
        let shop = shop();
        let mut store = counted(3);
        let place = |point| Place { shop: "corner", channel: Channel::Voice, point };
        let [one, other] = ["one", "other"].map(|point| store.begin(place(point), &shop, 0).unwrap().id);
        let takes = Takes::from([(latte(), 2)]);
        for conversation in [one, other] {
            store.transaction(|tx| reserve(tx, "corner", conversation.0, &takes, 0, 100)).unwrap();
        }
        assert_eq!((left(&store, Some(one), 0), left(&store, Some(other), 0)), (3, 1), "whoever comes first has it");
        assert!(!store.take_stock("corner", &takes, 99).unwrap());
        assert_eq!(left(&store, None, 100), 3);
        assert!(store.take_stock("corner", &takes, 100).unwrap());
    }
}
