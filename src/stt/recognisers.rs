//! The recognisers that are configured, made ready to hear in a shop.

use std::path::PathBuf;
use std::sync::Arc;

use super::by_ear::Open;
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
        let mut first = Whisper::load(&self.model, &language.code, self.threads, stop.clone())?;
        if self.thorough.is_none() {
            first.expect(&requests);
        }
        let answers = Answers::of(shop, language);
        first.answered(answers.written());
        let (sounds, model) = (Sounds::of(shop, language), LanguageModel::of(&requests, language));
        let thorough = self.thorough.clone().map(|path| self.thorough(path, language, requests, stop));
        Ok(ByEar::new(first, sounds, model, lexicon).with_answers(answers).with_thorough(thorough))
    }

    /// Opens the thorough one when it is asked for.
    fn thorough(&self, path: PathBuf, language: &Language, requests: Vec<String>, stop: &StopFlag) -> Open<Whisper> {
        let (code, threads, stop) = (language.code.clone(), self.threads, stop.clone());
        Box::new(move || {
            let mut thorough = Whisper::load(&path, &code, threads, stop)?;
            thorough.expect(&requests);
            Ok(thorough)
        })
    }
}
