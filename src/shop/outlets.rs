//! Who is told of an order besides the customer: tickets for people, webhooks for programs.

use super::diagnose::{Report, suggest};
use super::frame::Frame;
use super::model::*;
use super::names::fold;
use super::value::{Entry, Table, Value, absolute};

/// Where printers listen, unless their address says another port.
const PRINTER_PORT: u16 = 9100;
/// Columns of the usual roll of 80 mm, and what a roll may have.
const WIDTH: u16 = 42;
const WIDTHS: std::ops::RangeInclusive<u32> = 20..=255;

/// The text of a file beside `shop.toml`; where it cannot be read, that has been reported.
pub type ReadFile<'a> = &'a dyn Fn(&Value, &mut Report) -> Option<String>;

pub fn read(tickets: &Table, webhooks: &Table, frame: &Frame, file: ReadFile<'_>, report: &mut Report) -> Outlets {
    let outlets = Outlets {
        tickets: tickets.entries.iter().filter_map(|entry| read_ticket(entry, frame, file, report)).collect(),
        webhooks: webhooks.entries.iter().filter_map(|entry| read_webhook(entry, report)).collect(),
    };
    for entry in &webhooks.entries {
        if tickets.get(&entry.key).is_some() {
            let message = format!("a ticket is called `{}` too", entry.key);
            report.error(entry.place, message, "give one of them another name");
        }
    }
    outlets
}

fn read_ticket(entry: &Entry, frame: &Frame, file: ReadFile<'_>, report: &mut Report) -> Option<Ticket> {
    let owner = format!("the ticket `{}`", entry.key);
    let table = entry.value.table(&owner, report)?;
    table.only(&owner, &["printer", "command", "file", "categories", "template", "width", "encoding"], report);
    let way = read_way(table, &owner, report);
    let categories = table.get_texts("categories", report);
    let categories = categories.into_iter().filter_map(|(name, place)| {
        let folded = fold(&name);
        let called = |category: &Category| category.key == name || fold(&category.names.title) == folded;
        let found = frame.categories.iter().position(called);
        if found.is_none() {
            let keys: Vec<&str> = frame.categories.iter().map(|category| category.key.as_str()).collect();
            report.error(place, format!("there is no category `{name}`"), suggest(&name, keys));
        }
        found.map(|at| CategoryId(at as u16))
    });
    let categories = categories.collect();
    let template = table.get("template").and_then(|value| {
        let text = file(value, report)?;
        let found = minijinja::Environment::new().template_from_str(&text).err();
        if let Some(wrong) = &found {
            let line = wrong.line().map_or(String::new(), |line| format!(" in line {line}"));
            let name = value.text("`template`", report).unwrap_or_default();
            let message = format!("`{name}` cannot be read as a template{line}: {}", said(wrong));
            report.error(value.place, message, "see \"Tickets\" in docs/shop-format.md for what may stand in one");
        }
        found.is_none().then_some(text)
    });
    let width = table.get("width").and_then(|value| value.whole("width", WIDTHS, report)).map_or(WIDTH, |n| n as u16);
    let encoding = table.get("encoding").and_then(|value| read_encoding(value, report)).unwrap_or_default();
    Some(Ticket { key: entry.key.clone(), way: way?, categories, template, width, encoding })
}

/// What is wrong, without what kind of mistake it is.
fn said(wrong: &minijinja::Error) -> String {
    wrong.detail().map_or_else(|| wrong.kind().to_string(), str::to_string)
}

fn read_way(table: &Table, owner: &str, report: &mut Report) -> Option<TicketWay> {
    let given: Vec<&Entry> =
        table.entries.iter().filter(|entry| ["printer", "command", "file"].contains(&entry.key.as_str())).collect();
    let [entry] = given[..] else {
        let message = format!("{owner} needs one way to go, and has {}", given.len());
        report.error(table.place, message, "write one of printer = \"192.168.1.40\", command = \"…\", file = \"/…\"");
        return None;
    };
    let text = entry.value.text(&format!("`{}`", entry.key), report)?;
    match entry.key.as_str() {
        "command" => Some(TicketWay::Command(text)),
        "file" => absolute(&entry.value, &text, report).map(TicketWay::File),
        _ => {
            let address = printer_address(&text);
            if address.is_none() {
                let help = "write the printer's name or number in the network, with its port if that is not 9100: \
                            \"192.168.1.40:9100\"";
                report.error(entry.value.place, format!("`{text}` is no address of a printer"), help);
            }
            address.map(TicketWay::Printer)
        }
    }
}

/// With its port.
fn printer_address(text: &str) -> Option<String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()?),
        Some(_) if !text.ends_with(']') => return None,
        Some(_) | None => (text, PRINTER_PORT),
    };
    let plain = |c: char| c.is_alphanumeric() || "-._[]:%".contains(c);
    (!host.is_empty() && port != 0 && host.chars().all(plain)).then(|| format!("{host}:{port}"))
}

fn read_encoding(value: &Value, report: &mut Report) -> Option<Encoding> {
    let text = value.text("`encoding`", report)?.to_lowercase();
    let found = Encoding::ALL.iter().find(|(name, _)| *name == text);
    if found.is_none() {
        let help = suggest(&text, Encoding::ALL.map(|(name, _)| name));
        report.error(value.place, format!("no printer is known to take `{text}`"), help);
    }
    found.map(|(_, encoding)| *encoding)
}

fn read_webhook(entry: &Entry, report: &mut Report) -> Option<Webhook> {
    let owner = format!("the webhook `{}`", entry.key);
    let table = entry.value.table(&owner, report)?;
    table.only(&owner, &["url", "secret_file"], report);
    let url = table.get("url").and_then(|value| {
        let url = value.text("`url`", report)?;
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        if rest.is_empty() || rest.starts_with('/') || url.contains(char::is_whitespace) {
            report.error(value.place, format!("`{url}` is no address"), "write url = \"https://…\"");
            return None;
        }
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if url.starts_with("http://") && !["localhost", "127.0.0.1"].contains(&host) {
            let message = "orders go to this address where others can read them";
            report.warning(value.place, message, "use https:// if the program there can");
        }
        Some(url)
    });
    let secret_file = table.get("secret_file").and_then(|value| {
        let text = value.text("`secret_file`", report)?;
        absolute(value, &text, report)
    });
    for (key, example) in [("url", "\"https://…\""), ("secret_file", "\"/etc/saycart/webhook.secret\"")] {
        if table.get(key).is_none() {
            report.error(entry.place, format!("{owner} has no `{key}`"), format!("add {key} = {example}"));
        }
    }
    Some(Webhook { key: entry.key.clone(), url: url?, secret_file: secret_file? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_listens_where_printers_do() {
        for (written, address) in [
            ("192.168.1.40", Some("192.168.1.40:9100")),
            ("kitchen.local:9101", Some("kitchen.local:9101")),
            ("[fe80::1]", Some("[fe80::1]:9100")),
            ("[fe80::1]:9101", Some("[fe80::1]:9101")),
            ("fe80::1", None),
            ("kitchen:0", None),
            ("kitchen:print", None),
            ("tcp://kitchen", None),
            ("the kitchen", None),
        ] {
            assert_eq!(printer_address(written).as_deref(), address, "{written}");
        }
    }
}
