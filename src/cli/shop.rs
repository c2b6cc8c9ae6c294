//! `saycart shop`.

use std::path::Path;

use super::*;
use crate::lang::Language;
use crate::outbox;
use crate::pronounce;
use crate::shop::{self, Diagnostics, Shop};
use crate::understand::{Lexicon, sample};

#[derive(Debug, Args)]
pub struct ShopArgs {
    #[command(subcommand)]
    pub command: ShopCommand,
}

#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Report every mistake in a shop description
    Check { dir: Option<PathBuf> },
    /// Print the menu as a person would read it
    Show { dir: Option<PathBuf> },
    /// Make up orders that the shop understands
    Sample {
        dir: Option<PathBuf>,
        #[arg(long, default_value_t = 10)]
        count: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

pub fn run(env: &Environment, args: &ShopArgs) -> Result<(), CliError> {
    let of = |dir: &Option<PathBuf>| dir.clone().unwrap_or_else(|| env.config.values.shop.clone());
    match &args.command {
        ShopCommand::Check { dir } => check(&of(dir)),
        ShopCommand::Show { dir } => show(&of(dir)),
        ShopCommand::Sample { dir, count, seed } => sample(&of(dir), *count, *seed),
    }
}

/// The shop in a directory, for a command that needs one.
pub(super) fn load(dir: &Path) -> Result<Shop, CliError> {
    present(dir).map_err(CliError::new)?;
    let told = |found| format!("{found}\n{}", refusal(dir, &found));
    Shop::load(dir).map(|loaded| loaded.shop).map_err(|found| CliError::new(told(found)))
}

/// Away from where it was set up, the shop's directory is the first thing that is missing; a file that nobody finds in it
/// would be the lesser half of the truth.
pub(super) fn present(dir: &Path) -> Result<(), String> {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.into());
    let wrong = match dir {
        _ if dir.is_dir() => return Ok(()),
        _ if dir.exists() => format!("the shop {} is a file; a shop is the directory that it is in", whole.display()),
        _ => format!("there is no shop directory {}", whole.display()),
    };
    Err(format!("{wrong}. Name your shop's directory with --shop DIR, or as `shop` in the configuration."))
}

fn sample(dir: &Path, count: usize, seed: u64) -> Result<(), CliError> {
    let shop = load(dir)?;
    let language = Language::load(&shop.language).map_err(CliError::new)?;
    let lexicon = Lexicon::compile(&shop, &language);
    for (text, _) in sample::orders(&shop, &language, &lexicon, seed, count) {
        print::line(text)?;
    }
    Ok(())
}

fn check(dir: &Path) -> Result<(), CliError> {
    present(dir).map_err(CliError::new)?;
    match Shop::check(dir, &|language, text| pronounce::phonemes(&language.speak.espeak_voice, text).ok()) {
        Ok(loaded) => {
            tell(&loaded.warnings)?;
            let shop = &loaded.shop;
            let language = Language::load(&shop.language).map_err(CliError::new)?;
            let tickets = &shop.outlets.tickets;
            tickets.iter().try_for_each(|to| outbox::check(&language, to)).map_err(CliError::new)?;
            let summary = format!(
                "{}: {} in {}, {}; {}",
                dir.display(),
                count(shop.items.len(), "item", "items"),
                count(shop.categories.len(), "category", "categories"),
                count(shop.option_lists.len(), "option list", "option lists"),
                match loaded.warnings.warnings() {
                    0 => "no mistakes".to_string(),
                    n => format!("no errors, {}", count(n, "warning", "warnings")),
                }
            );
            print::line(summary)
        }
        Err(found) => {
            tell(&found)?;
            Err(CliError::new(refusal(dir, &found)))
        }
    }
}

pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn refusal(dir: &Path, found: &Diagnostics) -> String {
    let errors = count(found.errors(), "error", "errors");
    let warnings = match found.warnings() {
        0 => String::new(),
        n => format!(" and {}", count(n, "warning", "warnings")),
    };
    format!("{errors}{warnings} in the shop {}; it cannot be used before the errors are mended", dir.display())
}

fn tell(found: &Diagnostics) -> Result<(), CliError> {
    found.list.iter().try_for_each(|diagnostic| print::line(format_args!("{diagnostic}\n")))
}

fn show(dir: &Path) -> Result<(), CliError> {
    present(dir).map_err(CliError::new)?;
    let see = |found| format!("{}; `saycart shop check {}` tells what they are", refusal(dir, &found), dir.display());
    let loaded = Shop::load(dir).map_err(|found| CliError::new(see(found)))?;
    print::text(shop::show::menu(&loaded.shop, columns()))
}

/// Width to write for: the terminal's, or what `COLUMNS` says, or 80.
fn columns() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    asked.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(80)
}
