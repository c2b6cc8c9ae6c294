//! How people say where an order goes, and when they want it: the `[understand.destination]` part of a language file.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `{n}` stands for a number, `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationWords {
    /// What may be said around an answer.
    pub around: Vec<String>,
    /// What may follow a bare number that is an hour or a table; anything else makes it a number of something.
    pub behind: Vec<String>,
    pub table: Vec<String>,
    /// In answer to which table it is.
    pub table_alone: Vec<String>,
    /// What announces the name of who is asked for it.
    pub name: Vec<String>,
    /// What announces an address.
    pub deliver: Vec<String>,
    /// The same in answer to where it goes.
    pub address: Vec<String>,
    /// Words, and endings of words, that streets are called by.
    pub streets: Vec<String>,
    pub street_ends: Vec<String>,
    pub floors: Vec<String>,
    /// The number of the house alone.
    pub house: Vec<String>,
    /// What announces a telephone's number.
    pub phone: Vec<String>,
    /// What stands in the place of one where it is not to be read.
    pub phone_mark: String,
    /// By what is to be asked anew, as shops write it ("street"): "the address is wrong".
    pub anew: BTreeMap<String, Vec<String>>,
    pub time: TimeWords,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeWords {
    /// What announces a time of the day.
    pub at: Vec<String>,
    /// The same where one was agreed upon: "can we do five thirty".
    pub moved: Vec<String>,
    /// What may close that.
    pub instead: Vec<String>,
    pub soonest: Vec<String>,
    /// In answer to when it is wanted.
    pub soonest_alone: Vec<String>,
    pub morning: Vec<String>,
    pub evening: Vec<String>,
    pub tomorrow: Vec<String>,
    pub clock: Vec<TimePattern>,
    /// From now on.
    pub later: Vec<TimePattern>,
}

/// `{h}` stands for hours, `{m}` for minutes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePattern {
    pub say: Vec<String>,
    /// Minutes that come to the hour.
    #[serde(default)]
    pub add: i32,
    /// The minutes that are said are those before the hour.
    #[serde(default)]
    pub before: bool,
    /// The hour that it names by itself.
    #[serde(default)]
    pub hour: Option<u16>,
    /// Only a time where that is announced or asked for.
    #[serde(default)]
    pub bare: bool,
}
