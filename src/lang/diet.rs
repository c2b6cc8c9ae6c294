//! What people must not, or will not, eat, touch or wear: substances and diets, what they are called, how a shop writes that
//! a thing holds them, and how people state and ask that.

use serde::Deserialize;

/// `{x}` in a pattern stands for a substance, or for a diet; `…` for some words; `(a|b|)` as in `cues`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diet {
    pub substances: Vec<Substance>,
    pub kinds: Vec<Kind>,
    /// "nut free": how a tag says that a substance is not in it.
    pub free: Vec<String>,
    pub say: Patterns,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Substance {
    pub name: String,
    /// What people call it.
    pub said: Vec<String>,
    /// What a shop writes where it is in a thing, besides.
    pub holds: Vec<String>,
    /// What looks like it and is not.
    #[serde(default)]
    pub but: Vec<String>,
}

/// A way to live that rules substances out.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub name: String,
    pub said: Vec<String>,
    /// Tags that promise it.
    pub tags: Vec<String>,
    /// Substances by name.
    pub without: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patterns {
    /// States an allergy to whatever is named, known or not.
    pub allergic: Vec<String>,
    /// States one to a known substance.
    pub avoids: Vec<String>,
    /// The same of a substance or of what holds it: "a walnut allergy", "he can't have cheese".
    pub named: Vec<String>,
    /// Says that there is none to what is named: "I'm not allergic to {x}".
    pub denies: Vec<String>,
    /// Says that there is none at all.
    pub none: Vec<String>,
    /// Behind one that is stated: "… not to {x}".
    pub spares: Vec<String>,
    /// No substance: "to it".
    pub nothing: Vec<String>,
    /// Between one substance and the next.
    pub joints: Vec<String>,
    /// States a diet.
    pub lives: Vec<String>,
    /// "Does it have {x}?", "is it {x} free?"
    pub has: Vec<String>,
    /// "Which have no {x}?"
    pub which_lack: Vec<String>,
    /// "What is {x}?", of a diet.
    pub which_are: Vec<String>,
    /// "Is it okay for me?"
    pub suits: Vec<String>,
    /// "Is it okay for someone", before what they must not have.
    pub suits_whom: Vec<String>,
    /// Says that nobody lives so: "I'm not {x}".
    pub lives_not: Vec<String>,
    /// "What can I eat?"
    pub which_suit: Vec<String>,
}

impl Diet {
    pub fn substance(&self, name: &str) -> Option<&Substance> {
        self.substances.iter().find(|substance| substance.name == name)
    }

    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }
}
