use std::io::{IsTerminal, Write};

use clap::Parser;
use saycart::cli::{self, Cli};

fn main() {
    silence_runtime();
    leave_no_core();
    let cli = Cli::parse();
    init_logging(cli.verbose);
    let status = match cli::run(cli) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("saycart: {error}");
            1
        }
    };
    leave(status)
}

/// End the process without the exit handlers of the C++ engines: a model being loaded or run cannot be interrupted, and
/// they would tear it down under the feet of a thread that an end within a second has to leave behind. Everything of
/// ours was committed and closed before.
fn leave(status: i32) -> ! {
    let _ = std::io::stdout().flush();
    // SAFETY: ends the process; nothing of ours is left to run.
    unsafe { libc::_exit(status) }
}

/// Microsoft's builds of ONNX Runtime report their use over the network and keep a device id in the user's cache
/// directory, unless this variable stands before the library is loaded; its own switch comes too late.
fn silence_runtime() {
    // SAFETY: the first statement of `main`, while this is the only thread.
    unsafe { std::env::set_var("ORT_DISABLE_TELEMETRY", "1") };
}

/// What people said stands in memory, and goes to no file that a crash writes. Where the system does not know such a limit
/// there is no such file.
fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Logs go to standard error, so that `--json` output stays clean; `RUST_LOG` overrides.
fn init_logging(verbose: u8) {
    let level = ["warn,saycart=info", "info,saycart=debug", "debug"][usize::from(verbose.min(2))];
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| level.into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
