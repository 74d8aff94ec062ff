//! The public key that goes to a rented machine: from a file, from the argument itself, or the user's own.

use crate::exit::{Exit, Failure, harmless};
use std::fs;
use std::path::{Path, PathBuf};

/// The user's own keys, the preferred one first.
const OWN: [&str; 3] = ["id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub"];
/// How public keys begin.
const TYPES: [&str; 3] = ["ssh-", "ecdsa-sha2-", "sk-"];
/// More than any public key has, in bytes.
const LONGEST: u64 = 64 * 1024;

/// The key that `argument` is or names: the text of a public key, or the path of a file with one.
pub fn given(argument: &str) -> Result<String, Failure> {
    let text = argument.trim();
    if is_public_key(text) {
        return Ok(text.to_owned());
    }
    let path = Path::new(argument);
    if !path.is_file() {
        return Err(Failure::usage("--ssh-key is neither a file nor the text of a public key"));
    }
    read(path)
}

/// The user's own public key, and where it lies.
pub fn own() -> Option<(PathBuf, String)> {
    let home = PathBuf::from(std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?);
    OWN.iter().find_map(|name| {
        let path = home.join(".ssh").join(name);
        read(&path).ok().map(|key| (path, key))
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    let shown = harmless(&path.display().to_string());
    let size = fs::metadata(path).map(|meta| meta.len());
    let text = match size {
        Ok(size) if size <= LONGEST => fs::read_to_string(path),
        Ok(_) => return Err(Failure::usage(format!("{shown} is too long to be a public key"))),
        Err(error) => Err(error),
    };
    let text = text.map_err(|error| {
        Failure::new(Exit::Usage, "usage", format!("{shown} cannot be read: {}", error.kind()))
    })?;
    if text.contains("PRIVATE KEY") {
        return Err(Failure::usage(format!("{shown} is a private key; give the public one (.pub)")));
    }
    let key = text.lines().map(str::trim).find(|line| is_public_key(line));
    key.map(str::to_owned).ok_or_else(|| Failure::usage(format!("{shown} holds no public key")))
}

fn is_public_key(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let known = words.next().is_some_and(|word| TYPES.iter().any(|kind| word.starts_with(kind)));
    known && words.next().is_some() && !text.contains(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_text_or_a_file_and_never_a_private_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pub");
        fs::write(&file, "# mine\nssh-ed25519 AAAA me@here\n").unwrap();
        assert_eq!(given(file.to_str().unwrap()).unwrap(), "ssh-ed25519 AAAA me@here");
        assert_eq!(given(" ssh-rsa AAAA \n").unwrap(), "ssh-rsa AAAA");
        fs::write(&file, "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n").unwrap();
        let failure = given(file.to_str().unwrap()).unwrap_err();
        assert!(failure.message.contains("private key") && failure.exit == Exit::Usage);
        for text in ["", "no-such-file", "ssh-rsa", "hello world"] {
            assert_eq!(given(text).unwrap_err().exit, Exit::Usage, "{text}");
        }
    }
}
