//! A program that is watched call by call (ptrace), and killed just before the one that is wanted.

use std::process::Child;

use crate::linux::Failure;

/// Called by the child before it becomes the program: its parent sees each of its calls.
pub fn watched() -> std::io::Result<()> {
    // SAFETY: asks for nothing but to be watched by the parent.
    match unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// Calls that change something outside the process. Opening is one where it may make the file.
fn changes_something(call: u64, arguments: [u64; 6]) -> bool {
    const CALLS: [libc::c_long; 15] = [
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_pwrite64,
        libc::SYS_pwritev,
        libc::SYS_fsync,
        libc::SYS_fdatasync,
        libc::SYS_ftruncate,
        libc::SYS_fallocate,
        libc::SYS_unlinkat,
        libc::SYS_renameat2,
        libc::SYS_linkat,
        libc::SYS_connect,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_shutdown,
    ];
    #[cfg(target_arch = "x86_64")]
    const OLD_CALLS: [libc::c_long; 4] = [libc::SYS_unlink, libc::SYS_rename, libc::SYS_mkdir, libc::SYS_link];
    #[cfg(not(target_arch = "x86_64"))]
    const OLD_CALLS: [libc::c_long; 0] = [];
    let is = |known: &libc::c_long| u64::try_from(*known) == Ok(call);
    let makes = call == libc::SYS_openat as u64 && arguments[2] & libc::O_CREAT as u64 != 0;
    makes || CALLS.iter().chain(&OLD_CALLS).any(is)
}

/// Let the child run from call to call; kill it before the `at`th that changes something. Whether it came to that.
pub fn watch(child: &mut Child, at: usize) -> Result<bool, Failure> {
    let pid = child.id() as libc::pid_t;
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_TRACECLONE | libc::PTRACE_O_EXITKILL;
    let (mut counted, mut begun, mut killed) = (0, false, false);
    loop {
        let mut status = 0;
        // SAFETY: writes the status and nothing else.
        let thread = unsafe { libc::waitpid(-1, &mut status, libc::__WALL) };
        if thread == -1 {
            return Err(format!("the program was lost sight of: {}", std::io::Error::last_os_error()).into());
        }
        if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
            if thread == pid {
                return Ok(killed);
            }
            continue;
        }
        if !begun {
            begun = true;
            // SAFETY: sets flags of a child that is stopped.
            unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, thread, 0, options) };
        }
        let stopped = libc::WSTOPSIG(status);
        if stopped == libc::SIGTRAP | 0x80 && !killed && enters(thread) {
            counted += 1;
            if counted == at {
                killed = true;
                // SAFETY: sends a signal to the child.
                unsafe { libc::kill(pid, libc::SIGKILL) };
            }
        }
        // Signals of watching itself are not handed on; one that a thread stops with at its beginning is of that kind.
        let own = [libc::SIGTRAP, libc::SIGTRAP | 0x80, libc::SIGSTOP].contains(&stopped);
        let signal = if own { 0 } else { stopped };
        // SAFETY: lets the stopped thread go on. One that was killed meanwhile cannot.
        unsafe { libc::ptrace(libc::PTRACE_SYSCALL, thread, 0, signal) };
    }
}

/// Whether this thread is about to make a call that changes something.
fn enters(thread: libc::pid_t) -> bool {
    let size = std::mem::size_of::<libc::ptrace_syscall_info>();
    // SAFETY: plain data, for which zeros are valid; written up to its size; the variant is read that `op` names.
    unsafe {
        let mut info: libc::ptrace_syscall_info = std::mem::zeroed();
        let read = libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, thread, size, &mut info);
        read > 0 && info.op == libc::PTRACE_SYSCALL_INFO_ENTRY && changes_something(info.u.entry.nr, info.u.entry.args)
    }
}
