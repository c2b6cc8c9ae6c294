//! How long a customer waits: `latency DIR`, DIR holding `speech/*.wav`. The clips are heard in real time, as from a
//! microphone in a quiet room, by the whole daemon with the café as its shop; each clip is a new turn of a conversation, and
//! after every dozen a new customer comes, to a new database on disk and an empty speech cache.
//!
//! Measured from the last voiced sample of the clip (the end of the last frame that Silero, fed with the clip alone, takes
//! for voice; for comparison also by energy) to the first sample of the reply above −50 dBFS, as given to the loudspeaker.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use saycart::config::{Config, Overrides};
use saycart::daemon::{Daemon, Turn};
use saycart::hear::vad::FRAME;
use saycart::hear::{SileroVad, Vad};
use saycart::message::{HEARING_RATE, Sound};
use saycart::models::Store;
use saycart::sound::{self, replay, wav};

#[derive(Parser)]
struct Args {
    /// Directory with speech/
    dir: PathBuf,
    /// Only the first so many clips, in the order of their names
    #[arg(long)]
    limit: Option<usize>,
    /// Print each clip
    #[arg(long)]
    each: bool,
    /// Set a configuration value, as `saycart --set`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Quieter than this is not heard: −50 dBFS.
const AUDIBLE: f32 = 0.003_162;
/// Frames this much below the loudest of the clip are silence, by energy, in dB.
const BELOW_LOUDEST: f32 = 30.0;
/// Turns of one customer.
const TURNS: usize = 12;
/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// The customer thinks before the next words; meanwhile the assistant is ready again.
const THINKING: Duration = Duration::from_millis(400);

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let place = tempfile::tempdir()?;
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var("CACHE_DIRECTORY", place.path().join("cache")) };
    let mut clips: Vec<PathBuf> =
        std::fs::read_dir(args.dir.join("speech"))?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    clips.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    clips.sort();
    clips.truncate(args.limit.unwrap_or(usize::MAX));

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut figures = Figures::default();
    let (mut unanswered, mut cut) = (0, 0);
    for (customer, clips) in clips.chunks(TURNS).enumerate() {
        let config = Config::load(&Overrides {
            set: vec![
                ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
                ("database".into(), place.path().join(format!("{customer}.db")).display().to_string()),
            ],
            raw: args.set.clone(),
            ..Overrides::default()
        })?;
        let mut customer = Customer::arrive(&config, &runtime)?;
        for clip in clips {
            let name = clip.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match customer.say(clip, &runtime)? {
                Some(measured) => {
                    if args.each {
                        println!("{name}: {measured}");
                    }
                    if measured.is_cut() {
                        cut += 1;
                    } else {
                        figures.add(&measured);
                    }
                }
                None => {
                    unanswered += 1;
                    println!("{name}: no answer");
                }
            }
        }
        customer.leave();
    }
    figures.print(clips.len(), unanswered, cut);
    Ok(())
}

/// A daemon, and who speaks to it.
struct Customer {
    daemon: Daemon,
    player: replay::Player,
    loudspeaker: std::sync::mpsc::Receiver<replay::Played>,
    vad: SileroVad,
}

/// One answered clip; all times in milliseconds.
struct Measured {
    stages: Vec<(&'static str, f64)>,
    turn: Turn,
}

impl Measured {
    /// Answered in the middle.
    fn is_cut(&self) -> bool {
        self.stages[0].1 < 0.0
    }
}

impl Customer {
    fn arrive(config: &Config, runtime: &tokio::runtime::Runtime) -> Result<Customer, Failure> {
        let (microphone, player) = replay::Replay::new();
        let (notes, loudspeaker) = replay::Notes::new();
        let mut daemon = Daemon::open(config, |_| Ok((Box::new(microphone), Box::new(notes))))?;
        runtime.block_on(daemon.greet())?;
        let vad = SileroVad::load(&Store::new(config.models_dir()).path("silero-vad")?)?;
        // The sentences of every conversation are made in the first seconds of the first day.
        std::thread::sleep(Duration::from_secs(3));
        Ok(Customer { daemon, player, loudspeaker, vad })
    }

    /// `None` where nothing was answered.
    fn say(&mut self, clip: &Path, runtime: &tokio::runtime::Runtime) -> Result<Option<Measured>, Failure> {
        let samples = sound::to_hearing_rate(&wav::read(clip)?)?;
        let (voiced, by_energy) = (self.last_voiced(&samples)?, last_loud(&samples));
        let length = seconds(samples.len());
        std::thread::sleep(THINKING);
        while self.loudspeaker.try_recv().is_ok() {}
        let player = &self.player;
        let daemon = &mut self.daemon;
        let begun = player.play(samples).ok_or("the microphone has ended")?;
        let turn = runtime.block_on(async { tokio::time::timeout(length + PATIENCE, daemon.turn()).await });
        let Ok(turn) = turn else { return Ok(None) };
        let turn = turn?;
        let times = &turn.times;
        let (Some(ended), Some(known), Some(answered), Some(spoken), Ok(first)) =
            (times.ended, times.known, times.answered, times.spoken, self.loudspeaker.try_recv())
        else {
            return Ok(None);
        };
        let audible = first.at + seconds_at(&first.sound, first_audible(&first.sound));
        let voiced_at = begun + seconds(voiced);
        let since = |from: Instant, to: Instant| {
            if to >= from { (to - from).as_secs_f64() * 1e3 } else { -((from - to).as_secs_f64() * 1e3) }
        };
        let stage = |name: &str| turn.times.stages_ms.get(name).copied().unwrap_or_default();
        let stages = vec![
            ("voice activity and endpoint: last voiced → end is sure", since(voiced_at, ended)),
            ("recogniser, its own time", times.recogniser.unwrap_or_default().as_secs_f64() * 1e3),
            ("recogniser, still waited for after the end", since(ended, known)),
            ("understanding", stage("understand")),
            ("dialogue", stage("dialogue")),
            ("store", stage("store")),
            ("commit: text known → turn committed", since(known, answered)),
            ("speech: turn committed → first sound", since(answered, spoken)),
            ("silence at the start of the reply", since(first.at, audible)),
            ("last voiced sample → first audible sample", since(voiced_at, audible)),
            ("the same, voice by energy", since(begun + seconds(by_energy), audible)),
        ];
        // A clip that was answered before its end is played to its end all the same.
        std::thread::sleep((begun + length).saturating_duration_since(Instant::now()));
        Ok(Some(Measured { stages, turn }))
    }

    /// Samples up to the end of the last voiced frame.
    fn last_voiced(&mut self, samples: &[f32]) -> Result<usize, Failure> {
        self.vad.reset();
        let mut last = 0;
        for (at, frame) in samples.chunks_exact(FRAME).enumerate() {
            if self.vad.probability(frame)? >= 0.5 {
                last = (at + 1) * FRAME;
            }
        }
        Ok(last)
    }

    fn leave(self) {
        self.daemon.end();
    }
}

/// Samples up to the end of the last frame that is not far below the loudest.
fn last_loud(samples: &[f32]) -> usize {
    let levels: Vec<f32> = samples
        .chunks_exact(FRAME)
        .map(|frame| 10.0 * (frame.iter().map(|s| s * s).sum::<f32>() / FRAME as f32).max(1e-10).log10())
        .collect();
    let loudest = levels.iter().copied().fold(f32::MIN, f32::max);
    levels.iter().rposition(|level| *level > loudest - BELOW_LOUDEST).map_or(0, |at| (at + 1) * FRAME)
}

fn first_audible(sound: &Sound) -> usize {
    sound.samples.iter().position(|sample| sample.abs() > AUDIBLE).unwrap_or(sound.samples.len())
}

fn seconds(samples: usize) -> Duration {
    Duration::from_secs_f64(samples as f64 / f64::from(HEARING_RATE))
}

fn seconds_at(sound: &Sound, samples: usize) -> Duration {
    Duration::from_secs_f64(samples as f64 / f64::from(sound.rate))
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let times: Vec<String> = self.stages.iter().map(|(_, ms)| format!("{ms:.0}")).collect();
        let ahead = if self.turn.times.ahead { " (ahead)" } else { "" };
        write!(f, "{}{ahead} | {} | {}", times.join(" "), self.turn.heard, self.turn.reply)
    }
}

/// Milliseconds by stage.
#[derive(Default)]
struct Figures {
    order: Vec<&'static str>,
    by_stage: BTreeMap<&'static str, Vec<f64>>,
    ahead: usize,
}

impl Figures {
    fn add(&mut self, measured: &Measured) {
        self.ahead += usize::from(measured.turn.times.ahead);
        for (stage, ms) in &measured.stages {
            if !self.order.contains(stage) {
                self.order.push(stage);
            }
            self.by_stage.entry(stage).or_default().push(*ms);
        }
    }

    fn print(&mut self, clips: usize, unanswered: usize, cut: usize) {
        for stage in &self.order {
            let Some(times) = self.by_stage.get_mut(stage) else { continue };
            times.sort_by(f64::total_cmp);
            let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
            println!("{stage:56} p50 {:6.1} ms  p95 {:6.1} ms", at(0.5), at(0.95));
        }
        println!(
            "{clips} clips: {unanswered} without an answer, {cut} answered before their end and not counted above, {} \
             recognised before the end was sure",
            self.ahead
        );
    }
}
