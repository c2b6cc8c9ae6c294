//! Several of an item told off by its options, each with its number behind it.

use std::ops::Range;

use super::behind::{behind_its_noun, has_amount, small, taken};
use super::element::{Element, ElementKind};
use super::menu::Menu;
use super::tokens::Break;

/// "毛巾蓝的两条白的一条": behind an item that no number was said of, how many are to be so and how many so.
pub(super) fn told_off(elements: &mut Vec<Element>, menu: &Menu) {
    let mut head = elements.len();
    while let Some(at) = elements[..head].iter().rposition(|e| matches!(&e.kind, ElementKind::Head(h) if !h.negated)) {
        head = at;
        let pieces = pieces_behind(elements, head, menu);
        if pieces.len() < 2 || has_amount(&elements[..head]) {
            continue;
        }
        for piece in pieces.into_iter().rev() {
            let mut amount = elements.remove(piece.end);
            amount.before = std::mem::take(&mut elements[piece.start].before);
            elements.insert(piece.start, amount);
        }
    }
}

/// Options of one list, each with its amount behind it, right behind the item at `head`: each from its option to its amount.
fn pieces_behind(elements: &[Element], head: usize, menu: &Menu) -> Vec<Range<usize>> {
    let list = |e: &Element| match &e.kind {
        ElementKind::Choice(pick) if taken(e) => {
            pick.options.iter().map(|o| o.list).find(|list| menu.chooses_one(*list))
        }
        _ => None,
    };
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut at = head + 1;
    loop {
        at += elements[at..].iter().take_while(|e| small(e) && e.before == Break::None).count();
        let described = elements[at..].iter().take_while(|e| (taken(e) || small(e)) && e.before != Break::Stop).count();
        let counts = elements
            .get(at + described)
            .filter(|e| matches!(&e.kind, ElementKind::Amount(a) if behind_its_noun(a, true)));
        let first = elements.get(at).and_then(list);
        let same = pieces.first().is_none_or(|piece| list(&elements[piece.start]) == first);
        if counts.is_none_or(|e| e.before != Break::None) || first.is_none() || !same {
            break;
        }
        pieces.push(at..at + described);
        at += described + 1;
    }
    // "蓝的两条雨伞": before another item the last is that one's.
    let item = elements.get(at).is_some_and(|e| e.before == Break::None && matches!(e.kind, ElementKind::Head(_)));
    if item {
        pieces.pop();
    }
    pieces
}
