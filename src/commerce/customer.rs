//! Who buys, as far as that is known.

use serde::{Deserialize, Serialize};

/// Known by an account of theirs, by its code. Of everybody else nothing is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Customer {
    pub account: i64,
    /// Known to have never ordered before.
    pub first_order: bool,
    /// What the owner calls those that they belong to.
    pub groups: Vec<String>,
}
