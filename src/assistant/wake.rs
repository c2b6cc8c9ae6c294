//! The ear for the wake phrase: taught by the many voices when a phrase is new, kept from then on.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use super::{Assistant, AssistantError};
use crate::channel::voice::{Spots, Wake};
use crate::config::{self, ListenMode};
use crate::hear::wake::{self, Front, Judge, Kept, Script, Spotter};
use crate::models::{self, ModelError, Store};
use crate::pronounce;
use crate::service::{ServiceError, Setting};
use crate::sound::to_hearing_rate;
use crate::stt::{Called, lm};
use crate::tts::{Cached, Kokoro, Spelled, TtsError, Voice};

/// Who teaches, and what sound is turned into numbers by.
pub const VOICES: &str = "kokoro-82m";
pub const FRONT: &str = "speech-embedding";
/// What the voices said is kept, so that a lesson that was broken off goes on where it stood.
const CACHE_BYTES: u64 = 64 << 20;
const ONLY_WORDS: &str = "Until the next start all speech is recognised, and its words alone tell whether somebody called: \
                          that costs more.";
/// So many of the requests that people may make there are said beside the phrase.
const SENTENCES: usize = 400;

/// The many voices, as teachers of a phrase.
pub struct Teachers {
    voice: Cached<Spelled>,
    names: Vec<String>,
}

impl Teachers {
    /// All voices of the model, or those of these names; what they say is kept in `dir`.
    pub fn open(store: &Store, names: Option<&[&str]>, dir: PathBuf, bytes: u64) -> Result<Teachers, TtsError> {
        models::runtime::init(store)?;
        let all: Vec<String> = {
            let model = store.model(VOICES)?;
            let roles = model.files_here().map(|file| file.role.clone());
            roles.filter(|role| !Kokoro::is_part(role)).collect()
        };
        let names = names.map_or(all, |names| names.iter().map(|name| name.to_string()).collect());
        let first = names.first().ok_or_else(|| TtsError::NoVoice { model: VOICES.into() })?;
        let voice = Spelled::new(Kokoro::open(store, VOICES, first)?);
        Ok(Teachers { voice: Cached::new(voice, dir, bytes), names })
    }
}

impl wake::Voices for Teachers {
    fn count(&self) -> usize {
        self.names.len()
    }

    fn say(&mut self, voice: usize, pace: f32, ipa: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.voice.voice().speak_as(&self.names[voice], pace)?;
        Ok(to_hearing_rate(&self.voice.speak(ipa)?)?)
    }
}

/// Sound into numbers, as the judges were taught with.
pub fn front(store: &Store) -> Result<Front, AssistantError> {
    models::runtime::init(store)?;
    Ok(Front::load(&store.file(FRONT, "melspectrogram")?, &store.path(FRONT)?)?)
}

/// What the voices are to say for a phrase in a shop.
pub fn script(setting: &Setting, phrase: &str) -> Result<Script, AssistantError> {
    let espeak = &setting.language.speak.espeak_voice;
    let ipa = |text: &str| pronounce::clauses(espeak, text).map(|clauses| clauses.join(" ")).map_err(TtsError::from);
    let requests = lm::requests::made_up(&setting.shop, &setting.language);
    let step = (requests.len() / SENTENCES).max(1);
    let others = requests.iter().step_by(step).map(|request| ipa(request)).collect::<Result<Vec<_>, _>>()?;
    Ok(Script { phrase: ipa(phrase)?, others })
}

/// What tells the teachers and what they say from all others.
fn taught_by(store: &Store, setting: &Setting) -> Result<String, ModelError> {
    let mut told = setting.shop.key.clone();
    for model in [VOICES, FRONT] {
        told.extend(store.model(model)?.files_here().map(|file| file.sha256.as_str()));
    }
    Ok(told)
}

impl Assistant {
    /// Whether the phrase was learnt before, in this shop and from these voices.
    pub fn has_learnt(&self, phrase: &str) -> Result<bool, ModelError> {
        Ok(kept().find(phrase, &taught_by(&self.models, &self.setting)?).is_some())
    }

    /// An ear for the phrase that was learnt before; `None` where none was.
    pub fn knows(&self, phrase: &str) -> Result<Option<Spotter>, AssistantError> {
        self.models.path(FRONT)?;
        let judge = kept().find(phrase, &taught_by(&self.models, &self.setting)?);
        judge.map(|judge| self.spotter(judge)).transpose()
    }

    /// Learn the phrase now, which takes minutes, and keep what was learnt.
    pub fn learn(&self, phrase: &str) -> Result<Spotter, AssistantError> {
        let begun = Instant::now();
        let script = script(&self.setting, phrase)?;
        let mut teachers = Teachers::open(&self.models, None, place().join("said"), CACHE_BYTES)?;
        let judge = wake::teach(&mut front(&self.models)?, &mut teachers, &script)?;
        if let Err(error) = kept().keep(phrase, &taught_by(&self.models, &self.setting)?, &judge) {
            tracing::warn!(
                "cannot keep what was learnt of the wake phrase in {}: {error}. It is learnt anew at the next start; free \
                 some room there.",
                place().display()
            );
        }
        tracing::info!("learnt the wake phrase in {:.0} s", begun.elapsed().as_secs_f32());
        self.spotter(judge)
    }

    fn spotter(&self, judge: Judge) -> Result<Spotter, AssistantError> {
        Ok(Spotter::new(front(&self.models)?, [Arc::new(judge)], self.config.values.listen.wake_sureness))
    }

    /// What finds the wake phrase, where it is listened for; where it is new the ear comes when it has been learnt. Until
    /// then all speech is recognised, and the words alone tell whether somebody called.
    pub fn wake(&self) -> Result<Option<Wake>, AssistantError> {
        let listen = &self.config.values.listen;
        if listen.mode != ListenMode::Wake {
            return Ok(None);
        }
        let called = Called::by(&listen.phrase, &self.setting.language.speak.espeak_voice);
        let (ready, learnt) = mpsc::channel::<Box<dyn Spots>>();
        match self.knows(&listen.phrase) {
            Ok(Some(spotter)) => drop(ready.send(Box::new(spotter))),
            Ok(None) => self.learns(ready)?,
            Err(error) => tracing::warn!("{error}\n{ONLY_WORDS}"),
        }
        Ok(Some(Wake { phrase: listen.phrase.clone(), called, learnt }))
    }

    fn learns(&self, ready: mpsc::Sender<Box<dyn Spots>>) -> Result<(), AssistantError> {
        let (assistant, phrase) = (self.clone(), self.config.values.listen.phrase.clone());
        tracing::info!("learning the wake phrase, which takes some minutes; it can be used meanwhile");
        let learn = move || match assistant.learn(&phrase) {
            Ok(spotter) => drop(ready.send(Box::new(spotter))),
            Err(error) => tracing::warn!("{error}\n{ONLY_WORDS}"),
        };
        std::thread::Builder::new().name("learns the phrase".into()).spawn(learn).map_err(ServiceError::Thread)?;
        Ok(())
    }
}

fn place() -> PathBuf {
    config::cache_dir().join("wake")
}

fn kept() -> Kept {
    Kept::new(place())
}
