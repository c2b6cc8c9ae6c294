//! `saycart config`: the effective configuration, and where each value came from.

use super::*;

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print the commented default configuration file instead
    #[arg(long)]
    pub default: bool,
}

pub fn run(env: &Environment, args: &ConfigArgs) -> Result<(), CliError> {
    if args.default {
        return print::text(crate::config::DEFAULT);
    }
    // `section.key` sorts sections among plain keys; TOML wants the plain keys first.
    let (plain, sectioned): (Vec<_>, Vec<_>) = env.config.origins.iter().partition(|(key, _)| !key.contains('.'));
    let mut section = "";
    for (key, (value, origin)) in plain.into_iter().chain(sectioned) {
        let name = match key.split_once('.') {
            None => key.as_str(),
            Some((of, name)) => {
                if of != section {
                    print::line(format_args!("\n[{of}]"))?;
                    section = of;
                }
                name
            }
        };
        print::line(format_args!("{:<40} # {origin}", format!("{name} = {value}")))?;
    }
    print::line(format_args!("\n# database: {}", env.config.database().display()))?;
    print::line(format_args!("# models:   {}", env.config.models_dir().display()))
}
