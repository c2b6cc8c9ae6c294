//! Memory that is not needed any more goes back to the system: on a small board others live too. Loading a shop and its models
//! takes as much again for a moment, and the C library keeps that for each thread by itself unless it is told.

/// Of glibc, from now on: few heaps for all the threads, and pieces above this many bytes outside them, so that each can go back
/// when it is freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const PIECE: libc::c_int = 128 * 1024;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 2;

/// To be called before there are threads that matter; elsewhere than on glibc nothing happens.
pub(super) fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets two numbers behind the allocator's own lock.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, HEAPS);
        libc::mallopt(libc::M_MMAP_THRESHOLD, PIECE);
    }
}

/// What is free goes back now; some milliseconds.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: looks through the heaps behind their locks, and touches nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}
