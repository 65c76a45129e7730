//! `invite-conformance`: the command line of the harness.

fn main() -> std::process::ExitCode {
    invite_conformance::cli::main()
}
