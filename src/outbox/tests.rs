//! What arrives at the other end: read back byte by byte, as a printer would.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::layout::{Look, plain, rows};
use super::*;
use crate::commerce::cart::{Cart, Choice, Need, Quantity};
use crate::commerce::order::{Order, OrderNumber};
use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::sample::*;
use crate::commerce::stock::Stock;
use crate::lang::Language;
use crate::shop::{Category, CategoryId, Encoding, Shop, TicketWay};

fn to(way: TicketWay) -> Ticket {
    Ticket { key: "kitchen".into(), way, categories: vec![], template: None, width: 32, encoding: Encoding::Cp437 }
}

fn nowhere() -> Ticket {
    to(TicketWay::Command("true".into()))
}

fn english() -> Language {
    Language::load("en").expect("English is built in")
}

fn order(shop: &Shop) -> Order {
    let mut cart = Cart { customer_name: Some("Zoë".into()), ..Cart::default() };
    let note = "for the\x1b@ child";
    cart.add(shop, LATTE, Quantity::Count(2), [Choice::plain(LARGE), Choice::plain(OAT)], [note.to_string()]).unwrap();
    let no_onion = Choice { negated: true, ..Choice::plain(ONION) };
    cart.add(shop, BURGER, Quantity::Count(1), [no_onion], []).unwrap();
    cart.choose_for_order(shop, Choice::plain(HERE)).unwrap();
    cart.needs.push(Need { name: "nuts".into(), words: "walnuts".into(), diet: false });
    let stock = Stock::default();
    let ready = cart.ready(shop, &stock).expect("nothing stands against it");
    let quote = Quote::of(shop, &cart, Moment::default());
    Order::place(shop, &ready, &quote, &labels(), OrderNumber(42), 1_800_000_000_000)
}

#[test]
fn a_ticket_says_what_to_make_for_whom_and_what_must_not_be_in_it() {
    let shop = shop();
    let text = ticket(&shop, &english(), &nowhere(), &order(&shop), "id-7", 1_800_000_000_000).unwrap().unwrap();
    let written = plain(&text, 32);
    for part in [
        "42 Zoë",
        "Here",
        "2027-01-15 08:00",
        "*** ALLERGY: walnuts ***",
        "2 Latte",
        "Large",
        "Oat",
        "no Onion",
        "id-7",
    ] {
        assert!(written.contains(part), "{part} is not in:\n{written}");
    }
    assert!(written.contains("*** for the @ child ***"), "a note commands no printer:\n{written}");
    assert!(written.lines().all(|line| line.chars().count() <= 32), "{written}");
}

#[test]
fn a_place_gets_only_what_is_made_there() {
    let mut shop = shop();
    let of = CategoryId(shop.categories.len() as u16);
    shop.categories.push(Category { key: "grill".into(), ..Category::default() });
    shop.items[BURGER.0 as usize].category = of;
    let only = |category: CategoryId| Ticket { categories: vec![category], ..nowhere() };
    let text = |to: &Ticket| ticket(&shop, &english(), to, &order(&shop), "id", 0).unwrap();
    let burgers = text(&only(of)).unwrap();
    assert!(burgers.contains("Burger") && !burgers.contains("Latte"), "{burgers}");
    assert_eq!(text(&only(CategoryId(99))), None, "and nothing where nothing is");
}

#[test]
fn a_template_that_names_what_there_is_not_is_found_before_any_order() {
    let with = |template: &str| Ticket { template: Some(template.into()), ..nowhere() };
    check(&english(), &nowhere()).unwrap();
    check(&english(), &with("{% for line in lines %}{{ line.title }}{% endfor %}")).unwrap();
    let wrong = check(&english(), &with("fine\n{{ order.numbr }}")).unwrap_err().to_string();
    assert!(
        wrong.contains("`kitchen`") && wrong.contains("line 2") && wrong.contains("docs/shop-format.md"),
        "{wrong}"
    );
}

#[test]
fn every_language_has_a_ticket_that_works() {
    for code in ["en", "zh"] {
        check(&Language::load(code).expect("it is built in"), &nowhere()).unwrap();
    }
}

#[test]
fn a_line_is_broken_between_words_and_an_amount_stands_right() {
    let written = plain("# Big\n---\nA very long title of an item ... $10.00\n    and what it comes with besides", 20);
    assert_eq!(
        written,
        "Big\n--------------------\nA very long\n  title of an\n  item        $10.00\n    and what it\n      comes with\n      besides\n"
    );
    let large = rows("# 大杯拿铁咖啡加燕麦奶", 20);
    assert!(large.len() == 3 && large.iter().all(|row| row.look == Look::Large), "ten columns, two a sign: {large:?}");
}

/// A printer: answers what it is asked for its paper, and keeps what it is sent.
fn printer(paper: u8) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().unwrap().to_string();
    let printing = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 3];
        stream.read_exact(&mut asked).unwrap();
        assert_eq!(asked, [0x10, 0x04, 4], "it is asked for its paper first");
        stream.write_all(&[paper]).unwrap();
        let mut all = vec![];
        stream.read_to_end(&mut all).unwrap();
        all
    });
    (address, printing)
}

const ALL_WELL: u8 = 0b0001_0010;
const NO_PAPER: u8 = 0b0111_0010;

/// What stands on the paper, large letters between angles and white on black between squares; and whether it was cut.
fn read_paper(bytes: &[u8], decode: &dyn Fn(&[u8]) -> String) -> (String, bool) {
    let (mut text, mut run, mut cut) = (String::new(), vec![], false);
    let mut rest = bytes;
    let flush = |run: &mut Vec<u8>, text: &mut String| text.push_str(&decode(&std::mem::take(run)));
    while let [first, tail @ ..] = rest {
        let (mark, length) = match (first, tail) {
            (0x1b, [b'@', ..]) | (0x1c, [b'&' | b'.', ..]) => ("", 2),
            (0x1b, [b't' | b'E', _, ..]) => ("", 3),
            (0x1b, [b'd', 1, ..]) => ("\n", 3),
            (0x1b, [b'd', 4, ..]) => ("\n\n\n\n", 3),
            (0x1d, [b'!', 0, ..]) => (">", 3),
            (0x1d, [b'!', _, ..]) => ("<", 3),
            (0x1d, [b'B', 0, ..]) => ("]", 3),
            (0x1d, [b'B', _, ..]) => ("[", 3),
            (0x1d, [b'V', 0 | 1 | 48 | 49, ..]) => {
                cut = true;
                ("", 3)
            }
            (0x1d, [b'V', _, _, ..]) => {
                cut = true;
                ("", 4)
            }
            (0x1b..=0x1d, _) => panic!("a command that nobody meant: {:x?}", &rest[..rest.len().min(6)]),
            (byte, _) => {
                run.push(*byte);
                rest = tail;
                continue;
            }
        };
        flush(&mut run, &mut text);
        text.push_str(mark);
        rest = &rest[length..];
    }
    flush(&mut run, &mut text);
    (text, cut)
}

fn printed(text: &str, encoding: Encoding, decode: &dyn Fn(&[u8]) -> String) -> String {
    let (address, printing) = printer(ALL_WELL);
    let to = Outlet::Ticket(Ticket { encoding, ..to(TicketWay::Printer(address)) });
    to.send(&Parcel { id: "id", order: 1, payload: text, now: 0 }).unwrap();
    let (text, cut) = read_paper(&printing.join().unwrap(), decode);
    assert!(cut, "the paper is cut");
    text
}

#[test]
fn a_printer_gets_letters_in_its_own_code_page() {
    use oem_cp::code_table::*;
    let page = |table: &'static [char; 128]| move |bytes: &[u8]| oem_cp::decode_string_complete_table(bytes, table);
    let text = "# Zoë\n! no “crème brûlée”\nCafé – ½";
    let paper = printed(text, Encoding::Cp437, &page(&DECODING_TABLE_CP437));
    assert!(paper.contains("<Zoë\n>") && paper.contains("[no \"crème brûlée\"\n]"), "{paper}");
    assert!(paper.contains("Café - ½"), "{paper}");
    assert!(printed("5 €", Encoding::Cp437, &page(&DECODING_TABLE_CP437)).contains("5 ?"), "it has no such sign");
    assert!(printed("5 €", Encoding::Cp858, &page(&DECODING_TABLE_CP858)).contains("5 €"));
    assert!(printed("żurek", Encoding::Cp852, &page(&DECODING_TABLE_CP852)).contains("żurek"));
    assert!(printed("борщ", Encoding::Cp866, &page(&DECODING_TABLE_CP866)).contains("борщ"));
    assert!(printed("Ça, “œuf”", Encoding::Cp850, &page(&DECODING_TABLE_CP850)).contains("Ça, \"?uf\""));
    let windows = |bytes: &[u8]| encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned();
    assert!(printed("“œuf” 5 €", Encoding::Windows1252, &windows).contains("“œuf” 5 €"));
}

#[test]
fn a_printer_gets_chinese() {
    let decode = |bytes: &[u8]| encoding_rs::GB18030.decode(bytes).0.into_owned();
    let paper = printed("# 12 王\n! 过敏：花生\n2 大杯拿铁 ... ¥56.00", Encoding::Gb18030, &decode);
    assert!(paper.contains("<12 王\n>") && paper.contains("[过敏：花生\n]"), "{paper}");
    assert!(paper.contains("2 大杯拿铁               ￥56.00"), "32 columns, two a sign: {paper}");
}

#[test]
fn a_printer_without_paper_or_without_power_gets_it_later() {
    let (address, printing) = printer(NO_PAPER);
    let parcel = Parcel { id: "id", order: 1, payload: "text", now: 0 };
    let refused = Outlet::Ticket(to(TicketWay::Printer(address.clone()))).send(&parcel).unwrap_err();
    assert!(matches!(&refused, SendError::NoPaper(at) if *at == address), "{refused}");
    assert_eq!(printing.join().unwrap(), [0; 0], "and nothing is lost in it");
    let gone = Outlet::Ticket(to(TicketWay::Printer(address))).send(&parcel).unwrap_err();
    assert!(matches!(gone, SendError::Printer { .. }), "{gone}");
}

#[test]
fn a_file_and_a_command_get_plain_text() {
    let directory = tempfile::tempdir().unwrap();
    let (file, heard) = (directory.path().join("tickets"), directory.path().join("heard"));
    let parcel = |id: &'static str| Parcel { id, order: 7, payload: "# Big\n! loud", now: 0 };
    let filed = Outlet::Ticket(to(TicketWay::File(file.clone())));
    filed.send(&parcel("one")).unwrap();
    filed.send(&parcel("two")).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "Big\n*** loud ***\n\n".repeat(2));
    let command = format!("echo $SAYCART_ORDER $SAYCART_DELIVERY >{0}; cat >>{0}", heard.display());
    Outlet::Ticket(to(TicketWay::Command(command))).send(&parcel("three")).unwrap();
    assert_eq!(std::fs::read_to_string(&heard).unwrap(), "7 three\nBig\n*** loud ***\n");
    let failed = Outlet::Ticket(to(TicketWay::Command("exit 3".into()))).send(&parcel("four")).unwrap_err();
    assert!(matches!(&failed, SendError::Command(status) if status.code() == Some(3)), "{failed}");
}

/// A program that answers each request with the next status, and keeps what it was sent: heads and body.
fn program(statuses: Vec<u16>) -> (String, JoinHandle<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/orders", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let answer = |status: u16| {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read_request(&mut stream);
            write!(stream, "HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            request
        };
        statuses.into_iter().map(answer).collect()
    });
    (url, serving)
}

fn read_request(stream: &mut TcpStream) -> (String, String) {
    let mut all = vec![];
    loop {
        let mut part = [0; 4096];
        let n = stream.read(&mut part).unwrap();
        assert!(n > 0, "it is broken off: {}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&part[..n]);
        let text = String::from_utf8_lossy(&all).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return (head, body.to_string());
        }
    }
}

#[test]
fn a_webhook_is_signed_and_says_what_went_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let secret_file = directory.path().join("secret");
    let (url, serving) = program(vec![200, 503, 410]);
    let to = Outlet::Webhook(Webhook { key: "till".into(), url, secret_file: secret_file.clone() });
    let shop = shop();
    let payload = event(&order(&shop)).unwrap();
    let parcel = Parcel { id: "id-9", order: 7, payload: &payload, now: 1_800_000_000_000 };
    assert!(matches!(to.send(&parcel), Err(SendError::Secret { .. })), "without a secret nothing is sent");
    std::fs::write(&secret_file, "\n").unwrap();
    assert!(matches!(to.send(&parcel), Err(SendError::NoSecret(_))));
    std::fs::write(&secret_file, "whsec_MfKQ9r8GKYqTwUPD8ILPZIo2LaLaSw==\n").unwrap();
    to.send(&parcel).unwrap();
    let busy = to.send(&parcel).unwrap_err();
    assert!(matches!(busy, SendError::Refused { status: 503, .. }) && !busy.is_final(), "{busy}");
    assert!(to.send(&parcel).unwrap_err().is_final(), "410: nobody wants it any more");

    let got = serving.join().unwrap();
    assert!(got.iter().all(|request| request.1 == got[0].1), "the same each time");
    let (head, body) = &got[0];
    assert!(head.contains("webhook-id: id-9") && head.contains("webhook-timestamp: 1800000000"), "{head}");
    let told: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&told["type"], &told["order_id"], &told["data"]["number"]),
        (&"order.placed".into(), &7.into(), &42.into())
    );
    let tag = signature_of(body);
    assert!(head.contains(&format!("webhook-signature: v1,{}", tag.to_lowercase())), "{head}");
}

/// Reckoned here by its definition: H(key ⊕ opad, H(key ⊕ ipad, text)).
fn signature_of(body: &str) -> String {
    use base64::Engine;
    use sha2::{Digest, Sha256};
    let base64 = base64::prelude::BASE64_STANDARD;
    let mut key = base64.decode("MfKQ9r8GKYqTwUPD8ILPZIo2LaLaSw==").unwrap();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(format!("id-9.1800000000.{body}")).finalize();
    base64.encode(Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize())
}

#[test]
fn a_command_is_asked_and_stopped_with_all_that_it_began_where_it_does_not_answer() {
    use super::{Asked, ask_command};
    use std::time::{Duration, Instant};
    let ask = |command: &str, patience| ask_command(command, [("FACT", "a fact")], "a question\n", patience).unwrap();
    let long = Duration::from_secs(20);
    match ask("read said; echo \"$said: $FACT\"; exit 3", long) {
        Asked::Ended { status, said } => assert_eq!((status.code(), &*said), (Some(3), "a question: a fact\n")),
        Asked::Hanging => panic!("it answered"),
    }
    let directory = tempfile::tempdir().unwrap();
    let began = directory.path().join("began");
    let command = format!("sleep 1000 & echo $! >'{}'; wait", began.display());
    assert!(matches!(ask(&command, Duration::from_millis(300)), Asked::Hanging));
    let process = format!("/proc/{}/stat", std::fs::read_to_string(&began).unwrap().trim());
    let until = Instant::now() + long;
    // One that is over may wait for its parent.
    while std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(Instant::now() < until, "it was stopped");
        std::thread::yield_now();
    }
}
