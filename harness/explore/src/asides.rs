//! Small things that touch nobody else's state: facts about single calls, put between the moves of a
//! walk. They are written as scenarios write them. `A` is a person with a session, `B` somebody else;
//! `@` makes names unique.

use crate::model::{Person, Session};
use invite_trace::Feature;
use serde_json::Value;

/// One of them.
pub(crate) struct Aside {
    /// What it is about, in a word: a row of the table of cells.
    pub name: &'static str,
    /// Its steps.
    steps: &'static str,
    /// The features that it needs.
    pub needs: &'static [Feature],
}

const fn plain(name: &'static str, steps: &'static str) -> Aside {
    Aside { name, steps, needs: &[] }
}

/// One in which an application server has people notified.
const fn notifying(name: &'static str, steps: &'static str) -> Aside {
    Aside { name, steps, needs: &[Feature::Notifications] }
}

/// All of them.
pub(crate) const ASIDES: &[Aside] = &[
    plain(
        "almost the secret",
        r#"
- call: {id: right@, operation: auth.token}
- call: {operation: auth.token, basic: "usual:usual-longer", outcome: refused, requires: AUTH-003, twin: right@}
- call: {operation: auth.token, basic: "usual:usual-shorter", outcome: refused, requires: AUTH-003, twin: right@}
- call: {operation: auth.token, basic: "usual:usual-in-other-case", outcome: refused, requires: AUTH-003, twin: right@}
- call: {operation: auth.token, basic: "nobody:usual", outcome: refused, requires: AUTH-003, twin: right@}
- call: {operation: auth.token, basic: none, outcome: refused, requires: AUTH-003, twin: right@}
"#,
    ),
    plain(
        "lifetimes",
        r#"
- call: {operation: auth.token, body: {expires_in: 86400}}
- call:
    operation: rest.client-access-token
    body: {externalId: "${A}", expires_in: 600}
    expect: [{requires: AUTH-010, answer: {/access_token: {expires_within: 600}}}, {requires: AUTH-020, answer: {/access_token: {expires_after: 590}}}]
- call:
    operation: rest.client-access-token
    body: {externalId: "${A}", expiresIn: 600}
    requires: AUTH-009
    expect: [{requires: AUTH-010, answer: {/access_token: {expires_within: 600}}}]
- call:
    operation: rest.client-access-token
    body: {grant_type: client_credentials, expires_in: "600", sessionScope: "*"}
    requires: AUTH-009
- call:
    operation: rest.client-access-token
    body: {externalId: "${A}"}
    expect: [{requires: AUTH-011, answer: {/access_token: {expires_after: 3590, expires_within: 3600}}}]
"#,
    ),
    plain(
        "lifetimes above a day",
        r#"
- call:
    operation: rest.client-access-token
    body: {externalId: "${A}", expires_in: 172800}
    outcome: any
    expect:
      - requires: AUTH-019
        outcomes:
          refused: {status: refused}
          shortened: {status: accepted, answer: {/access_token: {expires_within: 86400}}}
"#,
    ),
    plain(
        "scopes of API tokens",
        r#"
- call: {operation: auth.token, body: {scope: "comms:conf:create comms:no-such-scope"}, save: {creator@: /access_token}}
- call: {operation: auth.token, body: {scope: "comms:client_access_token:create"}, save: {porter@: /access_token}}
- call: {operation: auth.token, body: {scope: "comms:*"}, save: {everything@: /access_token}}
- call: {operation: auth.token, body: {scope: "COMMS:CONF:CREATE comms:conf:destroy"}, save: {loud@: /access_token}}
- call: {operation: auth.token, body: {scope: "comms:conf:destroy"}, save: {ender@: /access_token}}
- call: {id: create@, operation: rest.create, bearer: "${creator@}", body: {ownerExternalId: "${A}"}, save: {ballroom@: /conferenceId}, requires: AUTH-006}
- call: {operation: rest.create, bearer: "${porter@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-006, twin: create@}
- call: {operation: rest.create, bearer: "${loud@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-006, twin: create@}
- call: {operation: rest.create, bearer: "${everything@}", body: {ownerExternalId: "${A}"}, requires: AUTH-006}
- call: {id: sign-in@, operation: rest.client-access-token, bearer: "${porter@}", body: {externalId: "${A}"}, requires: AUTH-006}
- call: {operation: rest.client-access-token, bearer: "${creator@}", body: {externalId: "${A}"}, outcome: refused, requires: AUTH-006, twin: sign-in@}
- call: {id: invites@, operation: rest.invite, bearer: "${everything@}", in: "${ballroom@}", body: {participants: {"${B}": {permissions: [JOIN]}}}, requires: AUTH-006}
- call: {operation: rest.invite, bearer: "${ender@}", in: "${ballroom@}", body: {participants: {"${B}": {permissions: [JOIN]}}}, outcome: refused, requires: AUTH-006, twin: invites@}
- call: {operation: rest.terminate, bearer: "${ender@}", in: "${ballroom@}", requires: AUTH-006}
"#,
    ),
    plain(
        "unknown scopes",
        r#"
- call: {id: create@, operation: rest.create, body: {ownerExternalId: "${A}"}}
- call:
    operation: auth.token
    body: {scope: "no-such-scope"}
    outcome: any
    save: {powerless@: /access_token}
    requires: AUTH-014
- call: {operation: rest.create, bearer: "${powerless@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-014, twin: create@}
"#,
    ),
    plain(
        "scopes of client tokens",
        r#"
- call: {id: usual@, operation: sdk.create, as: A}
- call: {operation: rest.client-access-token, body: {externalId: "${A}", sessionScope: "notifications:set"}, save: {narrow@: /access_token}}
- call: {operation: rest.client-access-token, body: {externalId: "${A}", sessionScope: "*"}, save: {wide@: /access_token}}
- call: {operation: rest.client-access-token, body: {externalId: "${A}"}, requires: AUTH-007}
- call: {operation: sdk.create, as: A, bearer: "${wide@}", requires: AUTH-013}
- call: {operation: sdk.create, as: A, bearer: "${narrow@}", body: {alias: "${alias:narrow@}"}, outcome: refused, requires: AUTH-013, twin: usual@}
- call:
    operation: sdk.create
    as: A
    body: {alias: "${alias:narrow@}"}
    expect: [{requires: AUTH-013, answer: {/isNew: {any_of: [true, {present: false}]}}}]
"#,
    ),
    plain(
        "who somebody is",
        r#"
- call:
    id: honest@
    operation: sdk.identify
    as: A
    session_token: none
    body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}
    expect: [{requires: SES-007, answer: {/user_id: "${A.user}"}}]
- call:
    operation: sdk.identify
    as: A
    session_token: none
    body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}
    expect: [{requires: SES-007, answer: {/user_id: "${A.user}"}}]
- call: {operation: sdk.identify, as: A, session_token: none, body: {externalId: "${B}", name: "${B.name}", sdkVersion: "3.2.1"}, outcome: refused, requires: SES-006, twin: honest@}
"#,
    ),
    plain(
        "external ids as they are",
        r#"
- call: {operation: rest.client-access-token, body: {externalId: "Anna of ${A}"}, save: {plain_token@: /access_token}}
- call: {id: plain@, operation: sdk.identify, as: A, bearer: "${plain_token@}", session_token: none, body: {externalId: "Anna of ${A}", name: Anna, sdkVersion: "3.2.1"}, save: {plain@: /user_id}}
- call: {operation: sdk.identify, as: A, bearer: "${plain_token@}", session_token: none, body: {externalId: "aNNA of ${A}", name: Anna, sdkVersion: "3.2.1"}, outcome: refused, requires: SES-006, twin: plain@}
- call: {operation: rest.client-access-token, body: {externalId: "aNNA of ${A}"}, save: {cased@: /access_token}}
- call:
    operation: sdk.identify
    as: A
    bearer: "${cased@}"
    session_token: none
    body: {externalId: "aNNA of ${A}", name: Anna, sdkVersion: "3.2.1"}
    expect: [{requires: SES-007, answer: {/user_id: {differs_from: "${plain@}"}}}]
- call: {operation: rest.client-access-token, body: {externalId: " Anna of ${A}"}, save: {spaced@: /access_token}}
- call:
    operation: sdk.identify
    as: A
    bearer: "${spaced@}"
    session_token: none
    body: {externalId: " Anna of ${A}", name: Anna, sdkVersion: "3.2.1"}
    expect: [{requires: SES-007, answer: {/user_id: {differs_from: "${plain@}"}}}]
"#,
    ),
    plain(
        "external ids beyond ASCII",
        r#"
- call: {operation: rest.client-access-token, body: {externalId: "Zoé of ${A}"}, save: {one@: /access_token}, requires: SES-013}
- call: {operation: sdk.identify, as: A, bearer: "${one@}", session_token: none, body: {externalId: "Zoé of ${A}", name: Zoe, sdkVersion: "3.2.1"}, save: {first@: /user_id}, requires: SES-013}
- call: {operation: rest.client-access-token, body: {externalId: "Zoè of ${A}"}, save: {other@: /access_token}}
- call:
    operation: sdk.identify
    as: A
    bearer: "${other@}"
    session_token: none
    body: {externalId: "Zoè of ${A}", name: Zoe, sdkVersion: "3.2.1"}
    requires: SES-013
    expect: [{requires: SES-007, answer: {/user_id: {differs_from: "${first@}"}}}]
"#,
    ),
    plain(
        "long external ids",
        r#"
- call: {id: long@, operation: rest.client-access-token, body: {externalId: "${alias:long:1024}"}, save: {long_token@: /access_token}, requires: SES-013}
- call: {operation: sdk.identify, as: A, bearer: "${long_token@}", session_token: none, body: {externalId: "${alias:long:1024}", name: Long, sdkVersion: "3.2.1"}, requires: SES-013}
- call: {operation: rest.client-access-token, body: {externalId: "${alias:long:1025}"}, outcome: refused, requires: SES-014, twin: long@}
- call: {operation: rest.client-access-token, body: {externalId: "${alias:wide}${filler:600:é}"}, outcome: refused, requires: SES-014, twin: long@}
- call: {operation: rest.client-access-token, body: {externalId: "${filler:300:y}1${A}"}, save: {one@: /access_token}}
- call: {operation: sdk.identify, as: A, bearer: "${one@}", session_token: none, body: {externalId: "${filler:300:y}1${A}", name: One, sdkVersion: "3.2.1"}, save: {first@: /user_id}, requires: SES-013}
- call: {operation: rest.client-access-token, body: {externalId: "${filler:300:y}2${A}"}, save: {two@: /access_token}}
- call:
    operation: sdk.identify
    as: A
    bearer: "${two@}"
    session_token: none
    body: {externalId: "${filler:300:y}2${A}", name: Two, sdkVersion: "3.2.1"}
    expect: [{requires: SES-007, answer: {/user_id: {differs_from: "${first@}"}}}]
"#,
    ),
    plain(
        "nobody in particular",
        r#"
- open: {who: A/nobody@, sign_in: without_external_id}
- call:
    id: owns@
    operation: rest.create
    body: {ownerExternalId: "${B}", participants: {"${A}": {permissions: [JOIN]}}}
    save: {hall@: /conferenceId, pass@: "/usersTokens/${A}"}
- call: {operation: sdk.join, as: A/nobody@, in: "${hall@}", token: "${pass@}", outcome: refused, requires: JOIN-017, twin: owns@}
- close: {who: A/nobody@}
"#,
    ),
    plain(
        "what tokens say",
        r#"
- call: {operation: rest.create, body: {ownerExternalId: "${B}"}, save: {library@: /conferenceId}}
- call:
    operation: rest.invite
    in: "${library@}"
    body: {participants: {"${A}": {permissions: [JOIN]}}}
    expect:
      - requires: TOK-010
        answer: {"/${A}": {claims: {/sub: {type: string}, /externalId: "${A}", /conferenceId: "${library@}", /iat: {type: number}, /exp: {type: number}, /jti: {type: string}}}}
"#,
    ),
    plain(
        "forged client tokens",
        r#"
- call: {id: identify@, operation: sdk.identify, as: A, session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}}
- forge: {name: tampered@, from: "${A.client_token}", how: tampered}
- forge: {name: unsigned@, from: "${A.client_token}", how: unsigned}
- forge: {name: resigned@, from: "${A.client_token}", how: other_key}
- call: {operation: sdk.create, as: A, bearer: "${tampered@}", outcome: refused, requires: SES-004, twin: identify@}
- call: {operation: sdk.create, as: A, bearer: "${unsigned@}", outcome: refused, requires: SES-004, twin: identify@}
- call: {operation: sdk.create, as: A, bearer: "${resigned@}", outcome: refused, requires: SES-004, twin: identify@}
"#,
    ),
    plain(
        "forged API tokens",
        r#"
- call: {id: create@, operation: rest.create, body: {ownerExternalId: "${A}"}}
- forge: {name: api_tampered@, from: "${api_token}", how: tampered, may_be_opaque: true}
- forge: {name: api_unsigned@, from: "${api_token}", how: unsigned, may_be_opaque: true}
- forge: {name: api_resigned@, from: "${api_token}", how: other_key, may_be_opaque: true}
- call: {operation: rest.create, bearer: "${api_tampered@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-004, twin: create@}
- call: {operation: rest.create, bearer: "${api_unsigned@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-004, twin: create@}
- call: {operation: rest.create, bearer: "${api_resigned@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-004, twin: create@}
"#,
    ),
    plain(
        "false tokens on sockets",
        r#"
- open: {id: open@, who: A/door@}
- connect: {who: A/door@, user_token: not-a-token, outcome: refused, requires: SES-022, twin: open@}
- connect: {who: A/door@, user_token: "${A.session_token}x", outcome: refused, requires: SES-022, twin: open@}
"#,
    ),
    plain(
        "a session that logged out",
        r#"
- open: {who: A/brief@}
- call: {id: create@, operation: sdk.create, as: A}
- call: {operation: sdk.logout, as: A/brief@}
- drop: {who: A/brief@}
- call: {operation: sdk.create, as: A/brief@, outcome: refused, requires: SES-015, twin: create@}
"#,
    ),
    plain(
        "a client token outlives its session",
        r#"
- call: {operation: auth.token, save: {api@: /access_token}}
- call: {operation: rest.client-access-token, body: {externalId: "${A}", expires_in: 600}, save: {first@: /access_token}}
- call: {operation: auth.token}
- call: {operation: rest.client-access-token, bearer: "${api@}", body: {externalId: "${A}", expires_in: 600}, requires: AUTH-020}
- open: {who: A/short@}
- drop: {who: A/short@}
- call: {operation: sdk.logout, as: A/short@, bearer: "${first@}"}
- call: {operation: sdk.identify, as: A, bearer: "${first@}", session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}, requires: AUTH-020}
"#,
    ),
    plain(
        "preflights",
        r#"
- call: {operation: sdk.identify, as: A, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-methods: {lists: [POST]}, access-control-allow-headers: {lists: [authorization, content-type, voxeet-id]}}}]}
- call: {operation: sdk.create, as: A, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-headers: {lists: [authorization, content-type, voxeet-id, x-token, x-conf-access-token]}}}]}
- call: {operation: sdk.join, as: A, in: 00000000-0000-0000-0000-000000000000, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-headers: {lists: [authorization, content-type, voxeet-id, x-token, x-conf-access-token]}}}]}
- call: {operation: sdk.leave, as: A, in: 00000000-0000-0000-0000-000000000000, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-credentials: "true"}}]}
- call: {operation: sdk.invite, as: A, in: 00000000-0000-0000-0000-000000000000, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-credentials: "true"}}]}
- call: {operation: sdk.permissions, as: A, in: 00000000-0000-0000-0000-000000000000, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-credentials: "true"}}]}
- call: {operation: sdk.kick, as: A, in: 00000000-0000-0000-0000-000000000000, path: {userId: 00000000-0000-0000-0000-000000000000}, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-credentials: "true"}}]}
- call: {operation: sdk.send, as: A, in: 00000000-0000-0000-0000-000000000000, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-credentials: "true"}}]}
- call: {operation: sdk.logout, as: A, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-credentials: "true"}}]}
"#,
    ),
    plain(
        "tokens of updates have numbers of their own",
        r#"
- open: {who: A/updated@}
- call:
    operation: rest.create
    body: {ownerExternalId: "${B}", participants: {"${A}": {permissions: [JOIN]}}}
    save: {office@: /conferenceId, badge@: "/usersTokens/${A}"}
- call: {operation: sdk.join, as: A/updated@, in: "${office@}", token: "${badge@}"}
- call: {operation: rest.permissions, in: "${office@}", body: {participants: {"${A}": {permissions: [JOIN, KICK]}}}}
- await: {by: A/updated@, frame: UpdateToken, where: {/content/access_token: {permissions: [JOIN, KICK]}}, save: {first_update@: /amu}, requires: PRM-017}
- call: {id: update@, operation: rest.permissions, in: "${office@}", body: {participants: {"${A}": {permissions: [JOIN, INVITE]}}}}
- await: {by: A/updated@, frame: UpdateToken, where: {/content/access_token: {permissions: [JOIN, INVITE]}}, after: update@, requires: PRM-017, expect: [{requires: PRM-024, that: its amu is not that of the first update, frame: {/amu: {differs_from: "${first_update@}"}}}]}
- call: {operation: sdk.leave, as: A/updated@, in: "${office@}"}
- close: {who: A/updated@}
"#,
    ),
    plain(
        "a closed session rings no more",
        r#"
- open: {who: A/gone@}
- close: {who: A/gone@, requires: SES-012}
"#,
    ),
    notifying(
        "keep-alives",
        r#"
- say: {who: A, frames: [{type: keep_alive, message_id: 1}, {ackMessageUuid: of-no-update, message_id: 2}, {type: keep_alive, message_id: 3}]}
- call:
    id: rings@
    operation: rest.create
    body: {ownerExternalId: "${B}", participants: {"${A}": {permissions: [JOIN], notification: true}}}
    save: {belfry@: /conferenceId}
- check: {fence: A, expect: [{requires: SES-010, heard: {by: A, frame: InvitationReceived, where: {/conferenceId: "${belfry@}"}}}]}
"#,
    ),
    notifying(
        "a further socket",
        r#"
- reconnect: {id: again@, who: A, requires: SES-019}
- reconnect: {id: once-more@, who: A, requires: SES-019}
- call:
    operation: rest.create
    body: {ownerExternalId: "${B}", participants: {"${A}": {permissions: [JOIN], notification: true}}}
    save: {tower@: /conferenceId}
- check: {fence: A, expect: [{requires: SES-019, heard: {by: A, frame: InvitationReceived, where: {/conferenceId: "${tower@}"}}}]}
"#,
    ),
    plain(
        "long aliases",
        r#"
- call: {id: long@, operation: sdk.create, as: A, body: {alias: "${alias:l@:250}"}, save: {hall@: /conferenceId}, requires: CNF-008}
- call:
    operation: sdk.create
    as: A
    body: {alias: "${alias:l@:250}"}
    requires: CNF-008
    expect: [{requires: CNF-006, answer: {/conferenceId: "${hall@}"}}]
- call: {operation: sdk.create, as: A, body: {alias: "${alias:m@:251}"}, outcome: refused, requires: CNF-009, twin: long@}
- call: {operation: sdk.create, as: A, body: {alias: "${alias:n@}#1"}, outcome: refused, requires: CNF-009, twin: long@}
- call: {operation: sdk.create, as: A, body: {alias: "${alias:o@:200}${filler:50:é}"}, requires: CNF-008}
- call: {operation: sdk.create, as: A, body: {alias: "${alias:p@:200}${filler:50:İ}"}, requires: CNF-008}
- call: {operation: sdk.create, as: A, body: {alias: "${alias:q@:200}${filler:51:é}"}, outcome: refused, requires: CNF-009, twin: long@}
- call: {operation: rest.create, body: {ownerExternalId: "${A}", alias: "${alias:r@}#1"}, requires: CNF-022}
- call: {operation: rest.create, body: {ownerExternalId: "${A}", alias: "${alias:s@:251}"}, outcome: refused, requires: CNF-009, twin: long@}
"#,
    ),
    plain(
        "aliases beyond ASCII",
        r#"
- call: {operation: sdk.create, as: A, body: {alias: "Équipe Жанна ${alias:t@}"}, save: {team@: /conferenceId}}
- call:
    operation: sdk.create
    as: A
    body: {alias: "Équipe Жанна ${alias:t@}"}
    expect: [{requires: CNF-006, answer: {/conferenceId: "${team@}"}}]
- call:
    operation: sdk.create
    as: A
    body: {alias: "équipe жАННА ${alias:t@}"}
    expect: [{requires: CNF-007, answer: {/conferenceId: "${team@}"}}]
- call:
    operation: sdk.create
    as: A
    body: {alias: "Equipe Жанна ${alias:t@}"}
    expect: [{requires: CNF-006, answer: {/conferenceId: {differs_from: "${team@}"}}}]
- call:
    operation: sdk.create
    as: A
    body: {alias: "Équipe ЖаннЯ ${alias:t@}"}
    expect: [{requires: CNF-006, answer: {/conferenceId: {differs_from: "${team@}"}}}]
"#,
    ),
    plain(
        "the form of ids",
        r#"
- call: {operation: rest.create, body: {ownerExternalId: "${A}"}, expect: [{requires: WIRE-015, answer: {/conferenceId: {uuid: true}}}]}
"#,
    ),
    plain(
        "conferences without an alias",
        r#"
- call: {operation: sdk.create, as: A, save: {one@: /conferenceId}}
- call:
    operation: sdk.create
    as: A
    expect: [{requires: CNF-010, answer: {/conferenceId: {differs_from: "${one@}"}}}]
- call: {operation: sdk.create, as: A, body: {pinCode: 4711}, requires: CNF-021}
- call: {operation: rest.create, body: {ownerExternalId: "${A}", parameters: {pincode: "4711"}}, requires: CNF-021}
- call: {operation: rest.create, body: {ownerExternalId: "${A}", parameters: {pincode: 4711}}, requires: CNF-021}
"#,
    ),
    plain(
        "a create that is refused leaves nothing",
        r#"
- call: {id: right@, operation: rest.create, body: {ownerExternalId: "${A}", alias: "${alias:u@}", participants: {"${B}": {permissions: [JOIN]}}}}
- call: {operation: rest.create, body: {ownerExternalId: "${A}", alias: "${alias:v@}", participants: {"${B}": {permissions: [JOIN, FLY]}}}, outcome: refused, requires: PRM-009, twin: right@}
- call:
    operation: sdk.create
    as: A
    body: {alias: "${alias:v@}"}
    expect: [{requires: [PRM-009], that: the refused create left no conference, answer: {/isNew: {any_of: [true, {present: false}]}}}]
- call: {operation: rest.create, body: {ownerExternalId: "${A}", alias: "${alias:w@}", participants: 7}, outcome: refused, requires: ERR-011, twin: right@}
- call:
    operation: sdk.create
    as: A
    body: {alias: "${alias:w@}"}
    expect: [{requires: [ERR-011], that: the refused create left no conference, answer: {/isNew: {any_of: [true, {present: false}]}}}]
- call: {operation: rest.create, body: {alias: "${alias:x@}"}, outcome: refused, requires: ERR-010, twin: right@}
- call:
    operation: sdk.create
    as: A
    body: {alias: "${alias:x@}"}
    expect: [{requires: [ERR-010], that: the refused create left no conference, answer: {/isNew: {any_of: [true, {present: false}]}}}]
"#,
    ),
    plain(
        "a crowd",
        r#"
- call:
    operation: rest.create
    body: {ownerExternalId: "${A}"}
    save: {stadium@: /conferenceId}
- call:
    operation: rest.invite
    in: "${stadium@}"
    body: {participants: {"${A}-01": {}, "${A}-02": {}, "${A}-03": {}, "${A}-04": {}, "${A}-05": {}, "${A}-06": {}, "${A}-07": {}, "${A}-08": {}, "${A}-09": {}, "${A}-10": {}, "${A}-11": {}, "${A}-12": {}, "${A}-13": {}, "${A}-14": {}, "${A}-15": {}, "${A}-16": {}, "${A}-17": {}, "${A}-18": {}, "${A}-19": {}, "${A}-20": {}, "${A}-21": {}, "${A}-22": {}, "${A}-23": {}, "${A}-24": {}, "${A}-25": {}, "${A}-26": {}, "${A}-27": {}, "${A}-28": {}, "${A}-29": {}, "${A}-30": {}, "${A}-31": {}, "${A}-32": {}, "${A}-33": {}, "${A}-34": {}, "${A}-35": {}, "${A}-36": {}, "${A}-37": {}, "${A}-38": {}, "${A}-39": {}, "${A}-40": {}, "${A}-41": {}, "${A}-42": {}, "${A}-43": {}, "${A}-44": {}, "${A}-45": {}, "${A}-46": {}, "${A}-47": {}, "${A}-48": {}, "${A}-49": {}, "${A}-50": {}}}
    requires: INV-009
"#,
    ),
    plain(
        "a body above the limit",
        r#"
- call: {id: small@, operation: rest.create, body: {ownerExternalId: "${A}"}}
- call:
    operation: rest.create
    filler: 2097152
    outcome: any
    expect: [{requires: ERR-016, status: 413, twin: small@}]
"#,
    ),
    plain(
        "the order of reasons",
        r#"
- call: {id: create@, operation: rest.create, body: {ownerExternalId: "${A}"}}
- call:
    operation: rest.invite
    in: no-such-conference
    bearer: not-a-token
    body: {participants: {}}
    outcome: refused
    requires: AUTH-004
    twin: create@
    expect: [{requires: ERR-020, status: 401}]
- call:
    operation: sdk.send
    as: A
    in: no-such-conference
    body: {message: 7}
    outcome: refused
    requires: ERR-006
    twin: create@
    expect: [{requires: ERR-021, status: 404}]
"#,
    ),
    plain(
        "client tokens on REST, and the other way round",
        r#"
- call: {id: create@, operation: rest.create, body: {ownerExternalId: "${A}"}}
- call: {operation: rest.client-access-token, body: {externalId: "${A}"}, save: {plain_client@: /access_token}}
- call: {operation: rest.create, bearer: "${plain_client@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-015, twin: create@}
- call: {id: identify@, operation: sdk.identify, as: A, session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}}
- call: {operation: sdk.identify, as: A, bearer: "${api_token}", session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}, outcome: refused, requires: SES-004, twin: identify@}
"#,
    ),
    plain(
        "truth of names",
        r#"
- call: {operation: rest.client-access-token, body: {externalId: "${A}"}, save: {more@: /access_token}}
- call: {operation: sdk.identify, as: A, bearer: "${more@}", session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}, expect: [{requires: SES-007, answer: {/user_id: "${A.user}"}}]}
"#,
    ),
    Aside {
        name: "the word null",
        steps: r#"
- open: {who: A/nameless@, sign_in: without_external_id}
- call: {operation: sdk.subscribe, as: A/nameless@, body: {subscriptions: [{type: Conference.Created, conferenceAlias: "${alias:attic@}"}]}}
- call: {operation: rest.create, body: {ownerExternalId: "${B}"}, save: {attic@: /conferenceId}}
- call:
    operation: rest.invite
    in: "${attic@}"
    body: {participants: {"null": {notification: true}, "${A}": {permissions: [JOIN]}}}
- call: {operation: rest.create, body: {ownerExternalId: "${B}", alias: "${alias:attic@}"}}
- await: {id: told@, by: A/nameless@, frame: ConferenceCreatedNotification}
- check: {expect: [{requires: INV-017, unheard: {by: A/nameless@, frame: InvitationReceived}}]}
- close: {who: A/nameless@}
"#,
        needs: &[Feature::Notifications, Feature::Subscriptions],
    },
    Aside {
        name: "a preflight of DELETE",
        steps: r#"
- call: {operation: sdk.unsubscribe, as: A, preflight: true, requires: WIRE-007, expect: [{requires: WIRE-007, headers: {access-control-allow-origin: "${origin}", access-control-allow-methods: {lists: [DELETE]}}}]}
"#,
        needs: &[Feature::Subscriptions],
    },
    Aside {
        name: "scopes of tokens that name nobody",
        steps: r#"
- open: {who: A/anonymous@, sign_in: without_external_id}
- call: {id: subscribes@, operation: sdk.subscribe, as: A/anonymous@, body: {subscriptions: [{type: Conference.Created, conferenceAlias: "${alias:bulletin@}"}]}}
- call: {operation: rest.client-access-token, body: {sessionScope: "session:update"}, save: {limited@: /access_token}}
- call: {operation: sdk.subscribe, as: A/anonymous@, bearer: "${limited@}", body: {subscriptions: [{type: Conference.Created, conferenceAlias: "${alias:bulletin@}"}]}, outcome: refused, requires: AUTH-013, twin: subscribes@}
- close: {who: A/anonymous@}
"#,
        needs: &[Feature::Subscriptions],
    },
    Aside {
        name: "signing in with key and secret",
        steps: r#"
- call: {id: signs-in@, operation: sdk.sign-in, as: A, save: {refresh@: /refresh_token}, requires: AUTH-017}
- call: {operation: sdk.refresh, as: A, body: {refresh_token: "${refresh@}"}, save: {renewed@: /access_token}}
- call: {id: renews@, operation: sdk.identify, as: A, bearer: "${renewed@}", session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}, requires: AUTH-017}
- call: {operation: sdk.identify, as: A, bearer: "${refresh@}", session_token: none, body: {externalId: "${A}", name: "${A.name}", sdkVersion: "3.2.1"}, outcome: refused, requires: SES-004, twin: renews@}
- call: {id: right@, operation: rest.create, body: {ownerExternalId: "${A}"}}
- call: {operation: rest.create, bearer: "${refresh@}", body: {ownerExternalId: "${A}"}, outcome: refused, requires: AUTH-004, twin: right@}
- call: {operation: sdk.create, as: A, bearer: "${refresh@}", outcome: refused, requires: SES-004, twin: right@}
"#,
        needs: &[Feature::SignIn],
    },
    Aside {
        name: "signing in without a grant type",
        steps: r#"
- call: {operation: sdk.sign-in, as: A, requires: AUTH-016}
- call: {operation: sdk.sign-in, as: A, text: "{}", requires: AUTH-018}
"#,
        needs: &[Feature::SignIn],
    },
];

impl Aside {
    /// Whether an invitation is to reach the person by whom it is.
    pub(crate) fn rings(&self) -> bool {
        self.needs.contains(&Feature::Notifications)
    }

    /// Its steps, for these people.
    pub(crate) fn steps(&self, number: u16, by: Session, other: Person) -> Vec<Value> {
        let text = self.steps.replace('@', &number.to_string());
        let read: Value = serde_saphyr::from_str(&text).unwrap_or_default();
        let mut steps = match read {
            Value::Array(steps) => steps,
            _ => Vec::new(),
        };
        for step in &mut steps {
            rename(step, by.person.name(), other.name());
        }
        steps
    }
}

/// Puts names where a template says `A` and `B`.
fn rename(value: &mut Value, a: &str, b: &str) {
    let named = |text: &str| -> String {
        let text = match text {
            "A" => a.to_owned(),
            "B" => b.to_owned(),
            _ => match text.strip_prefix("A/") {
                Some(device) => format!("{a}/{device}"),
                None => text.to_owned(),
            },
        };
        text.replace("${A}", &format!("${{{a}}}"))
            .replace("${A.", &format!("${{{a}."))
            .replace("${B}", &format!("${{{b}}}"))
            .replace("${B.", &format!("${{{b}."))
    };
    match value {
        Value::String(text) => *text = named(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, a, b)),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (key, mut value) in old {
                rename(&mut value, a, b);
                fields.insert(named(&key), value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_list_of_steps() {
        for aside in ASIDES {
            let by = Session { person: Person(0), device: 0 };
            let steps = aside.steps(7, by, Person(1));
            assert!(!steps.is_empty(), "{}", aside.name);
            let text = serde_json::to_string(&steps).unwrap();
            assert!(!text.contains('@') && !text.contains("${A"), "{}: {text}", aside.name);
        }
    }
}
