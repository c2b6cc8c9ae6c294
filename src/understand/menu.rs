//! What the parser needs to know of the shop's structure, in tables that are quick to ask.

use std::collections::{HashMap, HashSet};

use crate::shop::{CategoryId, Choose, Item, ItemId, Names, OptionId, OptionList, OptionListId, Shop, Unit};

use super::act::Which;
use super::packing::Packing;
use super::part::Amount;
use super::phrases::words;
use super::tokens::Normaliser;

#[derive(Debug)]
pub struct Menu {
    nouns: HashMap<String, Vec<OptionId>>,
    items: Vec<MenuItem>,
    lists: Vec<MenuList>,
    /// Lists that any item of the category takes.
    category_lists: Vec<Vec<OptionListId>>,
    /// Items of each category.
    category_items: Vec<Vec<ItemId>>,
}

#[derive(Debug)]
struct MenuItem {
    category: CategoryId,
    lists: Box<[(OptionListId, u8)]>,
    /// Those of which one can be had at most.
    singles: Box<[OptionListId]>,
    excluded: Box<[OptionId]>,
    unit: Unit,
    /// Its name is the noun of its kind too: "coffee", beside "drip coffee".
    noun: bool,
    packing: Packing,
    /// The words of its name, in normal form.
    words: Vec<String>,
}

#[derive(Debug)]
struct MenuList {
    one: bool,
    graded: bool,
    max_count: u8,
    options: u16,
    /// Most of what it offers is sold by itself too: the drink of a meal.
    slot: bool,
    /// Each is so many pieces.
    pieces: bool,
    /// Those that are called by what is not on it: "no cucumber", "without wrapping".
    refusals: Vec<OptionId>,
    /// Numbers, in thousandths, that the names of one of its options have, and of no other: six of "six inch".
    numbers: Vec<(u32, u16)>,
    /// The title of each has a number: "ten tablets", "thirty tablets".
    numbered: bool,
    sold_out: Vec<OptionId>,
}

fn names(names: &Names) -> impl Iterator<Item = String> {
    std::iter::once(&names.title).chain(&names.also).map(|name| name.to_lowercase())
}

/// The numbers by which one of a list's options can be told from the others.
fn numbers(list: &OptionList, normaliser: &Normaliser) -> Vec<(u32, u16)> {
    let mut found: Vec<(u32, u16)> = Vec::new();
    for (index, option) in list.options.iter().enumerate() {
        for name in names(&option.names) {
            let said: Vec<Option<u32>> = normaliser.tokens(&name).list.into_iter().map(|token| token.number).collect();
            // Of "two forty" neither number is one by itself.
            let lone = |at: &usize| {
                at.checked_sub(1).is_none_or(|n| said[n].is_none()) && said.get(at + 1).is_none_or(Option::is_none)
            };
            let numbers = (0..said.len()).filter(lone).filter_map(|at| said[at]);
            found.extend(numbers.map(|number| (number, index as u16)));
        }
    }
    found.sort_unstable();
    found.dedup();
    let shared = |number: u32| found.iter().filter(|(other, _)| *other == number).count() > 1;
    found.iter().copied().filter(|(number, _)| !shared(*number)).collect()
}

fn has_number(name: &str, normaliser: &Normaliser) -> bool {
    normaliser.tokens(name).list.iter().any(|token| token.number.is_some())
}

/// What names end with, by their category: the noun of a kind is among them.
fn endings(shop: &Shop) -> HashSet<(CategoryId, String)> {
    let named = shop.items.iter().flat_map(|item| names(&item.names).map(move |name| (item.category, name)));
    let ends = |(category, name): (CategoryId, String)| {
        let starts: Vec<usize> = name.match_indices(' ').map(|(at, _)| at + 1).collect();
        starts.into_iter().map(|at| (category, name[at..].to_string())).collect::<Vec<_>>()
    };
    named.flat_map(ends).collect()
}

/// All names of items.
pub(super) fn sold(shop: &Shop) -> HashSet<String> {
    shop.items.iter().flat_map(|item| names(&item.names)).collect()
}

/// Whether options of a list are so many pieces: "six pieces", "twelve wings", beside a party box.
fn is_pieces(list: &OptionList, counted: &[String], normaliser: &Normaliser) -> bool {
    let pieces = |name: &str| {
        let tokens = normaliser.tokens(name);
        let number = tokens.list.first().is_some_and(|token| token.number.is_some());
        number && tokens.len() == 2 && counted.iter().any(|word| word == tokens.key(1))
    };
    let several = list.options.iter().filter(|option| pieces(&option.names.title)).count();
    list.choose == Choose::One && several > usize::from(list.options.len() > 1)
}

/// What the pieces of a list may be called: what things are counted by, and the nouns of what is had so.
fn pieces_of(shop: &Shop, at: usize, normaliser: &Normaliser, counted: &[String]) -> Vec<String> {
    let list = OptionListId(at as u16);
    let items = shop.items.iter().filter(|item| item.options.iter().any(|taken| taken.list == list));
    let nouns = items.filter_map(|item| words(&item.names.title, normaliser).pop());
    counted.iter().cloned().chain(nouns).collect()
}

/// Whether most of a list's options are called like an item.
pub(super) fn is_slot(sold: &HashSet<String>, list: &OptionList) -> bool {
    let alike = list.options.iter().filter(|option| names(&option.names).any(|name| sold.contains(&name))).count();
    list.choose == Choose::One && alike * 2 > list.options.len()
}

/// What options are generically called: the last word of names of several ("cheese", of "American cheese").
fn nouns(shop: &Shop, normaliser: &Normaliser) -> HashMap<String, Vec<OptionId>> {
    let mut nouns: HashMap<String, Vec<OptionId>> = HashMap::new();
    let mut single: Vec<(String, OptionId)> = vec![];
    for (list, of) in shop.option_lists.iter().enumerate() {
        for (index, option) in of.options.iter().enumerate() {
            let id = OptionId { list: OptionListId(list as u16), index: index as u16 };
            for name in names(&option.names) {
                let tokens = normaliser.tokens(&name);
                let Some(last) = tokens.len().checked_sub(1) else { continue };
                let token = &tokens.list[last];
                if token.ideograph || token.number.is_some() {
                    continue;
                }
                match last {
                    0 => single.push((tokens.key(0).to_string(), id)),
                    _ => nouns.entry(tokens.key(last).to_string()).or_default().push(id),
                }
            }
        }
    }
    for (word, id) in single {
        nouns.entry(word).and_modify(|all| all.push(id));
    }
    nouns.values_mut().for_each(|all| {
        all.sort();
        all.dedup();
    });
    nouns
}

/// What the language says.
#[derive(Clone, Copy)]
pub struct Words<'w> {
    /// By which things are counted.
    pub counted: &'w [String],
    /// That refuse what stands behind them.
    pub refusing: &'w HashSet<String>,
}

fn refusals(list: &OptionList, at: usize, normaliser: &Normaliser, refusing: &HashSet<String>) -> Vec<OptionId> {
    let refuses = |name: &str| {
        let tokens = normaliser.tokens(name);
        tokens.len() > 1 && refusing.contains(tokens.key(0))
    };
    let options = list.options.iter().enumerate().filter(|(_, option)| refuses(&option.names.title));
    options.map(|(index, _)| OptionId { list: OptionListId(at as u16), index: index as u16 }).collect()
}

impl Menu {
    /// The option that is called by what it leaves off, among these: "no cucumber", said as "leave off the cucumber".
    pub fn refusal(&self, among: &[OptionId]) -> Option<&[OptionId]> {
        // "No onion", of raw and of pickled ones, refuses all.
        let one = among.iter().all(|option| option.list == among[0].list);
        among.iter().filter(|_| one).find_map(|option| {
            let all = &self.lists[option.list.0 as usize].refusals;
            all.iter().position(|refusal| refusal == option).map(|at| &all[at..=at])
        })
    }

    /// The only option of a list that is called by what it leaves off: "no wrapping", of "wrapping".
    pub fn only_refusal(&self, list: OptionListId) -> Option<&[OptionId]> {
        let all = &self.lists[list.0 as usize].refusals[..];
        Some(all).filter(|all| all.len() == 1 && self.chooses_one(list))
    }

    /// Options of which this word is the noun, or the whole name.
    pub fn so_called(&self, word: &str) -> &[OptionId] {
        self.nouns.get(word).map_or(&[], Vec::as_slice)
    }

    /// `packing`: how each item is counted out.
    pub fn new(shop: &Shop, packing: Vec<Packing>, normaliser: &Normaliser, said: Words) -> Self {
        let mut category_lists = vec![Vec::new(); shop.categories.len()];
        let mut category_items = vec![Vec::new(); shop.categories.len()];
        for (at, item) in shop.items.iter().enumerate() {
            let Some(lists) = category_lists.get_mut(item.category.0 as usize) else { continue };
            category_items[item.category.0 as usize].push(ItemId(at as u32));
            for options in &item.options {
                if !lists.contains(&options.list) {
                    lists.push(options.list);
                }
            }
        }
        let endings = endings(shop);
        // "Coffee", beside "drip coffee".
        let is_noun = |item: &Item| names(&item.names).any(|own| endings.contains(&(item.category, own)));
        let sold = sold(shop);
        Menu {
            nouns: nouns(shop, normaliser),
            items: shop
                .items
                .iter()
                .zip(packing)
                .zip(shop.item_ids())
                .map(|((item, packing), id)| MenuItem {
                    words: words(&item.names.title, normaliser),
                    category: item.category,
                    singles: item.options.iter().map(|o| o.list).filter(|list| shop.has_one(id, *list)).collect(),
                    lists: item.options.iter().map(|o| (o.list, o.max)).collect(),
                    excluded: item.options.iter().flat_map(|o| o.excluded.iter().copied()).collect(),
                    unit: item.unit.clone(),
                    noun: is_noun(item),
                    packing,
                })
                .collect(),
            lists: shop
                .option_lists
                .iter()
                .enumerate()
                .map(|(at, list)| MenuList {
                    one: list.choose == Choose::One,
                    graded: list.graded,
                    max_count: list.max_count,
                    options: list.options.len() as u16,
                    sold_out: (0..list.options.len())
                        .filter(|index| !list.options[*index].available)
                        .map(|index| OptionId { list: OptionListId(at as u16), index: index as u16 })
                        .collect(),
                    slot: is_slot(&sold, list),
                    pieces: is_pieces(list, &pieces_of(shop, at, normaliser, said.counted), normaliser),
                    refusals: refusals(list, at, normaliser, said.refusing),
                    numbers: numbers(list, normaliser),
                    numbered: list.options.iter().all(|o| has_number(&o.names.title, normaliser)),
                })
                .collect(),
            category_lists,
            category_items,
        }
    }

    pub fn category(&self, item: ItemId) -> CategoryId {
        self.items[item.0 as usize].category
    }

    /// Whether there is one item of that kind and no more.
    pub fn only_one(&self, category: CategoryId) -> bool {
        self.category_items[category.0 as usize].len() == 1
    }

    /// Whether what it is called is the noun of its kind as well.
    pub fn is_noun(&self, item: ItemId) -> bool {
        self.items[item.0 as usize].noun
    }

    pub fn unit(&self, item: ItemId) -> &Unit {
        &self.items[item.0 as usize].unit
    }

    pub fn packing(&self, item: ItemId) -> &Packing {
        &self.items[item.0 as usize].packing
    }

    /// The amount as the item is counted: a pair of what comes in pairs is one.
    pub fn packed(&self, which: &Which, amount: Amount) -> Amount {
        match which {
            Which::Item(item) => self.packing(*item).packed(amount),
            Which::OneOf(items) => items.first().map_or(amount, |item| self.packing(*item).packed(amount)),
            Which::Category(_) => amount,
        }
    }

    /// Whether the item can be had with that option.
    pub fn offers(&self, item: ItemId, option: OptionId) -> bool {
        let item = &self.items[item.0 as usize];
        item.lists.iter().any(|(list, _)| *list == option.list) && !item.excluded.contains(&option)
    }

    pub fn takes(&self, item: ItemId, list: OptionListId) -> bool {
        self.items[item.0 as usize].lists.iter().any(|(l, _)| *l == list)
    }

    /// Whether an item, still open perhaps, can be had with that option.
    pub fn accepts(&self, which: &Which, option: OptionId) -> bool {
        match which {
            Which::Item(item) => self.offers(*item, option),
            Which::OneOf(items) => items.iter().any(|item| self.offers(*item, option)),
            Which::Category(category) => self.category_takes(*category, option.list),
        }
    }

    pub fn accepts_list(&self, which: &Which, list: OptionListId) -> bool {
        match which {
            Which::Item(item) => self.takes(*item, list),
            Which::OneOf(items) => items.iter().any(|item| self.takes(*item, list)),
            Which::Category(category) => self.category_takes(*category, list),
        }
    }

    /// The words of its name, in normal form.
    pub fn words(&self, item: ItemId) -> &[String] {
        &self.items[item.0 as usize].words
    }

    /// Whether two are called by one noun: a bran muffin and a blueberry muffin.
    pub fn share_noun(&self, a: ItemId, b: ItemId) -> bool {
        self.words(a).iter().any(|word| self.words(b).contains(word))
    }

    /// Whether the item is what was said, one of several, or of that kind.
    pub fn is_of(&self, item: ItemId, which: &Which) -> bool {
        match which {
            Which::Item(one) => *one == item,
            Which::OneOf(items) => items.contains(&item),
            Which::Category(category) => self.category(item) == *category,
        }
    }

    /// Whether two stand in one category.
    pub fn same_kind(&self, a: &Which, b: &Which) -> bool {
        let category = |which: &Which| match which {
            Which::Item(item) => Some(self.category(*item)),
            Which::OneOf(items) => items.first().map(|item| self.category(*item)),
            Which::Category(category) => Some(*category),
        };
        category(a) == category(b)
    }

    fn category_takes(&self, category: CategoryId, list: OptionListId) -> bool {
        self.category_lists.get(category.0 as usize).is_some_and(|lists| lists.contains(&list))
    }

    /// Whether choosing a second option of the list replaces the first.
    pub fn chooses_one(&self, list: OptionListId) -> bool {
        self.lists[list.0 as usize].one
    }

    /// Whether the item can be had with no more than one of the list; see [`Shop::has_one`].
    pub fn has_one(&self, which: &Which, list: OptionListId) -> bool {
        let one = |item: &ItemId| self.items[item.0 as usize].singles.contains(&list);
        match which {
            _ if self.chooses_one(list) => true,
            Which::Item(item) => one(item),
            Which::OneOf(items) => items.iter().all(one),
            Which::Category(_) => false,
        }
    }

    /// All options of the list that the item can be had with now.
    pub fn all_of(&self, which: &Which, list: OptionListId) -> Vec<OptionId> {
        let of = &self.lists[list.0 as usize];
        let all = (0..of.options).map(|index| OptionId { list, index });
        all.filter(|option| !of.sold_out.contains(option) && self.accepts(which, *option)).collect()
    }

    /// The list of what can be put on the item in any number, where there is only one such list.
    pub fn put_on(&self, which: &Which) -> Option<OptionListId> {
        let Which::Item(item) = which else { return None };
        let lists = self.items[item.0 as usize].lists.iter().map(|(list, _)| *list);
        let mut many = lists.filter(|list| !self.chooses_one(*list) && self.options_in(*list) > 1);
        let first = many.next();
        first.filter(|_| many.next().is_none())
    }

    pub fn graded(&self, list: OptionListId) -> bool {
        self.lists[list.0 as usize].graded
    }

    pub fn max_count(&self, list: OptionListId) -> u8 {
        self.lists[list.0 as usize].max_count
    }

    /// Whether one of its options is part of the item that takes it, though it is sold by itself too: the drink of a meal.
    pub fn is_slot(&self, list: OptionListId) -> bool {
        self.lists[list.0 as usize].slot
    }

    pub fn options_in(&self, list: OptionListId) -> u16 {
        self.lists[list.0 as usize].options
    }

    /// Items that can be had with all of these options, as one thing to ask about: the item, or their category.
    /// "six", of a list with "six inch" in it.
    pub fn numbered(&self, list: OptionListId, thousandths: i64) -> Option<OptionId> {
        let numbers = &self.lists.get(list.0 as usize)?.numbers;
        let (_, index) = numbers.iter().find(|(number, _)| i64::from(*number) == thousandths)?;
        Some(OptionId { list, index: *index })
    }

    /// The option of the item that is so numbered, of a list whose options are all called by numbers.
    pub fn choice_numbered(&self, item: ItemId, thousandths: i64) -> Option<OptionId> {
        let lists = self.items[item.0 as usize].lists.iter().map(|(list, _)| *list);
        let mut found =
            lists.filter(|list| self.is_numbered(*list)).filter_map(|list| self.numbered(list, thousandths));
        found.find(|option| self.offers(item, *option))
    }

    /// "Twelve wings", which are had in sixes and twelves: that one of these.
    pub fn pieces(&self, item: ItemId, count: u32) -> Option<OptionId> {
        let lists = &self.items[item.0 as usize].lists;
        let (list, _) = lists.iter().find(|(list, _)| self.lists[list.0 as usize].pieces)?;
        self.numbered(*list, i64::from(count) * 1000).filter(|option| self.offers(item, *option))
    }

    /// Whether all options of the list are called by numbers.
    pub fn is_numbered(&self, list: OptionListId) -> bool {
        self.lists.get(list.0 as usize).is_some_and(|of| of.numbered)
    }

    pub fn implied(&self, options: &[OptionId]) -> Option<Which> {
        let mut found: Option<Which> = None;
        for (category, lists) in self.category_lists.iter().enumerate() {
            if !options.iter().all(|o| lists.contains(&o.list)) {
                continue;
            }
            for item in &self.category_items[category] {
                if !options.iter().all(|o| self.offers(*item, *o)) {
                    continue;
                }
                found = match found {
                    None => Some(Which::Item(*item)),
                    Some(Which::Item(other)) if self.category(other).0 as usize == category => {
                        Some(Which::Category(CategoryId(category as u16)))
                    }
                    Some(Which::Category(c)) if c.0 as usize == category => Some(Which::Category(c)),
                    Some(_) => return None,
                };
            }
        }
        found
    }
}
