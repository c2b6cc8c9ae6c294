//! A stand-in for Stripe: localstripe, a server process of its own, keeps the payments; in front of it stands what it lacks
//! (keys that make once, a card reader, pages), and what can go wrong on the way.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

pub const KEY: &str = "sk_test_12345";
pub const READER: &str = "tmr_1";
/// Cards that the fake knows.
pub const GOOD: &str = "pm_card_visa";
pub const BAD: &str = "pm_card_chargeCustomerFail";

/// What it says when it is not well.
pub fn busy() -> Value {
    json!({ "error": { "type": "api_error" } })
}

/// The server process.
struct Fake {
    process: Child,
    url: String,
}

impl Fake {
    fn start() -> Fake {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/fake-stripe");
        let mut process = Command::new(script).stdout(Stdio::piped()).spawn().expect("scripts/fake-stripe is run");
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        assert!(!port.trim().is_empty(), "the fake payment server did not start; it says above what to do");
        let url = format!("http://127.0.0.1:{}", port.trim());
        Fake { process, url }
    }

    fn call(&self, method: &str, path: &str, form: &[(String, String)]) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let (url, key) = (format!("{}{path}", self.url), format!("Bearer {KEY}"));
        let answer = match method {
            "POST" => agent.post(url).header("authorization", key).send_form(form.iter().map(|(n, v)| (n, v))),
            "GET" => agent.get(url).header("authorization", key).call(),
            other => panic!("{other}"),
        };
        let mut answer = answer.expect("localstripe answers");
        let body = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&body).unwrap_or(Value::Null))
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// "POST /v1/payment_intents".
    pub what: String,
    pub query: String,
    pub headers: HashMap<String, String>,
    pub form: Vec<(String, String)>,
}

impl Asked {
    pub fn value(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// What goes wrong, once.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It answers this, and does nothing.
    Says(u16, Value, Option<&'static str>),
    /// It does it, and the connection is lost before anybody hears.
    DoneUnheard,
    /// It does nothing, and the connection is lost.
    Lost,
    /// It does it, and never answers.
    Hangs,
}

type Form = Vec<(String, String)>;

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    /// Which request ("POST /v1/payment_intents" begins it), and what.
    faults: VecDeque<(String, Fault)>,
    /// Answers by key.
    once: HashMap<String, (Form, u16, Value)>,
    action: Option<Value>,
    reader_status: String,
    /// How far its clock is ahead, in seconds.
    ahead: u64,
    pages: HashMap<String, Value>,
    /// Kept open, for whom nothing is answered.
    hanging: Vec<TcpStream>,
}

/// The whole stand-in; ends with this.
pub struct Front {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    fake: Fake,
    state: Mutex<State>,
}

impl Front {
    pub fn start() -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = State { reader_status: "online".into(), ..State::default() };
        let inner = Arc::new(Inner { fake: Fake::start(), state: Mutex::new(state) });
        let front = Arc::downgrade(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(front) = front.upgrade() else { return };
                std::thread::spawn(move || front.serve(stream.unwrap()));
            }
        });
        Front { url, inner }
    }

    /// The next request that begins so goes wrong.
    pub fn fault(&self, what: &str, fault: Fault) {
        self.inner.state().faults.push_back((what.into(), fault));
    }

    pub fn asked(&self, what: &str) -> Vec<Asked> {
        self.inner.state().asked.iter().filter(|asked| asked.what == what).cloned().collect()
    }

    pub fn reader_is(&self, status: &str) {
        self.inner.state().reader_status = status.into();
    }

    pub fn clock_is_ahead(&self, seconds: u64) {
        self.inner.state().ahead = seconds;
    }

    /// Which intent the reader asks a card for.
    pub fn reader_asks(&self) -> Option<String> {
        let state = self.inner.state();
        let action = state.action.as_ref().filter(|action| action["status"] == "in_progress")?;
        Some(action["process_payment_intent"]["payment_intent"].as_str()?.into())
    }

    /// The reader is busy with somebody else's.
    pub fn reader_asks_for(&self, intent: &str) {
        self.inner.state().action = Some(action(intent, "in_progress", None));
    }

    /// A card is held to the reader.
    pub fn tap(&self, card: &str) {
        let intent = self.reader_asks().expect("the reader asks for a card");
        let (status, failure) = self.inner.pay(&intent, card);
        self.inner.state().action = Some(action(&intent, status, failure));
    }

    /// The same wherever the reader asks for one just now; whether it did.
    pub fn tap_if_asked(&self, card: &str) -> bool {
        let Some(intent) = self.reader_asks() else { return false };
        let (status, failure) = self.inner.pay(&intent, card);
        self.inner.state().action = Some(action(&intent, status, failure));
        true
    }

    /// The customer presses the red button.
    pub fn red_button(&self) {
        let intent = self.reader_asks().expect("the reader asks for a card");
        self.inner.state().action = Some(action(&intent, "failed", Some("customer_canceled")));
    }

    /// The customer pays on the page; `false`: it is not open.
    pub fn pay_page(&self, page: &str, card: &str) -> bool {
        let found = self.inner.state().pages[page].clone();
        if found["status"] != "open" {
            return false;
        }
        let form = |name: &str, value: String| (name.to_string(), value);
        let (code, intent) = self.inner.fake.call(
            "POST",
            "/v1/payment_intents",
            &[
                form("amount", found["amount_total"].to_string()),
                form("currency", found["currency"].as_str().unwrap().into()),
                form("metadata[payment]", found["client_reference_id"].as_str().unwrap().into()),
            ],
        );
        assert_eq!(code, 200, "{intent}");
        let id = intent["id"].as_str().unwrap();
        let (status, _) = self.inner.pay(id, card);
        let mut state = self.inner.state();
        let page = state.pages.get_mut(page).unwrap();
        page["payment_intent"] = id.into();
        if status == "succeeded" {
            (page["status"], page["payment_status"]) = ("complete".into(), "paid".into());
        }
        true
    }

    /// An object as localstripe has it.
    pub fn get(&self, path: &str) -> Value {
        let (code, value) = self.inner.fake.call("GET", path, &[]);
        assert_eq!(code, 200, "{path}: {value}");
        value
    }

    /// All of a kind.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        self.get(&format!("/v1/{kind}?limit=100"))["data"].as_array().unwrap().clone()
    }

    /// Money that was taken, in minor units.
    pub fn taken(&self) -> i64 {
        let (mut taken, mut last) = (0, String::new());
        loop {
            let page = self.get(&format!("/v1/payment_intents?limit=100{last}"));
            let intents = page["data"].as_array().unwrap();
            let paid = intents.iter().filter(|intent| intent["status"] == "succeeded");
            taken += paid.map(|intent| intent["amount"].as_i64().unwrap()).sum::<i64>();
            match (intents.last(), page["has_more"].as_bool()) {
                (Some(intent), Some(true)) => last = format!("&starting_after={}", intent["id"].as_str().unwrap()),
                _ => return taken,
            }
        }
    }

    /// Have localstripe send its own news there.
    pub fn send_news(&self, url: &str, secret: &str) {
        let form = [("url", url), ("secret", secret)].map(|(name, value)| (name.to_string(), value.to_string()));
        self.inner.fake.call("POST", "/_config/webhooks/saycart", &form);
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.inner.state().hanging.clear();
        // So that who waits for connections sees that nobody is there any more.
        let address = self.url.trim_start_matches("http://").to_string();
        self.inner = Arc::new(Inner { fake: Fake { process: idle(), url: String::new() }, state: Mutex::default() });
        let _ = TcpStream::connect(address);
    }
}

fn idle() -> Child {
    Command::new("true").spawn().expect("true is run")
}

fn action(intent: &str, status: &str, failure: Option<&str>) -> Value {
    json!({
        "type": "process_payment_intent", "status": status, "failure_code": failure,
        "process_payment_intent": { "payment_intent": intent },
    })
}

fn refusal(code: &str) -> Value {
    json!({ "error": { "type": "invalid_request_error", "code": code } })
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn pay(&self, intent: &str, card: &str) -> (&'static str, Option<&'static str>) {
        let path = format!("/v1/payment_intents/{intent}");
        self.fake.call("POST", &path, &[("payment_method".into(), card.into())]);
        let (code, _) = self.fake.call("POST", &format!("{path}/confirm"), &[]);
        if code == 200 { ("succeeded", None) } else { ("failed", Some("card_declined")) }
    }

    fn serve(&self, stream: TcpStream) {
        let Some(asked) = read(&stream) else { return };
        let fault = {
            let mut state = self.state();
            state.asked.push(asked.clone());
            let at = state.faults.iter().position(|(what, _)| asked.what.starts_with(what));
            at.and_then(|at| state.faults.remove(at)).map(|(_, fault)| fault)
        };
        match fault {
            None => answer(&stream, &self.answer(&asked), Some(&self.date())),
            Some(Fault::Says(code, body, after)) => {
                let after = after.map(|after| format!("retry-after: {after}\r\n"));
                answer(&stream, &(code, body), after.as_deref());
            }
            Some(Fault::Lost) => {}
            Some(Fault::DoneUnheard) => drop(self.answer(&asked)),
            Some(Fault::Hangs) => {
                self.answer(&asked);
                self.state().hanging.push(stream);
            }
        }
    }

    fn date(&self) -> String {
        let now = std::time::SystemTime::now() + std::time::Duration::from_secs(self.state().ahead);
        format!("date: {}\r\n", httpdate::fmt_http_date(now))
    }

    /// Under a key it is done once; something else under it is refused.
    fn answer(&self, asked: &Asked) -> (u16, Value) {
        let Some(key) = asked.headers.get("idempotency-key") else { return self.done(asked) };
        if let Some((form, code, body)) = self.state().once.get(key) {
            return match *form == asked.form {
                true => (*code, body.clone()),
                false => (400, json!({ "error": { "type": "idempotency_error" } })),
            };
        }
        let (code, body) = self.done(asked);
        if code == 200 {
            self.state().once.insert(key.clone(), (asked.form.clone(), code, body.clone()));
        }
        (code, body)
    }

    fn done(&self, asked: &Asked) -> (u16, Value) {
        if asked.headers.get("authorization").map(String::as_str) != Some(&format!("Bearer {KEY}")) {
            return (401, json!({ "error": { "type": "invalid_request_error" } }));
        }
        let (method, path) = asked.what.split_once(' ').unwrap();
        match path.strip_prefix("/v1/").unwrap().split('/').collect::<Vec<_>>()[..] {
            ["terminal", "readers", READER, ..] => self.reader(asked),
            ["terminal", ..] => (404, refusal("resource_missing")),
            ["checkout", "sessions"] if method == "POST" => self.new_page(asked),
            ["checkout", "sessions"] => {
                (200, json!({ "data": self.state().pages.values().collect::<Vec<_>>(), "has_more": false }))
            }
            ["checkout", "sessions", id, ..] => self.page(id, asked),
            // localstripe has no such filter; it holds little.
            ["payment_intents"] if method == "GET" => self.fake.call("GET", "/v1/payment_intents?limit=100", &[]),
            _ => match asked.query.as_str() {
                "" => self.fake.call(method, path, &asked.form),
                query => self.fake.call(method, &format!("{path}?{query}"), &asked.form),
            },
        }
    }

    fn reader(&self, asked: &Asked) -> (u16, Value) {
        let mut state = self.state();
        if asked.what.ends_with("/process_payment_intent") {
            if state.action.as_ref().is_some_and(|action| action["status"] == "in_progress") {
                return (400, refusal("terminal_reader_busy"));
            }
            if state.reader_status == "offline" {
                return (400, refusal("terminal_reader_offline"));
            }
            state.action = Some(action(asked.value("payment_intent").unwrap(), "in_progress", None));
        } else if asked.what.ends_with("/cancel_action") {
            state.action = None;
        }
        (200, json!({ "id": READER, "status": state.reader_status, "action": state.action }))
    }

    fn new_page(&self, asked: &Asked) -> (u16, Value) {
        if asked.value("success_url").is_none() {
            return (400, refusal("parameter_missing"));
        }
        let mut state = self.state();
        let id = format!("cs_test_{}", state.pages.len());
        let value = |name: &str| asked.value(name).unwrap_or_else(|| panic!("no {name}")).to_string();
        let page = json!({
            "id": id, "status": "open", "payment_status": "unpaid", "url": format!("https://pay.example/{id}"),
            "amount_total": value("line_items[0][price_data][unit_amount]").parse::<i64>().unwrap(),
            "currency": value("line_items[0][price_data][currency]"),
            "client_reference_id": value("client_reference_id"),
            "payment_intent": null,
        });
        state.pages.insert(id, page.clone());
        (200, page)
    }

    fn page(&self, id: &str, asked: &Asked) -> (u16, Value) {
        let Some(mut page) = self.state().pages.get(id).cloned() else { return (404, refusal("resource_missing")) };
        if asked.what.ends_with("/expire") {
            if page["status"] != "open" {
                return (400, refusal("resource_not_open"));
            }
            page["status"] = "expired".into();
            self.state().pages.insert(id.into(), page.clone());
        }
        if let Some(intent) = page["payment_intent"].as_str().filter(|_| asked.query.contains("expand")) {
            page["payment_intent"] = self.fake.call("GET", &format!("/v1/payment_intents/{intent}"), &[]).1;
        }
        (200, page)
    }
}

/// `None`: nobody asks anything.
fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?, parts.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_string());
    }
    let length = headers.get("content-length").and_then(|n: &String| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let text = String::from_utf8(body).unwrap();
    let form = text.split('&').filter_map(|pair| pair.split_once('='));
    let form = form.map(|(name, value)| (decoded(name), decoded(value))).collect();
    Some(Asked { what: format!("{method} {path}"), query: query.into(), headers, form })
}

fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), vec![], 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
                at += 2;
            }
            b'+' => out.push(b' '),
            other => out.push(other),
        }
        at += 1;
    }
    String::from_utf8(out).unwrap()
}

fn answer(mut stream: &TcpStream, (code, body): &(u16, Value), header: Option<&str>) {
    let (body, header) = (body.to_string(), header.unwrap_or_default());
    let head = format!("HTTP/1.1 {code} So\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len());
    let _ = write!(stream, "{head}{header}connection: close\r\n\r\n{body}");
}
