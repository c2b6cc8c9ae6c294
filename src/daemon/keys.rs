//! A key, a button or a pedal that calls the assistant, or mutes it: any input device of the machine. One that is not there,
//! or goes, is waited for, as sound devices are.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use evdev::{Device, EventSummary, EventType, InputEvent, KeyCode};

use crate::channel::voice::{Hand, Told};
use crate::config::Listen;

/// How often a device is looked for.
const AGAIN: Duration = Duration::from_secs(2);
/// The value of a key that goes down; that of one that goes up is 0, of one that is held 2.
const DOWN: i32 = 1;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "{key} = \"{name}\" is no key that the kernel knows. Names are those of `evtest`, like KEY_ENTER, KEY_F13 or BTN_0"
    )]
    Unknown { key: &'static str, name: String },
    #[error("there is no input device `{0}`. Plug it in, or give listen.key_device one of: {list}", list = .1.join(", "))]
    Missing(String, Vec<String>),
    #[error(
        "cannot open the input device {path}: {source}. The user that runs saycart must be in the group `input`; for the \
         service see docs/running.md"
    )]
    Open { path: PathBuf, source: std::io::Error },
    #[error("the input device `{0}` has no {1}. Name one of its keys: `evtest` shows them when they are pressed")]
    Without(String, String),
}

/// What keys mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    press: Option<KeyCode>,
    mute: Option<KeyCode>,
}

impl Keys {
    /// Those that are configured.
    pub fn of(listen: &Listen) -> Result<Keys, KeyError> {
        let known = |key, name: &str| match name {
            "" => Ok(None),
            name => KeyCode::from_str(name).map(Some).map_err(|_| KeyError::Unknown { key, name: name.into() }),
        };
        Ok(Keys { press: known("listen.key", &listen.key)?, mute: known("listen.mute_key", &listen.mute_key)? })
    }

    fn told(self, event: InputEvent) -> Option<Told> {
        match event.destructure() {
            EventSummary::Key(_, key, DOWN) if self.press == Some(key) => Some(Told::Pressed),
            EventSummary::Key(_, key, DOWN) if self.mute == Some(key) => Some(Told::OtherMute),
            _ => None,
        }
    }
}

/// Tell the voice what the keys of the configured device say, for ever; where there is none or they are unknown, nothing.
pub async fn heed(listen: &Listen, hand: &Hand) {
    let keys = match Keys::of(listen) {
        Ok(keys) if !listen.key_device.is_empty() => keys,
        Ok(_) => return std::future::pending().await,
        Err(error) => {
            tracing::error!("{error}");
            return std::future::pending().await;
        }
    };
    let mut said = false;
    loop {
        match open(&listen.key_device)
            .and_then(|(path, device)| device.into_event_stream().map_err(|source| KeyError::Open { path, source }))
        {
            Ok(mut events) => {
                said = false;
                tracing::info!("keys come from {}", listen.key_device);
                while let Ok(event) = events.next_event().await {
                    if let Some(told) = keys.told(event) {
                        // It lets people know itself how it hears then.
                        let _ = hand.tell(told).await;
                    }
                }
                tracing::warn!("the input device {} is gone; it is waited for", listen.key_device);
            }
            // Once, and not at each try.
            Err(error) if !std::mem::replace(&mut said, true) => tracing::warn!("{error}. It is waited for"),
            Err(_) => {}
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Look at the configured device, for `saycart doctor`: what it is called. `None` where none is configured.
pub fn probe(listen: &Listen) -> Result<Option<String>, KeyError> {
    let keys = Keys::of(listen)?;
    if listen.key_device.is_empty() {
        return Ok(None);
    }
    let (path, device) = open(&listen.key_device)?;
    let name = device.name().unwrap_or("no name").to_string();
    let has = |key: &KeyCode| device.supported_keys().is_some_and(|keys| keys.contains(*key));
    if let Some(lacking) = keys.press.filter(|key| !has(key)) {
        return Err(KeyError::Without(name, format!("{lacking:?}")));
    }
    Ok(Some(format!("{name} ({})", path.display())))
}

fn open(wanted: &str) -> Result<(PathBuf, Device), KeyError> {
    if wanted.starts_with('/') {
        let path = Path::new(wanted);
        if !path.exists() {
            return Err(KeyError::Missing(wanted.into(), names()));
        }
        let device = Device::open(path).map_err(|source| KeyError::Open { path: path.into(), source })?;
        return Ok((path.into(), device));
    }
    let found = evdev::enumerate().find(|(_, device)| device.name() == Some(wanted));
    found.ok_or_else(|| KeyError::Missing(wanted.into(), names()))
}

/// The devices that have keys and may be opened.
fn names() -> Vec<String> {
    let with_keys = evdev::enumerate().filter(|(_, device)| device.supported_events().contains(EventType::KEY));
    let mut names: Vec<String> = with_keys.filter_map(|(_, device)| device.name().map(String::from)).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        names.push("none that may be opened is there; the user that runs saycart must be in the group `input`".into());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn listen(device: &str, key: &str) -> Listen {
        Listen { key_device: device.into(), key: key.into(), ..Config::defaults().values.listen }
    }

    #[test]
    fn a_key_counts_when_it_goes_down_and_no_other_does() {
        let keys = Keys::of(&listen("", "KEY_F13")).unwrap();
        let told = |key: KeyCode, value| keys.told(InputEvent::new(EventType::KEY.0, key.0, value));
        assert_eq!(told(KeyCode::KEY_F13, 1), Some(Told::Pressed));
        assert_eq!((told(KeyCode::KEY_F13, 0), told(KeyCode::KEY_F13, 2)), (None, None));
        assert_eq!(told(KeyCode::KEY_MUTE, 1), Some(Told::OtherMute));
        assert_eq!(told(KeyCode::KEY_A, 1), None);
        assert_eq!(keys.told(InputEvent::new(EventType::RELATIVE.0, KeyCode::KEY_F13.0, 1)), None);
    }

    #[test]
    fn an_unknown_key_and_a_device_that_is_not_there_say_what_to_do() {
        let error = probe(&listen("", "KEY_ANYTHING")).unwrap_err().to_string();
        assert!(error.contains("listen.key") && error.contains("KEY_ANYTHING") && error.contains("evtest"), "{error}");
        for device in ["/dev/input/no-such-device", "a pedal that nobody has"] {
            let error = probe(&listen(device, "KEY_ENTER")).unwrap_err().to_string();
            assert!(error.contains(device) && error.contains("listen.key_device"), "{error}");
        }
        assert_eq!(probe(&listen("", "KEY_ENTER")).unwrap(), None);
    }
}
