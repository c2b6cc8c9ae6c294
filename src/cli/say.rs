//! `saycart say`: only speak.

use super::*;
use crate::lang::Language;
use crate::message::{Sentence, Sound};
use crate::models::Store;
use crate::reply::speakable::Script;
use crate::shop::model::Shop;
use crate::sound::Sink;
use crate::sound::local::{AudioError, Loudspeaker};
use crate::sound::wav;
use crate::tts::{self, Speaker};

#[derive(Debug, Args)]
pub struct SayArgs {
    /// The words to speak
    #[arg(required = true)]
    pub text: Vec<String>,
    /// Speak as this voice, MODEL or MODEL:VOICE ("kokoro-82m:bf_emma"), instead of the configured one
    #[arg(long, value_name = "VOICE")]
    pub voice: Option<String>,
    /// Write a WAV file instead of playing
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub fn run(env: &Environment, args: &SayArgs) -> Result<(), CliError> {
    let values = &env.config.values;
    // Before the voice is loaded: a missing loudspeaker is told at once.
    let output = match &args.output {
        Some(file) => Output::File(file, Sound::default()),
        None => Output::Played(Loudspeaker::open(&values.audio.loudspeaker).map_err(no_loudspeaker)?),
    };
    let sentences = script(&values.shop)?.sentences(&args.text.join(" "));
    if sentences.is_empty() {
        return Err(CliError::new("there is nothing to say in that text: it has neither letters nor digits"));
    }
    let store = Store::new(env.config.models_dir());
    let voice = args.voice.as_deref().unwrap_or(&values.speak.voice);
    let voice = tts::open(&store, voice, values.speak.cache_mb).map_err(CliError::new)?;
    let sentences = sentences.into_iter().map(Sentence::ours).collect();
    speak(Speaker::start(voice).map_err(CliError::new)?, sentences, output)
}

enum Output<'a> {
    Played(Loudspeaker),
    File(&'a PathBuf, Sound),
}

fn speak(speaker: Speaker, sentences: Vec<Sentence>, mut output: Output) -> Result<(), CliError> {
    let mut speech = speaker.say(0, sentences).map_err(CliError::new)?;
    while let Some(spoken) = speech.blocking_recv() {
        let sound = spoken.map_err(CliError::new)?.sound;
        match &mut output {
            Output::Played(loudspeaker) => loudspeaker.play(sound),
            Output::File(_, whole) => {
                whole.rate = sound.rate;
                whole.samples.extend(sound.samples);
            }
        }
    }
    match output {
        Output::Played(loudspeaker) => loudspeaker.wait(),
        Output::File(file, whole) => wav::write(file, &whole).map_err(CliError::new)?,
    }
    Ok(())
}

/// The shop's language and pronunciations; a shop that cannot be read costs only its pronunciations.
fn script(dir: &std::path::Path) -> Result<Script, CliError> {
    let shop = match Shop::load(dir) {
        Ok(loaded) => loaded.shop,
        Err(_) => {
            tracing::warn!(
                "speaking without the shop's pronunciations: `saycart shop check {}` says why",
                dir.display()
            );
            Shop { language: "en".into(), ..Shop::default() }
        }
    };
    let language = Language::load(&shop.language).map_err(CliError::new)?;
    Ok(Script::for_shop(&language.speak, &shop))
}

fn no_loudspeaker(error: AudioError) -> CliError {
    CliError::new(format!("{error} Or let `saycart say -o FILE` write the speech to a file."))
}
