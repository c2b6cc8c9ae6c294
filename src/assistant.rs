//! The stages, built from the configuration: shared by everything that holds a spoken conversation.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Hear};
use crate::dialogue::{Conversation, DriverError};
use crate::hear::{self, Endpointer};
use crate::lang::{Language, LanguageError};
use crate::models::{self, ModelError};
use crate::reply::speakable::Script;
use crate::reply::{self, Reply};
use crate::shop::{Diagnostics, Shop};
use crate::store::{Place, Store, StoreError};
use crate::stt::{Bias, RecogniserThread, Recognisers, SttError};
use crate::tts::{self, TtsError, Voice};
use crate::understand::{Expect, Lexicon};

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
    Store(#[from] StoreError),
    #[error(transparent)]
    Dialogue(#[from] DriverError),
}

/// What a shop, a language and the models make together. The engines are made on demand, each loading its model.
pub struct Assistant {
    pub shop: Arc<Shop>,
    pub language: Arc<Language>,
    lexicon: Arc<Lexicon>,
    script: Script,
    models: models::Store,
    config: Config,
}

impl Assistant {
    pub fn open(config: &Config) -> Result<Assistant, AssistantError> {
        let shop = Shop::load(&config.values.shop).map_err(AssistantError::Shop)?.shop;
        let language = Language::load(&shop.language)?;
        let lexicon = Lexicon::compile(&shop, &language);
        let script = Script::for_shop(&language.speak, &shop);
        Ok(Assistant {
            shop: Arc::new(shop),
            language: Arc::new(language),
            lexicon: Arc::new(lexicon),
            script,
            models: models::Store::new(config.models_dir()),
            config: config.clone(),
        })
    }

    /// Go on with the conversation under way in `channel`, or begin one. `back`: also with one that was left.
    pub fn conversation(&self, channel: &str, back: bool) -> Result<Conversation, AssistantError> {
        let mut store = Store::open(&self.config.database())?;
        if back {
            store.reopen(Place { channel, shop: &self.shop.name })?;
        }
        let expires = Duration::from_secs(self.config.values.cart.expires_minutes * 60);
        let (shop, language, lexicon) = (self.shop.clone(), self.language.clone(), self.lexicon.clone());
        Ok(Conversation::open(shop, language, lexicon, store, channel, expires)?)
    }

    pub fn endpointer(&self) -> Result<Endpointer, AssistantError> {
        models::runtime::init(&self.models)?;
        Ok(hear::endpointer(&self.models.path("silero-vad")?, &self.config.values.hear)?)
    }

    pub fn recogniser(&self) -> Result<RecogniserThread, AssistantError> {
        let recognisers = Recognisers::find(&self.models, &self.config.values.hear)?;
        let (shop, language, lexicon) = (self.shop.clone(), self.language.clone(), self.lexicon.clone());
        Ok(RecogniserThread::spawn(move |stop| recognisers.open(&shop, &language, lexicon, &stop))?)
    }

    pub fn voice(&self) -> Result<Box<dyn Voice>, AssistantError> {
        let speak = &self.config.values.speak;
        Ok(tts::open(&self.models, &speak.voice, speak.cache_mb)?)
    }

    pub fn bias(&self, expect: &Expect) -> Bias {
        let shop = Bias::of_shop(&self.shop, expect);
        if !expect.quantity {
            return shop;
        }
        // A number alone is so short that the recogniser must be told to expect one.
        let mut numbers: Vec<(&String, &u32)> = self.language.numbers.words.iter().collect();
        numbers.sort_by_key(|(_, value)| **value);
        shop.led_by(numbers.into_iter().map(|(word, _)| word))
    }

    pub fn hearing(&self) -> &Hear {
        &self.config.values.hear
    }

    /// What is said in conversation after conversation, in speakable sentences: wordings without anything to fill in, and
    /// the shop's own questions.
    pub fn common_sentences(&self) -> Vec<String> {
        let wordings = reply::constant(&self.language.reply);
        let questions = self.shop.option_lists.iter().filter_map(|list| list.ask.as_deref());
        wordings.chain(questions).flat_map(|text| self.script.sentences(text)).collect()
    }

    /// The reply in speakable sentences.
    pub fn sentences(&self, reply: &Reply) -> Vec<String> {
        reply.sentences.iter().flat_map(|sentence| self.script.sentences(sentence)).collect()
    }
}
