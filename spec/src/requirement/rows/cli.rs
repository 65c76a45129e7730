//! What clients owe a server.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "CLI",
    title: "Clients",
    rows: &[
        Requirement {
            id: id::CLI_001,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "every call of a session names the same client instance",
            text: "The client MUST send the id of its instance in `Voxeet-Id` on every call, and \
                the same id on identify and on all later calls of the session.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "every call",
                evidence: "Sends a `Voxeet-Id` of 40 characters with each call, the same for the \
                    whole life of the instance.",
            }],
            why: "The instance id is how a server tells the sessions of one person apart, and how \
                it recognises a client that reconnects.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "the address of the WebSocket names the session and the instance",
            text: "The client MUST open its WebSocket at `/v2/session` with `Token`, the session \
                token from the identify response, and with `Voxeet-Id`, the instance id of its \
                calls, in the query.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Builds the address from the instance id and the session token. It \
                    sends no header and no frame that would say who it is.",
            }],
            why: "A WebSocket has no other credential. Without them a server cannot know whose \
                frames to push, and whether this is a reconnect.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Client,
            title: "a join shows the conference access token",
            text: "A client that holds a conference access token for a protected conference MUST \
                send a token for that conference in `X-conf-access-token` when it joins or \
                listens.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "With access control on, a conference access token is required to \
                        connect.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.join",
                    evidence: "Makes the token from create, from the invitation or from the join \
                        options its current one, and sends it on join.",
                },
            ],
            why: "A server refuses the join otherwise, whatever the person was invited to.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "calls about a protected conference show its token",
            text: "After it has joined a protected conference, the client MUST send a conference \
                access token in `X-conf-access-token` on each call by which it invites, updates \
                permissions, kicks or sends a message there.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "every call",
                evidence: "Sends its current conference access token on every call once one is \
                    set.",
            }],
            why: "The token holds the permissions. A server refuses the call without it, although \
                the person may do what it asks for.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Client,
            title: "the token of an UpdateToken replaces the earlier one",
            text: "Once it has acknowledged an `UpdateToken`, the client MUST send the token of \
                the newest one on its calls about the conference, and no earlier token.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Updating permissions revokes the tokens that were issued before.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "update_permissions",
                    evidence: "The new token goes straight to the SDK of the participant, which \
                        stores it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "Stores the token and makes it the current one.",
                },
            ],
            why: "The earlier token is revoked. A client that keeps it is refused from then on, \
                or acts with permissions that it no longer has.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_006,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "each UpdateToken is acknowledged with its amu",
            text: "For each `UpdateToken`, repeated ones included, the client MUST send one \
                acknowledgement over the same WebSocket, with the `amu` of the frame as \
                `ackMessageUuid`.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "UpdateToken",
                evidence: "Sends the acknowledgement for every frame of this type, whatever it \
                    says, and for no other type.",
            }],
            why: "A server may send the frame again until it is acknowledged, and cannot \
                otherwise know that the new permissions have arrived.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "an open WebSocket carries a keep-alive every 30 seconds",
            text: "While its WebSocket is open, the client MUST send a `keep_alive` frame at \
                least every 30 seconds.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Sends the frame every 30 seconds and expects no response.",
            }],
            why: "A server may take a client that has been silent for longer for a lost one, and \
                its person for somebody who has left.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_008,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "message ids count the frames of a session",
            text: "Keep-alives and acknowledgements of a session SHOULD share one counter, \
                `message_id`, which grows by 1 with each frame.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Counts the frames of both types together, from 1.",
            }],
            why: "A frame that was lost, or that arrives twice, shows only in the counter.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "a lost WebSocket is opened again with the same session",
            text: "When its WebSocket is lost or the server closes it, and the session has no other \
                one, the client MUST open another one with the same instance id and the same \
                session token, without a new identify, and try for at least 10 seconds. It need \
                not go on once the server has refused the session with the status 401 or 403.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Connects to the same address with the same token, without a new \
                    identify. It gives up after 60 seconds.",
            }],
            why: "A server keeps a participant for 15 seconds after the WebSocket is gone. A \
                client that comes back otherwise is another session, and the person leaves the \
                conference by a short loss of the network.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_010,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "attempts to reconnect are spaced out",
            text: "Between failed attempts to reconnect, the client SHOULD wait at least 50 \
                milliseconds, and twice as long after each further attempt, up to 2 seconds.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Waits 50 milliseconds before the first attempt, then twice as long \
                    each time, 2 seconds at most.",
            }],
            why: "A server that restarts has all its clients at the door at once.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_011,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "unknown frames and fields are ignored",
            text: "The client MUST ignore frames of a type that it does not know, frames without \
                a type, and fields that it does not know, and go on as before: its WebSocket \
                stays open.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "frames",
                evidence: "Skips unknown types. A frame that it cannot read is lost, and the \
                    WebSocket stays open.",
            }],
            why: "A server pushes what newer clients know to all of them.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_012,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "the type of a frame is understood in every spelling",
            text: "The client MUST take the type of a frame, except that of `UpdateToken`, for \
                the same in these spellings: with or without `Event` and `Push` in it, and in \
                snake case or with capitals.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "frames",
                evidence: "Makes the first letter a capital, turns each `_x` into `X`, and takes \
                    out every `Push` and `Event`.",
            }],
            why: "Which spelling the vendor's server used is not known, so a server may use any \
                of them.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_013,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "request bodies and frames of a client fit their schemas",
            text: "The body of each call of the client and each frame that it sends MUST fit its \
                JSON Schema.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "every call",
                evidence: "What it sends fits: its bodies and frames are the origin of the \
                    schemas.",
            }],
            why: "A server refuses a body that it cannot read, or reads something else than was \
                meant.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_014,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Client,
            title: "empty, null and failed responses are survived",
            text: "A client SHOULD survive a response that is empty, that is the JSON value null, \
                or that has a status of 500 or more: it reports what came of the call, and its \
                session stays usable.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "clients",
                evidence: "The Web SDK throws on a refusal whose body is null, although its \
                    session goes on.",
            }],
            why: "Proxies answer in such ways when a server is overloaded or restarts. The person \
                should not have to start again.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_015,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "a refused call is not repeated at once",
            text: "The client MUST NOT send a call again more than 3 times within 10 seconds \
                after a refusal with the status 401 or the code 114, with the same credentials.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "errors",
                evidence: "Reports the refusal to the application. It neither repeats the call \
                    nor asks for new credentials.",
            }],
            why: "The refusal stays the same while the credentials do. Many clients that repeat a \
                call at once are an attack on the server.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_016,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Client,
            title: "nobody is invited to a protected conference before joining it",
            text: "The client MUST NOT send an SDK invitation to a protected conference that its \
                session has not joined.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 4",
                    evidence: "Invitations are sent only by somebody who is in the conference.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.invite",
                    evidence: "Inviting to a protected conference comes after joining it.",
                },
            ],
            why: "A server refuses it: the conference access token of the inviter becomes the \
                current one only by joining.",
            excluded: None,
        },
        Requirement {
            id: id::CLI_017,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Client,
            title: "what the application asks for is done, and it is told",
            text: "The client MUST carry out what its application asks for where the server \
                accepts it, and tell the application what came of it and which invitations \
                arrived.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "methods and events",
                evidence: "Each method makes its call and resolves or rejects by the response. \
                    Each pushed frame becomes an event.",
            }],
            why: "A person who is invited and sees nothing has not been invited.",
            excluded: None,
        },
    ],
};
