//! The real model files: they are there, whole, and their engines take them.

use saycart::config::Config;
use saycart::models::{self, Store};

fn store() -> Store {
    Store::new(Config::defaults().models_dir())
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
