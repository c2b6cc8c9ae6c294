//! All phrases of the lexicon that occur in an utterance, and the cheapest way to cover it with them.

use std::ops::Range;

use super::lexicon::{Node, ROOT, Sense, Trie, UNKNOWN, quality};
use super::menu::Menu;
use super::tokens::{Break, Tokens};
use crate::lang::cue::Cue;

/// A stretch of words with one meaning, or one word with none.
#[derive(Debug, Clone)]
pub struct Chunk<'l> {
    pub tokens: Range<usize>,
    /// `None`: no phrase of the lexicon.
    pub sense: Option<&'l Sense>,
    /// An option said inside the name of the item ("iced vanilla latte" for an iced latte), or a word that means
    /// nothing there.
    pub inner: Inner<'l>,
    /// Letters that had to be forgiven.
    pub slips: u8,
}

struct Candidate<'l> {
    chunk: Chunk<'l>,
    cost: u32,
}

/// What a word costs that means nothing here. Dear, so that anything that covers it is tried first.
const UNKNOWN_COST: u32 = 68;
const CHUNK_COST: u32 = 20;
const SLIP_COST: u32 = 16;
/// Phrases are rarely said with a pause inside.
const COMMA_COST: u32 = 8;
/// "two shots" as an option's name goes before "shots of" as a measure.
const DOSE_COST: u32 = 4;
/// A foreign word in the middle of a name.
const SKIP_COST: u32 = 46;

/// The cover, and how many steps through the trie it took.
pub fn chunks<'l>(tokens: &Tokens, trie: &'l Trie, menu: &Menu) -> (Vec<Chunk<'l>>, usize) {
    let words = Words::new(tokens, trie);
    let n = tokens.len();
    // best[i]: the cheapest cover of the words from i on. Ties go to the longer phrase.
    let mut best: Vec<(u32, Option<Chunk<'l>>)> = vec![(0, None); n + 1];
    let mut found = Vec::new();
    let mut steps = 0;
    for start in (0..n).rev() {
        found.clear();
        let mut walk = Walk { words: &words, tokens, trie, menu, start, found: &mut found, steps: 0, open: false };
        walk.from(ROOT, start, 0, 0, None);
        walk.open = true;
        for (word, slips) in &words.any[start] {
            if let Some(next) = trie.step(ROOT, *word) {
                walk.from(next, start + 1, *slips, 0, None);
            }
        }
        steps += walk.steps;
        let mut choice = (UNKNOWN_COST + best[start + 1].0, unknown(start));
        if tokens.list[start].number.is_some() {
            choice.0 = CHUNK_COST + 1 + best[start + 1].0;
        }
        for candidate in found.drain(..) {
            let next = best[candidate.chunk.tokens.end].1.as_ref();
            let of_next = next.is_some_and(|next| describes(&candidate.chunk, next, tokens, menu));
            let cost = candidate.cost + best[candidate.chunk.tokens.end].0 - u32::from(of_next);
            let longer = candidate.chunk.tokens.end > choice.1.tokens.end;
            if cost < choice.0 || (cost == choice.0 && longer) {
                choice = (cost, candidate.chunk);
            }
        }
        best[start] = (choice.0, Some(choice.1));
    }
    let mut cover = Vec::with_capacity(n / 2 + 1);
    let mut at = 0;
    while let Some((_, chunk @ Some(_))) = best.get_mut(at) {
        let Some(chunk) = chunk.take() else { break };
        at = chunk.tokens.end;
        cover.push(chunk);
    }
    (cover, steps)
}

/// "Chicken tikka masala", where a tikka masala is had with chicken and a chicken tikka is sold too: an option right before
/// its item.
fn describes(chunk: &Chunk, next: &Chunk, tokens: &Tokens, menu: &Menu) -> bool {
    let (Some(own), Some(of)) = (chunk.sense, next.sense) else { return false };
    let named = own.options_quality >= quality::VARIANT && of.items_quality >= quality::VARIANT;
    let joined = tokens.list[next.tokens.start].before == Break::None;
    named && joined && of.items.iter().any(|item| own.options.iter().any(|option| menu.offers(*item, *option)))
}

fn unknown<'l>(at: usize) -> Chunk<'l> {
    Chunk { tokens: at..at + 1, sense: None, inner: None, slips: 0 }
}

/// The words of the utterance as the trie knows them.
struct Words<'l> {
    /// The word itself.
    exact: Vec<u32>,
    /// The word of the shop that it may be a slip of.
    near: Vec<(u32, u8)>,
    /// The same where a name has begun already: shorter words are forgiven there.
    inside: Vec<(u32, u8)>,
    /// Words of which it may be a slip, where none is nearest or it is short: the name must go on to tell.
    any: Vec<Vec<(u32, u8)>>,
    /// The word written together with the next ("cheese burger").
    joined: Vec<u32>,
    /// The shop's signs that sound like it, where it is a sign that does nothing in a sentence.
    alike: Vec<&'l [u32]>,
}

impl<'l> Words<'l> {
    fn new(tokens: &Tokens, trie: &'l Trie) -> Self {
        let n = tokens.len();
        let mut words = Words {
            exact: Vec::with_capacity(n),
            near: Vec::with_capacity(n),
            inside: Vec::with_capacity(n),
            any: Vec::with_capacity(n),
            joined: Vec::with_capacity(n),
            alike: Vec::with_capacity(n),
        };
        let mut both = String::new();
        for at in 0..n {
            let key = tokens.key(at);
            let exact = trie.word(key);
            words.exact.push(exact);
            let unknown = exact == UNKNOWN && tokens.list[at].number.is_none();
            let near = if unknown { trie.nearest(key) } else { None };
            let slip = |found: Option<(u32, usize)>| found.map_or((UNKNOWN, 0), |(word, slips)| (word, slips as u8));
            words.near.push(slip(near));
            words.inside.push(slip(near.or_else(|| if unknown { trie.nearest_inside(key) } else { None })));
            let any = if unknown && near.is_none() { trie.nearest_any(key) } else { Vec::new() };
            words.any.push(any.into_iter().map(|(word, slips)| (word, slips as u8)).collect());
            let sign = tokens.list[at].ideograph;
            let own = || trie.step(ROOT, exact).and_then(|node| trie.sense(node));
            let small = sign && own().is_some_and(|sense| !sense.cues.is_empty());
            words.alike.push(if sign && !small { trie.alike(key) } else { &[] });
            let joins =
                at + 1 < n && tokens.list[at + 1].before == Break::None && tokens.list[at].number.is_none() && !sign;
            // "so I" is no soy: a letter by itself ends no word.
            let letter = |key: &str| key.chars().nth(1).is_none();
            let joins = joins && (letter(key) || !letter(tokens.key(at + 1)));
            words.joined.push(if joins {
                both.clear();
                both.push_str(key);
                both.push_str(tokens.key(at + 1));
                trie.word(&both)
            } else {
                UNKNOWN
            });
        }
        words
    }
}

struct Walk<'w, 'l> {
    words: &'w Words<'l>,
    tokens: &'w Tokens,
    trie: &'l Trie,
    menu: &'w Menu,
    start: usize,
    found: &'w mut Vec<Candidate<'l>>,
    steps: usize,
    /// The first word is open between several: one word alone is no name then.
    open: bool,
}

/// "都"
fn says_all(sense: &Sense) -> bool {
    sense.cues.has(Cue::Both) && !sense.is_thing()
}

type Inner<'l> = Option<(Range<usize>, Option<&'l Sense>)>;

impl<'l> Walk<'_, 'l> {
    fn from(&mut self, node: Node, at: usize, slips: u8, commas: u32, inner: Inner<'l>) {
        self.steps += 1;
        if at > self.start {
            self.keep(node, at, slips, commas, inner.clone());
        }
        if at >= self.tokens.len() {
            return;
        }
        let mut commas = commas;
        if at > self.start {
            match self.tokens.list[at].before {
                Break::Stop => return,
                Break::Comma => commas += 1,
                Break::None => {}
            }
        }
        let word = self.words.exact[at];
        let mut stepped = false;
        if word != UNKNOWN {
            if let Some(next) = self.trie.step(node, word) {
                stepped = true;
                self.from(next, at + 1, slips, commas, inner.clone());
            }
        } else if let (near, by) = if node == ROOT { self.words.near[at] } else { self.words.inside[at] }
            && near != UNKNOWN
            && let Some(next) = self.trie.step(node, near)
        {
            stepped = true;
            self.from(next, at + 1, slips + by, commas, inner.clone());
        }
        for alike in self.words.alike[at] {
            if *alike != word
                && slips < 2
                && let Some(next) = self.trie.step(node, *alike)
            {
                stepped = true;
                self.from(next, at + 1, slips + 1, commas, inner.clone());
            }
        }
        let joined = self.words.joined[at];
        if joined != UNKNOWN
            && let Some(next) = self.trie.step(node, joined)
        {
            self.from(next, at + 2, slips, commas, inner.clone());
        }
        if !stepped && inner.is_none() && node != ROOT && commas == 0 {
            self.skip_option(node, at, slips);
        }
    }

    /// Go on after an option that stands in the middle of a name.
    fn skip_option(&mut self, node: Node, at: usize, slips: u8) {
        let mut option_node = ROOT;
        let mut longest = None;
        for end in at..self.tokens.len() {
            if end > at && self.tokens.list[end].before != Break::None {
                break;
            }
            self.steps += 1;
            let Some(next) = self.trie.step(option_node, self.words.exact[end]) else { break };
            option_node = next;
            if let Some(sense) = self.trie.sense(next)
                && !sense.options.is_empty()
                && sense.options_quality >= quality::VARIANT
            {
                longest = Some((at..end + 1, sense));
            }
        }
        let alone = longest.is_none();
        if let Some((range, sense)) = longest
            && self.tokens.list.get(range.end).is_some_and(|t| t.before == Break::None)
        {
            self.from(node, range.end, slips, 0, Some((range, Some(sense))));
        } else if alone && at + 1 < self.tokens.len() && !self.functional(at) && !self.tokens.list[at].ideograph {
            self.from(node, at + 1, slips, 0, Some((at..at + 1, None)));
        } else if let Some(all) = self.single(at).filter(|s| self.tokens.list[at].ideograph && says_all(s)) {
            // "葱都不要", where "葱不要" names an option.
            self.from(node, at + 1, slips, 0, Some((at..at + 1, Some(all))));
        }
    }

    /// Whether the words up to `end` are by themselves an option of what the whole names.
    fn option_before(&self, end: usize, whole: &Sense) -> bool {
        let words = &self.words.exact[self.start..end];
        let node = words.iter().try_fold(ROOT, |node, word| self.trie.step(node, *word));
        node.and_then(|node| self.trie.sense(node)).is_some_and(|own| {
            own.options_quality >= quality::VARIANT
                && whole.items.iter().any(|item| own.options.iter().any(|o| self.menu.offers(*item, *o)))
        })
    }

    /// What the word means by itself.
    fn single(&self, at: usize) -> Option<&'l Sense> {
        self.trie.step(ROOT, self.words.exact[at]).and_then(|node| self.trie.sense(node))
    }

    /// Whether a word of the shop goes on from there in the same breath.
    fn things_at(&self, at: usize) -> bool {
        at < self.tokens.len()
            && self.tokens.list[at].before == Break::None
            && self.single(at).is_some_and(Sense::names_something)
    }

    /// Whether these words are the whole name of an item.
    fn named_from(&self, from: usize, end: usize) -> bool {
        let words = &self.words.exact[from.min(end)..end];
        let node = words.iter().try_fold(ROOT, |node, word| self.trie.step(node, *word));
        from < end && node.and_then(|node| self.trie.sense(node)).is_some_and(|s| s.items_quality >= quality::VARIANT)
    }

    /// A word of the language: it parts what stands around it.
    fn functional(&self, at: usize) -> bool {
        let known = self.single(at);
        self.tokens.list[at].number.is_some()
            || self.tokens.list[at].before != Break::None
            || self.tokens.list[at + 1].before != Break::None
            || known.is_some_and(|s| !s.cues.is_empty())
    }

    fn keep(&mut self, node: Node, end: usize, slips: u8, commas: u32, inner: Inner<'l>) {
        let Some(sense) = self.trie.sense(node).filter(|_| !self.open || end > self.start + 1) else { return };
        // "three tacos", where a "three taco combo" is sold and tacos are too: half a name takes no number from a whole one.
        if self.tokens.list[self.start].number.is_some()
            && sense.quality() < quality::VARIANT
            && sense.is_thing()
            && self.named_from(self.start + 1, end)
        {
            return;
        }
        // "Two, one large one regular", where "large one" names something: the second "one" counts what comes.
        let number = |at: usize| self.tokens.list[at].number.is_some();
        let one = end > self.start + 1 && self.tokens.list[end - 1].number == Some(1000) && !number(self.start);
        if one && self.start > 0 && number(self.start - 1) && self.things_at(end) {
            return;
        }
        // "everything on it", where the shop has an option that is called everything.
        let option = |at: usize| self.single(at).is_some_and(|s| s.options_quality >= quality::NAME);
        if sense.cues.has(Cue::Works) && !sense.is_thing() && (self.start..end).any(option) {
            return;
        }
        // "on the first one" points; "on the first half" says on which part.
        if sense.cues.only(Cue::OnHalf) && end < self.tokens.len() && self.tokens.list[end].before == Break::None {
            let one = self.single(end).is_some_and(|s| s.cues.has(Cue::One));
            if one {
                return;
            }
        }
        // Of signs, more must be right than are only alike, or one beside one: "半糖" for "伴糖".
        let sign = self.tokens.list[self.start].ideograph;
        let wrong = usize::from(slips);
        if sign
            && wrong > 0
            && (!sense.names_something() || wrong > 1 && end - self.start < 2 * wrong + 1 || end - self.start < 2)
        {
            return;
        }
        if let Some((range, Some(all))) = &inner
            && says_all(all)
        {
            if sense.options_quality < quality::EXCHANGED || end == range.end {
                return;
            }
        } else if let Some((range, option)) = &inner {
            let offers =
                |o: &Sense| sense.items.iter().any(|item| o.options.iter().any(|o| self.menu.offers(*item, *o)));
            // "regular light roast coffee", where regular is a size too: two options, and not one name with one inside.
            let two = option.is_some() && self.option_before(range.start, sense);
            if sense.items_quality < quality::NAME || end == range.end || !option.is_none_or(offers) || two {
                return;
            }
        }
        let mut cost = CHUNK_COST + u32::from(slips) * SLIP_COST + commas * COMMA_COST;
        cost += u32::from(quality::NAME - sense.quality().min(quality::NAME)) / 2;
        cost += match inner {
            Some((_, None)) => SKIP_COST,
            Some(_) => CHUNK_COST,
            None => 0,
        };
        if sense.only_counts() {
            // It is found, and means hardly more than a word that nobody knows.
            cost = cost.max(UNKNOWN_COST - 1);
        }
        if sense.cues.has(Cue::Dose) && !sense.is_thing() {
            cost += DOSE_COST;
        }
        // "toasted with", "cup of" where the shop sells them: its own word is no part of a phrase of the language.
        let own = |s: &Sense| s.options_quality.max(s.items_quality) >= quality::NAME || s.category.is_some();
        let small = sense.cues.any(&[Cue::With, Cue::Portion]) && !sense.is_thing();
        if small && end > self.start + 1 && self.single(self.start).is_some_and(own) {
            cost += CHUNK_COST + 1;
        }
        if sense.is_thing() {
            // Between covers of equal length the shop's own phrases are to be the long ones.
            cost -= (end - self.start - 1).min(3) as u32;
        }
        let chunk = Chunk { tokens: self.start..end, sense: Some(sense), inner, slips };
        self.found.push(Candidate { chunk, cost });
    }
}
