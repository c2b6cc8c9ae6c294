//! The CTranslate2 `model.bin`, version 6: a list of named variables.
//!
//! u32 version, string spec, u32 revision, u32 count; each variable: string name, u8 rank, u32 dimensions…, u8 type,
//! u32 byte length, data. A string is a u16 length (its closing NUL included) and bytes. Little endian.

use std::collections::HashMap;

use super::ConvertError;
use super::rest::Rest;

/// A parsed file; the data stays where it is.
pub struct Checkpoint<'a> {
    /// What model the file describes.
    pub spec: &'a str,
    variables: HashMap<&'a str, Variable<'a>>,
}

pub struct Variable<'a> {
    name: &'a str,
    pub shape: Vec<u32>,
    kind: u8,
    data: &'a [u8],
}

const F16: u8 = 4;

impl<'a> Checkpoint<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ConvertError> {
        let mut rest = Rest(bytes);
        let version = rest.u32("the header")?;
        if version != 6 {
            return Err(ConvertError::Version(version));
        }
        let spec = rest.string("the header")?;
        let _revision = rest.u32("the header")?;
        let count = rest.u32("the header")?;
        let mut variables = HashMap::new();
        for _ in 0..count {
            let name = rest.string("a variable's name")?;
            let rank = rest.u8("a variable's shape")?;
            let shape = (0..rank).map(|_| rest.u32("a variable's shape")).collect::<Result<_, _>>()?;
            let kind = rest.u8("a variable's type")?;
            let length = rest.u32("a variable's length")?;
            let data = rest.take(length as usize, "a variable's data")?;
            variables.insert(name, Variable { name, shape, kind, data });
        }
        Ok(Checkpoint { spec, variables })
    }

    pub fn get(&self, name: &str) -> Result<&Variable<'a>, ConvertError> {
        self.variables.get(name).ok_or_else(|| ConvertError::Lacking(name.into()))
    }

    pub fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }
}

impl<'a> Variable<'a> {
    /// The shape, if it has rank `N`.
    pub fn dims<const N: usize>(&self) -> Result<[u32; N], ConvertError> {
        self.shape.as_slice().try_into().map_err(|_| self.misshapen())
    }

    /// The data: f16, row by row.
    pub fn f16(&self) -> Result<&'a [u8], ConvertError> {
        if self.kind != F16 {
            return Err(ConvertError::NotF16(self.name.into()));
        }
        let wants = self.shape.iter().try_fold(2usize, |bytes, d| bytes.checked_mul(*d as usize));
        if wants == Some(self.data.len()) { Ok(self.data) } else { Err(self.misshapen()) }
    }

    /// The `n`th of `of` equal parts along the first dimension.
    pub fn part(&self, (n, of): (usize, usize)) -> Result<&'a [u8], ConvertError> {
        let data = self.f16()?;
        if !self.shape.first().is_some_and(|rows| (*rows as usize).is_multiple_of(of)) {
            return Err(self.misshapen());
        }
        let length = data.len() / of;
        Ok(&data[n * length..(n + 1) * length])
    }

    pub fn misshapen(&self) -> ConvertError {
        ConvertError::Shape { name: self.name.into(), shape: self.shape.clone() }
    }
}
