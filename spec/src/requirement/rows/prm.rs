//! Permissions.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "PRM",
    title: "Permissions",
    rows: &[
        Requirement {
            id: id::PRM_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK invitation without permissions grants the nine defaults",
            text: "An SDK invitation that states no permissions for a person MUST grant the nine \
                defaults: JOIN, SEND_AUDIO, SEND_VIDEO, SHARE_SCREEN, SHARE_VIDEO, SHARE_FILE, \
                SEND_MESSAGE, RECORD, STREAM.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 29",
                    evidence: "The inviter may leave permissions out.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 30",
                    evidence: "The platform then grants the nine.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Lists the same nine.",
                },
                Source {
                    document: Document::AndroidSdkReference,
                    at: "NotificationService.invite",
                    evidence: "Lists the same nine.",
                },
            ],
            why: "Fewer and the person cannot take part; more and the person could invite, kick or \
                change permissions.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST request without permissions grants the nine defaults",
            text: "A REST invite or create that states no permissions for a person MUST grant that \
                person the nine defaults.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 30",
                evidence: "The platform assigns the nine when permissions are not specified; \
                        this is said of the platform, in the part on the SDK.",
            }],
            why: "Fewer and the person cannot take part; more and the person could invite, kick or \
                change permissions.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a set sent as an empty object is accepted",
            text: "Permissions given as an empty object MUST be accepted where a list is expected, \
                in an invite and in an update.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "notification.invite and conference.updatePermissions",
                evidence: "A JavaScript Set is serialised as it is and arrives as an empty \
                        object.",
            }],
            why: "Applications pass the set type that the SDK documents, and the SDK writes it as \
                an empty object; a refusal breaks each such call.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_004,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "null or an empty object means the default set",
            text: "Permissions given as null or as an empty object MUST mean the default set, in \
                REST and SDK invites, in REST creates and in updates.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "notification.invite",
                    evidence: "A Set arrives as an empty object, whatever is in it.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "empty object and null",
                    evidence: "As if nothing had been stated.",
                },
            ],
            why: "The SDK writes every set as an empty object, so what was meant is lost. It is \
                not a choice of none; treating it as nothing stated is the safe reading.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK invitation grants exactly what is given",
            text: "An SDK invitation that states permissions for a person MUST grant exactly \
                those.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 9",
                    evidence: "Permissions of each person can be given in the invitation.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 28",
                    evidence: "Each person invited to a protected conference is given suitable \
                        permissions.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "The invitee receives own permissions.",
                },
            ],
            why: "The person could do less than intended, or more.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST invite grants exactly what is given",
            text: "A REST invite that states permissions for a person MUST grant exactly those.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 11",
                    evidence: "The request holds the permissions of the people.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Sends permissions for each external id.",
                },
            ],
            why: "The person could do less than intended, or more.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST create grants exactly what is given",
            text: "A REST create that states permissions for a person MUST grant exactly those.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "rest 3",
                    evidence: "The request can hold people and their permissions.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.create_conference",
                    evidence: "Sends permissions for each external id.",
                },
            ],
            why: "The person could do less than intended, or more.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_008,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "an empty list of permissions grants none",
            text: "An empty list of permissions MUST grant none.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "empty list of permissions",
                evidence: "An explicit choice of none.",
            }],
            why: "A list was given, so a choice was made; taking it for the default would grant \
                nine permissions to somebody meant to have none.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_009,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "an unknown permission is refused and nothing done",
            text: "A request that names an unknown permission MUST be refused as a whole, with \
                nothing done.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "unknown permissions",
                evidence: "Refused, with nothing granted to anybody in the request.",
            }],
            why: "A misspelt name silently dropped would leave somebody without a right that was \
                meant, and nobody would know.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviters grant no permission that they lack",
            text: "An invitation MUST NOT grant a permission that its inviter does not hold.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Inviters can grant only permissions that they have.",
                },
                Source {
                    document: Document::AndroidSdkReference,
                    at: "NotificationService.invite",
                    evidence: "Says the same.",
                },
            ],
            why: "Somebody could give a friend more rights than held, and then receive them back.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_011,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an over-grant is refused whole or trimmed",
            text: "An SDK invite that states permissions beyond the inviter's MUST either be \
                refused with no effect for anybody in it, or be trimmed to those that the inviter \
                holds.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Says only that more cannot be granted.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "over-grant",
                    evidence: "Refused whole or trimmed; both are accepted.",
                },
            ],
            why: "The documents do not say which. Anything in between, such as inviting half the \
                people, would leave the inviter not knowing what happened.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_012,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "defaults beyond the inviter's own set",
            text: "An invitation without permissions by somebody who holds fewer than the nine \
                defaults MAY be refused, trimmed, or grant the nine.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 30",
                    evidence: "The platform grants the nine when none are stated.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Inviters can grant only permissions that they have.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "default beyond the inviter's",
                    evidence: "All three outcomes are accepted.",
                },
            ],
            why: "One document says that the platform grants the nine, another that inviters grant \
                only what they have.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_013,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "permissions in an unprotected invitation are ignored",
            text: "Permissions in an SDK invitation to an unprotected conference MUST be ignored: \
                the invite succeeds and the person joins.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "permissions in unprotected invitations",
                evidence: "Accepted and without effect.",
            }],
            why: "Applications need not know which kind of conference it is; there is nothing that \
                the permissions could limit.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "updating permissions by REST succeeds",
            text: "A REST request to update the permissions of a person in a protected conference \
                MUST succeed.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.update_permissions",
                evidence: "Sends permissions by external id for people of an ongoing \
                        conference.",
            }],
            why: "An application server could not change what people may do.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST update answers tokens with the new set",
            text: "The answer to a REST update MUST be a flat object with each person's new token \
                by external id, which holds exactly the permissions given.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.update_permissions",
                    evidence: "Reads every key of the answer as an external id and every value as \
                        the new token.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.updatePermissions",
                    evidence: "An update replaces the whole set.",
                },
            ],
            why: "The application server reads the tokens from there; the old ones are void.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_016,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST update revokes the earlier tokens",
            text: "After a REST update, the earlier conference access tokens of that person for \
                that conference MUST be refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Updating permissions revokes the earlier token.",
            }],
            why: "Somebody whose rights were taken away could go on with the old token.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_017,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST update pushes the person's new token",
            text: "A REST update MUST push `UpdateToken` with the new token to the person's \
                session in the conference.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.update_permissions",
                    evidence: "The new token goes straight to the SDK, which stores it and emits \
                        permissionsUpdated.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "Stores the token, makes it current and tells the application if the \
                        set differs.",
                },
            ],
            why: "The SDK would go on with the void token and be refused.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_018,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "updating permissions by SDK succeeds",
            text: "An SDK update of permissions by a participant who may do it MUST succeed.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.updatePermissions",
                    evidence: "Updates the permissions of participants of the current conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.updatePermissions",
                    evidence: "Posts userPermissions with user ids and new permissions; any 2xx \
                        will do.",
                },
            ],
            why: "conference.updatePermissions rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_019,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK update pushes the person's new token",
            text: "An SDK update MUST push `UpdateToken` with the new token to the session of each \
                person updated.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "permissionsUpdated",
                    evidence: "The participant's client is told of the new permissions.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "It is the only way in which a running client gets a new token.",
                },
            ],
            why: "The change would never reach the client that it is about; its old token is void.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_020,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK update replaces the set exactly",
            text: "An SDK update MUST replace the person's permissions by exactly those given.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.updatePermissions",
                evidence: "The new permissions replace the earlier ones.",
            }],
            why: "Adding to the old set would make it impossible to take a right away.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_021,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK update revokes the earlier tokens",
            text: "After an SDK update, the earlier conference access tokens of that person for \
                that conference MUST be refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "Updating permissions revokes the earlier token.",
            }],
            why: "Somebody whose rights were taken away could go on with the old token.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_022,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "updating without UPDATE_PERMISSIONS is refused",
            text: "An SDK update by a participant without the UPDATE_PERMISSIONS permission MUST \
                be refused, and no permission changes.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.updatePermissions",
                    evidence: "Only for participants who hold UPDATE_PERMISSIONS.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions are what allows a participant to perform certain \
                        actions.",
                },
            ],
            why: "Everybody could grant everything to oneself.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_023,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "UpdateToken is spelled exactly so",
            text: "The frame that brings a new token MUST have the type `UpdateToken`, spelled \
                exactly so.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "socket frames",
                evidence: "Understands several spellings, but compares the raw type with this \
                        one to decide whether to acknowledge.",
            }],
            why: "Any other spelling is understood by the SDK but not acknowledged, so a server \
                that waits for the acknowledgement repeats it for ever.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_024,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "UpdateToken carries amu",
            text: "An `UpdateToken` frame MUST carry an `amu`, a string that identifies it.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "socket frames",
                evidence: "Sends ackMessageUuid with the value of amu.",
            }],
            why: "The SDK copies it into its acknowledgement; without it the server cannot tell \
                what was acknowledged.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_025,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "UpdateToken carries the token in content.access_token",
            text: "An `UpdateToken` frame MUST carry the new token as `access_token` in its \
                `content` object.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "UpdateToken",
                evidence: "Reads content.access_token.",
            }],
            why: "The SDK reads it there and throws when the object is missing, so that the client \
                keeps the void token.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_026,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "UpdateToken reaches nobody but its person",
            text: "`UpdateToken` MUST NOT be pushed to anybody but the person whose token it is.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "UpdateToken",
                evidence: "Makes the token current without comparing person or conference.",
            }],
            why: "The SDK makes whatever token arrives its current one, so another person's client \
                would lose its own.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_027,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a repeated UpdateToken keeps its amu",
            text: "An `UpdateToken` that is pushed again MUST keep its `amu` and its token, and \
                MUST NOT be pushed again after it was acknowledged.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "socket frames",
                    evidence: "Acknowledges each UpdateToken by its amu.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "repeated UpdateToken",
                    evidence: "May be repeated until acknowledged.",
                },
            ],
            why: "The acknowledgement exists, but how often a frame is repeated is not known. \
                Repeating is allowed; this keeps it recognisable and bounded.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_028,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "UpdateToken reaches a person who has not joined",
            text: "`UpdateToken` for a person who is not in the conference SHOULD go to that \
                person's open sessions that are in no other conference, and to no session in \
                another one.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "Makes the token current whichever conference the frame names.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "update for who has not joined",
                    evidence: "Sessions without a conference are told; others are left alone.",
                },
            ],
            why: "The person needs the token to join, but the SDK would make it current in \
                whichever conference it is in.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_029,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "over-grants in an update",
            text: "An update that grants permissions beyond the updater's own MAY be refused, \
                trimmed or served.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "The limit is stated for inviting.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "over-grant in an update",
                    evidence: "All three outcomes are accepted.",
                },
            ],
            why: "The limit is documented for invitations only; nothing is said of updates.",
            excluded: None,
        },
    ],
};
