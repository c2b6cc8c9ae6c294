//! Where orders go: what is asked for each option of the order, where it is brought, and how long it takes.

use super::diagnose::{Report, suggest};
use super::hours;
use super::model::*;
use super::terms::Places;
use super::value::{Entry, Kind, Table, Value};

/// What stands beside the ways.
const KEYS: [&str; 3] = ["minutes", "side_by_side", "open"];
const WAY_KEYS: [&str; 4] = ["ask", "area", "tables", "minutes"];
/// Longer than anything that is waited for: a day.
const MINUTES: std::ops::RangeInclusive<u32> = 1..=1_440;

pub fn read(table: &Table, places: &Places<'_>, report: &mut Report) -> Fulfilment {
    let minutes = minutes(table, report);
    let side_by_side = table.get("side_by_side").and_then(|value| {
        if table.get("minutes").is_none() {
            report.error(value.place, "how long an order takes is not written", "add minutes = 8 beside side_by_side");
        }
        value.whole("side_by_side", 1..=1_000, report)
    });
    let mut ways: Vec<Way> = vec![];
    for entry in table.entries.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
        let Some(way) = read_way(entry, places, report) else { continue };
        if ways.iter().any(|other| other.place == way.place) {
            let message = format!("`{}` is another name of an option that stands here already", entry.key);
            report.error(entry.place, message, "say all of one option in one table");
        }
        ways.push(way);
    }
    Fulfilment {
        minutes,
        side_by_side: side_by_side.map_or(1, |many| many as u16),
        open: hours::open(table, "open", report),
        ways,
    }
}

fn minutes(table: &Table, report: &mut Report) -> Option<u16> {
    table.get("minutes").and_then(|value| value.whole("minutes", MINUTES, report)).map(|minutes| minutes as u16)
}

fn read_way(entry: &Entry, places: &Places<'_>, report: &mut Report) -> Option<Way> {
    let owner = format!("the way `{}`", entry.key);
    // What is no table is a slip of one of the keys beside the ways.
    let is_table = matches!(entry.value.kind, Kind::Table(_));
    if !is_table {
        let message = format!("unknown key `{}` in `fulfilment`", entry.key);
        report.error(entry.place, message, suggest(&entry.key, KEYS));
        return None;
    }
    let table = entry.value.table(&owner, report)?;
    table.only(&owner, &WAY_KEYS, report);
    let place = places.named(&entry.key, entry.place, report);
    let ask = read_asked(table, &owner, report);
    let area: Vec<String> = match table.get("area") {
        Some(value) => read_area(value, &ask, report),
        None => vec![],
    };
    let tables = table.get("tables").and_then(|value| {
        if !ask.contains(&Detail::Table) {
            let message = format!("no table is asked for in {owner}");
            report.error(value.place, message, "add ask = [\"table\"], or take `tables` out");
        }
        value.whole("tables", 1..=100_000, report)
    });
    Some(Way { place: place?, ask, area, tables, minutes: minutes(table, report).unwrap_or(0) })
}

fn read_asked(table: &Table, owner: &str, report: &mut Report) -> Vec<Detail> {
    let mut asked: Vec<Detail> = vec![];
    for (key, place) in table.get_texts("ask", report) {
        let Some(detail) = Detail::ALL.into_iter().find(|detail| detail.key() == key.to_lowercase()) else {
            let help = suggest(&key, Detail::ALL.map(Detail::key));
            report.error(place, format!("`{key}` is nothing that can be asked"), help);
            continue;
        };
        if asked.contains(&detail) {
            report.error(place, format!("`{key}` is asked already"), "take one of the two out");
            continue;
        }
        asked.push(detail);
    }
    if table.get("ask").is_none() {
        let help = "add ask = [\"name\", \"time\"]: table, name, time, street, postcode, floor, phone";
        report.error(table.place, format!("nothing is asked in {owner}"), help);
    }
    let both = asked.contains(&Detail::Table) && asked.iter().any(|detail| detail.is_address());
    if let Some(value) = table.get("ask").filter(|_| both) {
        let message = "an order is brought either to a table or to an address";
        report.error(value.place, message, "make these two options of the order, each with a table of its own");
    }
    asked
}

fn read_area(value: &Value, ask: &[Detail], report: &mut Report) -> Vec<String> {
    if !ask.contains(&Detail::Postcode) {
        let help = "add \"postcode\" to `ask`, also where the area is one of towns";
        report.error(value.place, "nothing that is asked says whether an address lies in the area", help);
    }
    let mut area: Vec<String> = vec![];
    let named = value.texts("`area`", report);
    if matches!(&value.kind, Kind::List(all) if all.is_empty()) {
        report.error(value.place, "an area of nothing", "name postcodes or towns, or take `area` out");
    }
    for (name, place) in named {
        if folded(&name).is_empty() {
            report.error(place, format!("`{name}` has no letter or digit"), "write a postcode or the name of a town");
        } else if area.iter().any(|known| folded(known) == folded(&name)) {
            report.warning(place, format!("`{name}` stands in the area already"), "take it out");
        } else {
            area.push(name);
        }
    }
    area
}
