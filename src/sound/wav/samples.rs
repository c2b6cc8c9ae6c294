//! From the bytes of a `data` chunk to samples in −1 … 1: integers, floating point, and the telephone's G.711.

use super::WavError;

const PCM: u16 = 0x0001;
const FLOAT: u16 = 0x0003;
const A_LAW: u16 = 0x0006;
const MU_LAW: u16 = 0x0007;
/// The true tag stands at the head of a sub-format, whose other bytes are always these.
const EXTENSIBLE: u16 = 0xfffe;
const SUB_FORMAT: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// Names for the other codecs that people meet in WAV files.
const CODECS: [(u16, &str); 18] = [
    (0x0002, "Microsoft ADPCM"),
    (0x0010, "OKI ADPCM"),
    (0x0011, "IMA ADPCM"),
    (0x0014, "G.723 ADPCM"),
    (0x0017, "Dialogic ADPCM"),
    (0x0020, "Yamaha ADPCM"),
    (0x0022, "TrueSpeech"),
    (0x0031, "GSM 6.10"),
    (0x0040, "G.721 ADPCM"),
    (0x0042, "G.723.1"),
    (0x0045, "G.726 ADPCM"),
    (0x0050, "MPEG audio"),
    (0x0055, "MP3"),
    (0x0064, "G.726 ADPCM"),
    (0x0065, "G.722"),
    (0x00ff, "AAC"),
    (0x0161, "Windows Media Audio"),
    (0xf1ac, "FLAC"),
];

/// One sample out of its bytes.
type Decode = fn(&[u8]) -> f64;

/// What a `fmt ` chunk says.
pub struct Format {
    pub rate: u32,
    channels: usize,
    /// Bytes of a sample, and of one sample of each channel.
    width: usize,
    block: usize,
    decode: Decode,
}

impl Format {
    /// `chunk` has at least 16 bytes.
    pub fn read(chunk: &[u8], name: &str) -> Result<Format, WavError> {
        let malformed = |detail: String| WavError::Malformed { name: name.into(), detail };
        let unsupported = |codec: String| WavError::Unsupported { name: name.into(), codec };
        let field = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
        let (channels, block, bits) = (usize::from(field(2)), usize::from(field(12)), field(14));
        let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        let tag = match (field(0), chunk.get(24..40)) {
            (EXTENSIBLE, Some(sub)) if sub[2..] == SUB_FORMAT => u16::from_le_bytes([sub[0], sub[1]]),
            (EXTENSIBLE, Some(_)) => return Err(unsupported("sound of an unknown sub-format".into())),
            (EXTENSIBLE, None) => return Err(malformed("an extensible format without its sub-format".into())),
            (tag, _) => tag,
        };
        // First, for other codecs have blocks that make no sense as samples.
        if !matches!(tag, PCM | FLOAT | A_LAW | MU_LAW) {
            let known = CODECS.iter().find(|(known, _)| *known == tag).map(|(_, codec)| (*codec).to_string());
            return Err(unsupported(known.unwrap_or_else(|| format!("sound of format tag {tag:#06x}"))));
        }
        if channels == 0 || block == 0 || !block.is_multiple_of(channels) {
            return Err(malformed(format!("{channels} channels, {block} bytes a frame")));
        }
        if !(1_000..=768_000).contains(&rate) {
            return Err(malformed(format!("a sample rate of {rate} Hz")));
        }
        let width = block / channels;
        let decode = decoder(tag, width, bits).ok_or_else(|| unsupported(format!("{bits}-bit samples")))?;
        Ok(Format { rate, channels, width, block, decode })
    }

    /// Whole frames, each channel counting alike; what is no number is silence.
    pub fn mono(&self, data: &[u8]) -> Vec<f32> {
        let sample = |bytes| Some((self.decode)(bytes)).filter(|value| (*value as f32).is_finite()).unwrap_or(0.0);
        let frames = data.chunks_exact(self.block);
        let means = frames.map(|frame| frame.chunks_exact(self.width).map(sample).sum::<f64>() / self.channels as f64);
        let mut samples: Vec<f32> = means.map(|mean| mean as f32).collect();
        within_full_scale(&mut samples, self.rate);
        samples
    }
}

/// Integers fill their bytes from the top, so that their bits need not be counted; but for ALSA's S24_LE, three bytes
/// below an empty one.
fn decoder(tag: u16, width: usize, bits: u16) -> Option<Decode> {
    Some(match (tag, width, bits) {
        (PCM, 1, 1..=8) => |b| (f64::from(b[0]) - 128.0) / 128.0,
        (PCM, 2, 1..=16) => |b| integer([0, 0, b[0], b[1]]),
        (PCM, 3, 1..=24) | (PCM, 4, 24) => |b| integer([0, b[0], b[1], b[2]]),
        (PCM, 4, 1..=32) => |b| integer([b[0], b[1], b[2], b[3]]),
        (FLOAT, 4, _) => |b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
        (FLOAT, 8, _) => |b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
        (A_LAW, 1, _) => |b| f64::from(a_law(b[0])) / 32_768.0,
        (MU_LAW, 1, _) => |b| f64::from(mu_law(b[0])) / 32_768.0,
        _ => return None,
    })
}

fn integer(bytes: [u8; 4]) -> f64 {
    f64::from(i32::from_le_bytes(bytes)) / 2f64.powi(31)
}

/// ITU-T G.711: a sign, the segment, and where in it, of 16 steps; every other bit is turned over on the line.
pub(super) fn a_law(byte: u8) -> i32 {
    let code = byte ^ 0x55;
    let (segment, step) = (i32::from(code >> 4 & 7), i32::from(code & 15));
    // The middle of the step. Only the first segment begins at zero; each is as wide as all before it.
    let size = if segment == 0 { 16 * step + 8 } else { (16 * step + 264) << (segment - 1) };
    if code & 0x80 == 0 { -size } else { size }
}

/// ITU-T G.711 as well: all bits are turned over on the line, and segments begin 33 steps of the finest below zero.
pub(super) fn mu_law(byte: u8) -> i32 {
    const BIAS: i32 = 132;
    let code = !byte;
    let (segment, step) = (i32::from(code >> 4 & 7), i32::from(code & 15));
    let size = ((8 * step + BIAS) << segment) - BIAS;
    if code & 0x80 == 0 { size } else { -size }
}

/// Of floating-point sound as much as this may be clicks that are clipped, in seconds, or this share of it.
const CLICKS: f32 = 0.005;
const CLICKS_SHARE: usize = 1000;

/// Floating point can be louder than full scale, up to that of integers, where no stage hears speech any more: it is
/// brought down to where all but clicks fit.
fn within_full_scale(samples: &mut [f32], rate: u32) {
    if samples.iter().all(|sample| sample.abs() <= 1.0) {
        return;
    }
    let mut levels: Vec<f32> = samples.iter().map(|sample| sample.abs()).collect();
    let clicks = ((rate as f32 * CLICKS) as usize).min(levels.len() / CLICKS_SHARE);
    let at = levels.len() - 1 - clicks;
    let (_, loudest, _) = levels.select_nth_unstable_by(at, f32::total_cmp);
    let full_scale = loudest.max(1.0);
    samples.iter_mut().for_each(|sample| *sample = (*sample / full_scale).clamp(-1.0, 1.0));
}
