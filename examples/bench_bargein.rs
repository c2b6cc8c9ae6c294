//! Speaking over the assistant in made-up rooms (three delays, two levels of echo; see `tests/support/room.rs`), by the whole
//! daemon with the café, in real time: how often it answers itself, how soon it falls silent, whether what is said over a
//! reply is understood as it is without one, and what "stop" and "mm-hmm" do.

#[path = "../tests/support/mod.rs"]
mod support;

use clap::Parser;
use saycart::daemon::Turn;
use saycart::service::Setting;
use saycart::understand::{ActKind, Expect};
use support::Failure;
use support::hall::Hall;
use support::room::{Echo, echoes};

#[derive(Parser)]
struct Args {
    /// Turns in which nobody speaks over it, all rooms together
    #[arg(long, default_value_t = 50)]
    turns: usize,
    /// Orders said over a reply, all rooms together
    #[arg(long, default_value_t = 48)]
    orders: usize,
    /// "Stop" and back-channels, each, all rooms together
    #[arg(long, default_value_t = 12)]
    asides: usize,
    /// Set a configuration value, as `saycart --set`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

const QUESTIONS: &[&str] = &[
    "What do you have?",
    "What do I have so far?",
    "What syrups do you have?",
    "How much is a large mocha?",
    "What teas do you have?",
];
const ORDERS: &[&str] = &[
    "Can I get a large latte, please?",
    "A small cappuccino with oat milk.",
    "Two blueberry muffins, please.",
    "I'd like a medium mocha.",
    "Three croissants.",
    "An espresso, please.",
    "A large iced latte with vanilla syrup.",
    "Two cinnamon rolls and a small americano.",
];
const BACK_CHANNELS: &[&str] = &["Mm-hmm.", "Right.", "Okay.", "Uh-huh.", "I see."];
const STOPS: &[&str] = &["Stop!", "Stop, please.", "Be quiet."];
/// A long answer to be spoken over.
const LONG: &str = "What do you have?";
/// Seconds after which it is.
const AFTER: f32 = 1.0;

#[derive(Default)]
struct Figures {
    turns: usize,
    self_answers: usize,
    self_cuts: usize,
    unanswered: usize,
    right_alone: usize,
    right_over: usize,
    right_both: usize,
    stops: Vec<usize>,
    stopped: (usize, usize),
    went_on: (usize, usize),
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let place = tempfile::tempdir()?;
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var("CACHE_DIRECTORY", place.path().join("cache")) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut figures = Figures::default();
    let rooms = echoes();
    for (at, echo) in rooms.iter().enumerate() {
        let share = |all: usize| all / rooms.len() + usize::from(at < all % rooms.len());
        let database = place.path().join(format!("{at}.db"));
        runtime.block_on(async {
            let mut hall = Hall::open(&database, *echo, &args.set).await?;
            alone(&mut hall, share(args.turns), &mut figures).await?;
            orders(&mut hall, share(args.orders), *echo, &mut figures).await?;
            asides(&mut hall, share(args.asides), &mut figures).await?;
            hall.daemon.end();
            Ok::<_, Failure>(())
        })?;
    }
    figures.print();
    Ok(())
}

/// Whoever is heard where nobody speaks is the assistant itself.
async fn settle(hall: &mut Hall, figures: &mut Figures) -> Result<(), Failure> {
    while let Some(turn) = hall.quiet().await? {
        if !turn.heard.is_empty() {
            println!("answered itself: {:?}", turn.heard);
            figures.self_answers += 1;
        }
    }
    Ok(())
}

async fn alone(hall: &mut Hall, turns: usize, figures: &mut Figures) -> Result<(), Failure> {
    for at in 0..turns {
        figures.turns += 1;
        match hall.ask(QUESTIONS[at % QUESTIONS.len()]).await? {
            Some(turn) => figures.self_cuts += usize::from(turn.cut),
            None => figures.unanswered += 1,
        }
        settle(hall, figures).await?;
    }
    Ok(())
}

/// What was understood of it, and of the words as they are written.
fn is_right(setting: &Setting, said: &str, turn: Option<&Turn>) -> bool {
    let kinds = |text: &str| -> Vec<ActKind> {
        let read = setting.lexicon.understand(text, &Expect::default());
        read.acts.into_iter().map(|act| act.kind).collect()
    };
    turn.is_some_and(|turn| kinds(&turn.heard) == kinds(said))
}

async fn orders(hall: &mut Hall, orders: usize, echo: Echo, figures: &mut Figures) -> Result<(), Failure> {
    let setting = support::cafe()?;
    for at in 0..orders {
        let order = ORDERS[at % ORDERS.len()];
        let plain = hall.ask(order).await?;
        settle(hall, figures).await?;
        let (cut, onset) = hall.ask_and_say_over(LONG, order, AFTER).await?;
        let over = match cut {
            Some(turn) if turn.cut => hall.answer().await?,
            _ => None,
        };
        settle(hall, figures).await?;
        let (alone, both) = (is_right(&setting, order, plain.as_ref()), is_right(&setting, order, over.as_ref()));
        figures.right_alone += usize::from(alone);
        figures.right_over += usize::from(both);
        figures.right_both += usize::from(alone && both);
        let stop = hall.room.stops_after(onset);
        let ms = stop.map_or_else(|| "never".into(), |samples| format!("{} ms", samples / 16));
        let heard = over.map_or_else(String::new, |turn| turn.heard);
        println!("{:3.0} ms {:+3.0} dB: {order} → {heard:?}, silent after {ms}", echo.delay.as_millis(), echo.level);
        figures.stops.push(stop.unwrap_or(usize::MAX));
    }
    Ok(())
}

async fn asides(hall: &mut Hall, asides: usize, figures: &mut Figures) -> Result<(), Failure> {
    for at in 0..asides {
        let (turn, _) = hall.ask_and_say_over(LONG, STOPS[at % STOPS.len()], AFTER).await?;
        let cut = turn.is_some_and(|turn| turn.cut);
        let answered = hall.quiet().await?;
        figures.stopped.0 += usize::from(cut && answered.is_none());
        figures.stopped.1 += 1;
        if let Some(turn) = answered {
            println!("\"stop\" was answered: {:?}", turn.heard);
        }
        let aside = BACK_CHANNELS[at % BACK_CHANNELS.len()];
        let (turn, _) = hall.ask_and_say_over(LONG, aside, AFTER).await?;
        let whole = turn.is_some_and(|turn| !turn.cut);
        let answered = hall.quiet().await?;
        figures.went_on.0 += usize::from(whole && answered.is_none());
        figures.went_on.1 += 1;
        if let Some(turn) = answered {
            println!("{aside:?} was answered: {:?}", turn.heard);
        }
    }
    Ok(())
}

impl Figures {
    fn print(mut self) {
        self.stops.sort_unstable();
        let at = |share: f64| self.stops.get((self.stops.len() as f64 * share) as usize).map(|samples| samples / 16);
        let Figures { turns, self_answers, self_cuts, unanswered, right_alone, right_over, right_both, .. } = self;
        println!(
            "{turns} turns: answered itself {self_answers} times, cut itself off {self_cuts} times, did not answer {unanswered}"
        );
        println!(
            "{} orders: right alone {right_alone}, over a reply {right_over}, of those right alone {right_both}",
            self.stops.len()
        );
        println!("onset of the voice → silence: p50 {:?} ms, p95 {:?} ms", at(0.5), at(0.95));
        println!("\"stop\" stopped it {} of {} times", self.stopped.0, self.stopped.1);
        println!("back-channels let it go on {} of {} times", self.went_on.0, self.went_on.1);
    }
}
