//! Several of an item told off by its options: "毛巾蓝的两条白的一条", or of those that stand "牙刷一支软的两支硬的".

use std::ops::Range;

use crate::shop::OptionListId;

use super::act::{ActKind, Edit, Target, Which};
use super::behind::{behind_its_noun, closes_with_amount, described_from, has_amount, put_before, small, taken};
use super::element::{Element, ElementKind};
use super::line::Line;
use super::menu::Menu;
use super::part::Amount;
use super::tokens::Break;
use super::utterance::Utterance;

/// "毛巾蓝的两条白的一条", "蓝毛巾两条白的一条": how many of what was named are to be so and how many so, each number brought before
/// its own. "黑的两支红的一支" is said of what was spoken of before.
pub(super) fn told_off(elements: &mut Vec<Element>, menu: &Menu) {
    let item = |e: &Element| matches!(&e.kind, ElementKind::Head(h) if !h.negated);
    let mut end = elements.len();
    while let Some(head) = elements[..end].iter().rposition(item) {
        end = head;
        if has_amount(&elements[..head]) && !counts_another(&elements[..head]) {
            continue;
        }
        let own = described_from(elements, head);
        let ahead: Vec<OptionListId> = elements[own..head].iter().flat_map(|e| lists(e, menu)).collect();
        let next = head + 1 + elements[head + 1..].iter().take_while(|e| small(e) && e.before == Break::None).count();
        if elements.get(next).is_some_and(counts) {
            let further = pieces_from(elements, next + 1, menu);
            let of_list = further
                .first()
                .is_some_and(|piece| lists(&elements[piece.start], menu).iter().any(|l| ahead.contains(l)));
            // "鸡翅六个，辣的四个，不辣的两个"
            let said = |e: &Element| match &e.kind {
                ElementKind::Amount(amount) => amount.value,
                _ => 0,
            };
            let sum: u32 = further.iter().map(|piece| said(&elements[piece.end])).sum();
            if of_list || further.len() > 1 && sum == said(&elements[next]) {
                bring_forward(elements, further);
            }
            continue;
        }
        let pieces = pieces_from(elements, head + 1, menu);
        if pieces.len() > 1 {
            let whole = bring_forward(elements, pieces);
            let (start, parts) = (described_from(elements, head), elements[head].parts.clone());
            put_before(elements, start, whole, parts);
        }
    }
    if !elements.iter().any(item) {
        let pieces = pieces_from(elements, 0, menu);
        // "蓝的再来两支", of those that stand.
        let further = |piece: &Range<usize>| matches!(elements[piece.end].kind, ElementKind::Amount(a) if a.another);
        if pieces.len() > 1 || pieces.first().is_some_and(further) {
            bring_forward(elements, pieces);
        }
    }
}

/// "Polo shirts, three of them": so many of what was just named without a number.
pub(super) fn of_those(elements: &mut Vec<Element>) {
    for head in 0..elements.len() {
        let bare = matches!(&elements[head].kind, ElementKind::Head(h) if !h.negated) && !has_amount(&elements[..head]);
        let at = head + 1 + elements[head + 1..].iter().take_while(|e| small(e)).count();
        let number = |e: &Element| matches!(&e.kind, ElementKind::Amount(a) if !a.article && !a.more && !a.another);
        let of = elements.get(at + 1).is_some_and(|e| matches!(e.kind, ElementKind::Of) && e.before == Break::None);
        let another =
            elements.get(at + 2).is_some_and(|e| matches!(e.kind, ElementKind::Head(_)) && e.before == Break::None);
        if bare && of && !another && elements.get(at).is_some_and(|e| number(e) && e.before != Break::Stop) {
            let amount = elements.remove(at);
            let start = described_from(elements, head);
            if let ElementKind::Amount(said) = amount.kind {
                put_before(elements, start, said, amount.parts);
            }
        }
    }
}

/// "辣的再加一个": so many more, with nothing behind them that they could put in, are wanted.
pub(super) fn further(elements: &mut [Element]) {
    for at in 1..elements.len() {
        let counts = matches!(&elements[at].kind, ElementKind::Amount(a) if a.another && a.classified);
        let closes = elements.get(at + 1).is_none_or(|next| next.before != Break::None || next.is_and());
        let joined = elements[at].before == Break::None && matches!(elements[at - 1].kind, ElementKind::With);
        if counts && closes && joined && elements[at - 1].before == Break::None {
            elements[at - 1].kind = ElementKind::Want;
        }
    }
}

/// Each amount before its options; all of them together.
fn bring_forward(elements: &mut Vec<Element>, pieces: Vec<Range<usize>>) -> Amount {
    // What is named next has a number of its own.
    let next = pieces.last().and_then(|last| elements.get_mut(last.end + 1));
    if let Some(next) = next.filter(|e| matches!(e.kind, ElementKind::Head(_))) {
        next.before = Break::Stop;
    }
    let mut whole = Amount::default();
    for piece in pieces.into_iter().rev() {
        let mut amount = elements.remove(piece.end);
        if let ElementKind::Amount(said) = amount.kind {
            whole = Amount { value: whole.value.saturating_add(said.value), ..said };
        }
        amount.before = std::mem::take(&mut elements[piece.start].before);
        elements.insert(piece.start, amount);
    }
    whole
}

/// "橡皮两块中性笔…": the last number before it stands behind an item that has no other.
fn counts_another(before: &[Element]) -> bool {
    let number = before.iter().rposition(counts).unwrap_or(0);
    let head = before[..number].iter().rposition(|e| !small(e));
    head.is_some_and(|at| matches!(before[at].kind, ElementKind::Head(_)) && !has_amount(&before[..at]))
}

fn counts(element: &Element) -> bool {
    matches!(&element.kind, ElementKind::Amount(amount) if behind_its_noun(amount, true))
}

/// The choose-one lists that an option may be of.
pub(super) fn lists(element: &Element, menu: &Menu) -> Vec<OptionListId> {
    match &element.kind {
        ElementKind::Choice(pick) if taken(element) => {
            pick.options.iter().map(|o| o.list).filter(|list| menu.chooses_one(*list)).collect()
        }
        _ => Vec::new(),
    }
}

/// Options of one list from there on, each with its amount behind it: from its options to its amount.
fn pieces_from(elements: &[Element], mut at: usize, menu: &Menu) -> Vec<Range<usize>> {
    let leads = |e: &&Element| (small(e) || matches!(e.kind, ElementKind::Want)) && e.before != Break::Stop;
    let mut pieces: Vec<Range<usize>> = Vec::new();
    loop {
        at += elements[at..].iter().take_while(leads).count();
        let own = elements.get(at).map(|e| lists(e, menu)).unwrap_or_default();
        if own.is_empty() {
            break;
        }
        let goes_on = |e: &&Element| taken(e) && e.before != Break::Stop || leads(e);
        let described = 1 + elements[at + 1..].iter().take_while(goes_on).count();
        let of_first = |piece: &Range<usize>| lists(&elements[piece.start], menu).iter().any(|list| own.contains(list));
        let same = pieces.first().is_none_or(of_first);
        let counted = elements.get(at + described).is_some_and(|e| counts(e) && e.before == Break::None);
        if !counted || !same {
            break;
        }
        pieces.push(at..at + described);
        at += described + 1;
    }
    // "蓝的两条雨伞": before another item that has no number behind it the last is that one's.
    let item = elements.get(at).is_some_and(|e| e.before == Break::None && matches!(e.kind, ElementKind::Head(_)));
    if item && !closes_with_amount(&elements[at..]) {
        pieces.pop();
    }
    pieces
}

impl Utterance<'_, '_> {
    /// Whether the lines say how those of an item are to be that stand, so many so and so many so.
    pub(super) fn tells_off(&self, lines: &[Line]) -> bool {
        let [first, rest @ ..] = lines else { return false };
        let some = |l: &Line| {
            let counted = l.amount.is_some_and(|a| !a.article && !a.more && !a.another);
            counted && !l.choices.is_empty() && !l.negated && l.which == first.which && l.unknown.is_none()
        };
        let named = matches!(first.which, Which::Item(_)) && self.in_cart(&first.which).is_some();
        self.lexicon.bare && first.definite && named && !rest.is_empty() && lines.iter().all(some)
    }

    /// The first names what the rest are of too.
    pub(super) fn part_of_standing(&mut self, first: bool, line: Line) {
        let parts = line.parts.clone();
        let request = self.request(line);
        let edits = request.quantity.into_iter().map(Edit::Quantity);
        let edits = edits.chain(request.choices.into_iter().map(Edit::Choose)).collect();
        let target = Target::Described { which: Some(request.which), choices: Vec::new() };
        let kind = if first { ActKind::Change { target, edits } } else { ActKind::Fragment { edits, all: false } };
        self.act(kind, parts);
    }
}
