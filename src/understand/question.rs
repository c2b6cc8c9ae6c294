//! Questions about the menu, prices, options, the cart and the shop.

use std::ops::Range;

use crate::shop::{CategoryId, OptionListId};

use super::act::*;
use super::lexicon::{Sense, quality};
use super::part::Part;
use super::tokens::Break;
use super::utterance::Utterance;
use crate::lang::cue::Cue;

/// Things answered for in one breath.
const FEW: usize = 3;

/// What of the shop a question names.
#[derive(Default)]
struct Topic {
    items: Vec<Which>,
    category: Option<CategoryId>,
    list: Option<OptionListId>,
    options: Vec<crate::shop::OptionId>,
    tag: Option<String>,
    unknown: Option<Range<usize>>,
}

/// Of what was asked about, and as it was where nothing else was said.
fn self_same(with: &ItemRequest, asked: &ItemRequest) -> bool {
    let apart = |c: &crate::commerce::cart::Choice| asked.choices.iter().all(|a| a.option.list != c.option.list);
    with.which == asked.which && with.choices.iter().all(apart)
}

impl Utterance<'_, '_> {
    /// The acts of what is left, where something else is to be expected of it.
    pub(super) fn go_on(self, expect: &Expect, at: usize) -> Vec<Act> {
        let Utterance { lexicon, text, tokens, parts, acts, .. } = self;
        Utterance { lexicon, text, tokens, parts, expect, acts }.acts_from(at)
    }

    pub fn ask(&mut self, range: Range<usize>) {
        let has = |cue| self.parts[range.clone()].iter().any(|p| p.is(cue));
        let topic = self.topic(&range);
        let item = topic.items.iter().find_map(|w| match w {
            Which::Item(item) => Some(*item),
            _ => None,
        });
        let first = self.parts[range.start].cues();
        let question = if has(Cue::AskHours) {
            Some(Question::Hours)
        } else if has(Cue::AskStatus) {
            Some(Question::OrderStatus)
        } else if has(Cue::AskCart) {
            Some(Question::Cart)
        } else if has(Cue::AskTotal) && topic.items.is_empty() {
            Some(Question::Total)
        } else if has(Cue::AskPrice) {
            self.price(&range, &topic)
        } else if has(Cue::AskRecommend) {
            Some(Question::Recommend(topic.category))
        } else if has(Cue::AskIngredients)
            && (item.is_some() || topic.unknown.is_none() && topic.list.is_none() && topic.category.is_none())
        {
            Some(Question::Ingredients(item))
        } else if let (Some(tag), true) =
            (&topic.tag, first.has(Cue::AskIs) || has(Cue::AskIs) || item.is_some() && has(Cue::On))
        {
            // "Is the chicken organic?", of several kinds of it.
            if let [Which::OneOf(several)] = &topic.items[..] {
                for item in several.iter().take(FEW) {
                    let question = Question::Tag { item: Some(*item), tag: tag.clone() };
                    self.act(ActKind::Ask(question), range.clone());
                }
                return;
            }
            Some(Question::Tag { item, tag: tag.clone() })
        } else if let Some(list) = topic.list {
            Some(Question::Options { list, item })
        } else if has(Cue::AskOptions) {
            self.sold_so(&range, &topic).or(Some(Question::ItemOptions(item)))
        } else if let Some(question) = self.asks_how_it_is(&range, &topic, item) {
            Some(question)
        } else {
            self.offer(&range, topic)
        };
        match question {
            Some(question) => self.act(ActKind::Ask(question), range),
            None => self.unanswered(range),
        }
    }

    /// "有软毛的牙刷吗来两支", "苹果多少钱一斤给我来两斤": what follows a question about one item is said of it, and of it as it was
    /// asked about. Where it was about none, the acts are still to be read on.
    pub(super) fn ask_and_go_on(mut self, range: Range<usize>) -> Result<Vec<Act>, Self> {
        let (asked, end) = (self.acts.len(), range.end);
        self.ask(range);
        let Some(topic) = self.asked_about(asked) else { return Err(self) };
        let expect = Expect { topic: Some(topic), ..self.expect.clone() };
        let mut acts = self.go_on(&expect, end);
        if let [Act { kind: ActKind::Ask(Question::Sold(so)), .. }, next, ..] = &mut acts[asked..]
            && let ActKind::Fragment { edits, all: false } = &mut next.kind
            && matches!(edits[..], [Edit::Quantity(_)])
        {
            edits.extend(so.choices.iter().cloned().map(Edit::Choose));
        }
        if let [Act { kind: ActKind::Ask(Question::Sold(so)), .. }, Act { kind: ActKind::Add(with), .. }, ..] =
            &mut acts[asked..]
            && self_same(with, so)
        {
            with.choices.extend(so.choices.iter().cloned());
        }
        Ok(acts)
    }

    /// "And the comb, how much is that?", "hinges, do you have those?": what is named without a number before a question that
    /// points to it is asked about, and not wanted.
    pub(super) fn asked_of_named(&mut self) {
        for at in (1..self.acts.len()).rev() {
            let [first, second] = &self.acts[at - 1..=at] else { continue };
            let (ActKind::Add(request), ActKind::Ask(question)) = (&first.kind, &second.kind) else { continue };
            let item = match &request.which {
                Which::Item(item) => Some(*item),
                _ => None,
            };
            let asked = match question {
                Question::Total => Question::Price(request.clone()),
                Question::Menu(None) => Question::Availability(vec![request.which.clone()]),
                Question::Ingredients(None) if item.is_some() => Question::Ingredients(item),
                Question::About(None) if item.is_some() => Question::About(item),
                _ => continue,
            };
            let before = self.acts[..at - 1].iter().map(|act| act.span.end).max().unwrap_or(0);
            let start = |p: &Part| self.tokens.span(p.tokens.clone()).start;
            let within = |from: usize, to: usize| self.parts.iter().filter(move |p| (from..to).contains(&start(p)));
            let orders = |p: &Part| {
                p.amount().is_some() || p.cues().any(&[Cue::Want, Cue::Put]) && !p.sense().is_some_and(Sense::is_thing)
            };
            let wanted = within(before, second.span.start).any(orders);
            let points = |p: &Part| p.cues().any(&[Cue::It, Cue::Them, Cue::AskPrice]);
            let next = within(first.span.end, second.span.start).next().is_none();
            if !wanted && next && within(second.span.start, second.span.end).any(points) {
                let span = first.span.start..second.span.end;
                self.acts.splice(at - 1..=at, [Act { kind: ActKind::Ask(asked), span }]);
            }
        }
    }

    /// The one item that the last question is about.
    fn asked_about(&self, from: usize) -> Option<crate::shop::ItemId> {
        let which = match self.acts.get(from..)? {
            [Act { kind: ActKind::Ask(Question::Price(asked) | Question::Sold(asked)), .. }] => &asked.which,
            [Act { kind: ActKind::Ask(Question::Availability(asked)), .. }] => match &asked[..] {
                [one] => one,
                _ => return None,
            },
            _ => return None,
        };
        match which {
            Which::Item(item) => Some(*item),
            _ => None,
        }
    }

    /// "…, and um what else, oh a roll of paper": asked of oneself, where the order goes on. Where it does.
    pub(super) fn wonders(&self, at: usize) -> Option<usize> {
        if !self.parts[at].is(Cue::AskWhat) || !self.parts[at].is(Cue::Wonder) {
            return None;
        }
        let small = |p: &Part| p.is_filler() || p.is_plainly(Cue::Yes);
        let next = (at + 1..self.parts.len()).find(|n| !small(&self.parts[*n]))?;
        let parted = |p: &Part| p.before != Break::None || p.is(Cue::Yes);
        // "Uh what else, two colas": behind a sound of thinking it asks nobody.
        let thinks = at.checked_sub(1).is_some_and(|before| self.parts[before].is_filler());
        let parted = thinks || next > at + 1 || self.parts[at + 1..=next].iter().any(parted);
        (parted && self.parts[next].amount().is_some()).then_some(at + 1)
    }

    /// "Does the burger have onion", "is the cod good", "do you have spicy sauce": whether it is sold is not what is asked,
    /// and a yes would answer something else.
    fn asks_how_it_is(
        &self,
        range: &Range<usize>,
        topic: &Topic,
        item: Option<crate::shop::ItemId>,
    ) -> Option<Question> {
        let sold = [Cue::AskHave, Cue::AskWhat, Cue::Menu];
        let is =
            self.parts[range.start].is(Cue::AskIs) && !self.parts[range.clone()].iter().any(|p| p.cues().any(&sold));
        let option = topic.options.first().copied().filter(|_| topic.unknown.is_none());
        match (item, option) {
            (_, Some(option)) if topic.items.is_empty() && (is || topic.tag.is_some()) => {
                Some(Question::Options { list: option.list, item: None })
            }
            (Some(item), Some(option)) if is && self.menu().offers(item, option) => {
                Some(Question::Options { list: option.list, item: Some(item) })
            }
            (Some(item), Some(_)) if is => Some(Question::Ingredients(Some(item))),
            (Some(item), None) if is && topic.unknown.is_none() && topic.items.len() == 1 => {
                Some(Question::About(Some(item)))
            }
            _ => None,
        }
    }

    /// Asks about something that is not the shop's, or about nothing that was understood.
    fn unanswered(&mut self, range: Range<usize>) {
        let has = |cue| self.parts[range.clone()].iter().any(|p| p.is(cue));
        let unknown = self.topic(&range).unknown;
        match unknown {
            Some(unknown) if has(Cue::AskHave) || has(Cue::AskPrice) => {
                let near = self.near(&unknown);
                let words = self.words(&unknown);
                self.act(ActKind::Unknown { words, near, edits: Vec::new() }, range);
            }
            _ => {
                let asked = self.asks_of_item(&range).map(ActKind::Ask);
                self.act(asked.unwrap_or(ActKind::Other), range);
            }
        }
    }

    /// "is the rain jacket any good in snow": of one item something is asked that no shop wrote down.
    pub(super) fn asks_of_item(&self, range: &Range<usize>) -> Option<Question> {
        let named = |at: &usize| self.parts[*at].sense().is_some_and(|s| s.items_quality >= quality::VARIANT);
        let at = range.clone().find(named)?;
        let opens =
            self.parts[range.start].is(Cue::AskIs) && self.parts[at + 1..range.end].iter().any(Part::is_unknown);
        let [item] = *self.parts[at].sense()?.items else { return None };
        opens.then(|| Question::Tag { item: Some(item), tag: self.words(&(at + 1..range.end)) })
    }

    fn price(&self, range: &Range<usize>, topic: &Topic) -> Option<Question> {
        if topic.items.is_empty() && topic.category.is_none() {
            if let Some(option) = topic.options.first() {
                return Some(Question::OptionPrice(*option));
            }
            return topic.unknown.is_none().then_some(Question::Total);
        }
        let line = self.read(range.clone()).lines.into_iter().find(|l| l.unknown.is_none())?;
        Some(Question::Price(self.request(line)))
    }

    /// "do you have a pink bell": one item, and what was said of it.
    fn sold_so(&self, range: &Range<usize>, topic: &Topic) -> Option<Question> {
        let ([Which::Item(item)], None, false) = (&topic.items[..], topic.list, topic.options.is_empty()) else {
            return None;
        };
        let [line] = &self.read(range.clone()).lines[..] else { return None };
        let which = Which::Item(*item);
        let said = line.which == which && line.choices.iter().all(|choice| !choice.negated);
        let line = (said && !line.choices.is_empty()).then(|| line.clone())?;
        Some(Question::Sold(ItemRequest { choices: line.choices, ..ItemRequest::bare(which) }))
    }

    /// "do you have …", "what kinds of …": whether and what is sold.
    fn offer(&self, range: &Range<usize>, topic: Topic) -> Option<Question> {
        let has = |cue| self.parts[range.clone()].iter().any(|p| p.is(cue));
        let what = has(Cue::AskWhat) || has(Cue::Menu);
        if let Some(category) = topic.category
            && (what || topic.items.is_empty())
        {
            return Some(Question::Menu(Some(category)));
        }
        if !topic.items.is_empty() && topic.unknown.is_none() {
            if what
                && !has(Cue::AskHave)
                && !has(Cue::Menu)
                && let [Which::Item(item)] = topic.items[..]
            {
                return Some(Question::Ingredients(Some(item)));
            }
            return self.sold_so(range, &topic).or(Some(Question::Availability(topic.items)));
        }
        if let Some(option) = topic.options.first()
            && topic.unknown.is_none()
        {
            return Some(Question::OptionAvailability(*option));
        }
        if topic.unknown.is_some() || !topic.items.is_empty() {
            return None;
        }
        (has(Cue::Menu) || has(Cue::AskHave) && what || has(Cue::AskHave) && topic.tag.is_none())
            .then_some(Question::Menu(None))
    }

    fn topic(&self, range: &Range<usize>) -> Topic {
        let mut topic = Topic::default();
        for at in range.clone() {
            let part = &self.parts[at];
            // "… for my bike": what it is for is not asked about.
            if part.is_unknown() && self.is_purpose(range, at) {
                continue;
            }
            if part.is_unknown() {
                topic.unknown = Some(topic.unknown.map_or(at..at + 1, |u| u.start..at + 1));
                continue;
            }
            let Some(sense) = part.sense() else { continue };
            let functional = !sense.cues.is_empty();
            topic.tag = topic.tag.or_else(|| sense.tag.and_then(|t| self.lexicon.tags.get(t as usize)).cloned());
            // "Organic", that is also a word out of a name ("organic banana"), names nothing behind "is the chicken".
            let named = sense.category.is_some() || sense.items_quality.max(sense.options_quality) >= quality::PART;
            if sense.tag.is_some() && !named {
                continue;
            }
            let item = !sense.items.is_empty() && (!functional || sense.items_quality >= quality::NAME);
            if let Some(category) = sense.category
                && (!item || sense.items_quality < quality::NAME)
            {
                topic.category = topic.category.or(Some(category));
            } else if let Some(list) = sense.list
                && (!item || sense.items_quality < quality::NAME)
            {
                topic.list = topic.list.or(Some(list));
                // "how much is a flake", of a list that is called by it too
                topic.options.extend(sense.options.first().filter(|_| sense.options_quality >= quality::NAME));
            } else if item && (sense.items_quality >= sense.options_quality) {
                topic.items.push(match &*sense.items {
                    [one] => Which::Item(*one),
                    all => Which::OneOf(all.to_vec()),
                });
            } else if !sense.options.is_empty() && !functional {
                topic.options.push(sense.options[0]);
            }
        }
        topic
    }

    /// Whether a word says what a thing that was named is for.
    fn is_purpose(&self, range: &Range<usize>, at: usize) -> bool {
        let joined = |n: &usize| self.parts[*n].is_unknown() && self.parts[*n].before == Break::None;
        let Some(lead) = (range.start..at).rev().find(|n| !joined(n)) else { return false };
        let named = |p: &Part| p.sense().is_some_and(|s| s.items_quality >= quality::VARIANT);
        self.parts[at].before == Break::None
            && self.parts[lead].cues().any(&[Cue::Purpose, Cue::Role])
            && self.parts[range.start..lead].iter().any(named)
    }

    /// Whether a question begins here.
    pub(super) fn asks(&self, at: usize) -> bool {
        let part = &self.parts[at];
        let cues = part.cues();
        if self.some_are(at) {
            return false;
        }
        let always = [
            Cue::AskPrice,
            Cue::AskHave,
            Cue::AskIngredients,
            Cue::AskHours,
            Cue::AskCart,
            Cue::AskTotal,
            Cue::AskStatus,
            Cue::AskRecommend,
            Cue::AskOptions,
            Cue::Menu,
        ];
        if cues.any(&always) && (!cues.has(Cue::Want) || cues.has(Cue::AskHave) && !self.tells(at)) {
            return true;
        }
        let opens = at == 0
            || part.before != Break::None
            || self.parts[at - 1].cues().any(&[Cue::And, Cue::But, Cue::Filler, Cue::Greet, Cue::SmallTalk]);
        let question = self.tokens.list[part.tokens.start].question;
        // "what colours does it come in"
        let of_options = || self.parts[at..self.stop(at + 1)].iter().any(|p| p.is(Cue::AskOptions));
        opens
            && (cues.has(Cue::AskOther) && of_options()
                || cues.has(Cue::AskWhat) && !cues.has(Cue::Want)
                || cues.has(Cue::AskIs)
                    && (question || self.tag_in(at) || self.opens_sentence(at) && !cues.has(Cue::Filler)))
    }

    /// Nothing but words that mean nothing stands before it in its sentence.
    fn opens_sentence(&self, at: usize) -> bool {
        let start = (0..=at).rev().find(|p| self.parts[*p].before == Break::Stop).unwrap_or(0);
        self.parts[start..at].iter().all(|p| p.is(Cue::Fine) || p.is_unknown() && p.common)
    }

    /// "You have a latte with oat milk" asks nothing: it is how "may I have …" is heard.
    fn tells(&self, at: usize) -> bool {
        let parts = &self.parts[at..self.stop(at + 1)];
        let has = |what: fn(&Sense) -> bool| parts.iter().filter_map(Part::sense).any(what);
        !self.tokens.list[self.parts[at].tokens.start].question
            && has(|sense| !sense.items.is_empty())
            && has(|sense| sense.items.is_empty() && !sense.options.is_empty())
    }

    fn tag_in(&self, at: usize) -> bool {
        self.parts[at..self.stop(at + 1)].iter().any(|p| p.sense().is_some_and(|s| s.tag.is_some()))
    }
}
