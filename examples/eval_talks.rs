//! Measures whole conversations in shops: `cargo run --release --example eval_talks -- DIR… [--misses]`.
//!
//! Each DIR holds `shop.toml` and `conversations.jsonl` (see `tests/support/talks.rs`). A conversation is right when the cart
//! is exactly the right one at its end, and an order was placed where one was to be, and only there.
//!
//! With `--spoken` each turn is also said aloud by one of many voices, another and at another pace in each conversation, and
//! heard by the daemon's own stages; with `--plain` also by Whisper tiny.en without a shop. `saycart models fetch kokoro-82m`
//! brings the voices. `--voices tuning` (the default) are 14 of its 28 English ones: af_alloy, af_bella, af_jessica, af_nicole,
//! af_river, af_sky, am_echo, am_fenrir, am_michael, am_puck, bf_alice, bf_isabella, bm_daniel, bm_george. The other 14,
//! `--voices figure`, are kept for the figure: nothing is tuned to them. `--voices own` is the assistant's own voice.
//!
//! Noise is a recording (`--noise`), or several of the voices at once (`--babble`).

use std::path::{Path, PathBuf};

use clap::Parser;
use support::Failure;
use support::spoken::Noise;
use support::spoken::crowd::Crowd;
use support::spoken::talking::{self, Talking, Tally};
use support::talks::{self, Hearer, Score, Typed};

use saycart::reply::speakable::Script;
use saycart::service::Setting;
use saycart::stt::Recogniser;

#[path = "../tests/support/mod.rs"]
mod support;

/// What people talk about at other tables.
const TALK: [&str; 8] = [
    "I told her about it last week but she had already heard it from somebody else at work.",
    "Did you see the game yesterday? I could not believe how it ended.",
    "My brother is moving into a new place next month and wants all of us to help.",
    "We should really leave soon if we want to be there before the rain starts.",
    "And then the train stood still for an hour and nobody said a word about why.",
    "No, I think it was the other one, with the green door and the long stairs.",
    "They are painting the school again, in the same colour that it had before.",
    "It was so cold in the morning that the car did not want to start at all.",
];

#[derive(Parser)]
struct Args {
    /// Directories with a shop and its conversations
    #[arg(required = true)]
    dirs: Vec<PathBuf>,
    /// Print each that was not wholly right
    #[arg(long)]
    misses: bool,
    /// Only so many conversations, spread over all of them
    #[arg(long)]
    limit: Option<usize>,
    /// Say each turn aloud and hear it
    #[arg(long)]
    spoken: bool,
    /// Who speaks: "tuning", "figure", "own" (the assistant), or names with commas between
    #[arg(long, default_value = "tuning", requires = "spoken")]
    voices: String,
    /// Noise to mix into what is spoken, a WAV file
    #[arg(long, requires = "snr", requires = "spoken", conflicts_with = "babble")]
    noise: Option<PathBuf>,
    /// Several people at once as noise
    #[arg(long, requires = "snr", requires = "spoken")]
    babble: bool,
    /// Signal-to-noise ratio in dB
    #[arg(long, allow_negative_numbers = true)]
    snr: Option<f32>,
    /// Have Whisper tiny.en hear it too, without a shop
    #[arg(long, requires = "spoken")]
    plain: bool,
}

/// How one way of hearing did.
#[derive(Default)]
struct Side {
    score: Score,
    tally: Tally,
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let each = args.limit.map_or(usize::MAX, |limit| limit.div_ceil(args.dirs.len()));
    let mut typed = Score::default();
    if !args.spoken {
        for dir in &args.dirs {
            let mut score = played(&mut Typed, dir, talks::setting(dir)?, each, args.misses)?;
            println!("{} {}", dir.display(), score.line());
            typed.add(score);
        }
        println!("talks typed {}", typed.line());
        return Ok(());
    }
    let (mut ours, mut plain) = (Side::default(), Side::default());
    let first = talks::setting(&args.dirs[0])?;
    let mut crowd = Crowd::open(&args.voices, Script::for_shop(&first.language.speak, &first.shop))?;
    let noise = match args.babble {
        true => Some(Noise::of(crowd.babble(&TALK)?, args.snr.unwrap_or_default())),
        false => Noise::read(args.noise.as_deref(), args.snr)?,
    };
    for dir in &args.dirs {
        let setting = talks::setting(dir)?;
        typed.add(played(&mut Typed, dir, setting.clone(), each, false)?);
        let mut ear = talking::ours(&mut crowd, &setting)?;
        ear.noise = noise.as_ref();
        let line = heard(ear, dir, &setting, each, args.misses, &mut ours)?;
        println!("{} {line}", dir.display());
        if args.plain {
            let mut ear = talking::plain(&mut crowd, &setting)?;
            ear.noise = noise.as_ref();
            println!("{} plain {}", dir.display(), heard(ear, dir, &setting, each, false, &mut plain)?);
        }
    }
    println!("{}", spoken_line("talks", &typed, ours));
    if args.plain {
        println!("{}", spoken_line("plain", &typed, plain));
    }
    Ok(())
}

fn heard(
    mut ear: Talking<'_, impl Recogniser>,
    dir: &Path,
    setting: &Setting,
    each: usize,
    misses: bool,
    all: &mut Side,
) -> Result<String, Failure> {
    ear.tell = misses;
    let mut score = played(&mut ear, dir, setting.clone(), each, misses)?;
    let line = score.line();
    all.score.add(score);
    all.tally.add(ear.tally);
    Ok(line)
}

fn played(hearer: &mut dyn Hearer, dir: &Path, setting: Setting, each: usize, misses: bool) -> Result<Score, Failure> {
    talks::play_to(hearer, dir, setting, each, |miss| {
        if misses {
            println!("{} {miss}", dir.display());
        }
    })
}

fn spoken_line(name: &str, typed: &Score, mut side: Side) -> String {
    let (words, times) = side.tally.line();
    format!(
        "{name} typed {:.4} spoken {:.4} of {} {words} placed_wrongly {} wrong_items {} lost_items {} {times}",
        typed.share(),
        side.score.share(),
        side.score.all,
        side.score.placed_wrongly,
        side.score.wrong_items,
        side.score.lost_items
    )
}
