//! A run that was about less than the whole suite says so, whatever the format.

use crate::program::process::{program, run_alone};
use invite_report::FORMATS;
use std::path::Path;

/// What a report says, on one line: without line ends, and without what formats put before dashes.
fn said(path: &Path) -> String {
    let path = if path.is_dir() { path.join("README.txt") } else { path.to_owned() };
    let text = std::fs::read_to_string(path).unwrap().replace('\\', "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The badge has room for that it was one, and not for why.
fn tells_why(format: &str) -> bool {
    format != "badge"
}

#[test]
fn every_format_says_that_a_run_was_a_partial_one_and_why() {
    let rest = ["--only", "invite-rest-two"];
    let cases: [(&[&str], Option<i32>, &str); 4] = [
        (&rest, Some(0), "chosen by --only invite-rest-two"),
        (
            &["--profile", "rest", "--only", "invite-rest-two"],
            Some(0),
            "chosen by --profile rest --only",
        ),
        (&["--shard", "1/60"], Some(0), "chosen by --shard 1/60"),
        (
            &["--slow", "--only", "slow-session-silent", "--max-time", "1"],
            Some(3),
            "it had taken 1 s",
        ),
    ];
    for (flags, code, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let reports: Vec<String> = FORMATS
            .iter()
            .map(|format| format!("{0}={1}/{0}", format.name, folder.path().display()))
            .collect();
        let reports = reports.iter().flat_map(|report| ["--report", report]);
        let outcome =
            run_alone(program(["run"].into_iter().chain(flags.iter().copied()).chain(reports)));
        assert_eq!(outcome.code(), code, "{flags:?}: {}", outcome.said());
        for format in FORMATS {
            let text = said(&folder.path().join(format.name));
            let words = text.to_lowercase();
            assert!(words.contains("partial run"), "{} with {flags:?}: {text}", format.name);
            assert!(text.contains(why) || !tells_why(format.name), "{}: {text}", format.name);
        }
    }
}
