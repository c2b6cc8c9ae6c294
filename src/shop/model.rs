//! The shop as every stage sees it: loaded, checked and immutable. Ids are indices into its tables.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::lang::diet::Diet;
use crate::money::{Currency, Money};

mod fulfilment;

pub use fulfilment::{Detail, Fulfilment, Way, WayKind, folded};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemId(pub u32);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CategoryId(pub u16);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OptionListId(pub u16);
/// One option of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OptionId {
    pub list: OptionListId,
    pub index: u16,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shop {
    /// Stable name of the shop, whatever it is called today: what carts and orders in the database belong to.
    pub key: String,
    pub name: String,
    /// Language code: which `assets/lang/<code>.toml` people speak here.
    pub language: String,
    pub currency: Currency,
    /// Opening hours as they are to be said.
    pub hours: Option<String>,
    pub categories: Vec<Category>,
    pub items: Vec<Item>,
    pub option_lists: Vec<OptionList>,
    /// Lists that belong to the order as a whole ("for here or to go"), not to a line.
    pub order_options: Vec<ItemOptions>,
    pub tax_classes: Vec<TaxClass>,
    /// What the shop grants and charges beside its prices.
    pub terms: Terms,
    /// Where orders go, and what is asked for that.
    pub fulfilment: Fulfilment,
    /// Who is told of an order besides: kitchens, and other programs.
    pub outlets: Outlets,
    pub payments: Payments,
    /// What people must not have, and how a shop of this language writes of it.
    pub diet: Diet,
}

/// How a thing is called. All spellings are as the owner wrote them; the lexicon normalises.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Names {
    /// Shown and said back.
    pub title: String,
    /// What people also call it, among them sound-alikes the owner has noticed.
    pub also: Vec<String>,
    /// How to pronounce the title where its spelling misleads (a respelling in plain letters).
    pub say: Option<String>,
    /// Plural of the title where the language's rule does not give it; the title itself where it has none ("two heads
    /// of garlic").
    pub plural: Option<String>,
}

/// A group of items, with the generic nouns that stand for any of them ("a drink").
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Category {
    /// Stable key, as in the shop file.
    pub key: String,
    pub names: Names,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Stable key (SKU or slug of the title): what carts and orders in the database refer to.
    pub key: String,
    pub names: Names,
    pub category: CategoryId,
    /// Price of one, or of one `unit` where sold by measure.
    pub price: Money,
    pub unit: Unit,
    pub description: Option<String>,
    pub ingredients: Vec<String>,
    /// "vegan", "spicy", "contains nuts": what questions about the item ask for.
    pub tags: Vec<String>,
    pub options: Vec<ItemOptions>,
    pub available: bool,
    pub tax_class: Option<u16>,
    /// More than this in one line is asked about.
    pub max_quantity: u32,
    /// Nobody younger gets it: a person looks at them first.
    pub age: Option<u8>,
}

/// How an item takes an option list.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemOptions {
    pub list: OptionListId,
    /// An order line is incomplete until one is chosen.
    pub required: bool,
    /// Chosen when nothing is said.
    pub defaults: Vec<OptionId>,
    /// Bounds on how many different options may be chosen.
    pub min: u8,
    pub max: u8,
    /// Options of the list that this item does not come with (an espresso in no large).
    pub excluded: Vec<OptionId>,
    /// Prices of options that differ for this item from what the list says.
    pub prices: Vec<(OptionId, Money)>,
}

impl ItemOptions {
    /// The list as it comes: nothing required or preset, all options, at most `max` of them.
    pub fn plain(list: OptionListId, max: u8) -> Self {
        ItemOptions { list, required: false, defaults: vec![], min: 0, max, excluded: vec![], prices: vec![] }
    }

    /// Whether `option` may be chosen here; says nothing of whether it is sold out.
    pub fn offers(&self, option: OptionId) -> bool {
        option.list == self.list && !self.excluded.contains(&option)
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum Unit {
    /// Counted in whole pieces.
    #[default]
    Each,
    /// Weighed or measured, fractions welcome; the key of a unit in the language's `units` table ("lb", "oz", "kg", "l").
    Measure(String),
    /// Counted like pieces, but sold only whole by a named pack ("bunch", "dozen"): "two bunches" is a count of 2.
    Pack(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choose {
    #[default]
    One,
    Many,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OptionList {
    pub key: String,
    /// "milk", "size": for questions ("which milk?") and generic mentions ("no milk").
    pub names: Names,
    pub choose: Choose,
    /// Whether "extra", "light on" apply to its options.
    pub graded: bool,
    /// Most times one option may be taken ("three sugars"); 1 where counting makes no sense.
    pub max_count: u8,
    /// Asked when required and missing; made from the name where absent.
    pub ask: Option<String>,
    pub options: Vec<Opt>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opt {
    pub key: String,
    pub names: Names,
    /// Added to the item's price, each time it is taken; may be negative.
    pub price: Money,
    pub available: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaxClass {
    pub key: String,
    pub title: String,
    /// Hundredths of a percent: 8.875 % is 887.5 and not representable, so thousandths: 8875.
    pub rate_thousandths: u32,
    /// The prices hold it already.
    pub included: bool,
    /// Where an option of the order changes the rate ("to go").
    pub rates: Vec<(OptionId, u32)>,
}

/// What a shop grants and charges beside its prices. Empty where it says nothing of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Terms {
    pub promotions: Vec<Promotion>,
    pub fees: Vec<Fee>,
    /// Asked about once an order, where the shop takes tips.
    pub tips: Option<Tips>,
    /// The least that an order must come to.
    pub minimums: Vec<Minimum>,
    /// Goods that come to so much or more are confirmed by a person.
    pub approval: Option<Money>,
    /// Whoever says what stands in this file lets such an order go themselves.
    pub approval_code: Option<PathBuf>,
    /// What the till gives change in: the total is rounded to a multiple of it.
    pub rounding: Option<Money>,
}

/// Off the price, under conditions that must all hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Promotion {
    pub key: String,
    /// The reason, as it is said and printed: "two for one on muffins".
    pub title: String,
    pub grant: Grant,
    /// `None`: the order as a whole.
    pub on: Option<Vec<ItemId>>,
    /// It holds within any of these; at any time where there is none.
    pub windows: Vec<Window>,
    pub first_order: bool,
    /// For customers of any of these groups; for everybody where there is none.
    pub groups: Vec<String>,
    /// Words that are said for it, any of these; nothing is needed where there is none.
    pub codes: Vec<String>,
    /// What it is on must come to so much.
    pub minimum: Money,
    /// With any of these options of the order; with all where there is none.
    pub places: Vec<OptionId>,
    pub combines: Combines,
}

/// Shares are thousandths of a percent, at most 100,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    Percent(u32),
    /// Off each piece of what it is on; off the order as a whole, once.
    Amount(Money),
    /// Of so many pieces bought, so many more are cheaper by a share: the cheapest.
    More {
        buy: u32,
        get: u32,
        percent: u32,
    },
}

/// With which other promotions it goes on one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Combines {
    #[default]
    Never,
    Always,
    /// Places in the shop's promotions.
    With(Vec<u16>),
}

/// Hours of some days of the week. One that ends before it begins goes on into the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Bit 0 is Monday.
    pub days: u8,
    /// Minutes from midnight; the end is without.
    pub from: u16,
    pub to: u16,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fee {
    pub title: String,
    pub kind: FeeKind,
    pub charge: Charge,
    /// With any of these options of the order; with all where there is none.
    pub places: Vec<OptionId>,
    /// An order of so much goes without it.
    pub free_from: Option<Money>,
    pub tax_class: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeKind {
    Service,
    Packaging,
    Delivery,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// Of the goods after discounts, in thousandths of a percent.
    Percent(u32),
    Once(Money),
    /// For each piece; what is measured out is one.
    Each(Money),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tips {
    /// Thousandths of a percent, named when it is asked.
    pub suggested: Vec<u32>,
    /// Made by the language where absent.
    pub ask: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimum {
    pub amount: Money,
    /// With this option of the order; with all where there is none.
    pub place: Option<OptionId>,
}

/// How orders can be paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payments {
    /// As the owner ranks them; empty where nothing is written of it: then orders are paid at the counter, and nobody is asked.
    pub ways: Vec<PayBy>,
    pub card: Option<CardProvider>,
}

impl Payments {
    /// Cards are held to something, and no link is opened.
    pub fn has_reader(&self) -> bool {
        !matches!(&self.card, Some(CardProvider::Stripe(Stripe { reader: None, .. })))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayBy {
    /// With the number, where it is handed out; by whatever is taken there.
    Counter,
    Cash,
    Card,
    /// A gift card, points, a house account: by its code.
    Account,
}

/// Who takes cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardProvider {
    /// Stripe, or what speaks like it.
    Stripe(Stripe),
    /// Run by `sh` for each step: asked by JSON on its standard input, it answers by JSON on its standard output.
    Command(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripe {
    /// Without a slash at its end.
    pub url: String,
    pub secret_file: PathBuf,
    /// The terminal that cards are held to; without one a link is shown.
    pub reader: Option<String>,
    /// Where somebody is sent who has paid by a link.
    pub thanks: Option<String>,
    /// Where news of payments are taken: an address to listen at, and the file with what they are signed with.
    pub news: Option<(String, PathBuf)>,
}

/// Who is told of an order besides the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlets {
    pub tickets: Vec<Ticket>,
    pub webhooks: Vec<Webhook>,
}

/// A place where orders are written out for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Stable key: what waits for it is found by it.
    pub key: String,
    pub way: TicketWay,
    /// Only lines of these; all where there is none.
    pub categories: Vec<CategoryId>,
    /// The text of the owner's template; the language's own where there is none.
    pub template: Option<String>,
    /// Columns of the paper.
    pub width: u16,
    /// For printers; files and commands get UTF-8.
    pub encoding: Encoding,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketWay {
    /// Appended to it.
    File(PathBuf),
    /// Run by `sh`, with the ticket on its standard input.
    Command(String),
    /// ESC/POS over TCP: "HOST:PORT".
    Printer(String),
}

/// What a printer takes letters in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    #[default]
    Cp437,
    Cp850,
    Cp852,
    Cp858,
    Cp866,
    Windows1252,
    Gb18030,
}

impl Encoding {
    pub const ALL: [(&str, Encoding); 7] = [
        ("cp437", Encoding::Cp437),
        ("cp850", Encoding::Cp850),
        ("cp852", Encoding::Cp852),
        ("cp858", Encoding::Cp858),
        ("cp866", Encoding::Cp866),
        ("windows-1252", Encoding::Windows1252),
        ("gb18030", Encoding::Gb18030),
    ];
}

/// A program elsewhere that is told of orders over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Stable key, as of a [`Ticket`].
    pub key: String,
    pub url: String,
    /// Holds what its messages are signed with.
    pub secret_file: PathBuf,
}

impl Shop {
    pub fn item(&self, id: ItemId) -> &Item {
        &self.items[id.0 as usize]
    }
    pub fn category(&self, id: CategoryId) -> &Category {
        &self.categories[id.0 as usize]
    }
    pub fn option_list(&self, id: OptionListId) -> &OptionList {
        &self.option_lists[id.0 as usize]
    }
    pub fn option(&self, id: OptionId) -> &Opt {
        &self.option_list(id.list).options[id.index as usize]
    }
    pub fn item_ids(&self) -> impl Iterator<Item = ItemId> + '_ {
        (0..self.items.len() as u32).map(ItemId)
    }
    pub fn option_list_ids(&self) -> impl Iterator<Item = OptionListId> + '_ {
        (0..self.option_lists.len() as u16).map(OptionListId)
    }
    /// What `option` adds to the price of `item`: the item's own price for it, else the list's.
    pub fn option_price(&self, item: ItemId, option: OptionId) -> Money {
        let own = self.item_options(item, option.list);
        let own = own.and_then(|o| o.prices.iter().find(|(id, _)| *id == option));
        own.map_or(self.option(option).price, |(_, price)| *price)
    }
    /// How `item` takes `list`, if it does.
    pub fn item_options(&self, item: ItemId, list: OptionListId) -> Option<&ItemOptions> {
        self.item(item).options.iter().find(|o| o.list == list)
    }
    /// Whether `item` can be had with no more than one of `list`.
    pub fn has_one(&self, item: ItemId, list: OptionListId) -> bool {
        let of = self.option_list(list);
        let most = || self.item_options(item, list).is_some_and(|how| how.max == 1);
        of.choose == Choose::One || of.options.len() > 1 && most()
    }
}
