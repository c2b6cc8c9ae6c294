//! A shop that is left alone for hours: `make soak`, or
//! `scripts/virtual-audio cargo run --release --example soak -- --minutes 120`.
//!
//! The real program serves behind a virtual sound card. Customers order aloud, one after the other, and between and amid their words
//! things go wrong: noise, a television in the next room, devices unplugged while somebody speaks or is answered, sound servers that
//! end and come again, a shop read anew, a broken one refused, and clocks that jump (with Debian's `libfaketime`; without it they do
//! not, and the last line says so). In the end every order that a customer was told of must stand in the database once, with one
//! ticket; and memory, descriptors and threads must be what they were when all had happened once.

#[path = "../../tests/support/mod.rs"]
mod support;

mod books;
mod program;
mod troubles;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;
use saycart::config::Config;
use saycart::message::{HEARING_RATE, Sound};

use books::Books;
use program::{Program, Vitals};
use support::Failure;
use support::customer::Customer;
use support::sound_card::try_into_microphone;
use troubles::{TROUBLES, Trouble};

#[derive(Debug, Parser)]
struct Args {
    #[arg(long, default_value_t = 120)]
    minutes: u64,
    /// Minutes after which memory, descriptors and threads are looked at first; not before all troubles have happened once
    #[arg(long, default_value_t = 20)]
    warm: u64,
    /// The program; built with `cargo build --release`
    #[arg(long, default_value = "target/release/saycart")]
    program: PathBuf,
}

const ORDERS: &[&str] = &[
    "Hi, can I get a large latte, please?",
    "Could I have two blueberry muffins, please?",
    "I'd like a small cappuccino with oat milk.",
    "Give me two cinnamon rolls and an espresso.",
    "Can we get three butter croissants?",
    "A large iced americano and a small hot chocolate, please.",
];
const ADDED: &[&str] = &["And an espresso, please.", "And one more blueberry muffin.", "What do I have so far?"];
const CLOSED: &str = "That's all, thanks.";
const AGREED: &str = "Yes, please.";
/// Questions that may be asked before an order is placed.
const ANSWERS: usize = 4;

/// What came of it all, besides the orders.
#[derive(Debug, Default)]
struct Tally {
    conversations: usize,
    turns: usize,
    unanswered: usize,
    not_placed: usize,
    troubles: usize,
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let home = tempfile::tempdir_in("target")?;
    let program = Program::start(&args.program, home.path())?;
    let mut shop = Shop { program, customer: Customer::new(&Config::defaults()), tally: Tally::default() };
    let (begun, minute) = (Instant::now(), Duration::from_secs(60));
    let mut warm: Option<Vitals> = None;
    while begun.elapsed() < minute * args.minutes as u32 {
        let all_happened = shop.tally.conversations >= TROUBLES.len();
        if warm.is_none() && all_happened && begun.elapsed() > minute * args.warm as u32 {
            let vitals = shop.program.vitals()?;
            println!("warm after {} min: {vitals}", begun.elapsed().as_secs() / 60);
            warm = Some(vitals);
        }
        shop.serve()?;
        if shop.tally.conversations.is_multiple_of(10) {
            println!("{:4} min {:?} {}", begun.elapsed().as_secs() / 60, shop.tally, shop.program.vitals()?);
        }
    }
    let now = shop.program.rested()?;
    shop.program.end()?;
    let books = Books::read(home.path(), &shop.program.log())?;
    let warm = warm.unwrap_or_else(|| {
        println!("never warm: what follows of memory, descriptors and threads says nothing; let it run longer");
        now
    });
    println!("{:?}", shop.tally);
    println!(
        "orders {} orders_lost {} orders_duplicated {} rss_growth_percent {:.1} fds {:+} threads {:+} recoveries {} reloads {} \
         refused {} clock_jumps {} errors {} minutes {}",
        books.kept,
        books.lost,
        books.duplicated,
        now.growth(&warm),
        now.descriptors as i64 - warm.descriptors as i64,
        now.threads as i64 - warm.threads as i64,
        shop.program.count(" is back"),
        shop.program.count("were read anew"),
        shop.program.count("stay as they were"),
        shop.program.jumps(),
        shop.program.count("ERROR"),
        begun.elapsed().as_secs() / 60,
    );
    if books.lost + books.duplicated == 0 { Ok(()) } else { Err("an order is not as it was told".into()) }
}

/// The program, and who comes to it.
struct Shop {
    program: Program,
    customer: Customer,
    tally: Tally,
}

impl Shop {
    /// One customer, and what goes wrong meanwhile.
    fn serve(&mut self) -> Result<(), Failure> {
        let number = self.tally.conversations;
        let trouble = TROUBLES[number % TROUBLES.len()];
        self.tally.conversations += 1;
        self.tally.troubles += usize::from(trouble != Trouble::None);
        let placed = self.program.told();
        self.amid(ORDERS[number % ORDERS.len()], trouble)?;
        self.say(ADDED[number / 2 % ADDED.len()])?;
        self.say(CLOSED)?;
        for _ in 0..ANSWERS {
            if self.program.told() > placed {
                break;
            }
            self.say(AGREED)?;
        }
        self.tally.not_placed += usize::from(self.program.told() == placed);
        self.say("Goodbye.")
    }

    /// This is said while that happens; what was lost by it is said again.
    fn amid(&mut self, words: &str, trouble: Trouble) -> Result<(), Failure> {
        if trouble == Trouble::None {
            return self.say(words);
        }
        let sound = self.sound(words);
        trouble.happens(&mut self.program, &mut self.customer, &sound)?;
        self.program.wait_until_quiet();
        self.say(words)
    }

    /// Said, and answered to the end.
    fn say(&mut self, words: &str) -> Result<(), Failure> {
        self.program.alive()?;
        let sound = self.sound(words);
        let before = self.program.replies();
        try_into_microphone(&sound);
        self.tally.turns += 1;
        if !self.program.wait_for_reply(before) {
            self.tally.unanswered += 1;
        }
        self.program.wait_until_quiet();
        Ok(())
    }

    /// With half a second of room before and after.
    fn sound(&mut self, words: &str) -> Sound {
        let room = vec![0.0; HEARING_RATE as usize / 2];
        let samples = [room.clone(), self.customer.heard(words), room].concat();
        Sound { samples, rate: HEARING_RATE }
    }
}
