//! What a language file says about speaking: the `[speak]` table.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How a language speaks what is written. Patterns hold `{named}` places.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The voice of eSpeak NG that pronounces this language ("en-us").
    pub espeak_voice: String,
    /// Marks between groups of three digits, and before a fraction.
    pub thousands: char,
    pub decimal: char,
    /// The words of 0 … 9, for telephone numbers and digits after the point.
    pub digits: [String; 10],
    /// `{whole}`, `{digits}`
    pub point: String,
    /// `{amount}`
    pub minus: String,
    pub plus: String,
    /// Between two numbers ("7–9"), and after a slash ("$2/lb").
    pub range: String,
    pub per: String,
    /// `{number}`
    pub percent: String,
    /// `{number}` and its `{unit}` or coin.
    pub measure: String,
    pub times_sign: Vec<char>,
    /// "2x latte" and "2x": `{number}`
    pub times_word: String,
    pub times_alone: String,
    pub ordinal_endings: Vec<String>,
    pub plural_endings: Vec<String>,
    pub years: Years,
    /// A number of so many digits, or one that begins with 0, is spoken digit by digit.
    pub longest_number: usize,
    pub numbers: Rules,
    pub ordinals: Rules,
    /// By the digits after the point.
    pub fractions: BTreeMap<String, Fraction>,
    pub clock: Clock,
    pub money: MoneyWords,
    pub units: BTreeMap<String, OneMany>,
    /// Written → spoken, only before a number.
    pub before_number: BTreeMap<String, String>,
    /// Written → spoken, as whole words.
    pub abbreviations: BTreeMap<String, String>,
    pub symbols: BTreeMap<char, String>,
}

/// Number → how it and those above it are said; keys are decimal numbers. Before a `|` stands what is said when
/// nothing is left over; `{times}` and `{rest}` are quotient and remainder.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct Rules(pub BTreeMap<u64, String>);

impl TryFrom<BTreeMap<String, String>> for Rules {
    type Error = String;

    fn try_from(table: BTreeMap<String, String>) -> Result<Rules, String> {
        let rules: Result<BTreeMap<u64, String>, _> = table
            .into_iter()
            .map(|(key, say)| Ok((key.parse().map_err(|_| format!("`{key}` is no number; write digits"))?, say)))
            .collect();
        match rules {
            Ok(rules) if rules.contains_key(&0) && rules.contains_key(&1) => Ok(Rules(rules)),
            Ok(_) => Err("numbers need at least the words of 0 and 1".into()),
            Err(mistake) => Err(mistake),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Years {
    pub from: u64,
    pub to: u64,
    /// `{first}` and `{second}` are the two pairs of digits: 2026, 1905, 1900; 2000 … 2009 `{number}`.
    pub pairs: String,
    pub low: String,
    pub hundred: String,
    pub thousand: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    /// Behind a `{whole}` number, of one `{unit}`, and neither.
    pub after: String,
    pub alone: String,
    pub bare: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneMany {
    pub one: String,
    pub many: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// `{hour}`, `{minute}`, `{half}` (of the day)
    pub hour: String,
    pub hour_half: String,
    pub minutes: String,
    pub minutes_half: String,
    /// A minute below ten.
    pub low_minute: String,
    pub halves: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyWords {
    /// `{major}`, `{minor}`
    pub both: String,
    /// What a sign means where the shop's currency does not say it.
    pub signs: BTreeMap<String, String>,
    pub minor_signs: Vec<String>,
    pub coins: BTreeMap<String, Coins>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coins {
    pub one: String,
    pub many: String,
    #[serde(default)]
    pub minor_one: String,
    #[serde(default)]
    pub minor_many: String,
}
