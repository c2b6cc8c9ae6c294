//! What the assistant is doing, for its status, and for lights and displays: for these a JSON line an event on a Unix socket,
//! named as the peripherals of linux-voice-assistant know them. Nothing that anybody said is in it.

use std::io::Write;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::telemetry::{self, Doing, pulse};

/// What is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum Light {
    WakeWordDetected,
    Listening,
    Thinking,
    TtsSpeaking,
    /// Nothing is expected.
    Idle,
    Muted {
        muted: bool,
    },
    /// Something failed.
    PipelineError,
}

impl Light {
    /// What the assistant does by it, for its status; `None` where that stays as it was.
    const fn doing(self) -> Option<Doing> {
        match self {
            Light::WakeWordDetected | Light::Muted { muted: false } => None,
            Light::Listening => Some(Doing::Listening),
            Light::Thinking => Some(Doing::Thinking),
            Light::TtsSpeaking => Some(Doing::Speaking),
            Light::Idle => Some(Doing::Idle),
            Light::Muted { muted: true } => Some(Doing::Muted),
            Light::PipelineError => Some(Doing::Error),
        }
    }
}

/// Tells the status, and whoever has connected; somebody who connects is told how it stands first.
#[derive(Clone, Default)]
pub struct Lights(Option<Arc<Mutex<Shown>>>);

struct Shown {
    now: Light,
    watchers: Vec<UnixStream>,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "cannot make the socket for lights {path}: {source}. Let `listen.leds` name a place that can be written, or \"\" for none."
)]
pub struct LightsError {
    path: PathBuf,
    source: std::io::Error,
}

impl Lights {
    /// A socket at that path; one that a killed process left there is replaced. An empty path is none.
    pub fn open(path: &str) -> Result<Lights, LightsError> {
        if path.is_empty() {
            return Ok(Lights(None));
        }
        let failed = |source| LightsError { path: path.into(), source };
        if Path::new(path).symlink_metadata().is_ok_and(|data| data.file_type().is_socket()) {
            std::fs::remove_file(path).map_err(failed)?;
        }
        let listener = UnixListener::bind(path).map_err(failed)?;
        let shown = Arc::new(Mutex::new(Shown { now: Light::Idle, watchers: Vec::new() }));
        let watched = shown.clone();
        let watch = move || {
            let _vital = pulse::vital("lights");
            for watcher in listener.incoming().flatten() {
                // Whoever does not read must not hold up the conversation.
                if watcher.set_nonblocking(true).is_ok() {
                    let mut shown = watched.lock().unwrap_or_else(PoisonError::into_inner);
                    let now = shown.now;
                    shown.watchers.push(watcher);
                    shown.tell(now);
                }
            }
        };
        std::thread::Builder::new().name("lights".into()).spawn(watch).map_err(failed)?;
        Ok(Lights(Some(shown)))
    }

    /// Show this; the same again is shown once.
    pub fn show(&self, light: Light) {
        if let Some(doing) = light.doing() {
            telemetry::doing(doing);
        }
        if let Light::Muted { muted } = light {
            telemetry::muted(muted);
        }
        let Some(shown) = &self.0 else { return };
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.now != light {
            shown.tell(light);
        }
    }
}

impl Shown {
    /// Whoever cannot be told has gone.
    fn tell(&mut self, light: Light) {
        self.now = light;
        let Ok(mut line) = serde_json::to_vec(&light) else { return };
        line.push(b'\n');
        self.watchers.retain_mut(|watcher| watcher.write_all(&line).is_ok());
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};

    use super::*;

    #[test]
    fn who_watches_is_told_how_it_stands_and_each_change_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leds");
        let lights = Lights::open(path.to_str().unwrap()).unwrap();
        let mut lines = BufReader::new(UnixStream::connect(&path).unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), r#"{"event":"idle"}"#);
        for light in [Light::Listening, Light::Listening, Light::TtsSpeaking, Light::Muted { muted: true }] {
            lights.show(light);
        }
        let told: Vec<String> = lines.take(3).map(Result::unwrap).collect();
        let muted = r#"{"event":"muted","data":{"muted":true}}"#;
        assert_eq!(told, [r#"{"event":"listening"}"#, r#"{"event":"tts_speaking"}"#, muted]);
    }

    #[test]
    fn a_socket_that_was_left_behind_is_replaced_and_a_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leds");
        drop(UnixListener::bind(&path).unwrap());
        assert!(Lights::open(path.to_str().unwrap()).is_ok());
        let file = dir.path().join("file");
        std::fs::write(&file, "kept").unwrap();
        let error = Lights::open(file.to_str().unwrap()).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("listen.leds")));
        assert_eq!(std::fs::read_to_string(file).unwrap(), "kept");
    }

    #[test]
    fn without_a_path_nothing_is_shown_and_nothing_fails() {
        Lights::open("").unwrap().show(Light::Thinking);
    }
}
