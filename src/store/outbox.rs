//! What is to be told elsewhere of orders: recorded with the order, settled when it has arrived.

use rusqlite::{Connection, Row, params};

use super::{Due, Store, StoreError};

/// Something to be told of the order that is committed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParcel {
    /// Never used before.
    pub id: String,
    pub outlet: String,
    pub payload: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParcelState {
    Waiting,
    Arrived,
    /// Nobody tries any more, until somebody wants it.
    GivenUp,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StoredParcel {
    pub id: String,
    pub order: i64,
    pub outlet: String,
    #[serde(skip)]
    pub payload: String,
    pub state: ParcelState,
    pub tries: u32,
    /// Milliseconds since 1970, UTC.
    pub next_at: i64,
    pub trouble: Option<String>,
    pub created_at: i64,
}

const COLUMNS: &str = "id, order_id, outlet, payload, state, tries, next_at AS due_at, trouble, created_at FROM outbox";

impl ParcelState {
    fn key(self) -> &'static str {
        match self {
            ParcelState::Waiting => "waiting",
            ParcelState::Arrived => "arrived",
            ParcelState::GivenUp => "given_up",
        }
    }
}

impl Store {
    /// What was to be tried longest ago, of one outlet; and when something is to be tried next, where nothing is yet.
    pub fn due_parcel(&self, shop: &str, outlet: &str, now: i64) -> Result<Due<StoredParcel>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE state = 'waiting' AND shop = ?1 AND outlet = ?2
             AND EXISTS (SELECT 1 FROM orders WHERE orders.id = order_id AND standing = 'placed')
             ORDER BY next_at, id LIMIT 1"
        );
        self.first_due(&sql, params![shop, outlet], read, now)
    }

    /// Before it is sent: should nobody ever hear what came of that, it is sent again then.
    pub fn try_parcel(&mut self, id: &str, again_at: i64, now: i64) -> Result<(), StoreError> {
        self.change(
            "UPDATE outbox SET tries = tries + 1, next_at = ?2, changed_at = ?3 WHERE id = ?1",
            params![id, again_at, now],
        )
    }

    /// What came of a try: it arrived (`None`), or why not, and whether that was the last.
    pub fn settle_parcel(&mut self, id: &str, trouble: Option<&str>, last: bool, now: i64) -> Result<(), StoreError> {
        let state = match (trouble, last) {
            (None, _) => ParcelState::Arrived,
            (Some(_), true) => ParcelState::GivenUp,
            (Some(_), false) => ParcelState::Waiting,
        };
        self.change(
            "UPDATE outbox SET state = ?2, trouble = ?3, changed_at = ?4, payload = iif(?2 = 'arrived', '', payload) WHERE id = ?1",
            params![id, state.key(), trouble, now],
        )
    }

    /// At start: what waits is tried at once, however long it was to wait.
    pub fn take_up_parcels(&mut self, shop: &str, now: i64) -> Result<(), StoreError> {
        self.change(
            "UPDATE outbox SET next_at = ?2 WHERE state = 'waiting' AND shop = ?1 AND next_at > ?2",
            params![shop, now],
        )
    }

    /// What waits for an outlet that there is no more would wait for ever.
    pub fn give_up_parcels_but(
        &mut self,
        shop: &str,
        outlets: &[&str],
        why: &str,
        now: i64,
    ) -> Result<usize, StoreError> {
        let outlets = serde_json::to_string(outlets).unwrap_or_else(|_| unreachable!("texts can be written"));
        self.transaction(|tx| {
            tx.execute(
                "UPDATE outbox SET state = 'given_up', trouble = ?3, changed_at = ?4 WHERE state = 'waiting' AND shop = ?1
                 AND outlet NOT IN (SELECT value FROM json_each(?2))",
                params![shop, outlets, why, now],
            )
        })
    }

    /// The newest first; without `arrived` only what somebody may want to know of.
    pub fn parcels(&self, arrived: bool, limit: usize) -> Result<Vec<StoredParcel>, StoreError> {
        if !self.has_outbox().map_err(|error| StoreError::sqlite(&self.path, error))? {
            return Ok(vec![]);
        }
        let sql = format!(
            "SELECT {COLUMNS} WHERE ?1 OR state <> 'arrived' ORDER BY created_at DESC, order_id DESC, outlet LIMIT ?2"
        );
        let all = || {
            let mut all = self.connection.prepare_cached(&sql)?;
            all.query_map(params![arrived, limit as i64], read)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        all().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// How many have not arrived and are still tried.
    pub fn parcels_waiting(&self, shop: &str) -> Result<u64, StoreError> {
        let waiting = || {
            if !self.has_outbox()? {
                return Ok(0);
            }
            let sql = "SELECT count(*) FROM outbox WHERE shop = ?1 AND state = 'waiting'";
            self.connection.prepare_cached(sql)?.query_row([shop], |row| row.get::<_, u32>(0).map(u64::from))
        };
        waiting().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// Try again what has not arrived, at once: all of it, or of one order. How many there are.
    pub fn retry_parcels(&mut self, order: Option<i64>, now: i64) -> Result<usize, StoreError> {
        self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE outbox SET state = 'waiting', next_at = ?2, created_at = iif(state = 'given_up', ?2, created_at),
                 changed_at = ?2 WHERE state <> 'arrived' AND (?1 IS NULL OR order_id = ?1)",
            )?
            .execute(params![order, now])
        })
    }

    /// A database of before may be one that can only be read.
    fn has_outbox(&self) -> rusqlite::Result<bool> {
        self.connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'")?.exists([])
    }

    fn change(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        self.transaction(|tx| tx.prepare_cached(sql)?.execute(values).map(|_| ()))
    }
}

/// With the order, in its transaction.
pub(super) fn insert(tx: &Connection, order: i64, shop: &str, parcels: &[NewParcel], now: i64) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO outbox (id, order_id, shop, outlet, payload, state, next_at, created_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?6, ?6)",
    )?;
    for parcel in parcels {
        insert.execute(params![parcel.id, order, shop, parcel.outlet, parcel.payload, now])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredParcel> {
    let state = match row.get_ref(4)?.as_str()? {
        "arrived" => ParcelState::Arrived,
        "given_up" => ParcelState::GivenUp,
        _ => ParcelState::Waiting,
    };
    Ok(StoredParcel {
        id: row.get(0)?,
        order: row.get(1)?,
        outlet: row.get(2)?,
        payload: row.get(3)?,
        state,
        tries: row.get(5)?,
        next_at: row.get(6)?,
        trouble: row.get(7)?,
        created_at: row.get(8)?,
    })
}
