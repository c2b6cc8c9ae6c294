//! Words of a text, in any script.

use std::ops::Range;

/// Byte ranges of the words of a text: runs of letters, of digits, or single signs of a script without spaces.
pub fn words(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before: Option<char> = None;
    for (at, sign) in text.char_indices() {
        let end = at + sign.len_utf8();
        let inner = matches!(sign, '\'' | '’') && before.is_some_and(char::is_alphabetic);
        if sign.is_alphanumeric() || inner {
            let joins = |b: char| {
                let digits = b.is_numeric() == sign.is_numeric() || inner || matches!(b, '\'' | '’');
                digits && !stands_alone(b) && !stands_alone(sign)
            };
            match found.last_mut() {
                Some(last) if last.end == at && before.is_some_and(joins) => last.end = end,
                _ => found.push(at..end),
            }
        }
        before = Some(sign);
    }
    found
}

/// Chinese characters and Japanese syllables are written without spaces.
fn stands_alone(sign: char) -> bool {
    matches!(sign, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}')
}

pub fn fold(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

pub fn fold_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|span| fold(&text[span])).collect()
}
