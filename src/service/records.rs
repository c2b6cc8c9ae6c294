//! What is on record, for who asks beside the assistant: the owner's commands. Reads, and moves hand-overs on.

use std::path::Path;

use crate::money::Money;
use crate::shop::Shop;
use crate::store::Store;

pub use crate::commerce::handover::{Handover, HandoverStatus, Step};
pub use crate::commerce::payment::{Account, AccountKind};
pub use crate::store::backup::{Backup, Restored, back_up, backups, is_large, mend};
pub use crate::store::{
    FOR_EVER, ParcelState, RefundStatus, SaidTurn, StockChange, StockKey, StockLevel, StoreError, StoredOrder,
    StoredParcel, StoredPayment, StoredRefund,
};

use super::accounts;
pub use super::accounts::{Opened, is_code};
use super::clock::{Clock, SystemClock};
use super::new_id;

#[derive(Debug)]
pub struct Records(Store);

/// Read a large database whole, beside who serves from it; see [`Store::suspect`].
pub fn read_whole(database: &Path) -> Result<(), StoreError> {
    Store::suspect(database)
}

impl Records {
    /// To read; never waits for who writes.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where nobody has ordered yet; or what is wrong with the database.
    pub fn open(database: &Path) -> Result<Records, StoreError> {
        Store::open_for_reading(database).map(Records)
    }

    /// To move hand-overs on as well.
    pub fn open_for_staff(database: &Path) -> Result<Records, StoreError> {
        Store::open_beside(database).map(Records)
    }

    /// The same, also where nobody has ordered yet.
    pub fn open_or_begin(database: &Path) -> Result<Records, StoreError> {
        if !database.exists() {
            drop(Store::open(database)?);
        }
        Records::open_for_staff(database)
    }

    pub fn orders(&self, limit: usize) -> Result<Vec<StoredOrder>, StoreError> {
        self.0.orders(limit)
    }

    /// Orders placed today by this shop, and its tickets and webhooks that still wait to arrive.
    pub fn today(&self, shop: &str) -> Result<(u64, u64), StoreError> {
        Ok((self.0.orders_today(shop)?, self.0.parcels_waiting(shop)?))
    }

    pub fn order(&self, id: i64) -> Result<StoredOrder, StoreError> {
        self.0.order(id)
    }

    /// The newest first; without `over` only those that still need somebody.
    pub fn handovers(&self, over: bool, limit: usize) -> Result<Vec<Handover>, StoreError> {
        self.0.handovers(over, limit)
    }

    pub fn handover(&self, id: i64) -> Result<Handover, StoreError> {
        self.0.handover(id)
    }

    /// Everything said in a conversation so far.
    pub fn transcript(&self, conversation: i64) -> Result<Vec<SaidTurn>, StoreError> {
        self.0.transcript(conversation)
    }

    /// All that is counted or gone.
    pub fn stock(&self, shop: &str) -> Result<Vec<StockLevel>, StoreError> {
        self.0.stock(shop, None, SystemClock::new().now())
    }

    pub fn set_stock(&mut self, shop: &str, changes: &[(StockKey, StockChange)]) -> Result<(), StoreError> {
        self.0.set_stock(shop, changes, SystemClock::new().now())
    }

    /// What is to be told elsewhere of orders, the newest first; without `arrived` only what has not arrived.
    pub fn outbox(&self, arrived: bool, limit: usize) -> Result<Vec<StoredParcel>, StoreError> {
        self.0.parcels(arrived, limit)
    }

    /// Try again what has not arrived, of one order or of all: how many messages that are.
    pub fn retry(&mut self, order: Option<i64>) -> Result<usize, StoreError> {
        self.0.retry_parcels(order, SystemClock::new().now())
    }

    /// The newest payments first; without `all` only those that somebody may have to see to.
    pub fn payments(&self, all: bool, limit: usize) -> Result<Vec<StoredPayment>, StoreError> {
        self.0.payments(None, all, limit)
    }

    /// How one order was paid, and what of that went back.
    ///
    /// # Errors
    /// [`StoreError::NoOrder`].
    pub fn paid_with(&self, order: i64) -> Result<(Vec<StoredPayment>, Vec<StoredRefund>), StoreError> {
        self.0.order(order)?;
        Ok((self.0.payments(Some(order), true, usize::MAX >> 1)?, self.0.refunds(order)?))
    }

    /// Give back so much of an order, or all that is left. What a card paid goes back when the assistant runs.
    ///
    /// # Errors
    /// [`StoreError::NothingPaid`], [`StoreError::RefundTooMuch`]; then nothing goes back.
    pub fn refund(&mut self, order: i64, amount: Option<Money>, why: &str) -> Result<Vec<StoredRefund>, StoreError> {
        self.0.refund(order, amount, why, new_id, SystemClock::new().now())
    }

    /// What was to be paid at the counter was.
    ///
    /// # Errors
    /// [`StoreError::NothingDue`].
    pub fn paid_at_counter(&mut self, order: i64) -> Result<usize, StoreError> {
        self.0.paid_at_counter(order, SystemClock::new().now())
    }

    /// Have given up what of an order is under way by card: how many payments that are.
    pub fn stop_payments(&mut self, order: i64) -> Result<usize, StoreError> {
        self.0.give_up_payments(order, SystemClock::new().now())
    }

    /// What the shop holds for people, or lends them.
    pub fn accounts(&self, shop: &str) -> Result<Vec<Account>, StoreError> {
        self.0.accounts(shop)
    }

    /// The number of the new account.
    ///
    /// # Errors
    /// [`StoreError::CodeTaken`] where the code stands for another.
    pub fn open_account(&mut self, shop: &Shop, opened: Opened<'_>) -> Result<i64, StoreError> {
        accounts::open(&mut self.0, shop, opened, SystemClock::new().now())
    }

    /// Put more on it, or, below nothing, take so much off.
    pub fn load_account(&mut self, id: i64, amount: Money) -> Result<Account, StoreError> {
        self.0.load_account(id, amount, SystemClock::new().now())
    }

    pub fn block_account(&mut self, id: i64, blocked: bool) -> Result<Account, StoreError> {
        self.0.block_account(id, blocked)
    }

    pub fn move_handover(&mut self, id: i64, step: Step, by: Option<&str>) -> Result<Handover, StoreError> {
        self.0.move_handover(id, step, by, SystemClock::new().now())
    }
}
