//! The assistant's end of the socket. Only root and the user that the assistant runs as may open it.

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{ControlError, Line, Request};

/// So many are heard at once; others wait.
const AT_ONCE: usize = 16;
/// Longer than any question, in bytes.
const LONGEST: u64 = 64 * 1024;
/// Who asks nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// After a caller could not be taken in: out of files, mostly.
const BREATH: Duration = Duration::from_millis(100);

/// Who answers. An error says what is wrong and what to do.
pub trait Answers: Send + Sync + 'static {
    fn answer(&self, request: Request) -> impl Future<Output = Result<serde_json::Value, String>> + Send;
}

/// Listens until it is dropped; then the socket is gone.
#[derive(Debug)]
pub struct Server {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl Server {
    /// Begin to listen; within the async runtime.
    ///
    /// # Errors
    /// [`ControlError::Taken`], [`ControlError::Listen`].
    pub fn start(path: PathBuf, answers: Arc<impl Answers>) -> Result<Server, ControlError> {
        let listener = bind(&path)?;
        let task = tokio::spawn(listen(listener, answers));
        Ok(Server { path, task })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What a process that was killed left behind is taken away first.
fn bind(path: &Path) -> Result<UnixListener, ControlError> {
    let failed = |source| ControlError::Listen { path: path.into(), source };
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => return Err(ControlError::Taken { path: path.into() }),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => std::fs::remove_file(path).map_err(failed)?,
        Err(_) => {}
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

async fn listen(listener: UnixListener, answers: Arc<impl Answers>) {
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(seat) = seats.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let answers = answers.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &*answers).await {
                        tracing::debug!("who asked how it is has left: {error}");
                    }
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!("who asks how it is cannot be taken in: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

async fn converse(stream: UnixStream, answers: &impl Answers) -> std::io::Result<()> {
    let (reads, mut writes) = stream.into_split();
    let mut reads = BufReader::new(reads);
    loop {
        let mut question = String::new();
        let asked = timeout(PATIENCE, (&mut reads).take(LONGEST).read_line(&mut question)).await;
        match asked {
            Err(_) | Ok(Ok(0)) => return Ok(()),
            Ok(read) => read?,
        };
        let answer = match serde_json::from_str(&question) {
            Ok(request) => answers.answer(request).await.map_or_else(Line::Error, Line::Ok),
            Err(error) => Line::Error(format!("no question that this saycart knows ({error}); is it another version?")),
        };
        let mut line = serde_json::to_vec(&answer)?;
        line.push(b'\n');
        timeout(PATIENCE, writes.write_all(&line)).await.map_err(std::io::Error::from)??;
    }
}

#[cfg(test)]
mod tests {
    use super::super::Client;
    use super::*;

    struct Parrot;

    impl Answers for Parrot {
        async fn answer(&self, request: Request) -> Result<serde_json::Value, String> {
            match request {
                Request::Log { level } => Ok(level.into()),
                Request::Reload => Err("the shop is closed for ever".into()),
                Request::Listen | Request::Mute | Request::Unmute => Err("it has no ears".into()),
                Request::Status => Ok(serde_json::json!({ "twice": 2 })),
            }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn questions_are_answered_one_after_the_other_and_only_to_its_own_user() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("run/control.sock");
        let server = Server::start(path.clone(), Arc::new(Parrot)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let paths = vec![place.path().join("nobody.sock"), path.clone()];
        let asking = move || {
            let mut client = Client::connect(&paths).unwrap();
            let level: String = client.ask(&Request::Log { level: "debug".into() }).unwrap();
            let refused = client.ask::<String>(&Request::Reload).unwrap_err().to_string();
            let foreign = client.ask::<String>(&Request::Status).unwrap_err().to_string();
            (level, refused, foreign)
        };
        let (level, refused, foreign) = tokio::task::spawn_blocking(asking).await.unwrap();
        assert_eq!((level.as_str(), refused.as_str()), ("debug", "the shop is closed for ever"));
        assert!(foreign.contains("restart it after an upgrade"), "{foreign}");
        let second = Server::start(path.clone(), Arc::new(Parrot)).unwrap_err();
        assert!(matches!(second, ControlError::Taken { .. }), "{second}");
        drop(server);
        let nobody = Client::connect(std::slice::from_ref(&path)).unwrap_err().to_string();
        assert!(nobody.contains("saycart run") && nobody.contains("control.sock"), "{nobody}");
    }

    #[tokio::test]
    async fn what_a_killed_process_left_is_no_hindrance() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("control.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        assert!(Server::start(path, Arc::new(Parrot)).is_ok());
    }
}
