//! How the layers of the configuration are read, and what is wrong with a value.

use super::*;

fn load(file: &str, set: &[&str]) -> Result<Config, ConfigError> {
    let mut layers = Layers::new();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, file).unwrap();
    layers.add_file(&path)?;
    for raw in set {
        let (key, text) = raw.split_once('=').unwrap();
        layers.add_text(key, text, "--set")?;
    }
    layers.finish()
}

#[test]
fn the_shipped_file_is_complete_and_valid() {
    let config = Config::defaults();
    assert!(config.origins.values().all(|(_, origin)| origin == "default"));
    assert_eq!(config.values.hear.model, "whisper-tiny.en-q8_0");
}

#[test]
fn a_later_layer_wins_and_is_named() {
    let config = load("[hear]\nthreads = 3\nhangover = 1\n", &["hear.threads=4"]).unwrap();
    assert_eq!(config.values.hear.threads, 4);
    assert_eq!(config.origins["hear.threads"].1, "--set");
    assert_eq!(config.values.hear.hangover, 1.0, "a whole number serves where a fraction may stand");
    assert!(config.origins["hear.hangover"].1.ends_with("config.toml"));
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let error = load("[hear]\nthread = 3\n", &[]).unwrap_err().to_string();
    assert!(error.contains("unknown key `hear.thread`") && error.contains("`hear.threads`"), "{error}");
}

#[test]
fn a_wrong_type_says_what_is_wanted() {
    let error = load("[speak]\ncache_mb = \"much\"\n", &[]).unwrap_err().to_string();
    assert!(error.contains("speak.cache_mb") && error.contains("a whole number"), "{error}");
}

#[test]
fn a_value_out_of_range_says_the_range() {
    let error = load("", &["hear.voice_threshold=7"]).unwrap_err().to_string();
    assert!(error.contains("from 0.01 to 0.99"), "{error}");
    let error = load("[listen]\nwake_sureness = 1\n", &[]).unwrap_err().to_string();
    assert!(error.contains("listen.wake_sureness") && error.contains("from 0.05 to 0.95"), "{error}");
}

#[test]
fn an_unknown_way_to_listen_says_which_there_are() {
    let error = load("[listen]\nmode = \"always\"\n", &[]).unwrap_err().to_string();
    assert!(error.contains("open, wake, push"), "{error}");
    let error = load("[listen]\nmode = \"wake\"\nphrase = \"?\"\n", &[]).unwrap_err().to_string();
    assert!(error.contains("listen.phrase"), "{error}");
    assert_eq!(load("[listen]\nmode = \"push\"\n", &[]).unwrap().values.listen.mode, ListenMode::Push);
}

#[test]
fn a_word_that_is_none_of_those_it_may_be_says_which() {
    let error = load("", &["hear.interrupt=sometimes"]).unwrap_err().to_string();
    assert!(error.contains("hear.interrupt") && error.contains("auto, always, never"), "{error}");
    assert_eq!(load("", &["hear.interrupt=always"]).unwrap().values.hear.interrupt, Interrupt::Always);
    assert_eq!(load("", &[]).unwrap().values.hear.interrupt, Interrupt::Auto, "nobody is surprised by it");
}

#[test]
fn broken_toml_names_the_file_and_line() {
    let error = load("[hear\n", &[]).unwrap_err().to_string();
    assert!(error.contains("config.toml") && error.contains("line 1"), "{error}");
}

#[test]
fn environment_names_become_keys() {
    assert_eq!(env_key("SAYCART_HEAR__THREADS").as_deref(), Some("hear.threads"));
    assert_eq!(env_key("SAYCART_CONFIG"), None);
    assert_eq!(env_key("HOME"), None);
}
