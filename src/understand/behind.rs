//! What a language says behind its noun, brought before it or given to it: "薯条一份", "番茄酱多给点", "珍珠要双份", "芝士草莓、
//! 芝士芒果各一杯", "奶换成燕麦奶". From there on it is read as if it had been said in front.

use std::ops::Range;

use crate::commerce::cart::Grade;
use crate::lang::cue::{Cue, Cues};
use crate::shop::OptionListId;

use super::element::{Element, ElementKind, State};
use super::menu::Menu;
use super::part::{self, Amount, Part};
use super::role::Reader;
use super::tokens::Break;

/// An option and no refusal of one.
pub(super) fn taken(element: &Element) -> bool {
    matches!(&element.kind, ElementKind::Choice(pick) if !pick.negated)
}

pub(super) fn small(element: &Element) -> bool {
    matches!(element.kind, ElementKind::Filler | ElementKind::Of)
}

impl<'l> Reader<'_, 'l> {
    /// Where the last thing said stands, past small words, in the same breath as the part at `at`.
    fn said_last(&self, at: usize, state: &State<'l>, passes: fn(&Element) -> bool) -> Option<usize> {
        let last = state.out.iter().rposition(|e| !passes(e))?;
        let joined = state.out[last + 1..].iter().all(|e| e.before == Break::None);
        (joined && self.parts[at].before == Break::None).then_some(last)
    }

    /// "番茄酱多给点", "生菜不要了": how much of what was just said, or that it is not wanted.
    pub(super) fn said_behind(&self, at: usize, cues: Cues, state: &mut State<'l>) -> bool {
        let grade = if cues.has(Cue::ExtraBehind) {
            Some(Grade::Extra)
        } else if cues.has(Cue::LightBehind) {
            Some(Grade::Light)
        } else {
            None
        };
        // "With the onion left off"
        let chosen = matches!(state.out.last(), Some(Element { kind: ElementKind::Choice(_), .. }));
        let refuses = cues.has(Cue::RemoveBehind) || self.bare && part::refuses_last(self.parts, at);
        let refuses = refuses || chosen && cues.only(Cue::Gone) && !state.heads.is_empty();
        // "珍珠奶茶去掉珍珠": what follows is refused, and nothing behind.
        let leads = cues.has(Cue::Not) && cues.has(Cue::RemoveBehind) && self.leads_to_thing(at + 1);
        let stays = self.bare && cues.has(Cue::AsItIs);
        if grade.is_none() && !stays && (!refuses || leads) || state.grade.is_some() || state.negated.is_some() {
            return false;
        }
        let both = |e: &Element| small(e) || matches!(e.kind, ElementKind::Both);
        let Some(last) = self.said_last(at, state, both) else { return false };
        let all = cues.has(Cue::Both) || state.out[last..].iter().any(|e| matches!(e.kind, ElementKind::Both));
        for element in super::shared::row(&state.out, last, (all || stays) && grade.is_none()) {
            match (&mut state.out[element].kind, grade) {
                // "铅笔不变"
                (kind, None) if stays => *kind = ElementKind::Filler,
                (ElementKind::Choice(pick), Some(_)) => pick.grade = grade,
                (ElementKind::Choice(pick), None) => pick.negated = true,
                (ElementKind::Head(head), None) => head.negated = true,
                (ElementKind::List(_, negated), None) => *negated = true,
                _ => return false,
            }
        }
        // The word for all of them says nothing more.
        let none = |e: &&mut Element| grade.is_none() && matches!(e.kind, ElementKind::Both);
        state.out[last..].iter_mut().filter(none).for_each(|e| e.kind = ElementKind::Filler);
        state.out[last].parts.end = at + 1;
        true
    }

    /// "珍珠要双份": so many portions of the option that was just said, where it can be had several times.
    pub(super) fn counts_back(&self, at: usize, end: usize, amount: Amount, state: &mut State<'l>) -> bool {
        let Some(count) = amount.count().filter(|_| amount.portion && !amount.another) else { return false };
        let passes = |e: &Element| small(e) || matches!(e.kind, ElementKind::Want | ElementKind::Put);
        let Some(last) = self.said_last(at, state, passes) else { return false };
        let next = self.parts.get(at + 1).filter(|p| at + 1 < end && p.before == Break::None).and_then(Part::sense);
        let named = next.is_some_and(|s| !s.items.is_empty() || s.category.is_some());
        let element = &mut state.out[last];
        let ElementKind::Choice(pick) = &mut element.kind else { return false };
        let most = pick.options.iter().map(|o| self.menu.max_count(o.list)).max().unwrap_or(1);
        if named || pick.negated || most < 2 || !(1..=u32::from(most)).contains(&count) {
            return false;
        }
        pick.count = count as u8;
        element.parts.end = at + 1;
        true
    }
}

/// "Ribeye one, filet two, strip one": in a list that counts behind its things, each number is brought before its own.
fn listed(elements: &mut Vec<Element>) {
    let heads: Vec<usize> =
        (0..elements.len()).filter(|at| matches!(&elements[*at].kind, ElementKind::Head(h) if !h.negated)).collect();
    let [first, _, ..] = heads[..] else { return };
    let number = |e: &Element| matches!(&e.kind, ElementKind::Amount(a) if !a.article && !a.more && !a.another);
    if elements[..first].iter().any(|e| matches!(e.kind, ElementKind::Amount(_))) {
        return;
    }
    let behind = |head: usize| {
        let of_it = |e: &&Element| e.before == Break::None && (taken(e) || small(e));
        let at = head + 1 + elements[head + 1..].iter().take_while(of_it).count();
        let closes = elements.get(at + 1).is_none_or(|next| next.before != Break::None || next.is_and());
        elements.get(at).filter(|e| number(e) && e.before != Break::Stop && closes).map(|_| at)
    };
    let Some(counts) = heads.iter().map(|head| behind(*head)).collect::<Option<Vec<usize>>>() else { return };
    for (head, count) in heads.into_iter().zip(counts) {
        let mut amount = elements.remove(count);
        let start = described_from(elements, head);
        amount.before = std::mem::replace(&mut elements[start].before, Break::None);
        elements.insert(start, amount);
    }
}

/// Bring all of it into the order in which the rest reads.
pub(super) fn brought_forward(elements: &mut Vec<Element>, menu: &Menu) {
    super::told_off::of_those(elements);
    super::told_off::further(elements);
    become_other(elements, menu);
    super::told_off::told_off(elements, menu);
    listed(elements);
    apiece(elements, menu);
    amounts(elements, menu);
    numbered_all(elements);
}

/// Put an amount before the element at `at`.
pub(super) fn put_before(elements: &mut Vec<Element>, at: usize, amount: Amount, parts: Range<usize>) {
    let before = std::mem::take(&mut elements[at].before);
    elements.insert(at, Element { kind: ElementKind::Amount(amount), parts, before, modified: false, common: false });
}

/// "珍珠奶茶一杯红豆奶茶两杯": the amount behind an item that has none before it. Before another item it is that one's,
/// but where the last of all items has one behind it too.
fn amounts(elements: &mut Vec<Element>, menu: &Menu) {
    let mut at = 0;
    while at < elements.len() {
        let head = matches!(&elements[at].kind, ElementKind::Head(head) if !head.negated);
        if head
            && (elements[at].before == Break::Stop || !has_amount(&elements[..at]))
            && let Some(behind) = amount_behind(elements, at, menu)
            && let ElementKind::Amount(amount) = elements[behind].kind
        {
            let asked = elements[at + 1..behind].iter().any(|e| matches!(e.kind, ElementKind::Want));
            // "薯条两份", of what was ordered: so many it is to be; "薯条要两份可乐要三份", of both.
            let of_those = |e: &Element| match &e.kind {
                ElementKind::Head(head) => Some(head.definite && head.in_cart),
                _ => None,
            };
            let earlier: Vec<bool> = elements[..at].iter().filter_map(of_those).collect();
            let spoken = asked && !earlier.is_empty() && earlier.into_iter().all(|of_those| of_those);
            if let ElementKind::Head(head) = &mut elements[at].kind {
                head.definite |= spoken && head.in_cart;
            }
            let stands = of_those(&elements[at]) == Some(true);
            let moved = elements.remove(behind);
            if let Some(next) = elements.get_mut(behind) {
                // Behind its amount an item is done with.
                next.before = next.before.max(moved.before).max(Break::Comma);
            }
            let start = own_from(elements, at, menu);
            let amount = Amount { behind: asked || stands, another: false, ..amount };
            put_before(elements, start, amount, moved.parts);
            at += 1;
        }
        at += 1;
    }
}

/// Where what describes the item at `head` begins: "大杯红豆奶茶".
pub(super) fn described_from(elements: &[Element], head: usize) -> usize {
    let mut start = head;
    while start > 0
        && elements[start].before == Break::None
        && (taken(&elements[start - 1]) || small(&elements[start - 1]))
    {
        start -= 1;
    }
    // "…加椰果四季春一杯": what something was done with is of what stood before.
    let held = start > 0 && matches!(elements[start - 1].kind, ElementKind::With | ElementKind::Put);
    if held { head } else { start }
}

/// The same, where an option between two items may be of the first: "牛肉粉一碗微辣排骨粉一碗特辣", of which each has one behind it.
fn own_from(elements: &[Element], head: usize, menu: &Menu) -> usize {
    let start = described_from(elements, head);
    let lists = |range: Range<usize>| -> Vec<OptionListId> {
        elements[range].iter().flat_map(|e| super::told_off::lists(e, menu)).collect()
    };
    let Some(before) = elements[..start].iter().rposition(|e| matches!(e.kind, ElementKind::Head(_))) else {
        return start;
    };
    let behind = head + 1 + elements[head + 1..].iter().take_while(|e| taken(e) || small(e)).count();
    let (own, first) = (lists(head + 1..behind), lists(described_from(elements, before)..before));
    let twice = lists(start..head).iter().any(|list| own.contains(list) && !first.contains(list));
    if twice { head } else { start }
}

/// "两杯都去冰": a number of all that was said before counts nothing more.
fn numbered_all(elements: &mut Vec<Element>) {
    let mut at = 0;
    while at + 1 < elements.len() {
        let counts = matches!(&elements[at].kind, ElementKind::Amount(a) if a.classified && !a.another);
        let joined = elements[at + 1].before == Break::None;
        if counts && joined && matches!(elements[at + 1].kind, ElementKind::Both) {
            let gone = elements.remove(at);
            elements[at].before = gone.before;
        }
        at += 1;
    }
}

/// Whether right before there is an amount, past what describes the item.
pub(super) fn has_amount(before: &[Element]) -> bool {
    let mut back = before.iter().rev();
    let describes = |e: &&Element| taken(e) || small(e) || matches!(e.kind, ElementKind::Unknown | ElementKind::Half);
    matches!(back.find(|e| !describes(e)), Some(Element { kind: ElementKind::Amount(_), .. }))
}

/// The amount of the item at `head` that stands behind it.
fn amount_behind(elements: &[Element], head: usize, menu: &Menu) -> Option<usize> {
    // "薯条也来一份", where none was ordered: it counts like any other.
    let fresh = matches!(&elements[head].kind, ElementKind::Head(head) if !head.in_cart);
    let counts = |e: &Element| matches!(&e.kind, ElementKind::Amount(a) if behind_its_noun(a, fresh));
    let passes = |e: &Element| {
        let refused = matches!(&e.kind, ElementKind::Choice(pick) if pick.negated);
        taken(e) || refused || small(e) || matches!(e.kind, ElementKind::Want | ElementKind::List(..))
    };
    let at = head + 1 + elements[head + 1..].iter().position(|e| !passes(e)).filter(|_| true)?;
    let stops = elements[head + 1..=at].iter().any(|e| e.before == Break::Stop);
    if stops || !counts(&elements[at]) {
        return None;
    }
    // "薯条来一份柠檬水": what comes next says whose it is.
    let rest = &elements[at + 1..];
    let again = matches!(&elements[head].kind, ElementKind::Head(head) if head.definite);
    if counts_option(&elements[at], rest, menu, again) {
        return None;
    }
    let next = rest.iter().position(|e| !(taken(e) || small(e)));
    let contested = next.is_some_and(|n| {
        let joined = rest[..=n].iter().all(|e| e.before == Break::None);
        joined && matches!(&rest[n].kind, ElementKind::Head(h) if !h.negated)
    });
    // "四季春一杯热的一杯常温的", "四季春，两杯": parted from it by its own options, it may count those.
    (!contested || closes_with_amount(rest)).then_some(at)
}

/// "卡布奇诺，双份浓缩": portions of what can be had several times, where that stands right behind them; "鸡块要两包甜辣酱", where
/// the item was named `again`.
fn counts_option(amount: &Element, rest: &[Element], menu: &Menu, again: bool) -> bool {
    let ElementKind::Amount(Amount { value, portion, classified, .. }) = amount.kind else { return false };
    if !(portion || again && classified) {
        return false;
    }
    let next = rest.first().filter(|e| e.before == Break::None);
    matches!(next.map(|e| &e.kind), Some(ElementKind::Choice(pick)) if !pick.negated
        && pick.options.iter().any(|o| value <= 1000 * u32::from(menu.max_count(o.list)) && menu.max_count(o.list) > 1))
}

/// Whether the last item before something else is wanted ("馒头两个再来一碟咸菜") has an amount behind it: then all have.
pub(super) fn closes_with_amount(rest: &[Element]) -> bool {
    let counts = |e: &Element| matches!(&e.kind, ElementKind::Amount(a) if behind_its_noun(a, true));
    let asks = |n: &usize| {
        matches!(rest[*n].kind, ElementKind::Want | ElementKind::With | ElementKind::Put | ElementKind::And)
    };
    let anew = |n: &usize| rest[*n].before == Break::Stop || asks(n) && counts(&rest[*n - 1]);
    let stop = (1..rest.len()).find(anew).unwrap_or(rest.len());
    let rest = &rest[..stop];
    let Some(last) = rest.iter().rposition(|e| matches!(e.kind, ElementKind::Head(_))) else { return false };
    // "豆浆来杯甜的"
    let one = |pair: &[Element]| {
        let article = matches!(&pair[1].kind, ElementKind::Amount(a) if a.article && a.unit.is_none());
        matches!(pair[0].kind, ElementKind::Want) && pair[1].before == Break::None && article
    };
    rest[last..].iter().any(counts) || rest[last..].windows(2).any(one)
}

/// "四季春一杯", "ham one pound and muenster half a pound": an amount that may stand behind its noun.
pub(super) fn behind_its_noun(amount: &Amount, fresh: bool) -> bool {
    (amount.classified || amount.unit.is_some() || amount.packs) && (fresh || !amount.another) && !amount.more
}

/// "芝士草莓、芝士芒果各一杯", "鸡米花原味和香辣的各一份": the amount is of each item said before without one, or of each of
/// the options of which one item has one.
fn apiece(elements: &mut Vec<Element>, menu: &Menu) {
    // The last first: what one counts begins behind the amount of the one before it.
    while let Some(each) = elements.iter().rposition(|e| matches!(e.kind, ElementKind::Apiece)) {
        elements[each].kind = ElementKind::Filler;
        apiece_at(each, elements, menu);
    }
}

fn apiece_at(each: usize, elements: &mut Vec<Element>, menu: &Menu) {
    let passes = |e: &Element| small(e) || matches!(e.kind, ElementKind::Want);
    let before = (0..each).rev().find(|at| !passes(&elements[*at]));
    let behind = (each + 1..elements.len()).find(|at| !passes(&elements[*at]));
    let before = before.filter(|at| matches!(elements[*at].kind, ElementKind::Amount(a) if !a.article));
    if let (Some(before), Some(behind)) = (before, behind)
        && times_as_many(elements, before, behind)
    {
        return;
    }
    if let Some(before) = before {
        return each_of(elements, menu, before, each);
    }
    let Some(behind) = behind else { return };
    let ElementKind::Amount(amount) = elements[behind].kind else { return };
    let start = elements[..each].iter().rposition(|e| e.before == Break::Stop).unwrap_or(0);
    let start = elements[start..each]
        .iter()
        .rposition(|e| matches!(e.kind, ElementKind::Amount(_) | ElementKind::Apiece))
        .map_or(start, |last| start + last + 1);
    let heads: Vec<usize> =
        (start..each).filter(|at| matches!(&elements[*at].kind, ElementKind::Head(h) if !h.negated)).collect();
    let of_one = |list: OptionListId| -> Vec<usize> {
        let of_it = |e: &Element| matches!(&e.kind, ElementKind::Choice(p) if taken(e) && p.options.iter().any(|o| o.list == list));
        (start..each).filter(|at| of_it(&elements[*at])).collect()
    };
    let lists = elements[start..each].iter().filter(|e| taken(e)).filter_map(|e| match &e.kind {
        ElementKind::Choice(pick) => pick.options.first().map(|o| o.list).filter(|list| menu.chooses_one(*list)),
        _ => None,
    });
    let shared = lists.map(of_one).find(|all| all.len() > 1);
    let targets = match (heads.len(), shared) {
        (0 | 1, Some(options)) => options,
        (0, None) => return ahead_of_all(elements, behind),
        _ => heads,
    };
    let parts = elements[behind].parts.clone();
    let all = targets.iter().all(|at| matches!(elements[*at].kind, ElementKind::Head(_)))
        && !elements[..start].iter().any(|e| matches!(e.kind, ElementKind::Head(_)));
    // "…各两杯中杯": what follows is of all of them too.
    elements[behind].kind = if all { ElementKind::Both } else { ElementKind::Filler };
    for at in targets.into_iter().rev() {
        let at = if matches!(elements[at].kind, ElementKind::Head(_)) { described_from(elements, at) } else { at };
        put_before(elements, at, amount, parts.clone());
    }
}

/// "我们三个人每人一杯四季春": so many for each of so many, where an item follows.
fn times_as_many(elements: &mut [Element], people: usize, amount: usize) -> bool {
    let counted = |at: usize| match elements[at].kind {
        ElementKind::Amount(a) if a.unit.is_none() && !a.more => a.count(),
        _ => None,
    };
    let head = elements[amount + 1..].iter().find(|e| !(small(e) || taken(e)));
    let (Some(people_said), Some(each)) = (counted(people), counted(amount)) else { return false };
    if elements[amount].before != Break::None || !head.is_some_and(|e| matches!(e.kind, ElementKind::Head(_))) {
        return false;
    }
    elements[people].kind = ElementKind::Filler;
    if let ElementKind::Amount(a) = &mut elements[amount].kind {
        a.value = people_said.saturating_mul(each).saturating_mul(1000);
    }
    true
}

/// "各来一杯大杯的芝士绿茶和芝士红茶": the amount, and what stands between it and the first item, is of all that follow.
fn ahead_of_all(elements: &mut Vec<Element>, amount: usize) {
    let head = |e: &Element| matches!(&e.kind, ElementKind::Head(h) if !h.negated);
    let joins = |e: &Element| small(e) || head(e) || taken(e) || e.is_and();
    let run = elements[amount + 1..].iter().take_while(|e| joins(e) && e.before != Break::Stop).count();
    let heads: Vec<usize> = (amount + 1..amount + 1 + run).filter(|at| head(&elements[*at])).collect();
    let [first, rest @ ..] = &heads[..] else { return };
    // "一人一杯，我的半糖，她的三分糖": as many as are told of one by one.
    let one = |e: &&Element| {
        let one = |a: Amount| a.classified && a.value == 1000;
        matches!(e.kind, ElementKind::Amount(a) if a.whose || one(a) && e.before != Break::None)
    };
    let told = elements[*first..].iter().filter(one).count() as u32;
    if let ElementKind::Amount(said) = &mut elements[amount].kind
        && rest.is_empty()
        && told > 1
    {
        said.value = said.value.saturating_mul(told);
    }
    let shared: Vec<Element> = elements[amount..*first].to_vec();
    for at in rest.iter().rev() {
        let mut said = shared.clone();
        said[0].before = std::mem::take(&mut elements[*at].before);
        elements.splice(*at..*at, said);
    }
}

/// "half a pound each of ham and salami", "one of each: red and white", "a cola and a juice, two of each": the amount before
/// the word is of each that follows, else of each item before it that no number was said of.
fn each_of(elements: &mut Vec<Element>, menu: &Menu, amount: usize, each: usize) {
    let ElementKind::Amount(said) = elements[amount].kind else { return };
    let head = |e: &Element| matches!(&e.kind, ElementKind::Head(h) if !h.negated);
    let one = |e: &Element| matches!(&e.kind, ElementKind::Choice(p) if taken(e) && p.options.iter().any(|o| menu.chooses_one(o.list)));
    let joins = |e: &Element| small(e) || head(e) || one(e) || matches!(e.kind, ElementKind::And | ElementKind::Or);
    let run = elements[each + 1..].iter().take_while(|e| joins(e) && e.before != Break::Stop).count();
    let all = |range: Range<usize>, what: &dyn Fn(&Element) -> bool| -> Vec<usize> {
        range.filter(|at| what(&elements[*at])).collect()
    };
    let after = each + 1..each + 1 + run;
    let (heads, options) = (all(after.clone(), &head), all(after, &one));
    let start = elements[..amount].iter().rposition(|e| e.before == Break::Stop).unwrap_or(0);
    let earlier = all(start..amount, &head);
    let counted =
        |at: &usize| matches!(elements[..*at].last().map(|e| &e.kind), Some(ElementKind::Amount(a)) if !a.article);
    let targets = if heads.len() > 1 {
        heads
    } else if heads.is_empty() && options.len() > 1 {
        options
    } else if heads.is_empty() && earlier.len() > 1 && !earlier.iter().any(counted) {
        earlier
    } else {
        return;
    };
    let parts = elements[amount].parts.clone();
    elements[amount].kind = ElementKind::Filler;
    for at in targets.into_iter().rev() {
        let article = at.checked_sub(1).filter(|a| matches!(elements[*a].kind, ElementKind::Amount(_)));
        match article {
            Some(article) => elements[article].kind = ElementKind::Amount(said),
            None => put_before(elements, at, said, parts.clone()),
        }
    }
}

/// "奶换成燕麦奶", "珍珠换成椰果", "布丁奶茶换成红豆奶茶" within one order.
fn become_other(elements: &mut Vec<Element>, menu: &Menu) {
    while let Some(at) = elements.iter().position(|e| matches!(e.kind, ElementKind::Becomes)) {
        elements[at].kind = ElementKind::With;
        let ahead = (at + 1..elements.len()).find(|n| !small(&elements[*n]));
        let back = (0..at).rev().find(|n| !small(&elements[*n]));
        let (Some(ahead), Some(back)) = (ahead, back) else { continue };
        let listed = |e: &Element| match &e.kind {
            ElementKind::Choice(pick) => pick.options.iter().map(|o| o.list).collect::<Vec<_>>(),
            ElementKind::List(list, _) => vec![*list],
            _ => Vec::new(),
        };
        let comes = listed(&elements[ahead]);
        let same = listed(&elements[back]).into_iter().find(|list| comes.contains(list));
        match (&mut elements[back].kind, same) {
            (kind @ ElementKind::List(..), Some(_)) => *kind = ElementKind::Filler,
            (kind @ ElementKind::Choice(_), Some(list)) if menu.chooses_one(list) => *kind = ElementKind::Filler,
            (ElementKind::Choice(pick), Some(_)) => pick.negated = true,
            _ => {
                let both = [back, ahead].iter().all(|n| matches!(elements[*n].kind, ElementKind::Head(_)));
                elements[at].kind = if both { ElementKind::Correct } else { ElementKind::With };
            }
        }
    }
}
