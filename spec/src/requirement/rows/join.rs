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
            text: "Joining a conference with everything that it needs (a valid token where it is \
                protected) MUST succeed.",
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
                    evidence: "Posts its options with the type user; resolves without media when \
                        the answer has no description.",
                },
            ],
            why: "Nobody could take part.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "listening to a conference succeeds",
            text: "Joining as a listener (user type `listener`) MUST succeed where joining as a \
                user would.",
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
                    evidence: "Tokens are passed in the options of join or of listen.",
                },
            ],
            why: "conference.listen rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the join answer has a metadata object",
            text: "The answer to a join MUST have a `metadata` object.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "join answer",
                evidence: "Reads fields of metadata; an absent object is an error.",
            }],
            why: "The SDK reads it without looking whether it is there; the join throws in the \
                client, although the server counts the person as joined.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an unprotected conference is joined without a token",
            text: "An unprotected conference MUST be joinable by its id, without a conference \
                token and without an invitation.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "All users of the application can join by create or fetch.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Only protected conferences need the token.",
                },
            ],
            why: "There is no access control on it: people who know the id could not come in.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an application user joins uninvited by alias",
            text: "A user who creates an unprotected conference by the alias of an existing one \
                MUST be able to join it, uninvited.",
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
            text: "The token of an SDK invitation MUST let its person join the conference.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Invitees receive the invitation with the token.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 23",
                    evidence: "The sample joins by nothing but the invitation.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.join",
                    evidence: "Sends the token of the invitation in the header for the conference \
                        token.",
                },
            ],
            why: "The invitation would be worthless.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST create's token lets its person join",
            text: "A token in the answer to a REST create MUST let its person join the conference.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 7",
                    evidence: "The token is passed in the options of join or listen.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 8",
                    evidence: "So people can be invited without an open session.",
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
            text: "A token in the answer to a REST invite MUST let its person join, also when that \
                person had no open session at the time.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 7",
                    evidence: "People can be invited even without an open session.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 8",
                    evidence: "Says it again of the tokens of a REST create.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 14",
                    evidence: "The token is passed in the options of join or listen.",
                },
            ],
            why: "This is what the REST way is for.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_009,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST token lets its person listen",
            text: "A token from a REST create or invite MUST let its person listen to the \
                conference.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 7",
                    evidence: "The token of a create may go into the options of listen.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 14",
                    evidence: "So may the token of an invite.",
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
            text: "Joining a protected conference without a conference access token MUST be \
                refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Where access control is on, a conference access token is required \
                        to connect.",
            }],
            why: "Protection means nothing otherwise.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_011,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "another person's token is refused",
            text: "Joining a protected conference with the token of another person MUST be \
                refused.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Where access control is on, a conference access token is what lets \
                        a participant in.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Each invitee gets own permissions.",
                },
            ],
            why: "One token would let a crowd in, and a kick would hit the wrong person.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "another conference's token is refused",
            text: "Joining a protected conference with the token of another conference MUST be \
                refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "A conference access token is required to connect to a protected \
                        conference, and lasts as long as that conference can.",
            }],
            why: "Whoever was let into one conference could enter all.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a tampered token is refused",
            text: "A conference access token that was changed after it was issued, or that \
                somebody else signed, MUST be refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Access rests on a token that the platform issues.",
            }],
            why: "People could write their own permissions.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an unsigned token is refused",
            text: "A conference access token without a signature (algorithm `none`) MUST be \
                refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Access rests on a token that the platform issues.",
            }],
            why: "People could write their own tokens.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a token without JOIN is refused",
            text: "Joining with a conference access token that does not hold JOIN MUST be refused.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions are what allows a person to perform certain actions.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferencePermission.JOIN",
                    evidence: "Allows its holder to join the conference.",
                },
            ],
            why: "JOIN is the permission to enter; a token without it is for somebody who must \
                not.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_016,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a client access token is no conference token",
            text: "A client access token in place of a conference access token MUST be refused.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 34",
                    evidence: "A user who sent the client access token as conference token was \
                        refused by the real server.",
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
            text: "A session whose client access token names no external id MUST NOT join a \
                protected conference.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 34",
                    evidence: "The real server refused such a join with status 403 and \"User is \
                        not valid\".",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "Without an external id in the token the identity cannot be \
                        verified.",
                },
            ],
            why: "Conference tokens are issued to external ids; nobody can tell whose session it \
                is.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_018,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a second join of one person replaces the first",
            text: "When a person joins the same conference from a second session, the first \
                session MUST be taken out of it and told so by `OwnParticipantSwitched`.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "switched",
                    evidence: "A second join with the same external id removes the earlier one, \
                        whose client gets the switched event.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "OwnParticipantSwitched",
                    evidence: "Emits the switched event, then leaves.",
                },
            ],
            why: "The first client would believe that it is still in the conference.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_019,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "leaving a conference succeeds",
            text: "Leaving a conference MUST succeed.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.leave",
                evidence: "Posts a reason of hangUp; any 2xx will do.",
            }],
            why: "conference.leave rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_020,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "leaving concerns the session, not the person",
            text: "Leaving MUST take only the session that asked for it out of the conference, not \
                another session of the same person.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "OwnParticipantSwitched",
                evidence: "Posts leave after it was switched.",
            }],
            why: "After being replaced by a second device the SDK posts leave by itself; keyed by \
                person, that would throw out the new session.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_021,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "leaving ignores the conference token",
            text: "Leaving MUST NOT depend on the conference access token that the call carries.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Sends its current conference token on leave, which may be stale.",
            }],
            why: "The SDK may still hold a token that has been revoked or belongs to another \
                conference; it could never leave.",
            excluded: None,
        },
        Requirement {
            id: id::JOIN_022,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a full conference answers 403 with code 108",
            text: "A join that is refused because the conference is full MUST be answered with \
                status 403 and `error_code` 108.",
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
            why: "The SDK recognises a full conference by exactly this pair; anything else shows \
                as an unknown server error.",
            excluded: Some(
                "No source fixes a capacity for a conference without media and no call sets one, \
                    so a target cannot be made full in a known way; and a refusal with another \
                    code cannot be told from a refusal for another reason.",
            ),
        },
        Requirement {
            id: id::JOIN_023,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "calls in a protected conference need its token",
            text: "An SDK call that acts on a protected conference (invite, update, kick, send) \
                MUST be refused without a valid conference access token of the caller for that \
                conference. Leaving is excepted.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "request headers",
                    evidence: "Sends its current conference token on every call once set.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "A conference access token is required to connect.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "calls in a protected conference",
                    evidence: "The token is required on each call, not on joining alone.",
                },
            ],
            why: "The permissions are in the token. The clients send it with every such call; what \
                happens without it is documented for connecting only.",
            excluded: None,
        },
    ],
};
