//! The program, as who looks after it sees it: its log, its lights, and what it takes of the machine.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::books;
use crate::support::Failure;
use crate::support::program::cafe;

/// A turn is answered within this, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(25);
/// It listens for so long before the next words come.
const QUIET: Duration = Duration::from_millis(700);

pub struct Program {
    process: Child,
    home: PathBuf,
    log: Arc<Mutex<Vec<String>>>,
    light: Arc<Mutex<(String, Instant)>>,
    jumps: usize,
}

/// What it takes of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vitals {
    /// Kilobytes, without what is only mapped from files.
    pub resident: u64,
    pub descriptors: usize,
    pub threads: usize,
}

impl Vitals {
    /// Of memory since then, in per cent.
    pub fn growth(&self, then: &Vitals) -> f64 {
        (self.resident as f64 / then.resident.max(1) as f64 - 1.0) * 100.0
    }
}

impl std::fmt::Display for Vitals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rss {} MB, {} descriptors, {} threads", self.resident / 1024, self.descriptors, self.threads)
    }
}

impl Program {
    /// With a café of its own, whose kitchen writes down each ticket's order.
    pub fn start(program: &Path, home: &Path) -> Result<Program, Failure> {
        let home = std::path::absolute(home)?;
        let tickets = home.join("tickets").display().to_string();
        let kitchen = format!("[tickets.kitchen]\ncommand = \"echo $SAYCART_DELIVERY $SAYCART_ORDER >>'{tickets}'\"\n");
        let shop = cafe(&home, &kitchen);
        let mut command = Command::new(program);
        command.arg("--shop").arg(&shop).args(["run", "--database"]).arg(home.join("saycart.db"));
        command.args(["--set", &format!("listen.leds={}", home.join("leds").display())]);
        command.args(["--set", &format!("control.socket={}", home.join("control").display())]);
        command
            .env("NO_COLOR", "1")
            .env("RUST_LOG", "saycart=debug")
            .env("CACHE_DIRECTORY", home.join("cache"))
            .stderr(Stdio::piped());
        let faketime = format!("/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1", std::env::consts::ARCH);
        if Path::new(&faketime).is_file() {
            std::fs::write(home.join("clock"), "+0")?;
            command.env("LD_PRELOAD", faketime).env("FAKETIME_TIMESTAMP_FILE", home.join("clock"));
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("FAKETIME_CACHE_DURATION", "1");
        }
        let mut process = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        let errors = BufReader::new(process.stderr.take().ok_or("no log")?);
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = log.clone();
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                lock(&lines).push(line);
            }
        });
        let light = Arc::new(Mutex::new((String::new(), Instant::now())));
        let mut program = Program { process, home, log, light, jumps: 0 };
        program.watch()?;
        program.wait_until_quiet();
        Ok(program)
    }

    /// Follow its lights.
    fn watch(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let lights = loop {
            match UnixStream::connect(self.home.join("leds")) {
                Ok(lights) => break lights,
                Err(_) if begun.elapsed() < 2 * PATIENCE => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => return Err(format!("it does not start: {error}\n{}", self.lately()).into()),
            }
        };
        let light = self.light.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(lights).lines().map_while(Result::ok) {
                *lock(&light) = (line, Instant::now());
            }
        });
        Ok(())
    }

    pub fn alive(&mut self) -> Result<(), Failure> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => Err(format!("it ended with {status}\n{}", self.lately()).into()),
        }
    }

    pub fn log(&self) -> Vec<String> {
        lock(&self.log).clone()
    }

    /// The end of the log.
    fn lately(&self) -> String {
        let log = self.log();
        log[log.len().saturating_sub(20)..].join("\n")
    }

    /// Lines of the log with this in it.
    pub fn count(&self, text: &str) -> usize {
        lock(&self.log).iter().filter(|line| line.contains(text)).count()
    }

    pub fn replies(&self) -> usize {
        self.count("reply: ")
    }

    /// Orders that it has said are placed.
    pub fn told(&self) -> usize {
        let log = lock(&self.log);
        log.iter()
            .filter_map(|line| line.split_once("reply: "))
            .filter(|(_, reply)| books::told(reply).is_some())
            .count()
    }

    /// False where none comes beyond so many.
    pub fn wait_for_reply(&self, before: usize) -> bool {
        self.wait(PATIENCE, || self.replies() > before)
    }

    /// Until it listens and nothing else, or for as long as anybody would wait.
    pub fn wait_until_quiet(&self) {
        self.wait(PATIENCE, || {
            let light = lock(&self.light);
            light.0.contains("\"listening\"") && light.1.elapsed() > QUIET
        });
    }

    fn wait(&self, patience: Duration, mut happened: impl FnMut() -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if happened() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        false
    }

    /// Wait for one more line with this in the log.
    pub fn wait_for(&self, text: &str, before: usize) -> Result<(), Failure> {
        match self.wait(4 * PATIENCE, || self.count(text) > before) {
            true => Ok(()),
            false => Err(format!("waited in vain for {text:?}\n{}", self.lately()).into()),
        }
    }

    pub fn shop(&self) -> PathBuf {
        self.home.join("shop/shop.toml")
    }

    pub fn signal(&self, name: &str) -> Result<(), Failure> {
        Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status()?;
        Ok(())
    }

    /// By so many seconds from now on, forward or back; without the library nothing happens.
    pub fn set_clock(&mut self, seconds: i64) -> Result<(), Failure> {
        let clock = self.home.join("clock");
        if clock.is_file() {
            std::fs::write(clock, format!("{seconds:+}"))?;
            self.jumps += 1;
        }
        Ok(())
    }

    pub fn jumps(&self) -> usize {
        self.jumps
    }

    pub fn vitals(&self) -> Result<Vitals, Failure> {
        let place = PathBuf::from(format!("/proc/{}", self.process.id()));
        let status = std::fs::read_to_string(place.join("status"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        Ok(Vitals {
            resident: field("RssAnon:").unwrap_or_default(),
            descriptors: std::fs::read_dir(place.join("fd"))?.count(),
            threads: field("Threads:").unwrap_or_default() as usize,
        })
    }

    /// When nobody has said anything for a while.
    pub fn rested(&self) -> Result<Vitals, Failure> {
        self.wait_until_quiet();
        std::thread::sleep(Duration::from_secs(5));
        self.vitals()
    }

    pub fn end(&mut self) -> Result<(), Failure> {
        self.signal("TERM")?;
        let status = self.process.wait()?;
        if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
