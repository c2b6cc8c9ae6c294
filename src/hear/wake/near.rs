//! What sounds almost like the phrase and is another: some of its sounds put in place of others, whatever the language.

use crate::chance::Chance;

/// Signs of IPA that are vowels; every other letter is a consonant.
const VOWELS: &str = "iyɪɨeøɛœæaəɜɐʌɑɒɔoɤʊuɯᵻɚ";
/// At least this share of a phrase's sounds is in the stretch that changes, and of these change so many.
const STRETCH: (usize, usize) = (40, 100);
const CHANGES: usize = 75;
/// A changed phrase differs in so many sounds at least.
const DIFFERS: usize = 2;

fn is_vowel(sign: char) -> bool {
    VOWELS.contains(sign)
}

/// The sounds that sentences in IPA have, each as often as it stands there.
pub struct Sounds {
    vowels: Vec<char>,
    consonants: Vec<char>,
}

impl Sounds {
    pub fn of<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Sounds {
        let signs = sentences.into_iter().flat_map(str::chars).filter(|sign| sign.is_alphabetic() && is_sound(*sign));
        let (vowels, consonants) = signs.partition(|sign| is_vowel(*sign));
        Sounds { vowels, consonants }
    }

    /// Something near `phrase` that is not it. Where it has too few sounds for that, they all change.
    pub fn near(&self, phrase: &str, chance: &mut Chance) -> String {
        let mut signs: Vec<char> = phrase.chars().collect();
        let sounds: Vec<usize> = (0..signs.len()).filter(|at| is_sound(signs[*at])).collect();
        let share = STRETCH.0 + chance.below(STRETCH.1 - STRETCH.0 + 1);
        let length = (sounds.len() * share).div_ceil(100).clamp(1, sounds.len().max(1));
        // At its beginning or at its end: one half is heard as it is.
        let from = if chance.below(2) == 0 { 0 } else { sounds.len().saturating_sub(length) };
        let mut differs = 0;
        for (number, at) in sounds.iter().enumerate().skip(from).take(length) {
            let left = from + length - number;
            if differs + left <= DIFFERS || chance.below(100) < CHANGES {
                differs += usize::from(self.change(&mut signs[*at], chance));
            }
        }
        signs.into_iter().collect()
    }

    /// Another sound of the same kind, if there is one.
    fn change(&self, sign: &mut char, chance: &mut Chance) -> bool {
        let kind = if is_vowel(*sign) { &self.vowels } else { &self.consonants };
        let others: Vec<char> = kind.iter().copied().filter(|other| other != sign).collect();
        match others.get(chance.below(others.len())) {
            Some(other) => {
                *sign = *other;
                true
            }
            None => false,
        }
    }
}

/// Not a mark of stress, length or tone.
fn is_sound(sign: char) -> bool {
    sign.is_alphabetic() && !('\u{2b0}'..='\u{2ff}').contains(&sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_differs_in_two_sounds_and_keeps_its_marks() {
        let phrase = "hˈeɪ bɑːɹˈiːstə";
        let sounds = Sounds::of(["ðə kwˈɪk bɹˈaʊn fˈɑːks", "dʒˈʌmps ˌoʊvɚ lˈeɪzi dˈɑːɡz"]);
        let mut chance = Chance(3);
        for _ in 0..50 {
            let near = sounds.near(phrase, &mut chance);
            assert_eq!(near.chars().count(), phrase.chars().count());
            let differ: Vec<(char, char)> = near.chars().zip(phrase.chars()).filter(|(a, b)| a != b).collect();
            assert!(differ.len() >= DIFFERS, "{near}");
            assert!(differ.iter().all(|(a, b)| is_vowel(*a) == is_vowel(*b) && is_sound(*b)), "{near}");
        }
    }

    #[test]
    fn without_other_sounds_nothing_changes() {
        assert_eq!(Sounds::of([]).near("hˈeɪ", &mut Chance(1)), "hˈeɪ");
    }
}
