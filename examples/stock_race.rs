//! Whether two processes can sell the last one twice: 8 processes try to place 1,000 orders of one piece each, of which there
//! are 100, in one database at once.
//!
//! cargo run --release --example stock_race

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use saycart::commerce::cart::{Cart, Quantity};
use saycart::commerce::order::Order;
use saycart::commerce::pricing::{Moment, Quote};
use saycart::commerce::saved::Channel;
use saycart::commerce::stock::Stock;
use saycart::lang::Language;
use saycart::shop::{ItemId, Shop, load};
use saycart::store::{Place, StockChange, StockKey, Store, StoreError, Takes, TurnCommit};

const PROCESSES: usize = 8;
const ATTEMPTS: usize = 1_000;
const PIECES: u32 = 100;
const NOW: i64 = 1_800_000_000_000;

const SHOP: &str = "name = \"N\"\nkey = \"n\"\nlanguage = \"en\"\ncurrency = \"USD\"\n\
    [categories.a]\nitems = [{ name = \"lamp\", price = \"4.00\" }]\n";

fn shop() -> Shop {
    load::read(&|_| Ok(SHOP.as_bytes().to_vec()), None).unwrap_or_else(|found| panic!("{found}")).shop
}

fn lamp() -> StockKey {
    StockKey::Item("lamp".into())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, path, worker, attempts] = &arguments[..] {
        let attempts = attempts.parse().expect("a number");
        println!("{}", sell(Path::new(path), worker, attempts));
        return ExitCode::SUCCESS;
    }
    let directory = tempfile::tempdir().expect("a place for the database");
    let path = directory.path().join("race.db");
    let mut store = Store::open(&path).expect("a new database");
    store.set_stock("n", &[(lamp(), StockChange::Amount(PIECES))], NOW).expect("it is counted");
    drop(store);
    let worker = |n: usize| {
        let attempts = (ATTEMPTS + n) / PROCESSES;
        let program: PathBuf = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg(&path).arg(format!("till {n}")).arg(attempts.to_string()).stdout(Stdio::piped());
        command.spawn().expect("a process starts")
    };
    let workers: Vec<_> = (0..PROCESSES).map(worker).collect();
    let said =
        |output: std::process::Output| String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().unwrap_or(0);
    let sold: u32 = workers.into_iter().map(|worker| said(worker.wait_with_output().expect("it ends"))).sum();
    let store = Store::open_for_reading(&path).expect("the database is there");
    let orders = store.orders(ATTEMPTS).expect("the orders are there").len() as u32;
    let left = store.stock("n", None, NOW).expect("the stock is there")[0].amount.unwrap_or(0);
    println!("{PROCESSES} processes, {ATTEMPTS} attempts: orders {orders}, left {left}; sold {sold} of {PIECES}");
    if sold == PIECES && orders == PIECES && left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How many of the attempts sold one.
fn sell(path: &Path, till: &str, attempts: usize) -> u32 {
    let (shop, labels) = (shop(), Language::load("en").expect("English").totals);
    let mut store = Store::open_beside(path).expect("the database opens");
    let place = Place { shop: "n", channel: Channel::Typed, point: till };
    let mut cart = Cart::default();
    cart.add(&shop, ItemId(0), Quantity::Count(1), [], []).expect("a lamp");
    let quote = Quote::of(&shop, &cart, Moment::default());
    let ready = cart.ready(&shop, &Stock::default()).expect("nothing stands against it");
    let takes = Takes::from([(lamp(), 1)]);
    let mut sold = 0;
    for _ in 0..attempts {
        let begun = patiently(|| store.begin(place, &shop, NOW)).expect("a conversation begins");
        let placed = patiently(|| {
            let number = store.next_order_number()?;
            let order = Order::place(&shop, &ready, &quote, &labels, number, NOW);
            store.commit_turn(&TurnCommit {
                conversation: begun.id,
                turn: 1,
                shop: &shop,
                cart: &Cart::default(),
                state: "{}",
                transcript: "",
                acts: "[]",
                reply: "",
                times: "{}",
                takes_stock: &takes,
                held_until: None,
                parcels: &[],
                order: Some(&order),
                payments: &[],
                stops_payment: false,
                idempotency_key: None,
                ended: true,
                put_aside: None,
                takes: None,
                now: NOW,
            })
        });
        match placed {
            Ok(_) => sold += 1,
            Err(StoreError::SoldMeanwhile) => {}
            Err(error) => panic!("{error}"),
        }
    }
    sold
}

/// Others write too: what is locked is tried again.
fn patiently<T>(mut work: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    loop {
        match work() {
            Err(StoreError::Busy { .. }) => {}
            done => return done,
        }
    }
}
