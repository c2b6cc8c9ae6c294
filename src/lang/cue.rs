//! What a phrase of the language does in a sentence, whatever the shop sells.

use serde::Deserialize;

macro_rules! cues {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[repr(u8)]
        pub enum Cue { $($(#[$doc])* $name,)* }
        impl Cue {
            pub const ALL: &'static [Cue] = &[$(Cue::$name,)*];
        }
    };
}

cues! {
    /// Carries no meaning of its own ("please", "some", "for me").
    Filler,
    /// "a", "an".
    Article,
    /// "the", "your".
    Definite,
    /// "I'd like", "can I get": what follows is wanted.
    Want,
    /// "I don't want", "I won't need".
    Unwanted,
    /// "I wanted", "I was going to take": with a "but" behind it no longer.
    Wanted,
    /// "add", "put", "throw in".
    Put,
    With,
    /// "without", "no", "hold the".
    Not,
    /// "don't", before what would be done to a thing.
    Forbid,
    And,
    /// "but", "though": ends what a negation reaches.
    But,
    /// "except": what follows is left out, of whatever it may be.
    Except,
    Or,
    /// "nor": a negation goes on.
    Nor,
    Light,
    Extra,
    /// "多一点", "少一点": more and less of what stands before it.
    ExtraBehind,
    LightBehind,
    /// "a little": puts in what "less" only speaks of.
    Touch,
    /// "a shot of": a measure that only a part of a thing has.
    Dose,
    /// "shot" behind what is dosed.
    Dosed,
    /// "cut in half", "on the side": a wish by itself.
    Wish,
    /// "not too": makes a wish of what it stands before.
    NotToo,
    /// "in a" before a container.
    Inside,
    /// "mug", "box": what things are served in.
    Container,
    /// "orders of", "a side of", "cup of": stands between a number and its item.
    Portion,
    /// "杯", "个": what a language counts things by. Behind a number it is of the number; alone it is one.
    Classifier,
    /// "of" between a quantity and an item.
    Of,
    /// "the works", "everything on it": all of what can be put on a thing.
    Works,
    /// "a few", "several": some number that is not said.
    Vague,
    /// "what else", which one may ask of oneself.
    Wonder,
    /// "x", "times".
    Times,
    /// "twice", behind what is wanted so often.
    Twice,
    /// "and a half".
    AndHalf,
    /// "half" as part of a thing.
    Half,
    /// "on one half" behind what is only there.
    OnHalf,
    /// "for my", "as a", "on the": before a generic noun that says what role the item has.
    Role,
    /// "for the", "for a": what something is for, which is no wish.
    Purpose,
    /// "on the", "in the", "to the": before an item that is spoken of and not ordered.
    On,
    /// "in", "size": stands beside an option and adds nothing.
    Beside,
    Only,
    /// "plain", "as it comes".
    Plain,
    /// "plain", "nothing on it": none of what comes on it, where it stands behind the thing.
    Bare,
    /// "remove", "take off", "get rid of".
    Remove,
    /// "forget the", of what it refuses: the whole thing, not what is in it.
    Forget,
    /// "one less", "fewer".
    Fewer,
    /// "的": behind what describes a thing, it stands for that.
    Nominal,
    /// "less" behind an item: so many fewer.
    Lessen,
    /// "double the …": as many again.
    Double,
    /// "leave": takes away only with "off" or "out" behind it, and else lets be.
    Leave,
    /// "from", "out of", before what something is taken off.
    From,
    /// "okay", "all right": one has heard, and may agree.
    Acknowledge,
    /// "take … off", "leave … out": the second half.
    Off,
    /// "is not mine", "can go": takes away what stands before it, where that was ordered.
    Gone,
    /// "keep the": what is spoken of is to stay as it is.
    Keep,
    /// "as it is", "alone", behind what is left so: it stays.
    AsItIs,
    /// "不要了", "去掉": takes away what stands before it.
    RemoveBehind,
    /// "换成": stands between what is there and what becomes of it.
    Becomes,
    /// "hers", "his": somebody else's own, of several.
    Theirs,
    /// "each", "for each of them": as many as of what was spoken of.
    PerHead,
    /// "should be", "needs to be": what stands before it becomes what stands behind it.
    ToBe,
    /// "be" by itself, and …
    Be,
    /// … "can", "could", with which it does the same: "can the latte be …".
    May,
    /// "bigger", "one size up".
    Bigger,
    /// "smaller", "a size down".
    Smaller,
    /// "the biggest you have".
    Biggest,
    Smallest,
    /// "change", "make", "switch".
    Change,
    /// "to", "into", after a change.
    To,
    InsteadOf,
    /// "instead" alone.
    Instead,
    /// "replace", "swap … for".
    Swap,
    /// "no wait", "actually", "I mean".
    Correct,
    It,
    /// "for it", "to match": what is wanted goes with what was spoken of before it.
    ForIt,
    Them,
    /// "of them", "of those".
    OfThem,
    /// "mine": the speaker's own of what was ordered. With a word that means nothing ("for me") it says whose a thing is.
    Mine,
    /// "both", "all of them", "each".
    Both,
    /// "everything".
    Everything,
    /// "各": the amount behind it is of each of those before it.
    Apiece,
    /// "the other one".
    Other,
    /// "the last one".
    Last,
    /// "the one", "one" after an ordinal.
    One,
    Again,
    /// "like", behind what is chosen: what follows only says how that is ("white like the ceiling").
    Alike,
    /// "too", "as well": besides what stands already.
    Besides,
    Another,
    More,
    AskPrice,
    /// "多少钱", "吗": makes a question of the clause that it ends.
    AskBehind,
    /// "do you have".
    AskHave,
    /// "what kinds of", "which".
    AskWhat,
    /// "what's in".
    AskIngredients,
    /// "is it", "does that have": asks for a property.
    AskIs,
    /// "which sizes does it come in", "what can I have on".
    AskOptions,
    AskHours,
    AskCart,
    /// "so that's": before what stands, told over.
    Recap,
    /// "so": before a number that is what it comes to.
    So,
    /// "back", "back on the shelf": behind what is put where it came from.
    Back,
    AskTotal,
    AskStatus,
    AskRecommend,
    /// "who", "when", "why": opens a question that is none of the above.
    AskOther,
    Menu,
    NameIs,
    /// "for", "under": before a name.
    Named,
    Yes,
    /// Means yes where a yes was asked for ("looks good", "right").
    Fine,
    No,
    /// "wrong", "not right".
    Wrong,
    Done,
    /// "place the order": not only that it is all.
    CheckOut,
    Cancel,
    /// "start over": what was ordered goes to make room for what comes.
    StartOver,
    Undo,
    Repeat,
    Help,
    Human,
    Greet,
    Thanks,
    Goodbye,
    /// "how are you", "nice weather": said, and meaning nothing here.
    SmallTalk,
}

impl Cue {
    /// Whether its words only hold others together; those of the rest say something of what is sold ("shot", "mug").
    pub fn frames(self) -> bool {
        !matches!(
            self,
            Cue::Dose
                | Cue::Dosed
                | Cue::Wish
                | Cue::Container
                | Cue::Bigger
                | Cue::Smaller
                | Cue::Biggest
                | Cue::Smallest
        )
    }
}

/// A set of cues: one phrase can do several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues(u128);

impl Cues {
    pub fn add(&mut self, cue: Cue) {
        self.0 |= 1 << cue as u8;
    }
    pub fn has(self, cue: Cue) -> bool {
        self.0 & (1 << cue as u8) != 0
    }
    pub fn any(self, cues: &[Cue]) -> bool {
        cues.iter().any(|c| self.has(*c))
    }
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Whether it has this cue and no other.
    pub fn only(self, cue: Cue) -> bool {
        self.0 == 1 << cue as u8
    }
    pub fn names(self) -> impl Iterator<Item = Cue> {
        Cue::ALL.iter().copied().filter(move |c| self.has(*c))
    }
}
