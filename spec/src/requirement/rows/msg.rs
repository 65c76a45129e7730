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
            text: "Sending a message by SDK as a participant who may do so MUST succeed.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "Sends a text message to the participants of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "command.send",
                    evidence: "Posts the message; any 2xx will do.",
                },
            ],
            why: "command.send rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message reaches the other participants unchanged",
            text: "A message sent by SDK MUST reach each other participant as \
                `ConferenceMessageReceived`, with the sender's `user_id` and the text unchanged.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "Reaches all other participants of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceMessageReceived",
                    evidence: "Reads conference_id, user_id and message, and hands the sender and \
                        the text to the application.",
                },
            ],
            why: "The message is lost, or the receiver cannot tell from whom it comes.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message reaches nobody outside the conference",
            text: "A message MUST NOT reach a session that has not joined the conference.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "command.send",
                    evidence: "The message goes to the participants of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceMessageReceived",
                    evidence: "Shows the message whatever conference it names.",
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
            text: "Sending a message by a participant without the SEND_MESSAGE permission MUST be \
                refused, and nobody gets it.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions are what allows a participant to perform certain \
                        actions.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferencePermission.SEND_MESSAGE",
                    evidence: "Allows its holder to send messages.",
                },
            ],
            why: "The permission would mean nothing.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "sending a message by REST succeeds",
            text: "Sending a message by REST to an ongoing conference MUST succeed.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.send_message",
                evidence: "Sends the sender's external id and the text, with a list of \
                        receivers or without.",
            }],
            why: "An application server could not reach the participants.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST message without 'to' reaches all participants",
            text: "A message sent by REST without `to` MUST reach all participants, except perhaps \
                the sender.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.send_message",
                evidence: "Without receivers the message goes to everybody in the conference.",
            }],
            why: "Some participants would miss it.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST message with 'to' reaches only those named",
            text: "A message sent by REST with `to` MUST reach the participants named and nobody \
                else.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.send_message",
                evidence: "With receivers the message goes to those.",
            }],
            why: "It was meant for those people.",
            excluded: None,
        },
        Requirement {
            id: id::MSG_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a message of 16 KB is accepted",
            text: "A message of 16 KB MUST be accepted and delivered. A longer one may be refused.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "command.send",
                evidence: "The size of a message is limited to 16 KB.",
            }],
            why: "Applications may use the whole size that is documented.",
            excluded: None,
        },
    ],
};
