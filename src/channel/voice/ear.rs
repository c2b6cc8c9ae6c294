//! The listening thread: what the microphone captures → speech as it begins, pauses, goes on and ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::gate::{Gate, Passed};
use crate::hear::{Canceller, Endpointer, Event, Holder, PauseId, VadError};
use crate::message::Utterance;
use crate::sound::{Capture, Source};
use crate::telemetry::{self, Device, pulse};

/// Events that may wait while a reply is worked out; they come some five times a second at most.
const WAITING: usize = 64;
/// How soon the thread notices that it is to end, should the microphone be still.
const PATIENCE: Duration = Duration::from_millis(50);
/// What takes some milliseconds takes for ever, if it takes so long.
const LONGEST: Duration = Duration::from_secs(15);
/// So often in a row it may fall over what it hears, a panic each; then it is not what was said.
const FALLS: u32 = 20;

/// What the ear tells of speech.
#[derive(Debug)]
pub enum Heard {
    /// The wake phrase, in the speech that begins.
    Called,
    Started,
    /// Somebody fell silent, after this.
    Paused(PauseId, Utterance),
    /// It was a pause only, or the microphone was lost.
    Resumed,
    /// The end. After a pause it is the speech that the pause had.
    Ended {
        pause: Option<PauseId>,
        utterance: Utterance,
        at: Instant,
    },
}

pub struct Ear {
    heard: mpsc::Receiver<Heard>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    deaf: AtomicBool,
    /// Nobody has called: speech without the phrase is nothing.
    asleep: AtomicBool,
    /// Nothing is heard at all.
    muted: AtomicBool,
    closing: AtomicBool,
    /// The pause and the milliseconds that [`Ear::wait`] was told last, in one word; 0 is none.
    wait: AtomicU64,
}

impl Shared {
    fn hears(&self) -> bool {
        !self.deaf.load(Ordering::Relaxed) && !self.muted.load(Ordering::Relaxed)
    }
}

impl Ear {
    pub fn open(source: Box<dyn Source>, hears: Hears) -> std::io::Result<Ear> {
        let (sender, heard) = mpsc::channel(WAITING);
        let shared = Arc::new(Shared::default());
        let listening = Listening { source, hears, shared: shared.clone(), heard: sender, pause: None, called: false };
        let thread = std::thread::Builder::new().name("listening".into()).spawn(move || listening.run())?;
        Ok(Ear { heard, shared, thread: Some(thread) })
    }

    /// What is heard next; `None` when the listening thread has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }

    /// Let this pause be the end after `seconds` of silence. Comes too late where the pause is over.
    pub fn wait(&self, pause: PauseId, seconds: f32) {
        let milliseconds = (seconds * 1e3) as u32;
        self.shared.wait.store(u64::from(pause.0) << 32 | u64::from(milliseconds), Ordering::Relaxed);
    }

    /// Whether only the wake phrase is heard, from the next speech on.
    pub fn set_asleep(&self, asleep: bool) {
        self.shared.asleep.store(asleep, Ordering::Relaxed);
    }

    pub fn set_muted(&self, muted: bool) {
        self.shared.muted.store(muted, Ordering::Relaxed);
    }

    /// While the assistant speaks it would hear itself: what comes in meanwhile is dropped.
    pub fn set_deaf(&mut self, deaf: bool) {
        if deaf {
            self.shared.deaf.store(true, Ordering::Relaxed);
        }
        while self.heard.try_recv().is_ok() {}
        if !deaf {
            self.shared.deaf.store(false, Ordering::Relaxed);
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.heard.close();
        self.shared.closing.store(true, Ordering::Relaxed);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the listening thread had panicked");
        }
    }
}

/// What samples go through.
pub struct Hears {
    /// Takes our own voice out, where that is to be done here.
    pub canceller: Option<Canceller>,
    pub endpointer: Endpointer,
    pub gate: Gate,
    /// Has the loudspeaker, where people are heard who speak over it.
    pub over: Option<Holder>,
}

/// What the thread owns; the microphone closes when it ends.
struct Listening {
    source: Box<dyn Source>,
    hears: Hears,
    shared: Arc<Shared>,
    heard: mpsc::Sender<Heard>,
    /// The pause that is now.
    pause: Option<PauseId>,
    /// The wake phrase was heard in the speech that goes on.
    called: bool,
}

impl Listening {
    fn run(mut self) {
        let work = pulse::work("listening", LONGEST);
        let mut falls = 0;
        while !self.shared.closing.load(Ordering::Relaxed) && !self.heard.is_closed() {
            work.goes_on(LONGEST);
            match catch_unwind(AssertUnwindSafe(|| self.hear())) {
                Ok(true) => falls = 0,
                Ok(false) => return,
                Err(_) if falls < FALLS => {
                    falls += 1;
                    self.break_off();
                }
                Err(_) => return,
            }
        }
    }

    /// What is captured next; `false` when there will be no more.
    fn hear(&mut self) -> bool {
        let captured = self.source.next(PATIENCE);
        match &captured {
            Ok(Capture::Samples(_)) => telemetry::flows(),
            Ok(Capture::Lost) => telemetry::device(Device::Microphone, false),
            Err(_) => {}
        }
        match captured {
            Ok(Capture::Samples(samples)) => self.take(&samples),
            Ok(Capture::Lost) => {
                // Another microphone hears another room.
                self.hears.canceller.iter_mut().for_each(Canceller::forget);
                self.break_off();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        true
    }

    /// The canceller hears though nobody is listened to: it must know the room.
    fn take(&mut self, samples: &[f32]) {
        let cleaned = self.hears.canceller.as_mut().map(|canceller| canceller.clean(samples));
        match &cleaned {
            _ if !self.shared.hears() => self.break_off(),
            Some(cleaned) => self.listen(&cleaned.heard, |endpointer| endpointer.push_cleaned(cleaned)),
            None => self.listen(samples, |endpointer| endpointer.push(samples)),
        }
    }

    fn listen(&mut self, heard: &[f32], push: impl FnOnce(&mut Endpointer) -> Result<Vec<Event>, VadError>) {
        let wait = self.shared.wait.load(Ordering::Relaxed);
        let Hears { endpointer, gate, over, .. } = &mut self.hears;
        if wait > 0 {
            endpointer.wait(PauseId((wait >> 32) as u32), (wait as u32) as f32 / 1e3);
        }
        match push(endpointer) {
            Ok(events) => {
                let asleep = self.shared.asleep.load(Ordering::Relaxed);
                let passed = gate.pass(heard, events, asleep);
                self.called = passed.contains(&Passed::Called) || self.called && !endpointer.is_idle();
                // Who talks to others does not stop us.
                if let Some(over) = over.as_mut().filter(|_| !asleep || self.called) {
                    over.heard(heard.len(), endpointer);
                }
                passed.into_iter().for_each(|passed| match passed {
                    Passed::Called => self.send(Heard::Called),
                    Passed::Event(event) => self.tell(event),
                });
            }
            Err(error) => {
                tracing::error!("{error}");
                self.break_off();
            }
        }
    }

    fn tell(&mut self, event: Event) {
        let heard = match event {
            Event::SpeechStarted => Heard::Started,
            Event::SpeechPaused(pause, utterance) => {
                self.pause = Some(pause);
                Heard::Paused(pause, utterance)
            }
            Event::SpeechResumed => {
                self.pause = None;
                Heard::Resumed
            }
            Event::Utterance(utterance) => {
                tracing::debug!("heard {:.1} s of voice", utterance.voiced_seconds);
                Heard::Ended { pause: self.pause.take(), utterance, at: Instant::now() }
            }
        };
        self.send(heard);
    }

    /// What was being said is cut off.
    fn break_off(&mut self) {
        let Hears { endpointer, gate, over, .. } = &mut self.hears;
        gate.reset();
        over.iter_mut().for_each(Holder::let_go);
        if endpointer.reset() {
            self.pause = None;
            self.send(Heard::Resumed);
        }
    }

    fn send(&self, heard: Heard) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.heard.try_send(heard) {
            tracing::warn!("too much speech at once: some of it is dropped");
        }
    }
}
