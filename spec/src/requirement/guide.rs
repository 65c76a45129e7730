//! The sentences of the vendor's guide, numbered and restated in our words.

/// One sentence (or list item) of the guide.
#[derive(Debug)]
pub struct Sentence {
    /// Its address: section and number, such as `sdk 12`.
    pub at: &'static str,
    /// The statement, in our words.
    pub says: &'static str,
}

/// Every sentence of the guide, in order.
pub const GUIDE: &[Sentence] = &[
    Sentence {
        at: "intro 1",
        says: "People can be invited to a conference through the SDK or through REST.",
    },
    Sentence {
        at: "intro 2",
        says: "Both ways work for protected and for unprotected conferences.",
    },
    Sentence { at: "intro 3", says: "A further page explains protected conferences." },
    Sentence {
        at: "intro 4",
        says: "Somebody invited through the SDK needs an open session before the invitation is \
            sent.",
    },
    Sentence {
        at: "intro 5",
        says: "REST is simpler: the response to an invite holds the access tokens of all invitees.",
    },
    Sentence { at: "intro 6", says: "The application can then give each person the token." },
    Sentence {
        at: "intro 7",
        says: "A person without an open session can therefore be invited too.",
    },
    Sentence {
        at: "sdk 1",
        says: "Any user of the application can get a conference by create or fetch, and join it.",
    },
    Sentence {
        at: "sdk 2",
        says: "Inviting somebody has three conditions (the next three items).",
    },
    Sentence {
        at: "sdk 3",
        says: "People are named by the external ids that they have in the application.",
    },
    Sentence {
        at: "sdk 4",
        says: "Invitations are sent only by somebody who is in the conference.",
    },
    Sentence { at: "sdk 5", says: "To receive an invitation, a person has to open a session." },
    Sentence {
        at: "sdk 6",
        says: "The next part explains inviting through the SDK for both kinds of conference.",
    },
    Sentence {
        at: "sdk 7",
        says: "The creator of a protected conference receives a conference access token.",
    },
    Sentence { at: "sdk 8", says: "The SDK handles that token; users do not see it." },
    Sentence {
        at: "sdk 9",
        says: "Protected conferences have one difference: an invitation may state permissions.",
    },
    Sentence {
        at: "sdk 10",
        says: "Permissions are the actions that a participant may perform in a protected \
            conference.",
    },
    Sentence {
        at: "sdk 11",
        says: "The creator's token has all permissions. An invitee gets a token with permissions \
            of their own.",
    },
    Sentence { at: "sdk 12", says: "The platform notifies nobody when a user opens a session." },
    Sentence {
        at: "sdk 13",
        says: "An application that needs such notifications has to implement them itself.",
    },
    Sentence {
        at: "sdk 14",
        says: "Somebody without an open session when the invitation is sent does not receive it.",
    },
    Sentence { at: "sdk 15", says: "The inviter then has to send it again." },
    Sentence { at: "sdk 16", says: "Step 1: the inviter creates a conference and joins it." },
    Sentence {
        at: "sdk 17",
        says: "Step 2: people who want to take part open sessions and listen for invitations.",
    },
    Sentence { at: "sdk 18", says: "An invitation has three properties (the next three items)." },
    Sentence { at: "sdk 19", says: "It has the alias of the conference." },
    Sentence { at: "sdk 20", says: "It has the id of the conference." },
    Sentence { at: "sdk 21", says: "It has information about the participant who invites." },
    Sentence { at: "sdk 22", says: "A further page explains notifications." },
    Sentence {
        at: "sdk 23",
        says: "Code sample: on an invitation, fetch the conference by its id and join it.",
    },
    Sentence { at: "sdk 24", says: "The sample shows the methods by which an invited user joins." },
    Sentence { at: "sdk 25", says: "A further page explains joining." },
    Sentence {
        at: "sdk 26",
        says: "Step 3: the inviter invites users, each named by one of two SDK types.",
    },
    Sentence {
        at: "sdk 27",
        says: "Signature of the invite method: a conference and a list of people.",
    },
    Sentence {
        at: "sdk 28",
        says: "For a protected conference, the inviter has to give each invitee suitable \
            permissions.",
    },
    Sentence { at: "sdk 29", says: "The inviter may still leave the permissions out." },
    Sentence {
        at: "sdk 30",
        says: "Then the platform grants nine: join, send audio and video, share screen, video and \
            file, send messages, record, stream.",
    },
    Sentence { at: "sdk 31", says: "One request can invite several people." },
    Sentence {
        at: "sdk 32",
        says: "The server adds the invitees to the conference, with the status Reserved.",
    },
    Sentence {
        at: "sdk 33",
        says: "All participants of the conference get the participantAdded event.",
    },
    Sentence {
        at: "sdk 34",
        says: "Step 4: on an invitation, the application's callback runs and the person joins \
            automatically.",
    },
    Sentence {
        at: "sdk 35",
        says: "The server sends participantUpdated with the status Connecting.",
    },
    Sentence {
        at: "sdk 36",
        says: "Step 5: once connected, the server sends participantUpdated with the status \
            Connected.",
    },
    Sentence {
        at: "rest 1",
        says: "Two REST calls, create and invite, let an application server invite people.",
    },
    Sentence {
        at: "rest 2",
        says: "The create call makes protected conferences and can invite people at once.",
    },
    Sentence { at: "rest 3", says: "It takes a list of people and their permissions." },
    Sentence {
        at: "rest 4",
        says: "It can also notify the people, if a notification flag is set to true.",
    },
    Sentence {
        at: "rest 5",
        says: "Only people with an open session can receive that notification.",
    },
    Sentence {
        at: "rest 6",
        says: "The response has an owner token with all permissions, and the tokens of the people \
            named.",
    },
    Sentence {
        at: "rest 7",
        says: "The application can hand out those tokens, for the options of join or listen.",
    },
    Sentence {
        at: "rest 8",
        says: "A person without an open session can therefore be invited too.",
    },
    Sentence {
        at: "rest 9",
        says: "The client application decides what to do with a notification.",
    },
    Sentence { at: "rest 10", says: "The invite call invites people to an existing conference." },
    Sentence {
        at: "rest 11",
        says: "It takes a list of people, their permissions, and whether to notify them.",
    },
    Sentence { at: "rest 12", says: "Only people with an open session can be notified." },
    Sentence {
        at: "rest 13",
        says: "The response has the conference access tokens of the people.",
    },
    Sentence {
        at: "rest 14",
        says: "The application can hand out those tokens, for the options of join or listen.",
    },
];
