//! Completions, the manual and colours: what the shell gets.

use super::invoke;
use super::process::{Outcome, program, run};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a tool with a text as its input; none where it is not installed.
fn tool(name: &str, arguments: &[&str], input: &str) -> Option<std::process::Output> {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    Some(output)
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let outcome = invoke(&["completions", shell]);
        assert_eq!(outcome.code(), Some(0), "{shell}: {}", outcome.stderr);
        for command in super::input::commands() {
            let words = outcome.stdout.split(|c: char| !c.is_alphanumeric());
            assert!(words.into_iter().any(|word| word == command), "{shell} misses {command}");
        }
        assert!(outcome.stdout.contains("second-app-secret"), "{shell} misses a flag");
    }
    assert_eq!(invoke(&["completions", "tcsh"]).code(), Some(2));
}

/// What bash completes when these words are typed and the last one is not finished.
fn completed_by_bash(script: &str, words: &[&str]) -> Option<Vec<String>> {
    let last = words.len() - 1;
    let previous = words[last.saturating_sub(1)];
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    // The function is called as bash calls it; which one it is, `complete` says.
    let ask = format!(
        "COMP_WORDS=({words}); COMP_CWORD={last}
        ask=$(complete -p invite-conformance | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        \"$ask\" invite-conformance '{current}' '{previous}'
        printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words = quoted.join(" "),
        current = words[last],
    );
    let output = tool("bash", &["--norc"], &format!("{script}\n{ask}\n"))?;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    Some(said.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[test]
fn bash_completes_commands_flags_and_names() {
    let script = invoke(&["completions", "bash"]).stdout;
    let complete = |words: &[&str]| {
        let words: Vec<&str> = ["invite-conformance"].iter().chain(words).copied().collect();
        completed_by_bash(&script, &words)
    };
    // Without bash there is nobody to ask.
    let Some(commands) = complete(&["expla"]) else { return };
    assert_eq!(commands, ["explain"]);
    for (words, expected) in [
        (&["run", "--fail"][..], &["--fail-fast"][..]),
        (&["list", "req"], &["requirements"]),
        (&["--no-color", "run", "--fail"], &["--fail-fast"]),
        (&["key", "ne"], &["new"]),
        (&["explain", "INV-01"], &["INV-016"]),
        (&["explain", "auth-api-t"], &["auth-api-token"]),
        (&["explain", "rest-invite-req"], &["rest-invite-request"]),
        (&["run", "--only", "invite-rest-tw"], &["invite-rest-two"]),
        (&["schema", "rest-invite-req"], &["rest-invite-request"]),
        (&["schema", "scen"], &["scenario"]),
        (&["schema", "tar"], &["target"]),
        (&["explain", "CLI-01"], &["CLI-017"]),
        (&["client", "--only", "invited-by"], &["invited-by-rest"]),
        (&["scenario", "n"], &["new"]),
        (&["scenario", "new", "--requirement", "PRT-00"], &["PRT-006"]),
        (&["scenario", "new", "x.yaml", "--requirement", "CLI-00"], &["CLI-006"]),
        (&["validate", "rest-invite-req"], &["rest-invite-request"]),
    ] {
        let found = complete(words).unwrap();
        for one in expected {
            assert!(found.iter().any(|found| found == one), "{words:?} gave {found:?}");
        }
        let begun = words.last().unwrap();
        assert!(found.iter().all(|one| one.starts_with(begun)), "{words:?} gave {found:?}");
    }
}

#[test]
fn zsh_and_fish_take_their_completions_and_offer_the_names() {
    for (shell, syntax) in [("zsh", &["-n"][..]), ("fish", &["--no-execute"])] {
        let script = invoke(&["completions", shell]).stdout;
        let files = ["client-scenario", "target", "adapter", "invited-by-rest", "CLI-017"];
        for name in ["INV-016", "invite-rest-two", "rest-invite-request"].into_iter().chain(files) {
            assert!(script.contains(name), "{shell} does not offer {name}");
        }
        let Some(output) = tool(shell, syntax, &script) else { continue };
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // Fish says what it would offer, without a terminal.
    let script = invoke(&["completions", "fish"]).stdout;
    for (words, expected) in [
        ("explain INV-01", "INV-016"),
        ("schema client-sc", "client-scenario"),
        ("scenario new --requirement PRT-00", "PRT-006"),
    ] {
        let ask = format!("complete --do-complete 'invite-conformance {words}'");
        let Some(output) = tool("fish", &["--no-config"], &format!("{script}\n{ask}\n")) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.lines().any(|line| line.trim() == expected), "{words}: {said}");
    }
}

#[test]
fn the_manual_says_all_and_formats_without_a_warning() {
    let page = invoke(&["man"]).stdout;
    assert!(page.contains(".TH invite-conformance 1"), "{page}");
    assert!(page.contains(".SH \"EXIT STATUS\""), "{page}");
    for command in super::input::commands() {
        let heading = format!(".SH \"{}\"", command.to_uppercase());
        assert!(page.contains(&heading), "no section about {command}");
    }
    assert!(!page.contains("EXTRA"), "{page}");
    let arguments = ["-man", "-Tutf8", "-ww", "-z", "-"];
    let Some(output) = tool("groff", &arguments, &page) else { return };
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn each_command_has_a_page_of_its_own_where_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let outcome = invoke(&["man", pages.to_str().unwrap()]);
    assert_eq!((outcome.code(), &*outcome.stdout), (Some(0), ""), "{outcome:#?}");
    for command in super::input::commands() {
        let path = pages.join(format!("invite-conformance-{command}.1"));
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.contains(&format!(".TH invite-conformance-{command} 1")), "{page}");
    }
    assert!(pages.join("invite-conformance.1").exists());
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let outcome = invoke(&["man", file.to_str().unwrap()]);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("cannot write"), "{}", outcome.stderr);
}

/// A short run with these flags and this environment.
fn colours(flags: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command =
        program(["run", "--only", "auth-api-token"].into_iter().chain(flags.to_vec()));
    command.envs(environment.iter().copied());
    run(command)
}

#[test]
fn colours_can_be_forced_and_forbidden() {
    let forced = ("CLICOLOR_FORCE", "1");
    assert!(colours(&[], &[forced]).stdout.contains("\u{1b}["));
    for (flags, environment) in [
        (&["--no-color"][..], &[forced][..]),
        (&[], &[forced, ("NO_COLOR", "1")]),
        (&[], &[("CLICOLOR_FORCE", "0")]),
    ] {
        let outcome = colours(flags, environment);
        assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
        assert!(!outcome.stdout.contains('\u{1b}'), "{flags:?} {environment:?}");
    }
}
