//! The real program and the world around it: a printer and a program that are not always there, a disk that is full, a
//! database that is damaged.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use std::process::Command;

mod support;

use support::program::{Chat, cafe, output, saycart};

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// All that a printer is sent, in one visit.
fn print(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let mut all = vec![];
    stream.read_to_end(&mut all).unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

/// One request to a web server: its head and its body.
fn request(listener: &TcpListener, status: u16) -> (String, serde_json::Value) {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let stream: &mut TcpStream = reader.get_mut();
    write!(stream, "HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    (head, serde_json::from_slice(&body).unwrap())
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
    line.unwrap_or_else(|| panic!("no {name} in {head}")).split_once(':').unwrap().1.trim()
}

#[test]
fn an_order_reaches_the_kitchen_and_the_till_whoever_was_away() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    let ((printer, kitchen), (till, url)) = (listen(), listen());
    let (secret, notes) = (here.join("secret"), here.join("notes"));
    std::fs::write(&secret, "whsec_MfKQ9r8GKYqTwUPD8ILPZIo2LaLaSw==").unwrap();
    cafe(
        here,
        &format!(
            "[tickets.kitchen]\nprinter = \"{kitchen}\"\n[tickets.notes]\nfile = \"{}\"\ntemplate = \"note.txt\"\n\
             [webhooks.till]\nurl = \"http://{url}/orders\"\nsecret_file = \"{}\"\n",
            notes.display(),
            secret.display()
        ),
    );
    std::fs::write(
        here.join("shop/note.txt"),
        "{{ number }}: {% for l in lines %}{{ l.quantity }} {{ l.title }}{% endfor %}",
    )
    .unwrap();
    let (fine, said) = output(&mut saycart(here, &["shop", "check"]));
    assert!(fine, "{said}");

    let mut chat = Chat::begin(here, &[]);
    for words in ["a large latte with oat milk", "I'm allergic to peanuts", "for here", "that's all", "yes"] {
        if chat.say(words)["order"]["number"] == 1 {
            break;
        }
    }
    let paper = print(&printer);
    assert!(paper.contains("ALLERGY: peanuts") && paper.to_lowercase().contains("latte"), "{paper}");
    // The till has trouble first, and gets the same again.
    let (first, told) = request(&till, 500);
    let (again, told_again) = request(&till, 200);
    assert_eq!(header(&first, "webhook-id"), header(&again, "webhook-id"));
    assert_eq!((&told, &told["data"]["number"]), (&told_again, &1.into()));
    chat.end();
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "1: 1 latte\n\n");
    let (_, list) = output(&mut saycart(here, &["outbox", "list", "--all", "--json"]));
    assert_eq!(list.lines().filter(|line| line.contains("\"arrived\"")).count(), 3, "{list}");

    // Nobody is there for the second; the next start brings it.
    drop((printer, till));
    let mut chat = Chat::begin(here, &["--set", "cart.expires_minutes=60"]);
    chat.say_all(&["a large latte with oat milk", "for here", "that's all", "yes"]);
    chat.end();
    let (_, list) = output(&mut saycart(here, &["outbox", "list"]));
    assert!(list.contains("kitchen") && list.contains("till") && list.contains("waiting"), "{list}");
    let (printer, till) = (TcpListener::bind(&kitchen).unwrap(), TcpListener::bind(&url).unwrap());
    let chat = Chat::begin(here, &[]);
    let paper = print(&printer).to_lowercase();
    assert!(paper.contains("latte") && !paper.contains("allergy"), "{paper}");
    assert_eq!(request(&till, 204).1["data"]["number"], 2);
    chat.end();
    let (_, list) = output(&mut saycart(here, &["outbox", "list"]));
    assert_eq!(list, "Everything has arrived.\n");
}

#[test]
fn mistakes_about_outlets_are_told_with_their_line_and_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    for (more, parts) in [
        ("[tickets.kitchen]\nprinter = \"the kitchen\"\n", &["no address of a printer", "192.168.1.40:9100"][..]),
        ("[tickets.kitchen]\nfile = \"tickets.txt\"\n", &["depends on where saycart is started", "whole path"]),
        ("[tickets.kitchen]\nwidth = 40\n", &["needs one way to go, and has 0"]),
        ("[tickets.kitchen]\ncommand = \"lp\"\nencoding = \"utf8\"\n", &["`utf8`", "gb18030"]),
        ("[tickets.kitchen]\ncommand = \"lp\"\ncategories = [\"drink\"]\n", &["no category `drink`", "`cold_drinks`"]),
        (
            "[tickets.kitchen]\ncommand = \"lp\"\ntemplate = \"t.txt\"\n",
            &["there is no file `t.txt`", "beside shop.toml"],
        ),
        ("[tickets.kitchen]\ncommand = \"lp\"\ntemplate = \"bad.txt\"\n", &["cannot be read as a template in line 2"]),
        (
            "[tickets.kitchen]\ncommand = \"lp\"\ntemplate = \"odd.txt\"\n",
            &["`kitchen` fails in line 1", "shop-format.md"],
        ),
        ("[webhooks.till]\nurl = \"till.example\"\n", &["`till.example` is no address", "has no `secret_file`"]),
        (
            "[tickets.till]\ncommand = \"lp\"\n[webhooks.till]\nurl = \"https://x.example\"\nsecret_file = \"/s\"\n",
            &["is called `till` too"],
        ),
    ] {
        let shop = cafe(here, more);
        std::fs::write(shop.join("bad.txt"), "fine\n{% for line in lines %}").unwrap();
        std::fs::write(shop.join("odd.txt"), "{{ numbr }}").unwrap();
        let (fine, said) = output(&mut saycart(here, &["shop", "check"]));
        assert!(!fine, "{more}");
        for part in parts {
            assert!(said.contains(part), "{more}\n{part:?} is not in:\n{said}");
        }
    }
}

/// A disk of its own, as small as that; `None` where this machine lets nobody mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<SmallDisk> {
        let directory = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "saycart-test"]).arg(directory.path()).output();
        match mounted {
            Ok(output) if output.status.success() => Some(SmallDisk(directory)),
            Ok(output) => {
                println!("skipped: no disk may be mounted here: {}", String::from_utf8_lossy(&output.stderr).trim());
                None
            }
            Err(error) => {
                println!("skipped: no disk can be mounted here: {error}");
                None
            }
        }
    }

    /// Write until nothing more goes on it.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.0.path().join("ballast")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.path().join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_full_disk_refuses_the_order_aloud_and_keeps_the_cart() {
    let Some(disk) = SmallDisk::mount(4) else { return };
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    cafe(here, "");
    let database = disk.0.path().join("saycart.db");
    let database = database.to_str().unwrap();
    let mut chat = Chat::begin(here, &["--database", database]);
    chat.say_all(&["a large latte with oat milk", "for here"]);
    let read_back = chat.say("that's all");
    disk.fill();
    // The log may have some room left for a turn or two of talk.
    let refused = (0..400).map(|_| chat.say("what do I have")).find(|turn| turn["refused"] == "disk_full");
    let refused = refused.expect("the disk is full");
    assert!(refused["reply"]["text"].as_str().unwrap().contains("memory is full"), "{refused}");
    let order = chat.say("yes");
    assert_eq!(order["refused"], "disk_full", "{order}");
    let listed = output(&mut saycart(here, &["--database", database, "orders", "list", "--json"]));
    assert_eq!(listed, (true, String::new()), "no order");
    disk.make_room();
    let again = chat.say("what do I have");
    assert_eq!(again["cart"]["line_items"], read_back["cart"]["line_items"], "the cart is as it was");
    let mut placed = chat.say("that's all");
    while placed["order"].is_null() {
        placed = chat.say("yes");
    }
    assert_eq!(placed["order"]["number"], 1);
    assert!(chat.end().contains("the disk is full"), "the owner reads it in the log");
}

#[test]
fn a_backup_that_finds_no_room_leaves_the_others() {
    let Some(disk) = SmallDisk::mount(1) else { return };
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    cafe(here, "");
    let mut chat = Chat::begin(here, &[]);
    chat.say("a large latte with oat milk");
    chat.end();
    let to = disk.0.path().join("copies");
    let back_up = || output(&mut saycart(here, &["backup", "--keep", "1", "--to", to.to_str().unwrap()]));
    let (fine, said) = back_up();
    assert!(fine && said.contains("0 orders") && said.contains("read back and whole"), "{said}");
    disk.fill();
    let (fine, said) = back_up();
    assert!(!fine && said.contains("the disk is full") && said.contains("copies"), "{said}");
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 1, "the good one stays, and nothing half-written");
}

#[test]
fn a_damaged_database_is_replaced_by_the_newest_good_backup_and_that_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    cafe(here, "");
    let mut chat = Chat::begin(here, &[]);
    chat.say_all(&["a large latte with oat milk", "for here", "that's all", "yes"]);
    chat.end();
    let (fine, said) = output(&mut saycart(here, &["backup"]));
    assert!(fine && said.contains("1 order,"), "{said}");
    let database = here.join("state/saycart.db");
    let whole = std::fs::read(&database).unwrap();
    let damaged = [&whole[..4096], &vec![0xA5; whole.len() - 4096]].concat();
    std::fs::write(&database, &damaged).unwrap();

    let errors = Chat::begin(here, &[]).end();
    for part in ["is damaged", "set aside as", "put in its place", ".recover"] {
        assert!(errors.contains(part), "{part} is not in {errors}");
    }
    let (_, orders) = output(&mut saycart(here, &["orders", "list"]));
    assert!(orders.contains("latte"), "{orders}");
    let aside = std::fs::read_dir(here.join("state")).unwrap().map(|entry| entry.unwrap().path());
    let aside = aside.into_iter().find(|path| path.to_str().unwrap().contains(".damaged-")).expect("it is kept");
    assert_eq!(std::fs::read(aside).unwrap(), damaged);
    assert!(Chat::begin(here, &[]).end().is_empty(), "and it is said once");
}
