//! An allergy or a diet that is stated, and questions about what things hold: found in the whole sentence before any item
//! in it is taken, so that the substance is no order and no option.

use std::collections::HashMap;
use std::ops::Range;

use crate::commerce::cart::Need;
use crate::lang::diet::Diet;
use crate::lang::understand::Matter;

use super::act::{ActKind, Question, Which};
use super::lexicon::quality;
use super::matter::{Claim, Matters};
use super::part::Part;
use super::pattern::{Found, Patterns, nothing};
use super::phrases::{self, Phrases};
use super::tokens::{Break, Normaliser, Tokens};
use crate::lang::cue::Cue;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    States,
    /// There is no such allergy, or none at all.
    Denies,
    /// The same, where one was stated just before.
    Spares,
    Has,
    WhichLack,
    Suits,
    /// The same of somebody whose need is stated behind it.
    SuitsWhom,
    WhichSuit,
}

/// What a substance or a diet is called.
#[derive(Debug)]
struct Term {
    words: Vec<String>,
    name: String,
    /// Said of the substance itself, not of what holds it ("walnuts").
    itself: bool,
}

/// By their first words, the longest first.
type Terms = HashMap<String, Vec<Term>>;

#[derive(Debug)]
pub(super) struct Needs {
    substances: Terms,
    diets: Terms,
    any: Patterns<Sort>,
    known: Patterns<Sort>,
    named: Patterns<Sort>,
    denied: Patterns<Sort>,
    spared: Patterns<Sort>,
    of_diets: Patterns<Sort>,
    bare: Patterns<Sort>,
    nothing: Phrases,
    joints: Phrases,
}

impl Needs {
    pub fn new(diet: &Diet, normaliser: &Normaliser) -> Needs {
        let say = &diet.say;
        let patterns = |all: &[(&Vec<String>, Sort)]| {
            let all = all.iter().flat_map(|(patterns, sort)| patterns.iter().map(|p| (p.clone(), *sort)));
            Patterns::new(all.collect::<Vec<_>>(), normaliser)
        };
        let term = |said: &String, name: &String, itself| Term {
            words: phrases::words(said, normaliser),
            name: name.clone(),
            itself,
        };
        let substances = diet.substances.iter().flat_map(|s| {
            let said = s.said.iter().map(|said| term(said, &s.name, true));
            said.chain(s.holds.iter().map(|holds| term(holds, &s.name, false))).collect::<Vec<_>>()
        });
        let diets = diet.kinds.iter().flat_map(|kind| kind.said.iter().map(|said| term(said, &kind.name, true)));
        Needs {
            substances: longest_first(substances.collect()),
            diets: longest_first(diets.collect()),
            any: patterns(&[(&say.allergic, Sort::States)]),
            known: patterns(&[(&say.avoids, Sort::States), (&say.has, Sort::Has), (&say.which_lack, Sort::WhichLack)]),
            named: patterns(&[(&say.named, Sort::States)]),
            denied: patterns(&[(&say.denies, Sort::Denies)]),
            spared: patterns(&[(&say.spares, Sort::Spares)]),
            of_diets: patterns(&[
                (&say.lives, Sort::States),
                (&say.which_are, Sort::WhichLack),
                (&say.lives_not, Sort::Denies),
            ]),
            bare: patterns(&[
                (&say.suits, Sort::Suits),
                (&say.suits_whom, Sort::SuitsWhom),
                (&say.which_suit, Sort::WhichSuit),
                (&say.none, Sort::Denies),
            ]),
            nothing: Phrases::new(&say.nothing, normaliser),
            joints: Phrases::new(&say.joints, normaliser),
        }
    }

    /// The needs and the questions about them, in order; `taken` is about something else.
    pub fn find(
        &self,
        text: &str,
        tokens: &Tokens,
        parts: &[Part],
        matters: &Matters,
        taken: &[Range<usize>],
    ) -> Vec<Claim<ActKind>> {
        let mut claims = Vec::new();
        // Most sentences name no substance.
        let term = |at| self.term(tokens, at, true).is_some();
        let diet = |at| term_of_diet(&self.diets, tokens, at);
        let holding = |at| self.term(tokens, at, false).is_some();
        let any = |is: &dyn Fn(usize) -> bool| (0..tokens.len()).any(is);
        let mut named = Named { substance: any(&term), holding: any(&holding), diet: any(&diet), stated: false };
        let mut at = 0;
        while at < tokens.len() {
            if let Some(range) = taken.iter().find(|range| range.contains(&at)) {
                at = range.end;
                continue;
            }
            let Some(found) = self.at(tokens, at, named).filter(|found| fits(found, parts, tokens, named.stated))
            else {
                at += 1;
                continue;
            };
            let end = match found.stands_for {
                Sort::States => self.state(text, tokens, &found, &mut claims),
                Sort::Denies | Sort::Spares => {
                    let end = self.listed(tokens, found.tokens.end).last().map_or(found.tokens.end, |of| of.end);
                    claims.push(Claim { tokens: at..end, kind: ActKind::Matter(Matter::Talk) });
                    end
                }
                // Without a need behind it, it asks of nobody in particular.
                Sort::SuitsWhom if self.stated_behind(tokens, matters, &found, named).is_none() => {
                    at += 1;
                    continue;
                }
                _ => {
                    let stated = self.stated_behind(tokens, matters, &found, named);
                    let end = stated.unwrap_or_else(|| matters.clause_end(tokens, found.tokens.end));
                    let of = about(parts, at..end, found.slot.as_ref());
                    let need = found.slot.clone().and_then(|slot| self.need(text, tokens, slot));
                    // Answered by the name of the substance: "is it nut free?" "It contains nuts."
                    let need = need.map(|need| Need { words: need.name.clone(), ..need });
                    let question = match found.stands_for {
                        Sort::Suits | Sort::SuitsWhom => Question::Suits(of),
                        Sort::WhichSuit => Question::WhichSuit,
                        Sort::WhichLack => Question::Lacking { of: of.into_iter().next(), need },
                        _ => Question::Holds { of, need },
                    };
                    claims.push(Claim { tokens: at..end, kind: ActKind::Ask(question) });
                    end
                }
            };
            named.stated |= found.stands_for == Sort::States;
            at = end.max(at + 1);
        }
        claims
    }

    /// "… someone with a nut allergy": where in the same clause a need is stated.
    fn stated_behind(&self, tokens: &Tokens, matters: &Matters, found: &Found<Sort>, named: Named) -> Option<usize> {
        let end = matters.clause_end(tokens, found.tokens.end);
        let states = |at: &usize| self.at(tokens, *at, named).is_some_and(|found| found.stands_for == Sort::States);
        (found.tokens.end..end).find(states)
    }

    fn at(&self, tokens: &Tokens, at: usize, named: Named) -> Option<Found<Sort>> {
        let until = super::matter::stop(tokens, at);
        let known = |at| self.term(tokens, at, true).map(|(end, _)| end);
        let diet = |at| term(&self.diets, tokens, at).map(|(end, _)| end);
        let holding = |at| self.term(tokens, at, false).map(|(end, _)| end);
        // Whatever somebody is allergic to, nobody can know all of it.
        let any = |at: usize| {
            let unknown = (self.nothing.at(tokens, at).is_none() && tokens.list[at].number.is_none()).then_some(at + 1);
            holding(at).or(unknown)
        };
        let whatever = |at: usize| holding(at).or(diet(at)).or(Some(at + 1));
        let all = [
            self.any.at(tokens, at, until, &any),
            self.denied.at(tokens, at, until, &whatever),
            // Some begin with what is spared, so that any word would be tried.
            named.stated.then(|| self.spared.at(tokens, at, until, &whatever)).flatten(),
            named.holding.then(|| self.named.at(tokens, at, until, &holding)).flatten(),
            named.substance.then(|| self.known.at(tokens, at, until, &known)).flatten(),
            named.diet.then(|| self.of_diets.at(tokens, at, until, &diet)).flatten(),
            self.bare.at(tokens, at, until, &nothing),
        ];
        all.into_iter().flatten().max_by_key(|found| found.tokens.end)
    }

    /// "Allergic to nuts, eggs and soy": each of them. Returns where it ends.
    fn state(&self, text: &str, tokens: &Tokens, found: &Found<Sort>, claims: &mut Vec<Claim<ActKind>>) -> usize {
        let further = self.listed(tokens, found.tokens.end);
        let end = further.last().map_or(found.tokens.end, |of| of.end);
        let all = found.slot.clone().into_iter().chain(further);
        let stated: Vec<Need> = all.filter_map(|slot| self.need(text, tokens, slot)).collect();
        let from = found.tokens.start;
        for (at, need) in stated.into_iter().enumerate() {
            let tokens = if at == 0 { from..end } else { end..end };
            claims.push(Claim { tokens, kind: ActKind::Need(need) });
        }
        end
    }

    /// "… , eggs and soy": what goes on a list of substances here.
    fn listed(&self, tokens: &Tokens, from: usize) -> Vec<Range<usize>> {
        let (mut end, mut listed) = (from, Vec::new());
        while end < tokens.len() && tokens.list[end].before != Break::Stop {
            let next = end + self.joints.at(tokens, end).unwrap_or(0);
            let joined = next > end || tokens.list[end].before == Break::Comma;
            let Some((to, _)) = (joined && next < tokens.len()).then(|| self.term(tokens, next, false)).flatten()
            else {
                break;
            };
            listed.push(next..to);
            end = to;
        }
        listed
    }

    fn need(&self, text: &str, tokens: &Tokens, slot: Range<usize>) -> Option<Need> {
        let words = text.get(tokens.span(slot.clone()))?.to_lowercase();
        if let Some((_, diet)) = term(&self.diets, tokens, slot.start).filter(|(end, _)| *end == slot.end) {
            return Some(Need { name: diet.name.clone(), words: diet.name.clone(), diet: true });
        }
        let name = self.term(tokens, slot.start, false).filter(|(end, _)| *end == slot.end);
        let name = name.map_or_else(|| words.clone(), |(_, term)| term.name.clone());
        Some(Need { name, words, diet: false })
    }

    /// `itself`: not by what holds it.
    fn term(&self, tokens: &Tokens, at: usize, itself: bool) -> Option<(usize, &Term)> {
        let terms = self.substances.get(tokens.key(at)).into_iter().flatten();
        let mut terms = terms.filter(|term| term.itself || !itself);
        terms.find(|term| stands(&term.words, tokens, at)).map(|term| (at + term.words.len(), term))
    }
}

/// What a sentence names at all.
#[derive(Debug, Clone, Copy)]
struct Named {
    substance: bool,
    /// A substance, or what holds one.
    holding: bool,
    diet: bool,
    /// A need was stated before.
    stated: bool,
}

fn term_of_diet(terms: &Terms, tokens: &Tokens, at: usize) -> bool {
    term(terms, tokens, at).is_some()
}

fn term<'t>(terms: &'t Terms, tokens: &Tokens, at: usize) -> Option<(usize, &'t Term)> {
    terms
        .get(tokens.key(at))
        .into_iter()
        .flatten()
        .find(|term| stands(&term.words, tokens, at))
        .map(|term| (at + term.words.len(), term))
}

fn stands(words: &[String], tokens: &Tokens, at: usize) -> bool {
    at + words.len() <= tokens.len() && words.iter().enumerate().all(|(n, word)| tokens.key(at + n) == word)
}

fn longest_first(mut terms: Vec<Term>) -> Terms {
    terms.retain(|term| !term.words.is_empty());
    terms.sort_by_key(|term| std::cmp::Reverse(term.words.len()));
    let mut by_word = Terms::new();
    for term in terms {
        by_word.entry(term.words[0].clone()).or_default().push(term);
    }
    by_word
}

/// "Do you have milk?" asks whether it is sold; "does the bread have milk?" what is in it. And "vegan" in the name of what is
/// sold is its name.
fn fits(found: &Found<Sort>, parts: &[Part], tokens: &Tokens, stated: bool) -> bool {
    let inside = |range: &Range<usize>, part: &&Part| range.contains(&part.tokens.start);
    let thing = |part: &Part| part.sense().is_some_and(|s| !s.items.is_empty() || s.category.is_some());
    let named = found.slot.as_ref().is_some_and(|slot| {
        let whole = |part: &Part| {
            let sense = part.sense().map_or(0, |s| s.items_quality.max(s.options_quality));
            part.tokens.len() > slot.len() && sense >= quality::VARIANT
        };
        parts.iter().filter(|part| inside(slot, part) || part.tokens.contains(&slot.start)).any(whole)
    });
    match found.stands_for {
        Sort::States | Sort::Denies | Sort::Spares | Sort::SuitsWhom | Sort::WhichSuit => true,
        Sort::WhichLack => !named,
        // "Can I have the muffin" asks for it, but not behind an allergy.
        Sort::Suits => stated || found.gap.is_some(),
        Sort::Has => {
            let pointed = |part: &Part| part.cues().any(&[Cue::It, Cue::Them]);
            let gap = found.gap.clone().unwrap_or(0..0);
            let spoken = parts.iter().filter(|part| inside(&gap, part)).any(|part| thing(part) || pointed(part));
            let behind = found.tokens.end..tokens.len();
            spoken
                || gap.is_empty() && parts.iter().filter(|part| inside(&behind, part)).any(thing)
                || gap.is_empty() && found.tokens.end == tokens.len()
        }
    }
}

/// What a question names besides the substance.
pub(super) fn about(parts: &[Part], tokens: Range<usize>, slot: Option<&Range<usize>>) -> Vec<Which> {
    let asked = |part: &&Part| {
        tokens.contains(&part.tokens.start) && !slot.is_some_and(|slot| slot.contains(&part.tokens.start))
    };
    let which = |part: &Part| {
        let sense = part.sense()?;
        // A word out of a name ("free") names nothing in a question.
        let named = sense.items_quality >= quality::PART;
        let item = named && (sense.cues.is_empty() || sense.items_quality >= quality::NAME);
        match (sense.category, &*sense.items) {
            (Some(category), _) if !item || sense.items_quality < quality::NAME => Some(Which::Category(category)),
            (_, [one]) if item => Some(Which::Item(*one)),
            (_, all) if item => Some(Which::OneOf(all.to_vec())),
            _ => None,
        }
    };
    parts.iter().filter(asked).filter_map(which).collect()
}
