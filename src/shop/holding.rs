//! Whether a thing holds what somebody must not have, as far as the shop wrote it down: nothing is guessed.

use crate::lang::diet::Substance;

use super::model::{ItemId, OptionId, Shop};

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Held {
    /// The shop says that it does.
    Yes,
    /// The shop says that it does not.
    No,
    /// The shop says nothing of it.
    Unknown,
}

/// An item as it is made: with these options, and without those.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    pub item: ItemId,
    pub with: &'a [OptionId],
    pub without: &'a [OptionId],
}

impl Shop {
    /// Of a diet: whether it holds what the diet rules out.
    pub fn holds(&self, made: Made<'_>, name: &str) -> Held {
        let Some(kind) = self.diet.kind(name) else { return self.holds_substance(made, name) };
        let tagged = self.item(made.item).tags.iter().any(|tag| is_one_of(tag, &kind.tags));
        let ruled_out: Vec<Held> = kind.without.iter().map(|name| self.holds_substance(made, name)).collect();
        let chosen = kind.without.iter().any(|name| self.chosen_holds(made, name));
        match tagged {
            true if !chosen => Held::No,
            _ if chosen || ruled_out.contains(&Held::Yes) => Held::Yes,
            _ if !ruled_out.is_empty() && ruled_out.iter().all(|held| *held == Held::No) => Held::No,
            _ => Held::Unknown,
        }
    }

    fn chosen_holds(&self, made: Made<'_>, name: &str) -> bool {
        let words = self.mention(self.diet.substance(name), name);
        made.with.iter().any(|option| words.stand_in(&self.option(*option).names.title))
    }

    fn holds_substance(&self, made: Made<'_>, name: &str) -> Held {
        if self.chosen_holds(made, name) {
            return Held::Yes;
        }
        let mention = self.mention(self.diet.substance(name), name);
        let item = self.item(made.item);
        let free = |tag: &String| mention.freed().any(|free| is_one_of(tag, &[free]));
        // "Gluten-free bread" says it in its name.
        let named = words(&item.names.title);
        if item.tags.iter().any(free) || mention.freed().any(|free| position(&named, &words(&free)).is_some()) {
            return Held::No;
        }
        if item.tags.iter().any(|tag| mention.stand_in(tag)) {
            return Held::Yes;
        }
        let promises = |kind: &&crate::lang::diet::Kind| kind.without.iter().any(|without| without == name);
        let mut promising = self.diet.kinds.iter().filter(promises);
        if promising.any(|kind| item.tags.iter().any(|tag| is_one_of(tag, &kind.tags))) {
            return Held::No;
        }
        // A latte with oat milk is made of the milk that was chosen, not of that which the shop wrote.
        let decided = |written: &str| self.decided(made, written);
        let written = item.ingredients.iter().filter(|written| !decided(written));
        let described = item.description.iter().filter(|_| !item.ingredients.iter().any(|written| decided(written)));
        let texts: Vec<&String> = written.chain(described).chain([&item.names.title]).collect();
        // "A mouthwash without alcohol" says that there is none.
        let freed = |text: &str| mention.freed().any(|free| position(&words(text), &words(&free)).is_some());
        match texts.iter().any(|text| mention.stand_in(text)) {
            true => Held::Yes,
            false if texts.iter().any(|text| freed(text)) => Held::No,
            false => Held::Unknown,
        }
    }

    /// Whether what is chosen, or left out, decides about this ingredient.
    fn decided(&self, made: Made<'_>, ingredient: &str) -> bool {
        let ingredient = words(ingredient);
        let named = |names: &super::model::Names| words(&names.title) == ingredient;
        let of_list = |option: &OptionId| named(&self.option_list(option.list).names);
        made.with.iter().any(of_list)
            || made.without.iter().any(|option| of_list(option) || named(&self.option(*option).names))
    }

    fn mention<'a>(&'a self, substance: Option<&'a Substance>, name: &'a str) -> Mention<'a> {
        Mention::new(substance, name, &self.diet.free)
    }

    /// The substance or the diet that a tag speaks of, by name.
    pub fn diet_of_tag(&self, tag: &str) -> Option<&str> {
        let kind = self.diet.kinds.iter().find(|kind| is_one_of(tag, &kind.tags[..1.min(kind.tags.len())]));
        let speaks = |substance: &&Substance| {
            let mention = self.mention(Some(substance), &substance.name);
            mention.freed().any(|free| is_one_of(tag, &[free])) || mention.stand_in(tag)
        };
        let substance = || self.diet.substances.iter().find(speaks).map(|substance| substance.name.as_str());
        kind.map(|kind| kind.name.as_str()).or_else(substance)
    }
}

/// The words that name a substance in what a shop writes.
struct Mention<'a> {
    said: Vec<&'a str>,
    holds: Vec<&'a str>,
    but: &'a [String],
    /// How it is said that it is not in something; `{x}` stands for each of its names.
    free: &'a [String],
}

impl<'a> Mention<'a> {
    /// A substance that the language does not know is called as it was said.
    fn new(substance: Option<&'a Substance>, name: &'a str, free: &'a [String]) -> Mention<'a> {
        match substance {
            Some(substance) => Mention {
                said: substance.said.iter().map(String::as_str).collect(),
                holds: substance.holds.iter().map(String::as_str).collect(),
                but: &substance.but,
                free,
            },
            None => Mention { said: vec![name], holds: vec![], but: &[], free },
        }
    }

    fn freed(&self) -> impl Iterator<Item = String> {
        self.said.iter().flat_map(|said| self.free.iter().map(move |form| form.replace("{x}", said)))
    }

    fn stand_in(&self, text: &str) -> bool {
        let mut text = words(text);
        for but in self.but.iter().cloned().chain(self.freed()) {
            let but = words(&but);
            while let Some(at) = position(&text, &but) {
                text.splice(at..at + but.len(), [String::new()]);
            }
        }
        self.said.iter().chain(&self.holds).any(|name| position(&text, &words(name)).is_some())
    }
}

fn position(text: &[String], phrase: &[String]) -> Option<usize> {
    (!phrase.is_empty()).then(|| text.windows(phrase.len()).position(|window| window == phrase)).flatten()
}

fn is_one_of(tag: &str, tags: &[String]) -> bool {
    tags.iter().any(|other| words(other) == words(tag))
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(String::from)
        .collect()
}
