//! What a scenario file may say, and the error where it may not: file, line, column, message, help.

use invite_scenario::parse;

const HEAD: &str = r#"scenario: mine
title: Somebody without a token stays outside.
profile: sdk
people: {alice: {}, bob: {}}
steps:
  - open: {who: [alice, bob]}
  - call:
      operation: rest.create
      body: {ownerExternalId: "${alice}"}
      save: {room: /conferenceId, owner_token: /ownerToken}
  - call: {id: right, operation: sdk.join, as: alice, in: "${room}", token: "${owner_token}"}
"#;

/// The errors of a scenario with these steps after the first three; they begin on line 12.
fn errors_of(steps: &str) -> Vec<String> {
    match parse("mine.yaml", &format!("{HEAD}{steps}")) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

/// The errors of one more call with these fields.
fn errors_of_call(fields: &str) -> Vec<String> {
    errors_of(&format!("  - call: {{operation: sdk.join, as: bob, in: \"${{room}}\", {fields}}}\n"))
}

#[test]
fn calls_that_go_together_are_read() {
    for fields in [
        "token: none, outcome: refused, requires: JOIN-003, twin: right",
        "text: not JSON, outcome: refused, requires: ERR-001, twin: right, until_refused: true",
        "filler: 100, outcome: any",
        "preflight: true, requires: WIRE-007, outcome: accepted",
        "preflight: false, body: {}, until_refused: false",
        // A value that is missing may break a requirement of its own.
        "outcome: any, requires: JOIN-003, save: {kept: /participants}",
    ] {
        assert_eq!(errors_of_call(fields), [""; 0], "{fields}");
    }
}

#[test]
fn a_call_has_one_body() {
    for (fields, errors) in [
        (
            "body: {}, text: x",
            ["mine.yaml:12:73: `body` and `text` contradict each other; a call has one body"]
                .as_slice(),
        ),
        (
            "filler: 9, body: {}",
            &["mine.yaml:12:65: `body` and `filler` contradict each other; a call has one body"],
        ),
        (
            "text: x, filler: 9",
            &["mine.yaml:12:74: `text` and `filler` contradict each other; a call has one body"],
        ),
        (
            "body: {}, text: x, filler: 9",
            &[
                "mine.yaml:12:73: `body` and `text` contradict each other; a call has one body",
                "mine.yaml:12:84: `body` and `filler` contradict each other; a call has one body",
            ],
        ),
    ] {
        assert_eq!(errors_of_call(fields), errors, "{fields}");
    }
}

#[test]
fn a_call_has_one_authorization() {
    assert_eq!(
        errors_of_call("bearer: none, basic: none"),
        ["mine.yaml:12:78: `bearer` and `basic` contradict each other; both replace the header \
          `Authorization`"]
    );
}

#[test]
fn a_preflight_has_a_fixed_form() {
    for field in [
        "body: {}",
        "text: x",
        "filler: 9",
        "token: none",
        "bearer: none",
        "session_token: none",
        "basic: none",
        "headers: {}",
        "save: {}",
    ] {
        let name = field.split(':').next().unwrap();
        let column = 76 + name.len();
        assert_eq!(
            errors_of_call(&format!("preflight: true, {field}")),
            [format!(
                "mine.yaml:12:{column}: `preflight` and `{name}` contradict each other; a preflight \
                 has a fixed form, and a response without a body"
            )]
        );
    }
}

#[test]
fn a_preflight_is_not_refused() {
    for (fields, said) in [
        ("preflight: true, outcome: any", "any"),
        ("preflight: true, outcome: refused, requires: JOIN-003, twin: right", "refused"),
    ] {
        assert_eq!(
            errors_of_call(fields),
            [format!(
                "mine.yaml:12:83: `preflight` and `outcome: {said}` contradict each other; say what \
                 its response must be by `expect`"
            )]
        );
    }
}

#[test]
fn what_only_a_refusal_has_needs_one() {
    for (fields, error) in [
        (
            "twin: right",
            "mine.yaml:12:63: `twin` without `outcome: refused`; only a refusal has a twin",
        ),
        (
            "outcome: any, twin: right",
            "mine.yaml:12:77: `twin` without `outcome: refused`; only a refusal has a twin",
        ),
        (
            "until_refused: true",
            "mine.yaml:12:72: `until_refused` without `outcome: refused`; it waits for a refusal",
        ),
        (
            "preflight: true, twin: right",
            "mine.yaml:12:80: `twin` without `outcome: refused`; only a refusal has a twin",
        ),
    ] {
        assert_eq!(errors_of_call(fields), [error], "{fields}");
    }
}

#[test]
fn an_open_outcome_shows_no_requirement() {
    assert_eq!(
        errors_of_call("outcome: any, requires: JOIN-003"),
        ["mine.yaml:12:81: `outcome: any` and `requires` contradict each other; either outcome \
          satisfies it; say what must hold by `expect`"]
    );
}

#[test]
fn a_refusal_names_its_requirement_and_its_twin() {
    assert_eq!(
        errors_of_call("outcome: refused"),
        [
            "mine.yaml:12:23: a refusal must name the requirement that demands it; name it by \
             `requires`",
            "mine.yaml:12:23: a refusal counts only with a `twin`; name the step that makes the same \
             call correctly",
        ]
    );
}

#[test]
fn a_connect_contradicts_itself_no_more_than_a_call() {
    let errors = |fields: &str| {
        errors_of(&format!(
            "  - connect: {{who: bob, user_token: x, requires: SES-002, {fields}}}\n"
        ))
    };
    assert_eq!(errors("outcome: accepted"), [""; 0]);
    assert_eq!(errors("outcome: refused, twin: right"), [""; 0]);
    assert_eq!(
        errors("outcome: any"),
        ["mine.yaml:12:68: `outcome: any` and `requires` contradict each other; either outcome \
          satisfies it"]
    );
    assert_eq!(
        errors("outcome: accepted, twin: right"),
        ["mine.yaml:12:84: `twin` without `outcome: refused`; only a refusal has a twin"]
    );
    assert_eq!(
        errors("outcome: refused"),
        [
            "mine.yaml:12:20: a refusal counts only with a `twin`; name the step that makes the same \
          call correctly"
        ]
    );
}

#[test]
fn an_expectation_has_a_twin_only_for_a_refusal() {
    assert_eq!(
        errors_of_call("expect: [{requires: JOIN-003, status: accepted, twin: right}]"),
        ["mine.yaml:12:111: `twin` without `status: refused`; only a refusal has a twin"]
    );
}

#[test]
fn every_unknown_name_and_contradiction_is_found_at_once() {
    assert_eq!(
        errors_of(
            "  - call:
      operation: sdk.jion
      as: bob
      requires: [JOIN-003, JOIN-999]
      body: {}
      text: x
  - await:
      by: bob
      frame: InvitationRecieved
"
        ),
        [
            "mine.yaml:13:18: unknown operation `sdk.jion`; did you mean `sdk.join`?",
            "mine.yaml:15:28: unknown requirement `JOIN-999`; did you mean `JOIN-009`?",
            "mine.yaml:17:13: `body` and `text` contradict each other; a call has one body",
            "mine.yaml:20:14: unknown frame `InvitationRecieved`; did you mean \
             `InvitationReceived`?",
        ]
    );
}

/// The errors of a scenario of these people.
fn errors_of_people(people: &str) -> Vec<String> {
    let text =
        format!("scenario: mine\ntitle: People.\nprofile: rest\npeople:\n  {people}\nsteps: []\n");
    parse("mine.yaml", &text).err().into_iter().flatten().map(|error| error.to_string()).collect()
}

#[test]
fn a_person_has_a_name_of_their_own() {
    for (people, error) in [
        (
            "host: {}",
            "mine.yaml:5:3: `host` cannot be a person's name: it stands for `${host}`, the target's \
             host",
        ),
        (
            "fence: {}",
            "mine.yaml:5:3: `fence` cannot be a person's name: it stands for the client that fences",
        ),
        (
            "probe: {}",
            "mine.yaml:5:3: `probe` cannot be a person's name: it stands for the client that probes \
             the target",
        ),
        (
            "second-probe: {}",
            "mine.yaml:5:3: `second-probe` cannot be a person's name: it stands for the client that \
             probes the second application",
        ),
        (
            "bob/phone: {}",
            "mine.yaml:5:3: `bob/phone` cannot be a person's name: use letters, digits, `-` and `_`",
        ),
        ("crowd: {count: 0}", "mine.yaml:5:3: `count` of `crowd` must be at least 1"),
        (
            "crowd: {count: 2}\n  crowd-2: {}",
            "mine.yaml:6:3: `crowd-2` is a person and a member of a group",
        ),
    ] {
        assert_eq!(errors_of_people(people), [error], "{people}");
    }
    assert_eq!(errors_of_people("hostess: {}"), [""; 0]);
}

#[test]
fn a_value_has_a_name_of_its_own() {
    for (name, why) in [
        ("bob", "a value cannot be saved as `bob`: a person has that name"),
        ("host", "a value cannot be saved as `host`: the name is reserved"),
        ("room", "duplicate name `room`: an earlier step saves it, too"),
    ] {
        let error = format!("mine.yaml:12:23: {why}");
        assert_eq!(errors_of_call(&format!("save: {{{name}: /x}}")), [error]);
    }
}

#[test]
fn a_step_id_is_used_once() {
    assert_eq!(
        errors_of_call("id: right"),
        ["mine.yaml:12:61: duplicate step id `right` (first used on line 11)"]
    );
}

#[test]
fn every_scenario_of_the_program_is_read() {
    let found = invite_scenario::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(found.len() > 200);
}

#[test]
fn the_schema_lists_operations_frames_and_requirements_for_editors() {
    let schema = invite_scenario::schema().to_string();
    for name in ["sdk.invite", "InvitationReceived", "INV-012"] {
        assert!(schema.contains(&format!("\"const\":\"{name}\"")), "{name}");
    }
}
