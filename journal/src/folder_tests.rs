use super::*;
use std::collections::BTreeMap;

fn id(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

#[test]
fn the_default_folder_is_the_platforms() {
    let with = |pairs: &[(&str, &str)]| {
        let variables: BTreeMap<_, _> =
            pairs.iter().map(|(name, value)| (name.to_string(), value.into())).collect();
        default_dir(|name| variables.get(name).cloned())
    };
    assert_eq!(with(&[]), None);
    if cfg!(all(unix, not(target_os = "macos"))) {
        assert_eq!(with(&[("HOME", "/h")]), Some("/h/.local/state/clore".into()));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")]), Some("/s/clore".into()));
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_STATE_HOME", "relative")]),
            Some("/h/.local/state/clore".into())
        );
        assert_eq!(with(&[("HOME", "")]), None);
    }
}

#[test]
fn names_that_differ_by_case_have_locks_of_their_own() {
    let folder = Folder("f".into());
    let names = ["a", "A", "aB", "Ab", "a.b", "x".repeat(64).as_str()].map(|name| folder.intent(&id(name)));
    let lower: std::collections::BTreeSet<_> =
        names.iter().map(|path| path.to_str().unwrap().to_lowercase()).collect();
    assert_eq!(lower.len(), names.len());
    assert!(names[0].ends_with("intents/a.lock"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("deep/clore");
    let folder = Folder::prepare(&path, None).unwrap();
    for (path, expected) in [
        (path.clone(), 0o700),
        (base.path().join("deep"), 0o700),
        (folder.intents(), 0o700),
        (folder.journal(), 0o600),
        (folder.lock(), 0o600),
    ] {
        assert_eq!(mode(path.clone()), expected, "{path:?}");
    }
    fs::set_permissions(folder.journal(), fs::Permissions::from_mode(0o644)).unwrap();
    Folder::prepare(&path, None).unwrap();
    assert_eq!(mode(folder.journal()), 0o600);
}

#[test]
fn a_torn_header_is_written_anew_and_a_whole_one_kept() {
    let base = tempfile::tempdir().unwrap();
    let folder = Folder::prepare(base.path(), None).unwrap();
    let whole = fs::read(folder.journal()).unwrap();
    Folder::prepare(base.path(), None).unwrap();
    assert_eq!(fs::read(folder.journal()).unwrap(), whole);
    fs::remove_dir(folder.intents()).unwrap();
    Folder::prepare(base.path(), None).unwrap();
    assert_eq!(fs::read(folder.journal()).unwrap(), whole, "only the missing folder is made");
    for length in 0..whole.len() {
        fs::write(folder.journal(), &whole[..length]).unwrap();
        Folder::prepare(base.path(), None).unwrap();
        let again = fs::read(folder.journal()).unwrap();
        assert!(again.len() == whole.len() && again.ends_with(b"\n"), "cut at {length}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_a_medium_error() {
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("file");
    fs::write(&file, "x").unwrap();
    for path in [file.clone(), file.join("below")] {
        assert!(matches!(Folder::prepare(&path, None), Err(JournalError::Medium { .. })), "{path:?}");
    }
}
