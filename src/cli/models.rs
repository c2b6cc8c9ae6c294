//! `saycart models`.

use super::*;
use crate::models::{self, Outcome, State, Store, human};

#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(subcommand)]
    pub command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// What is there, what is missing
    List,
    /// Fetch the default set, or the named ones
    Fetch { names: Vec<String> },
    /// Check the files against their hashes
    Verify { names: Vec<String> },
}

pub fn run(env: &Environment, args: &ModelsArgs) -> Result<(), CliError> {
    let store = Store::new(env.config.models_dir());
    match &args.command {
        ModelsCommand::List => list(&store),
        ModelsCommand::Fetch { names } => fetch(&store, names),
        ModelsCommand::Verify { names } => verify(&store, names),
    }
}

fn list(store: &Store) -> Result<(), CliError> {
    let rows: Vec<[String; 5]> = store
        .manifest()
        .models
        .iter()
        .map(|model| {
            let state = match store.state(model) {
                State::Missing if !model.default => "on request".to_string(),
                state => state.describe().to_string(),
            };
            [model.name.clone(), human(model.bytes()), state, model.licence.clone(), model.purpose.clone()]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(width);
    print::line(store.dir().display())?;
    for [name, size, state, licence, purpose] in &rows {
        let [a, b, c, d] = widths;
        print::line(format_args!("  {name:a$}  {size:>b$}  {state:c$}  {licence:d$}  {purpose}"))?;
    }
    Ok(())
}

fn fetch(store: &Store, names: &[String]) -> Result<(), CliError> {
    let names = chosen(store, names, |model| model.default)?;
    let (dir, all) = (store.dir().display(), names.join(", "));
    match store.ensure(&names, &models::Shown::default()).map_err(CliError::new)? {
        Outcome::Present => print::line(format_args!("nothing to fetch; {dir} holds {all}")),
        Outcome::Fetched => print::line(format_args!("{dir} now holds {all}")),
    }
}

fn verify(store: &Store, names: &[String]) -> Result<(), CliError> {
    let names = chosen(store, names, |model| {
        !matches!(store.state(model), State::NotForHere | State::Missing) || model.default
    })?;
    let mut failed = 0;
    for name in &names {
        match store.verify(name) {
            Ok(()) => print::line(format_args!("{name}: ok"))?,
            Err(error) => {
                print::line(format_args!("{name}: {error}"))?;
                failed += 1;
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(CliError::new(format!("{failed} of {} models cannot be used", names.len()))) }
}

/// Full names of those asked for, or of those that `by_itself` picks where none is.
fn chosen<'a>(
    store: &'a Store,
    names: &[String],
    by_itself: impl Fn(&models::Model) -> bool,
) -> Result<Vec<&'a str>, CliError> {
    if names.is_empty() {
        return Ok(store.manifest().models.iter().filter(|m| by_itself(m)).map(|m| m.name.as_str()).collect());
    }
    names.iter().map(|name| store.model(name).map(|model| model.name.as_str()).map_err(CliError::new)).collect()
}
