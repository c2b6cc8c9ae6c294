//! How orders can be paid: `[payment]`.

use super::diagnose::{Report, suggest};
use super::model::*;
use super::value::{Table, Value, absolute};

const WAYS: [(&str, PayBy); 4] =
    [("counter", PayBy::Counter), ("cash", PayBy::Cash), ("card", PayBy::Card), ("account", PayBy::Account)];

/// What `[payment.card]` says where no command takes the cards.
const OF_STRIPE: [&str; 6] = ["url", "secret_file", "reader", "thanks", "news", "news_secret_file"];

pub fn read(table: &Table, report: &mut Report) -> Payments {
    table.only("`[payment]`", &["ways", "card"], report);
    let named = table.get_texts("ways", report);
    let mut ways: Vec<PayBy> = vec![];
    for (name, place) in named {
        match WAYS.iter().find(|(key, _)| *key == name) {
            Some((_, way)) if ways.contains(way) => {
                report.error(place, format!("`{name}` stands twice"), "name each way to pay once");
            }
            Some((_, way)) => ways.push(*way),
            None => {
                let help = suggest(&name, WAYS.map(|(key, _)| key));
                report.error(place, format!("there is no way to pay `{name}`"), help);
            }
        }
    }
    let card = table.get("card").and_then(|value| read_card(value, report));
    match (ways.contains(&PayBy::Card), table.get("card")) {
        (true, None) => {
            let help = "describe who takes them in [payment.card], or leave \"card\" out of `ways`";
            report.error(table.place, "nothing says who takes the cards", help);
        }
        (false, Some(value)) => {
            report.error(value.place, "cards are taken, and no way to pay", "add \"card\" to `ways`");
        }
        (true, Some(_)) | (false, None) => {}
    }
    if ways.is_empty() {
        report.error(table.place, "`[payment]` names no way to pay", "write ways = [\"card\", \"counter\"]");
    }
    Payments { ways, card }
}

fn read_card(value: &Value, report: &mut Report) -> Option<CardProvider> {
    let table = value.table("`[payment.card]`", report)?;
    table.only("`[payment.card]`", &[&["command"], &OF_STRIPE[..]].concat(), report);
    if let Some(command) = table.get_text("command", report) {
        for key in OF_STRIPE {
            if let Some(value) = table.get(key) {
                report.error(value.place, format!("`{key}` says nothing to a command"), "leave it out");
            }
        }
        return Some(CardProvider::Command(command));
    }
    let Some(secret_file) = table.get("secret_file") else {
        let help =
            "add secret_file = \"/etc/saycart/stripe.key\", or command = \"…\" where another program takes cards";
        report.error(table.place, "`[payment.card]` has no `secret_file`", help);
        return None;
    };
    let file = |value: &Value, key: &str, report: &mut Report| {
        let text = value.text(&format!("`{key}`"), report)?;
        absolute(value, &text, report)
    };
    let secret_file = file(secret_file, "secret_file", report)?;
    let url = match table.get("url") {
        Some(value) => read_url(value, report)?,
        None => "https://api.stripe.com".into(),
    };
    let news = match (table.get("news"), table.get("news_secret_file")) {
        (Some(address), Some(secret)) => {
            Some((read_address(address, report)?, file(secret, "news_secret_file", report)?))
        }
        (Some(value), None) => {
            let help = "add news_secret_file = \"/etc/saycart/news.secret\" with what they are signed with";
            report.error(value.place, "news that are not signed are anybody's", help);
            None
        }
        (None, Some(value)) => {
            report.error(value.place, "nothing says where to listen for news", "add news = \"127.0.0.1:8787\"");
            None
        }
        (None, None) => None,
    };
    let reader = table.get_text("reader", report);
    let thanks = match (table.get("thanks"), &reader) {
        (Some(value), _) => Some(read_page(value, report)?),
        (None, Some(_)) => None,
        (None, None) => {
            let help = "add thanks = \"https://…\", a page of yours, or reader = \"tmr_…\" where cards are held to one";
            report.error(table.place, "nothing says where somebody is sent who has paid by a link", help);
            None
        }
    };
    Some(CardProvider::Stripe(Stripe { url, secret_file, reader, thanks, news }))
}

fn read_page(value: &Value, report: &mut Report) -> Option<String> {
    let text = value.text("`thanks`", report)?;
    let web = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    if !web {
        report.error(value.place, format!("`{text}` is no address of a page"), "write thanks = \"https://…\"");
        return None;
    }
    Some(text)
}

fn read_url(value: &Value, report: &mut Report) -> Option<String> {
    let text = value.text("`url`", report)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    if host.is_empty() || text.contains(char::is_whitespace) {
        report.error(value.place, format!("`{text}` is no address"), "write url = \"https://…\"");
        return None;
    }
    if text.starts_with("http://") && !["localhost", "127.0.0.1"].contains(&host) {
        let message = "money is asked for where others can listen";
        report.error(value.place, message, "write https://…");
        return None;
    }
    Some(text.trim_end_matches('/').to_string())
}

fn read_address(value: &Value, report: &mut Report) -> Option<String> {
    let text = value.text("`news`", report)?;
    if text.parse::<std::net::SocketAddr>().is_err() {
        let help = "write an address of this machine with a port: news = \"127.0.0.1:8787\"";
        report.error(value.place, format!("`{text}` is nothing to listen at"), help);
        return None;
    }
    Some(text)
}
