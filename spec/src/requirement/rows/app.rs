//! Applications kept apart.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "APP",
    title: "Applications kept apart",
    rows: &[
        Requirement {
            id: id::APP_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an external id belongs to one application",
            text: "The server MUST treat an external id as a person of one application. An \
                invitation by one application does not reach the same external id in another.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 3",
                evidence: "People are named by the external ids that they have in the application.",
            }],
            why: "Otherwise two customers who both number their users would send invitations, with \
                tokens, to each other's people.",
            excluded: None,
        },
        Requirement {
            id: id::APP_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an alias belongs to one application",
            text: "The server MUST let an alias name a conference within one application only.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "The users of the application can get a conference by create, and join it.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.create",
                    evidence: "With an alias in use, the existing conference is returned.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "The key and secret, and so each token, belong to one application.",
                },
            ],
            why: "A create returns the conference that has the alias, and the users of the application can join what it returns. A conference of another application is not theirs to join. Otherwise two customers with a conference \"standup\" would meet.",
            excluded: None,
        },
        Requirement {
            id: id::APP_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "another application's API token is refused",
            text: "The server MUST NOT let an API token act on a conference of another \
                application.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-api-authentication",
                evidence: "The key and secret, and so the token, belong to one application.",
            }],
            why: "Otherwise every customer could invite to, kick from and end the conferences of \
                every other.",
            excluded: None,
        },
        Requirement {
            id: id::APP_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "another application's conference cannot be joined",
            text: "The server MUST NOT let a user of one application join a conference of another, \
                with or without a token of either.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "The users of the application can join by create or fetch.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "The key and secret, and so each token, belong to one application.",
                },
            ],
            why: "The guide lets the users of an application join its conferences, and whose user somebody is follows from the application that issued the token. Nothing lets in anybody else. Otherwise users of one customer would walk into the conferences of another.",
            excluded: None,
        },
        Requirement {
            id: id::APP_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "notifications stay within their application",
            text: "The server MUST NOT push notifications about conferences of one application to \
                subscribers of another, even for the same alias.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "A conference belongs to the users of its application.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Users subscribe to notifications about a conference, by its alias.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "The key and secret, and so each token, belong to one application.",
                },
            ],
            why: "An alias names a conference of the subscriber's own application (APP-002), so nobody has subscribed to one of another application, and SUB-009 allows no notification. Otherwise strangers would learn who meets when.",
            excluded: None,
        },
    ],
};
