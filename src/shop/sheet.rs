//! Item lists in CSV, as a spreadsheet writes them.

use super::diagnose::{Place, Report, suggest};
use super::value::{Entry, Kind, Table, Value};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    /// true or false
    Flag,
    /// Several, between `;` or `|`.
    List,
    /// `list; list=default; -list`
    Options,
}

/// Every column there can be, by the name that heads it.
const COLUMNS: [(&str, Holds); 17] = [
    ("name", Holds::Text),
    ("price", Holds::Text),
    ("category", Holds::Text),
    ("brand", Holds::Text),
    ("unit", Holds::Text),
    ("pack", Holds::Text),
    ("also", Holds::List),
    ("say", Holds::Text),
    ("plural", Holds::Text),
    ("options", Holds::Options),
    ("tags", Holds::List),
    ("ingredients", Holds::List),
    ("description", Holds::Text),
    ("sold_out", Holds::Flag),
    ("max_quantity", Holds::Text),
    ("age", Holds::Text),
    ("tax", Holds::Text),
];
/// Columns beyond those of items in TOML there are none; `key` completes the list.
const KEY: (&str, Holds) = ("key", Holds::Text);

/// The rows of a sheet as tables; rows with the wrong number of cells are reported and left out.
pub fn read(text: &str, source: u32, report: &mut Report) -> Vec<Table> {
    let delimiter = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<Option<(&str, Holds)>>> = None;
    let mut rows = vec![];
    for record in reader.records() {
        // Text in memory with rows of any length cannot fail to be read.
        let Ok(record) = record else { break };
        let start = record.position().map_or(0, |p| p.byte() as usize);
        let cells = cell_places(text, start, delimiter, record.len(), source);
        let row = cells
            .first()
            .zip(cells.last())
            .map_or(Place { source, start, end: start }, |(first, last)| Place { end: last.end, ..*first });
        let Some(heads) = &columns else {
            columns = Some(header(&record, &cells, row, report));
            continue;
        };
        if let Some(open) = record.iter().position(|cell| cell.contains('\n')) {
            let at = cells.get(open).copied().unwrap_or(row);
            report.error(at, "a cell goes on over the end of its line", "close the quotes: \"…\"");
            continue;
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != heads.len() {
            let message = format!("this row has {} cells, but the heading has {}", record.len(), heads.len());
            let help = match record.len() > heads.len() {
                true => "a text with a comma in it wants quotes: \"salt, coarse\"",
                false => "keep a comma for every empty cell",
            };
            report.error(row, message, help);
            continue;
        }
        let mut entries = vec![];
        for ((head, cell), place) in heads.iter().zip(record.iter()).zip(&cells) {
            let cell = cell.trim();
            if let (Some((name, holds)), false) = (head, cell.is_empty()) {
                let kind = kind(*holds, cell, *place, name, report);
                entries.push(Entry { key: (*name).into(), place: *place, value: Value { kind, place: *place } });
            }
        }
        rows.push(Table { entries, place: row });
    }
    rows
}

/// Spreadsheets of countries with a decimal comma write semicolons between cells.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().find(|l| !l.starts_with('#') && !l.trim().is_empty()).unwrap_or("");
    [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|d| (head.bytes().filter(|b| b == d).count(), *d == b','))
        .unwrap_or(b',')
}

fn header(
    record: &csv::StringRecord,
    cells: &[Place],
    row: Place,
    report: &mut Report,
) -> Vec<Option<(&'static str, Holds)>> {
    let known = COLUMNS.iter().chain([&KEY]);
    let mut heads: Vec<Option<(&str, Holds)>> = vec![];
    for (cell, place) in record.iter().zip(cells) {
        let name = cell.trim().to_lowercase().replace(' ', "_");
        let column = known.clone().find(|(known, _)| *known == name).copied();
        if column.is_none() {
            let help = suggest(&name, known.clone().map(|(known, _)| *known));
            report.error(*place, format!("there is no column `{}`", cell.trim()), help);
        } else if heads.iter().flatten().any(|(head, _)| *head == name) {
            report.error(*place, format!("the column `{name}` stands here twice"), "take one out");
        }
        heads.push(column);
    }
    for needed in ["name", "price"] {
        if !heads.iter().flatten().any(|(head, _)| *head == needed) {
            let message = format!("there is no column `{needed}`");
            report.error(row, message, "the first line names the columns: name,price,also,…");
        }
    }
    heads
}

fn kind(holds: Holds, cell: &str, place: Place, column: &str, report: &mut Report) -> Kind {
    let parts = || cell.split([';', '|']).map(str::trim).filter(|part| !part.is_empty());
    let text = |text: &str| Value { kind: Kind::Text(text.into()), place };
    match holds {
        Holds::Text => Kind::Text(cell.into()),
        Holds::List => Kind::List(parts().map(text).collect()),
        Holds::Flag => match cell.to_lowercase().as_str() {
            "true" | "yes" | "1" => Kind::Flag(true),
            "false" | "no" | "0" => Kind::Flag(false),
            _ => {
                report.error(place, format!("`{column}` cannot be `{cell}`"), "write true, or leave the cell empty");
                Kind::Flag(false)
            }
        },
        Holds::Options => {
            let entry = |part: &str| {
                let (key, kind) = match (part.strip_prefix('-'), part.split_once('=')) {
                    (Some(list), _) => (list, Kind::Flag(false)),
                    (None, Some((list, default))) => (list, Kind::Text(default.trim().into())),
                    (None, None) => (part, Kind::Flag(true)),
                };
                Entry { key: key.trim().into(), place, value: Value { kind, place } }
            };
            Kind::Table(Table { entries: parts().map(entry).collect(), place })
        }
    }
}

/// Where each cell of the record that begins at or after `start` stands, quotes included.
fn cell_places(text: &str, start: usize, delimiter: u8, count: usize, source: u32) -> Vec<Place> {
    let bytes = text.as_bytes();
    let mut at = start;
    // The reader's position may stand before empty lines and comments that it skips.
    loop {
        match bytes.get(at) {
            Some(b'\n' | b'\r') => at += 1,
            Some(b'#') => at = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n + 1),
            _ => break,
        }
    }
    let mut places = vec![];
    while places.len() < count {
        let begin = at;
        let mut quoted = false;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' | b'\r' if !quoted => break,
                byte if *byte == delimiter && !quoted => break,
                _ => {}
            }
            at += 1;
        }
        places.push(Place { source, start: begin, end: at });
        at = (at + 1).min(bytes.len());
    }
    places
}
