//! How little sense a reading of what was heard makes: the shop's own structure as evidence of what was said.

use crate::commerce::cart::Quantity;
use crate::understand::{Act, ActKind, Content, Edit, Expect, ItemRequest, Target, Understanding, Which};

// In phones of sound, as the readings are compared: what a reading must sound better by to be believed in spite of it.
/// A thing of the shop that has found no place in an order.
const STRAY: f32 = 2.5;
/// A measure that has not: perhaps it is not sold so.
const UNMEASURED: f32 = 1.0;
/// A word that means nothing here.
const UNKNOWN: f32 = 0.3;
/// Options, a change or a removal where there is nothing that they could be of.
const HOMELESS: f32 = 3.0;
/// Options of something that was not named.
const NO_ITEM: f32 = 4.0;
/// Any of several items, or of several options where one must be chosen.
const OPEN: f32 = 0.6;
/// Not sold, or nothing at all.
const UNSOLD: f32 = 1.5;

/// 0 where everything said is something that can be said here now; more, the less it fits together.
pub fn nonsense(understanding: &Understanding, content: Content, expect: &Expect) -> f32 {
    let used: usize = understanding.acts.iter().map(|act| used(act, content.generic)).sum();
    let stray = content.things.saturating_sub(used) as f32;
    let homeless: f32 = understanding.acts.iter().map(|act| homeless(act, content.generic, expect)).sum();
    let measures = stray.min(content.measures as f32);
    (stray - measures) * STRAY + measures * UNMEASURED + content.unknown as f32 * UNKNOWN + homeless
}

/// How much of the content an act has taken up.
fn used(act: &Act, generic: bool) -> usize {
    let edits = |edits: &[Edit]| edits.iter().filter(|edit| !matches!(edit, Edit::Note(_))).count();
    match &act.kind {
        ActKind::Add(request) => of_request(request, generic),
        ActKind::Replace { target, with } => of_target(target) + of_request(with, generic),
        ActKind::Change { target, edits: changes } => of_target(target) + edits(changes),
        ActKind::Remove { target, .. } | ActKind::Again { target, .. } => of_target(target),
        ActKind::Fragment { edits: said, .. } => edits(said),
        ActKind::Unknown { edits: said, .. } => edits(said),
        ActKind::Other => 0,
        _ => 2,
    }
}

fn of_request(request: &ItemRequest, generic: bool) -> usize {
    let item = generic || !matches!(request.which, Which::Category(_));
    usize::from(item)
        + request.choices.len()
        + request.open_choices.iter().map(Vec::len).sum::<usize>()
        + usize::from(matches!(request.quantity, Some(Quantity::Measure(_))))
}

fn of_target(target: &Target) -> usize {
    match target {
        Target::Described { which, choices } => usize::from(which.is_some()) + choices.len(),
        _ => 0,
    }
}

/// Options, changes and removals where there is nothing that they could be of; a request that leaves open for what.
fn homeless(act: &Act, generic: bool, expect: &Expect) -> f32 {
    let at_home = !expect.cart.is_empty() || expect.list.is_some() || expect.quantity || !expect.items.is_empty();
    match &act.kind {
        ActKind::Fragment { .. } if !at_home => HOMELESS,
        ActKind::Change { .. } | ActKind::Remove { .. } | ActKind::Again { .. } if expect.cart.is_empty() => HOMELESS,
        ActKind::Add(request) | ActKind::Replace { with: request, .. } => {
            let item = match request.which {
                Which::Item(_) => 0.0,
                Which::OneOf(_) => OPEN,
                Which::Category(_) if generic => 0.0,
                Which::Category(_) => NO_ITEM,
            };
            item + OPEN * request.open_choices.len() as f32
        }
        ActKind::Unknown { .. } | ActKind::Other => UNSOLD,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::shop::{ItemId, Shop};
    use crate::understand::Lexicon;

    #[test]
    fn what_fits_together_makes_more_sense_than_scraps() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
        let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
        let lexicon = Lexicon::compile(&shop, &Language::load("en").unwrap());
        let of =
            |text: &str, expect: &Expect| nonsense(&lexicon.understand(text, expect), lexicon.content(text), expect);
        let now = Expect::default();
        for sense in ["a large latte with oat milk", "two bagels, please", "what drinks do you have", "that's all"] {
            assert_eq!(of(sense, &now), 0.0, "{sense}");
        }
        for nonsense in ["a large lotty with oat milk", "large with oat milk", "a leather backpack", "a latte ounce"] {
            assert!(of(nonsense, &now) > 0.0, "{nonsense}");
        }
        // Options alone are what one says once something stands in the cart.
        assert_eq!(of("with oat milk", &Expect { cart: vec![ItemId(0)], ..now }), 0.0);
    }
}
