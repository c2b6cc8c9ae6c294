//! Whether people who think in the middle of an order are let finish: `eval_pauses [--voices figure]`. Orders at the café, each
//! said by one of many voices in two breaths, with a silence between them. The daemon's own stages hear them: voice activity
//! and endpoint, the recogniser in each pause, and understanding, which says how long to wait for more.
//!
//! Told apart by where they stop: in the middle of a sentence ("a latte and …"), or where all could be said ("a latte …").
//! Cut off is whose first breath was taken for all of it. The added wait is from the last voice to the end, in orders that
//! are whole: what patience costs everybody else.

use std::collections::BTreeMap;

use clap::Parser;
use saycart::assistant::Assistant;
use saycart::config::{Config, Overrides};
use saycart::hear::{Endpointer, Event, PauseId};
use saycart::message::HEARING_RATE;
use saycart::reply::speakable::Script;
use saycart::stt::{Bias, RecogniserThread};
use saycart::understand::{Ending, Expect};
use support::Failure;
use support::spoken::crowd::Crowd;

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    /// Who speaks: "tuning", "figure", or names with commas between
    #[arg(long, default_value = "tuning")]
    voices: String,
    /// Seconds that a recognition takes, on whatever machine this is to tell of
    #[arg(long, default_value_t = 0.35)]
    recogniser: f32,
    /// Only every so many of the orders
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Print each that was cut off
    #[arg(long)]
    misses: bool,
    /// Set a configuration value, as `saycart --set`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Stopping in the middle of a sentence.
const HANGING: [(&str, &str); 20] = [
    ("A latte and", "a blueberry muffin."),
    ("Can I get a large", "cappuccino please."),
    ("I'd like a, um", "flat white."),
    ("Two", "butter croissants."),
    ("An espresso with", "oat milk."),
    ("A small latte with oat milk and, uh", "vanilla."),
    ("For my wife, the", "chai tea."),
    ("I'll have", "the tomato soup."),
    ("Could we get two small mochas and", "one hot chocolate?"),
    ("Hi, um", "a medium latte to go."),
    ("Let me see", "a bagel with butter."),
    ("One of the", "cinnamon rolls."),
    ("A medium iced", "latte please."),
    ("Three bagels with", "cream cheese."),
    ("And then a", "small green tea."),
    ("I want, er", "two lemonades."),
    ("A turkey sandwich on", "sourdough."),
    ("No wait", "make it a large one."),
    ("What kinds of", "muffins do you have?"),
    ("Can I get", "an americano?"),
];
/// Stopping where all could be said.
const WHOLE: [(&str, &str); 12] = [
    ("A large latte", "and a blueberry muffin."),
    ("Two butter croissants", "and an espresso."),
    ("A small mocha", "with oat milk."),
    ("A medium cappuccino", "to go."),
    ("One hot chocolate", "with whipped cream."),
    ("A bagel with butter", "and a small tea."),
    ("A large iced latte with vanilla", "no, with caramel."),
    ("Three cookies", "no, four."),
    ("A lemonade", "with extra ice."),
    ("A turkey sandwich on sourdough", "with no tomato."),
    ("A tomato soup", "and a bottle of water."),
    ("Is the brownie vegan", "or the banana bread?"),
];
const PAUSES: [f32; 5] = [0.3, 0.6, 1.0, 1.5, 2.0];

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let config = Config::load(&Overrides {
        set: vec![("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into())],
        raw: args.set.clone(),
        ..Overrides::default()
    })?;
    let assistant = Assistant::open(&config)?;
    let script = Script::for_shop(&assistant.setting.language.speak, &assistant.setting.shop);
    let mut crowd = Crowd::open(&args.voices, script)?;
    let mut ear = Ear {
        endpointer: assistant.endpointer()?,
        recogniser: assistant.recogniser()?,
        recognition: seconds(args.recogniser),
        assistant: &assistant,
        config: &config,
        waits: Vec::new(),
        heard: BTreeMap::new(),
    };
    println!("{:28}{}", "cut off, of a pause of", PAUSES.map(|pause| format!("{pause:>9.1} s")).concat());
    let mut lines = Vec::new();
    for (name, orders) in [("in the middle of a sentence", &HANGING[..]), ("where all could be said", &WHOLE)] {
        let mut cut = [0; PAUSES.len()];
        let mut count = 0;
        for (first, second) in orders.iter().step_by(args.every) {
            count += 1;
            ear.heard.clear();
            // The same person in both breaths.
            let breaths = [crowd.say(first, first)?, crowd.say(first, second)?].map(spoken);
            for (pause, cut) in PAUSES.iter().zip(&mut cut) {
                if let Some(heard) = ear.cuts_off(&breaths, *pause)? {
                    *cut += 1;
                    if args.misses {
                        println!("  {pause:.1} s in \"{first} … {second}\": heard {heard:?}");
                    }
                }
            }
        }
        println!("{name:28}{}", cut.map(|cut| format!("{:>11}", format!("{cut} of {count}"))).concat());
        lines.push(format!("{} of {}", cut.iter().sum::<usize>(), count * PAUSES.len()));
    }
    ear.waits.sort_by(f32::total_cmp);
    let at = |share: f32| ear.waits.get((ear.waits.len() as f32 * share) as usize).copied().unwrap_or_default();
    println!(
        "pauses cut_in_a_sentence {} cut_where_whole {} last_voiced_to_end_s p50 {:.2} p95 {:.2}",
        lines[0],
        lines[1],
        at(0.5),
        at(0.95)
    );
    Ok(())
}

struct Ear<'a> {
    endpointer: Endpointer,
    recogniser: RecogniserThread,
    /// Samples that pass while it recognises.
    recognition: usize,
    assistant: &'a Assistant,
    config: &'a Config,
    /// Seconds from the last voice to the end, of orders that were heard out.
    waits: Vec<f32>,
    /// What was heard in the pauses of these breaths, by their lengths: the same however long the pause is.
    heard: BTreeMap<usize, String>,
}

impl Ear<'_> {
    /// What was taken for all of it, where that was the first breath only.
    fn cuts_off(&mut self, breaths: &[Vec<f32>; 2], pause: f32) -> Result<Option<String>, Failure> {
        let room = vec![0.0; seconds(0.5)];
        let silence = vec![0.0; seconds(pause)];
        let second = room.len() + breaths[0].len() + silence.len();
        let last = second + breaths[1].len();
        let samples = [&room[..], &breaths[0], &silence, &breaths[1], &vec![0.0; seconds(3.0)]].concat();
        // To the end once; what differs with the pause is known where the second breath begins.
        let heard_out = pause == PAUSES[0];
        self.endpointer.reset();
        let mut known: Option<(usize, PauseId, String)> = None;
        let mut text = String::new();
        let mut now = 0;
        for piece in samples.chunks(HEARING_RATE as usize / 50) {
            now += piece.len();
            if now > second + seconds(0.1) && !heard_out {
                return Ok(None);
            }
            for event in self.endpointer.push(piece)? {
                match event {
                    Event::SpeechPaused(id, utterance) => {
                        let heard = match self.heard.get(&utterance.samples.len()) {
                            Some(heard) => heard.clone(),
                            None => {
                                let length = utterance.samples.len();
                                let heard = self.recogniser.transcribe_blocking(utterance, self.expected())?.text;
                                self.heard.insert(length, heard.clone());
                                heard
                            }
                        };
                        known = Some((now + self.recognition, id, heard));
                    }
                    Event::SpeechResumed => known = None,
                    Event::Utterance(_) if now < second => return Ok(Some(text)),
                    Event::Utterance(_) => {
                        self.waits.push((now - last.min(now)) as f32 / HEARING_RATE as f32);
                        return Ok(None);
                    }
                    Event::SpeechStarted => {}
                }
            }
            if let Some((_, id, heard)) = known.take_if(|(at, ..)| now >= *at) {
                self.wait(id, &heard);
                text = heard;
            }
        }
        Ok(None)
    }

    fn expected(&self) -> Bias {
        self.assistant.phrases().bias(&Expect::default())
    }

    /// As the daemon waits.
    fn wait(&mut self, pause: PauseId, text: &str) {
        let setting = &self.assistant.setting;
        let hear = &self.config.values.hear;
        let expect = Expect::default();
        let understood = setting.lexicon.understand(text, &expect);
        if text.is_empty() {
            return;
        }
        match setting.lexicon.ending(&setting.shop, text, &understood, &expect) {
            Ending::Complete => self.endpointer.wait(pause, hear.hangover_complete),
            Ending::Lacking => self.endpointer.wait(pause, hear.hangover_lacking),
            Ending::Open => self.endpointer.wait(pause, hear.hangover_open),
            Ending::Usual => {}
        }
    }
}

/// Without the room around it.
fn spoken(samples: Vec<f32>) -> Vec<f32> {
    let loud = |sample: &f32| sample.abs() > 0.01;
    let from = samples.iter().position(loud).unwrap_or_default();
    let to = samples.iter().rposition(loud).unwrap_or_default();
    samples[from..to.max(from)].to_vec()
}

fn seconds(seconds: f32) -> usize {
    (seconds * HEARING_RATE as f32) as usize
}
