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
            text: "An external id MUST mean a person within one application: an invitation by one \
                application does not reach the same external id in another.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 3",
                evidence: "People are named by their external ids in the application.",
            }],
            why: "Two customers who both number their users would send each other's people \
                invitations, with tokens.",
            excluded: None,
        },
        Requirement {
            id: id::APP_002,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an alias belongs to one application",
            text: "An alias MUST name a conference within one application only.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "It is the users of the application who can join by create or fetch.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "aliases of two applications",
                    evidence: "Kept apart.",
                },
            ],
            why: "Two customers with a conference \"standup\" would meet. No source says it in \
                words.",
            excluded: None,
        },
        Requirement {
            id: id::APP_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "another application's API token is refused",
            text: "An API token MUST NOT act on a conference of another application.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-api-authentication",
                evidence: "The key and secret, and so the token, belong to one application.",
            }],
            why: "Every customer could invite to, kick from and end the conferences of every \
                other.",
            excluded: None,
        },
        Requirement {
            id: id::APP_004,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "another application's conference cannot be joined",
            text: "A user of one application MUST NOT be able to join a conference of another, \
                with or without a token of either.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 1",
                    evidence: "It is the users of the application who can join by create or fetch.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "conferences of two applications",
                    evidence: "Kept apart, protected or not. The sources speak of one application \
                        only.",
                },
            ],
            why: "Users of one customer would walk into the conferences of another.",
            excluded: None,
        },
        Requirement {
            id: id::APP_005,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "notifications stay within their application",
            text: "Notifications about conferences of one application MUST NOT reach subscribers \
                of another, even for the same alias.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "subscriptions of two applications",
                evidence: "Kept apart.",
            }],
            why: "They would tell strangers who meets when. No source says it in words.",
            excluded: None,
        },
    ],
};
