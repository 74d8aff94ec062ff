//! The command `clore` as its own package builds it, built beside `probe` so that a test can hold one against the other.

fn main() -> std::process::ExitCode {
    clore_cli::main(&std::env::args_os().collect::<Vec<_>>())
}
