//! Who says the phrases, and who says what is not meant for the assistant.

use std::path::Path;

use saycart::assistant::wake::Teachers;
use saycart::chance::Chance;
use saycart::hear::wake::Voices;
use saycart::message::{HEARING_RATE, Sound};
use saycart::models::Store;
use saycart::pronounce;
use saycart::sound;
use saycart::tts::{self, Cached, Voice};

use super::support::Failure;
use super::{Args, CACHE_BYTES};

/// Voices that teach nothing.
pub const HELD: [&str; 8] = ["af_heart", "af_nova", "af_sarah", "am_adam", "am_liam", "am_onyx", "bf_emma", "bm_lewis"];
const PACES: [f32; 3] = [0.9, 1.0, 1.15];
const ORDERS: [&str; 4] = [
    "a latte please",
    "can I get two blueberry muffins",
    "I'd like a large cappuccino with oat milk",
    "what do you have without nuts",
];

/// Who speaks: voices that taught nothing, and the usual voice, which is of another make.
pub struct People {
    held: Teachers,
    usual: Cached<Box<dyn Voice>>,
    sentences: Vec<String>,
    /// Say no more from then on.
    pub until: Option<std::time::Instant>,
}

impl People {
    pub fn open(store: &Store, args: &Args) -> Result<People, Failure> {
        let said = args.keep.join("said");
        let usual = Cached::new(tts::open(store, "piper-en_US-joe-medium", 0)?, said.clone(), CACHE_BYTES);
        let mut sentences = Vec::new();
        for file in &args.talks {
            sentences.extend(talk(file)?);
        }
        let mut chance = Chance(11);
        for at in (1..sentences.len()).rev() {
            sentences.swap(at, chance.below(at + 1));
        }
        Ok(People { held: Teachers::open(store, Some(&HELD), said, CACHE_BYTES)?, usual, sentences, until: None })
    }

    /// The phrase, alone and with an order in the same breath, by everybody.
    pub fn sayings(&mut self, phrase: &str) -> Result<Vec<Vec<f32>>, Failure> {
        let mut sayings = Vec::new();
        for voice in 0..HELD.len() {
            for (number, pace) in PACES.into_iter().enumerate() {
                let with = format!("{phrase}, {}", ORDERS[(voice + number) % ORDERS.len()]);
                for text in [phrase, &with] {
                    sayings.push(say(&mut self.held, voice, pace, text)?);
                }
            }
        }
        let with = format!("{phrase}, {}", ORDERS[0]);
        for text in [phrase, &with] {
            for rate in [1.0, 0.9, 1.12] {
                sayings.push(in_throat(self.usual.speak(text)?, rate)?);
            }
        }
        Ok(sayings.into_iter().map(in_quiet).collect())
    }

    /// Other talk by the voices that taught nothing, sentence by sentence.
    pub fn talk(&mut self, minutes: f32, hear: &mut Hear<'_>) -> Result<(), Failure> {
        let (sentences, held, until) = (&self.sentences, &mut self.held, self.until);
        let in_time = |_: &_| until.is_none_or(|until| std::time::Instant::now() <= until);
        let said = |(number, sentence): (usize, &String)| {
            say(held, number % HELD.len(), PACES[number % PACES.len()], sentence)
        };
        let left = aloud(minutes, sentences.iter().enumerate().take_while(in_time).map(said), hear)?;
        println!("{:.0} minutes of the voices' talk", minutes - left);
        Ok(())
    }

    /// Other talk by the usual voice, lower and slower or higher and faster with each sentence.
    pub fn throats(&mut self, minutes: f32, hear: &mut Hear<'_>) -> Result<(), Failure> {
        let (sentences, usual) = (&self.sentences, &mut self.usual);
        let said = |(number, sentence): (usize, &String)| {
            in_throat(usual.speak(sentence)?, 0.8 + (number % 17) as f32 * 0.025)
        };
        let left = aloud(minutes, sentences.iter().rev().cycle().enumerate().map(said), hear)?;
        println!("{:.0} minutes of talk in many throats", minutes - left);
        Ok(())
    }
}

/// Who hears a piece of talk.
type Hear<'a> = dyn FnMut(Vec<f32>) -> Result<(), Failure> + 'a;

/// So many minutes of these sentences, with pauses between them, in pieces of a minute. How many are left when they are all said.
fn aloud(
    minutes: f32,
    sentences: impl Iterator<Item = Result<Vec<f32>, Failure>>,
    hear: &mut Hear<'_>,
) -> Result<f32, Failure> {
    let mut left = minutes * 60.0;
    let mut piece = Vec::new();
    let mut sentences = sentences.enumerate();
    while left > 0.0
        && let Some((number, said)) = sentences.next()
    {
        let said = said?;
        left -= said.len() as f32 / HEARING_RATE as f32;
        piece.extend(said);
        piece.extend(vec![0.0; (0.1 + (number % 7) as f32 * 0.1 * HEARING_RATE as f32) as usize]);
        if piece.len() > 60 * HEARING_RATE as usize {
            hear(std::mem::take(&mut piece))?;
        }
    }
    hear(piece)?;
    Ok(left.max(0.0) / 60.0)
}

/// So many times as fast and high.
fn in_throat(mut said: Sound, rate: f32) -> Result<Vec<f32>, Failure> {
    said.rate = (said.rate as f32 * rate) as u32 / 50 * 50;
    Ok(sound::to_hearing_rate(&said)?)
}

fn say(voices: &mut Teachers, voice: usize, pace: f32, text: &str) -> Result<Vec<f32>, Failure> {
    let ipa = pronounce::clauses("en-us", text)?.join(" ");
    voices.say(voice, pace, &ipa).map_err(|error| error.to_string().into())
}

fn in_quiet(said: Vec<f32>) -> Vec<f32> {
    let room = vec![0.0; HEARING_RATE as usize * 3 / 2];
    [room.as_slice(), &said, &room].concat()
}

/// What customers say in conversations, or every line.
fn talk(file: &Path) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(file)?;
    let mut sentences = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<serde_json::Value>(line) {
            Ok(value) => {
                let turns = value["turns"].as_array().cloned().unwrap_or_default();
                sentences.extend(turns.iter().filter_map(|turn| turn.as_str().map(String::from)));
            }
            Err(_) => sentences.push(line.trim().to_string()),
        }
    }
    Ok(sentences)
}
