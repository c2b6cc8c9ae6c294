//! Has somebody who falls silent said all that they want to say? Meaning tells better than the length of the silence.

use crate::commerce::cart::Choice;
use crate::shop::{PayBy, Shop};

use super::act::*;
use super::phrases::Phrases;
use super::tokens::{Normaliser, Tokens};
use crate::lang::understand as words;

/// How a stretch of speech ends, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The answer to what was asked, a whole order, a question: waiting on would only seem slow.
    Complete,
    /// An order that lacks something: more may come, but what is missing can be asked for.
    Lacking,
    /// More may come.
    Usual,
    /// In the middle of a sentence: more will come.
    Open,
}

/// Phrases that nobody ends with.
#[derive(Debug)]
pub(super) struct Unfinished {
    phrases: Phrases,
    /// That end as those do, and are all of it.
    finished: Phrases,
    marks: Vec<String>,
}

impl Unfinished {
    pub fn new(unfinished: &words::Unfinished, normaliser: &Normaliser) -> Unfinished {
        let phrases = |phrases: &[String]| Phrases::new(phrases, normaliser);
        let (finished, phrases) = (phrases(&unfinished.finished), phrases(&unfinished.words));
        Unfinished { phrases, finished, marks: unfinished.marks.clone() }
    }

    pub fn ends(&self, text: &str, tokens: &Tokens) -> bool {
        let trails_off = self.marks.iter().any(|mark| text.trim_end().ends_with(mark.as_str()));
        trails_off || self.phrases.end(tokens) && !self.finished.end(tokens)
    }
}

/// How far what was said is something to answer to.
pub(super) fn of(shop: &Shop, understanding: &Understanding, expect: &Expect) -> Ending {
    if is_of_nothing(understanding, expect) {
        Ending::Open
    } else if is_complete(shop, understanding, expect, is_settled) {
        Ending::Complete
    } else if is_complete(shop, understanding, expect, |_, request| is_named(request)) {
        Ending::Lacking
    } else {
        Ending::Usual
    }
}

/// "Can I get a large …", "two …": what is to be so, or so many, is still to come.
fn is_of_nothing(understanding: &Understanding, expect: &Expect) -> bool {
    let describes = |edit: &Edit| matches!(edit, Edit::Choose(_) | Edit::Quantity(_));
    let asked = expect.list.is_some() || expect.quantity || expect.code || expect.tip || expect.detail.is_some();
    let mut fragments = 0;
    let only = understanding.acts.iter().all(|act| match &act.kind {
        ActKind::Greet => true,
        ActKind::Fragment { edits, .. } => {
            fragments += 1;
            edits.iter().all(describes)
        }
        _ => false,
    });
    only && fragments > 0 && !asked && expect.cart.is_empty() && expect.items.is_empty() && expect.topics.is_empty()
}

type Enough = fn(&Shop, &ItemRequest) -> bool;

/// Every act stands for itself, and at least one says what was waited for; `enough` of a request.
fn is_complete(shop: &Shop, understanding: &Understanding, expect: &Expect, enough: Enough) -> bool {
    let mut said = false;
    for act in &understanding.acts {
        match &act.kind {
            ActKind::Greet | ActKind::Thanks => {}
            // "a small *one*"
            ActKind::Fragment { edits, .. }
                if !expect.quantity && edits.iter().all(|edit| matches!(edit, Edit::Quantity(_))) => {}
            kind if is_whole(shop, kind, expect, enough) => said = true,
            _ => return false,
        }
    }
    said
}

fn is_whole(shop: &Shop, kind: &ActKind, expect: &Expect, enough: Enough) -> bool {
    match kind {
        ActKind::Add(request) => enough(shop, request),
        ActKind::Replace { with, .. } => enough(shop, with),
        ActKind::Fragment { edits, .. } => edits.iter().any(|edit| answers(edit, expect)),
        // "a small one, please", where the size was asked for
        ActKind::Change { target: Target::Described { which: None, choices }, edits } if edits.is_empty() => {
            choices.iter().any(|choice| expect.list == Some(choice.option.list))
        }
        ActKind::Change { edits, .. } => !edits.is_empty(),
        ActKind::Yes | ActKind::No => expect.yes_no,
        ActKind::Remove { .. }
        | ActKind::Again { .. }
        | ActKind::Each { .. }
        | ActKind::OrderOption(_)
        | ActKind::Ask(_)
        | ActKind::Done
        | ActKind::CheckOut
        | ActKind::Pick(_)
        | ActKind::Skip
        | ActKind::NeverMind
        | ActKind::CallOff
        | ActKind::Unsure
        | ActKind::SetAside
        | ActKind::Cancel
        | ActKind::StartOver
        | ActKind::Keep { .. }
        | ActKind::Undo
        | ActKind::Repeat
        | ActKind::Help
        | ActKind::Human
        | ActKind::Goodbye => true,
        ActKind::TakeUp { .. } | ActKind::Wait | ActKind::Voucher(Some(_)) | ActKind::Tip(_) => true,
        // Digits of a code may follow.
        ActKind::Pay(said) => said.by != PayBy::Account || said.code,
        // More of an address may come, and more digits.
        ActKind::Detail(DetailSaid::Address { .. } | DetailSaid::Phone(_)) => false,
        ActKind::Detail(_) => true,
        ActKind::CustomerName(_)
        | ActKind::Unknown { .. }
        | ActKind::Voucher(None)
        | ActKind::Matter(_)
        | ActKind::Need(_)
        | ActKind::Greet
        | ActKind::Thanks
        | ActKind::Other => false,
    }
}

/// Whether an item is named with all that must be chosen for it.
fn is_settled(shop: &Shop, request: &ItemRequest) -> bool {
    let Which::Item(item) = request.which else { return false };
    let chosen = |list| request.choices.iter().any(|choice| choice.option.list == list);
    request.notes.is_empty()
        && request.open_choices.is_empty()
        && shop.item(item).options.iter().all(|options| !options.required || chosen(options.list))
}

/// Whether an item is named, and something is said of it: of "a latte" alone much more may come.
fn is_named(request: &ItemRequest) -> bool {
    matches!(request.which, Which::Item(_)) && !request.choices.is_empty()
}

fn answers(edit: &Edit, expect: &Expect) -> bool {
    match edit {
        Edit::Choose(Choice { option, .. }) => expect.list == Some(option.list),
        Edit::NoneOf(list) => expect.list == Some(*list),
        Edit::Turned(choice) => expect.list == Some(choice.option.list),
        Edit::Rather(option) => expect.list == Some(option.list),
        Edit::Only(choices) => choices.iter().any(|choice| expect.list == Some(choice.option.list)),
        Edit::Quantity(_) | Edit::More(_) => expect.quantity,
        Edit::Unchoose(_) | Edit::Without(_) | Edit::Note(_) | Edit::Half | Edit::Double | Edit::Step { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Lexicon;
    use super::*;
    use crate::lang::Language;

    fn cafe() -> (Shop, Lexicon) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe");
        let shop = Shop::load(&dir).unwrap_or_else(|errors| panic!("{errors}")).shop;
        let lexicon = Lexicon::compile(&shop, &Language::load("en").expect("English is built in"));
        (shop, lexicon)
    }

    #[track_caller]
    fn all_are(ending: Ending, expect: &Expect, said: &[&str]) {
        let (shop, lexicon) = cafe();
        for text in said {
            let understanding = lexicon.understand(text, expect);
            assert_eq!(lexicon.ending(&shop, text, &understanding, expect), ending, "{text:?}: {understanding:?}");
        }
    }

    /// The list that a latte must be given an option of.
    fn asked_for_size(shop: &Shop) -> Expect {
        let latte = shop.items.iter().find(|item| item.names.title == "latte").expect("a latte");
        let size = latte.options.iter().find(|options| options.required).expect("a list that is asked about");
        Expect { list: Some(size.list), ..Expect::default() }
    }

    #[test]
    fn the_answer_to_the_question_is_complete() {
        all_are(Ending::Complete, &asked_for_size(&cafe().0), &["large", "A small one, please.", "the large"]);
        let yes_no = Expect { yes_no: true, ..Expect::default() };
        all_are(Ending::Complete, &yes_no, &["Yes.", "no", "yes please", "No thanks.", "that's all"]);
        let amount = Expect { quantity: true, ..Expect::default() };
        all_are(Ending::Complete, &amount, &["two", "Fifteen."]);
    }

    #[test]
    fn a_whole_order_and_a_question_are_complete() {
        let said = [
            "a large latte with oat milk",
            "One blueberry muffin, please.",
            "how much is a latte?",
            "cancel the order",
        ];
        all_are(Ending::Complete, &Expect::default(), &said);
    }

    #[test]
    fn an_order_that_lacks_something_may_go_on() {
        all_are(Ending::Lacking, &Expect::default(), &["a latte with oat milk", "two mochas with soy milk, please"]);
        all_are(Ending::Usual, &Expect::default(), &["a latte", "Hi.", "thank you", "go on", "the weather is nice"]);
    }

    #[test]
    fn whoever_stops_in_the_middle_goes_on() {
        let said = [
            "a large latte and",
            "a large latte and a",
            "A large latte with",
            "I'd like",
            "can I get",
            "no wait",
            "a large latte, um",
            "a bagel on",
            "can I get a large",
            "hi, two",
            "a large latte and ...",
            "make it",
            "a small tea, actually",
        ];
        all_are(Ending::Open, &Expect::default(), &said);
        all_are(Ending::Open, &asked_for_size(&cafe().0), &["large and a", "hmm"]);
    }
}
