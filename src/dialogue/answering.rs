//! The customer's answer to our own question. What an act holds beyond the answer goes on as any other act.

use crate::commerce::cart::{Choice, LineId, Need, Quantity};
use crate::shop::{ItemId, OptionId, OptionListId, Unit};
use crate::understand::{Act, ActKind, Edit, Target, TipSaid, Which};

use super::event::{Reason, Request, Wanted};
use super::leaving_out::leave_out;
use super::message::{About, Message, Talk};
use super::pointing::{self, Pointed};
use super::spread::spread;
use super::state::{Asking, Subject, Then, Wish};
use super::turn::{Mood, Turn};
use super::wish::{merge, request_edits, with_edits};
use super::{adding, approval, asking, changing, choosing, editing, finishing, pricing, taking_up};

/// Give `act` to the open question. What it settles is taken out of `asked`; what is left of the act comes back.
pub(super) fn answer(turn: &mut Turn, asked: &mut Option<Asking>, mood: Mood, act: &Act) -> Option<Act> {
    let Some(question) = asked.take() else { return Some(act.clone()) };
    if let Some(still) = choosing::evaded(turn, &question, mood, act) {
        *asked = still;
        return None;
    }
    let (rest, still) = match question {
        Asking::Option { line, list } => option(turn, line, list, act),
        // Answered by the act that names the option; still missing, it is asked again from the cart.
        Asking::OrderOption { .. } => {
            turn.order_changed = true;
            (Some(act.clone()), None)
        }
        Asking::OneOf { line, options } => one_of(turn, line, options, mood, act),
        Asking::Item { wish, candidates, about } => item(turn, wish, candidates, about, mood, act),
        Asking::Offer { wish, words } => offer(turn, wish, words, mood, act),
        Asking::Amount { subject, said } => amount(turn, subject, said, mood, act),
        Asking::Line { candidates, then } => which_line(turn, candidates, then, mood, act),
        Asking::Keep { line, need } => keep(turn, line, need, mood, act),
        Asking::More(listing) => match act.kind {
            ActKind::Yes if !mood.substance => (None, asking::read_on(turn, &listing)),
            ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), Some(Asking::More(listing))),
        },
        question @ (Asking::CancelAll | Asking::StartOver) => choosing::all_gone(turn, question, mood, act),
        Asking::Code => match act.kind {
            ActKind::TakeUp { code: Some(code) } => {
                taking_up::look_up(turn, Some(code));
                (None, None)
            }
            ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), Some(Asking::Code)),
        },
        Asking::TakeUp(parked) => match act.kind {
            // "Yes, and a cookie."
            ActKind::Yes if !mood.no => {
                turn.request = Some(Request::LookUp(Wanted::This(parked.id)));
                (None, None)
            }
            ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), Some(Asking::TakeUp(parked))),
        },
        Asking::Person => match act.kind {
            ActKind::Yes => (None, finishing::hand_over(turn, Reason::Accepted)),
            ActKind::No => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), Some(Asking::Person)),
        },
        Asking::Approval => match act.kind {
            ActKind::Pay(said) if said.code => {
                approval::code_said(turn);
                (None, None)
            }
            ActKind::Yes if !mood.substance => (None, finishing::hand_over(turn, Reason::Accepted)),
            ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), Some(Asking::Approval)),
        },
        // Answered by the act that names it, and by no yes; seen from the cart at the end of the turn.
        question @ Asking::Detail(_) => (Some(act.clone()), Some(question)),
        Asking::Tip => tip(turn, mood, act),
        Asking::Pay => match act.kind {
            // Put again where it is open still.
            ActKind::Yes | ActKind::Done | ActKind::CheckOut => (None, None),
            _ => (Some(act.clone()), None),
        },
        Asking::Account => match act.kind {
            ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), None),
        },
        question @ (Asking::Everything | Asking::Place) => closing(turn, question, mood, act),
    };
    *asked = still;
    rest
}

type Settled = (Option<Act>, Option<Asking>);

/// "Is that everything?", "shall I place the order?".
fn closing(turn: &mut Turn, question: Asking, mood: Mood, act: &Act) -> Settled {
    match act.kind {
        // "That's all" closes the order, and says nothing of placing it.
        ActKind::Done if question == Asking::Everything && !mood.yes && !mood.substance => {
            turn.state.finishing = true;
            (None, None)
        }
        // "Cool", "okay", to the clerk who did not follow, or who gave them time: it is not plain what is agreed to, and
        // placing it is asked for by itself.
        ActKind::Yes if !turn.plain && !mood.substance && !mood.done && hesitated(turn) => {
            turn.state.finishing = true;
            (None, (question == Asking::Place).then_some(question))
        }
        ActKind::Yes | ActKind::Done | ActKind::CheckOut if !mood.substance && (mood.done || !mood.no) => {
            // "No, that's all" says yes to what was meant by "shall I place it". A yes among other words is none.
            match turn.consent && !(mood.no && question == Asking::Everything) {
                true => turn.confirmed = true,
                false if mood.done => turn.state.finishing = true,
                false => {
                    turn.missed(Talk::NotUnderstood);
                    return (None, Some(question));
                }
            }
            (None, None)
        }
        ActKind::No if mood.substance => (None, None),
        ActKind::No if mood.done => (None, Some(question)),
        ActKind::No => (None, finishing::refused(turn, &question, mood)),
        ActKind::Yes => (None, Some(question)),
        _ => (Some(act.clone()), Some(question)),
    }
}

fn hesitated(turn: &Turn) -> bool {
    let time = Message::Talk(Talk::TakeYourTime);
    turn.state.misses > 0 || turn.state.asked_times > 0 || turn.state.last_said.contains(&time)
}

fn keep(turn: &mut Turn, line: LineId, need: Need, mood: Mood, act: &Act) -> Settled {
    match act.kind {
        ActKind::Yes if !mood.no && !mood.substance => (None, None),
        ActKind::No => {
            editing::remove_line(turn, line, None);
            (None, None)
        }
        _ => (Some(act.clone()), Some(Asking::Keep { line, need })),
    }
}

/// Shares and amounts are taken as anywhere else.
fn tip(turn: &mut Turn, mood: Mood, act: &Act) -> Settled {
    match act.kind {
        // How much they must say yet.
        ActKind::Yes if !mood.substance && turn.state.asked_times == 0 => {
            turn.state.tip_asked = false;
            turn.state.finishing = true;
            (None, None)
        }
        ActKind::No | ActKind::Done | ActKind::CheckOut | ActKind::Yes if !mood.substance => {
            pricing::tip(turn, TipSaid::Nothing);
            (None, None)
        }
        _ => (Some(act.clone()), Some(Asking::Tip)),
    }
}

fn option(turn: &mut Turn, line: LineId, list: OptionListId, act: &Act) -> Settled {
    let unanswered = (Some(act.clone()), Some(Asking::Option { line, list }));
    let Some(item) = turn.line(line).map(|line| line.item) else { return (Some(act.clone()), None) };
    let edits = match &act.kind {
        ActKind::Fragment { edits, all: true } => {
            // "All of them three feet" is said of those besides that have another.
            let mut lines = pointing::lines_missing(turn.shop, &turn.state, list);
            let others = turn.state.cart.lines.iter().map(|line| line.id);
            lines.extend(others.filter(|id| !lines.contains(id)).collect::<Vec<_>>());
            lines.retain(|id| editing::takes(turn, *id, edits));
            lines.into_iter().for_each(|line| editing::apply(turn, line, edits, ""));
            return (None, None);
        }
        // "How would you like it?" "Mine medium."
        ActKind::Fragment { edits, .. } | ActKind::Change { target: Target::Last | Target::Mine, edits }
            if !edits.is_empty() =>
        {
            edits.clone()
        }
        ActKind::Change { target: Target::Described { which: None, choices }, edits } if edits.is_empty() => {
            choices.iter().cloned().map(Edit::Choose).collect()
        }
        // "A large latte", said in answer to the latte's size, is no second latte.
        ActKind::Add(request) if request.which == Which::Item(item) && names(&request_edits(request), list) => {
            request_edits(request)
        }
        // "Small, medium or large?" "The second one."
        ActKind::Change { target, edits } if edits.is_empty() => {
            match pointing::counted(&turn.shop.options_for(list, Some(item)), target) {
                Some(option) => vec![Edit::Choose(Choice::plain(option))],
                None => return unanswered,
            }
        }
        _ => return unanswered,
    };
    let edits = editing::fitted(turn, line, &edits);
    // "Large. With oat milk.": once answered, the rest is said of the line spoken of, not of the next to be asked about.
    if edits.is_empty() || (!names(&edits, list) && !turn.focus.is_empty()) {
        return unanswered;
    }
    spread(turn, line, list, &edits);
    let next = pointing::lines_missing(turn.shop, &turn.state, list).first().copied();
    (None, next.map(|line| Asking::Option { line, list }))
}

/// Whether an option of the list is chosen.
fn names(edits: &[Edit], list: OptionListId) -> bool {
    edits.iter().any(|edit| matches!(edit, Edit::Choose(choice) if choice.option.list == list))
}

fn one_of(turn: &mut Turn, line: LineId, options: Vec<OptionId>, mood: Mood, act: &Act) -> Settled {
    let Some(list) = options.first().map(|option| option.list) else { return (Some(act.clone()), None) };
    match &act.kind {
        ActKind::Change { target: target @ (Target::Ordinal(_) | Target::Final | Target::Other), edits }
            if edits.is_empty() =>
        {
            if let Some(option) = pointing::counted(&options, target) {
                editing::apply(turn, line, &[Edit::Choose(Choice::plain(option))], "");
                return (None, None);
            }
            (None, Some(Asking::OneOf { line, options }))
        }
        ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
        ActKind::Yes if !mood.substance => match options[..] {
            [only] => {
                editing::apply(turn, line, &[Edit::Choose(Choice::plain(only))], "");
                (None, None)
            }
            _ => (None, Some(Asking::OneOf { line, options })),
        },
        _ => match option(turn, line, list, act) {
            (Some(act), Some(_)) => (Some(act), Some(Asking::OneOf { line, options })),
            (rest, _) => (rest, None),
        },
    }
}

fn item(turn: &mut Turn, wish: Wish, candidates: Vec<ItemId>, about: About, mood: Mood, act: &Act) -> Settled {
    let among = |item: &ItemId| {
        candidates.contains(item)
            || matches!(&about, About::Category(category) if turn.shop.item(*item).category == *category)
    };
    let picked = match &act.kind {
        ActKind::Add(request) => match &request.which {
            Which::Item(item) if among(item) => Some((*item, Some(request))),
            Which::OneOf(items) => {
                let left: Vec<ItemId> = items.iter().copied().filter(|item| candidates.contains(item)).collect();
                match left[..] {
                    [] => None,
                    [only] => Some((only, Some(request))),
                    _ => {
                        let wish = merge(wish, Some(request));
                        return (None, Some(Asking::Item { wish, candidates: left, about: About::Tie }));
                    }
                }
            }
            _ => None,
        },
        ActKind::Change { target, edits } if edits.is_empty() => match target {
            Target::Ordinal(number) => pointing::pick(&candidates, *number).map(|item| (item, None)),
            Target::Final => candidates.last().map(|item| (*item, None)),
            Target::Last if candidates.len() == 1 => Some((candidates[0], None)),
            Target::Described { which: Some(Which::Item(item)), .. } if among(item) => Some((*item, None)),
            _ => None,
        },
        ActKind::Yes if candidates.len() == 1 && !mood.no => Some((candidates[0], None)),
        _ => None,
    };
    if let Some((item, request)) = picked {
        let mut wish = merge(wish, request);
        wish.request.which = Which::Item(item);
        adding::fulfil(turn, wish);
        return (None, None);
    }
    match &act.kind {
        ActKind::Yes if !mood.substance => (None, Some(Asking::Item { wish, candidates, about })),
        ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
        ActKind::No | ActKind::Done | ActKind::CheckOut => {
            leave_out(turn, &Asking::Item { wish, candidates, about });
            (Some(act.clone()), None)
        }
        ActKind::Remove { target, .. } if pointing::point(turn.shop, &turn.state, target) == Pointed::Nothing => {
            (None, finishing::dropped(turn))
        }
        ActKind::Fragment { edits, all: false } => {
            let wish = with_edits(wish, edits);
            (None, Some(Asking::Item { wish, candidates, about }))
        }
        // Another item altogether: only what kind of a thing is wanted stays an open question.
        ActKind::Add(_) | ActKind::Replace { .. } if !matches!(about, About::Category(_)) => (Some(act.clone()), None),
        ActKind::Cancel | ActKind::StartOver => (Some(act.clone()), None),
        _ => (Some(act.clone()), Some(Asking::Item { wish, candidates, about })),
    }
}

fn offer(turn: &mut Turn, wish: Wish, words: Option<String>, mood: Mood, act: &Act) -> Settled {
    match &act.kind {
        // "Did you mean …?" "That's it." "That's the lot" only closes.
        ActKind::Done if words.is_some() && !turn.plain && !mood.no && !mood.substance => {
            adding::fulfil(turn, wish);
            (None, None)
        }
        ActKind::Yes => {
            adding::fulfil(turn, wish);
            (None, None)
        }
        ActKind::Add(request) if request.which == wish.request.which => {
            adding::fulfil(turn, merge(wish, Some(request)));
            (None, None)
        }
        ActKind::Fragment { edits, .. } if !mood.no => {
            adding::fulfil(turn, with_edits(wish, edits));
            (None, None)
        }
        ActKind::Change { target: Target::Last, edits } if edits.is_empty() && !mood.no => {
            adding::fulfil(turn, wish);
            (None, None)
        }
        ActKind::No if !mood.substance && !mood.done => (None, finishing::dropped(turn)),
        ActKind::No => (Some(act.clone()), None),
        ActKind::Other | ActKind::Thanks | ActKind::Greet | ActKind::Matter(_) => {
            (Some(act.clone()), Some(Asking::Offer { wish, words }))
        }
        _ => (Some(act.clone()), None),
    }
}

fn amount(turn: &mut Turn, subject: Subject, said: Option<Quantity>, mood: Mood, act: &Act) -> Settled {
    let item = match &subject {
        Subject::Wish(wish) => match wish.request.which {
            Which::Item(item) => Some(item),
            _ => None,
        },
        Subject::Line(line) => turn.line(*line).map(|line| line.item),
    };
    let (named, rest) = match &act.kind {
        ActKind::Fragment { edits, .. } | ActKind::Change { edits, .. } => (editing::quantity(edits), edits.clone()),
        ActKind::Add(request) if item.is_some_and(|item| request.which == Which::Item(item)) => {
            (request.quantity, request_edits(request))
        }
        _ => (None, vec![]),
    };
    let rest: Vec<Edit> = rest.into_iter().filter(|edit| !matches!(edit, Edit::Quantity(_))).collect();
    // We asked how many pounds: "two" is two of them.
    let named = named.map(|quantity| match (quantity, item.map(|item| &turn.shop.item(item).unit)) {
        (Quantity::Count(count), Some(Unit::Measure(_))) => Quantity::thousandths(count.saturating_mul(1_000)),
        _ => quantity,
    });
    let fits = |said: Quantity| item.is_some_and(|item| said.fitting(turn.shop, item).is_ok());
    let shop = turn.shop;
    let of_it = |edit: &Edit| match edit {
        Edit::Choose(choice) => item.is_some_and(|item| shop.item_options(item, choice.option.list).is_some()),
        edit => matches!(edit, Edit::Note(_)),
    };
    let (quantity, sure) = match (&act.kind, named, said) {
        // Said twice is meant.
        (_, Some(quantity), _) => (quantity, said == Some(quantity)),
        (ActKind::Yes, None, Some(said)) => match (fits(said), said.rounded_up_to_one()) {
            (true, _) => (said, true),
            // "Is one dozen fine?" "Yes."
            (false, Some(one)) => (one, true),
            (false, None) => return (None, Some(Asking::Amount { subject, said: Some(said) })),
        },
        (ActKind::No, None, Some(said)) if !mood.substance && !fits(said) => return (None, finishing::dropped(turn)),
        (ActKind::No, None, Some(_)) if !mood.substance => {
            return (None, Some(Asking::Amount { subject, said: None }));
        }
        (ActKind::No, None, None) if !mood.substance => return (None, finishing::dropped(turn)),
        // "How many pounds?" "Extra lean."
        (ActKind::Fragment { .. } | ActKind::Add(_), None, _) if !rest.is_empty() && rest.iter().all(of_it) => {
            let subject = match subject {
                Subject::Wish(wish) => Subject::Wish(with_edits(wish, &rest)),
                Subject::Line(line) => {
                    editing::apply(turn, line, &rest, "");
                    Subject::Line(line)
                }
            };
            return (None, Some(Asking::Amount { subject, said }));
        }
        _ => return (Some(act.clone()), Some(Asking::Amount { subject, said })),
    };
    match subject {
        Subject::Wish(wish) => {
            let mut wish = with_edits(wish, &rest);
            wish.request.quantity = Some(quantity);
            adding::fulfil_amount(turn, wish, sure);
        }
        Subject::Line(line) => {
            editing::set_quantity(turn, line, quantity, sure);
            if !rest.is_empty() {
                editing::apply(turn, line, &rest, "");
            }
        }
    }
    (None, None)
}

fn which_line(turn: &mut Turn, candidates: Vec<LineId>, then: Then, mood: Mood, act: &Act) -> Settled {
    let described = |turn: &Turn, which: Option<&Which>, choices: &[Choice]| {
        let target = Target::Described { which: which.cloned(), choices: choices.to_vec() };
        match pointing::point(turn.shop, &turn.state, &target) {
            Pointed::Lines(lines) | Pointed::Unclear(lines) => {
                lines.into_iter().filter(|line| candidates.contains(line)).collect()
            }
            _ => vec![],
        }
    };
    let meant: Vec<LineId> = match &act.kind {
        ActKind::Change { target, edits } if edits.is_empty() => match target {
            Target::Ordinal(number) => pointing::pick(&candidates, *number).into_iter().collect(),
            Target::Final => candidates.last().copied().into_iter().collect(),
            Target::All => candidates.clone(),
            Target::Described { which, choices } => described(turn, which.as_ref(), choices),
            _ => vec![],
        },
        ActKind::Fragment { all: true, .. } => candidates.clone(),
        ActKind::Fragment { edits, .. } => {
            let choices: Vec<Choice> = edits.iter().filter_map(chosen).collect();
            if choices.is_empty() { vec![] } else { described(turn, None, &choices) }
        }
        ActKind::Add(request) => described(turn, Some(&request.which), &request.choices),
        _ => vec![],
    };
    if meant.is_empty() {
        return match act.kind {
            ActKind::No if !mood.substance => (None, finishing::dropped(turn)),
            _ => (Some(act.clone()), Some(Asking::Line { candidates, then })),
        };
    }
    if meant.len() > 1 && meant.len() < candidates.len() {
        return (None, Some(Asking::Line { candidates: meant, then }));
    }
    for line in meant {
        changing::carry_out(turn, line, &then);
    }
    (None, None)
}

fn chosen(edit: &Edit) -> Option<Choice> {
    match edit {
        Edit::Choose(choice) => Some(choice.clone()),
        _ => None,
    }
}
