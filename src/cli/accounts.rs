//! `saycart accounts`: gift cards, points and house accounts.

use std::io::Read;

use super::orders::{listed, table};
use super::*;
use crate::money::Money;
use crate::service::records::{Account, AccountKind, Opened, Records, is_code};
use crate::shop::Shop;

#[derive(Debug, Args)]
pub struct AccountsArgs {
    #[command(subcommand)]
    pub command: AccountsCommand,
}

#[derive(Debug, Subcommand)]
pub enum AccountsCommand {
    /// All of them, with what can be spent
    List {
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Open one; what is paid with it is taken off by its code
    Open {
        /// Whom or what it is for
        title: String,
        #[arg(long, value_enum, default_value_t = Kind::GiftCard)]
        kind: Kind,
        /// A file with the 6 to 12 digits of its code; `-` reads standard input. On the command line others could read it
        #[arg(long, value_name = "FILE", default_value = "-")]
        code_file: PathBuf,
        /// What is on it
        #[arg(long, default_value = "0")]
        amount: String,
        /// How far below nothing it may go: what the shop lends
        #[arg(long, default_value = "0")]
        credit: String,
        /// A group that whose it is belongs to, as `groups` of a promotion names it; may be given several times
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },
    /// Put more on it; below nothing, take so much off
    Load {
        id: i64,
        #[arg(allow_hyphen_values = true)]
        amount: String,
    },
    /// Nothing can be paid with it from now on
    Block { id: i64 },
    /// It can be used again
    Unblock { id: i64 },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Kind {
    GiftCard,
    HouseAccount,
    Loyalty,
}

pub fn run(env: &Environment, args: &AccountsArgs) -> Result<(), CliError> {
    let shop = shop::load(&env.config.values.shop)?;
    let database = env.config.database();
    let records = || Records::open_or_begin(&database).map_err(CliError::new);
    match &args.command {
        AccountsCommand::List { json } => {
            let accounts = Records::open(&database).and_then(|records| records.accounts(&shop.key));
            print::text(listed(accounts, *json, |accounts| list(&shop, accounts))?)
        }
        AccountsCommand::Open { title, kind, code_file, amount, credit, groups } => {
            let kind = match kind {
                Kind::GiftCard => AccountKind::GiftCard,
                Kind::HouseAccount => AccountKind::HouseAccount,
                Kind::Loyalty => AccountKind::Loyalty,
            };
            let (amount, credit) = (money(&shop, amount, Money::ZERO)?, money(&shop, credit, Money::ZERO)?);
            let code = code(code_file)?;
            let opened = Opened { kind, title, code: &code, amount, credit, groups: known(&shop, groups)? };
            let id = records()?.open_account(&shop, opened).map_err(CliError::new)?;
            print::line(format!("Account {id} is open, with {} to spend.", shop.currency.format(amount + credit)))
        }
        AccountsCommand::Load { id, amount } => {
            let amount = money(&shop, amount, Money(i64::MIN))?;
            let account = records()?.load_account(*id, amount).map_err(CliError::new)?;
            print::line(said(&shop, &account))
        }
        AccountsCommand::Block { id } => {
            print::line(said(&shop, &records()?.block_account(*id, true).map_err(CliError::new)?))
        }
        AccountsCommand::Unblock { id } => {
            print::line(said(&shop, &records()?.block_account(*id, false).map_err(CliError::new)?))
        }
    }
}

/// A group that no promotion is for is a slip of the pen.
fn known<'a>(shop: &Shop, groups: &'a [String]) -> Result<&'a [String], CliError> {
    let all: Vec<&str> =
        shop.terms.promotions.iter().flat_map(|promotion| &promotion.groups).map(String::as_str).collect();
    match groups.iter().find(|group| !all.contains(&group.as_str())) {
        None => Ok(groups),
        Some(group) if all.is_empty() => Err(CliError::new(format!(
            "no promotion of the shop is for a group, so that `{group}` would be nothing; write `groups = [\"{group}\"]` to one"
        ))),
        Some(group) => {
            Err(CliError::new(format!("no promotion of the shop is for `{group}`; there is: {}", all.join(", "))))
        }
    }
}

fn money(shop: &Shop, text: &str, least: Money) -> Result<Money, CliError> {
    let amount = shop.currency.parse(text).map_err(CliError::new)?;
    if amount < least {
        return Err(CliError::new(format!("`{text}` is less than nothing; write an amount that is there")));
    }
    Ok(amount)
}

/// Digits alone; blanks between them are for people.
fn code(file: &std::path::Path) -> Result<String, CliError> {
    let mut text = String::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().read_to_string(&mut text).map(|_| ()),
        false => std::fs::read_to_string(file).map(|read| text = read),
    };
    read.map_err(|error| CliError::new(format!("the code cannot be read from {}: {error}", file.display())))?;
    let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if !is_code(&code) {
        let why = "a code has 6 to 12 digits and nothing else: fewer are guessed, more sound like a card's number";
        return Err(CliError::new(why));
    }
    Ok(code)
}

fn list(shop: &Shop, accounts: &[Account]) -> String {
    if accounts.is_empty() {
        return "There are no accounts; `saycart accounts open` opens one.\n".into();
    }
    let mut rows = vec![["ID", "KIND", "FOR", "TO SPEND", ""].map(String::from)];
    rows.extend(accounts.iter().map(|account| {
        let available = shop.currency.format(account.available);
        let blocked = if account.blocked { "blocked" } else { "" };
        [account.id.to_string(), kind(account.kind).into(), account.title.clone(), available, blocked.into()]
    }));
    table(&rows, 3)
}

fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::GiftCard => "gift card",
        AccountKind::HouseAccount => "house account",
        AccountKind::Loyalty => "loyalty",
    }
}

fn said(shop: &Shop, account: &Account) -> String {
    let blocked = if account.blocked { ", and is blocked" } else { "" };
    format!("Account {} has {} to spend{blocked}.", account.id, shop.currency.format(account.available))
}
