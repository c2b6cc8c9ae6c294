//! What the sound server (PulseAudio, or PipeWire in its place) makes of "default".

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

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

/// The variable that names a configuration for PulseAudio's library.
pub const CLIENT_CONFIG: &str = "PULSE_CLIENTCONFIG";
const SYSTEM_CONFIG: &str = "/etc/pulse/client.conf";

/// Writes into `dir` what [`CLIENT_CONFIG`] is to name: the configuration that holds so far, but for shared memory. When a server
/// ends, PulseAudio's library (16.1) waits for those who still hold a piece of its memory; ALSA's plugin always holds one, and waits
/// for the library: of each second restart three threads and seven descriptors were left for ever.
pub fn without_shared_memory(dir: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let path = dir.join("pulse-client.conf");
    let written = unshared(client_config().filter(|config| *config != path).as_deref());
    if fs::read_to_string(&path).ok().as_deref() != Some(&written) {
        fs::write(&path, written)?;
    }
    Ok(path)
}

fn unshared(config: Option<&Path>) -> String {
    let included = config.map(|config| format!(".include {}\n", config.display())).unwrap_or_default();
    format!("{included}enable-shm = no\n")
}

/// The first that there is, as the library looks for one: named, the user's, the system's.
fn client_config() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| value != OsStr::new("")).map(PathBuf::from);
    let named = variable(CLIENT_CONFIG);
    let home = variable("HOME");
    let configs = variable("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));
    let own = [home.map(|home| home.join(".pulse/client.conf")), configs.map(|dir| dir.join("pulse/client.conf"))];
    let all = std::iter::once(named).chain(own).chain([Some(SYSTEM_CONFIG.into())]);
    all.flatten().find(|config: &PathBuf| config.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sound_servers_own_configuration_holds_but_for_shared_memory() {
        assert_eq!(unshared(Some(Path::new("/a/client.conf"))), ".include /a/client.conf\nenable-shm = no\n");
        assert_eq!(unshared(None), "enable-shm = no\n");
        let dir = tempfile::tempdir().unwrap();
        let path = without_shared_memory(dir.path()).unwrap();
        assert!(fs::read_to_string(path).unwrap().ends_with("enable-shm = no\n"));
    }

    #[test]
    fn a_device_that_is_named_is_meant() {
        assert_eq!(microphone("hw:CARD=Array"), "hw:CARD=Array");
    }
}
