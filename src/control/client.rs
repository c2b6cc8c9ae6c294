//! Asking the assistant that runs.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{ControlError, Line, Request};

/// To read a shop anew takes as long as loading the recogniser does.
const PATIENCE: Duration = Duration::from_secs(120);

/// A line to the assistant.
#[derive(Debug)]
pub struct Client {
    path: PathBuf,
    stream: BufReader<UnixStream>,
}

impl Client {
    /// The first of these where somebody listens.
    ///
    /// # Errors
    /// [`ControlError::NobodyThere`], [`ControlError::Forbidden`].
    pub fn connect(paths: &[PathBuf]) -> Result<Client, ControlError> {
        let mut forbidden = None;
        for path in paths {
            match Client::at(path) {
                Ok(client) => return Ok(client),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => forbidden = Some(path.clone()),
                Err(_) => {}
            }
        }
        Err(forbidden
            .map_or_else(|| ControlError::NobodyThere(paths.to_vec()), |path| ControlError::Forbidden { path }))
    }

    fn at(path: &Path) -> std::io::Result<Client> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Client { path: path.into(), stream: BufReader::new(stream) })
    }

    /// One question. Waits for the answer.
    pub fn ask<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, ControlError> {
        let foreign = || ControlError::Foreign { path: self.path.clone() };
        let mut line = serde_json::to_string(request).map_err(|_| foreign())?;
        line.push('\n');
        let mut answer = String::new();
        let asked = self.stream.get_mut().write_all(line.as_bytes()).and_then(|()| self.stream.read_line(&mut answer));
        let mute = |source| ControlError::Mute { path: self.path.clone(), source };
        match asked {
            Err(source) => return Err(mute(source)),
            Ok(0) => return Err(mute(ErrorKind::UnexpectedEof.into())),
            Ok(_) => {}
        }
        match serde_json::from_str(&answer) {
            Ok(Line::Ok(matter)) => serde_json::from_value(matter).map_err(|_| foreign()),
            Ok(Line::Error(why)) => Err(ControlError::Refused(why)),
            Err(_) => Err(foreign()),
        }
    }
}
