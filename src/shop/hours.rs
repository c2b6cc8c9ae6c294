//! Days and hours of the week, as an owner writes them.

use super::diagnose::{Place, Report, suggest};
use super::model::Window;
use super::value::Table;

/// In the order of [`Window::days`].
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const ALL_DAYS: u8 = 0b111_1111;
const MINUTES: u16 = 24 * 60;

/// The windows that `days` and `hours` of a table make together; none where neither stands there.
pub fn windows(table: &Table, report: &mut Report) -> Vec<Window> {
    let named = table.get_texts("days", report);
    let mut days = named.iter().filter_map(|(text, place)| span_of_days(text, *place, report)).fold(0, |a, b| a | b);
    let hours = table.get_texts("hours", report);
    if named.is_empty() && hours.is_empty() {
        return vec![];
    }
    if named.is_empty() {
        days = ALL_DAYS;
    }
    if hours.is_empty() {
        return vec![Window { days, from: 0, to: MINUTES }];
    }
    let spans = hours.iter().filter_map(|(text, place)| span_of_hours(text, *place, report));
    spans.map(|(from, to)| Window { days, from, to }).collect()
}

/// Hours of any number of days in one text each: "mon-fri 07:00-18:00", "sat, sun 08:00-12:00", "07:00-18:00".
pub fn open(table: &Table, key: &str, report: &mut Report) -> Vec<Window> {
    let texts = table.get_texts(key, report);
    let read = texts.iter().filter_map(|(text, place)| {
        let (days, hours) = text.trim().rsplit_once(char::is_whitespace).unwrap_or(("", text));
        let (from, to) = span_of_hours(hours, *place, report)?;
        let named = days.split(',').filter(|span| !span.trim().is_empty());
        let spans: Vec<Option<u8>> = named.map(|span| span_of_days(span, *place, report)).collect();
        let days =
            if spans.is_empty() { ALL_DAYS } else { spans.into_iter().try_fold(0, |all, one| Some(all | one?))? };
        Some(Window { days, from, to })
    });
    read.collect()
}

/// "mon", "mon-fri"; "fri-mon" goes over the end of the week.
fn span_of_days(text: &str, place: Place, report: &mut Report) -> Option<u8> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let mut day = |name: &str| {
        let name = name.trim().to_lowercase();
        let found = DAYS.iter().position(|day| *day == name);
        if found.is_none() {
            report.error(place, format!("there is no day `{name}`"), suggest(&name, DAYS));
        }
        found
    };
    let (first, last) = (day(first)?, day(last)?);
    let length = (last + 7 - first) % 7;
    Some((0..=length).fold(0, |days, n| days | 1 << ((first + n) % 7)))
}

/// "14:00-16:30".
fn span_of_hours(text: &str, place: Place, report: &mut Report) -> Option<(u16, u16)> {
    let span = text.split_once('-').and_then(|(from, to)| Some((minutes(from)?, minutes(to)?)));
    let span = span.filter(|(from, to)| from != to && *from < MINUTES);
    if span.is_none() {
        report.error(place, format!("`{text}` is no span of hours"), "write for example hours = \"14:00-16:30\"");
    }
    span
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let valid = digits(hours) && hours.len() <= 2 && digits(minutes) && minutes.len() == 2;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let of_day = hours * 60 + minutes;
    (valid && minutes < 60 && of_day <= MINUTES).then_some(of_day)
}
