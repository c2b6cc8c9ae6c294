//! The real program, typed to.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A café with more in its description.
pub fn cafe(directory: &Path, more: &str) -> PathBuf {
    let shop = directory.join("shop");
    std::fs::create_dir_all(&shop).unwrap();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/shops/cafe")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), shop.join(entry.file_name())).unwrap();
    }
    let description = std::fs::read_to_string(shop.join("shop.toml")).unwrap();
    std::fs::write(shop.join("shop.toml"), format!("{description}\n{more}")).unwrap();
    shop
}

pub fn saycart(directory: &Path, arguments: &[&str]) -> Command {
    // Measuring programs, which take this in too, have none.
    let Some(program) = option_env!("CARGO_BIN_EXE_saycart") else { panic!("only tests have the program built") };
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", directory)
        .env("STATE_DIRECTORY", directory.join("state"))
        .env("TZ", "UTC")
        .arg("--shop")
        .arg(directory.join("shop"))
        .args(arguments);
    command
}

pub fn output(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

/// A conversation that is being typed.
pub struct Chat {
    pub child: Child,
    typed: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Chat {
    pub fn begin(directory: &Path, arguments: &[&str]) -> Chat {
        let mut child = saycart(directory, &[arguments, &["chat", "--json"]].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (typed, said) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Chat { child, typed, said }
    }

    pub fn say(&mut self, words: &str) -> serde_json::Value {
        writeln!(self.typed, "{words}").unwrap();
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{words:?}: {error} in {line:?}"))
    }

    pub fn say_all(&mut self, all: &[&str]) {
        for words in all {
            self.say(words);
        }
    }

    /// It goes on its way in order; what it said on standard error.
    pub fn end(mut self) -> String {
        drop(self.typed);
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert!(self.child.wait().unwrap().success(), "{errors}");
        errors
    }
}
