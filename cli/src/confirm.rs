//! Asking before money is spent.

use crate::exit::{Exit, Failure};
use std::io::{BufRead, IsTerminal, Write};

/// Asks on stderr and reads the answer from the terminal. Only `y` or `yes` goes on.
///
/// # Errors
/// A usage error where nobody can answer; otherwise when the answer is not yes. Nothing was sent in either case.
pub fn ask(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody can be asked here, so nothing was sent; add --yes to go on"));
    }
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question} [y/N] ");
    let _ = stderr.flush();
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::new(Exit::Failed, "not_confirmed", "nothing was sent"))
}

/// Whether somebody can be asked.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}
