//! Figures for Prometheus, and whether all is well, over HTTP: to programs of this machine only.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::ControlError;
use crate::telemetry;

/// So long one request may take.
const PATIENCE: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 16;
const BREATH: Duration = Duration::from_millis(100);
/// As Prometheus calls the format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// Served until it is dropped.
#[derive(Debug)]
pub struct Page {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Page {
    /// Begin to serve; within the async runtime. `look` is called before figures are given out, and must be quick.
    ///
    /// # Errors
    /// [`ControlError::Address`], [`ControlError::Page`].
    pub async fn start(address: &str, look: impl Fn() + Send + Sync + 'static) -> Result<Page, ControlError> {
        let own: Option<SocketAddr> = address.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
        let own = own.ok_or_else(|| ControlError::Address(address.into()))?;
        let failed = |source| ControlError::Page { address: address.into(), source };
        let listener = TcpListener::bind(own).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let look: Arc<dyn Fn() + Send + Sync> = Arc::new(look);
        Ok(Page { address, task: tokio::spawn(serve(listener, look)) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, look: Arc<dyn Fn() + Send + Sync>) {
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(seat) = seats.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!("who asks for figures cannot be taken in: {error}");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let look = look.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(answer(&request, &*look))));
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
                tracing::debug!("who asked for figures has left: {error}");
            }
            drop(seat);
        });
    }
}

fn answer(request: &Request<Incoming>, look: &dyn Fn()) -> Response<Full<Bytes>> {
    let known = matches!(*request.method(), Method::GET | Method::HEAD);
    let (status, kind, text) = match request.uri().path() {
        _ if !known => (StatusCode::METHOD_NOT_ALLOWED, PLAIN, "only GET\n".into()),
        "/metrics" => {
            look();
            match telemetry::exposition() {
                Ok(text) => (StatusCode::OK, EXPOSITION, text),
                Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, PLAIN, error),
            }
        }
        "/healthz" => {
            let stuck = telemetry::pulse::stuck();
            well(stuck.is_empty(), "ok\n".into(), format!("stuck: {}\n", stuck.join(", ")))
        }
        "/readyz" => well(telemetry::is_ready(), "ready\n".into(), "samples do not flow, or models are cold\n".into()),
        _ => (StatusCode::NOT_FOUND, PLAIN, "/metrics, /healthz, /readyz\n".into()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}

fn well(is: bool, yes: String, no: String) -> (StatusCode, &'static str, String) {
    if is { (StatusCode::OK, PLAIN, yes) } else { (StatusCode::SERVICE_UNAVAILABLE, PLAIN, no) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn figures_are_for_this_machine_only() {
        for elsewhere in ["0.0.0.0:0", "192.168.1.4:9187", "localhost", "127.0.0.1"] {
            let refused = Page::start(elsewhere, || {}).await.unwrap_err().to_string();
            assert!(refused.contains("127.0.0.1:9187"), "{refused}");
        }
        assert!(Page::start("127.0.0.1:0", || {}).await.unwrap().address().port() > 0);
    }
}
