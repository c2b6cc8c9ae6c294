//! Chunks with their amounts read: "half a dozen", "a pound and a half of", "two more" become one part each.

use std::ops::Range;

use super::amounts::Reader;
pub use super::breath::breaths;
use super::lattice::Chunk;
use super::lexicon::{Sense, quality};
use super::menu::Menu;
use super::tokens::{Break, Tokens};
use crate::lang::cue::{Cue, Cues};
use crate::shop::OptionId;

/// How much of something, as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Amount {
    /// Thousandths.
    pub value: u32,
    /// The unit, by its number in the lexicon.
    pub unit: Option<u16>,
    /// Only "a": one, said without stress.
    pub article: bool,
    /// "another", "one more".
    pub another: bool,
    /// "two more".
    pub more: bool,
    /// "the same": one more, with all that was said of the one before.
    pub same: bool,
    /// "to" for "two": only where nothing else makes sense.
    pub doubtful: bool,
    /// Counted by a group that the language has as a unit too ("two dozen"): the unit, and how many make one.
    pub by: Option<(u16, u32)>,
    /// Of whole packs: "two boxes".
    pub packs: bool,
    /// "a few": some number that was not said.
    pub vague: bool,
    /// With a word that things are counted by ("两杯"), and whether that counts portions too ("两份").
    pub classified: bool,
    pub portion: bool,
    /// The one that is somebody's ("我的") of several.
    pub whose: bool,
    /// Asked for behind what it is of ("蛋挞要三个").
    pub behind: bool,
}

impl Amount {
    /// As a whole number, where it is one.
    pub fn count(&self) -> Option<u32> {
        (self.unit.is_none() && self.value.is_multiple_of(1000)).then_some(self.value / 1000)
    }
}

#[derive(Debug, Clone)]
pub enum Kind<'l> {
    Amount(Amount),
    Sense(&'l Sense),
    Unknown,
}

#[derive(Debug, Clone)]
pub struct Part<'l> {
    pub tokens: Range<usize>,
    pub before: Break,
    pub kind: Kind<'l>,
    pub slips: u8,
    /// Its last word ends like a plural.
    pub plural: bool,
    /// A word that says what is done with a thing ("toasted").
    pub participle: bool,
    /// An option that is called by what is done ("不加糖").
    pub verbal: bool,
    /// Said around what is ordered, in any shop.
    pub common: bool,
    /// A word for a size that the shop does not know.
    pub size: bool,
    /// It is a bare number, in thousandths.
    pub number: Option<u32>,
    /// A word that things are counted by, and that counts none here.
    pub pack: bool,
    /// Options that it is the noun of ("cheese").
    pub nouns: &'l [OptionId],
}

impl<'l> Part<'l> {
    pub fn sense(&self) -> Option<&'l Sense> {
        match self.kind {
            Kind::Sense(sense) => Some(sense),
            _ => None,
        }
    }
    pub fn cues(&self) -> Cues {
        self.sense().map_or(Cues::default(), |s| s.cues)
    }
    pub fn is(&self, cue: Cue) -> bool {
        self.cues().has(cue)
    }
    /// It says that, and names nothing that is sold.
    pub fn is_plainly(&self, cue: Cue) -> bool {
        self.is(cue) && !self.sense().is_some_and(Sense::is_thing)
    }
    /// A word said around what is wanted, in any shop.
    pub fn says_nothing(&mut self) {
        (self.kind, self.common, self.number) = (Kind::Unknown, true, None);
    }
    pub fn amount(&self) -> Option<Amount> {
        match self.kind {
            Kind::Amount(amount) => Some(amount),
            _ => None,
        }
    }
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Amount(amount) => format!("{amount:?}"),
            Kind::Unknown => "unknown".into(),
            Kind::Sense(s) => {
                let mut all: Vec<String> = s.cues.names().map(|c| format!("{c:?}")).collect();
                if !s.items.is_empty() {
                    all.push(format!("{} items at {}", s.items.len(), s.items_quality));
                }
                if !s.options.is_empty() {
                    all.push(format!("{} options at {}", s.options.len(), s.options_quality));
                }
                let rest = [
                    ("category", s.category.is_some()),
                    ("list", s.list.is_some()),
                    ("order option", !s.order_options.is_empty()),
                    ("tag", s.tag.is_some()),
                    ("unit", s.unit.is_some()),
                    ("group", s.group.is_some()),
                    ("fraction", s.fraction.is_some()),
                    ("ordinal", s.ordinal.is_some()),
                    ("sound-alike", s.sound_alike.is_some()),
                ];
                all.extend(rest.iter().filter(|(_, has)| *has).map(|(name, _)| name.to_string()));
                all.join(", ")
            }
        }
    }

    /// Whether it carries nothing but its own small service in the sentence.
    pub fn is_filler(&self) -> bool {
        self.sense().is_some_and(|s| !s.is_thing() && s.list.is_none() && s.cues.has(Cue::Filler))
    }
    /// A thing of the shop, or so much of one.
    pub fn is_content(&self) -> bool {
        self.sense().is_some_and(|sense| sense.is_thing()) || self.is_measure()
    }
    /// So much of something, in a unit.
    pub fn is_measure(&self) -> bool {
        self.amount().is_some_and(|amount| amount.unit.is_some())
    }
    /// "A side of fries" asks for no kind of thing, though the shop may have one of that name.
    pub fn is_only_framing(&self) -> bool {
        self.sense().is_some_and(|s| !s.cues.is_empty() && !s.names_something())
    }
    /// It says that something is not so, or is not to be; a "no" by itself only answers.
    pub fn denies(&self) -> bool {
        self.is(Cue::Forbid) || self.is(Cue::Not) && !self.is(Cue::No)
    }
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown)
    }
}

pub fn parts<'l>(chunks: &[Chunk<'l>], tokens: &Tokens, menu: &Menu) -> Vec<Part<'l>> {
    let mut out: Vec<Part<'l>> = Vec::with_capacity(chunks.len());
    let mut at = 0;
    while at < chunks.len() {
        let reader = Reader { chunks, tokens, menu, at };
        let pointed = reader.is(0, Cue::One)
            && tokens.list[chunks[at].tokens.start].before == Break::None
            && points(&mut out, &reader);
        let counts = |p: &&Part| p.sense().is_some_and(Sense::is_thing);
        // "put the cola in twice"
        let small = |p: &&Part| p.cues().any(&[Cue::Beside, Cue::Inside, Cue::On]) && p.tokens.len() == 1 && !counts(p);
        if reader.says_twice() && out.iter().rev().find(|p| !small(p)).as_ref().is_some_and(counts) {
            let range = chunks[at].tokens.clone();
            let twice = Amount { value: 2000, behind: true, ..Amount::default() };
            let before = tokens.list[range.start].before;
            out.push(part(tokens, range, before, Kind::Amount(twice)));
            at += 1;
            continue;
        }
        if !pointed && let Some((amount, taken)) = reader.amount() {
            // "two gallons of": the small word is none of the amount's.
            let last = at + taken - 1;
            let joins = last > at && chunks[last].sense.is_some_and(|s| s.cues.has(Cue::Of));
            let range = chunks[at].tokens.start..chunks[last - usize::from(joins)].tokens.end;
            let before = tokens.list[range.start].before;
            out.push(part(tokens, range, before, Kind::Amount(amount)));
            at += taken;
            continue;
        }
        let chunk = &chunks[at];
        let before = tokens.list[chunk.tokens.start].before;
        if let Some((range, option)) = &chunk.inner {
            let kind = option.map_or(Kind::Unknown, Kind::Sense);
            out.push(part(tokens, range.clone(), before, kind));
        }
        // A word that things are counted by says nothing where it counts none.
        let kind = chunk.sense.filter(|s| !s.only_counts()).map_or(Kind::Unknown, Kind::Sense);
        let before = if chunk.inner.is_some() { Break::None } else { before };
        // Signs that mean nothing here are one thing together, as a word of letters is.
        let kind = if chunk.inner.is_none() && reader.is_in_word() { Kind::Unknown } else { kind };
        let unknown = matches!(kind, Kind::Unknown);
        let sign = unknown && before == Break::None && tokens.list[chunk.tokens.start].ideograph;
        if let Some(last) =
            out.last_mut().filter(|last| sign && last.is_unknown() && last.tokens.end == chunk.tokens.start)
        {
            last.tokens.end = chunk.tokens.end;
            at += 1;
            continue;
        }
        let pack = chunk.sense.is_some_and(Sense::only_counts);
        out.push(Part { slips: chunk.slips, pack, ..part(tokens, chunk.tokens.clone(), before, kind) });
        at += 1;
    }
    super::taken_back::put_right(&mut out);
    out
}

fn part<'l>(words: &Tokens, tokens: Range<usize>, before: Break, kind: Kind<'l>) -> Part<'l> {
    let last = tokens.end.checked_sub(1).and_then(|at| words.list.get(at));
    let plural = last.is_some_and(|t| t.plural);
    let participle = words.list.get(tokens.start).is_some_and(|t| t.participle);
    let number = last.filter(|_| tokens.len() == 1).and_then(|token| token.number);
    Part {
        tokens,
        before,
        kind,
        slips: 0,
        plural,
        participle,
        verbal: false,
        common: false,
        size: false,
        number,
        pack: false,
        nouns: &[],
    }
}

/// "香菜不要": a word that refuses, with nothing behind it in its breath, refuses what stands before it.
pub fn refuses_last(parts: &[Part], at: usize) -> bool {
    let part = &parts[at];
    let refuses = part.is(Cue::Not) && part.before == Break::None && !part.cues().any(&[Cue::Correct, Cue::Except]);
    // "生菜我不要啊"
    let mut rest = parts[at + 1..].iter().take_while(|next| next.before == Break::None);
    let last = rest.all(Part::is_filler);
    refuses && last && !part.sense().is_some_and(Sense::is_thing)
}

fn definite(part: &Part) -> bool {
    part.is(Cue::Definite) && !part.is(Cue::Of) && part.sense().is_some_and(|s| !s.is_thing())
}

/// "the second one", "the large one", "drop the turkey one", "a tall one", "large ones": no number, but a line that is
/// spoken of.
fn points(before: &mut [Part], one: &Reader) -> bool {
    // What is done to a thing speaks of one that is there ("lose the small one"); the article is of the same phrase.
    let to_one = [Cue::On, Cue::Not, Cue::Remove, Cue::Change, Cue::Swap];
    let leads = |p: &Part| {
        p.is(Cue::Definite) && p.is(Cue::Of)
            || definite(p)
            || p.cues().any(&to_one) && !p.is(Cue::Filler) && p.sense().is_some_and(|s| !s.is_thing())
    };
    let mut back = before.iter().rev();
    let pointed = match back.next() {
        // "just the one is enough"
        Some(p) if definite(p) => !(back.next().is_some_and(|p| p.is(Cue::Only)) || one.is(1, Cue::Only)),
        Some(p) if p.sense().is_some_and(|s| s.ordinal.is_some()) || p.cues().any(&[Cue::Last, Cue::Other]) => true,
        // "A hundred piece jigsaw and a five hundred piece one": the noun of what is named by the rest of its name.
        Some(p)
            if p.sense().is_some_and(|s| !s.items.is_empty() && s.options.is_empty()) && {
                let article = back.clone().next().and_then(Part::amount).is_some_and(|a| a.article);
                // "A steak one cold": a part of its name is no thing by itself.
                let part = p.sense().is_some_and(|s| s.items_quality < quality::VARIANT);
                article && p.before == Break::None && (part || !one.counts_next())
            } =>
        {
            true
        }
        Some(p) if p.sense().is_some_and(Sense::names_something) => {
            // "two cases for the small phone, one with …" counts them out.
            let several = |p: &Part| p.amount().is_some_and(|a| a.unit.is_none() && a.value >= 2000);
            let counted = before.iter().rev().take(12).any(several);
            let described = |p: &&Part| p.before == Break::None && p.sense().is_some_and(Sense::names_something);
            let within = p.before == Break::None;
            // "chilli on the chicken ones": of ones there are no number.
            if within
                && one.tokens.list[one.chunks[one.at].tokens.start].plural
                && back.clone().next().is_some_and(|p| leads(p) || p.amount().is_some_and(|a| !a.article))
            {
                return true;
            }
            let lead = back.find(|p| !described(p)).filter(|p| leads(p));
            // "two cases for the nova eight, one with glitter"
            let counts = one.counts_next() || one.is(1, Cue::With);
            // "one of the large ones" points, however many were counted before.
            let parted = |p: &Part| definite(p) && p.before != Break::None || p.is(Cue::Definite) && p.is(Cue::Of);
            within && lead.is_some_and(|p| parted(p) || !counted && (definite(p) || !p.is(Cue::On) || !counts))
        }
        _ => false,
    };
    pointed || described(before, one)
}

/// "a tall one", "two large ones", "small one": a word that describes stands before it, and nothing behind it that it
/// could count. "One large one small" counts.
fn described(before: &mut [Part], one: &Reader) -> bool {
    // "A small vanilla one", where a vanilla milkshake is sold.
    let option = |p: &Part| p.sense().is_some_and(|s| !s.options.is_empty() && s.items_quality < quality::PART);
    let mut first = before.len();
    while first > 0 && option(&before[first - 1]) && before.len() - first < MOST_DESCRIBING {
        first -= 1;
        if before[first].before != Break::None {
            break;
        }
    }
    let article = first.checked_sub(1).and_then(|at| before[at].amount()).is_some_and(|a| a.article);
    // "A slush, big one red": the noun of what was just named, where no more than one was counted.
    let item = |p: &Part| p.sense().is_some_and(|s| !s.items.is_empty() && s.options.is_empty());
    let several = before.iter().any(|p| p.amount().is_some_and(|a| a.unit.is_none() && a.value >= 2000));
    if first < before.len()
        && !article
        && !several
        && first.checked_sub(1).is_some_and(|at| item(&before[at]))
        && one.described_next()
    {
        return true;
    }
    if first == before.len() || !article && one.counts_next() {
        return false;
    }
    let opens = before[first].before != Break::None || first == 0;
    let small = [Cue::And, Cue::Want, Cue::Or, Cue::Filler, Cue::Correct];
    let with = one.is(1, Cue::With) || one.is(1, Cue::Not);
    let further = first >= 2 && (before[first - 2].is(Cue::And) || before[first - 2].is_plainly(Cue::Put));
    match first.checked_sub(1).filter(|_| !opens).map(|at| &mut before[at]) {
        None => !with,
        Some(Part { kind: Kind::Amount(amount), .. }) if amount.article => {
            // "and a tall one": as good as a number. "One root beer, a large one" says how it is to be.
            amount.article = !further;
            true
        }
        Some(p) if p.amount().is_some() || p.cues().any(&small) => !with,
        Some(_) => false,
    }
}

/// No more words than this describe one thing.
const MOST_DESCRIBING: usize = 3;
