//! The ONNX Runtime library: probed before `ort` touches it.
//!
//! `ort` finds the library at run time, and hangs or panics on one it cannot use. So every user of `ort` (the
//! voice detector, the voice) first calls [`init`], which looks at the file as a file, then loads it, then asks its
//! version, and only then hands it to `ort`.

use std::ffi::CStr;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{ModelError, Store};

/// The oldest 1.x that `ort` as built here accepts.
pub const OLDEST_MINOR: u32 = ort::MINOR_VERSION;

/// A library that `ort` must not see.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("cannot read {path}: {source}. Run `saycart models fetch onnxruntime`.")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path} is no shared library ({why}). Run `saycart models fetch onnxruntime`.")]
    NotALibrary { path: PathBuf, why: &'static str },
    #[error("{path} is for another kind of processor. Run `saycart models fetch onnxruntime` on this machine.")]
    WrongProcessor { path: PathBuf },
    #[error("{path} cannot be loaded: {why}. ONNX Runtime needs glibc 2.28 or newer and libstdc++ on this machine.")]
    Load { path: PathBuf, why: String },
    #[error("{path} is a library, but not ONNX Runtime. Run `saycart models fetch onnxruntime`.")]
    NotTheRuntime { path: PathBuf },
    #[error(
        "{path} is ONNX Runtime {version}; 1.{OLDEST_MINOR} or newer is needed. Run `saycart models fetch onnxruntime`."
    )]
    TooOld { path: PathBuf, version: String },
    #[error("ONNX Runtime at {path} does not start: {why}. Run `saycart models verify onnxruntime`.")]
    Start { path: PathBuf, why: String },
}

/// Makes `ort` ready with the store's library, once for the whole process; further calls return at once.
///
/// Call it before anything that makes an ONNX session.
///
/// # Errors
/// A missing or broken file as [`Store::path`]; a library that is not usable as [`RuntimeError`]. Nothing is
/// remembered of a failure, so a later call may succeed.
pub fn init(store: &Store) -> Result<(), ModelError> {
    static READY: Mutex<bool> = Mutex::new(false);
    let mut ready = READY.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if *ready {
        return Ok(());
    }
    let path = store.path("onnxruntime")?;
    // `ort` reads a relative path from the program's place, not from the working directory.
    let path = std::path::absolute(&path).unwrap_or(path);
    let version = probe(&path)?;
    let builder =
        ort::init_from(&path).map_err(|error| RuntimeError::Start { path: path.clone(), why: error.to_string() })?;
    builder.with_name("saycart").with_telemetry(false).commit();
    tracing::debug!("ONNX Runtime {version} from {}", path.display());
    *ready = true;
    Ok(())
}

/// The version of the ONNX Runtime at `path`, or why it cannot be used. Does not involve `ort`.
///
/// # Errors
/// See [`RuntimeError`]; each says what to do.
pub fn probe(path: &Path) -> Result<String, RuntimeError> {
    check_elf(path)?;
    let failed = |error: libloading::Error| RuntimeError::Load { path: path.into(), why: error.to_string() };
    // SAFETY: loading runs the library's initialisers. The file has just been seen to be a whole library for this
    // processor, and the store hands out only the published build, by its hash.
    let library = unsafe { libloading::Library::new(path) }.map_err(failed)?;
    type GetApiBase = unsafe extern "C" fn() -> *const ort::sys::OrtApiBase;
    // SAFETY: ONNX Runtime's C interface has had this one entry with this signature since its first release.
    let version = unsafe {
        let entry = library
            .get::<GetApiBase>(b"OrtGetApiBase\0")
            .map_err(|_| RuntimeError::NotTheRuntime { path: path.into() })?;
        let base = entry().as_ref().ok_or_else(|| RuntimeError::NotTheRuntime { path: path.into() })?;
        CStr::from_ptr((base.GetVersionString)()).to_string_lossy().into_owned()
    };
    // It stays loaded: unloading would run destructors of threads it may have started, and `ort` wants it next.
    std::mem::forget(library);
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if major != 1 || minor < OLDEST_MINOR {
        return Err(RuntimeError::TooOld { path: path.into(), version });
    }
    Ok(version)
}

/// Looks at the ELF header and at the reach of the program headers. Loading a library that was cut off would not fail:
/// it would kill the process when a missing page is touched.
fn check_elf(path: &Path) -> Result<(), RuntimeError> {
    let unreadable = |source| RuntimeError::Unreadable { path: path.into(), source };
    let not = |why| RuntimeError::NotALibrary { path: path.into(), why };
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut head = [0; 64];
    file.read_exact(&mut head).map_err(|_| not("it does not begin like one"))?;
    if head[..4] != *b"\x7fELF" {
        return Err(not("it does not begin like one"));
    }
    let (class, order) = (head[4], head[5]);
    if class != 2 || order != 1 || u16_at(&head, 18) != machine() {
        return Err(RuntimeError::WrongProcessor { path: path.into() });
    }
    const SHARED: u16 = 3;
    if u16_at(&head, 16) != SHARED {
        return Err(not("it is a program or an object file"));
    }
    file.seek(SeekFrom::Start(u64_at(&head, 32))).map_err(unreadable)?;
    for _ in 0..u16_at(&head, 56) {
        let mut entry = [0; 56];
        file.read_exact(&mut entry).map_err(|_| not("it is cut off"))?;
        let (offset, size) = (u64_at(&entry, 8), u64_at(&entry, 32));
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(not("it is cut off"));
        }
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    (0..8).map(|n| u64::from(bytes[at + n]) << (8 * n)).sum()
}

/// `e_machine` of this processor.
fn machine() -> u16 {
    if cfg!(target_arch = "x86_64") { 62 } else { 183 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    /// Our own test program: a true ELF file for this processor, though not ONNX Runtime.
    fn own_program() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    #[test]
    fn a_missing_library_is_an_error_and_not_a_hang() {
        let error = probe(Path::new("/nonexistent/libonnxruntime.so")).unwrap_err();
        assert!(matches!(error, RuntimeError::Unreadable { .. }));
        assert!(error.to_string().contains("saycart models fetch onnxruntime"));
    }

    #[test]
    fn a_text_file_is_no_library() {
        let (_dir, path) = written("libonnxruntime.so", b"<html>404 not found</html>".repeat(9).as_slice());
        assert!(matches!(probe(&path), Err(RuntimeError::NotALibrary { .. })));
    }

    #[test]
    fn a_library_cut_off_is_found_out_before_it_is_loaded() {
        let whole = own_program();
        let (_dir, path) = written("libonnxruntime.so", &whole[..whole.len() / 10]);
        let error = probe(&path).unwrap_err();
        assert!(error.to_string().contains("it is cut off"), "{error}");
    }

    #[test]
    fn a_library_for_another_processor_is_named_so() {
        let mut other = own_program();
        other[18..20].copy_from_slice(&8u16.to_le_bytes()); // MIPS
        let (_dir, path) = written("libonnxruntime.so", &other);
        assert!(matches!(probe(&path), Err(RuntimeError::WrongProcessor { .. })));
    }

    #[test]
    fn a_library_of_something_else_is_not_taken_for_the_runtime() {
        // Of this processor: a machine may hold libraries of others beside them.
        let libm = [format!("/lib/{}-linux-gnu/libm.so.6", std::env::consts::ARCH), "/lib64/libm.so.6".into()];
        let Some(path) = libm.iter().map(Path::new).find(|path| path.exists()) else { return };
        assert!(matches!(probe(path), Err(RuntimeError::NotTheRuntime { .. })));
    }
}
