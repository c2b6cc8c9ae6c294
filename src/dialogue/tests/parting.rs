//! How conversations end, and what is left of them.

use super::super::event::Event;
use super::super::message::{Ask, Cannot, Done, Message, Talk};
use super::super::testing::*;
use super::super::{Effect, Parked, ParkedId, TimerId};
use super::talk;
use crate::commerce::cart::Quantity;
use crate::understand::ActKind;
use crate::understand::ActKind::{Goodbye, No, Other, TakeUp, Undo, Yes};

#[test]
fn a_stale_timer_says_nothing() {
    let mut talk = talk();
    talk.hears([add(LATTE)]).hears([fragment(&[SMALL])]);
    talk.event(Event::Timer(TimerId { turn: 1, prompts: 0 }));
    assert!(talk.said.is_empty() && talk.effects.is_empty());
    talk.hears([Yes]);
    assert_eq!(talk.placed.len(), 1);
}

#[test]
fn silence_is_asked_about_twice_and_then_the_order_is_put_aside() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[SMALL])]).silence();
    assert_eq!(talk.said[0], Talk::StillThere { last: false });
    assert!(matches!(talk.question(), Message::Ask(Ask::Everything { .. })), "{:?}", talk.said);
    talk.silence();
    assert_eq!(talk.said[0], Talk::StillThere { last: true });
    assert!(!talk.ended());
    talk.silence();
    assert_eq!(talk.said[..], [Done::PutAside { code: CODE }]);
    assert!(talk.ended() && talk.placed.is_empty());
}

#[test]
fn who_answers_still_there_is_asked_twice_again_later() {
    let mut talk = talk();
    talk.hears([add_of(1, LATTE, &[SMALL])]).silence();
    talk.silence();
    talk.hears([add(ROLL)]).silence();
    assert_eq!(talk.said[0], Talk::StillThere { last: false });
}

#[test]
fn after_an_order_silence_ends_the_conversation_without_a_word() {
    let mut talk = talk();
    talk.hears([add(ROLL)]).hears([Yes]).silence();
    assert!(talk.ended() && talk.said.is_empty(), "{:?}", talk.said);
}

#[test]
fn goodbye_ends_it_and_with_something_in_the_cart_only_when_said_again() {
    let mut talk = talk();
    talk.hears([add(ROLL)]).hears([Yes]).hears([Goodbye]);
    assert!(talk.ended());
    let mut talk = Conversation::new();
    talk.hears([add(ROLL)]).hears([Goodbye]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Place { .. })) && !talk.ended());
    talk.hears([Goodbye]);
    assert_eq!(talk.said[..], [Done::PutAside { code: CODE }]);
    assert!(talk.ended() && talk.placed.is_empty());
}

#[test]
fn whoever_speaks_before_being_greeted_is_greeted_with_the_answer_once() {
    let mut talk = talk();
    talk.state.greeted = false;
    talk.hears([add(ROLL)]);
    assert_eq!(talk.said[0], Talk::Hello);
    talk.hears([add(GREEN)]);
    assert!(!talk.said.iter().any(|message| *message == Talk::Hello));
}

fn put_aside(talk: &Conversation) -> Parked {
    let mut cart = crate::commerce::cart::Cart::default();
    cart.add(&talk.shop, ROLL, Quantity::Count(2), [], []).unwrap();
    Parked { id: ParkedId(7), cart, lost: vec![], since: NOW - 10 * 60_000 }
}

#[test]
fn what_was_put_aside_comes_back_with_its_code_beside_what_is_there() {
    let mut talk = talk();
    talk.aside = vec![put_aside(&talk), put_aside(&talk)];
    talk.hears([add(GREEN)]).hears([TakeUp { code: Some(CODE) }]);
    assert!(matches!(talk.question(), Message::Ask(Ask::TakeUp { .. })), "a digit is soon misheard: {:?}", talk.said);
    talk.hears([Yes]);
    assert_eq!(talk.lines(), [(1, GREEN), (2, ROLL)]);
    assert!(matches!(talk.question(), Message::Ask(Ask::Everything { .. })), "{:?}", talk.said);
    assert!(talk.effects.contains(&Effect::TakeUp(ParkedId(7))));
    talk.hears([Undo]);
    assert_eq!(talk.lines(), [(1, GREEN), (2, ROLL)], "what was taken up is nowhere else any more");
}

#[test]
fn a_goodbye_said_twice_lets_go_whatever_is_asked_and_so_does_a_no_to_placing() {
    let mut talk = talk();
    talk.hears([add(LATTE)]).hears([Goodbye]);
    assert!(matches!(talk.question(), Message::AskAgain(Ask::Option { .. })), "{:?}", talk.said);
    talk.hears([Goodbye]);
    assert!(
        talk.ended() && talk.said.iter().any(|message| *message == Done::PutAside { code: CODE }),
        "{:?}",
        talk.said
    );
    let mut talk = Conversation::new();
    talk.hears([add(ROLL)]).hears([Goodbye]).hears([No]);
    assert!(talk.ended() && talk.placed.is_empty());
    // Whoever goes on is not leaving any more.
    let mut talk = Conversation::new();
    talk.hears([add(ROLL)]).hears([Goodbye]).hears([add(GREEN)]).hears([Goodbye]);
    assert!(!talk.ended());
}

#[test]
fn codes_are_not_to_be_guessed() {
    let mut talk = talk();
    talk.aside = vec![put_aside(&talk)];
    for _ in 0..3 {
        talk.hears([TakeUp { code: Some(111) }]);
    }
    talk.hears([TakeUp { code: Some(CODE) }]);
    assert_eq!(talk.said[0], Cannot::NothingPutAside { code: Some(CODE) });
}

#[test]
fn yes_and_a_tea_is_both() {
    let mut talk = talk();
    talk.aside = vec![put_aside(&talk)];
    talk.hears([TakeUp { code: None }]).hears([Yes, add(GREEN)]);
    assert_eq!(talk.lines(), [(1, GREEN), (2, ROLL)]);
}

#[test]
fn a_person_is_offered_only_where_one_can_be_called() {
    let mut talk = talk();
    talk.staffed = false;
    talk.hears([add(LATTE)]).hears([Other]).hears([Other]).hears([Other]);
    assert!(talk.said.iter().any(|message| *message == Talk::AskStaff), "{:?}", talk.said);
    // The question stands, and is not put a third time.
    assert!(
        !talk.said.iter().any(|message| matches!(message, Message::Ask(_) | Message::AskAgain(_))),
        "{:?}",
        talk.said
    );
    talk.hears([fragment(&[SMALL])]);
    assert_eq!(talk.choices(0), [SMALL]);
}

#[test]
fn what_the_shop_no_longer_has_of_it_is_told() {
    let mut talk = talk();
    talk.aside = vec![Parked { lost: vec!["bagel".into()], ..put_aside(&talk) }];
    talk.hears([TakeUp { code: None }]).hears([Yes]);
    assert_eq!(talk.said[0], Cannot::Lost(vec!["bagel".into()]));
    assert_eq!(talk.lines(), [(2, ROLL)]);
}

#[test]
fn an_order_said_again_is_the_order_and_nothing_before_it() {
    let mut talk = talk();
    talk.hears([add(ROLL)]).hears([Yes]).hears([ActKind::Repeat]);
    assert!(matches!(talk.said[..], [Message::Done(Done::Placed { number: 1, .. }), ..]), "{:?}", talk.said);
}

#[test]
fn without_a_code_it_is_asked_whose_it_is_and_never_given_to_who_says_no() {
    let mut talk = talk();
    talk.aside = vec![put_aside(&talk)];
    talk.hears([TakeUp { code: None }]);
    assert!(matches!(talk.question(), Message::Ask(Ask::TakeUp { minutes: 10, .. })), "{:?}", talk.said);
    talk.hears([No]);
    assert!(talk.lines().is_empty());
    talk.hears([TakeUp { code: None }]).hears([Yes]);
    assert_eq!(talk.lines(), [(2, ROLL)]);
    // Among several only the code tells.
    let mut talk = Conversation::new();
    talk.aside = vec![put_aside(&talk), put_aside(&talk)];
    talk.hears([TakeUp { code: None }]);
    assert_eq!(*talk.question(), Ask::Code);
    talk.hears([TakeUp { code: Some(111) }]);
    assert_eq!(talk.said[0], Cannot::NothingPutAside { code: Some(111) });
}

#[test]
fn nobody_is_promised_who_cannot_be_told() {
    let mut talk = talk();
    talk.hears([add(ROLL)]).hears([ActKind::Human]);
    assert_eq!(talk.said[..], [Talk::HandingOver]);
    talk.staffed = false;
    talk.hears([ActKind::Human]);
    assert_eq!(talk.said[..], [Talk::NobodyThere]);
    assert_eq!(talk.lines(), [(1, ROLL)]);
}
