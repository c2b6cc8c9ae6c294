//! `saycart reload`: the running assistant reads its shop and configuration anew, and keeps conversations and carts.

use super::*;
use crate::control::Reloaded;

#[derive(Debug, Args)]
pub struct ReloadArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

pub fn run(sockets: &[PathBuf], args: &ReloadArgs) -> Result<(), CliError> {
    let mut client = Client::connect(sockets).map_err(CliError::new)?;
    let reloaded: Reloaded = client.ask(&Request::Reload).map_err(|error| match error {
        ControlError::Refused(why) => CliError::new(format!("refused, and all goes on as before: {why}")),
        other => CliError::new(other),
    })?;
    if args.json {
        return print::line(serde_json::to_string(&reloaded).map_err(CliError::new)?);
    }
    print::line(format_args!("{} was read anew.", reloaded.shop))?;
    match reloaded.at_next_start.is_empty() {
        true => Ok(()),
        false => print::line(format_args!("In force at the next start only: {}.", reloaded.at_next_start.join(", "))),
    }
}
