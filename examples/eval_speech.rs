//! How many recorded orders are understood wholly right: `eval_speech DIR`, DIR holding `label.json`, `context.yaml`
//! (the closed vocabulary, which becomes the shop) and `speech/*.wav`. Each clip goes through the stages of the daemon.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Parser;
use saycart::commerce::cart::Choice;
use saycart::message::{HEARING_RATE, Sound};
use saycart::shop::Shop;
use saycart::understand::{ActKind, Edit, Understanding, Which};
use serde::{Deserialize, Serialize};
use support::Failure;
use support::spoken::{self, Ears, Noise, Utterances, vocabulary};

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    /// Directory with label.json, context.yaml and speech/
    dir: PathBuf,
    /// Noise to mix in, a WAV file
    #[arg(long, requires = "snr")]
    noise: Option<PathBuf>,
    /// Signal-to-noise ratio in dB
    #[arg(long, allow_negative_numbers = true)]
    snr: Option<f32>,
    /// Recogniser model, one of `saycart models list`
    #[arg(long)]
    model: Option<String>,
    /// Only the first so many clips, in the order of their (random) names
    #[arg(long)]
    limit: Option<usize>,
    /// Take the recogniser's transcripts from the --predictions of an earlier run, to try only what follows it
    #[arg(long, conflicts_with_all = ["noise", "model"])]
    heard: Option<PathBuf>,
    /// Write one JSON object a clip
    #[arg(long)]
    predictions: Option<PathBuf>,
    /// Print each clip that was not wholly right
    #[arg(long)]
    misses: bool,
}

#[derive(serde::Deserialize)]
struct Label {
    intent: String,
    slots: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Prediction {
    file: String,
    text: String,
    intent: String,
    slots: BTreeMap<String, String>,
    stt_ms: f64,
    heard: Utterances,
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let (shop, intent) = vocabulary::read(&args.dir.join("context.yaml"))?;
    let labels: BTreeMap<String, Label> = serde_json::from_str(&std::fs::read_to_string(args.dir.join("label.json"))?)?;
    let noise = Noise::read(args.noise.as_deref(), args.snr)?;
    let earlier = args.heard.as_deref().map(transcripts).transpose()?;
    let mut ears = Ears::open(&shop, args.model.as_deref())?;
    let mut predictions = args.predictions.as_ref().map(std::fs::File::create).transpose()?;

    let (mut right, mut count, mut audio_seconds) = (0, 0, 0.0);
    let mut times = Vec::new();
    for (file, label) in labels.iter().take(args.limit.unwrap_or(usize::MAX)) {
        let heard = match &earlier {
            Some(earlier) => ears.rehear(earlier.get(file).cloned().ok_or("a clip is missing in --heard")?),
            None => {
                let mut samples = spoken::at_hearing_rate(&args.dir.join("speech").join(file))?;
                if let Some(noise) = &noise {
                    noise.mix(&mut samples, file);
                }
                let sound = Sound { samples, rate: HEARING_RATE };
                audio_seconds += f64::from(sound.seconds());
                ears.hear(&sound)?
            }
        };
        times.push(heard.stt_ms);
        let text = heard.texts.join(" ");
        let found = slots_of(&heard.understood, &shop);
        let is_right = label.intent == intent && found == label.slots;
        right += usize::from(is_right);
        count += 1;
        if args.misses && !is_right {
            println!("{file}\n  heard {}\n  text  {text}\n  found {found:?}\n  meant {:?}", heard.raw(), label.slots);
        }
        if let Some(out) = &mut predictions {
            let (intent, stt_ms, heard) = (intent.clone(), heard.stt_ms, heard.ways);
            let prediction = Prediction { file: file.clone(), text, intent, slots: found, stt_ms, heard };
            writeln!(out, "{}", serde_json::to_string(&prediction)?)?;
        }
    }
    times.sort_by(f64::total_cmp);
    let percentile =
        |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len() - 1)).unwrap_or(&0.0);
    println!(
        "command_acceptance {:.3} ({right}/{count}) stt_ms p50 {:.0} p95 {:.0} rtf {:.3} rss_mb {}",
        right as f64 / count.max(1) as f64,
        percentile(0.5),
        percentile(0.95),
        times.iter().sum::<f64>() / 1e3 / audio_seconds.max(f64::MIN_POSITIVE),
        peak_memory_mb()
    );
    Ok(())
}

/// The transcripts of an earlier run's predictions, by clip.
fn transcripts(predictions: &Path) -> Result<BTreeMap<String, Utterances>, Failure> {
    let text = std::fs::read_to_string(predictions)?;
    let read = |line| serde_json::from_str(line).map(|clip: Prediction| (clip.file, clip.heard));
    Ok(text.lines().map(read).collect::<Result<_, _>>()?)
}

/// The slots that understanding fills: the item, and an option a list. Two items, or a note, are not the one order.
fn slots_of(understood: &[Understanding], shop: &Shop) -> BTreeMap<String, String> {
    let mut slots = BTreeMap::new();
    let mut fill = |slot: &str, value: &str| {
        if let Some(before) = slots.insert(slot.to_string(), value.to_string()).filter(|before| before != value) {
            slots.insert(format!("{slot}, too"), before);
        }
    };
    let choose = |choice: &Choice, fill: &mut dyn FnMut(&str, &str)| {
        let said = if choice.negated { "no " } else { "" };
        let list = shop.option_list(choice.option.list);
        fill(&list.key, &format!("{said}{}", shop.option(choice.option).key));
    };
    for act in understood.iter().flat_map(|understanding| &understanding.acts) {
        match &act.kind {
            ActKind::Add(request) => {
                if let Which::Item(item) = request.which {
                    fill(vocabulary::ITEMS, &shop.item(item).key);
                }
                request.choices.iter().for_each(|choice| choose(choice, &mut fill));
            }
            ActKind::Fragment { edits, .. } | ActKind::Change { edits, .. } => {
                for edit in edits {
                    if let Edit::Choose(choice) = edit {
                        choose(choice, &mut fill);
                    }
                }
            }
            _ => {}
        }
    }
    slots
}

/// The most memory this process has held, in MB; 0 where the system does not say.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    peak.map_or(0, |kb: u64| kb / 1024)
}
