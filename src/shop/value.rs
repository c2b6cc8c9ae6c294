//! TOML and CSV made alike: values that know where in which file they stand.

use std::ops::Range;
use std::path::PathBuf;

use toml::de::{DeTable, DeValue};

use crate::money::{Currency, Money};

use super::diagnose::{Place, Report, suggest};

#[derive(Debug, Clone)]
pub struct Value {
    pub kind: Kind,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub enum Kind {
    Text(String),
    /// As written: never through floating point.
    Number(String),
    Flag(bool),
    List(Vec<Value>),
    Table(Table),
    /// A date or a time: nothing in a shop description is one.
    Other,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub key: String,
    pub place: Place,
    pub value: Value,
}

/// A table in the order written.
#[derive(Debug, Clone)]
pub struct Table {
    pub entries: Vec<Entry>,
    pub place: Place,
}

impl Value {
    fn what(&self) -> &'static str {
        match self.kind {
            Kind::Text(_) => "a text",
            Kind::Number(_) => "a number",
            Kind::Flag(_) => "true or false",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
            Kind::Other => "a date",
        }
    }

    /// The text, or an error that says what was wanted.
    pub fn text(&self, wanted: &str, report: &mut Report) -> Option<String> {
        match &self.kind {
            Kind::Text(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
            Kind::Text(_) => {
                report.error(self.place, format!("{wanted} is empty"), "write it between the quotes, or leave it out");
                None
            }
            _ => {
                let message = format!("{wanted} must be a text, this is {}", self.what());
                report.error(self.place, message, "put it in quotes: \"…\"");
                None
            }
        }
    }

    /// Texts of a list; one text alone counts as a list of one.
    pub fn texts(&self, wanted: &str, report: &mut Report) -> Vec<(String, Place)> {
        match &self.kind {
            Kind::List(values) => {
                values.iter().filter_map(|v| Some((v.text(wanted, report)?, v.place))).collect::<Vec<_>>()
            }
            _ => self.text(wanted, report).map(|t| (t, self.place)).into_iter().collect(),
        }
    }

    pub fn table(&self, wanted: &str, report: &mut Report) -> Option<&Table> {
        if let Kind::Table(table) = &self.kind {
            return Some(table);
        }
        report.error(self.place, format!("{wanted} must be a table, this is {}", self.what()), "write it as { … }");
        None
    }

    /// A whole number within bounds.
    pub fn whole(&self, wanted: &str, bounds: std::ops::RangeInclusive<u32>, report: &mut Report) -> Option<u32> {
        let number = match &self.kind {
            Kind::Number(text) | Kind::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|n| bounds.contains(n));
        if number.is_none() {
            let message = format!("{wanted} must be a whole number from {} to {}", bounds.start(), bounds.end());
            report.error(self.place, message, format!("write for example {wanted} = {}", bounds.start().max(&1)));
        }
        number
    }

    pub fn flag(&self, wanted: &str, report: &mut Report) -> bool {
        match &self.kind {
            Kind::Flag(flag) => *flag,
            _ => {
                let message = format!("{wanted} must be true or false, this is {}", self.what());
                report.error(self.place, message, format!("write {wanted} = true, without quotes"));
                false
            }
        }
    }
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|e| e.key == key).map(|e| &e.value)
    }

    /// A text that may be left out, or empty.
    pub fn get_text(&self, key: &str, report: &mut Report) -> Option<String> {
        let empty = |v: &&Value| matches!(&v.kind, Kind::Text(text) if text.trim().is_empty());
        self.get(key).filter(|v| !empty(v)).and_then(|v| v.text(&format!("`{key}`"), report))
    }

    pub fn get_texts(&self, key: &str, report: &mut Report) -> Vec<(String, Place)> {
        self.get(key).map(|v| v.texts(&format!("`{key}`"), report)).unwrap_or_default()
    }

    pub fn get_flag(&self, key: &str, report: &mut Report) -> Option<bool> {
        self.get(key).map(|v| v.flag(key, report))
    }

    /// Report every key that `owner` ("an item") does not know.
    pub fn only(&self, owner: &str, known: &[&str], report: &mut Report) {
        for entry in &self.entries {
            if !known.contains(&entry.key.as_str()) {
                let message = format!("unknown key `{}` in {owner}", entry.key);
                report.error(entry.place, message, suggest(&entry.key, known.iter().copied()));
            }
        }
    }

    pub fn from_toml(table: &DeTable<'_>, span: Range<usize>, source: u32) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                place: place(source, key.span()),
                value: Value::from_toml(value.get_ref(), value.span(), source),
            })
            .collect();
        // The parser sorts by key; the owner's order is the one that means something.
        entries.sort_by_key(|e| e.place);
        Table { entries, place: place(source, span) }
    }
}

impl Value {
    fn from_toml(value: &DeValue<'_>, span: Range<usize>, source: u32) -> Value {
        let kind = match value {
            DeValue::String(text) => Kind::Text(text.to_string()),
            DeValue::Integer(number) => Kind::Number(number.to_string()),
            DeValue::Float(number) => Kind::Number(number.as_str().to_string()),
            DeValue::Boolean(flag) => Kind::Flag(*flag),
            DeValue::Datetime(_) => Kind::Other,
            DeValue::Array(values) => {
                Kind::List(values.iter().map(|v| Value::from_toml(v.get_ref(), v.span(), source)).collect())
            }
            DeValue::Table(table) => Kind::Table(Table::from_toml(table, span.clone(), source)),
        };
        Value { kind, place: place(source, span) }
    }
}

fn place(source: u32, span: Range<usize>) -> Place {
    Place { source, start: span.start, end: span.end }
}

/// A price, read exactly.
pub fn price(value: &Value, currency: &Currency, report: &mut Report) -> Option<Money> {
    let (Kind::Text(text) | Kind::Number(text)) = &value.kind else {
        report.error(value.place, "a price must be a number", "write price = \"4.50\"");
        return None;
    };
    currency.parse(text).map_err(|why| report.error(value.place, why.problem(), why.mend())).ok()
}

/// A rate of tax.
pub fn rate(value: &Value, report: &mut Report) -> Option<u32> {
    percent(value, "rate", "rate of tax", report)
}

/// Percent as written ("8.875", "8.875%", 8.875) in thousandths of a percent; `what` of it is meant by `key`.
pub fn percent(value: &Value, key: &str, what: &str, report: &mut Report) -> Option<u32> {
    let (Kind::Text(text) | Kind::Number(text)) = &value.kind else {
        report.error(
            value.place,
            format!("`{key}` must be a number"),
            format!("write the percentage: {key} = \"8.875\""),
        );
        return None;
    };
    let text = text.trim().trim_end_matches('%').trim_end();
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let thousandths = (digits(whole) && digits(part) && part.len() <= 3 && whole.len() <= 3)
        .then(|| format!("{whole}{part:0<3}").parse::<u32>().ok())
        .flatten();
    match thousandths.filter(|t| *t <= 100_000) {
        Some(thousandths) => Some(thousandths),
        None => {
            let help = "write a percentage from 0 to 100, with at most three digits after the point: \"8.875\"";
            report.error(value.place, format!("`{text}` is no {what}"), help);
            None
        }
    }
}

/// Where saycart is started differs from day to day: what it writes to must not.
pub fn absolute(value: &Value, text: &str, report: &mut Report) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    if path.is_absolute() {
        return Some(path);
    }
    report.error(
        value.place,
        format!("`{text}` depends on where saycart is started"),
        "write the whole path: \"/var/lib/saycart/…\"",
    );
    None
}
