//! Names in the shop file: read, compared and made into keys.

use super::diagnose::{Place, Report};
use super::model::Names;
use super::value::{Kind, Table, Value};

/// The keys that anything with a name understands.
pub const KEYS: [&str; 4] = ["name", "also", "say", "plural"];

/// Names as read, with the places that duplicates are reported at.
#[derive(Debug, Clone)]
pub struct Read {
    pub names: Names,
    pub place: Place,
    pub also: Vec<Place>,
}

/// Read the names of `table`; `key` stands in for a missing `name`.
pub fn read(table: &Table, key: Option<(&str, Place)>, owner: &str, report: &mut Report) -> Option<Read> {
    let (title, place) = match (table.get("name"), key) {
        (Some(Value { kind: Kind::List(_), place }), _) => {
            report.error(*place, "there can be one name", "keep the first as `name`, and put the others in `also`");
            return None;
        }
        (Some(value), _) => (value.text("`name`", report)?, value.place),
        (None, Some((key, place))) => (key.replace(['_', '-'], " "), place),
        (None, None) => {
            report.error(table.place, format!("{owner} has no name"), "add name = \"…\", as it is to be said");
            return None;
        }
    };
    if fold(&title).is_empty() {
        report.error(place, format!("the name `{title}` has no letter or digit"), "write it as people say it");
        return None;
    }
    let mut read = Read { names: Names { title, ..Names::default() }, place, also: vec![] };
    for (also, at) in table.get_texts("also", report) {
        let folded = fold(&also);
        if folded.is_empty() {
            report.error(at, format!("the name `{also}` has no letter or digit"), "write it as people say it");
        } else if folded == fold(&read.names.title) || read.names.also.iter().any(|a| fold(a) == folded) {
            report.warning(at, format!("`{also}` says nothing new: it is already a name of this"), "take it out");
        } else {
            read.names.also.push(also);
            read.also.push(at);
        }
    }
    read.names.say = table.get_text("say", report);
    read.names.plural = table.get_text("plural", report);
    Some(read)
}

/// A name without what nobody hears: case, punctuation, spacing.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\'' | '’' | '.' => {}
            c if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            // Symbols that carry meaning in a name ("7%", "&") stay apart from mere separators.
            '%' | '&' | '+' | '$' | '½' | '¼' => folded.push(c),
            _ if !folded.ends_with(' ') && !folded.is_empty() => folded.push(' '),
            _ => {}
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A stable key for a thing called `title`.
pub fn slug(title: &str) -> String {
    fold(title).split_whitespace().collect::<Vec<_>>().join("-")
}

/// The key of a shop called `name`; `shop` where the name has no letter or digit.
///
/// Another rule than [`slug`], which must stay as it is for the keys of items: nothing here is left out without a
/// hyphen in its place, so that it can be told in one sentence.
pub fn shop_key(name: &str) -> String {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "shop".into() } else { words.join("-") }
}

/// Whether a shop can have this key: lowercase letters, digits and hyphens.
pub fn is_shop_key(key: &str) -> bool {
    let lowercase = |c: char| c.is_alphanumeric() && c.to_lowercase().eq([c]);
    !key.is_empty() && key.chars().all(|c| c == '-' || lowercase(c))
}

/// `brand` before `name`, spaced as their script is.
pub fn branded(brand: &str, name: &str) -> String {
    let unspaced = |c: Option<char>| c.is_some_and(|c| ('\u{2E80}'..='\u{D7FF}').contains(&c) || c > '\u{F900}');
    let gap = if unspaced(brand.chars().last()) && unspaced(name.chars().next()) { "" } else { " " };
    format!("{brand}{gap}{name}")
}
