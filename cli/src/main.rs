//! `clore`: find, rent and cancel GPUs on Clore.ai, and never pay twice. All of it is in the library beside.

fn main() -> std::process::ExitCode {
    clore_cli::main(&std::env::args_os().collect::<Vec<_>>())
}
