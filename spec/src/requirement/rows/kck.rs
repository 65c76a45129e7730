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
            text: "The server MUST accept a REST kick of a participant.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.kick",
                evidence: "Sends the external ids of the people to remove from an ongoing \
                        conference.",
            }],
            why: "Otherwise an application server could not remove anybody.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "kicking by SDK succeeds",
            text: "The server MUST accept an SDK kick by a participant who may kick.",
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
                    evidence: "Posts an empty object to the address with the user id. It accepts \
                        any 2xx.",
                },
            ],
            why: "Otherwise conference.kick rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the kicked person is notified",
            text: "The server MUST push `ParticipantKicked`, with the person's own `userId`, to \
                the kicked person's session in the conference.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantKicked",
                evidence: "Sets the status Kicked, emits left and forgets the conference, without \
                    posting leave.",
            }],
            why: "The SDK leaves only on this frame. Otherwise the person stays in a conference \
                where every call is refused.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the others see the person as Kicked",
            text: "The server MUST push `ParticipantUpdated` with the status KICKED for that \
                person to the other participants.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantUpdated",
                    evidence: "It knows and shows the status KICKED. ParticipantKicked is for the \
                        kicked person's own client.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "participantUpdated",
                    evidence: "Emitted when the status of a participant changes.",
                },
            ],
            why: "Otherwise they would see the person in the conference for ever.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a kicked person cannot join again",
            text: "The server MUST NOT let a person who was kicked join that conference again.",
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
            why: "Otherwise a kick would be no more than a nuisance.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "kicking without the KICK permission is refused",
            text: "The server MUST refuse an SDK kick by a participant without the KICK \
                permission, and kick nobody.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "Reserved for the owner or a participant with the permission.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions allow a participant to perform certain actions.",
                },
            ],
            why: "Otherwise everybody could throw out everybody.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "no news of the conference follows a kick",
            text: "After `ParticipantKicked`, the server MUST NOT push participant news of that \
                conference to the kicked session.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "participant frames",
                evidence: "Without a current conference, an addition shows a phantom participant \
                    and an update throws.",
            }],
            why: "The SDK has forgotten the conference by then. Such news shows phantom \
                participants and throws.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a kicked participant is never shown as connecting again",
            text: "After the status KICKED, the server MUST NOT report a person as Connecting or \
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
            title: "inviting somebody who was kicked may be refused or served",
            text: "The server MAY refuse or serve an invite of somebody who was kicked, as long as \
                the person cannot join again.",
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
        Requirement {
            id: id::KCK_010,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the join of a kicked person answers 401 or 403",
            text: "The server SHOULD answer the join of a kicked person with status 401 and \
                `error_code` 89 if it refuses the conference access token, because the kick has \
                revoked it, and with status 403 otherwise.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.kick",
                    evidence: "The kick revokes the token, and the person cannot join again.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "the join of a kicked person",
                    evidence: "401 with 89, or 403; code 97 where the person is refused, not the \
                        token.",
                },
            ],
            why: "Both are true of a kicked person with the earlier token: the token is revoked, \
                and the person may not come back. No client reads more than that the join failed.",
            excluded: None,
        },
        Requirement {
            id: id::KCK_011,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a kick is pushed only to sessions in that conference",
            text: "The server MUST NOT push `ParticipantKicked` to a session that has not joined \
                the conference of the kick, such as another session of the same person that is in \
                another conference.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantKicked",
                evidence: "Has no field for the conference. The client leaves its current \
                    conference.",
            }],
            why: "The client cannot tell which conference is meant. It would leave one from which \
                nobody kicked it.",
            excluded: None,
        },
    ],
};
