//! A shop in which an order waits for its payment, and a courier who goes only when he is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use saycart::commerce::cart::{Cart, Choice, Quantity};
use saycart::commerce::order::{Order, OrderStanding};
use saycart::commerce::payment::{Payment, PaymentStatus, Standing};
use saycart::commerce::pricing::{Moment, Quote};
use saycart::commerce::saved::Channel;
use saycart::commerce::stock::Stock;
use saycart::money::Money;
use saycart::payment::{Provider, StripeProvider};
use saycart::service::paying::Courier;
use saycart::service::{Clock, HandClock};
use saycart::shop::{CardProvider, PayBy, Payments, Shop, Stripe};
use saycart::store::*;

use super::sample::*;
use super::stripe::{Front, KEY, READER};

pub const BEGAN: i64 = 1_795_000_000_000;
pub const PLACE: Place<'static> = Place { shop: "corner", channel: Channel::Voice, point: "" };

pub struct Till {
    pub shop: Shop,
    /// As the desk's.
    pub store: Store,
    pub clock: Arc<HandClock>,
    pub placed: Arc<AtomicUsize>,
    pub directory: tempfile::TempDir,
    pub courier: Courier,
    turns: u32,
    conversation: ConversationId,
}

/// With that address, and a key that fits.
pub fn stripe(directory: &Path, url: &str, reader: Option<&str>) -> Stripe {
    let secret_file = directory.join("stripe.key");
    std::fs::write(&secret_file, format!("{KEY}\n")).unwrap();
    let thanks = reader.is_none().then(|| "https://corner.example/thanks".to_string());
    Stripe { url: url.into(), secret_file, reader: reader.map(String::from), thanks, news: None }
}

/// One who answers within so much, or is thought not to.
pub fn hurried(directory: &Path, front: &Front, reader: bool) -> Box<dyn Provider> {
    let stripe = stripe(directory, &front.url, reader.then_some(READER));
    Box::new(StripeProvider::new(stripe, Duration::from_millis(500)))
}

impl Till {
    pub fn with(card: impl FnOnce(&Path) -> Box<dyn Provider>) -> Till {
        let directory = tempfile::tempdir().unwrap();
        let provider = card(directory.path());
        let database = directory.path().join("saycart.db");
        let shop = shop();
        let clock = Arc::new(HandClock::new(BEGAN));
        let mut store = Store::open(&database).unwrap();
        store.set_stock("corner", &[(StockKey::Item("latte".into()), StockChange::Amount(9))], BEGAN).unwrap();
        let conversation = store.begin(PLACE, &shop, BEGAN).unwrap().id;
        let placed = Arc::new(AtomicUsize::new(0));
        let told = placed.clone();
        let beside = Store::open_beside(&database).unwrap();
        let courier = Courier::new(beside, &shop, provider, clock.clone() as Arc<dyn Clock>, move || {
            told.fetch_add(1, Ordering::SeqCst);
        });
        Till { shop, store, clock, placed, directory, courier, turns: 0, conversation }
    }

    /// With a reader, at this server.
    pub fn reader(front: &Front) -> Till {
        Till::with(|directory| hurried(directory, front, true))
    }

    /// Where people pay on a page.
    pub fn page(front: &Front) -> Till {
        Till::with(|directory| hurried(directory, front, false))
    }

    pub fn database(&self) -> PathBuf {
        self.directory.path().join("saycart.db")
    }

    /// Two lattes, paid so; the cart stays, as it does until it is paid. The order's id.
    pub fn order(&mut self, payments: &[NewPayment]) -> i64 {
        let mut cart = Cart::default();
        cart.add(&self.shop, LATTE, Quantity::Count(2), [Choice::plain(LARGE), Choice::plain(OAT)], []).unwrap();
        cart.choose_for_order(&self.shop, Choice::plain(HERE)).unwrap();
        let ready = cart.ready(&self.shop, &Stock::default()).expect("nothing stands against it");
        let quote = Quote::of(&self.shop, &cart, Moment::default());
        let number = self.store.next_order_number().unwrap();
        let order = Order::place(&self.shop, &ready, &quote, &labels(), number, self.clock.now());
        self.turns += 1;
        let parcel =
            NewParcel { id: format!("parcel-{number}"), outlet: "kitchen".into(), payload: "two lattes".into() };
        let committed = self.store.commit_turn(&TurnCommit {
            conversation: self.conversation,
            turn: self.turns,
            shop: &self.shop,
            cart: &cart,
            state: "{}",
            transcript: "yes",
            acts: "[]",
            reply: "Hold your card to the reader, please.",
            times: "{}",
            takes_stock: &Takes::from([(StockKey::Item("latte".into()), 2)]),
            held_until: None,
            parcels: &[parcel],
            payments,
            stops_payment: false,
            order: Some(&order),
            idempotency_key: None,
            ended: false,
            put_aside: None,
            takes: None,
            now: self.clock.now(),
        });
        committed.unwrap().order.unwrap().id
    }

    /// The same, by one card.
    pub fn order_by_card(&mut self) -> i64 {
        let payment = card("pay-1", 1_050);
        self.order(&[payment])
    }

    /// Send the courier, once.
    pub fn go(&mut self) -> Option<i64> {
        self.courier.round().unwrap()
    }

    /// So much later, send him again.
    pub fn later(&mut self, milliseconds: u64) -> Option<i64> {
        self.clock.advance(Duration::from_millis(milliseconds));
        self.go()
    }

    /// As the desk sees it.
    pub fn standing(&self) -> Standing {
        self.store.standing(self.conversation).unwrap().expect("somebody pays by card")
    }

    pub fn give_up(&mut self, order: i64) {
        let now = self.clock.now();
        assert_eq!(self.store.give_up_payments(order, now).unwrap(), 1);
    }

    pub fn payment(&self, order: i64) -> Payment {
        self.store.order(order).unwrap().payments.remove(0)
    }

    pub fn standing_of(&self, order: i64) -> OrderStanding {
        self.store.order(order).unwrap().standing
    }

    pub fn lattes(&self) -> u32 {
        self.store.stock("corner", None, self.clock.now()).unwrap()[0].amount.unwrap()
    }

    /// The cart's lines, as who comes back finds them.
    pub fn cart(&mut self) -> usize {
        let now = self.clock.now();
        let saved = self.store.resume(PLACE, &self.shop, now, 3_600_000).unwrap().expect("it is under way");
        saved.cart.lines.len()
    }

    /// What waits to be told elsewhere, and is due.
    pub fn parcels(&self) -> usize {
        let due = self.store.due_parcel("corner", "kitchen", self.clock.now()).unwrap();
        usize::from(due.is_ok())
    }

    pub fn told(&self) -> usize {
        self.placed.load(Ordering::SeqCst)
    }

    /// That nothing of an order has come about.
    #[track_caller]
    pub fn is_void(&mut self, order: i64) {
        assert_eq!(self.standing_of(order), OrderStanding::Canceled);
        assert_eq!((self.lattes(), self.parcels(), self.told()), (9, 0, 0), "stock, tickets, told");
        assert_eq!(self.cart(), 1, "what they wanted is still there to be paid otherwise");
    }

    #[track_caller]
    pub fn is_placed(&mut self, order: i64) {
        assert_eq!(self.standing_of(order), OrderStanding::Placed);
        assert_eq!((self.lattes(), self.parcels(), self.told()), (7, 1, 1), "stock, tickets, told");
        assert_eq!(self.cart(), 0, "nobody buys it twice");
    }
}

pub fn id() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(0))
}

/// A payment by card, as the desk records it.
pub fn card(id: &str, amount: i64) -> NewPayment {
    NewPayment {
        id: id.into(),
        method: PayBy::Card,
        amount: Money(amount),
        status: PaymentStatus::Begun,
        tendered: None,
        account: None,
    }
}

/// As a shop describes it.
pub fn payments(card: CardProvider) -> Payments {
    Payments { ways: vec![PayBy::Card, PayBy::Counter], card: Some(card) }
}
