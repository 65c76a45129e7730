//! Secrets that are known by the names before them: in forms, in queries, and in what is nearly JSON.

use super::search::SHORTEST_SECRET;
use std::ops::Range;

/// How the names of fields end that hold a secret, in any case.
const ENDS: [&str; 3] = ["token", "secret", "password"];

/// Whether a field of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    ENDS.iter().any(|end| {
        let start = name.len().checked_sub(end.len());
        start.and_then(|at| name.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    })
}

/// Where in a text such values stand: behind `name=`, or behind `"name": "`. What is too short to be a
/// secret is none: an error may say `"token": "invalid"`.
pub(super) fn values(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, sign) in text.match_indices(['=', ':']) {
        let before = text[..at].trim_end();
        let name = before.trim_end_matches(['"', '\'']);
        let start = name.char_indices().rev().find(|(_, c)| !is_of_name(*c));
        let start = start.map_or(0, |(at, c)| at + c.len_utf8());
        let is_named = is_secret(&name[start..]);
        let is_quoted = name.len() < before.len();
        if !is_named || (sign == ":" && !is_quoted) {
            continue;
        }
        let behind = text[at + 1..].trim_start();
        let value = behind.trim_start_matches(['"', '\'']);
        if sign == ":" && value.len() == behind.len() {
            continue;
        }
        let begin = text.len() - value.len();
        let length = value.find(ends).unwrap_or(value.len());
        if length >= SHORTEST_SECRET && found.last().is_none_or(|it: &Range<usize>| it.end <= begin)
        {
            found.push(begin..begin + length);
        }
    }
    found
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn ends(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '&' | ',' | ';' | '<' | '>' | '}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_behind_names_of_secrets_and_behind_no_others() {
        for (text, wanted) in [
            ("grant_type=password&client_secret=hunter2hunter2&x=1", &["hunter2hunter2"][..]),
            ("/path?Token=abcdefghij&Voxeet-Id=0000000000", &["abcdefghij"]),
            (r#"{"access_token": "opaque-token", "a": "b",}"#, &["opaque-token"]),
            (r#"{'refreshToken':'opaque-token'"#, &["opaque-token"]),
            (
                "password=one-two-three, and TOKEN = four-five-six",
                &["one-two-three", "four-five-six"],
            ),
            ("the token: it is invalid because of nothing", &[]),
            (r#"{"token":"invalid"}"#, &[]),
            ("tokens=abcdefghijkl&token_type=abcdefghijkl", &[]),
            ("é=abcdefghij", &[]),
            ("étoken=abcdefghij", &["abcdefghij"]),
            ("token=", &[]),
            ("=abcdefghij", &[]),
        ] {
            let found: Vec<&str> = values(text).into_iter().map(|at| &text[at]).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
