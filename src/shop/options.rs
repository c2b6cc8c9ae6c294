//! Option lists: what they hold, and how categories and items take them.

use crate::money::Currency;

use super::diagnose::{Place, Report, suggest};
use super::model::{Choose, ItemOptions, Names, Opt, OptionList, OptionListId};
use super::names::{self, fold, slug};
use super::taking::{NARROWING, TAKING, adjust};
use super::value::{Entry, Kind, Table, Value, price};

/// The lists of a shop, and how each is taken where nobody says otherwise.
#[derive(Debug, Default)]
pub struct Lists {
    pub lists: Vec<OptionList>,
    pub plain: Vec<ItemOptions>,
    /// Beside both, where each begins.
    pub places: Vec<Place>,
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
            let errors = report.errors();
            let adjusted = adjust(&plain, &list, body, place, currency, report);
            // What is wrong with the list is told here once, and not for every item that takes it.
            if report.errors() == errors {
                plain = adjusted;
            }
        }
        self.lists.push(list);
        self.plain.push(plain);
        self.places.push(place);
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
                    let owner = format!("how the option list `{}` is taken", entry.key);
                    body.only(&owner, &[&TAKING[..], &NARROWING].concat(), report);
                    Some(adjust(&base(id), list, body, entry.place, currency, report))
                }
                // The short form: milk = "oat milk" is milk = { default = "oat milk" }.
                _ => {
                    let key = "default".to_string();
                    let short = Entry { key, place: entry.place, value: entry.value.clone() };
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
        if well && list.options.iter().any(|o| o.key == opt.key) {
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
    let price = table.get("price").and_then(|v| price(v, currency, report)).unwrap_or_default();
    let available = !table.get_flag("sold_out", report).unwrap_or(false);
    Some((Opt { key, names: read.names, price, available }, read.place, read.also))
}
