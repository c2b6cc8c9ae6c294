//! The ear in the café, with recognisers that hear what they are told.

use super::*;
use crate::lang::Language;
use crate::shop::Shop;
use crate::stt::lm::requests::made_up;

/// Hears one thing after the other, the last again and again, and is never quite sure.
struct Scripted(Vec<&'static str>);

const UNCERTAIN: f32 = -30.0;

/// Hears something in the whole window only.
struct Deaf(Vec<Way>);

impl Listener for Deaf {
    fn listen(&mut self, way: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
        self.0.push(way);
        let text = Transcript { text: "a small latte".into(), ..Transcript::default() };
        Ok(if way.whole { vec![text] } else { Vec::new() })
    }
}

impl Listener for Scripted {
    fn listen(&mut self, _: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
        let text = if self.0.len() > 1 { self.0.remove(0) } else { self.0[0] };
        Ok(vec![Transcript { text: text.into(), log_likelihood: UNCERTAIN, ..Transcript::default() }])
    }
}

/// What is made of it in the café when the recogniser hears `said`, and how often it was asked.
fn heard(said: &[&'static str]) -> (String, usize) {
    answered(said, |_| Expect::default())
}

fn answered(said: &[&'static str], expect: impl Fn(&Shop) -> Expect) -> (String, usize) {
    let (shop, mut ear) = in_the_cafe(Scripted(said.to_vec()));
    let bias = Bias::of_shop(&shop, &expect(&shop));
    let (transcript, ways) = ear.weigh(&Utterance::default(), &bias).unwrap();
    (transcript.text, ways.len())
}

fn in_the_cafe<L: Listener>(listener: L) -> (Shop, ByEar<L>) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shops/cafe");
    let shop = Shop::load(std::path::Path::new(root)).unwrap().shop;
    let language = Language::load("en").unwrap();
    let lexicon = Arc::new(Lexicon::compile(&shop, &language));
    let sounds = Sounds::of(&shop, &language);
    let model = LanguageModel::of(&made_up(&shop, &language), &language);
    (shop, ByEar::new(listener, sounds, model, lexicon))
}

#[test]
fn a_sentence_that_was_not_heard_gets_the_whole_window_and_a_knock_does_not() {
    let (_, mut ear) = in_the_cafe(Deaf(Vec::new()));
    for (voiced_seconds, heard, times) in [(0.3, "", 1), (1.5, "a small latte", 2), (20.0, "", 1)] {
        ear.listener.0.clear();
        let utterance = Utterance { voiced_seconds, ..Utterance::default() };
        assert_eq!(ear.transcribe(&utterance, &Bias::default()).unwrap().text, heard);
        assert_eq!(ear.listener.0.len(), times, "{voiced_seconds} s");
    }
}

#[test]
fn of_what_sounds_alike_the_reading_that_makes_sense_is_taken() {
    assert_eq!(heard(&["a large lotty with oat milk"]).0, "a large latte with oat milk");
}

#[test]
fn what_is_plainly_heard_is_heard_once() {
    assert_eq!(heard(&["two large lattes, please"]), ("two large lattes, please".into(), 1));
    assert_eq!(heard(&[""]), (String::new(), 1));
}

#[test]
fn what_makes_no_sense_is_listened_to_again() {
    let (text, times) = heard(&["a medium milk over the swine melt", "a medium mocha with soy milk"]);
    assert_eq!((text.as_str(), times), ("a medium mocha with soy milk", 2));
}

#[test]
fn in_doubt_the_thorough_recogniser_listens_and_the_first_one_after_it() {
    let (_, ear) = in_the_cafe(Scripted(vec!["a medium milk over the swine melt"]));
    let mut ear = ear.with_thorough(Some(Box::new(|| Ok(Scripted(vec!["a medium mocha with soy milk"])))));
    let bias = Bias::default();
    assert_eq!(ear.transcribe(&Utterance::default(), &bias).unwrap().text, "a medium mocha with soy milk");

    let (_, ear) = in_the_cafe(Scripted(vec!["a meaty milk over the swine melt", "a medium mocha with soy milk"]));
    let mut ear = ear.with_thorough(Some(Box::new(|| Ok(Scripted(vec!["a muddy milk overt the swine melt"])))));
    assert_eq!(ear.transcribe(&Utterance::default(), &bias).unwrap().text, "a medium mocha with soy milk");
}

#[test]
fn what_is_said_over_our_own_voice_is_heard_by_the_thorough_recogniser_too() {
    for (over, times) in [(false, 1), (true, 2)] {
        let (_, ear) = in_the_cafe(Scripted(vec!["a large ice to americano"]));
        let mut ear = ear.with_thorough(Some(Box::new(|| Ok(Scripted(vec!["a large iced americano"])))));
        let spoken = Utterance { over, voiced_seconds: 1.5, ..Utterance::default() };
        // It is opened once, and stays.
        for _ in 0..2 {
            let (said, hearings) = ear.weigh(&spoken, &Bias::default()).unwrap();
            assert_eq!(hearings.len(), times);
            assert!(!over || said.text == "a large iced americano", "{}", said.text);
        }
    }
}

#[test]
fn what_was_surely_heard_is_not_listened_to_again_however_little_of_it_is_sold() {
    struct Sure(usize);
    impl Listener for Sure {
        fn listen(&mut self, _: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
            self.0 += 1;
            let text = "a triple shot latte in a paper cup for my sister".into();
            Ok(vec![Transcript { text, log_likelihood: -0.5, ..Transcript::default() }])
        }
    }
    let (_, mut ear) = in_the_cafe(Sure(0));
    ear.transcribe(&Utterance::default(), &Bias::default()).unwrap();
    assert_eq!(ear.listener.0, 1);
}

/// Hears so much, each as likely as that in nats, where nothing is expected, and a latte otherwise.
struct Plain(Vec<(&'static str, f32)>, usize);

impl Listener for Plain {
    fn listen(&mut self, way: Way, _: &Utterance, _: &Bias) -> Result<Hearing, SttError> {
        self.1 += 1;
        let texts = if way.alone { self.0.clone() } else { vec![("a latte", -0.5)] };
        let heard =
            |(text, nats): (&str, f32)| Transcript { text: text.into(), log_likelihood: nats, ..Transcript::default() };
        Ok(texts.into_iter().map(heard).collect())
    }
}

#[test]
fn what_is_short_is_heard_without_bias_first_and_with_it_where_that_makes_no_sense() {
    let heard = |texts: &[(&'static str, f32)], voiced_seconds: f32| {
        let (shop, ear) = in_the_cafe(Plain(texts.to_vec(), 0));
        let mut ear = ear.with_answers(Answers::of(&shop, &Language::load("en").unwrap()));
        let text =
            ear.transcribe(&Utterance { voiced_seconds, ..Utterance::default() }, &Bias::default()).unwrap().text;
        (text, ear.listener.1)
    };
    assert_eq!(heard(&[("Nope", -4.6), ("No pair", -2.5)], 0.5), ("nope".into(), 1));
    assert_eq!(heard(&[("no", -9.0), ("two lattes please", -1.0)], 0.9), ("two lattes please".into(), 1));
    assert_eq!(heard(&[("butter", -9.0), ("butter backpack", -1.0)], 0.9), ("a latte".into(), 2));
    assert_eq!(heard(&[("Nope", -4.6)], 2.0), ("a latte".into(), 1));
    assert_eq!(heard(&[], 0.5), ("a latte".into(), 2));
}

#[test]
fn an_answer_is_an_answer() {
    let size = |shop: &Shop| shop.option_list_ids().find(|list| shop.option_list(*list).key == "size");
    let what_size = |shop: &Shop| Expect { list: size(shop), ..Expect::default() };
    assert_eq!(answered(&["Larch."], what_size).0, "large.");
    assert_eq!(heard(&["Larch."]).0, "Larch.");
}

#[test]
fn words_that_frame_an_order_are_not_put_right_into_things() {
    assert_eq!(heard(&["a small latte plees"]).0, "a small latte please");
}

#[test]
fn what_is_not_sold_stays_what_it_is() {
    for said in ["do you sell rose gold aviator glasses", "can I get a leather backpack"] {
        assert_eq!(heard(&[said]).0, said);
    }
}
