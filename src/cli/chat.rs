//! `saycart chat`.

use std::io::{BufRead, IsTerminal};

use rustyline::error::ReadlineError;

use super::*;
use crate::assistant::Assistant;

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
    let assistant = Assistant::open(&env.config).map_err(CliError::new)?;
    let mut conversation = assistant.conversation("chat", false).map_err(CliError::new)?;
    if args.new {
        conversation.start_over().map_err(CliError::new)?;
    }
    if !args.json {
        show::reply(&conversation.opening());
    }
    let typed = std::io::stdin().is_terminal();
    let mut lines: Box<dyn Iterator<Item = Result<String, CliError>>> = match typed {
        true => Box::new(Typed::new()?),
        false => Box::new(std::io::stdin().lock().lines().map(|line| line.map_err(CliError::new))),
    };
    while let Some(line) = lines.next().transpose()? {
        if line.trim().is_empty() {
            continue;
        }
        let outcome = conversation.turn(line.trim()).map_err(CliError::new)?;
        if args.json {
            println!("{}", serde_json::to_string(&outcome.view).map_err(CliError::new)?);
        } else {
            // Who types sees what was typed; a piped conversation is to be read afterwards.
            show::turn(&outcome.view, &assistant.shop, !typed);
        }
    }
    Ok(())
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
