//! Cart, pricing, orders: the commerce that needs no I/O. Terms follow the Universal Commerce Protocol (2026).

pub mod cart;
pub mod check;
pub mod checkout;
pub mod choices;
pub mod customer;
pub mod fulfilment;
pub mod handover;
mod needs;
pub mod order;
pub mod payment;
pub mod pricing;
pub mod saved;
pub mod stock;
pub mod view;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
