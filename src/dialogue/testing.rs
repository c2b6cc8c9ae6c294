//! A small shop and hand-made acts, for tests of the machine alone.

use crate::commerce::cart::{Cart, Choice, Quantity};
use crate::commerce::fulfilment::Queue;
use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::stock::Stock;
use crate::money::Money;
use crate::shop::{
    Category, CategoryId, Choose, Item, ItemId, ItemOptions, Names, Opt, OptionId, OptionList, OptionListId, Shop, Unit,
};
use crate::understand::{Act, ActKind, Edit, ItemRequest, Understanding, Which};

use super::event::{Effect, Event, Request, Wanted, World};
use super::{Message, Parked, State, handle};

pub const LATTE: ItemId = ItemId(0);
pub const MOCHA: ItemId = ItemId(1);
pub const GREEN: ItemId = ItemId(2);
pub const BLACK: ItemId = ItemId(3);
pub const ROLL: ItemId = ItemId(4);
pub const APPLES: ItemId = ItemId(5);
/// Sold out.
pub const BUN: ItemId = ItemId(6);
pub const TEA: CategoryId = CategoryId(1);
pub const SMALL: OptionId = option(0, 0);
pub const LARGE: OptionId = option(0, 1);
pub const OAT: OptionId = option(1, 1);
/// Sold out.
pub const SOY: OptionId = option(1, 2);
pub const VANILLA: OptionId = option(2, 0);
pub const SIZE: OptionListId = OptionListId(0);

const fn option(list: u16, index: u16) -> OptionId {
    OptionId { list: OptionListId(list), index }
}

pub fn shop() -> Shop {
    let names = |title: &str| Names { title: title.into(), ..Names::default() };
    let opt = |title: &str, price| Opt { key: title.into(), names: names(title), price: Money(price), available: true };
    let list = |title: &str, choose, options: Vec<Opt>| OptionList {
        key: title.into(),
        names: names(title),
        choose,
        graded: true,
        max_count: 4,
        ask: None,
        options,
    };
    let mut milk = list("milk", Choose::One, vec![opt("whole milk", 0), opt("oat milk", 50), opt("soy milk", 50)]);
    milk.options[2].available = false;
    let sized = ItemOptions { required: true, ..ItemOptions::plain(SIZE, 1) };
    let milky = ItemOptions { defaults: vec![option(1, 0)], ..ItemOptions::plain(OptionListId(1), 1) };
    let sweet = ItemOptions::plain(OptionListId(2), 2);
    let coffee = vec![sized, milky, sweet];
    let item = |title: &str, category, price, options: &[ItemOptions]| Item {
        key: title.into(),
        names: names(title),
        category: CategoryId(category),
        price: Money(price),
        unit: Unit::Each,
        description: None,
        ingredients: vec![],
        tags: vec![],
        options: options.to_vec(),
        available: true,
        tax_class: None,
        max_quantity: 20,
        age: None,
    };
    let mut items = vec![
        item("latte", 0, 400, &coffee),
        item("mocha", 0, 450, &coffee),
        item("green tea", 1, 300, &[]),
        item("black tea", 1, 280, &[]),
        item("cinnamon roll", 2, 350, &[]),
        item("apples", 3, 200, &[]),
        item("bun", 2, 150, &[]),
    ];
    items[APPLES.0 as usize].unit = Unit::Measure("lb".into());
    items[BUN.0 as usize].available = false;
    Shop {
        key: "test".into(),
        name: "Test".into(),
        language: "en".into(),
        categories: ["coffee", "tea", "pastry", "fruit"]
            .map(|title| Category { key: title.into(), names: names(title) })
            .to_vec(),
        items,
        option_lists: vec![
            list("size", Choose::One, vec![opt("small", 0), opt("large", 100)]),
            milk,
            list("syrup", Choose::Many, vec![opt("vanilla", 60), opt("caramel", 60)]),
        ],
        ..Shop::default()
    }
}

/// A conversation with the machine: acts in, messages out; what the service would do is done here.
pub struct Conversation {
    pub shop: Shop,
    pub stock: Stock,
    pub moment: Moment,
    pub queue: Queue,
    pub state: State,
    pub said: Vec<Message>,
    pub placed: Vec<Vec<(u32, ItemId)>>,
    /// What the machine wanted done in the last event, besides speaking.
    pub effects: Vec<Effect>,
    /// What was put aside before, for who comes back for it.
    pub aside: Vec<Parked>,
    /// Whether somebody can be told of a hand-over.
    pub staffed: bool,
}

pub const NOW: i64 = 1_800_000_000_000;
pub const CODE: u32 = 472;

impl Conversation {
    pub fn new() -> Conversation {
        Conversation {
            shop: shop(),
            stock: Stock::default(),
            moment: Moment::default(),
            queue: Queue::default(),
            state: State { greeted: true, ..State::default() },
            said: vec![],
            placed: vec![],
            effects: vec![],
            aside: vec![],
            staffed: true,
        }
    }

    pub fn hears(&mut self, acts: impl IntoIterator<Item = ActKind>) -> &mut Conversation {
        self.hears_words("", acts)
    }

    pub fn hears_words(&mut self, words: &str, acts: impl IntoIterator<Item = ActKind>) -> &mut Conversation {
        let acts = acts.into_iter().map(|kind| Act { kind, span: 0..words.len() }).collect();
        self.event(Event::Heard {
            transcript: words.into(),
            understanding: Understanding { acts, consent: true, ..Understanding::default() },
        })
    }

    pub fn event(&mut self, event: Event) -> &mut Conversation {
        self.said.clear();
        self.effects.clear();
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let (shop, stock, moment, staffed) = (&self.shop, &self.stock, self.moment, self.staffed);
            let queue = self.queue;
            let world = World { shop, stock, moment, now: NOW, queue, staffed, approved: false, payment: None };
            let (state, effects) = handle(&world, &self.state, event);
            // What is remembered must survive being written down.
            let text = serde_json::to_string(&state).expect("a state is plain data");
            self.state = serde_json::from_str(&text).expect("and comes back");
            assert_eq!(self.state, state);
            for effect in effects {
                match effect {
                    Effect::Say(messages) => self.said.extend(messages),
                    Effect::Ask(request) => next = Some(self.answer(request)),
                    effect => self.effects.push(effect),
                }
            }
        }
        self
    }

    fn answer(&mut self, request: Request) -> Event {
        match request {
            Request::Account => Event::Account(None),
            Request::Approve => Event::CodeLookedAt { right: false },
            Request::StopPayment => Event::Stopping,
            Request::Place { ready, .. } => {
                self.placed.push(amounts(ready.cart()));
                let total = Quote::of(&self.shop, ready.cart(), self.moment).total;
                Event::Placed { number: self.placed.len() as u64, total }
            }
            Request::HandOver { .. } => Event::HandedOver { told: self.staffed },
            Request::LookUp(wanted) => {
                let there = |parked: &&Parked| match wanted {
                    Wanted::Code(code) => code == CODE,
                    Wanted::Lately => true,
                    Wanted::This(id) => parked.id == id,
                };
                Event::Found { wanted, parked: self.aside.iter().filter(there).cloned().collect() }
            }
            Request::PutAside => Event::PutAside { code: CODE },
        }
    }

    /// The last timer runs out.
    pub fn silence(&mut self) -> &mut Conversation {
        let timer = self.effects.iter().find_map(|effect| match effect {
            Effect::Wait { id, .. } => Some(*id),
            _ => None,
        });
        self.event(Event::Timer(timer.expect("a timer was set")))
    }

    pub fn ended(&self) -> bool {
        self.effects.contains(&Effect::End)
    }

    /// Pieces (or thousandths) and items, in the cart's order.
    pub fn lines(&self) -> Vec<(u32, ItemId)> {
        amounts(&self.state.cart)
    }

    pub fn choices(&self, line: usize) -> Vec<OptionId> {
        self.state.cart.lines[line].choices.iter().map(|choice| choice.option).collect()
    }

    pub fn question(&self) -> &Message {
        self.said.last().expect("something was said")
    }
}

fn amounts(cart: &Cart) -> Vec<(u32, ItemId)> {
    let amount = Quantity::rounded;
    cart.lines.iter().map(|line| (amount(line.quantity), line.item)).collect()
}

pub fn want(item: ItemId) -> ItemRequest {
    ItemRequest::bare(Which::Item(item))
}

pub fn add(item: ItemId) -> ActKind {
    ActKind::Add(want(item))
}

pub fn add_of(count: u32, item: ItemId, options: &[OptionId]) -> ActKind {
    let choices = options.iter().copied().map(Choice::plain).collect();
    ActKind::Add(ItemRequest { quantity: Some(Quantity::Count(count)), choices, ..want(item) })
}

pub fn fragment(options: &[OptionId]) -> ActKind {
    ActKind::Fragment { edits: options.iter().copied().map(choose).collect(), all: false }
}

pub fn choose(option: OptionId) -> Edit {
    Edit::Choose(Choice::plain(option))
}
