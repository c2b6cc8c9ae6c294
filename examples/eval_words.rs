//! Measures words that are said alone: `cargo run --release --example eval_words -- DIR`, DIR holding a `shop.toml`. Answers,
//! numbers and the name of each option and item of the shop are said by eight voices and heard by the daemon's own stages.
//! Right is a word that comes as it was said. `--asked` has the question for its list put before an option.

use std::path::PathBuf;

use clap::Parser;
use saycart::reply::speakable::Script;
use saycart::service::Setting;
use saycart::understand::{ActKind, Expect};
use support::Failure;
use support::spoken::crowd::Crowd;
use support::spoken::differ::Differences;
use support::spoken::talking;
use support::talks;

#[path = "../tests/support/mod.rs"]
mod support;

const ALONE: [&str; 24] = [
    "yes",
    "no",
    "yeah",
    "nope",
    "okay",
    "sure",
    "please",
    "thanks",
    "bye",
    "that's it",
    "that's all",
    "one",
    "two",
    "three",
    "four",
    "five",
    "eight",
    "ten",
    "twelve",
    "fifteen",
    "twenty",
    "fifty",
    "nothing",
    "cancel",
];
const VOICES: usize = 8;

#[derive(Parser)]
struct Args {
    /// Directory with a shop
    dir: PathBuf,
    /// Who speaks: "tuning", "figure", or names with commas between
    #[arg(long, default_value = "tuning")]
    voices: String,
    /// Only every so many-th word
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// The question that an option answers was put
    #[arg(long)]
    asked: bool,
    /// Directory of another shop, whose goods are asked for: right is what orders nothing here
    #[arg(long)]
    others: Option<PathBuf>,
    /// Print each that was not right
    #[arg(long)]
    misses: bool,
}

/// Whether somebody who says that is understood to order something.
fn orders(setting: &Setting, heard: &str) -> bool {
    let understood = setting.lexicon.understand(heard, &Expect::default());
    understood.acts.iter().any(|act| matches!(act.kind, ActKind::Add(_) | ActKind::Fragment { .. }))
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let setting = talks::setting(&args.dir)?;
    let shop = setting.shop.clone();
    let none = Expect::default();
    let mut words: Vec<(String, Expect)> = ALONE.iter().map(|word| ((*word).to_string(), none.clone())).collect();
    for list in shop.option_list_ids() {
        let expect = Expect { list: args.asked.then_some(list), ..Expect::default() };
        let options = shop.option_list(list).options.iter();
        words.extend(options.map(|option| (option.names.title.to_lowercase(), expect.clone())));
    }
    words.extend(shop.items.iter().map(|item| (item.names.title.to_lowercase(), none.clone())));
    if let Some(others) = &args.others {
        let shop = talks::setting(others)?.shop;
        words = shop.items.iter().map(|item| (item.names.title.to_lowercase(), none.clone())).collect();
    }
    let mut crowd = Crowd::open(&args.voices, Script::for_shop(&setting.language.speak, &shop))?;
    // As many of the voices as are wanted, from all of them: women and men, from both sides of the sea.
    let voices = crowd.voices().to_vec();
    let wanted = VOICES.min(voices.len());
    let voices: Vec<String> = (0..wanted).map(|at| voices[at * voices.len() / wanted].clone()).collect();
    let mut ear = talking::ours(&mut crowd, &setting)?;
    let (mut right, mut all) = (0usize, 0usize);
    for (number, (word, expect)) in words.iter().enumerate() {
        for (at, voice) in voices.iter().enumerate().filter(|(at, _)| (number + at).is_multiple_of(args.every)) {
            let samples = ear.crowd.say_as(voice, &format!("{word} {at}"), word)?;
            let texts = ear.texts(samples, expect)?;
            let heard = texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
            let is_right = match &args.others {
                Some(_) => !orders(&setting, &heard),
                None => ear.differ.compare(word, &heard, &mut Differences::default()).is_empty(),
            };
            all += 1;
            right += usize::from(is_right);
            if args.misses && !is_right {
                println!("{voice:12} {word:24} {heard:?} {:?}", texts.first().map(|(_, voiced)| voiced));
            }
        }
    }
    let (_, times) = ear.tally.line();
    println!("words right {:.4} ({right}/{all}) {times}", right as f64 / all.max(1) as f64);
    Ok(())
}
