//! WAV files in and out: any sample rate, channel count and bit depth becomes mono f32.
//!
//! The chunks are walked here, because recordings in the wild have odd-sized chunks, endless lengths (streams) and cut
//! ends; the samples themselves are decoded by hound.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::message::Sound;

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
        "{name} has {codec} inside, which is not supported. Convert it to PCM: ffmpeg -i INPUT -c:a pcm_s16le output.wav"
    )]
    Unsupported { name: String, codec: String },
    #[error(
        "{name} has a header that makes no sense: {detail}. Record it again, or convert it: ffmpeg -i INPUT output.wav"
    )]
    Malformed { name: String, detail: String },
    #[error("{name} is a WAV file with no sound in it (0 samples). Record it again.")]
    NoSamples { name: String },
}

/// Read a WAV file, or standard input for `-`. Channels are averaged; the sample rate is the file's own.
///
/// A file cut off in its data gives what is there, with a warning; it is an error only where nothing is left.
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
    let (fmt, data) = chunks(bytes, name)?;
    let malformed = |detail: String| WavError::Malformed { name: name.into(), detail };
    let field = |at: usize| u16::from_le_bytes([fmt[at], fmt[at + 1]]);
    let (channels, block) = (usize::from(field(2)), usize::from(field(12)));
    if channels == 0 || block == 0 {
        return Err(malformed(format!("{channels} channels, {block} bytes a frame")));
    }
    let whole = data.len() / block * block;
    if whole == 0 {
        return Err(WavError::NoSamples { name: name.into() });
    }
    let mut reader = hound::WavReader::new(rebuilt(fmt, &data[..whole])).map_err(|error| match error {
        hound::Error::Unsupported => WavError::Unsupported { name: name.into(), codec: codec_name(fmt) },
        other => malformed(other.to_string()),
    })?;
    let spec = reader.spec();
    if !(1_000..=768_000).contains(&spec.sample_rate) {
        return Err(malformed(format!("a sample rate of {} Hz", spec.sample_rate)));
    }
    let decoded: Result<Vec<f32>, hound::Error> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect(),
        hound::SampleFormat::Int => {
            let full_scale = 2f32.powi(i32::from(spec.bits_per_sample) - 1);
            reader.samples::<i32>().map(|sample| sample.map(|s| s as f32 / full_scale)).collect()
        }
    };
    let interleaved = decoded.map_err(|error| match error {
        hound::Error::Unsupported => {
            WavError::Unsupported { name: name.into(), codec: format!("{}-bit samples", spec.bits_per_sample) }
        }
        other => malformed(other.to_string()),
    })?;
    let samples = interleaved
        .chunks_exact(channels)
        .map(|frame| {
            let mean = frame.iter().sum::<f32>() / channels as f32;
            if mean.is_finite() { mean } else { 0.0 }
        })
        .collect();
    Ok(Sound { samples, rate: spec.sample_rate })
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
    rebuilt(&fmt, &data).into_inner()
}

/// Lengths from here on mean "unknown": recorders that write to a pipe put one of several such values.
const STREAM_LENGTH: u32 = 0x7fff_0000;

/// The content of the `fmt ` and `data` chunks.
fn chunks<'a>(bytes: &'a [u8], name: &str) -> Result<(&'a [u8], &'a [u8]), WavError> {
    if bytes.is_empty() {
        return Err(WavError::Empty { name: name.into() });
    }
    let riff = bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64");
    if !riff || bytes.get(8..12).is_some_and(|kind| kind != b"WAVE") {
        return Err(WavError::NotWav { name: name.into(), looks_like: looks_like(bytes) });
    }
    let truncated = |missing| WavError::Truncated { name: name.into(), missing };
    let mut rest = bytes.get(12..).ok_or_else(|| truncated("its header is incomplete"))?;
    let mut fmt: Option<&[u8]> = None;
    loop {
        let Some((header, body)) = rest.split_at_checked(8) else {
            return Err(truncated("it has no sound data"));
        };
        let declared = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        match &header[..4] {
            b"data" => {
                let fmt = fmt.ok_or_else(|| WavError::Malformed {
                    name: name.into(),
                    detail: "the sound comes before its format".into(),
                })?;
                return Ok((fmt, data(declared, body, bytes, name)));
            }
            kind => {
                let length = declared as usize;
                let content = body.get(..length).ok_or_else(|| truncated("its header is incomplete"))?;
                if kind == b"fmt " {
                    if length < 16 {
                        return Err(WavError::Malformed {
                            name: name.into(),
                            detail: "a format of under 16 bytes".into(),
                        });
                    }
                    fmt = Some(content);
                }
                // Chunks are padded to an even length.
                rest = body.get(length + length % 2..).unwrap_or_default();
            }
        }
    }
}

/// The sound data that is really there.
fn data<'a>(declared: u32, body: &'a [u8], file: &[u8], name: &str) -> &'a [u8] {
    let riff_length = u32::from_le_bytes([file[4], file[5], file[6], file[7]]);
    let stream = declared >= STREAM_LENGTH || (declared == 0 && (riff_length as usize) < file.len().saturating_sub(8));
    if stream {
        return body;
    }
    let declared = declared as usize;
    if declared > body.len() && !body.is_empty() {
        tracing::warn!("{name} is cut off: {} of {declared} bytes of sound are there; using those", body.len());
    }
    &body[..declared.min(body.len())]
}

/// A minimal WAV file of these two chunks.
fn rebuilt(fmt: &[u8], data: &[u8]) -> std::io::Cursor<Vec<u8>> {
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
    std::io::Cursor::new(bytes)
}

/// Names for the format tags that people meet.
fn codec_name(fmt: &[u8]) -> String {
    match u16::from_le_bytes([fmt[0], fmt[1]]) {
        0x0002 | 0x0011 => "ADPCM".into(),
        0x0006 => "A-law".into(),
        0x0007 => "µ-law".into(),
        0x0055 => "MP3".into(),
        tag => format!("sound of format tag {tag:#06x}"),
    }
}

fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 8] = [
        (b"ID3", "MP3"),
        (b"\xff\xfb", "MP3"),
        (b"OggS", "Ogg"),
        (b"fLaC", "FLAC"),
        (b"RIFF", "another RIFF file"),
        (b"FORM", "AIFF"),
        (b"\x1a\x45\xdf\xa3", "WebM"),
        (b"{", "JSON"),
    ];
    kinds.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind).or_else(|| {
        let text = bytes.iter().take(256).all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        if text { Some("plain text") } else { (bytes.get(4..8) == Some(b"ftyp")).then_some("MP4") }
    })
}
