//! A turn on the terminal: what was heard and understood, the cart with prices, the reply, the time of each stage.

use anstyle::{AnsiColor, Style};

use super::{CliError, print};
use crate::commerce::cart::{Grade, Quantity};
use crate::commerce::checkout::CheckoutStatus;
use crate::commerce::view::{CartView, LineItem, TakenOption};
use crate::reply::Reply;
use crate::service::view::TurnView;
use crate::shop::Shop;

const HEARD: Style = AnsiColor::Cyan.on_default();
const SAID: Style = AnsiColor::Green.on_default().bold();
const FAINT: Style = Style::new().dimmed();
const TOTAL: Style = Style::new().bold();
/// The stages in the order of the way through; `tts_first` is the first sentence of the reply.
const STAGES: [&str; 7] = ["hear", "stt", "understand", "dialogue", "store", "tts_first", "tts"];
/// Where the amounts end, in columns.
const WIDTH: usize = 56;

/// `heard`: with the transcript.
pub fn turn(view: &TurnView, shop: &Shop, heard: bool) -> Result<(), CliError> {
    if heard {
        print::line(format_args!("{HEARD}you      {}{HEARD:#}", view.transcript))?;
    }
    for act in &view.acts {
        print::line(format_args!("{FAINT}         · {}{FAINT:#}", act.act))?;
    }
    cart(&view.cart, shop)?;
    print::line(format_args!("{SAID}saycart  {}{SAID:#}", view.reply.text))?;
    go_on(view)?;
    if let Some(wav) = &view.reply.wav {
        print::line(format_args!("{FAINT}         {}{FAINT:#}", wav.display()))?;
    }
    let times: Vec<String> =
        STAGES.iter().filter_map(|stage| Some(format!("{stage} {:.0} ms", view.times_ms.get(*stage)?))).collect();
    print::line(format_args!("{FAINT}         {}{FAINT:#}\n", times.join(" · ")))
}

/// Where the customer pays, and how whoever types sees what became of it.
pub fn go_on(view: &TurnView) -> Result<(), CliError> {
    let Some(checkout) = view.checkout.as_ref().filter(|one| one.status == CheckoutStatus::CompleteInProgress) else {
        return Ok(());
    };
    if let Some(url) = &checkout.continue_url {
        print::line(format_args!("         {url}"))?;
    }
    print::line(format_args!("{FAINT}         the payment is under way; Enter looks how far it is{FAINT:#}"))
}

pub fn reply(reply: &Reply) -> Result<(), CliError> {
    print::line(format_args!("{SAID}saycart  {}{SAID:#}\n", reply.text))
}

fn cart(view: &CartView, shop: &Shop) -> Result<(), CliError> {
    for line in &view.line_items {
        let amount = line.totals.last().map_or(line.item.price, |total| total.amount);
        row(&counted(line), &shop.currency.format(amount), Style::new())?;
        let options = line.options.iter().filter(|option| !option.default).map(option);
        for further in options.chain(line.notes.iter().map(|note| format!("“{note}”"))) {
            print::line(format_args!("{FAINT}             {further}{FAINT:#}"))?;
        }
    }
    if view.line_items.is_empty() {
        return Ok(());
    }
    let further: Vec<String> =
        view.options.iter().filter(|o| !o.default).map(option).chain(view.customer_name.clone()).collect();
    let needs = view.needs.iter().map(|need| if need.diet { need.words.clone() } else { format!("⚠ {}", need.words) });
    let further: Vec<String> = further.into_iter().chain(needs).collect();
    if !further.is_empty() {
        print::line(format_args!("{FAINT}         {}{FAINT:#}", further.join(" · ")))?;
    }
    // One row says it all where nothing is added to the subtotal.
    let rows = if view.totals.len() == 2 { &view.totals[1..] } else { &view.totals[..] };
    for total in rows {
        row(&format!("  {}", total.display_text), &shop.currency.format(total.amount), TOTAL)?;
    }
    Ok(())
}

fn counted(line: &LineItem) -> String {
    match (&line.unit, line.quantity) {
        (Some(unit), quantity) => format!("{} {unit} {}", quantity.decimal(), line.item.title),
        (None, Quantity::Count(1)) => format!("1 {}", line.item.title),
        (None, quantity) => format!("{} {}", quantity.decimal(), line.item.title),
    }
}

fn option(option: &TakenOption) -> String {
    let sign = match (option.negated, option.grade) {
        (true, _) => "− ",
        (false, Some(Grade::Extra)) => "+ ",
        (false, Some(Grade::Light)) => "~ ",
        (false, None) => "",
    };
    let count = if option.count > 1 { format!("{} × ", option.count) } else { String::new() };
    format!("{sign}{count}{}", option.title)
}

fn row(text: &str, amount: &str, style: Style) -> Result<(), CliError> {
    let gap = WIDTH.saturating_sub(text.chars().count() + amount.chars().count()).max(1);
    print::line(format_args!("{style}         {text}{}{amount}{style:#}", " ".repeat(gap)))
}
