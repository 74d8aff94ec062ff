use super::*;
use clore_core::journal::{Intent, Ownership, Resolution};
use clore_core::model::{OrderId, ServerId};
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

const URL: &str = "https://api.clore.ai";

fn id(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

fn intent(name: &str, server: u64) -> Record {
    let mut intent = Intent::new(id(name), "create_order");
    intent.server = Some(ServerId::new(server));
    Record::Intent(Box::new(intent))
}

fn renewed(name: &str, server: u64) -> Record {
    match intent(name, server) {
        Record::Intent(intent) => Record::Renew(intent),
        other => other,
    }
}

fn placed(name: &str, order: u64) -> Record {
    let resolution = Resolution::Placed { order: OrderId::new(order), inferred: false };
    Record::Resolved { intent: id(name), resolution, wall: None }
}

fn open(folder: &Path) -> FileJournal {
    FileJournal::open(folder, URL, &Secret::new("key-one")).unwrap()
}

fn claimed(journal: &FileJournal, record: Record) -> Claim {
    match journal.record(record) {
        Ok(Recorded::Claimed(claim)) => claim,
        other => panic!("not claimed: {other:?}"),
    }
}

fn standing(journal: &FileJournal) -> Vec<(String, Ownership)> {
    journal.look().unwrap().open().map(|open| (open.intent.id.to_string(), open.ownership)).collect()
}

fn one(name: &str, ownership: Ownership) -> Vec<(String, Ownership)> {
    vec![(name.into(), ownership)]
}

/// A file that takes so many bytes more.
struct Filling(File, Arc<AtomicUsize>);

impl Medium for Filling {
    fn length(&mut self) -> io::Result<u64> {
        self.0.length()
    }
    fn read(&mut self, offset: u64, most: u64) -> io::Result<Vec<u8>> {
        Medium::read(&mut self.0, offset, most)
    }
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let taken = self.1.load(SeqCst).min(bytes.len());
        self.1.fetch_sub(taken, SeqCst);
        Medium::write(&mut self.0, offset, &bytes[..taken])?;
        if taken < bytes.len() { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.truncate(length)
    }
}

#[test]
fn an_intent_that_failed_at_any_byte_is_not_recorded_and_not_claimed() {
    let base = tempfile::tempdir().unwrap();
    let mut journal = open(base.path());
    let room = Arc::new(AtomicUsize::new(0));
    journal.on = Box::new({
        let room = room.clone();
        move |file| Box::new(Filling(file, room.clone()))
    });
    for bytes in 0.. {
        room.store(bytes, SeqCst);
        match journal.record(intent("a", 1)) {
            Err(error) => {
                let doing = "writing a line";
                assert_eq!(error, JournalError::Medium { kind: ErrorKind::StorageFull, doing }, "{bytes}");
                assert_eq!(standing(&open(base.path())), [], "{bytes}");
                assert!(!journal.folder.intent(&id("a")).exists(), "{bytes}");
            }
            Ok(recorded) => {
                assert!(matches!(recorded, Recorded::Claimed(_)) && bytes > 50);
                assert_eq!(standing(&open(base.path())), one("a", Ownership::Live));
                break;
            }
        }
    }
}

#[test]
fn a_resolution_that_failed_leaves_the_intent_open_and_owned() {
    let base = tempfile::tempdir().unwrap();
    let mut journal = open(base.path());
    let claim = claimed(&journal, intent("a", 1));
    journal.on = Box::new(|file| Box::new(Filling(file, Arc::default())));
    assert!(matches!(journal.record(placed("a", 7)), Err(JournalError::Medium { .. })));
    assert!(matches!(journal.record(renewed("a", 1)), Err(JournalError::Medium { .. })));
    assert_eq!(standing(&journal), one("a", Ownership::Live));
    assert_eq!(standing(&open(base.path())), one("a", Ownership::Live));
    journal.on = Box::new(|file| Box::new(file));
    assert!(matches!(journal.record(placed("a", 7)), Ok(Recorded::Written)));
    drop(claim);
    assert_eq!(standing(&journal), []);
}

#[test]
fn a_claim_is_seen_by_every_handle_and_released_by_its_drop() {
    let base = tempfile::tempdir().unwrap();
    let (here, there) = (open(base.path()), open(base.path()));
    let claim = claimed(&here, intent("a", 1));
    for journal in [&here, &there] {
        assert_eq!(standing(journal), one("a", Ownership::Live));
        assert!(matches!(journal.record(intent("b", 1)), Ok(Recorded::Blocked(b)) if b.live.len() == 1));
        assert!(matches!(journal.record(Record::Adopt(id("a"))), Ok(Recorded::Owned)));
        assert_eq!(journal.record(intent("a", 1)).unwrap_err(), JournalError::NameTaken(id("a")));
    }
    for record in [renewed("a", 1), placed("a", 7), Record::Sent(id("a"))] {
        assert!(matches!(there.record(record), Ok(Recorded::Owned)));
    }
    drop(claim);
    assert_eq!(standing(&there), one("a", Ownership::Ownerless));
    assert!(matches!(there.record(intent("b", 2)), Ok(Recorded::Blocked(b)) if b.ownerless.len() == 1));
    let adopted = claimed(&there, Record::Adopt(id("a")));
    assert_eq!(standing(&here), one("a", Ownership::Live));
    assert!(matches!(there.record(placed("a", 7)), Ok(Recorded::Written)));
    assert!(matches!(there.record(placed("a", 7)), Ok(Recorded::Gone)));
    drop(adopted);
    let view = here.look().unwrap();
    assert_eq!((view.open().count(), view.attributed_to(OrderId::new(7))), (0, Some(&id("a"))));
    assert!(!here.folder.intent(&id("a")).exists(), "the lock of a resolved intent is deleted");
    let _other = claimed(&here, intent("b", 2));
    assert!(matches!(here.record(placed("b", 7)), Ok(Recorded::Attributed(to)) if to == id("a")));
}

#[test]
fn a_renewed_intent_is_owned_until_its_last_claim_is_dropped() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    let first = claimed(&journal, intent("a", 1));
    let second = claimed(&journal, renewed("a", 1));
    drop(claimed(&journal, renewed("a", 1)));
    drop(first);
    assert_eq!(standing(&open(base.path())), one("a", Ownership::Live));
    drop(second);
    assert_eq!(standing(&open(base.path())), one("a", Ownership::Ownerless));
}

#[test]
fn an_intent_is_passed_only_by_its_name_and_only_ownerless() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    let claim = claimed(&journal, intent("a", 1));
    let Record::Intent(mut despite) = intent("b", 1) else {
        return;
    };
    despite.despite.insert(id("a"));
    let despite = Record::Intent(despite);
    assert!(matches!(journal.record(despite.clone()), Ok(Recorded::Blocked(_))));
    drop(claim);
    drop(claimed(&journal, despite));
}

#[test]
fn another_key_sees_whose_intents_they_are_and_is_not_blocked() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    drop(claimed(&journal, intent("a", 1)));
    let other = FileJournal::open(base.path(), URL, &Secret::new("key-two")).unwrap();
    assert_eq!(standing(&other), one("a", Ownership::OtherKey));
    assert!(matches!(other.record(Record::Adopt(id("a"))), Ok(Recorded::Owned)));
    assert!(matches!(other.record(placed("a", 7)), Ok(Recorded::Owned)));
    let _claim = claimed(&other, intent("b", 1));
    let elsewhere = FileJournal::open(base.path(), "http://127.0.0.1:9", &Secret::new("key-one")).unwrap();
    assert_eq!(standing(&elsewhere), []);
    assert_eq!(
        standing(&FileJournal::open(base.path(), "HTTPS://api.clore.ai/", &Secret::new("key-one")).unwrap())
            .len(),
        2
    );
}

#[test]
fn a_torn_last_line_is_passed_over_by_a_look_and_cut_by_a_record() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    let _claim = claimed(&journal, intent("a", 1));
    let path = journal.folder.journal();
    let whole = fs::read(&path).unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"12345678 {\"rec").unwrap();
    assert_eq!(standing(&journal), one("a", Ownership::Live));
    assert_ne!(fs::read(&path).unwrap(), whole);
    let _second = claimed(&journal, intent("b", 2));
    assert!(fs::read(&path).unwrap().starts_with(&whole));
    assert_eq!(standing(&open(base.path())).len(), 2);
}

#[test]
fn damage_and_newer_versions_are_named_and_block() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    drop(claimed(&journal, intent("a", 1)));
    let path = journal.folder.journal();
    let whole = fs::read_to_string(&path).unwrap();
    let mut unread: Vec<_> = (0..5).map(|_| open(base.path())).collect();
    let newer = crate::log::framed(r#"{"format":"clore-journal","version":7}"#);
    for (text, error) in [
        (whole.replacen("create", "crease", 1) + "x\n", JournalError::Damaged { line: 2 }),
        (whole.replacen("create", "crease", 1), JournalError::Damaged { line: 2 }),
        ("x\n".to_owned() + &whole, JournalError::Damaged { line: 1 }),
        (String::new(), JournalError::Damaged { line: 1 }),
        (newer, JournalError::Newer { version: 7 }),
    ] {
        fs::write(&path, &text).unwrap();
        for journal in [&journal, &unread.pop().unwrap()] {
            assert_eq!(journal.record(intent("b", 2)).unwrap_err(), error);
            assert_eq!(journal.record(Record::Look).unwrap_err(), error);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "nothing is written");
        assert!(!journal.folder.intent(&id("b")).exists());
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(
        journal.record(intent("b", 2)),
        Err(JournalError::Medium { kind: ErrorKind::NotFound, .. })
    ));
}

#[test]
fn the_wait_for_the_lock_is_bounded_and_nothing_is_recorded_after_it() {
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path()).lock_wait(Duration::from_millis(10));
    let held = lock::append(&journal.folder.lock(), None).unwrap();
    assert_eq!(journal.record(intent("a", 1)).unwrap_err(), JournalError::LockTimeout);
    assert_eq!(journal.look().unwrap_err(), JournalError::LockTimeout);
    drop(held);
    assert_eq!(standing(&journal), []);
}

#[cfg(unix)]
#[test]
#[allow(clippy::print_stderr)]
fn a_read_only_journal_can_be_looked_at_and_takes_no_intent() {
    use std::os::unix::fs::PermissionsExt;
    let base = tempfile::tempdir().unwrap();
    let journal = open(base.path());
    drop(claimed(&journal, intent("a", 1)));
    let set = |path: PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(journal.folder.journal(), 0o400);
    set(journal.folder.lock(), 0o400);
    set(base.path().to_owned(), 0o500);
    let as_root = File::create(base.path().join("x")).is_ok();
    if as_root {
        eprintln!("SKIPPED: nothing is read-only for root");
    } else {
        assert_eq!(standing(&open(base.path())), one("a", Ownership::Ownerless));
        let refused = journal.record(intent("b", 1)).unwrap_err();
        let doing = "opening the journal";
        assert_eq!(refused, JournalError::Medium { kind: ErrorKind::PermissionDenied, doing });
    }
    set(base.path().to_owned(), 0o700);
}

#[test]
fn no_file_and_no_rendering_holds_the_key() {
    let base = tempfile::tempdir().unwrap();
    let canary = "canary-4711";
    let url = format!("https://user:{canary}@api.clore.ai");
    let journal = FileJournal::open(base.path(), &url, &Secret::new(canary)).unwrap();
    let _claim = claimed(&journal, intent("a", 1));
    let debug = format!("{journal:?} {:?} {:?}", journal.look().unwrap(), journal.record(Record::Look));
    assert!(!debug.contains(canary), "{debug}");
    let mut folders = vec![base.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(!path.to_string_lossy().contains(canary));
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                let bytes = fs::read(&path).unwrap();
                assert!(!String::from_utf8_lossy(&bytes).contains(canary), "{path:?}");
            }
        }
    }
    assert_eq!(files, 3);
}
