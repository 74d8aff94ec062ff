//! Locks on files: the append lock, waited for within bounds, and one lock per intent, never waited for.
//!
//! Every lock is taken on a file opened for it, so that threads and handles of one process exclude each other as
//! processes do (the locks belong to the open file on Unix and to the handle on Windows). The system releases them
//! when the file is closed, by a drop or by the death of the process.

use crate::medium::{failed, private};
use clore_core::journal::JournalError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two tries for a lock that another holds.
const BETWEEN_TRIES: Duration = Duration::from_millis(2);

/// Asks `attempt` again and again until `deadline`, at least once.
pub(crate) fn within<T>(
    deadline: Option<Instant>,
    mut attempt: impl FnMut() -> Result<Option<T>, JournalError>,
) -> Result<T, JournalError> {
    loop {
        if let Some(got) = attempt()? {
            return Ok(got);
        }
        let left =
            deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Err(JournalError::LockTimeout);
        }
        sleep(BETWEEN_TRIES.min(left));
    }
}

/// The append lock, held until this is dropped.
#[derive(Debug)]
pub(crate) struct Append(File);

/// Unlocked and not only closed: a child that was forked meanwhile has the file open as well, and would keep the lock.
/// (A claim is only closed: a forked child that drops its copy must not release it.)
impl Drop for Append {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Waits for the append lock until `deadline`.
pub(crate) fn append(path: &Path, deadline: Option<Instant>) -> Result<Append, JournalError> {
    let file = match private(OpenOptions::new().read(true).write(true).create(true)).open(path) {
        // Whoever may only read the journal may still look at it.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            File::open(path)
        }
        opened => opened,
    };
    let file = file.map_err(failed("opening the journal's lock"))?;
    within(deadline, || Ok(is_done(file.try_lock())?.then_some(())))?;
    Ok(Append(file))
}

/// The lock of one intent, or `None` when another holds it. Under the append lock only.
pub(crate) fn claim(path: &Path) -> Result<Option<File>, JournalError> {
    let file = private(OpenOptions::new().read(true).write(true).create(true))
        .open(path)
        .map_err(failed("opening an intent's lock"))?;
    Ok(is_done(file.try_lock())?.then_some(file))
}

/// Whether anybody holds the lock of an intent. It shares it for an instant itself, so: under the append lock only.
pub(crate) fn is_held(path: &Path) -> Result<bool, JournalError> {
    match File::open(path) {
        Ok(file) => {
            let free = is_done(file.try_lock_shared());
            let _ = file.unlock();
            free.map(|free| !free)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("opening an intent's lock")(error)),
    }
}

fn is_done(tried: Result<(), TryLockError>) -> Result<bool, JournalError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(failed("locking a file")(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_handles_of_one_process_exclude_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        assert_eq!(is_held(&path), Ok(false));
        let first = claim(&path).unwrap();
        assert!(first.is_some() && claim(&path).unwrap().is_none());
        assert_eq!(is_held(&path), Ok(true));
        drop(first);
        assert_eq!(is_held(&path), Ok(false));
        assert!(claim(&path).unwrap().is_some());
    }

    #[test]
    fn the_wait_for_the_append_lock_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let soon = || Instant::now().checked_add(Duration::from_millis(10));
        let held = append(&path, soon()).unwrap();
        assert_eq!(append(&path, soon()).unwrap_err(), JournalError::LockTimeout);
        drop(held);
        assert!(append(&path, soon()).is_ok());
    }
}
