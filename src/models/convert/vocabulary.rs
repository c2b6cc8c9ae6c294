//! `vocabulary.txt`: a token a line, its bytes written as characters in GPT-2's way.

use super::ConvertError;

/// Tokens that stand for bytes of text. Those behind them are the model's own marks, which whisper.cpp names itself.
const TEXT_TOKENS: usize = 50_257;

/// The text tokens as bytes. `size` is how many tokens the model has in all.
pub fn decode(text: &str, size: u32) -> Result<Vec<Vec<u8>>, ConvertError> {
    let wants = TEXT_TOKENS.min(size as usize);
    let table = bytes_of_characters();
    let tokens: Vec<Vec<u8>> = text
        .split('\n')
        .take(wants)
        .enumerate()
        .map(|(n, line)| {
            line.chars()
                .map(|c| table.get(c as usize).copied().flatten())
                .collect::<Option<_>>()
                .ok_or(ConvertError::Vocabulary { line: n + 1, why: "a character that stands for no byte" })
        })
        .collect::<Result<_, _>>()?;
    if tokens.len() < wants {
        return Err(ConvertError::Vocabulary { line: tokens.len(), why: "ends too early" });
    }
    Ok(tokens)
}

/// Printable bytes stand for themselves; the others, in order, for the characters from U+0100 on.
fn bytes_of_characters() -> Vec<Option<u8>> {
    let mut table = vec![None; 0x200];
    let mut next = 0x100;
    for byte in 0..=u8::MAX {
        if matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) {
            table[usize::from(byte)] = Some(byte);
        } else {
            table[next] = Some(byte);
            next += 1;
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_line_ends_and_accents_come_back_as_bytes() {
        let tokens = decode("a\nĠcoffee\nĊ\nÃ©\n", 4).unwrap();
        assert_eq!(tokens, [b"a".to_vec(), b" coffee".to_vec(), b"\n".to_vec(), "é".as_bytes().to_vec()]);
    }

    #[test]
    fn every_byte_has_its_own_character() {
        let mut bytes: Vec<u8> = bytes_of_characters().into_iter().flatten().collect();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..=u8::MAX).collect::<Vec<_>>());
    }

    #[test]
    fn a_foreign_or_short_vocabulary_is_refused_with_its_line() {
        assert!(matches!(decode("a\n咖啡", 2), Err(ConvertError::Vocabulary { line: 2, .. })));
        assert!(matches!(decode("a\nb", 9), Err(ConvertError::Vocabulary { .. })));
    }
}
