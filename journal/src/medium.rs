//! [`Medium`]: the bytes a journal lies on, so that tests can let it fail at any of them.

use clore_core::journal::JournalError;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes with an end. Every call may fail, and a failed [`Medium::write`] may have written a part.
pub(crate) trait Medium {
    fn length(&mut self) -> io::Result<u64>;
    /// At most `most` bytes from `offset` on, all there are when `most` is more.
    fn read(&mut self, offset: u64, most: u64) -> io::Result<Vec<u8>>;
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when what was written survives a power cut.
    fn sync(&mut self) -> io::Result<()>;
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

impl Medium for File {
    fn length(&mut self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read(&mut self, offset: u64, most: u64) -> io::Result<Vec<u8>> {
        self.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        Read::take(&mut *self, most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::Start(offset))?;
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// Names what failed; the system's own text is not taken over.
pub(crate) fn failed(doing: &'static str) -> impl Fn(io::Error) -> JournalError {
    move |error| JournalError::Medium { kind: error.kind(), doing }
}

/// A file made with these options is its owner's alone.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
