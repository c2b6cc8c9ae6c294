//! `saycart stock`: how much there is of what is counted, and what is gone.

use super::orders::{listed, table};
use super::*;
use crate::service::records::{FOR_EVER, Records, StockChange, StockKey, StockLevel};
use crate::service::{Clock, SystemClock};
use crate::shop::{Shop, Unit};

#[derive(Debug, Args)]
pub struct StockArgs {
    #[command(subcommand)]
    pub command: StockCommand,
}

#[derive(Debug, Subcommand)]
pub enum StockCommand {
    /// All that is counted, or gone
    List {
        /// Print one JSON object a thing
        #[arg(long)]
        json: bool,
    },
    /// Say how much there is of an item, or of an option as LIST/OPTION
    Set {
        /// An item by its name or key, or an option as LIST/OPTION
        name: String,
        /// Pieces, or an amount of the item's unit
        #[arg(required_unless_present_any = ["gone", "uncounted"], conflicts_with_all = ["gone", "uncounted"])]
        amount: Option<String>,
        /// It has run out
        #[arg(long, conflicts_with = "uncounted")]
        gone: bool,
        /// When it will be back, by the clock of this machine
        #[arg(long, requires = "gone", value_name = "HH:MM")]
        until: Option<String>,
        /// It is there as the shop description says, and nobody counts it
        #[arg(long)]
        uncounted: bool,
    },
    /// Set many at once from a CSV file with the columns `name` and `amount`
    Import { file: PathBuf },
}

pub fn run(env: &Environment, args: &StockArgs) -> Result<(), CliError> {
    let shop = shop::load(&env.config.values.shop)?;
    let database = env.config.database();
    match &args.command {
        StockCommand::List { json } => {
            let levels = Records::open(&database).and_then(|records| records.stock(&shop.key));
            print::text(listed(levels, *json, |levels| list(&shop, levels))?)
        }
        StockCommand::Set { name, amount, gone, until, .. } => {
            let thing = thing(&shop, name)?;
            let change = match (amount, gone, until) {
                (Some(amount), ..) => StockChange::Amount(thing.amount(amount)?),
                (None, true, Some(until)) => StockChange::GoneUntil(next(until)?),
                (None, true, None) => StockChange::GoneUntil(FOR_EVER),
                (None, false, _) => StockChange::NotCounted,
            };
            write(&database, &shop, &[(thing.key, change)])?;
            print::line(format!("{} is set.", thing.title))
        }
        StockCommand::Import { file } => {
            let changes = import(&shop, file)?;
            write(&database, &shop, &changes)?;
            print::line(format!("{} set.", shop::count(changes.len(), "thing is", "things are")))
        }
    }
}

fn write(database: &std::path::Path, shop: &Shop, changes: &[(StockKey, StockChange)]) -> Result<(), CliError> {
    let records = Records::open_or_begin(database);
    records.and_then(|mut records| records.set_stock(&shop.key, changes)).map_err(CliError::new)
}

/// What can be counted, and how.
struct Thing {
    key: StockKey,
    title: String,
    measured: bool,
}

impl Thing {
    /// Thousandths of the unit where it is measured out, else pieces.
    fn amount(&self, text: &str) -> Result<u32, CliError> {
        let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let read = || {
            let valid = !whole.is_empty() && digits(whole) && digits(part) && part.len() <= 3;
            let whole: u32 = valid.then(|| whole.parse().ok())??;
            match self.measured {
                true => whole.checked_mul(1_000)?.checked_add(format!("{part:0<3}").parse().ok()?),
                false => part.is_empty().then_some(whole),
            }
        };
        let kind = if self.measured { "an amount such as 12.5" } else { "a whole number" };
        read().ok_or_else(|| CliError::new(format!("`{text}` is no amount of {}; write {kind}", self.title)))
    }

    fn written(&self, amount: u32) -> String {
        match self.measured {
            true => crate::commerce::cart::Quantity::thousandths(amount).decimal(),
            false => amount.to_string(),
        }
    }
}

fn thing(shop: &Shop, name: &str) -> Result<Thing, CliError> {
    if let Some(item) = shop.item_called(name) {
        let item = shop.item(item);
        let (key, title) = (StockKey::Item(item.key.clone()), item.names.title.clone());
        return Ok(Thing { key, title, measured: matches!(item.unit, Unit::Measure(_)) });
    }
    if let Some(option) = shop.option_called(name) {
        let (list, of) = (shop.option_list(option.list), shop.option(option));
        let title = of.names.title.clone();
        return Ok(Thing { key: StockKey::option(&list.key, &of.key), title, measured: false });
    }
    let help = "`saycart shop show` prints what there is; an option is written LIST/OPTION";
    Err(CliError::new(format!("nothing in this shop is called `{name}`; {help}")))
}

/// The next time that the clock shows this.
fn next(text: &str) -> Result<i64, CliError> {
    const DAY: i64 = 24 * 60 * 60_000;
    let minutes = || {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
    };
    let minutes = minutes().ok_or_else(|| CliError::new(format!("`{text}` is no time; write for example 16:30")))?;
    let clock = SystemClock::new();
    let wait = (minutes * 60_000 - clock.local().rem_euclid(DAY)).rem_euclid(DAY);
    Ok(clock.now() + wait)
}

/// Every mistake ends it before anything is set.
fn import(shop: &Shop, file: &std::path::Path) -> Result<Vec<(StockKey, StockChange)>, CliError> {
    let wrong = |line: u64, what: String| CliError::new(format!("{}:{line}: {what}", file.display()));
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_path(file)
        .map_err(|error| CliError::new(format!("{} cannot be read: {error}", file.display())))?;
    let heads = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
    let column = |name: &str| {
        heads
            .iter()
            .position(|head| head.eq_ignore_ascii_case(name))
            .ok_or_else(|| wrong(1, format!("there is no column `{name}`; the first line must be: name,amount")))
    };
    let (name, amount) = (column("name")?, column("amount")?);
    let mut changes = vec![];
    for row in reader.records() {
        let row = row.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let thing = thing(shop, cell(name)).map_err(|error| wrong(line, error.to_string()))?;
        let amount = thing.amount(cell(amount)).map_err(|error| wrong(line, error.to_string()))?;
        changes.push((thing.key, StockChange::Amount(amount)));
    }
    Ok(changes)
}

fn list(shop: &Shop, levels: &[StockLevel]) -> String {
    if levels.is_empty() {
        return "Nothing is counted.\n".into();
    }
    let now = SystemClock::new().now();
    let mut rows = vec![["LEFT", "HELD", "WHAT", "GONE"].map(String::from)];
    rows.extend(levels.iter().map(|level| {
        let (StockKey::Item(key) | StockKey::Option(key)) = &level.key;
        let thing = thing(shop, key).ok();
        let written = |amount: u32| thing.as_ref().map_or(amount.to_string(), |thing| thing.written(amount));
        let gone = match level.gone_until {
            Some(FOR_EVER) => "until it is set".into(),
            Some(until) if until > now => format!("for {} min", (until - now) / 60_000 + 1),
            Some(_) | None => String::new(),
        };
        let left = level.amount.map_or_else(|| "-".into(), |amount| written(amount.saturating_sub(level.reserved)));
        let held = if level.reserved == 0 { String::new() } else { written(level.reserved) };
        [left, held, key.clone(), gone]
    }));
    table(&rows, 0)
}
