//! The owner's own commands, which are given what they are told on their standard input.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Begin a command in `sh`, with `facts` in its environment. It is for the caller to wait for its end.
///
/// # Errors
/// When it cannot be begun.
pub fn begin<const N: usize>(command: &str, facts: [(&str, &str); N], text: &str) -> std::io::Result<Child> {
    let mut child =
        Command::new("sh").args(["-c", command]).envs(facts).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        let text = text.to_string();
        // On a thread of its own, for a command that does not read. One that reads nothing is none the worse.
        std::thread::spawn(move || drop(input.write_all(text.as_bytes())));
    }
    Ok(child)
}

/// What came of asking a command.
#[derive(Debug)]
pub enum Asked {
    Ended {
        status: ExitStatus,
        said: String,
    },
    /// It did not end in time, and was stopped with all that it had begun.
    Hanging,
}

/// No answer is longer.
const LONGEST: u64 = 100_000;

/// Run a command in `sh` to its end, for what it says on its standard output. Blocking.
///
/// # Errors
/// When it cannot be begun, or its end not be waited for.
pub fn ask<const N: usize>(
    command: &str,
    facts: [(&str, &str); N],
    text: &str,
    patience: Duration,
) -> std::io::Result<Asked> {
    let mut sh = Command::new("sh");
    sh.args(["-c", command]).envs(facts).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
    let mut child = sh.spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let text = text.to_string();
    std::thread::spawn(move || input.map(|mut input| drop(input.write_all(text.as_bytes()))));
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        let read = output.map(|output| output.take(LONGEST).read_to_string(&mut said)).transpose();
        drop(tell.send(read.and_then(|_| Ok(Asked::Ended { status: child.wait()?, said }))));
    });
    match told.recv_timeout(patience) {
        Ok(asked) => asked,
        Err(_) => {
            if let Some(group) = group {
                // It may just have ended by itself.
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            Ok(Asked::Hanging)
        }
    }
}
