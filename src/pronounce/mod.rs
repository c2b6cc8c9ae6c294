//! eSpeak NG, the pronouncer inside Piper: text → phonemes.
//!
//! The library keeps its state in C globals and is not thread-safe: every call goes through [`LIBRARY`], here and
//! nowhere else. Its data is embedded in the binary and unpacked once, because the path compiled into the library
//! points into a build tree that an installed binary does not have.

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use espeak_rs_sys as sys;
use sha2::{Digest, Sha256};

use crate::config::cache_dir;

/// Path below `espeak-ng-data/` and contents.
const DATA: &[(&str, &[u8])] = &[
    ("intonations", include_bytes!("../../assets/espeak-ng-data/intonations")),
    ("phondata", include_bytes!("../../assets/espeak-ng-data/phondata")),
    ("phonindex", include_bytes!("../../assets/espeak-ng-data/phonindex")),
    ("phontab", include_bytes!("../../assets/espeak-ng-data/phontab")),
    ("en_dict", include_bytes!("../../assets/espeak-ng-data/en_dict")),
    ("lang/gmw/en-US", include_bytes!("../../assets/espeak-ng-data/lang/gmw/en-US")),
];

/// The pronouncer does not work.
#[derive(Debug, thiserror::Error)]
pub enum PronounceError {
    #[error(
        "cannot unpack the pronunciation data to {path}: {source}. Make room there, or let XDG_CACHE_HOME name a directory that can be written."
    )]
    Unpack { path: PathBuf, source: std::io::Error },
    #[error("eSpeak NG does not start with the pronunciation data in {0}. Remove that directory and start again.")]
    Pronouncer(PathBuf),
    #[error(
        "eSpeak NG has no voice `{0}`. The language file or the voice model asks for it: use a model for a language that saycart speaks."
    )]
    UnknownVoice(String),
}

/// The C library holds its data path in 160 bytes.
const LONGEST_PATH: usize = 130;

/// The voice that is set in the library, once it has started.
static LIBRARY: Mutex<Option<String>> = Mutex::new(None);

/// `text` in IPA as eSpeak NG's `voice` (such as "en-us") says it: words apart by single spaces, stress marked,
/// without punctuation. Text with nothing to say gives an empty string.
pub fn phonemes(voice: &str, text: &str) -> Result<String, PronounceError> {
    let ipa = clauses(voice, text)?.join(" ");
    let bare: String = ipa.chars().map(|c| if CLAUSE_ENDS.contains(&c) { ' ' } else { c }).collect();
    Ok(bare.split_whitespace().collect::<Vec<_>>().join(" "))
}

const CLAUSE_ENDS: [char; 6] = ['.', ',', ';', ':', '?', '!'];

/// The same clause by clause, each ending in the punctuation that gives it its melody: what Piper's models want.
pub fn clauses(voice: &str, text: &str) -> Result<Vec<String>, PronounceError> {
    // One call a line at most; a NUL would end the text early.
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !text.chars().any(char::is_alphanumeric) {
        return Ok(Vec::new());
    }
    let text = CString::new(text).unwrap_or_default();
    // A panic under the lock leaves C state that is still whole: each call sets it anew.
    let mut library = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    choose_voice(&mut library, voice)?;
    let mode = sys::espeakINITIALIZE_PHONEME_IPA as i32;
    let mut rest: *const c_char = text.as_ptr();
    let mut at = 0;
    let mut clauses = Vec::new();
    while !rest.is_null() {
        // SAFETY: `rest` points into `text`, NUL-terminated UTF-8 that outlives the loop; the lock is held and the
        // library started; the result is a buffer of the library, valid until the next call, and copied at once.
        let clause = unsafe {
            let ipa =
                sys::espeak_TextToPhonemes((&raw mut rest).cast::<*const c_void>(), sys::espeakCHARS_UTF8 as i32, mode);
            if ipa.is_null() { String::new() } else { CStr::from_ptr(ipa).to_string_lossy().into_owned() }
        };
        let next = if rest.is_null() { text.as_bytes().len() } else { rest.addr() - text.as_ptr().addr() };
        let clause = without_language_switches(&clause);
        if !clause.trim().is_empty() {
            clauses.push(format!("{}{}", clause.trim(), ending(&text.as_bytes()[at..next])));
        }
        if next <= at {
            break; // it always reads on; if it once did not, this loop would never end
        }
        at = next;
    }
    Ok(clauses)
}

/// The punctuation that ended a clause: the last in what was read, for the library reads a little ahead. The end of
/// the text is a full stop.
fn ending(read: &[u8]) -> char {
    read.iter().rev().map(|&byte| char::from(byte)).find(|c| CLAUSE_ENDS.contains(c)).unwrap_or('.')
}

/// eSpeak NG marks words of another language as `(fr)…(en)`.
fn without_language_switches(ipa: &str) -> String {
    let mut depth = 0_usize;
    ipa.chars()
        .filter(|&c| {
            let inside = depth > 0 || c == '(';
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            !inside
        })
        .collect()
}

/// Start the library if need be and set its voice, if it is not set.
fn choose_voice(current: &mut Option<String>, voice: &str) -> Result<(), PronounceError> {
    if current.is_none() {
        start(&unpacked_data()?)?;
        *current = Some(String::new());
    }
    if current.as_deref() != Some(voice) {
        let name = CString::new(voice).map_err(|_| PronounceError::UnknownVoice(voice.into()))?;
        // SAFETY: the caller holds the lock and the library has started; the name is NUL-terminated and only read.
        if unsafe { sys::espeak_SetVoiceByName(name.as_ptr()) } != sys::espeak_ERROR_EE_OK {
            return Err(PronounceError::UnknownVoice(voice.into()));
        }
        *current = Some(voice.into());
    }
    Ok(())
}

fn start(data: &Path) -> Result<(), PronounceError> {
    let refused = || PronounceError::Pronouncer(data.into());
    let path = CString::new(data.as_os_str().as_encoded_bytes()).map_err(|_| refused())?;
    // SAFETY: called once, under the lock; the path is NUL-terminated and copied. Synchronous output starts no thread.
    let rate = unsafe {
        sys::espeak_Initialize(
            sys::espeak_AUDIO_OUTPUT_AUDIO_OUTPUT_SYNCHRONOUS,
            0,
            path.as_ptr(),
            sys::espeakINITIALIZE_DONT_EXIT as i32,
        )
    };
    if rate > 0 { Ok(()) } else { Err(refused()) }
}

/// The directory that holds `espeak-ng-data/`, made if it is not there: in the cache directory, else in the system's
/// directory for temporary files.
fn unpacked_data() -> Result<PathBuf, PronounceError> {
    let mut hash = Sha256::new();
    DATA.iter().for_each(|(_, bytes)| hash.update(bytes));
    let name: String = format!("espeak-{:x}", Short(&hash.finalize()));
    let mut failed = None;
    for parent in [cache_dir(), std::env::temp_dir().join("saycart")] {
        let home = parent.join(&name);
        if home.as_os_str().len() > LONGEST_PATH {
            continue;
        }
        match unpack(&home) {
            Ok(()) => return Ok(home),
            Err(source) => failed = failed.or(Some(PronounceError::Unpack { path: home, source })),
        }
    }
    Err(failed.unwrap_or_else(|| PronounceError::Pronouncer(cache_dir())))
}

struct Short<'a>(&'a [u8]);

impl std::fmt::LowerHex for Short<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Each file is written beside its place and renamed, so another process never reads half of one. A file that is
/// there but differs (cut short by a full disk, tampered with in a shared temporary directory) is made anew.
fn unpack(home: &Path) -> std::io::Result<()> {
    for (name, bytes) in DATA {
        let path = home.join("espeak-ng-data").join(name);
        if std::fs::read(&path).is_ok_and(|found| found == *bytes) {
            continue;
        }
        let directory = path.parent().unwrap_or(home);
        std::fs::create_dir_all(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        std::io::Write::write_all(&mut file, bytes)?;
        file.persist(&path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_pronounced() {
        assert_eq!(phonemes("en-us", "latte").unwrap(), "lˈɑːteɪ");
        assert_eq!(phonemes("en-us", "Large, please!").unwrap(), "lˈɑːɹdʒ plˈiːz");
    }

    #[test]
    fn clauses_keep_the_punctuation_that_gives_them_melody() {
        let clauses = clauses("en-us", "Two lattes, is that all?").unwrap();
        assert_eq!(clauses, ["tˈuː lˈɑːteɪz,", "ɪz ðæt ˈɔːl?"]);
    }

    #[test]
    fn nothing_to_say_is_no_error() {
        for nothing in ["", "  \n", "…", "\0", "?!", "🙂"] {
            assert_eq!(phonemes("en-us", nothing).unwrap(), "", "{nothing:?}");
        }
    }

    #[test]
    fn an_unknown_voice_is_named_and_the_next_call_works() {
        let error = phonemes("tlh", "latte").unwrap_err();
        assert!(error.to_string().contains("`tlh`"), "{error}");
        assert!(!phonemes("en-us", "latte").unwrap().is_empty());
    }

    #[test]
    fn many_threads_may_ask_at_once() {
        let alone = phonemes("en-us", "a large iced mocha with oat milk").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert_eq!(phonemes("en-us", "a large iced mocha with oat milk").unwrap(), alone);
                    }
                });
            }
        });
    }

    #[test]
    fn damaged_data_is_made_anew() {
        let home = tempfile::tempdir().unwrap();
        unpack(home.path()).unwrap();
        let dictionary = home.path().join("espeak-ng-data/en_dict");
        std::fs::write(&dictionary, b"cut sho").unwrap();
        unpack(home.path()).unwrap();
        assert_eq!(std::fs::read(&dictionary).unwrap(), DATA[4].1);
    }
}
