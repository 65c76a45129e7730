//! Messages.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "MSG",
    title: "Messages",
    rows: &[
        Requirement {
            id: id::MSG_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "sending a message by SDK succeeds",
            text: "The server MUST accept a message sent by SDK by a participant who may send it.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "Sends a text message to the participants of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "command.send",
                    evidence: "Posts the message. It accepts any 2xx.",
                },
            ],
            why: "Otherwise command.send rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message reaches the other participants unchanged",
            text: "The server MUST push a message sent by SDK to each other participant as \
                `ConferenceMessageReceived`, with the sender's `user_id` and the text unchanged.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "The message reaches all other participants of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceMessageReceived",
                    evidence: "Reads conference_id, user_id and message, and gives the sender and \
                        the text to the application.",
                },
            ],
            why: "Otherwise the message is lost, or the receiver cannot tell who sent it.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message reaches nobody outside the conference",
            text: "The server MUST NOT push a message to a session that has not joined the \
                conference.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "The message goes to the participants of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceMessageReceived",
                    evidence: "Shows the message whichever conference it names.",
                },
            ],
            why: "What is said in a conference is for its participants.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "sending without SEND_MESSAGE is refused",
            text: "The server MUST refuse a message by a participant without the SEND_MESSAGE \
                permission, and deliver it to nobody.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions allow a participant to perform certain actions.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferencePermission.SEND_MESSAGE",
                    evidence: "Allows its holder to send messages.",
                },
            ],
            why: "Otherwise the permission would mean nothing.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "sending a message by REST succeeds",
            text: "The server MUST accept a message sent by REST to an ongoing conference.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.send_message",
                evidence: "Sends the sender's external id and the text, with or without a list of \
                    receivers.",
            }],
            why: "Otherwise an application server could not reach the participants.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST message without 'to' reaches all participants",
            text: "The server MUST deliver a message sent by REST without `to` to all \
                participants, except perhaps the sender.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.send_message",
                evidence: "Without receivers, the message goes to everybody in the conference.",
            }],
            why: "Otherwise some participants would miss it.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST message with 'to' reaches only those named",
            text: "The server MUST deliver a message sent by REST with `to` to the participants \
                named and to nobody else.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.send_message",
                evidence: "With receivers, the message goes to them.",
            }],
            why: "The message was meant for those people.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message of 16 KB is accepted",
            text: "The server MUST accept and deliver a message of 16 KB. The server may refuse a \
                longer one.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "command.send",
                evidence: "A message is limited to 16 KB.",
            }],
            why: "Applications may use the full documented size.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_009,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST message with an empty 'to' reaches all participants",
            text: "The server MUST deliver a message sent by REST with an empty list as `to` to \
                all participants, except perhaps the sender.",
            sources: &[
                Source {
                    document: Document::NodeRestClient,
                    at: "conference.sendMessage",
                    evidence: "Documents that an empty list means everybody in the conference.",
                },
                Source {
                    document: Document::DotNetRestClient,
                    at: "conference message",
                    evidence: "Documents the same.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.send_message",
                    evidence: "Documents the same.",
                },
            ],
            why: "Applications that rely on the documentation would send their messages to nobody.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_010,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message above 16 KB is refused",
            text: "The server SHOULD refuse a message of more than 16,384 bytes, counted in \
                UTF-8.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "command.send",
                evidence: "A message is limited to 16 KB.",
            }],
            why: "A client that is told so can split the message. One that is not told finds out \
                in production, with whatever limit comes next.",
            excluded: None,
        },
    ],
};
