//! [`Folder`]: where the files of a journal lie, made so that only their owner may read them.

use crate::log::Log;
use crate::medium::{Medium, failed, private};
use crate::{lock, tag};
use clore_core::journal::{Header, IntentId, JournalError};
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The folder of a journal.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes what is missing: the folder (an existing one keeps its mode), the folder of intents, and the file with
    /// its header. Files that others may read are narrowed to mode 0600.
    pub(crate) fn prepare(path: &Path, deadline: Option<Instant>) -> Result<Self, JournalError> {
        let folder = Self(path.to_owned());
        make_folder(path).map_err(failed("making the journal's folder"))?;
        if !folder.is_complete() {
            make_folder(&folder.intents()).map_err(failed("making the folder of intents"))?;
            let _lock = lock::append(&folder.lock(), deadline)?;
            folder.begin()?;
        }
        narrow(&folder.journal()).map_err(failed("narrowing the journal's mode to 0600"))?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// The lock of an intent. Names that differ by case only have files of their own on every file system.
    pub(crate) fn intent(&self, id: &IntentId) -> PathBuf {
        let mut name = String::new();
        for c in id.as_str().chars() {
            if c.is_ascii_uppercase() {
                name.push('+');
            }
            name.push(c.to_ascii_lowercase());
        }
        name.push_str(".lock");
        self.intents().join(name)
    }

    fn intents(&self) -> PathBuf {
        self.0.join("intents")
    }

    /// Whether there is a file with at least one whole line, and a place for locks.
    fn is_complete(&self) -> bool {
        let start = || Medium::read(&mut File::open(self.journal())?, 0, 4096);
        let has_line = || start().is_ok_and(|bytes| bytes.contains(&b'\n'));
        self.intents().is_dir() && has_line()
    }

    /// Writes the header, unless there is one. A torn one has no record after it and is replaced.
    fn begin(&self) -> Result<(), JournalError> {
        let mut file = private(OpenOptions::new().read(true).write(true).create(true).truncate(false))
            .open(self.journal())
            .map_err(failed("making the journal"))?;
        let bytes = Medium::read(&mut file, 0, u64::MAX).map_err(failed("reading the journal"))?;
        if bytes.contains(&b'\n') {
            return Ok(());
        }
        let salt = tag::salt().map_err(|_| JournalError::Medium {
            kind: ErrorKind::Other,
            doing: "asking the system for random bytes",
        })?;
        Log::default().append(&mut file, &Header::new(salt).to_text())?;
        file.sync_all().map_err(failed("flushing the journal"))?;
        sync_folder(&self.0).map_err(failed("flushing the journal's folder"))
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn narrow(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let wide = fs::metadata(path)?.permissions().mode() & 0o077 != 0;
    if wide { fs::set_permissions(path, fs::Permissions::from_mode(0o600)) } else { Ok(()) }
}

#[cfg(not(unix))]
fn narrow(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The name of a new file survives a power cut only when its folder is flushed as well.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// The folder of the platform for what a program keeps from run to run; `variable` reads the environment.
pub(crate) fn default_dir(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("XDG_STATE_HOME").or_else(|| {
            let below =
                if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
            folder("HOME").map(|home| home.join(below))
        })
    };
    base.map(|base| base.join("clore"))
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
