//! Phones: IPA broken into sounds with articulatory features, and how easily one is heard as another.
//!
//! The costs come from the features alone (height, backness, place, manner, voice), so they hold for any language
//! that eSpeak NG writes in IPA, and no word has a say in them. 0 is the same sound, 1 has nothing in common.

use std::sync::LazyLock;

/// Features of one sound. Scales are small integers; distances along them are what costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Height 0 (open) … 6 (close), backness 0 (front) … 4 (back), rounded.
    Vowel { height: u8, back: u8, round: bool },
    /// Place 0 (lips) … 10 (glottis).
    Consonant { place: u8, manner: Manner, voiced: bool },
    /// One of the signs that the table does not know.
    Other(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Plosive,
    Nasal,
    Tap,
    Fricative,
    Sibilant,
    Glide,
    Lateral,
}

/// A sound of a transcript or of the shop: a place in [`SIGNS`], or beyond it for a sign that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone(u8);

/// The signs that [`kind`] knows.
const SIGNS: &str = "iyɪɨeøɛœæaəɜɐʌɑɒɔoɤʊuɯpbmɸβwfvʋθðtdnszɾrlɹɻʃʂʒʐɕʑçjʝɲʎkcɡgɟŋxχɣʁhħɦʔ";
/// How many signs beyond those are told apart.
const OTHERS: usize = 16;

/// What confusing and dropping sounds costs, by pairs of sounds: aligning looks it up some millions of times a second.
pub struct Costs {
    sounds: usize,
    confusion: Vec<f32>,
    gap: Vec<f32>,
}

impl Costs {
    pub fn get() -> &'static Costs {
        static COSTS: LazyLock<Costs> = LazyLock::new(|| {
            let signs = SIGNS.chars().map(kind);
            let kinds: Vec<Kind> = signs.chain((0..OTHERS as u8).map(Kind::Other)).collect();
            let pairs = || kinds.iter().flat_map(|a| kinds.iter().map(move |b| (*a, *b)));
            Costs {
                sounds: kinds.len(),
                confusion: pairs().map(|(a, b)| confusion(a, b)).collect(),
                // The last row: with nothing before.
                gap: pairs()
                    .map(|(before, sound)| gap(sound, Some(before)))
                    .chain(kinds.iter().map(|sound| gap(*sound, None)))
                    .collect(),
            }
        });
        &COSTS
    }

    /// What it costs to hear `a` where `b` was said: 0 … 1.
    pub fn confusion(&self, a: Phone, b: Phone) -> f32 {
        self.confusion[usize::from(a.0) * self.sounds + usize::from(b.0)]
    }

    /// What it costs that a sound was swallowed, or heard where there was none. `before` is the sound before it.
    pub fn gap(&self, phone: Phone, before: Option<Phone>) -> f32 {
        self.gap[before.map_or(self.sounds, |before| usize::from(before.0)) * self.sounds + usize::from(phone.0)]
    }
}

/// The sounds of a text in IPA; stress, length, tone and spaces are left out.
pub fn parse(ipa: &str) -> Vec<Phone> {
    let mut phones: Vec<Phone> = Vec::with_capacity(ipa.len());
    for sign in ipa.chars() {
        match sign {
            'ˈ' | 'ˌ' | 'ː' | 'ˑ' | '\u{303}' | '\u{329}' | '\u{32f}' | '\u{361}' | '˞' | 'ʲ' | 'ʰ' => {}
            'ɚ' | 'ɝ' => phones.extend([phone('ə'), phone('ɹ')]),
            'ᵻ' => phones.push(phone('ɪ')),
            'ɫ' => phones.push(phone('l')),
            sign if sign.is_whitespace() || sign.is_ascii_punctuation() || sign.is_ascii_digit() => {}
            sign => phones.push(phone(sign)),
        }
    }
    phones
}

fn phone(sign: char) -> Phone {
    // Two signs for one sound are one phone.
    let known = |kind: Kind| SIGNS.chars().position(|other| self::kind(other) == kind);
    let place = match kind(sign) {
        Kind::Other(number) => SIGNS.chars().count() + usize::from(number),
        kind => known(kind).unwrap_or_default(),
    };
    Phone(place as u8)
}

fn kind(sign: char) -> Kind {
    use Manner::{Fricative, Glide, Lateral, Nasal, Plosive, Sibilant, Tap};
    let vowel = |height, back, round| Kind::Vowel { height, back, round };
    let consonant = |place, manner, voiced| Kind::Consonant { place, manner, voiced };
    match sign {
        'i' => vowel(6, 0, false),
        'y' => vowel(6, 0, true),
        'ɪ' | 'ɨ' => vowel(5, 1, false),
        'e' => vowel(4, 0, false),
        'ø' => vowel(4, 0, true),
        'ɛ' => vowel(2, 0, false),
        'œ' => vowel(2, 0, true),
        'æ' => vowel(1, 0, false),
        'a' => vowel(0, 1, false),
        'ə' => vowel(3, 2, false),
        'ɜ' => vowel(2, 2, false),
        'ɐ' => vowel(1, 2, false),
        'ʌ' => vowel(2, 3, false),
        'ɑ' => vowel(0, 4, false),
        'ɒ' => vowel(0, 4, true),
        'ɔ' => vowel(2, 4, true),
        'o' => vowel(4, 4, true),
        'ɤ' => vowel(4, 4, false),
        'ʊ' => vowel(5, 3, true),
        'u' => vowel(6, 4, true),
        'ɯ' => vowel(6, 4, false),
        'p' => consonant(0, Plosive, false),
        'b' => consonant(0, Plosive, true),
        'm' => consonant(0, Nasal, true),
        'ɸ' => consonant(0, Fricative, false),
        'β' => consonant(0, Fricative, true),
        'w' => consonant(0, Glide, true),
        'f' => consonant(1, Fricative, false),
        'v' => consonant(1, Fricative, true),
        'ʋ' => consonant(1, Glide, true),
        'θ' => consonant(2, Fricative, false),
        'ð' => consonant(2, Fricative, true),
        't' => consonant(3, Plosive, false),
        'd' => consonant(3, Plosive, true),
        'n' => consonant(3, Nasal, true),
        's' => consonant(3, Sibilant, false),
        'z' => consonant(3, Sibilant, true),
        'ɾ' | 'r' => consonant(3, Tap, true),
        'l' => consonant(3, Lateral, true),
        'ɹ' | 'ɻ' => consonant(4, Glide, true),
        'ʃ' | 'ʂ' => consonant(5, Sibilant, false),
        'ʒ' | 'ʐ' => consonant(5, Sibilant, true),
        'ɕ' => consonant(6, Sibilant, false),
        'ʑ' => consonant(6, Sibilant, true),
        'ç' => consonant(6, Fricative, false),
        'j' | 'ʝ' => consonant(6, Glide, true),
        'ɲ' => consonant(6, Nasal, true),
        'ʎ' => consonant(6, Lateral, true),
        'k' | 'c' => consonant(7, Plosive, false),
        'ɡ' | 'g' | 'ɟ' => consonant(7, Plosive, true),
        'ŋ' => consonant(7, Nasal, true),
        'x' | 'χ' => consonant(7, Fricative, false),
        'ɣ' | 'ʁ' => consonant(7, Fricative, true),
        'h' | 'ħ' => consonant(10, Fricative, false),
        'ɦ' => consonant(10, Fricative, true),
        'ʔ' => consonant(10, Plosive, false),
        other => Kind::Other((u32::from(other) as usize % OTHERS) as u8),
    }
}

fn confusion(a: Kind, b: Kind) -> f32 {
    if a == b {
        return 0.0;
    }
    match (a, b) {
        (Kind::Vowel { height: h1, back: b1, round: r1 }, Kind::Vowel { height: h2, back: b2, round: r2 }) => {
            let reduced = |h: u8, b: u8| (2..=5).contains(&h) && (1..=3).contains(&b);
            // Any vowel may be reduced to a central one where it has no stress.
            let scale = if reduced(h1, b1) || reduced(h2, b2) { 0.6 } else { 1.0 };
            let far = 0.07 * f32::from(h1.abs_diff(h2)) + 0.07 * f32::from(b1.abs_diff(b2));
            (scale * (0.08 + far + if r1 == r2 { 0.0 } else { 0.04 })).min(0.6)
        }
        (
            Kind::Consonant { place: p1, manner: m1, voiced: v1 },
            Kind::Consonant { place: p2, manner: m2, voiced: v2 },
        ) => {
            let place = match p1.abs_diff(p2) {
                0 => 0.0,
                1 => 0.15,
                2 => 0.25,
                3..=4 => 0.4,
                _ => 0.5,
            };
            let voice = if v1 == v2 { 0.0 } else { 0.18 };
            (place + manner(m1, m2) + voice).min(1.0)
        }
        // "l" darkens to a vowel, glides are short vowels.
        (Kind::Vowel { height, back, .. }, Kind::Consonant { manner, place, .. })
        | (Kind::Consonant { manner, place, .. }, Kind::Vowel { height, back, .. }) => match manner {
            Manner::Lateral if back >= 3 => 0.45,
            Manner::Glide if place == 6 && back <= 1 && height >= 5 => 0.25,
            Manner::Glide if place == 0 && back >= 3 && height >= 4 => 0.25,
            Manner::Glide if place == 4 && (1..=3).contains(&back) => 0.45,
            _ => 1.0,
        },
        _ => 1.0,
    }
}

fn manner(a: Manner, b: Manner) -> f32 {
    use Manner::{Fricative, Glide, Lateral, Nasal, Plosive, Sibilant, Tap};
    if a == b {
        return 0.0;
    }
    match (a, b) {
        (Plosive, Tap) | (Tap, Plosive) => 0.1,
        (Fricative, Sibilant) | (Sibilant, Fricative) => 0.25,
        (Lateral, Glide) | (Glide, Lateral) | (Lateral, Tap) | (Tap, Lateral) | (Glide, Tap) | (Tap, Glide) => 0.3,
        (Plosive, Fricative) | (Fricative, Plosive) => 0.35,
        (Plosive, Sibilant) | (Sibilant, Plosive) => 0.5,
        (Nasal, Lateral) | (Lateral, Nasal) | (Nasal, Plosive) | (Plosive, Nasal) => 0.45,
        _ => 0.6,
    }
}

fn gap(sound: Kind, before: Option<Kind>) -> f32 {
    match sound {
        // The second half of a diphthong is weak, a reduced vowel weaker than a full one.
        Kind::Vowel { height, back, .. } => match before {
            Some(Kind::Vowel { .. }) if height >= 5 => 0.2,
            _ if (2..=5).contains(&height) && (1..=3).contains(&back) => 0.3,
            _ => 0.5,
        },
        Kind::Consonant { manner, place, .. } => {
            if before == Some(sound) {
                return 0.1;
            }
            match manner {
                _ if place == 10 => 0.25,
                // "t" and "d" are dropped at the ends of words and between consonants.
                Manner::Plosive if place == 3 => 0.3,
                Manner::Plosive => 0.5,
                Manner::Tap | Manner::Glide => 0.35,
                Manner::Lateral | Manner::Nasal => 0.45,
                Manner::Fricative => 0.5,
                Manner::Sibilant => 0.6,
            }
        }
        Kind::Other(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(a: Phone, b: Phone) -> f32 {
        Costs::get().confusion(a, b)
    }

    fn one(sign: &str) -> Phone {
        parse(sign)[0]
    }

    #[test]
    fn near_sounds_cost_less_than_far_ones_and_the_order_does_not_matter() {
        for (near, far) in
            [("pb", "ps"), ("mn", "mk"), ("ɪi", "ɪɑ"), ("tɾ", "tʃ"), ("sz", "sm"), ("əʌ", "iɑ"), ("wu", "wt")]
        {
            let (near, far) = (parse(near), parse(far));
            assert!(confusion(near[0], near[1]) < confusion(far[0], far[1]));
            assert_eq!(confusion(far[0], far[1]), confusion(far[1], far[0]));
        }
        assert_eq!(confusion(one("k"), one("k")), 0.0);
    }

    #[test]
    fn stress_length_and_spaces_are_not_sounds() {
        assert_eq!(parse("lˈɑːteɪ"), parse("l ɑ t e ɪ"));
        assert_eq!(parse("wˈɔːɾɚ").len(), 5);
    }
}
