use super::*;
use clore_core::journal::{IntentId, Record, Scope};
use std::io;

/// A medium in memory that takes so many bytes more, and may refuse to flush or to be cut.
#[derive(Default)]
struct Fragile {
    bytes: Vec<u8>,
    room: Option<usize>,
    no_sync: bool,
    no_truncate: bool,
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

impl Medium for Fragile {
    fn length(&mut self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }
    fn read(&mut self, offset: u64, most: u64) -> io::Result<Vec<u8>> {
        let rest = self.bytes.get(offset as usize..).unwrap_or_default();
        Ok(rest[..rest.len().min(usize::try_from(most).unwrap_or(usize::MAX))].to_vec())
    }
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        assert_eq!(offset as usize, self.bytes.len(), "only ever at the end");
        let taken = self.room.unwrap_or(usize::MAX).min(bytes.len());
        self.bytes.extend(&bytes[..taken]);
        if taken < bytes.len() { Err(full()) } else { Ok(()) }
    }
    fn sync(&mut self) -> io::Result<()> {
        if self.no_sync { Err(full()) } else { Ok(()) }
    }
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        if self.no_truncate {
            return Err(full());
        }
        self.bytes.truncate(length as usize);
        Ok(())
    }
}

fn line(name: &str) -> String {
    let intent = clore_core::journal::Intent::new(IntentId::parse(name).unwrap(), "create_order");
    Line::new(Scope::new("https://a", "k"), Record::Intent(Box::new(intent))).to_text().unwrap()
}

fn medium(texts: &[String]) -> Fragile {
    let mut bytes = framed(&Header::new("5a17").to_text());
    bytes.extend(texts.iter().map(|text| framed(text)));
    Fragile { bytes: bytes.into_bytes(), ..Fragile::default() }
}

fn open_in(log: &Log) -> Vec<String> {
    let view = log.state().view(&Scope::new("https://a", "k"), &|_| false);
    view.open().map(|open| open.intent.id.to_string()).collect()
}

fn replayed(medium: &mut Fragile) -> Result<Vec<String>, JournalError> {
    let mut log = Log::default();
    log.catch_up(medium).map(|()| open_in(&log))
}

#[test]
fn a_writer_that_fails_at_any_byte_loses_no_earlier_line_and_takes_later_ones() {
    let whole = framed(&line("b")).len();
    for (no_truncate, no_sync) in [(false, false), (true, false), (false, true), (true, true)] {
        for room in 0..=whole {
            let what = format!("room {room} of {whole}, no_truncate {no_truncate}, no_sync {no_sync}");
            let mut medium = medium(&[line("a")]);
            let before = medium.bytes.clone();
            let mut log = Log::default();
            log.catch_up(&mut medium).unwrap();
            (medium.room, medium.no_truncate, medium.no_sync) = (Some(room), no_truncate, no_sync);
            let done = log.append(&mut medium, &line("b"));
            assert_eq!(done.is_ok(), room == whole && !no_sync, "{what}");
            assert!(medium.bytes.starts_with(&before), "{what}");
            // Taken back where the medium lets itself be cut; else torn, or whole without the writer having heard.
            let recorded = replayed(&mut medium).unwrap();
            let stays = room == whole && (!no_sync || no_truncate);
            assert_eq!(recorded.contains(&"b".to_owned()), stays, "{what}");
            if !no_truncate && done.is_err() {
                assert_eq!(medium.bytes, before, "{what}");
            }

            // The disk has room again: what was torn is cut, and the next line stands after whole ones.
            (medium.room, medium.no_truncate, medium.no_sync) = (None, false, false);
            log.catch_up(&mut medium).unwrap();
            log.append(&mut medium, &line("c")).unwrap();
            let expected = if stays { vec!["a", "b", "c"] } else { vec!["a", "c"] };
            assert_eq!(replayed(&mut medium).unwrap(), expected, "{what}");
            log.catch_up(&mut medium).unwrap();
            assert_eq!(open_in(&log), expected, "{what}: the cache says the same");
        }
    }
}

#[test]
fn a_tail_that_cannot_be_cut_refuses_the_next_line() {
    let mut medium = medium(&[line("a")]);
    medium.bytes.extend(b"torn");
    medium.no_truncate = true;
    let mut log = Log::default();
    log.catch_up(&mut medium).unwrap();
    let refused = log.append(&mut medium, &line("b")).unwrap_err();
    assert!(matches!(refused, JournalError::Medium { kind: io::ErrorKind::StorageFull, .. }));
    assert_eq!(replayed(&mut medium).unwrap(), ["a"]);
}

#[test]
fn every_cut_of_the_bytes_is_the_whole_lines_before_it() {
    let whole = medium(&[line("a"), line("b"), line("c")]);
    for length in 0..=whole.bytes.len() {
        let mut cut = Fragile { bytes: whole.bytes[..length].to_vec(), ..Fragile::default() };
        let lines = cut.bytes.iter().filter(|byte| **byte == b'\n').count();
        let expected = &["a", "b", "c"][..lines.saturating_sub(1)];
        assert_eq!(replayed(&mut cut).unwrap(), expected, "cut at {length}");
    }
}

#[test]
fn any_changed_byte_of_a_whole_line_is_named_as_damage_and_never_cut() {
    let whole = medium(&[line("a"), line("b")]);
    for at in 0..whole.bytes.len() - 1 {
        let mut changed = Fragile { bytes: whole.bytes.clone(), ..Fragile::default() };
        changed.bytes[at] ^= 1;
        let line = 1 + whole.bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(replayed(&mut changed).unwrap_err(), JournalError::Damaged { line }, "byte {at}");
    }
}

/// A power cut can leave the length of a line without its bytes.
#[test]
fn a_last_line_with_bytes_that_never_came_is_torn_and_an_inner_one_damaged() {
    let whole = medium(&[line("a"), line("b")]);
    let last = whole.bytes.len() - framed(&line("b")).len();
    for at in last..whole.bytes.len() - 1 {
        let mut holed = Fragile { bytes: whole.bytes.clone(), ..Fragile::default() };
        holed.bytes[at] = 0;
        assert_eq!(replayed(&mut holed).unwrap(), ["a"], "byte {at}");
        holed.bytes.extend(framed(&line("c")).bytes());
        assert_eq!(replayed(&mut holed).unwrap_err(), JournalError::Damaged { line: 3 }, "byte {at}");
    }
}

#[test]
fn a_line_of_a_newer_version_is_refused_even_as_the_last() {
    for (texts, version) in [
        (vec![r#"{"format":"clore-journal","version":9,"salt":"x"}"#], 9),
        (
            vec![
                r#"{"format":"clore-journal","version":1,"salt":"x"}"#,
                r#"{"record":"new","url":"u","key":"k"}"#,
            ],
            2,
        ),
    ] {
        let bytes: String = texts.iter().map(|text| framed(text)).collect();
        let mut medium = Fragile { bytes: bytes.into_bytes(), ..Fragile::default() };
        assert_eq!(replayed(&mut medium).unwrap_err(), JournalError::Newer { version });
    }
}

#[test]
fn a_well_framed_line_without_sense_is_damage() {
    let mut medium = medium(&[line("a"), "{}".into()]);
    assert_eq!(replayed(&mut medium).unwrap_err(), JournalError::Damaged { line: 3 });
}

#[test]
fn only_what_is_new_is_read_again() {
    struct Counting(Fragile, u64);
    impl Medium for Counting {
        fn length(&mut self) -> io::Result<u64> {
            self.0.length()
        }
        fn read(&mut self, offset: u64, most: u64) -> io::Result<Vec<u8>> {
            let bytes = self.0.read(offset, most)?;
            self.1 += bytes.len() as u64;
            Ok(bytes)
        }
        fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
            self.0.write(offset, bytes)
        }
        fn sync(&mut self) -> io::Result<()> {
            self.0.sync()
        }
        fn truncate(&mut self, length: u64) -> io::Result<()> {
            self.0.truncate(length)
        }
    }
    let names: Vec<_> = (0..10_000).map(|n| line(&format!("i{n}"))).collect();
    let mut medium = Counting(medium(&names), 0);
    let mut log = Log::default();
    log.catch_up(&mut medium).unwrap();
    assert_eq!(open_in(&log).len(), 10_000);
    medium.1 = 0;
    log.append(&mut medium, &line("more")).unwrap();
    log.catch_up(&mut medium).unwrap();
    assert_eq!(open_in(&log).len(), 10_001);
    assert!(medium.1 < 1_000, "{} bytes were read again", medium.1);
}

#[test]
fn a_file_put_in_its_place_is_read_from_the_start() {
    let of = |salt: &str, names: &[&str]| {
        let mut bytes = framed(&Header::new(salt).to_text());
        bytes.extend(names.iter().map(|name| framed(&line(name))));
        Fragile { bytes: bytes.into_bytes(), ..Fragile::default() }
    };
    for (salt, names) in [
        ("5a17", &[][..]),
        ("5a17", &["x"]),
        ("5a17", &["a", "x"]),
        ("5a17", &["a", "x", "y"]),
        ("5a17", &["x", "y", "z"]),
        ("0000", &["0", "b"]),
        ("0000", &["a", "b", "c"]),
        ("5a17", &["a", "b", "c"]),
    ] {
        let mut log = Log::default();
        log.catch_up(&mut of("5a17", &["a", "b"])).unwrap();
        log.catch_up(&mut of(salt, names)).unwrap();
        assert_eq!(open_in(&log), names, "{salt}");
        assert_eq!(log.header(), Some(&Header::new(salt)), "{names:?}");
    }
}
