//! TOML syntax: its mistakes, in the words of someone who has never heard of TOML.

use toml::de::DeTable;

use super::diagnose::{Place, Report};
use super::value::Table;

/// The file as a table; nothing where it has mistakes of syntax, for guesses at the rest would only mislead.
pub fn parse(text: &str, source: u32, report: &mut Report) -> Option<Table> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut last = None;
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let (start, end) = (span.start.min(text.len()), span.end.min(text.len()));
        // The parser may stumble over one thing several times.
        if last.replace(start) == Some(start) {
            continue;
        }
        let meant = text.get(start..end).unwrap_or("");
        let line = text.get(..start).and_then(|before| before.lines().last()).unwrap_or("");
        let (message, help) = plain(error.message(), meant, line);
        report.error(Place { source, start, end }, message, help);
    }
    errors.is_empty().then(|| Table::from_toml(table.get_ref(), table.span(), source))
}

/// What is wrong and how to mend it. The parser tells its errors apart by their texts alone: what is not known here
/// keeps its text and gets the general advice.
fn plain(message: &str, meant: &str, line: &str) -> (String, String) {
    let bare = meant.trim_matches(|c: char| "\"'“”„‘’`".contains(c));
    if meant.contains(['“', '”', '„', '‘', '’']) {
        return ("these quotes are curly".into(), format!("use straight ones: \"{bare}\""));
    }
    let known: [(&str, &str, &str); 6] = [
        ("invalid basic string", "the quotes are not closed", "end the text with \" on the same line"),
        ("missing comma", "a comma is missing before this", "put a comma between one and the next"),
        ("duplicate key", "this is written twice", "keep one of the two, or join what they say"),
        ("unclosed table", "the bracket is not closed", "end the heading with ]"),
        ("unclosed array", "the bracket is not closed", "end the list with ]"),
        ("unclosed inline table", "the brace is not closed", "end it with }"),
    ];
    if let Some((_, message, help)) = known.iter().find(|(start, ..)| message.starts_with(start)) {
        return ((*message).into(), (*help).into());
    }
    if message.starts_with("string values must be quoted") {
        match bare.to_ascii_lowercase().as_str() {
            "yes" | "on" | "true" => return ("this is neither true nor false".into(), "write true".into()),
            "no" | "off" | "false" => return ("this is neither true nor false".into(), "write false".into()),
            _ => {}
        }
        // "$4" was most likely meant to be a price.
        let digits = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
        let meant = if digits.starts_with(|c: char| c.is_ascii_digit()) { digits } else { bare };
        return ("a text must stand in quotes".into(), format!("write \"{meant}\""));
    }
    if ["invalid float", "invalid integer"].iter().any(|start| message.starts_with(start)) {
        return ("this is no number".into(), "write a price in quotes: \"4.50\"".into());
    }
    if let Some(number) = decimal_comma(line.trim_end()) {
        return ("a comma stands where a point belongs".into(), format!("write \"{number}\""));
    }
    if line.trim_end().ends_with(|c: char| c.is_alphanumeric()) && meant.starts_with(':') {
        return ("a colon stands where `=` belongs".into(), "write name = \"…\"".into());
    }
    let help = "a line is key = value; texts stand in quotes, lists in [ ], tables in { }, with commas between";
    (message.into(), help.into())
}

/// The number that `line` ends in, mended, where it has a comma for its point.
fn decimal_comma(line: &str) -> Option<String> {
    let (before, part) = line.rsplit_once(',')?;
    let whole = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (number(whole) && number(part)).then(|| format!("{whole}.{part}"))
}
