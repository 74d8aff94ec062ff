//! Journals that cannot be used: a typed error, and nothing is sent.

use clore_blocking::Client;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::{Error, ErrorKind};
use clore_core::journal::{Intent, Journal, JournalError, Record};
use clore_core::model::ServerId;
use clore_core::op::rent::{RentOutcome, Settlement};
use clore_core::secret::Secret;
use clore_journal::FileJournal;
use clore_sandbox::{Options, Server};
use clore_tests::hurried;
use core::time::Duration;
use std::path::PathBuf;

/// A sandbox, and a journal in which one rental is told from its beginning to its end.
struct Place {
    sandbox: Server,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let options = Options::new().servers(40).interval(Duration::ZERO).create_window(Duration::ZERO);
        let place = Self {
            sandbox: Server::start(options, "127.0.0.1:0").unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        assert!(matches!(place.rent(), Ok(RentOutcome::Placed(_))));
        place
    }

    fn journal(&self, key: &str) -> Result<FileJournal, JournalError> {
        FileJournal::open(self.folder.path(), &self.sandbox.url(), &Secret::new(key))
    }

    fn client(&self) -> Result<Client, Error> {
        let journal =
            self.journal(self.sandbox.key()).map_err(|error| Error::new(ErrorKind::Journal(error)))?;
        Client::builder().settings(hurried(&self.sandbox.url(), self.sandbox.key())).journal(journal).build()
    }

    fn rent(&self) -> Result<RentOutcome, Error> {
        let server = self.sandbox.with(|clore| clore.free().next()).unwrap();
        self.client()?.rent(CreateOrder::on_demand(ServerId::new(server), "image").ssh_key("ssh-rsa AAAA"))
    }

    /// Rents, which must fail before anything is sent.
    fn refused(&self) -> ErrorKind {
        let creates = self.creates();
        let error = self.rent().unwrap_err();
        assert_eq!(self.creates(), creates, "{error}");
        assert!(!format!("{error} {error:?}").contains(self.sandbox.key()));
        error.kind().clone()
    }

    fn creates(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.call() == "create_order").count()
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    fn change(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::fs::read(self.file()).unwrap();
        change(&mut bytes);
        std::fs::write(self.file(), bytes).unwrap();
    }
}

/// A line as the journal frames it.
fn framed(text: &str) -> String {
    let mut checksum = flate2::Crc::new();
    checksum.update(text.as_bytes());
    format!("{:08x} {text}\n", checksum.sum())
}

#[test]
fn a_torn_last_line_is_passed_over_and_what_it_said_is_found_again() {
    let place = Place::new();
    let order = place.sandbox.ledger()[0].order_id;
    // `Resolved` is torn, so the intent is open again: the order is found, named, and nothing new is rented.
    place.change(|bytes| bytes.truncate(bytes.len() - 9));
    let error = place.rent().unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::EarlierPlaced);
    assert_eq!(error.order_ids().iter().map(|id| id.number()).collect::<Vec<_>>(), [order]);
    assert_eq!(place.sandbox.ledger().len(), 1);
    assert!(matches!(place.rent(), Ok(RentOutcome::Placed(_))), "now it is settled");
}

#[test]
fn a_damaged_inner_line_is_named_and_stops_renting() {
    let place = Place::new();
    place.change(|bytes| {
        let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 20;
        bytes[second] ^= 1;
    });
    assert_eq!(place.refused(), ErrorKind::Journal(JournalError::Damaged { line: 2 }));
    assert!(place.client().unwrap().orders(false).is_ok(), "reading needs no journal");
}

#[test]
fn a_newer_journal_stops_renting() {
    let place = Place::new();
    place.change(|bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let (header, rest) = text.split_once('\n').unwrap();
        let newer = header[9..].replace(r#""version":1"#, r#""version":7"#);
        *bytes = [framed(&newer), rest.to_owned()].concat().into_bytes();
    });
    assert_eq!(place.refused(), ErrorKind::Journal(JournalError::Newer { version: 7 }));
    let place = Place::new();
    place.change(|bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let last = text.lines().last().unwrap();
        let unknown = last[9..].replace(r#""record":"resolved""#, r#""record":"moved""#);
        bytes.extend(framed(&unknown).into_bytes());
    });
    assert!(matches!(place.refused(), ErrorKind::Journal(JournalError::Newer { .. })));
}

/// A file's mode stops neither root nor its owner, so something that nobody can write stands in the file's place. The
/// failing disk itself is `clore-journal`'s test.
#[test]
fn a_journal_that_cannot_be_written_stops_renting() {
    for name in ["journal", "lock"] {
        let place = Place::new();
        let file = place.folder.path().join(name);
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        let kind = place.refused();
        assert!(matches!(kind, ErrorKind::Journal(JournalError::Medium { .. })), "{name}: {kind:?}");
    }
}

#[test]
fn another_keys_intents_are_named_and_neither_settled_nor_in_the_way() {
    let place = Place::new();
    let other = place.journal("another-key").unwrap();
    let mut intent = Intent::new("theirs".parse().unwrap(), "create_order");
    intent.server = Some(ServerId::new(40));
    drop(other.record(Record::Intent(Box::new(intent))).unwrap());
    let before = std::fs::read(place.file()).unwrap();
    let settled = place.client().unwrap().resume().unwrap();
    let [theirs] = &settled[..] else { panic!("{settled:?}") };
    assert_eq!((theirs.intent.as_str(), &theirs.settlement), ("theirs", &Settlement::OtherKey));
    assert_eq!(std::fs::read(place.file()).unwrap(), before, "nothing is written for them");
    assert!(matches!(place.rent(), Ok(RentOutcome::Placed(_))));
}
