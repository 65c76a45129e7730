//! What is run beyond the scenarios that name a requirement, and what cannot fail.

/// Scenarios for a requirement that no scenario names: what a law finds in any trace, or what every
/// call is a test of.
pub(super) const EXERCISED_BY: &[(&str, &[&str])] = &[
    ("AUTH-001", &["auth-api-token"]),
    ("AUTH-007", &["auth-client-access-token"]),
    ("AUTH-016", &["auth-sign-in"]),
    ("SES-002", &["session-opens"]),
    ("SES-003", &["session-opens"]),
    ("SES-008", &["session-without-external-id"]),
    ("SES-012", &["session-closes"]),
    ("CNF-001", &["conference-by-rest"]),
    ("CNF-003", &["conference-by-sdk"]),
    ("CNF-016", &["conference-terminated"]),
    ("INV-010", &["invite-sdk-delivered"]),
    ("INV-016", &["invite-sdk-delivered", "invite-rest-notified"]),
    ("INV-017", &["invite-sdk-delivered", "invite-announced"]),
    ("TOK-004", &["token-rest-create-people"]),
    ("TOK-007", &["invite-rest-two-notified", "invite-sdk-two"]),
    ("PRM-026", &["permissions-sdk-update"]),
    ("PRM-027", &["permissions-update-unacknowledged"]),
    ("PRT-003", &["participants-connected", "participants-own-connection"]),
    ("PRT-004", &["participants-connected"]),
    ("PRT-007", &["participants-uninvited"]),
    ("PRT-008", &["participants-news-stays-inside", "invite-announced"]),
    ("KCK-007", &["kick-sdk"]),
    ("KCK-008", &["kick-sdk-seen", "kick-then-connecting"]),
    ("SUB-001", &["subscription-made-and-ended"]),
    ("SUB-002", &["subscription-made-and-ended"]),
    ("ERR-001", &["session-false-client-tokens"]),
    ("ERR-002", &["session-false-client-tokens"]),
    ("ERR-003", &["auth-false-api-tokens"]),
    ("ERR-017", &["error-rest-body-not-json"]),
    ("ERR-018", &["permissions-default-beyond-inviter"]),
    ("WIRE-001", &["invite-rest-tokens"]),
    ("WIRE-002", &["conference-terminated"]),
    ("WIRE-003", &["participants-list"]),
    ("WIRE-004", &["participants-in-join-answer"]),
    ("WIRE-005", &["invite-announced"]),
    ("WIRE-006", &["participants-own-progress"]),
    ("WIRE-008", &["conference-by-sdk"]),
];

/// Scenarios that a wrong server fails besides those of the requirement that it breaks.
pub(super) const ALSO: &[(&str, &[&str])] =
    &[("one-alias-for-all", &["application-notifications"])];

/// Scenarios that no wrong server fails, and why.
pub(super) const CANNOT_FAIL: &[(&str, &str)] = &[
    ("kick-then-invite", "every outcome is right: it reports which one it saw"),
    ("kick-then-rest-invite", "every outcome is right: it reports which one it saw"),
];
