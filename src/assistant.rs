//! The stages, built from the configuration: shared by everything that holds a spoken conversation.

use std::sync::Arc;
use std::time::Duration;

use crate::channel::voice::Phrases;
use crate::config::Config;
use crate::hear::{self, Endpointer};
use crate::lang::{Language, LanguageError};
use crate::models::{self, ModelError};
use crate::service::{Clock, Desk, ServiceError, Setting, Staff};
use crate::shop::{Diagnostics, Shop};
use crate::stt::{RecogniserThread, Recognisers, SttError};
use crate::tts::{self, TtsError, Voice};

#[derive(Debug, thiserror::Error)]
pub enum AssistantError {
    #[error("{0}\nthe shop cannot be used before its errors are mended; `saycart shop check` lists them")]
    Shop(Diagnostics),
    #[error(transparent)]
    Language(#[from] LanguageError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Hear(#[from] hear::VadError),
    #[error(transparent)]
    Recogniser(#[from] SttError),
    #[error(transparent)]
    Voice(#[from] TtsError),
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// What a shop, a language and the models make together. The engines are made on demand, each loading its model.
pub struct Assistant {
    pub setting: Setting,
    models: models::Store,
    config: Config,
}

impl Assistant {
    pub fn open(config: &Config) -> Result<Assistant, AssistantError> {
        let shop = Shop::load(&config.values.shop).map_err(AssistantError::Shop)?.shop;
        let language = Language::load(&shop.language)?;
        let models = models::Store::new(config.models_dir());
        Ok(Assistant { setting: Setting::new(shop, language), models, config: config.clone() })
    }

    /// The desk of the shop, on the configured database.
    pub fn desk(&self, clock: Arc<dyn Clock>) -> Result<Desk, AssistantError> {
        let expires = Duration::from_secs(self.config.values.cart.expires_minutes * 60);
        let handover = &self.config.values.handover;
        let set = |text: &str| Some(text.to_string()).filter(|text| !text.is_empty());
        let staff = Staff { command: set(&handover.command), file: set(&handover.file).map(Into::into) };
        Ok(Desk::open(self.setting.clone(), &self.config.database(), staff, clock, expires)?)
    }

    pub fn phrases(&self) -> Phrases {
        Phrases::of(&self.setting)
    }

    pub fn endpointer(&self) -> Result<Endpointer, AssistantError> {
        models::runtime::init(&self.models)?;
        Ok(hear::endpointer(&self.models.path("silero-vad")?, &self.config.values.hear)?)
    }

    pub fn recogniser(&self) -> Result<RecogniserThread, AssistantError> {
        let recognisers = Recognisers::find(&self.models, &self.config.values.hear)?;
        let Setting { shop, language, lexicon } = self.setting.clone();
        Ok(RecogniserThread::spawn(move |stop| recognisers.open(&shop, &language, lexicon, &stop))?)
    }

    pub fn voice(&self) -> Result<Box<dyn Voice>, AssistantError> {
        let speak = &self.config.values.speak;
        Ok(tts::open(&self.models, &speak.voice, speak.cache_mb)?)
    }
}
