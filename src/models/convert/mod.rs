//! Whisper weights as CTranslate2 keeps them → the ggml file that whisper.cpp reads.
//!
//! [`quantise`] then makes smaller ones from that.
//!
//! Both hold the same f16 numbers; names, order and a few shapes differ, and ggml files bring the mel filters and the
//! vocabulary along. Pure functions over bytes: the input is borrowed, the output is written tensor by tensor, so
//! memory holds the input and little else. The output depends on the input alone, on any processor.

mod ctranslate2;
mod ggml;
mod mel;
mod quantise;
mod rest;
mod vocabulary;

pub use quantise::{Grain, quantise};

use std::io::Write;

use ctranslate2::{Checkpoint, Variable};
use ggml::{Kind, Shape};

/// Audio positions of the encoder: 30 s at 50 a second.
const AUDIO_POSITIONS: u32 = 1_500;
/// Width of one attention head, the same in every Whisper size.
const HEAD: u32 = 64;

/// Why weights could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    #[error("the weights end in the middle of {0}")]
    CutOff(&'static str),
    #[error("the weights are of format version {0}; 6 is known")]
    Version(u32),
    #[error("the weights are of a {0}, not of a Whisper model")]
    NotWhisper(String),
    #[error("the weights lack `{0}`")]
    Lacking(String),
    #[error("`{name}` has the shape {shape:?}, which does not fit")]
    Shape { name: String, shape: Vec<u32> },
    #[error("`{0}` is not in 16-bit floating point")]
    NotF16(String),
    #[error("vocabulary, line {line}: {why}")]
    Vocabulary { line: usize, why: &'static str },
    #[error("the file is not ggml in f16")]
    NotGgml,
    #[error("writing: {0}")]
    Write(#[from] std::io::Error),
}

/// Converts `weights` (a CTranslate2 `model.bin`, version 6, f16) and `vocabulary` (`vocabulary.txt`, a token a line in
/// GPT-2's byte-to-unicode form) to a ggml file.
///
/// # Errors
/// Input that is cut off, of another kind, or inconsistent, before anything large is written; errors of `out`.
pub fn whisper_to_ggml(weights: &[u8], vocabulary: &str, out: impl Write) -> Result<(), ConvertError> {
    let weights = Checkpoint::parse(weights)?;
    if weights.spec != "WhisperSpec" {
        return Err(ConvertError::NotWhisper(weights.spec.into()));
    }
    let sizes = Sizes::of(&weights)?;
    let tokens = vocabulary::decode(vocabulary, sizes.vocabulary)?;
    let mut out = ggml::Writer::new(out);
    out.header(&sizes.header())?;
    out.filters(sizes.mels, mel::BINS, &mel::filters(sizes.mels))?;
    out.tokens(&tokens)?;
    encoder(&weights, &sizes, &mut out)?;
    decoder(&weights, &sizes, &mut out)?;
    Ok(out.finish()?)
}

/// The model's size, as its tensors' shapes tell it.
struct Sizes {
    vocabulary: u32,
    width: u32,
    mels: u32,
    text_positions: u32,
    encoder_layers: u32,
    decoder_layers: u32,
}

impl Sizes {
    fn of(weights: &Checkpoint) -> Result<Sizes, ConvertError> {
        let [vocabulary, width] = weights.get("decoder/embeddings/weight")?.dims()?;
        let [_, mels, _] = weights.get("encoder/conv1/weight")?.dims()?;
        let [text_positions, _] = weights.get("decoder/position_encodings/encodings")?.dims()?;
        let positions = weights.get("encoder/position_encodings/encodings")?;
        if positions.shape != [AUDIO_POSITIONS, width] || !width.is_multiple_of(HEAD) {
            return Err(positions.misshapen());
        }
        let layers = |side: &str| {
            (0..).take_while(|n| weights.has(&format!("{side}/layer_{n}/ffn/linear_0/weight"))).count() as u32
        };
        Ok(Sizes {
            vocabulary,
            width,
            mels,
            text_positions,
            encoder_layers: layers("encoder"),
            decoder_layers: layers("decoder"),
        })
    }

    fn header(&self) -> [u32; 11] {
        let heads = self.width / HEAD;
        let f16 = 1;
        [
            self.vocabulary,
            AUDIO_POSITIONS,
            self.width,
            heads,
            self.encoder_layers,
            self.text_positions,
            self.width,
            heads,
            self.decoder_layers,
            self.mels,
            f16,
        ]
    }
}

/// Where one linear layer of ggml lies in the stacked ones of CTranslate2.
type Part = (usize, usize);
const WHOLE: Part = (0, 1);

fn encoder<W: Write>(weights: &Checkpoint, sizes: &Sizes, out: &mut ggml::Writer<W>) -> Result<(), ConvertError> {
    positions(weights.get("encoder/position_encodings/encodings")?, "encoder", out)?;
    for conv in ["encoder.conv1", "encoder.conv2"] {
        let from = conv.replace('.', "/");
        let weight = weights.get(&format!("{from}/weight"))?;
        out.tensor(&format!("{conv}.weight"), Shape::of(&weight.shape), Kind::F16, weight.f16()?)?;
        let bias = weights.get(&format!("{from}/bias"))?;
        let [length] = bias.dims()?;
        out.tensor(&format!("{conv}.bias"), Shape::of(&[length, 1]), Kind::F32, bias.f16()?)?;
    }
    for n in 0..sizes.encoder_layers {
        let (to, from) = (format!("encoder.blocks.{n}"), format!("encoder/layer_{n}"));
        self_attention(weights, &to, &from, out)?;
        feed_forward(weights, &to, &from, out)?;
    }
    norm(weights, "encoder.ln_post", "encoder/layer_norm", out)
}

fn decoder<W: Write>(weights: &Checkpoint, sizes: &Sizes, out: &mut ggml::Writer<W>) -> Result<(), ConvertError> {
    positions(weights.get("decoder/position_encodings/encodings")?, "decoder", out)?;
    let embedding = weights.get("decoder/embeddings/weight")?;
    out.tensor("decoder.token_embedding.weight", Shape::of(&embedding.shape), Kind::F16, embedding.f16()?)?;
    for n in 0..sizes.decoder_layers {
        let (to, from) = (format!("decoder.blocks.{n}"), format!("decoder/layer_{n}"));
        self_attention(weights, &to, &from, out)?;
        let cross = format!("{to}.cross_attn");
        linear(weights, &format!("{cross}.query"), &format!("{from}/attention/linear_0"), WHOLE, true, out)?;
        linear(weights, &format!("{cross}.key"), &format!("{from}/attention/linear_1"), (0, 2), false, out)?;
        linear(weights, &format!("{cross}.value"), &format!("{from}/attention/linear_1"), (1, 2), true, out)?;
        linear(weights, &format!("{cross}.out"), &format!("{from}/attention/linear_2"), WHOLE, true, out)?;
        norm(weights, &format!("{to}.cross_attn_ln"), &format!("{from}/attention/layer_norm"), out)?;
        feed_forward(weights, &to, &from, out)?;
    }
    norm(weights, "decoder.ln", "decoder/layer_norm", out)
}

fn positions<W: Write>(from: &Variable, side: &str, out: &mut ggml::Writer<W>) -> Result<(), ConvertError> {
    out.tensor(&format!("{side}.positional_embedding"), Shape::of(&from.shape), Kind::F32, from.f16()?)?;
    Ok(())
}

/// CTranslate2 stacks query, key and value in one layer; whisper.cpp has no bias for the key (it is zero).
fn self_attention<W: Write>(
    weights: &Checkpoint,
    to: &str,
    from: &str,
    out: &mut ggml::Writer<W>,
) -> Result<(), ConvertError> {
    let stacked = format!("{from}/self_attention/linear_0");
    linear(weights, &format!("{to}.attn.query"), &stacked, (0, 3), true, out)?;
    linear(weights, &format!("{to}.attn.key"), &stacked, (1, 3), false, out)?;
    linear(weights, &format!("{to}.attn.value"), &stacked, (2, 3), true, out)?;
    linear(weights, &format!("{to}.attn.out"), &format!("{from}/self_attention/linear_1"), WHOLE, true, out)?;
    norm(weights, &format!("{to}.attn_ln"), &format!("{from}/self_attention/layer_norm"), out)
}

fn feed_forward<W: Write>(
    weights: &Checkpoint,
    to: &str,
    from: &str,
    out: &mut ggml::Writer<W>,
) -> Result<(), ConvertError> {
    linear(weights, &format!("{to}.mlp.0"), &format!("{from}/ffn/linear_0"), WHOLE, true, out)?;
    linear(weights, &format!("{to}.mlp.2"), &format!("{from}/ffn/linear_1"), WHOLE, true, out)?;
    norm(weights, &format!("{to}.mlp_ln"), &format!("{from}/ffn/layer_norm"), out)
}

fn linear<W: Write>(
    weights: &Checkpoint,
    to: &str,
    from: &str,
    part: Part,
    bias: bool,
    out: &mut ggml::Writer<W>,
) -> Result<(), ConvertError> {
    let weight = weights.get(&format!("{from}/weight"))?;
    let [rows, columns] = weight.dims()?;
    let rows = rows / part.1 as u32;
    out.tensor(&format!("{to}.weight"), Shape::of(&[rows, columns]), Kind::F16, weight.part(part)?)?;
    if bias {
        let bias = weights.get(&format!("{from}/bias"))?;
        out.tensor(&format!("{to}.bias"), Shape::of(&[rows]), Kind::F32, bias.part(part)?)?;
    }
    Ok(())
}

fn norm<W: Write>(weights: &Checkpoint, to: &str, from: &str, out: &mut ggml::Writer<W>) -> Result<(), ConvertError> {
    for (ours, theirs) in [("weight", "gamma"), ("bias", "beta")] {
        let variable = weights.get(&format!("{from}/{theirs}"))?;
        out.tensor(&format!("{to}.{ours}"), Shape::of(&variable.shape), Kind::F32, variable.f16()?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
