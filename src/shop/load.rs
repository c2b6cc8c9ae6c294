//! Loading a shop description: every mistake is found in one go, with its line and how to mend it.

use std::path::Path;

use crate::lang::Language;
use crate::money::Currency;

use super::check::{self, Pronounce};
use super::diagnose::{Diagnostics, Place, Report, nearest};
use super::frame::{Frame, INHERITED, Inherited, MAX_QUANTITY, inherit};
use super::items::Items;
use super::model::{Category, CategoryId, Shop, TaxClass};
use super::names::{self, fold};
use super::options::Lists;
use super::terms::Places;
use super::value::{Kind, Table, Value, rate};
use super::{fulfilment, outlets, payment, promotions, sheet, syntax, terms};

/// The file that every shop directory has.
pub const FILE: &str = "shop.toml";

/// What stands at the top of it.
const KEYS: [&str; 18] = [
    "name",
    "key",
    "language",
    "currency",
    "hours",
    "defaults",
    "tax",
    "options",
    "categories",
    "order",
    "fulfilment",
    "items",
    "promotions",
    "fees",
    "tips",
    "payment",
    "tickets",
    "webhooks",
];

/// A shop that can be used, and what could still be better about its description.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub shop: Shop,
    pub warnings: Diagnostics,
}

impl Shop {
    /// Read the description in `dir` (`shop.toml` and the sheets that it names).
    ///
    /// Errors: every mistake found, in the order of the files; warnings stand among them.
    pub fn load(dir: &Path) -> Result<Loaded, Diagnostics> {
        read(&|name| std::fs::read(dir.join(name)), None)
    }

    /// As [`Shop::load`], and listen for names that sound the same: slower, for the owner and not for every start.
    pub fn check(dir: &Path, pronounce: Pronounce<'_>) -> Result<Loaded, Diagnostics> {
        read(&|name| std::fs::read(dir.join(name)), Some(pronounce))
    }
}

/// A file's name, relative to the shop's directory → its bytes.
pub type Files<'a> = &'a dyn Fn(&str) -> std::io::Result<Vec<u8>>;

/// As [`Shop::load`] or, given how names sound, [`Shop::check`], with the files from wherever `files` takes them.
pub fn read(files: Files<'_>, pronounce: Option<Pronounce<'_>>) -> Result<Loaded, Diagnostics> {
    let mut report = Report::default();
    let shop = read_shop(files, pronounce, &mut report);
    let failed = report.errors() > 0;
    let found = report.finish();
    match shop {
        Some(shop) if !failed => Ok(Loaded { shop, warnings: found }),
        _ => Err(found),
    }
}

fn read_shop(files: Files<'_>, pronounce: Option<Pronounce<'_>>, report: &mut Report) -> Option<Shop> {
    let (top, start) = read_top(files, report)?;
    let (mut shop, language) = read_head(&top, start, report);
    let empty = Table { entries: vec![], place: start };
    let section = |key: &str, report: &mut Report| {
        // A misspelt heading has been reported; what stands below it need not be missed everywhere besides.
        let misspelt = || top.entries.iter().find(|e| nearest(&e.key, KEYS) == Some(key)).map(|e| &e.value);
        let value = top.get(key).or_else(misspelt);
        value.and_then(|v| v.table(&format!("`{key}`"), report)).unwrap_or(&empty)
    };
    let taxes = read_taxes(section("tax", report), report);
    let lists = Lists::read(section("options", report), &shop.currency, report);
    let mut frame = Frame {
        currency: shop.currency.clone(),
        lists,
        taxes,
        units: language.as_ref().map(|l| l.units.clone()).unwrap_or_default(),
        categories: vec![],
        category_places: vec![],
        inherited: vec![],
    };

    let mut base = Inherited { max_quantity: MAX_QUANTITY, ..Inherited::default() };
    let defaults = section("defaults", report);
    defaults.only("`defaults`", &INHERITED, report);
    inherit(&mut base, defaults, &frame, report);

    let mut items = Items::default();
    for (category, body) in read_categories(section("categories", report), &base, &mut frame, report) {
        read_items(body, Some(category), &frame, files, &mut items, report);
    }
    read_items(&top, None, &frame, files, &mut items, report);
    if items.items.is_empty() && report.errors() == 0 {
        report.error(start, "the shop sells nothing", "add items to a category: [[categories.drinks.items]]");
    }
    let order = section("order", report);
    order.only("`order`", &["options", "minimum", "approval", "approval_code_file", "rounding"], report);
    if let Some(value) = order.get("options") {
        shop.order_options = frame.lists.taken(value, &[], &frame.currency, report);
    }
    let places = Places::of(&frame.lists, &shop.order_options);
    terms::tax_by_place(section("tax", report), &places, &mut frame.taxes, report);
    shop.terms = terms::read(&top, order, &places, &frame, report);
    shop.fulfilment = fulfilment::read(section("fulfilment", report), &places, report);
    let (tickets, webhooks) = (section("tickets", report), section("webhooks", report));
    shop.outlets = outlets::read(tickets, webhooks, &frame, &|value, report| named_file(files, value, report), report);
    if let Some(value) = top.get("payment")
        && let Some(table) = value.table("`payment`", report)
    {
        shop.payments = payment::read(table, report);
    }
    shop.terms.promotions = promotions::read(&top, &places, &frame, &items.items, report);
    check::items(&items, report);
    if report.errors() == 0 {
        check::unused(&items, &frame, &shop.order_options, report);
    }
    if let (Some(pronounce), Some(language)) = (pronounce, &language) {
        check::sounds(&items, language, pronounce, report);
    }

    shop.categories = frame.categories;
    shop.option_lists = frame.lists.lists;
    shop.tax_classes = frame.taxes;
    shop.items = items.items;
    shop.diet = language.map(|language| language.diet).unwrap_or_default();
    Some(shop)
}

/// The file `shop.toml` as a table, and where it begins.
fn read_top(files: Files<'_>, report: &mut Report) -> Option<(Table, Place)> {
    let start = |source| Place { source, start: 0, end: 0 };
    match open(files, FILE) {
        Ok(text) => {
            let source = report.add_source(FILE, &text);
            Some((syntax::parse(&text, source, report)?, start(source)))
        }
        Err(why) => {
            let source = report.add_source(FILE, "");
            let help = "a shop is a directory with a file shop.toml in it; see assets/shops/cafe for one to copy";
            report.error(start(source), why.message, why.help.unwrap_or_else(|| help.into()));
            None
        }
    }
}

/// What the shop says of itself, and the language that its texts are to be read in, where it is known.
fn read_head(top: &Table, start: Place, report: &mut Report) -> (Shop, Option<Language>) {
    top.only("a shop", &KEYS, report);
    let mut shop = Shop { hours: top.get_text("hours", report), ..Shop::default() };
    shop.name = needed(top, "name", "\"Corner Café\"", start, report);
    shop.key = key(top, &shop.name, report);
    shop.language = needed(top, "language", "\"en\"", start, report).to_lowercase();
    let language = known_language(&shop.language, top.get("language"), report);
    let currency = needed(top, "currency", "\"USD\"", start, report);
    if !currency.is_empty() {
        match Currency::of(&currency) {
            Ok(known) => shop.currency = known,
            Err(why) => {
                let at = top.get("currency").map_or(start, |v| v.place);
                report.error(at, why.problem(), why.mend());
            }
        }
    }
    (shop, language)
}

/// The key that the shop is given, or else one made from its name, which holds only as long as the name does.
fn key(top: &Table, name: &str, report: &mut Report) -> String {
    let made = names::shop_key(name);
    if let Some(value) = top.get("key") {
        let Some(key) = value.text("`key`", report) else { return made };
        if !names::is_shop_key(&key) {
            let help = format!("write lowercase letters, digits and hyphens: key = \"{}\"", names::shop_key(&key));
            report.error(value.place, format!("`{key}` cannot be the key of a shop"), help);
        }
        return key;
    }
    // Where there is no name, that has been reported.
    if let Some(named) = top.get("name").filter(|_| !name.is_empty()) {
        let message = "the shop has no `key`: if it is renamed, its carts are not found again";
        report.warning(named.place, message, format!("write key = \"{made}\""));
    }
    made
}

/// Put the categories into the frame; what is returned says where the items of each are described, which are read
/// only once all categories are known.
fn read_categories<'a>(
    table: &'a Table,
    base: &Inherited,
    frame: &mut Frame,
    report: &mut Report,
) -> Vec<(CategoryId, &'a Table)> {
    let mut listed = vec![];
    for entry in &table.entries {
        let Some(body) = entry.value.table(&format!("the category `{}`", entry.key), report) else { continue };
        let owner = format!("the category `{}`", entry.key);
        body.only(&owner, &[&names::KEYS[..], &INHERITED, &["items"]].concat(), report);
        let Some(read) = names::read(body, Some((&entry.key, entry.place)), &owner, report) else { continue };
        if let Some(twin) = frame.categories.iter().find(|c| fold(&c.names.title) == fold(&read.names.title)) {
            let message = format!("the category `{}` is called `{}` too", twin.key, read.names.title);
            report.error(read.place, message, "give one of them another name");
        }
        let mut inherited = base.clone();
        inherit(&mut inherited, body, frame, report);
        listed.push((CategoryId(frame.categories.len() as u16), body));
        frame.categories.push(Category { key: entry.key.clone(), names: read.names });
        frame.category_places.push(entry.place);
        frame.inherited.push(inherited);
    }
    listed
}

fn read_taxes(table: &Table, report: &mut Report) -> Vec<TaxClass> {
    let mut taxes: Vec<TaxClass> = vec![];
    for entry in table.entries.iter().take(usize::from(u16::MAX)) {
        let owner = format!("the tax class `{}`", entry.key);
        let Some(body) = entry.value.table(&owner, report) else { continue };
        body.only(&owner, &["title", "rate", "included", "rates"], report);
        let title = body.get_text("title", report).unwrap_or_else(|| entry.key.clone());
        let rate = match body.get("rate") {
            Some(value) => rate(value, report),
            None => {
                report.error(entry.place, format!("{owner} has no rate"), "add rate = \"8.875\" (percent)");
                None
            }
        };
        let included = body.get_flag("included", report).unwrap_or(false);
        let rate_thousandths = rate.unwrap_or(0);
        // By place they differ once it is known which places there are.
        taxes.push(TaxClass { key: entry.key.clone(), title, rate_thousandths, included, rates: vec![] });
    }
    taxes
}

/// The items of `table`: written here, or in the sheets that it names.
fn read_items(
    table: &Table,
    category: Option<CategoryId>,
    frame: &Frame,
    files: Files<'_>,
    items: &mut Items,
    report: &mut Report,
) {
    let Some(value) = table.get("items") else { return };
    let single = std::slice::from_ref(value);
    let values = if let Kind::List(values) = &value.kind { &values[..] } else { single };
    for value in values {
        if let Kind::Table(item) = &value.kind {
            items.add(item, category, frame, report);
            continue;
        }
        let Some(name) = value.text("the file of an item list", report) else { continue };
        match open(files, &name) {
            Ok(text) => {
                let source = report.add_source(&name, &text);
                for row in sheet::read(&text, source, report) {
                    items.add(&row, category, frame, report);
                }
            }
            Err(why) => {
                let help = "an item is { name = \"…\", price = \"…\" }; a text here names a CSV file beside shop.toml";
                report.error(value.place, why.message, why.help.unwrap_or_else(|| help.into()));
            }
        }
    }
}

/// The text of the file that a value names.
fn named_file(files: Files<'_>, value: &Value, report: &mut Report) -> Option<String> {
    let name = value.text("the name of a file", report)?;
    let unopened = |why: Unopened| {
        let help = why.help.unwrap_or_else(|| "name a file beside shop.toml".into());
        report.error(value.place, why.message, help);
    };
    open(files, &name).map_err(unopened).ok()
}

/// Why a file could not be opened; `help` where it is more than that it is not there.
struct Unopened {
    message: String,
    help: Option<String>,
}

fn open(files: Files<'_>, name: &str) -> Result<String, Unopened> {
    let bytes = files(name).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Unopened { message: format!("there is no file `{name}`"), help: None },
        _ => Unopened {
            message: format!("`{name}` cannot be read: {error}"),
            help: Some("check that it is a file, and its permissions".into()),
        },
    })?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map_or(bytes.clone(), <[u8]>::to_vec);
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        Unopened {
            message: format!("`{name}` is not UTF-8 text: line {line} holds bytes of another encoding"),
            help: Some("save it again as UTF-8 (in a spreadsheet: \"CSV UTF-8\")".into()),
        }
    })
}

fn needed(table: &Table, key: &str, example: &str, start: Place, report: &mut Report) -> String {
    if table.get(key).is_none() {
        report.error(start, format!("the shop has no `{key}`"), format!("add {key} = {example} at the top"));
    }
    table.get(key).and_then(|v| v.text(&format!("`{key}`"), report)).unwrap_or_default()
}

fn known_language(code: &str, value: Option<&Value>, report: &mut Report) -> Option<Language> {
    let value = value.filter(|_| !code.is_empty())?;
    Language::load(code).map_err(|why| report.error(value.place, why.problem(), why.mend())).ok()
}
