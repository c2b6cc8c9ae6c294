//! `saycart chat`.

use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use rustyline::error::ReadlineError;

use super::*;
use crate::commerce::checkout::{Checkout, CheckoutStatus};
use crate::reply::Reply;
use crate::service::{Channel, Happening, Point, ServiceError, SystemClock};

/// Each try waits for some seconds.
const TRIES: usize = 30;

#[derive(Debug, Args)]
pub struct ChatArgs {
    /// Print one JSON object a turn
    #[arg(long)]
    pub json: bool,
    /// Begin anew instead of going on with the conversation under way
    #[arg(long)]
    pub new: bool,
}

pub fn run(env: &Environment, args: &ChatArgs) -> Result<(), CliError> {
    let assistant = env.assistant()?;
    let mut desk = assistant.desk(Arc::new(SystemClock::new())).map_err(CliError::new)?;
    let point = Point::only(Channel::Typed);
    let opening =
        patiently(|| if args.new { desk.start_over(&point) } else { desk.enter(&point) }).map_err(CliError::new)?;
    if !args.json {
        show::reply(&opening.reply)?;
    }
    let typed = std::io::stdin().is_terminal();
    let mut lines: Box<dyn Iterator<Item = Result<String, CliError>>> = match typed {
        true => Box::new(Typed::new()?),
        false => Box::new(std::io::stdin().lock().lines().map(|line| line.map_err(CliError::new))),
    };
    // What looks how far a payment is that is waited for.
    let mut waits = None;
    while let Some(line) = lines.next().transpose()? {
        let happening = match (line.trim(), waits) {
            ("", Some(id)) => Happening::Timer(id),
            ("", None) => continue,
            (words, _) => Happening::Heard(words.into()),
        };
        let told = patiently(|| desk.tell(&point, happening.clone()));
        let outcome = match told {
            Err(error) if error.is_full() => {
                // The next word may find room again, and all that was said before is kept.
                eprintln!("saycart: {error}");
                refused(&desk.trouble(&point, true), args.json)?;
                continue;
            }
            told => told.map_err(CliError::new)?,
        };
        let paying = |one: &Checkout| one.status == CheckoutStatus::CompleteInProgress;
        waits = outcome.timer.map(|(id, _)| id).filter(|_| outcome.view.checkout.as_ref().is_some_and(paying));
        if args.json {
            print::line(serde_json::to_string(&outcome.view).map_err(CliError::new)?)?;
        } else if outcome.reply.text.is_empty() {
            show::go_on(&outcome.view)?;
        } else {
            // Who types sees what was typed; a piped conversation is to be read afterwards.
            show::turn(&outcome.view, &assistant.setting.shop, !typed)?;
        }
    }
    Ok(())
}

/// What is said where nothing could be written down.
fn refused(reply: &Reply, json: bool) -> Result<(), CliError> {
    if json {
        return print::line(serde_json::json!({ "refused": "disk_full", "reply": { "text": reply.text } }));
    }
    show::reply(reply)
}

/// What cannot be written because another program holds the database is kept, and tried again until it can.
pub fn patiently<T>(mut work: impl FnMut() -> Result<T, ServiceError>) -> Result<T, ServiceError> {
    for _ in 1..TRIES {
        match work() {
            Err(error) if error.is_passing() => eprintln!("saycart: {error}. What you said is kept; trying again …"),
            done => return done,
        }
    }
    work()
}

/// Lines typed at a terminal, with editing and history. The history is not kept: what people order is nobody's affair.
struct Typed(rustyline::DefaultEditor);

impl Typed {
    fn new() -> Result<Typed, CliError> {
        rustyline::DefaultEditor::new().map(Typed).map_err(CliError::new)
    }
}

impl Iterator for Typed {
    type Item = Result<String, CliError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.readline("> ") {
            Ok(line) => {
                let _ = self.0.add_history_entry(&line);
                Some(Ok(line))
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => None,
            Err(error) => Some(Err(CliError::new(error))),
        }
    }
}
