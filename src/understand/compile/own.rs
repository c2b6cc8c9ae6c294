//! Words that only one thing of the shop is called by, and words that none is.

use std::collections::{HashMap, HashSet};

use super::{Compiler, Meaning, all_names, quality};
use crate::lang::cue::Cue;
use crate::shop::Shop;

impl Compiler<'_> {
    /// A word that stands in the other names of one item, and nowhere else, tells it: "drip", where coffee is called drip
    /// coffee too.
    pub(super) fn telling_words(&mut self, shop: &Shop) {
        let of_items = shop.item_ids().map(|id| (Some(id), &shop.item(id).names));
        let options = shop.option_lists.iter().flat_map(|list| &list.options).map(|option| (None, &option.names));
        let mut owners: HashMap<String, Option<crate::shop::ItemId>> = HashMap::new();
        for (id, names) in of_items.chain(options) {
            for key in all_names(names).flat_map(|name| self.keys(name)) {
                owners.entry(key).and_modify(|owner| *owner = owner.filter(|known| Some(*known) == id)).or_insert(id);
            }
        }
        for (key, owner) in owners {
            let plain = key.chars().all(char::is_alphabetic) && key.chars().count() > 2;
            if let Some(id) = owner.filter(|_| plain && !self.spoken.contains(&key)) {
                self.add(&[key], Meaning::Item(id), quality::FRAGMENT);
            }
        }
    }

    /// Words of address say nothing where nothing here is called so.
    pub(super) fn address(&mut self, shop: &Shop, words: &str) {
        let of_items = shop.items.iter().map(|item| &item.names).chain(shop.categories.iter().map(|of| &of.names));
        let lists = shop.option_lists.iter();
        let of_lists = lists.flat_map(|list| std::iter::once(&list.names).chain(list.options.iter().map(|o| &o.names)));
        let own: HashSet<String> =
            of_items.chain(of_lists).flat_map(all_names).flat_map(|name| self.keys(name)).collect();
        for word in words.split_whitespace() {
            let keys = self.keys(word);
            if keys.iter().all(|key| !own.contains(key)) {
                self.add(&keys, Meaning::Cue(Cue::Filler), quality::NAME);
            }
        }
    }
}
