//! How things are just now.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::figures::{self, Count, Summary};
use super::pulse;

/// What the assistant is doing, as its lights would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Not ready yet.
    #[default]
    Starting,
    /// Not called yet.
    Idle,
    Listening,
    Thinking,
    Speaking,
    Muted,
    Error,
}

impl Doing {
    pub const ALL: [Doing; 7] =
        [Doing::Starting, Doing::Idle, Doing::Listening, Doing::Thinking, Doing::Speaking, Doing::Muted, Doing::Error];

    pub const fn name(self) -> &'static str {
        match self {
            Doing::Starting => "starting",
            Doing::Idle => "idle",
            Doing::Listening => "listening",
            Doing::Thinking => "thinking",
            Doing::Speaking => "speaking",
            Doing::Muted => "muted",
            Doing::Error => "error",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    Microphone,
    Loudspeaker,
}

impl Device {
    pub const ALL: [Device; 2] = [Device::Microphone, Device::Loudspeaker];

    pub const fn name(self) -> &'static str {
        match self {
            Device::Microphone => "microphone",
            Device::Loudspeaker => "loudspeaker",
        }
    }
}

/// What must be loaded before anybody can be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Recogniser,
    Voice,
}

impl Model {
    pub const ALL: [Model; 2] = [Model::Recogniser, Model::Voice];

    pub const fn name(self) -> &'static str {
        match self {
            Model::Recogniser => "recogniser",
            Model::Voice => "voice",
        }
    }
}

/// Something that was said in the log, and when: seconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub at: u64,
    pub text: String,
}

/// What is worth remembering of what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Error,
    /// A new shop or configuration was refused; `None` as text: the last one was taken.
    Refused,
}

/// All of it at one moment. Times are seconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    pub started: u64,
    pub now: u64,
    pub doing: Doing,
    pub ready: bool,
    /// It is to hear nobody, whatever else it does.
    pub muted: bool,
    /// Threads that have been at one thing for too long.
    pub stuck: Vec<String>,
    /// Model → loaded and ready.
    pub models: BTreeMap<String, bool>,
    /// Device → there and working.
    pub devices: BTreeMap<String, bool>,
    /// Tickets and webhooks that have not arrived.
    pub waiting: u64,
    pub last_error: Option<Kept>,
    /// Why the last new shop or configuration was refused.
    pub refused: Option<Kept>,
    pub counts: BTreeMap<String, u64>,
    pub stages: BTreeMap<String, Summary>,
}

#[derive(Default)]
struct Standing {
    started: u64,
    doing: Doing,
    muted: bool,
    models: BTreeMap<String, bool>,
    devices: BTreeMap<String, bool>,
    waiting: u64,
    last_error: Option<Kept>,
    refused: Option<Kept>,
}

static STANDING: LazyLock<Mutex<Standing>> =
    LazyLock::new(|| Mutex::new(Standing { started: now(), ..Standing::default() }));

fn standing() -> MutexGuard<'static, Standing> {
    STANDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds since 1970, UTC: when what is told here happened.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// From now on it does this.
pub fn doing(what: Doing) {
    standing().doing = what;
}

/// From now on it hears nobody, or hears again.
pub fn muted(muted: bool) {
    standing().muted = muted;
}

/// Told with every block of samples, so that it is no lock.
static FLOWS: AtomicBool = AtomicBool::new(false);

/// Samples come from the microphone.
pub fn flows() {
    if !FLOWS.swap(true, Ordering::Relaxed) {
        device(Device::Microphone, true);
    }
}

/// A device came, or went; then it is counted too.
pub fn device(device: Device, there: bool) {
    if device == Device::Microphone && !there {
        FLOWS.store(false, Ordering::Relaxed);
    }
    if standing().devices.insert(device.name().into(), there) == Some(true) && !there {
        figures::count(Count::DeviceLost(device));
    }
}

/// This model is going to be loaded: nothing is ready before it is.
pub fn will_warm(model: Model) {
    standing().models.insert(model.name().into(), false);
}

/// This model is loaded.
pub fn warm(model: Model) {
    standing().models.insert(model.name().into(), true);
}

/// So many tickets and webhooks have not arrived.
pub fn set_waiting(waiting: u64) {
    standing().waiting = waiting;
}

/// Remember what went wrong; `None`: it is well again.
pub fn trouble(event: Event, text: Option<String>) {
    let kept = text.map(|text| Kept { at: now(), text });
    match event {
        Event::Error => standing().last_error = kept,
        Event::Refused => standing().refused = kept,
    }
}

/// Samples flow, and every model is warm.
pub fn is_ready() -> bool {
    standing().is_ready(FLOWS.load(Ordering::Relaxed))
}

impl Standing {
    fn is_ready(&self, flows: bool) -> bool {
        flows && !self.models.is_empty() && self.models.values().all(|warm| *warm)
    }
}

pub fn snapshot() -> Snapshot {
    let (counts, stages, stuck) = (figures::counts(), figures::stages(), pulse::stuck());
    let standing = standing();
    let ready = standing.is_ready(FLOWS.load(Ordering::Relaxed));
    let doing = match standing.doing {
        _ if !stuck.is_empty() => Doing::Error,
        _ if !ready => Doing::Starting,
        Doing::Starting => Doing::Listening,
        doing => doing,
    };
    Snapshot {
        started: standing.started,
        now: now(),
        doing,
        ready,
        muted: standing.muted,
        stuck,
        models: standing.models.clone(),
        devices: standing.devices.clone(),
        waiting: standing.waiting,
        last_error: standing.last_error.clone(),
        refused: standing.refused.clone(),
        counts,
        stages,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ready_before_samples_flow_and_all_models_are_warm() {
        let mut standing = Standing::default();
        assert!(!standing.is_ready(true), "no model was loaded");
        standing.models.insert(Model::Voice.name().into(), true);
        standing.models.insert(Model::Recogniser.name().into(), false);
        assert!(!standing.is_ready(true));
        standing.models.insert(Model::Recogniser.name().into(), true);
        assert!(!standing.is_ready(false));
        assert!(standing.is_ready(true));
    }
}
