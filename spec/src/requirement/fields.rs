//! Which requirement a field of a payload carries, where it is not the general one.

/// Payload, pointer, requirement.
const FIELDS: &[(&str, &str, &str)] = &[
    ("token-answer", "/token_type", "AUTH-002"),
    ("sdk-identify-answer", "/user_id", "SES-001"),
    ("sdk-identify-answer", "/jwt_user_token", "SES-001"),
    ("sdk-join-answer", "/metadata", "JOIN-003"),
    ("rest-create-answer", "/isProtected", "CNF-002"),
    ("rest-create-answer", "/ownerToken", "TOK-001"),
    ("rest-create-answer", "/usersTokens", "TOK-002"),
    ("rest-invite-answer", "", "INV-002"),
    ("rest-permissions-answer", "", "PRM-015"),
    ("sdk-create-answer", "/isProtected", "CNF-004"),
    ("sdk-create-answer", "/ownerToken", "TOK-003"),
    ("push-invitation-received", "/conferenceId", "INV-018"),
    ("push-invitation-received", "/confAlias", "INV-019"),
    ("push-invitation-received", "/inviter", "INV-020"),
    ("push-invitation-received", "/confToken", "INV-022"),
    ("push-update-token", "/type", "PRM-023"),
    ("push-update-token", "/amu", "PRM-024"),
    ("push-update-token", "/content", "PRM-025"),
];

/// The requirement that a field carries: the row of the longest pointer that it lies under.
pub fn of_field(payload: &str, pointer: &str) -> Option<&'static str> {
    FIELDS
        .iter()
        .filter(|(name, prefix, _)| {
            *name == payload
                && pointer
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .max_by_key(|(_, prefix, _)| prefix.len())
        .map(|(_, _, id)| *id)
}

/// The fields of a payload that carry a requirement of their own: their pointers, and which.
pub fn of_payload(payload: &str) -> impl Iterator<Item = (&'static str, &'static str)> + use<'_> {
    FIELDS.iter().filter(move |(name, ..)| *name == payload).map(|(_, pointer, id)| (*pointer, *id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_requirements_exist() {
        for (payload, pointer, id) in FIELDS {
            let found = crate::payload::find(payload).unwrap_or_else(|| panic!("no {payload}"));
            assert!(found.example().pointer(pointer).is_some(), "{payload} has no {pointer}");
            assert!(crate::requirement::find(id).is_some(), "no {id}");
        }
        assert_eq!(of_field("push-update-token", "/content/access_token"), Some("PRM-025"));
        assert_eq!(of_field("push-update-token", "/contents"), None);
        assert_eq!(of_payload("token-answer").collect::<Vec<_>>(), [("/token_type", "AUTH-002")]);
    }
}
