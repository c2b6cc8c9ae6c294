//! Numbers as they are written: digits, with a point, and parts of one ("½", "3/4").

/// Signs for parts of one, in thousandths.
pub const VULGAR: [(char, u32); 6] = [('½', 500), ('¼', 250), ('¾', 750), ('⅓', 333), ('⅔', 667), ('⅛', 125)];

pub fn vulgar(c: char) -> Option<u32> {
    VULGAR.iter().find(|(sign, _)| *sign == c).map(|(_, thousandths)| *thousandths)
}

/// A part of one written with a stroke ("1/2") at the beginning of the text, and its length in bytes; "24/7" and
/// "1/2/26" are none.
pub fn written_fraction(text: &str) -> Option<(u32, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let stroke = digits(text);
    let below = text[stroke..].strip_prefix('/')?;
    let length = stroke + 1 + digits(below);
    let (part, whole) = (text[..stroke].parse::<u32>().ok()?, text[stroke + 1..length].parse::<u32>().ok()?);
    let ends = !text[length..].starts_with('/');
    (ends && [2, 3, 4, 8].contains(&whole) && (1..whole).contains(&part))
        .then(|| ((part * 1000 + whole / 2) / whole, length))
}

/// Digits, perhaps with a point, in thousandths.
pub fn number_of(word: &str) -> Option<u32> {
    let (whole, part) = word.split_once('.').unwrap_or((word, ""));
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let mut thousandths = 0;
    for place in 0..3 {
        thousandths = thousandths * 10 + part.as_bytes().get(place).map_or(0, |b| u32::from(b - b'0'));
    }
    whole.checked_mul(1000)?.checked_add(thousandths)
}

pub fn write_number(thousandths: u32, into: &mut String) {
    use std::fmt::Write;
    let _ = write!(into, "{}", thousandths / 1000);
    if !thousandths.is_multiple_of(1000) {
        let part = format!("{:03}", thousandths % 1000);
        let _ = write!(into, ".{}", part.trim_end_matches('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases::words;
    use super::super::tokens::Normaliser;
    use crate::lang::Language;

    fn keys(text: &str) -> Vec<String> {
        words(text, &Normaliser::new(&Language::load("en").expect("English")))
    }

    #[test]
    fn a_fraction_is_part_of_the_number_before_it_or_its_word() {
        assert_eq!(keys("1 1/2 lb"), keys("1.5 lb"));
        assert_eq!(keys("1½ lb"), keys("1.5 lb"));
        assert_eq!(keys("1/2 lb, ¼ lb"), keys("half lb quarter lb"));
        assert_eq!(keys("3/4 pound"), keys("0.75 pound"));
        assert_eq!(keys("¾ pound"), keys("0.75 pound"));
        assert_eq!(keys("24/7"), ["24", "7"]);
        assert_eq!(keys("1/2/26"), ["1", "2", "26"]);
    }
}
