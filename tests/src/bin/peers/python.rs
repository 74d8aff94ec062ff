//! A Python with both peers in it: a virtual environment in cargo's target folder, made once and used again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is installed, by exact version.
pub(crate) const PINNED: [&str; 2] = ["requests==2.32.3", "clore-ai==0.1.1"];

/// A Python that can import both peers.
#[derive(Clone, Debug)]
pub(crate) struct Python {
    program: PathBuf,
}

impl Python {
    /// Makes the environment in `folder`, or takes the one that is there.
    pub(crate) fn prepare(folder: &Path, interpreter: &str) -> Result<Self, String> {
        let scripts = if cfg!(windows) { "Scripts" } else { "bin" };
        let python = Self { program: folder.join(scripts).join("python") };
        let stamp = folder.join("clore-peers.txt");
        let wanted = PINNED.join("\n");
        if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) && python.works() {
            return Ok(python);
        }
        let mut make = Command::new(interpreter);
        make.args(["-m", "venv", "--clear"]).arg(folder);
        run(make, &format!("making a virtual environment with `{interpreter}` (set PYTHON to another one)"))?;
        let mut install = Command::new(&python.program);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PINNED);
        run(
            install,
            &format!("installing {} with pip (it needs pip and a package index)", PINNED.join(" and ")),
        )?;
        if !python.works() {
            return Err("both peers were installed, but Python cannot import them".to_owned());
        }
        std::fs::write(&stamp, wanted)
            .map_err(|error| format!("{} cannot be written: {error}", stamp.display()))?;
        Ok(python)
    }

    fn works(&self) -> bool {
        let mut check = self.command();
        check.args(["-c", "import requests, clore_ai"]).stdout(Stdio::null()).stderr(Stdio::null());
        check.status().is_ok_and(|status| status.success())
    }

    /// The interpreter, without the proxies of the environment: the sandbox is on this machine.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(proxy);
        }
        command.env_remove("PYTHONPATH").env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// The versions that matter for what the peers do.
    pub(crate) fn versions(&self) -> String {
        let script = "import sys, importlib.metadata as m; print('Python ' + sys.version.split()[0], \
                      *(n + ' ' + m.version(n) for n in ('requests', 'clore-ai', 'httpx', 'pydantic')), sep=', ')";
        let output = self.command().args(["-c", script]).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    }
}

/// Runs a command; what it says is told only when it fails, its last lines.
fn run(mut command: Command, what: &str) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{what} failed: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{what} failed:\n{}", last_lines(&String::from_utf8_lossy(&said), 6)))
}

/// The last lines of a text.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.iter().skip(lines.len().saturating_sub(count)).map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_python_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let told = Python::prepare(folder.path(), "no-such-python").unwrap_err();
        assert!(told.contains("no-such-python") && told.contains("PYTHON"), "{told}");
    }

    #[test]
    fn only_the_last_lines_of_a_failure_are_told() {
        assert_eq!(last_lines("a\n\nb\nc\n", 2), "  b\n  c\n");
    }
}
