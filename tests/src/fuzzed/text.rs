//! Texts on their way out: to a shell's arguments, a terminal, a query.

use clore_core::endpoint::Path;
use clore_core::excerpt::{Excerpt, is_harmless};
use clore_core::model::SshTarget;

/// The text of an ssh line: its parts are plain words, or it is none.
pub fn ssh(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    let Ok(target) = SshTarget::parse(text) else { return };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    assert!(target.port() > 0 && !target.user().starts_with('-') && !target.host().as_str().starts_with('-'));
    assert!(target.user().chars().all(plain) && target.host().as_str().chars().all(plain), "{target:?}");
    for argument in target.args() {
        assert!(argument.chars().all(|c| plain(c) || "@=[]".contains(c)), "{argument}");
    }
    let line = target.command_line();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words.first(), Some(&"ssh"));
    assert_eq!(words[1..], target.args(), "what is shown is what is run");
}

/// A text of the service, in front of a person: bounded, and nothing in it moves or hides.
pub fn terminal(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for max in [0, 1, 8, 64, 512] {
        let shown = Excerpt::new(&text, max);
        assert!(shown.as_str().len() <= max.max('…'.len_utf8()), "{max}: {shown}");
        assert!(shown.as_str().chars().all(is_harmless), "{shown:?}");
    }
    if text.chars().all(is_harmless) {
        assert_eq!(Excerpt::new(&text, usize::MAX).as_str(), text);
    }
    // As the command prints them: a cell of a table, and a text of a document, which reads back as it came.
    let cell = clore_cli::cell(&text, 40);
    assert!(cell.chars().all(is_harmless) && !cell.contains('\n'), "{cell:?}");
    let document = serde_json::to_string(&text).expect("a text is JSON");
    let shown = clore_cli::inert(&document);
    assert!(shown.chars().all(is_harmless), "{shown:?}");
    assert_eq!(serde_json::from_str::<String>(&shown).ok().as_deref(), Some(&*text));
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&hex, 16).expect("two hex digits follow a percent sign")
            }
            other => other,
        });
    }
    String::from_utf8(bytes).expect("what went in was a text")
}

/// Pairs of lines as names and values: exactly these come out of the URI again.
pub fn query(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    let words: Vec<&str> = text.split('\n').collect();
    let pairs: Vec<(&str, &str)> = words.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let path = pairs.iter().fold(Path::new("/v1/x"), |path, (name, value)| path.query(name, value));
    let Ok(request) = path.into_read() else {
        assert!(text.len() > 20_000, "refused: {text:?}");
        return;
    };
    let uri = request.uri();
    assert_eq!((uri.path(), request.body().len(), request.headers().len()), ("/v1/x", 0, 0));
    assert!(uri.to_string().bytes().all(|byte| (b'!'..=b'~').contains(&byte) && byte != b'#'), "{uri}");
    let found = uri.query().map(|query| query.split('&').collect::<Vec<_>>()).unwrap_or_default();
    let found: Vec<(String, String)> = found
        .into_iter()
        .map(|pair| pair.split_once('=').expect("name and value"))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let asked: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(found, asked);
}
