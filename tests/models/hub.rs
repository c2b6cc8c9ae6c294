//! A model hub on this machine, with the faults that real ones have.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// How one request is answered.
#[derive(Clone)]
pub enum Answer {
    /// The file, or the part asked for.
    Good(Vec<u8>),
    /// Honest headers, but the connection closes after so many bytes of the body.
    Cut(Vec<u8>, usize),
    /// The whole file, whatever part was asked for.
    IgnoresRange(Vec<u8>),
    /// Another part than the one asked for.
    WrongRange(Vec<u8>),
    /// No length given, and then this body.
    Unannounced(Vec<u8>),
    Status(u16),
    Redirect(String),
}

/// Answers requests in order; the last answer holds for all that follow.
pub struct Hub {
    pub address: String,
    ranges: Arc<Mutex<Vec<Option<String>>>>,
}

impl Hub {
    pub fn new(answers: Vec<Answer>) -> Hub {
        Hub::start(answers, None)
    }

    /// Reports each request, and answers it only when told.
    pub fn on_command(answers: Vec<Answer>) -> (Hub, Receiver<()>, Sender<()>) {
        let (asked, on_ask) = channel();
        let (release, on_release) = channel();
        (Hub::start(answers, Some((asked, on_release))), on_ask, release)
    }

    fn start(answers: Vec<Answer>, command: Option<(Sender<()>, Receiver<()>)>) -> Hub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/small.bin", listener.local_addr().unwrap());
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&ranges);
        std::thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                let answer = &answers[n.min(answers.len() - 1)];
                let Ok(stream) = stream else { continue };
                let Some(range) = read_request(&stream) else { continue };
                seen.lock().unwrap().push(range.clone());
                if let Some((asked, release)) = &command {
                    let _ = asked.send(());
                    let _ = release.recv();
                }
                // The client may hang up first: that is what some tests are about.
                let _ = reply(stream, answer, range);
            }
        });
        Hub { address, ranges }
    }

    /// The `Range` header of each request so far.
    pub fn ranges(&self) -> Vec<Option<String>> {
        self.ranges.lock().unwrap().clone()
    }
}

fn read_request(stream: &TcpStream) -> Option<Option<String>> {
    let mut range = None;
    for line in BufReader::new(stream).lines() {
        let line = line.ok()?;
        if line.is_empty() {
            return Some(range);
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("range")
        {
            range = Some(value.to_string());
        }
    }
    None
}

fn reply(mut stream: TcpStream, answer: &Answer, range: Option<String>) -> std::io::Result<()> {
    let from = range.and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let send = |stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]| {
        write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n")?;
        stream.write_all(body)
    };
    let part = |stream: &mut TcpStream, whole: &[u8], from: usize, until: usize| {
        let rest = whole.len() - from;
        let length = format!("Content-Length: {rest}\r\n");
        let body = &whole[from..until.clamp(from, whole.len())];
        if from == 0 {
            return send(stream, "200 OK", &length, body);
        }
        let headers = format!("{length}Content-Range: bytes {from}-{}/{}\r\n", whole.len() - 1, whole.len());
        send(stream, "206 Partial Content", &headers, body)
    };
    match answer {
        Answer::Good(file) => part(&mut stream, file, from.unwrap_or(0), file.len()),
        Answer::Cut(file, after) => {
            let from = from.unwrap_or(0);
            part(&mut stream, file, from, from + after)
        }
        Answer::IgnoresRange(file) => part(&mut stream, file, 0, file.len()),
        Answer::WrongRange(file) => part(&mut stream, file, from.map_or(0, |from| from - 1), file.len()),
        Answer::Unannounced(file) => send(&mut stream, "200 OK", "", file),
        Answer::Status(code) => send(&mut stream, &format!("{code} No"), "Content-Length: 0\r\n", &[]),
        Answer::Redirect(to) => {
            send(&mut stream, "302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n"), &[])
        }
    }
}
