//! The directory of model files: which are there, and whether they are whole.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::ModelError;
use super::manifest::{File, Manifest, Model};

/// Where files verified earlier are noted, beside the models.
const STAMPS: &str = ".verified";

/// A directory of model files and the manifest that says what they must be.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
    manifest: Manifest,
}

/// How a model stands in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All files are there, of the right size, and were once verified as they stand.
    Ready,
    /// All files are there and of the right size; nobody has verified them yet.
    Unverified,
    Missing,
    /// A file has the wrong size.
    Broken,
    /// No file fits this machine's processor.
    NotForHere,
}

impl Store {
    /// The models of this build, kept in `dir` (which need not exist yet).
    pub fn new(dir: impl Into<PathBuf>) -> Store {
        Store::with_manifest(dir, Manifest::shipped())
    }

    pub fn with_manifest(dir: impl Into<PathBuf>, manifest: Manifest) -> Store {
        Store { dir: dir.into(), manifest }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The model of that name.
    ///
    /// # Errors
    /// `Unknown`, with the nearest name.
    pub fn model(&self, name: &str) -> Result<&Model, ModelError> {
        self.manifest.find(name).ok_or_else(|| ModelError::Unknown {
            name: name.into(),
            near: self.manifest.nearest(name).map(str::to_string),
        })
    }

    /// The path of a model's first file, which is certain to be whole; all its other files are, too.
    ///
    /// Sizes are compared each time. Contents are hashed the first time (77 MB take about 0.1 s) and again only when
    /// a file's size or time of change differs from then.
    ///
    /// # Errors
    /// `Missing`, `Truncated` or `Corrupt`, each naming the command that mends it.
    pub fn path(&self, name: &str) -> Result<PathBuf, ModelError> {
        let model = self.model(name)?;
        for file in model.files_here() {
            self.check(model, file)?;
        }
        let first = model.files_here().next().ok_or_else(|| ModelError::NoFileHere { name: model.name.clone() })?;
        Ok(self.dir.join(&first.name))
    }

    /// The path of one file of a model by its role, as whole as [`path`](Store::path) promises.
    ///
    /// # Errors
    /// As `path`, and `NoSuchFile`.
    pub fn file(&self, name: &str, role: &str) -> Result<PathBuf, ModelError> {
        let model = self.model(name)?;
        let file = model
            .files_here()
            .find(|file| file.role == role)
            .ok_or_else(|| ModelError::NoSuchFile { name: model.name.clone(), role: role.into() })?;
        self.check(model, file)?;
        Ok(self.dir.join(&file.name))
    }

    /// Hashes every file of a model anew, whatever was noted before.
    ///
    /// # Errors
    /// As [`path`](Store::path).
    pub fn verify(&self, name: &str) -> Result<(), ModelError> {
        let model = self.model(name)?;
        for file in model.files_here() {
            self.check_size(model, file)?;
            self.check_contents(model, file)?;
        }
        Ok(())
    }

    /// How a model stands, without reading its files.
    pub fn state(&self, model: &Model) -> State {
        let mut state = State::NotForHere;
        for file in model.files_here() {
            match self.check_size(model, file) {
                Err(ModelError::Missing { .. }) => return State::Missing,
                Err(_) => return State::Broken,
                Ok(()) if !self.stamped(file) => state = State::Unverified,
                Ok(()) if state == State::NotForHere => state = State::Ready,
                Ok(()) => {}
            }
        }
        state
    }

    pub(super) fn check(&self, model: &Model, file: &File) -> Result<(), ModelError> {
        self.check_size(model, file)?;
        if self.stamped(file) { Ok(()) } else { self.check_contents(model, file) }
    }

    fn check_size(&self, model: &Model, file: &File) -> Result<(), ModelError> {
        let path = self.dir.join(&file.name);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.len() == file.bytes && meta.is_file() => Ok(()),
            Ok(meta) => {
                Err(ModelError::Truncated { name: model.name.clone(), path, has: meta.len(), wants: file.bytes })
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(ModelError::Missing { name: model.name.clone(), path })
            }
            Err(e) => Err(ModelError::io("look at", &path, e)),
        }
    }

    fn check_contents(&self, model: &Model, file: &File) -> Result<(), ModelError> {
        let path = self.dir.join(&file.name);
        // The stamp is taken before reading: a file that changes meanwhile will not match it.
        let stamp = stamp_of(&path, &file.sha256);
        if hash_file(&path)? != file.sha256 {
            return Err(ModelError::Corrupt { name: model.name.clone(), path });
        }
        if let Some(stamp) = stamp {
            self.write_stamp(file, &stamp);
        }
        Ok(())
    }

    fn stamped(&self, file: &File) -> bool {
        let noted = std::fs::read_to_string(self.stamp_path(file)).ok();
        noted.is_some() && noted == stamp_of(&self.dir.join(&file.name), &file.sha256)
    }

    fn stamp_path(&self, file: &File) -> PathBuf {
        self.dir.join(STAMPS).join(&file.name)
    }

    /// A store that may only be read goes without stamps and hashes each time: slower, not wrong.
    fn write_stamp(&self, file: &File, stamp: &str) {
        let dir = self.dir.join(STAMPS);
        let written = std::fs::create_dir_all(&dir)
            .and_then(|()| readable_by_all().tempfile_in(&dir))
            .and_then(|temp| std::fs::write(temp.path(), stamp).map(|()| temp))
            .and_then(|temp| temp.persist(self.stamp_path(file)).map_err(|e| e.error));
        if let Err(error) = written {
            tracing::debug!("could not note that {} was verified: {error}", file.name);
        }
    }
}

/// The service may run as another user than the one who fetched.
fn readable_by_all() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::fs::Permissions::from_mode(0o644));
    builder
}

/// What a file looked like when it was verified. None if it cannot be looked at.
fn stamp_of(path: &Path, sha256: &str) -> Option<String> {
    let meta = std::fs::metadata(path).ok()?;
    let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{sha256} {} {changed}\n", meta.len()))
}

/// The sha256 of a file in lower-case hexadecimal.
pub(super) fn hash_file(path: &Path) -> Result<String, ModelError> {
    let mut file = std::fs::File::open(path).map_err(|e| ModelError::io("open", path, e))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(n) => hash.update(&buffer[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(ModelError::io("read", path, e)),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl State {
    /// In a word or two, for lists.
    pub fn describe(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Unverified => "not yet verified",
            State::Missing => "missing",
            State::Broken => "broken",
            State::NotForHere => "not for this processor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[u8] = b"weights of a very small model";

    /// A store with one model of one file, which holds `bytes` (or is not there).
    fn store(bytes: Option<&[u8]>) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let page = format!(
            "[[model]]\nname = 'small'\npurpose = ''\nlicence = ''\norigin = ''\ndefault = true\n[[model.file]]\nrole = 'model'\nname = 'small.bin'\nbytes = {}\nsha256 = '{}'\nsources = [{{ address = 'https://hub.example/small.bin' }}]\n",
            WORDS.len(),
            hex(&Sha256::digest(WORDS)),
        );
        if let Some(bytes) = bytes {
            std::fs::write(dir.path().join("small.bin"), bytes).unwrap();
        }
        let store = Store::with_manifest(dir.path(), Manifest::parse(&page).unwrap());
        (dir, store)
    }

    fn state(store: &Store) -> State {
        store.state(store.model("small").unwrap())
    }

    #[test]
    fn a_whole_model_is_handed_out_and_remembered_as_verified() {
        let (dir, store) = store(Some(WORDS));
        assert_eq!(state(&store), State::Unverified);
        assert_eq!(store.path("small").unwrap(), dir.path().join("small.bin"));
        assert_eq!(state(&store), State::Ready);
    }

    #[test]
    fn a_missing_model_says_how_to_get_it() {
        let (_dir, store) = store(None);
        let error = store.path("small").unwrap_err();
        assert!(matches!(error, ModelError::Missing { .. }));
        assert!(error.to_string().contains("run `saycart models fetch small`"));
        assert_eq!(state(&store), State::Missing);
    }

    #[test]
    fn a_truncated_model_is_not_handed_out_even_if_it_was_verified_before() {
        let (dir, store) = store(Some(WORDS));
        store.path("small").unwrap();
        std::fs::write(dir.path().join("small.bin"), &WORDS[..9]).unwrap();
        assert!(matches!(store.path("small"), Err(ModelError::Truncated { has: 9, .. })));
        assert_eq!(state(&store), State::Broken);
    }

    #[test]
    fn a_corrupt_model_of_the_right_size_is_not_handed_out() {
        let mut bytes = WORDS.to_vec();
        bytes[3] ^= 1;
        let (_dir, store) = store(Some(&bytes));
        assert!(matches!(store.path("small"), Err(ModelError::Corrupt { .. })));
        assert!(matches!(store.verify("small"), Err(ModelError::Corrupt { .. })));
    }

    #[test]
    fn a_file_changed_after_it_was_verified_is_read_again() {
        let (dir, store) = store(Some(WORDS));
        store.path("small").unwrap();
        let path = dir.path().join("small.bin");
        let mut bytes = WORDS.to_vec();
        bytes[0] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        // Not to depend on the clock's grain between the two writes.
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(matches!(store.path("small"), Err(ModelError::Corrupt { .. })));
    }

    #[test]
    fn verify_reads_the_bytes_whatever_was_noted() {
        let (dir, store) = store(Some(WORDS));
        store.path("small").unwrap();
        let path = dir.path().join("small.bin");
        let before = std::fs::metadata(&path).unwrap().modified().unwrap();
        let mut bytes = WORDS.to_vec();
        bytes[0] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
        assert!(store.path("small").is_ok(), "size and time of change are as noted");
        assert!(matches!(store.verify("small"), Err(ModelError::Corrupt { .. })));
    }

    #[test]
    fn an_unknown_model_gets_the_nearest_name() {
        let (_dir, store) = store(None);
        assert!(store.path("smal").unwrap_err().to_string().contains("did you mean `small`?"));
        assert!(matches!(store.file("small", "config"), Err(ModelError::NoSuchFile { .. })));
    }
}
