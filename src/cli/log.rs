//! `saycart log`: how much the running assistant logs.

use super::*;

#[derive(Debug, Args)]
pub struct LogArgs {
    /// error, warn, info, debug, trace, or a filter like `warn,saycart=trace`; what customers say is logged from debug on
    pub level: String,
}

pub fn run(sockets: &[PathBuf], args: &LogArgs) -> Result<(), CliError> {
    let request = Request::Log { level: args.level.clone() };
    let holds: String = Client::connect(sockets).and_then(|mut client| client.ask(&request)).map_err(CliError::new)?;
    print::line(format_args!("The log is at {holds} until the next start."))
}
