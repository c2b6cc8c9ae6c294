//! Signs of scripts: which belong together, and what they are without case and marks.

use super::digits::vulgar;
use crate::lang::wording;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Letter,
    Digit,
    Ideograph,
}

impl Kind {
    pub fn of(c: char) -> Option<Kind> {
        match c {
            '0'..='9' => Some(Kind::Digit),
            _ if wording::is_ideograph(c) => Some(Kind::Ideograph),
            _ if vulgar(c).is_some() => None,
            _ if c.is_alphanumeric() => Some(Kind::Letter),
            // Marks that combine with the letter before them.
            '\u{300}'..='\u{36f}' => Some(Kind::Letter),
            _ => None,
        }
    }
}

/// Whether a word is a single sign of a script that writes no gaps.
pub(super) fn is_ideograph(word: &str) -> bool {
    let mut chars = word.chars();
    matches!((chars.next().and_then(Kind::of), chars.next()), (Some(Kind::Ideograph), None))
}

/// Lower case, without the marks on Latin letters.
pub(super) fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    let plain = match c {
        'à'..='å' | 'À'..='Å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'Ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'È'..='Ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì'..='ï' | 'Ì'..='Ï' | 'ī' => "i",
        'ñ' | 'Ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' | 'ō' | 'ő' => "o",
        'ù'..='ü' | 'Ù'..='Ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        'š' | 'ś' | 'Š' => "s",
        'ž' | 'ź' | 'ż' | 'Ž' => "z",
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ł' | 'Ł' => "l",
        '\u{300}'..='\u{36f}' => "",
        _ => {
            into.extend(c.to_lowercase());
            return;
        }
    };
    into.push_str(plain);
}

/// The word without the third and further of equal letters, where it has such.
pub(super) fn calmed(word: &str) -> Option<String> {
    let drawn = |w: &[char]| w[0] == w[1] && w[1] == w[2] && w[0].is_alphabetic();
    if word.len() < 3 || !word.as_bytes().windows(3).any(|w| w[0] == w[1] && w[1] == w[2]) {
        return None;
    }
    let chars: Vec<char> = word.chars().collect();
    chars.windows(3).any(drawn).then(|| {
        let kept = chars.iter().enumerate().filter(|(at, _)| *at < 2 || !drawn(&chars[at - 2..=*at]));
        kept.map(|(_, c)| *c).collect()
    })
}

/// Whether a part of a name may be said for it as far as its writing goes. Where each sign is written for itself, words
/// are of two and more, and cut out of the middle they are none: of "珍珠奶茶" people say "奶茶", but neither "茶" nor "珠奶"; of
/// "A4" nobody says the letter.
pub(super) fn can_stand(part: &[String], at_an_end: bool) -> bool {
    let signs = part.iter().filter(|key| is_ideograph(key)).count();
    let letter = matches!(part, [key] if key.chars().nth(1).is_none());
    signs == 0 && !letter || at_an_end && part.len() > 1
}
