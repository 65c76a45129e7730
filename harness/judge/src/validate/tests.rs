use super::*;
use invite_spec::payload;
use invite_spec::requirement::id;
use proptest::prelude::*;

fn invitation() -> &'static Payload {
    payload::find("push-invitation-received").expect("it is a payload")
}

fn check(name: &str, text: &str) -> Checked {
    validate(payload::find(name).expect("a payload"), text.as_bytes()).expect("it can be read")
}

/// Position, pointer, expected and seen of every fault.
fn told(name: &str, text: &str) -> Vec<String> {
    let told = check(name, text).faults.into_iter().map(|Located { position, fault, .. }| {
        format!("{position} {} | {} | {}", fault.pointer, fault.expected, fault.seen)
    });
    told.collect()
}

fn refusal(text: &[u8]) -> (String, String) {
    let error = validate(invitation(), text).expect_err("it cannot be read");
    (error.position.map(|at| at.to_string()).unwrap_or_default(), error.message)
}

#[test]
fn each_fault_says_where_what_and_why() {
    let text = "{\n  \"type\": \"InvitationReceived\",\n  \"confAlias\": 7,\n  \"inviter\": {}\n}";
    assert_eq!(
        told("push-invitation-received", text),
        [
            "1:1 /conferenceId | a string that is not empty (required) | nothing",
            "3:16 /confAlias | a string or null | 7",
        ]
    );
    let unknown = r#"{"participants":{"bob":{"permissions":["FLY"]}}}"#;
    let faults = check("rest-invite-request", unknown).faults;
    assert_eq!(faults[0].fault.requirement, id::PRM_009);
    let faults = check("push-invitation-received", text).faults;
    assert_eq!(faults[0].fault.requirement, id::INV_018);
    assert_eq!(faults[1].fault.requirement, id::INV_019);
}

#[test]
fn alternatives_are_told_in_words() {
    for (name, text, expected) in [
        (
            "rest-invite-request",
            r#"{"participants":{"bob":{"permissions":["FLY"]}}}"#,
            "1:40 /participants/bob/permissions/0 | one of \"INVITE\", \"UPDATE_PERMISSIONS\", \
             \"KICK\", \"JOIN\", \"SEND_AUDIO\", \"SEND_VIDEO\", \"SHARE_SCREEN\", \
             \"SHARE_VIDEO\", \"SHARE_FILE\", \"SEND_MESSAGE\", \"RECORD\" or \"STREAM\" | \"FLY\"",
        ),
        (
            "rest-invite-request",
            r#"{"participants":{"bob":{"permissions":"JOIN"}}}"#,
            "1:39 /participants/bob/permissions | an array, null or {} | \"JOIN\"",
        ),
        (
            "sdk-create-request",
            r#"{"params":{"dolbyVoice":"no"}}"#,
            "1:25 /params/dolbyVoice | true, false, \"true\", \"false\" or null | \"no\"",
        ),
        (
            "token-answer",
            r#"{"token_type":"bearer","access_token":"t"}"#,
            "1:15 /token_type | \"Bearer\" or null | \"bearer\"",
        ),
        (
            "push-participant-added",
            r#"{"type":"CONFERENCE","user_id":"u"}"#,
            "1:9 /type | `ParticipantAdded`. Snake case, and an added `Push` or `Event`, are \
             accepted: the clients normalise them | \"CONFERENCE\"",
        ),
    ] {
        assert_eq!(told(name, text), [expected]);
    }
}

#[test]
fn a_text_holds_one_value_an_array_or_lines() {
    let good = r#"{"message":"hi"}"#;
    let bad = r#"{"message":1}"#;
    for text in [format!("[{good},\n {bad} ,{good}]"), format!("{good}\r\n\n{bad}\n{good}\n")] {
        let checked = check("sdk-send-request", &text);
        assert_eq!((checked.values, checked.valid, checked.faults.len()), (3, 2, 1), "{text}");
        assert_eq!(checked.faults[0].value, 2);
    }
    assert_eq!(told("sdk-send-request", &format!("[{good},\n {bad}]"))[0][..5], *"2:13 ");
    assert_eq!(told("sdk-send-request", &format!("{good}\n\n{bad}"))[0][..5], *"3:12 ");
    assert_eq!(told("sdk-send-request", "[[1]]"), ["1:2  | an object | [1]"]);
}

#[test]
fn what_is_no_json_says_where_and_why() {
    for (text, at, words) in [
        (&b""[..], "", "no value"),
        (b" \n", "", "no value"),
        (b"[]", "", "no value"),
        (b"\xef\xbb\xbf{}", "1:1", "byte order mark"),
        (b"\xff\xfe{\0}\0", "1:1", "UTF-16"),
        (b"{\n \"a\xff\": 1}", "2:4", "not UTF-8"),
        (b"{\0}", "1:2", "not JSON: key must be a string"),
        (b"{\"a\": 1", "1:7", "the text ends within a value"),
        ("{\"é\": x}".as_bytes(), "1:7", "not JSON: expected value"),
        (b"{} {}", "1:4", "a second value on the same line"),
        (b"{}\n{\n \"a\": 1,\n \"a\": 2}", "4:2", "/a stands twice"),
        (b"{\"k\":[{\"a~/\":1,\"\\u0061~/\":2}]}", "1:16", "/k/0/a~0~1 stands twice"),
        (b"{\"a\": 1e999}", "1:11", "beyond"),
        (b"{} x", "1:4", "not JSON: expected value"),
    ] {
        let (position, message) = refusal(text);
        assert_eq!(position, at, "{text:?}: {message}");
        assert!(message.contains(words), "{text:?}: {message}");
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let (at, message) = refusal(nested(100_000).as_bytes());
        assert_eq!(at, format!("1:{}", 127 * open.len() + 1));
        assert!(message.contains("deeper"), "{message}");
        // As deep as may be: it is read, and is simply no invitation.
        assert!(validate(invitation(), nested(127).as_bytes()).is_ok());
    }
}

#[test]
fn no_token_is_shown() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJhdXRob3JpdGllcyI6WyJKT0lOIl19.c2lnbmF0dXJl";
    let text = format!(r#"{{"conferenceId":"c","usersTokens":{{"bob":["{jwt}"]}},"alias":{{}}}}"#);
    let told = told("rest-create-answer", &text).join("\n");
    assert!(told.contains("/usersTokens/bob"), "{told}");
    assert!(!told.contains("eyJ"), "{told}");
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        "[a\"\\\\/~{}\\[\\],:é\n]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a\"\\\\/~{}\\[\\],:é0]{0,4}", inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Every place of a value, in order.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    found.push(at.clone());
    match value {
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                pointers(inner, format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, inner) in fields {
                pointers(inner, format!("{at}/{}", invite_text::escape(key)), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_place_is_where_its_value_stands(value in json(), indented in any::<bool>()) {
        let text = if indented { format!("{value:#}") } else { value.to_string() };
        let mut wanted = Vec::new();
        pointers(&value, String::new(), &mut wanted);
        let mut visited = Vec::new();
        let flaw = place::walk(&text, |pointer, offset| visited.push((pointer.to_owned(), offset)));
        prop_assert_eq!(flaw, None);
        prop_assert_eq!(&visited.iter().map(|(at, _)| at.clone()).collect::<Vec<_>>(), &wanted);
        for (pointer, offset) in visited {
            let mut stream =
                serde_json::Deserializer::from_str(&text[offset..]).into_iter::<Value>();
            prop_assert_eq!(stream.next().unwrap().ok(), value.pointer(&pointer).cloned());
        }
    }

    #[test]
    fn no_text_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60),
                              text in "[{}\\[\\]\",:0-9a-z\\\\é \n]{0,60}") {
        for payload in [invitation(), payload::find("rest-invite-answer").unwrap()] {
            let _ = validate(payload, &bytes);
            let _ = validate(payload, text.as_bytes());
        }
    }
}
