//! Conferences.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "CNF",
    title: "Conferences",
    rows: &[
        Requirement {
            id: id::CNF_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "creating a conference by REST succeeds",
            text: "The server MUST accept a REST create request as the published clients send it \
                and answer a `conferenceId`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 1",
                    evidence: "Create is one of the two REST calls with which an application \
                        server can invite people.",
                },
                Source {
                    document: Document::Guide,
                    at: "rest 2",
                    evidence: "The create call makes the conference and can invite people to it.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.create_conference",
                    evidence: "Sends the owner's external id with all its parameters and reads the \
                        conference id.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "conference.createConference",
                    evidence: "Sends the same body, always with dolbyVoice true.",
                },
            ],
            why: "Without a conference, nothing else can be done by REST.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a conference created by REST is protected",
            text: "The server MUST protect a conference that a REST create makes: joining it \
                requires a conference access token, and `isProtected`, where present in the \
                response, is true. CNF-026 is about a create that finds an existing conference.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 2",
                    evidence: "The create call makes protected conferences.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "Conference.isProtected",
                    evidence: "Disagrees in part: true when a token is used and access control is \
                        switched on for the application.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Access control is switched on for an application.",
                },
            ],
            why: "The application hands out tokens and relies on nobody else getting in. The \
                sources disagree on whether access control must be switched on for the \
                application first; the guide makes no such exception. Run this against an \
                application that has it switched on.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "creating a conference by SDK succeeds",
            text: "The server MUST accept an SDK create request as the Web SDK sends it and answer \
                a `conferenceId`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 16",
                    evidence: "To invite people, the inviter first creates a conference and joins \
                        it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.create",
                    evidence: "Sends alias, type, regions and parameters, and reads the conference \
                        id from the response.",
                },
            ],
            why: "Otherwise the first step of inviting fails.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an SDK create says whether it is protected",
            text: "The response to an SDK create MUST say by a boolean `isProtected` whether the \
                conference is protected, and the server treats joins accordingly. Both values are \
                correct, because protection is a setting of the application.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "conference.create",
                    evidence: "Reads isProtected from the response and shows it to the \
                        application.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Access control is a setting of the application and off by default. \
                        When it is on, joining requires a conference access token.",
                },
            ],
            why: "From this field the SDK and its application decide whether permissions and \
                tokens matter.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_005,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an unprotected create gives no owner token",
            text: "The response to an SDK create of an unprotected conference SHOULD NOT have an \
                `ownerToken`.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "unprotected conferences",
                evidence: "Tokens belong to protected conferences. An unprotected conference is \
                    simpler without one.",
            }],
            why: "An unprotected conference has nothing to own, because everybody has all \
                permissions. The SDK would take the token as a sign of protection and limit itself \
                to its permissions.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an existing alias gives the existing conference",
            text: "The server MUST answer a create with the alias of an existing conference with \
                that conference. It MUST NOT say `isNew` true in that response, nor `isNew` false \
                in the response to the create that made the conference.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.create",
                    evidence: "With an alias in use, the existing conference is returned, and \
                        isNew tells which case it was.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "conferencing-javascript",
                    evidence: "Creating with the alias of an existing conference returns that \
                        conference.",
                },
            ],
            why: "Otherwise people who agree on an alias would each sit alone in a conference of \
                their own.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "aliases are case-insensitive",
            text: "The server MUST treat aliases that differ only in case as names of the same \
                conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "conferencing-javascript",
                    evidence: "Documents aliases as case-insensitive.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferenceOptions.alias",
                    evidence: "The alias is case-insensitive.",
                },
            ],
            why: "Otherwise people who type an alias differently would not meet.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an alias of 250 characters is accepted",
            text: "The server MUST accept an alias of 250 characters.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "conferencing-javascript",
                evidence: "An alias has up to 250 characters: letters, digits and symbols \
                        other than the number sign.",
            }],
            why: "Applications may use the full documented length.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_009,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a longer alias, or one with '#', is refused",
            text: "The server SHOULD refuse an alias of more than 250 characters, and in an SDK \
                create one that contains `#`.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "conferencing-javascript",
                evidence: "An alias has up to 250 characters and no number sign.",
            }],
            why: "Truncating it or dropping the sign would silently bring strangers together.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_010,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "two creates without an alias give two conferences",
            text: "The server MUST create two different conferences for two creates without an \
                alias (absent or an empty string).",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.create",
                evidence: "Sends an empty alias when the application gives none.",
            }],
            why: "The SDK sends an empty string when the application names no alias. Treating it \
                as one shared alias would put strangers into one conference.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_011,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "two simultaneous creates of one alias give one conference",
            text: "The server MUST create one conference for two simultaneous creates with one \
                alias. Exactly one of the responses says that it is new.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "simultaneous creates",
                evidence: "The rule for an existing alias is kept under a race.",
            }],
            why: "The rule is documented for consecutive creates. No source says what happens at \
                the same moment. Two conferences with one alias would make later creates \
                arbitrary.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_012,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the owner creating again gets an owner token again",
            text: "When the owner of a protected conference creates its alias again, the response \
                MUST have an `ownerToken` again.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "owner creates again",
                evidence: "This specification settles how the owner gets back in. No source \
                    describes it.",
            }],
            why: "After a page reload the SDK has lost the first token and has no other way to get \
                one.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_013,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "creating an existing alias by REST keeps its owner",
            text: "The server SHOULD keep the owner when a REST create names an existing alias in \
                the name of somebody else, and answer the existing conference.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "REST create of an existing alias",
                evidence: "The first owner stays.",
            }],
            why: "Otherwise anybody could take over an alias. No source settles this. An \
                ownerToken for the second name is accepted but reported.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a new conference waits for its first participant",
            text: "The server MUST keep a conference that nobody has joined yet for at least 30 \
                seconds after its creation.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferenceParameters.ttl",
                    evidence: "An empty conference is kept for at least 30 seconds right after its \
                        creation.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "conferencing-javascript",
                    evidence: "Describes the same minimum.",
                },
            ],
            why: "The inviter creates first and joins second. A conference that disappears in \
                between cannot be joined.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an emptied conference is kept for its ttl",
            text: "The server MUST keep a conference created with a `ttl` for that many seconds \
                after the last participant left.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "ConferenceParameters.ttl",
                evidence: "ttl is the time in seconds for which an empty conference is kept. The \
                    default is 0.",
            }],
            why: "Applications set it so that people can come back, or be invited one after the \
                other.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_016,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "terminating a conference succeeds",
            text: "The server MUST accept a REST request to terminate an ongoing conference.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.terminate",
                    evidence: "Ends an ongoing conference and removes all remaining participants.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "conference.terminate",
                    evidence: "Sends the same call without a body and treats any 2xx as success.",
                },
            ],
            why: "Otherwise an application server could not end a conference.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_017,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a terminated conference cannot be joined",
            text: "The server MUST NOT let anybody join a terminated conference, with any token.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.terminate",
                    evidence: "The conference ends and everybody is removed.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.join",
                    evidence: "Joining a conference that was destroyed is documented to fail with \
                        status 404.",
                },
            ],
            why: "Otherwise people would continue in a conference that the application ended.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_018,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "participants are told that their conference is destroyed",
            text: "When a conference is terminated, the server MUST push to each session that \
                joined it a `ConferenceDestroyed` frame that names the conference by \
                `conferenceId`.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceDestroyed",
                    evidence: "Compares conferenceId with its current conference. On a match it \
                        leaves and emits the ended event.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.terminate",
                    evidence: "All remaining participants are removed.",
                },
            ],
            why: "The SDK leaves and notifies its application only on this frame. Without it, \
                people stay in a conference that no longer exists.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_019,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a conference ends after three hours",
            text: "The server MUST end a conference after the time limit of the application, three \
                hours by default.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "conferencing-javascript",
                evidence: "The default time limit of a conference is three hours.",
            }],
            why: "Otherwise forgotten conferences, and their tokens, would live for ever.",
            excluded: Some(
                "A check would take three hours, and the limit is a setting that cannot be read \
                    from outside.",
            ),
        },
        Requirement {
            id: id::CNF_020,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a server may offer media, recording, monitoring and webhooks",
            text: "The server MAY offer media, recording, streaming, spatial audio, monitoring and \
                webhooks.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "webhooks, monitoring and media pages",
                    evidence: "These features have pages and calls of their own.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.join",
                    evidence: "Without a session description in the response, the SDK joins \
                        without media.",
                },
            ],
            why: "They belong to the vendor's platform, but inviting people does not need them.",
            excluded: Some(
                "This specification covers inviting people. None of these features changes who is \
                    invited, who may join or who is notified, and a server without them can \
                    conform.",
            ),
        },
        Requirement {
            id: id::CNF_021,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a PIN code is a number or a string",
            text: "The server SHOULD accept a PIN code as a number or as a string: `pinCode` in an \
                SDK create, `pincode` or `pinCode` in the parameters of a REST create.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "types/models/Options.d.ts",
                    evidence: "Its type is a number, which is sent as the application gave it.",
                },
                Source {
                    document: Document::DotNetRestClient,
                    at: "conference create",
                    evidence: "Sends pinCode in the parameters.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.create_conference",
                    evidence: "Sends pincode, a string, in the parameters.",
                },
            ],
            why: "Clients disagree on the type and on the spelling. A server that refuses one of \
                them refuses all conferences of its users that have a code.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_022,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an alias with '#' is accepted by REST",
            text: "The server SHOULD accept an alias that contains `#` in a REST create.",
            sources: &[
                Source {
                    document: Document::VendorSamples,
                    at: "dolbyio-podcast-studio",
                    evidence: "The name that it proposes for a new conference contains a number \
                        sign, and goes out as the alias of a REST create.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "conferencing-javascript",
                    evidence: "Only the documentation of the SDK excludes the number sign.",
                },
            ],
            why: "A published application uses such aliases, and no document of the REST plane \
                forbids them.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_023,
            level: Level::Should,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "invited people are told when the conference ends",
            text: "When a conference ends, the server SHOULD push `ConferenceDestroyed` to the open \
                sessions of people who are invited and have not joined (RESERVED), too.",
            sources: &[
                Source {
                    document: Document::ReactNativeSdk,
                    at: "UXKit",
                    evidence: "Stops ringing when this frame names the conference of the \
                        invitation.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceDestroyed",
                    evidence: "Leaves and emits the ended event only if the frame names its \
                        current conference. Otherwise it does nothing.",
                },
            ],
            why: "Otherwise a telephone keeps ringing for a conference that no longer exists.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_024,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a response and an invitation name the right alias",
            text: "Where the response to a create or a join, or an invitation, names the alias \
                of the conference, it MUST be the alias that the conference was created with, in \
                any case.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.create_conference",
                    evidence: "Reads conferenceAlias of the response as the alias of the \
                        conference.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "types of conference",
                    evidence: "Documents conferenceAlias as the alias of the conference.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 19",
                    evidence: "The alias is a property of the invitation.",
                },
            ],
            why: "Applications show the alias to people, and find the conference by it again.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_025,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a create says whether the conference is new",
            text: "The server SHOULD say in its response to a client's create, by `isNew`, whether \
                the conference is new.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.create",
                evidence: "With an alias in use, the existing conference is returned, and isNew is \
                    false. That it is there otherwise is not said.",
            }],
            why: "Without it, a client takes every conference for one that existed.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_026,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an unprotected conference created again by REST may stay so",
            text: "When a REST create names the alias of an existing unprotected conference, the \
                server MAY leave that conference unprotected or protect it. `isProtected`, where \
                the response has it, says which.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 2",
                    evidence: "The Create REST API creates protected conferences.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.create",
                    evidence: "With an alias in use, the existing conference is returned.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "an unprotected conference created again",
                    evidence: "Both outcomes are accepted, and the report says which one was \
                        seen.",
                },
            ],
            why: "The guide speaks of conferences that the request creates. Here the request \
                finds one, and its participants have no tokens. No source says what becomes of \
                it.",
            excluded: None,
        },
    ],
};
