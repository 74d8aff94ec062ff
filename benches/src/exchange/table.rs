//! The README's table of the adapters: what each is, what can be counted of it, and what was measured.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// What cannot be counted.
pub(crate) struct Adapter {
    pub(crate) name: &'static str,
    folder: &'static str,
    http: &'static str,
    tls: &'static str,
}

const TLS: &str = "rustls with ring, 1.2 and 1.3, Mozilla's roots or own";

pub(crate) const BLOCKING: Adapter =
    Adapter { name: "clore-blocking", folder: "blocking", http: "ureq 3, HTTP/1.1", tls: TLS };
pub(crate) const TOKIO: Adapter =
    Adapter { name: "clore-tokio", folder: "async-tokio", http: "reqwest 0.13, HTTP/1.1 and 2", tls: TLS };
pub(crate) const ASYNC_STD: Adapter =
    Adapter { name: "clore-async-std", folder: "async-std", http: "hyper 1, HTTP/1.1", tls: TLS };

/// Two lines of markdown.
pub(crate) fn head() -> &'static str {
    "| adapter | HTTP library | TLS | crates in its tree | lines of ours | a call, µs | by hand, µs |\n\
     |---|---|---|---|---|---|---|"
}

impl Adapter {
    /// One line of markdown, with medians in µs.
    pub(crate) fn row(&self, ours: f64, by_hand: f64) -> String {
        let Self { name, http, tls, .. } = self;
        let (crates, lines) = (self.crates(), self.lines());
        format!("| `{name}` | {http} | {tls} | {crates} | {lines} | {ours:.1} | {by_hand:.1} |")
    }

    /// All crates that it builds on, ours and itself included.
    fn crates(&self) -> usize {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let tree = Command::new(cargo)
            .args(["tree", "--edges", "normal", "--prefix", "none", "--package", self.name])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        // One that was shown before is marked.
        let tree = String::from_utf8(tree.stdout).unwrap();
        tree.lines().map(|line| line.trim_end_matches(" (*)")).collect::<BTreeSet<_>>().len()
    }

    /// Lines of code: not blank, no comment, no test.
    fn lines(&self) -> usize {
        let files = std::fs::read_dir(root().join(self.folder).join("src")).unwrap();
        files.map(|file| lines(&file.unwrap().path())).sum()
    }
}

fn lines(file: &Path) -> usize {
    let name = file.file_name().unwrap().to_str().unwrap();
    if !name.ends_with(".rs") || name.ends_with("tests.rs") {
        return 0;
    }
    let text = std::fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().lines().map(str::trim);
    code.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
