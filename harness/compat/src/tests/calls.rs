//! Made-up changes of endpoints and frame types.

use super::super::{Breaks, Kind};
use super::{Change, Surface, Version};
use invite_spec::{asyncapi, openapi};
use serde_json::{Value, json};

/// Today's documents: of the application server's calls, the client's calls, the session.
fn today() -> [Value; 3] {
    [openapi::rest(), openapi::client(), asyncapi::session()]
}

fn version(documents: &[Value]) -> Version {
    let mut surface = Surface::default();
    for document in documents {
        surface.read(document).unwrap();
    }
    Version { surface: Some(surface), ..Version::default() }
}

/// What a change of today's documents breaks; and what undoing it breaks.
fn changed(edit: impl Fn(&mut [Value; 3])) -> [Vec<Change>; 2] {
    let mut edited = today();
    edit(&mut edited);
    let (old, new) = (version(&today()), version(&edited));
    assert_ne!(old, new, "nothing was changed");
    [super::super::compare(&old, &new), super::super::compare(&new, &old)]
}

/// The one change, each way.
#[track_caller]
fn one(edit: impl Fn(&mut [Value; 3])) -> [(Kind, Breaks); 2] {
    changed(edit).map(|found| match &found[..] {
        [change] => (change.kind, change.breaks),
        other => panic!("not one change: {other:#?}"),
    })
}

fn take(value: &mut Value, pointer: &str, key: &str) -> Value {
    let object = value.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap();
    object.shift_remove(key).unwrap()
}

const SERVERS: Breaks = Breaks::Servers;
const CLIENTS: Breaks = Breaks::Clients;
const INVITE: &str = "/v1/conferences/{conferenceId}/invite";

#[test]
fn endpoints_come_and_go() {
    let [gone, come] = one(|[rest, ..]| _ = take(rest, "/paths", "/v2/conferences/create"));
    assert_eq!(gone, (Kind::EndpointRemoved, Breaks::Clients));
    assert_eq!(come, (Kind::EndpointAdded, Breaks::Servers));
}

#[test]
fn an_endpoint_that_moves_breaks_both() {
    let moved = |path: &str| {
        let path = path.to_owned();
        move |[_, client, _]: &mut [Value; 3]| {
            let item = take(client, "/paths", INVITE);
            client["paths"][&path] = item;
        }
    };
    assert_eq!(one(moved("/v3/{conferenceId}/invite")), [(Kind::Endpoint, Breaks::Both); 2]);
    let by_put = one(|[_, client, _]| {
        let invite = take(&mut client["paths"][INVITE], "", "post");
        client["paths"][INVITE]["put"] = invite;
    });
    assert_eq!(by_put, [(Kind::Endpoint, Breaks::Both); 2]);
    // How its parameter is called, or the operation, crosses no wire.
    let [found, _] = changed(moved("/v1/conferences/{id}/invite"));
    assert_eq!(found, []);
    let [found, _] =
        changed(|[_, client, _]| client["paths"][INVITE]["post"]["operationId"] = json!("ask"));
    assert_eq!(found, []);
}

#[test]
fn what_a_call_must_have_breaks_clients_when_it_is_more() {
    type Edit = fn(&mut Value);
    let edits: [(&str, Edit, Breaks, Breaks); 6] = [
        ("one more way to sign in", |it| it["security"] = more(&it["security"]), SERVERS, CLIENTS),
        ("a permission", |it| _ = take(it, "", "x-permission"), SERVERS, CLIENTS),
        ("a body", |it| it["requestBody"]["required"] = json!(false), SERVERS, CLIENTS),
        (
            "a media type",
            |it| it["requestBody"]["content"]["text/plain"] = json!({}),
            SERVERS,
            CLIENTS,
        ),
        (
            "an answer",
            |it| it["responses"]["2XX"]["content"]["text/plain"] = json!({}),
            SERVERS,
            CLIENTS,
        ),
        ("a refusal", |it| _ = take(it, "/responses", "413"), Breaks::Nobody, Breaks::Nobody),
    ];
    fn more(security: &Value) -> Value {
        let mut ways = security.as_array().unwrap().clone();
        ways.push(json!({ "application": [] }));
        Value::from(ways)
    }
    for (name, edit, there, back) in edits {
        let found = one(|[_, client, _]| edit(&mut client["paths"][INVITE]["post"]));
        assert_eq!(found, [(Kind::Endpoint, there), (Kind::Endpoint, back)], "{name}");
    }
}

#[test]
fn a_header_that_becomes_required_breaks_clients_alone() {
    let demand = |required: bool| {
        move |[_, client, _]: &mut [Value; 3]| {
            // One call, so that one change is told.
            let call = &mut client["paths"][INVITE]["post"]["parameters"];
            let parameter = json!({ "in": "header", "name": "X-New", "required": required });
            call.as_array_mut().unwrap().push(parameter);
        }
    };
    let [come, gone] = one(demand(true));
    assert_eq!((come.1, gone.1), (Breaks::Clients, Breaks::Servers));
    let [come, gone] = one(demand(false));
    assert_eq!((come.1, gone.1), (Breaks::Servers, Breaks::Clients));
    let of = |required| {
        let mut documents = today();
        demand(required)(&mut documents);
        version(&documents)
    };
    let found = super::super::compare(&of(false), &of(true));
    assert_eq!(found.iter().map(|it| it.breaks).collect::<Vec<_>>(), [Breaks::Clients]);
}

#[test]
fn frame_types_come_go_and_turn_round() {
    let [gone, come] = one(|[.., session]| _ = take(session, "/operations", "sendUpdateToken"));
    assert_eq!(gone, (Kind::FrameRemoved, Breaks::Clients));
    assert_eq!(come, (Kind::FrameAdded, Breaks::Servers));
    let turned = one(|[.., session]| {
        session["operations"]["sendUpdateToken"]["action"] = json!("receive");
    });
    assert_eq!(turned, [(Kind::Frame, Breaks::Both); 2]);
    let other = one(|[.., session]| {
        session["components"]["messages"]["UpdateToken"]["payload"] =
            json!({ "$ref": "#/components/schemas/keep-alive" });
    });
    assert_eq!(other, [(Kind::Frame, Breaks::Unknown); 2]);
}

#[test]
fn a_document_that_cannot_be_read_is_named_with_its_place() {
    for (document, says) in [
        (json!([]), "neither an OpenAPI nor an AsyncAPI document"),
        (json!({ "openapi": "3.1.0" }), "`paths` is not an object"),
        (json!({ "openapi": "3.1.0", "paths": { "/a": 1 } }), "paths//a: not an object"),
        (json!({ "openapi": "3.1.0", "paths": { "/a": { "get": {} } } }), "GET /a: `responses`"),
        (
            json!({ "openapi": "3.1.0", "paths": { "/a": { "get": {
                "parameters": [{ "$ref": "#/b" }], "responses": {},
            } } } }),
            "GET /a: `#/b` points to nothing",
        ),
        (
            json!({ "openapi": "3.1.0", "b": { "$ref": "#/b" }, "paths": { "/a": { "get": {
                "requestBody": { "$ref": "#/b" }, "responses": {},
            } } } }),
            "endless chain",
        ),
        (json!({ "asyncapi": "3.0.0", "operations": { "x": {} } }), "operations/x: `action`"),
    ] {
        let error = Surface::default().read(&document).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
