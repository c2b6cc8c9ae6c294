//! What waits where orders are made.

use rusqlite::params;

use super::{Store, StoreError};

/// What was placed longer ago, in milliseconds, was handed over, whether anybody wrote that down or not.
const OPEN_FOR: i64 = 3 * 60 * 60_000;

impl Store {
    /// So many orders of the shop, but this one of `own`, are placed and not handed over yet. What is wanted after `due`
    /// (minutes since 1970, by the clocks of the shop) is not begun yet, nor is what waits for its payment.
    pub fn orders_ahead(&self, shop: &str, own: Option<i64>, now: i64, due: i64) -> Result<u32, StoreError> {
        let count = || {
            let mut open = self.connection.prepare_cached(
                "SELECT count(*) FROM orders JOIN conversations ON conversations.id = orders.conversation_id
                 WHERE conversations.shop = ?1 AND orders.placed_at > ?2 AND orders.placed_at <= ?3
                 AND coalesce(orders.due, ?4) <= ?4 AND orders.standing = 'placed' AND orders.id IS NOT ?5
                 AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = orders.id AND l.quantity > (
                     SELECT coalesce(sum(e.amount), 0) FROM order_events e
                     WHERE e.order_id = orders.id AND e.line = l.line))",
            )?;
            open.query_row(params![shop, now - OPEN_FOR, now, due, own], |row| row.get(0))
        };
        count().map_err(|error| StoreError::sqlite(&self.path, error))
    }
}
