//! The listening thread: what the microphone captures → utterances.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use crate::channel::local::{AudioError, Capture, Microphone};
use crate::hear::{Endpointer, Event};
use crate::message::Utterance;

/// Utterances that may wait while one is being answered; a customer does not say more in a breath.
const WAITING: usize = 4;

pub struct Ear {
    utterances: mpsc::Receiver<Utterance>,
    deaf: Arc<AtomicBool>,
    microphone: Option<Microphone>,
    thread: Option<JoinHandle<()>>,
}

impl Ear {
    pub fn open(microphone: &str, endpointer: Endpointer) -> Result<Ear, AudioError> {
        let (microphone, captures) = Microphone::open(microphone)?;
        let (sender, utterances) = mpsc::channel(WAITING);
        let deaf = Arc::new(AtomicBool::new(false));
        let flag = deaf.clone();
        let thread = std::thread::Builder::new()
            .name("listening".into())
            .spawn(move || listen(&captures, endpointer, &flag, &sender))
            .map_err(AudioError::Thread)?;
        Ok(Ear { utterances, deaf, microphone: Some(microphone), thread: Some(thread) })
    }

    /// The next utterance; `None` when the listening thread has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<Utterance> {
        self.utterances.recv().await
    }

    /// While the assistant speaks it would hear itself: what comes in meanwhile is dropped.
    pub fn set_deaf(&mut self, deaf: bool) {
        self.deaf.store(deaf, Ordering::Relaxed);
        if deaf {
            while self.utterances.try_recv().is_ok() {}
        }
    }
}

impl Drop for Ear {
    /// Closing the microphone ends the captures, and with them the thread.
    fn drop(&mut self) {
        self.utterances.close();
        self.microphone = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the listening thread had panicked");
        }
    }
}

fn listen(
    captures: &std::sync::mpsc::Receiver<Capture>,
    mut endpointer: Endpointer,
    deaf: &AtomicBool,
    utterances: &mpsc::Sender<Utterance>,
) {
    for capture in captures {
        let samples = match capture {
            Capture::Samples(samples) if !deaf.load(Ordering::Relaxed) => samples,
            Capture::Samples(_) | Capture::Lost => {
                endpointer.reset();
                continue;
            }
        };
        let events = endpointer.push(&samples).unwrap_or_else(|error| {
            tracing::error!("{error}");
            endpointer.reset();
            Vec::new()
        });
        for event in events {
            let Event::Utterance(utterance) = event else { continue };
            tracing::debug!("heard {:.1} s of voice", utterance.voiced_seconds);
            match utterances.try_send(utterance) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(_)) => {
                    tracing::warn!("too much speech at once: an utterance is dropped")
                }
                Err(mpsc::error::TrySendError::Closed(_)) => return,
            }
        }
    }
}
