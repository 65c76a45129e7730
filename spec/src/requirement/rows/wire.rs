//! Form of the wire.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "WIRE",
    title: "Form of the wire",
    rows: &[
        Requirement {
            id: id::WIRE_001,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a REST response with data is JSON",
            text: "A response on the REST plane that carries data MUST be JSON with a JSON content \
                type.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "answers",
                    evidence: "Returns None for a response without a JSON content type.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "answers",
                    evidence: "Parses every non-empty body as JSON.",
                },
            ],
            why: "The Python client returns nothing for another content type, and the Node client \
                throws on anything but JSON.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a REST response that no client reads is empty or JSON",
            text: "A response on the REST plane that no client reads (kick, message, terminate) \
                MUST be empty or JSON.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "answers",
                evidence: "Returns null for an empty body. Any other body has to be JSON.",
            }],
            why: "The Node client parses every non-empty body. It fails on plain text, although \
                the call succeeded.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "REST responses match their schemas",
            text: "Responses on the REST plane MUST match the schemas of this specification, which \
                require only what a client cannot do without.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "models",
                    evidence: "Reads each field of a response by its exact name.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "models",
                    evidence: "Does the same.",
                },
            ],
            why: "The clients treat a missing or misspelt field as absent.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "SDK responses match their schemas",
            text: "Responses on the SDK plane MUST match the schemas of this specification, which \
                require only what a client cannot do without.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "answers",
                evidence: "Reads each field of a response by its exact name.",
            }],
            why: "A missing field makes the SDK throw or breaks one of its functions.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_005,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "pushed frames match their schemas",
            text: "Pushed frames of a known type MUST match the schemas of this specification, \
                which require only what a client cannot do without.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "pushed frames",
                evidence: "Each class reads its fields by exact names. A missing object throws \
                    inside the message handler.",
            }],
            why: "A missing field throws in the handler, and the message is lost. Three naming \
                styles are in use, and the SDK treats a field in the wrong one as absent.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_006,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a frame is one typed JSON object",
            text: "Each frame from the server MUST be a text frame with one JSON object. Its \
                `type` names the kind of frame in a spelling that the clients recognise.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "socket frames",
                evidence: "Parses each frame as JSON and chooses a class by type, after \
                    capitalising, joining words at underscores and dropping Push and Event.",
            }],
            why: "The client loses anything else. It does not understand batches and envelopes, \
                and throws on binary frames and on text that is not JSON.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a preflight allows the origin, headers and methods",
            text: "The server MUST answer a CORS preflight with success, the calling origin \
                itself, permission for credentials, and the headers and method asked for, listed \
                by name.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Sends credentialed requests with Authorization, Voxeet-Id, X-Token \
                        and X-conf-access-token, and uses DELETE.",
            }],
            why: "Browsers refuse wildcards on requests with credentials. Otherwise no page of \
                another origin could make a single call.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "responses allow the calling page to read them",
            text: "Every response on the SDK plane to a request with an Origin, errors included, \
                MUST name that origin and allow credentials.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Makes requests with credentials.",
            }],
            why: "Otherwise the browser withholds the response from the page, and even an error \
                shows as a network failure.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "strings in place of booleans are accepted",
            text: "The server MUST accept strings in place of booleans in the parameters of an SDK \
                create, as the SDK sends them by default.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.create",
                evidence: "Sends liveRecording and dolbyVoice as the strings \"false\" by \
                        default, and as booleans when the application gives true.",
            }],
            why: "Otherwise every create of an unmodified SDK would be refused.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_010,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a POST body of {} is accepted",
            text: "The server MUST accept a POST whose body is an empty object where the call \
                needs no arguments.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "request bodies",
                    evidence: "Every POST has a body, an empty object at least.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "request bodies",
                    evidence: "Sends an empty object too.",
                },
            ],
            why: "The clients send it with every call that has no arguments.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_011,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a truncated body does not affect later requests",
            text: "A truncated request, and the left-over bytes after it, MUST NOT disturb the \
                server's handling of later requests on new connections.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "request bodies",
                evidence: "Sends the length in characters, so the remaining bytes run into the \
                    next request on the connection.",
            }],
            why: "A real client produces this with every non-ASCII name. One such call must not \
                take the server down for everybody.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_012,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "unknown fields of a request are ignored",
            text: "The server SHOULD ignore fields of a request that it does not know.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "further fields",
                evidence: "Ignored.",
            }],
            why: "Clients of other versions send more fields. Refusing them would break \
                applications for no benefit.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "frames on one socket keep their order",
            text: "The server SHOULD send frames on one socket in the order of the events that \
                caused them.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "order of frames",
                evidence: "The server keeps the order per connection. A target that does not says \
                    so in its description.",
            }],
            why: "Frames have no sequence numbers, so clients treat the last frame as the current \
                state.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_014,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the SDK's telemetry calls are answered",
            text: "The server SHOULD answer the telemetry and error-report calls of the SDK, with \
                a configuration that turns telemetry off.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "telemetry",
                    evidence: "Asks for a configuration and sends metrics. It tolerates a 404 but \
                        logs it.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "telemetry",
                    evidence: "The server answers with success and stores nothing.",
                },
            ],
            why: "Without it the SDK works, but every page logs an unhandled failure.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_015,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "ids of conferences and users are UUIDs",
            text: "The ids that the server gives to conferences and users SHOULD be UUIDs.",
            sources: &[
                Source {
                    document: Document::IosSdkReference,
                    at: "error codes",
                    evidence: "Has an error for a conference id that is not a UUID.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "webhooks",
                    evidence: "Documents the ids of conferences and users as UUIDs.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "participant types",
                    evidence: "Documents the user id as a UUID.",
                },
            ],
            why: "Other clients take ids as opaque texts, but the iOS SDK cannot use a conference \
                with another id.",
            excluded: None,
        },
    ],
};
