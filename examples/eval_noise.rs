//! What comes of sounds that nobody addresses to the assistant: `eval_noise [--minutes N] [--recording FILE]…`. Generated
//! noises and music, recordings (a kitchen) at several levels, a far radio and a room full of people who speak of other
//! things go through the daemon's hearing as fast as it can: voice activity and endpoint, the recogniser in each pause, the
//! guard, and a conversation with the café on disk. Reported a sound: processor time a minute, pauses that were recognised,
//! and each text that got through with what it put into the cart.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use saycart::assistant::Assistant;
use saycart::channel::voice::Phrases;
use saycart::config::{Config, Overrides};
use saycart::hear::{Endpointer, Event};
use saycart::message::HEARING_RATE;
use saycart::service::{Channel, Desk, Happening, Point, SystemClock};
use saycart::sound::{self, wav};
use saycart::stt::RecogniserThread;
use saycart::tts::Voice;
use support::Failure;
use support::measure::processor_seconds;
use support::sounds::{self, Random};

#[path = "../tests/support/mod.rs"]
mod support;

#[derive(Parser)]
struct Args {
    /// Minutes of each sound
    #[arg(long, default_value_t = 1.0)]
    minutes: f32,
    /// Recordings to hear as well, as they are and 10 and 20 dB quieter
    #[arg(long, value_name = "FILE")]
    recording: Vec<PathBuf>,
    /// Only sounds whose name holds this
    #[arg(long)]
    only: Option<String>,
    /// Set a configuration value, as `saycart --set`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// What is on the radio: nothing that anybody could order here, but for a word or two.
const NEWS: &[&str] = &[
    "The council voted last night to widen the bridge over the river.",
    "Traffic on the northern ring road is slow after an accident near the stadium.",
    "In sports, the home team lost two to one in the final minutes.",
    "Tomorrow will be mostly cloudy, with a large front coming in from the west.",
    "Prices for oil rose by three percent on Monday.",
    "The minister said that she would not resign, and thanked her supporters.",
    "And now the news at ten, with the weather to follow.",
    "Doctors recommend eight glasses of water a day, and no sugar after six.",
    "You are listening to music for the small hours, please stay with us.",
    "Police are looking for a dark blue van that was seen near the market.",
];

/// Speech attenuated so much is across the hall, in dB.
const FAR: f32 = -35.0;

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let place = tempfile::tempdir()?;
    let config = Config::load(&Overrides {
        set: vec![
            ("shop".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe").into()),
            ("database".into(), place.path().join("noise.db").display().to_string()),
        ],
        raw: args.set.clone(),
        ..Overrides::default()
    })?;
    let assistant = Assistant::open(&config)?;
    let mut listener = Listener {
        endpointer: assistant.endpointer()?,
        recogniser: assistant.recogniser()?,
        voice: assistant.voice()?,
        desk: assistant.desk(Arc::new(SystemClock::new()))?,
        phrases: assistant.phrases(),
    };
    let samples = (args.minutes * 60.0) as usize * HEARING_RATE as usize;
    let wanted = |name: &str| args.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    let mut total = Heard::default();
    for (seed, (name, make)) in sounds::ALL.iter().enumerate() {
        if wanted(name) {
            total.add(listener.hear(name, &make(samples, &mut Random::seeded(seed as u64 + 1)))?);
        }
    }
    for file in &args.recording {
        let recording = sound::to_hearing_rate(&wav::read(file)?)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for gain in [0.0, -10.0, -20.0] {
            let name = format!("{name} {gain} dB");
            if wanted(&name) {
                let sound: Vec<f32> = recording.iter().cycle().take(samples).map(|s| s * decibels(gain)).collect();
                total.add(listener.hear(&name, &sound)?);
            }
        }
    }
    for (name, gain) in [("a far radio", FAR), ("a radio farther away", FAR - 10.0)] {
        if wanted(name) {
            let radio: Vec<f32> = through_a_hall(&listener.news(samples)?).iter().map(|s| s * decibels(gain)).collect();
            total.add(listener.hear(name, &radio)?);
        }
    }
    let name = "people who talk to each other";
    if wanted(name) {
        let news = listener.news(samples)?;
        let babble: Vec<f32> = (0..samples)
            .map(|at| (0..5).map(|who| news[(at + who * 53_000) % samples]).sum::<f32>() * decibels(-20.0))
            .collect();
        total.add(listener.hear(name, &babble)?);
    }
    println!(
        "{:.0} minutes: {:.2} s of processor time a minute, {} texts, {} things in a cart",
        total.minutes,
        total.cpu_seconds / total.minutes,
        total.texts,
        total.in_cart
    );
    Ok(())
}

fn decibels(gain: f32) -> f32 {
    10f32.powf(gain / 20.0)
}

/// The whole way from samples to the cart.
struct Listener {
    endpointer: Endpointer,
    recogniser: RecogniserThread,
    voice: Box<dyn Voice>,
    desk: Desk,
    phrases: Phrases,
}

#[derive(Default)]
struct Heard {
    minutes: f32,
    cpu_seconds: f32,
    texts: usize,
    in_cart: usize,
}

impl Heard {
    fn add(&mut self, other: Heard) {
        self.minutes += other.minutes;
        self.cpu_seconds += other.cpu_seconds;
        self.texts += other.texts;
        self.in_cart += other.in_cart;
    }
}

impl Listener {
    /// Nobody speaks; what is made of it?
    fn hear(&mut self, name: &str, samples: &[f32]) -> Result<Heard, Failure> {
        let minutes = samples.len() as f32 / HEARING_RATE as f32 / 60.0;
        let point = Point { channel: Channel::Voice, name: name.into() };
        self.desk.enter(&point)?;
        let begun = processor_seconds();
        self.endpointer.reset();
        let mut events = Vec::new();
        for piece in samples.chunks(HEARING_RATE as usize / 100) {
            events.extend(self.endpointer.push(piece)?);
        }
        events.extend(self.endpointer.flush()?);
        let detecting = processor_seconds() - begun;
        let (mut pauses, mut texts, mut ahead) = (0, Vec::new(), None);
        for event in events {
            let utterance = match event {
                Event::SpeechStarted => continue,
                Event::SpeechResumed => {
                    ahead = None;
                    continue;
                }
                Event::SpeechPaused(_, utterance) => {
                    pauses += 1;
                    let bias = self.phrases.bias(&self.desk.expect(&point));
                    ahead = Some(self.recogniser.transcribe_blocking(utterance, bias)?);
                    continue;
                }
                Event::Utterance(utterance) => utterance,
            };
            let voiced = utterance.voiced_seconds;
            let transcript = match ahead.take() {
                Some(transcript) => transcript,
                None => {
                    let bias = self.phrases.bias(&self.desk.expect(&point));
                    self.recogniser.transcribe_blocking(utterance, bias)?
                }
            };
            if !transcript.text.is_empty() {
                let reply = self.desk.tell(&point, Happening::Heard(transcript.text.clone()))?.reply.text;
                let surest = transcript.words.iter().map(|word| word.probability).fold(0.0, f32::max);
                texts.push(format!(
                    "  {voiced:.1} s voiced, log p {:.2}, surest word {surest:.2}, nobody {:.2}: {} → {reply}",
                    transcript.log_probability, transcript.no_speech, transcript.text
                ));
            }
        }
        let cpu_seconds = processor_seconds() - begun;
        let in_cart = self.desk.state(&point).map_or(0, |state| state.cart.lines.len());
        println!(
            "{name}: detector {:.2} s and in all {:.2} s of processor time a minute, {pauses} pauses, {} texts, {in_cart} \
             in the cart",
            detecting / minutes,
            cpu_seconds / minutes,
            texts.len()
        );
        texts.iter().for_each(|text| println!("{text}"));
        self.desk.leave(&point)?;
        Ok(Heard { minutes, cpu_seconds, texts: texts.len(), in_cart })
    }

    /// The news, read again and again.
    fn news(&mut self, samples: usize) -> Result<Vec<f32>, Failure> {
        let mut news = Vec::with_capacity(samples);
        for sentence in NEWS.iter().cycle() {
            news.extend(sound::to_hearing_rate(&self.voice.speak(sentence)?)?);
            news.extend(vec![0.0; HEARING_RATE as usize / 4]);
            if news.len() >= samples {
                break;
            }
        }
        news.truncate(samples);
        Ok(news)
    }
}

/// As from a small loudspeaker across a hall: without what is above 3 kHz, and with an echo of most of a second.
fn through_a_hall(sound: &[f32]) -> Vec<f32> {
    let (mut near, mut far) = (0.0f32, 0.0f32);
    let mut echoes: Vec<Vec<f32>> = [1_283usize, 1_907, 2_539, 3_251].iter().map(|length| vec![0.0; *length]).collect();
    let hall = sound.iter().enumerate().map(|(at, sample)| {
        near += 0.55 * (sample - near);
        far += 0.55 * (near - far);
        let mut tail = 0.0;
        for echo in &mut echoes {
            let place = at % echo.len();
            tail += echo[place];
            echo[place] = far + 0.75 * echo[place];
        }
        far + 0.25 * tail
    });
    hall.collect()
}
