//! The real program over its life: an order goes on after it ends, is stopped, or is killed between any two steps.

use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use assert_cmd::assert::OutputAssertExt;
use predicates::str::contains;
use serde_json::Value;

/// A customer who changes her mind.
const CONVERSATION: &[&str] = &[
    "two large lemonades with mint please",
    "and a cookie",
    "make one of the lemonades a small",
    "take off the cookie",
    "and a pretzel",
    "that's all",
];
const SO_FAR: &str = "what do I have so far";

fn saycart(database: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saycart"));
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stand");
    command.args(["--shop", shop, "--database"]).arg(database);
    command
}

/// A typed conversation held by the real program.
struct Chat {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Chat {
    fn start(database: &Path) -> Chat {
        Chat::by(saycart(database))
    }

    /// The same on a disk of its own, so small that it is soon full.
    fn on_a_small_disk(database: &Path) -> Chat {
        let (disk, saycart) = (database.parent().unwrap(), saycart(database));
        let mut command = Command::new("unshare");
        let mounted = "mount -t tmpfs -o size=8m none \"$0\" && exec \"$@\"";
        command.args(["--map-root-user", "--mount", "sh", "-c", mounted]).arg(disk);
        command.arg(saycart.get_program()).args(saycart.get_args());
        Chat::by(command)
    }

    fn by(mut command: Command) -> Chat {
        // A job in the background of a script inherits SIGINT ignored.
        let heed_interrupts = || {
            // SAFETY: signal(2) may be called between fork and exec.
            unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
            Ok(())
        };
        // SAFETY: the closure allocates nothing and takes no lock.
        unsafe { command.pre_exec(heed_interrupts) };
        let mut child = command
            .args(["chat", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Chat { input: child.stdin.take(), output, child }
    }

    fn send(&mut self, text: &str) {
        writeln!(self.input.as_mut().unwrap(), "{text}").unwrap();
    }

    /// Say something, and wait until it is answered: then it must be safe.
    fn say(&mut self, text: &str) -> Value {
        self.send(text);
        loop {
            let line = self.output.next().expect("it answers").unwrap();
            let turn: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if turn["transcript"] == text {
                return turn;
            }
        }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The end of the input.
    fn leave(mut self) -> ExitStatus {
        self.input = None;
        self.child.wait().unwrap()
    }
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(status.success());
}

fn database() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saycart.db");
    (directory, path)
}

/// What stands in the cart, without the ids.
fn lines(turn: &Value) -> Vec<CartLine> {
    let items = turn["cart"]["line_items"].as_array().expect("the cart has lines");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    items
        .iter()
        .map(|line| {
            let options = line["options"].as_array().into_iter().flatten().map(|option| text(&option["title"]));
            (text(&line["item"]["title"]), line["quantity"].clone(), options.collect())
        })
        .collect()
}

/// Title, quantity and the titles of the options.
type CartLine = (String, Value, Vec<String>);

/// The cart after each turn when nothing happens; before the first it is empty.
fn undisturbed() -> &'static [Vec<CartLine>] {
    static CARTS: OnceLock<Vec<Vec<CartLine>>> = OnceLock::new();
    CARTS.get_or_init(|| {
        let (_directory, path) = database();
        let mut chat = Chat::start(&path);
        let after = CONVERSATION.iter().map(|text| lines(&chat.say(text)));
        let carts = std::iter::once(vec![]).chain(after).collect::<Vec<_>>();
        assert!(chat.leave().success());
        let each_differs = carts[..6].windows(2).all(|pair| pair[0] != pair[1]);
        assert!(each_differs, "every turn but the last changes the cart: {carts:#?}");
        carts
    })
}

#[test]
fn while_a_stranger_holds_the_database_the_turn_is_kept_and_written_when_it_lets_go() {
    let (_directory, path) = database();
    let mut chat = Chat::start(&path);
    chat.say(CONVERSATION[0]);
    let mut stranger = rusqlite::Connection::open(&path).unwrap();
    let hold = stranger.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let mut complaints = BufReader::new(chat.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    chat.send(CONVERSATION[1]);
    let told = complaints.find(|line| line.contains("trying again")).expect("it says what it waits for");
    assert!(told.contains("another program has locked the database"), "{told}");
    hold.rollback().unwrap();
    let turn: Value = serde_json::from_str(&chat.output.next().unwrap().unwrap()).unwrap();
    assert_eq!(turn["transcript"], CONVERSATION[1]);
    assert_eq!(lines(&turn).len(), 2);
    assert!(chat.leave().success());
}

#[test]
fn on_a_full_disk_the_turn_is_refused_and_with_room_again_the_order_goes_on() {
    let (_directory, path) = database();
    let allowed = Command::new("unshare").args(["--map-root-user", "--mount", "true"]).status();
    if !allowed.is_ok_and(|status| status.success()) {
        return eprintln!("nobody may mount a disk of their own here: what a full one does was not tried");
    }
    let mut chat = Chat::on_a_small_disk(&path);
    chat.say(CONVERSATION[0]);
    // As the program sees it.
    let disk = format!("/proc/{}/root{}", chat.child.id(), path.parent().unwrap().display());
    let filler = Path::new(&disk).join("somebody's films");
    std::io::copy(&mut std::io::repeat(0), &mut std::fs::File::create(&filler).unwrap()).expect_err("it is full");
    chat.send(CONVERSATION[1]);
    let refused: Value = serde_json::from_str(&chat.output.next().unwrap().unwrap()).unwrap();
    assert_eq!(refused["refused"], "disk_full");
    std::fs::remove_file(filler).unwrap();
    assert_eq!(lines(&chat.say(CONVERSATION[1])).len(), 2);
    assert!(chat.leave().success());
}

#[test]
fn an_order_goes_on_after_the_program_ended() {
    let (_directory, path) = database();
    let mut chat = Chat::start(&path);
    let before = chat.say(CONVERSATION[0]);
    assert_eq!(lines(&before).len(), 1);
    assert!(chat.leave().success());

    let mut chat = Chat::start(&path);
    let after = chat.say(CONVERSATION[1]);
    assert_eq!(lines(&after)[0], lines(&before)[0]);
    assert_eq!(lines(&after).len(), 2);
    assert!(chat.leave().success());
}

#[test]
fn killed_after_every_turn_it_ends_as_if_nothing_had_happened() {
    let (_directory, path) = database();
    for (text, expected) in CONVERSATION.iter().zip(&undisturbed()[1..]) {
        let mut chat = Chat::start(&path);
        assert_eq!(lines(&chat.say(text)), *expected, "after: {text}");
        chat.kill();
    }
}

/// Kills each turn while it is being committed, as near as a watcher gets: when the database's log begins to grow.
#[test]
fn killed_in_the_middle_of_a_turn_it_has_the_whole_turn_or_nothing_of_it() {
    let (_directory, path) = database();
    let log = path.with_extension("db-wal");
    let size = || std::fs::metadata(&log).map_or(0, |log| log.len());
    let mut chat = Chat::start(&path);
    chat.say(SO_FAR);
    for (text, around) in CONVERSATION.iter().zip(undisturbed().windows(2)) {
        let before = size();
        chat.send(text);
        while size() == before && chat.child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        chat.kill();

        chat = Chat::start(&path);
        let found = lines(&chat.say(SO_FAR));
        assert!(around.contains(&found), "after the kill in {text:?}: {found:?}");
        if found != around[1] {
            chat.say(text);
        }
    }
    assert!(chat.leave().success());
}

#[test]
fn a_stopped_program_leaves_the_cart_and_the_database_in_order() {
    for name in ["TERM", "INT"] {
        let (_directory, path) = database();
        let mut chat = Chat::start(&path);
        let before = chat.say(CONVERSATION[0]);
        signal(&chat.child, name);
        chat.child.wait().unwrap();
        let mut chat = Chat::start(&path);
        assert_eq!(lines(&chat.say(SO_FAR)), lines(&before), "SIG{name}");
        assert!(chat.leave().success());
        saycart(&path).args(["orders", "list"]).assert().success().stdout("No orders yet.\n");
    }
}

#[test]
fn a_placed_order_is_in_the_list_and_the_next_customer_starts_empty() {
    let (_directory, path) = database();
    let mut chat = Chat::start(&path);
    chat.say("a cookie please");
    // However many questions there are first.
    let mut answers = ["that's all", "for here", "no", "Ann", "yes", "yes"].into_iter();
    let placed = || saycart(&path).args(["orders", "list", "--json"]).output().unwrap().stdout;
    while placed().is_empty() {
        chat.say(answers.next().expect("an order is placed after all these answers"));
    }
    chat.kill();
    let orders = String::from_utf8(placed()).unwrap();
    assert_eq!(orders.lines().count(), 1, "one order: {orders}");
    let mut chat = Chat::start(&path);
    assert_eq!(lines(&chat.say(SO_FAR)), []);
}

#[test]
fn a_second_program_is_told_who_holds_the_database_and_may_still_read_it() {
    let (_directory, path) = database();
    let mut chat = Chat::start(&path);
    chat.say(CONVERSATION[0]);
    let holder = format!("in use by another saycart (process {})", chat.child.id());
    saycart(&path).args(["chat", "--json"]).stdin(Stdio::null()).assert().failure().stderr(contains(holder));
    saycart(&path).args(["orders", "list"]).assert().success();
    chat.kill();
    let mut next = Chat::start(&path);
    assert_eq!(lines(&next.say(SO_FAR)).len(), 1, "what a killed holder leaves is open to the next");
}

/// The daemon on a sound card that is always silent, and for ever ready.
struct Daemon {
    child: Child,
    log: std::sync::mpsc::Receiver<String>,
    _home: tempfile::TempDir,
}

impl Daemon {
    /// `sound` is an ALSA configuration.
    fn start(database: &Path, sound: &str) -> Daemon {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("asound.conf");
        std::fs::write(&config, sound).unwrap();
        let mut command = saycart(database);
        command.arg("run").env("ALSA_CONFIG_PATH", config).env_remove("RUST_LOG");
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = std::sync::mpsc::channel();
        // Read on to the end: a daemon that cannot log any more must not stand still for it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| sender.send(line).unwrap_or_default()));
        Daemon { child, log, _home: home }
    }

    fn listening(database: &Path) -> Daemon {
        let daemon = Daemon::start(database, "</usr/share/alsa/alsa.conf>\npcm.!default { type null }\n");
        let listens = daemon.log.iter().any(|line| line.contains("listening after"));
        assert!(listens, "it listens; with the models fetched");
        daemon
    }
}

#[test]
fn the_daemon_ends_in_order_within_a_second_and_lets_go_of_the_database() {
    let (_directory, path) = database();
    for signals in [&["TERM"][..], &["INT"], &["TERM", "TERM"]] {
        let mut daemon = Daemon::listening(&path);
        let second = saycart(&path).arg("chat").stdin(Stdio::null()).assert().failure();
        second.stderr(contains(format!("process {}", daemon.child.id())));
        let asked = Instant::now();
        signals.iter().for_each(|name| signal(&daemon.child, name));
        let status = daemon.child.wait().unwrap();
        assert!(status.success(), "{signals:?}: {status}");
        assert!(asked.elapsed() < Duration::from_secs(1), "{signals:?}: it took {:?}", asked.elapsed());
    }
    let mut daemon = Daemon::listening(&path);
    daemon.child.kill().unwrap();
    daemon.child.wait().unwrap();
    assert!(Chat::start(&path).leave().success(), "also after a kill");
}

#[test]
fn without_a_sound_card_the_daemon_says_what_is_missing_and_waits_for_it() {
    let (_directory, path) = database();
    let mut daemon = Daemon::start(&path, "");
    let (mut missing, mut log) = (vec!["no microphone", "no loudspeaker", "listening after"], String::new());
    while !missing.is_empty() {
        let line = daemon
            .log
            .recv_timeout(std::time::Duration::from_secs(60))
            .unwrap_or_else(|_| panic!("nothing of {missing:?} in: {log}"));
        missing.retain(|words| !line.contains(words));
        log.push_str(&line);
    }
    signal(&daemon.child, "TERM");
    assert!(daemon.child.wait().unwrap().success());
}
