//! The `[totals]` part of a language file.

use serde::Deserialize;

/// How the rows are called, in the customer's language. A tax is called as the shop calls its class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    pub subtotal: String,
    pub total: String,
    pub tip: String,
    /// Of a line; what is off has its reason below.
    pub discount: String,
    pub rounding: String,
}
