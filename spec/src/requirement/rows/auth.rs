//! API tokens and client access tokens.

use crate::requirement::{Area, Basis, Document, Level, Profile, Requirement, Source, id};

pub(super) const AREA: Area = Area {
    prefix: "AUTH",
    title: "API tokens and client access tokens",
    rows: &[
        Requirement {
            id: id::AUTH_001,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a key and secret buy an API token",
            text: "A request with a valid application key and secret (basic authentication, grant \
                type client credentials) MUST be answered with an access token.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "An application authenticates with its key and secret and receives \
                        an API token.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Sends the key and secret as basic authentication with a form body \
                        and reads the access token of the answer.",
                },
            ],
            why: "Without an API token an application server can make no call at all.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "the API token's type is Bearer",
            text: "The answer to a request for an API token MUST name its token type as `Bearer`.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "Authorization header",
                evidence: "Sends the token type of the answer, followed by the token, as its \
                        Authorization header on every call.",
            }],
            why: "The Node client writes this word before the token in every later request, so \
                that with any other word its requests are refused.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a wrong key or secret buys no token",
            text: "A token request with an unknown key or a wrong secret MUST be refused.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "The key and secret are what authenticates an application.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Documents basic authentication with the key and secret as the only \
                        proof.",
                },
            ],
            why: "Everybody could act as any application.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "REST calls need a valid API token",
            text: "A call of the REST plane without an API token, or with a token that the server \
                did not issue, MUST be refused.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-api-authentication",
                evidence: "REST calls are authorised by the API token in a bearer header.",
            }],
            why: "Anybody could create, invite to and end the conferences of any application.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an expired API token is refused",
            text: "An API token whose lifetime is over MUST be refused.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "The lifetime asked for is documented as the time after which the \
                        token expires; 86,400 seconds at most.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "API tokens are valid for a limited time.",
                },
            ],
            why: "A leaked token would stay dangerous for ever, although the application asked for \
                a short life.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an API token does no more than its scopes",
            text: "An API token that was limited to certain scopes MUST NOT allow calls outside \
                them. A token asked for without scopes allows every call.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "authentication.get_api_token",
                evidence: "Scopes control what a token may do, are compared by case, and when \
                        left out leave the token unrestricted.",
            }],
            why: "An application limits a token's scope so that whoever gets hold of it can do \
                little; ignoring the limit defeats that.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an API token buys a client access token",
            text: "With an API token, a client access token request that names an external id MUST \
                be answered with an access token.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "Asks for a client access token for an external id and reads the \
                        access token of the answer.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "The external id of a user is fixed when the application asks for \
                        the client access token.",
                },
            ],
            why: "No client of the application can open a session without it.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a client access token is a JWT with exp",
            text: "A client access token MUST be a JWT whose payload has a numeric `exp`, in \
                seconds.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "token refresh",
                evidence: "Reads exp from the payload of the client access token and plans the \
                        refresh at a half, three quarters and the whole of the remaining time.",
            }],
            why: "The Web SDK decodes the payload and sets its refresh timers by exp; without it, \
                the application is never asked for a new token in time.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "each client's spelling of the lifetime is accepted",
            text: "A client access token request MUST be accepted with the lifetime spelled \
                `expires_in` or `expiresIn`, as a number or as a string, and with a `grant_type` \
                and no external id.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "Sends expires_in as a number.",
                },
                Source {
                    document: Document::NodeRestClient,
                    at: "communications.authentication.getClientAccessTokenV2",
                    evidence: "Sends expiresIn as a number.",
                },
                Source {
                    document: Document::DotNetRestClient,
                    at: "client access token",
                    evidence: "Sends grant_type and expires_in as a string, and no external id.",
                },
            ],
            why: "The published clients differ in exactly these points; refusing one form shuts \
                out all applications built on that client.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a client access token lives no longer than asked",
            text: "A client access token asked for with a lifetime MUST NOT stay valid for longer \
                than that lifetime.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "expires_in is documented as the time until expiry, from 1 second to \
                        86,400 seconds.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-accessing-dolbyio-platform",
                    evidence: "The lifetime of a client access token is set in the request, with a \
                        day as the limit.",
                },
            ],
            why: "Applications give short-lived tokens to browsers; a longer life than asked for \
                is a leak.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_011,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a client access token lasts an hour by default",
            text: "A client access token asked for without a lifetime SHOULD last 3,600 seconds.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "communications.authentication.get_client_access_token_v2",
                evidence: "The default lifetime is documented as 3,600 seconds.",
            }],
            why: "Applications that name no lifetime rely on about an hour between two refreshes.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_012,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "an expired client access token is refused",
            text: "A client access token whose `exp` is past MUST be refused on the SDK plane.",
            sources: &[
                Source {
                    document: Document::PublicIssues,
                    at: "issue 15",
                    evidence: "The real server answered an expired client access token with status \
                        401, reason Invalid_token and the words \"Expired or invalid token\".",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-accessing-dolbyio-platform",
                    evidence: "Client access tokens are valid for a limited time.",
                },
            ],
            why: "A person whose access the application let run out would keep it.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a client token does no more than its scopes",
            text: "A client access token that was limited to certain session scopes MUST NOT allow \
                actions outside them. One asked for without scopes is unrestricted.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "communications.authentication.get_client_access_token_v2",
                evidence: "Session scopes are documented as what the holder may do: create \
                        conferences, set notifications, convert files, update the session; none \
                        given means unrestricted.",
            }],
            why: "An application withholds conf:create so that its users cannot create \
                conferences; ignoring that defeats it.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_014,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a token with only unknown scopes may do nothing",
            text: "A token that was asked for with unknown scopes only MUST NOT allow any call \
                that a scope governs. Refusing to issue it is accepted too.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Wrong scope values are dropped; a token without scopes is \
                        unrestricted. What follows when all are wrong is not said.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unknown scopes only",
                    evidence: "Nothing valid was asked for, so nothing is granted.",
                },
            ],
            why: "Wrong scopes are documented as dropped, and no scopes as unrestricted. Reading \
                the two together, a typing error would give full rights, so the cautious reading \
                is settled here.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_015,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a client access token opens no REST call",
            text: "A client access token in place of an API token MUST be refused on the REST \
                plane.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "planes kept apart",
                evidence: "No source says it in words; the two tokens have separate purposes, \
                        and mixing them would undo the split.",
            }],
            why: "Client access tokens are handed to browsers. If one opened the REST plane, every \
                user could administer the application.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_016,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "signing in with key and secret succeeds",
            text: "Signing in with key and secret on the SDK plane (`/v1/oauth2/token`) MUST be \
                answered with an `access_token`. JSON and form bodies are both in use.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "initialize and open",
                evidence: "Posts a JSON body with the grant type, with the key and secret as \
                        basic authentication, and uses the access token of the answer on every \
                        later call.",
            }],
            why: "Applications that initialise the SDK with key and secret cannot open a session \
                otherwise.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_017,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a sign-in can be refreshed",
            text: "A refresh request with the `refresh_token` of a sign-in MUST be answered with a \
                new `access_token`.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "token refresh",
                evidence: "Reads refresh_token from the sign-in answer, posts it to the \
                        refresh address with the same basic credential, and takes access_token \
                        from the answer.",
            }],
            why: "Otherwise a page that signed in with key and secret is cut off when its first \
                token expires.",
            excluded: None,
        },
    ],
};
