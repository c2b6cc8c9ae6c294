//! Carts put aside at parting, each under a code that its customer was told.

use rusqlite::{Connection, params};

use super::conversation::ConversationId;
use super::lines::{self, Lost};
use super::{Store, StoreError};
use crate::chance::Chance;
use crate::commerce::cart::Cart;
use crate::shop::Shop;

/// Three digits are soon said, and not soon guessed.
const CODES: std::ops::RangeInclusive<u32> = 100..=999;

/// Which of the carts put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Code(u32),
    Any,
    Conversation(ConversationId),
}

/// A cart put aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    pub conversation: ConversationId,
    pub cart: Cart,
    /// What the shop no longer has of it.
    pub lost: Vec<Lost>,
    /// Milliseconds since 1970, UTC.
    pub since: i64,
}

impl Store {
    /// A code that nothing is put aside under in this shop; as there is one writer, it stays free until it is used. Where
    /// all are taken, that of what was put aside longest ago.
    pub fn free_code(&self, shop: &Shop, seed: u64) -> Result<u32, StoreError> {
        let taken = || {
            let mut codes = self.connection.prepare_cached(
                "SELECT code FROM conversations WHERE shop = ?1 AND code IS NOT NULL ORDER BY ended_at, id",
            )?;
            let codes = codes.query_map([&shop.key], |row| row.get::<_, u32>(0))?;
            codes.collect::<rusqlite::Result<Vec<u32>>>()
        };
        let taken = taken().map_err(|error| StoreError::sqlite(&self.path, error))?;
        let free: Vec<u32> = CODES.filter(|code| !taken.contains(code)).collect();
        let oldest = taken.first().copied().unwrap_or(*CODES.start());
        Ok(free.get(Chance(seed).below(free.len())).copied().unwrap_or(oldest))
    }

    /// The conversation is over, and its cart can be taken up again under this code until it expires.
    pub fn put_aside(&mut self, conversation: ConversationId, code: u32, now: i64) -> Result<(), StoreError> {
        self.written.remove(&conversation);
        self.transaction(|tx| {
            free(tx, conversation, code)?;
            tx.prepare_cached("UPDATE conversations SET ended_at = ?2, code = ?3 WHERE id = ?1")?.execute(params![
                conversation.0,
                now,
                code
            ])?;
            Ok(())
        })
    }

    /// What was put aside in this shop, the latest first.
    pub fn aside(&self, shop: &Shop, which: Which) -> Result<Vec<Aside>, StoreError> {
        let (code, conversation) = match which {
            Which::Code(code) => (Some(code), None),
            Which::Conversation(ConversationId(id)) => (None, Some(id)),
            Which::Any => (None, None),
        };
        let read = || {
            let mut found = self.connection.prepare_cached(
                "SELECT id, ended_at FROM conversations
                 WHERE shop = ?1 AND code IS NOT NULL AND ended_at IS NOT NULL
                 AND (?2 IS NULL OR code = ?2) AND (?3 IS NULL OR id = ?3) ORDER BY ended_at DESC, id DESC",
            )?;
            let found = found.query_map(params![shop.key, code, conversation], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut all = Vec::new();
            for row in found {
                let (id, since): (i64, i64) = row?;
                if let Some((cart, lost)) = lines::read(&self.connection, id, shop)? {
                    all.push(Aside { conversation: ConversationId(id), cart, lost, since });
                }
            }
            Ok(all)
        };
        read().map_err(|error| StoreError::sqlite(&self.path, error))
    }
}

/// Nothing else in the shop is put aside under this code any more.
pub(super) fn free(tx: &Connection, conversation: ConversationId, code: u32) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE conversations SET code = NULL
         WHERE code = ?2 AND shop = (SELECT shop FROM conversations WHERE id = ?1)",
    )?
    .execute(params![conversation.0, code])?;
    Ok(())
}

/// Somebody came back for it: it is theirs now, and nobody else's.
pub(super) fn taken(tx: &Connection, conversation: ConversationId) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE conversations SET code = NULL WHERE id = ?1")?.execute([conversation.0])?;
    tx.prepare_cached("DELETE FROM carts WHERE conversation_id = ?1")?.execute([conversation.0])?;
    Ok(())
}
