//! The scopes of API tokens and client access tokens.

/// The scopes of API tokens. Case-sensitive; separated by spaces in a request.
pub const API_SCOPES: &[&str] = &[
    "comms:client_access_token:create",
    "comms:conf:create",
    "comms:conf:admin",
    "comms:conf:destroy",
    "comms:monitor:delete",
    "comms:monitor:read",
    "comms:monitor:download",
    "comms:stream:write",
    "comms:remix:read",
    "comms:remix:write",
    "comms:record:write",
    "comms:*",
];

/// The scopes of client access tokens. Case-sensitive; separated by spaces in a request.
pub const SESSION_SCOPES: &[&str] =
    &["conf:create", "notifications:set", "file:convert", "session:update", "*"];

/// The scopes of a token. A token requested without scopes is unrestricted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// The request had no scopes.
    Unrestricted,
    /// The known scopes of the request; possibly none.
    Only(Vec<String>),
}

impl Scopes {
    /// Reads a space-separated list and drops scopes that are not in `known`.
    pub fn parse(text: Option<&str>, known: &[&str]) -> Scopes {
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Scopes::Unrestricted,
            Some(text) => Scopes::Only(
                text.split_whitespace()
                    .filter(|scope| known.contains(scope))
                    .map(str::to_owned)
                    .collect(),
            ),
        }
    }

    /// Whether the scopes cover this one, by name or by a wildcard at the end.
    pub fn allow(&self, scope: &str) -> bool {
        match self {
            Scopes::Unrestricted => true,
            Scopes::Only(scopes) => scopes.iter().any(|held| {
                held == scope
                    || held.strip_suffix('*').is_some_and(|prefix| scope.starts_with(prefix))
            }),
        }
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scopes::Unrestricted => Ok(()),
            Scopes::Only(scopes) => f.pad(&scopes.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_named_is_unrestricted_and_only_unknown_names_allow_nothing() {
        assert!(Scopes::parse(None, API_SCOPES).allow("comms:conf:create"));
        assert!(Scopes::parse(Some(" "), API_SCOPES).allow("comms:conf:create"));
        assert!(!Scopes::parse(Some("comms:CONF:create"), API_SCOPES).allow("comms:conf:create"));
    }

    #[test]
    fn a_wildcard_covers_what_it_begins() {
        let scopes = Scopes::parse(Some("comms:*"), API_SCOPES);
        assert!(scopes.allow("comms:conf:admin"));
        assert!(Scopes::parse(Some("*"), SESSION_SCOPES).allow("conf:create"));
        let one = Scopes::parse(Some("comms:conf:create"), API_SCOPES);
        assert!(one.allow("comms:conf:create") && !one.allow("comms:conf:admin"));
    }
}
