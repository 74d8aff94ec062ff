//! The SSH line that is printed, read by the `ssh` program itself: it never switches the check of host keys off.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clore_core::model::connection::{HostKeys, SshTarget};
use std::process::Command;

/// What `ssh` would do with these arguments, or none where there is no `ssh`.
fn understood(arguments: &[String]) -> Option<String> {
    let output = Command::new("ssh").arg("-F").arg("/dev/null").arg("-G").args(arguments).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().to_ascii_lowercase())
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn the_ssh_line_never_switches_the_check_of_host_keys_off() {
    let target = SshTarget::parse("ssh -p 2222 root@198.51.100.7").unwrap();
    for (host_keys, told) in [(HostKeys::Ask, "ask"), (HostKeys::AcceptNew, "accept-new")] {
        let arguments = target.args_with(host_keys, None);
        assert!(!arguments.iter().any(|argument| argument.contains("UserKnownHostsFile")), "{arguments:?}");
        let Some(settings) = understood(&arguments) else {
            eprintln!("skipped: there is no ssh here");
            return;
        };
        assert!(settings.contains(&format!("stricthostkeychecking {told}")), "{settings}");
        for off in [
            "stricthostkeychecking no",
            "stricthostkeychecking off",
            "stricthostkeychecking false",
            "/dev/null",
        ] {
            assert!(!settings.contains(off), "{off}: {settings}");
        }
    }
}
