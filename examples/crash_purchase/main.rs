//! A customer who buys while the program is killed under their hands, over and over:
//! `cargo run --release --example crash_purchase -- --kills 500`.
//!
//! The real program runs under the eye of this one, which kills it just before its first, second, third … call that writes
//! to a disk or to another machine, in whatever thread; then it is started again, and the customer goes on. A printer and a
//! program that is told by webhook are there, on real sockets; the latter refuses now and then. Cards are held to a reader
//! of a payment server, a process of its own (`scripts/fake-stripe`); each fifth is declined. In the end every purchase must
//! be there once, paid once, told once (repeats bear the same id), at one price everywhere, and gone from the stock; and the
//! payment server must have taken what the orders come to, and not a cent more.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("a program is watched call by call on Linux only");
}

#[path = "../../tests/support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod watched;

#[cfg(target_os = "linux")]
fn main() -> Result<(), linux::Failure> {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::{BTreeMap, BTreeSet};
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::{ChildStdin, ChildStdout, Command, Stdio};
    use std::sync::{Arc, Mutex};
    use std::thread::JoinHandle;

    use clap::Parser;
    use saycart::commerce::order::OrderStanding;
    use saycart::commerce::payment::PaymentStatus;
    use saycart::service::records::{ParcelState, Records, StockChange, StockKey, StoredOrder};
    use saycart::shop::Shop;

    use crate::support::stripe::{BAD, Front, GOOD, KEY, READER};
    use crate::watched::{watch, watched};

    pub type Failure = Box<dyn std::error::Error + Send + Sync>;

    #[derive(Debug, Parser)]
    struct Args {
        #[arg(long, default_value_t = 500)]
        kills: usize,
        /// The program; built with `cargo build --release`
        #[arg(long, default_value = "target/release/saycart")]
        program: PathBuf,
        /// Where the database is made; a directory in memory would have nothing to write to
        #[arg(long, default_value = "target")]
        dir: PathBuf,
    }

    /// So many of what is bought are there at first.
    const STOCK: u32 = 1_000_000;
    const ITEM: &str = "latte";

    /// What arrived elsewhere, by the id of the message: the number of the order and what it comes to.
    #[derive(Default)]
    struct Elsewhere {
        tickets: BTreeMap<String, String>,
        told: BTreeMap<String, serde_json::Value>,
        repeats: usize,
        /// Broken off in the middle.
        halves: usize,
    }

    struct Scene {
        program: PathBuf,
        home: PathBuf,
        shop: Shop,
        cards: Arc<Front>,
    }

    pub fn main() -> Result<(), Failure> {
        let args = Args::parse();
        let directory = tempfile::tempdir_in(&args.dir)?;
        let elsewhere = Arc::new(Mutex::new(Elsewhere::default()));
        let (printer, till) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
        let cards = Arc::new(Front::start());
        let scene = Scene::set(&args.program, directory.path(), &printer, &till, cards.clone())?;
        let holding = Arc::downgrade(&cards);
        std::thread::spawn(move || {
            let mut held = 0;
            while let Some(cards) = holding.upgrade() {
                held += usize::from(cards.tap_if_asked(if held % 5 == 4 { BAD } else { GOOD }));
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        });
        let (seen, known) = (elsewhere.clone(), elsewhere.clone());
        std::thread::spawn(move || printer.incoming().flatten().for_each(|stream| print(stream, &seen)));
        std::thread::spawn(move || {
            till.incoming().flatten().enumerate().for_each(|(n, stream)| tell(n, stream, &known))
        });

        let mut customer = Customer { bought: BTreeSet::new(), cups: BTreeMap::new() };
        let (mut kills, mut at, mut whole) = (0, 1, 0);
        while kills < args.kills {
            let (killed, back) = scene.run(customer, Some(at))?;
            customer = back?;
            if killed {
                kills += 1;
                at += 1;
            } else {
                // It did all that it does for a purchase: from the first call on again.
                whole += 1;
                at = 1;
            }
        }
        // What is under way is finished in peace.
        customer = scene.run(customer, None)?.1?;
        scene.wait_for_all(&elsewhere)?;
        let seen = elsewhere.lock().map_err(|_| "a listener died")?;
        println!(
            "{kills} kills, {whole} runs to the end; {} purchases; {} messages repeated, {} tickets broken off",
            customer.bought.len(),
            seen.repeats,
            seen.halves
        );
        let [lost, duplicated, disagreeing] = scene.judge(&customer, &seen)?;
        println!("lost {lost} duplicated {duplicated} disagreeing {disagreeing}");
        if [lost, duplicated, disagreeing] == [0; 3] { Ok(()) } else { Err("a purchase did not survive".into()) }
    }

    impl Scene {
        fn set(
            program: &Path,
            home: &Path,
            printer: &TcpListener,
            till: &TcpListener,
            cards: Arc<Front>,
        ) -> Result<Scene, Failure> {
            let (directory, secret) = (home.join("shop"), home.join("secret"));
            std::fs::create_dir(&directory)?;
            for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe"))? {
                let entry = entry?;
                std::fs::copy(entry.path(), directory.join(entry.file_name()))?;
            }
            std::fs::write(&secret, "a secret of the test")?;
            let key = std::path::absolute(home.join("key"))?;
            std::fs::write(&key, KEY)?;
            let description = std::fs::read_to_string(directory.join("shop.toml"))?;
            let outlets = format!(
                "\n[payment]\nways = [\"card\", \"counter\"]\n[payment.card]\nurl = \"{}\"\nreader = \"{READER}\"\n\
                 secret_file = \"{}\"\n[tickets.kitchen]\nprinter = \"{}\"\n[webhooks.till]\nurl = \"http://{}/\"\nsecret_file = \"{}\"\n",
                cards.url,
                key.display(),
                printer.local_addr()?,
                till.local_addr()?,
                std::path::absolute(&secret)?.display()
            );
            std::fs::write(directory.join("shop.toml"), description + &outlets)?;
            let shop = Shop::load(&directory).map_err(|found| found.to_string())?.shop;
            let scene = Scene { program: std::path::absolute(program)?, home: std::path::absolute(home)?, shop, cards };
            let mut records = Records::open_or_begin(&scene.database())?;
            records.set_stock(&scene.shop.key, &[(StockKey::Item(ITEM.into()), StockChange::Amount(STOCK))])?;
            Ok(scene)
        }

        fn database(&self) -> PathBuf {
            self.home.join("saycart.db")
        }

        /// Run the program until it ends or, before its `kill`th call that changes something outside it, is killed. The
        /// customer is served meanwhile. Whether it was killed.
        fn run(&self, customer: Customer, kill: Option<usize>) -> Result<(bool, Result<Customer, Failure>), Failure> {
            let mut command = Command::new(&self.program);
            command.env("HOME", &self.home).env("RUST_LOG", "off");
            command.arg("--shop").arg(self.home.join("shop")).arg("--database").arg(self.database());
            command.args(["chat", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            if kill.is_some() {
                // SAFETY: between fork and exec only one system call is made.
                unsafe { command.pre_exec(watched) };
            }
            let mut child = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
            let (typed, said) = (child.stdin.take().ok_or("no input")?, child.stdout.take().ok_or("no output")?);
            let database = self.database();
            let served: JoinHandle<Result<Customer, Failure>> =
                std::thread::spawn(move || customer.buys(typed, BufReader::new(said), &database));
            let killed = match kill {
                Some(at) => watch(&mut child, at)?,
                None => {
                    child.wait()?;
                    false
                }
            };
            Ok((killed, served.join().map_err(|_| "the customer died")?))
        }

        /// Until nothing waits any more: each run of the program brings what is left.
        fn wait_for_all(&self, elsewhere: &Mutex<Elsewhere>) -> Result<(), Failure> {
            for _ in 0..50 {
                let waits = Records::open(&self.database())?.outbox(false, usize::MAX >> 1)?;
                if waits.is_empty() {
                    return Ok(());
                }
                let mut command = Command::new(&self.program);
                command.env("HOME", &self.home).arg("--shop").arg(self.home.join("shop"));
                command.arg("--database").arg(self.database()).arg("chat").stdin(Stdio::null());
                command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
            }
            let told = elsewhere.lock().map_err(|_| "a listener died")?.told.len();
            Err(format!("messages still wait after 50 starts; {told} were told").into())
        }

        fn judge(&self, customer: &Customer, seen: &Elsewhere) -> Result<[usize; 3], Failure> {
            let records = Records::open(&self.database())?;
            let orders = records.orders(usize::MAX >> 1)?;
            let parcels = records.outbox(true, usize::MAX >> 1)?;
            let (mut lost, mut duplicated, mut disagreeing) = (0, 0, 0);
            let (open, orders): (Vec<_>, Vec<_>) =
                orders.into_iter().partition(|order| order.standing == OrderStanding::Pending);
            disagreeing += open.len();
            let placed = |order: &StoredOrder| order.standing == OrderStanding::Placed;
            let (orders, void): (Vec<_>, Vec<_>) = orders.into_iter().partition(placed);
            let ids: BTreeSet<i64> = orders.iter().map(|order| order.id).collect();
            lost += customer.bought.difference(&ids).count();
            duplicated += ids.difference(&customer.bought).count();
            // Nobody hears of what came to nothing.
            duplicated += parcels.iter().filter(|parcel| void.iter().any(|order| order.id == parcel.order)).count();
            let paid = |order: &&StoredOrder| match &order.payments[..] {
                [payment] => payment.status == PaymentStatus::Succeeded && payment.amount == order.order.total(),
                _ => false,
            };
            disagreeing += orders.len() - orders.iter().filter(paid).count();
            let owed: i64 = orders.iter().map(|order| order.order.total().0).sum();
            let taken = self.cards.taken();
            println!("{} orders of {owed} placed, {taken} taken; {} declined", orders.len(), void.len());
            disagreeing += usize::from(taken != owed);
            let mut cups_sold = 0;
            for order in &orders {
                let of_order: Vec<_> = parcels.iter().filter(|parcel| parcel.order == order.id).collect();
                let ids = |outlet: &str| of_order.iter().filter(|parcel| parcel.outlet == outlet).collect::<Vec<_>>();
                let (tickets, told) = (ids("kitchen"), ids("till"));
                let arrived = of_order.iter().all(|parcel| parcel.state == ParcelState::Arrived);
                let there = tickets.iter().any(|parcel| seen.tickets.contains_key(&parcel.id))
                    && told.iter().any(|parcel| seen.told.contains_key(&parcel.id));
                lost += usize::from(!there || !arrived);
                duplicated += usize::from(tickets.len() > 1 || told.len() > 1);
                let cups = order.order.line_items[0].quantity.original.decimal();
                cups_sold += cups.parse::<u32>()?;
                let total = order.order.total().0;
                let agrees = |body: &serde_json::Value| {
                    body["order_id"] == order.id
                        && body["data"]["totals"]
                            .as_array()
                            .is_some_and(|rows| rows.iter().any(|row| row["amount"] == total))
                };
                let printed = self.shop.currency.format(order.order.total());
                let on_paper = |text: &String| text.contains(&printed) && text.contains(&format!("{cups} "));
                let wanted = customer.cups.get(&order.id).is_none_or(|wanted| *wanted == cups);
                let all = tickets.iter().filter_map(|parcel| seen.tickets.get(&parcel.id)).all(on_paper)
                    && told.iter().filter_map(|parcel| seen.told.get(&parcel.id)).all(agrees);
                disagreeing += usize::from(!all || !wanted || order.order.line_items.len() != 1);
            }
            let ours: BTreeSet<&String> = parcels.iter().map(|parcel| &parcel.id).collect();
            let strangers = seen.told.keys().chain(seen.tickets.keys()).filter(|id| !ours.contains(id)).count();
            let left = records.stock(&self.shop.key)?.iter().find_map(|level| level.amount);
            disagreeing += strangers + usize::from(left != Some(STOCK - cups_sold));
            Ok([lost, duplicated, disagreeing])
        }
    }

    /// Buys one thing after the other, a different number of cups each time.
    struct Customer {
        /// Orders by their ids: those that were acknowledged, or are found to be there.
        bought: BTreeSet<i64>,
        /// By the order's id, where it was told.
        cups: BTreeMap<i64, String>,
    }

    impl Customer {
        /// Go on with the purchase under way, or begin one, until it is placed or nobody answers any more.
        fn buys(
            mut self,
            mut typed: ChildStdin,
            mut said: BufReader<ChildStdout>,
            database: &Path,
        ) -> Result<Customer, Failure> {
            let mut say = |words: &str| -> Option<serde_json::Value> {
                writeln!(typed, "{words}").ok()?;
                let mut line = String::new();
                said.read_line(&mut line).ok()?;
                serde_json::from_str(&line).ok()
            };
            // Whoever was not told whether it went through asks the staff.
            if let Ok(records) = Records::open(database) {
                let there = records.orders(usize::MAX >> 1)?.into_iter();
                self.bought.extend(there.filter(|o| o.standing == OrderStanding::Placed).map(|o| o.id));
            }
            let cups = (self.bought.len() % 7 + 2).to_string();
            let Some(mut turn) = say("what do I have") else { return Ok(self) };
            for n in 0..2_000 {
                if let Some(id) = turn["order"]["id"].as_i64() {
                    if self.bought.insert(id) {
                        self.cups.insert(id, cups);
                    }
                    return Ok(self);
                }
                let paying = turn["checkout"]["status"] == "complete_in_progress";
                let empty = turn["cart"]["line_items"].as_array().is_none_or(Vec::is_empty);
                let words = match n % 4 {
                    _ if paying => "are you there",
                    _ if empty => &format!("{cups} large lattes with oat milk"),
                    0 => "for here",
                    1 => "that's all",
                    2 => "by card",
                    _ => "yes",
                };
                if paying {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                let Some(next) = say(words) else { return Ok(self) };
                turn = next;
            }
            Err(format!("purchase {} cannot be brought to its end: {turn}", self.bought.len() + 1).into())
        }
    }

    /// A printer that cuts: the id stands last on each ticket.
    fn print(mut stream: impl Read, elsewhere: &Mutex<Elsewhere>) {
        let mut bytes = vec![];
        // A program that is killed breaks off.
        let _ = stream.read_to_end(&mut bytes);
        // It feeds the paper by a command.
        let text = String::from_utf8_lossy(&bytes).replace("\x1bd\x01", "\n");
        let id = text.lines().rev().find(|line| line.len() == 32 && line.bytes().all(|b| b.is_ascii_hexdigit()));
        let Ok(mut elsewhere) = elsewhere.lock() else { return };
        match id {
            Some(id) => {
                let id = id.to_string();
                elsewhere.repeats += usize::from(elsewhere.tickets.insert(id, text).is_some());
            }
            None => elsewhere.halves += 1,
        }
    }

    /// A till that is too busy each fifth time.
    fn tell(n: usize, stream: std::net::TcpStream, elsewhere: &Mutex<Elsewhere>) {
        let mut reader = BufReader::new(stream);
        let (mut line, mut length, mut id) = (String::new(), 0, String::new());
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            let lower = line.to_lowercase();
            if let Some(n) = lower.strip_prefix("content-length:") {
                length = n.trim().parse().unwrap_or(0);
            }
            if let Some(of) = lower.strip_prefix("webhook-id:") {
                id = of.trim().into();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        if length == 0 || reader.read_exact(&mut body).is_err() {
            return;
        }
        let (Ok(body), Ok(mut elsewhere)) = (serde_json::from_slice(&body), elsewhere.lock()) else { return };
        let status = if n % 5 == 4 { 503 } else { 200 };
        if status == 200 {
            elsewhere.repeats += usize::from(elsewhere.told.insert(id, body).is_some());
        }
        let answer = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        // Who was killed meanwhile does not hear it.
        let _ = reader.get_mut().write_all(answer.as_bytes());
    }
}
