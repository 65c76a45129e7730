//! Sessions and sockets.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "SES",
    title: "Sessions and sockets",
    rows: &[
        Requirement {
            id: id::SES_001,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "identify opens a session",
            text: "With a valid client access token, the server MUST accept an identify for a \
                person with an external id, which the token names or the request claims, and \
                answer a `user_id` and a `jwt_user_token`. SES-008 is about persons without one.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 17",
                    evidence: "People who want to take part open sessions first.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "session.open",
                    evidence: "Reads user_id and jwt_user_token from the response and cannot \
                        continue without them.",
                },
            ],
            why: "The SDK builds the address of its socket and all later headers from these two \
                values. Without them a session never opens, and nobody can be invited.",
            excluded: None,
        },
        Requirement {
            id: id::SES_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the socket opens with the session's token",
            text: "The server MUST accept a WebSocket at `/v2/session` with the client's instance \
                id and its session token in the query, without a subprotocol and without an \
                Authorization header.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Opens the socket with the parameters Voxeet-Id and Token, no \
                    subprotocol and no headers of its own. The session is open when the socket is.",
            }],
            why: "The SDK opens its session in exactly this way. If the server refuses it, \
                session.open never resolves.",
            excluded: None,
        },
        Requirement {
            id: id::SES_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a wsUri is an origin without a path",
            text: "A `wsUri` in the identify response, when there is one, MUST be a ws or wss \
                origin without path and query.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.open",
                evidence: "Uses wsUri as the origin and adds the path and the query itself.",
            }],
            why: "The SDK appends the path and query to it. A full address would give a path that \
                does not exist.",
            excluded: None,
        },
        Requirement {
            id: id::SES_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "SDK calls need a valid client access token",
            text: "The server MUST refuse a call of the SDK plane without a client access token, \
                or with one that the server did not issue.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 15",
                    evidence: "The real server answered an invalid client access token with status \
                        401.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-accessing-dolbyio-platform",
                    evidence: "Clients reach the platform with a client access token.",
                },
            ],
            why: "Otherwise anybody could open sessions in the name of anybody.",
            excluded: None,
        },
        Requirement {
            id: id::SES_005,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a false session token opens no call",
            text: "The server MUST refuse a call that needs a session but carries no session token \
                or a made-up one.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "session.open",
                    evidence: "Sends the session token in the socket's address and then as a \
                        header on every call.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "session tokens",
                    evidence: "A session token that was not issued opens nothing.",
                },
            ],
            why: "Calls act for the person of the session. No source states the refusal, only that \
                clients always send the token. A server could also tell the person by the client \
                access token, so this cannot be derived, as it can for sockets (SES-022).",
            excluded: None,
        },
        Requirement {
            id: id::SES_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an external id other than the token's is refused",
            text: "The server MUST refuse an identify with an external id that differs from the \
                one in the client access token.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "session.open",
                evidence: "Documents that opening a session with another external id than the \
                    token's is rejected.",
            }],
            why: "Otherwise a user could open a session in somebody else's name and receive that \
                person's invitations.",
            excluded: None,
        },
        Requirement {
            id: id::SES_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "one external id keeps one user id",
            text: "The server MUST give sessions of one external id the same user id. SES-018 is \
                about an external id that only the session claims.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "ParticipantInfo.externalId",
                evidence: "Documents that the same external id gives the same participant id in \
                    every session.",
            }],
            why: "Otherwise other participants would see one person as several. Permissions, kicks \
                and replacing a session by user id would hit the wrong one.",
            excluded: None,
        },
        Requirement {
            id: id::SES_008,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a session without an external id opens",
            text: "The server SHOULD open a session for a client access token that names no \
                external id.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "A session may open without an external id, but then the user's \
                        identity cannot be verified.",
                },
                Source {
                    document: Document::DotNetRestClient,
                    at: "client access token",
                    evidence: "Never sends an external id.",
                },
            ],
            why: "One published client cannot name an external id at all, and anonymous listeners \
                of unprotected conferences need none.",
            excluded: None,
        },
        Requirement {
            id: id::SES_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the same address and token reconnect a lost socket",
            text: "After a socket is lost, the server MUST accept a new one with the same address \
                and session token, and push to it.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "reconnect",
                evidence: "After an unexpected close it opens the same address again, first after \
                    50 ms, doubling to 2 s, for 60 s at most.",
            }],
            why: "The SDK reconnects without a new identify. Otherwise every short network failure \
                ends the session after a minute of failed attempts.",
            excluded: None,
        },
        Requirement {
            id: id::SES_010,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "keep-alives and acknowledgements leave the socket open",
            text: "The server MUST leave a client's socket open on keep-alive frames and \
                acknowledgements, whether or not it answers them.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "socket frames",
                evidence: "Sends a keep_alive with a counter every 30 seconds and, on each \
                    UpdateToken, an acknowledgement with the frame's amu. It expects no reply.",
            }],
            why: "The SDK sends a keep-alive every 30 seconds and acknowledges each UpdateToken. A \
                server that closes on them cuts off every client.",
            excluded: None,
        },
        Requirement {
            id: id::SES_011,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "nobody is told when a session opens",
            text: "The server MUST NOT push the opening of a session to other users of the \
                application.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 12",
                evidence: "The platform has no means to tell others that a user opened a session.",
            }],
            why: "The guide tells applications to track presence themselves. Otherwise a client \
                would get news about people it has nothing to do with.",
            excluded: None,
        },
        Requirement {
            id: id::SES_012,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "closing a session succeeds",
            text: "The server MUST accept the logout call.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "session.close",
                evidence: "Posts an empty object to the logout address, then closes the socket \
                        with code 1000.",
            }],
            why: "Otherwise session.close rejects in the application, and the SDK does not close \
                its socket.",
            excluded: None,
        },
        Requirement {
            id: id::SES_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an external id of 1,024 bytes is accepted",
            text: "The server MUST accept an external id of up to 1,024 bytes, in a client \
                access token request, in an identify and in an invite.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-session-and-client-identification",
                evidence: "An external id is a free-form text of at most 1,024 bytes.",
            }],
            why: "Applications may use the full documented size, and letters of any script.",
            excluded: None,
        },
        Requirement {
            id: id::SES_014,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an external id above 1,024 bytes is refused",
            text: "The server SHOULD refuse an external id of more than 1,024 bytes, counted in \
                UTF-8.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-session-and-client-identification",
                evidence: "An external id is a free-form text of at most 1,024 bytes.",
            }],
            why: "A server that cuts such an id short, or stores it in part, takes two people \
                for one.",
            excluded: None,
        },
        Requirement {
            id: id::SES_015,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a session that logged out is over",
            text: "After a logout, the server SHOULD refuse the session token of that session, in \
                calls and for a socket.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "logout",
                evidence: "The session is over. Another session of the same person is not \
                    affected.",
            }],
            why: "Somebody who logs out on a shared computer expects that nobody can go on in \
                their name. No source says what happens to the session token.",
            excluded: None,
        },
        Requirement {
            id: id::SES_016,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "logging out leaves the conference",
            text: "When a session that has joined a conference logs out, the server SHOULD show \
                its person to the other participants as LEFT at once.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "logout",
                evidence: "It leaves the conference that the session has joined.",
            }],
            why: "The client is gone and will not come back with this session. No source says so. \
                A server that only waits for the lost socket shows the person for 15 seconds \
                more.",
            excluded: None,
        },
        Requirement {
            id: id::SES_017,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the socket of a session that logged out may be closed",
            text: "After a logout, the server MAY close the socket of the session, or leave that \
                to the client, which closes it with code 1000.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "session.close",
                    evidence: "Posts the logout, then closes the socket with code 1000.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "logout",
                    evidence: "Either side may close the socket.",
                },
            ],
            why: "The SDK closes the socket right after the response. No source says what the \
                server does if a client fails to.",
            excluded: Some(
                "Both outcomes are right, and the client closes its socket in the same moment, so \
                    a check would measure only who was faster.",
            ),
        },
        Requirement {
            id: id::SES_018,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a claimed external id may share the user id of its person",
            text: "If a client access token names no external id, the server MAY give a session \
                that claims one the user id of the person with that external id, or another user \
                id.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "Without an external id in the token, the identity cannot be \
                        verified.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "user ids of claimed external ids",
                    evidence: "Both outcomes are accepted, and the report says which one was \
                        seen.",
                },
            ],
            why: "The documentation gives sessions of one external id the same user id, and does \
                not trust an id that no token names. A server that demands verified ids keeps the \
                two apart.",
            excluded: None,
        },
        Requirement {
            id: id::SES_019,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a further socket replaces one that seems open",
            text: "The server MUST accept a socket for a session whose earlier socket seems to be \
                open, and push to the new socket.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "reconnect",
                evidence: "Opens its socket again, with the same address, 50 ms after it has lost \
                    one. It gives up after 60 seconds.",
            }],
            why: "When a network fails, the client often knows long before the server that the \
                connection is gone. A server that refuses the new socket because of the old one \
                shuts the client out until it gives up.",
            excluded: None,
        },
        Requirement {
            id: id::SES_020,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a session token needs the client access token of its person",
            text: "The server MUST refuse a call whose session token and client access token name \
                different external ids.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "credentials of two people",
                evidence: "The call is refused. A client access token that was refreshed for the \
                    same person goes on working.",
            }],
            why: "A session belongs to the person for whom it was opened. With the session token \
                of somebody else, a person would act in that name. No source states the refusal.",
            excluded: None,
        },
        Requirement {
            id: id::SES_021,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "frames for a socket that is down may be lost or arrive later",
            text: "While the socket of a session is down, the server MAY drop the frames for it, \
                or push them after the session has reconnected.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "reconnect",
                    evidence: "Asks for nothing that it missed. The protocol has no sequence \
                        numbers and no replay.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "frames while a socket is down",
                    evidence: "Both outcomes are accepted, and the report says which one was \
                        seen.",
                },
            ],
            why: "No source says whether the server queues frames. Clients take both. An \
                UpdateToken that the client has not acknowledged may be pushed again in any case.",
            excluded: None,
        },
        Requirement {
            id: id::SES_022,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a false session token opens no socket",
            text: "The server MUST refuse a socket opened with a session token that it did not \
                issue.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "The token that the application requests fixes who a user is.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "An invitation carries a token with permissions of the invitee.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "session.open",
                    evidence: "Sends the session token in the socket's address, and no other \
                        credential with it.",
                },
            ],
            why: "The session token is the only credential of a socket, and the socket delivers \
                its person's invitations, with their tokens. The application's token fixes who \
                that person is, so a token that somebody made up cannot.",
            excluded: None,
        },
    ],
};
