//! The recognisers that are configured, made ready to hear in a shop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lm::LanguageModel;
use super::lm::answers::Answers;
use super::lm::requests::made_up;
use super::sounds::Sounds;
use super::thread::StopFlag;
use super::{ByEar, SttError, Whisper};
use crate::config::Hear;
use crate::lang::Language;
use crate::models::{ModelError, Store};
use crate::shop::Shop;
use crate::understand::Lexicon;

/// Their model files, and the threads that they may take.
#[derive(Debug, Clone)]
pub struct Recognisers {
    model: PathBuf,
    thorough: Option<PathBuf>,
    threads: usize,
}

impl Recognisers {
    /// As configured. An error where a model is missing or broken; without the thorough one hearing goes on.
    pub fn find(models: &Store, hear: &Hear) -> Result<Self, ModelError> {
        let thorough = match hear.thorough_model.as_str() {
            "" => None,
            name => match models.path(name) {
                Err(missing @ ModelError::Missing { .. }) => {
                    tracing::warn!("what is hard to hear is heard less well: {missing}");
                    None
                }
                found => Some(found?),
            },
        };
        Ok(Recognisers { model: models.path(&hear.model)?, thorough, threads: hear.threads })
    }

    /// Loads them, and tells them and the ear of the shop: takes a second or two. Setting `stop` makes a recognition
    /// under way fail soon.
    pub fn open(
        &self,
        shop: &Shop,
        language: &Language,
        lexicon: Arc<Lexicon>,
        stop: &StopFlag,
    ) -> Result<ByEar<Whisper>, SttError> {
        let requests = made_up(shop, language);
        let load = |model: &Path| Whisper::load(model, &language.code, self.threads, stop.clone());
        let (mut first, mut thorough) = (load(&self.model)?, self.thorough.as_deref().map(load).transpose()?);
        thorough.as_mut().unwrap_or(&mut first).expect(&requests);
        let answers = Answers::of(shop, language);
        first.answered(answers.written());
        let (sounds, model) = (Sounds::of(shop, language), LanguageModel::of(&requests, language));
        Ok(ByEar::new(first, sounds, model, lexicon).with_answers(answers).with_thorough(thorough))
    }
}
