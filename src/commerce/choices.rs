//! Options on a line, and on the order: choosing, refusing, what follows from defaults, what is still to be asked.

use crate::shop::{Choose, ItemOptions, OptionId, OptionListId, Shop};

use super::cart::{Cart, CartError, Choice, Line, LineId};

impl Cart {
    /// Take an option, or refuse it where the choice is negated. In a choose-one list it replaces what stood there; in
    /// the others it replaces only an earlier choice of the same option.
    pub fn choose(&mut self, shop: &Shop, id: LineId, choice: Choice) -> Result<(), CartError> {
        self.line_mut(id)?.choose(shop, choice)
    }

    /// Drop what was said of an option: the default counts again, if there is room for it. Returns whether anything had
    /// been said.
    pub fn unchoose(&mut self, shop: &Shop, id: LineId, option: OptionId) -> Result<bool, CartError> {
        let line = self.line_mut(id)?;
        let mut next = line.choices.clone();
        next.retain(|choice| choice.option != option);
        let changed = next.len() < line.choices.len();
        if changed {
            room_for(shop, how_taken(shop, line, option)?, &next)?;
            line.choices = next;
        }
        Ok(changed)
    }

    /// "no milk", of a whole list: what was chosen goes, and what would come by default is refused.
    pub fn none_of(&mut self, shop: &Shop, id: LineId, list: OptionListId) -> Result<(), CartError> {
        let line = self.line_mut(id)?;
        let how = how_taken(shop, line, OptionId { list, index: 0 })?;
        // What was refused one by one stays refused.
        line.choices.retain(|choice| choice.option.list != list || choice.negated);
        for option in &how.defaults {
            replace(&mut line.choices, Choice { negated: true, ..Choice::plain(*option) });
        }
        Ok(())
    }

    /// What was said of an option of the order as a whole is taken back.
    pub fn unchoose_for_order(&mut self, option: OptionId) {
        self.order_choices.retain(|choice| choice.option != option);
    }

    /// An option of the order as a whole ("to go").
    pub fn choose_for_order(&mut self, shop: &Shop, choice: Choice) -> Result<(), CartError> {
        let list = choice.option.list;
        let how = shop.order_options.iter().find(|how| how.list == list);
        let how = how.filter(|_| exists(shop, choice.option)).ok_or(CartError::NotOffered(choice.option))?;
        self.order_choices = chosen(shop, how, &self.order_choices, choice)?;
        Ok(())
    }
}

impl Line {
    pub fn choose(&mut self, shop: &Shop, choice: Choice) -> Result<(), CartError> {
        let how = how_taken(shop, self, choice.option)?;
        self.choices = chosen(shop, how, &self.choices, choice)?;
        Ok(())
    }

    /// Choose several; returns those that cannot be, each with the reason. What is left out goes first, for it makes room.
    pub fn choose_all(&mut self, shop: &Shop, choices: impl IntoIterator<Item = Choice>) -> Vec<(Choice, CartError)> {
        let (left_out, taken): (Vec<_>, Vec<_>) = choices.into_iter().partition(|choice| choice.negated);
        let all = left_out.into_iter().chain(taken);
        all.filter_map(|choice| self.choose(shop, choice.clone()).err().map(|error| (choice, error))).collect()
    }

    /// What is made: what was said, with the defaults where nothing was. Refused options are left out.
    /// In the order of the item's lists, then of the options.
    pub fn effective_choices(&self, shop: &Shop) -> Vec<Choice> {
        shop.item(self.item).options.iter().flat_map(|how| effective(shop, how, &self.choices)).collect()
    }

    /// What was refused ("no onions"), to be read back and made so.
    pub fn refused_choices(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| choice.negated)
    }

    /// Lists that must be answered before the line is complete, in the order in which the item has them.
    pub fn missing(&self, shop: &Shop) -> Vec<OptionListId> {
        let lists = shop.item(self.item).options.iter();
        lists.filter(|how| lacking(shop, how, &self.choices).is_some()).map(|how| how.list).collect()
    }
}

/// What is in effect of one list: see [`Line::effective_choices`].
pub fn effective(shop: &Shop, how: &ItemOptions, said: &[Choice]) -> Vec<Choice> {
    let of_list = || said.iter().filter(|choice| choice.option.list == how.list);
    let mut taken: Vec<Choice> = of_list().filter(|choice| !choice.negated).cloned().collect();
    // One said of a choose-one list leaves no room for its default; to a choose-many list the defaults add.
    if taken.is_empty() || shop.option_list(how.list).choose == Choose::Many {
        let unsaid = how.defaults.iter().filter(|option| !of_list().any(|choice| choice.option == **option));
        taken.extend(unsaid.map(|option| Choice::plain(*option)));
    }
    taken.sort();
    taken
}

/// How many options a required list, or one with a minimum, must have, where it has fewer.
pub(super) fn lacking(shop: &Shop, how: &ItemOptions, said: &[Choice]) -> Option<usize> {
    let least = usize::from(how.min).max(usize::from(how.required));
    (effective(shop, how, said).len() < least).then_some(least)
}

fn how_taken<'s>(shop: &'s Shop, line: &Line, option: OptionId) -> Result<&'s ItemOptions, CartError> {
    let how = if exists(shop, option) { shop.item_options(line.item, option.list) } else { None };
    how.ok_or(CartError::NotOffered(option))
}

fn exists(shop: &Shop, option: OptionId) -> bool {
    let list = shop.option_lists.get(usize::from(option.list.0));
    list.is_some_and(|list| usize::from(option.index) < list.options.len())
}

/// `said` with one more choice, or why it cannot be. Anything may be refused, also what would not have come.
fn chosen(shop: &Shop, how: &ItemOptions, said: &[Choice], choice: Choice) -> Result<Vec<Choice>, CartError> {
    let choice = Choice { count: choice.count.max(1), ..choice };
    let list = shop.option_list(how.list);
    let mut next = said.to_vec();
    if choice.negated {
        replace(&mut next, Choice { grade: None, count: 1, ..choice });
        return Ok(next);
    }
    if !how.offers(choice.option) {
        return Err(CartError::NotOffered(choice.option));
    }
    if choice.count > list.max_count.max(1) {
        return Err(CartError::TooOften { option: choice.option, most: list.max_count.max(1) });
    }
    if list.choose == Choose::One {
        next.retain(|there| there.option.list != how.list);
    }
    replace(&mut next, choice);
    room_for(shop, how, &next)?;
    Ok(next)
}

fn room_for(shop: &Shop, how: &ItemOptions, said: &[Choice]) -> Result<(), CartError> {
    let many = shop.option_list(how.list).choose == Choose::Many;
    if many && effective(shop, how, said).len() > usize::from(how.max) {
        return Err(CartError::TooMany { list: how.list, most: how.max });
    }
    Ok(())
}

/// Put a choice in its sorted place, over an earlier one of the same option.
fn replace(choices: &mut Vec<Choice>, choice: Choice) {
    choices.retain(|there| there.option != choice.option);
    let place = choices.partition_point(|there| *there < choice);
    choices.insert(place, choice);
}
