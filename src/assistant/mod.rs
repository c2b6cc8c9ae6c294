//! The stages, built from the configuration: shared by everything that holds a spoken conversation.

pub mod wake;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::channel::voice::Phrases;
use crate::config::Config;
use crate::hear::{self, Endpointer};
use crate::lang::{Language, LanguageError};
use crate::models::{self, ModelError};
use crate::service::records::{self, Restored, StoreError};
use crate::service::{Clock, Desk, Renewal, ServiceError, Setting, Staff, Time};
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
    #[error(transparent)]
    Wake(#[from] hear::wake::FrontError),
    #[error(transparent)]
    Teach(#[from] hear::wake::TeachError),
}

/// What a shop, a language and the models make together. The engines are made on demand, each loading its model.
#[derive(Clone)]
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
        let Renewal { setting, staff, expires } = self.renewal();
        let database = self.config.database();
        self.mend(&database, clock.now())?;
        Ok(Desk::open(setting, &database, staff, clock, expires)?)
    }

    /// What a desk that is at work is given of it.
    pub fn renewal(&self) -> Renewal {
        let expires = Duration::from_secs(self.config.values.cart.expires_minutes * 60);
        let handover = &self.config.values.handover;
        let set = |text: &str| Some(text.to_string()).filter(|text| !text.is_empty());
        let staff = Staff { command: set(&handover.command), file: set(&handover.file).map(Into::into) };
        Renewal { setting: self.setting.clone(), staff, expires }
    }

    /// A damaged database is replaced by its newest good backup, and that is said. One that is too large to be read whole
    /// before anybody is served is read meanwhile.
    fn mend(&self, database: &Path, now: Time) -> Result<(), AssistantError> {
        let mended = records::mend(database, &self.config.backups(), now).map_err(ServiceError::from)?;
        if let Some(Restored { damage, set_aside, backup, blocked }) = mended {
            tracing::error!(
                "{damage}\nIt was set aside as {}, and {} put in its place: what came after that backup is not in it. \
                 `sqlite3 {} .recover` may still find it.",
                set_aside.display(),
                backup.display(),
                set_aside.display()
            );
            if blocked > 0 {
                tracing::error!(
                    "what was spent of gift cards and accounts since that backup is not known, and {blocked} are blocked. \
                     Compare with the receipts, and `saycart accounts unblock` those that may be used again"
                );
            }
            return Ok(());
        }
        let database = database.to_path_buf();
        let read = move || match records::read_whole(&database) {
            Ok(()) | Err(StoreError::Missing { .. } | StoreError::Permission { .. }) => {}
            Err(error) => {
                tracing::error!("{error}. Start saycart again: it reads the database whole then, and mends it")
            }
        };
        if records::is_large(&self.config.database()) {
            std::thread::Builder::new().name("reads the database".into()).spawn(read).map_err(ServiceError::Thread)?;
        }
        Ok(())
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
