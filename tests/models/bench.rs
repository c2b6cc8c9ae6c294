//! What the tests work with: a small model, a store for it, and someone who writes down what is reported.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use saycart::models::{Manifest, ModelError, Outcome, Progress, Store};
use sha2::{Digest, Sha256};

/// 200 kB that look like weights: every part differs from every other.
pub fn weights() -> Vec<u8> {
    (0..50_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// A manifest with the model `small`, whose one file holds `bytes` and comes from `sources` (TOML inline tables).
pub fn manifest(bytes: &[u8], sources: &[String]) -> String {
    format!(
        "[[model]]\nname = 'small'\npurpose = 'tests'\nlicence = 'none'\norigin = 'here'\ndefault = true\n\
         [[model.file]]\nrole = 'model'\nname = 'small.bin'\nbytes = {}\nsha256 = '{}'\nsources = [{}]\n",
        bytes.len(),
        sha256(bytes),
        sources.join(", ")
    )
}

pub fn address(address: &str) -> String {
    format!("{{ address = '{address}' }}")
}

/// A store in a directory of its own.
pub struct Bench {
    pub dir: tempfile::TempDir,
    pub page: String,
    pub notes: Notes,
}

impl Bench {
    pub fn new(sources: &[String]) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        Bench { dir, page: manifest(&weights(), sources), notes: Notes::default() }
    }

    pub fn store(&self) -> Store {
        Store::with_manifest(self.dir.path(), Manifest::parse(&self.page).unwrap())
    }

    pub fn fetch(&self) -> Result<Outcome, ModelError> {
        self.store().ensure(&["small"], &self.notes)
    }

    pub fn place(&self) -> PathBuf {
        self.dir.path().join("small.bin")
    }

    /// Where bytes gather that are still arriving from an address.
    pub fn part(&self) -> PathBuf {
        self.dir.path().join(".incoming").join(&sha256(&weights())[..32]).with_extension("part")
    }

    /// The model is in place, whole, and nothing else is left.
    pub fn assert_fetched(&self) {
        assert_eq!(std::fs::read(self.place()).unwrap(), weights());
        assert_eq!(self.store().path("small").unwrap(), self.place());
        assert!(!self.dir.path().join(".incoming").exists(), "nothing is left over");
    }

    /// The same fetch in a process of its own.
    pub fn process(&self, dir: &Path) -> Command {
        let page = self.dir.path().join("manifest.toml");
        std::fs::write(&page, &self.page).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "bench::in_a_process_of_its_own", "--ignored", "--nocapture", "--quiet"])
            .env(DIRECTORY, dir)
            .env(PAGE, page)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

const DIRECTORY: &str = "SAYCART_TEST_DIRECTORY";
const PAGE: &str = "SAYCART_TEST_PAGE";

#[test]
#[ignore = "other tests run it as a process of its own"]
fn in_a_process_of_its_own() {
    let (Some(dir), Some(page)) = (std::env::var_os(DIRECTORY), std::env::var_os(PAGE)) else { return };
    let manifest = Manifest::parse(&std::fs::read_to_string(page).unwrap()).unwrap();
    match Store::with_manifest(dir, manifest).ensure(&["small"], &Aloud) {
        Ok(outcome) => println!("outcome: {outcome:?}"),
        Err(error) => panic!("{error}"),
    }
}

/// Prints what is reported, a line at once.
struct Aloud;

impl Progress for Aloud {
    fn note(&self, line: &str) {
        println!("note: {line}");
    }
    fn at(&self, _bytes: u64, _total: u64) {}
    fn end(&self) {}
}

/// Keeps what is reported.
#[derive(Default)]
pub struct Notes {
    lines: Mutex<Vec<String>>,
    furthest: Mutex<u64>,
}

impl Notes {
    pub fn all(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    pub fn furthest(&self) -> u64 {
        *self.furthest.lock().unwrap()
    }
}

impl Progress for Notes {
    fn note(&self, line: &str) {
        self.lines.lock().unwrap().push(line.into());
    }

    fn at(&self, bytes: u64, total: u64) {
        assert!(bytes <= total || total == 0, "{bytes} of {total}");
        let mut furthest = self.furthest.lock().unwrap();
        *furthest = bytes.max(*furthest);
    }

    fn end(&self) {}
}
