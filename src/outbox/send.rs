//! The ways of a ticket: a file, a command, a printer.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::mpsc;
use std::time::Duration;

use super::layout::plain;
use super::{Parcel, SendError, escpos};
use crate::shop::{Ticket, TicketWay};

/// A printer in the same house answers at once, or not at all.
const CONNECT: Duration = Duration::from_secs(3);
/// One that prints takes its time to read on.
const PRINT: Duration = Duration::from_secs(10);
/// Not every printer says how it is.
const STATUS: Duration = Duration::from_millis(500);
const COMMAND: Duration = Duration::from_secs(30);

/// DLE EOT 4: how much paper is there? Two bits of the answer say that there is none.
const ASK_PAPER: &[u8] = &[0x10, 0x04, 4];
const PAPER_END: u8 = 0b0110_0000;

pub fn ticket(to: &Ticket, parcel: &Parcel<'_>) -> Result<(), SendError> {
    let width = usize::from(to.width);
    match &to.way {
        TicketWay::File(path) => append(path, &(plain(parcel.payload, width) + "\n")),
        TicketWay::Command(command) => call(command, &plain(parcel.payload, width), parcel),
        TicketWay::Printer(address) => {
            let bytes = escpos::encode(parcel.payload, to.width, to.encoding)?;
            let printed = print(address, &bytes);
            printed
                .map_err(|source| SendError::Printer { address: address.clone(), source })?
                .then_some(())
                .ok_or_else(|| SendError::NoPaper(address.clone()))
        }
    }
}

fn append(path: &Path, text: &str) -> Result<(), SendError> {
    let write = || {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_data()
    };
    write().map_err(|source| SendError::File { path: path.display().to_string(), source })
}

/// `false`: it has no paper, and was sent nothing.
fn print(address: &str, bytes: &[u8]) -> std::io::Result<bool> {
    let mut failed = std::io::Error::new(std::io::ErrorKind::NotFound, "it has no address in this network");
    let mut connected = None;
    for at in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&at, CONNECT) {
            Ok(stream) => {
                connected = Some(stream);
                break;
            }
            Err(error) => failed = error,
        }
    }
    let Some(mut printer) = connected else { return Err(failed) };
    printer.set_write_timeout(Some(PRINT))?;
    printer.set_read_timeout(Some(STATUS))?;
    printer.write_all(ASK_PAPER)?;
    let mut status = [0];
    if matches!(printer.read(&mut status), Ok(1)) && status[0] & PAPER_END == PAPER_END {
        return Ok(false);
    }
    printer.write_all(bytes)?;
    printer.flush()?;
    // Closing it with what it said unread would throw away what it has not printed yet.
    printer.shutdown(std::net::Shutdown::Write)?;
    let mut rest = [0; 64];
    while matches!(printer.read(&mut rest), Ok(1..)) {}
    Ok(true)
}

fn call(command: &str, text: &str, parcel: &Parcel<'_>) -> Result<(), SendError> {
    let facts = [("SAYCART_ORDER", &*parcel.order.to_string()), ("SAYCART_DELIVERY", parcel.id)];
    let child = super::command::begin(command, facts, text).map_err(SendError::NoCommand)?;
    let status = ended(child)?;
    if status.success() { Ok(()) } else { Err(SendError::Command(status)) }
}

/// Wait for its end, not for ever.
fn ended(mut child: Child) -> Result<ExitStatus, SendError> {
    let id = child.id();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || drop(tell.send(child.wait())));
    match told.recv_timeout(COMMAND) {
        Ok(status) => status.map_err(SendError::NoCommand),
        Err(_) => {
            if let Some(pid) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
                // It may just have ended by itself.
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
            Err(SendError::Hanging(COMMAND.as_secs()))
        }
    }
}
