//! The ggml file as whisper.cpp reads it: magic, sizes, mel filters, vocabulary, then tensors until the end.

use std::io::{self, Write};

use half::f16;

pub const MAGIC: u32 = 0x6767_6d6c;

/// A tensor's element type, by ggml's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    F32 = 0,
    F16 = 1,
}

/// Dimensions, slowest first; the file has them the other way round.
pub struct Shape<'a>(&'a [u32]);

impl<'a> Shape<'a> {
    pub fn of(dims: &'a [u32]) -> Self {
        Shape(dims)
    }
}

pub struct Writer<W>(W);

impl<W: Write> Writer<W> {
    pub fn new(out: W) -> Self {
        Writer(out)
    }

    pub fn header(&mut self, sizes: &[u32; 11]) -> io::Result<()> {
        self.number(MAGIC)?;
        sizes.iter().try_for_each(|size| self.number(*size))
    }

    /// `bands` rows of `bins` weights.
    pub fn filters(&mut self, bands: u32, bins: u32, weights: &[f32]) -> io::Result<()> {
        self.number(bands)?;
        self.number(bins)?;
        weights.iter().try_for_each(|weight| self.0.write_all(&weight.to_le_bytes()))
    }

    pub fn tokens(&mut self, tokens: &[Vec<u8>]) -> io::Result<()> {
        self.number(tokens.len() as u32)?;
        tokens.iter().try_for_each(|token| {
            self.number(token.len() as u32)?;
            self.0.write_all(token)
        })
    }

    /// Writes a tensor from f16 `data`, widened where `kind` asks for it.
    pub fn tensor(&mut self, name: &str, shape: Shape, kind: Kind, data: &[u8]) -> io::Result<()> {
        self.number(shape.0.len() as u32)?;
        self.number(name.len() as u32)?;
        self.number(kind as u32)?;
        shape.0.iter().rev().try_for_each(|d| self.number(*d))?;
        self.0.write_all(name.as_bytes())?;
        match kind {
            Kind::F16 => self.0.write_all(data),
            Kind::F32 => {
                let widened: Vec<u8> = data
                    .chunks_exact(2)
                    .flat_map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32().to_le_bytes())
                    .collect();
                self.0.write_all(&widened)
            }
        }
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn number(&mut self, n: u32) -> io::Result<()> {
        self.0.write_all(&n.to_le_bytes())
    }
}
