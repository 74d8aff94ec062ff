//! [`SshTarget`]: user, host and port of a rental's ssh, parsed, not split (reliability S36, 5.6).
//!
//! The seed took `-p abc` for port 22, an empty text for a host, and `-oProxyCommand=id` for a name. Here every word
//! is checked, no port is invented, and the result is an argument list, never a text for a shell.

use super::host::{Host, port};
use crate::excerpt::Excerpt;
use core::fmt;
use core::str::FromStr;

/// User, host and port to connect to.
///
/// ```
/// use clore_core::model::SshTarget;
/// let target = SshTarget::parse("ssh root@n1.example.net -p 10022")?;
/// assert_eq!((target.user(), target.host().as_str(), target.port()), ("root", "n1.example.net", 10022));
/// assert!(SshTarget::parse("ssh root@n1.example.net").is_err(), "no port is invented");
/// # Ok::<(), clore_core::model::connection::NotAnSshTarget>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SshTarget {
    user: Box<str>,
    host: Host,
    port: u16,
    raw: Excerpt,
}

/// Why a text is no [`SshTarget`]. It does not quote the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum NotAnSshTarget {
    /// No host is named.
    NoHost,
    /// The host is neither an address nor a DNS name.
    BadHost,
    /// The user is not `[a-z_][a-z0-9_-]{0,31}`.
    BadUser,
    /// No port is named; 22 is not assumed, since the service maps ports.
    NoPort,
    /// The port is not a number from 1 to 65535.
    BadPort,
    /// A control character, or a word that is neither `ssh`, a target nor `-p N`.
    UnexpectedWord,
}

/// How `ssh` treats a host key it has not seen.
///
/// Closed: "accept everything" does not exist here on purpose.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HostKeys {
    /// Ask. The default: addresses and ports are re-let, and only the user can judge a new key.
    #[default]
    Ask,
    /// Keep the first key seen, refuse a changed one.
    AcceptNew,
}

impl SshTarget {
    /// A target from its parts; `None` when the user is not a plain login name or the port is 0.
    #[must_use]
    pub fn new(user: &str, host: Host, port: u16) -> Option<Self> {
        (is_user(user) && port > 0).then(|| Self {
            raw: Excerpt::new(&format!("ssh {user}@{host} -p {port}"), 512),
            user: user.into(),
            host,
            port,
        })
    }

    /// Reads `ssh root@host -p 22022`: the words `ssh`, `[user@]host` and `-p N` in any order, nothing else
    /// (api-facts 4.2). Without a user it is `root`.
    ///
    /// # Errors
    /// [`NotAnSshTarget`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, NotAnSshTarget> {
        if text.chars().any(|c| c.is_control() || (c.is_whitespace() && c != ' ')) {
            return Err(NotAnSshTarget::UnexpectedWord);
        }
        let (mut target, mut found_port, mut said_ssh) = (None, None, false);
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            match word {
                "-p" if found_port.is_none() => {
                    let number = words.next().ok_or(NotAnSshTarget::BadPort)?;
                    found_port = Some(port(number).ok_or(NotAnSshTarget::BadPort)?);
                }
                "ssh" if !said_ssh => said_ssh = true,
                word if word.starts_with('-') => return Err(NotAnSshTarget::UnexpectedWord),
                word if target.is_none() => target = Some(user_and_host(word)?),
                _ => return Err(NotAnSshTarget::UnexpectedWord),
            }
        }
        let (user, host) = target.ok_or(NotAnSshTarget::NoHost)?;
        Ok(Self {
            user: user.into(),
            host,
            port: found_port.ok_or(NotAnSshTarget::NoPort)?,
            raw: Excerpt::new(text, 512),
        })
    }

    /// The login name.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, 1 to 65535.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The text it was read from, escaped; for a target made of parts, the usual writing of it.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.as_str()
    }

    /// The arguments for `ssh`, without the program's name. Unknown host keys are asked about.
    #[must_use]
    pub fn args(&self) -> Vec<String> {
        self.args_with(HostKeys::Ask, None)
    }

    /// As [`SshTarget::args`], with a choice about host keys and the path of a private key, which is then the only
    /// one offered.
    #[must_use]
    pub fn args_with(&self, host_keys: HostKeys, key_file: Option<&str>) -> Vec<String> {
        let strict = match host_keys {
            HostKeys::Ask => "StrictHostKeyChecking=ask",
            HostKeys::AcceptNew => "StrictHostKeyChecking=accept-new",
        };
        let mut args: Vec<String> =
            ["-p", &self.port.to_string(), "-l", &self.user].map(String::from).to_vec();
        // A rented host is itself a stranger: it gets no agent and no display, and no command of ours runs for it.
        for option in
            [strict, "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no", "ProxyCommand=none"]
        {
            args.extend(["-o".to_owned(), option.to_owned()]);
        }
        if let Some(key) = key_file {
            args.extend(["-o", "IdentitiesOnly=yes", "-i", key].map(String::from));
        }
        args.extend(["--".to_owned(), self.host.to_string()]);
        args
    }

    /// A line to copy into a shell: `ssh` and [`SshTarget::args`], quoted where needed.
    #[must_use]
    pub fn command_line(&self) -> String {
        let mut line = String::from("ssh");
        for argument in self.args() {
            line.push(' ');
            line.push_str(&quoted(&argument));
        }
        line
    }
}

fn user_and_host(word: &str) -> Result<(&str, Host), NotAnSshTarget> {
    let (user, host) = word.split_once('@').unwrap_or(("root", word));
    if !is_user(user) {
        return Err(NotAnSshTarget::BadUser);
    }
    Ok((user, Host::parse(host).map_err(|_| NotAnSshTarget::BadHost)?))
}

fn is_user(text: &str) -> bool {
    text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

/// For a POSIX shell.
fn quoted(argument: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:=/@%+,".contains(&b);
    if !argument.is_empty() && argument.bytes().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

impl FromStr for SshTarget {
    type Err = NotAnSshTarget;

    fn from_str(text: &str) -> Result<Self, NotAnSshTarget> {
        Self::parse(text)
    }
}

impl fmt::Display for SshTarget {
    /// `root@n1.example.net:10022`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.is_ipv6() {
            write!(f, "{}@[{}]:{}", self.user, self.host, self.port)
        } else {
            write!(f, "{}@{}:{}", self.user, self.host, self.port)
        }
    }
}

impl fmt::Display for NotAnSshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHost => "no ssh target: no host is named",
            Self::BadHost => "no ssh target: the host is neither an address nor a DNS name",
            Self::BadUser => "no ssh target: the user is not a plain login name",
            Self::NoPort => "no ssh target: no port is named",
            Self::BadPort => "no ssh target: the port is not a number from 1 to 65535",
            Self::UnexpectedWord => "no ssh target: it holds a word that does not belong there",
        })
    }
}

impl std::error::Error for NotAnSshTarget {}

#[cfg(test)]
#[path = "ssh_tests.rs"]
mod tests;
