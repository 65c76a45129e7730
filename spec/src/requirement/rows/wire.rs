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
            title: "a REST answer that is read is JSON",
            text: "An answer on the REST plane that carries data MUST be JSON with a JSON content \
                type.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "answers",
                    evidence: "An answer without a JSON content type is returned as None.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "answers",
                    evidence: "Parses every non-empty body as JSON.",
                },
            ],
            why: "The Python client returns nothing for another content type, and the Node client \
                throws on what is not JSON.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "an unread REST answer is empty or JSON",
            text: "An answer on the REST plane that no client reads (kick, message, terminate) \
                MUST be empty or JSON.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "answers",
                evidence: "An empty body resolves to null; any other has to be JSON.",
            }],
            why: "The Node client parses every non-empty body and fails on plain text, although \
                the call succeeded.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "REST answers fit their schemas",
            text: "Answers on the REST plane MUST fit the schemas of this specification, which \
                require only what a client cannot do without.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "models",
                    evidence: "Reads each field of an answer by its exact name.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "models",
                    evidence: "Does the same.",
                },
            ],
            why: "A missing or misspelt field is read as nothing by the clients.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "SDK answers fit their schemas",
            text: "Answers on the SDK plane MUST fit the schemas of this specification, which \
                require only what a client cannot do without.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "answers",
                evidence: "Reads each field of an answer by its exact name.",
            }],
            why: "A missing field throws in the SDK or leaves it without a function.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_005,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "pushed frames fit their schemas",
            text: "Pushed frames of a known type MUST fit the schemas of this specification, which \
                require only what a client cannot do without.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "pushed frames",
                evidence: "Each class reads its fields by exact names; a missing object throws \
                        inside the message handler.",
            }],
            why: "A missing field throws in the handler, and the message is lost; three styles of \
                naming are in use, and the wrong one reads as absent.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_006,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a frame is one typed JSON object",
            text: "A frame MUST be a text frame with one JSON object, whose `type` says what it is \
                in a spelling that the clients recognise.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "socket frames",
                evidence: "Parses each frame as JSON and chooses a class by type, after \
                        capitalising, joining words at underscores and dropping Push and Event.",
            }],
            why: "Anything else is lost in the client: batches and envelopes are not understood, \
                binary frames and text that is not JSON throw.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a preflight allows the origin, headers and methods",
            text: "A CORS preflight MUST be answered with success, the calling origin itself, \
                permission for credentials, and the headers and method asked for, listed by name.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Sends credentialed requests with Authorization, Voxeet-Id, X-Token \
                        and X-conf-access-token, and uses DELETE.",
            }],
            why: "Browsers refuse wildcards on requests with credentials; no page of another \
                origin could make a single call.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "answers allow the calling page to read them",
            text: "Every answer on the SDK plane to a request with an Origin, errors included, \
                MUST name that origin and allow credentials.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Requests are made with credentials.",
            }],
            why: "The browser withholds the answer from the page; even an error then shows as a \
                network failure.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "strings in place of booleans are accepted",
            text: "The parameters of an SDK create MUST be accepted with strings in place of \
                booleans, as the SDK sends them by default.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.create",
                evidence: "Sends liveRecording and dolbyVoice as the strings \"false\" by \
                        default, and as booleans when the application gives true.",
            }],
            why: "Every create of an unmodified SDK would be refused.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_010,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a POST body of {} is accepted",
            text: "A POST whose body is an empty object MUST be accepted where nothing has to be \
                said.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "request bodies",
                    evidence: "Every POST has at least an empty object.",
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
            title: "a truncated body harms no later request",
            text: "A truncated request, and the left-over bytes after it, MUST NOT disturb later \
                requests on new connections.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "request bodies",
                evidence: "Declares the length in characters, so that the remaining bytes run \
                        into the next request on the connection.",
            }],
            why: "A real client produces this with every non-ASCII name; one such call must not \
                take the server down for all.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_012,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "further fields of a request are ignored",
            text: "Fields of a request that the server does not know SHOULD be ignored.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "further fields",
                evidence: "Ignored.",
            }],
            why: "Clients of other versions send more; refusing them would break applications for \
                nothing.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "frames on one socket keep their order",
            text: "Frames on one socket SHOULD arrive in the order of the events that caused them.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "order of frames",
                evidence: "Kept per connection; a target that does not keep it says so.",
            }],
            why: "Clients have no sequence numbers and take the last word for the truth.",
            excluded: None,
        },
        Requirement {
            id: id::WIRE_014,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the SDK's telemetry calls are answered",
            text: "The telemetry and error-report calls of the SDK SHOULD be answered, with a \
                configuration that turns telemetry off.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "telemetry",
                    evidence: "Asks for a configuration and sends metrics; a 404 is tolerated but \
                        logged.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "telemetry",
                    evidence: "Answered with success, and nothing kept.",
                },
            ],
            why: "Without it the SDK works, but logs an unhandled failure in every page.",
            excluded: None,
        },
    ],
};
