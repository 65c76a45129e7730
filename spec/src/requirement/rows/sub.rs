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
            text: "Subscribing to notifications of a conference alias MUST succeed, whether or not \
                the conference exists yet.",
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
                    evidence: "Posts a list of type and conferenceAlias; any 2xx will do.",
                },
            ],
            why: "notification.subscribe rejects in the application; the creation of a conference \
                can only be awaited before it exists.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "unsubscribing by DELETE with a body succeeds",
            text: "Unsubscribing by a DELETE request with a JSON body MUST succeed.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "notification.unsubscribe",
                evidence: "Sends DELETE with the same list as a JSON body.",
            }],
            why: "It is the only form in which the SDK unsubscribes; many servers ignore the body \
                of a DELETE.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "invitations need no subscription",
            text: "Invitations MUST be delivered without any subscription.",
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
            why: "Clients do not ask for them: they are on by default.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers hear that a conference is created",
            text: "A session subscribed to Conference.Created for an alias MUST get \
                `ConferenceCreatedNotification` when a conference with that alias is created.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are told when the conference is created, and need not \
                        be in it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceCreatedNotification",
                    evidence: "Reads the id and alias of the conference.",
                },
            ],
            why: "The application waits for it in vain.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers hear that a conference has ended",
            text: "A session subscribed to Conference.Ended for an alias MUST get \
                `ConferenceEndedNotification` when that conference ends.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are told when the conference ends, and need not be in \
                        it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceEndedNotification",
                    evidence: "Reads the id and alias of the conference.",
                },
            ],
            why: "The application waits for it in vain.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers hear that a participant joined",
            text: "A session subscribed to Participant.Joined for an alias MUST get \
                `ParticipantJoinedNotification` when somebody joins that conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are told when a participant joins, and need not be in \
                        the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantJoinedNotification",
                    evidence: "Reads the conference and the participant with user id, external id \
                        and name.",
                },
            ],
            why: "The application waits for it in vain.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "subscribers hear that a participant left",
            text: "A session subscribed to Participant.Left for an alias MUST get \
                `ParticipantLeftNotification` when somebody leaves that conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "Subscribers are told when a participant leaves, and need not be in \
                        the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantLeftNotification",
                    evidence: "Reads the conference and the participant with user id, external id \
                        and name.",
                },
            ],
            why: "The application waits for it in vain.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a subscriber gets the conference's status",
            text: "After a subscription, the session MUST get `ConferenceStatusNotification` for \
                that conference, with a list of `participants`.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "After subscribing, the user gets the status of the conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceStatusNotification",
                    evidence: "Goes through the list of participants without looking whether it is \
                        there.",
                },
            ],
            why: "The subscriber does not learn how things stand; without the list the SDK throws.",
            excluded: None,
        },
        Requirement {
            id: id::SUB_009,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "notifications reach only subscribers",
            text: "Notifications about a conference MUST NOT be pushed to a session that has not \
                subscribed to that type for that alias, or has unsubscribed.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "using-notifications-javascript",
                    evidence: "A user gets these notifications by subscribing, until \
                        unsubscribing.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.unsubscribe",
                    evidence: "Ends the subscription.",
                },
            ],
            why: "Users would get news that they did not ask for, of conferences that are not \
                theirs.",
            excluded: None,
        },
    ],
};
