//! Nothing that the command prints or writes holds a secret, whatever the service does.

use crate::shell::{Run, Shell, quick};
use clore_sandbox::Fault;

const KEY: &str = "Canary-Key-5f1c9e77";
const WORD: &str = "Canary-Word-8d20aa";
const TOKEN: &str = "Canary-Token-41b7c3";
const ENV: &str = "Canary-Env-77aa01";
const SCRIPT: &str = "Canary-Script-6b";

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn is_clean(what: &str, text: &str) {
    for canary in [KEY, WORD, TOKEN, ENV, SCRIPT] {
        let bytes = format!("{:?}", canary.as_bytes());
        for shape in [canary, &hex(canary), bytes.trim_matches(['[', ']'])] {
            assert!(!text.to_lowercase().contains(&shape.to_lowercase()), "{what} shows {canary}:\n{text}");
        }
    }
}

fn shown(run: &Run) -> String {
    format!("{} {}", run.out, run.err)
}

/// Two rentals, what settles them, and every file that is left.
fn play(faults: &[&str]) {
    let shell = Shell::with(quick().key(KEY));
    faults.iter().for_each(|fault| shell.server.fault(Fault::parse(fault).unwrap()));
    let word = shell.home.path().join("word");
    std::fs::write(&word, WORD).unwrap();
    let server = shell.server.with(|clore| clore.free().next()).unwrap().to_string();
    let (env, word_file) = (format!("NAME={ENV}"), word.to_str().unwrap());
    let deploy = ["deploy", &server, "--yes", "--image", "image", "--ssh-password-file", word_file];
    let secrets = ["--jupyter-token", TOKEN, "--env", &env, "--command", SCRIPT];
    for last in [&["--json"][..], &["--wait", "--timeout", "2", "--poll", "0.1"]] {
        is_clean(&format!("{faults:?}"), &shown(&shell.run(&[&deploy[..], &secrets, last].concat())));
    }
    for arguments in [&["resume", "--json"][..], &["orders", "--completed"], &["orders", "--json"]] {
        is_clean(&format!("{arguments:?}"), &shown(&shell.run(arguments)));
    }
    assert!(shell.server.requests().iter().any(|request| request.call() == "create_order"), "{faults:?}");
    std::fs::remove_file(word).unwrap();
    let files = shell.files();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        is_clean(&file.display().to_string(), &String::from_utf8_lossy(&std::fs::read(&file).unwrap()));
    }
}

#[test]
fn no_output_and_no_file_holds_a_secret() {
    std::thread::scope(|scope| {
        for faults in [
            &[][..],
            &["create_order=lose"],
            &["create_order=garbage"],
            &["create_order#1=status:403"],
            &["create_order#1=code5"],
            &["my_orders#3=redirect:https://user:word@elsewhere.invalid/?key=Canary-Key-5f1c9e77"],
            &["create_order#1=lose", "my_orders#2=status:502"],
        ] {
            scope.spawn(move || play(faults));
        }
    });
}

/// Reliability O18: the official command takes the key from its arguments, shows it, and keeps it in a file that all may
/// read. Here no argument takes it, and no file is written but the journal, which holds a keyed hash.
#[test]
fn the_key_is_taken_from_the_environment_alone_and_kept_nowhere() {
    let shell = Shell::with(quick().key(KEY));
    for flag in ["--key", "--api-key", "--token", "--auth"] {
        for arguments in [&[flag, KEY, "orders"][..], &["orders", flag, KEY]] {
            let mut command = shell.command(arguments);
            command.env_remove("CLORE_API_KEY");
            let run = Run::of(command);
            assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
            is_clean(&format!("{flag} first or last"), &shown(&run));
        }
    }
    let mut command = shell.command(&["orders"]);
    command.env("CLORE_API_KEY", KEY);
    assert_eq!(Run::of(command).code, 0);
    shell.rented();
    for file in shell.files() {
        is_clean(&file.display().to_string(), &String::from_utf8_lossy(&std::fs::read(&file).unwrap()));
    }
}

#[test]
fn arguments_that_cannot_be_used_are_refused_without_the_secret() {
    let shell = Shell::with(quick().key(KEY));
    let long = format!("{WORD}{}", "x".repeat(40));
    for arguments in [
        &["deploy", "7", "--yes", "--ssh-password", &long][..],
        &["deploy", "7", "--yes", "--jupyter-token", &long],
        &["deploy", "7", "--yes", "--ssh-password", WORD, "--port", "nonsense"],
        &["deploy", "7", "--yes", "--ssh-password", WORD, "--ssh-key", "ssh-rsa AAAA"],
    ] {
        let run = shell.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        is_clean(&format!("{arguments:?}"), &shown(&run));
    }
    let mut command = shell.command(&["orders"]);
    command.env("CLORE_API_KEY", format!("{KEY}\nx"));
    let run = Run::of(command);
    assert_eq!(run.code, 5, "{}", run.err);
    is_clean("a bad key", &shown(&run));
    let mut command = shell.command(&["orders"]);
    command.env("CLORE_API_URL", format!("https://user:{KEY}@api.clore.ai"));
    let run = Run::of(command);
    assert_eq!(run.code, 2, "{}", run.err);
    is_clean("a bad address", &shown(&run));
}
