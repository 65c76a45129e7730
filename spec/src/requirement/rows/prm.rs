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
            text: "For an SDK invitation that states no permissions for a person, the server MUST \
                grant the nine defaults: JOIN, SEND_AUDIO, SEND_VIDEO, SHARE_SCREEN, SHARE_VIDEO, \
                SHARE_FILE, SEND_MESSAGE, RECORD, STREAM.",
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
            why: "With fewer, the person cannot take part. With more, the person could invite, \
                kick or change permissions.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_002,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST request without permissions grants the nine defaults",
            text: "For a REST invite or create that states no permissions for a person, the server \
                MUST grant that person the nine defaults.",
            sources: &[Source {
                document: Document::Guide,
                at: "sdk 30",
                evidence: "The platform grants the nine when the request states no permissions. \
                    The part on the SDK says so of the platform as a whole.",
            }],
            why: "With fewer, the person cannot take part. With more, the person could invite, \
                kick or change permissions.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_003,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a set sent as an empty object is accepted",
            text: "The server MUST accept permissions given as an empty object where a list is \
                expected, in an invite and in an update.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "notification.invite and conference.updatePermissions",
                evidence: "Serialises a JavaScript Set unchanged, so it arrives as an empty \
                    object.",
            }],
            why: "Applications pass the set type that the SDK documents, and the SDK writes it as \
                an empty object. A refusal breaks each such call.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_004,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "null or an empty object means the default set",
            text: "The server MUST treat permissions given as null or as an empty object as the \
                default set, in REST and SDK invites, in REST creates and in updates.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "notification.invite",
                    evidence: "A Set arrives as an empty object, whatever it contains.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "empty object and null",
                    evidence: "Both mean that nothing was stated.",
                },
            ],
            why: "The SDK writes every set as an empty object, so the application's choice is \
                lost. An empty object does not mean a choice of none. Treating it as nothing \
                stated is the safe reading.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK invitation grants exactly what is given",
            text: "For an SDK invitation that states permissions for a person, the server MUST \
                grant exactly those.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 9",
                    evidence: "The invitation can state the permissions of each person.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 28",
                    evidence: "Each invitee to a protected conference gets suitable permissions.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "The invitee receives permissions of their own.",
                },
            ],
            why: "Otherwise the person could do less than intended, or more.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST invite grants exactly what is given",
            text: "For a REST invite that states permissions for a person, the server MUST grant \
                exactly those.",
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
            why: "Otherwise the person could do less than intended, or more.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST create grants exactly what is given",
            text: "For a REST create that states permissions for a person, the server MUST grant \
                exactly those.",
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
            why: "Otherwise the person could do less than intended, or more.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_008,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "an empty list of permissions grants none, or the default set",
            text: "For an empty list of permissions, the server MUST grant either none or the \
                default set.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.invite",
                    evidence: "Iterates the list, so an empty one is its only way to state no \
                        permissions.",
                },
                Source {
                    document: Document::ReactNativeSdk,
                    at: "example application",
                    evidence: "Sends an empty list when nothing is ticked.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "empty list of permissions",
                    evidence: "Both readings are accepted.",
                },
            ],
            why: "One client means that nothing was stated, another that nothing was chosen. \
                Anything between the two would surprise both.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_009,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "an unknown permission is refused without effect",
            text: "The server MUST refuse a request that names an unknown permission as a whole, \
                and do nothing.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "unknown permissions",
                evidence: "The server refuses it and grants nothing to anybody in the request.",
            }],
            why: "If the server silently dropped a misspelt name, somebody would lack a permission \
                and nobody would know.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "inviters grant no permission that they lack",
            text: "The server MUST NOT grant by an invitation a permission that its inviter does \
                not hold.",
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
            why: "Otherwise somebody could give a friend more permissions than their own, and then \
                receive them back.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_011,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "an over-grant is refused whole or trimmed",
            text: "On an SDK invite that states permissions beyond the inviter's, the server MUST \
                either refuse it with no effect for anybody in it, or trim the permissions to \
                those that the inviter holds.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Says only that an inviter cannot grant more.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "over-grant",
                    evidence: "Refusing the whole invite and trimming it are both accepted.",
                },
            ],
            why: "The documents do not say which. With anything in between, such as inviting half \
                the people, the inviter would not know what happened.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_012,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "defaults that the inviter lacks may be refused, trimmed or granted",
            text: "On an invitation without permissions by somebody who holds fewer than the nine \
                defaults, the server MAY refuse it, trim it, or grant the nine.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 30",
                    evidence: "The platform grants the nine when the invitation states none.",
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
            text: "The server MUST ignore permissions in an SDK invitation to an unprotected \
                conference: the invite succeeds and the person joins.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "permissions in unprotected invitations",
                evidence: "Accepted and without effect.",
            }],
            why: "Applications need not know which kind of conference it is. In an unprotected \
                conference the permissions limit nothing.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_014,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "updating permissions by REST succeeds",
            text: "The server MUST accept a REST request to update the permissions of a person in \
                a protected conference.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "conference.update_permissions",
                evidence: "Sends permissions by external id for people of an ongoing \
                        conference.",
            }],
            why: "Otherwise an application server could not change what people may do.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a REST update answers tokens with the new set",
            text: "The response to a REST update MUST be a flat object with each person's new \
                token by external id. Each token holds exactly the permissions given.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.update_permissions",
                    evidence: "Treats every key of the response as an external id and every value \
                        as the new token.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.updatePermissions",
                    evidence: "An update replaces the whole set.",
                },
            ],
            why: "The application server reads the tokens from the response. The old ones are \
                revoked.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_016,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST update revokes the earlier tokens",
            text: "After a REST update, the server MUST refuse the earlier conference access \
                tokens of that person for that conference.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "An update of permissions revokes the earlier token.",
            }],
            why: "Otherwise somebody who lost permissions could continue with the old token.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_017,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a REST update pushes the person's new token",
            text: "On a REST update, the server MUST push `UpdateToken` with the new token to the \
                person's session in the conference.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "conference.update_permissions",
                    evidence: "The new token goes directly to the SDK, which stores it and emits \
                        permissionsUpdated.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "Stores the token, makes it current and notifies the application if \
                        the set differs.",
                },
            ],
            why: "Otherwise the SDK would continue with the revoked token and be refused.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_018,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "updating permissions by SDK succeeds",
            text: "The server MUST accept an SDK update of permissions by a participant who may do \
                it.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.updatePermissions",
                    evidence: "Updates the permissions of participants of the current conference.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "conference.updatePermissions",
                    evidence: "Posts userPermissions with user ids and new permissions. It accepts \
                        any 2xx.",
                },
            ],
            why: "Otherwise conference.updatePermissions rejects in the application.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_019,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK update pushes the person's new token",
            text: "On an SDK update, the server MUST push `UpdateToken` with the new token to the \
                session of each person updated.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "permissionsUpdated",
                    evidence: "The participant's client is notified of the new permissions.",
                },
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "The frame is the only way in which a running client gets a new \
                        token.",
                },
            ],
            why: "Otherwise the change would never reach the participant's client, whose old token \
                is revoked.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_020,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK update replaces the set exactly",
            text: "On an SDK update, the server MUST replace the person's permissions by exactly \
                those given.",
            sources: &[Source {
                document: Document::WebSdkReference,
                at: "conference.updatePermissions",
                evidence: "The new permissions replace the earlier ones.",
            }],
            why: "If the server added to the old set, nobody could take a permission away.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_021,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an SDK update revokes the earlier tokens",
            text: "After an SDK update, the server MUST refuse the earlier conference access \
                tokens of that person for that conference.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-enhanced-conference-access-control",
                evidence: "An update of permissions revokes the earlier token.",
            }],
            why: "Otherwise somebody who lost permissions could continue with the old token.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_022,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "updating without UPDATE_PERMISSIONS is refused",
            text: "The server MUST refuse an SDK update by a participant without the \
                UPDATE_PERMISSIONS permission, and change no permission.",
            sources: &[
                Source {
                    document: Document::WebSdkReference,
                    at: "conference.updatePermissions",
                    evidence: "Reserved for participants who hold UPDATE_PERMISSIONS.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 10",
                    evidence: "Permissions allow a participant to perform certain actions.",
                },
            ],
            why: "Otherwise people could grant themselves everything.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_023,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "the type of UpdateToken is spelled exactly so",
            text: "The frame that brings a new token MUST have the type `UpdateToken`, spelled \
                exactly so.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "socket frames",
                evidence: "Understands several spellings, but compares the raw type with this one \
                    to decide whether to acknowledge.",
            }],
            why: "The SDK understands any other spelling but does not acknowledge it. A server \
                that waits for the acknowledgement would repeat the frame for ever.",
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
            why: "The SDK copies it into its acknowledgement. Without it, the server cannot tell \
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
            why: "The SDK reads it there and throws when the object is missing, so the client \
                keeps the revoked token.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_026,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "UpdateToken reaches only the person whose token it carries",
            text: "The server MUST NOT push `UpdateToken` to anybody but the person whose token it \
                is.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "UpdateToken",
                evidence: "Makes the token current without comparing person or conference.",
            }],
            why: "The SDK makes any token that arrives its current one, so another person's client \
                would lose its own.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_027,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "a repeated UpdateToken keeps its amu",
            text: "If the server pushes an `UpdateToken` again, it MUST keep its `amu` and its \
                token. It MUST NOT push the frame again after it was acknowledged.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "socket frames",
                    evidence: "Acknowledges each UpdateToken by its amu.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "repeated UpdateToken",
                    evidence: "The server may repeat the frame until the client acknowledges it.",
                },
            ],
            why: "Clients acknowledge the frame, but no source says how often it is repeated. \
                Repeating is allowed. This rule keeps repetitions recognisable and bounded.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_028,
            level: Level::Should,
            basis: Basis::Chosen,
            profile: Profile::Sdk,
            title: "UpdateToken reaches a person who has not joined",
            text: "The server SHOULD push `UpdateToken` for a person who is not in the conference \
                to that person's open sessions that are in no other conference, and to no session \
                in another one.",
            sources: &[
                Source {
                    document: Document::WebSdk,
                    at: "UpdateToken",
                    evidence: "Makes the token current whichever conference the frame names.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "update for who has not joined",
                    evidence: "Sessions without a conference get it. Others do not.",
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
            title: "an over-grant in an update may be refused, trimmed or served",
            text: "On an update that grants permissions beyond the updater's own, the server MAY \
                refuse it, trim it or serve it.",
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
            why: "The limit is documented only for invitations. No source mentions updates.",
            excluded: None,
        },
        Requirement {
            id: id::PRM_030,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "nobody may invite, update or kick whom no request allowed to",
            text: "For a person for whom a request names no permission (absent, null, an empty \
                object or an empty list), the server MUST NOT grant any beyond the nine defaults: \
                not INVITE, UPDATE_PERMISSIONS or KICK.",
            sources: &[
                Source {
                    document: Document::Guide,
                    at: "sdk 11",
                    evidence: "Only the creator's token has all permissions.",
                },
                Source {
                    document: Document::Guide,
                    at: "sdk 30",
                    evidence: "Where the inviter names none, the platform grants the nine.",
                },
                Source {
                    document: Document::WebSdkReference,
                    at: "notification.invite",
                    evidence: "Lists the same nine. The other three have to be given.",
                },
            ],
            why: "The sources know two ways to these three permissions: to have created the \
                conference, or to be given them by name. An empty object, which the SDK writes for \
                every set, names none. Otherwise each invitee could let others in and throw \
                everybody out.",
            excluded: None,
        },
    ],
};
