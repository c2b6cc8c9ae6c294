//! The owner's own commands, which are given what they are told on their standard input.

use std::io::Write;
use std::process::{Child, Command, Stdio};

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
