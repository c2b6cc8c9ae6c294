//! Speakable text → sentences, each synthesised for itself.

/// The first sentence is cut at a clause from this many characters on, if so many are left: 12 are about 0.8 s of
/// speech, in which the rest is made.
const SHORTEST_CLAUSE: usize = 12;
/// What opens a reply after reply ("Okay,", "Got it,") is a piece by itself: 0.4 s of speech from the cache, in which the
/// rest is made.
const OPENING: std::ops::RangeInclusive<usize> = 4..=8;
/// A sentence longer than this is cut at its clauses: some 15 s of speech.
const LONGEST_SENTENCE: usize = 220;

const SENTENCE_ENDS: [char; 6] = ['.', '?', '!', '。', '？', '！'];
const CLAUSE_ENDS: [char; 7] = [',', ';', ':', '，', '；', '：', '、'];

pub(super) fn split(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for mut sentence in cut(text, &SENTENCE_ENDS, 0, usize::MAX) {
        if sentences.is_empty()
            && let [opening, rest] = cut(sentence, &CLAUSE_ENDS, *OPENING.start(), 2)[..]
            && OPENING.contains(&opening.chars().count())
        {
            sentences.push(opening.to_string());
            sentence = rest;
        }
        let (longest, pieces) =
            if sentences.is_empty() { (2 * SHORTEST_CLAUSE, 2) } else { (LONGEST_SENTENCE, usize::MAX) };
        if sentence.chars().count() <= longest {
            sentences.push(sentence.to_string());
            continue;
        }
        let at_least = if sentences.is_empty() { SHORTEST_CLAUSE } else { LONGEST_SENTENCE / 2 };
        sentences.extend(cut(sentence, &CLAUSE_ENDS, at_least, pieces).into_iter().map(str::to_string));
    }
    sentences
}

/// The part of a text before a gap that is said as it stands, whatever fills the gap: whole clauses.
pub fn opening(text: &str, gap: char) -> &str {
    let known = text.split(gap).next().unwrap_or_default();
    let end = known.char_indices().rfind(|(_, c)| SENTENCE_ENDS.contains(c) || CLAUSE_ENDS.contains(c));
    end.map_or("", |(at, c)| &known[..at + c.len_utf8()])
}

/// Pieces that end in one of `ends` (or a line break), each at least `at_least` characters, at most `pieces`.
/// A piece with nothing to say goes with its neighbour.
fn cut<'t>(text: &'t str, ends: &[char], at_least: usize, pieces: usize) -> Vec<&'t str> {
    let mut cuts = Vec::new();
    let mut from = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, c)| *c);
        let spaced = next.is_none_or(|next| next.is_whitespace() || !c.is_ascii());
        let ended = c == '\n' || (ends.contains(&c) && spaced);
        let upto = at + c.len_utf8();
        let has_words = |piece: &str| piece.chars().any(char::is_alphanumeric);
        if ended
            && cuts.len() + 1 < pieces
            && has_words(&text[from..upto])
            && text[from..upto].chars().count() >= at_least
            && text[upto..].trim().chars().count() >= at_least
            && has_words(&text[upto..])
        {
            cuts.push(text[from..upto].trim());
            from = upto;
        }
    }
    if text[from..].chars().any(char::is_alphanumeric) {
        cuts.push(text[from..].trim());
    }
    cuts
}
