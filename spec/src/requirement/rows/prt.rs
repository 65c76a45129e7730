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
            text: "When a person joins, the server MUST notify each participant with the status \
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
            why: "Otherwise participants could not see that somebody is coming.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "all participants see a joiner as Connected",
            text: "When that person is connected, the server MUST notify each participant with the \
                status Connected, by `ParticipantUpdated`.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 36",
                evidence: "After the successful connection the server sends participantUpdated \
                        with the status Connected.",
            }],
            why: "Otherwise participants would see the person connecting for ever.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "Connected is spelled ON_AIR, never CONNECTED",
            text: "The server MUST write the status Connected as ON_AIR on the wire, never as \
                CONNECTED.",
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
            text: "The server MUST NOT report somebody as Connected before it has reported them \
                as Connecting to the same session, unless they were in the conference before that \
                session joined, from whichever session.",
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
            why: "Otherwise the person would go from Connected back to Connecting and stay there.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_005,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the joining session gets its own status",
            text: "The server MUST push `ParticipantUpdated` about its own person to the joining \
                session, CONNECTING and then ON_AIR; to another session of somebody who is in the \
                conference already, ON_AIR is enough.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantUpdated",
                evidence: "Sets the status of the local participant from these frames.",
            }],
            why: "The SDK learns its own status only from these frames. Without them it would \
                never show its user as connected.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_006,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an uninvited joiner is added for the others",
            text: "When somebody joins who was not known in the conference before, the server MUST \
                push `ParticipantAdded` for that person to each participant.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantAdded",
                    evidence: "Reads user_id, externalId, name, avatarUrl and status. It does not \
                        read the external id and picture from the update frame.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "participantAdded",
                    evidence: "Emitted when a participant is added to the conference.",
                },
            ],
            why: "The SDK learns the external id, name and picture of a person only from this \
                frame.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_007,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "nobody is updated before being added",
            text: "To each session, the server MUST present a person, by `ParticipantAdded` or in \
                the join response, before it sends `ParticipantUpdated` about that person. A \
                session's own person is an exception.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "ParticipantUpdated",
                evidence: "For an unknown person it emits an update without an addition, and never \
                    learns the external id.",
            }],
            why: "Otherwise the SDK shows an unknown person without external id and emits no \
                participantAdded at all.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "participant news reaches only joined sessions",
            text: "The server MUST NOT push `ParticipantAdded` and `ParticipantUpdated` to a \
                session that has not joined the conference, or has left it.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "participant frames",
                evidence: "With no conference joined, an addition shows a phantom participant and \
                    an update throws. With another conference joined, the people of both are \
                    mixed.",
            }],
            why: "The SDK does not compare conferences. A client outside shows phantom \
                participants and throws inside the handler.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the join response lists who is in the conference",
            text: "The response to a join MUST list in `participants`, each by `participant_id` \
                with external id and status, everybody else who is in the conference, unless the \
                server presents them by `ParticipantAdded` right after.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "join answer",
                evidence: "Adds each entry of participants, by participant_id, and emits \
                        participantAdded for each.",
            }],
            why: "Otherwise the newcomer would not see who is there, and later news would be about \
                strangers.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_010,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the join response lists Reserved people",
            text: "The response to a join SHOULD list people who are Reserved, with that status.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "Reserved people in the join answer",
                evidence: "The response lists them as RESERVED.",
            }],
            why: "Earlier participants know about them, and a newcomer should too. Only the news \
                to earlier participants is documented.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_011,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the others are told that somebody left",
            text: "When somebody leaves, the server MUST push `ParticipantUpdated` with the status \
                LEFT to each remaining participant.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantUpdated",
                    evidence: "On LEFT it marks the participant as left and notifies the \
                        application. There is no other sign.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "participantUpdated",
                    evidence: "Emitted when the status of a participant changes.",
                },
            ],
            why: "Otherwise the others would see the person for ever.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a short loss of the socket keeps the participant",
            text: "The server MUST keep a participant in the conference when its socket is lost \
                and reconnects within a few seconds.",
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
                    evidence: "Continues as a participant after reconnecting. It does not join \
                        again.",
                },
            ],
            why: "Otherwise short network failures would throw people out of their conference \
                without their client noticing.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a participant whose socket stays away is shown as LEFT",
            text: "The server SHOULD show a participant whose socket stays away for more than 15 \
                seconds to the others as LEFT.",
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
                    evidence: "LEFT after 15 seconds, which is a setting.",
                },
            ],
            why: "The page was closed or the network is gone. The time comes from the vendor's \
                description of evictions. This specification settles how to notify the others.",
            excluded: Some(
                "A check would take fifteen seconds, or whatever a server sets instead, and no \
                    source demands it. The whole run would wait for a mere note.",
            ),
        },
        Requirement {
            id: id::PRT_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "listing the participants by REST succeeds",
            text: "The server MUST answer a REST request for the participants of an ongoing \
                conference with a `participants` list.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "participants of a conference",
                evidence: "Reads participants as a list.",
            }],
            why: "The clients read that list. Otherwise an application server could not see who is \
                there.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_015,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the participants listed are those who joined",
            text: "The server MUST list by REST the participants who have joined, by external id, \
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
                    evidence: "The list holds those who joined.",
                },
            ],
            why: "No source gives a rule for Reserved people. The fields of an entry (last join, \
                sessions, address) exist only for people who joined.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_016,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "users need not get news about listeners",
            text: "The server MAY withhold news about a listener from participants who joined as \
                users.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.listen",
                evidence: "Listeners get news only about users. In later versions users get no \
                    news about listeners.",
            }],
            why: "The published reference changed between versions, so both are correct.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_017,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a status is true",
            text: "The server MUST NOT show somebody who has not joined as CONNECTING, ON_AIR or \
                INACTIVE, nor somebody who is in the conference as RESERVED.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "ParticipantStatus",
                    evidence: "Reserved means invited and waiting to join, Connecting means \
                        joining, Connected means in the conference.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 32",
                    evidence: "Invitees have the status Reserved.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 36",
                    evidence: "A person who has joined is shown as Connected once connected.",
                },
            ],
            why: "Applications show the status to people: somebody who waits to be let in would \
                seem to be in the room, or the other way round.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_018,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a user id and an external id belong together",
            text: "Where the server names a person by user id and external id, both MUST be of \
                the same person.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "ParticipantInfo.externalId",
                evidence: "Documents that the same external id gives the same participant id in \
                    every session.",
            }],
            why: "The application finds its own user by the external id, and acts on the \
                participant by the user id.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_019,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a participant may be without a socket for up to 15 seconds",
            text: "The server SHOULD keep a participant in the conference whose socket is lost, \
                and reconnects within 15 seconds.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "webhooks-events-participant-left",
                evidence: "A participant is evicted after more than 15 seconds without activity.",
            }],
            why: "A telephone that changes from one network to another takes several seconds. The \
                documentation names the time of evictions, but not for sockets alone.",
            excluded: None,
        },
        Requirement {
            id: id::PRT_020,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a session that reconnects is brought up to date",
            text: "After a session in a conference has reconnected, the server SHOULD push to it \
                the current status of each participant whose status changed while its socket was \
                down.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "reconnect",
                    evidence: "Does not ask for the participants again.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "participants while a socket is down",
                    evidence: "The last status of each, by ParticipantAdded for new people and \
                        otherwise by ParticipantUpdated.",
                },
            ],
            why: "Otherwise the client shows people who are gone, and misses those who came. No \
                source says that the server does this.",
            excluded: Some(
                "A check would depend on the moment at which the server notices that a socket is \
                    lost. What it pushed before that is lost on the way, and no source limits \
                    this time.",
            ),
        },
        Requirement {
            id: id::PRT_021,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "nbSession counts joins or open sessions",
            text: "In the list of participants, the server MAY count in `nbSession` how often the \
                person has joined, or how many sessions of the person have joined.",
            sources: &[
                Source {
                    document: Document::NodeRestClient,
                    at: "types of participants",
                    evidence: "Documents nbSession as the number of times that the participant \
                        joined the conference.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "participants of a conference",
                    evidence: "Reads nb_session, and its name speaks of sessions.",
                },
            ],
            why: "The one client that documents the field counts joins. Its name says something \
                else, and no client computes with it.",
            excluded: None,
        },
    ],
};
