//! Parts in their roles: what is an item here, what an option with its negation and grade, what only holds them
//! together. The same word can be an item in one place and an option in another ("chips"); its neighbours decide.

use std::ops::Range;

use crate::commerce::cart::Grade;
use crate::shop::{ItemId, OptionId, OptionListId};

use super::act::{Place, Which};
use super::lexicon::Sense;
use super::menu::Menu;
use super::part::{Amount, Part};
use super::pick::Pick;
use super::tokens::Break;
use crate::lang::cue::Cue;

#[derive(Debug, Clone)]
pub struct Element<'l> {
    pub kind: ElementKind<'l>,
    /// Parts that it was made of.
    pub parts: Range<usize>,
    /// The strongest break before it.
    pub before: Break,
    /// Says by its own words that it is a wish ("no foam", "a little cinnamon", "toasted").
    pub modified: bool,
    /// A word said around orders in any shop: no wish by itself, but part of one ("in *my own* cup").
    pub common: bool,
}

#[derive(Debug, Clone)]
pub enum ElementKind<'l> {
    Head(Head),
    Choice(Pick<'l>),
    Amount(Amount),
    /// "no milk" where milk is the list.
    List(OptionListId, bool),
    /// "no cheese", of whichever kind: of these options none.
    NoneOf(Vec<OptionId>),
    OrderOption(OptionId),
    /// A size, where the shop knows no such size.
    Size,
    /// "with the works": all that can be put on it.
    Works,
    /// "plain, nothing on it": none of what comes on it.
    Bare,
    /// Words that mean nothing here.
    Unknown,
    With,
    And,
    Or,
    But,
    /// "except" behind something taken as a whole.
    Except,
    /// "add", "make it": what follows belongs to what was said before.
    Put,
    ChangeIt,
    Want,
    It,
    /// "both", "all of them".
    Both,
    /// "vanilla in both": the options right before it are of all.
    OnBoth,
    /// "各": the amount behind it is of each before it.
    Apiece,
    /// "换成": what stands behind it takes the place of what stands before it.
    Becomes,
    /// "the same size": of this list, as what was spoken of before.
    Same(OptionListId),
    /// "for it": goes with what was spoken of before.
    ForIt,
    /// "the other one".
    Other,
    /// "the second one", "the first two": counted among what was just said.
    Nth(Place),
    /// "the large one": what the options right before say of it, it is.
    Pointed,
    /// "for my", "on the": the generic noun after it is no order.
    Role,
    Half,
    /// "on the other half": said of what stands before it.
    OnHalf,
    Of,
    Correct,
    Instead,
    /// A plain word of the language; ends nothing.
    Filler,
}

/// An item said.
#[derive(Debug, Clone)]
pub struct Head {
    pub which: Which,
    pub generic: bool,
    /// "no drinks".
    pub negated: bool,
    /// "the latte", "your latte".
    pub definite: bool,
    /// "to the latte", "on my burger".
    pub onto: bool,
    /// A line of the cart may be meant.
    pub in_cart: bool,
    pub sure: f32,
    /// "a latte or a mocha".
    pub or_previous: bool,
    pub plural: bool,
    /// Items that have the word in their names too.
    pub weaker: Vec<ItemId>,
}

#[derive(Default)]
pub(super) struct State<'l> {
    pub out: Vec<Element<'l>>,
    /// The first part that tells what kind of words these are.
    pub from: usize,
    /// Items spoken of so far.
    pub heads: Vec<Which>,
    /// Where a negation stands that waits for what it negates.
    pub negated: Option<usize>,
    pub grade: Option<(usize, Grade)>,
    /// Where a measure stands that only a part of something has ("a shot of", "a little").
    pub dose: Option<usize>,
    /// Where words stand that make a wish of what they are said of ("not too").
    pub wish: Option<usize>,
    pub definite: bool,
    /// After "to the", "on my".
    pub onto: bool,
    /// The end of words that say what something is for ("for the birthday party").
    pub purpose: Option<usize>,
    /// After "for toppings": what follows is of that list where it can be.
    pub header: Option<OptionListId>,
}

/// What stood before a thing and belongs to it.
pub(super) struct Modifiers {
    pub negated: bool,
    /// Where the negation stands.
    pub by: Option<usize>,
    pub grade: Option<Grade>,
    pub dosed: bool,
    /// The first part of it all.
    pub start: usize,
}

impl Element<'_> {
    pub fn is_and(&self) -> bool {
        matches!(self.kind, ElementKind::And)
    }

    /// What may lie between an amount and its item.
    pub fn lies_between(&self) -> bool {
        match &self.kind {
            ElementKind::Choice(pick) => !pick.negated,
            ElementKind::Filler
            | ElementKind::Of
            | ElementKind::And
            | ElementKind::Or
            | ElementKind::Unknown
            | ElementKind::Size
            | ElementKind::List(_, false)
            | ElementKind::Half => true,
            _ => false,
        }
    }
}

impl<'l> State<'l> {
    pub(super) fn push(&mut self, kind: ElementKind<'l>, parts: Range<usize>, before: Break) {
        self.out.push(Element { kind, parts, before, modified: false, common: false });
    }

    pub(super) fn take(&mut self, at: usize) -> Modifiers {
        let negated = self.negated.take();
        let grade = self.grade.take();
        let dose = self.dose.take();
        let wish = self.wish.take();
        (self.definite, self.onto) = (false, false);
        let all = [negated, grade.map(|g| g.0), dose, wish, Some(at)];
        let start = all.into_iter().flatten().min().unwrap_or(at);
        Modifiers { negated: negated.is_some(), by: negated, grade: grade.map(|g| g.1), dosed: dose.is_some(), start }
    }

    /// The number right before a dose ("two shots of"): it is of the dose.
    pub(super) fn take_amount(&mut self, before: usize, parts: &[Part<'l>]) -> Option<Amount> {
        let last = self.out.last()?;
        match last.kind {
            ElementKind::Amount(amount) if last.parts.end == before && parts[before].before == Break::None => {
                self.out.pop();
                Some(amount)
            }
            _ => None,
        }
    }

    /// "one more large latte": the item said last is a further one.
    pub(super) fn counts_further(&self) -> bool {
        let amount = self.out.iter().rposition(|e| matches!(e.kind, ElementKind::Amount(_)));
        let further = |at: usize| match self.out[at].kind {
            ElementKind::Amount(amount) => amount.another || amount.more,
            _ => false,
        };
        let named = |at: usize| self.out[at..].iter().any(|e| matches!(e.kind, ElementKind::Head(_)));
        amount.is_some_and(|at| further(at) && named(at))
    }

    /// "three in berry and the last one in cola": some of several were spoken of.
    pub(super) fn counts_out(&self) -> bool {
        let counted = |e: &Element| matches!(e.kind, ElementKind::Amount(a) if !a.article);
        let chosen = |e: &Element| matches!(e.kind, ElementKind::Choice(_));
        self.out.iter().rposition(counted).is_some_and(|at| self.out[at..].iter().any(chosen))
    }

    /// Two in a row ("extra light") speak of no option: a wish.
    pub(super) fn grade(&mut self, at: usize, grade: Grade, parts: &[Part<'l>]) {
        match self.grade {
            Some((first, known)) if first + 1 == at && known != grade => self.wish(at, parts),
            Some((_, known)) if known == grade => {}
            _ => self.grade = Some((at, grade)),
        }
    }

    /// A negation or grade that found nothing to belong to before `at`. With more than small words after it ("less
    /// sweet") it is a wish.
    pub(super) fn flush(&mut self, at: usize, parts: &[Part<'l>]) {
        let start = self.wish.or(self.grade.map(|g| g.0));
        let small = |p: &Part| p.cues().has(Cue::Filler) || p.before != Break::None;
        // "with sprinkles"
        let with = matches!(self.out.last(), Some(Element { kind: ElementKind::With, .. }));
        if let Some(start) = start.filter(|start| with && start + 1 == at && parts[*start].before == Break::None) {
            self.wish(start, parts);
        } else if let Some(start) = start
            && let Some(end) = (start + 1..at).rev().find(|p| !small(&parts[*p]))
        {
            // What was taken for small words by then belongs to it.
            while self.out.last().is_some_and(|e| e.parts.start > start && matches!(e.kind, ElementKind::Filler)) {
                self.out.pop();
            }
            self.take(at);
            let before = parts[start].before;
            self.out.push(Element {
                kind: ElementKind::Unknown,
                parts: start..end + 1,
                before,
                modified: true,
                common: false,
            });
        }
        (self.negated, self.grade, self.dose, self.wish) = (None, None, None, None);
        (self.definite, self.onto) = (false, false);
    }

    /// "for my toppings I'd like", "main filling": a list that what follows is of.
    pub(super) fn heads_list(&mut self, list: OptionListId, before: Break) {
        let small = |e: &&Element| matches!(e.kind, ElementKind::Filler);
        let last = self.out.iter().rev().find(|e| !small(e));
        let announced = matches!(last, Some(Element { kind: ElementKind::Role | ElementKind::With, .. }));
        if announced || before != Break::None || last.is_none() {
            self.header = Some(list);
        }
    }

    /// The last item spoken of has a place for an option of `list`, and nothing in it yet.
    pub(super) fn has_free(&self, menu: &Menu, option: OptionId) -> bool {
        let head = self.out.iter().rposition(|e| matches!(&e.kind, ElementKind::Head(head) if !head.negated));
        let Some(head) = head else { return false };
        let ElementKind::Head(of) = &self.out[head].kind else { return false };
        let fills =
            |e: &Element| matches!(&e.kind, ElementKind::Choice(p) if p.options.iter().any(|o| o.list == option.list));
        let own = self.own_from(head);
        menu.accepts(&of.which, option) && !self.out[own..].iter().any(fills)
    }

    /// Where what is said of the item at `head` begins: what was said of the item before it is not of this one.
    fn own_from(&self, head: usize) -> usize {
        let parts = |e: &Element| {
            matches!(e.kind, ElementKind::Head(_) | ElementKind::And | ElementKind::Amount(_))
                || e.before != Break::None
        };
        let last = self.out[..head].iter().rposition(parts);
        last.map_or(0, |at| if self.out[at].before != Break::None { at } else { at + 1 })
    }

    /// Whether "and" is said right behind an item.
    pub(super) fn joins_item(&self) -> bool {
        let mut back = self.out.iter().rev().filter(|e| !matches!(e.kind, ElementKind::Filler));
        back.next().is_some_and(Element::is_and)
            && matches!(back.next(), Some(Element { kind: ElementKind::Head(head), .. }) if !head.negated)
    }

    /// Whether an amount stands right before these parts, and begins a breath or is joined to what was said of another.
    pub(super) fn opens_line(&self, parts: &Range<usize>) -> bool {
        let Some(at) = self.out.iter().rposition(|e| e.parts.end == parts.start) else { return false };
        let joined = at.checked_sub(1).is_none_or(|before| self.out[before].is_and());
        matches!(self.out[at].kind, ElementKind::Amount(_)) && (joined || self.out[at].before != Break::None)
    }

    /// The last item spoken of was given one of that list already, before this one was said.
    pub(super) fn has_taken(&self, menu: &Menu, pick: &Pick) -> bool {
        let head = self.out.iter().rposition(|e| matches!(&e.kind, ElementKind::Head(head) if !head.negated));
        let Some(head) = head else { return false };
        let ElementKind::Head(of) = &self.out[head].kind else { return false };
        let own = self.own_from(head);
        let one = |o: &&OptionId| menu.chooses_one(o.list) && menu.accepts(&of.which, **o);
        pick.options.iter().filter(one).any(|option| {
            let fills = |e: &&Element| matches!(&e.kind, ElementKind::Choice(p) if !p.negated && p.options.iter().any(|o| o.list == option.list));
            self.out[own..].iter().filter(fills).count() > 1
        })
    }

    pub(super) fn after_or(&self) -> bool {
        let mut back = self.out.iter().rev().filter(|e| !matches!(e.kind, ElementKind::Filler)).peekable();
        let counted = back.next_if(|e| matches!(e.kind, ElementKind::Amount(_))).is_some();
        let or = matches!(back.next(), Some(Element { kind: ElementKind::Or, .. }));
        // "two or three lemons" are no choice of things.
        or && !(counted && matches!(back.next(), Some(Element { kind: ElementKind::Amount(_), .. })))
    }

    /// "a steak bowl", "a bowl" where that is an option: a number, or other options of its item, make a word of the
    /// language the shop's own.
    pub(super) fn implies(&self, menu: &Menu, sense: &Sense) -> bool {
        let counted = matches!(self.out.last(), Some(Element { kind: ElementKind::Amount(_), .. }));
        let takes = |which: Which| sense.options.iter().any(|o| menu.accepts(&which, *o));
        let whole = self.heads.is_empty() && sense.options_quality >= super::lexicon::quality::NAME;
        whole && (counted && menu.implied(&sense.options).is_some() || self.implied(menu).is_some_and(takes))
    }

    /// The item that the options said so far speak of, where none is named.
    pub(super) fn implied(&self, menu: &Menu) -> Option<Which> {
        let option = |e: &Element| match &e.kind {
            ElementKind::Choice(pick) if !pick.negated => pick.options.first().copied(),
            _ => None,
        };
        let options: Vec<_> = self.out.iter().filter_map(option).collect();
        (self.heads.is_empty() && !options.is_empty()).then(|| menu.implied(&options)).flatten()
    }

    /// "honey and lemon": after an option, a word out of a name ("lemon loaf") is more of the same and no item.
    pub(super) fn trails(&self, quality: u8) -> bool {
        let mut back = self.out.iter().rev().filter(|e| !matches!(e.kind, ElementKind::Filler));
        let and = matches!(back.next(), Some(Element { kind: ElementKind::And, .. }));
        quality < super::lexicon::quality::PART
            && and
            && matches!(back.next(), Some(Element { kind: ElementKind::Choice(_), .. }))
    }

    /// "no onions or pickles", "without milk and sugar": whether a refusal reaches over to an option of that list.
    pub(super) fn refusal_reaches(&self, list: OptionListId) -> bool {
        let mut back = self.out.iter().rev().filter(|e| !matches!(e.kind, ElementKind::Filler));
        let joined = matches!(back.next(), Some(Element { kind: ElementKind::Or | ElementKind::And, .. }));
        let refused = |e: &Element| {
            matches!(&e.kind, ElementKind::NoneOf(all) if all.iter().any(|o| o.list == list))
                || matches!(&e.kind, ElementKind::Choice(p) if p.negated && p.options.iter().any(|o| o.list == list))
        };
        joined && back.next().is_some_and(refused)
    }

    pub(super) fn unknown(&mut self, at: usize, parts: &[Part<'l>]) {
        let start = self.take(at).start;
        let before = parts[start].before;
        // "mocha heated to …", but "colored backpack": what is done with a thing stands behind it, and no noun behind that.
        let noun_next = parts.get(at + 1).is_some_and(|p| p.before == Break::None && p.is_unknown());
        let modified = start < at || parts[at].participle && !noun_next;
        if start == at && self.is_purpose(at, parts, true) {
            self.purpose = Some(at + 1);
            self.push(ElementKind::Filler, at..at + 1, before);
            return;
        }
        // "a latte, I have been so tired": what is said around an order in any shop is no wish and no thing.
        if parts[at].size && start == at {
            self.push(ElementKind::Size, at..at + 1, before);
            return;
        }
        // "don't laugh": a negation makes no wish of such a word.
        let negated_only = start + 1 == at && parts[start].cues().any(&[Cue::Not, Cue::Unwanted]);
        if parts[at].common && (!modified || negated_only) {
            self.out.push(Element { kind: ElementKind::Filler, parts: at..at + 1, before, modified, common: true });
            return;
        }
        if let Some(last) = self.out.last_mut()
            && matches!(last.kind, ElementKind::Unknown)
            && last.parts.end == start
            && before == Break::None
        {
            last.parts.end = at + 1;
            return;
        }
        self.out.push(Element { kind: ElementKind::Unknown, parts: start..at + 1, before, modified, common: false });
    }

    /// "rolls for the office party", "paint for the back wall", "filler for holes in the wall": what something is for is no wish.
    /// `on`: also behind the first word of it ("for my mum's birthday").
    pub(super) fn is_purpose(&self, at: usize, parts: &[Part<'l>], on: bool) -> bool {
        let places = [Cue::Inside, Cue::On, Cue::Beside];
        let small = |p: &Part| {
            let article = p.amount().is_some_and(|a| a.article) || p.is(Cue::Definite);
            (article || p.is_filler() || p.is(Cue::Again) || p.cues().any(&places))
                && !p.sense().is_some_and(Sense::is_thing)
        };
        let opens = |p: &Part| p.is(Cue::Purpose) && !p.sense().is_some_and(Sense::is_thing);
        for back in (0..at).rev() {
            if parts[back + 1].before != Break::None {
                return false;
            }
            if on && self.purpose == Some(back + 1) || opens(&parts[back]) {
                return true;
            }
            if !small(&parts[back]) {
                return false;
            }
        }
        false
    }
}
