//! `saycart listen`, `mute`, `unmute`: what a key does, by a command.

use super::*;
use crate::control::Hears;

pub fn run(sockets: &[PathBuf], request: &Request) -> Result<(), CliError> {
    let hears: Hears = Client::connect(sockets).and_then(|mut client| client.ask(request)).map_err(CliError::new)?;
    print::line(match hears {
        Hears { muted: true, .. } => "Muted: it hears nothing until `saycart unmute`.",
        Hears { listening: true, .. } => "It listens.",
        Hears { listening: false, .. } => "It waits to be called.",
    })
}
