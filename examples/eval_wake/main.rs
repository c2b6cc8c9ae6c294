//! How well the wake phrase is found: `eval_wake --noise kitchen.wav --talks FILE… --recordings DIR…`. Six phrases, each
//! learnt from some of the voices and then said by others, alone and with an order in the same breath, and hours of speech
//! that is not meant for the assistant; all in kitchen noise. Reported by how sure the ear must be: phrases missed, and
//! false wakes an hour, of the ear alone, where the words have to agree as they have to in the daemon, and where they have to
//! unless the ear is so sure.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use people::{HELD, People};
use saycart::assistant::Assistant;
use saycart::assistant::wake::{Teachers, front, script};
use saycart::chance::Chance;
use saycart::config::{Config, Overrides};
use saycart::hear::wake::{Judge, Kept, Spotter, teach};
use saycart::hear::{Endpointer, Event};
use saycart::message::{HEARING_RATE, Utterance};
use saycart::models::Store;
use saycart::sound::{self, wav};
use saycart::stt::{Bias, Called, RecogniserThread};
use saycart::understand::Expect;
use support::Failure;
use support::measure::processor_seconds;

mod people;
#[path = "../../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    /// Noise behind everything
    #[arg(long, value_name = "FILE")]
    noise: PathBuf,
    /// How far it is below speech, in dB
    #[arg(long, default_value_t = 10.0)]
    snr: f32,
    /// What people say who do not mean the assistant: conversations as in tests/talks, or a sentence a line
    #[arg(long, value_name = "FILE", num_args = 1..)]
    talks: Vec<PathBuf>,
    /// Directories of recordings that are not meant for it either
    #[arg(long, value_name = "DIR", num_args = 1..)]
    recordings: Vec<PathBuf>,
    /// Minutes of talk by the voices that taught nothing, and by the usual voice in many throats
    #[arg(long, default_value_t = 12.0)]
    minutes: f32,
    #[arg(long, default_value_t = 135.0)]
    throats: f32,
    /// Where what was said and learnt is kept from one run to the next
    #[arg(long, value_name = "DIR", default_value = "/tmp/wake")]
    keep: PathBuf,
    /// Only make the talk, for so many seconds
    #[arg(long)]
    render: Option<u64>,
    /// Learn anew
    #[arg(long)]
    anew: bool,
    /// Only phrases that hold one of these
    #[arg(long, value_name = "PART", num_args = 1..)]
    only: Vec<String>,
}

const PHRASES: [&str; 6] =
    ["hey barista", "okay kiosk", "hello rosie", "good morning marvin", "excuse me clerk", "hey smart counter"];
const THRESHOLDS: [f32; 11] = [0.05, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];
const CACHE_BYTES: u64 = 8 << 30;
/// Words are asked only where the ear was so sure.
const ASKED: f32 = 0.3;
/// What is recognised begins so many seconds before the phrase was heard, as in the daemon.
const BEFORE: f32 = 2.0;

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let config = Config::load(&Overrides {
        set: vec![("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into())],
        ..Overrides::default()
    })?;
    let assistant = Assistant::open(&config)?;
    let store = Store::new(config.models_dir());
    let mut people = People::open(&store, &args)?;
    if let Some(seconds) = args.render {
        people.until = Some(std::time::Instant::now() + std::time::Duration::from_secs(seconds));
        return people.talk(args.minutes, &mut |_| Ok(()));
    }
    let wanted = |phrase: &&str| args.only.is_empty() || args.only.iter().any(|only| phrase.contains(only.as_str()));
    let phrases: Vec<&str> = PHRASES.into_iter().filter(wanted).collect();
    let judges = learn(&assistant, &store, &phrases, &args)?;
    let noise = sound::to_hearing_rate(&wav::read(&args.noise)?)?;
    let mut ear = Ear {
        endpointer: assistant.endpointer()?,
        spotter: Spotter::new(front(&store)?, judges, 1.0),
        noise,
        snr: args.snr,
        chance: Chance(7),
        words: Words::open(&assistant, &phrases)?,
    };
    let said = meant(&mut ear, &mut people, &phrases)?;
    let mut false_wakes = vec![Vec::new(); phrases.len()];
    let mut hours = 0.0;
    let begun = processor_seconds();
    let mut hear = |name: &str, samples: Vec<f32>, ear: &mut Ear| -> Result<(), Failure> {
        hours += samples.len() as f32 / HEARING_RATE as f32 / 3_600.0;
        for (phrase, peaks) in ear.peaks(samples)?.into_iter().enumerate() {
            for peak in peaks {
                if peak.agreed || peak.sure > 0.9 {
                    println!("  {} at {:.1} s of {name}: {peak}", phrases[phrase], peak.at);
                }
                false_wakes[phrase].push(peak);
            }
        }
        Ok(())
    };
    people.talk(args.minutes, &mut |samples| hear("the voices' talk", samples, &mut ear))?;
    people.throats(args.throats, &mut |samples| hear("talk in many throats", samples, &mut ear))?;
    for file in recordings(&args.recordings)? {
        let samples = sound::to_hearing_rate(&wav::read(&file)?)?;
        hear(&file.display().to_string(), samples, &mut ear)?;
    }
    let spent = processor_seconds() - begun;
    println!("{hours:.2} hours of other speech, {:.1} % of a core", spent / hours / 36.0);
    report(&phrases, &said, &false_wakes, hours);
    Ok(())
}

fn report(phrases: &[&str], said: &[Vec<Peak>], false_wakes: &[Vec<Peak>], hours: f32) {
    println!("{:36}{}", "sure", THRESHOLDS.map(|threshold| format!("{threshold:13.2}")).concat());
    for by in [By::Ear, By::Words, By::Either] {
        let mut all = (Vec::new(), Vec::new());
        for (phrase, (said, woken)) in phrases.iter().zip(said.iter().zip(false_wakes)) {
            row(phrase, by, said, woken, hours);
            all.0.extend(said.iter().cloned());
            all.1.extend(woken.iter().cloned());
        }
        row("all", by, &all.0, &all.1, hours * phrases.len() as f32);
    }
}

/// What wakes it.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Ear,
    /// The ear, where the words agree.
    Words,
    /// The words where the ear would ask for them, or an ear that is so sure.
    Either,
}

/// Missed, and false ones an hour, by how sure the ear must be.
fn row(phrase: &str, by: By, said: &[Peak], woken: &[Peak], hours: f32) {
    let how = match by {
        By::Ear => "",
        By::Words => ", words",
        By::Either => ", words or so sure",
    };
    print!("{:36}", format!("{phrase}{how}"));
    for threshold in THRESHOLDS {
        if by != By::Ear && threshold < ASKED {
            print!("{:13}", "");
            continue;
        }
        let sure = |peak: &Peak| peak.sure >= threshold;
        let wakes = |peak: &&Peak| match by {
            By::Ear => sure(peak),
            By::Words => sure(peak) && peak.agreed,
            By::Either => sure(peak) || peak.sure >= ASKED && peak.agreed,
        };
        let missed = said.len() - said.iter().filter(wakes).count();
        let falsely = woken.iter().filter(wakes).count();
        print!("{:6.1}%{:5.1}/h", 100.0 * missed as f32 / said.len() as f32, falsely as f32 / hours);
    }
    println!();
}

/// What each phrase is known by, from voices that are not held back.
fn learn(assistant: &Assistant, store: &Store, phrases: &[&str], args: &Args) -> Result<Vec<Arc<Judge>>, Failure> {
    let kept = Kept::new(args.keep.join("learnt"));
    let crowd = support::spoken::crowd::TUNING.iter().chain(&support::spoken::crowd::FIGURE);
    let names: Vec<&str> = crowd.copied().filter(|name| !HELD.contains(name)).collect();
    let mut teachers = Teachers::open(store, Some(&names), args.keep.join("said"), CACHE_BYTES)?;
    let mut judges = Vec::new();
    for phrase in phrases {
        let judge = match kept.find(phrase, "eval").filter(|_| !args.anew) {
            Some(judge) => judge,
            None => {
                let begun = std::time::Instant::now();
                let judge = teach(&mut front(store)?, &mut teachers, &script(&assistant.setting, phrase)?)?;
                println!("{phrase}: learnt in {:.0} s, sees {}", begun.elapsed().as_secs_f32(), judge.sees);
                kept.keep(phrase, "eval", &judge)?;
                judge
            }
        };
        judges.push(Arc::new(judge));
    }
    Ok(judges)
}

/// The surest moment of each time that a phrase was said, a row a phrase; one that wakes it counts before one that does not.
fn meant(ear: &mut Ear, people: &mut People, phrases: &[&str]) -> Result<Vec<Vec<Peak>>, Failure> {
    let mut all = Vec::new();
    for (row, phrase) in phrases.iter().enumerate() {
        let mut surest = Vec::new();
        for saying in people.sayings(phrase)? {
            let mut peaks = ear.peaks(saying)?.swap_remove(row);
            peaks.sort_by(|a, b| a.agreed.cmp(&b.agreed).then(a.sure.total_cmp(&b.sure)));
            let peak = peaks.pop().unwrap_or_default();
            if !peak.agreed {
                println!("  {phrase} missed: {peak}");
            }
            surest.push(peak);
        }
        all.push(surest);
    }
    Ok(all)
}

fn recordings(dirs: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for dir in dirs {
        for entry in std::fs::read_dir(dir)? {
            files.push(entry?.path());
        }
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "wav"));
    files.sort();
    Ok(files)
}

/// A moment at which a phrase was likeliest.
#[derive(Clone, Default)]
struct Peak {
    /// Seconds of the stream.
    at: f32,
    sure: f32,
    /// What was recognised there.
    text: String,
    /// The words say so too.
    agreed: bool,
}

impl std::fmt::Display for Peak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Peak { sure, text, agreed, .. } = self;
        write!(f, "{sure:.2} {} {text:?}", if *agreed { "agreed" } else { "not agreed" })
    }
}

struct Ear {
    endpointer: Endpointer,
    spotter: Spotter,
    noise: Vec<f32>,
    snr: f32,
    chance: Chance,
    words: Words,
}

impl Ear {
    /// The moments at which each phrase is likeliest, with a second between them, a row a phrase.
    fn peaks(&mut self, mut samples: Vec<f32>) -> Result<Vec<Vec<Peak>>, Failure> {
        // Nobody is cut off.
        samples.extend([0.0; HEARING_RATE as usize]);
        let from = self.chance.below(self.noise.len());
        in_noise(&mut samples, self.noise.iter().cycle().skip(from), rms(&self.noise), self.snr);
        self.endpointer.reset();
        self.spotter.reset();
        let mut peaks: Vec<Vec<Peak>> = vec![Vec::new(); self.words.phrases.len()];
        let mut utterances = Vec::new();
        let mut speaking = false;
        for (number, piece) in samples.chunks(HEARING_RATE as usize / 50).enumerate() {
            for event in self.endpointer.push(piece)? {
                speaking = !matches!(event, Event::Utterance(_));
                if let Event::Utterance(utterance) = event {
                    utterances.push(utterance);
                }
            }
            for (ago, sure) in self.spotter.each(piece, speaking)? {
                let at = ((number + 1) * piece.len()).saturating_sub(ago) as f32 / HEARING_RATE as f32;
                for (peaks, sure) in peaks.iter_mut().zip(sure).filter(|(_, sure)| *sure >= THRESHOLDS[0]) {
                    match peaks.last_mut() {
                        Some(last) if at - last.at < 1.0 => last.sure = last.sure.max(sure),
                        _ => peaks.push(Peak { at, sure, ..Peak::default() }),
                    }
                }
            }
        }
        for (phrase, peaks) in peaks.iter_mut().enumerate() {
            for peak in peaks.iter_mut().filter(|peak| peak.sure >= ASKED) {
                self.words.ask(phrase, peak, &utterances)?;
            }
        }
        Ok(peaks)
    }
}

/// The recogniser, told to expect a phrase, and what tells by the words whether somebody called.
struct Words {
    recogniser: RecogniserThread,
    phrases: Vec<(Bias, Called)>,
}

impl Words {
    fn open(assistant: &Assistant, phrases: &[&str]) -> Result<Words, Failure> {
        let menu = Bias::of_shop(&assistant.setting.shop, &Expect::default());
        let voice = &assistant.setting.language.speak.espeak_voice;
        let known = |phrase: &&str| (menu.clone().led_by([phrase]), Called::by(phrase, voice));
        Ok(Words { recogniser: assistant.recogniser()?, phrases: phrases.iter().map(known).collect() })
    }

    fn ask(&mut self, phrase: usize, peak: &mut Peak, utterances: &[Utterance]) -> Result<(), Failure> {
        let lasted = |utterance: &Utterance| utterance.samples.len() as f64 / f64::from(HEARING_RATE);
        let within = |utterance: &&Utterance| {
            let from = utterance.start_seconds;
            from <= f64::from(peak.at) && f64::from(peak.at) <= from + lasted(utterance) + 1.0
        };
        let Some(mut utterance) = utterances.iter().rfind(within).cloned() else { return Ok(()) };
        let spare = (peak.at - BEFORE - utterance.start_seconds as f32).max(0.0) * HEARING_RATE as f32;
        let share = 1.0 - spare / utterance.samples.len() as f32;
        utterance.samples.drain(..(spare as usize).min(utterance.samples.len()));
        utterance.voiced_seconds *= share;
        let (bias, called) = &self.phrases[phrase];
        peak.text = self.recogniser.transcribe_blocking(utterance, bias.clone())?.text;
        peak.agreed = called.after(&peak.text, true).is_some();
        Ok(())
    }
}

/// Speech is as loud as its loud parts are, so that pauses do not count.
fn in_noise<'a>(samples: &mut [f32], noise: impl Iterator<Item = &'a f32>, level: f32, snr: f32) {
    let frames = samples.chunks(320).map(rms);
    let loudest = frames.clone().fold(0.0, f32::max);
    let loud: Vec<f32> = frames.filter(|level| *level > loudest / 10.0).collect();
    let gain = rms(&loud) / level * 10f32.powf(-snr / 20.0);
    samples.iter_mut().zip(noise).for_each(|(sample, noise)| *sample += gain * noise);
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    samples.iter_mut().for_each(|sample| *sample *= 0.5 / peak.max(1e-6));
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}
