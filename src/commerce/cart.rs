//! The cart: what stands in it, nothing of how it came there. A cart has no status: it exists or not, and expires.

use serde::{Deserialize, Serialize};

use crate::shop::{ItemId, OptionId};

/// How much of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quantity {
    Count(u32),
    /// Thousandths of the item's own unit: a pound and a half of something sold by the pound is 1500.
    Measure(u32),
}

/// "extra cheese", "light on the mayo".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    Light,
    Extra,
}

/// One option taken, or refused, on a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    pub option: OptionId,
    pub grade: Option<Grade>,
    /// "no onions": kept even where the item would not have had them, so that it is read back and made so.
    pub negated: bool,
    /// How many times ("two shots"), ≥ 1.
    pub count: u8,
}

impl Choice {
    pub fn plain(option: OptionId) -> Self {
        Choice { option, grade: None, negated: false, count: 1 }
    }
}

/// Identifies a line for as long as its cart lives; never reused within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineId(pub u32);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: LineId,
    pub item: ItemId,
    pub quantity: Quantity,
    /// Only what was said or asked for; defaults are not written down here. Kept sorted.
    pub choices: Vec<Choice>,
    /// Wishes that fit no option, word for word.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cart {
    pub lines: Vec<Line>,
    /// Order-wide options ("to go").
    pub order_choices: Vec<Choice>,
    /// The name to call out, if given.
    pub customer_name: Option<String>,
    /// The id that the next line gets.
    pub next_line: u32,
}
