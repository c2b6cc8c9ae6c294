//! Shop descriptions: what owners may write, what they are told when they slip, and the two shops that come along.

mod command;
mod properties;
mod shipped;
mod slips;

use std::collections::BTreeMap;
use std::io;

use saycart::lang::Language;
use saycart::money::Money;
use saycart::shop::{Choose, Diagnostics, OptionId, Shop, Unit, load};

fn pronounce(language: &Language, text: &str) -> Option<String> {
    saycart::pronounce::phonemes(&language.speak.espeak_voice, text).ok()
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

const HEAD: &str = "name = \"Nook\"\nkey = \"nook\"\nlanguage = \"en\"\ncurrency = \"USD\"\n";

/// A shop whose description goes on after [`HEAD`]; the first line of `body` is line 5.
fn shop(body: &str) -> Result<load::Loaded, Diagnostics> {
    read(&[("shop.toml", &format!("{HEAD}{body}"))])
}

fn good(body: &str) -> Shop {
    let loaded = shop(body).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(loaded.warnings.list, [], "{}", loaded.warnings);
    loaded.shop
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

/// What the guide to the format shows must be true.
#[test]
fn the_guide_shows_shops_that_load() {
    let guide = include_str!("../../docs/shop-format.md");
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
    let sold = "[categories.coffee]\nitems = [{ name = \"espresso\", price = 3 }, { name = \"muffin\", price = 3 }]\n";
    assert_eq!(good(&format!("{}\n{sold}", toml(4))).terms.promotions.len(), 3);
    let places = "[options.where]\nchoices = [\"here\", \"to go\", \"delivered\"]\n";
    assert_eq!(good(&format!("{places}{}\n{TEA}", toml(5))).terms.fees.len(), 2);
    let csv = guide.split("```csv\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let toml = format!("{HEAD}[options.ripeness]\nchoices = [\"ripe\"]\n[categories.a]\nitems = \"a.csv\"\n");
    let sheet = read(&[("shop.toml", &toml), ("a.csv", csv)]).unwrap_or_else(|found| panic!("{found}")).shop;
    assert_eq!(sheet.items[2].unit, Unit::Pack("bunch".into()));
}

#[test]
fn what_is_granted_and_charged_is_read_and_shown() {
    let shop = good(
        "[tax.food]\ntitle = \"VAT\"\nrate = \"19\"\nincluded = true\nrates = { \"to go\" = \"7\" }\n[options.where]\n\
         choices = [\"here\", \"to go\"]\n[order]\noptions = [\"where\"]\nminimum = \"5.00\"\nrounding = \"0.05\"\n\
         [tips]\nsuggest = [\"10\"]\n[[fees]]\ntitle = \"the cup\"\nkind = \"packaging\"\namount = \"0.25\"\neach = true\n\
         [[promotions]]\ntitle = \"happy hour\"\npercent = \"20\"\non = [\"tea\"]\ndays = \"fri-mon\"\nhours = \"22:00-02:00\"\n\
         [categories.drinks]\ntax = \"food\"\nitems = [{ name = \"tea\", price = \"2\" }]\n",
    );
    let offer = &shop.terms.promotions[0];
    let window = offer.windows[0];
    assert_eq!((offer.key.as_str(), window.days, window.from, window.to), ("happy-hour", 0b111_0001, 1_320, 120));
    let menu = saycart::shop::show::menu(&shop, 100);
    for line in [
        "Happy hour (20 % off, mon fri sat sun 22:00-02:00)",
        "The cup ($0.25 a piece)",
        "Orders from $5.00",
        "Tips welcome: 10 %",
        "Totals are rounded to $0.05",
        "They hold already: VAT 19 %, to go 7 %",
    ] {
        assert!(menu.contains(line), "{line}\n{menu}");
    }
}
