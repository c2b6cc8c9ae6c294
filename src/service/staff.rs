//! Telling people that somebody waits for them: by a command, or in a file that another program watches.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use serde::Serialize;

use crate::commerce::handover::Handover;
use crate::outbox;
use crate::store::SaidTurn;

/// How long it may take until somebody knows; the customer waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);

/// The ways that are configured; with none of them nobody can be told.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    /// Run by `sh`, with the hand-over as JSON on its standard input. Its success means that somebody comes.
    pub command: Option<String>,
    /// Gets the hand-over as a line of JSON.
    pub file: Option<PathBuf>,
}

/// What is told: the hand-over with all that was said before it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    handover: &'a Handover,
    transcript: &'a [SaidTurn],
}

impl Staff {
    pub fn can_be_told(&self) -> bool {
        self.command.is_some() || self.file.is_some()
    }

    /// Whether somebody was told in time, and so may be promised.
    pub fn tell(&self, handover: &Handover, transcript: &[SaidTurn]) -> bool {
        if !self.can_be_told() {
            return false;
        }
        let id = handover.id;
        let line = match serde_json::to_string(&Told { handover, transcript }) {
            Ok(line) => line + "\n",
            Err(error) => {
                tracing::error!("hand-over {id} cannot be written: {error}");
                return false;
            }
        };
        // On a thread of its own: a pipe that nobody reads, or a slow command, keeps no other customer waiting longer.
        let (answer, answered) = mpsc::channel();
        let staff = self.clone();
        std::thread::spawn(move || {
            let noted = staff.file.as_deref().map(|file| note(file, &line, id));
            let called = staff.command.as_deref().map(|command| call(command, &line, id));
            // Where a command is to say whether somebody comes, a file alone promises nothing.
            let _ = answer.send(called.or(noted).unwrap_or(false));
        });
        answered.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            tracing::error!("nobody could be told of hand-over {id} in time; see [handover] in the configuration");
            false
        })
    }
}

fn note(file: &Path, line: &str, id: i64) -> bool {
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = &written {
        tracing::error!("hand-over {id} could not be noted in {}: {error}; see handover.file", file.display());
    }
    written.is_ok()
}

fn call(command: &str, line: &str, id: i64) -> bool {
    let ended = run(command, line, id);
    match &ended {
        Ok(true) => {}
        Ok(false) => {
            tracing::error!(
                "the command that announces hand-overs did not say that somebody comes; see handover.command"
            );
        }
        Err(error) => {
            tracing::error!("the command that announces hand-overs cannot be run: {error}; see handover.command");
        }
    }
    ended.unwrap_or(false)
}

fn run(command: &str, line: &str, id: i64) -> std::io::Result<bool> {
    Ok(outbox::begin(command, [("SAYCART_HANDOVER", &id.to_string())], line)?.wait()?.success())
}
