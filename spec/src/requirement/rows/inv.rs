//! Inviting.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "INV",
    title: "Inviting",
    rows: &[
        Requirement {
            id: id::INV_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "inviting by REST succeeds",
            text: "The server MUST accept a REST invite to an existing conference, with people \
                keyed by external id.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 1",
                    evidence: "Inviting works through REST as well as through the SDK.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 1",
                    evidence: "Invite is one of the two REST calls for inviting.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 10",
                    evidence: "The invite call invites people to an existing conference.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Sends people keyed by external id, each with permissions and the \
                        notification flag.",
                },
            ],
            why: "Otherwise an application server could not invite anybody.",
            excluded: None,
        },
        Requirement {
            id: id::INV_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST invite answers a flat object of tokens",
            text: "The response to a REST invite MUST be a flat object with one entry for each \
                person invited: the external id as key and that person's conference access token \
                as value.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 5",
                    evidence: "The response to the invite call holds the access tokens of all \
                        people invited.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 13",
                    evidence: "The response holds the conference access tokens.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Treats every key of the response as an external id and every value \
                        as a token. Nothing is nested.",
                },
            ],
            why: "The application server has no other way to get the tokens that it hands out.",
            excluded: None,
        },
        Requirement {
            id: id::INV_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviting by SDK succeeds",
            text: "The server MUST accept an SDK invite by a participant who may invite.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 1",
                    evidence: "Inviting works through the SDK.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 26",
                    evidence: "The inviter names each user to invite by one of two SDK types.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 27",
                    evidence: "The invite method takes a conference and a list of people.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "notification.invite",
                    evidence: "Posts externalProfiles with external id, name and picture, and \
                        permissions where given. It accepts any 2xx.",
                },
            ],
            why: "Otherwise notification.invite rejects in the application, and no client can \
                invite anybody.",
            excluded: None,
        },
        Requirement {
            id: id::INV_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "REST invites work for unprotected conferences",
            text: "The server MUST accept a REST invite to an unprotected conference. Whether the \
                response holds tokens for the people is left open.",
            sources: &[Source {
                document: Document::Guide,
                at: "intro 2",
                evidence: "Both ways of inviting are available for protected and unprotected \
                    conferences.",
            }],
            why: "The guide promises both ways of inviting for both kinds of conference.",
            excluded: None,
        },
        Requirement {
            id: id::INV_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "SDK invitations work for unprotected conferences",
            text: "The server MUST accept an SDK invite to an unprotected conference and deliver \
                it to its invitee.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 2",
                    evidence: "Both ways of inviting are available for protected and unprotected \
                        conferences.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 9",
                    evidence: "Protected conferences differ only in that an invitation may state \
                        permissions.",
                },
            ],
            why: "The guide promises both ways of inviting for both kinds of conference, with \
                permissions as the only difference.",
            excluded: None,
        },
        Requirement {
            id: id::INV_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "people are invited by external id",
            text: "The server MUST find the people of an SDK invite by external id.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 3",
                    evidence: "Inviting uses the invitees' external ids in the application.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "notification.invite",
                    evidence: "Sends external ids and no user ids.",
                },
            ],
            why: "Applications know people by their external ids. They do not know the user ids of \
                people outside the conference.",
            excluded: None,
        },
        Requirement {
            id: id::INV_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "one SDK request invites several people",
            text: "The server MUST invite each person that one SDK invite names.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 31",
                evidence: "The inviter can invite several people with one request.",
            }],
            why: "Otherwise some of the people would silently be left out.",
            excluded: None,
        },
        Requirement {
            id: id::INV_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "one REST request invites several people",
            text: "The server MUST invite each person that one REST invite names and answer a \
                token for each.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 11",
                    evidence: "The request holds a list of people.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 13",
                    evidence: "The response holds tokens for the people.",
                },
            ],
            why: "Otherwise some of the people would silently be left out.",
            excluded: None,
        },
        Requirement {
            id: id::INV_009,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "one request invites 50 and 1,000 people",
            text: "The server SHOULD accept one request that invites 50 people, and one that \
                invites 1,000 people, by REST and by SDK.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-conference-capacity",
                    evidence: "Conferences of 50 and of 250 people are supported. No limit for \
                        invitations is stated.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "large invitations",
                    evidence: "50 is an ordinary meeting, 1,000 a large audience.",
                },
            ],
            why: "No source limits the number of people in a request. Conferences for hundreds are \
                documented, and inviting them should not take many requests.",
            excluded: None,
        },
        Requirement {
            id: id::INV_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK invitation reaches its invitee's session",
            text: "The server MUST push an SDK invitation to the invitee's open session as \
                `InvitationReceived`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 5",
                    evidence: "A person has to open a session to receive an invitation.",
                },
                Source {
                    document: Document::Guide,
                    at: "intro 4",
                    evidence: "People have to open sessions before they are invited through the \
                        SDK.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 17",
                    evidence: "People open sessions and listen for invitations.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Emits the invitation event to the application on this frame.",
                },
            ],
            why: "Delivering the invitation is the whole purpose of the call.",
            excluded: None,
        },
        Requirement {
            id: id::INV_011,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST invite with notification true is delivered",
            text: "For a REST invite with `notification` true, the server MUST push \
                `InvitationReceived` to the person's open session.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 11",
                    evidence: "The request has an option to notify the people.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 12",
                    evidence: "The notification is available to people with an open session.",
                },
            ],
            why: "The application requested the notification and would wait for it for ever.",
            excluded: None,
        },
        Requirement {
            id: id::INV_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST create with notification true is delivered",
            text: "For a REST create with `notification` true for a person, the server MUST push \
                `InvitationReceived` to that person's open session.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 4",
                    evidence: "The create request can notify people: its notification flag is set \
                        to true.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 5",
                    evidence: "People with an open session can receive it.",
                },
            ],
            why: "The application requested the notification and would wait for it for ever.",
            excluded: None,
        },
        Requirement {
            id: id::INV_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "notification false delivers nothing",
            text: "For a REST create or invite with `notification` false, the server MUST NOT push \
                an invitation to that person.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 4",
                    evidence: "Notifying is an option that the flag turns on with true.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 11",
                    evidence: "The invite request has the same option.",
                },
            ],
            why: "The application notifies people in its own way. Its users would be notified \
                twice, or too early.",
            excluded: None,
        },
        Requirement {
            id: id::INV_014,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an absent notification means false",
            text: "The server MUST treat a REST create or invite without `notification` for a \
                person as if it were false.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 4",
                    evidence: "Setting the flag to true turns notifying on.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "absent notification",
                    evidence: "Absent means false.",
                },
            ],
            why: "True turns notifying on, but no source says what an absent flag means. Sending \
                nothing is the reading that surprises nobody.",
            excluded: None,
        },
        Requirement {
            id: id::INV_015,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an invitation reaches every session of its invitee",
            text: "The server MUST push an invitation to each open session of its invitee.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "several sessions of one person",
                evidence: "The server notifies all of them.",
            }],
            why: "A person with two devices does not know which one will ring. No source says \
                which session is meant.",
            excluded: None,
        },
        Requirement {
            id: id::INV_016,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an invitation arrives once in each session",
            text: "For one invite, the server MUST NOT push more than one `InvitationReceived` to \
                the same session.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Emits one invitation event per frame and has no way to recognise a \
                        repetition.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 23",
                    evidence: "The sample joins on every invitation event.",
                },
            ],
            why: "The SDK raises an event for each frame. An application that joins on invitation, \
                like the guide's sample, would join twice.",
            excluded: None,
        },
        Requirement {
            id: id::INV_017,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an invitation reaches only its invitee",
            text: "The server MUST NOT push an invitation to anybody but its invitee.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Stores the token from the frame for the conference and uses it for \
                        a later fetch and join.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "An invitee receives an invitation with permissions of their own.",
                },
            ],
            why: "The SDK of the wrong person stores the token for the conference. At the next \
                join it uses that token instead of the person's own.",
            excluded: None,
        },
        Requirement {
            id: id::INV_018,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "the invitation names the conference id",
            text: "The invitation MUST name the conference by `conferenceId`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 18",
                    evidence: "An invitation has three properties.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 20",
                    evidence: "The conference id is one of them.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Reads conferenceId and passes it to the application.",
                },
            ],
            why: "The application fetches and joins the conference by that id.",
            excluded: None,
        },
        Requirement {
            id: id::INV_019,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "the invitation names the conference alias",
            text: "The invitation MUST name the alias of the conference, as `confAlias`. The case \
                of its letters may differ, because aliases are case-insensitive (CNF-007).",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 19",
                    evidence: "The alias is a property of the invitation.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Reads confAlias.",
                },
            ],
            why: "Applications show the alias to the invitee.",
            excluded: None,
        },
        Requirement {
            id: id::INV_020,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "the invitation says who invites",
            text: "The invitation MUST have an `inviter` object that identifies the inviter by \
                external id or user id. A name that it gives MUST be the inviter's.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 21",
                    evidence: "Information about the inviting participant is a property of the \
                        invitation.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Reads userId, nickName, externalId and externalAvatarUrl of \
                        inviter, and throws if the object is missing.",
                },
            ],
            why: "Otherwise the invitee cannot tell who sent the invitation. Without the object \
                the SDK throws, and the invitation is lost.",
            excluded: None,
        },
        Requirement {
            id: id::INV_021,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the inviter of a REST invitation is the owner",
            text: "The `inviter` of an invitation sent by REST SHOULD be the owner of the \
                conference.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "inviter of REST invitations",
                evidence: "The owner is the inviter.",
            }],
            why: "The object is required, and a REST call has no participant behind it. The \
                application created the conference in the owner's name.",
            excluded: None,
        },
        Requirement {
            id: id::INV_022,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an invitation to a protected conference has a token",
            text: "An SDK invitation to a protected conference MUST carry a conference access \
                token of the invitee, as `confToken`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Invitees receive an invitation with a token and permissions of \
                        their own.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Uses confToken as the token for joining.",
                },
            ],
            why: "Otherwise the invitee cannot join, because the SDK has no other way to get a \
                token.",
            excluded: None,
        },
        Requirement {
            id: id::INV_023,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an invitation to an unprotected conference has no token",
            text: "An SDK invitation to an unprotected conference SHOULD NOT carry a `confToken`.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "unprotected conferences",
                evidence: "No token where no token is needed.",
            }],
            why: "Joining needs no token, and the SDK would show only the permissions in the \
                token.",
            excluded: None,
        },
        Requirement {
            id: id::INV_024,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a REST notification carries the invitee's token",
            text: "An invitation sent by REST to a protected conference SHOULD carry the invitee's \
                conference access token as `confToken`.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Fetch and join after an invitation use the token from the frame. \
                        Without it, the join has no token.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 23",
                    evidence: "The sample joins directly on the invitation.",
                },
            ],
            why: "Otherwise an application that joins on invitation, like the guide's sample, is \
                refused.",
            excluded: None,
        },
        Requirement {
            id: id::INV_025,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a missed SDK invitation does not arrive later",
            text: "The server MUST NOT deliver an SDK invitation to a person without an open \
                session when that person opens a session later.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 14",
                evidence: "Somebody without an open session when the invitation is sent does not \
                    receive it.",
            }],
            why: "The inviter is told to send it again. A stale invitation would arrive as well, \
                to a conference that may be over.",
            excluded: None,
        },
        Requirement {
            id: id::INV_026,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a missed REST notification does not arrive later",
            text: "The server MUST NOT deliver a REST notification to a person without an open \
                session when that person opens a session later.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 5",
                    evidence: "Only people with an open session can receive the notification of a \
                        create.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 12",
                    evidence: "The same holds for an invite.",
                },
            ],
            why: "Only people with an open session are notified. A late notification would call \
                people to conferences that may be over.",
            excluded: None,
        },
        Requirement {
            id: id::INV_027,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "inviting somebody offline succeeds and is announced",
            text: "The server MUST accept an SDK invite of a person without an open session, and \
                participants see the person added as Reserved.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 14",
                    evidence: "A person without a session does not receive the invitation. The \
                        guide mentions no error.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting somebody offline",
                    evidence: "The request succeeds, and the status Reserved does not depend on \
                        delivery.",
                },
            ],
            why: "The guide says only that the person does not receive the invitation. An error \
                would tell the inviter who is online, which the platform otherwise does not do.",
            excluded: None,
        },
        Requirement {
            id: id::INV_028,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an invitation sent again reaches a person who is now online",
            text: "The server MUST deliver an invitation that is sent again after the person has \
                opened a session.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 15",
                evidence: "The inviter has to send the invitation again.",
            }],
            why: "Sending again is the only remedy that the guide gives.",
            excluded: None,
        },
        Requirement {
            id: id::INV_029,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviting to a protected conference before joining is refused",
            text: "The server MUST refuse an SDK invite to a protected conference by somebody who \
                has not joined it.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 4",
                    evidence: "Invitations are sent only while in the conference.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "For protected conferences the invitation has to name the current \
                        conference, and the inviter has to join before inviting.",
                },
            ],
            why: "Only participants may bring people in, and the caller has not shown a conference \
                token.",
            excluded: None,
        },
        Requirement {
            id: id::INV_030,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "somebody who left a protected conference cannot invite",
            text: "The server MUST refuse an SDK invite to a protected conference by somebody who \
                has left it.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 4",
                evidence: "Invitations are sent only while in the conference.",
            }],
            why: "Only participants may bring people in.",
            excluded: None,
        },
        Requirement {
            id: id::INV_031,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an unprotected invite before joining may be refused or served",
            text: "The server MAY refuse or serve an SDK invite to an unprotected conference \
                before the inviter joins.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 4",
                    evidence: "Invitations are sent only while in the conference.",
                },
                Source {
                    document: Document::ReactNativeSdk,
                    at: "invite, Android module",
                    evidence: "Its comment allows any conference, not only the current one, if \
                        it is unprotected.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unprotected, before joining",
                    evidence: "Both outcomes are accepted.",
                },
            ],
            why: "The guide's rule to invite from within the conference covers both kinds. But \
                clients can and do invite before joining, and the sources leave the outcome open.",
            excluded: None,
        },
        Requirement {
            id: id::INV_032,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviting without the INVITE permission is refused",
            text: "The server MUST refuse an SDK invite by a participant without the INVITE \
                permission, and invite nobody.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Documents inviting as reserved for participants who hold INVITE.",
                },
                Source {
                    document: Document::AndroidSdkReference,
                    at: "NotificationService.invite",
                    evidence: "Says the same.",
                },
            ],
            why: "Otherwise everybody who was let in could let others in.",
            excluded: None,
        },
        Requirement {
            id: id::INV_033,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "all participants see the invitee added as Reserved",
            text: "When people are invited by SDK, the server MUST push to each session that has \
                joined the conference, the inviter's included, a `ParticipantAdded` for each of \
                them with the status RESERVED.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 32",
                    evidence: "The server adds the invitees with the status Reserved.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 33",
                    evidence: "All participants of the conference get the participantAdded event.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantAdded",
                    evidence: "Emits participantAdded for a person not known before.",
                },
            ],
            why: "Otherwise participants could not see who is expected.",
            excluded: None,
        },
        Requirement {
            id: id::INV_034,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a REST invite is announced to the participants",
            text: "The server SHOULD announce a REST invite to the participants by \
                `ParticipantAdded` with the status RESERVED, like an SDK invite.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "REST invites are announced",
                evidence: "The server sends the same news for both ways of inviting. Silence is \
                    accepted.",
            }],
            why: "The guide says so only for SDK invites. Participants care who is expected, not \
                who sent the request.",
            excluded: None,
        },
        Requirement {
            id: id::INV_035,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST invite gives a joined person nothing new",
            text: "For a person who has already joined, the server MUST NOT generate a token or \
                send an invitation on a REST invite.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.invite",
                evidence: "For people who are already in the conference, no new token is generated \
                    and no invitation is sent.",
            }],
            why: "A new token could change the permissions of an active participant, and an \
                invitation would make the client join again.",
            excluded: None,
        },
        Requirement {
            id: id::INV_036,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK invite sends a joined person nothing",
            text: "On an SDK invite that names somebody who has already joined, the server MUST \
                NOT push an invitation or a token to that person.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Documents the rule for the REST call.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting who has joined",
                    evidence: "The SDK call behaves like the REST call.",
                },
            ],
            why: "The rule is documented only for REST. The same reasons hold here.",
            excluded: None,
        },
        Requirement {
            id: id::INV_037,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "inviting a Reserved person again sends a fresh token",
            text: "When somebody who is Reserved is invited again, the server MUST push a new \
                invitation with a token that lets the person join.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 15",
                    evidence: "An invitation may have to be sent again.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantAdded",
                    evidence: "A second frame for the same person shows as participantUpdated.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting again",
                    evidence: "Each invitation has a fresh token. The first token stays valid \
                        (TOK-006).",
                },
            ],
            why: "The guide tells the inviter to send again, and the person may have lost the \
                first invitation. Whether a second ParticipantAdded follows is left open.",
            excluded: None,
        },
        Requirement {
            id: id::INV_038,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "somebody who left can be invited again",
            text: "The server MUST let somebody who left the conference be invited again. The \
                person becomes Reserved again.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "inviting who has left",
                evidence: "The person counts as a newcomer. Both frames are accepted.",
            }],
            why: "People come back. The server may notify participants by ParticipantAdded or \
                ParticipantUpdated, because no source settles which.",
            excluded: None,
        },
        Requirement {
            id: id::INV_039,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "inviting an empty list of people succeeds",
            text: "The server SHOULD accept an invite with an empty list of people and do nothing.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "empty list",
                evidence: "Success without effect.",
            }],
            why: "The request asks for nothing, and nothing is wrong with it. Applications that \
                build the list need no special case.",
            excluded: None,
        },
        Requirement {
            id: id::INV_040,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a person invited may decline",
            text: "A person invited MAY decline, and participants then see the status Decline.",
            sources: &[
                Source {
                    document: Document::AndroidSdkReference,
                    at: "NotificationService.decline",
                    evidence: "Declines an invitation; the Web SDK has no such method.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "NotificationService",
                    evidence: "The others see the status Decline. After joining, declining is not \
                        notified.",
                },
            ],
            why: "It is part of the vendor's mobile SDKs.",
            excluded: Some(
                "No client whose requests are known can decline. The path and body of the call are \
                    unknown, so a check has nothing to send.",
            ),
        },
        Requirement {
            id: id::INV_041,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "the application and the SDK act as they like",
            text: "The application MAY pass tokens on, run callbacks, join on invitation and track \
                who is online, as it likes.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 6",
                    evidence: "The application can hand the tokens to the people.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 8",
                    evidence: "The SDK handles the token and users do not see it.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 13",
                    evidence: "The application itself has to announce who is online.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 23",
                    evidence: "A sample shows an application that fetches and joins on invitation.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 24",
                    evidence: "The sample names the methods by which a user joins.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 34",
                    evidence: "The application's callback runs, and the person joins \
                        automatically.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 9",
                    evidence: "The client application decides what to do with a notification.",
                },
            ],
            why: "These sentences describe the client. A server sees only the resulting calls, and \
                those have rows of their own.",
            excluded: Some(
                "This row binds the application and the SDK, not a server. The rows on joining and \
                    tokens cover what a server must do when they call it.",
            ),
        },
        Requirement {
            id: id::INV_042,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "introductions and pointers to other pages bind nobody",
            text: "Introductions and pointers to other pages MAY be read for background. They \
                require nothing of a server.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 3",
                    evidence: "Points to the page on protected conferences.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 2",
                    evidence: "Introduces the three conditions for inviting.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 6",
                    evidence: "Introduces the instructions for inviting through the SDK.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 22",
                    evidence: "Points to the page on notifications.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 25",
                    evidence: "Points to the page on joining.",
                },
            ],
            why: "They are listed to cover the guide completely.",
            excluded: Some(
                "A pointer or an introduction requires nothing of a server. The items that it \
                    introduces have rows of their own.",
            ),
        },
        Requirement {
            id: id::INV_043,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a claimed id may receive invitations to protected conferences",
            text: "The server MAY push an invitation to a protected conference to a session that \
                only claims the external id of the invitee, with a client access token that names \
                nobody. A server that demands verified ids does not.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "Without an external id in the token, the identity cannot be \
                        verified.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "types/models/Options.d.ts",
                    evidence: "The external id is given when a session is opened, and is needed \
                        to be invited.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unverified sessions",
                    evidence: "Both are right. Whoever gives out client access tokens without an \
                        external id trusts the claims of their holders.",
                },
            ],
            why: "Published applications use claimed ids (JOIN-024). A server may still demand \
                verified ones, because anybody with such a token can claim another person's id.",
            excluded: None,
        },
        Requirement {
            id: id::INV_044,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "the invitation says all that is known of the inviter",
            text: "The `inviter` of an SDK invitation SHOULD name the inviter's user id, \
                external id and name, each of which the server knows.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 21",
                    evidence: "Information about the inviting participant is a property of the \
                        invitation.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Reads userId, nickName, externalId and externalAvatarUrl of \
                        inviter, and passes them to the application.",
                },
            ],
            why: "The application shows the invitee who is calling. Without the name it shows \
                nobody.",
            excluded: None,
        },
        Requirement {
            id: id::INV_045,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a repeated REST create may leave out the tokens of participants",
            text: "When a REST create names an existing alias and a person who has joined that \
                conference, the server MAY leave out the token of that person.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "For a person who is in the conference already, no token is \
                        generated.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "REST create of an existing alias",
                    evidence: "Both outcomes are accepted, and the report says which one was \
                        seen.",
                },
            ],
            why: "TOK-002 demands a token for everybody named in a create, INV-035 forbids one \
                for a person who has joined. For a create that finds an existing conference, both \
                apply.",
            excluded: None,
        },
    ],
};
