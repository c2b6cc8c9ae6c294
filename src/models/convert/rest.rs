//! Reading little-endian numbers off the front of a slice.

use super::ConvertError;

/// What has not been read yet.
pub struct Rest<'a>(pub &'a [u8]);

impl<'a> Rest<'a> {
    pub fn take(&mut self, length: usize, place: &'static str) -> Result<&'a [u8], ConvertError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ConvertError::CutOff(place))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, place: &'static str) -> Result<[u8; N], ConvertError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ConvertError::CutOff(place))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub fn u8(&mut self, place: &'static str) -> Result<u8, ConvertError> {
        self.array(place).map(|[byte]| byte)
    }

    pub fn u32(&mut self, place: &'static str) -> Result<u32, ConvertError> {
        self.array(place).map(u32::from_le_bytes)
    }

    /// u16 length, the closing NUL included, and text.
    pub fn string(&mut self, place: &'static str) -> Result<&'a str, ConvertError> {
        let length = u16::from_le_bytes(self.array(place)?);
        let bytes = self.take(usize::from(length), place)?;
        let text = std::str::from_utf8(bytes).map_err(|_| ConvertError::CutOff(place))?;
        Ok(text.trim_end_matches('\0'))
    }
}
