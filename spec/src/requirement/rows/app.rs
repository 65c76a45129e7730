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
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an alias belongs to one application",
            text: "The server MUST let an alias name a conference within one application only.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "The users of the application can join by create or fetch.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "aliases of two applications",
                    evidence: "Kept apart.",
                },
            ],
            why: "Otherwise two customers with a conference \"standup\" would meet. No source says \
                so explicitly.",
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
            basis: Basis::Chosen,
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
                    document: Document::ThisSpecification,
                    at: "conferences of two applications",
                    evidence: "Kept apart, protected or not. The sources speak only of one \
                        application.",
                },
            ],
            why: "Otherwise users of one customer would walk into the conferences of another.",
            excluded: None,
        },
        Requirement {
            id: id::APP_005,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "notifications stay within their application",
            text: "The server MUST NOT push notifications about conferences of one application to \
                subscribers of another, even for the same alias.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "subscriptions of two applications",
                evidence: "Kept apart.",
            }],
            why: "Otherwise strangers would learn who meets when. No source says so explicitly.",
            excluded: None,
        },
    ],
};
