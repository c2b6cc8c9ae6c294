//! Somebody who speaks, and says the same sentence the same way each time.

use std::path::Path;

use saycart::config::Config;
use saycart::message::Sound;
use saycart::models::{Store, runtime};
use saycart::sound;
use saycart::tts::{Piper, Voice};

pub struct Customer {
    voice: Piper,
    /// Read when the voice first speaks.
    _settings: tempfile::NamedTempFile,
}

impl Customer {
    /// With the voice of the configuration, or a reason to run `make models`.
    pub fn new(config: &Config) -> Customer {
        let store = Store::new(config.models_dir());
        runtime::init(&store).unwrap_or_else(|error| panic!("run `make models`: {error}"));
        let name = &config.values.speak.voice;
        let settings = without_dice(&store.file(name, "config").unwrap());
        let model = store.path(name).unwrap_or_else(|error| panic!("run `make models`: {error}"));
        Customer { voice: Piper::open(&model, settings.path(), name).unwrap(), _settings: settings }
    }

    pub fn says(&mut self, words: &str) -> Sound {
        self.voice.speak(words).unwrap()
    }

    /// The same as a microphone gives it.
    pub fn heard(&mut self, words: &str) -> Vec<f32> {
        sound::to_hearing_rate(&self.says(words)).unwrap()
    }
}

/// The voice's configuration as shipped draws each sentence anew, and slurs one now and then.
fn without_dice(config: &Path) -> tempfile::NamedTempFile {
    let mut settings: serde_json::Value = serde_json::from_slice(&std::fs::read(config).unwrap()).unwrap();
    settings["inference"]["noise_scale"] = 0.0.into();
    settings["inference"]["noise_w"] = 0.0.into();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), settings.to_string()).unwrap();
    file
}
