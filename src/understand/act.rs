//! Dialogue acts: what one utterance asks for. The contract between understanding and dialogue.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::commerce::cart::{Choice, Need, Quantity};
use crate::lang::understand::Matter;
use crate::shop::{CategoryId, Detail, ItemId, OptionId, OptionListId};

pub use super::place::Place;

pub use super::said::{DetailSaid, PaySaid, TipSaid};

/// Everything that was understood of one transcript, in the order said (after corrections inside the utterance,
/// "no wait, make that two", have been carried out where they concern words of the same utterance).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Understanding {
    pub acts: Vec<Act>,
    /// But for what it orders, the whole of it is consent, with nothing unknown, asked, negated or left open in it.
    #[serde(default)]
    pub consent: bool,
    /// It says yes, or that it is all, in so many words: "yes", and not "cool".
    #[serde(default)]
    pub plain: bool,
    /// Which of the acts order something that is joined to what stands already: "and a cookie".
    #[serde(default)]
    pub further: Vec<usize>,
    /// It names something of the shop, or would change something, and nothing was made of it.
    #[serde(default)]
    pub lost: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub kind: ActKind,
    /// Byte range of the transcript that it came from.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ActKind {
    /// "two lattes, one with oat milk" is two of these.
    Add(ItemRequest),
    /// "make that a large", "with oat milk instead", "no onions on the burger", "make it two".
    Change {
        target: Target,
        edits: Vec<Edit>,
    },
    /// "take off the fries", "only one latte fewer" (`quantity`).
    Remove {
        target: Target,
        quantity: Option<Quantity>,
    },
    /// "a mocha instead of the latte", "swap the fries for a salad".
    Replace {
        target: Target,
        with: ItemRequest,
    },
    /// "same again", "another one of those but iced" (`edits`).
    Again {
        target: Target,
        quantity: Option<Quantity>,
        edits: Vec<Edit>,
    },
    /// "one of each", "two more of each colour": of each there is to choose from (of `list`, where it was named), else of
    /// each that was asked about or spoken of.
    Each {
        quantity: Quantity,
        more: bool,
        list: Option<OptionListId>,
    },
    /// Options, amounts or a number said with no item: an answer ("large", "two"), or a change of the last line.
    /// `all`: "both iced".
    Fragment {
        edits: Vec<Edit>,
        all: bool,
    },
    /// "to go", "for here".
    OrderOption(OptionId),
    CustomerName(String),
    Ask(Question),
    /// Wants something that this shop does not sell; `words` as said, with the nearest items that are sold, best first,
    /// and what was said of it besides, should one of these be meant.
    Unknown {
        words: String,
        near: Vec<ItemId>,
        edits: Vec<Edit>,
    },
    Yes,
    No,
    /// "that's all", "I'm done": says nothing of placing what was ordered.
    Done,
    /// "place the order", "check out".
    CheckOut,
    /// Asks for patience: "hold on", "let me think".
    Wait,
    /// Whatever was asked about, we may choose: "surprise me", "the cheapest".
    Pick(Pick),
    /// "Skip it": the question, not what it is about.
    Skip,
    /// Lets go of what was spoken of last, whatever that is.
    NeverMind,
    /// Calls all of it off among other words: it is asked back.
    CallOff,
    /// "I don't know", "what are the choices?", in answer to a question.
    Unsure,
    /// "Put my order aside."
    SetAside,
    /// Drop the whole order.
    Cancel,
    /// The same, to begin anew.
    StartOver,
    /// "Keep the latte."
    Keep {
        target: Target,
    },
    /// Take back the last change.
    Undo,
    /// Comes back for what was put aside, perhaps with the code given for it.
    TakeUp {
        code: Option<u32>,
    },
    Repeat,
    Help,
    /// Wants a person.
    Human,
    Greet,
    Thanks,
    Goodbye,
    /// Says the code of a promotion, by its place among the shop's; `None`: a code that is none of them.
    Voucher(Option<u16>),
    Tip(TipSaid),
    Pay(PaySaid),
    /// Says where the order goes, or when it is wanted.
    Detail(DetailSaid),
    /// States an allergy or a diet.
    Need(Need),
    /// About something that is no order here.
    Matter(Matter),
    /// Said, but none of the above: small talk, half a sentence, another matter.
    Other,
}

impl ActKind {
    /// What a sentence about that asks for; `named`: what of the shop it names.
    pub(super) fn of_matter(matter: Matter, named: &[Which]) -> ActKind {
        match matter {
            Matter::Cart => ActKind::Ask(Question::Cart),
            Matter::About => match named {
                [] => ActKind::Ask(Question::About(None)),
                [Which::Item(item), ..] => ActKind::Ask(Question::About(Some(*item))),
                several => ActKind::Ask(Question::Availability(several.to_vec())),
            },
            Matter::Enough => ActKind::Done,
            matter => ActKind::Matter(matter),
        }
    }
}

/// How to choose for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    Any,
    /// The biggest, the strongest.
    Most,
    /// The smallest, the mildest.
    Least,
    Dearest,
    Cheapest,
    /// Neither the biggest nor the smallest.
    Middle,
}

/// An item wanted. `which` may be open: then it is asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemRequest {
    pub which: Which,
    /// `None` where no number was said ("latte please"): one.
    pub quantity: Option<Quantity>,
    /// "a few": more than one, and how many is to be asked.
    #[serde(default)]
    pub vague: bool,
    pub choices: Vec<Choice>,
    /// "whole or oat milk?", one entry a list that was left open between options.
    pub open_choices: Vec<Vec<OptionId>>,
    /// Wishes that fit no option of the item, word for word.
    pub notes: Vec<String>,
    /// What was said of it that it gives no choice of ("a large muffin", where muffins come in one size).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub misfits: Vec<Misfit>,
    /// "In the same size": of these lists, what was chosen for what was spoken of before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<OptionListId>,
    /// "A case for it": it goes with what was spoken of before.
    #[serde(default)]
    pub for_it: bool,
    /// "… for me": it is the speaker's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// "A lemonade each": as many for each of what was spoken of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apiece: bool,
    /// "With only ketchup", "plain": of lists of which it can have several, nothing but what is chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// "No cheese", of whichever kind: of each of these, what it would have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Without>,
}

impl ItemRequest {
    /// One of it, with nothing said besides.
    pub fn bare(which: Which) -> ItemRequest {
        ItemRequest {
            which,
            quantity: None,
            vague: false,
            choices: vec![],
            open_choices: vec![],
            notes: vec![],
            misfits: vec![],
            same: vec![],
            for_it: false,
            mine: false,
            apiece: false,
            only: false,
            without: vec![],
        }
    }
}

/// What was refused by the noun of several options; in these words, where none of them stands there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Without {
    pub options: Vec<OptionId>,
    /// Empty where they add nothing.
    pub words: String,
}

/// Something that can be chosen elsewhere, and not of this item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Misfit {
    /// An option of this list.
    List(OptionListId),
    /// A size that the shop does not know.
    Size,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Which {
    Item(ItemId),
    /// A near tie, best first.
    OneOf(Vec<ItemId>),
    /// A generic noun: "a drink".
    Category(CategoryId),
}

impl Which {
    /// The item, or one of several; nothing where there is none.
    pub fn among(items: Vec<ItemId>) -> Option<Which> {
        match items[..] {
            [] => None,
            [one] => Some(Which::Item(one)),
            _ => Some(Which::OneOf(items)),
        }
    }
}

/// What a change or a removal speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// "it", "that", or nothing said: the line spoken of last.
    Last,
    /// "the second one": counted from 1 in the cart, or among what was just said.
    Ordinal(u32),
    /// "the last one" of the cart.
    Final,
    /// "the first two", "the last two".
    Among(Place),
    /// "the other one".
    Other,
    /// "both", "all of them", "everything".
    All,
    /// "the latte", "the large one with oat milk", "the drink".
    Described { which: Option<Which>, choices: Vec<Choice> },
    /// "those two": so many of the lines spoken of last; all of the last exchange where no number is said.
    Those { count: Option<u32> },
    /// "mine": what the speaker ordered for themselves.
    Mine,
    /// "just the still one": the other lines of the item whose line is so.
    Besides { choices: Vec<Choice> },
}

impl Target {
    /// By its number, and not by what it is.
    pub fn is_counted(&self) -> bool {
        matches!(self, Target::Ordinal(_) | Target::Final | Target::Among(_) | Target::Other)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Take (or refuse, when `negated`) an option; in a choose-one list it replaces what stood there.
    Choose(Choice),
    /// Back to without: "take the cheese off", said of an option that was chosen before.
    Unchoose(OptionId),
    Quantity(Quantity),
    /// "half of them with jam": what else is said is said of half of them.
    Half,
    /// "double that": as many again.
    Double,
    /// "one size up", "a smaller one": the next of the first of these lists that it is to be had in; the last
    /// of them ("the biggest you have") where it is `far`.
    Step {
        up: bool,
        far: bool,
        lists: Vec<OptionListId>,
    },
    /// "two more", "one more".
    More(Quantity),
    Note(String),
    /// "no milk" where milk is the list and not an option: choose none of it.
    NoneOf(OptionListId),
    /// "no cheese", of whichever kind: of these options, what stands there is refused.
    Without(Without),
    /// "No, large" as it is heard: of a list of which one is had it puts another right; where none stands it refuses.
    Rather(OptionId),
    /// "Change that to cheddar": in the place of the one other of its list that was said.
    Turned(Choice),
    /// "Just the mayo", "only ketchup": of their lists these and no others. With none of them ("plain"): of all lists of
    /// which it can have several.
    Only(Vec<Choice>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// "what do you have?", of a category or of everything.
    Menu(Option<CategoryId>),
    /// "how much is a large latte?"
    Price(ItemRequest),
    OptionPrice(OptionId),
    /// "what milks do you have?", perhaps for an item.
    Options {
        list: OptionListId,
        item: Option<ItemId>,
    },
    /// "what sizes does the latte come in", "what can I have on it" with no list named.
    ItemOptions(Option<ItemId>),
    /// "do you have decaf / oat milk / lattes?"
    Availability(Vec<Which>),
    OptionAvailability(OptionId),
    /// "do you have a pink bell?", "do the grips come in red?": whether it is to be had so.
    Sold(ItemRequest),
    /// "what's in it?", `None` for what was spoken of last.
    Ingredients(Option<ItemId>),
    /// "how big is the kettle?", "what is it like?": what is written about it, if anything.
    About(Option<ItemId>),
    /// "is that spicy / vegan?": the tag asked for, as the shop writes it where it knows it.
    Tag {
        item: Option<ItemId>,
        tag: String,
    },
    /// "does it have nuts?", "is it nut free?"; nothing is named of what was spoken of last.
    Holds {
        of: Vec<Which>,
        need: Option<Need>,
    },
    /// "which of them have no nuts?", "what is vegan?"; `None` stands for everything.
    Lacking {
        of: Option<Which>,
        need: Option<Need>,
    },
    /// "and the brioche?", behind a question: the same of another item, or with other options.
    Same {
        of: Vec<Which>,
        choices: Vec<Choice>,
    },
    /// "is that okay for me?"
    Suits(Vec<Which>),
    /// "what can I eat?"
    WhichSuit,
    /// "what do you recommend?", of a category or of everything.
    Recommend(Option<CategoryId>),
    Hours,
    /// "can I pay by card?"
    Ways,
    /// "what's in my cart?"
    Cart,
    Total,
    OrderStatus,
}

/// What the dialogue waits for: makes understanding prefer the answer to the question just asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// The option list asked about.
    pub list: Option<OptionListId>,
    /// The items offered for choice.
    pub items: Vec<ItemId>,
    /// A quantity was asked for.
    pub quantity: bool,
    /// The code of what was put aside was asked for.
    pub code: bool,
    /// Whether they would like to add a tip was asked.
    pub tip: bool,
    /// How they would like to pay was asked; or the code of their account.
    pub pay: bool,
    pub account: bool,
    /// What was asked of where the order goes.
    pub detail: Option<Detail>,
    /// A street is known that it goes to.
    pub street: bool,
    /// When it is wanted is known.
    pub timed: bool,
    /// A yes or no was asked for.
    pub yes_no: bool,
    /// A question about an item was answered in the turn before.
    pub asked_us: bool,
    /// The last thing done was to take something off.
    pub took_off: bool,
    /// An option was asked about in the turn before.
    pub option: Option<OptionId>,
    /// An item was spoken of that stands on no line.
    pub topic: Option<ItemId>,
    /// The items that questions were about, or that were named in answer to one.
    pub topics: Vec<ItemId>,
    /// Something is to be chosen, or said: whoever will not may say so.
    pub open: bool,
    /// Whether to read on was asked.
    pub more: bool,
    /// Lists of which something must still be chosen for what stands in the cart.
    pub missing: Vec<OptionListId>,
    /// The items whose lines stand in the cart, in order: what "the latte" can point to.
    pub cart: Vec<ItemId>,
    /// How many pieces all these lines are of.
    pub pieces: u32,
}
