//! A disk cache of spoken sentences: a shop says the same things all day, and reading a file takes no voice. What is private is
//! never written.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use sha2::{Digest, Sha256};

use crate::message::{Sentence, Sound};

use super::{TtsError, Voice};

/// A voice that remembers on disk what it has said. Whatever is wrong with the disk costs time, never speech.
///
/// One WAV file (16 bits, mono) a sentence, named by the hash of voice and text. When they take more than the limit,
/// those unused for longest go first.
pub struct Cached<V> {
    voice: V,
    dir: PathBuf,
    limit: u64,
    entries: HashMap<OsString, Entry>,
    bytes: u64,
    /// What is private and will be wanted at once.
    ready: Option<(String, Sound)>,
    /// One warning is enough: a full disk fails with every sentence.
    warned: bool,
}

struct Entry {
    bytes: u64,
    used: SystemTime,
}

/// The time of use is written to disk at most this often, to spare flash memory.
const TOUCH_AFTER: Duration = Duration::from_secs(3600);

/// Raise it when the same voice and text come to sound otherwise (cut, level).
const FORMAT: u8 = 3;

impl<V: Voice> Cached<V> {
    /// Keep sentences in `dir`, at most `limit` bytes of them.
    pub fn new(voice: V, dir: PathBuf, limit: u64) -> Cached<V> {
        let mut cached = Cached { voice, dir, limit, entries: HashMap::new(), bytes: 0, ready: None, warned: false };
        if let Err(error) = cached.take_stock() {
            cached.warn(&error);
        }
        cached
    }

    /// The voice itself, to be told how to speak.
    pub fn voice(&mut self) -> &mut V {
        &mut self.voice
    }

    fn take_stock(&mut self) -> io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        for file in std::fs::read_dir(&self.dir)?.flatten() {
            let Ok(data) = file.metadata() else { continue };
            let used = data.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            if file.file_name().as_encoded_bytes().starts_with(b".") {
                // Left behind by a process that was killed while writing.
                if used.elapsed().is_ok_and(|age| age > TOUCH_AFTER) {
                    let _ = std::fs::remove_file(file.path());
                }
                continue;
            }
            self.bytes += data.len();
            self.entries.insert(file.file_name(), Entry { bytes: data.len(), used });
        }
        self.evict();
        Ok(())
    }

    fn name(&self, sentence: &str) -> OsString {
        let mut hash = Sha256::new();
        hash.update(self.voice.identity());
        hash.update([0, FORMAT]);
        hash.update(sentence);
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{hex}.wav").into()
    }

    /// What is on disk, if it is whole; another process may have put it there.
    fn read(&mut self, name: &OsString) -> Option<Sound> {
        let path = self.dir.join(name);
        let file = File::open(&path).ok()?;
        match decode(&file, self.voice.rate()) {
            Ok(sound) => {
                let now = SystemTime::now();
                let bytes = file.metadata().map_or(0, |data| data.len());
                let known = self.entries.insert(name.clone(), Entry { bytes, used: now });
                self.bytes = self.bytes.saturating_sub(known.as_ref().map_or(0, |entry| entry.bytes)) + bytes;
                if known.is_none_or(|entry| entry.used.elapsed().is_ok_and(|age| age > TOUCH_AFTER)) {
                    let _ = file.set_modified(now);
                }
                Some(sound)
            }
            Err(error) => {
                tracing::warn!("made a spoken sentence anew: {} was damaged ({error})", path.display());
                self.forget(name);
                None
            }
        }
    }

    fn write(&mut self, name: OsString, sound: &Sound) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        encode(file.as_file_mut(), sound).map_err(io::Error::other)?;
        let bytes = file.as_file().metadata()?.len();
        if bytes > self.limit {
            return Ok(());
        }
        file.persist(self.dir.join(&name))?;
        self.bytes += bytes;
        if let Some(before) = self.entries.insert(name, Entry { bytes, used: SystemTime::now() }) {
            self.bytes = self.bytes.saturating_sub(before.bytes);
        }
        self.evict();
        Ok(())
    }

    fn evict(&mut self) {
        while self.bytes > self.limit {
            let Some(oldest) = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(name, _)| name.clone())
            else {
                return;
            };
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, name: &OsString) {
        let _ = std::fs::remove_file(self.dir.join(name));
        if let Some(entry) = self.entries.remove(name) {
            self.bytes = self.bytes.saturating_sub(entry.bytes);
        }
    }

    fn warn(&mut self, error: &io::Error) {
        if !std::mem::replace(&mut self.warned, true) {
            tracing::warn!(
                "cannot keep spoken sentences in {}: {error}. Speech goes on, each sentence made anew; free some room \
                 there, or turn the cache off with speak.cache_mb = 0.",
                self.dir.display()
            );
        }
    }
}

impl<V: Voice> Voice for Cached<V> {
    fn rate(&self) -> u32 {
        self.voice.rate()
    }

    fn identity(&self) -> &str {
        self.voice.identity()
    }

    fn warm_up(&mut self) -> Result<(), TtsError> {
        self.voice.warm_up()
    }

    fn rest(&mut self) {
        self.voice.rest();
    }

    fn prepare(&mut self, sentence: &Sentence) -> Result<(), TtsError> {
        let sound = self.say(sentence)?;
        if sentence.private {
            self.ready = Some((sentence.text.clone(), sound));
        }
        Ok(())
    }

    fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
        let name = self.name(sentence);
        if let Some(sound) = self.read(&name) {
            return Ok(sound);
        }
        let mut sound = self.voice.speak(sentence)?;
        // As it will be read back, so that the first time sounds like every later one.
        sound.samples.iter_mut().for_each(|sample| *sample = from_bits(to_bits(*sample)));
        if let Err(error) = self.write(name, &sound) {
            self.warn(&error);
        }
        Ok(sound)
    }

    fn say(&mut self, sentence: &Sentence) -> Result<Sound, TtsError> {
        let Sentence { text, private: true } = sentence else { return self.speak(&sentence.text) };
        let ready = self.ready.take().filter(|(ready, _)| ready == text).map(|(_, sound)| sound);
        // A part of it ("Okay,") may be what the shop says all day.
        match ready.or_else(|| self.read(&self.name(text))) {
            Some(sound) => Ok(sound),
            None => self.voice.speak(text),
        }
    }
}

fn encode(file: &mut File, sound: &Sound) -> Result<(), hound::Error> {
    let spec = WavSpec { channels: 1, sample_rate: sound.rate, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::new(BufWriter::new(file), spec)?;
    for sample in &sound.samples {
        writer.write_sample(to_bits(*sample))?;
    }
    writer.finalize()
}

fn decode(file: &File, rate: u32) -> Result<Sound, hound::Error> {
    let reader = WavReader::new(BufReader::new(file))?;
    let spec = reader.spec();
    if (spec.channels, spec.sample_rate, spec.bits_per_sample) != (1, rate, 16) {
        return Err(hound::Error::FormatError("not as this voice speaks"));
    }
    let samples: Result<Vec<i16>, _> = reader.into_samples().collect();
    Ok(Sound { samples: samples?.into_iter().map(from_bits).collect(), rate })
}

/// Full scale is 32,767 both ways.
fn to_bits(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

fn from_bits(bits: i16) -> f32 {
    f32::from(bits) / f32::from(i16::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::Tone;
    use super::*;

    /// Counts how often it had to speak.
    struct Counting(Tone, Arc<AtomicUsize>);

    impl Voice for Counting {
        fn rate(&self) -> u32 {
            self.0.rate()
        }
        fn identity(&self) -> &str {
            self.0.identity()
        }
        fn speak(&mut self, sentence: &str) -> Result<Sound, TtsError> {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.speak(sentence)
        }
    }

    /// A cached voice in a directory, and how often it had to speak.
    fn cached(dir: &std::path::Path, limit: u64) -> (Cached<Counting>, impl Fn() -> usize + use<>) {
        let count = Arc::new(AtomicUsize::new(0));
        let voice = Cached::new(Counting(Tone, count.clone()), dir.into(), limit);
        (voice, move || count.load(Ordering::Relaxed))
    }

    #[test]
    fn what_was_said_once_is_not_made_again_even_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let (mut voice, made) = cached(dir.path(), 1 << 20);
        let first = voice.speak("two lattes").unwrap();
        assert_eq!(voice.speak("two lattes").unwrap(), first);
        assert_eq!(made(), 1);
        let (mut later, made) = cached(dir.path(), 1 << 20);
        assert_eq!(later.speak("two lattes").unwrap(), first);
        assert_eq!(made(), 0);
        later.speak("three lattes").unwrap();
        assert_eq!(made(), 1);
    }

    #[test]
    fn of_what_is_private_nothing_is_written_and_what_was_prepared_is_said_once() {
        let dir = tempfile::tempdir().unwrap();
        let (mut voice, made) = cached(dir.path(), 1 << 20);
        let private = Sentence { text: "for Ann".into(), private: true };
        voice.prepare(&private).unwrap();
        let sound = voice.say(&private).unwrap();
        assert_eq!(made(), 1, "it was there already");
        assert_eq!(voice.say(&private).unwrap(), sound);
        assert_eq!(made(), 2, "and was held no longer");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        voice.say(&Sentence::ours("okay")).unwrap();
        voice.say(&Sentence { text: "okay".into(), private: true }).unwrap();
        assert_eq!(made(), 3, "what the shop says all day is read");
    }

    #[test]
    fn a_damaged_file_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut voice, made) = cached(dir.path(), 1 << 20);
        let whole = voice.speak("two lattes").unwrap();
        let path = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for damaged in
            [&b""[..], b"RIFF", &bytes[..bytes.len() / 2], b"not a sound at all, and long enough for a header"]
        {
            let before = made();
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(voice.speak("two lattes").unwrap(), whole);
            assert_eq!(made(), before + 1);
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn the_sentences_unused_for_longest_go_first() {
        let dir = tempfile::tempdir().unwrap();
        // Ten letters are 0.6 s or 26,460 bytes, and a header.
        let (mut voice, made) = cached(dir.path(), 60_000);
        voice.speak("aaaaaaaaaa").unwrap();
        voice.speak("bbbbbbbbbb").unwrap();
        voice.speak("aaaaaaaaaa").unwrap();
        voice.speak("cccccccccc").unwrap();
        assert_eq!(made(), 3);
        voice.speak("aaaaaaaaaa").unwrap();
        assert_eq!(made(), 3, "used lately, so kept");
        voice.speak("bbbbbbbbbb").unwrap();
        assert_eq!(made(), 4, "gone, so made again");
        let kept: u64 =
            std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert!(kept <= 60_000, "{kept}");
    }

    #[test]
    fn a_sentence_larger_than_the_cache_is_spoken_and_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (mut voice, _) = cached(dir.path(), 10_000);
        assert!(!voice.speak("aaaaaaaaaa").unwrap().samples.is_empty());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_cannot_be_written_costs_no_speech() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("in the way");
        std::fs::write(&file, "").unwrap();
        let (mut voice, made) = cached(&file.join("cache"), 1 << 20);
        assert!(!voice.speak("two lattes").unwrap().samples.is_empty());
        assert!(!voice.speak("two lattes").unwrap().samples.is_empty());
        assert_eq!(made(), 2);
    }

    #[test]
    fn a_full_disk_is_noticed_before_a_file_counts_as_kept() {
        // Refuses every byte: the nearest to a full disk that needs no privileges.
        let mut full = File::options().write(true).open("/dev/full").unwrap();
        let sound = Tone.speak("two lattes").unwrap();
        assert!(encode(&mut full, &sound).is_err());
    }
}
