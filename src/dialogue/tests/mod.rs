//! No IO, no async: acts in, state and messages out.

use crate::commerce::cart::Quantity;
use crate::understand::ActKind::{
    Again, Cancel, Change, Done as ThatsAll, Fragment, No, Other, Remove, Replace, Thanks, Undo, Yes,
};
use crate::understand::{ActKind, Edit, ItemRequest, Question, Target, Which};

use super::event::Event;
use super::message::{Answer, Ask, Cannot, Done, Message, Talk};
use super::testing::*;
use crate::shop::{OptionId, OptionListId};

mod parting;

fn talk() -> Conversation {
    Conversation::new()
}

fn described(item: crate::shop::ItemId) -> Target {
    Target::Described { which: Some(Which::Item(item)), choices: vec![] }
}

#[test]
fn one_yes_after_the_read_back_places_the_order() {
    let mut talk = talk();
    talk.hears([add_of(1, ROLL, &[])]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Everything { total: true, .. })), "{:?}", talk.said);
    talk.hears([Yes]);
    assert_eq!(talk.placed, [[(1, ROLL)]]);
    assert!(matches!(talk.said[0], Message::Done(Done::Placed { number: 1, .. })));
    assert!(talk.lines().is_empty());
}

/// "Okay, one roll", of a roll and a tea, sounds as though the roll were all.
#[test]
fn what_is_said_of_a_part_after_the_read_back_takes_it_back() {
    let mut talk = talk();
    talk.hears([add_of(1, ROLL, &[]), add_of(1, GREEN, &[])]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Everything { .. })), "{:?}", talk.said);
    // As many as there are: nothing is another than before, and only the roll is named.
    talk.hears([Change { target: described(ROLL), edits: vec![Edit::Quantity(Quantity::Count(1))] }]);
    talk.hears([Yes]);
    assert!(talk.placed.is_empty(), "{:?}", talk.said);
    assert!(talk.said.iter().any(|m| matches!(m, Message::Answer(Answer::CartReadBack(_)))), "{:?}", talk.said);
    talk.hears([Yes]);
    assert_eq!(talk.placed, [[(1, ROLL), (1, GREEN)]]);
}

#[test]
fn each_missing_size_is_asked_in_turn_and_the_rest_is_kept() {
    let mut talk = talk();
    talk.hears([add(LATTE), add_of(2, MOCHA, &[OAT]), add(ROLL)]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Option { line, plain: false, .. }) if line.item == LATTE));
    talk.hears([fragment(&[LARGE])]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Option { line, .. }) if line.item == MOCHA));
    talk.hears([fragment(&[SMALL])]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Everything { .. })));
    assert_eq!(talk.lines(), [(1, LATTE), (2, MOCHA), (1, ROLL)]);
    assert_eq!((talk.choices(0), talk.choices(1)), (vec![LARGE], vec![SMALL, OAT]));
}

#[test]
fn a_yes_does_not_place_what_is_incomplete_or_changed_in_the_same_breath() {
    let mut talk = talk();
    talk.hears([add(LATTE)]).hears([Yes]);
    assert!(talk.placed.is_empty());
    assert!(matches!(talk.question(), Message::AskAgain(Ask::Option { .. })));
    talk.hears([fragment(&[SMALL])]).hears([Yes, add(ROLL)]);
    assert!(talk.placed.is_empty());
    talk.hears([Yes, ActKind::Ask(Question::Options { list: OAT.list, item: None })]);
    assert!(talk.placed.is_empty());
    talk.hears([Yes]).hears([Yes]);
    assert_eq!(talk.placed, [[(1, LATTE), (1, ROLL)]]);
}

#[test]
fn thats_all_without_a_read_back_hears_the_whole_cart_first() {
    let mut talk = talk();
    talk.hears([add(ROLL)]).hears([add(GREEN)]).hears([ActKind::Ask(Question::Hours)]).hears([ThatsAll]);
    assert!(matches!(talk.said[0], Message::Answer(Answer::CartReadBack(_))), "{:?}", talk.said);
    assert!(matches!(talk.question(), Message::Ask(Ask::Place { .. })));
    talk.hears([ThatsAll]);
    assert_eq!(talk.placed.len(), 1);
}

#[test]
fn no_thanks_is_made_sure_of_and_no_asks_what_else() {
    let mut talk = talk();
    talk.hears([add(ROLL)]).hears([No]);
    assert!(matches!(talk.question(), Message::Talk(Talk::WhatElse { cart_empty: false })));
    talk.hears([add(GREEN)]).hears([No, Thanks]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Place { .. })));
    assert!(talk.placed.is_empty());
    talk.hears([No, ThatsAll]);
    assert_eq!(talk.placed.len(), 1);
}

#[test]
fn equal_lines_become_one() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[SMALL])]).hears([add_of(2, LATTE, &[SMALL])]);
    assert_eq!(talk.lines(), [(3, LATTE)]);
    let Message::Done(Done::Added(added)) = &talk.said[0] else { panic!("{:?}", talk.said) };
    assert_eq!((added[0].line.quantity, added[0].now), (Quantity::Count(2), Some(Quantity::Count(3))));
    talk.hears([Change { target: Target::Last, edits: vec![Edit::More(Quantity::Count(2))] }]);
    assert_eq!(talk.lines(), [(5, LATTE)]);
}

#[test]
fn large_and_small_answers_two_questions_or_splits_one_line() {
    let mut talk = talk();
    talk.hears([add(LATTE), add(MOCHA)]).hears([fragment(&[LARGE, SMALL])]);
    assert_eq!((talk.choices(0), talk.choices(1)), (vec![LARGE], vec![SMALL]));
    let mut talk = Conversation::new();
    talk.hears([add_of(2, LATTE, &[])]).hears([fragment(&[LARGE, SMALL])]);
    assert_eq!(talk.lines(), [(1, LATTE), (1, LATTE)]);
    let mut sizes = [talk.choices(0), talk.choices(1)];
    sizes.sort();
    assert_eq!(sizes, [[SMALL], [LARGE]]);
    let mut talk = Conversation::new();
    let one = |size| Fragment { edits: vec![Edit::Quantity(Quantity::Count(1)), choose(size)], all: false };
    talk.hears([add_of(2, LATTE, &[])]).hears([one(LARGE), one(SMALL)]);
    assert_eq!(talk.lines(), [(1, LATTE), (1, LATTE)]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Everything { .. })), "{:?}", talk.said);
}

#[test]
fn a_size_said_with_the_item_again_is_an_answer_and_no_second_latte() {
    let mut talk = talk();
    talk.hears([add(LATTE)]).hears([add_of(1, LATTE, &[LARGE])]);
    assert_eq!(talk.lines(), [(1, LATTE)]);
}

#[test]
fn one_of_them_iced_splits_and_the_other_one_is_the_rest() {
    let mut talk = talk();
    talk.hears([add_of(2, LATTE, &[SMALL])]);
    talk.hears([Change { target: Target::Ordinal(2), edits: vec![choose(OAT)] }]);
    assert_eq!(talk.lines(), [(1, LATTE), (1, LATTE)]);
    talk.hears([Change { target: Target::Other, edits: vec![choose(LARGE)] }]);
    assert_eq!((talk.choices(0), talk.choices(1)), (vec![LARGE], vec![SMALL, OAT]));
}

#[test]
fn references_survive_additions_and_removals() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[SMALL]), add_of(1, MOCHA, &[SMALL])]).hears([add(ROLL)]);
    talk.hears([Remove { target: described(LATTE), quantity: None }]);
    // "Make it a large": the roll has no size, the mocha has.
    talk.hears([Change { target: Target::Last, edits: vec![choose(LARGE)] }]);
    assert_eq!(talk.lines(), [(1, MOCHA), (1, ROLL)]);
    assert_eq!(talk.choices(0), [LARGE]);
    talk.hears([Undo]).hears([Undo]);
    assert_eq!(talk.lines(), [(1, LATTE), (1, MOCHA), (1, ROLL)]);
    talk.hears([Change { target: Target::Ordinal(2), edits: vec![choose(OAT)] }]);
    assert_eq!(talk.choices(1), [SMALL, OAT]);
}

#[test]
fn which_latte_is_asked_where_two_fit() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[SMALL]), add_of(1, LATTE, &[LARGE])]);
    talk.hears([Remove { target: described(LATTE), quantity: None }]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Line(lines)) if lines.len() == 2), "{:?}", talk.said);
    talk.hears([fragment(&[LARGE])]);
    assert_eq!(talk.lines(), [(1, LATTE)]);
    assert_eq!(talk.choices(0), [SMALL]);
}

#[test]
fn replacing_keeps_what_fits_the_new_item() {
    let mut talk = talk();
    talk.hears([add_of(2, LATTE, &[LARGE, OAT])]).hears([Replace { target: described(LATTE), with: want(MOCHA) }]);
    assert_eq!(talk.lines(), [(2, MOCHA)]);
    assert_eq!(talk.choices(0), [LARGE, OAT]);
    talk.hears([Undo]);
    assert_eq!(talk.lines(), [(2, LATTE)]);
}

#[test]
fn a_kind_of_thing_is_asked_about_and_keeps_what_else_was_said() {
    let mut talk = talk();
    let tea = ItemRequest { which: Which::Category(TEA), quantity: Some(Quantity::Count(2)), ..want(GREEN) };
    talk.hears([ActKind::Add(tea), add(ROLL)]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Item { items, .. }) if *items == [GREEN, BLACK]));
    talk.hears([Change { target: Target::Ordinal(2), edits: vec![] }]);
    assert_eq!(talk.lines(), [(1, ROLL), (2, BLACK)]);
}

#[test]
fn what_is_not_sold_gets_the_nearest_and_yes_adds_it() {
    let mut talk = talk();
    talk.hears([ActKind::Unknown { words: "cinnabun".into(), near: vec![ROLL], edits: vec![] }]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Offer { words: Some(_), .. })));
    talk.hears([No]);
    assert!(talk.lines().is_empty());
    talk.hears([ActKind::Unknown { words: "cinnabun".into(), near: vec![ROLL], edits: vec![] }]).hears([Yes]);
    assert_eq!(talk.lines(), [(1, ROLL)]);
    assert!(talk.placed.is_empty());
}

#[test]
fn sold_out_items_and_options_are_said_and_alternatives_offered() {
    let mut talk = talk();
    talk.hears([add_of(2, BUN, &[])]);
    assert!(matches!(talk.said[0], Message::Cannot(Cannot::SoldOut { item: BUN })));
    talk.hears([Yes]);
    assert_eq!(talk.lines(), [(2, ROLL)]);
    talk.hears([add_of(1, LATTE, &[SMALL, SOY])]);
    assert!(
        talk.said.iter().any(|m| matches!(m, Message::Cannot(Cannot::OptionSoldOut { option: SOY }))),
        "{:?}",
        talk.said
    );
    assert!(matches!(talk.question(), Message::Ask(Ask::OneOf { .. })));
    talk.hears([fragment(&[OAT])]);
    assert_eq!(talk.choices(1), [SMALL, OAT]);
}

#[test]
fn amounts_beyond_reason_and_of_weighed_goods_are_asked_about() {
    let mut talk = talk();
    talk.hears([add_of(200, ROLL, &[])]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Amount { said: Some(Quantity::Count(200)), .. })));
    assert!(talk.lines().is_empty());
    talk.hears([Fragment { edits: vec![Edit::Quantity(Quantity::Count(2))], all: false }]);
    assert_eq!(talk.lines(), [(2, ROLL)]);
    talk.hears([add(APPLES)]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Amount { said: None, .. })));
    talk.hears([Fragment { edits: vec![Edit::Quantity(Quantity::thousandths(1500))], all: false }]);
    assert_eq!(talk.lines(), [(2, ROLL), (1500, APPLES)]);
    talk.hears([add_of(30, GREEN, &[])]).hears([Yes]);
    assert_eq!(talk.lines().last(), Some(&(30, GREEN)));
}

#[test]
fn no_with_the_same_item_corrects_it() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[SMALL])]).hears([No, add_of(2, LATTE, &[OAT])]);
    assert_eq!(talk.lines(), [(2, LATTE)]);
    assert_eq!(talk.choices(0), [SMALL, OAT]);
    talk.hears([No, fragment(&[VANILLA])]);
    assert_eq!(talk.choices(0), [SMALL, OAT, VANILLA]);
    talk.hears([No, add(ROLL)]);
    assert_eq!(talk.lines(), [(2, LATTE), (1, ROLL)]);
}

#[test]
fn a_big_cart_is_not_thrown_away_without_asking() {
    let mut talk = talk();
    talk.hears([add(ROLL), add(GREEN), add(BLACK)]).hears([Cancel]);
    assert_eq!(talk.lines().len(), 3);
    talk.hears([No]);
    assert_eq!(talk.lines().len(), 3);
    talk.hears([Cancel]).hears([Yes]);
    assert!(talk.lines().is_empty());
    talk.hears([Undo]);
    assert_eq!(talk.lines().len(), 3);
}

#[test]
fn same_again_repeats_what_was_added_and_a_placed_order() {
    let mut talk = talk();
    talk.hears([add_of(2, LATTE, &[SMALL])]).hears([Again { target: Target::Last, quantity: None, edits: vec![] }]);
    assert_eq!(talk.lines(), [(4, LATTE)]);
    talk.hears([Again { target: Target::Last, quantity: Some(Quantity::Count(1)), edits: vec![] }]);
    assert_eq!(talk.lines(), [(5, LATTE)]);
    // What was added is a part of the order: all of it is read back once.
    talk.hears([Yes]);
    assert!(talk.placed.is_empty());
    talk.hears([Yes]).hears([Again { target: Target::Last, quantity: None, edits: vec![] }]);
    assert_eq!(talk.lines(), [(5, LATTE)]);
    assert_eq!(talk.choices(0), [SMALL]);
}

#[test]
fn misses_lead_to_help_and_then_to_a_person() {
    let mut talk = talk();
    talk.hears([add(LATTE)]).hears([Other]);
    assert!(matches!(talk.said[0], Message::Talk(Talk::NotUnderstood)));
    assert!(matches!(talk.question(), Message::AskAgain(Ask::Option { .. })));
    talk.event(Event::Unheard);
    assert!(matches!(talk.said[0], Message::Talk(Talk::Help { .. })));
    talk.hears([]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Person)));
    talk.hears([Yes]);
    assert!(matches!(talk.question(), Message::Talk(Talk::HandingOver)));
    assert_eq!(talk.lines(), [(1, LATTE)]);
}

#[test]
fn the_same_question_is_put_twice_and_then_a_person_is_offered() {
    let mut talk = talk();
    talk.hears([add(LATTE)]).hears([Yes]).hears([Yes]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Person)), "{:?}", talk.said);
    talk.hears([No]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Option { .. })));
    talk.hears([fragment(&[SMALL])]).hears([Yes]);
    assert_eq!(talk.placed, [[(1, LATTE)]]);
}

#[test]
fn an_order_said_again_with_the_yes_is_no_second_one() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[LARGE])]).hears([add(LATTE), Yes]);
    assert_eq!(talk.placed, [[(1, LATTE)]]);
}

#[test]
fn a_wish_that_fits_no_option_is_a_note_read_back() {
    let mut talk = talk();
    talk.hears([add(ROLL)])
        .hears_words("in a paper bag", [Fragment { edits: vec![Edit::Note("in a paper bag".into())], all: false }]);
    let Message::Done(Done::Changed(lines)) = &talk.said[0] else { panic!("{:?}", talk.said) };
    assert_eq!(lines[0].notes, ["in a paper bag"]);
}

#[test]
fn an_option_of_the_order_that_ran_out_is_said_and_stands_in_nobodys_way() {
    let mut talk = talk();
    let bags = OptionListId(3);
    let (paper, plastic) = (OptionId { list: bags, index: 0 }, OptionId { list: bags, index: 1 });
    let mut list = talk.shop.option_lists[0].clone();
    list.options[1].available = false;
    talk.shop.option_lists.push(list);
    talk.shop.order_options = vec![crate::shop::ItemOptions::plain(bags, 1)];
    talk.hears([add(ROLL)]).hears([ActKind::OrderOption(plastic)]);
    assert_eq!(talk.said[0], Cannot::OptionSoldOut { option: plastic });
    talk.hears([ActKind::OrderOption(paper)]);
    talk.shop.option_lists[3].options[0].available = false;
    // The whole is read back once, and then taken for what it is now.
    talk.hears([Yes]);
    assert!(talk.placed.is_empty());
    assert_eq!(talk.said[0], Cannot::OptionSoldOut { option: paper });
    talk.hears([Yes]);
    assert_eq!(talk.placed, [[(1, ROLL)]]);
}

#[test]
fn what_ran_out_before_the_yes_is_taken_off_and_said_and_nothing_is_placed() {
    let mut talk = talk();
    talk.hears([add(ROLL), add(GREEN)]);
    talk.stock.gone.insert(ROLL);
    talk.hears([Yes]);
    assert!(talk.placed.is_empty());
    assert!(talk.said.iter().any(|message| *message == Cannot::SoldOut { item: ROLL }), "{:?}", talk.said);
    assert_eq!(talk.lines(), [(1, GREEN)]);
    talk.hears([Yes]);
    assert_eq!(talk.placed, [[(1, GREEN)]]);
}

#[test]
fn of_what_is_low_it_is_asked_how_much_and_what_others_bought_is_taken_off_at_once() {
    use crate::commerce::stock::Thing;
    let mut talk = talk();
    talk.stock.left.insert(Thing::Item(ROLL), 2);
    talk.hears([add_of(3, ROLL, &[])]);
    assert!(talk.said.iter().any(|message| *message == Cannot::OnlyLeft { item: ROLL, left: 2 }), "{:?}", talk.said);
    assert!(matches!(talk.question(), Message::Ask(Ask::Amount { item: ROLL, .. })), "{:?}", talk.said);
    talk.hears([Fragment { edits: vec![Edit::Quantity(Quantity::Count(2))], all: false }]);
    assert_eq!(talk.lines(), [(2, ROLL)]);
    talk.stock.left.insert(Thing::Item(ROLL), 0);
    talk.hears([add(GREEN)]);
    assert!(talk.said.iter().any(|message| *message == Cannot::SoldOut { item: ROLL }), "{:?}", talk.said);
    assert_eq!(talk.lines(), [(1, GREEN)]);
}
