//! The real files: whole, taken by their engines, and made anew from what is published.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use saycart::config::Config;
use saycart::models::{self, Outcome, Quiet, Store};

fn store() -> Store {
    Store::new(Config::defaults().models_dir())
}

fn saycart() -> Command {
    Command::cargo_bin("saycart").unwrap()
}

#[test]
fn the_runtime_library_loads_and_runs_the_voice_detector() {
    let store = store();
    models::runtime::init(&store).unwrap();
    models::runtime::init(&store).expect("a second call is harmless");
    let session =
        ort::session::Session::builder().unwrap().commit_from_file(store.path("silero-vad").unwrap()).unwrap();
    let inputs: Vec<_> = session.inputs().iter().map(|input| input.name().to_string()).collect();
    assert_eq!(inputs, ["input", "state", "sr"]);
}

#[test]
fn whisper_cpp_takes_the_converted_weights() {
    let path = store().path("whisper-tiny.en").unwrap();
    let context =
        whisper_rs::WhisperContext::new_with_params(path, whisper_rs::WhisperContextParameters::default()).unwrap();
    assert_eq!((context.n_vocab(), context.n_audio_ctx(), context.n_text_ctx()), (51_864, 1_500, 448));
    assert!(!context.is_multilingual());
    let tokens = context.tokenize(" medium cappuccino", 16).unwrap();
    let text: String = tokens.iter().map(|token| context.token_to_str(*token).unwrap()).collect();
    assert_eq!(text, " medium cappuccino");
}

#[test]
fn a_quantised_model_is_made_here_from_the_whole_one_and_whisper_cpp_takes_it() {
    let dir = tempfile::tempdir().unwrap();
    let whole = store().path("whisper-tiny.en").unwrap();
    std::os::unix::fs::symlink(&whole, dir.path().join(whole.file_name().unwrap())).unwrap();
    let store = Store::new(dir.path());
    // The manifest's hash is that of the finished file, so every byte is checked here.
    assert_eq!(store.ensure(&["whisper-tiny.en-q8_0"], &Quiet).unwrap(), Outcome::Fetched);
    let parameters = whisper_rs::WhisperContextParameters::default();
    let path = store.path("whisper-tiny.en-q8_0").unwrap();
    assert_eq!(whisper_rs::WhisperContext::new_with_params(path, parameters).unwrap().n_vocab(), 51_864);
}

#[test]
fn every_file_of_the_default_set_has_its_published_hash() {
    saycart()
        .args(["models", "verify"])
        .assert()
        .success()
        .stdout(contains("whisper-tiny.en: ok").and(contains("onnxruntime: ok")));
}

#[test]
fn fetching_what_is_there_asks_nobody() {
    saycart()
        .args(["models", "fetch"])
        .env("PATH", "/nonexistent")
        .env("https_proxy", "http://127.0.0.1:1")
        .assert()
        .success()
        .stdout(contains("nothing to fetch"));
}

#[test]
fn the_list_tells_name_size_state_licence_and_purpose() {
    let empty = tempfile::tempdir().unwrap();
    saycart()
        .args(["models", "list"])
        .env("SAYCART_MODELS_DIR", empty.path())
        .assert()
        .success()
        .stdout(predicate::str::is_match(r"whisper-tiny.en +77.7 MB +missing +MIT +hears English").unwrap())
        .stdout(predicate::str::is_match(r"whisper-base +148.0 MB +on request").unwrap());
}

#[test]
fn without_network_and_pip_a_fetch_fails_with_the_reasons() {
    let empty = tempfile::tempdir().unwrap();
    saycart()
        .args(["models", "fetch", "silero-vad"])
        .env("SAYCART_MODELS_DIR", empty.path())
        .env("PATH", "/nonexistent")
        .env("https_proxy", "http://127.0.0.1:1")
        .assert()
        .failure()
        .stderr(
            contains("could not fetch silero-vad").and(contains("python3-pip")).and(contains("is there a network?")),
        );
    saycart()
        .args(["models", "fetch", "whisper-tiny.eng"])
        .assert()
        .failure()
        .stderr(contains("did you mean `whisper-tiny.en`?"));
}

#[test]
#[ignore = "fetches 230 MB"]
fn both_real_whisper_models_are_fetched_and_converted_anew() {
    let empty = tempfile::tempdir().unwrap();
    let store = Store::new(empty.path());
    store.ensure(&["whisper-tiny.en", "whisper-base"], &Quiet).unwrap();
    for (name, bytes) in [("whisper-tiny.en", 77_704_715), ("whisper-base", 147_951_465)] {
        assert_eq!(std::fs::metadata(store.path(name).unwrap()).unwrap().len(), bytes);
    }
}
