//! The command line: one definition that gives parsing, help, completions and the man page.

pub mod accounts;
mod backup;
pub mod chat;
pub mod config;
pub mod doctor;
pub mod handovers;
pub mod hear;
mod listen;
pub mod log;
pub mod models;
pub mod order;
pub mod orders;
pub mod outbox;
pub mod payments;
pub mod print;
pub mod reload;
pub mod run;
pub mod say;
pub mod shop;
pub mod show;
pub mod status;
pub mod stock;
pub mod top;
pub mod understand;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::assistant::Assistant;
use crate::config::Config;
use crate::control::{self, Client, ControlError, Request};

/// A voice-commerce assistant that lives wholly on the device: it hears, keeps the cart and answers aloud.
#[derive(Debug, Parser)]
#[command(name = "saycart", version, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file, read after the system's and the user's own
    #[arg(long, global = true, value_name = "FILE", env = "SAYCART_CONFIG")]
    pub config: Option<PathBuf>,
    /// Directory of the shop description
    #[arg(long, global = true, value_name = "DIR")]
    pub shop: Option<PathBuf>,
    /// SQLite database for carts, orders and conversations
    #[arg(long, global = true, value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// Set one configuration value, e.g. --set hear.threads=4
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Say more on standard error (-v, -vv)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon: microphone and loudspeaker
    Run(run::RunArgs),
    /// How the running assistant is: since when, what it does, devices, models, times, the last error
    Status(status::StatusArgs),
    /// The same, live
    Top(top::TopArgs),
    /// Have the running assistant read its shop and configuration anew
    Reload(reload::ReloadArgs),
    /// Have the running assistant hear you now, as its key does: it falls silent if it speaks, and stops listening if it listens
    Listen,
    /// Have the running assistant listen to nothing
    Mute,
    /// Have the running assistant listen again
    Unmute,
    /// Change how much the running assistant logs
    Log(log::LogArgs),
    /// Hold one spoken order from WAV files, a file a customer turn
    Order(order::OrderArgs),
    /// Hold the same conversation typed
    Chat(chat::ChatArgs),
    /// Only transcribe
    Hear(hear::HearArgs),
    /// Only speak
    Say(say::SayArgs),
    /// Try utterances against the shop, one a line on standard input
    Understand(understand::UnderstandArgs),
    /// Check, show or sample the shop description
    Shop(shop::ShopArgs),
    /// List, fetch or verify the models
    Models(models::ModelsArgs),
    /// List or show the orders taken
    Orders(orders::OrdersArgs),
    /// List, set or import how much there is of what is counted
    Stock(stock::StockArgs),
    /// Open, load, list or block gift cards, points and house accounts
    Accounts(accounts::AccountsArgs),
    /// List tickets and webhooks that have not arrived, or try them again
    Outbox(outbox::OutboxArgs),
    /// List, show and give back what orders were paid with
    Payments(payments::PaymentsArgs),
    /// Copy the database, while the shop serves
    Backup(backup::BackupArgs),
    /// List, show and settle what waits for a person
    Handovers(handovers::HandoversArgs),
    /// Check microphone, loudspeaker, models, database and permissions
    Doctor(doctor::DoctorArgs),
    /// Print the effective configuration and where each value came from
    Config(config::ConfigArgs),
    /// Print shell completions
    Completions { shell: clap_complete::Shell },
    /// Print the man page
    #[command(hide = true)]
    Man,
}

/// Why a command ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// It failed: what is wrong and what to do, already worded for people.
    #[error("{0}")]
    Failed(String),
    /// Nobody reads any more what it says. No failure: [`run`] takes it for an end like any other.
    #[error("nobody reads standard output any more")]
    Unread,
}

impl CliError {
    pub fn new(error: impl std::fmt::Display) -> Self {
        CliError::Failed(error.to_string())
    }
}

/// What every command gets: the configuration, resolved.
pub struct Environment {
    pub config: Config,
}

impl Environment {
    /// The assistant of the configured shop.
    fn assistant(&self) -> Result<Assistant, CliError> {
        shop::present(&self.config.values.shop).map_err(CliError::new)?;
        Assistant::open(&self.config).map_err(CliError::new)
    }
}

/// Run a parsed command line; the caller turns an error into an exit status.
pub fn run(cli: Cli) -> Result<(), CliError> {
    match command(cli) {
        Err(CliError::Unread) => Ok(()),
        ended => ended,
    }
}

fn command(cli: Cli) -> Result<(), CliError> {
    let mut page = Vec::new();
    match &cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "saycart", &mut page);
            return print::text(String::from_utf8_lossy(&page));
        }
        Command::Man => {
            clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(CliError::new)?;
            return print::text(String::from_utf8_lossy(&page));
        }
        // They reach the assistant though somebody has just broken the configuration, and say what is wrong with it.
        Command::Status(args) => return status::run(&sockets(&cli), args),
        Command::Top(args) => return top::run(&sockets(&cli), args),
        Command::Reload(args) => return reload::run(&sockets(&cli), args),
        Command::Listen => return listen::run(&sockets(&cli), &Request::Listen),
        Command::Mute => return listen::run(&sockets(&cli), &Request::Mute),
        Command::Unmute => return listen::run(&sockets(&cli), &Request::Unmute),
        Command::Log(args) => return log::run(&sockets(&cli), args),
        _ => {}
    }
    let env = Environment { config: Config::load(&overrides(&cli)).map_err(CliError::new)? };
    match &cli.command {
        Command::Run(args) => run::run(&env, args),
        Command::Order(args) => order::run(&env, args),
        Command::Chat(args) => chat::run(&env, args),
        Command::Hear(args) => hear::run(&env, args),
        Command::Say(args) => say::run(&env, args),
        Command::Understand(args) => understand::run(&env, args),
        Command::Shop(args) => shop::run(&env, args),
        Command::Models(args) => models::run(&env, args),
        Command::Orders(args) => orders::run(&env, args),
        Command::Stock(args) => stock::run(&env, args),
        Command::Accounts(args) => accounts::run(&env, args),
        Command::Outbox(args) => outbox::run(&env, args),
        Command::Payments(args) => payments::run(&env, args),
        Command::Backup(args) => backup::run(&env, args),
        Command::Handovers(args) => handovers::run(&env, args),
        Command::Doctor(args) => doctor::run(&env, args),
        Command::Config(args) => config::run(&env, args),
        Command::Completions { .. } | Command::Man => Ok(()),
        Command::Status(_) | Command::Top(_) | Command::Reload(_) | Command::Log(_) => Ok(()),
        Command::Listen | Command::Mute | Command::Unmute => Ok(()),
    }
}

/// Where the running assistant may be asked.
fn sockets(cli: &Cli) -> Vec<PathBuf> {
    control::sockets(Config::load(&overrides(cli)).ok().as_ref())
}

fn overrides(cli: &Cli) -> crate::config::Overrides {
    let mut set: Vec<(String, String)> = Vec::new();
    if let Some(shop) = &cli.shop {
        set.push(("shop".into(), shop.display().to_string()));
    }
    if let Some(database) = &cli.database {
        set.push(("database".into(), database.display().to_string()));
    }
    crate::config::Overrides { file: cli.config.clone(), set, raw: cli.set.clone() }
}
