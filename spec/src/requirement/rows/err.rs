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
            text: "The body of an error response on the SDK plane MUST NOT be the JSON value null.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "error handling",
                evidence: "A null body breaks its error handling.",
            }],
            why: "The SDK reads fields of the body without checking it, and throws a TypeError \
                instead of its own error.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_002,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK error has the error shape",
            text: "An error response on the SDK plane MUST be an object with `type` \
                \"ErrorResponse\", `error_code`, `error_reason` and `error_description`.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issues 15 and 34",
                    evidence: "Response bodies of the real server, as quoted, have these four \
                        fields.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "error handling",
                    evidence: "Reads error_code, error_reason and error_description.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "error shape on the SDK plane",
                    evidence: "Every error has the shape that was observed.",
                },
            ],
            why: "The SDK copies these fields into the error that it gives the application. The \
                real server used this shape, but no client breaks without it.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_003,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a REST error has a shape that clients read",
            text: "An error response on the REST plane MUST be an object with `error_code`, \
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
                    evidence: "One shape on both planes is simplest. The other shape is accepted.",
                },
            ],
            why: "The Python client reads only these two shapes. With any other, the application \
                learns only the status.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a missing permission answers code 114",
            text: "The server MUST answer an SDK call that it refuses for a missing permission \
                with `error_code` 114.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "error handling",
                evidence: "Maps code 114, with any status, to InsufficientPermissionsError.",
            }],
            why: "The SDK recognises a missing permission by this code alone. With another code, \
                the application sees an unknown server error.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST call on an unknown conference is refused",
            text: "The server MUST refuse a REST call on a conference that does not exist.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 10",
                    evidence: "The invite call is for a conference that has been created.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference",
                    evidence: "Its calls are for an ongoing conference.",
                },
            ],
            why: "Otherwise the application server would take the response as success, although \
                nobody is invited.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK call on an unknown conference is refused",
            text: "The server MUST refuse an SDK call on a conference that does not exist.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.join",
                evidence: "Joining a conference that was destroyed fails with status 404.",
            }],
            why: "Otherwise the client would believe that it joined.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_007,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "an unknown conference answers 404",
            text: "The server SHOULD answer a call on an unknown or ended conference with status \
                404.",
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
            why: "The status is documented for joining. The same status everywhere lets an \
                application tell this case from others.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a REST body that is not JSON is refused",
            text: "The server MUST NOT answer a REST request with a body that is not JSON with \
                success.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "request bodies",
                evidence: "Sends the body length in characters instead of bytes, so a body with \
                    non-ASCII letters arrives truncated.",
            }],
            why: "A real client truncates non-ASCII bodies. A server that processed the rest would \
                report success for something that did not happen.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_009,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK body that is not JSON is refused",
            text: "The server MUST refuse an SDK request with a body that is not JSON, and do \
                nothing.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "Refused.",
            }],
            why: "No client sends such a body, so no source mentions it. Guessing what it means \
                would be worse.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST create without an owner is refused",
            text: "The server MUST refuse a REST create without `ownerExternalId`.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.create_conference",
                evidence: "The owner's external id is required.",
            }],
            why: "Otherwise the conference would have no owner, and the owner token would belong \
                to nobody.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_011,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a REST body of the wrong shape is refused",
            text: "The server MUST refuse a REST request whose JSON has the wrong shape, such as a \
                list instead of an object or a number instead of a list, and do nothing.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "Refused.",
            }],
            why: "The application has a bug and should learn about it.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_012,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK body of the wrong shape is refused",
            text: "The server MUST refuse an SDK request whose JSON has the wrong shape, and do \
                nothing.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "Refused.",
            }],
            why: "The application has a bug and should learn about it.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a bad body answers 400 and names the field",
            text: "The server SHOULD answer a request with a bad body with status 400 and a \
                description that names the faulty field, where there is one.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "bad bodies",
                evidence: "400, naming the field.",
            }],
            why: "The developer of the request finds the mistake at once.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_014,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a refused credential answers 401 with code 89",
            text: "The server SHOULD answer a request with a missing, malformed, expired or \
                revoked credential with status 401 and `error_code` 89.",
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
            why: "The real server was observed to answer an expired client token this way. This \
                specification applies it to every credential.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_015,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a refused permission or conference token answers 403",
            text: "The server SHOULD answer a call that it refuses for a missing permission with \
                status 403, and one that it refuses for its conference token with 401 or 403.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 34",
                    evidence: "Status 403 for a user who is not valid.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "refused permissions and conference tokens",
                    evidence: "403 for a missing permission; 401 or 403 for the token itself.",
                },
            ],
            why: "No client reads the status here. These are the usual ones. The real server \
                answered 403 for a session without an external id.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_016,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a body above the limit answers 413",
            text: "The server SHOULD answer a body above its limit with status 413.",
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
            why: "The application can distinguish a limit from a mistake. This specification \
                chooses the limits: 1 MiB, and 16 KB for a message.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_017,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a refusal is a 4xx, not a 5xx",
            text: "The server SHOULD answer a request that it refuses for its content with a 4xx \
                status, not with 5xx.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "retries and errors",
                evidence: "Retries on 502 and 503, up to three times, and parses errors only for \
                    400 to 499.",
            }],
            why: "The Python client reads error fields only for 400 to 499. It retries on 502 and \
                503, so it sends a wrong request four times.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_018,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a refused request has no visible effect",
            text: "A request that the server refused MUST NOT have a visible effect: the server \
                pushes no frame and changes no state because of it.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "refusals",
                evidence: "No effect at all.",
            }],
            why: "A client whose request was refused believes that nothing happened. The sources \
                say so only for invitations and kicks without permission.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_019,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a call from outside a conference answers 403 with code 113",
            text: "The server SHOULD answer an SDK call that it refuses because the caller has \
                not joined the conference with status 403 and `error_code` 113.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "calls from outside a conference",
                evidence: "403 with 113.",
            }],
            why: "The developer learns that joining is missing and not a permission (114) or a \
                token (89). No source gives a code.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_020,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "wrong credentials are answered before anything else",
            text: "The server SHOULD answer a request with a missing or invalid API token, client \
                access token or session token with status 401, whatever else is wrong with the \
                request.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "several reasons for a refusal",
                evidence: "The credentials come first.",
            }],
            why: "Otherwise a stranger learns from the status which conferences exist. No source \
                gives an order.",
            excluded: None,
        },
        Requirement {
            id: id::ERR_021,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "404 comes before 401 and 403 of a conference, and 400 last",
            text: "For a call with valid credentials about a conference, the server SHOULD answer \
                404 if the conference does not exist, else 401 or 403 if the caller may not make \
                the call, else 400 if the body is bad.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "several reasons for a refusal",
                evidence: "First whether the conference exists, then whether the caller may act \
                    on it, then the body.",
            }],
            why: "The first reason is the one that the developer has to mend first. No source \
                gives an order.",
            excluded: None,
        },
    ],
};
