//! Shop descriptions: what owners may write, what they are told when they slip, and the two shops that come along.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;

use saycart::commerce::money::{Currency, Money};
use saycart::lang::Language;
use saycart::shop::{self, Choose, Diagnostics, Level, OptionId, Shop, Unit, load, show};

fn pronounce(language: &Language, text: &str) -> Option<String> {
    saycart::tts::phonemes(&language.speak.espeak_voice, text).ok()
}

/// A shop from texts, `shop.toml` first, with names compared by ear.
fn read(files: &[(&str, &str)]) -> Result<load::Loaded, Diagnostics> {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let open = |name: &str| match files.get(name) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    load::read(&open, Some(&pronounce))
}

const HEAD: &str = "name = \"Nook\"\nlanguage = \"en\"\ncurrency = \"USD\"\n";

/// A shop whose description goes on after [`HEAD`]; the first line of `body` is line 4.
fn shop(body: &str) -> Result<load::Loaded, Diagnostics> {
    read(&[("shop.toml", &format!("{HEAD}{body}"))])
}

fn good(body: &str) -> Shop {
    let loaded = shop(body).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(loaded.warnings.list, [], "{}", loaded.warnings);
    loaded.shop
}

/// Every line of a table of slips: what is written, where the finding is, what it says, what it advises.
#[track_caller]
fn found(files: &[(&str, &str)], place: &str, message: &str, help: &str) {
    let found = match read(files) {
        Ok(loaded) => loaded.warnings,
        Err(found) => found,
    };
    let fits = |d: &&shop::Diagnostic| {
        format!("{}:{}:{}", d.file, d.line, d.column) == place && d.message.contains(message) && d.help.contains(help)
    };
    assert!(found.list.iter().any(|d| fits(&d)), "wanted {place} {message} / {help}\nfound:\n{found}");
}

#[track_caller]
fn slip(body: &str, place: (usize, usize), message: &str, help: &str) {
    let place = format!("shop.toml:{}:{}", place.0, place.1);
    found(&[("shop.toml", &format!("{HEAD}{body}"))], &place, message, help);
}

const TEA: &str = "[categories.tea]\nitems = [{ name = \"tea\", price = \"2\" }]\n";

#[test]
fn a_small_shop_says_everything_in_a_few_lines() {
    let shop = good(
        r#"hours = "from nine to five"
[tax.food]
rate = "8.875"
[options.size]
required = true
choices = ["small", { name = "large", also = ["big"], price = "1.00" }]
[options.syrup]
choose = "many"
max_count = 3
graded = true
choices = [{ name = "vanilla", price = 0.50 }, { name = "mint", sold_out = true }]
[categories.tea]
also = ["drink"]
options = ["size", "syrup"]
tax = "food"
items = [
  { name = "green tea", price = "2.50", tags = ["vegan"], say = "green tee", plural = "green teas" },
  { name = "house tea", price = 2, options = { size = { default = "large", prices = { large = 0 } }, syrup = { max = 1, prices = { vanilla = "0" } } } },
  { name = "iced tea", price = "3.10", options = { syrup = false, size = { only = ["large"] } }, max_quantity = 4 },
]
"#,
    );
    assert_eq!(shop.hours.as_deref(), Some("from nine to five"));
    assert_eq!(shop.tax_classes[0].rate_thousandths, 8875);
    let [green, house, iced] = &shop.items[..] else { panic!("three items") };
    assert_eq!((green.price, house.price, iced.price), (Money(250), Money(200), Money(310)));
    assert_eq!(green.tax_class, Some(0));
    assert!(green.options[0].required && green.options[0].defaults.is_empty());
    assert_eq!(green.names.plural.as_deref(), Some("green teas"));
    // The house tea is large unless said otherwise, so nobody is asked; its vanilla is free.
    let ids: Vec<_> = shop.item_ids().collect();
    let (size, syrup) = (shop.option_lists[0].options.len(), &shop.option_lists[1]);
    assert_eq!((size, syrup.choose, syrup.max_count, syrup.graded), (2, Choose::Many, 3, true));
    assert!(!house.options[0].required);
    assert_eq!(shop.option(house.options[0].defaults[0]).names.title, "large");
    let vanilla = OptionId { list: house.options[1].list, index: 0 };
    assert_eq!(shop.option_price(ids[1], vanilla), Money(0));
    assert_eq!(shop.option_price(ids[0], vanilla), Money(50));
    assert_eq!((house.options[1].max, green.options[1].max), (1, 2));
    assert!(!syrup.options[1].available);
    assert_eq!(iced.options.len(), 1);
    let small = OptionId { list: iced.options[0].list, index: 0 };
    assert!(!iced.options[0].offers(small));
    assert_eq!((green.max_quantity, iced.max_quantity), (20, 4));
}

#[test]
fn a_spreadsheet_is_as_good_as_toml() {
    let toml =
        format!("{HEAD}[options.cut]\nchoices = [\"thin\", \"thick\"]\n[categories.deli]\nitems = \"deli.csv\"\n");
    let comma = "\u{feff}# our deli\nName,Price,unit,brand,also,options,sold out,say\n\n\
                 ham,8.99,lb,,\"cold ham; boiled ham\",cut=thin,,\nmustard,2.50,,Kettle,,,TRUE,\nmustard,3.50,,Dijonnais,,,,muss turd\n";
    let semicolon = comma.replace(',', "|").replace(';', ",").replace('|', ";").replace(", boiled", "| boiled");
    for sheet in [comma, &semicolon, &comma.replace('\n', "\r\n")] {
        let loaded = read(&[("shop.toml", &toml), ("deli.csv", sheet)]).unwrap_or_else(|found| panic!("{found}"));
        let items = &loaded.shop.items;
        assert_eq!(items[0].names.also, ["cold ham", "boiled ham"]);
        assert_eq!(items[0].unit, Unit::Measure("lb".into()));
        assert_eq!(loaded.shop.option(items[0].options[0].defaults[0]).names.title, "thin");
        assert!(items[0].available && !items[1].available);
        // Both brands answer to the bare name, and each to its own.
        assert_eq!(items[1].names.title, "Kettle mustard");
        assert_eq!(items[2].names.also, ["mustard"]);
        assert_eq!(items[2].names.say.as_deref(), Some("Dijonnais muss turd"));
    }
}

#[test]
fn the_shop_itself() {
    found(&[], "shop.toml:1:1", "there is no file `shop.toml`", "assets/shops/cafe");
    found(&[("shop.toml", "")], "shop.toml:1:1", "has no `currency`", "currency = \"USD\"");
    found(&[("shop.toml", "language = \"klingon\"\n")], "shop.toml:1:12", "klingon", "en");
    found(&[("shop.toml", "currency = \"dollars\"\n")], "shop.toml:1:12", "`dollars` is no currency", "USD");
    slip("hour = \"9 to 5\"\n", (4, 1), "unknown key `hour`", "did you mean `hours`?");
    slip("", (1, 1), "sells nothing", "add items");
    slip(&format!("hours = \"\"\n{TEA}name = \"\"\n"), (7, 8), "`name` is empty", "between the quotes");
    slip("[option.size]\nchoices = []\n", (4, 2), "unknown key `option`", "did you mean `options`?");
    slip("[option.size]\nchoices = []\n", (5, 11), "is empty", "give it choices");
    slip("hours = 9\n", (4, 9), "must be a text, this is a number", "in quotes");
}

#[test]
fn toml_syntax_in_plain_words() {
    slip("hours = nine to five\n", (4, 9), "must stand in quotes", "\"nine to five\"");
    slip("hours = \"nine to five\n", (4, 22), "quotes are not closed", "end the text");
    slip("[options.a]\nrequired = yes\n", (5, 12), "neither true nor false", "write true");
    slip("hours = “nine”\n", (4, 9), "quotes are curly", "\"nine\"");
    slip("hours: \"nine\"\n", (4, 6), "a colon stands where `=` belongs", "name = ");
    slip("hours = \"9\"\nhours = \"10\"\n", (5, 1), "written twice", "keep one");
    slip("[options.a\n", (4, 11), "bracket is not closed", "]");
    slip("[categories.a]\nitems = [\n{ name = \"a\" price = \"1\" },\n]\n", (6, 14), "comma is missing", "put a comma");
    slip("[categories.a]\nitems = [{ name = \"a\", price = 4.5.0 }]\n", (5, 35), "no number", "\"4.50\"");
    slip("[categories.a]\nitems = [{ name = \"a\", price = $4 }]\n", (5, 32), "must stand in quotes", "\"4\"");
    slip("[categories.a]\nitems = [{ name = \"a\", price = 4,5 }]\n", (5, 36), "comma stands where a point", "\"4.5\"");
}

#[test]
fn prices_that_are_none() {
    let priced = |price: &str| format!("[categories.a]\nitems = [{{ name = \"a\", price = {price} }}]\n");
    slip(&priced("\"4.5.0\""), (5, 32), "not a price", "4.50");
    slip(&priced("\"4,50\""), (5, 32), "has a comma", "4.50");
    slip(&priced("\"$4.50\""), (5, 32), "names the currency", "4.50");
    slip(&priced("4.505"), (5, 32), "3 digits after the point", "4.50");
    slip(&priced("\"\""), (5, 32), "price is empty", "4.50");
    slip(&priced("true"), (5, 32), "must be a number", "4.50");
    slip(&priced("-1"), (5, 32), "less than nothing", "only a choice");
    slip("[categories.a]\nitems = [{ name = \"a\" }]\n", (5, 19), "no price", "price = ");
    let choice = "[options.x]\nchoices = [{ name = \"less\", price = \"-2.01\" }]\n";
    slip(&format!("{choice}{TEA}options = [\"x\"]\n"), (7, 19), "with `less`", "raise the price");
}

#[test]
fn option_lists_that_do_not_work_out() {
    let list = |body: &str| format!("[options.x]\n{body}\n{TEA}");
    slip(&list("ask = \"Which?\""), (4, 10), "has no choices", "choices = [");
    slip(&list("choices = []"), (5, 11), "is empty", "give it choices");
    slip(&list("choices = \"a\""), (5, 11), "must be a list", "choices = [");
    slip(&list("choices = [\"a\", \"A\"]"), (5, 17), "`A` is a choice of the option list `x` already (line 5)", "own");
    slip(&list("choices = [{ nam = \"a\" }]"), (5, 14), "unknown key `nam`", "`name`");
    slip(&list("choose = \"two\"\nchoices = [\"a\"]"), (5, 10), "cannot be `two`", "\"one\" or \"many\"");
    slip(&list("choices = [\"a\"]\ndefault = \"b\""), (6, 11), "no choice `b`", "it can only be `a`");
    slip(&list("choices = [\"oat milk\"]\ndefault = \"oat mlk\""), (6, 11), "no choice", "did you mean `oat milk`?");
    slip(&list("choices = [\"a\"]\ndefault = \"a\"\nrequired = true"), (7, 12), "both required and", "keep `default`");
    slip(&list("choose = \"many\"\nmin = 2\nmax = 1\nchoices = [\"a\", \"b\"]"), (6, 7), "at least 2", "`min`");
    slip(&list("max = 2\nchoices = [\"a\", \"b\"]"), (5, 7), "one is chosen", "choose = \"many\"");
    slip(&list("choose = \"many\"\nmin = 3\nchoices = [\"a\", \"b\"]"), (6, 7), "at least 3", "`max`");
    slip(&list("required = true\nchoices = [{ name = \"a\", sold_out = true }]"), (5, 12), "none can be had", "more");
    slip(&list("default = \"a\"\nchoices = [{ name = \"a\", price = 1 }]"), (5, 11), "changes the price", "= 0");
    slip(&list("max_count = 0\nchoices = [\"a\"]"), (5, 13), "whole number from 1 to 99", "max_count = 1");
    slip(&list("graded = \"yes\"\nchoices = [\"a\"]"), (5, 10), "must be true or false", "without quotes");
    slip(&list("default = \"a\"\nchoices = [{ name = \"a\", sold_out = true }, \"b\"]"), (5, 11), "sold out", "asked");
}

#[test]
fn taking_options_that_are_not_there() {
    let taking = |options: &str| {
        format!("[options.milk]\nchoices = [\"oat\", \"soy\"]\ndefault = \"oat\"\n{TEA}options = {options}\n")
    };
    slip(&taking("[\"milks\"]"), (9, 12), "no option list `milks`", "did you mean `milk`?");
    slip(&taking("{ sugar = true }"), (9, 13), "no option list `sugar`", "it can only be `milk`");
    slip(&taking("[\"milk\", \"milk\"]"), (9, 20), "stands here twice", "take one out");
    slip(&taking("{ milk = \"rice\" }"), (9, 20), "no choice `rice`", "`oat`");
    slip(&taking("{ milk = { only = [\"soy\"] } }"), (9, 29), "`oat`, is left out here", "required = true");
    slip(&taking("{ milk = { required = true, only = [\"rye\"] } }"), (9, 47), "no choice `rye`", "`soy`");
    slip(&taking("{ milk = { defualt = \"soy\" } }"), (9, 22), "unknown key `defualt`", "`default`");
    slip(&taking("{ milk = { prices = { soy = \"x\" } } }"), (9, 39), "not a price", "4.50");
    slip(&taking("{ milk = false }"), (9, 13), "not taken here anyway", "take this out");
    slip(&format!("{TEA}options = [\"milk\"]\n"), (6, 12), "no option list `milk`", "[options.milk]");
}

#[test]
fn categories_taxes_and_units_that_are_not_there() {
    let item = |rest: &str| format!("{TEA}[[items]]\nname = \"ham\"\nprice = 1\n{rest}\n");
    slip(&item("category = \"tee\""), (9, 12), "no category `tee`", "did you mean `tea`?");
    slip(&item(""), (6, 1), "no category", "category = ");
    slip(&item("category = \"tea\"\ntax = \"food\""), (10, 7), "no tax class `food`", "[tax.food]");
    slip(&item("category = \"tea\"\nunit = \"stone\""), (10, 8), "no weight or measure", "`lb`");
    slip(&item("category = \"tea\"\nunit = \"lb\"\npack = \"bag\""), (11, 8), "not both", "keep one");
    slip(&item("category = \"tea\"\nmax_quantity = 0"), (10, 16), "whole number", "max_quantity = 1");
    slip(&item("category = \"tea\"\nallso = \"x\""), (10, 1), "unknown key `allso`", "`also`");
    slip(&format!("[tax.food]\nrate = \"8,875\"\n{TEA}"), (5, 8), "no rate of tax", "8.875");
    slip(&format!("[tax.food]\nrate = 101\n{TEA}"), (5, 8), "no rate of tax", "from 0 to 100");
    slip(&format!("[tax.food]\n{TEA}"), (4, 6), "has no rate", "rate = ");
    slip(&format!("{TEA}[categories.b]\nname = \"Tea\"\n"), (7, 8), "is called `Tea` too", "another name");
}

#[test]
fn names_that_clash_or_sound_the_same() {
    let items = |rows: &str| format!("[categories.a]\nitems = [\n{rows}\n]\n");
    let two = |a: &str, b: &str| items(&format!("{{ price = 1, {a} }},\n{{ price = 1, {b} }},"));
    slip(&two("name = \"Tea\"", "name = \"tea!\""), (7, 21), "another item is called `tea!` too (line 6)", "its own");
    slip(&two("name = \"tea\"", "name = \"chai\", also = [\"tea\"]"), (7, 37), "another item is called `tea`", "own");
    slip(&two("name = \"a\", also = \"cup\"", "name = \"b\", also = \"cup\""), (7, 33), "also a name of `a`", "own");
    slip(&two("name = \"a\", key = \"k\"", "name = \"b\", key = \"k\""), (7, 32), "have the key `k`", "of its own");
    slip(
        &two("name = \"jam\"", "name = \"jam\", brand = \"Hill\""),
        (7, 21),
        "called `jam` too",
        "give both a `brand`",
    );
    slip(&items("{ price = 1, name = \"tea\", also = [\"Tea\"] },"), (6, 36), "says nothing new", "take it out");
    slip(&items("{ price = 1, name = \"?!\" },"), (6, 21), "no letter or digit", "as people say");
    slip(&items("{ price = 1, name = [\"a\", \"b\"] },"), (6, 21), "one name", "`also`");
    slip(&items("{ price = 1 },"), (6, 1), "has no name", "name = ");
    // A sound-alike is no error: the shop opens.
    let alike = two("name = \"flour\"", "name = \"flower\"");
    slip(&alike, (7, 21), "`flower` sounds the same as `flour` (line 6)", "rename one");
    assert!(shop(&alike).is_ok());
    slip(&two("name = \"ice tea\"", "name = \"iced tea\""), (7, 21), "sounds the same", "rename one");
    let respelt = two("name = \"bass\"", "name = \"base\", say = \"bah zay\"");
    assert_eq!(shop(&respelt).map(|l| l.warnings.list).as_deref(), Ok(&[][..]));
}

#[test]
fn what_stands_there_for_nothing() {
    let list = format!("[options.size]\nchoices = [\"a\", \"b\"]\n{TEA}");
    slip(&list, (4, 10), "no item takes the option list `size`", "options = [\"size\"]");
    slip(&format!("{TEA}[categories.cakes]\n"), (6, 13), "nothing is sold in the category `cakes`", "take it out");
}

#[test]
fn sheets_with_bad_rows() {
    let toml = format!("{HEAD}[categories.a]\nitems = \"a.csv\"\n");
    let sheet = |text: &str, place: &str, message: &str, help: &str| {
        found(&[("shop.toml", &toml), ("a.csv", text)], place, message, help);
    };
    found(&[("shop.toml", &toml)], "shop.toml:5:9", "no file `a.csv`", "beside shop.toml");
    sheet("name,price,tag\na,1,x\n", "a.csv:1:12", "no column `tag`", "`tags`");
    sheet("name,name,price\na,b,1\n", "a.csv:1:6", "stands here twice", "take one out");
    sheet("name,also\na,b\n", "a.csv:1:1", "no column `price`", "first line");
    sheet("name,price,also\na,1,x\nsalt, coarse,2,\n", "a.csv:3:1", "4 cells, but the heading has 3", "quotes");
    sheet("name,price,also\n\na,1\n", "a.csv:3:1", "2 cells", "every empty cell");
    sheet("name,price\n\"a,1\nb,2\n", "a.csv:2:1", "over the end of its line", "close the quotes");
    sheet("name,price\na,1\n\"b, c\",x\n", "a.csv:3:8", "not a price", "4.50");
    sheet("name,price\na,1\n,2\n", "a.csv:3:1", "no name", "name");
    sheet("name,price,sold_out\na,1,maybe\n", "a.csv:2:5", "cannot be `maybe`", "true");
    sheet("name,price,options\na,1,milk\n", "a.csv:2:5", "no option list `milk`", "[options.milk]");
    sheet("name,price,category\na,1,b\n", "a.csv:2:5", "unknown key `category`", "");
    let latin = load::read(
        &|name| Ok(if name == "a.csv" { b"name,price\ncaf\xe9,1\n".to_vec() } else { toml.clone().into() }),
        None,
    );
    let text = latin.expect_err("not UTF-8").to_string();
    assert!(text.contains("shop.toml:5:9") && text.contains("line 2") && text.contains("CSV UTF-8"), "{text}");
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let found = shop(
        "[options.size]\nchoices = []\n[categories.a]\noptions = [\"sise\"]\nitems = [{ name = \"a\", price = \"x\" }, { price = 1 }]\n",
    )
    .expect_err("four mistakes");
    let lines: Vec<usize> = found.list.iter().map(|d| d.line).collect();
    assert_eq!((lines, found.errors()), (vec![5, 7, 8, 8], 4), "{found}");
    assert!(found.list.iter().all(|d| d.level == Level::Error && !d.help.is_empty()));
    let first = found.list[0].to_string();
    let expected =
        "shop.toml:5:11: error: the option list `size` is empty\n  5 | choices = []\n    |           ^^\n  help: ";
    assert!(first.starts_with(expected), "{first}");
}

#[test]
fn a_mistake_in_a_list_is_not_told_again_for_every_item() {
    let body = "[options.x]\nchoose = \"many\"\nmin = 3\nchoices = [\"a\"]\n[categories.a]\noptions = [\"x\"]\nitems = [{ name = \"a\", price = 1 }, { name = \"b\", price = 1, options = { x = { max = 1 } } }]\n";
    assert_eq!(shop(body).expect_err("min above max").list.len(), 1);
}

fn shipped(name: &str) -> Shop {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops").join(name);
    let loaded = Shop::check(&dir, &pronounce).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(loaded.warnings.list, [], "{}", loaded.warnings);
    loaded.shop
}

#[test]
fn the_shops_that_come_along_are_clean_and_rich() {
    let (cafe, grocer) = (shipped("cafe"), shipped("grocer"));
    assert!(cafe.items.len() >= 50, "{}", cafe.items.len());
    assert!(grocer.items.len() >= 300 && grocer.categories.len() >= 15);
    for shop in [&cafe, &grocer] {
        let sold_out = shop.items.iter().filter(|i| !i.available).count();
        assert!(sold_out > 0 && sold_out * 10 < shop.items.len());
        assert!(!shop.order_options.is_empty() && shop.hours.is_some());
        let keys: HashSet<&str> = shop.items.iter().map(|i| i.key.as_str()).collect();
        assert_eq!(keys.len(), shop.items.len());
        for (index, _) in shop.categories.iter().enumerate() {
            assert!(shop.items.iter().any(|i| usize::from(i.category.0) == index), "a category without items");
        }
        for (index, _) in shop.option_lists.iter().enumerate() {
            let taken = shop.items.iter().flat_map(|i| &i.options).chain(&shop.order_options);
            assert!(taken.into_iter().any(|o| usize::from(o.list.0) == index), "a list that nothing takes");
        }
    }
    for tag in ["vegan", "vegetarian", "gluten-free", "contains nuts", "spicy"] {
        assert!(cafe.items.iter().any(|i| i.tags.iter().any(|t| t == tag)), "{tag}");
    }
    let unit = |unit: &'_ Unit| match unit {
        Unit::Measure(unit) | Unit::Pack(unit) => Some(unit.clone()),
        Unit::Each => None,
    };
    let units: HashSet<String> = grocer.items.iter().filter_map(|i| unit(&i.unit)).collect();
    assert!(["lb", "oz", "dozen", "bunch"].iter().all(|u| units.contains(*u)), "{units:?}");
    let rates: HashSet<u32> = grocer
        .items
        .iter()
        .filter_map(|i| i.tax_class)
        .map(|class| grocer.tax_classes[usize::from(class)].rate_thousandths)
        .collect();
    assert_eq!(rates, HashSet::from([0, 8875]));
}

#[test]
fn every_item_of_the_shops_can_be_ordered() {
    for shop in [shipped("cafe"), shipped("grocer")] {
        for item in &shop.items {
            assert!(item.price > Money(0), "{}", item.names.title);
            for own in &item.options {
                let list = shop.option_list(own.list);
                let ids = (0..list.options.len() as u16).map(|index| OptionId { list: own.list, index });
                let there = ids.filter(|o| own.offers(*o) && shop.option(*o).available).count();
                let title = &item.names.title;
                assert!(own.min <= own.max && there >= usize::from(own.min), "{title}: {}", list.key);
                assert!(own.defaults.len() <= usize::from(own.max), "{title}: {}", list.key);
                assert!(own.defaults.iter().all(|o| own.offers(*o) && shop.option(*o).available), "{title}");
                assert!(!own.required || own.defaults.len() < usize::from(own.min), "{title}: asked for what is set");
                assert!(list.choose == Choose::Many || own.max == 1, "{title}: {}", list.key);
            }
        }
    }
}

#[test]
fn the_menu_fits_its_page_and_tells_what_matters() {
    let cafe = shipped("cafe");
    for width in [40, 80, 100] {
        let text = anstream::adapter::strip_str(&show::menu(&cafe, width)).to_string();
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{widest:?} columns of {width}");
        for said in ["Cappuccino", "$4.25", "sold out", "large +$1.00", "whole milk unless"] {
            let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(said), "{said} at {width}");
        }
    }
    let grocer = anstream::adapter::strip_str(&show::menu(&shipped("grocer"), 80)).to_string();
    assert!(grocer.contains("$1.99 / lb") && grocer.contains("/ bunch") && grocer.contains("/ dozen"));
}

#[test]
fn ten_thousand_items_load() {
    let mut sheet = String::from("name,price,category,also,options\n");
    for n in 0..10_000 {
        sheet += &format!("item number {n},{}.{:02},c{},thing {n};article {n},size\n", n % 90 + 1, n % 100, n % 50);
    }
    let mut toml = format!("{HEAD}items = \"all.csv\"\n[options.size]\nchoices = [\"small\", \"large\"]\n");
    for n in 0..50 {
        toml += &format!("[categories.c{n}]\n");
    }
    let open = |name: &str| Ok(if name == "all.csv" { sheet.clone() } else { toml.clone() }.into_bytes());
    let shop = load::read(&open, None).unwrap_or_else(|found| panic!("{found}")).shop;
    assert_eq!((shop.items.len(), shop.items[9_999].price), (10_000, Money(1099)));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn load_bytes(toml: &[u8], sheet: &[u8]) {
        let open = |name: &str| match name {
            "shop.toml" => Ok(toml.to_vec()),
            "a.csv" => Ok(sheet.to_vec()),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        if let Err(found) = load::read(&open, None) {
            assert!(found.errors() > 0);
            assert!(!found.to_string().is_empty());
        }
    }

    /// A description in which random places were cut, doubled or overwritten.
    fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
        let cut = (0..text.len(), 0..40usize, proptest::collection::vec(any::<u8>(), 0..6));
        proptest::collection::vec(cut, 1..6).prop_map(move |cuts| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, length, put) in cuts {
                let at = at.min(bytes.len());
                let end = (at + length).min(bytes.len());
                bytes.splice(at..end, put);
            }
            bytes
        })
    }

    const SHOP: &str = "name = \"Nook é\"\nlanguage = \"en\"\ncurrency = \"USD\"\n[tax.t]\nrate = \"8.875\"\n\
        [options.size]\nrequired = true\nchoices = [\"small\", { name = \"large\", price = \"1\", also = [\"big\"] }]\n\
        [options.s]\nchoose = \"many\"\nmin = 0\nmax = 2\nmax_count = 3\ndefault = [\"x\"]\nchoices = [\"x\", \"y\", \"z\"]\n\
        [categories.tea]\noptions = [\"size\"]\ntax = \"t\"\nitems = [\"a.csv\", { name = \"tea\", price = \"2.50\", \
        options = { size = { only = [\"large\"], prices = { large = \"0.5\" } }, s = true } }]\n";
    const SHEET: &str =
        "name,price,also,options,unit,sold_out\nham,1.99,\"a;b\",-size;s=y,lb,true\n\"jam, red\",2,,,,\n";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn no_bytes_make_the_loader_panic(toml in proptest::collection::vec(any::<u8>(), 0..200)) {
            load_bytes(&toml, &toml);
        }

        #[test]
        fn no_damaged_shop_makes_the_loader_panic(toml in damaged(SHOP), sheet in damaged(SHEET)) {
            load_bytes(&toml, SHEET.as_bytes());
            load_bytes(SHOP.as_bytes(), &sheet);
            load_bytes(&toml, &sheet);
        }

        #[test]
        fn a_price_written_out_reads_back(cents in -1_000_000_000i64..1_000_000_000, code in "USD|JPY|KWD|EUR") {
            let currency = Currency::of(&code).expect("listed");
            prop_assert_eq!(currency.parse(&currency.plain(Money(cents))), Ok(Money(cents)));
        }

        #[test]
        fn a_price_in_the_file_is_the_price_in_the_shop(cents in 0i64..10_000_000) {
            let written = Currency::default().plain(Money(cents));
            let body = |price: &str| format!("[categories.a]\nitems = [{{ name = \"a\", price = {price} }}]\n");
            for price in [format!("\"{written}\""), written] {
                prop_assert_eq!(good(&body(&price)).items[0].price, Money(cents));
            }
        }
    }

    #[test]
    fn the_undamaged_shop_of_these_tests_is_good() {
        let files = [("shop.toml", SHOP), ("a.csv", SHEET)];
        assert_eq!(read(&files).map(|l| l.shop.items.len()).map_err(|f| f.to_string()), Ok(3));
    }
}

/// What the guide to the format shows must be true.
#[test]
fn the_guide_shows_shops_that_load() {
    let guide = include_str!("../docs/shop-format.md");
    let toml = |n: usize| guide.split("```toml\n").nth(n).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let whole = read(&[("shop.toml", toml(1))]).unwrap_or_else(|found| panic!("{found}")).shop;
    assert_eq!(whole.items.len(), 2);
    let milk = good(&format!("{}\n{TEA}options = [\"milk\"]\n", toml(2)));
    assert!(!milk.items[0].options[0].defaults.is_empty());
    let lists = "[options.size]\nrequired = true\nchoices = [\"small\", \"medium\", \"large\"]\n\
                 [options.milk]\nchoices = [\"whole milk\", \"oat milk\"]\ndefault = \"whole milk\"\n\
                 [options.syrup]\nchoose = \"many\"\nchoices = [\"vanilla\", \"mint\"]\n\
                 [options.spread]\nchoices = [\"jam\"]\n[categories.c]\noptions = [\"size\", \"milk\", \"syrup\", \"spread\"]\n";
    let takings: Vec<&str> = toml(3).lines().filter_map(|line| line.split('#').next()).collect();
    assert_eq!(takings.len(), 8);
    for taking in takings {
        let item = format!("{lists}[[categories.c.items]]\nname = \"x\"\nprice = 1\n{taking}\n");
        shop(&item).unwrap_or_else(|found| panic!("{found}"));
    }
    let csv = guide.split("```csv\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let toml = format!("{HEAD}[options.ripeness]\nchoices = [\"ripe\"]\n[categories.a]\nitems = \"a.csv\"\n");
    let sheet = read(&[("shop.toml", &toml), ("a.csv", csv)]).unwrap_or_else(|found| panic!("{found}")).shop;
    assert_eq!(sheet.items[2].unit, Unit::Pack("bunch".into()));
}

mod command {
    use super::*;
    use predicates::prelude::PredicateBooleanExt;
    use predicates::str::contains;

    fn saycart(args: &[&str], dir: &Path) -> assert_cmd::assert::Assert {
        assert_cmd::Command::cargo_bin("saycart").expect("built").args(args).arg(dir).env("COLUMNS", "60").assert()
    }

    #[test]
    fn check_says_what_is_wrong_and_fails() {
        let dir = tempfile::tempdir().expect("a directory");
        saycart(&["shop", "check"], dir.path()).failure().stdout(contains("shop.toml:1:1: error: there is no file"));
        let write = |text: String| std::fs::write(dir.path().join("shop.toml"), text).expect("written");
        write(format!("{HEAD}[categories.tea]\nitems = [{{ name = \"tea\", price = \"2,50\" }}]\n"));
        saycart(&["shop", "check"], dir.path())
            .failure()
            .stdout(contains("shop.toml:5:34: error: `2,50` has a comma").and(contains("help: write `2.50`")))
            .stderr(contains("1 error in the shop"));
        saycart(&["shop", "show"], dir.path()).failure().stderr(contains("saycart shop check"));
        write(format!("{HEAD}{TEA}"));
        saycart(&["shop", "check"], dir.path()).success().stdout(contains("1 items in 1 categories").not());
        saycart(&["shop", "show"], dir.path()).success().stdout(contains("Tea ....").and(contains("$2.00")));
    }
}
