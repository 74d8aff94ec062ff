//! Who can read the files this program keeps: nobody but their owner, or it is said.

use super::checks::{Checks, State};
use clore_journal::FileJournal;
use std::path::{Path, PathBuf};

/// Checks the folder of the journal and the passwords, and everything in it. There is no configuration file: the key
/// is read from the environment alone.
pub fn check(checks: &mut Checks) {
    let Some(folder) = FileJournal::default_dir() else {
        return checks.add(
            "files",
            State::Look,
            "there is no folder for the journal: set HOME or XDG_STATE_HOME",
        );
    };
    if !folder.exists() {
        return checks.add("files", State::Fine, "nothing is kept yet");
    }
    let open = others_may_read(&folder);
    match open.first() {
        None => checks.add("files", State::Fine, format!("only you can read {}", folder.display())),
        Some(first) => {
            let words = format!(
                "{} of them can be read by others, such as {}; take that away: chmod -R go= {}",
                open.len(),
                first.display(),
                folder.display()
            );
            checks.add("files", State::Look, words);
        }
    }
}

#[cfg(unix)]
fn others_may_read(folder: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    let mut note = |path: PathBuf| -> bool {
        let Ok(about) = std::fs::symlink_metadata(&path) else { return false };
        if about.permissions().mode() & 0o077 != 0 && !about.is_symlink() {
            found.push(path);
        }
        about.is_dir()
    };
    note(folder.to_owned());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if note(entry.path()) {
                folders.push(entry.path());
            }
        }
    }
    found
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> Vec<PathBuf> {
    Vec::new()
}
