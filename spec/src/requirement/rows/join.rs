//! Joining and access control.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "JOIN",
    title: "Joining and access control",
    rows: &[
        Requirement {
            id: id::JOIN_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "joining a conference succeeds",
            text: "The server MUST accept a join that has everything it needs (a valid token for a \
                protected conference).",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 16",
                    evidence: "The inviter creates a conference and joins it.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.join",
                    evidence: "Joins the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.join",
                    evidence: "Posts its options with the type user. It joins without media when \
                        the response has no session description.",
                },
            ],
            why: "Otherwise nobody could take part.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "listening to a conference succeeds",
            text: "The server MUST accept a join as a listener (user type `listener`) wherever it \
                would accept a join as a user.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.listen",
                    evidence: "Joins the conference as a listener.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.listen",
                    evidence: "Posts the same call with the type listener.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 7",
                    evidence: "The options of join or of listen carry the token.",
                },
            ],
            why: "Otherwise conference.listen rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the join response has a metadata object",
            text: "The response to a join MUST have a `metadata` object.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "join answer",
                evidence: "Reads fields of metadata. A missing object is an error.",
            }],
            why: "The SDK reads the object without checking that it exists. The join throws in the \
                client, although the server counts the person as joined.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an unprotected conference is joined without a token",
            text: "The server MUST let people join an unprotected conference by its id, without a \
                conference token and without an invitation.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "All users of the application can join by create or fetch.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Only protected conferences require the token.",
                },
            ],
            why: "An unprotected conference has no access control. Otherwise people who know the \
                id could not come in.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an application user joins uninvited by alias",
            text: "The server MUST let a user who creates an unprotected conference by the alias \
                of an existing one join it, uninvited.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "All users of the application can join by create or fetch.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.create",
                    evidence: "With an alias in use, the existing conference is returned.",
                },
            ],
            why: "Agreeing on an alias is the common way to meet.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK invitation's token lets its person join",
            text: "The server MUST let a person join the conference with the token of their SDK \
                invitation.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Invitees receive the invitation with the token.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 23",
                    evidence: "The sample joins with nothing but the invitation.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.join",
                    evidence: "Sends the token from the invitation in the header for the \
                        conference token.",
                },
            ],
            why: "Otherwise the invitation would be useless.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST create's token lets its person join",
            text: "The server MUST let a person join the conference with their token from the \
                response to a REST create.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 7",
                    evidence: "The token is passed in the options of join or listen.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 8",
                    evidence: "People can therefore be invited without an open session.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "JoinOptions.conferenceAccessToken",
                    evidence: "Goes into the header for the conference token.",
                },
            ],
            why: "The application has nothing else to hand out.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST invite's token lets its person join",
            text: "The server MUST let a person join with their token from the response to a REST \
                invite, even if that person had no open session at the time.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 7",
                    evidence: "People can be invited even without an open session.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 8",
                    evidence: "Says the same of the tokens from a REST create.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 14",
                    evidence: "The token is passed in the options of join or listen.",
                },
            ],
            why: "Inviting people without an open session is the purpose of the REST way.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_009,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST token lets its person listen",
            text: "The server MUST let a person listen to the conference with their token from a \
                REST create or invite.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 7",
                    evidence: "The options of listen may carry the token from a create.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 14",
                    evidence: "The same holds for the token from an invite.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ListenOptions.conferenceAccessToken",
                    evidence: "Goes into the header for the conference token.",
                },
            ],
            why: "Audiences come in this way.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a protected join without a token is refused",
            text: "The server MUST refuse a join of a protected conference without a conference \
                access token.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "With access control on, a conference access token is required to \
                    connect.",
            }],
            why: "Otherwise protection would mean nothing.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_011,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "another person's token is refused",
            text: "The server MUST refuse a join of a protected conference with the token of \
                another person.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "With access control on, a conference access token lets a \
                        participant in.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Each invitee gets permissions of their own.",
                },
            ],
            why: "Otherwise one token would let a crowd in, and a kick would hit the wrong person.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "another conference's token is refused",
            text: "The server MUST refuse a join of a protected conference with the token of \
                another conference.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "A conference access token is required to connect to a protected \
                    conference. It lasts no longer than that conference can.",
            }],
            why: "Otherwise a person who was let into one conference could enter all of them.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a tampered token is refused",
            text: "The server MUST refuse a conference access token that was changed after it was \
                issued, or that somebody else signed.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Access control depends on a token that the platform issues.",
            }],
            why: "Otherwise people could write their own permissions.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an unsigned token is refused",
            text: "The server MUST refuse a conference access token without a signature (algorithm \
                `none`).",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Access control depends on a token that the platform issues.",
            }],
            why: "Otherwise people could write their own tokens.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a token without JOIN is refused",
            text: "The server MUST refuse a join with a conference access token that does not hold \
                JOIN.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions allow a person to perform certain actions.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferencePermission.JOIN",
                    evidence: "Allows its holder to join the conference.",
                },
            ],
            why: "JOIN is the permission to enter. A token without it is for somebody who must not \
                enter.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_016,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a client access token is not a conference token",
            text: "The server MUST refuse a client access token in place of a conference access \
                token.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 34",
                    evidence: "The real server refused a user who sent the client access token as \
                        conference token, with code 90. No code is required here.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "A conference access token is required to connect.",
                },
            ],
            why: "Everybody has a client access token.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_017,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a protected join without an external id is refused",
            text: "The server MUST NOT let a session join a protected conference if it has no \
                external id: neither its client access token names one, nor did the session claim \
                one when it was opened.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 34",
                    evidence: "The real server refused such a join with status 403, code 93 and \
                        \"User is not valid\".",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "Without an external id in the token, the identity cannot be \
                        verified.",
                },
            ],
            why: "The server issues conference tokens to external ids. Without one, nobody can \
                tell whose session it is.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_018,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a second join of one person replaces the first",
            text: "When a person joins the same conference from a second session, the server MUST \
                remove the first session from it and push `OwnParticipantSwitched` to that \
                session.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "switched",
                    evidence: "A second join with the same external id removes the earlier \
                        session, whose client gets the switched event.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "OwnParticipantSwitched",
                    evidence: "Emits the switched event, then leaves.",
                },
            ],
            why: "Otherwise the first client would believe that it is still in the conference.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_019,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "leaving a conference succeeds",
            text: "The server MUST accept a request to leave a conference.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.leave",
                evidence: "Posts a reason of hangUp. It accepts any 2xx.",
            }],
            why: "Otherwise conference.leave rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_020,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "leaving affects the session, not the person",
            text: "On a leave, the server MUST remove from the conference only the session that \
                asked for it, not another session of the same person.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "OwnParticipantSwitched",
                evidence: "Posts leave after it was replaced by another session.",
            }],
            why: "After a second device replaces it, the SDK posts leave by itself. If the server \
                removed the person, it would remove the new session.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_021,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "leaving ignores the conference token",
            text: "The server MUST NOT make leaving depend on the conference access token that the \
                call carries.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Sends its current conference token on leave. That token may be stale.",
            }],
            why: "The SDK may still hold a token that was revoked or belongs to another \
                conference. It could never leave.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_022,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a full conference answers 403 with code 108",
            text: "The server MUST answer a join that it refuses because the conference is full \
                with status 403 and `error_code` 108.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "conference.join",
                    evidence: "Maps status 403 with code 108 to MaxCapacityError.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-conference-capacity",
                    evidence: "Capacity depends on the kind of conference.",
                },
            ],
            why: "The SDK recognises a full conference by exactly this pair. Anything else shows \
                as an unknown server error.",
            excluded: Some(
                "No source fixes a capacity for a conference without media, and no call sets one. \
                    A target cannot be filled in a known way, and a refusal with another code \
                    cannot be told from a refusal for another reason.",
            ),
        },
        Requirement {
            id: id::JOIN_023,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "calls in a protected conference need its token",
            text: "The server MUST refuse an SDK call that acts on a protected conference (invite, \
                update, kick, send) without a valid conference access token of the caller for that \
                conference. Leaving is an exception.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "request headers",
                    evidence: "Sends its current conference token on every call once it has one.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "A conference access token is required to connect.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "calls in a protected conference",
                    evidence: "Each call requires the token, not only joining.",
                },
            ],
            why: "The permissions are in the token. Clients send it with every such call. The \
                documentation says only for connecting what happens without it.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_024,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a claimed external id may do for a protected conference",
            text: "If a client access token names no external id, the server MAY take the session \
                as the person whose external id it claimed when it was opened, and let it join \
                protected conferences with that person's tokens. A server that demands verified \
                ids refuses the join with status 401 or 403.",
            sources: &[
                Source {
                    document: Document::VendorSamples,
                    at: "dolbyio-web-conference-access-control (2021 and June 2023)",
                    evidence: "The page opens its session with a name and an external id, with a \
                        token that names nobody, and joins a protected conference with a token \
                        that was issued for that id.",
                },
                Source {
                    document: Document::VendorSamples,
                    at: "dolbyio-podcast-studio, dolbyio-web-file-presentation-service",
                    evidence: "Do the same with a token from the sign-in by key and secret.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "types/models/Options.d.ts",
                    evidence: "The external id is given when a session is opened, and is needed \
                        to be invited.",
                },
                Source {
                    document: Document::ReactNativeSdk,
                    at: "0a062ef (June 2023)",
                    evidence: "Since then the external id belongs in the client access token.",
                },
            ],
            why: "Before June 2023 clients had no other way to say whose session it is. Published \
                applications need it.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_025,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a session that joins again is not told that it was replaced",
            text: "When a session joins the conference that it is in already, the server MUST NOT \
                push `OwnParticipantSwitched` to it.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "OwnParticipantSwitched",
                evidence: "Emits the switched event, then leaves the conference.",
            }],
            why: "A client repeats a join whose response was lost. On this frame it would leave \
                the conference that it has just joined.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_026,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "only participants update, kick and send",
            text: "The server MUST refuse an SDK call to update permissions, to kick or to send a \
                message by a person who has not joined the conference or has left it, whether or \
                not the conference is protected.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "A participant kicks. The method works on the current conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "command.send",
                    evidence: "Sends to the current conference only.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "calls from outside a conference",
                    evidence: "Refused. Inviting has rows of its own.",
                },
            ],
            why: "In an unprotected conference no token stops a stranger who knows its id from \
                throwing people out. The sources speak of participants only and do not state the \
                refusal.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_027,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a session that was replaced cannot act any more",
            text: "The server SHOULD refuse an SDK call to invite, to update permissions, to kick \
                or to send a message by a session that another session of the same person has \
                replaced in the conference.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "switched",
                    evidence: "A second join removes the earlier session from the conference.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "calls of a replaced session",
                    evidence: "Refused, like calls from outside.",
                },
            ],
            why: "The first session was removed, so it calls from outside. Its person is still a \
                participant, and no source says that such a call fails.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_028,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a join response names no other conference",
            text: "Where the response to a join has a `conferenceId`, it MUST be that of the \
                conference that was joined.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.join",
                evidence: "Joins the given conference and gives it back to the application.",
            }],
            why: "The client would go on with another conference than the one that it is in.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_029,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a join response names the conference",
            text: "The response to a join SHOULD have the `conferenceId` of the conference.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.join",
                evidence: "Knows conferenceId as a field of the response.",
            }],
            why: "A client that joined by an alias learns the id of the conference from it.",
            excluded: None,
        },
    ],
};
