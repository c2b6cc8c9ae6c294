//! Mandarin: a language without blanks, plurals or capitals, in which amounts and verbs may stand behind their nouns.

use std::path::Path;
use std::sync::LazyLock;

use saycart::lang::Language;
use saycart::shop::Shop;
use saycart::understand::explain::explain;
use saycart::understand::tokens::{Break, Normaliser, Tokens};
use saycart::understand::{Act, ActKind, Expect, Lexicon};

static MANDARIN: LazyLock<Language> = LazyLock::new(|| Language::load("zh").expect("Mandarin is built in"));

static TEASHOP: LazyLock<(Shop, Lexicon)> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/talks/teashop");
    let shop = Shop::load(&dir).unwrap_or_else(|problems| panic!("{problems}")).shop;
    let lexicon = Lexicon::compile(&shop, &MANDARIN);
    (shop, lexicon)
});

fn tokens(text: &str) -> Tokens {
    Normaliser::new(&MANDARIN).tokens(text)
}

fn keys(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    (0..tokens.len()).map(|at| tokens.key(at).to_string()).collect()
}

fn acts(text: &str) -> Vec<Act> {
    TEASHOP.1.understand(text, &Expect::default()).acts
}

fn explained(text: &str) -> Vec<String> {
    acts(text).iter().map(|act| explain(&TEASHOP.0, &act.kind)).collect()
}

#[test]
fn numbers_are_the_same_in_words_and_digits() {
    for (said, digits) in [
        ("两杯", "2杯"),
        ("俩蛋挞", "2个蛋挞"),
        ("十二个", "12个"),
        ("二十个", "20个"),
        ("二十五个", "25个"),
        ("一百二十个", "120个"),
        ("一百零五个", "105个"),
        ("三百个", "300个"),
        ("一千二百个", "1200个"),
        ("七分糖", "7分糖"),
    ] {
        assert_eq!(keys(said), keys(digits), "{said}");
    }
}

#[test]
fn each_sign_is_a_word_and_blanks_make_no_difference() {
    assert_eq!(keys("一杯珍珠奶茶"), ["1", "杯", "珍", "珠", "奶", "茶"]);
    assert_eq!(keys("我 要 一个 珍珠奶茶"), keys("我要一个珍珠奶茶"));
    assert_eq!(keys("兩杯紅豆奶茶"), keys("两杯红豆奶茶"), "as it is written elsewhere");
}

#[test]
fn its_own_punctuation_parts_sentences() {
    let tokens = tokens("你好，一杯奶茶、两个蛋挞。有吗？好！");
    let breaks: Vec<(String, Break)> = (0..tokens.len())
        .filter(|at| tokens.list[*at].before != Break::None)
        .map(|at| (tokens.key(at).to_string(), tokens.list[at].before))
        .collect();
    let expected =
        [("你", Break::Stop), ("1", Break::Comma), ("2", Break::Comma), ("有", Break::Stop), ("好", Break::Stop)];
    assert_eq!(breaks, expected.map(|(key, before)| (key.to_string(), before)));
    let asked: Vec<String> =
        (0..tokens.len()).filter(|at| tokens.list[*at].question).map(|at| tokens.key(at).into()).collect();
    assert_eq!(asked, ["有", "吗"]);
}

#[test]
fn a_single_sign_of_a_name_does_not_name_it() {
    for said in ["红", "桂", "茶包茶", "要一个春", "挞"] {
        let all = acts(said);
        let single = said.chars().count() == 1 || said.contains('春');
        assert!(!single || !all.iter().any(|act| matches!(act.kind, ActKind::Add(_))), "{said}: {all:?}");
    }
}

#[test]
fn signs_that_do_not_sound_alike_are_never_mixed() {
    assert_eq!(explained("一份薯条伴糖")[0], explained("一份薯条半糖")[0]);
    for other in ["一杯大杯绿豆奶茶", "一杯大杯黄豆奶茶"] {
        assert!(
            !explained(other).iter().any(|act| act.starts_with("add") && act.contains("红豆")),
            "{other}: {:?}",
            explained(other)
        );
    }
}

#[test]
fn what_stands_behind_its_noun_is_of_it() {
    for (said, same) in [
        ("薯条一份", "一份薯条"),
        ("烤肠来两根", "来两根烤肠"),
        ("芝士草莓、芝士芒果各一杯", "一杯芝士草莓、一杯芝士芒果"),
        ("雪媚娘两个蛋挞三个", "两个雪媚娘三个蛋挞"),
        ("中杯布丁奶茶加两份椰果", "中杯布丁奶茶椰果要双份"),
    ] {
        assert_eq!(explained(said), explained(same), "{said}");
    }
}
