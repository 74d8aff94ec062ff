//! The journal of [`clore_core`] in a file: it outlives the process, and all processes of the machine share it.
//!
//! ```no_run
//! use clore_core::journal::{Journal, Record};
//! use clore_core::secret::Secret;
//! use clore_journal::FileJournal;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = FileJournal::default_dir().ok_or("no home folder")?;
//! let key = Secret::new(std::env::var("CLORE_API_KEY")?);
//! let journal = FileJournal::open(folder, "https://api.clore.ai", &key)?;
//! for open in journal.look()?.open() {
//!     println!("{} is not settled ({:?})", open.intent.id, open.ownership);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What lies in the folder
//!
//! | path | what |
//! |---|---|
//! | `journal` | a header, then one line per record: eight hex digits of CRC-32, a blank, a JSON object; mode 0600 |
//! | `lock` | locked for each record: replay, check, append and claim are one hold of it |
//! | `intents/NAME.lock` | locked as long as that intent's owner lives; an upper-case letter of the name is written `+` and its lower-case form |
//!
//! No file holds a secret: of the API key there is a salted HMAC-SHA256, cut to 128 bits, which tells keys apart.
//!
//! # What must hold
//!
//! | must hold | else |
//! |---|---|
//! | locks end with the process, flushed data survives: a local file system, no network one | two owners, or a lost intent |
//! | a process that forks without `exec` while it owns intents ends together with its child: both hold the locks | the intent stays live until the child ends too (safe) |
//! | one folder for all programs that use one key | they rent past each other |
//! | nobody edits the file or removes lock files while programs run | refused as damaged, or two owners |
//!
//! # When it fails
//!
//! A failed append is taken back; when even that fails, the rest of it is a torn last line, which every reader passes
//! over and the next writer cuts. So a record that failed was not written, with one exception on the safe side: when
//! the disk took the whole line and then neither confirmed it nor took it back, an intent is open that nobody owns. A
//! failed intent is never claimed, and nothing may be sent for it.
//!
//! A damaged line that is not the last one, and anything written by a newer version, is refused at every record, and
//! so blocks creates, until a person has looked at it. Reading the service and cancelling do not need the journal.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

mod file_journal;
mod folder;
mod lock;
mod log;
mod medium;
mod tag;

pub use file_journal::FileJournal;
