use super::*;
use crate::components::check;
use crate::endpoint::{Method, Operation};
use crate::requirement::{self, id};
use std::sync::LazyLock;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

fn documents() -> &'static [Value; 2] {
    static DOCUMENTS: LazyLock<[Value; 2]> = LazyLock::new(|| [rest(), client()]);
    &DOCUMENTS
}

/// The operation of an endpoint, in the document that has it.
fn operation(endpoint: &Endpoint) -> Value {
    let found: Vec<Value> = documents()
        .iter()
        .filter_map(|document| {
            let method = endpoint.method.as_str().to_lowercase();
            document["paths"].get(endpoint.path)?.get(method).cloned()
        })
        .collect();
    assert_eq!(found.len(), 1, "{} is in {} documents", endpoint.operation, found.len());
    found[0].clone()
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
}

#[test]
fn every_endpoint_is_in_one_document_and_nothing_else_is() {
    for endpoint in ENDPOINTS {
        assert_eq!(operation(endpoint)["operationId"], endpoint.operation.as_str());
    }
    let count: usize = documents().iter().map(|document| operations(document).count()).sum();
    assert_eq!(count, ENDPOINTS.len());
}

#[test]
fn references_lead_somewhere_and_components_are_used() {
    for document in documents() {
        check::references_lead_somewhere(document);
        check::components_are_used(document);
    }
}

#[test]
fn every_parameter_of_a_path_is_given_and_explained() {
    for document in documents() {
        for parameter in document["components"]["parameters"].as_object().unwrap().values() {
            let meaning = parameter["description"].as_str().unwrap();
            assert!(!meaning.is_empty(), "{} is not explained", parameter["name"]);
        }
    }
    for endpoint in ENDPOINTS {
        let given = operation(endpoint)["parameters"].to_string();
        for name in endpoint.parameters() {
            assert!(given.contains(&format!("parameters/{name}\"")), "{}", endpoint.operation);
        }
    }
}

#[test]
fn bodies_and_answers_are_those_of_the_table() {
    for endpoint in ENDPOINTS {
        let operation = operation(endpoint);
        let types: Vec<&str> = match endpoint.request {
            Body::None => vec![],
            Body::Ignored if endpoint.method == Method::Get => vec![],
            Body::Ignored => vec!["*/*"],
            Body::Json(_) => vec!["application/json"],
            Body::Form(_) => vec!["application/x-www-form-urlencoded"],
            Body::JsonOrForm(_) => vec!["application/json", "application/x-www-form-urlencoded"],
        };
        let given = operation["requestBody"]["content"].as_object();
        let given: Vec<&str> = given.into_iter().flat_map(|o| o.keys()).map(|k| &**k).collect();
        assert_eq!(given, types, "{}", endpoint.operation);
        let answer = &operation["responses"]["2XX"]["content"]["application/json"]["schema"];
        let expected = endpoint.answer.as_ref().map_or(Value::Null, components::schema);
        assert_eq!(*answer, expected, "{}", endpoint.operation);
    }
}

#[test]
fn examples_fit_their_schemas() {
    let mut seen = 0;
    for document in documents() {
        let mut schemas = check::Schemas::new(document, DIALECT);
        for operation in operations(document) {
            let responses = operation["responses"].as_object().unwrap().values();
            let bodies = responses.chain(operation.get("requestBody"));
            let media = bodies.filter_map(|body| body.get("content")?.as_object());
            for media in media.flat_map(|content| content.values()) {
                let Some(reference) = media.pointer("/schema/$ref") else { continue };
                let examples = media["examples"].as_object().unwrap();
                assert!(!examples.is_empty(), "{reference} has no example");
                for example in examples.values() {
                    let at = example["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
                    let value = &document.pointer(at).unwrap()["value"];
                    schemas.fit(reference.as_str().unwrap(), value);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} examples");
}

#[test]
fn refusals_are_grouped_by_status_and_each_has_an_example() {
    for endpoint in ENDPOINTS {
        let operation = operation(endpoint);
        for failure in endpoint.refusals.iter().copied().chain(endpoint.failures()) {
            let response = &operation["responses"][failure.status().to_string()];
            let examples = &response["content"]["application/json"]["examples"];
            let name = refusals::example_name(failure);
            assert!(examples.get(&name).is_some(), "{}: no {failure:?}", endpoint.operation);
        }
        assert!(operation["responses"].get("default").is_some());
    }
    let invite = operation(Operation::SdkInvite.endpoint());
    let statuses: Vec<&String> = invite["responses"].as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["2XX", "400", "401", "403", "404", "413", "429", "default"]);
}

#[test]
fn every_failure_has_a_meaning_and_an_example_of_its_own() {
    let names: BTreeSet<String> =
        Failure::ALL.iter().map(|failure| refusals::example_name(*failure)).collect();
    let meanings: BTreeSet<&str> = Failure::ALL.iter().map(|failure| failure.meaning()).collect();
    assert_eq!((names.len(), meanings.len()), (Failure::ALL.len(), Failure::ALL.len()));
}

#[test]
fn calls_say_what_they_need() {
    let invite = operation(Operation::SdkInvite.endpoint());
    assert_eq!(invite["security"], json!([{ "clientAccessToken": [], "sessionToken": [] }]));
    assert_eq!(invite["x-permission"], "INVITE");
    assert!(invite["parameters"].to_string().contains("x-conf-access-token"));
    let leave = operation(Operation::SdkLeave.endpoint());
    assert!(!leave["parameters"].to_string().contains("x-conf-access-token"));
    let create = operation(Operation::RestCreate.endpoint());
    assert_eq!(create["x-scope"], "comms:conf:create");
    assert_eq!(create["security"], json!([{ "apiToken": [] }]));
    assert_eq!(create["requestBody"]["required"], true);
    let token = operation(Operation::AuthToken.endpoint());
    assert_eq!(token["servers"][0]["variables"]["host"]["default"], "auth.example.com");
    let logout = operation(Operation::Logout.endpoint());
    assert_eq!(logout["requestBody"]["required"], false);
}

#[test]
fn every_security_scheme_that_is_named_exists() {
    for document in documents() {
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        for operation in operations(document) {
            for all in operation["security"].as_array().unwrap() {
                for name in all.as_object().unwrap().keys() {
                    assert!(schemes.contains_key(name), "no scheme {name}");
                }
            }
        }
    }
}

#[test]
fn requirements_exist_and_those_of_fields_are_named() {
    for endpoint in ENDPOINTS {
        let operation = operation(endpoint);
        let ids = operation["x-requirements"].as_array().unwrap();
        assert_eq!(ids[0], endpoint.requirement.as_str());
        for id in ids {
            assert!(requirement::find(id.as_str().unwrap()).is_some(), "no {id}");
        }
    }
    let create = operation(Operation::RestCreate.endpoint());
    assert_eq!(
        create["x-requirements"].to_string(),
        format!(
            "[\"{}\",\"ERR-010\",\"CNF-002\",\"TOK-001\",\"TOK-002\"]",
            crate::rest::create::ENDPOINT.requirement
        )
    );
}

#[test]
fn what_is_outside_the_protocol_is_marked() {
    for endpoint in ENDPOINTS {
        let marked = operation(endpoint).get("x-outside-protocol").is_some();
        assert_eq!(marked, endpoint.requirement == id::WIRE_014, "{}", endpoint.operation);
    }
}

#[test]
fn tags_are_declared() {
    for document in documents() {
        let declared: Vec<&Value> =
            document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
        for operation in operations(document) {
            assert!(declared.contains(&&operation["tags"][0]), "{}", operation["tags"]);
        }
    }
}
