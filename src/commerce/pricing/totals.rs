//! The rows below a cart and an order.

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// As the Universal Commerce Protocol has them. Discounts are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotalType {
    Subtotal,
    /// Off some of the items.
    ItemsDiscount,
    /// Off the order as a whole.
    Discount,
    /// What bringing it costs.
    Fulfillment,
    Fee,
    Tax,
    Total,
}

/// One row. Exactly one subtotal and one total; all rows but the total sum up to the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    #[serde(rename = "type")]
    pub kind: TotalType,
    pub display_text: String,
    pub amount: Money,
}
