//! How many recorded orders are understood wholly right: `eval_speech DIR`, DIR holding `label.json`, `context.yaml`
//! (the closed vocabulary, which becomes the shop) and `speech/*.wav`. Each clip goes through the stages of the daemon.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Parser;
use saycart::channel::wav;
use saycart::commerce::cart::Choice;
use saycart::commerce::money::Money;
use saycart::config::{Config, Overrides};
use saycart::hear;
use saycart::lang::Language;
use saycart::message::{HEARING_RATE, Sound, Transcript};
use saycart::models::{self, Store};
use saycart::shop::{
    Category, CategoryId, Choose, Item, ItemOptions, Names, Opt, OptionList, OptionListId, Shop, Unit,
};
use saycart::stt::sounds::Sounds;
use saycart::stt::thread::StopFlag;
use saycart::stt::{Bias, Recogniser, Whisper};
use saycart::understand::{ActKind, Edit, Expect, Lexicon, Understanding, Which};
use serde::Serialize;

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

#[derive(Serialize)]
struct Prediction<'a> {
    file: &'a str,
    text: String,
    intent: &'a str,
    slots: BTreeMap<String, String>,
    stt_ms: f64,
    heard: Vec<Transcript>,
}

/// The slot whose phrases are the items of the shop.
const ITEMS: &str = "coffeeDrink";

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let config = Config::load(&Overrides::default())?;
    let store = Store::new(config.models_dir());
    models::runtime::init(&store)?;
    let hearing = &config.values.hear;
    let mut endpointer = hear::endpointer(&store.path("silero-vad")?, hearing)?;
    let model = store.path(args.model.as_deref().unwrap_or(&hearing.model))?;
    let mut whisper = Whisper::load(&model, "en", hearing.threads, StopFlag::default())?;

    let context = std::fs::read_to_string(args.dir.join("context.yaml"))?;
    let (slots, intent) = vocabulary(&context).ok_or("context.yaml has no slots")?;
    let shop = shop_of(&slots);
    let labels: BTreeMap<String, Label> = serde_json::from_str(&std::fs::read_to_string(args.dir.join("label.json"))?)?;
    let noise = args.noise.as_deref().map(at_hearing_rate).transpose()?;
    let mut predictions = args.predictions.as_ref().map(std::fs::File::create).transpose()?;

    let (mut right, mut count, mut audio_seconds) = (0, 0, 0.0);
    let mut times = Vec::new();
    let expect = Expect::default();
    let bias = Bias::of_shop(&shop, &expect);
    let language = Language::load(&shop.language)?;
    let lexicon = Lexicon::compile(&shop, &language);
    let sounds = Sounds::of(&shop, &language);
    for (file, label) in labels.iter().take(args.limit.unwrap_or(usize::MAX)) {
        let mut samples = at_hearing_rate(&args.dir.join("speech").join(file))?;
        if let (Some(noise), Some(snr)) = (&noise, args.snr) {
            mix(&mut samples, noise, snr, &mut Seeded::of(file));
        }
        let sound = Sound { samples, rate: HEARING_RATE };
        audio_seconds += f64::from(sound.seconds());
        let (mut heard, mut texts, mut understood) = (Vec::new(), Vec::new(), Vec::new());
        let mut stt_ms = 0.0;
        for utterance in hear::utterances(&sound, &mut endpointer)? {
            let start = Instant::now();
            let transcript = whisper.transcribe(&utterance, &bias)?;
            let corrected = sounds.correct(&transcript);
            stt_ms += start.elapsed().as_secs_f64() * 1e3;
            understood.push(lexicon.understand(&corrected.text, &expect));
            texts.push(corrected.text);
            heard.push(transcript);
        }
        times.push(stt_ms);
        let text = texts.join(" ");
        let found = slots_of(&understood, &shop);
        let is_right = label.intent == intent && found == label.slots;
        right += usize::from(is_right);
        count += 1;
        if args.misses && !is_right {
            let heard: Vec<&str> = heard.iter().map(|transcript| transcript.text.as_str()).collect();
            println!(
                "{file}\n  heard {}\n  text  {text}\n  found {found:?}\n  meant {:?}",
                heard.join(" "),
                label.slots
            );
        }
        if let Some(out) = &mut predictions {
            let prediction = Prediction { file, text, intent: &intent, slots: found, stt_ms, heard };
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
        times.iter().sum::<f64>() / 1e3 / audio_seconds,
        peak_memory_mb()
    );
    Ok(())
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
                    fill(ITEMS, &shop.item(item).key);
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

/// A slot's name and the phrases that fill it.
type Slot = (String, Vec<String>);

/// The slots with their phrases, in the order of the file, and the one intent.
fn vocabulary(context: &str) -> Option<(Vec<Slot>, String)> {
    let mut slots: Vec<(String, Vec<String>)> = Vec::new();
    let (expressions, rest) = context.split_once("  slots:")?;
    let intent = expressions.lines().find_map(|l| l.strip_prefix("    ")?.strip_suffix(':').map(str::to_string))?;
    for line in rest.lines() {
        match line.trim().strip_prefix("- ") {
            Some(phrase) => slots.last_mut()?.1.push(phrase.trim_matches('"').to_string()),
            None => slots.extend(line.trim().strip_suffix(':').map(|name| (name.to_string(), Vec::new()))),
        }
    }
    Some((slots, intent))
}

/// What is ordered are the items; every other slot is a list of options that each item takes one of.
fn shop_of(slots: &[(String, Vec<String>)]) -> Shop {
    let named = |title: &str| Names { title: title.into(), ..Names::default() };
    let is_item = |slot: &str| slot == ITEMS;
    let option_lists: Vec<OptionList> = slots
        .iter()
        .filter(|(slot, _)| !is_item(slot))
        .map(|(slot, phrases)| OptionList {
            key: slot.clone(),
            names: Names::default(),
            choose: Choose::One,
            max_count: 1,
            options: phrases
                .iter()
                .map(|phrase| Opt { key: phrase.clone(), names: named(phrase), available: true, ..Opt::default() })
                .collect(),
            ..OptionList::default()
        })
        .collect();
    let options: Vec<ItemOptions> =
        (0..option_lists.len() as u16).map(|list| ItemOptions::plain(OptionListId(list), 1)).collect();
    let items = slots.iter().filter(|(slot, _)| is_item(slot)).flat_map(|(_, phrases)| phrases).map(|phrase| Item {
        key: phrase.clone(),
        names: named(phrase),
        category: CategoryId(0),
        price: Money(100),
        unit: Unit::Each,
        description: None,
        ingredients: vec![],
        tags: vec![],
        options: options.clone(),
        available: true,
        tax_class: None,
        max_quantity: 20,
    });
    Shop {
        name: "closed vocabulary".into(),
        language: "en".into(),
        categories: vec![Category { key: "all".into(), names: Names::default() }],
        items: items.collect(),
        option_lists,
        ..Shop::default()
    }
}

fn at_hearing_rate(path: &Path) -> Result<Vec<f32>, Failure> {
    Ok(hear::to_hearing_rate(&wav::read(path)?)?)
}

/// The benchmark's own mixing: the loudest 2,048-sample frames are brought to the ratio, the peak to 0.5.
fn mix(speech: &mut [f32], noise: &[f32], snr: f32, random: &mut Seeded) {
    let start = random.below(noise.len().saturating_sub(speech.len()) + 1);
    let noise = &noise[start..(start + speech.len()).min(noise.len())];
    let loudest = |samples: &[f32]| {
        samples
            .chunks_exact(2048)
            .map(|frame| frame.iter().map(|s| s * s).sum::<f32>())
            .fold(f32::MIN_POSITIVE, f32::max)
    };
    let gain = (loudest(speech) / (loudest(noise) * 10f32.powf(snr / 10.0))).sqrt();
    for (sample, noise) in speech.iter_mut().zip(noise.iter().cycle()) {
        *sample += gain * noise;
    }
    let peak = speech.iter().fold(f32::MIN_POSITIVE, |peak, sample| peak.max(sample.abs()));
    speech.iter_mut().for_each(|sample| *sample *= 0.5 / peak);
}

/// Small and the same everywhere (splitmix64).
struct Seeded(u64);

impl Seeded {
    /// The same noise for the same clip, whichever others are measured.
    fn of(name: &str) -> Self {
        Seeded(
            name.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)),
        )
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

/// The most memory this process has held, in MB; 0 where the system does not say.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    peak.map_or(0, |kb: u64| kb / 1024)
}
