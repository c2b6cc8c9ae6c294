//! Microphone and loudspeaker of this machine, through cpal.
//!
//! The audio callbacks only move samples through lock-free rings. Everything else (resampling, waiting for a device
//! that was unplugged, logging) happens on a thread of ours beside each stream.

mod loudspeaker;
mod microphone;
mod stream;

use std::sync::mpsc;
use std::time::Duration;

use cpal::ErrorKind;
use cpal::traits::{DeviceTrait, HostTrait};

pub use loudspeaker::Loudspeaker;
pub use microphone::Microphone;

pub use super::Capture;

/// The name that means the system's own choice.
pub const DEFAULT: &str = "default";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Microphone,
    Loudspeaker,
}

impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl Direction {
    /// Its key in the configuration's `[audio]`, and what people call it.
    fn key(self) -> &'static str {
        match self {
            Direction::Microphone => "microphone",
            Direction::Loudspeaker => "loudspeaker",
        }
    }
}

/// A device as the system lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// What the configuration calls it.
    pub name: String,
    pub description: String,
    /// What it may serve as; only opening it shows whether it truly does.
    pub microphone: bool,
    pub loudspeaker: bool,
}

/// What a device offers when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Samples a second and channel.
    pub rate: u32,
    pub channels: u16,
}

#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    #[error(
        "there is no {0}. Plug one in, or name another device with audio.{0} (`saycart doctor` lists them); a service's user must be in the group `audio`."
    )]
    Missing(Direction),
    #[error(
        "there is no {direction} named `{name}`. Known: {}. Set audio.{direction} to one of them, or to \"default\".",
        list(known)
    )]
    Unknown { direction: Direction, name: String, known: Vec<String> },
    #[error(
        "the {direction} `{name}` is in use by another program. End that program, or let both go through a sound server (audio.{direction} = \"default\")."
    )]
    Busy { direction: Direction, name: String },
    #[error(
        "saycart may not use the {direction} `{name}`. Add its user to the group `audio` (`sudo usermod -aG audio USER`) and log in again."
    )]
    Forbidden { direction: Direction, name: String },
    #[error(
        "the {direction} `{name}` cannot be used: {reason}. Try another device with audio.{direction} (`saycart doctor` lists them)."
    )]
    Unusable { direction: Direction, name: String, reason: String },
    #[error("cannot start the audio thread: {0}. Free some memory, or raise the limit of processes.")]
    Thread(std::io::Error),
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// Every device that the system knows, the default ones first.
pub fn devices() -> Vec<Device> {
    let Ok(found) = quietly(|| cpal::default_host().devices()) else { return Vec::new() };
    let mut devices: Vec<Device> = Vec::new();
    for device in found {
        let (Ok(id), Ok(about)) = (device.id(), device.description()) else { continue };
        let known = devices.iter_mut().find(|device| device.name == id.id());
        let (microphone, loudspeaker) = (about.supports_input(), about.supports_output());
        match known {
            Some(device) => {
                device.microphone |= microphone;
                device.loudspeaker |= loudspeaker;
            }
            None => {
                devices.push(Device { name: id.id().into(), description: about.name().into(), microphone, loudspeaker })
            }
        }
    }
    devices.sort_by_key(|device| device.name != DEFAULT);
    devices
}

/// Open the device shortly to see what it offers: for `saycart doctor`.
pub fn probe(direction: Direction, name: &str) -> Result<Format, AudioError> {
    let (_, config) = find(direction, name)?;
    Ok(Format { rate: config.sample_rate(), channels: config.channels() })
}

/// The device of that name with the configuration it likes best.
fn find(direction: Direction, name: &str) -> Result<(cpal::Device, cpal::SupportedStreamConfig), AudioError> {
    let host = cpal::default_host();
    let device = match (direction, name) {
        (Direction::Microphone, DEFAULT) => host.default_input_device(),
        (Direction::Loudspeaker, DEFAULT) => host.default_output_device(),
        _ => by_name(&host, name),
    };
    let Some(device) = device else {
        let serves = |device: &Device| match direction {
            Direction::Microphone => device.microphone,
            Direction::Loudspeaker => device.loudspeaker,
        };
        return Err(match name {
            DEFAULT => AudioError::Missing(direction),
            _ => {
                let known = devices().into_iter().filter(serves).map(|device| device.name).collect();
                AudioError::Unknown { direction, name: name.into(), known }
            }
        });
    };
    let config = quietly(|| match direction {
        Direction::Microphone => device.default_input_config(),
        Direction::Loudspeaker => device.default_output_config(),
    });
    config.map(|config| (device, config)).map_err(|error| refused(direction, name, &error))
}

fn by_name(host: &cpal::Host, name: &str) -> Option<cpal::Device> {
    let id = cpal::DeviceId::new(host.id(), name);
    host.device_by_id(&id).or_else(|| {
        host.devices().ok()?.find(|device| {
            device.id().is_ok_and(|id| id.id() == name) || device.description().is_ok_and(|about| about.name() == name)
        })
    })
}

/// ALSA writes its own complaints to standard error, a dozen lines for a card that is not there. They go to the log,
/// for those who ask for it; what matters comes as an error.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_os = "linux")]
    {
        let complaints = alsa::Output::local_error_handler();
        let done = work();
        if let Ok(complaints) = complaints {
            complaints.borrow().buffer_string(|text| {
                String::from_utf8_lossy(text).lines().for_each(|line| tracing::trace!("ALSA: {line}"));
            });
        }
        done
    }
    #[cfg(not(target_os = "linux"))]
    work()
}

/// What cpal says, in words that tell what to do.
fn refused(direction: Direction, name: &str, error: &cpal::Error) -> AudioError {
    let name = name.to_string();
    match error.kind() {
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable if name == DEFAULT => AudioError::Missing(direction),
        ErrorKind::DeviceBusy => AudioError::Busy { direction, name },
        ErrorKind::PermissionDenied => AudioError::Forbidden { direction, name },
        // Without any card, and with a sound server that is not there, ALSA's "default" fails as it likes.
        ErrorKind::BackendError | ErrorKind::UnsupportedOperation if name == DEFAULT => AudioError::Missing(direction),
        _ => AudioError::Unusable { direction, name, reason: error.to_string() },
    }
}

/// Told whether a device could be opened; whether to wait for it where not.
type Opened = Box<dyn FnOnce(Result<(), AudioError>) -> bool + Send>;

/// A device that is there at once, or why it is not.
fn at_once<T>(direction: Direction, begin: impl FnOnce(Opened) -> Result<T, AudioError>) -> Result<T, AudioError> {
    let (opened, outcome) = mpsc::sync_channel(1);
    let device = begin(Box::new(move |found| {
        let there = found.is_ok();
        let _ = opened.send(found);
        there
    }))?;
    match outcome.recv() {
        Ok(found) => found.map(|()| device),
        Err(_) => Err(AudioError::Missing(direction)), // the thread told before it ended
    }
}

/// One that is waited for, and what is missing told. `then`: what happens as soon as it is there.
fn sooner_or_later(then: &'static str) -> Opened {
    Box::new(move |found| {
        if let Err(error) = found {
            tracing::error!("{error} {then}");
        }
        true
    })
}

/// What was opened, and whether it was.
fn told_apart<T>(opened: Result<T, AudioError>) -> (Option<T>, Result<(), AudioError>) {
    match opened {
        Ok(found) => (Some(found), Ok(())),
        Err(error) => (None, Err(error)),
    }
}

/// Ever longer pauses between attempts to get a device back: at once when a plug was loose, and no busy loop overnight.
struct Backoff(Duration);

impl Backoff {
    const FIRST: Duration = Duration::from_millis(250);
    const LONGEST: Duration = Duration::from_secs(5);

    fn new() -> Self {
        Backoff(Self::FIRST)
    }

    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(Self::LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_there_is_named_with_what_is() {
        let error = find(Direction::Microphone, "the big one").unwrap_err().to_string();
        assert!(error.contains("no microphone named `the big one`") && error.contains("audio.microphone"), "{error}");
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        let told = |kind: ErrorKind| refused(Direction::Loudspeaker, "hw:0", &kind.into()).to_string();
        assert!(told(ErrorKind::DeviceBusy).contains("End that program"));
        assert!(told(ErrorKind::PermissionDenied).contains("group `audio`"));
        assert!(told(ErrorKind::UnsupportedConfig).contains("Try another device"));
        let none = refused(Direction::Loudspeaker, DEFAULT, &ErrorKind::DeviceNotAvailable.into()).to_string();
        assert!(none.starts_with("there is no loudspeaker. Plug one in"), "{none}");
    }

    #[test]
    fn waiting_for_a_device_grows_to_a_bound() {
        let mut backoff = Backoff::new();
        let pauses: Vec<u128> = (0..7).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000, 5000, 5000]);
    }
}
