//! Money in integer minor units. Never floating point.

use serde::{Deserialize, Serialize};

/// An amount in the minor units (cents) of the shop's currency; discounts are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

/// ISO 4217 code with the number of digits after the point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    pub code: String,
    pub exponent: u8,
}

impl Default for Currency {
    fn default() -> Self {
        Currency { code: "USD".into(), exponent: 2 }
    }
}
