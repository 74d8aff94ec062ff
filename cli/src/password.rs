//! [`Keeper`]: generated passwords in files of mode 0600, one per intent, later per order.
//!
//! Invariant: a generated password is on the disk before anything is sent, and goes only when its order has ended or
//! it is certain that there is none. It is never shown; the path is.

use crate::exit::{Exit, Failure, harmless};
use clore_core::journal::{IntentId, Resolution, View};
use clore_core::model::OrderId;
use clore_core::secret::Secret;
use clore_journal::FileJournal;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where the passwords of one base URL lie.
#[derive(Clone, Debug)]
pub struct Keeper {
    folder: PathBuf,
}

impl Keeper {
    /// Below the journal's folder, apart per base URL, whose order ids may be the same.
    pub fn new(base_url: &str) -> Option<Self> {
        FileJournal::default_dir().map(|folder| Self::below(&folder, base_url))
    }

    fn below(folder: &Path, base_url: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
        let name: String = base_url.chars().map(plain).take(120).collect();
        Self { folder: folder.join("passwords").join(name) }
    }

    /// Keeps `password` under the intent's name.
    pub fn keep(&self, intent: &IntentId, password: &Secret) -> Result<PathBuf, Failure> {
        let path = self.of_intent(intent);
        self.write(&path, password).map(|()| path).map_err(|error| {
            let why = format!("the generated password cannot be kept, so nothing was sent: {}", error.kind());
            Failure::new(Exit::Failed, "password_file", why)
        })
    }

    /// Gives the intent's password to its order. The path where it now lies, if there was one.
    pub fn placed(&self, intent: &IntentId, order: OrderId) -> Option<PathBuf> {
        let (from, to) = (self.of_intent(intent), self.of_order(order));
        if !from.exists() {
            return to.exists().then_some(to);
        }
        // Where it cannot be renamed it stays where it is: better there than lost.
        Some(if fs::rename(&from, &to).is_ok() { to } else { from })
    }

    /// Lets every kept password follow what the journal says became of its intent: to its order, or away.
    pub fn follow(&self, journal: &View) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let intent =
                name.to_str().and_then(|name| name.strip_prefix("intent-")).and_then(IntentId::parse);
            let Some(intent) = intent else { continue };
            match journal.resolution(&intent) {
                Some(Resolution::Refused | Resolution::NeverSent | Resolution::Closed) => {
                    self.forget_intent(&intent);
                }
                Some(resolution) => {
                    resolution.order().map(|order| self.placed(&intent, order));
                }
                None => {}
            }
        }
    }

    /// Removes the password of an intent that certainly placed nothing.
    pub fn forget_intent(&self, intent: &IntentId) {
        let _ = fs::remove_file(self.of_intent(intent));
    }

    /// Removes the password of an order that has ended.
    pub fn forget_order(&self, order: OrderId) {
        let _ = fs::remove_file(self.of_order(order));
    }

    /// The file of an order's password, if there is one.
    pub fn order_file(&self, order: OrderId) -> Option<PathBuf> {
        Some(self.of_order(order)).filter(|path| path.exists())
    }

    fn of_intent(&self, intent: &IntentId) -> PathBuf {
        self.folder.join(format!("intent-{intent}"))
    }

    fn of_order(&self, order: OrderId) -> PathBuf {
        self.folder.join(format!("order-{order}"))
    }

    fn write(&self, path: &Path, password: &Secret) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(password.expose().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }
}

/// The first line of a file, as a password.
pub fn from_file(path: &Path) -> Result<Secret, Failure> {
    let shown = harmless(&path.display().to_string());
    let text = fs::read_to_string(path)
        .map(Secret::new)
        .map_err(|error| Failure::usage(format!("{shown} cannot be read: {}", error.kind())))?;
    match text.expose().lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Secret::new(line)),
        None => Err(Failure::usage(format!("the first line of {shown} is empty"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_from_its_intent_to_its_order_and_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::below(folder.path(), "http://127.0.0.1:4000/x");
        let intent: IntentId = "abc".parse().unwrap();
        let path = keeper.keep(&intent, &Secret::new("word")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "word\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(
            keeper.keep(&intent, &Secret::new("other")).is_err(),
            "an existing file is never overwritten"
        );
        let order = OrderId::new(7);
        let path = keeper.placed(&intent, order).unwrap();
        assert_eq!(keeper.order_file(order), Some(path));
        assert!(keeper.placed(&intent, order).is_some(), "told twice, it is still there");
        keeper.forget_order(order);
        assert_eq!(keeper.order_file(order), None);
        assert!(keeper.placed(&"none".parse().unwrap(), order).is_none());
    }

    #[test]
    fn only_the_first_line_of_a_password_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        fs::write(&path, "word\r\nnote\n").unwrap();
        assert_eq!(from_file(&path).unwrap().expose(), "word");
        fs::write(&path, "\nx").unwrap();
        assert_eq!(from_file(&path).unwrap_err().exit, Exit::Usage);
        assert_eq!(from_file(&folder.path().join("none")).unwrap_err().exit, Exit::Usage);
    }
}
