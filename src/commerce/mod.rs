//! Money, cart, totals, orders: the commerce that needs no I/O. Terms follow the Universal Commerce Protocol (2026).

pub mod cart;
mod currencies;
pub mod money;
