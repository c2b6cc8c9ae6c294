//! Numbers and units as the language says them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Number words. Values of fractions are thousandths.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Single words for whole numbers: "seven" = 7, "thirty" = 30.
    pub words: BTreeMap<String, u32>,
    /// Words that multiply what stands before them: "hundred" = 100.
    pub multipliers: BTreeMap<String, u32>,
    /// Words between a whole number and its decimals: "point".
    pub points: Vec<String>,
    /// Words between hundreds and the rest of a number: "and".
    pub joints: Vec<String>,
    /// Counted groups, as phrases: "dozen" = 12, "couple" = 2.
    pub groups: BTreeMap<String, u32>,
    /// What things are counted by behind a number, whatever they are: "box", "pack".
    pub packs: Vec<String>,
    /// Parts of one, in thousandths: "half" = 500.
    pub fractions: BTreeMap<String, u32>,
    /// "first" = 1.
    pub ordinals: BTreeMap<String, u32>,
    /// Number words that sound like another word which is far more usual ("to" for two): taken for the number
    /// only where nothing but a number makes sense.
    pub sound_alikes: BTreeMap<String, u32>,
}

/// One unit of measure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitWords {
    /// How people say and write it; plurals follow from the language's rules.
    pub names: Vec<String>,
    /// Units of the same kind can be turned into one another ("mass", "volume", "count").
    pub kind: String,
    /// Said of several, where the language's rules do not give it ("two dozen").
    #[serde(default)]
    pub plural: Option<String>,
    /// How many of the kind's base unit one of these is (grams, millilitres, pieces).
    pub base: f64,
}

impl UnitWords {
    /// `thousandths` of this unit in millionths of `other`; `None` where the two measure different things.
    pub fn convert(&self, thousandths: u32, other: &UnitWords) -> Option<u64> {
        if self.kind != other.kind || other.base <= 0.0 {
            return None;
        }
        // What is beyond any amount saturates.
        Some((f64::from(thousandths) * 1_000.0 * self.base / other.base).round() as u64)
    }
}
