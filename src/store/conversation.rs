//! Conversations: found again after a restart, and moved on by one turn at a time.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::lines::{self, Lost};
use super::orders::{self, OrderRef};
use super::outbox::{self, NewParcel};
use super::payments::{self, NewPayment};
use super::put_aside;
use super::stock::{self, Takes};
use super::{Store, StoreError};
use crate::commerce::cart::Cart;
use crate::commerce::order::Order;
use crate::commerce::saved::Channel;
use crate::shop::{Shop, Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ConversationId(pub i64);

/// Where a conversation is held: one at a time in each place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Stable key of the shop.
    pub shop: &'a str,
    pub channel: Channel,
    /// Which of several of the channel; mostly empty.
    pub point: &'a str,
}

/// A conversation as it was last committed.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    pub id: ConversationId,
    /// Turns so far; the next one's number is one more.
    pub turns: u32,
    pub cart: Cart,
    /// The dialogue's own JSON; `None` in a new conversation.
    pub state: Option<String>,
    /// What the shop no longer has; to be told to the customer.
    pub lost: Vec<Lost>,
    /// The shop has the same items and options as when the state was saved, so ids in it still hold.
    pub same_shop: bool,
}

/// All that one turn changes. It is committed whole or not at all.
#[derive(Debug, Clone, Copy)]
pub struct TurnCommit<'a> {
    pub conversation: ConversationId,
    /// Counted from 1 within the conversation. Committing the same turn again changes nothing.
    pub turn: u32,
    pub shop: &'a Shop,
    /// After the turn; where the turn places an order, what remains (mostly nothing).
    pub cart: &'a Cart,
    /// The dialogue's own JSON.
    pub state: &'a str,
    pub transcript: &'a str,
    /// JSON.
    pub acts: &'a str,
    pub reply: &'a str,
    /// JSON: milliseconds a stage.
    pub times: &'a str,
    /// What the order takes off the stock; or what is held for the checkout under way, until then. Nothing is held for a
    /// cart that is not being checked out.
    pub takes_stock: &'a Takes,
    pub held_until: Option<i64>,
    /// To be told elsewhere of the order.
    pub parcels: &'a [NewParcel],
    /// How the order is paid; together they come to its total. Empty where nothing is written of that.
    pub payments: &'a [NewPayment],
    /// The payment that this conversation waits for is to be given up.
    pub stops_payment: bool,
    /// Placed by this turn, numbered with [`Store::next_order_number`].
    pub order: Option<&'a Order>,
    /// With an order: a second one under the same key is not placed, and the first is returned.
    pub idempotency_key: Option<&'a str>,
    /// The conversation is over and is not to be resumed.
    pub ended: bool,
    /// With its end: the code under which its cart is put aside.
    pub put_aside: Option<u32>,
    /// What was put aside there is in this cart now.
    pub takes: Option<ConversationId>,
    /// Milliseconds since 1970, UTC.
    pub now: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    pub turn: u32,
    /// The order that the turn placed, or that had been placed under its key before.
    pub order: Option<OrderRef>,
    /// The turn, or its order, had been committed before.
    pub replayed: bool,
}

impl Store {
    /// The conversation under way in this place, or a new one. One that nobody touched for `expires` milliseconds is over.
    pub fn conversation(&mut self, place: Place<'_>, shop: &Shop, now: i64, expires: i64) -> Result<Saved, StoreError> {
        match self.resume(place, shop, now, expires)? {
            Some(saved) => Ok(saved),
            None => self.begin(place, shop, now),
        }
    }

    /// The conversation under way in this place, if it has not expired. Expired carts, anywhere, are dropped.
    pub fn resume(
        &mut self,
        place: Place<'_>,
        shop: &Shop,
        now: i64,
        expires: i64,
    ) -> Result<Option<Saved>, StoreError> {
        let oldest = now.saturating_sub(expires);
        let digest = digest(shop);
        let saved = self.transaction(|tx| {
            expire_in(tx, oldest)?;
            let found = tx
                .prepare_cached(
                    "SELECT id, turns, state, shop_digest FROM conversations
                     WHERE shop = ?1 AND channel = ?2 AND point = ?3 AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
                )?
                .query_row([place.shop, place.channel.key(), place.point], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
                })
                .optional()?;
            let Some((id, turns, state, written)) = found else { return Ok(None) };
            let (cart, lost) = lines::read(tx, id, shop)?.unwrap_or_default();
            let same_shop = written == digest;
            if !same_shop {
                tx.execute("UPDATE conversations SET shop_digest = ?2 WHERE id = ?1", params![id, digest])?;
            }
            Ok(Some(Saved { id: ConversationId(id), turns, cart, state, lost, same_shop }))
        })?;
        // What is in the database may still name what the shop no longer has.
        self.written.clear();
        Ok(saved)
    }

    /// A new conversation. What was under way in the same place is over.
    pub fn begin(&mut self, place: Place<'_>, shop: &Shop, now: i64) -> Result<Saved, StoreError> {
        let digest = digest(shop);
        let id = self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE conversations SET ended_at = ?4
                 WHERE shop = ?1 AND channel = ?2 AND point = ?3 AND ended_at IS NULL",
            )?
            .execute(params![place.shop, place.channel.key(), place.point, now])?;
            tx.prepare_cached(
                "INSERT INTO conversations (shop, channel, point, shop_digest, started_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            )?
            .insert(params![place.shop, place.channel.key(), place.point, digest, now])
        })?;
        let cart = Cart::default();
        Ok(Saved { id: ConversationId(id), turns: 0, cart, state: None, lost: vec![], same_shop: true })
    }

    /// What nobody touched for `expires` milliseconds is over, and its cart gone.
    pub fn expire(&mut self, now: i64, expires: i64) -> Result<(), StoreError> {
        self.transaction(|tx| expire_in(tx, now.saturating_sub(expires)))
    }

    /// What this shop left in the database under the name that it shows is found under its key from now on.
    pub fn adopt(&mut self, shop: &Shop) -> Result<(), StoreError> {
        let named = format!("name:{}", shop.name);
        let waits = || {
            let mut waits =
                self.connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM conversations WHERE shop = ?1)")?;
            waits.query_row([&named], |row| row.get::<_, bool>(0))
        };
        // Looked at before the right to write is asked for: mostly there is nothing.
        if !waits().map_err(|error| StoreError::sqlite(&self.path, error))? {
            return Ok(());
        }
        self.transaction(|tx| {
            tx.execute("UPDATE conversations SET shop = ?1 WHERE shop = ?2", [&shop.key, &named]).map(|_| ())
        })
    }

    /// The conversation is over for now, its last word said. Its cart stays until it expires, for [`Store::reopen`].
    pub fn leave(&mut self, conversation: ConversationId, now: i64) -> Result<(), StoreError> {
        self.written.remove(&conversation);
        self.transaction(|tx| {
            tx.prepare_cached("UPDATE conversations SET ended_at = ?2 WHERE id = ?1")?
                .execute(params![conversation.0, now])
                .map(|_| ())
        })
    }

    /// What was left last in this place is under way again, so that [`Store::conversation`] finds it.
    pub fn reopen(&mut self, place: Place<'_>) -> Result<(), StoreError> {
        self.transaction(|tx| {
            tx.prepare_cached(
                "UPDATE conversations SET ended_at = NULL, code = NULL
                 WHERE id = (SELECT max(id) FROM conversations WHERE shop = ?1 AND channel = ?2 AND point = ?3)",
            )?
            .execute([place.shop, place.channel.key(), place.point])
            .map(|_| ())
        })
    }

    /// Commit a turn: its record, the cart, the dialogue's state and the order it places, in one transaction.
    /// When this returns, they are on the disk; until then nothing of them is.
    pub fn commit_turn(&mut self, commit: &TurnCommit<'_>) -> Result<Committed, StoreError> {
        let cart_is_written = self.written.get(&commit.conversation) == Some(commit.cart);
        let outcome = self.transaction(|tx| commit_in(tx, commit, !cart_is_written))?;
        let committed = match outcome {
            Outcome::Done(committed) => committed,
            Outcome::DoneBefore(committed) => return Ok(committed),
            Outcome::NoConversation => return Err(StoreError::NoConversation(commit.conversation.0)),
            Outcome::WrongTurn { turns } => {
                let (conversation, asked) = (commit.conversation.0, commit.turn);
                return Err(StoreError::WrongTurn { conversation, turns, asked });
            }
            Outcome::SoldMeanwhile => return Err(StoreError::SoldMeanwhile),
            Outcome::SpentMeanwhile => return Err(StoreError::SpentMeanwhile),
            Outcome::KeyReused => {
                return Err(StoreError::KeyReused(commit.idempotency_key.unwrap_or_default().into()));
            }
        };
        if commit.ended {
            self.written.remove(&commit.conversation);
        } else if !cart_is_written {
            self.written.insert(commit.conversation, commit.cart.clone());
        }
        Ok(committed)
    }

    /// Run `work` in a transaction that takes the right to write at once; any error rolls all of it back.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let path = &self.path;
        let transaction = || {
            let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&tx)?;
            tx.commit()?;
            Ok(result)
        };
        transaction().map_err(|error| StoreError::sqlite(path, error))
    }
}

/// What nobody touched since `oldest` is over.
pub(super) fn expire_in(tx: &Connection, oldest: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM carts WHERE updated_at < ?1")?.execute([oldest])?;
    tx.prepare_cached("UPDATE conversations SET ended_at = updated_at WHERE ended_at IS NULL AND updated_at < ?1")?
        .execute([oldest])?;
    tx.prepare_cached(
        "UPDATE conversations SET code = NULL WHERE code IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM carts WHERE conversation_id = conversations.id)",
    )?
    .execute([])?;
    Ok(())
}

enum Outcome {
    Done(Committed),
    /// The very turn stands there already.
    DoneBefore(Committed),
    NoConversation,
    WrongTurn {
        turns: u32,
    },
    KeyReused,
    /// Nothing was written: what the order takes is not there any more.
    SoldMeanwhile,
    /// The same of what it is paid with.
    SpentMeanwhile,
}

/// Every outcome but `Done` leaves nothing written.
fn commit_in(tx: &Connection, commit: &TurnCommit<'_>, write_cart: bool) -> rusqlite::Result<Outcome> {
    let conversation = commit.conversation.0;
    let turns: Option<u32> = tx
        .prepare_cached("SELECT turns FROM conversations WHERE id = ?1")?
        .query_row([conversation], |row| row.get(0))
        .optional()?;
    let Some(turns) = turns else { return Ok(Outcome::NoConversation) };
    if (1..=turns).contains(&commit.turn) {
        let order = orders::of_turn(tx, conversation, commit.turn)?;
        return Ok(Outcome::DoneBefore(Committed { turn: commit.turn, order, replayed: true }));
    }
    if commit.turn != turns + 1 {
        return Ok(Outcome::WrongTurn { turns });
    }
    if let (None, Some(until)) = (commit.order, commit.held_until) {
        stock::reserve(tx, &commit.shop.key, conversation, commit.takes_stock, commit.now, until)?;
    } else if commit.order.is_none() {
        stock::release(tx, conversation)?;
    }
    let known = commit.idempotency_key.map(|key| orders::of_key(tx, key)).transpose()?.flatten();
    let (order, replayed) = match (commit.order, known) {
        (None, _) => (None, false),
        (Some(_), Some((owner, _))) if owner != conversation => return Ok(Outcome::KeyReused),
        (Some(_), Some((_, placed))) => (Some(placed), true),
        (Some(order), None) => match placed(tx, commit, order)? {
            Ok(placed) => (Some(placed), false),
            Err(lacking) => return Ok(lacking),
        },
    };
    if commit.stops_payment {
        payments::stop(tx, conversation, commit.now)?;
    }
    if let Some(code) = commit.put_aside {
        put_aside::free(tx, commit.conversation, code)?;
    }
    tx.prepare_cached(
        "UPDATE conversations SET turns = ?2, state = ?3, updated_at = ?4, ended_at = iif(?5, ?4, NULL), code = ?6
         WHERE id = ?1",
    )?
    .execute(params![conversation, commit.turn, commit.state, commit.now, commit.ended, commit.put_aside])?;
    if let Some(taken) = commit.takes {
        put_aside::taken(tx, taken)?;
    }
    tx.prepare_cached(
        "INSERT INTO turns (conversation_id, number, transcript, acts, reply, times, order_id, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        conversation,
        commit.turn,
        commit.transcript,
        commit.acts,
        commit.reply,
        commit.times,
        order.map(|order| order.id),
        commit.now,
    ])?;
    if write_cart {
        lines::write(tx, conversation, commit.shop, commit.cart, commit.now)?;
    } else {
        let there = tx
            .prepare_cached("UPDATE carts SET updated_at = ?2 WHERE conversation_id = ?1")?
            .execute(params![conversation, commit.now])?;
        if there == 0 {
            // It went with an order that was paid meanwhile, beside this connection.
            lines::write(tx, conversation, commit.shop, commit.cart, commit.now)?;
        }
    }
    Ok(Outcome::Done(Committed { turn: commit.turn, order, replayed }))
}

/// The order, with all that goes with it: what it takes, what it is paid with, what is told of it elsewhere. Or none of
/// that, and what lacked.
fn placed(tx: &Connection, commit: &TurnCommit<'_>, order: &Order) -> rusqlite::Result<Result<OrderRef, Outcome>> {
    tx.execute_batch("SAVEPOINT placing")?;
    let placed = place(tx, commit, order)?;
    let end = if placed.is_ok() { "RELEASE placing" } else { "ROLLBACK TO placing; RELEASE placing" };
    tx.execute_batch(end)?;
    Ok(placed)
}

fn place(tx: &Connection, commit: &TurnCommit<'_>, order: &Order) -> rusqlite::Result<Result<OrderRef, Outcome>> {
    let (shop, conversation) = (&*commit.shop.key, commit.conversation.0);
    if !stock::sell(tx, shop, Some(conversation), commit.takes_stock, commit.now)? {
        return Ok(Err(Outcome::SoldMeanwhile));
    }
    let placed = orders::insert(tx, conversation, order)?;
    let taken = payments::insert(
        tx,
        placed.id,
        conversation,
        (shop, &order.currency),
        commit.payments,
        commit.takes_stock,
        commit.now,
    )?;
    if !taken {
        return Ok(Err(Outcome::SpentMeanwhile));
    }
    outbox::insert(tx, placed.id, shop, commit.parcels, commit.now)?;
    if let Some(key) = commit.idempotency_key {
        tx.prepare_cached("INSERT INTO idempotency_keys (key, conversation_id, order_id, at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key, conversation, placed.id, commit.now])?;
    }
    Ok(Ok(placed))
}

/// Changes with any key or unit of the shop, and with their order: ids are positions. Titles and prices may change.
fn digest(shop: &Shop) -> String {
    let mut hash = Sha256::new();
    let mut add = |kind: u8, key: &str| {
        hash.update([kind]);
        hash.update((key.len() as u64).to_le_bytes());
        hash.update(key.as_bytes());
    };
    shop.categories.iter().for_each(|category| add(0, &category.key));
    for item in &shop.items {
        add(1, &item.key);
        match &item.unit {
            Unit::Each => add(2, ""),
            Unit::Measure(unit) => add(3, unit),
            Unit::Pack(unit) => add(4, unit),
        }
    }
    for list in &shop.option_lists {
        add(5, &list.key);
        list.options.iter().for_each(|option| add(6, &option.key));
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
