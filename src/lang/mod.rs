//! Language as data: `assets/lang/<code>.toml`, one part a stage. No word of a language stands in code; this room holds the
//! shape of every table, and imports no stage.

pub mod cue;
pub mod destination;
pub mod diet;
pub mod quantity;
pub mod reply;
pub mod speak;
pub mod totals;
pub mod understand;
pub mod wording;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use quantity::{Numbers, UnitWords};
pub use totals::Labels;

/// Everything that the stages know of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its code, as the shop writes it ("en").
    pub code: String,
    pub numbers: Numbers,
    /// Units of measure by key ("lb"), with what people call them.
    pub units: BTreeMap<String, UnitWords>,
    pub understand: crate::lang::understand::Words,
    /// What people must not eat, touch or wear.
    #[serde(default)]
    pub diet: diet::Diet,
    pub speak: speak::Words,
    pub over: Over,
    /// How the rows below a cart are called.
    pub totals: Labels,
    pub ticket: Ticket,
    pub reply: crate::lang::reply::Words,
}

/// What people say while somebody else speaks, in words alone: marks and blanks between them do not count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Over {
    /// That they listen; they want no answer.
    pub back_channels: Vec<String>,
    /// That the other is to be silent.
    pub stops: Vec<String>,
    /// What may stand around these.
    pub around: Vec<String>,
}

/// How an order is written out for who makes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Where the shop has no template of its own.
    pub template: String,
}

/// The languages that come with the program.
const BUILT_IN: &[(&str, &str)] =
    &[("en", include_str!("../../assets/lang/en.toml")), ("zh", include_str!("../../assets/lang/zh.toml"))];

#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    #[error("{}: {}", self.problem(), self.mend())]
    Unknown { code: String, known: String },
    #[error("{}; {}", self.problem(), self.mend())]
    Broken { code: String, problem: String },
}

impl LanguageError {
    /// What is wrong.
    pub fn problem(&self) -> String {
        match self {
            Self::Unknown { code, .. } => format!("no language \"{code}\""),
            Self::Broken { code, problem } => format!("the language file of \"{code}\" cannot be read: {problem}"),
        }
    }

    /// What to do about it.
    pub fn mend(&self) -> String {
        match self {
            Self::Unknown { known, .. } => format!("write one of {known} as the shop's language"),
            Self::Broken { .. } => "mend it, or build again from a clean checkout".into(),
        }
    }
}

impl Language {
    /// The built-in language of that code.
    ///
    /// # Errors
    /// When there is none of that code, or its file has a mistake.
    pub fn load(code: &str) -> Result<Language, LanguageError> {
        let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == code) else {
            let known: Vec<&str> = BUILT_IN.iter().map(|(code, _)| *code).collect();
            return Err(LanguageError::Unknown { code: code.into(), known: known.join(", ") });
        };
        Language::parse(code, text)
    }

    /// A language from the text of its file.
    ///
    /// # Errors
    /// When the text is no TOML, or has a key that no stage knows.
    pub fn parse(code: &str, text: &str) -> Result<Language, LanguageError> {
        let mut language: Language = toml::from_str(text)
            .map_err(|e: toml::de::Error| LanguageError::Broken { code: code.into(), problem: e.to_string() })?;
        language.understand.count_by_classifiers();
        Ok(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_loads_and_an_unknown_language_says_what_there_is() {
        assert_eq!(Language::load("en").expect("English is built in").code, "en");
        let problem = Language::load("tlh").expect_err("no Klingon").to_string();
        assert!(problem.contains("tlh") && problem.contains("en"), "{problem}");
    }

    #[test]
    fn a_misspelt_key_is_an_error_with_its_name() {
        let problem = Language::parse("xx", "code = \"xx\"\nnumbrs = {}\n").expect_err("misspelt").to_string();
        assert!(problem.contains("numbrs"), "{problem}");
    }
}
