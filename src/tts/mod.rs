//! Speaking: words → sound. A [`Voice`] makes one sentence at a time, [`Cached`] remembers what was said,
//! [`Speaker`] does so on its own thread, the first sentence heard while the next is made.

mod espeak;
mod piper;
mod tone;

use std::path::PathBuf;

pub use espeak::phonemes;
pub use piper::Piper;
pub use tone::Tone;

use crate::message::Sound;

/// Something that can speak. Members: [`Piper`] (a neural voice) and [`Tone`] (no model, for tests).
pub trait Voice: Send {
    /// Samples a second of every [`Sound`] that it makes.
    fn rate(&self) -> u32;

    /// What tells this voice from every other one: two voices with the same identity say the same text alike.
    fn identity(&self) -> &str;

    /// One sentence, already in speakable words (see [`crate::reply::speakable`]), as mono sound at [`Voice::rate`]
    /// that begins with the first audible sample. A text with nothing to say gives an empty sound.
    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError>;
}

#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    #[error(
        "cannot unpack the pronunciation data to {path}: {source}. Make room there, or let XDG_CACHE_HOME name a directory that can be written."
    )]
    Unpack { path: PathBuf, source: std::io::Error },
    #[error("eSpeak NG does not start with the pronunciation data in {0}. Remove that directory and start again.")]
    Pronouncer(PathBuf),
    #[error(
        "eSpeak NG has no voice `{0}`. The language file or the voice model asks for it: use a model for a language that saycart speaks."
    )]
    UnknownVoice(String),
    #[error(
        "cannot load the voice {path}: {reason}. `saycart models verify` checks it, `saycart models fetch` gets it again."
    )]
    Load { path: PathBuf, reason: String },
    #[error(
        "the voice could not say \"{sentence}\": {reason}. Try other words; if every sentence fails, `saycart models verify` checks the voice."
    )]
    Synthesis { sentence: String, reason: String },
    #[error("the speaking thread has ended. Start saycart again; its log says why it ended.")]
    Ended,
}

/// Where what can be made again is kept: `$CACHE_DIRECTORY` under systemd, else the XDG cache directory.
pub fn cache_dir() -> PathBuf {
    use etcetera::BaseStrategy;
    if let Some(dir) = std::env::var_os("CACHE_DIRECTORY") {
        return PathBuf::from(dir);
    }
    etcetera::choose_base_strategy()
        .map_or_else(|_| std::env::temp_dir().join("saycart"), |strategy| strategy.cache_dir().join("saycart"))
}
