//! What can only be seen with all items read: names and keys that clash, and names that sound the same.

use std::collections::{HashMap, HashSet};

use crate::lang::Language;

use super::diagnose::{Place, Report};
use super::frame::Frame;
use super::items::Items;
use super::model::{Item, ItemOptions};
use super::names::fold;

/// A text of a language → how it sounds, in IPA or the like; `None` where that is not known.
pub type Pronounce<'a> = &'a dyn Fn(&Language, &str) -> Option<String>;

/// A name in use: whose and where.
struct Use {
    item: usize,
    place: Place,
    /// Made from a brand: several items may share it, and people are asked which they mean.
    shared: bool,
}

/// Every name and every key must lead to one item, but for those that brands share.
pub fn items(items: &Items, report: &mut Report) {
    let mut keys: HashMap<&str, usize> = HashMap::new();
    let mut called: HashMap<String, Use> = HashMap::new();
    for (n, (item, places)) in items.items.iter().zip(&items.places).enumerate() {
        let mut clashed = false;
        for (name, place, shared) in uses(item, n, items) {
            let new = Use { item: n, place, shared };
            match called.get(&fold(name)) {
                Some(old) if old.item != n && !(old.shared && shared) => {
                    clashed |= !shared;
                    clash(name, old, &new, items, report);
                }
                Some(_) => {}
                None => drop(called.insert(fold(name), new)),
            }
        }
        match keys.get(item.key.as_str()) {
            // The clash of names that brought it about has been told already.
            Some(_) if clashed => {}
            Some(first) => {
                let there = report.whereabouts(items.places[*first].key, places.key);
                let message = format!("two items have the key `{}` (the other: {there})", item.key);
                report.error(places.key, message, "give one of them a `key` of its own");
            }
            None => drop(keys.insert(&item.key, n)),
        }
    }
}

/// The names of an item with their places; those that its brand brought are shared.
fn uses<'a>(item: &'a Item, n: usize, items: &'a Items) -> impl Iterator<Item = (&'a str, Place, bool)> {
    let places = &items.places[n];
    let also = item.names.also.iter().enumerate();
    let also = also.map(move |(i, name)| {
        (name.as_str(), places.also.get(i).copied().unwrap_or(places.name), i < places.unbranded)
    });
    std::iter::once((item.names.title.as_str(), places.name, false)).chain(also)
}

fn clash(name: &str, old: &Use, new: &Use, items: &Items, report: &mut Report) {
    let title = &items.items[old.item].names.title;
    let there = report.whereabouts(old.place, new.place);
    let help = match old.shared || new.shared {
        true => "give both a `brand`, and people are asked which they mean; or give one another name",
        false => "every item needs names of its own: change or drop one of them",
    };
    let whose = match fold(name) == fold(title) {
        true => format!("another item is called `{name}` too ({there})"),
        false => format!("`{name}` is also a name of `{title}` ({there})"),
    };
    report.error(new.place, whose, help);
}

/// Lists and categories that stand there for nothing: most likely something else was meant.
pub fn unused(items: &Items, frame: &Frame, order: &[ItemOptions], report: &mut Report) {
    let sold: HashSet<u16> = items.items.iter().map(|i| i.category.0).collect();
    for (n, (category, place)) in frame.categories.iter().zip(&frame.category_places).enumerate() {
        if !sold.contains(&(n as u16)) {
            let message = format!("nothing is sold in the category `{}`", category.key);
            report.warning(*place, message, "give it items, or take it out");
        }
    }
    let taken: HashSet<u16> = items.items.iter().flat_map(|i| &i.options).chain(order).map(|o| o.list.0).collect();
    for (n, (list, place)) in frame.lists.lists.iter().zip(&frame.lists.places).enumerate() {
        if !taken.contains(&(n as u16)) {
            let message = format!("no item takes the option list `{}`", list.key);
            report.warning(*place, message, format!("add it to a category: options = [\"{}\"]", list.key));
        }
    }
}

/// Names of different items that nobody can tell apart by ear.
pub fn sounds(items: &Items, language: &Language, pronounce: Pronounce<'_>, report: &mut Report) {
    let mut heard: HashMap<String, (usize, &str, Place)> = HashMap::new();
    for (n, item) in items.items.iter().enumerate() {
        for (name, place, shared) in uses(item, n, items) {
            if shared {
                continue;
            }
            let said = item.names.say.as_deref().filter(|_| name == item.names.title).unwrap_or(name);
            let Some(sound) = pronounce(language, said).map(|ipa| blurred(&ipa)).filter(|s| !s.is_empty()) else {
                continue;
            };
            match heard.get(&sound) {
                Some((other, first, there)) if *other != n && fold(first) != fold(name) => {
                    let there = report.whereabouts(*there, place);
                    let message = format!("`{name}` sounds the same as `{first}` ({there})");
                    let help =
                        "nobody can tell them apart by ear: rename one, or correct how it is pronounced with `say`";
                    report.warning(place, message, help);
                }
                Some(_) => {}
                None => drop(heard.insert(sound, (n, name, place))),
            }
        }
    }
}

/// Sound without stress, length, gaps between words, and doubled sounds where words meet.
fn blurred(ipa: &str) -> String {
    let mut sounds: Vec<char> = ipa.chars().filter(|c| c.is_alphabetic() && !"ˈˌː".contains(*c)).collect();
    sounds.dedup();
    sounds.into_iter().collect()
}
