//! What the sound server (PulseAudio, or PipeWire in its place) makes of "default".

use std::process::{Command, Stdio};

/// Names by which a sound server's devices are called when it is to choose.
const CHOOSES: [&str; 3] = [super::local::DEFAULT, "pulse", "pipewire"];

/// The microphone that is meant by a device's name: where the server chooses, the one that it would choose now. Its tool is
/// asked (`pactl`); where there is none, or no server, the name stays as it is.
pub fn microphone(name: &str) -> String {
    if !CHOOSES.contains(&name) {
        return name.into();
    }
    std::env::var("PULSE_SOURCE").ok().or_else(default_source).unwrap_or_else(|| name.into())
}

fn default_source() -> Option<String> {
    let asked = Command::new("pactl").arg("get-default-source").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let said = asked.ok().filter(|output| output.status.success())?;
    let name = String::from_utf8(said.stdout).ok()?.trim().to_string();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_named_is_meant() {
        assert_eq!(microphone("hw:CARD=Array"), "hw:CARD=Array");
    }
}
