//! What people say in the two shops that come along, and what is understood of it.

use std::path::Path;
use std::sync::LazyLock;

use saycart::lang::Language;
use saycart::shop::{ItemId, Shop};
use saycart::understand::explain::explain;
use saycart::understand::{Expect, Lexicon};

struct Place {
    shop: Shop,
    lexicon: Lexicon,
}

impl Place {
    fn open(name: &str) -> Place {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops").join(name);
        let shop = Shop::load(&dir).unwrap_or_else(|e| panic!("{e}")).shop;
        let language = Language::load(&shop.language).expect("its language is built in");
        let lexicon = Lexicon::compile(&shop, &language);
        Place { shop, lexicon }
    }

    fn item(&self, title: &str) -> ItemId {
        self.shop.item_ids().find(|id| self.shop.item(*id).names.title == title).unwrap_or_else(|| panic!("no {title}"))
    }

    fn hears(&self, said: &str, expect: &Expect) -> Vec<String> {
        self.lexicon.understand(said, expect).acts.iter().map(|act| explain(&self.shop, &act.kind)).collect()
    }

    /// Every line of a table: what is said to a fresh cart, and the acts that it is, in words.
    #[track_caller]
    fn all(&self, table: &[(&str, &[&str])]) {
        for (said, meant) in table {
            assert_eq!(self.hears(said, &Expect::default()), *meant, "{said:?}");
        }
    }
}

static CAFE: LazyLock<Place> = LazyLock::new(|| Place::open("cafe"));
static GROCER: LazyLock<Place> = LazyLock::new(|| Place::open("grocer"));

#[test]
fn several_things_at_once_with_their_own_options() {
    CAFE.all(&[
        (
            "a small latte with oat milk and a blueberry muffin",
            &["add 1 × latte, small, oat milk", "add 1 × blueberry muffin"],
        ),
        ("one oat milk latte and one almond milk mocha", &["add 1 × latte, oat milk", "add 1 × mocha, almond milk"]),
        ("a large and a small latte", &["add 1 × latte, large", "add 1 × latte, small"]),
        ("um, two lattes and, uh, three large mochas please", &["add 2 × latte", "add 3 × mocha, large"]),
        ("large hot chocolate no whipped cream", &["add hot chocolate, large, no whipped cream"]),
    ]);
}

#[test]
fn some_of_several_are_different() {
    CAFE.all(&[
        ("two lattes, one with oat milk", &["add 1 × latte, oat milk", "add 1 × latte"]),
        (
            "I want two lattes. One almond and one with oat milk",
            &["add 1 × latte, almond milk", "add 1 × latte, oat milk"],
        ),
        (
            "a cortado with oat milk and another with whole milk",
            &["add 1 × cortado, oat milk", "add 1 × cortado, whole milk"],
        ),
        ("two large lattes and one small one", &["add 2 × latte, large", "add 1 × latte, small"]),
        ("a latte and a mocha, both iced", &["add 1 × latte, iced", "add 1 × mocha, iced"]),
        ("one cortado that's decaf and one that isn't", &["add 1 × cortado, decaf", "add 1 × cortado"]),
    ]);
}

#[test]
fn somebody_changes_their_mind_in_the_same_breath() {
    CAFE.all(&[
        ("a large latte, no wait, a mocha", &["add 1 × mocha, large"]),
        ("two lattes no three", &["add 3 × latte"]),
    ]);
}

#[test]
fn what_is_left_open_is_not_guessed() {
    CAFE.all(&[
        ("an iced coffee with whole or oat milk", &["add 1 × iced coffee, either whole milk or oat milk"]),
        ("a latte or a mocha", &["add 1 × one of (latte | mocha)"]),
        ("a tea please", &["add 1 × any of tea"]),
    ]);
}

#[test]
fn numbers_that_sound_like_other_words() {
    CAFE.all(&[
        ("I want to lattes", &["add 2 × latte"]),
        ("for lattes please", &["add 4 × latte"]),
        ("can I get fifteen lattes", &["add 15 × latte"]),
        ("a latte for me", &["add 1 × latte"]),
    ]);
}

#[test]
fn goods_by_weight() {
    GROCER.all(&[
        ("half a pound of cheddar", &["add 0.500 × sharp cheddar"]),
        (
            "a pound and a half of gala apples and two pounds of carrots",
            &["add 1.500 × gala apple", "add 2.000 × carrot"],
        ),
        ("three bananas", &["add 3 × banana"]),
    ]);
}

#[test]
fn changing_what_stands_in_the_cart() {
    let expect = Expect { cart: vec![CAFE.item("latte"), CAFE.item("mocha")], ..Expect::default() };
    for (said, meant) in [
        ("make that a large", "change the line spoken of last: large"),
        ("make that three lattes", "change (latte): make it 3"),
        ("make it two", "change the line spoken of last: make it 2"),
        ("make the latte decaf", "change (latte): decaf"),
        ("change the latte to oat milk", "change (latte): turned into oat milk"),
        ("a cappuccino instead of the latte", "replace (latte) with 1 × cappuccino"),
        ("swap the latte for a cappuccino", "replace (latte) with 1 × cappuccino"),
        ("take off the mocha", "remove (mocha)"),
        ("remove the second one", "remove number 2"),
        ("remove the last one", "remove the last line"),
        ("the second one", "change number 2: "),
        ("another one", "again 1 the line spoken of last"),
        ("two more", "fragment: 2 more"),
        ("both iced", "of all: iced"),
        ("no sugar", "fragment: no sugar"),
        ("cancel my order", "cancel"),
    ] {
        assert_eq!(CAFE.hears(said, &expect), [meant], "{said:?}");
    }
}

#[test]
fn questions() {
    CAFE.all(&[
        ("what milks do you have", &["ask options milk"]),
        ("how much is a large latte", &["ask price of latte, large"]),
        ("what's in a mocha?", &["ask ingredients of mocha"]),
        ("what sizes does the latte come in", &["ask options size of latte"]),
        ("is the latte vegan", &["ask whether vegan of latte"]),
        ("what kind of tea do you have", &["ask menu of tea"]),
        ("can you show me the menu", &["ask menu of everything"]),
        ("what do you recommend", &["ask recommendation of everything"]),
        ("what time do you close", &["ask hours"]),
        ("what's in my cart", &["ask cart"]),
        ("what's my total", &["ask total"]),
        ("do you have beer here", &["unknown \"beer\""]),
    ]);
}

#[test]
fn short_answers_and_courtesies() {
    let asked = Expect { yes_no: true, ..Expect::default() };
    for yes in ["yes", "yep", "it looks good", "that's right", "perfect", "sounds good", "Looks goood."] {
        assert!(CAFE.hears(yes, &asked).iter().all(|act| act == "yes"), "{yes:?}: {:?}", CAFE.hears(yes, &asked));
    }
    CAFE.all(&[
        ("no thanks", &["no", "thanks"]),
        ("that's all", &["done"]),
        ("my name is Anna", &["customer name Anna"]),
        ("to go", &["order option to go"]),
        ("I'd like to speak to a person", &["human"]),
        ("no, decaf", &["no", "fragment: decaf"]),
    ]);
}

#[test]
fn what_the_shop_does_not_have_is_never_ordered() {
    for said in [
        "can I get a coffee-colored leather backpack",
        "who won the 2020 world series",
        "Do you know when the cupcake was first invented?",
        "I saw a movie about chocolate yesterday",
        "can I get a stainless steel coffee grinder",
    ] {
        let acts = CAFE.hears(said, &Expect::default());
        assert!(!acts.iter().any(|a| a.starts_with("add") || a.starts_with("replace")), "{said:?}: {acts:?}");
    }
}

#[test]
fn wishes_that_fit_no_option_are_kept_word_for_word() {
    CAFE.all(&[
        ("hold the foam on the latte", &["add latte, note \"hold the foam\""]),
        ("a latte with a drizzle of moonlight please", &["add 1 × latte, note \"a drizzle of moonlight\""]),
        ("a latte and can you make it a little cooler", &["add 1 × latte, note \"a little cooler\""]),
    ]);
}

#[test]
fn words_that_hang_together_in_no_way_are_unknown_and_no_panic() {
    for place in [&CAFE, &GROCER] {
        let acts = place.hears("can i get a lot of the please side now", &Expect::default());
        assert!(matches!(acts.as_slice(), [act] if act.starts_with("unknown") || act == "other"), "{acts:?}");
    }
}

#[test]
fn small_slips_are_forgiven() {
    CAFE.all(&[
        ("a capuccino", &["add 1 × cappuccino"]),
        ("a latte and a croissont", &["add 1 × latte", "add 1 × butter croissant"]),
    ]);
}

#[test]
fn every_act_names_the_words_that_it_came_from() {
    let said = "two lattes and a blueberry muffin";
    let understood = CAFE.lexicon.understand(said, &Expect::default());
    let words: Vec<&str> = understood.acts.iter().map(|a| &said[a.span.clone()]).collect();
    assert_eq!(words, ["two lattes", "a blueberry muffin"]);
}

#[test]
fn a_wish_that_fits_no_option_is_kept_word_for_word() {
    CAFE.all(&[
        ("a small latte, stirred well", &["add 1 × latte, small, note \"stirred well\""]),
        ("a small latte heated to 180 degrees", &["add 1 × latte, small, note \"heated to 180 degrees\""]),
        ("a small mocha. Can you stir it well?", &["add 1 × mocha, small, note \"stir it well\""]),
        (
            "a small latte and keep the foam to a minimum",
            &["add 1 × latte, small, note \"keep the foam to a minimum\""],
        ),
        (
            "a small chai latte and I want it to have 5 chai pumps",
            &["add 1 × chai latte, small, note \"to have 5 chai pumps\""],
        ),
        ("a large latte with room for cream", &["add 1 × latte, large, note \"with room for cream\""]),
        ("a large latte in my own cup please", &["add 1 × latte, large, note \"in my own cup\""]),
        ("a large latte, not too foamy", &["add 1 × latte, large, note \"not too foamy\""]),
        ("a lemon loaf, cut in half", &["add 1 × lemon loaf, note \"cut in half\""]),
        ("a small coffee black", &["add 1 × coffee, small, note \"black\""]),
        (
            "a small mocha. I don't want the foam just sitting on the espresso",
            &["add 1 × mocha, small, note \"I don't want the foam just sitting on the espresso\""],
        ),
    ]);
}

#[test]
fn what_only_frames_an_order_is_no_wish() {
    for said in ["let me grab a large latte", "any chance of a large latte", "I'm dying for a large latte"] {
        CAFE.all(&[(said, &["add 1 × latte, large"])]);
    }
    CAFE.all(&[("a large freshly made mocha", &["add 1 × mocha, large"])]);
}

#[test]
fn a_measure_puts_one_thing_into_another() {
    let latte = Expect { cart: vec![CAFE.item("latte")], ..Expect::default() };
    assert_eq!(CAFE.hears("add a shot of espresso to the latte", &latte), ["change (latte): extra shot"]);
    CAFE.all(&[
        ("a shot of espresso", &["add 1 × espresso"]),
        ("a small latte with a splash of lemonade", &["add 1 × latte, small, note \"a splash of lemonade\""]),
        ("a small latte with two pumps of vanilla", &["add 1 × latte, small, 2 × vanilla syrup"]),
        ("a small latte with a double shot of espresso", &["add 1 × latte, small, double shot"]),
    ]);
}

#[test]
fn what_is_counted_is_said_of_its_line() {
    CAFE.all(&[
        (
            "two small lattes. The first one with oat milk and the second one with skim milk",
            &["add 1 × latte, small, oat milk", "add 1 × latte, small, skim milk"],
        ),
        ("a latte and a mocha, the first one iced", &["add 1 × latte, iced", "add 1 × mocha"]),
        (
            "two drinks. The first is a mocha with oat milk. The second is a large latte",
            &["add mocha, oat milk", "add latte, large"],
        ),
        ("a small latte for my wife and a large one for me", &["add 1 × latte, small", "add 1 × latte, large"]),
        ("a small latte and the same with oat milk", &["add 1 × latte, small", "add 1 × latte, small, oat milk"]),
    ]);
}

#[test]
fn slips_inside_a_name_and_of_the_first_letter_are_forgiven() {
    CAFE.all(&[("a latte with oat mikl", &["add 1 × latte, oat milk"]), ("a kappuccino", &["add 1 × cappuccino"])]);
}

#[test]
fn what_nobody_knows_keeps_its_options() {
    CAFE.all(&[
        ("a zorbo with oat milk", &["unknown \"a zorbo\", oat milk"]),
        (
            "a large latte zorbo with oat milk",
            &["unknown \"a large latte zorbo\", near: latte, make it 1, large, oat milk"],
        ),
        ("a medium espresso", &["add 1 × espresso"]),
    ]);
}

#[test]
fn names_end_an_order_or_open_it() {
    CAFE.all(&[
        ("a large latte for Maria", &["add 1 × latte, large", "customer name Maria"]),
        ("my name is Sam and I would like a lemon loaf", &["customer name Sam", "add 1 × lemon loaf"]),
        ("a lemon loaf for me", &["add 1 × lemon loaf"]),
    ]);
}

#[test]
fn units_are_sizes_of_what_comes_in_them() {
    GROCER.all(&[
        ("two gallons of meadowbrook whole milk", &["add 2 × Meadowbrook whole milk, gallon"]),
        (
            "half a pound of swiss cheese and a half pound of provolone",
            &["add 0.500 × swiss cheese", "add 0.500 × provolone"],
        ),
        ("a zorbo and two lemons", &["add 2 × lemon", "unknown \"a zorbo\""]),
        ("two or three lemons", &["add 3 × lemon"]),
    ]);
    let limes = Expect { cart: vec![GROCER.item("lime")], ..Expect::default() };
    assert_eq!(GROCER.hears("swap the limes for lemons", &limes), ["replace (lime) with lemon"]);
}

/// Options are not had by halves, so what is said stays: nothing becomes a whole unnoticed.
#[test]
fn halves_are_kept_as_they_were_said() {
    let shop = "name = \"Pies\"\nlanguage = \"en\"\ncurrency = \"USD\"\n[options.topping]\nchoose = \"many\"\n\
                choices = [\"ham\", \"olive\", \"pineapple\"]\n[categories.pizza]\noptions = [\"topping\"]\n\
                items = [{ name = \"plain pizza\", also = [\"pizza\"], price = 9 }, { name = \"garden pizza\", price = 9 }, \
                { name = \"farmer pizza\", price = 9 }]\n";
    let open = |_: &str| Ok(shop.as_bytes().to_vec());
    let shop = saycart::shop::load::read(&open, None).unwrap_or_else(|found| panic!("{found}")).shop;
    let lexicon = Lexicon::compile(&shop, &Language::load("en").expect("English is built in"));
    Place { shop, lexicon }.all(&[
        ("a half ham half olive pizza", &["add 1 × plain pizza, ham, olive, note \"half ham\", note \"half olive\""]),
        (
            "a pizza with ham and pineapple on one half and olives on the other half",
            &["add 1 × plain pizza, ham, olive, pineapple, note \"ham and pineapple on one half\", note \"olives on the other half\""],
        ),
        ("a half garden half farmer pizza", &["add 1 × garden pizza, note \"half garden\", note \"half farmer pizza\""]),
        ("a pizza, half garden half farmer", &["add 1 × plain pizza, note \"half garden half farmer\""]),
    ]);
}

#[test]
fn people_correct_count_and_point_in_one_breath() {
    CAFE.all(&[
        (
            "a large americano with three pumps of caramel no wait make that vanilla",
            &["add 1 × americano, large, vanilla syrup"],
        ),
        ("can you make it three instead of two", &["change the line spoken of last: make it 3"]),
        (
            "a lemonade no ice and a water with ice",
            &["add 1 × lemonade, no ice", "add 1 × bottled water, note \"with ice\""],
        ),
        ("an earl grey with honey and lemon", &["add 1 × Earl Grey, honey, note \"lemon\""]),
        ("is there caffeine in the matcha latte", &["ask whether matcha latte holds caffeine"]),
        ("a latte with oat milk and whole milk", &["add 1 × latte, either oat milk or whole milk"]),
        ("make it two lattes with oat milk", &["replace the line spoken of last with 2 × latte, oat milk"]),
    ]);
    // A refusal, a number and a dose in front of one option.
    assert!(!CAFE.lexicon.understand("hold the two pumps of caramel on a latte", &Expect::default()).acts.is_empty());
}
