//! Subjects that concern every call: tokens, permissions, errors and limits.

use super::{number, payloads, table};
use crate::document::model::Section;
use crate::document::text::{Target, Text};
use crate::endpoint::ENDPOINTS;
use crate::error::{ErrorResponse, Failure};
use crate::limits;
use crate::payload::Payload;
use crate::permission::Permission;
use crate::requirement::{RequirementId, id};
use crate::scope::{API_SCOPES, SESSION_SCOPES};
use crate::token::{ClientTokenAnswer, ClientTokenClaims, ConferenceTokenClaims, TokenAnswer};
use serde_json::Value;

pub(super) fn tokens() -> Section {
    let row = |name: &str, from: &str, use_: &str, rules: &[RequirementId]| {
        vec![
            Text::plain(name),
            Text::parse(from),
            Text::parse(use_),
            Text::rules(rules.iter().copied()),
        ]
    };
    let rows = [
        row(
            "API token",
            "[auth.token](#auth.token), for the application’s key and secret",
            "`Bearer` on the REST plane",
            &[id::AUTH_001, id::AUTH_002, id::AUTH_005, id::AUTH_006],
        ),
        row(
            "Client access token",
            "[rest.client-access-token](#rest.client-access-token), or [sdk.sign-in](#sdk.sign-in)",
            "`Bearer` on the SDK plane; it names the person",
            &[id::AUTH_007, id::AUTH_008, id::AUTH_012, id::AUTH_013],
        ),
        row(
            "Session token",
            "[sdk.identify](#sdk.identify)",
            "`x-token`, and the query of the WebSocket; opaque to clients",
            &[id::SES_001, id::SES_002, id::SES_005],
        ),
        row(
            "Conference access token",
            "create, invite and update: by REST in the response, by SDK in the response to create, \
             in `InvitationReceived` and in `UpdateToken`",
            "`x-conf-access-token`, for one person in one protected conference",
            &[id::TOK_001, id::TOK_002, id::TOK_003, id::TOK_004, id::PRM_019],
        ),
    ];
    Section::new("tokens", "Tokens")
        .says(
            "Client access tokens and conference access tokens are JWTs, because clients read some \
             of their claims without checking the signature. The server chooses how to sign them \
             and which other claims to add.",
        )
        .with(table(&["Token", "Comes from", "Goes into", "Requirements"], rows))
        .says(
            "Updating a person’s permissions, and kicking the person, revoke the person’s earlier \
             conference access tokens for that conference (PRM-016, PRM-021, KCK-005). A further \
             invitation does not (TOK-006).",
        )
        .within([
            payloads::section(&Payload::of::<TokenAnswer>()),
            payloads::section(&Payload::of::<ClientTokenAnswer>()),
            payloads::section(&Payload::of::<ConferenceTokenClaims>()),
            payloads::section(&Payload::of::<ClientTokenClaims>()),
            scopes(),
        ])
}

fn scopes() -> Section {
    let calls = |scope: &str| {
        let governed = ENDPOINTS.iter().filter(|endpoint| endpoint.scope == Some(scope));
        let links = governed.map(|endpoint| {
            Text::code_link(
                endpoint.operation.as_str(),
                Target::Anchor(endpoint.operation.to_string()),
            )
        });
        Text::joined(links, ", ")
    };
    let rows = |token: &'static str, scopes: &'static [&'static str]| {
        scopes.iter().map(move |scope| vec![Text::code(*scope), Text::plain(token), calls(scope)])
    };
    Section::new("scopes", "Scopes")
        .says(
            "A token that was requested without scopes is unrestricted. Any other token allows \
             what its scopes cover, by name or by a wildcard at the end. The server drops unknown \
             scopes. Scopes are case-sensitive (AUTH-006, AUTH-013, AUTH-014).",
        )
        .with(table(
            &["Scope", "Token", "Calls that need it"],
            rows("API", API_SCOPES).chain(rows("client access", SESSION_SCOPES)),
        ))
}

pub(super) fn permissions() -> Section {
    let yes = |is: bool| Text::plain(if is { "yes" } else { "–" });
    let schema = schemars::schema_for!(Permission).to_value();
    let rows = Permission::ALL.into_iter().map(|permission| {
        let calls = ENDPOINTS.iter().filter(|endpoint| endpoint.permission == Some(permission));
        let links = calls.map(|endpoint| {
            Text::code_link(
                endpoint.operation.as_str(),
                Target::Anchor(endpoint.operation.to_string()),
            )
        });
        vec![
            Text::code(permission.as_str()),
            Text::parse(meaning(&schema, permission)),
            yes(Permission::DEFAULT.contains(&permission)),
            Text::joined(links, ", "),
        ]
    });
    Section::new("permissions", "Permissions")
        .says(
            "Permissions say what a person may do in a protected conference. The owner holds all \
             twelve (TOK-001, TOK-003). An invitation that states no permissions grants the nine \
             defaults (PRM-001, PRM-002). One that states permissions grants exactly those \
             (PRM-005, PRM-006). Nobody can grant a permission that they do not hold (PRM-010). In \
             an unprotected conference, permissions have no effect (PRM-013).",
        )
        .with(table(&["Permission", "Allows its holder to", "Default", "Calls that need it"], rows))
        .says(
            "The Web SDK has a JavaScript `Set` for a set of permissions, which arrives as `{}` \
             whatever it contains. Therefore `{}`, `null` and a missing field all mean the default \
             set, and an empty list means none (PRM-003, PRM-004, PRM-008).",
        )
}

/// What a permission allows, as its schema says.
fn meaning(schema: &Value, permission: Permission) -> &str {
    let words = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let mut known = words.filter(|word| word.get("const") == Some(&permission.as_str().into()));
    known.next().and_then(|word| word.get("description")?.as_str()).unwrap_or_default()
}

pub(super) fn errors() -> Section {
    let rows = Failure::ALL.iter().map(|failure| {
        let seen = if failure.is_seen_in_the_field() { "observed" } else { "chosen" };
        vec![
            Text::code(failure.code().to_string()),
            Text::plain(failure.status().to_string()),
            Text::code(failure.reason()),
            Text::parse(failure.meaning()),
            Text::plain(seen),
        ]
    });
    Section::new("errors", "Errors")
        .says(
            "A refusal is any status of 400 or more, with an object that gives the reason. The SDK \
             acts on two errors: `error_code` 114 with any status, and 108 with status 403 \
             (ERR-004, JOIN-022). It breaks on a body that is JSON `null` (ERR-001). Clients only \
             display all other codes. This specification chooses the codes that no source gives. \
             A refused request changes nothing (ERR-018).",
        )
        .says(
            "If several reasons apply, credentials come first (ERR-020), then whether the \
             conference exists, whether the caller may act on it, and the body (ERR-021). A call \
             from outside a conference has a code of its own (ERR-019).",
        )
        .with(table(&["Code", "Status", "Reason", "Meaning", "Basis of the code"], rows))
        .within([payloads::section(&Payload::of::<ErrorResponse>())])
}

pub(super) fn limits() -> Section {
    let row = |what: &str, amount: u64, unit: &str, rule: RequirementId| {
        vec![Text::plain(what), Text::plain(format!("{} {unit}", number(amount))), Text::rule(rule)]
    };
    let seconds = |what, amount, rule| row(what, amount, "s", rule);
    let sizes = |what, amount, unit, rule| row(what, amount as u64, unit, rule);
    let rows = [
        seconds("Lifetime of an API token by default", limits::API_TOKEN_SECONDS, id::AUTH_005),
        seconds(
            "Lifetime of a client access token by default",
            limits::CLIENT_ACCESS_TOKEN_SECONDS,
            id::AUTH_011,
        ),
        seconds("Maximum lifetime of either", limits::TOKEN_SECONDS_MAX, id::AUTH_019),
        seconds(
            "Maximum duration of a conference (a setting)",
            limits::CONFERENCE_SECONDS_MAX,
            id::CNF_019,
        ),
        seconds(
            "Minimum duration of a conference that nobody has joined",
            limits::NEW_CONFERENCE_SECONDS,
            id::CNF_014,
        ),
        seconds(
            "Time after which a participant without a socket has left",
            limits::LOST_SOCKET_SECONDS,
            id::PRT_013,
        ),
        sizes("Maximum length of an alias", limits::ALIAS_CHARACTERS, "characters", id::CNF_008),
        sizes("Maximum length of an external id", limits::EXTERNAL_ID_BYTES, "bytes", id::SES_013),
        sizes("Maximum length of a message", limits::MESSAGE_BYTES, "bytes", id::MSG_008),
        sizes("Maximum size of a request body", limits::BODY_BYTES, "bytes", id::ERR_016),
        sizes(
            "Length of a Voxeet-Id from the Web SDK",
            limits::CLIENT_ID_CHARACTERS,
            "characters",
            id::SES_002,
        ),
    ];
    Section::new("limits", "Limits").with(table(&["Limit", "Value", "Requirement"], rows))
}
