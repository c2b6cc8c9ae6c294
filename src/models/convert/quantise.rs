//! ggml in f16 → ggml with fewer bits a weight.
//!
//! Only the two-dimensional f16 tensors change: they are nearly all of the file, and the only ones that whisper.cpp
//! multiplies in quantised form. Blocks of 32 weights of a row share their scale, as ggml's reference code has it.

use std::io::Write;

use half::f16;

use super::ConvertError;
use super::ggml::{Kind, MAGIC};
use super::rest::Rest;

/// Weights a block.
const BLOCK: usize = 32;
/// ggml's number for the present layout of blocks, times 1,000, is added to the file's type.
const LAYOUT: u32 = 2_000;
/// Where the file's type stands: behind the magic and ten sizes.
const TYPE_AT: usize = 4 + 10 * 4;

/// How finely weights are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// A signed byte a weight and a scale a block: 8.5 bits a weight.
    Q8_0,
    /// Five bits a weight, a scale and a least value a block: 6 bits a weight.
    Q5_1,
}

impl Grain {
    /// ggml's numbers: of the tensor type, and of the file type.
    fn numbers(self) -> (u32, u32) {
        match self {
            Grain::Q8_0 => (8, 7),
            Grain::Q5_1 => (7, 9),
        }
    }
}

/// Writes `ggml` (a whole f16 file, as `whisper_to_ggml` makes it) anew in the given grain.
///
/// # Errors
/// Input that is cut off or not ggml in f16; rows that do not divide into blocks; errors of `out`.
pub fn quantise(ggml: &[u8], grain: Grain, mut out: impl Write) -> Result<(), ConvertError> {
    let (tensor_type, file_type) = grain.numbers();
    let mut rest = Rest(ggml);
    if rest.u32("the header")? != MAGIC {
        return Err(ConvertError::NotGgml);
    }
    rest.take(TYPE_AT - 4, "the header")?;
    if rest.u32("the header")? != Kind::F16 as u32 {
        return Err(ConvertError::NotGgml);
    }
    let after_type = rest.0;
    skip_filters_and_tokens(&mut rest)?;
    out.write_all(&ggml[..TYPE_AT])?;
    out.write_all(&(LAYOUT + file_type).to_le_bytes())?;
    out.write_all(&after_type[..after_type.len() - rest.0.len()])?;
    let packer = Packer::new(grain);
    while !rest.0.is_empty() {
        let tensor = Tensor::read(&mut rest)?;
        if tensor.dims.len() != 2 || tensor.kind != Kind::F16 as u32 {
            tensor.write(tensor.kind, tensor.data, &mut out)?;
        } else if (tensor.dims[0] as usize).is_multiple_of(BLOCK) {
            let mut blocks = Vec::with_capacity(tensor.data.len());
            for block in tensor.data.chunks_exact(2 * BLOCK) {
                packer.pack(block, &mut blocks);
            }
            tensor.write(tensor_type, &blocks, &mut out)?;
        } else {
            let name = String::from_utf8_lossy(tensor.name).into_owned();
            return Err(ConvertError::Shape { name, shape: tensor.dims });
        }
    }
    Ok(out.flush()?)
}

fn skip_filters_and_tokens(rest: &mut Rest) -> Result<(), ConvertError> {
    let (bands, bins) = (rest.u32("the filters")?, rest.u32("the filters")?);
    rest.take(product(&[bands, bins, 4])?, "the filters")?;
    for _ in 0..rest.u32("the vocabulary")? {
        let length = rest.u32("the vocabulary")?;
        rest.take(length as usize, "the vocabulary")?;
    }
    Ok(())
}

struct Tensor<'a> {
    kind: u32,
    /// Fastest first, as in the file.
    dims: Vec<u32>,
    name: &'a [u8],
    data: &'a [u8],
}

impl<'a> Tensor<'a> {
    fn read(rest: &mut Rest<'a>) -> Result<Self, ConvertError> {
        let (rank, length, kind) = (rest.u32("a tensor")?, rest.u32("a tensor")?, rest.u32("a tensor")?);
        let size = match kind {
            kind if kind == Kind::F32 as u32 => 4,
            kind if kind == Kind::F16 as u32 => 2,
            _ => return Err(ConvertError::NotGgml),
        };
        let mut dims: Vec<u32> = (0..rank).map(|_| rest.u32("a tensor")).collect::<Result<_, _>>()?;
        let name = rest.take(length as usize, "a tensor's name")?;
        dims.push(size);
        let data = rest.take(product(&dims)?, "a tensor's data")?;
        dims.pop();
        Ok(Tensor { kind, dims, name, data })
    }

    fn write(&self, kind: u32, data: &[u8], out: &mut impl Write) -> std::io::Result<()> {
        for number in [self.dims.len() as u32, self.name.len() as u32, kind].iter().chain(&self.dims) {
            out.write_all(&number.to_le_bytes())?;
        }
        out.write_all(self.name)?;
        out.write_all(data)
    }
}

fn product(factors: &[u32]) -> Result<usize, ConvertError> {
    let product = factors.iter().try_fold(1usize, |product, factor| product.checked_mul(*factor as usize));
    product.ok_or(ConvertError::NotGgml)
}

/// Packs blocks; plain loops and a table, because a debug build does this too, for 40 million weights.
struct Packer {
    grain: Grain,
    /// Every f16 as f32, by its bits.
    wide: Vec<f32>,
}

impl Packer {
    fn new(grain: Grain) -> Self {
        Packer { grain, wide: (0..=u16::MAX).map(|bits| f16::from_bits(bits).to_f32()).collect() }
    }

    /// One block of f16 bytes, packed behind what `out` holds.
    fn pack(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut weights = [0.0f32; BLOCK];
        for n in 0..BLOCK {
            weights[n] = self.wide[usize::from(bytes[2 * n]) | usize::from(bytes[2 * n + 1]) << 8];
        }
        match self.grain {
            Grain::Q8_0 => out.extend_from_slice(&pack_q8_0(&weights)),
            Grain::Q5_1 => out.extend_from_slice(&pack_q5_1(&weights)),
        }
    }
}

/// Scale, then a signed byte a weight.
fn pack_q8_0(weights: &[f32; BLOCK]) -> [u8; 34] {
    let mut most = 0.0f32;
    for weight in weights {
        most = if weight.abs() > most { weight.abs() } else { most };
    }
    let scale = most / 127.0;
    let inverse = inverse(scale);
    let mut block = [0; 34];
    block[..2].copy_from_slice(&f16::from_f32(scale).to_le_bytes());
    for n in 0..BLOCK {
        block[2 + n] = (weights[n] * inverse).round() as i8 as u8;
    }
    block
}

/// Scale, least value, the 32 fifth bits, then the lower four bits: weight n with weight n + 16.
fn pack_q5_1(weights: &[f32; BLOCK]) -> [u8; 24] {
    // By comparing, not by min and max: which of 0 and −0 those pick differs between processors.
    let (mut least, mut most) = (weights[0], weights[0]);
    for weight in weights {
        least = if *weight < least { *weight } else { least };
        most = if *weight > most { *weight } else { most };
    }
    let scale = (most - least) / 31.0;
    let inverse = inverse(scale);
    let mut fifths = 0u32;
    let mut block = [0; 24];
    for n in 0..BLOCK {
        let level = ((weights[n] - least) * inverse + 0.5) as u8;
        fifths |= u32::from(level >> 4 & 1) << n;
        block[8 + n % 16] |= (level & 15) << (4 * (n / 16));
    }
    block[..2].copy_from_slice(&f16::from_f32(scale).to_le_bytes());
    block[2..4].copy_from_slice(&f16::from_f32(least).to_le_bytes());
    block[4..8].copy_from_slice(&fifths.to_le_bytes());
    block
}

fn inverse(scale: f32) -> f32 {
    if scale == 0.0 { 0.0 } else { 1.0 / scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 32 weights from −1 to 1, no two alike.
    fn ramp() -> [f32; BLOCK] {
        std::array::from_fn(|n| f16::from_f32(n as f32 / 15.5 - 1.0).to_f32())
    }

    fn scale(block: &[u8], at: usize) -> f32 {
        f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
    }

    #[test]
    fn eight_bits_come_back_within_half_a_step() {
        let block = pack_q8_0(&ramp());
        assert_eq!(block.len(), 34);
        let step = scale(&block, 0);
        for (weight, byte) in ramp().iter().zip(&block[2..]) {
            assert!((weight - f32::from(*byte as i8) * step).abs() <= 0.51 * step);
        }
    }

    #[test]
    fn five_bits_come_back_within_half_a_step() {
        let block = pack_q5_1(&ramp());
        assert_eq!(block.len(), 24);
        let (step, least) = (scale(&block, 0), scale(&block, 2));
        let fifths = u32::from_le_bytes(block[4..8].try_into().unwrap());
        for (n, weight) in ramp().iter().enumerate() {
            let lower = block[8 + n % 16] >> (4 * (n / 16)) & 15;
            let level = u32::from(lower) + (fifths >> n & 1) * 16;
            assert!((weight - (level as f32 * step + least)).abs() <= 0.52 * step);
        }
    }

    // From the whisper.cpp that this crate links.
    unsafe extern "C" {
        fn ggml_quantize_chunk(
            kind: i32,
            weights: *const f32,
            blocks: *mut u8,
            start: i64,
            rows: i64,
            row: i64,
            importance: *const f32,
        ) -> usize;
    }

    #[test]
    fn blocks_are_bit_for_bit_those_of_ggml() {
        let mut state = 1u32;
        let weights: Vec<f32> = (0..64 * BLOCK)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f16::from_f32((state >> 8) as f32 / (1 << 24) as f32 - 0.4).to_f32()
            })
            .collect();
        for (grain, block_bytes) in [(Grain::Q8_0, 34), (Grain::Q5_1, 24)] {
            let mut theirs = vec![0; 64 * block_bytes];
            // SAFETY: `weights` holds 64 rows of 32 numbers, `theirs` has room for as many blocks; no importance is given.
            let written = unsafe {
                let kind = grain.numbers().0 as i32;
                ggml_quantize_chunk(kind, weights.as_ptr(), theirs.as_mut_ptr(), 0, 64, 32, std::ptr::null())
            };
            assert_eq!(written, theirs.len());
            let bytes: Vec<u8> = weights.iter().flat_map(|w| f16::from_f32(*w).to_le_bytes()).collect();
            let (packer, mut ours) = (Packer::new(grain), Vec::new());
            bytes.chunks_exact(2 * BLOCK).for_each(|block| packer.pack(block, &mut ours));
            assert!(ours == theirs, "{grain:?} differs from ggml's own");
        }
    }

    #[test]
    fn a_block_of_zeros_stays_zero() {
        assert!(pack_q8_0(&[0.0; BLOCK]).iter().all(|byte| *byte == 0));
        assert!(pack_q5_1(&[0.0; BLOCK]).iter().all(|byte| *byte == 0));
    }

    #[test]
    fn what_is_not_ggml_or_is_cut_off_is_refused() {
        assert!(matches!(quantise(b"GGUF....", Grain::Q8_0, std::io::sink()), Err(ConvertError::NotGgml)));
        assert!(matches!(quantise(b"", Grain::Q8_0, std::io::sink()), Err(ConvertError::CutOff(_))));
    }
}
