//! Is this text what somebody said? Whisper invents text over silence and noise, and repeats itself.

use std::collections::HashSet;

/// What decides, beside the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Seconds in which the detector heard a voice.
    pub voiced_seconds: f32,
    /// Mean log-probability of the tokens, ≤ 0.
    pub log_probability: f32,
    /// Whisper's own estimate that nobody spoke, 0 … 1.
    pub no_speech: f32,
    /// Probability of the surest word, 0 … 1.
    pub surest_word: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Trusted,
    /// Worth a second try with more context: a loop, or a poor guess.
    Doubtful,
    Invented,
}

/// Fewer voiced seconds hold no word.
const SHORTEST_WORD: f32 = 0.09;
/// Below this mean log-probability the text is a guess that a second try may mend; below the second, noise.
const DOUBTFUL: f32 = -0.7;
const HOPELESS: f32 = -0.95;
/// In less voice than this a poor text is a clatter of dishes or somebody far away, in seconds.
pub const MOMENT: f32 = 1.2;
/// No-speech probability says little alone; with a poor text it tells.
const NOBODY: f32 = 0.6;
/// In what somebody said, at least one word is surer than this; a hiss that becomes "aa" had 0.09.
const SURE_OF_NOTHING: f32 = 0.15;
/// The same for what is left of a text that went round in a circle: knocks that became "beep, beep, beep" had 0.21 to 0.48.
pub const SURE_OF_A_ROUND: f32 = 0.5;
/// The fastest speech has some 25 characters a voiced second; more has been invented.
const CHARACTERS_A_SECOND: f32 = 40.0;

/// The slowest speech has some 4 letters a voiced second (2 characters in Chinese); a word or two for seconds of
/// sound is noise that a word was read into.
const LETTERS_A_SECOND: f32 = 1.6;
/// In longer speech than this, in seconds, pauses and drawls even out. What has fewer is a few words out of a crowd.
const LONG: f32 = 12.0;
const LETTERS_A_LONG_SECOND: f32 = 2.5;

/// Characters that nobody says twice in a row.
const SENTENCE: usize = 24;
/// Fewer are said twice on purpose ("two teas, two teas"), unless there was no time to: people speak some 15 characters
/// a voiced second, and what was said once and written twice comes to twice that.
const PHRASE: usize = 12;
/// Characters between one round and the next: a mark and a space.
const SEPARATOR: usize = 2;
const SAID_TWICE_A_SECOND: f32 = 20.0;
/// A text that is nothing but the same words twice: so many characters a voiced second nobody says, however short the words.
/// "That's it. That's it." in half a second is one.
const ALL_TWICE_A_SECOND: f32 = 25.0;
/// Words that a round has at least, and how alike two hearings of one sentence are.
const ROUND: usize = 4;
const NEARLY: f64 = 0.75;
/// Among so many words at least one in so many is another.
const MANY: usize = 20;
const VARIETY: usize = 4;
/// The same where the end alone is said again, which another hypothesis of the same speech ends with.
const TAIL: usize = 3;
const ROUGHLY: f64 = 0.6;

pub fn judge(text: &str, evidence: &Evidence) -> Verdict {
    if text.is_empty() || evidence.voiced_seconds < SHORTEST_WORD || evidence.log_probability < HOPELESS {
        return Verdict::Invented;
    }
    if evidence.surest_word < SURE_OF_NOTHING {
        return Verdict::Invented;
    }
    if evidence.no_speech > NOBODY && evidence.log_probability < DOUBTFUL {
        return Verdict::Invented;
    }
    if evidence.voiced_seconds < MOMENT && evidence.log_probability < DOUBTFUL {
        return Verdict::Invented;
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count() as f32;
    let long = evidence.voiced_seconds > LONG;
    if letters < if long { LETTERS_A_LONG_SECOND } else { LETTERS_A_SECOND } * evidence.voiced_seconds {
        return Verdict::Invented;
    }
    if monotonous(text) {
        return Verdict::Invented;
    }
    let too_much = text.chars().count() as f32 > 15.0 + CHARACTERS_A_SECOND * evidence.voiced_seconds;
    if repeats(text, evidence.voiced_seconds) || too_much || evidence.log_probability < DOUBTFUL {
        return Verdict::Doubtful;
    }
    Verdict::Trusted
}

/// Whether so many words say so little that nobody said them: what Whisper makes of a crowd. Whisper's own programs
/// measure the same by how far the text can be compressed (Radford et al. 2022, section 4.5).
fn monotonous(text: &str) -> bool {
    let words = words(text);
    let different: HashSet<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
    words.len() >= MANY && different.len() * VARIETY < words.len()
}

/// Whether the end of the text goes round in a circle: one stretch of characters at least three times over, for at
/// least a dozen characters; or a whole sentence twice, which people do not say; or a phrase twice that the voice, in
/// seconds, has no room for.
pub fn repeats(text: &str, voiced_seconds: f32) -> bool {
    repetition(&squeezed(text), voiced_seconds).is_some() || said_again(text, voiced_seconds).is_some()
}

/// The text with a circling end cut back to its first round.
pub fn without_repetition(text: &str, voiced_seconds: f32) -> String {
    let characters = squeezed(text);
    if let Some((start, period)) = repetition(&characters, voiced_seconds) {
        return characters[..start + period].iter().collect::<String>().trim().to_string();
    }
    text[..said_again(text, voiced_seconds).unwrap_or(text.len())].trim().to_string()
}

/// Where a text begins anew, nearly in the same words, though the voice, in seconds, has no room for that: the rest is a
/// second hearing of the same sounds.
fn said_again(text: &str, voiced_seconds: f32) -> Option<usize> {
    if !hurried(text.chars().count(), voiced_seconds) {
        return None;
    }
    let words = words(text);
    (ROUND..words.len()).filter(|from| words.len() - from >= ROUND).find_map(|from| {
        let shared = from.min(words.len() - from);
        let alike = strsim::normalized_levenshtein(&joined(&words[..shared]), &joined(&words[from..from + shared]));
        (alike >= NEARLY).then_some(words[from].0)
    })
}

/// Whether so many characters are more than there was voice for.
fn hurried(characters: usize, voiced_seconds: f32) -> bool {
    characters as f32 > SAID_TWICE_A_SECOND * voiced_seconds
}

/// Whether the text of a word or two is more than there was voice for. "That's it." is written twice by a window that is
/// cut to it, and so may be said in an order: only another hearing tells.
pub fn hurried_answer(text: &str, voiced_seconds: f32) -> bool {
    voiced_seconds < MOMENT && hurried(text.chars().count(), voiced_seconds)
}

/// Whether the longer of two hypotheses is the shorter and then its end once more, nearly in the same words: "with a bit
/// of sugar with a little bit of sugar".
pub fn says_its_end_again(longer: &str, shorter: &str) -> bool {
    let (longer, shorter) = (words(longer), words(shorter));
    let Some(again) = longer.get(shorter.len()..).filter(|again| again.len() >= TAIL) else { return false };
    let begins = longer.iter().zip(&shorter).all(|((_, a), (_, b))| a == b);
    begins
        && (again.len() - 1..=again.len() + 1).any(|count| {
            let end = &shorter[shorter.len().saturating_sub(count)..];
            strsim::normalized_levenshtein(&joined(end), &joined(again)) >= ROUGHLY
        })
}

/// Whether a text is nothing but these words again and again; both in lower case.
pub fn says_only(text: &str, words: &str) -> bool {
    let rounds = text.len() / words.len().max(1);
    rounds > 1 && vec![words; rounds].join(" ").starts_with(text.trim_end())
}

/// Whether two texts differ in marks and capitals at most.
pub fn same_words(one: &str, other: &str) -> bool {
    joined(&words(one)) == joined(&words(other))
}

/// Words in lower case and where they start.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (at, character) in text.char_indices() {
        let in_word = character.is_alphanumeric() || character == '\'';
        match words.last_mut().filter(|_| inside) {
            Some((_, word)) if in_word => word.extend(character.to_lowercase()),
            _ if in_word => words.push((at, character.to_lowercase().collect())),
            _ => {}
        }
        inside = in_word;
    }
    words
}

fn joined(words: &[(usize, String)]) -> String {
    words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(" ")
}

/// Start and period of a circling end, in characters. Works on characters, for not every language has spaces.
fn repetition(characters: &[char], voiced_seconds: f32) -> Option<(usize, usize)> {
    // The last round may lack what parts it from the one before, or end in another mark.
    let length = characters.iter().rposition(|c| c.is_alphanumeric()).map_or(0, |last| last + 1);
    let sentence = if hurried(length, voiced_seconds) { PHRASE } else { SENTENCE };
    let no_room = length as f32 > ALL_TWICE_A_SECOND * voiced_seconds;
    (1..length).find_map(|period| {
        let run = (period..length).rev().take_while(|&at| characters[at] == characters[at - period]).count();
        let start = length - run - period;
        let twice = (period >= sentence || no_room && start == 0)
            && run < 2 * period
            && run + SEPARATOR >= period
            && characters[start + run.min(period)..start + period].iter().all(|c| !c.is_alphanumeric());
        // A rest of the round may follow the last full one, "go go go g", and the last has no mark behind it: "hot, hot, hot".
        let rounds = (run + SEPARATOR) / period + 1;
        (rounds >= 3 && run + period >= 12 || twice).then_some((start, period))
    })
}

fn squeezed(text: &str) -> Vec<char> {
    let mut characters: Vec<char> = Vec::with_capacity(text.len());
    for character in text.trim().chars().flat_map(char::to_lowercase) {
        if !(character.is_whitespace() && characters.last().is_some_and(|last| last.is_whitespace())) {
            characters.push(if character.is_whitespace() { ' ' } else { character });
        }
    }
    characters
}

/// Annotations in brackets and notes are not speech: "[BLANK_AUDIO]", "(coughs)", "*sighs*", "♪".
pub fn without_annotations(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut closing: Option<char> = None;
    for character in text.chars() {
        match (closing, character) {
            (Some(end), _) if character == end => closing = None,
            (Some(_), _) | (None, '♪' | '♫') => {}
            (None, '[') => closing = Some(']'),
            (None, '(') => closing = Some(')'),
            (None, '*') => closing = Some('*'),
            (None, _) => kept.push(character),
        }
    }
    let kept = kept.trim();
    if kept.chars().any(char::is_alphanumeric) { kept.to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_said_again_in_nearly_the_same_words_is_one_end() {
        let once = "a mocha with a bit of brown sugar";
        assert!(says_its_end_again("a mocha, with a bit of brown sugar, with a little bit of brown sugar.", once));
        assert!(!says_its_end_again("a mocha with a bit of brown sugar and a large tea", once));
        assert!(!says_its_end_again("two teas with a bit of brown sugar with a bit of brown sugar", once));
        assert!(!says_its_end_again(once, once));
    }

    const GOOD: Evidence = Evidence { voiced_seconds: 2.0, log_probability: -0.2, no_speech: 0.05, surest_word: 0.9 };

    #[test]
    fn a_clear_sentence_is_trusted_even_a_short_one() {
        assert_eq!(judge("Two large lattes, please.", &GOOD), Verdict::Trusted);
        assert_eq!(judge("Yes.", &Evidence { voiced_seconds: 0.2, ..GOOD }), Verdict::Trusted);
        assert_eq!(judge("Nooo!", &Evidence { voiced_seconds: 0.9, ..GOOD }), Verdict::Trusted);
        assert_eq!(judge("No, no, no.", &GOOD), Verdict::Trusted);
    }

    #[test]
    fn text_over_a_click_or_over_noise_is_invented() {
        assert_eq!(judge("Thank you.", &Evidence { voiced_seconds: 0.03, ..GOOD }), Verdict::Invented);
        assert_eq!(judge("Thank you.", &Evidence { log_probability: -0.9, no_speech: 0.8, ..GOOD }), Verdict::Invented);
        assert_eq!(judge("aa,", &Evidence { surest_word: 0.09, ..GOOD }), Verdict::Invented);
        assert_eq!(judge("the the", &Evidence { log_probability: -2.0, ..GOOD }), Verdict::Invented);
        assert_eq!(judge("Aa,", &GOOD), Verdict::Invented);
        assert_eq!(judge("", &GOOD), Verdict::Invented);
        let of_a_crowd = "dine in on a matcha latte and done before but";
        assert_eq!(judge(of_a_crowd, &Evidence { voiced_seconds: 21.0, ..GOOD }), Verdict::Invented);
        assert_eq!(judge(of_a_crowd, &Evidence { voiced_seconds: 6.0, ..GOOD }), Verdict::Trusted);
        let crowd =
            "the last year of the last year in the last year of the last year of the last year in the last year of";
        assert_eq!(judge(crowd, &Evidence { voiced_seconds: 20.0, ..GOOD }), Verdict::Invented);
    }

    #[test]
    fn going_round_in_circles_is_noticed_and_cut_back() {
        let circle = "a small mocha with a lot of a lot of a lot of a lot of a";
        assert_eq!(judge(circle, &GOOD), Verdict::Doubtful);
        assert_eq!(without_repetition(circle, 2.0), "a small mocha with a lot of");
        assert_eq!(without_repetition("milkmilkmilkmilk", 1.0), "milk");
        assert!(repeats("Give me a large tea with soy milk. Give me a large tea with soy milk.", 5.0));
        assert!(!repeats("two teas, two teas and two scones", 2.0));
        assert!(!repeats("no no no", 0.5));
        assert!(repeats("珈琲珈琲珈琲珈琲珈琲珈琲", 2.0));
    }

    #[test]
    fn a_phrase_said_once_and_written_twice_is_cut_back_and_one_said_twice_is_kept() {
        let twice = "Pour a small latte, pour a small latte.";
        assert_eq!(judge(twice, &Evidence { voiced_seconds: 1.3, ..GOOD }), Verdict::Doubtful);
        assert_eq!(without_repetition(twice, 1.3), "pour a small latte,");
        assert_eq!(judge(twice, &Evidence { voiced_seconds: 2.6, ..GOOD }), Verdict::Trusted);
        assert_eq!(without_repetition(twice, 2.6), twice);
        assert_eq!(without_repetition("two teas, two teas", 0.8), "two teas, two teas");
    }

    #[test]
    fn a_word_alone_that_is_written_more_often_than_there_was_time_for_is_one_word() {
        assert_eq!(without_repetition("Medium, medium, medium", 0.54), "medium,");
        assert_eq!(without_repetition("hot, hot, hot", 0.51), "hot,");
        assert_eq!(without_repetition("That's it. That's it.", 0.55), "that's it.");
        assert_eq!(without_repetition("That's it. That's it.", 1.1), "That's it. That's it.");
        assert_eq!(without_repetition("no, no, no", 0.9), "no, no, no");
        assert_eq!(without_repetition("bye bye", 0.5), "bye bye");
    }

    #[test]
    fn what_was_heard_twice_in_other_words_is_cut_back_and_two_orders_alike_are_kept() {
        let twice = "Give me a large tea with soy milk, Micha, give me a large tea with soya milk. Give me a large";
        assert!(repeats(twice, 2.5));
        assert_eq!(without_repetition(twice, 2.5), "Give me a large tea with soy milk, Micha,");
        assert_eq!(without_repetition(twice, 7.0), twice);
        let alike = "I'd like a large latte with oat milk and I'd like a large mocha with soy milk";
        assert!(!repeats(alike, 4.5));
    }

    #[test]
    fn more_text_than_anybody_can_say_is_doubtful() {
        let long = "one thing after the other said so fast that nobody could ever have said it in that time";
        assert_eq!(judge(long, &Evidence { voiced_seconds: 0.5, ..GOOD }), Verdict::Doubtful);
    }

    #[test]
    fn annotations_are_not_speech() {
        assert_eq!(without_annotations(" [BLANK_AUDIO]"), "");
        assert_eq!(without_annotations("(coughs) Two teas."), "Two teas.");
        assert_eq!(without_annotations(" ♪♪ ..."), "");
    }
}
