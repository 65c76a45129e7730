//! Conference access tokens.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "TOK",
    title: "Conference access tokens",
    rows: &[
        Requirement {
            id: id::TOK_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST create's owner token holds all 12 permissions",
            text: "The response to a REST create MUST have an `ownerToken`, a conference access \
                token that holds all 12 permissions.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 6",
                    evidence: "The inviter receives ownerToken with all conference permissions.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.create_conference",
                    evidence: "Reads ownerToken from the response.",
                },
            ],
            why: "Otherwise the owner could not join, invite, update or kick.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST create answers tokens for everybody named",
            text: "The response to a REST create MUST have a conference access token for each \
                person named, in `usersTokens` by external id. INV-045 is about people who have \
                already joined.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 6",
                    evidence: "The response has usersTokens next to the owner token.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 3",
                    evidence: "The request can hold a list of people.",
                },
            ],
            why: "Otherwise the people named could not join.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a protected SDK create answers an owner token",
            text: "The response to an SDK create of a protected conference MUST have an \
                `ownerToken` with all 12 permissions.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 7",
                    evidence: "The creator of a protected conference receives the conference \
                        access token.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "The creator's token has all conference permissions.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.create",
                    evidence: "Uses ownerToken as the token for joining.",
                },
            ],
            why: "Otherwise the creator cannot join its own conference.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a conference token is a JWT that lists authorities",
            text: "A conference access token from the server MUST be a JWT whose payload has \
                `authorities`, the list of its permission names.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "Conference.permissions",
                evidence: "Decodes the payload without checking the signature and reads \
                    authorities.",
            }],
            why: "The SDK computes the permissions of its user from this list. Without it the user \
                has none.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_005,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a conference token works again after leaving",
            text: "The server MUST accept a conference access token for joining again after its \
                person has left.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.join",
                evidence: "Uses the stored token of the conference for every join.",
            }],
            why: "The SDK keeps the token for the conference and sends it at the next join. It has \
                no way to ask for another.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_006,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a second invitation leaves the first token valid",
            text: "On a further invitation, the server MUST leave the earlier token of that person \
                valid.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Names only the update of permissions as revoking a token.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "two invitations",
                    evidence: "The first token stays valid.",
                },
            ],
            why: "Only updating permissions and kicking are documented to revoke tokens. A second \
                invitation should not lock out somebody who is about to join with the first token.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "no person receives another's token or secret",
            text: "The server MUST NOT send to a person's session a token or a secret of another \
                person.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Each invitee gets a token with permissions of their own.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "With access control on, the token lets a participant in.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "The key and secret authenticate an application.",
                },
            ],
            why: "Whoever holds a token may do what it allows: each kind of token is documented as \
                the proof of one person's or one application's right. Sent to somebody else, it \
                gives that right away.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a stale conference token is ignored where none is needed",
            text: "The server MUST ignore a conference access token of an earlier conference on \
                calls that need no token, such as logout, create, or joining an unprotected \
                conference.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "request headers",
                evidence: "Sends the current conference token on all calls once it has one, logout \
                    included, and never clears it.",
            }],
            why: "The SDK never forgets its current token and sends it with every later call. A \
                server that refuses it locks the client out.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_009,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a conference token expires",
            text: "A conference access token MUST expire no later than its conference can last.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "The maximum duration of the conference limits the lifetime of the \
                    token.",
            }],
            why: "A token that never expires would outlive the conference.",
            excluded: Some(
                "No request can set this lifetime, and it ends with the conference. A check cannot \
                    get an expired token of a live conference from outside.",
            ),
        },
        Requirement {
            id: id::TOK_010,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a conference token names its person and conference",
            text: "A conference access token SHOULD name its person (`sub`, `externalId`), its \
                conference (`conferenceId`) and its time (`iat`, `exp`) in its payload, and have a \
                `jti`.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "claims of a conference token",
                evidence: "This specification chooses the names.",
            }],
            why: "Clients read only the permissions. These claims let a developer see at a glance \
                what a token is for.",
            excluded: None,
        },
        Requirement {
            id: id::TOK_011,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "only the owner gets an owner token",
            text: "The response to an SDK create by somebody who is not the owner of the protected \
                conference that has this alias MUST NOT have an `ownerToken`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 7",
                    evidence: "The creator of a protected conference receives the conference \
                        access token.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "The creator's token has all permissions. Others get theirs from an \
                        invitation.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.create",
                    evidence: "With an alias in use, the existing conference is returned, and is \
                        not new.",
                },
            ],
            why: "The creator alone gets a token with all 12 permissions, and whoever finds an \
                existing conference by its alias did not create it. If anybody who guesses an \
                alias received it, protection would mean nothing.",
            excluded: None,
        },
    ],
};
