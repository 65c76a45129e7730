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
            title: "a valid key and secret get an API token",
            text: "The server MUST answer a request with a valid application key and secret (basic \
                authentication, grant type client credentials) with an access token.",
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
                    evidence: "Sends the key and secret as basic authentication with a form body, \
                        and reads the access token from the response.",
                },
            ],
            why: "Without an API token, an application server can make no calls at all.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_002,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "the API token's type is Bearer",
            text: "The response to a request for an API token MUST name its token type as \
                `Bearer`.",
            sources: &[Source {
                document: Document::NodeRestClient,
                at: "Authorization header",
                evidence: "Sends the token type from the response, followed by the token, as its \
                    Authorization header on every call.",
            }],
            why: "The Node client writes this word before the token in every later request. With \
                any other word, the server refuses those requests.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_003,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a wrong key or secret gets no token",
            text: "The server MUST refuse a token request with an unknown key or a wrong secret.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "The key and secret authenticate an application.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Documents basic authentication with the key and secret as the only \
                        proof of identity.",
                },
            ],
            why: "Otherwise anybody could act as any application.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_004,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "REST calls need a valid API token",
            text: "The server MUST refuse a call of the REST plane without an API token, or with a \
                token that the server did not issue.",
            sources: &[Source {
                document: Document::VendorDocumentation,
                at: "guides-api-authentication",
                evidence: "REST calls are authorised by the API token in a bearer header.",
            }],
            why: "Otherwise anybody could create, invite to and end the conferences of any \
                application.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_005,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an expired API token is refused",
            text: "The server MUST refuse an API token whose lifetime is over.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Documents the requested lifetime as the time after which the token \
                        expires, with 86,400 seconds as the maximum.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "API tokens are valid for a limited time.",
                },
            ],
            why: "Otherwise a leaked token would stay dangerous for ever, although the application \
                asked for a short lifetime.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_006,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an API token allows no more than its scopes",
            text: "The server MUST NOT allow calls outside the scopes of an API token that was \
                limited to certain scopes. A token requested without scopes allows every call.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "authentication.get_api_token",
                evidence: "Scopes control what a token may do and are case-sensitive. Without \
                    scopes the token is unrestricted.",
            }],
            why: "An application limits a token's scopes so that a stolen token can do little. \
                Ignoring the limit defeats that.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_007,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "an API token gets a client access token",
            text: "With an API token, the server MUST answer a client access token request that \
                names an external id with an access token.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "Requests a client access token for an external id and reads the \
                        access token from the response.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-session-and-client-identification",
                    evidence: "The application fixes the external id of a user when it requests \
                        the client access token.",
                },
            ],
            why: "Without it, no client of the application can open a session.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_008,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "a client access token is a JWT with exp",
            text: "A client access token from the server MUST be a JWT whose payload has `exp`, a \
                number of seconds since 1970. It may have a fraction.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "token refresh",
                evidence: "Reads exp from the payload of the client access token and schedules \
                    refreshes at a half, three quarters and the whole of the remaining time.",
            }],
            why: "The Web SDK decodes the payload and sets its refresh timers from exp. Without \
                it, the SDK never asks the application for a new token in time.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_009,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Rest,
            title: "each client's spelling of the lifetime is accepted",
            text: "The server MUST accept a client access token request with the lifetime spelled \
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
            why: "The published clients differ in exactly these points. Refusing one form locks \
                out every application built on that client.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_010,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a client access token lives no longer than requested",
            text: "A client access token that was requested with a lifetime MUST NOT stay valid \
                for longer than that lifetime.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "Documents expires_in as the time until expiry, from 1 second to \
                        86,400 seconds.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-accessing-dolbyio-platform",
                    evidence: "The request sets the lifetime of a client access token, up to one \
                        day.",
                },
            ],
            why: "Applications give short-lived tokens to browsers. A token that lives longer than \
                requested is a leak.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_011,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a client access token lasts an hour by default",
            text: "A client access token that was requested without a lifetime SHOULD last 3,600 \
                seconds.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "communications.authentication.get_client_access_token_v2",
                evidence: "Documents a default lifetime of 3,600 seconds.",
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
            text: "On the SDK plane, the server MUST refuse a client access token whose `exp` is \
                past.",
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
            why: "Otherwise people would keep access that their application let expire.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_013,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a client token allows no more than its scopes",
            text: "The server MUST NOT allow actions outside the session scopes of a client access \
                token that was limited to certain scopes. A token requested without scopes is \
                unrestricted.",
            sources: &[Source {
                document: Document::PythonRestClient,
                at: "communications.authentication.get_client_access_token_v2",
                evidence: "Documents session scopes as what the holder may do: create conferences, \
                    set notifications, convert files, update the session. Without scopes the token \
                    is unrestricted.",
            }],
            why: "An application withholds conf:create so that its users cannot create \
                conferences. Ignoring scopes defeats that.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_014,
            level: Level::Must,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "a token with only unknown scopes allows nothing",
            text: "With a token that was requested with unknown scopes only, the server MUST NOT \
                allow any call that a scope governs. The server may also refuse to issue such a \
                token.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Wrong scope values are dropped, and a token without scopes is \
                        unrestricted. The documentation does not say what follows when all are \
                        wrong.",
                },
                Source {
                    document: Document::ThisSpecification,
                    at: "unknown scopes only",
                    evidence: "Nothing valid was asked for, so nothing is granted.",
                },
            ],
            why: "Wrong scopes are documented as dropped, and no scopes as unrestricted. Read \
                together, a typing error would grant full rights. This specification settles on \
                the cautious reading.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_015,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a client access token opens no REST call",
            text: "On the REST plane, the server MUST refuse a client access token in place of an \
                API token.",
            sources: &[
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-api-authentication",
                    evidence: "REST calls are authorised by the API token, which an application \
                        gets with its key and secret.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "The scopes that govern REST calls begin with comms: and belong to \
                        API tokens.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "A client access token has session scopes, none of which governs a \
                        REST call.",
                },
            ],
            why: "An API token authorises REST calls by its comms: scopes, and no client access \
                token can have one. Browsers hold client access tokens. If these opened the REST \
                plane, every user could administer the application.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_016,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "signing in with key and secret succeeds",
            text: "The server MUST answer a sign-in with key and secret on the SDK plane \
                (`/v1/oauth2/token`) with an `access_token`. Clients use both JSON and form \
                bodies.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "initialize and open",
                evidence: "Posts a JSON body with the grant type and the key and secret as basic \
                    authentication. It uses the access token from the response on every later \
                    call.",
            }],
            why: "Without it, applications that initialise the SDK with key and secret cannot open \
                a session.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_017,
            level: Level::Must,
            basis: Basis::Observed,
            profile: Profile::Sdk,
            title: "a sign-in can be refreshed",
            text: "The server MUST answer a refresh request with the `refresh_token` of a sign-in \
                with a new `access_token`.",
            sources: &[Source {
                document: Document::WebSdk,
                at: "token refresh",
                evidence: "Reads refresh_token from the sign-in response, posts it to the refresh \
                    address with the same basic credential, and takes access_token from the \
                    response.",
            }],
            why: "Otherwise a page that signed in with key and secret is cut off when its first \
                token expires.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_018,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Sdk,
            title: "a sign-in without a grant type succeeds",
            text: "The server SHOULD accept a sign-in on the SDK plane without a `grant_type`, \
                with an empty object, an empty body or a body of another content type. Key and \
                secret say everything.",
            sources: &[Source {
                document: Document::VendorSamples,
                at: "comms-sample-node-token-auth-aws-lambda",
                evidence: "Its server and its handler post an empty object. Other published \
                    samples send no body, or text that is neither JSON nor a form.",
            }],
            why: "Published token servers sign in this way. Their applications could not start.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_019,
            level: Level::Should,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "no token is valid for more than a day",
            text: "The server SHOULD NOT issue an API token or a client access token that is \
                valid for more than 86,400 seconds. It may refuse a request for a longer \
                lifetime, or grant a shorter one.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Documents 86,400 seconds as the maximum lifetime of an API token.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "Documents 86,400 seconds as the maximum lifetime of a client \
                        access token.",
                },
                Source {
                    document: Document::VendorDocumentation,
                    at: "guides-accessing-dolbyio-platform",
                    evidence: "A client access token is valid for one day at most.",
                },
            ],
            why: "Whoever asks for more by mistake would hand out tokens that nobody can take \
                back. The sources do not say whether such a request is refused or shortened.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_020,
            level: Level::Must,
            basis: Basis::Documented,
            profile: Profile::Rest,
            title: "a token is accepted until its requested lifetime is over",
            text: "The server MUST accept an API token, and a client access token, until the \
                lifetime is over that was requested for it.",
            sources: &[
                Source {
                    document: Document::PythonRestClient,
                    at: "authentication.get_api_token",
                    evidence: "Documents the requested lifetime, in seconds, as the time after \
                        which the token expires.",
                },
                Source {
                    document: Document::PythonRestClient,
                    at: "communications.authentication.get_client_access_token_v2",
                    evidence: "Documents expires_in, in seconds, as the time until expiry.",
                },
            ],
            why: "Clients ask for the next token when half of the lifetime is over. A token that \
                dies earlier cuts them off.",
            excluded: None,
        },
        Requirement {
            id: id::AUTH_021,
            level: Level::May,
            basis: Basis::Chosen,
            profile: Profile::Rest,
            title: "clocks may differ by up to 60 seconds",
            text: "When the server checks whether a token has expired, it MAY allow for clocks \
                that differ by up to 60 seconds.",
            sources: &[Source {
                document: Document::ThisSpecification,
                at: "clock leeway",
                evidence: "60 seconds, for every kind of token.",
            }],
            why: "Servers that issue and check tokens on different machines commonly allow for \
                this. No source says how much. A check for an expired token therefore waits that \
                long before it reports a failure.",
            excluded: Some(
                "The scenarios of AUTH-005, AUTH-010 and AUTH-012 repeat a call with an expired \
                    token for this long before they call it a failure. Nothing else depends on \
                    it.",
            ),
        },
    ],
};
