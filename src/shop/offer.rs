//! What can be had, now: the questions that are asked of a shop wherever something is offered.

use super::model::{CategoryId, Item, ItemId, Names, OptionId, OptionListId, Shop};
use super::names::fold;

impl Shop {
    /// The item that an owner calls so: by its key or one of its names.
    pub fn item_called(&self, name: &str) -> Option<ItemId> {
        let called = |item: &Item| item.key == name || is_called(&item.names, name);
        self.items.iter().position(called).map(|at| ItemId(at as u32))
    }

    /// The option that an owner calls so, as `list/option`.
    pub fn option_called(&self, name: &str) -> Option<OptionId> {
        let (list, option) = name.split_once('/')?;
        let at = self.option_lists.iter().position(|of| of.key == list || is_called(&of.names, list))?;
        let options = &self.option_lists[at].options;
        let index = options.iter().position(|of| of.key == option || is_called(&of.names, option))?;
        Some(OptionId { list: OptionListId(at as u16), index: index as u16 })
    }

    /// The items that are not sold out, as the owner put them.
    pub fn sold(&self) -> impl Iterator<Item = ItemId> + '_ {
        self.item_ids().filter(|item| self.item(*item).available)
    }

    pub fn sold_in(&self, category: CategoryId) -> Vec<ItemId> {
        self.sold().filter(|item| self.item(*item).category == category).collect()
    }

    /// Those in which something is sold now, each once, as the owner put them.
    pub fn categories_sold(&self) -> Vec<CategoryId> {
        self.categories_of(self.sold())
    }

    /// Those that these items are in, each once, as the owner put them.
    pub fn categories_of(&self, items: impl Iterator<Item = ItemId>) -> Vec<CategoryId> {
        let mut used: Vec<CategoryId> = items.map(|item| self.item(item).category).collect();
        used.sort_unstable();
        used.dedup();
        used
    }

    /// The options of a list that can be had now, on the item if one is named.
    pub fn options_for(&self, list: OptionListId, item: Option<ItemId>) -> Vec<OptionId> {
        let taken = item.and_then(|item| self.item_options(item, list));
        (0..self.option_list(list).options.len() as u16)
            .map(|index| OptionId { list, index })
            .filter(|option| self.option(*option).available && taken.is_none_or(|taken| taken.offers(*option)))
            .collect()
    }

    /// The list as the item takes it: this one, or another of the same name.
    pub fn taken_as(&self, item: ItemId, list: OptionListId) -> Option<OptionListId> {
        let name = |list: OptionListId| &self.option_list(list).names.title;
        let taken = || self.item(item).options.iter().map(|taken| taken.list);
        taken().find(|other| *other == list).or_else(|| taken().find(|other| name(*other) == name(list)))
    }

    /// Where the item does not take the option's list: an option of the same title in a list that it takes.
    pub fn same_named(&self, item: ItemId, option: OptionId) -> Option<OptionId> {
        if self.item_options(item, option.list).is_some() {
            return None;
        }
        let title = self.option(option).names.title.to_lowercase();
        let mut lists = self.item(item).options.iter();
        lists.find_map(|taken| {
            let options = self.options_for(taken.list, Some(item));
            options.into_iter().find(|other| self.option(*other).names.title.to_lowercase() == title)
        })
    }

    /// Whether the list belongs to the order as a whole.
    pub fn is_of_order(&self, list: OptionListId) -> bool {
        self.order_options.iter().any(|taken| taken.list == list)
    }

    /// `None` where the shop says nothing either way: nowhere on its menu is the tag used.
    pub fn tagged(&self, item: ItemId, tag: &str) -> Option<bool> {
        let has = |item: ItemId| self.item(item).tags.iter().any(|known| known == tag);
        if has(item) {
            return Some(true);
        }
        self.item_ids().any(has).then_some(false)
    }
}

fn is_called(names: &Names, name: &str) -> bool {
    let name = fold(name);
    fold(&names.title) == name || names.also.iter().any(|also| fold(also) == name)
}

#[cfg(test)]
mod tests {
    use crate::shop::load;

    use super::*;

    /// Two milks by one name: one to choose for a latte, one beside a tea. Today there is no soy milk and no cake.
    const SHOP: &str = r#"
name = "Nook"
key = "nook"
language = "en"
currency = "USD"
[options.milk]
choices = ["whole", "Oat", { name = "soy", sold_out = true }, "almond"]
[options.milk_beside]
name = "milk"
choices = ["cream", "oat"]
[options.where]
choices = ["for here", "to go"]
[categories.tea]
items = [{ name = "green tea", price = 2, options = ["milk_beside"] }]
[categories.cake]
items = [{ name = "walnut cake", price = 4, sold_out = true, tags = ["contains nuts"] }]
[categories.coffee]
items = [
  { name = "drip", price = 2, sold_out = true },
  { name = "latte", price = 3, options = { milk = { without = ["almond"] } } },
  { name = "espresso", price = 2 },
]
[order]
options = ["where"]
"#;

    const MILK: OptionListId = OptionListId(0);
    const BESIDE: OptionListId = OptionListId(1);
    const WHERE: OptionListId = OptionListId(2);

    fn shop() -> Shop {
        load::read(&|_| Ok(SHOP.into()), None).unwrap_or_else(|found| panic!("{found}")).shop
    }

    fn item(shop: &Shop, title: &str) -> ItemId {
        shop.item_ids().find(|id| shop.item(*id).names.title == title).unwrap_or_else(|| panic!("no {title}"))
    }

    fn option(shop: &Shop, list: OptionListId, title: &str) -> OptionId {
        let index = shop.option_list(list).options.iter().position(|option| option.names.title == title);
        OptionId { list, index: index.unwrap_or_else(|| panic!("no {title}")) as u16 }
    }

    fn titles(shop: &Shop, items: impl IntoIterator<Item = ItemId>) -> Vec<&str> {
        items.into_iter().map(|id| shop.item(id).names.title.as_str()).collect()
    }

    fn choices(shop: &Shop, list: OptionListId, item: Option<ItemId>) -> Vec<&str> {
        shop.options_for(list, item).into_iter().map(|id| shop.option(id).names.title.as_str()).collect()
    }

    #[test]
    fn what_is_sold_out_is_not_offered_nor_a_category_with_nothing_left() {
        let shop = shop();
        let [tea, cake, coffee] = [CategoryId(0), CategoryId(1), CategoryId(2)];
        assert_eq!(titles(&shop, shop.sold()), ["green tea", "latte", "espresso"]);
        assert_eq!(titles(&shop, shop.sold_in(coffee)), ["latte", "espresso"]);
        assert_eq!(shop.sold_in(cake), []);
        assert_eq!(shop.categories_sold(), [tea, coffee]);
    }

    #[test]
    fn categories_come_in_the_owners_order_and_once_however_the_items_lie() {
        let mut shop = shop();
        shop.items.reverse();
        assert_eq!(shop.categories_sold(), [CategoryId(0), CategoryId(2)]);
    }

    #[test]
    fn the_options_offered_are_there_today_and_come_with_the_item() {
        let shop = shop();
        assert_eq!(choices(&shop, MILK, None), ["whole", "Oat", "almond"]);
        assert_eq!(choices(&shop, MILK, Some(item(&shop, "latte"))), ["whole", "Oat"]);
        // Of an item that does not take the list nothing is known but what there is.
        assert_eq!(choices(&shop, MILK, Some(item(&shop, "espresso"))), ["whole", "Oat", "almond"]);
    }

    #[test]
    fn milk_asked_of_a_tea_is_the_milk_beside_it() {
        let shop = shop();
        let (tea, latte, espresso) = (item(&shop, "green tea"), item(&shop, "latte"), item(&shop, "espresso"));
        assert_eq!(shop.taken_as(tea, MILK), Some(BESIDE));
        assert_eq!(shop.taken_as(latte, MILK), Some(MILK));
        assert_eq!(shop.taken_as(latte, BESIDE), Some(MILK));
        assert_eq!(shop.taken_as(espresso, MILK), None);
        assert_eq!(shop.taken_as(tea, WHERE), None);
    }

    #[test]
    fn an_option_is_found_by_its_title_in_the_list_that_the_item_takes() {
        let shop = shop();
        let (tea, latte, espresso) = (item(&shop, "green tea"), item(&shop, "latte"), item(&shop, "espresso"));
        let (of_latte, of_tea) = (option(&shop, MILK, "Oat"), option(&shop, BESIDE, "oat"));
        assert_eq!(shop.same_named(tea, of_latte), Some(of_tea));
        assert_eq!(shop.same_named(latte, of_tea), Some(of_latte));
        assert_eq!(shop.same_named(latte, of_latte), None, "the item takes the very list");
        assert_eq!(shop.same_named(tea, option(&shop, MILK, "whole")), None, "no such thing beside a tea");
        assert_eq!(shop.same_named(espresso, of_latte), None, "it takes nothing");
    }

    #[test]
    fn what_is_sold_out_stands_in_for_nothing() {
        let mut shop = shop();
        let (tea, of_latte, of_tea) =
            (item(&shop, "green tea"), option(&shop, MILK, "Oat"), option(&shop, BESIDE, "oat"));
        shop.option_lists[usize::from(BESIDE.0)].options[usize::from(of_tea.index)].available = false;
        assert_eq!(shop.same_named(tea, of_latte), None);
    }

    #[test]
    fn for_here_or_to_go_is_said_of_the_order() {
        let shop = shop();
        assert!(shop.is_of_order(WHERE));
        assert!(!shop.is_of_order(MILK));
    }

    #[test]
    fn a_tag_that_the_menu_never_uses_is_no_fact_about_an_item() {
        let shop = shop();
        assert_eq!(shop.tagged(item(&shop, "walnut cake"), "contains nuts"), Some(true));
        // The cake is sold out, and yet the owner has said which things contain nuts.
        assert_eq!(shop.tagged(item(&shop, "latte"), "contains nuts"), Some(false));
        assert_eq!(shop.tagged(item(&shop, "latte"), "kosher"), None);
    }
}
