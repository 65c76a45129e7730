//! Kicking.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "KCK",
    title: "Kicking",
    rows: &[
        Requirement {
            id: id::KCK_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "kicking by REST succeeds",
            text: "A REST kick of a participant MUST succeed.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.kick",
                evidence: "Sends the external ids of the people to remove from an ongoing \
                        conference.",
            }],
            why: "An application server could not remove anybody.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "kicking by SDK succeeds",
            text: "An SDK kick by a participant who may kick MUST succeed.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "The owner, or a participant with the permission, can kick a \
                        participant.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.kick",
                    evidence: "Posts an empty object to the address with the user id; any 2xx will \
                        do.",
                },
            ],
            why: "conference.kick rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the kicked person is told so",
            text: "The kicked person's session in the conference MUST get `ParticipantKicked` with \
                its own `userId`.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantKicked",
                evidence: "Sets the status Kicked, emits left and forgets the conference, \
                        without posting leave.",
            }],
            why: "The SDK leaves only on this frame; otherwise the person goes on in a conference \
                where every call is refused.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the others see the person as Kicked",
            text: "The other participants MUST get `ParticipantUpdated` with the status KICKED for \
                that person.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantUpdated",
                    evidence: "KICKED is a status that it knows and shows; ParticipantKicked is \
                        for the kicked person's own client.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "participantUpdated",
                    evidence: "Emitted when the status of a participant changes.",
                },
            ],
            why: "They would see the person in the conference for ever.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a kicked person cannot join again",
            text: "A person who was kicked MUST NOT be able to join that conference again.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "Kicking revokes the token, and the person cannot join again.",
                },
                Source {
                    document: Document::AndroidSdkReference,
                    at: "ConferenceService.kick",
                    evidence: "Says the same.",
                },
            ],
            why: "A kick would be no more than a nuisance.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "kicking without the KICK permission is refused",
            text: "An SDK kick by a participant without the KICK permission MUST be refused, and \
                nobody is kicked.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "Only for the owner or a participant with adequate permission.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions are what allows a participant to perform certain \
                        actions.",
                },
            ],
            why: "Everybody could throw out everybody.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "no news of the conference follows a kick",
            text: "After `ParticipantKicked`, participant news of that conference MUST NOT be \
                pushed to the kicked session.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "participant frames",
                evidence: "Without a current conference an addition shows a phantom and an \
                        update throws.",
            }],
            why: "The SDK has forgotten the conference by then; such news shows phantoms and \
                throws.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "nobody who was kicked connects afterwards",
            text: "After the status KICKED, a person MUST NOT be told to be Connecting or \
                Connected in that conference.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.kick",
                evidence: "The person cannot join again.",
            }],
            why: "It would mean that the person joined again.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_009,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "inviting somebody who was kicked",
            text: "Inviting somebody who was kicked MAY be refused or served, as long as the \
                person cannot join again.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "The kicked person cannot join the conference again.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting who was kicked",
                    evidence: "Both outcomes are accepted.",
                },
            ],
            why: "The documents say only that the person cannot join again.",
            excluded: None,
        },
    ],
};
