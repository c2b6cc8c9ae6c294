use std::io::Write;

use clap::Parser;
use saycart::cli::{self, Cli};
use saycart::logging;

fn main() {
    silence_runtime();
    leave_no_core();
    let cli = Cli::parse();
    // `--json` output stays clean: the log goes elsewhere.
    logging::init(cli.verbose);
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
