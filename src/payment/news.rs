//! News of payments, as Stripe sends them: signed, at any time, twice, in any order. That there are some is all that is taken
//! from them; how a payment stands is asked of the provider. So nothing that anybody sends here can do more than that.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use sha2::Sha256;
use tokio::sync::{Semaphore, oneshot};

/// How far the other side's clock may be from ours.
const TOLERANCE: i64 = 5 * 60;
/// Longer than any news.
const LONGEST: usize = 256 * 1024;
/// So long one request may take.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// So many are heard at once; others wait.
const AT_ONCE: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum NewsError {
    #[error(
        "no news of payments can be heard at {address}: {source}. Choose another address as `news`, or end what uses it"
    )]
    Listen { address: String, source: std::io::Error },
    #[error("the secret of news {path} cannot be read: {source}")]
    Secret { path: PathBuf, source: std::io::Error },
    #[error("the secret of news {0} is empty; write what the provider signs with (whsec_…) into it")]
    NoSecret(PathBuf),
}

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// `heard` is called for each that is signed as it should be, and must be quick. Who takes longer than `patience` to ask
    /// is not answered.
    pub fn start(
        address: &str,
        secret: &Path,
        patience: Duration,
        heard: impl Fn() + Send + Sync + 'static,
    ) -> Result<Listener, NewsError> {
        // Said at the start; it is read anew with each.
        key(secret)?;
        let listen = |source| NewsError::Listen { address: address.to_string(), source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address_heard = listener.local_addr().map_err(listen)?;
        let (end, ended) = oneshot::channel();
        let desk = Arc::new(Desk { secret: secret.into(), patience, heard: Box::new(heard) });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(listen)?;
        let thread = std::thread::Builder::new().name("news".into()).spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = ended => {}
                    () = listen_on(listener, desk) => {}
                }
            });
        });
        let thread = thread.map_err(listen)?;
        Ok(Listener { address: address_heard, end: Some(end), thread: Some(thread) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.end.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that hears news of payments had panicked");
        }
    }
}

struct Desk {
    secret: PathBuf,
    patience: Duration,
    heard: Box<dyn Fn() + Send + Sync>,
}

async fn listen_on(listener: TcpListener, desk: Arc<Desk>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!("no news of payments can be heard: {error}"),
    };
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(seat) = seats.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of files, mostly: to go on at once would only ask again.
                tracing::warn!("news of payments cannot be taken in: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let desk = desk.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&desk, request));
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(desk.patience).keep_alive(false).max_buf_size(16 * 1024);
            // Whoever is cut off or too slow sends it again.
            let _ = tokio::time::timeout(desk.patience, http.serve_connection(TokioIo::new(stream), service)).await;
            drop(seat);
        });
    }
}

async fn answer(desk: &Desk, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let mut answer = Response::new(Empty::new());
    *answer.status_mut() = heard(desk, request).await;
    Ok(answer)
}

async fn heard(desk: &Desk, request: Request<Incoming>) -> StatusCode {
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    let signature = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok());
    let Some(signature) = signature.map(String::from) else { return StatusCode::BAD_REQUEST };
    let Ok(body) = Limited::new(request.into_body(), LONGEST).collect().await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let key = match key(&desk.secret) {
        Ok(key) => key,
        Err(error) => {
            tracing::error!("{error}");
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    match is_signed(key.as_bytes(), &signature, &body.to_bytes(), i64::try_from(now).unwrap_or(i64::MAX)) {
        true => {
            (desk.heard)();
            StatusCode::OK
        }
        false => {
            tracing::warn!("news of a payment that are not signed as they should be were refused");
            StatusCode::BAD_REQUEST
        }
    }
}

fn key(secret: &Path) -> Result<String, NewsError> {
    let text = std::fs::read_to_string(secret).map_err(|source| NewsError::Secret { path: secret.into(), source })?;
    match text.trim() {
        "" => Err(NewsError::NoSecret(secret.into())),
        key => Ok(key.to_string()),
    }
}

/// Whether `signature` ("t=…,v1=…", several v1 while the key is being changed) is one of this body, and of now: seconds
/// since 1970. What is compared is compared in constant time.
pub fn is_signed(key: &[u8], signature: &str, body: &[u8], now: i64) -> bool {
    let parts = || signature.split(',').filter_map(|part| part.trim().split_once('='));
    let Some(at) = parts().find(|(name, _)| *name == "t").map(|(_, at)| at) else { return false };
    if !at.parse::<i64>().is_ok_and(|at| now.abs_diff(at) <= TOLERANCE.unsigned_abs()) {
        return false;
    }
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("a key of any length does"));
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    parts().filter(|(name, _)| *name == "v1").any(|(_, code)| {
        let code = bytes(code);
        code.is_some_and(|code| mac.clone().verify_slice(&code).is_ok())
    })
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits = hexadecimal.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(pair).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id": "evt_1", "type": "payment_intent.succeeded"}"#;
    const NOW: i64 = 1_800_000_000;

    /// As Python's hmac signs the same.
    const GOOD: &str = "0520cd2465c4ec040490b74a89faf4a1a865e52eb13c401cde8d054d4559571d";

    #[test]
    fn only_what_was_signed_lately_with_our_key_is_news() {
        let key = b"whsec_test";
        let signed = |signature: &str, now: i64| is_signed(key, signature, BODY, now);
        let good = format!("t={NOW},v1={GOOD}");
        assert!(signed(&good, NOW) && signed(&good, NOW + TOLERANCE) && signed(&good, NOW - TOLERANCE));
        assert!(signed(&format!("t={NOW},v1={},v1={GOOD},v0=00", "0".repeat(64)), NOW), "while the key is changed");
        for forged in [
            format!("t={},v1={GOOD}", NOW + 1),
            format!("t={NOW},v0={GOOD}"),
            format!("t={NOW},v1={}", "0".repeat(64)),
            format!("t={NOW},v1={}", &GOOD[2..]),
            format!("t={NOW},v1=é{GOOD}"),
            format!("v1={GOOD}"),
            format!("t=soon,v1={GOOD}"),
            String::new(),
        ] {
            assert!(!signed(&forged, NOW), "{forged}");
        }
        assert!(!signed(&good, NOW + TOLERANCE + 1) && !signed(&good, NOW - TOLERANCE - 1), "sent again too late");
        assert!(!is_signed(b"another", &good, BODY, NOW) && !is_signed(key, &good, b"{}", NOW));
    }
}
