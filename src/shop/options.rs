//! Option lists: what they hold, and how categories and items take them.

use crate::commerce::money::Currency;

use super::diagnose::{Place, Report, suggest};
use super::model::{Choose, ItemOptions, Names, Opt, OptionId, OptionList, OptionListId};
use super::names::{self, fold, slug};
use super::value::{Kind, Table, Value};

/// The keys that say how a list is taken, wherever it is: in the list itself, a category or an item.
const TAKING: [&str; 4] = ["required", "default", "min", "max"];
/// What a category or an item may say besides.
const NARROWING: [&str; 3] = ["only", "without", "prices"];

/// The lists of a shop, and how each is taken where nobody says otherwise.
#[derive(Debug, Default)]
pub struct Lists {
    pub lists: Vec<OptionList>,
    pub plain: Vec<ItemOptions>,
}

impl Lists {
    pub fn read(table: &Table, currency: &Currency, report: &mut Report) -> Lists {
        let mut lists = Lists::default();
        for entry in &table.entries {
            let Some(body) = entry.value.table(&format!("the option list `{}`", entry.key), report) else { continue };
            if lists.lists.len() >= usize::from(u16::MAX) {
                report.error(entry.place, "too many option lists", "65,535 are the most");
                break;
            }
            let id = OptionListId(lists.lists.len() as u16);
            lists.add(id, &entry.key, entry.place, body, currency, report);
        }
        lists
    }

    fn add(
        &mut self,
        id: OptionListId,
        key: &str,
        place: Place,
        body: &Table,
        currency: &Currency,
        report: &mut Report,
    ) {
        let owner = format!("the option list `{key}`");
        let own = ["choose", "graded", "max_count", "ask", "choices"];
        body.only(&owner, &[&names::KEYS[..], &own, &TAKING].concat(), report);
        let read = names::read(body, Some((key, place)), &owner, report);
        let choose = match body.get_text("choose", report).as_deref() {
            None | Some("one") => Choose::One,
            Some("many") => Choose::Many,
            Some(other) => {
                let at = body.get("choose").map_or(place, |v| v.place);
                report.error(at, format!("`choose` cannot be `{other}`"), "write \"one\" or \"many\"");
                Choose::One
            }
        };
        let most = body.get("max_count").and_then(|v| v.whole("max_count", 1..=99, report)).unwrap_or(1);
        let mut list = OptionList {
            key: key.into(),
            names: read.map_or_else(Names::default, |r| r.names),
            choose,
            graded: body.get_flag("graded", report).unwrap_or(false),
            max_count: most as u8,
            ask: body.get_text("ask", report),
            options: vec![],
        };
        let well = read_choices(&mut list, &owner, place, body, currency, report);
        let max = match choose {
            Choose::One => 1,
            Choose::Many => list.options.len().min(255) as u8,
        };
        let mut plain = ItemOptions::plain(id, max);
        if well {
            plain = adjust(&plain, &list, body, place, currency, report);
        }
        self.lists.push(list);
        self.plain.push(plain);
    }

    fn find(&self, name: &str) -> Option<OptionListId> {
        let found = self.lists.iter().position(|l| l.key == name);
        let found = found.or_else(|| self.lists.iter().position(|l| fold(&l.names.title) == fold(name)));
        found.map(|n| OptionListId(n as u16))
    }

    fn look_up(&self, name: &str, place: Place, report: &mut Report) -> Option<OptionListId> {
        let found = self.find(name);
        if found.is_none() {
            let keys: Vec<&str> = self.lists.iter().map(|l| l.key.as_str()).collect();
            let help = match keys.is_empty() {
                true => format!("describe it: [options.{name}] with choices = [ … ]"),
                false => suggest(name, keys),
            };
            report.error(place, format!("there is no option list `{name}`"), help);
        }
        found
    }

    /// What `value` (an `options = …`) makes of the lists that are taken already.
    ///
    /// A list of names takes these and no others. A table takes what is there and changes it list by list.
    pub fn taken(
        &self,
        value: &Value,
        inherited: &[ItemOptions],
        currency: &Currency,
        report: &mut Report,
    ) -> Vec<ItemOptions> {
        let base = |id: OptionListId| {
            let had = inherited.iter().find(|o| o.list == id);
            had.unwrap_or(&self.plain[usize::from(id.0)]).clone()
        };
        let Kind::Table(table) = &value.kind else {
            let mut taken: Vec<ItemOptions> = vec![];
            for (name, place) in value.texts("`options`", report) {
                match self.look_up(&name, place, report) {
                    Some(id) if taken.iter().any(|o| o.list == id) => {
                        report.error(place, format!("the option list `{name}` stands here twice"), "take one out");
                    }
                    Some(id) => taken.push(base(id)),
                    None => {}
                }
            }
            return taken;
        };
        let mut taken = inherited.to_vec();
        for entry in &table.entries {
            let Some(id) = self.look_up(&entry.key, entry.place, report) else { continue };
            let list = &self.lists[usize::from(id.0)];
            let stands = taken.iter().position(|o| o.list == id);
            let next = match &entry.value.kind {
                Kind::Flag(false) => None,
                Kind::Flag(true) => Some(base(id)),
                Kind::Table(body) => {
                    let owner = format!("the option list `{}`, taken here,", entry.key);
                    body.only(&owner, &[&TAKING[..], &NARROWING].concat(), report);
                    Some(adjust(&base(id), list, body, entry.place, currency, report))
                }
                // The short form: milk = "oat milk" is milk = { default = "oat milk" }.
                _ => {
                    let key = "default".to_string();
                    let short = super::value::Entry { key, place: entry.place, value: entry.value.clone() };
                    let body = Table { entries: vec![short], place: entry.value.place };
                    Some(adjust(&base(id), list, &body, entry.place, currency, report))
                }
            };
            match (stands, next) {
                (Some(at), Some(next)) => taken[at] = next,
                (Some(at), None) => drop(taken.remove(at)),
                (None, Some(next)) => taken.push(next),
                (None, None) => {
                    let message = format!("`{}` is not taken here anyway", entry.key);
                    report.warning(entry.place, message, "take this out");
                }
            }
        }
        taken
    }
}

/// Read `choices` into the list; true where there is at least one, and each could be read.
fn read_choices(
    list: &mut OptionList,
    owner: &str,
    place: Place,
    body: &Table,
    currency: &Currency,
    report: &mut Report,
) -> bool {
    let Some(choices) = body.get("choices") else {
        report.error(place, format!("{owner} has no choices"), "add choices = [\"…\", \"…\"]");
        return false;
    };
    let Kind::List(values) = &choices.kind else {
        report.error(
            choices.place,
            "`choices` must be a list",
            "write choices = [\"…\", { name = \"…\", price = \"0.50\" }]",
        );
        return false;
    };
    if values.is_empty() {
        report.error(choices.place, format!("{owner} is empty"), "give it choices, or take the list out");
        return false;
    }
    let mut taken: Vec<(String, Place)> = vec![];
    let mut well = true;
    for value in values {
        let read = match &value.kind {
            Kind::Table(table) => read_choice(table, currency, report),
            _ => value.text("a choice", report).map(|title| {
                let names = Names { title, ..Names::default() };
                let opt = Opt { key: slug(&names.title), names, available: true, ..Opt::default() };
                (opt, value.place, vec![])
            }),
        };
        let Some((opt, at, also)) = read else {
            well = false;
            continue;
        };
        let all = std::iter::once((&opt.names.title, at)).chain(opt.names.also.iter().zip(also));
        for (name, at) in all {
            match taken.iter().find(|(known, _)| *known == fold(name)) {
                Some((_, first)) => {
                    let message =
                        format!("`{name}` is a choice of {owner} already ({})", report.whereabouts(*first, at));
                    report.error(at, message, "every name within a list must be its own");
                    well = false;
                }
                None => taken.push((fold(name), at)),
            }
        }
        if list.options.iter().any(|o| o.key == opt.key) {
            report.error(at, format!("two choices of {owner} have the key `{}`", opt.key), "give one another `key`");
            well = false;
        }
        list.options.push(opt);
    }
    if list.options.len() > usize::from(u16::MAX) {
        report.error(choices.place, format!("{owner} has too many choices"), "65,535 are the most");
        return false;
    }
    well
}

fn read_choice(table: &Table, currency: &Currency, report: &mut Report) -> Option<(Opt, Place, Vec<Place>)> {
    table.only("a choice", &[&names::KEYS[..], &["key", "price", "sold_out"]].concat(), report);
    let read = names::read(table, None, "a choice", report)?;
    let key = table.get_text("key", report).unwrap_or_else(|| slug(&read.names.title));
    let price = table.get("price").and_then(|v| super::load::price(v, currency, report)).unwrap_or_default();
    let available = !table.get_flag("sold_out", report).unwrap_or(false);
    Some((Opt { key, names: read.names, price, available }, read.place, read.also))
}

/// `base`, changed as `table` says, and checked.
fn adjust(
    base: &ItemOptions,
    list: &OptionList,
    table: &Table,
    place: Place,
    currency: &Currency,
    report: &mut Report,
) -> ItemOptions {
    let mut next = base.clone();
    narrow(&mut next, list, table, currency, report);
    let required = table.get_flag("required", report);
    let default = table.get("default");
    if let Some(value) = default {
        next.defaults = match value.kind {
            Kind::Flag(false) => vec![],
            _ => options_of(value, "`default`", list, next.list, report),
        };
        next.required = false;
    }
    match required {
        Some(true) if !next.defaults.is_empty() && default.is_some() => {
            let at = table.get("required").map_or(place, |v| v.place);
            let message = format!("`{}` is both required and has a default", list.key);
            report.error(at, message, "keep `default` and nobody is asked, or keep `required` and everybody is");
        }
        Some(true) => {
            next.required = true;
            next.defaults.clear();
        }
        Some(false) => {
            next.required = false;
            next.min = 0;
        }
        None => {}
    }
    let most = if list.choose == Choose::One { 1 } else { 255 };
    let bound = |key: &str, report: &mut Report| table.get(key).and_then(|v| v.whole(key, 0..=255, report));
    if let Some(min) = bound("min", report) {
        next.min = min as u8;
    }
    if let Some(max) = bound("max", report) {
        next.max = max as u8;
    }
    if next.max > most {
        let at = table.get("max").map_or(place, |v| v.place);
        report.error(
            at,
            format!("one is chosen of `{}`, not {}", list.key, next.max),
            "choose = \"many\" takes several",
        );
        next.max = 1;
    }
    drop_sold_out_defaults(&mut next, list, default.map_or(place, |v| v.place), default.is_some(), report);
    if next.required && next.min == 0 {
        next.min = 1;
    }
    if next.defaults.len() < usize::from(next.min) {
        next.required = true;
    }
    check(&next, list, table, place, report);
    next
}

/// Which options there are here, and at which prices.
fn narrow(next: &mut ItemOptions, list: &OptionList, table: &Table, currency: &Currency, report: &mut Report) {
    let id = next.list;
    if let Some(value) = table.get("only") {
        let kept = options_of(value, "`only`", list, id, report);
        let all = (0..list.options.len() as u16).map(|index| OptionId { list: id, index });
        next.excluded = all.filter(|o| !kept.contains(o)).collect();
    }
    if let Some(value) = table.get("without") {
        next.excluded.extend(options_of(value, "`without`", list, id, report));
        next.excluded.sort();
        next.excluded.dedup();
    }
    let Some(value) = table.get("prices") else { return };
    let Some(prices) = value.table("`prices`", report) else { return };
    for entry in &prices.entries {
        let option = option_named(&entry.key, entry.place, list, id, report);
        let price = super::load::price(&entry.value, currency, report);
        if let (Some(option), Some(price)) = (option, price) {
            next.prices.retain(|(had, _)| *had != option);
            next.prices.push((option, price));
        }
    }
}

/// What is sold out cannot go without saying: it is asked about as long as it is.
fn drop_sold_out_defaults(next: &mut ItemOptions, list: &OptionList, place: Place, said: bool, report: &mut Report) {
    let sold_out = |o: &OptionId| !list.options[usize::from(o.index)].available;
    for gone in next.defaults.iter().filter(|o| said && sold_out(o)) {
        let title = &list.options[usize::from(gone.index)].names.title;
        let message = format!("`{title}` is the default, but sold out");
        report.warning(place, message, "until it is back people are asked; or name another default");
    }
    if next.defaults.iter().any(sold_out) {
        next.defaults.retain(|o| !sold_out(o));
        next.required |= list.choose == Choose::One;
    }
}

fn check(next: &ItemOptions, list: &OptionList, table: &Table, place: Place, report: &mut Report) {
    let at = |keys: &[&str]| keys.iter().find_map(|k| table.get(k)).map_or(place, |v| v.place);
    let key = &list.key;
    if let Some(out) = next.defaults.iter().find(|o| !next.offers(**o)) {
        let title = &list.options[usize::from(out.index)].names.title;
        let message = format!("the default of `{key}`, `{title}`, is left out here");
        report.error(at(&["only", "without"]), message, "say `default` here too, or required = true");
    }
    if next.min > next.max {
        let message = format!("at least {} of `{key}` are wanted, but at most {} allowed", next.min, next.max);
        report.error(at(&["min", "max", "required"]), message, "`min` must not be greater than `max`");
    } else if next.defaults.len() > usize::from(next.max) {
        let message = format!("{} defaults of `{key}`, but at most {} may be chosen", next.defaults.len(), next.max);
        report.error(at(&["default", "max"]), message, "name fewer defaults, or raise `max`");
    }
    let offered = (0..list.options.len() as u16)
        .filter(|index| next.offers(OptionId { list: next.list, index: *index }))
        .filter(|index| list.options[usize::from(*index)].available)
        .count();
    if offered < usize::from(next.min) {
        let there = match offered {
            0 => "none can be had".to_string(),
            few => format!("only {few} can be had"),
        };
        let message = format!("{} of `{key}` must be chosen, but {there}", next.min);
        report.error(
            at(&["required", "min", "only", "without", "choices"]),
            message,
            "make more available, or want fewer",
        );
    }
}

fn options_of(value: &Value, wanted: &str, list: &OptionList, id: OptionListId, report: &mut Report) -> Vec<OptionId> {
    let named = value.texts(wanted, report);
    named.into_iter().filter_map(|(name, place)| option_named(&name, place, list, id, report)).collect()
}

fn option_named(
    name: &str,
    place: Place,
    list: &OptionList,
    id: OptionListId,
    report: &mut Report,
) -> Option<OptionId> {
    let folded = fold(name);
    let called = |o: &Opt| {
        o.key == name || fold(&o.names.title) == folded || o.names.also.iter().any(|also| fold(also) == folded)
    };
    let found = list.options.iter().position(called);
    if found.is_none() {
        let titles: Vec<&str> = list.options.iter().map(|o| o.names.title.as_str()).collect();
        report.error(place, format!("`{}` has no choice `{name}`", list.key), suggest(name, titles));
    }
    found.map(|index| OptionId { list: id, index: index as u16 })
}
