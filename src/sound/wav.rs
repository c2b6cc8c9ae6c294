//! WAV files in and out: any sample rate, channel count and bit depth becomes mono f32.
//!
//! They are read here and not by a library, because recordings in the wild have odd-sized chunks, endless lengths
//! (streams), cut ends and other recordings behind them (`chunks`); the samples are then the lesser part (`samples`).

mod chunks;
mod samples;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::resample::{ResampleError, to_hearing_rate};
use crate::message::{HEARING_RATE, Sound};
use samples::Format;

#[derive(Debug, thiserror::Error)]
pub enum WavError {
    #[error("cannot read {name}: {source}. Check the path and its permissions.")]
    Read { name: String, source: std::io::Error },
    #[error("cannot write {path}: {source}. Check that the directory exists, is writable and not full.")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{name} is empty (0 bytes). Record it again, or check what was to write it.")]
    Empty { name: String },
    #[error("{name} is not a WAV file{}. Convert it first, for example: ffmpeg -i INPUT -ar 16000 -ac 1 output.wav", .looks_like.map(|kind| format!(" (it looks like {kind})")).unwrap_or_default())]
    NotWav { name: String, looks_like: Option<&'static str> },
    #[error("{name} ends before any sound: {missing}. The recording was cut off; record or copy it again.")]
    Truncated { name: String, missing: &'static str },
    #[error(
        "{name} has {codec} inside, which is not supported. Convert it to PCM: ffmpeg -i INPUT -ac 1 -ar 16000 -c:a pcm_s16le output.wav"
    )]
    Unsupported { name: String, codec: String },
    #[error(
        "{name} has a header that makes no sense: {detail}. Record it again, or convert it: ffmpeg -i INPUT output.wav"
    )]
    Malformed { name: String, detail: String },
    #[error("{name} is a WAV file with no sound in it (0 samples). Record it again.")]
    NoSamples { name: String },
    #[error("{name} has recordings of several rates, and {source}")]
    Rates { name: String, source: ResampleError },
}

/// Read a WAV file, or standard input for `-`. Channels are averaged; the sample rate is the file's own.
///
/// A file cut off in its data gives what is there, with a warning; it is an error only where nothing is left. Several
/// recordings one after the other, as `cat` makes them, are one sound.
pub fn read(path: &Path) -> Result<Sound, WavError> {
    let stdin = path.as_os_str() == "-";
    let name = if stdin { "standard input".to_string() } else { path.display().to_string() };
    let mut bytes = Vec::new();
    let result = if stdin {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|content| bytes = content)
    };
    result.map_err(|source| WavError::Read { name: name.clone(), source })?;
    parse(&bytes, &name)
}

/// Decode a whole WAV file; `name` is how errors call it.
pub fn parse(bytes: &[u8], name: &str) -> Result<Sound, WavError> {
    if bytes.is_empty() {
        return Err(WavError::Empty { name: name.into() });
    }
    let (mut sounds, mut silent) = (Vec::new(), None);
    for recording in chunks::recordings(bytes) {
        match decode(recording, name) {
            Ok(sound) => sounds.push(sound),
            // Nothing to be heard in one recording is no reason not to hear the others.
            Err(error @ (WavError::NoSamples { .. } | WavError::Truncated { .. })) => silent = silent.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    match (sounds.pop(), silent) {
        (None, silent) => Err(silent.unwrap_or_else(|| WavError::NoSamples { name: name.into() })),
        (Some(only), None) if sounds.is_empty() => Ok(only),
        (Some(last), silent) => {
            if let Some(silent) = silent {
                tracing::warn!("of several recordings in one file: {silent} The others are heard.");
            }
            sounds.push(last);
            joined(sounds).map_err(|source| WavError::Rates { name: name.into(), source })
        }
    }
}

/// The one recording in the bytes.
fn decode(bytes: &[u8], name: &str) -> Result<Sound, WavError> {
    let (format, data) = chunks::of(bytes, name)?;
    let format = Format::read(format, name)?;
    let samples = format.mono(data);
    if samples.is_empty() {
        Err(WavError::NoSamples { name: name.into() })
    } else {
        Ok(Sound { samples, rate: format.rate })
    }
}

/// One after the other; at the rate of all, or at the one that they will be heard at.
fn joined(sounds: Vec<Sound>) -> Result<Sound, ResampleError> {
    let rate = sounds.first().map_or(HEARING_RATE, |sound| sound.rate);
    if sounds.iter().all(|sound| sound.rate == rate) {
        return Ok(Sound { samples: sounds.into_iter().flat_map(|sound| sound.samples).collect(), rate });
    }
    let heard = sounds.iter().map(to_hearing_rate).collect::<Result<Vec<_>, _>>()?;
    // Resampling rounds a corner beyond full scale now and then.
    let samples = heard.into_iter().flatten().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    Ok(Sound { samples, rate: HEARING_RATE })
}

/// Write 16-bit mono PCM; samples beyond ±1 are clipped.
pub fn write(path: &Path, sound: &Sound) -> Result<(), WavError> {
    let failed = |source| WavError::Write { path: path.into(), source };
    let mut file = std::fs::File::create(path).map_err(failed)?;
    file.write_all(&encode(sound)).map_err(failed)
}

/// The bytes of a 16-bit mono PCM WAV file.
pub fn encode(sound: &Sound) -> Vec<u8> {
    let mut fmt = Vec::with_capacity(16);
    fmt.extend_from_slice(&1u16.to_le_bytes());
    fmt.extend_from_slice(&1u16.to_le_bytes());
    fmt.extend_from_slice(&sound.rate.to_le_bytes());
    fmt.extend_from_slice(&sound.rate.saturating_mul(2).to_le_bytes());
    fmt.extend_from_slice(&2u16.to_le_bytes());
    fmt.extend_from_slice(&16u16.to_le_bytes());
    let data: Vec<u8> = sound
        .samples
        .iter()
        .flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16).to_le_bytes())
        .collect();
    file(&fmt, &data)
}

/// A minimal WAV file of these two chunks.
fn file(fmt: &[u8], data: &[u8]) -> Vec<u8> {
    let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut bytes = Vec::with_capacity(28 + fmt.len() + data.len());
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&length(20 + fmt.len() + data.len()));
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&length(fmt.len()));
    bytes.extend_from_slice(fmt);
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&length(data.len()));
    bytes.extend_from_slice(data);
    bytes
}

#[cfg(test)]
mod tests;
