//! Signs of the shop's names that another may be a slip of: scripts without letters are mis-written by sound ("伴糖" for
//! "半糖"), and two signs that only look or mean alike are never mixed.

use std::collections::HashMap;

#[derive(Debug, Default)]
pub struct Alike {
    /// The set of those that sound alike, by its number.
    sound_of: HashMap<char, usize>,
    /// The shop's signs of each set.
    signs: Vec<Vec<u32>>,
}

impl Alike {
    pub fn new(homophones: &[String]) -> Alike {
        let all = homophones.iter().enumerate().flat_map(|(set, signs)| signs.chars().map(move |sign| (sign, set)));
        Alike { sound_of: all.collect(), signs: vec![Vec::new(); homophones.len()] }
    }

    fn set(&self, key: &str) -> Option<usize> {
        let mut chars = key.chars();
        let sign = chars.next().filter(|_| chars.next().is_none())?;
        self.sound_of.get(&sign).copied()
    }

    pub fn add(&mut self, key: &str, id: u32) {
        let Some(set) = self.set(key) else { return };
        if !self.signs[set].contains(&id) {
            self.signs[set].push(id);
        }
    }

    pub fn find(&self, key: &str) -> &[u32] {
        self.set(key).map_or(&[], |set| &self.signs[set])
    }
}

#[cfg(test)]
mod tests {
    use super::Alike;

    #[test]
    fn a_sign_finds_those_of_its_sound_alone() {
        let mut alike = Alike::new(&["糖堂汤".to_string(), "冰病兵".to_string()]);
        alike.add("糖", 1);
        alike.add("冰", 2);
        assert_eq!(alike.find("堂"), [1]);
        assert_eq!(alike.find("病"), [2]);
        assert!(alike.find("水").is_empty() && alike.find("糖冰").is_empty());
    }
}
