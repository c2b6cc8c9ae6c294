//! Configuration: built-in defaults, files, environment, command line; each value remembers where it came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

mod places;

use places::{DATABASE, standard_files};
pub use places::{cache_dir, data_dir};

/// The commented defaults, as shipped: the one place that holds them.
pub const DEFAULT: &str = include_str!("../../assets/config.toml");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    pub shop: PathBuf,
    pub database: PathBuf,
    pub models_dir: PathBuf,
    pub hear: Hear,
    pub listen: Listen,
    pub speak: Speak,
    pub audio: Audio,
    pub cart: CartValues,
    pub handover: HandoverValues,
    pub backup: BackupValues,
    pub control: ControlValues,
    pub metrics: MetricsValues,
}

/// Times in seconds, probabilities 0 … 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hear {
    pub model: String,
    pub thorough_model: String,
    pub threads: usize,
    pub interrupt: Interrupt,
    pub voice_threshold: f32,
    pub quietest: f32,
    pub onset: f32,
    pub hangover: f32,
    pub hangover_complete: f32,
    pub hangover_lacking: f32,
    pub hangover_open: f32,
    pub pre_roll: f32,
    pub longest: f32,
}

/// Whether people are heard while the assistant speaks, which hears its own voice too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interrupt {
    /// Where the sound server takes its voice out.
    Auto,
    /// There, and elsewhere its voice is taken out here.
    Always,
    Never,
}

/// When what is said is meant for the assistant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    pub mode: ListenMode,
    pub phrase: String,
    /// How sure the ear for the phrase must be, 0 … 1.
    pub wake_sureness: f32,
    /// Seconds.
    pub stays_open: f32,
    pub leds: String,
    /// A path or a name; empty for none.
    pub key_device: String,
    /// As the kernel names keys.
    pub key: String,
    pub mute_key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListenMode {
    #[default]
    Open,
    Wake,
    Push,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speak {
    pub voice: String,
    pub cache_mb: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audio {
    pub microphone: String,
    pub loudspeaker: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartValues {
    pub expires_minutes: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverValues {
    pub command: String,
    pub file: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupValues {
    pub directory: PathBuf,
    pub keep: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlValues {
    pub socket: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsValues {
    pub address: String,
    pub traces: String,
}

/// The effective configuration.
#[derive(Debug, Clone)]
pub struct Config {
    pub values: Values,
    /// Dotted key → where its value came from, for `saycart config`.
    pub origins: BTreeMap<String, (Value, String)>,
    overrides: Overrides,
}

/// What the command line adds.
#[derive(Debug, Default, Clone)]
pub struct Overrides {
    pub file: Option<PathBuf>,
    /// Key and text value from dedicated flags.
    pub set: Vec<(String, String)>,
    /// `KEY=VALUE` as typed.
    pub raw: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {path}: {source}. Check the path and its permissions.")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{origin} is not valid TOML: {message}")]
    Syntax { origin: String, message: String },
    #[error("{origin}: unknown key `{key}`{}. `saycart config --default` prints every key.", near.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    UnknownKey { origin: String, key: String, near: Option<String> },
    #[error("{origin}: `{key}` must be {expected}, like `{example}`")]
    WrongType { origin: String, key: String, expected: &'static str, example: String },
    #[error("{origin}: `{key}` = {value} is out of range; {mend}")]
    OutOfRange { origin: String, key: String, value: String, mend: String },
    #[error("--set wants KEY=VALUE, got `{0}`")]
    BadSet(String),
}

impl Config {
    pub fn load(overrides: &Overrides) -> Result<Config, ConfigError> {
        let mut layers = Layers::new();
        for path in standard_files() {
            if path.exists() {
                layers.add_file(&path)?;
            }
        }
        if let Some(path) = &overrides.file {
            layers.add_file(path)?;
        }
        for (name, text) in std::env::vars() {
            if let Some(key) = env_key(&name) {
                layers.add_text(&key, &text, &format!("environment {name}"))?;
            }
        }
        for (key, text) in &overrides.set {
            layers.add_text(key, text, &format!("--{key}"))?;
        }
        for raw in &overrides.raw {
            let (key, text) = raw.split_once('=').ok_or_else(|| ConfigError::BadSet(raw.clone()))?;
            layers.add_text(key.trim(), text.trim(), "--set")?;
        }
        Ok(Config { overrides: overrides.clone(), ..layers.finish()? })
    }

    /// The built-in defaults alone.
    pub fn defaults() -> Config {
        Layers::new().finish().unwrap_or_else(|error| unreachable!("the shipped defaults are tested: {error}"))
    }

    /// Where saycart keeps what it makes.
    pub fn data_dir(&self) -> PathBuf {
        data_dir()
    }

    pub fn database(&self) -> PathBuf {
        if self.values.database.as_os_str().is_empty() {
            data_dir().join(DATABASE)
        } else {
            self.values.database.clone()
        }
    }

    /// The file that stands there while the assistant is muted.
    pub fn muted(&self) -> PathBuf {
        let mut name = self.database().into_os_string();
        name.push(".muted");
        name.into()
    }

    pub fn backups(&self) -> PathBuf {
        if self.values.backup.directory.as_os_str().is_empty() {
            data_dir().join("backups")
        } else {
            self.values.backup.directory.clone()
        }
    }

    /// The same files, environment and command line, as they are now.
    pub fn reread(&self) -> Result<Config, ConfigError> {
        Config::load(&self.overrides)
    }

    /// Keys whose values differ.
    pub fn changed<'a>(&'a self, other: &'a Config) -> impl Iterator<Item = &'a str> {
        let differs =
            |key: &str| other.origins.get(key).map(|(value, _)| value) != self.origins.get(key).map(|(value, _)| value);
        self.origins.keys().map(String::as_str).filter(move |key| differs(key))
    }

    pub fn models_dir(&self) -> PathBuf {
        if self.values.models_dir.as_os_str().is_empty() {
            data_dir().join("models")
        } else {
            self.values.models_dir.clone()
        }
    }
}

/// `SAYCART_HEAR__THREADS` → `hear.threads`. `SAYCART_CONFIG` names the file and is no key.
fn env_key(name: &str) -> Option<String> {
    let rest = name.strip_prefix("SAYCART_")?;
    (rest != "CONFIG").then(|| rest.to_lowercase().replace("__", "."))
}

/// Dotted key → value and origin. The defaults come first, so they say which keys exist and of which type.
struct Layers(BTreeMap<String, (Value, String)>);

impl Layers {
    fn new() -> Self {
        let table: Table =
            DEFAULT.parse().unwrap_or_else(|error| unreachable!("the shipped defaults are tested: {error}"));
        let mut flat = BTreeMap::new();
        flatten("", &table, &mut |key, value| {
            flat.insert(key, (value, "default".to_string()));
        });
        Layers(flat)
    }

    fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let origin = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.into(), source })?;
        let table: Table = text
            .parse()
            .map_err(|e: toml::de::Error| ConfigError::Syntax { origin: origin.clone(), message: e.to_string() })?;
        let mut entries = Vec::new();
        flatten("", &table, &mut |key, value| entries.push((key, value)));
        entries.into_iter().try_for_each(|(key, value)| self.add(&key, value, &origin))
    }

    /// A value typed as text takes the type of its default.
    fn add_text(&mut self, key: &str, text: &str, origin: &str) -> Result<(), ConfigError> {
        let value = match self.0.get(key).map(|(value, _)| value) {
            Some(Value::String(_)) | None => Some(Value::String(text.into())),
            Some(Value::Integer(_)) => text.parse().ok().map(Value::Integer),
            Some(Value::Float(_)) => text.parse().ok().map(Value::Float),
            Some(Value::Boolean(_)) => text.parse().ok().map(Value::Boolean),
            Some(_) => None,
        };
        self.add(key, value.unwrap_or_else(|| Value::String(text.into())), origin)
    }

    fn add(&mut self, key: &str, value: Value, origin: &str) -> Result<(), ConfigError> {
        let Some((default, _)) = self.0.get(key) else {
            let near = self.0.keys().min_by_key(|known| distance(known, key)).filter(|known| distance(known, key) <= 3);
            return Err(ConfigError::UnknownKey { origin: origin.into(), key: key.into(), near: near.cloned() });
        };
        let value = match (default, value) {
            (Value::Float(_), Value::Integer(whole)) => Value::Float(whole as f64),
            (_, value) => value,
        };
        if !default.same_type(&value) {
            return Err(ConfigError::WrongType {
                origin: origin.into(),
                key: key.into(),
                expected: describe(default),
                example: default.to_string(),
            });
        }
        self.0.insert(key.into(), (value, origin.into()));
        Ok(())
    }

    fn finish(self) -> Result<Config, ConfigError> {
        self.check_ranges()?;
        self.check_words()?;
        self.check_listening()?;
        let mut table = Table::new();
        for (key, (value, _)) in &self.0 {
            match key.split_once('.') {
                None => table.insert(key.clone(), value.clone()),
                Some((section, name)) => table
                    .entry(section)
                    .or_insert_with(|| Value::Table(Table::new()))
                    .as_table_mut()
                    .and_then(|section| section.insert(name.into(), value.clone())),
            };
        }
        let values: Values = Value::Table(table).try_into().map_err(|e: toml::de::Error| ConfigError::Syntax {
            origin: "configuration".into(),
            message: e.to_string(),
        })?;
        Ok(Config { values, origins: self.0, overrides: Overrides::default() })
    }

    fn check_ranges(&self) -> Result<(), ConfigError> {
        for (key, low, high) in [
            ("hear.threads", 1.0, 64.0),
            ("hear.voice_threshold", 0.01, 0.99),
            ("hear.quietest", -120.0, 0.0),
            ("hear.onset", 0.03, 2.0),
            ("hear.hangover", 0.1, 5.0),
            ("hear.hangover_complete", 0.1, 5.0),
            ("hear.hangover_lacking", 0.1, 5.0),
            ("hear.hangover_open", 0.1, 5.0),
            ("hear.pre_roll", 0.0, 2.0),
            ("hear.longest", 1.0, 29.0),
            ("listen.wake_sureness", 0.05, 0.95),
            ("listen.stays_open", 1.0, 600.0),
            ("speak.cache_mb", 0.0, 100_000.0),
            ("cart.expires_minutes", 1.0, 525_600.0),
            ("backup.keep", 1.0, 100_000.0),
        ] {
            let Some((value, origin)) = self.0.get(key) else { continue };
            let number = value.as_float().or(value.as_integer().map(|i| i as f64)).unwrap_or(low);
            if !(low..=high).contains(&number) {
                return Err(ConfigError::OutOfRange {
                    origin: origin.clone(),
                    key: key.into(),
                    value: value.to_string(),
                    mend: format!("give a value from {low} to {high}"),
                });
            }
        }
        Ok(())
    }

    /// What is one of a few words.
    fn check_words(&self) -> Result<(), ConfigError> {
        let words: [(&str, &[&str]); 2] =
            [("hear.interrupt", &["auto", "always", "never"]), ("listen.mode", &["open", "wake", "push"])];
        for (key, words) in words {
            let Some((value, origin)) = self.0.get(key) else { continue };
            if !value.as_str().is_some_and(|word| words.contains(&word)) {
                let (origin, key, value) = (origin.clone(), key.into(), value.to_string());
                return Err(ConfigError::OutOfRange {
                    origin,
                    key,
                    value,
                    mend: format!("give one of {}", words.join(", ")),
                });
            }
        }
        Ok(())
    }

    fn check_listening(&self) -> Result<(), ConfigError> {
        let text = |key: &str| self.0.get(key).and_then(|(value, _)| value.as_str()).unwrap_or_default();
        if text("listen.mode") != "wake" || text("listen.phrase").chars().any(char::is_alphabetic) {
            return Ok(());
        }
        let (value, origin) = &self.0["listen.phrase"];
        let (origin, value) = (origin.clone(), value.to_string());
        let mend = "write the words that wake it".into();
        Err(ConfigError::OutOfRange { origin, key: "listen.phrase".into(), value, mend })
    }
}

fn flatten(prefix: &str, table: &Table, emit: &mut impl FnMut(String, Value)) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&key, inner, emit),
            value => emit(key, value.clone()),
        }
    }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        _ => "a value of another type",
    }
}

/// Levenshtein distance, for "did you mean".
fn distance(a: &str, b: &str) -> usize {
    strsim::levenshtein(a, b)
}

#[cfg(test)]
mod tests;
