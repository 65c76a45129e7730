//! What holds everywhere: tokens, permissions, errors and limits.

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
use crate::token::{ClientTokenClaims, ConferenceTokenClaims, TokenAnswer};
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
            "`Bearer` on the session plane; it says for whom",
            &[id::AUTH_007, id::AUTH_008, id::AUTH_012, id::AUTH_013],
        ),
        row(
            "Session token",
            "[sdk.identify](#sdk.identify)",
            "`x-token`, and in the query of the WebSocket; opaque to everybody but the server",
            &[id::SES_001, id::SES_002, id::SES_005],
        ),
        row(
            "Conference access token",
            "create, invite and update, by REST in the answer, by SDK in `InvitationReceived` and \
             `UpdateToken`",
            "`x-conf-access-token`, for one person in one protected conference",
            &[id::TOK_001, id::TOK_002, id::TOK_003, id::TOK_004, id::PRM_019],
        ),
    ];
    Section::new("tokens", "Tokens")
        .says(
            "A client access token and a conference access token are JWTs, because clients read \
             claims of theirs without checking the signature. How they are signed, and what else \
             they say, is the server’s business.",
        )
        .with(table(&["Token", "Where it comes from", "Where it goes", "Requirements"], rows))
        .says(
            "Updating a person’s permissions, and kicking, make the earlier conference access \
             tokens of that person for that conference invalid (PRM-016, PRM-021, KCK-005). A \
             further invitation does not (TOK-006).",
        )
        .within([
            payloads::section(&Payload::of::<TokenAnswer>()),
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
            "A token asked for without scopes is unrestricted. Otherwise it allows what its scopes \
             cover, by name or by a wildcard at the end; names that are not known are dropped, and \
             case matters (AUTH-006, AUTH-013, AUTH-014).",
        )
        .with(table(
            &["Scope", "Token", "Calls here that need it"],
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
            "What somebody may do in a protected conference. The owner holds all twelve (TOK-001, \
             TOK-003). An invitation that names none grants the nine defaults (PRM-001, PRM-002); \
             one that names some grants exactly those (PRM-005, PRM-006), and nobody can grant what \
             they do not hold (PRM-010). In an unprotected conference permissions mean nothing \
             (PRM-013).",
        )
        .with(table(&["Permission", "What it allows", "Default", "Calls that need it"], rows))
        .says(
            "The Web SDK’s type for a set of permissions is a JavaScript `Set`, which arrives as \
             `{}` whatever it holds. So `{}`, `null` and a missing field all mean the default set, \
             and an empty list means none (PRM-003, PRM-004, PRM-008).",
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
        let seen = if failure.is_seen_in_the_field() { "seen in the field" } else { "chosen" };
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
            "A refusal is any status of 400 or more, with an object that says why. The SDK tells \
             `error_code` 114 with any status, and 108 with 403, from everything else (ERR-004, \
             JOIN-022); it breaks on a body that is JSON `null` (ERR-001). Any \
             other code a client shows and does not act on; where no source gives \
             one, it is this specification’s choice. A refused request changes nothing (ERR-018).",
        )
        .with(table(&["Code", "Status", "Reason", "Meaning", "Code known from"], rows))
        .within([payloads::section(&Payload::of::<ErrorResponse>())])
}

pub(super) fn limits() -> Section {
    let row = |what: &str, amount: u64, unit: &str, rule: RequirementId| {
        vec![Text::plain(what), Text::plain(format!("{} {unit}", number(amount))), Text::rule(rule)]
    };
    let seconds = |what, amount, rule| row(what, amount, "s", rule);
    let sizes = |what, amount, unit, rule| row(what, amount as u64, unit, rule);
    let rows = [
        seconds(
            "Life of an API token, unless asked otherwise",
            limits::API_TOKEN_SECONDS,
            id::AUTH_005,
        ),
        seconds(
            "Life of a client access token, unless asked otherwise",
            limits::CLIENT_ACCESS_TOKEN_SECONDS,
            id::AUTH_011,
        ),
        seconds("Longest life of either", limits::TOKEN_SECONDS_MAX, id::AUTH_010),
        seconds(
            "Longest life of a conference, a setting",
            limits::CONFERENCE_SECONDS_MAX,
            id::CNF_019,
        ),
        seconds(
            "Shortest life of a conference that nobody has joined",
            limits::NEW_CONFERENCE_SECONDS,
            id::CNF_014,
        ),
        seconds(
            "Until a participant without a socket has left",
            limits::LOST_SOCKET_SECONDS,
            id::PRT_013,
        ),
        sizes("Longest alias", limits::ALIAS_CHARACTERS, "characters", id::CNF_008),
        sizes("Longest external id", limits::EXTERNAL_ID_BYTES, "bytes", id::INV_006),
        sizes("Longest message", limits::MESSAGE_BYTES, "bytes", id::MSG_008),
        sizes("Largest body of a request", limits::BODY_BYTES, "bytes", id::ERR_016),
        sizes(
            "Voxeet-Id, as the Web SDK makes it",
            limits::CLIENT_ID_CHARACTERS,
            "characters",
            id::SES_002,
        ),
    ];
    Section::new("limits", "Limits").with(table(&["What", "How much", "Requirement"], rows))
}
