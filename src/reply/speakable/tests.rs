use proptest::prelude::*;

use super::*;

const ENGLISH: &str = include_str!("../../../assets/lang/en.toml");

fn words() -> Words {
    let file: toml::Table = ENGLISH.parse().unwrap();
    file["speak"].clone().try_into().unwrap()
}

fn script() -> Script {
    Script::new(&words(), &Currency::default(), Vec::new())
}

fn all_said(cases: &[(&str, &str)]) {
    let script = script();
    for (written, spoken) in cases {
        assert_eq!(script.speakable(written), *spoken, "{written:?}");
    }
}

#[test]
fn prices() {
    all_said(&[
        ("$4.50", "four dollars and fifty cents"),
        ("$1", "one dollar"),
        ("$1.00", "one dollar"),
        ("$0.05", "five cents"),
        ("$0.01", "one cent"),
        ("$0.00", "zero dollars"),
        ("$1.01", "one dollar and one cent"),
        ("$4.5", "four dollars and fifty cents"),
        ("$1,234.56", "one thousand two hundred thirty-four dollars and fifty-six cents"),
        ("-$0.50", "minus fifty cents"),
        ("+$0.50 for oat milk", "plus fifty cents for oat milk"),
        ("€3 or £2.01", "three euros or two pounds and one penny"),
        ("¥400", "four hundred yen"),
        ("50¢", "fifty cents"),
        ("4.50 USD", "four dollars and fifty cents"),
        ("USD 4", "four dollars"),
        ("$2/lb", "two dollars per pound"),
        ("$3-$5", "three dollars to five dollars"),
        ("That's $12.", "That's twelve dollars."),
        ("($4.50)", "four dollars and fifty cents"),
        ("$4.505", "four point five zero five dollars"),
        ("₺4", "four"),
    ]);
}

#[test]
fn a_sign_means_the_shops_own_currency() {
    let pesos = Script::new(&words(), &Currency::of("MXN").unwrap(), Vec::new());
    assert_eq!(pesos.speakable("$1.50"), "one peso and fifty centavos");
    let kronor = Script::new(&words(), &Currency::of("SEK").unwrap(), Vec::new());
    assert_eq!(
        kronor.speakable(&Currency::of("SEK").unwrap().format(crate::money::Money(2_500))),
        "twenty-five kronor"
    );
}

#[test]
fn quantities_and_units() {
    all_said(&[
        ("2x latte", "two latte"),
        ("2 x latte", "two latte"),
        ("2x", "two times"),
        ("12 oz", "twelve ounces"),
        ("a 12-oz cup", "a twelve ounce cup"),
        ("12oz.", "twelve ounces."),
        ("1 lb of apples", "one pound of apples"),
        ("1.5 lb", "one and a half pounds"),
        ("0.5 lb", "half a pound"),
        ("½ lb", "half a pound"),
        ("1/2 lb", "half a pound"),
        ("1 1/2 lbs", "one and a half pounds"),
        ("2.25 kg", "two and a quarter kilos"),
        ("2.3 kg", "two point three kilos"),
        ("330 ml", "three hundred thirty milliliters"),
        ("6 pk", "six packs"),
        ("2% milk", "two percent milk"),
        ("mac & cheese w/ ham", "mac and cheese with ham"),
        ("12 olives", "twelve olives"),
        ("1.5", "one point five"),
        ("7-Up", "seven-Up"),
        ("V60", "V sixty"),
        ("-5", "minus five"),
        ("10–12 minutes", "ten to twelve minutes"),
    ]);
}

#[test]
fn numbers_ordinals_years_and_codes() {
    all_said(&[
        ("0", "zero"),
        ("21", "twenty-one"),
        ("100", "one hundred"),
        ("110", "one hundred ten"),
        ("1,000,000", "one million"),
        ("2nd", "second"),
        ("21st", "twenty-first"),
        ("20th", "twentieth"),
        ("103rd", "one hundred third"),
        ("2026", "twenty twenty-six"),
        ("2005", "two thousand five"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("007", "zero zero seven"),
        ("555-0123", "five five five, zero one two three"),
        ("212-555-0123", "two one two, five five five, zero one two three"),
        ("order no. 5", "order number five"),
        ("No. Never.", "No. Never."),
        ("#17", "number seventeen"),
    ]);
}

#[test]
fn times_of_day() {
    all_said(&[
        ("7:30 am", "seven thirty A M"),
        ("7:05", "seven oh five"),
        ("7:00", "seven o'clock"),
        ("7 a.m. to 6 p.m.", "seven A M to six P M."),
        ("We open at 7am.", "We open at seven A M."),
        ("7:30 am–6 pm", "seven thirty A M to six P M"),
        ("14:45", "fourteen forty-five"),
    ]);
}

#[test]
fn what_cannot_be_said_is_silent() {
    all_said(&[
        ("", ""),
        ("🙂", ""),
        ("*Large* latte 🙂!", "Large latte!"),
        ("Wait…", "Wait."),
        ("crème brûlée", "crème brûlée"),
        ("it’s", "it's"),
    ]);
}

#[test]
fn products_are_said_as_the_shop_says_them() {
    let names = [("Açaí", "ah-sah-ee"), ("Açaí Bowl", "ah-sah-ee bowl"), ("7 Up", "seven up"), ("Gyro", "yeero")];
    let names = names.map(|(written, spoken)| (written.into(), spoken.into())).to_vec();
    let script = Script::new(&words(), &Currency::default(), names);
    for (written, spoken) in [
        ("One açaí bowl.", "One ah-sah-ee bowl."),
        ("2 Gyros and a 7 Up", "two yeeros and a seven up"),
        ("Gyroscope", "Gyroscope"),
    ] {
        assert_eq!(script.speakable(written), spoken);
    }
}

#[test]
fn a_product_in_a_script_without_spaces_is_found_too() {
    let script = Script::new(&words(), &Currency::default(), vec![("拿铁".into(), "na tie".into())]);
    assert_eq!(script.speakable("一杯拿铁。"), "一杯na tie。");
}

#[test]
fn the_first_clause_comes_early() {
    let script = script();
    assert_eq!(
        script.sentences("Sure, two large lattes with oat milk, and a croissant. That's $12.50. Anything else?"),
        [
            "Sure,",
            "two large lattes with oat milk, and a croissant.",
            "That's twelve dollars and fifty cents.",
            "Anything else?"
        ]
    );
    assert_eq!(
        script.sentences("Two large lattes with oat milk, and a croissant."),
        ["Two large lattes with oat milk,", "and a croissant."]
    );
    assert_eq!(script.sentences("What size?"), ["What size?"]);
    assert_eq!(script.sentences("One latte, large."), ["One latte, large."]);
    assert_eq!(script.sentences("… ?! 🙂"), Vec::<String>::new());
    assert_eq!(script.sentences("Here is the menu\nLatte\nMocha"), ["Here is the menu", "Latte", "Mocha"]);
}

proptest! {
    #[test]
    fn no_amount_leaves_a_digit_or_a_sign(units in -1_000_000_000_000_i64..1_000_000_000_000, code in "USD|EUR|GBP|JPY|KRW|CHF|SEK") {
        let currency = Currency::of(&code).unwrap();
        let money = crate::money::Money(units);
        let script = Script::new(&words(), &currency, Vec::new());
        for written in [currency.format(money), currency.format_short(money)] {
            let spoken = script.speakable(&format!("That is {written}, please."));
            prop_assert!(spoken.chars().all(|c| c.is_ascii_alphabetic() || " -,.".contains(c)), "{written} → {spoken}");
            prop_assert!(!spoken.contains(&code), "{written} → {spoken}");
        }
    }

    #[test]
    fn plain_words_stay_as_they_are(text in "[a-z]{1,9}( [a-z]{1,9}){0,5}[.?!]") {
        prop_assert_eq!(script().speakable(&text), text);
    }

    #[test]
    fn what_is_speakable_stays_so(text in "\\PC{0,40}") {
        let script = script();
        let once = script.speakable(&text);
        prop_assert!(!once.chars().any(|c| c.is_ascii_digit() || "$€£¥%&".contains(c)), "{}", once);
        prop_assert_eq!(script.speakable(&once), once);
    }

    #[test]
    fn sentences_lose_no_letter(text in "([A-Za-z]{1,12}[ ,.;?!\n]{1,2}){0,40}") {
        let script = script();
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        let sentences = script.sentences(&text);
        // What is spelled out ("vs.") is so before sentences are parted.
        prop_assert_eq!(letters(&sentences.concat()), letters(&script.speakable(&text)));
        prop_assert!(sentences.iter().all(|sentence| sentence.chars().any(char::is_alphabetic)));
    }
}
