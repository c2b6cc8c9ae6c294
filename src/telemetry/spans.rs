//! Where the time of each turn went, as OpenTelemetry spans: a trace a turn, from the customer's last voice to the first sound of
//! the answer, with a span a stage. Numbers and names that stand in this code, as all figures; they are sent (OTLP, JSON over
//! HTTP) to the collector that the owner names, and to nobody where none is named.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::{SpanBuilder, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::figures::Stage;

/// So long one sending may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Stages that no turn claimed: of conversations that are typed, or were never answered aloud.
const AT_MOST: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum SpansError {
    #[error("metrics.traces `{0}` is no address of a collector, like http://127.0.0.1:4318/v1/traces")]
    Address(String),
    #[error("cannot send spans to {address}: {source}")]
    Exporter { address: String, source: Box<dyn std::error::Error + Send + Sync> },
}

/// Spans are sent until this is dropped; what waits is sent then.
#[derive(Debug)]
pub struct Spans {
    provider: SdkTracerProvider,
}

impl Spans {
    /// Begin to send them to the collector at this address: once a process.
    ///
    /// # Errors
    /// [`SpansError`] for what is no address.
    pub fn start(address: &str) -> Result<Spans, SpansError> {
        let provider = provider(address)?;
        let _ = TRACER.set(provider.tracer(env!("CARGO_PKG_NAME")));
        Ok(Spans { provider })
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        let _ = self.provider.shutdown_with_timeout(PATIENCE);
    }
}

static TRACER: OnceLock<SdkTracer> = OnceLock::new();
/// The stages since the last turn was answered.
static STAGES: Mutex<Vec<Lap>> = Mutex::new(Vec::new());

#[derive(Debug, Clone, Copy)]
struct Lap {
    stage: Stage,
    from: Instant,
    to: Instant,
}

/// A stage went from then to then. The first sound of an answer ends its turn.
pub(super) fn note(stage: Stage, from: Instant, to: Instant) {
    let Some(tracer) = TRACER.get() else { return };
    let mut stages = STAGES.lock().unwrap_or_else(PoisonError::into_inner);
    let lap = Lap { stage, from, to };
    match stage {
        Stage::FirstAudible => tell(tracer, lap, &std::mem::take(&mut *stages)),
        _ => {
            let spare = (stages.len() + 1).saturating_sub(AT_MOST);
            stages.drain(..spare);
            stages.push(lap);
        }
    }
}

/// A turn, with those stages that ended within it.
fn tell(tracer: &SdkTracer, turn: Lap, stages: &[Lap]) {
    let (now, here) = (SystemTime::now(), Instant::now());
    let at = |instant: Instant| now - here.saturating_duration_since(instant);
    let whole = SpanBuilder::from_name("turn").with_start_time(at(turn.from));
    let whole = Context::new().with_span(tracer.build_with_context(whole, &Context::new()));
    for lap in stages.iter().filter(|lap| lap.to >= turn.from && lap.from <= turn.to) {
        let part = SpanBuilder::from_name(lap.stage.name()).with_start_time(at(lap.from));
        Context::new().with_span(tracer.build_with_context(part, &whole)).span().end_with_timestamp(at(lap.to));
    }
    whole.span().end_with_timestamp(at(turn.to));
}

fn provider(address: &str) -> Result<SdkTracerProvider, SpansError> {
    if !address.starts_with("http://") && !address.starts_with("https://") {
        return Err(SpansError::Address(address.into()));
    }
    let agent =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).max_redirects(0);
    let client = Client { agent: agent.build().into(), address: address.into(), fails: AtomicBool::new(false) };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(address)
        .build()
        .map_err(|source| SpansError::Exporter { address: address.into(), source: Box::new(source) })?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let about = Resource::builder().with_service_name(env!("CARGO_PKG_NAME")).with_attribute(version).build();
    Ok(SdkTracerProvider::builder().with_resource(about).with_batch_exporter(exporter).build())
}

/// The exporter has a thread of its own, and may wait on it. Trouble is told once, and once that it is over.
#[derive(Debug)]
struct Client {
    agent: ureq::Agent,
    address: String,
    fails: AtomicBool,
}

impl Client {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let answer = self.agent.run(Request::from_parts(head, &body[..]))?;
        let (head, mut body) = answer.into_parts();
        Ok(Response::from_parts(head, body.read_to_vec()?.into()))
    }

    fn told(&self, trouble: Option<String>) {
        let failed = self.fails.swap(trouble.is_some(), Ordering::Relaxed);
        match trouble {
            Some(trouble) if !failed => tracing::warn!(
                "spans do not arrive at {}: {trouble}. Turns go on without them; start the collector, or clear metrics.traces",
                self.address
            ),
            None if failed => tracing::info!("spans arrive at {} again", self.address),
            _ => {}
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.send(request);
        self.told(match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answers {}", answer.status())),
            Err(error) => Some(error.to_string()),
        });
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::trace::v1::Span;

    use super::*;

    /// Takes one request, as a collector does.
    fn collector() -> (String, std::thread::JoinHandle<ExportTraceServiceRequest>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let taken = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                match line.to_ascii_lowercase().split_once(':') {
                    Some(("content-length", value)) => length = value.trim().parse().unwrap(),
                    _ if line.trim().is_empty() => break,
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            write!(&stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}")
                .unwrap();
            serde_json::from_slice(&body).unwrap()
        });
        (address, taken)
    }

    #[test]
    fn a_collector_gets_a_trace_a_turn_with_its_stages_and_their_times() {
        let (address, taken) = collector();
        let provider = provider(&address).unwrap();
        let end = Instant::now();
        let before = |ms: u64| end - Duration::from_millis(ms);
        let turn = Lap { stage: Stage::FirstAudible, from: before(600), to: before(0) };
        let stages = [
            Lap { stage: Stage::Store, from: before(9_000), to: before(8_999) },
            Lap { stage: Stage::Stt, from: before(700), to: before(350) },
            Lap { stage: Stage::Understand, from: before(90), to: before(89) },
        ];
        tell(&provider.tracer("test"), turn, &stages);
        provider.shutdown().unwrap();

        let sent = taken.join().unwrap();
        let spans: Vec<&Span> = sent.resource_spans[0].scope_spans.iter().flat_map(|scope| &scope.spans).collect();
        let named = |name: &str| *spans.iter().find(|span| span.name == name).unwrap();
        let (whole, stt) = (named("turn"), named("stt"));
        assert_eq!(spans.len(), 3, "what was long before belongs to no turn: {spans:?}");
        assert!(spans.iter().all(|span| span.trace_id == whole.trace_id));
        assert_eq!(stt.parent_span_id, whole.span_id);
        let took = |span: &Span| (span.end_time_unix_nano - span.start_time_unix_nano) / 1_000_000;
        assert_eq!((took(whole), took(stt), took(named("understand"))), (600, 350, 1));
    }

    #[test]
    fn what_is_no_address_is_refused_and_says_what_one_looks_like() {
        let refused = Spans::start("collector").unwrap_err().to_string();
        assert!(refused.contains("`collector`") && refused.contains("4318/v1/traces"), "{refused}");
    }
}
