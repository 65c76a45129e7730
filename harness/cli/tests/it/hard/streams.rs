//! Exit codes when nobody reads what the program says.

#![cfg(unix)]

use crate::program::process::program;
use std::net::TcpListener;
use std::process::Stdio;

/// The exit code of a command whose standard error nobody reads any more.
fn code(arguments: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = program(arguments.iter().copied());
    command.stdout(Stdio::null()).stderr(writer);
    command.status().unwrap().code()
}

#[test]
fn exit_codes_do_not_depend_on_who_reads() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}");
    let target = ["run", "--url", &url, "--app-key", "k", "--app-secret", "s"];
    assert_eq!(code(&["run", "--no-such-flag"]), Some(2));
    assert_eq!(code(&["no-such-command"]), Some(2));
    assert_eq!(code(&target), Some(3));
    assert_eq!(code(&["verify", "/no/such/file"]), Some(2));
    assert_eq!(code(&["--help"]), Some(0));
}
