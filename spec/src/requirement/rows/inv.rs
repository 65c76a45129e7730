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
            text: "A REST invite to an existing conference, with people keyed by external id, MUST \
                succeed.",
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
                    evidence: "The invite call invites people to a conference that has been \
                        created.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Sends people keyed by external id, each with permissions and the \
                        notification flag.",
                },
            ],
            why: "An application server could not invite anybody.",
            excluded: None,
        },
        Requirement {
            id: id::INV_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST invite answers a flat object of tokens",
            text: "The answer to a REST invite MUST be a flat object with, for each person \
                invited, the external id as key and that person's conference access token as \
                value.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "intro 5",
                    evidence: "The answer to the invite call returns the access tokens of all \
                        people.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 13",
                    evidence: "The answer holds the conference access tokens.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Takes every key of the answer as an external id and every value as \
                        a token; nothing is nested.",
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
            text: "An SDK invite by a participant who may invite MUST succeed.",
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
                        permissions where given; any 2xx will do.",
                },
            ],
            why: "notification.invite rejects in the application, and nobody can be invited from a \
                client.",
            excluded: None,
        },
        Requirement {
            id: id::INV_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "REST invites work for unprotected conferences",
            text: "A REST invite to an unprotected conference MUST succeed. Whether it answers \
                tokens for the people is left open.",
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
            text: "An SDK invite to an unprotected conference MUST succeed and reach its invitee.",
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
                    evidence: "The only thing that differs for protected conferences is that \
                        permissions may be given.",
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
            text: "An SDK invite MUST find its people by external id.",
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
            why: "Applications know people by their external ids; user ids of people outside the \
                conference are unknown to them.",
            excluded: None,
        },
        Requirement {
            id: id::INV_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "one SDK request invites several people",
            text: "One SDK invite that names several people MUST invite each of them.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 31",
                evidence: "The inviter can invite several people by one request.",
            }],
            why: "Some of the people would silently be left out.",
            excluded: None,
        },
        Requirement {
            id: id::INV_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "one REST request invites several people",
            text: "One REST invite that names several people MUST invite each of them and answer a \
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
                    evidence: "The answer holds tokens for the people.",
                },
            ],
            why: "Some of the people would silently be left out.",
            excluded: None,
        },
        Requirement {
            id: id::INV_009,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "one request invites 50 and 1,000 people",
            text: "One request SHOULD be able to invite 50 people, and 1,000 people, by REST and \
                by SDK.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-conference-capacity",
                    evidence: "Conferences of 50 and of 250 people are supported; no limit for \
                        invitations is stated.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "large invitations",
                    evidence: "50 is an ordinary meeting, 1,000 a large audience.",
                },
            ],
            why: "No limit on the people in a request was found; conferences for hundreds are \
                documented, and inviting them should not need many requests.",
            excluded: None,
        },
        Requirement {
            id: id::INV_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK invitation reaches its invitee's session",
            text: "An SDK invitation MUST be pushed to the invitee's open session as \
                `InvitationReceived`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 5",
                    evidence: "Opening a session is what enables a person to receive an \
                        invitation.",
                },
                Source {
                    document: Document::Guide,
                    at: "intro 4",
                    evidence: "People need to open sessions before they are invited through the \
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
            why: "It is the whole purpose of the call.",
            excluded: None,
        },
        Requirement {
            id: id::INV_011,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST invite with notification true is delivered",
            text: "A REST invite with `notification` true MUST push `InvitationReceived` to the \
                person's open session.",
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
            why: "The application asked for it and would wait in vain.",
            excluded: None,
        },
        Requirement {
            id: id::INV_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST create with notification true is delivered",
            text: "A REST create with `notification` true for a person MUST push \
                `InvitationReceived` to that person's open session.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 4",
                    evidence: "The create request offers to notify people by the notification flag \
                        set to true.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 5",
                    evidence: "Those with an open session can receive it.",
                },
            ],
            why: "The application asked for it and would wait in vain.",
            excluded: None,
        },
        Requirement {
            id: id::INV_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "notification false delivers nothing",
            text: "A REST create or invite with `notification` false MUST NOT push an invitation \
                to that person.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 4",
                    evidence: "Notifying is an option, chosen by setting the flag to true.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 11",
                    evidence: "The invite request has the same option.",
                },
            ],
            why: "The application has its own way to tell people; its users would be told twice, \
                or too early.",
            excluded: None,
        },
        Requirement {
            id: id::INV_014,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an absent notification means false",
            text: "A REST create or invite without `notification` for a person MUST be treated as \
                if it were false.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 4",
                    evidence: "Notifying is chosen by setting the flag to true.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "absent notification",
                    evidence: "Absent means false.",
                },
            ],
            why: "Setting it to true is what turns notifying on; what an absent flag means is not \
                said. Silence is the reading that surprises nobody.",
            excluded: None,
        },
        Requirement {
            id: id::INV_015,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an invitation reaches every session of its invitee",
            text: "An invitation MUST be pushed to each open session of its invitee.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "several sessions of one person",
                evidence: "All of them are told.",
            }],
            why: "A person with two devices does not know which one would ring. No source tells \
                which session is meant.",
            excluded: None,
        },
        Requirement {
            id: id::INV_016,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an invitation arrives once in each session",
            text: "One invite MUST NOT push more than one `InvitationReceived` to the same \
                session.",
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
            why: "The SDK raises an event for each frame; an application that joins on invitation, \
                as the guide's sample does, would join twice.",
            excluded: None,
        },
        Requirement {
            id: id::INV_017,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an invitation reaches nobody but its invitee",
            text: "An invitation MUST NOT be pushed to anybody but its invitee.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Stores the token of the frame for the conference and uses it for a \
                        later fetch and join.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "An invitee receives an invitation with own permissions.",
                },
            ],
            why: "The SDK of the wrong person stores the token under the conference and uses it at \
                the next join, in place of that person's own.",
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
                    evidence: "An invitation has certain properties.",
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
            text: "The invitation MUST name the alias of the conference, as `confAlias`.",
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
            why: "Applications show the alias to the person invited.",
            excluded: None,
        },
        Requirement {
            id: id::INV_020,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "the invitation says who invites",
            text: "The invitation MUST have an `inviter` object that tells who invites, by \
                external id or user id. A name that it gives MUST be theirs.",
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
                    evidence: "Reads userId, nickName, externalId and externalAvatarUrl of inviter \
                        and throws if the object is missing.",
                },
            ],
            why: "The person invited cannot tell from whom the invitation comes; without the \
                object the SDK throws and the invitation is lost.",
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
                evidence: "The owner stands as the inviter.",
            }],
            why: "The object has to be there, and a REST call has no participant behind it; the \
                owner is the person in whose name the application created the conference.",
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
                    evidence: "Invitees receive an invitation with a token and own permissions.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Takes confToken as the token for joining.",
                },
            ],
            why: "The person invited cannot join: the SDK has no other way to get a token.",
            excluded: None,
        },
        Requirement {
            id: id::INV_023,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an invitation to an unprotected one has no token",
            text: "An SDK invitation to an unprotected conference SHOULD NOT carry a `confToken`.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "unprotected conferences",
                evidence: "No token where none is needed.",
            }],
            why: "None is needed, and the SDK would limit the permissions that it shows to those \
                of the token.",
            excluded: None,
        },
        Requirement {
            id: id::INV_024,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a notification by REST carries the invitee's token",
            text: "An invitation sent by REST to a protected conference SHOULD carry the invitee's \
                conference access token as `confToken`.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "InvitationReceived",
                    evidence: "Fetch and join after an invitation use the token of the frame; \
                        without it the join has none.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 23",
                    evidence: "The sample joins directly on the invitation.",
                },
            ],
            why: "Otherwise an application that joins on invitation, as the guide's sample does, \
                is refused.",
            excluded: None,
        },
        Requirement {
            id: id::INV_025,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a missed SDK invitation does not arrive later",
            text: "An SDK invitation to a person without an open session MUST NOT be delivered \
                when that person opens a session later.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 14",
                evidence: "Somebody without an open session when the invitation is sent does \
                        not receive it.",
            }],
            why: "The inviter is told to send it again; a stale invitation would come as well, to \
                a conference that may be over.",
            excluded: None,
        },
        Requirement {
            id: id::INV_026,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a missed REST notification does not arrive later",
            text: "A REST notification to a person without an open session MUST NOT be delivered \
                when that person opens a session later.",
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
                    evidence: "The same of an invite.",
                },
            ],
            why: "Only people with an open session are notified; a late notification would call \
                people to conferences that may be over.",
            excluded: None,
        },
        Requirement {
            id: id::INV_027,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "inviting somebody offline succeeds and is announced",
            text: "An SDK invite of a person without an open session MUST succeed, and \
                participants see the person added as Reserved.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 14",
                    evidence: "The person without a session does not receive the invitation; no \
                        error is mentioned.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting somebody offline",
                    evidence: "The request succeeds, and Reserved does not depend on delivery.",
                },
            ],
            why: "The guide says only that the person does not receive it. An error would tell the \
                inviter who is online, which the platform otherwise does not do.",
            excluded: None,
        },
        Requirement {
            id: id::INV_028,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an invitation sent again reaches who is now online",
            text: "An invitation sent again, after the person has opened a session, MUST be \
                delivered.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 15",
                evidence: "The inviter has to send the invitation again.",
            }],
            why: "Resending is the only remedy that the guide gives.",
            excluded: None,
        },
        Requirement {
            id: id::INV_029,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviting to a protected conference before joining fails",
            text: "An SDK invite to a protected conference by somebody who has not joined it MUST \
                be refused.",
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
                        conference, and inviting comes after joining.",
                },
            ],
            why: "Only participants may bring people in; the caller has not shown any conference \
                token either.",
            excluded: None,
        },
        Requirement {
            id: id::INV_030,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "somebody who left a protected conference cannot invite",
            text: "An SDK invite to a protected conference by somebody who has left it MUST be \
                refused.",
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
            title: "inviting to an unprotected one before joining",
            text: "An SDK invite to an unprotected conference before joining MAY be refused or \
                served.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 4",
                    evidence: "Invitations are sent only while in the conference.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unprotected, before joining",
                    evidence: "Both outcomes are accepted.",
                },
            ],
            why: "The guide's rule to invite from within the conference is worded for both kinds, \
                but clients can and do send it; the sources leave it open.",
            excluded: None,
        },
        Requirement {
            id: id::INV_032,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviting without the INVITE permission is refused",
            text: "An SDK invite by a participant without the INVITE permission MUST be refused, \
                and nobody is invited.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Inviting is documented as only for participants who hold INVITE.",
                },
                Source {
                    document: Document::AndroidSdkReference,
                    at: "NotificationService.invite",
                    evidence: "Says the same.",
                },
            ],
            why: "Everybody who was let in could let others in.",
            excluded: None,
        },
        Requirement {
            id: id::INV_033,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "all participants see the invitee added as Reserved",
            text: "When people are invited by SDK, each session that has joined the conference, \
                the inviter's included, MUST get `ParticipantAdded` for each of them with the \
                status RESERVED.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 32",
                    evidence: "The server adds the people invited with the status Reserved.",
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
            why: "Participants could not see who is expected.",
            excluded: None,
        },
        Requirement {
            id: id::INV_034,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a REST invite is announced to the participants",
            text: "A REST invite SHOULD be announced to the participants by `ParticipantAdded` \
                with the status RESERVED, as an SDK invite is.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "REST invites are announced",
                evidence: "Same news for both ways; silence is accepted.",
            }],
            why: "The guide says it of SDK invites only; participants care who is expected, not \
                who sent the request.",
            excluded: None,
        },
        Requirement {
            id: id::INV_035,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST invite gives a joined person nothing new",
            text: "A REST invite that names somebody who has already joined MUST NOT generate a \
                token or send an invitation for that person.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.invite",
                evidence: "For people who are already in the conference no new token is \
                        generated and no invitation is sent.",
            }],
            why: "A new token could change the permissions of a running participant, and an \
                invitation would make the client join again.",
            excluded: None,
        },
        Requirement {
            id: id::INV_036,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an SDK invite sends a joined person nothing",
            text: "An SDK invite that names somebody who has already joined MUST NOT push an \
                invitation or a token to that person.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Says it of the REST call.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting who has joined",
                    evidence: "The SDK call behaves like the REST call.",
                },
            ],
            why: "Documented for REST only; the same reasons hold.",
            excluded: None,
        },
        Requirement {
            id: id::INV_037,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "inviting a Reserved person again sends a fresh token",
            text: "Inviting somebody again who is Reserved MUST push a new invitation with a token \
                that lets the person join.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 15",
                    evidence: "An invitation may have to be sent again.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ParticipantAdded",
                    evidence: "A second one for the same person shows as participantUpdated.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "inviting again",
                    evidence: "A fresh token each time; the first lives on (TOK-006).",
                },
            ],
            why: "The guide tells the inviter to send again; the person may have lost the first \
                one. Whether a second ParticipantAdded follows is left open.",
            excluded: None,
        },
        Requirement {
            id: id::INV_038,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "somebody who left can be invited again",
            text: "Somebody who left the conference MUST be able to be invited again, and becomes \
                Reserved again.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "inviting who has left",
                evidence: "As a newcomer; both frames are accepted.",
            }],
            why: "People come back. Participants may be told by ParticipantAdded or \
                ParticipantUpdated; no source settles which.",
            excluded: None,
        },
        Requirement {
            id: id::INV_039,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "inviting an empty list of people succeeds",
            text: "An invite with an empty list of people SHOULD succeed and do nothing.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "empty list",
                evidence: "Success without effect.",
            }],
            why: "Nothing was asked for and nothing is wrong; applications that build the list \
                need no special case.",
            excluded: None,
        },
        Requirement {
            id: id::INV_040,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "declining an invitation",
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
                    evidence: "The status Decline is shown to the others; after joining, declining \
                        is not notified.",
                },
            ],
            why: "Part of the vendor's mobile SDKs.",
            excluded: Some(
                "No client whose requests are known can decline, so the call's path and body are \
                    unknown and there is nothing to send.",
            ),
        },
        Requirement {
            id: id::INV_041,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "what the application and the SDK do by themselves",
            text: "The application MAY pass tokens on, run callbacks, join on invitation and keep \
                track of who is online, as it likes.",
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
                    evidence: "Telling who is online is left to the application.",
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
                    evidence: "What becomes of a notification depends on the client application.",
                },
            ],
            why: "These sentences describe the client's side: a server sees only the calls that \
                result, and those have rows of their own.",
            excluded: Some(
                "It binds the application and the SDK and no server. What a server must do when \
                    they call it is judged by the rows on joining and tokens.",
            ),
        },
        Requirement {
            id: id::INV_042,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "pointers to other pages and introductions",
            text: "Introductions and pointers to other pages MAY be read for background; they ask \
                nothing of a server.",
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
            why: "They belong to the guide's completeness and bind nobody.",
            excluded: Some(
                "A pointer or an introduction demands nothing of a server; the items that are \
                    introduced have rows of their own.",
            ),
        },
        Requirement {
            id: id::INV_043,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an unverified session gets no protected invitation",
            text: "An invitation to a protected conference MUST NOT be pushed to a session whose \
                client access token names no external id, whatever external id it claims for \
                itself.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "Without an external id in the token the identity cannot be \
                        verified.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unverified sessions",
                    evidence: "They may open, but are told nothing that protection is for.",
                },
            ],
            why: "Anybody with such a token could claim a name and receive the invitations, with \
                tokens, of the person who bears it.",
            excluded: None,
        },
    ],
};
