//! Speaking over the assistant in made-up rooms (three delays, two levels of echo; see `tests/support/room.rs`). Told to the
//! sample and faster than life: how soon it falls silent, whether what is said over a reply is understood as it is without
//! one, and whether it ever hears itself. By the whole daemon with the café, in real time: what "stop" and "mm-hmm" do, and
//! how often it answers itself.

#[path = "../tests/support/mod.rs"]
mod support;

use clap::Parser;
use saycart::assistant::Assistant;
use saycart::channel::voice::Phrases;
use saycart::config::{Config, Overrides};
use saycart::message::Utterance;
use saycart::stt::RecogniserThread;
use saycart::understand::{ActKind, Expect};
use support::Failure;
use support::customer::Customer;
use support::hall::Hall;
use support::listener::{Heard, Listener};
use support::measure::percentile;
use support::room::{Echo, echoes};

#[derive(Parser)]
struct Args {
    /// Replies to which nobody says anything, each room
    #[arg(long, default_value_t = 10)]
    replies: usize,
    /// Orders said over a reply, each room
    #[arg(long, default_value_t = 8)]
    orders: usize,
    /// Questions to the daemon, all rooms together
    #[arg(long, default_value_t = 0)]
    turns: usize,
    /// "Stop" and back-channels to the daemon, each, all rooms together
    #[arg(long, default_value_t = 0)]
    asides: usize,
    /// Print each
    #[arg(long)]
    each: bool,
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
    "I'd like a small cappuccino with oat milk.",
    "Could I have two blueberry muffins, please?",
    "I'd like a medium mocha.",
    "Can we get three butter croissants?",
    "Can I have an espresso, please?",
    "And a large iced americano, please.",
    "Give me two cinnamon rolls and an espresso.",
];
const BACK_CHANNELS: &[&str] = &["Mm-hmm.", "Right.", "Okay.", "Uh-huh.", "I see."];
const STOPS: &[&str] = &["Stop!", "Stop, please.", "Be quiet."];
/// What the assistant says meanwhile.
const REPLIES: &[&str] = &[
    "We have espresso drinks, brewed coffees, cold coffees, teas, tea lattes, hot chocolate drinks, cold drinks and pastries.",
    "That's two blueberry muffins and one large cappuccino with oat milk. That comes to fourteen dollars and twenty cents.",
    "Sure, one medium mocha. Would you like whole milk, skim milk, oat milk, almond milk or soy milk in it, or none?",
    "The syrups are vanilla, caramel, hazelnut, peppermint and pumpkin spice. Which of these would you like to have in it?",
];
/// A long answer to be spoken over.
const LONG: &str = "What do you have?";
/// Seconds after which they speak over it.
const AFTER: [f32; 4] = [1.0, 1.63, 2.21, 2.87];

#[derive(Default)]
struct Figures {
    replies: usize,
    heard_itself: usize,
    dips: usize,
    orders: usize,
    right_alone: usize,
    right_over: usize,
    right_both: usize,
    /// The loudspeaker was silent when they began.
    in_pauses: usize,
    stops: Vec<f64>,
    turns: usize,
    self_answers: usize,
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
    let mut ears = Ears::open(&args.set)?;
    for echo in echoes() {
        let mut room = Figures::default();
        listens(&args, &mut ears, echo, &runtime, &mut room)?;
        println!("{:3.0} ms {:+3.0} dB:", echo.delay.as_millis(), echo.level);
        room.print_room();
        figures.add(room);
    }
    println!("all rooms:");
    figures.print_room();
    ears.recogniser.shutdown();
    if args.turns + args.asides > 0 {
        for (at, echo) in echoes().into_iter().enumerate() {
            let share = |all: usize| all / 6 + usize::from(at < all % 6);
            let database = place.path().join(format!("{at}.db"));
            runtime.block_on(async {
                let mut hall = Hall::open(&database, echo, &args.set).await?;
                turns(&mut hall, share(args.turns), &mut figures).await?;
                asides(&mut hall, share(args.asides), &mut figures).await?;
                hall.daemon.end();
                Ok::<_, Failure>(())
            })?;
        }
        figures.print_daemon();
    }
    Ok(())
}

/// What hears and understands, without a conversation.
struct Ears {
    assistant: Assistant,
    recogniser: RecogniserThread,
    phrases: Phrases,
    customer: Customer,
}

impl Ears {
    fn open(set: &[String]) -> Result<Ears, Failure> {
        let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into();
        let config =
            Config::load(&Overrides { set: vec![("shop".into(), shop)], raw: set.to_vec(), ..Overrides::default() })?;
        let assistant = Assistant::open(&config)?;
        let (recogniser, phrases) = (assistant.recogniser()?, assistant.phrases());
        Ok(Ears { assistant, recogniser, phrases, customer: Customer::new(&config) })
    }

    fn read(&self, text: &str) -> Vec<ActKind> {
        let read = self.assistant.setting.lexicon.understand(text, &Expect::default());
        read.acts.into_iter().map(|act| act.kind).collect()
    }

    /// What all of it is taken for, and whether that is what was said.
    fn hear(
        &self,
        heard: &[Utterance],
        said: &str,
        runtime: &tokio::runtime::Runtime,
    ) -> Result<(String, bool), Failure> {
        let mut texts = Vec::new();
        for utterance in heard {
            let pending = self.recogniser.submit(utterance.clone(), self.phrases.bias(&Expect::default()))?;
            texts.push(runtime.block_on(pending)?.text);
        }
        let right = texts.iter().flat_map(|text| self.read(text)).collect::<Vec<_>>() == self.read(said);
        Ok((texts.join(" | "), right))
    }
}

fn listens(
    args: &Args,
    ears: &mut Ears,
    echo: Echo,
    runtime: &tokio::runtime::Runtime,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut listener = Listener::open(&ears.assistant, echo)?;
    let replies: Vec<_> = REPLIES.iter().map(|reply| ears.customer.says(reply)).collect();
    for at in 0..args.replies {
        let Heard { utterances, dips, .. } = listener.play(&replies[at % replies.len()])?;
        figures.replies += 1;
        figures.heard_itself += usize::from(!utterances.is_empty());
        figures.dips += dips;
        for utterance in utterances {
            println!("heard itself: {:.1} s of voice", utterance.voiced_seconds);
        }
    }
    for at in 0..args.orders {
        let order = ORDERS[at % ORDERS.len()];
        let words = ears.customer.heard(order);
        let (plain, alone) = ears.hear(&listener.say(&words)?.utterances, order, runtime)?;
        let heard = listener.play_and_say(&replies[at % replies.len()], AFTER[at / 2 % AFTER.len()], &words)?;
        let (text, over) = ears.hear(&heard.utterances, order, runtime)?;
        figures.orders += 1;
        figures.right_alone += usize::from(alone);
        figures.right_over += usize::from(over);
        figures.right_both += usize::from(alone && over);
        let ms = heard.stopped.map(|samples| samples as f64 * 1e3 / 16_000.0);
        match ms {
            Some(ms) if ms > 0.0 => figures.stops.push(ms),
            Some(_) | None => figures.in_pauses += 1,
        }
        if args.each {
            println!("  {} {order} → {text:?} (alone {plain:?}), silent after {ms:?} ms", if over { "+" } else { "-" });
        }
    }
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

async fn turns(hall: &mut Hall, turns: usize, figures: &mut Figures) -> Result<(), Failure> {
    for at in 0..turns {
        figures.turns += 1;
        hall.ask(QUESTIONS[at % QUESTIONS.len()]).await?;
        settle(hall, figures).await?;
    }
    Ok(())
}

async fn asides(hall: &mut Hall, asides: usize, figures: &mut Figures) -> Result<(), Failure> {
    for at in 0..asides {
        let (turn, _) = hall.ask_and_say_over(LONG, STOPS[at % STOPS.len()], AFTER[0]).await?;
        let cut = turn.is_some_and(|turn| turn.cut);
        let answered = hall.quiet().await?;
        figures.stopped.0 += usize::from(cut && answered.is_none());
        figures.stopped.1 += 1;
        if let Some(turn) = answered {
            println!("\"stop\" was answered: {:?}", turn.heard);
        }
        let aside = BACK_CHANNELS[at % BACK_CHANNELS.len()];
        let (turn, _) = hall.ask_and_say_over(LONG, aside, AFTER[0]).await?;
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
    fn add(&mut self, room: Figures) {
        self.replies += room.replies;
        self.heard_itself += room.heard_itself;
        self.dips += room.dips;
        self.orders += room.orders;
        self.right_alone += room.right_alone;
        self.right_over += room.right_over;
        self.right_both += room.right_both;
        self.in_pauses += room.in_pauses;
        self.stops.extend(room.stops);
    }

    fn print_room(&mut self) {
        let Figures { replies, heard_itself, dips, orders, right_alone, right_over, right_both, .. } = self;
        println!("  {replies} replies nobody spoke over: heard itself in {heard_itself}, faltered {dips} times");
        println!("  {orders} orders: right alone {right_alone}, over a reply {right_over}, both {right_both}");
        let (p50, p95) = (percentile(&mut self.stops, 0.5), percentile(&mut self.stops, 0.95));
        println!(
            "  onset → silence: p50 {p50:.0} ms, p95 {p95:.0} ms; in a pause of the reply {} times",
            self.in_pauses
        );
    }

    fn print_daemon(&self) {
        println!("daemon: answered itself {} times in {} turns", self.self_answers, self.turns);
        println!("\"stop\" stopped it {} of {} times", self.stopped.0, self.stopped.1);
        println!("back-channels let it go on {} of {} times", self.went_on.0, self.went_on.1);
    }
}
