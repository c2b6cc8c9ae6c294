//! What was said of where an order goes, of a tip, and of how it is paid.

use serde::{Deserialize, Serialize};

use crate::commerce::fulfilment::TimeSaid;
use crate::money::Money;
use crate::shop::{Detail, PayBy};

/// What was said of where an order goes, and when it is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DetailSaid {
    Table(u32),
    Time(TimeSaid),
    /// As far as it was said, word for word.
    Address {
        street: Option<String>,
        postcode: Option<String>,
        floor: Option<String>,
    },
    /// The number of the house alone.
    House(String),
    Phone(String),
    /// It is another, and is to be asked: "the address is wrong".
    Anew(Detail),
}

/// What was said of a tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TipSaid {
    Nothing,
    /// Thousandths of a percent.
    Percent(u32),
    Amount(Money),
}

/// How somebody wants to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaySaid {
    pub by: PayBy,
    /// Cash that they hand over.
    pub tendered: Option<Money>,
    /// The code of an account was said with it; it is in no act, for it is as good as money.
    pub code: bool,
}
