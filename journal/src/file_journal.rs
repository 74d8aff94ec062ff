//! [`FileJournal`]: check and append under one lock.
//!
//! Invariant: from the replay to the claim, one record holds the append lock; an intent's lock is taken before its
//! line is written, and given back when the line could not be.

use crate::folder::{self, Folder};
use crate::lock::{self, Append};
use crate::log::Log;
use crate::medium::{Medium, failed};
use crate::tag::tag;
use clore_core::journal::{
    Admission, Claim, IntentId, Journal, JournalError, Line, Record, Recorded, Scope, View, admit,
};
use clore_core::secret::Secret;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError, Weak};
use std::time::{Duration, Instant};

/// How long a record waits for the append lock, unless [`FileJournal::lock_wait`] says otherwise.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// The journal in a folder, for one base URL and one API key. Any number of handles, threads and processes may use
/// one folder at once.
///
/// A record waits for the lock and the disk: call it where blocking is allowed.
pub struct FileJournal {
    folder: Folder,
    base_url: Box<str>,
    key: Secret,
    lock_wait: Duration,
    inner: Mutex<Inner>,
    on: Box<dyn Fn(File) -> Box<dyn Medium> + Send + Sync>,
}

#[derive(Default)]
struct Inner {
    log: Log,
    /// The claims made through this handle; each lasts while its lock's file is open.
    claims: BTreeMap<IntentId, Weak<File>>,
}

impl FileJournal {
    /// Opens the journal in `folder` for the key `key` at `base_url`, and makes what is missing of it.
    ///
    /// The folder is made with mode 0700 (an existing one keeps its mode), its files with 0600; a journal that others
    /// may read is narrowed to 0600. What the file says is read by the first record, not here.
    ///
    /// # Errors
    /// [`JournalError::Medium`] when the folder or the file cannot be made, [`JournalError::LockTimeout`].
    pub fn open(folder: impl AsRef<Path>, base_url: &str, key: &Secret) -> Result<Self, JournalError> {
        Ok(Self {
            folder: Folder::prepare(folder.as_ref(), Instant::now().checked_add(LOCK_WAIT))?,
            base_url: base_url.into(),
            key: key.clone(),
            lock_wait: LOCK_WAIT,
            inner: Mutex::default(),
            on: Box::new(|file| Box::new(file)),
        })
    }

    /// How long each record may wait for other threads and processes; 5 s unless set.
    #[must_use]
    pub fn lock_wait(mut self, longest: Duration) -> Self {
        self.lock_wait = longest;
        self
    }

    /// The folder for a user's journal: `$XDG_STATE_HOME/clore`, else `$HOME/.local/state/clore`; on macOS below
    /// `$HOME/Library/Application Support`, on Windows below `%LOCALAPPDATA%`. `None` when none of them is set to an
    /// absolute path.
    #[must_use]
    pub fn default_dir() -> Option<PathBuf> {
        folder::default_dir(|name| std::env::var_os(name))
    }

    /// The journal as it stands. It writes nothing, and so works on a read-only disk, too.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn look(&self) -> Result<View, JournalError> {
        let deadline = self.deadline();
        let mut inner = self.inner(deadline)?;
        let (_lock, _) = self.replay(&mut inner, deadline, false)?;
        let scope = self.scope(&inner)?;
        let claims = Claims::of(self, &inner);
        let view = inner.log.state().view(&scope, &|id| claims.alive(id));
        claims.done().map(|()| view)
    }

    fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.lock_wait)
    }

    fn inner(&self, deadline: Option<Instant>) -> Result<MutexGuard<'_, Inner>, JournalError> {
        lock::within(deadline, || match self.inner.try_lock() {
            Ok(inner) => Ok(Some(inner)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Poisoned(poisoned)) => {
                let mut inner = poisoned.into_inner();
                inner.log = Log::default();
                Ok(Some(inner))
            }
        })
    }

    /// Takes the append lock and reads what is new. The file is opened each time: it may have been moved aside.
    fn replay(
        &self,
        inner: &mut Inner,
        deadline: Option<Instant>,
        write: bool,
    ) -> Result<(Append, Box<dyn Medium>), JournalError> {
        let lock = lock::append(&self.folder.lock(), deadline)?;
        let file = OpenOptions::new()
            .read(true)
            .write(write)
            .open(self.folder.journal())
            .map_err(failed("opening the journal"))?;
        let mut medium = (self.on)(file);
        inner.log.catch_up(&mut *medium)?;
        Ok((lock, medium))
    }

    fn scope(&self, inner: &Inner) -> Result<Scope, JournalError> {
        let header = inner.log.header().ok_or(JournalError::Damaged { line: 1 })?;
        Ok(Scope::new(&self.base_url, &tag(&header.salt, &self.key)))
    }

    /// The lock of an intent: the one that is held already, or a new one. Nobody is alive who holds it, except for an
    /// instant a process that is being started, which has all files of its maker open.
    fn hold(
        &self,
        inner: &Inner,
        id: &IntentId,
        deadline: Option<Instant>,
    ) -> Result<Arc<File>, JournalError> {
        if let Some(held) = inner.claims.get(id).and_then(Weak::upgrade) {
            return Ok(held);
        }
        let path = self.folder.intent(id);
        lock::within(deadline, || lock::claim(&path)).map(Arc::new)
    }

    /// Deletes the lock's file of an intent that is not open. Nobody asks for it again, so a failure is no matter.
    fn forget(&self, id: &IntentId) {
        let _ = fs::remove_file(self.folder.intent(id));
    }
}

impl Journal for FileJournal {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        if let Record::Look = record {
            return self.look().map(Recorded::Seen);
        }
        let deadline = self.deadline();
        let mut inner = self.inner(deadline)?;
        let (_lock, mut medium) = self.replay(&mut inner, deadline, true)?;
        let scope = self.scope(&inner)?;
        let claims = Claims::of(self, &inner);
        let admission =
            admit(inner.log.state(), &scope, &record, &|id| claims.alive(id), &|id| claims.own(id));
        claims.done()?;
        if let Admission::Nothing = admission {
            return Ok(Recorded::Written);
        }
        if let Some(refusal) = admission.refusal() {
            return refusal;
        }
        let held =
            record.claims().map(|id| Ok((id.clone(), self.hold(&inner, id, deadline)?))).transpose()?;
        let line = Line::new(scope, record);
        let text = line.to_text().unwrap_or_default();
        if let Err(error) = inner.log.append(&mut *medium, &text) {
            if let Record::Intent(intent) = &line.record {
                drop(held);
                self.forget(&intent.id);
            }
            return Err(error);
        }
        if let Record::Resolved { intent, .. } = &line.record {
            self.forget(intent);
        }
        let Some((id, held)) = held else {
            return Ok(Recorded::Written);
        };
        inner.claims.retain(|_, held| held.strong_count() > 0);
        inner.claims.insert(id.clone(), Arc::downgrade(&held));
        Ok(Recorded::Claimed(Claim::new(id, Box::new(held))))
    }
}

impl fmt::Debug for FileJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournal")
            .field("folder", &self.folder.path())
            .field("lock_wait", &self.lock_wait)
            .finish_non_exhaustive()
    }
}

/// Who owns what, asked under the append lock.
struct Claims<'a> {
    journal: &'a FileJournal,
    inner: &'a Inner,
    failure: RefCell<Option<JournalError>>,
}

impl<'a> Claims<'a> {
    fn of(journal: &'a FileJournal, inner: &'a Inner) -> Self {
        Self { journal, inner, failure: RefCell::new(None) }
    }

    fn own(&self, id: &IntentId) -> bool {
        self.inner.claims.get(id).is_some_and(|held| held.strong_count() > 0)
    }

    /// What cannot be found out counts as alive, and fails the record.
    fn alive(&self, id: &IntentId) -> bool {
        self.own(id)
            || lock::is_held(&self.journal.folder.intent(id)).unwrap_or_else(|error| {
                *self.failure.borrow_mut() = Some(error);
                true
            })
    }

    fn done(self) -> Result<(), JournalError> {
        self.failure.into_inner().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
#[path = "file_journal_tests.rs"]
mod tests;
