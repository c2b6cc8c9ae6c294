//! Hand-overs: opened with a conversation, moved on by people.

use rusqlite::{OptionalExtension, Row, params};

use super::conversation::ConversationId;
use super::lines::from_json;
use super::{Store, StoreError, migrate};
use crate::commerce::handover::{Handover, HandoverStatus, Reason, Step};
use crate::commerce::saved::Channel;

/// A hand-over about to be opened.
#[derive(Debug, Clone)]
pub struct NewHandover<'a> {
    pub conversation: ConversationId,
    /// The turn that asks for it. Opening it again for the same turn changes nothing.
    pub turn: u32,
    pub reason: Reason,
    pub summary: &'a str,
    /// JSON.
    pub cart: &'a str,
    /// Milliseconds since 1970, UTC.
    pub now: i64,
}

/// One turn of a conversation, as it was said.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SaidTurn {
    pub number: u32,
    /// Empty where nothing usable was heard.
    pub customer: String,
    pub reply: String,
}

const COLUMNS: &str = "handovers.id, conversation_id, channel, point, reason, summary, cart, orders, opened_at, status,
    claimed_by, told, strftime('%Y-%m-%d %H:%M', opened_at / 1000, 'unixepoch', 'localtime') FROM handovers JOIN conversations ON conversations.id = conversation_id";

impl Store {
    pub fn open_handover(&mut self, new: &NewHandover<'_>) -> Result<Handover, StoreError> {
        let id = self.transaction(|tx| {
            tx.prepare_cached(
                "INSERT INTO handovers (conversation_id, turn, reason, summary, cart, orders, opened_at, status, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5,
                 (SELECT json_group_array(id) FROM (SELECT id FROM orders WHERE conversation_id = ?1 ORDER BY id)), ?6, ?7, ?6)
                 ON CONFLICT (conversation_id, turn) DO NOTHING",
            )?
            .execute(params![
                new.conversation.0,
                new.turn,
                new.reason.key(),
                new.summary,
                new.cart,
                new.now,
                HandoverStatus::Pending.key()
            ])?;
            tx.prepare_cached("SELECT id FROM handovers WHERE conversation_id = ?1 AND turn = ?2")?
                .query_row(params![new.conversation.0, new.turn], |row| row.get(0))
        })?;
        self.handover(id)
    }

    /// The hand-over of a conversation that is not over yet.
    pub fn open_handover_of(&self, conversation: ConversationId) -> Result<Option<Handover>, StoreError> {
        let found = || {
            let sql = format!(
                "SELECT {COLUMNS} WHERE conversation_id = ?1 AND status IN ('pending', 'claimed') AND told
                 ORDER BY handovers.id DESC LIMIT 1"
            );
            self.connection.prepare_cached(&sql)?.query_row([conversation.0], read).optional()
        };
        found().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// Somebody knows of it now.
    pub fn told_of_handover(&mut self, id: i64) -> Result<(), StoreError> {
        self.transaction(|tx| {
            tx.prepare_cached("UPDATE handovers SET told = 1 WHERE id = ?1")?.execute([id]).map(|_| ())
        })
    }

    /// The cart that a person let go last in a conversation, as JSON.
    pub fn approved_cart(&self, conversation: ConversationId) -> Result<Option<serde_json::Value>, StoreError> {
        let last = || {
            let mut last = self.connection.prepare_cached(
                "SELECT cart FROM handovers WHERE conversation_id = ?1 AND approved ORDER BY id DESC LIMIT 1",
            )?;
            last.query_row([conversation.0], |row| from_json(row, 0)).optional()
        };
        last().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    /// Whether the last hand-over of a conversation is settled.
    pub fn is_settled(&self, conversation: ConversationId) -> Result<bool, StoreError> {
        let settled = || {
            let mut last = self.connection.prepare_cached(
                "SELECT status = 'closed' FROM handovers WHERE conversation_id = ?1 ORDER BY id DESC LIMIT 1",
            )?;
            last.query_row([conversation.0], |row| row.get(0)).optional()
        };
        Ok(settled().map_err(|error| StoreError::sqlite(&self.path, error))?.unwrap_or(false))
    }

    /// The newest first; without `over` only those that still need somebody.
    pub fn handovers(&self, over: bool, limit: usize) -> Result<Vec<Handover>, StoreError> {
        // An older version, on a disk that cannot be written, has none.
        if migrate::version(&self.connection, &self.path)? < migrate::VERSION {
            return Ok(vec![]);
        }
        let read = || {
            let sql = format!(
                "SELECT {COLUMNS} WHERE ?1 OR status IN ('pending', 'claimed') ORDER BY handovers.id DESC LIMIT ?2"
            );
            let mut rows = self.connection.prepare_cached(&sql)?;
            let rows = rows.query_map(params![over, limit as i64], read)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }

    pub fn handover(&self, id: i64) -> Result<Handover, StoreError> {
        let found = || {
            let sql = format!("SELECT {COLUMNS} WHERE handovers.id = ?1");
            self.connection.prepare_cached(&sql)?.query_row([id], read).optional()
        };
        found().map_err(|error| StoreError::sqlite(&self.path, error))?.ok_or(StoreError::NoHandover(id))
    }

    /// Let a person take the step, or say why it cannot be taken. `by`: who claims it.
    pub fn move_handover(&mut self, id: i64, step: Step, by: Option<&str>, now: i64) -> Result<Handover, StoreError> {
        let before = self.handover(id)?;
        let status = before.after(step)?;
        let moved = self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE handovers SET status = ?2, claimed_by = coalesce(?3, claimed_by), changed_at = ?4, approved = ?6
                 WHERE id = ?1 AND status = ?5",
            )?
            .execute(params![id, status.key(), by, now, before.status.key(), step == Step::Approve])
        })?;
        let now = self.handover(id)?;
        // Somebody was quicker: say what stands in the way now.
        if moved == 0 { now.after(step).map(|_| now.clone()).map_err(StoreError::from) } else { Ok(now) }
    }

    /// Everything said in a conversation so far.
    pub fn transcript(&self, conversation: i64) -> Result<Vec<SaidTurn>, StoreError> {
        let read = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT number, transcript, reply FROM turns WHERE conversation_id = ?1 ORDER BY number",
            )?;
            let rows = rows.query_map([conversation], |row| {
                Ok(SaidTurn { number: row.get(0)?, customer: row.get(1)?, reply: row.get(2)? })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Handover> {
    let (channel, reason, status): (String, String, String) = (row.get(2)?, row.get(4)?, row.get(9)?);
    Ok(Handover {
        id: row.get(0)?,
        conversation: row.get(1)?,
        channel: Channel::of(&channel).ok_or_else(|| unknown(2, &channel))?,
        point: row.get(3)?,
        reason: [Reason::Asked, Reason::Accepted]
            .into_iter()
            .find(|known| known.key() == reason)
            .ok_or_else(|| unknown(4, &reason))?,
        summary: row.get(5)?,
        cart: from_json(row, 6)?,
        orders: from_json(row, 7)?,
        opened_at: row.get(8)?,
        status: HandoverStatus::ALL
            .into_iter()
            .find(|known| known.key() == status)
            .ok_or_else(|| unknown(9, &status))?,
        by: row.get(10)?,
        told: row.get(11)?,
        opened: row.get(12)?,
    })
}

fn unknown(column: usize, value: &str) -> rusqlite::Error {
    let problem = format!("`{value}` is none that this version knows");
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, problem.into())
}
