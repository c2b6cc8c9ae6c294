//! The `[understand]` part of a language file: how people frame, refuse, change and ask.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cue::Cue;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Words and phrases around what is ordered that are said all the time, and mis-heard as often.
    pub framing: Vec<String>,
    /// Steps that bring the forms of a word to one; in each step the first rule that fits is carried out.
    pub stems: Vec<Vec<Stem>>,
    /// Endings of words that say what is done with the thing named before them.
    pub participles: Endings,
    /// Of these, the endings that are left off to tell somebody to do it ("toasted": "toast").
    #[serde(default)]
    pub imperatives: Endings,
    pub sample: Sample,
    pub requests: Requests,
    /// Whole words written or formed against the rules: "loaves" = "loaf".
    pub irregular: BTreeMap<String, String>,
    /// Signs that are read as words: "%" = "percent".
    pub symbols: BTreeMap<String, String>,
    /// Words for sizes, as any shop may have them.
    pub sizes: Vec<String>,
    /// Words, parted by blanks, that are said around what is ordered: a run of these is no wish and names nothing.
    pub common: String,
    /// Words, parted by blanks, that tell of something: a clause with one of these is no wish about what is ordered.
    #[serde(default)]
    pub telling: String,
    /// Words, parted by blanks, for who does something: what they did is told ("*I* measured again").
    #[serde(default)]
    pub subjects: String,
    /// Words, parted by blanks, behind which a thing is told more of ("the spray *that* keeps water off").
    #[serde(default)]
    pub relatives: String,
    /// Words, parted by blanks, that say which way a thing is measured, behind how much it measures ("half inch *thick*").
    #[serde(default)]
    pub dimensions: String,
    /// Phrases that mean the same wherever they stand in the name of a thing. The first of a group is tried last.
    pub synonyms: Vec<Vec<String>>,
    /// What people say around the thing that an option is of, `{x}`, in groups that mean the same: an option whose name is so
    /// worded is called so in every wording of the group. `(a|b|)` as in `cues`.
    #[serde(default)]
    pub wordings: Vec<Vec<String>>,
    /// Words that end a question as a question mark does.
    #[serde(default)]
    pub closing: Vec<String>,
    /// Signs of a script without gaps that sound alike, a set each: one may be a slip of another within a name.
    #[serde(default)]
    pub homophones: Vec<String>,
    /// What shops may say of their items and people ask for ("vegan").
    pub tags: Vec<String>,
    pub unfinished: Unfinished,
    pub take_up: TakeUp,
    pub waiting: Waiting,
    #[serde(default)]
    pub matters: MatterWords,
    #[serde(default)]
    pub conditions: ConditionWords,
    #[serde(default)]
    pub prices: PriceWords,
    #[serde(default)]
    pub paying: PayWords,
    #[serde(default)]
    pub private: PrivateWords,
    #[serde(default)]
    pub destination: super::destination::DestinationWords,
    #[serde(default)]
    pub follow: FollowWords,
    pub evasion: Evasion,
    /// What may stand beside a yes and change nothing; anything else makes it no consent. `(a|b|)` as in `cues`.
    pub beside_yes: Vec<String>,
    /// Words, parted by blanks, by which people address whoever serves them. Where the shop has nothing called so, they say
    /// nothing, and what is said to somebody means the same without them.
    #[serde(default)]
    pub address: String,
    /// Phrases by what they do in a sentence; `(a|b|)` in a phrase stands for each of its alternatives, `{c}` for each word
    /// that things are counted by.
    pub cues: BTreeMap<Cue, Vec<String>>,
}

impl Words {
    /// Words that things are counted by.
    pub fn classifiers(&self) -> &[String] {
        self.cues.get(&Cue::Classifier).map_or(&[], Vec::as_slice)
    }

    /// Write out what `{c}` stands for.
    pub(super) fn count_by_classifiers(&mut self) {
        let any = format!("({})", self.classifiers().join("|"));
        for pattern in self.cues.values_mut().flatten() {
            *pattern = pattern.replace("{c}", &any);
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stem {
    pub end: String,
    pub to: String,
    /// Only words with more characters than this.
    #[serde(default)]
    pub longer_than: usize,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endings {
    pub ends: Vec<String>,
    /// Endings of other words that look like these.
    pub but: Vec<String>,
    /// Only words with more characters than this.
    pub longer_than: usize,
}

impl Endings {
    pub fn fit(&self, word: &str) -> bool {
        let any = |ends: &[String]| ends.iter().any(|end| word.ends_with(end.as_str()));
        any(&self.ends) && !any(&self.but) && word.chars().count() > self.longer_than
    }
}

/// What stands at the end of a sentence that somebody is still in the middle of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unfinished {
    /// Phrases after which more must come; `(a|b|)` as in `cues`.
    pub words: Vec<String>,
    /// Phrases that end as those do and are whole all the same.
    #[serde(default)]
    pub finished: Vec<String>,
    /// How the recogniser writes a voice that trails off.
    pub marks: Vec<String>,
}

/// How people come back for what was put aside; `{n}` stands for a number, `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeUp {
    pub phrases: Vec<String>,
    /// With the code that was given for it.
    pub codes: Vec<String>,
    /// What may be said around such a phrase; with anything else besides, it is none.
    pub around: Vec<String>,
    /// Words for a nought in a code, and within a number.
    pub noughts: Vec<String>,
    pub joints: Vec<String>,
}

/// How people ask for patience; `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    pub phrases: Vec<String>,
    /// What may be said around such a phrase; with anything else besides, it is none.
    pub around: Vec<String>,
}

/// What people speak of that is no order here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matter {
    /// Card numbers, PINs: not to be said at all.
    Private,
    /// A phone's or a room's number: no amount of anything.
    Number,
    /// Whether a thing is good for somebody, and how much of it.
    Health,
    /// Paying, bringing back, what was bought before, all that people at the counter know.
    Support,
    /// "How many do I have?"
    Cart,
    /// Asks about a thing what few shops write down ("how big is the kettle").
    About,
    /// Speaks of a thing and has not decided ("maybe a kettle, I don't know yet").
    Undecided,
    /// Said to somebody else.
    Aside,
    /// Of what there is, with no wish for it ("this is good coffee").
    Praise,
    /// Holds people together and asks for nothing ("sorry about that").
    Talk,
    /// That there is enough of something ("that's all the rope I need").
    Enough,
    /// What is to be written on a thing ("it should say happy birthday").
    Text,
}

/// How far a pattern reaches that says what a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The whole clause that it stands in.
    Clause,
    /// From its first word to the end of the clause.
    Rest,
    /// Its own words.
    Itself,
}

/// Patterns by matter; `…` stands for some words, `{n}` for a number, `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatterWords {
    pub kinds: BTreeMap<Matter, MatterPatterns>,
    /// How a new clause opens.
    pub openers: Vec<String>,
    /// How a clause goes on after a pause.
    pub goes_on: Vec<String>,
    /// What may stand within a number that is read out: "double four".
    pub repeats: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatterPatterns {
    pub within: Vec<String>,
    pub opens: Vec<String>,
    pub alone: Vec<String>,
}

/// How people order on a condition; `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConditionWords {
    pub opens: Vec<String>,
    /// What is wanted then is wanted in the place of what is not there.
    pub lacks: Vec<String>,
    /// What looks like a condition and is none.
    pub polite: Vec<String>,
    /// The same where nothing follows in the clause.
    pub had: Vec<String>,
    /// Before one of `opens`: a question, or one that is told of.
    pub led: Vec<String>,
}

/// How people go on from a question of theirs; `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowWords {
    /// Opens the same question about another item.
    pub same: Vec<String>,
    /// Takes what was asked about; `{x}` stands for an ordinal.
    pub take: Vec<String>,
    /// Takes an option that was asked about.
    #[serde(default)]
    pub put_in: Vec<String>,
    /// What may be said around it.
    pub around: Vec<String>,
}

/// How people speak of what the price is besides: `{x}` stands for the words of a voucher's code, `{n}` for a number,
/// `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceWords {
    pub voucher: Vec<String>,
    /// The same with no code that the shop knows.
    pub voucher_unknown: Vec<String>,
    pub tip_percent: Vec<String>,
    pub tip_amount: Vec<String>,
    pub no_tip: Vec<String>,
    /// In answer to whether they would like to add a tip: a share, an amount, none.
    pub percent: Vec<String>,
    pub amount: Vec<String>,
    pub none: Vec<String>,
    /// What may be said around a code that is said alone, and around such an answer.
    pub around: Vec<String>,
}

/// What people say of how they pay; `{n}` stands for a number, `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayWords {
    /// Asking how one can pay.
    pub ways: Vec<String>,
    pub counter: Vec<String>,
    pub cash: Vec<String>,
    /// With how much of it they hand over.
    pub cash_with: Vec<String>,
    pub card: Vec<String>,
    pub account: Vec<String>,
    /// In answer to how they would like to pay.
    pub alone: PayAlone,
    /// What may be said around such an answer.
    pub around: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayAlone {
    pub counter: Vec<String>,
    pub cash: Vec<String>,
    pub cash_with: Vec<String>,
    pub card: Vec<String>,
    pub account: Vec<String>,
}

/// What must not be kept of what was said.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateWords {
    /// What announces digits of a card, and of a code; `(a|b|)` as in `cues`.
    pub card: Vec<String>,
    pub code: Vec<String>,
    /// The code of a gift card, or of an account with the shop.
    pub account: Vec<String>,
    /// Said between digits.
    pub between: Vec<String>,
    /// "double": how often the next digit stands.
    pub times: BTreeMap<String, usize>,
    /// What stands in their place.
    pub card_mark: String,
    pub code_mark: String,
    pub account_mark: String,
}

/// Answers that name nothing of what was offered, each the whole of a sentence; `(a|b|)` as in `cues`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evasion {
    /// "whatever", "you choose".
    pub any: Vec<String>,
    pub biggest: Vec<String>,
    pub smallest: Vec<String>,
    pub dearest: Vec<String>,
    pub cheapest: Vec<String>,
    pub middle: Vec<String>,
    /// What may be said around these ("the … one you have"), besides what the shop calls the list that is asked about.
    pub around_choice: Vec<String>,
    /// "leave it as it is", "keep it".
    #[serde(default)]
    pub keep: Vec<String>,
    pub skip: Vec<String>,
    /// "I don't know", "what are the choices".
    pub unsure: Vec<String>,
    /// Asked whether they would hear more.
    pub more: Vec<String>,
    pub never_mind: Vec<String>,
    /// "put my order aside".
    pub set_aside: Vec<String>,
    /// What may be said around such a phrase.
    pub around: Vec<String>,
}

/// Words to make up orders with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Whole utterances; `{lines}` stands for what is ordered.
    pub orders: Vec<String>,
    pub with: String,
    pub and: String,
    pub no: String,
    pub light: String,
    pub extra: String,
}

/// Wordings to make up what people may say, for the language model of a shop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// Before the first thing asked for, and before those.
    pub openers: Vec<String>,
    pub greetings: Vec<String>,
    /// After everything.
    pub closers: Vec<String>,
    /// Between one thing and the next.
    pub between: Vec<String>,
    pub articles: Vec<String>,
    /// Between a number, or an article, and the thing.
    pub portions: Vec<String>,
    /// Between a thing and its options.
    pub with: Vec<String>,
    /// Before an option, as to how much of it.
    pub amounts: Vec<String>,
    /// Before options alone.
    pub changes: Vec<String>,
    pub answers: Vec<String>,
    /// What else is said by itself in any shop, a word or two; beside the names of things, numbers and `answers`.
    pub alone: Vec<String>,
}
