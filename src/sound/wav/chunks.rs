//! The chunks of WAV files as they are met: of odd length, of endless length (streams), cut off, one file after another.

use super::WavError;

/// Lengths from here on mean "unknown": recorders that write to a pipe put one of several such values.
const STREAM_LENGTH: u32 = 0x7fff_0000;

/// Each recording in a file, from its header to the next one's: `cat a.wav b.wav` makes one file of two. Lengths do not
/// tell where the next begins, for those of a stream are wrong; twelve bytes that chance does not put into sound do.
pub fn recordings(bytes: &[u8]) -> Vec<&[u8]> {
    let headers = bytes.windows(12).enumerate().skip(1).filter(|(_, window)| is_header(window)).map(|(at, _)| at);
    let mut recordings = Vec::new();
    let mut start = 0;
    for next in headers.chain([bytes.len()]) {
        recordings.push(&bytes[start..next]);
        start = next;
    }
    recordings
}

fn is_header(bytes: &[u8]) -> bool {
    (bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64")) && bytes.get(8..12) == Some(b"WAVE")
}

/// The content of a recording's `fmt ` and `data` chunks.
pub fn of<'a>(bytes: &'a [u8], name: &str) -> Result<(&'a [u8], &'a [u8]), WavError> {
    let riff = bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64");
    if !riff || bytes.get(8..12).is_some_and(|kind| kind != b"WAVE") {
        return Err(WavError::NotWav { name: name.into(), looks_like: looks_like(bytes) });
    }
    let truncated = |missing| WavError::Truncated { name: name.into(), missing };
    let malformed = |detail: &str| WavError::Malformed { name: name.into(), detail: detail.into() };
    let mut rest = bytes.get(12..).ok_or_else(|| truncated("its header is incomplete"))?;
    let mut format: Option<&[u8]> = None;
    loop {
        let Chunk { kind, declared, body } = Chunk::first(rest).ok_or_else(|| truncated("it has no sound data"))?;
        if kind == b"data" {
            let format = format.ok_or_else(|| malformed("the sound comes before its format"))?;
            return Ok((format, sound(declared, body, name)));
        }
        let content = body.get(..declared as usize).ok_or_else(|| truncated("its header is incomplete"))?;
        if kind == b"fmt " {
            if content.len() < 16 {
                return Err(malformed("a format of under 16 bytes"));
            }
            format = Some(content);
        }
        rest = after(declared, body);
    }
}

struct Chunk<'a> {
    kind: &'a [u8],
    declared: u32,
    /// Everything behind the chunk's header, be it its own or not.
    body: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (header, body) = bytes.split_at_checked(8)?;
        let declared = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        Some(Chunk { kind: &header[..4], declared, body })
    }
}

/// What follows a chunk; chunks are padded to an even length.
fn after(declared: u32, body: &[u8]) -> &[u8] {
    let length = declared as usize;
    body.get(length + length % 2..).unwrap_or_default()
}

/// The sound data that is really there.
fn sound<'a>(declared: u32, body: &'a [u8], name: &str) -> &'a [u8] {
    // A recorder that never came to write the length leaves zero there, whatever its other lengths say.
    if declared >= STREAM_LENGTH || (declared == 0 && !is_chunks(body)) {
        return body;
    }
    let declared = declared as usize;
    if declared > body.len() && !body.is_empty() {
        tracing::warn!("{name} is cut off: {} of {declared} bytes of sound are there; using those", body.len());
    }
    &body[..declared.min(body.len())]
}

/// Whether the bytes are chunks to their very end, as sound never is.
fn is_chunks(mut bytes: &[u8]) -> bool {
    while let Some(Chunk { kind, declared, body }) = Chunk::first(bytes) {
        let named = kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        if !named || declared as usize > body.len() {
            return false;
        }
        bytes = after(declared, body);
    }
    bytes.is_empty()
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
