//! Subscriptions and notifications.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "SUB",
    title: "Subscriptions and notifications",
    rows: &[
        Requirement {
            id: id::SUB_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribing to notifications succeeds",
            text: "The server MUST accept a subscription to notifications of a conference alias, \
                whether or not the conference exists yet.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.subscribe",
                    evidence: "Subscribes to notifications of a conference by its alias.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Describes subscribing by alias to each type of notification.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "notification.subscribe",
                    evidence: "Posts a list of type and conferenceAlias. It accepts any 2xx.",
                },
            ],
            why: "Otherwise notification.subscribe rejects in the application. An application can \
                wait for the creation of a conference only before the conference exists.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "unsubscribing by DELETE with a body succeeds",
            text: "The server MUST accept an unsubscription by a DELETE request with a JSON body.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "notification.unsubscribe",
                evidence: "Sends DELETE with the same list as a JSON body.",
            }],
            why: "The SDK unsubscribes only in this form. Many servers ignore the body of a \
                DELETE.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "invitations need no subscription",
            text: "The server MUST deliver invitations without any subscription.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "The subscription to invitations is on by default.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "notification.subscribe",
                    evidence: "Removes invitations from the list before sending it.",
                },
            ],
            why: "Clients do not subscribe to invitations, because they are on by default.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers are told that a conference is created",
            text: "The server MUST push `ConferenceCreatedNotification` to a session subscribed to \
                Conference.Created for an alias when a conference with that alias is created.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are notified when the conference is created, and need \
                        not be in it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceCreatedNotification",
                    evidence: "Reads the id and alias of the conference.",
                },
            ],
            why: "Otherwise the application waits for ever.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers are told that a conference has ended",
            text: "The server MUST push `ConferenceEndedNotification` to a session subscribed to \
                Conference.Ended for an alias when that conference ends.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are notified when the conference ends, and need not be \
                        in it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceEndedNotification",
                    evidence: "Reads the id and alias of the conference.",
                },
            ],
            why: "Otherwise the application waits for ever.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers are told that a participant joined",
            text: "The server MUST push `ParticipantJoinedNotification` to a session subscribed to \
                Participant.Joined for an alias when somebody joins that conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are notified when a participant joins, and need not be \
                        in the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantJoinedNotification",
                    evidence: "Reads the conference and the participant with user id, external id \
                        and name.",
                },
            ],
            why: "Otherwise the application waits for ever.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers are told that a participant left",
            text: "The server MUST push `ParticipantLeftNotification` to a session subscribed to \
                Participant.Left for an alias when somebody leaves that conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are notified when a participant leaves, and need not be \
                        in the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantLeftNotification",
                    evidence: "Reads the conference and the participant with user id, external id \
                        and name.",
                },
            ],
            why: "Otherwise the application waits for ever.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a subscriber gets the conference's status",
            text: "After a subscription, the server MUST push `ConferenceStatusNotification` for \
                that conference to the session, with a list of `participants`.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "After subscribing, the user gets the status of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceStatusNotification",
                    evidence: "Iterates over the list of participants without checking that it \
                        exists.",
                },
            ],
            why: "Otherwise the subscriber does not learn the current state. Without the list the \
                SDK throws.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_009,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "notifications reach only subscribers",
            text: "The server MUST NOT push notifications about a conference to a session that has \
                not subscribed to that type for that alias, or has unsubscribed.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "A user gets these notifications after subscribing, until \
                        unsubscribing.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.unsubscribe",
                    evidence: "Ends the subscription.",
                },
            ],
            why: "Otherwise users would get news that they did not ask for, about conferences that \
                are not theirs.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_010,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an alias without a conference has an empty status",
            text: "After a subscription to an alias that no conference has, the server SHOULD \
                push `ConferenceStatusNotification` for that alias with `live` false and an empty \
                list of `participants`.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "A subscriber receives the status of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceStatusNotification",
                    evidence: "Reads participants as a list without checking it.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "the status of an alias without a conference",
                    evidence: "Not live, and nobody is in it.",
                },
            ],
            why: "Subscriptions are made before the conference exists, and the application shows \
                a status right away. No source says what it is then.",
            excluded: None,
        },
    ],
};
