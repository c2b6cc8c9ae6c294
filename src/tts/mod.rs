//! Speaking: words → sound. A [`Voice`] makes one sentence at a time, [`Cached`] remembers what was said,
//! [`Speaker`] does so on its own thread, the first sentence heard while the next is made.

mod cache;
mod kokoro;
mod onnx;
mod piper;
mod thread;
mod tone;
mod trim;

use std::path::PathBuf;

pub use cache::Cached;
pub use kokoro::{Kokoro, Spelled};
pub use piper::Piper;
pub use thread::{Speaker, Speech, Spoken};
pub use tone::Tone;

use crate::config;
use crate::message::{Sentence, Sound};
use crate::models::{ModelError, Store, runtime};
use crate::pronounce::PronounceError;

/// Something that can speak. Members: [`Piper`] and [`Kokoro`] (neural voices) and [`Tone`] (no model, for tests).
pub trait Voice: Send {
    /// Samples a second of every [`Sound`] that it makes.
    fn rate(&self) -> u32;

    /// What tells this voice from every other one: two voices with the same identity say the same text alike.
    fn identity(&self) -> &str;

    /// Load what [`Voice::speak`] would load when it is first needed.
    fn warm_up(&mut self) -> Result<(), TtsError> {
        Ok(())
    }

    /// Let go of what [`Voice::warm_up`] loads: nothing has been wanted for long.
    fn rest(&mut self) {}

    /// A sentence may soon be wanted: make it now, where it can be held until then.
    fn prepare(&mut self, _sentence: &Sentence) -> Result<(), TtsError> {
        Ok(())
    }

    /// One sentence, already in speakable words (see [`crate::reply::speakable`]), as mono sound at [`Voice::rate`]
    /// that begins with the first audible sample. A text with nothing to say gives an empty sound.
    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError>;

    /// The same; of one that is private nothing is kept.
    fn say(&mut self, sentence: &Sentence) -> Result<Sound, TtsError> {
        self.speak(&sentence.text)
    }
}

/// Opens a voice of a model of the store, which it loads when it is first needed.
type Builder = fn(&Store, &str, Option<&str>) -> Result<Box<dyn Voice>, TtsError>;

/// Which engine runs which models, by how their names begin.
const ENGINES: &[(&str, Builder)] = &[
    ("piper-", |store, model, voice| {
        let hash = store.model(model)?.files_here().map(|file| file.sha256.as_str()).collect::<String>();
        match voice {
            Some(voice) => Err(TtsError::NoSuchVoice { voice: voice.into(), all: "none: it is one voice".into() }),
            None => Ok(Box::new(Piper::open(&store.path(model)?, &store.file(model, "config")?, &hash)?)),
        }
    }),
    ("kokoro-", |store, model, voice| Ok(Box::new(Kokoro::open(store, model, voice.unwrap_or(kokoro::USUAL))?))),
];

/// The voice `name` of the store, "MODEL" or, of a model of many, "MODEL:VOICE", with a cache of `cache_mb` megabytes (0 is
/// none) in [`config::cache_dir`]. The model's files are checked now and loaded when first needed, or by
/// [`Speaker::warm_up`].
pub fn open(store: &Store, name: &str, cache_mb: u64) -> Result<Box<dyn Voice>, TtsError> {
    runtime::init(store)?;
    let (_, voice) = built(store, name)?;
    Ok(match cache_mb {
        0 => voice,
        _ => Box::new(Cached::new(voice, cache(), cache_mb << 20)),
    })
}

/// Where the voice of that name has its model, all of which is there and whole; for `saycart doctor`.
pub fn find(store: &Store, name: &str) -> Result<PathBuf, TtsError> {
    let (model, _) = built(store, name)?;
    Ok(store.path(model)?)
}

fn built<'a>(store: &'a Store, name: &str) -> Result<(&'a str, Box<dyn Voice>), TtsError> {
    let (model, voice) = name.split_once(':').map_or((name, None), |(model, voice)| (model, Some(voice)));
    let model = &store.model(model)?.name;
    let engine = ENGINES.iter().find(|(begins, _)| model.starts_with(begins));
    let (_, builder) = engine.ok_or_else(|| TtsError::NoVoice { model: model.clone() })?;
    Ok((model, builder(store, model, voice)?))
}

/// Where what was said is kept, but for what is private.
pub fn cache() -> PathBuf {
    config::cache_dir().join("speech")
}

impl Voice for Box<dyn Voice> {
    fn rate(&self) -> u32 {
        (**self).rate()
    }

    fn identity(&self) -> &str {
        (**self).identity()
    }

    fn warm_up(&mut self) -> Result<(), TtsError> {
        (**self).warm_up()
    }

    fn rest(&mut self) {
        (**self).rest();
    }

    fn prepare(&mut self, sentence: &Sentence) -> Result<(), TtsError> {
        (**self).prepare(sentence)
    }

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        (**self).speak(sentence)
    }

    fn say(&mut self, sentence: &Sentence) -> Result<Sound, TtsError> {
        (**self).say(sentence)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Pronounce(#[from] PronounceError),
    #[error(
        "cannot load the voice {path}: {reason}. `saycart models verify` checks it, `saycart models fetch` gets it again."
    )]
    Load { path: PathBuf, reason: String },
    #[error("`{model}` is no voice. `saycart models list` says what each model does.")]
    NoVoice { model: String },
    #[error("the model has no voice `{voice}`. Its voices: {all}.")]
    NoSuchVoice { voice: String, all: String },
    // Errors are logged, and what is said to a customer is not.
    #[error(
        "the voice could not say a sentence: {reason}. Try other words; if every sentence fails, `saycart models verify` checks the voice."
    )]
    Synthesis { reason: String },
    #[error("cannot start the speaking thread: {0}. Free some memory, or raise the limit of processes.")]
    Thread(std::io::Error),
    #[error("speech lags behind: too many replies wait to be spoken. Use a faster machine or a smaller voice.")]
    Behind,
    #[error("the speaking thread has ended. Start saycart again; its log says why it ended.")]
    Ended,
}
