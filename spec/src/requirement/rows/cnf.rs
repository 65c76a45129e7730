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
            text: "A REST create request as the published clients send it MUST succeed and answer \
                a `conferenceId`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 1",
                    evidence: "Create is one of the two REST calls that let an application server \
                        invite people.",
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
                    evidence: "Sends the same body, with true for dolbyVoice in every case.",
                },
            ],
            why: "Nothing else can be done by REST without a conference.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a conference created by REST is protected",
            text: "A conference created by REST MUST be protected: joining it needs a conference \
                access token, and `isProtected`, where answered, is true.",
            sources: &[Source {
                document: Document::Guide,
                at: "rest 2",
                evidence: "The create call makes protected conferences.",
            }],
            why: "The application hands out tokens and relies on nobody else getting in.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "creating a conference by SDK succeeds",
            text: "An SDK create request as the Web SDK sends it MUST succeed and answer a \
                `conferenceId`.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 16",
                    evidence: "Inviting starts with the inviter creating a conference and joining \
                        it.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.create",
                    evidence: "Sends alias, type, regions and parameters, and reads the conference \
                        id of the answer.",
                },
            ],
            why: "The inviter cannot begin: the first step of inviting fails.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_004,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "an SDK create says whether it is protected",
            text: "The answer to an SDK create MUST say by a boolean `isProtected` whether the \
                conference is protected, and joining MUST behave accordingly. Either value is \
                right: it is a setting of the application.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "conference.create",
                    evidence: "Reads isProtected from the answer and shows it to the application.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-enhanced-conference-access-control",
                    evidence: "Access control is a setting of the application and off by default; \
                        when on, joining needs a conference access token.",
                },
            ],
            why: "The SDK and its application decide by this field whether permissions and tokens \
                matter.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_005,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an unprotected create gives no owner token",
            text: "The answer to an SDK create of an unprotected conference SHOULD NOT have an \
                `ownerToken`.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "unprotected conferences",
                evidence: "Tokens belong to protected conferences; an unprotected one is \
                        simpler without.",
            }],
            why: "There is nothing to own: everybody has all permissions. The SDK would take the \
                token for a sign of protection and limit itself to it.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an existing alias gives the existing conference",
            text: "Creating a conference with the alias of one that exists MUST answer that \
                conference, with `isNew` false; the first create answers `isNew` true.",
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
                    evidence: "Creating with the alias of an existing conference gives that \
                        conference.",
                },
            ],
            why: "People who agree on an alias would each sit alone in a conference of their own.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "aliases are compared without regard to case",
            text: "Aliases that differ only in case MUST name the same conference.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "conferencing-javascript",
                    evidence: "Aliases are documented as case-insensitive.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "ConferenceOptions.alias",
                    evidence: "The alias is compared without regard to case.",
                },
            ],
            why: "People who type an alias differently would not meet.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_008,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an alias of 250 characters is accepted",
            text: "An alias of 250 characters MUST be accepted.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "conferencing-javascript",
                evidence: "An alias has up to 250 characters: letters, digits and symbols \
                        other than the number sign.",
            }],
            why: "Applications may use the whole length that is documented.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_009,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a longer alias, or one with '#', is refused",
            text: "An alias of more than 250 characters, or one that contains `#`, SHOULD be \
                refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "conferencing-javascript",
                evidence: "An alias has up to 250 characters and no number sign.",
            }],
            why: "Cutting it short or dropping the sign would silently bring strangers together.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_010,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "conferences without an alias are distinct",
            text: "Two creates without an alias (absent or an empty string) MUST give two \
                different conferences.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "conference.create",
                evidence: "Sends an empty alias when the application gives none.",
            }],
            why: "The SDK sends an empty string when the application names none; treating it as \
                one shared alias would put strangers into one conference.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_011,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "two simultaneous creates of one alias give one conference",
            text: "Two creates with one alias at the same moment MUST give one conference, and \
                exactly one of the answers says that it is new.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "simultaneous creates",
                evidence: "The rule for an existing alias is kept under a race.",
            }],
            why: "Documented for one after the other; at the same moment nothing is said. Two \
                conferences with one alias would make later creates arbitrary.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_012,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "the owner creating again gets an owner token again",
            text: "When the owner of a protected conference creates its alias again, the answer \
                MUST have an `ownerToken` again.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "owner creates again",
                evidence: "The owner's way back is settled here; no source tells it.",
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
            text: "A REST create of an existing alias in the name of somebody else SHOULD leave \
                the owner as it is and answer the existing conference.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "REST create of an existing alias",
                evidence: "The first owner stays.",
            }],
            why: "Otherwise an alias could be taken over. No source settles it; an ownerToken for \
                the second name is accepted but reported.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a new conference waits for its first participant",
            text: "A conference that nobody has joined yet MUST be kept for at least 30 seconds \
                after it was created.",
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
                    evidence: "Tells the same minimum.",
                },
            ],
            why: "The inviter creates first and joins second; a conference that is gone in between \
                cannot be joined.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an emptied conference is kept for its ttl",
            text: "A conference created with a `ttl` MUST be kept for that many seconds after the \
                last participant left.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "ConferenceParameters.ttl",
                evidence: "ttl is the time in seconds for which an empty conference is kept; 0 \
                        by default.",
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
            text: "Terminating an ongoing conference by REST MUST succeed.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.terminate",
                    evidence: "Ends an ongoing conference and removes all remaining participants.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "conference.terminate",
                    evidence: "Sends the same call without a body and takes any 2xx for success.",
                },
            ],
            why: "An application server could not end a conference.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_017,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a terminated conference cannot be joined",
            text: "A conference that was terminated MUST NOT be joinable, with any token.",
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
            why: "The application ended it; people would go on in it.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_018,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "participants hear that their conference is destroyed",
            text: "When a conference is terminated, each session that joined it MUST get a \
                `ConferenceDestroyed` frame that names it by `conferenceId`.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "ConferenceDestroyed",
                    evidence: "Compares conferenceId with its current conference; on a match \
                        leaves and emits the ended event.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.terminate",
                    evidence: "All remaining participants are removed.",
                },
            ],
            why: "The SDK leaves and tells its application only on this frame; otherwise people \
                sit in a conference that no longer exists.",
            excluded: None,
        },
        Requirement {
            id: id::CNF_019,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a conference ends after three hours",
            text: "A conference MUST end after the time limit of the application, three hours by \
                default.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "conferencing-javascript",
                evidence: "The default time limit of a conference is three hours.",
            }],
            why: "Forgotten conferences would live for ever, and so would their tokens.",
            excluded: Some(
                "It takes three hours to see, and the limit is a setting that cannot be read from \
                    outside.",
            ),
        },
        Requirement {
            id: id::CNF_020,
            level: Level::May,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "media, recording, monitoring and webhooks",
            text: "A server MAY offer media, recording, streaming, spatial audio, monitoring and \
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
                    evidence: "Without a session description in the answer the SDK joins without \
                        media.",
                },
            ],
            why: "They belong to the vendor's platform, but inviting people does not need them.",
            excluded: Some(
                "This specification is about inviting people: none of these features changes who \
                    is invited, who may join or who hears of it, and a server without them can \
                    conform.",
            ),
        },
    ],
};
