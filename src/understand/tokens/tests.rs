use super::super::phrases::words;
use super::*;

fn keys(text: &str) -> Vec<String> {
    words(text, &Normaliser::new(&Language::load("en").expect("English")))
}

#[test]
fn what_the_shop_writes_with_a_letter_three_times_is_not_drawn_out() {
    let normaliser = Normaliser::new(&Language::load("en").expect("English")).knowing(["AAA batteries"].into_iter());
    assert_eq!(words("AAA", &normaliser), ["aaa"]);
    assert_eq!(words("soooo", &normaliser), words("soo", &normaliser));
}

#[test]
fn one_form_for_plural_and_singular_accent_and_apostrophe() {
    assert_eq!(keys("French FRIES"), keys("french fry"));
    assert_eq!(keys("two Latte's"), keys("2 lattes"));
    assert_eq!(keys("crème brûlée"), keys("creme brulee"));
    assert_eq!(keys("cookies"), keys("cookie"));
    assert_eq!(keys("sandwiches boxes tomatoes"), keys("sandwich box tomato"));
    assert_ne!(keys("does"), keys("do"));
}

#[test]
fn a_sign_that_stands_for_several_is_each_of_them() {
    let normaliser = Normaliser::new(&Language::load("zh").expect("Mandarin"));
    assert_eq!(words("来俩", &normaliser), words("来两个", &normaliser));
    assert_eq!(normaliser.tokens("来俩").span(0..3), 0.."来俩".len());
}

#[test]
fn numbers_in_words_and_digits_are_the_same_number() {
    assert_eq!(keys("twenty-four"), ["24"]);
    assert_eq!(keys("two hundred fifty"), ["250"]);
    assert_eq!(keys("1.5"), ["1.5"]);
    assert_eq!(keys("1,000 and 3,2"), ["1000", "and", "3", "2"]);
    assert_eq!(keys("7-up"), keys("seven up"));
    assert_eq!(keys("2x 12oz"), ["2", "x", "12", "oz"]);
    assert_eq!(keys("2%"), keys("two percent"));
    assert_eq!(keys("one, two"), ["1", "2"]);
    assert_eq!(keys("two point five pounds"), keys("2.5 pounds"));
    assert_eq!(keys("two number sevens"), keys("2 number 7"));
}

#[test]
fn hundreds_are_one_number_with_what_follows_them() {
    assert_eq!(keys("one hundred and twenty"), ["120"]);
    assert_eq!(keys("two hundred twenty-four grams"), keys("224 grams"));
    assert_eq!(keys("a hundred and five"), ["a", "105"]);
    assert_eq!(keys("a million lemons"), keys("a 1000000 lemons"));
    assert_eq!(keys("nine million")[0], "4294967");
    assert_eq!(keys("one hundred, and twenty"), ["100", "and", "20"]);
    assert_eq!(keys("one and twenty"), ["1", "and", "20"]);
}

#[test]
fn sentences_and_questions_are_marked() {
    let normaliser = Normaliser::new(&Language::load("en").expect("English"));
    let tokens = normaliser.tokens("Hi. Do you have tea? Two, please");
    let breaks: Vec<Break> = tokens.list.iter().map(|t| t.before).collect();
    use Break::*;
    assert_eq!(breaks, [Stop, Stop, None, None, None, Stop, Comma]);
    let questions: Vec<bool> = tokens.list.iter().map(|t| t.question).collect();
    assert_eq!(questions, [false, true, true, true, true, false, false]);
}

#[test]
fn ideographs_are_words_of_their_own() {
    assert_eq!(keys("一杯拿铁"), ["一", "杯", "拿", "铁"]);
}
