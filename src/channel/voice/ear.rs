//! The listening thread: what the microphone captures → speech as it begins, pauses, goes on and ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::gate::{Gate, Passed};
use crate::hear::{Endpointer, Event, PauseId};
use crate::message::{HEARING_RATE, Utterance};
use crate::sound::{Capture, Sink, Source};
use crate::telemetry::{self, Device, pulse};

/// Events that may wait while a reply is worked out; they come some five times a second at most.
const WAITING: usize = 64;
/// How soon the thread notices that it is to end, should the microphone be still.
const PATIENCE: Duration = Duration::from_millis(50);
/// What takes some milliseconds takes for ever, if it takes so long.
const LONGEST: Duration = Duration::from_secs(15);
/// Seconds without a voice after which a reply goes on, should nobody have said what is to become of it: longer than any
/// recognition that is still waited for.
const LEFT_ALONE: usize = 3;

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
    closing: AtomicBool,
    /// The pause and the milliseconds that [`Ear::wait`] was told last, in one word; 0 is none.
    wait: AtomicU64,
}

impl Ear {
    /// `over`: the loudspeaker, where people are heard who speak over it. At their first sign it is held, from here, so that
    /// it falls silent at once however busy the conversation is.
    pub fn open(
        source: Box<dyn Source>,
        endpointer: Endpointer,
        gate: Gate,
        over: Option<Arc<dyn Sink>>,
    ) -> std::io::Result<Ear> {
        let (sender, heard) = mpsc::channel(WAITING);
        let shared = Arc::new(Shared::default());
        let listening = Listening {
            source,
            endpointer,
            gate,
            shared: shared.clone(),
            heard: sender,
            pause: None,
            over,
            holds: None,
        };
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

/// What the thread owns; the microphone closes when it ends.
struct Listening {
    source: Box<dyn Source>,
    endpointer: Endpointer,
    gate: Gate,
    shared: Arc<Shared>,
    heard: mpsc::Sender<Heard>,
    /// The pause that is now.
    pause: Option<PauseId>,
    over: Option<Arc<dyn Sink>>,
    /// Set while the loudspeaker may be held.
    holds: Option<Hold>,
}

struct Hold {
    /// Samples since somebody was last heard.
    still: usize,
    /// Speech came of it.
    meant: bool,
}

impl Listening {
    fn run(mut self) {
        let work = pulse::work("listening", LONGEST);
        while !self.shared.closing.load(Ordering::Relaxed) && !self.heard.is_closed() {
            work.goes_on(LONGEST);
            let captured = self.source.next(PATIENCE);
            match &captured {
                Ok(Capture::Samples(_)) => telemetry::flows(),
                Ok(Capture::Lost) => telemetry::device(Device::Microphone, false),
                Err(_) => {}
            }
            match captured {
                Ok(Capture::Samples(samples)) if !self.shared.deaf.load(Ordering::Relaxed) => self.listen(&samples),
                Ok(Capture::Samples(_) | Capture::Lost) => self.break_off(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn listen(&mut self, samples: &[f32]) {
        let told = self.shared.wait.load(Ordering::Relaxed);
        if told > 0 {
            self.endpointer.wait(PauseId((told >> 32) as u32), (told as u32) as f32 / 1e3);
        }
        match self.endpointer.push(samples) {
            Ok(events) => {
                self.hold(samples.len());
                let asleep = self.shared.asleep.load(Ordering::Relaxed);
                self.gate.pass(samples, events, asleep).into_iter().for_each(|passed| match passed {
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

    /// Hold the loudspeaker while somebody speaks over it. Where no speech comes of it, it goes on at once; else the
    /// conversation says what is to become of it.
    fn hold(&mut self, samples: usize) {
        let Some(loudspeaker) = &self.over else { return };
        let (voice, meant) = (self.endpointer.hears_voice(), self.endpointer.is_speech());
        if voice && loudspeaker.is_playing() {
            loudspeaker.hold(true);
            self.holds = Some(Hold { still: 0, meant });
        }
        let Some(hold) = &mut self.holds else { return };
        hold.meant |= meant;
        hold.still = if voice { 0 } else { hold.still + samples };
        let noise = !hold.meant && self.endpointer.is_idle();
        if noise || hold.still > LEFT_ALONE * HEARING_RATE as usize {
            loudspeaker.hold(false);
            self.holds = None;
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
        self.gate.reset();
        if self.holds.take().is_some()
            && let Some(loudspeaker) = &self.over
        {
            loudspeaker.hold(false);
        }
        if self.endpointer.reset() {
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
