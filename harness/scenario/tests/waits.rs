//! How long a scenario may wait, and how far that looks.

use invite_scenario::{looked_at, parse};
use invite_spec::requirement::Seconds;

/// The errors of a scenario with this `slow` line and these steps; the steps begin on line 5.
fn errors_of(slow: &str, steps: &str) -> Vec<String> {
    match parse("mine.yaml", &text(slow, steps)) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

fn text(slow: &str, steps: &str) -> String {
    let call = "  - call: {id: token, operation: auth.token}\n";
    format!("scenario: mine\ntitle: Mine.\n{slow}profile: rest\nsteps:\n{call}{steps}")
}

fn wait(fields: &str) -> String {
    format!("  - wait: {{{fields}}}\n")
}

const SLOW: &str = "slow: it takes its time\n";

#[test]
fn a_scenario_waits_for_a_while_or_is_slow() {
    let (short, long) = (wait("seconds: 10, looks_at: ttl"), wait("seconds: 65, looks_at: ttl"));
    assert_eq!(errors_of("", &short), [""; 0]);
    assert_eq!(errors_of(SLOW, &long), [""; 0]);
    assert_eq!(
        errors_of("", &wait("seconds: 11, looks_at: ttl")),
        ["mine.yaml:6:21: 11 s of waiting up to here, at most 10 s; a scenario that waits longer \
          must say `slow` and why"]
    );
    let twice = format!("{long}{}", wait("seconds: 1, looks_at: ttl"));
    assert_eq!(
        errors_of(SLOW, &twice),
        ["mine.yaml:8:21: 66 s of waiting up to here, at most 65 s"]
    );
}

#[test]
fn what_is_not_slow_must_not_say_so() {
    assert_eq!(
        errors_of(SLOW, &wait("seconds: 3, looks_at: ttl")),
        ["mine.yaml:3:7: `slow` is for scenarios that wait longer than 10 s: this one waits 3 s"]
    );
    assert_eq!(
        errors_of("slow: \" \"\n", &wait("seconds: 30, looks_at: ttl")),
        ["mine.yaml:3:7: `slow` must say what takes so long"]
    );
}

#[test]
fn a_wait_says_how_long_and_what_for() {
    for (fields, why) in [
        ("seconds: 0, looks_at: ttl", "21: `seconds` must be at least 1"),
        ("seconds: 3, looks_at: ttl, at_most: 2", "21: `at_most` must not be less than `seconds`"),
    ] {
        assert_eq!(errors_of("", &wait(fields)), [format!("mine.yaml:6:{why}")]);
    }
    let unknown = errors_of("", &wait("seconds: 3, looks_at: tll"));
    assert!(
        unknown[0].starts_with("mine.yaml:6:34: unknown number of seconds `tll`"),
        "{unknown:?}"
    );
    assert!(unknown[0].contains("ttl"), "{unknown:?}");
    let nowhere = errors_of("", &wait("seconds: 3, looks_at: ttl, since: never"));
    assert!(nowhere[0].contains("never"), "{nowhere:?}");
    assert!(!errors_of("", &wait("seconds: 3")).is_empty());
}

#[test]
fn how_far_a_number_is_looked_at_follows_from_the_waits() {
    let scenario = |slow: &str, seconds: u64| {
        let steps = wait(&format!("seconds: {seconds}, looks_at: ttl"));
        parse("mine.yaml", &text(slow, &steps)).unwrap()
    };
    let words = |scenarios: &[invite_scenario::Scenario]| {
        let found = looked_at(scenarios);
        found.iter().find(|one| one.number == Seconds::Ttl).unwrap().to_string()
    };
    let (usual, slow) = ([scenario("", 2), scenario("", 3)], scenario(SLOW, 30));
    assert_eq!(words(&[]), "ttl: kept for a time that is not waited for");
    assert_eq!(words(&usual), "ttl: kept for 3 s");
    assert_eq!(words(std::slice::from_ref(&slow)), "ttl: kept for 30 s with --slow only");
    let [first, second] = usual;
    assert_eq!(words(&[first, second, slow]), "ttl: kept for 3 s; 30 s with --slow");
}
