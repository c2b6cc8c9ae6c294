//! "two lattes, one with oat milk": what is said of some of several.

use crate::commerce::cart::Choice;
use crate::shop::OptionId;

use super::act::{Place, Which};
use super::line::{Line, merge};
use super::menu::Menu;
use super::part::Amount;

/// What is said of some of several, in whichever way.
pub fn part(lines: &mut Vec<Line>, menu: &Menu) {
    shared(lines);
    pointed(lines, menu);
    share(lines);
    counted(lines, menu);
    spread(lines, menu);
    listed(lines);
    itemise(lines, menu);
    rejoin(lines, menu);
}

/// Lines that stand in for an item ("one with oat milk") are parts of the line before them while its number lasts,
/// and further ones of the same item after that ("a cortado with oat and another with almond").
fn spread(lines: &mut Vec<Line>, menu: &Menu) {
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    let mut at = 0;
    let all = std::mem::take(lines);
    while at < all.len() {
        let line = &all[at];
        let followers = all[at + 1..].iter().take_while(|l| l.stands_in && l.which == line.which && !l.negated).count();
        let followers = if line.negated { 0 } else { followers };
        let group = &all[at + 1..at + 1 + followers];
        let whole = count(line);
        // "The mild, then four hundred grams": so much of it.
        if let [only] = group
            && line.amount.is_none()
            && only.amount.is_some_and(|a| a.unit.is_some())
            && only.choices.is_empty()
        {
            out.push(Line { amount: only.amount, ..line.clone() });
            at += 2;
            continue;
        }
        let said: u32 = group.iter().filter(|l| !l.other).map(count).sum();
        let others = group.iter().filter(|l| l.other).count() as u32;
        let another = group.iter().any(|l| l.amount.is_some_and(|a| a.another));
        // "two large lattes and one small one" are three.
        // "two tees in navy and one in olive" too; of "the other" nothing is added.
        let one_more = |l: &Line| l.joined && l.amount.is_some_and(|a| !a.article && a.unit.is_none());
        let further = line.stands_in || matches!(group, [only] if one_more(only));
        let differs = others == 0
            && group.iter().flat_map(|l| &l.choices).any(|c| {
                let said = line
                    .choices
                    .iter()
                    .take(if further { line.choices.len() } else { line.before })
                    .any(|own| own.option.list == c.option.list && own.option != c.option);
                menu.chooses_one(c.option.list) && said
            });
        // "chicken tacos, two with cheese and one without", "the soup, one without cream": the number comes after.
        let at_once = group.first().is_some_and(|l| !l.joined && l.amount.is_some_and(|a| !a.article && !a.same));
        let numbered_after = line.amount.is_none() && (line.plural || at_once) && followers > 0 && others == 0;
        let whole = if numbered_after { said } else { whole };
        // "five of vanilla and five of chocolate" are ten.
        let as_many = followers == 1 && said == whole && !numbered_after;
        if followers > 0 && (whole > 1 || numbered_after) && !as_many && said + others <= whole && !another && !differs
        {
            let mut left = whole - said;
            for part in group {
                let mut piece = line.clone();
                piece.cover(&part.parts);
                for choice in &part.choices {
                    merge(&mut piece.choices, menu, choice.clone());
                }
                piece.notes.extend(part.notes.iter().cloned());
                piece.open.extend(part.open.iter().cloned());
                piece.none_of.extend(&part.none_of);
                piece.without.extend(part.without.iter().cloned());
                let number = if part.other { std::mem::take(&mut left) } else { count(part) };
                piece.amount = Some(so_many(line, number));
                if number > 0 {
                    out.push(piece);
                }
            }
            if left > 0 {
                let mut rest = line.clone();
                rest.amount = Some(so_many(line, left));
                out.push(rest);
            }
        } else {
            out.push(line.clone());
            for part in group {
                let mut piece = part.clone();
                // What described the item itself holds for the next of it ("a large latte …, another with almond milk").
                let same = part.amount.is_some_and(|a| a.same);
                if same {
                    // "… and the same in silver": as much of it, where it is measured.
                    piece.amount = line.amount.filter(|amount| amount.unit.is_some()).or(piece.amount);
                    piece.notes.splice(0..0, line.notes.iter().cloned());
                }
                // "one lamb korma with nuts and one without": the same, but "hot chai and an earl grey" is another.
                let apart = |c: &Choice| part.choices.iter().any(|p| p.option.list == c.option.list);
                let echoed = line.stands_in && !line.choices.iter().any(apart);
                let held = if same || echoed { line.choices.len() } else { line.before };
                for choice in line.choices.iter().take(held).rev() {
                    let one = menu.chooses_one(choice.option.list);
                    let taken = |c: &Choice| c.option == choice.option || one && c.option.list == choice.option.list;
                    if !piece.choices.iter().any(taken) && (same || menu.chooses_one(choice.option.list)) {
                        piece.choices.insert(0, choice.clone());
                    }
                }
                piece.amount = Some(piece.amount.unwrap_or(Amount { value: 1000, ..Amount::default() }));
                out.push(piece);
            }
        }
        at += 1 + followers;
    }
    *lines = out;
}

/// "two burgers, no mayo on one": one of them is so.
fn shared(lines: &mut Vec<Line>) {
    let mut at = 0;
    while at < lines.len() {
        if let Some(share) = lines[at].share.take() {
            let whole = count(&lines[at]);
            let mut rest = lines[at].clone();
            rest.choices.truncate(share.choices);
            rest.without.truncate(share.without);
            rest.amount = Some(so_many(&lines[at], whole.saturating_sub(share.count)));
            lines[at].amount = Some(so_many(&lines[at], share.count));
            lines.insert(at, rest);
            at += 1;
        }
        at += 1;
    }
}

/// "a small and a large tea, the large one with ice": what is said of a line by what describes it goes to it. Where none is
/// so yet, it says how the last is to be: "a tea, the large one".
fn pointed(lines: &mut Vec<Line>, menu: &Menu) {
    let mut at = 1;
    while at < lines.len() {
        if !lines[at].points {
            at += 1;
            continue;
        }
        let mut line = lines.remove(at);
        // "Caramel on the soy one": what it is to have was said before what says which it is.
        let ahead = std::mem::take(&mut line.before);
        line.choices.rotate_left(ahead);
        let described = |l: &Line| line.choices.iter().take_while(|choice| l.choices.contains(choice)).count();
        let standing = |l: &Line| !l.negated && !l.points;
        let known = lines[..at].iter().rposition(|l| standing(l) && described(l) > 0);
        // "A strawberry soda and the melon one" are two.
        let other = |l: &Line| line.choices.iter().any(|choice| l.torn(menu, choice.option));
        let of_it = |l: &Line| standing(l) && l.which == line.which && !other(l);
        let Some(target) = known.or_else(|| lines[..at].iter().rposition(of_it)) else {
            line.choices.rotate_right(ahead);
            lines.insert(at, Line { before: ahead, ..line });
            at += 1;
            continue;
        };
        let described = described(&lines[target]);
        line.choices.drain(..described);
        take_in(&mut lines[target], line, menu);
    }
}

/// "a latte and a mocha, the first one iced": what is said of a line by its number goes to it. Of several of one item
/// it is left to [`spread`].
fn counted(lines: &mut Vec<Line>, menu: &Menu) {
    if lines.iter().filter(|line| line.nth.is_none()).count() < 2 {
        return;
    }
    let targets: Vec<_> = lines.iter().map(|l| l.nth.and_then(|place| lines_at(place, lines))).collect();
    for (at, targets) in targets.iter().enumerate() {
        for target in targets.iter().flatten() {
            let said = lines[at].clone();
            take_in(&mut lines[*target], said, menu);
        }
    }
    let mut targets = targets.into_iter();
    lines.retain(|_| targets.next().flatten().is_none());
}

/// All that was said of one is said of the other.
fn take_in(line: &mut Line, said: Line, menu: &Menu) {
    line.cover(&said.parts);
    said.choices.into_iter().for_each(|choice| merge(&mut line.choices, menu, choice));
    line.notes.extend(said.notes);
    line.none_of.extend(said.none_of);
    line.without.extend(said.without);
}

/// Which lines a place among them means; at least one.
pub fn lines_at(place: Place, lines: &[Line]) -> Option<Vec<usize>> {
    let plain: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].nth.is_none()).collect();
    let counts: Vec<u32> = plain.iter().map(|at| count(&lines[*at])).collect();
    place.of(&counts).map(|range| plain[range].to_vec()).filter(|lines| !lines.is_empty())
}

/// "three footlongs, one turkey and two ham": a number of what is said only in general, and then item by item.
fn itemise(lines: &mut Vec<Line>, menu: &Menu) {
    let mut at = 0;
    while at + 1 < lines.len() {
        let whole = count(&lines[at]);
        // "Six muffins, three blueberry and three bran", where no kind is called so, and several are.
        let several = matches!(&lines[at].which, Which::OneOf(_)) && lines[at].plural;
        let general = (lines[at].generic || lines[at].stands_in || several) && !lines[at].negated && whole > 1;
        let mut said = 0;
        let fits = |l: &Line| {
            let named = !l.generic && !l.negated && !l.stands_in && l.amount.is_some();
            let kind = menu.same_kind(&lines[at].which, &l.which);
            named && kind && lines[at].choices.iter().all(|c| menu.accepts(&l.which, c.option))
        };
        let parts = lines[at + 1..].iter().take_while(|l| {
            said += count(l);
            said <= whole && fits(l)
        });
        let parts = if general { parts.count() } else { 0 };
        let pieces = pieces_of(&lines[at..], menu);
        if pieces > 0 && !general {
            lines[at].amount = Some(so_many(&lines[at], pieces_left(&lines[at..=at + pieces])));
            let gone = whole == lines[at + 1..=at + pieces].iter().map(count).sum::<u32>();
            if gone {
                lines.remove(at);
            }
            at += pieces;
        } else if parts > 0 && lines[at + 1..=at + parts].iter().map(count).sum::<u32>() == whole {
            let general = lines.remove(at);
            for line in &mut lines[at..at + parts] {
                for choice in &general.choices {
                    if !line.choices.iter().any(|c| c.option.list == choice.option.list) {
                        line.choices.push(choice.clone());
                    }
                }
            }
        } else if parts > 0 {
            leaves_rest(&mut lines[at..=at + parts], menu);
            at += parts;
        }
        at += 1;
    }
}

/// "Six muffins, two of them blueberry": the rest are not said yet.
fn leaves_rest(lines: &mut [Line], menu: &Menu) {
    let Some((general, rest)) = lines.split_first_mut() else { return };
    let named = |l: &&Line| matches!(&l.which, Which::Item(item) if menu.is_of(*item, &general.which));
    let said: u32 = rest.iter().take_while(named).map(count).sum();
    if rest.first().is_some_and(|l| !l.joined) && (1..count(general)).contains(&said) {
        general.amount = Some(so_many(general, count(general) - said));
    }
}

/// "two waters, one sparkling": how many lines, each called by only a part of a name, are of the first, which is counted.
fn pieces_of(lines: &[Line], menu: &Menu) -> usize {
    let Some((first, rest)) = lines.split_first() else { return 0 };
    let whole = count(first);
    let named = matches!(first.which, Which::Item(_)) && !first.negated && !first.stands_in && first.plural;
    let mut said = 0;
    let part = |l: &&Line| {
        said += count(l);
        let counted = l.amount.is_some_and(|a| !a.another && !a.more && a.unit.is_none());
        let kind = menu.same_kind(&first.which, &l.which) && l.which != first.which;
        // What was said of the first is part of the name of this one too.
        let shared = matches!(&l.which, Which::Item(item) if first.weaker.contains(item));
        said <= whole && counted && kind && shared && l.named < NAMED && !l.negated && !l.generic
    };
    let pieces = rest.iter().take_while(part).count();
    // "two waters and one sparkling" are three.
    let joined = rest.first().is_some_and(|l| l.joined);
    if named && whole > 1 && first.amount.is_some() && !joined { pieces } else { 0 }
}

/// How many of the first are left of so many pieces.
fn pieces_left(lines: &[Line]) -> u32 {
    let said: u32 = lines[1..].iter().map(count).sum();
    count(&lines[0]) - said.min(count(&lines[0]))
}

/// Less well than this a thing is named by a part of its name alone.
const NAMED: f32 = 0.7;

/// "two bagels and a latte, the bagels toasted": what is said again with "the" is what was ordered before.
fn rejoin(lines: &mut Vec<Line>, menu: &Menu) {
    let mut at = 1;
    while at < lines.len() {
        let again = lines[at].definite && lines[at].amount.is_none() && !lines[at].negated && !lines[at].gone;
        // "… she wants the bunny, so the bunny please"
        let twice = again && lines[at - 1].definite && lines[at - 1].amount.is_none();
        let same = |l: &Line| l.which == lines[at].which && (!l.definite || twice) && !l.negated;
        let some = lines[at].amount.is_some_and(|a| !a.article && !a.another && !a.more) && !lines[at].gone;
        let of_them = |l: &Line| same(l) && count(l) >= count(&lines[at]);
        let whole = lines[..at].iter().rposition(of_them).filter(|_| some && lines[at].definite && !lines[at].negated);
        if let Some(whole) = whole {
            // "two chilis, one of the chilis with a cane"
            let left = so_many(&lines[whole], count(&lines[whole]) - count(&lines[at]));
            let mut piece = lines[whole].clone();
            lines[at].choices.iter().for_each(|c| merge(&mut piece.choices, menu, c.clone()));
            piece.notes.extend(lines[at].notes.iter().cloned());
            piece.without.extend(lines[at].without.iter().cloned());
            piece.amount = Some(so_many(&piece, count(&lines[at])));
            piece.parts = lines[at].parts.clone();
            (lines[whole].amount, lines[at]) = (Some(left), piece);
            // "豆浆两杯，豆浆一杯甜一杯淡": none is left.
            if left.value == 0 {
                lines.remove(whole);
            } else {
                at += 1;
            }
            continue;
        }
        // "A silicone case and a glass, the case in red": by its kind, where one of that kind was said.
        let kind =
            |l: &Line| l.which == lines[at].which || lines[at].generic && menu.same_kind(&l.which, &lines[at].which);
        let of_kind = lines[at].generic && lines[..at].iter().filter(|l| kind(l) && !l.negated).count() == 1;
        if again && (lines[..at].iter().any(same) || of_kind) {
            let line = lines.remove(at);
            let kind = |l: &Line| l.which == line.which || line.generic && menu.same_kind(&l.which, &line.which);
            for earlier in lines[..at].iter_mut().filter(|l| kind(l)) {
                line.choices.iter().for_each(|c| merge(&mut earlier.choices, menu, c.clone()));
                earlier.notes.extend(line.notes.iter().cloned());
                earlier.cover(&line.parts);
            }
        } else {
            at += 1;
        }
    }
}

/// "three tester pots, navy, charcoal and grey": as many choices as pieces are one each; so are "crimson and ochre" of what
/// nobody counted.
fn listed(lines: &mut Vec<Line>) {
    let each = |line: Line| {
        let [options] = &line.open[..] else { return vec![line] };
        let several = match line.amount {
            Some(amount) => amount.unit.is_none() && options.len() as u32 == count(&line),
            None => line.and || options.len() > 2,
        };
        if line.or || !several {
            return vec![line];
        }
        let one = |option: &OptionId| {
            let amount = line.amount.map(|_| so_many(&line, 1));
            let mut piece = Line { open: Vec::new(), amount, ..line.clone() };
            piece.choices.push(Choice::plain(*option));
            piece
        };
        options.iter().map(one).collect()
    };
    *lines = std::mem::take(lines).into_iter().flat_map(each).collect();
}

/// "a small and a large chocolate shake": what describes the item that is named holds for the one before it too.
fn share(lines: &mut [Line]) {
    for at in 1..lines.len() {
        let (before, after) = lines.split_at_mut(at);
        let (Some(first), named) = (before.last_mut(), &after[0]) else { continue };
        let shares = first.stands_in && !named.stands_in && first.which == named.which && at == 1;
        for choice in named.choices.iter().take(named.before).filter(|_| shares) {
            if !first.choices.iter().any(|c| c.option.list == choice.option.list) {
                first.choices.push(choice.clone());
            }
        }
    }
}

/// How many of its pieces or units.
fn count(line: &Line) -> u32 {
    line.amount.filter(|a| a.value.is_multiple_of(1000)).map_or(1, |a| a.value / 1000)
}

/// So many, counted as the line is: "three bunches of carnations, two pink and one white".
fn so_many(line: &Line, number: u32) -> Amount {
    let plain = Amount { value: number.saturating_mul(1000), ..Amount::default() };
    line.amount.map_or(plain, |of| Amount { unit: of.unit, packs: of.packs, ..plain })
}
