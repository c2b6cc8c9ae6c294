//! Words → dialogue acts, driven by the shop alone. Deterministic and explained: every act carries the words it came from.
//!
//! text → `tokens` (normal form) → `lattice` (phrases of the `lexicon`, cheapest cover) → `part` (amounts read)
//! → `utterance` (what kind of sentence) → `element` (what each part is here) → `order` (which option is whose) → acts.

#![allow(clippy::too_many_lines)] // to be rebuilt

mod about;
pub mod act;
mod address;
mod again;
mod ahead;
mod alike;
mod amounts;
mod anchor;
mod apiece;
mod attach;
mod automaton;
mod behind;
mod beside;
mod breath;
mod called;
mod change;
mod changed;
mod chatter;
mod clause;
mod clock;
mod common_noun;
mod compile;
mod component;
mod condition;
mod consent;
mod content;
mod counted;
mod described;
mod destination;
mod digits;
mod element;
mod ellipsis;
pub mod ending;
mod evasion;
pub mod explain;
mod fitting;
mod follow;
mod further;
mod fuzzy;
mod generic;
mod half;
mod halved;
mod heads;
mod homophone;
mod implied;
mod in_place;
mod lattice;
mod letting_go;
mod lexicon;
mod line;
mod loose;
mod matter;
mod measures;
mod menu;
mod naming;
mod need;
mod order;
mod ordering;
mod packing;
mod part;
mod pattern;
mod paying;
mod phrases;
mod pick;
mod place;
mod pointed;
mod price;
mod private;
mod question;
mod rather;
mod recap;
mod referred;
mod rest;
mod role;
mod said;
mod same;
pub mod sample;
mod script;
mod serving;
mod settle;
mod shared;
mod simple;
mod spread;
mod standing;
mod stepped;
mod stretch;
mod taken_back;
mod taking_off;
mod taking_up;
mod to_be;
pub mod tokens;
mod told;
mod told_off;
mod turned;
mod utterance;
mod waiting;
mod whole;
mod whose;

pub use crate::lang::understand::Matter;
pub use act::*;
pub use content::Content;
pub use ending::Ending;
pub use private::Redacted;

use std::collections::HashSet;
use std::ops::Range;

use crate::lang::cue::Cue;
use crate::lang::{Language, UnitWords};
use crate::shop::{Detail, PayBy, Shop};

use menu::Menu;
use packing::Packing;
use tokens::Normaliser;

/// Everything that people can say in one shop, compiled once.
#[derive(Debug)]
pub struct Lexicon {
    normaliser: Normaliser,
    trie: lexicon::Trie,
    menu: Menu,
    tags: Vec<String>,
    unit_keys: Vec<String>,
    units: Vec<UnitWords>,
    unfinished: ending::Unfinished,
    taking_up: taking_up::TakingUp,
    waiting: waiting::Waiting,
    matters: matter::Matters,
    conditions: condition::Conditions,
    needs: need::Needs,
    follow: follow::Follow,
    private: private::Private,
    prices: price::Prices,
    paying: paying::Paying,
    destinations: Option<destination::Destinations>,
    evasion: evasion::Evasion,
    verbs: told::Verbs,
    beside_yes: consent::Beside,
    common: HashSet<String>,
    telling: beside::Telling,
    dimensions: HashSet<String>,
    sizes: phrases::Phrases,
    /// The option lists of sizes.
    sized: Vec<crate::shop::OptionListId>,
    /// Whether the language has verbs that end their clause.
    verbs_behind: bool,
    /// Whether it has no articles: names stand bare.
    bare: bool,
}

impl Lexicon {
    pub fn compile(shop: &Shop, language: &Language) -> Lexicon {
        let normaliser = Normaliser::new(language).knowing(compile::names(shop));
        let compiled = compile::compile(shop, language, &normaliser);
        let units: Vec<UnitWords> = language.units.values().cloned().collect();
        let packing = shop.items.iter().map(|item| Packing::of(item, &normaliser, &units, &compiled.counted));
        let words = menu::Words { counted: &compiled.counted, refusing: &compiled.refusing };
        let menu = Menu::new(shop, packing.collect(), &normaliser, words);
        let sizes = phrases::Phrases::new(&language.understand.sizes, &normaliser);
        Lexicon {
            unfinished: ending::Unfinished::new(&language.understand.unfinished, &normaliser),
            taking_up: taking_up::TakingUp::new(&language.understand.take_up, &normaliser),
            waiting: waiting::Waiting::new(&language.understand.waiting, &normaliser),
            matters: matter::Matters::new(
                &language.understand.matters,
                &language.understand.take_up.noughts,
                &normaliser,
            ),
            conditions: condition::Conditions::new(&language.understand.conditions, &normaliser),
            needs: need::Needs::new(&language.diet, &normaliser),
            follow: follow::Follow::new(language, &normaliser),
            prices: price::Prices::new(shop, &language.understand.prices, &normaliser),
            paying: paying::Paying::new(
                shop,
                &language.understand.paying,
                &language.understand.private.account_mark,
                &normaliser,
            ),
            destinations: destination::Destinations::new(shop, language, &normaliser),
            private: private::Private::new(
                &language.understand.private,
                &language.understand.take_up.noughts,
                shop.payments.ways.contains(&PayBy::Account),
                &normaliser,
            ),
            evasion: evasion::Evasion::new(&language.understand.evasion, &normaliser),
            verbs: told::Verbs::new(shop, &language.understand.imperatives, &normaliser),
            beside_yes: consent::Beside::new(&language.understand, &normaliser),
            common: phrases::single(&language.understand.common, &normaliser),
            telling: beside::Telling::new(&language.understand, &normaliser),
            dimensions: phrases::single(&language.understand.dimensions, &normaliser),
            sized: stepped::lists(shop, &sizes, &normaliser),
            sizes,
            verbs_behind: clause::VERBS.iter().any(|cue| language.understand.cues.contains_key(cue)),
            bare: language.understand.cues.get(&Cue::Article).is_none_or(Vec::is_empty),
            normaliser,
            trie: compiled.trie,
            menu,
            tags: compiled.tags,
            unit_keys: compiled.units,
            units,
        }
    }

    /// How the words of `text` were read before anything was made of them: for the shop owner who wonders why.
    pub fn trace(&self, text: &str) -> Vec<String> {
        let tokens = self.normaliser.tokens(text);
        let chunks = self.chunks(&tokens, &Expect::default());
        let words = |part: &part::Part| text[tokens.span(part.tokens.clone())].to_string();
        self.parts(&chunks, &tokens).iter().map(|p| format!("{} = {}", words(p), p.describe())).collect()
    }

    /// Whether somebody who falls silent after `text` has plainly said all of it, or is plainly in the middle.
    /// `understanding` is what [`Lexicon::understand`] made of the same.
    pub fn ending(&self, shop: &Shop, text: &str, understanding: &Understanding, expect: &Expect) -> Ending {
        if self.unfinished.ends(text, &self.normaliser.tokens(text)) {
            return Ending::Open;
        }
        ending::of(shop, understanding, expect)
    }

    /// The phrases that the words are made of.
    fn chunks<'l>(&'l self, tokens: &tokens::Tokens, expect: &Expect) -> Vec<lattice::Chunk<'l>> {
        let (mut chunks, _) = lattice::chunks(tokens, &self.trie, &self.menu);
        let last = expect.items.first().or(expect.cart.last()).copied();
        let (trie, menu, units) = (&self.trie, &self.menu, &self.unit_keys[..]);
        let taken = measures::Taken { trie, menu, units, last, asked: expect.list };
        measures::part(&mut chunks, tokens, &self.trie, &taken);
        component::part(&mut chunks, tokens, &self.trie, &self.menu, expect);
        halved::name(&mut chunks, tokens, &self.trie, &self.menu, last);
        ellipsis::complete(&mut chunks, tokens, &self.trie);
        ellipsis::go_on(&mut chunks, tokens, &self.trie, &self.menu);
        chunks
    }

    fn parts<'l>(&'l self, chunks: &[lattice::Chunk<'l>], tokens: &tokens::Tokens) -> Vec<part::Part<'l>> {
        let mut parts = measures::summed(part::parts(chunks, tokens, &self.menu), &self.units);
        shared::part_refusals(&mut parts, tokens, &self.trie);
        shared::share(&mut parts, tokens, &self.trie);
        for part in &mut parts {
            part.size = part.is_unknown() && self.sizes.at(tokens, part.tokens.start).is_some();
            if part.tokens.len() == 1 {
                part.nouns = self.menu.so_called(tokens.key(part.tokens.start));
            }
            part.verbal = self.opens_with_verb(part, tokens);
            part.common = part.tokens.clone().all(|at| self.common.contains(tokens.key(at)));
        }
        self.common_dimensions(&mut parts, tokens);
        for said in self.conditions.said_anyway(tokens) {
            let inside = parts.iter_mut().filter(|part| said.contains(&part.tokens.start));
            inside.filter(|part| part.amount().is_some()).for_each(part::Part::says_nothing);
        }
        parts
    }

    /// What is no order, in the order said: it is read first, in the whole of the sentence.
    fn claims(
        &self,
        text: &str,
        tokens: &tokens::Tokens,
        parts: &[part::Part<'_>],
        expect: &Expect,
    ) -> Vec<matter::Claim<ActKind>> {
        // What somebody must not have is heard in any question and any talk ("what can I eat if I'm allergic to milk").
        let is_need = |claim: &matter::Claim<ActKind>| matches!(claim.kind, ActKind::Need(_));
        let mut claims = self.needs.find(text, tokens, parts, &self.matters, &[]);
        let mut matters = self.matters.find(tokens, parts);
        let beside = |claim: &matter::Claim<Matter>| {
            claims
                .iter()
                .filter(|claim| is_need(claim))
                .all(|need| need.tokens.end <= claim.tokens.start || claim.tokens.end <= need.tokens.start)
        };
        matters.retain(|claim| beside(claim) || !matches!(claim.kind, Matter::Health | Matter::Talk));
        let taken: Vec<_> = matters.iter().map(|claim| claim.tokens.clone()).collect();
        if !taken.is_empty() {
            claims = self.needs.find(text, tokens, parts, &self.matters, &taken);
        }
        let act = |claim: matter::Claim<Matter>| {
            let kind = match claim.kind {
                Matter::Text => matter::written(text, tokens, parts, &claim.tokens),
                matter => ActKind::of_matter(matter, &need::about(parts, claim.tokens.clone(), None)),
            };
            matter::Claim { tokens: claim.tokens, kind }
        };
        let apart = |claim: &matter::Claim<ActKind>, other: &Range<usize>| {
            other.end <= claim.tokens.start || claim.tokens.end <= other.start
        };
        let known: Vec<_> = claims.iter().map(|claim| &claim.tokens).chain(&taken).cloned().collect();
        let mut conditions = self.conditions.find(tokens, parts, &self.matters);
        conditions.retain(|claim| known.iter().all(|other| apart(claim, other)));
        let mut of_order = conditions;
        of_order.extend(self.prices.find(tokens));
        of_order.extend(self.paying.find(tokens));
        if let Some(destinations) = &self.destinations {
            let heard = destination::Heard { text, tokens, parts, expect };
            of_order.extend(destinations.find(&heard, &self.private));
        }
        let apart = |claim: &matter::Claim<Matter>| {
            of_order
                .iter()
                .all(|other| other.tokens.end <= claim.tokens.start || claim.tokens.end <= other.tokens.start)
        };
        claims.extend(matters.into_iter().filter(apart).map(act));
        claims.extend(of_order);
        claims.sort_by_key(|claim| (claim.tokens.start, claim.tokens.end));
        claims
    }

    /// `text` without card numbers, security codes and PINs, and without what stands for money here, where it holds any:
    /// they are kept nowhere. A telephone's number that the shop asks for is none of them.
    pub fn redacted(&self, text: &str, expect: &Expect) -> Option<Redacted> {
        let tokens = self.normaliser.tokens(text);
        let phone = self.destinations.as_ref().is_some_and(|of| of.is_phone(&tokens, expect));
        self.private.redacted(text, &tokens, private::Asked { account: expect.account, phone })
    }

    /// What `text` asks for. `expect` says what was just asked and what stands in the cart.
    ///
    /// Never fails: what is not understood is said to be so. Takes time linear in the length of the text.
    pub fn understand(&self, text: &str, expect: &Expect) -> Understanding {
        let tokens = self.normaliser.tokens(text);
        let whole = self.taking_up.said(&tokens, expect).or_else(|| self.waiting.said(&tokens));
        let whole = whole.or_else(|| self.prices.said(&tokens, expect));
        let whole = whole.or_else(|| self.paying.answer(&tokens, expect));
        if let Some(kind) = whole {
            let span = tokens.span(0..tokens.len());
            return Understanding { acts: vec![Act { kind, span }], ..Understanding::default() };
        }
        let chunks = self.chunks(&tokens, expect);
        let parts = self.parts(&chunks, &tokens);
        if self.waiting.opens(&tokens, &parts) {
            let span = tokens.span(0..tokens.len());
            return Understanding { acts: vec![Act { kind: ActKind::Wait, span }], ..Understanding::default() };
        }
        if let Some(destinations) = &self.destinations {
            let heard = destination::Heard { text, tokens: &tokens, parts: &parts, expect };
            let tipped = || expect.detail == Some(Detail::Name) && !self.prices.find(&tokens).is_empty();
            if let Some(acts) = destinations.answer(&heard).filter(|_| !tipped()) {
                return Understanding { acts, ..Understanding::default() };
            }
        }
        let evaded = self.evasion.said(&tokens, &parts, expect);
        if let Some(kind) = self.follow.said(&tokens, &parts, expect, &self.evasion).filter(|_| evaded.is_none()) {
            let span = tokens.span(0..tokens.len());
            return Understanding { acts: vec![Act { kind, span }], ..Understanding::default() };
        }
        let order = |parts: &[part::Part<'_>], acts| {
            let breaths = part::breaths(parts).into_iter();
            let read =
                |acts, breath| utterance::Utterance::new(self, text, &tokens, &parts[breath], expect, acts).acts();
            breaths.fold(acts, read)
        };
        let mut acts = Vec::new();
        let mut read = 0;
        if let Some((kind, end)) = evaded {
            acts.push(Act { kind, span: tokens.span(0..end) });
            read = parts.partition_point(|part| part.tokens.start < end);
        }
        for claim in self.claims(text, &tokens, &parts, expect) {
            // "for a six year old": of a number that is of it nothing is left over.
            let start = parts.partition_point(|part| part.tokens.start < claim.tokens.start);
            let last = start.checked_sub(1).map(|last| &parts[last]);
            let inside = last.is_some_and(|p| p.amount().is_some() && p.tokens.end > claim.tokens.start);
            let start = start - usize::from(inside);
            let end = parts.partition_point(|part| part.tokens.start < claim.tokens.end);
            acts = order(&parts[read..start.max(read)], acts);
            acts.push(Act { kind: claim.kind, span: tokens.span(claim.tokens) });
            read = end.max(read);
        }
        acts = order(&parts[read..], acts);
        // Whatever is asked in the same breath is answered by what was stated in it.
        acts.sort_by_key(|act| !matches!(act.kind, ActKind::Need(_)));
        let acts = utterance::Utterance::new(self, text, &tokens, &parts, expect, acts).finish();
        let open = self.unfinished.ends(text, &tokens);
        let asks = |key: &str| !self.bare && self.trie.alone(key).is_some_and(|s| s.cues.has(Cue::AskIs));
        let inverted = consent::is_inverted(&tokens, &parts, asks);
        let consent = !inverted && consent::is_whole(&tokens, &parts, &acts, &self.beside_yes, open);
        let further = further::further(&tokens, &parts, &acts);
        let lost = further::is_lost(&parts, &acts);
        let plain = parts.iter().any(consent::plainly);
        Understanding { acts, consent, plain, further, lost }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::LazyLock;

    use super::*;

    /// Steps through the lexicon, and the longest run of parts that is looked at as a whole.
    fn effort(lexicon: &Lexicon, text: &str) -> (usize, usize) {
        let tokens = lexicon.normaliser.tokens(text);
        let (chunks, steps) = lattice::chunks(&tokens, &lexicon.trie, &lexicon.menu);
        let longest = part::breaths(&part::parts(&chunks, &tokens, &lexicon.menu)).iter().map(|b| b.len()).max();
        (steps, longest.unwrap_or(0))
    }

    pub(super) fn cafe() -> &'static Lexicon {
        static CAFE: LazyLock<Lexicon> = LazyLock::new(|| {
            let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe");
            let shop = Shop::load(&dir).expect("the café opens").shop;
            Lexicon::compile(&shop, &Language::load("en").expect("English"))
        });
        &CAFE
    }

    #[test]
    fn effort_grows_with_the_length_of_the_text_and_no_faster() {
        let lexicon = cafe();
        let usual = "two large lattes with oat milk and a blueberry muffin, warmed. ";
        let hostile = [
            "and ", "no no ", "is the ", "please ", "two of ", "half a ", "not too ", "oat ", "make it ", "zzz ",
            "a 1 ",
        ];
        for said in hostile.into_iter().chain([usual]) {
            let (hundred, _) = effort(lexicon, &said.repeat(100));
            let (thousand, longest) = effort(lexicon, &said.repeat(1000));
            assert!(thousand <= hundred * 11, "{said:?}: {hundred} steps, then {thousand}");
            assert!(longest <= breath::LONGEST_BREATH, "{said:?}: {longest} parts in one breath");
        }
    }

    #[test]
    fn ten_thousand_words_are_taken_in_parts_and_lose_nothing() {
        let lexicon = cafe();
        let said = "a lemon loaf, please, and ".repeat(2000);
        let understood = lexicon.understand(&said, &Expect::default());
        let added = understood.acts.iter().filter(|a| matches!(a.kind, ActKind::Add(_))).count();
        assert_eq!(added, 2000);
        lexicon.understand(&"and ".repeat(10_000), &Expect::default());
    }
}
