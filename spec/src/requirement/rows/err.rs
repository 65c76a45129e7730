//! Errors and bad requests.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "ERR",
    title: "Errors and bad requests",
    rows: &[
        Requirement {
            id: id::ERR_001,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an SDK error body is never JSON null",
            text: "The body of an error answer on the SDK plane MUST NOT be the JSON value null.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "error handling",
                evidence: "A null body breaks the handling of the error.",
            }],
            why: "The SDK reads fields of the body without looking and throws a TypeError in place \
                of its own error.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_002,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK error has the error shape",
            text: "An error answer on the SDK plane MUST be an object with `type` \
                \"ErrorResponse\", `error_code`, `error_reason` and `error_description`.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issues 15 and 34",
                    evidence: "Quoted bodies of the real server have these four fields.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "error handling",
                    evidence: "Reads error_code, error_reason and error_description.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "error shape on the SDK plane",
                    evidence: "The shape that was seen, for every error.",
                },
            ],
            why: "The SDK copies these fields into the error for the application. The real server \
                used this shape, but no client breaks without it.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_003,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a REST error is readable for the clients",
            text: "An error answer on the REST plane MUST be an object with `error_code`, \
                `error_reason` and `error_description`, or with `status`, `error` and `message`.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "error handling",
                    evidence: "Falls back from error_code to status, from error_reason to error \
                        and from error_description to message.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "error shape on the REST plane",
                    evidence: "One shape on both planes is simplest; the other is accepted.",
                },
            ],
            why: "The Python client reads these two shapes and no others; with any other the \
                application learns the status alone.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a missing permission answers code 114",
            text: "An SDK call that is refused because a permission is missing MUST answer \
                `error_code` 114.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "error handling",
                evidence: "Maps code 114, with any status, to InsufficientPermissionsError.",
            }],
            why: "The SDK recognises a missing permission by this code alone; otherwise the \
                application sees an unknown server error.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST call on an unknown conference is refused",
            text: "A REST call on a conference that does not exist MUST be refused.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 10",
                    evidence: "The invite call is for a conference that has been created.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference",
                    evidence: "Its calls concern an ongoing conference.",
                },
            ],
            why: "The application server would take the answer for success, and nobody is invited.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK call on an unknown conference is refused",
            text: "An SDK call on a conference that does not exist MUST be refused.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.join",
                evidence: "Joining a conference that was destroyed fails with status 404.",
            }],
            why: "The client would believe that it joined.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_007,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "an unknown conference answers 404",
            text: "A call on an unknown or ended conference SHOULD answer status 404.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.join",
                    evidence: "Names 404 for a conference that was destroyed.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unknown conference",
                    evidence: "404 on both planes.",
                },
            ],
            why: "Documented for joining; the same status everywhere lets an application tell this \
                case from others.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a REST body that is not JSON is refused",
            text: "A REST request with a body that is not JSON MUST NOT be answered with success.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "request bodies",
                evidence: "Counts characters in place of bytes, so that a body with non-ASCII \
                        letters arrives truncated.",
            }],
            why: "A real client cuts non-ASCII bodies short; taking what arrived for a request \
                would report something as done that was not.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_009,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK body that is not JSON is refused",
            text: "An SDK request with a body that is not JSON MUST be refused, with nothing done.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "Refused.",
            }],
            why: "No client sends it, so no source speaks of it; guessing would be worse.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST create without an owner is refused",
            text: "A REST create without `ownerExternalId` MUST be refused.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.create_conference",
                evidence: "The owner's external id is required.",
            }],
            why: "The conference would have no owner, and the owner token no person.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_011,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a REST body of the wrong shape is refused",
            text: "A REST request whose JSON has the wrong shape, such as a list in place of an \
                object or a number in place of a list, MUST be refused, with nothing done.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "Refused.",
            }],
            why: "The application has an error and should learn of it.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_012,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK body of the wrong shape is refused",
            text: "An SDK request whose JSON has the wrong shape MUST be refused, with nothing \
                done.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "Refused.",
            }],
            why: "The application has an error and should learn of it.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a bad body answers 400 and names the field",
            text: "A request with a bad body SHOULD be answered with status 400 and a description \
                that names the field at fault, where there is one.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "400, naming the field.",
            }],
            why: "Whoever wrote the request finds the mistake at once.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_014,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a refused credential answers 401 with code 89",
            text: "A request with a missing, malformed, expired or revoked credential SHOULD be \
                answered with status 401 and `error_code` 89.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 15",
                    evidence: "Status 401 with code 89 and the reason Invalid_token.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "refused credentials",
                    evidence: "401 with 89 for credentials of any kind.",
                },
            ],
            why: "It is what the real server was seen to answer to an expired client token; using \
                it for every credential is settled here.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_015,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a refused permission or conference token answers 403",
            text: "A call refused for a missing permission SHOULD answer status 403, and one \
                refused for its conference token 401 or 403.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 34",
                    evidence: "Status 403 for a user who is not valid.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "refused permissions and conference tokens",
                    evidence: "403; 401 or 403 for the token itself.",
                },
            ],
            why: "No client looks at the status here; these are the usual ones. For a session \
                without an external id the real server answered 403.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_016,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a body above the limit answers 413",
            text: "A body above the server's limit SHOULD be answered with status 413.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "Limits a message to 16 KB.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "size limits",
                    evidence: "413 above them.",
                },
            ],
            why: "The application can tell a limit from a mistake. The limits (1 MiB, and 16 KB \
                for a message) are settled here.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_017,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a refusal is a 4xx, not a 5xx",
            text: "A request that is refused for what it contains SHOULD be answered with a 4xx \
                status, not with 5xx.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "retries and errors",
                evidence: "Retries 502 and 503 up to three times; parses errors for 400 to 499 \
                        only.",
            }],
            why: "The Python client reads error fields only for 400 to 499, and repeats requests \
                answered with 502 or 503, so that a wrong request is sent four times.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_018,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a refused request has no visible effect",
            text: "A request that was refused MUST NOT have a visible effect: no frame is pushed \
                and no state changes because of it.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "refusals",
                evidence: "No effect at all.",
            }],
            why: "Whoever was refused believes that nothing happened. Sources say it in part, for \
                invitations and kicks without permission.",
            excluded: None,
        },
    ],
};
