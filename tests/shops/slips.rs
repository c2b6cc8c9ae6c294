//! What owners are told when they slip: where, what is wrong, and what to write.

use saycart::shop::{self, Level, load};

use crate::{HEAD, TEA, read, shop};

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

#[test]
fn the_shop_itself() {
    found(&[], "shop.toml:1:1", "there is no file `shop.toml`", "assets/shops/cafe");
    found(&[("shop.toml", "")], "shop.toml:1:1", "has no `currency`", "currency = \"USD\"");
    found(&[("shop.toml", "language = \"klingon\"\n")], "shop.toml:1:12", "klingon", "en");
    found(&[("shop.toml", "currency = \"dollars\"\n")], "shop.toml:1:12", "`dollars` is no currency", "USD");
    slip("hour = \"9 to 5\"\n", (5, 1), "unknown key `hour`", "did you mean `hours`?");
    slip("", (1, 1), "sells nothing", "add items");
    slip(&format!("hours = \"\"\n{TEA}name = \"\"\n"), (8, 8), "`name` is empty", "between the quotes");
    slip("[option.size]\nchoices = []\n", (5, 2), "unknown key `option`", "did you mean `options`?");
    slip("[option.size]\nchoices = []\n", (6, 11), "is empty", "give it choices");
    slip("hours = 9\n", (5, 9), "must be a text, this is a number", "in quotes");
}

/// A shop without a key opens, but renaming it would cut it off from its own carts.
#[test]
fn a_shop_that_could_not_be_renamed() {
    let named = |name: &str| format!("language = \"en\"\ncurrency = \"USD\"\nname = {name}\n{TEA}");
    let keyless = |name: &str, place: &str, help: &str| {
        found(
            &[("shop.toml", &named(name))],
            place,
            "has no `key`: if it is renamed, its carts are not found again",
            help,
        );
    };
    keyless("\"Corner Café\"", "shop.toml:3:8", "write key = \"corner-café\"");
    keyless("\"  Joe's Bar & Grill!\"", "shop.toml:3:8", "write key = \"joe-s-bar-grill\"");
    keyless("\"カフェ 24\"", "shop.toml:3:8", "write key = \"カフェ-24\"");
    keyless("\"&!\"", "shop.toml:3:8", "write key = \"shop\"");
    let loaded = read(&[("shop.toml", &named("\"Corner Café\""))]).expect("a warning is no error");
    assert_eq!((loaded.shop.key.as_str(), loaded.warnings.errors()), ("corner-café", 0));
    // A shop without a name has one thing to mend.
    let nameless = read(&[("shop.toml", &named("\"\""))]).expect_err("no name");
    assert_eq!(nameless.list.len(), 1, "{nameless}");
}

#[test]
fn keys_of_a_shop_that_are_none() {
    let keyed = |key: &str| format!("name = \"Nook\"\nkey = {key}\nlanguage = \"en\"\ncurrency = \"USD\"\n{TEA}");
    let refused = |key: &str, message: &str, help: &str| {
        found(&[("shop.toml", &keyed(key))], "shop.toml:2:7", message, help);
        assert!(read(&[("shop.toml", &keyed(key))]).is_err(), "{key}");
    };
    refused("\"Corner Café\"", "`Corner Café` cannot be the key", "hyphens: key = \"corner-café\"");
    refused("\"corner_cafe\"", "`corner_cafe` cannot be the key", "key = \"corner-cafe\"");
    refused("\"!\"", "`!` cannot be the key", "key = \"shop\"");
    refused("\"\"", "`key` is empty", "between the quotes");
    refused("7", "must be a text", "in quotes");
    for key in ["corner-cafe", "24", "café-2", "カフェ"] {
        let loaded = read(&[("shop.toml", &keyed(&format!("\"{key}\"")))]).unwrap_or_else(|found| panic!("{found}"));
        assert_eq!((loaded.shop.key.as_str(), &loaded.warnings.list[..]), (key, &[][..]));
    }
}

#[test]
fn toml_syntax_in_plain_words() {
    slip("hours = nine to five\n", (5, 9), "must stand in quotes", "\"nine to five\"");
    slip("hours = \"nine to five\n", (5, 22), "quotes are not closed", "end the text");
    slip("[options.a]\nrequired = yes\n", (6, 12), "neither true nor false", "write true");
    slip("hours = “nine”\n", (5, 9), "quotes are curly", "\"nine\"");
    slip("hours: \"nine\"\n", (5, 6), "a colon stands where `=` belongs", "name = ");
    slip("hours = \"9\"\nhours = \"10\"\n", (6, 1), "written twice", "keep one");
    slip("[options.a\n", (5, 11), "bracket is not closed", "]");
    slip("[categories.a]\nitems = [\n{ name = \"a\" price = \"1\" },\n]\n", (7, 14), "comma is missing", "put a comma");
    slip("[categories.a]\nitems = [{ name = \"a\", price = 4.5.0 }]\n", (6, 35), "no number", "\"4.50\"");
    slip("[categories.a]\nitems = [{ name = \"a\", price = $4 }]\n", (6, 32), "must stand in quotes", "\"4\"");
    slip("[categories.a]\nitems = [{ name = \"a\", price = 4,5 }]\n", (6, 36), "comma stands where a point", "\"4.5\"");
}

#[test]
fn prices_that_are_none() {
    let priced = |price: &str| format!("[categories.a]\nitems = [{{ name = \"a\", price = {price} }}]\n");
    slip(&priced("\"4.5.0\""), (6, 32), "not a price", "4.50");
    slip(&priced("\"4,50\""), (6, 32), "has a comma", "4.50");
    slip(&priced("\"4; 50\""), (6, 32), "`4; 50` is not a price", "write digits with a point");
    slip(&priced("\"$4.50\""), (6, 32), "names the currency", "4.50");
    slip(&priced("4.505"), (6, 32), "3 digits after the point", "4.50");
    slip(&priced("\"\""), (6, 32), "price is empty", "4.50");
    slip(&priced("true"), (6, 32), "must be a number", "4.50");
    slip(&priced("-1"), (6, 32), "less than nothing", "only a choice");
    slip("[categories.a]\nitems = [{ name = \"a\" }]\n", (6, 19), "no price", "price = ");
    let choice = "[options.x]\nchoices = [{ name = \"less\", price = \"-2.01\" }]\n";
    slip(&format!("{choice}{TEA}options = [\"x\"]\n"), (8, 19), "with `less`", "raise the price");
}

#[test]
fn option_lists_that_do_not_work_out() {
    let list = |body: &str| format!("[options.x]\n{body}\n{TEA}");
    slip(&list("ask = \"Which?\""), (5, 10), "has no choices", "choices = [");
    slip(&list("choices = []"), (6, 11), "is empty", "give it choices");
    slip(&list("choices = \"a\""), (6, 11), "must be a list", "choices = [");
    slip(&list("choices = [\"a\", \"A\"]"), (6, 17), "`A` is a choice of the option list `x` already (line 6)", "own");
    slip(&list("choices = [{ nam = \"a\" }]"), (6, 14), "unknown key `nam`", "`name`");
    slip(&list("choose = \"two\"\nchoices = [\"a\"]"), (6, 10), "cannot be `two`", "\"one\" or \"many\"");
    slip(&list("choices = [\"a\"]\ndefault = \"b\""), (7, 11), "no choice `b`", "it can only be `a`");
    slip(&list("choices = [\"oat milk\"]\ndefault = \"oat mlk\""), (7, 11), "no choice", "did you mean `oat milk`?");
    slip(&list("choices = [\"a\"]\ndefault = \"a\"\nrequired = true"), (8, 12), "both required and", "keep `default`");
    slip(&list("choose = \"many\"\nmin = 2\nmax = 1\nchoices = [\"a\", \"b\"]"), (7, 7), "at least 2", "`min`");
    slip(&list("max = 2\nchoices = [\"a\", \"b\"]"), (6, 7), "one is chosen", "choose = \"many\"");
    slip(&list("choose = \"many\"\nmin = 3\nchoices = [\"a\", \"b\"]"), (7, 7), "at least 3", "`max`");
    slip(&list("required = true\nchoices = [{ name = \"a\", sold_out = true }]"), (6, 12), "none can be had", "more");
    slip(&list("default = \"a\"\nchoices = [{ name = \"a\", price = 1 }]"), (6, 11), "changes the price", "= 0");
    slip(&list("max_count = 0\nchoices = [\"a\"]"), (6, 13), "whole number from 1 to 99", "max_count = 1");
    slip(&list("graded = \"yes\"\nchoices = [\"a\"]"), (6, 10), "must be true or false", "without quotes");
    slip(&list("default = \"a\"\nchoices = [{ name = \"a\", sold_out = true }, \"b\"]"), (6, 11), "sold out", "asked");
}

#[test]
fn taking_options_that_are_not_there() {
    let taking = |options: &str| {
        format!("[options.milk]\nchoices = [\"oat\", \"soy\"]\ndefault = \"oat\"\n{TEA}options = {options}\n")
    };
    slip(&taking("[\"milks\"]"), (10, 12), "no option list `milks`", "did you mean `milk`?");
    slip(&taking("{ sugar = true }"), (10, 13), "no option list `sugar`", "it can only be `milk`");
    slip(&taking("[\"milk\", \"milk\"]"), (10, 20), "stands here twice", "take one out");
    slip(&taking("{ milk = \"rice\" }"), (10, 20), "no choice `rice`", "`oat`");
    slip(&taking("{ milk = { only = [\"soy\"] } }"), (10, 29), "`oat`, is left out here", "required = true");
    slip(&taking("{ milk = { required = true, only = [\"rye\"] } }"), (10, 47), "no choice `rye`", "`soy`");
    slip(&taking("{ milk = { defualt = \"soy\" } }"), (10, 22), "unknown key `defualt`", "`default`");
    slip(&taking("{ milk = { prices = { soy = \"x\" } } }"), (10, 39), "not a price", "4.50");
    slip(&taking("{ milk = false }"), (10, 13), "not taken here anyway", "take this out");
    slip(&format!("{TEA}options = [\"milk\"]\n"), (7, 12), "no option list `milk`", "[options.milk]");
}

#[test]
fn categories_taxes_and_units_that_are_not_there() {
    let item = |rest: &str| format!("{TEA}[[items]]\nname = \"ham\"\nprice = 1\n{rest}\n");
    slip(&item("category = \"tee\""), (10, 12), "no category `tee`", "did you mean `tea`?");
    slip(&item(""), (7, 1), "no category", "category = ");
    slip(&item("category = \"tea\"\ntax = \"food\""), (11, 7), "no tax class `food`", "[tax.food]");
    slip(&item("category = \"tea\"\nunit = \"stone\""), (11, 8), "no weight or measure", "`lb`");
    slip(&item("category = \"tea\"\nunit = \"lb\"\npack = \"bag\""), (12, 8), "not both", "keep one");
    slip(&item("category = \"tea\"\nmax_quantity = 0"), (11, 16), "whole number", "max_quantity = 1");
    slip(&item("category = \"tea\"\nage = \"eighteen\""), (11, 7), "whole number", "age = 1");
    slip(&item("category = \"tea\"\nallso = \"x\""), (11, 1), "unknown key `allso`", "`also`");
    slip(&format!("[tax.food]\nrate = \"8,875\"\n{TEA}"), (6, 8), "no rate of tax", "8.875");
    slip(&format!("[tax.food]\nrate = 101\n{TEA}"), (6, 8), "no rate of tax", "from 0 to 100");
    slip(&format!("[tax.food]\n{TEA}"), (5, 6), "has no rate", "rate = ");
    slip(&format!("{TEA}[categories.b]\nname = \"Tea\"\n"), (8, 8), "is called `Tea` too", "another name");
}

#[test]
fn names_that_clash_or_sound_the_same() {
    let items = |rows: &str| format!("[categories.a]\nitems = [\n{rows}\n]\n");
    let two = |a: &str, b: &str| items(&format!("{{ price = 1, {a} }},\n{{ price = 1, {b} }},"));
    slip(&two("name = \"Tea\"", "name = \"tea!\""), (8, 21), "another item is called `tea!` too (line 7)", "its own");
    slip(&two("name = \"tea\"", "name = \"chai\", also = [\"tea\"]"), (8, 37), "another item is called `tea`", "own");
    slip(&two("name = \"a\", also = \"cup\"", "name = \"b\", also = \"cup\""), (8, 33), "also a name of `a`", "own");
    slip(&two("name = \"a\", key = \"k\"", "name = \"b\", key = \"k\""), (8, 32), "have the key `k`", "of its own");
    slip(
        &two("name = \"jam\"", "name = \"jam\", brand = \"Hill\""),
        (8, 21),
        "called `jam` too",
        "give both a `brand`",
    );
    slip(&items("{ price = 1, name = \"tea\", also = [\"Tea\"] },"), (7, 36), "says nothing new", "take it out");
    slip(&items("{ price = 1, name = \"?!\" },"), (7, 21), "no letter or digit", "as people say");
    slip(&items("{ price = 1, name = [\"a\", \"b\"] },"), (7, 21), "one name", "`also`");
    slip(&items("{ price = 1 },"), (7, 1), "has no name", "name = ");
    // A sound-alike is no error: the shop opens.
    let alike = two("name = \"flour\"", "name = \"flower\"");
    slip(&alike, (8, 21), "`flower` sounds the same as `flour` (line 7)", "rename one");
    assert!(shop(&alike).is_ok());
    slip(&two("name = \"ice tea\"", "name = \"iced tea\""), (8, 21), "sounds the same", "rename one");
    let respelt = two("name = \"bass\"", "name = \"base\", say = \"bah zay\"");
    assert_eq!(shop(&respelt).map(|l| l.warnings.list).as_deref(), Ok(&[][..]));
}

#[test]
fn what_stands_there_for_nothing() {
    let list = format!("[options.size]\nchoices = [\"a\", \"b\"]\n{TEA}");
    slip(&list, (5, 10), "no item takes the option list `size`", "options = [\"size\"]");
    slip(&format!("{TEA}[categories.cakes]\n"), (7, 13), "nothing is sold in the category `cakes`", "take it out");
}

#[test]
fn sheets_with_bad_rows() {
    let toml = format!("{HEAD}[categories.a]\nitems = \"a.csv\"\n");
    let sheet = |text: &str, place: &str, message: &str, help: &str| {
        found(&[("shop.toml", &toml), ("a.csv", text)], place, message, help);
    };
    found(&[("shop.toml", &toml)], "shop.toml:6:9", "no file `a.csv`", "beside shop.toml");
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
    assert!(text.contains("shop.toml:6:9") && text.contains("line 2") && text.contains("CSV UTF-8"), "{text}");
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let found = shop(
        "[options.size]\nchoices = []\n[categories.a]\noptions = [\"sise\"]\nitems = [{ name = \"a\", price = \"x\" }, { price = 1 }]\n",
    )
    .expect_err("four mistakes");
    let lines: Vec<usize> = found.list.iter().map(|d| d.line).collect();
    assert_eq!((lines, found.errors()), (vec![6, 8, 9, 9], 4), "{found}");
    assert!(found.list.iter().all(|d| d.level == Level::Error && !d.help.is_empty()));
    let first = found.list[0].to_string();
    let expected =
        "shop.toml:6:11: error: the option list `size` is empty\n  6 | choices = []\n    |           ^^\n  help: ";
    assert!(first.starts_with(expected), "{first}");
}

#[test]
fn a_mistake_in_a_list_is_not_told_again_for_every_item() {
    let body = "[options.x]\nchoose = \"many\"\nmin = 3\nchoices = [\"a\"]\n[categories.a]\noptions = [\"x\"]\nitems = [{ name = \"a\", price = 1 }, { name = \"b\", price = 1, options = { x = { max = 1 } } }]\n";
    assert_eq!(shop(body).expect_err("min above max").list.len(), 1);
}

#[test]
fn promotions() {
    let offer = |body: &str| format!("{TEA}[[promotions]]\n{body}\n");
    // The offer's heading is line 7.
    let wrong = |body: &str, place, message, help| slip(&offer(body), place, message, help);
    wrong("percent = \"10\"", (7, 1), "a promotion has no title", "as it is said");
    wrong("title = \"o\"", (7, 1), "does not say what is off", "percent = \"10\"");
    wrong("title = \"o\"\npercent = \"110\"", (9, 11), "`110` is no share", "from 0 to 100");
    wrong("title = \"o\"\namount = \"-1\"", (9, 10), "more than nothing", "without a minus");
    wrong("title = \"o\"\nbuy = 2", (7, 1), "one of `buy` and `get`", "buy = 2, get = 1");
    wrong("title = \"o\"\nbuy = 1\nget = 1", (7, 1), "does not say of what", "on = [\"muffin\"]");
    wrong(
        "title = \"o\"\npercent = 5\non = [\"tee\"]",
        (10, 7),
        "nothing that is sold is called `tee`",
        "did you mean `tea`?",
    );
    wrong("title = \"o\"\npercent = 5\ndays = \"mon-fry\"", (10, 8), "there is no day `fry`", "did you mean `fri`?");
    wrong("title = \"o\"\npercent = 5\nhours = \"3-5\"", (10, 9), "no span of hours", "14:00-16:30");
    wrong(
        "title = \"o\"\npercent = 5\nat = [\"to go\"]",
        (10, 7),
        "no option of the order is called `to go`",
        "[order]",
    );
    wrong("title = \"o\"\npercent = 5\ncombines = [\"x\"]", (10, 13), "no promotion with the key `x`", "`o`");
    wrong(
        "title = \"o\"\npercent = 5\nprecent = 6",
        (10, 1),
        "unknown key `precent` in a promotion",
        "did you mean `percent`?",
    );
    let two =
        "title = \"o\"\npercent = 5\ncode = \"spring\"\n[[promotions]]\ntitle = \"p\"\npercent = 5\ncode = \"Spring!\"";
    wrong(two, (14, 8), "also the code of the promotion `o`", "another code");
    let twins = "title = \"o\"\npercent = 5\n[[promotions]]\ntitle = \"O\"\npercent = 6";
    wrong(twins, (10, 1), "also the key of the promotion `o`", "`key` of its own");
}

#[test]
fn fees_tips_and_what_an_order_must_come_to() {
    let places = "[options.where]\nchoices = [\"here\", \"to go\"]\n[order]\noptions = [\"where\"]\n";
    slip(&format!("{TEA}[[fees]]\namount = \"1\"\n"), (7, 1), "a fee has no title", "as it is to be said");
    slip(&format!("{TEA}[[fees]]\ntitle = \"f\"\n"), (7, 1), "needs either an amount or a share", "percent = \"10\"");
    slip(
        &format!("{TEA}[[fees]]\ntitle = \"f\"\namount = \"1\"\nkind = \"deliver\"\n"),
        (10, 8),
        "no kind of fee",
        "`delivery`",
    );
    slip(&format!("{TEA}[tips]\nsuggest = [\"lots\"]\n"), (8, 12), "`lots` is no share", "percentage");
    slip(&format!("{TEA}[order]\nrounding = \"0\"\n"), (8, 12), "must be more than nothing", "rounding = \"1.00\"");
    slip(&format!("{TEA}{places}minimum = {{ away = \"5\" }}\n"), (11, 13), "called `away`", "`to go`");
    slip(
        &format!("{TEA}{places}[tax.t]\nrate = 5\nrates = {{ \"to go\" = \"x\" }}\n"),
        (13, 21),
        "no rate of tax",
        "percentage",
    );
}

#[test]
fn how_orders_can_be_paid() {
    let pay = |body: &str| format!("{TEA}[payment]\n{body}");
    let card = |body: &str| pay(&format!("ways = [\"card\"]\n[payment.card]\n{body}"));
    slip(&pay(""), (7, 1), "names no way to pay", "ways = [\"card\", \"counter\"]");
    slip(&pay("ways = [\"cards\"]\n"), (8, 9), "no way to pay `cards`", "did you mean `card`?");
    slip(&pay("ways = [\"cash\", \"cash\"]\n"), (8, 17), "stands twice", "once");
    slip(&pay("ways = [\"card\"]\n"), (7, 1), "nothing says who takes the cards", "[payment.card]");
    slip(&pay("ways = [\"cash\"]\n[payment.card]\ncommand = \"c\"\n"), (9, 1), "no way to pay", "\"card\" to `ways`");
    slip(&card(""), (9, 1), "has no `secret_file`", "command = \"…\"");
    slip(
        &card("command = \"c\"\nreader = \"tmr_1\"\n"),
        (11, 10),
        "`reader` says nothing to a command",
        "leave it out",
    );
    slip(&card("secret_file = \"key\"\n"), (10, 15), "depends on where saycart is started", "whole path");
    let keyed = |body: &str| card(&format!("secret_file = \"/k\"\n{body}"));
    slip(&keyed(""), (9, 1), "sent who has paid by a link", "thanks = \"https://…\"");
    slip(&keyed("thanks = \"corner.example\"\n"), (11, 10), "no address of a page", "https://…");
    let read = |body: &str| keyed(&format!("reader = \"tmr_1\"\n{body}"));
    slip(&read("url = \"http://pay.example\"\n"), (12, 7), "where others can listen", "https://…");
    slip(&read("news = \"8787\"\nnews_secret_file = \"/s\"\n"), (12, 8), "nothing to listen at", "127.0.0.1:8787");
    slip(&read("news = \"127.0.0.1:8787\"\n"), (12, 8), "not signed are anybody's", "news_secret_file");
    slip(&read("news_secret_file = \"/s\"\n"), (12, 20), "where to listen for news", "news = ");
    let loaded = shop(&read("")).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(loaded.shop.payments.ways, [shop::PayBy::Card]);
}

#[test]
fn where_orders_go() {
    let ordered = "[options.where]\nchoices = [\"for here\", \"to go\"]\n[order]\noptions = [\"where\"]\n";
    let way = |body: &str| format!("{ordered}{body}{TEA}");
    let to_go = |body: &str| way(&format!("[fulfilment.\"to go\"]\n{body}\n"));
    slip(&to_go("ask = [\"nam\"]"), (10, 8), "`nam` is nothing that can be asked", "did you mean `name`?");
    slip(&to_go("ask = [\"name\", \"name\"]"), (10, 16), "`name` is asked already", "take one");
    slip(&to_go("ask = [\"table\", \"street\"]"), (10, 7), "either to a table or to an address", "two options");
    slip(&to_go("minutes = 5"), (9, 1), "nothing is asked", "add ask = ");
    slip(&to_go("ask = [\"street\"]\narea = [\"10115\"]"), (11, 8), "nothing that is asked", "add \"postcode\"");
    slip(
        &to_go("ask = [\"postcode\"]\narea = [\"10115\", \"101 15\"]"),
        (11, 18),
        "stands in the area already",
        "take it out",
    );
    slip(&to_go("ask = [\"postcode\"]\narea = [\"-\"]"), (11, 9), "no letter or digit", "a postcode");
    slip(&to_go("ask = [\"postcode\"]\narea = []"), (11, 8), "an area of nothing", "take `area` out");
    slip(&to_go("ask = [\"name\"]\ntables = 9"), (11, 10), "no table is asked for", "ask = [\"table\"]");
    slip(&to_go("ask = [\"name\"]\narae = [\"1\"]"), (11, 1), "unknown key `arae`", "did you mean `area`?");
    slip(&to_go("ask = [\"name\"]\nminutes = 0"), (11, 11), "minutes must be a whole number", "write for example");
    slip(
        &way("[fulfilment.\"to og\"]\nask = [\"name\"]\n"),
        (9, 13),
        "no option of the order",
        "did you mean `to go`?",
    );
    slip(&way("[fulfilment]\nminuts = 8\n"), (10, 1), "unknown key `minuts`", "did you mean `minutes`?");
    slip(&way("[fulfilment]\nside_by_side = 2\n"), (10, 16), "how long an order takes", "minutes = 8");
    slip(&way("[fulfilment]\nopen = [\"mon 9-5\"]\n"), (10, 9), "no span of hours", "14:00-16:30");
    slip(&way("[fulfilment]\nopen = [\"moon 09:00-17:00\"]\n"), (10, 9), "there is no day `moon`", "mon");
    slip(&way("[fulfilment]\nway = { ask = [\"name\"] }\n"), (10, 1), "no option of the order is called `way`", "");
}
