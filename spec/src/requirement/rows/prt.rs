//! Participants and their news.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "PRT",
    title: "Participants and their news",
    rows: &[
        Requirement {
            id: id::PRT_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "all participants see a joiner as Connecting",
            text: "When a person joins, the server MUST tell each participant so with the status \
                Connecting (wire word CONNECTING).",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 35",
                    evidence: "The server sends participantUpdated with the status Connecting.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "Participant.status",
                    evidence: "Connecting is one of the documented statuses.",
                },
            ],
            why: "Participants could not see that somebody is coming.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "all participants see a joiner as Connected",
            text: "When that person is connected, the server MUST tell each participant so with \
                the status Connected, by `ParticipantUpdated`.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 36",
                evidence: "After the successful connection the server sends participantUpdated \
                        with the status Connected.",
            }],
            why: "Participants would see the person connecting for ever.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "Connected is spelled ON_AIR, never CONNECTED",
            text: "The status Connected MUST be written ON_AIR on the wire, never CONNECTED.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "participant status",
                    evidence: "Maps ON_AIR to Connected and every unknown word to Connecting.",
                },
                Source {
                    document: Document::AndroidSdkReference,
                    at: "ParticipantStatus",
                    evidence: "Uses the same names, ON_AIR included.",
                },
            ],
            why: "The Web SDK does not know the word CONNECTED and shows the person as Connecting \
                for ever.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "Connected never comes before Connecting",
            text: "For one join, Connected MUST NOT be told before Connecting.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 35",
                    evidence: "Connecting comes first.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 36",
                    evidence: "Connected comes after the successful connection.",
                },
            ],
            why: "The person would go from Connected back to Connecting and stay there.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_005,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the joiner hears of its own progress",
            text: "The joining session MUST get `ParticipantUpdated` about its own person, \
                CONNECTING and then ON_AIR.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantUpdated",
                evidence: "Sets the status of the local participant from these frames.",
            }],
            why: "The SDK learns its own status from nothing else and would never show its user as \
                connected.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_006,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an uninvited joiner is added for the others",
            text: "When somebody joins who was not known in the conference before, each \
                participant MUST get `ParticipantAdded` for that person.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantAdded",
                    evidence: "Reads user_id, externalId, name, avatarUrl and status; the update \
                        frame is not read for external id and picture.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "participantAdded",
                    evidence: "Emitted when a participant is added to the conference.",
                },
            ],
            why: "The SDK learns the external id, name and picture of a person from this frame \
                alone.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "nobody is updated before being added",
            text: "To one session, a person MUST be presented, by `ParticipantAdded` or in the \
                join answer, before `ParticipantUpdated` about that person is sent. Oneself is \
                excepted.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantUpdated",
                evidence: "For an unknown person it emits an update without an addition, and \
                        never learns the external id.",
            }],
            why: "The SDK then shows an unknown person without external id and emits no \
                participantAdded at all.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "participant news reaches only who has joined",
            text: "`ParticipantAdded` and `ParticipantUpdated` MUST NOT be pushed to a session \
                that has not joined the conference, or has left it.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "participant frames",
                evidence: "With no conference joined an addition shows a phantom participant \
                        and an update throws; with another one joined, people of both are mixed.",
            }],
            why: "The SDK does not compare conferences: a client outside shows phantoms and throws \
                inside the handler.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the join answer lists who is in the conference",
            text: "The answer to a join MUST list in `participants`, each by `participant_id` with \
                external id and status, everybody else who is in the conference, unless they are \
                presented by `ParticipantAdded` right after.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "join answer",
                evidence: "Adds each entry of participants, by participant_id, and emits \
                        participantAdded for each.",
            }],
            why: "The newcomer would not see who is there, and later news would concern strangers.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_010,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the join answer lists Reserved people",
            text: "The answer to a join SHOULD list people who are Reserved, with that status.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "Reserved people in the join answer",
                evidence: "Listed as RESERVED.",
            }],
            why: "Those who were in before know of them; a newcomer should too. Only news is \
                documented.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_011,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the others hear that somebody left",
            text: "When somebody leaves, each remaining participant MUST get `ParticipantUpdated` \
                with the status LEFT.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantUpdated",
                    evidence: "On LEFT it marks the participant as left and tells the application; \
                        there is no other sign.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "participantUpdated",
                    evidence: "Emitted when the status of a participant changes.",
                },
            ],
            why: "The others would see the person for ever.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a short loss of the socket keeps the participant",
            text: "A participant whose socket is lost and back within a few seconds MUST still be \
                in the conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "webhooks-events-participant-left",
                    evidence: "A participant is evicted after more than 15 seconds without \
                        activity.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "reconnect",
                    evidence: "Goes on as a participant after reconnecting; it does not join \
                        again.",
                },
            ],
            why: "Short network failures would throw people out, and protected conferences would \
                not let the client notice.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a participant whose socket stays away is Left",
            text: "A participant whose socket stays away for more than 15 seconds SHOULD be shown \
                to the others as LEFT.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "webhooks-events-participant-left",
                    evidence: "Names eviction after more than 15 seconds without activity as a \
                        reason for leaving.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "vanished participants",
                    evidence: "LEFT after 15 seconds, a setting.",
                },
            ],
            why: "The page was closed or the network is gone. The time is taken from the vendor's \
                description of evictions; how to tell the others is settled here.",
            excluded: Some(
                "It shows only after fifteen seconds, or whatever a server sets instead, and no \
                    source demands it: the whole run would wait for a note.",
            ),
        },
        Requirement {
            id: id::PRT_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "listing the participants by REST succeeds",
            text: "Listing the participants of an ongoing conference by REST MUST succeed, with a \
                `participants` list in the answer.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "participants of a conference",
                evidence: "Reads participants as a list.",
            }],
            why: "The clients read that list; an application server could not see who is there.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_015,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the participants listed are those who joined",
            text: "The participants listed by REST MUST be those who have joined, by external id, \
                and neither Reserved people nor those who left.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "participants of a conference",
                    evidence: "An entry has the time of the last join and the number of sessions.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "GET participants",
                    evidence: "Those who joined.",
                },
            ],
            why: "The source names no rule for Reserved people; the fields of an entry (last join, \
                sessions, address) exist only for people who joined.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_016,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "news of listeners may be withheld from users",
            text: "News about a listener MAY be withheld from participants who joined as users.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.listen",
                evidence: "Listeners hear of users only, and in later versions users hear \
                        nothing of listeners.",
            }],
            why: "The published reference changed here between versions, so that both are right.",
            excluded: None,
        },
    ],
};
