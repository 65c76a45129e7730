//! What captures of all kinds have in common: which call a request is, and the headers that matter.

use invite_spec::endpoint::{self, Endpoint, Method};
use invite_trace::Redactor;
use std::collections::BTreeMap;

/// The endpoint that a request is for, and its path from the plane's root on: a plane may stand
/// below a path of its own. A preflight is for the endpoint that it asks about.
pub(super) fn routed(method: &str, path: &str) -> Option<(&'static Endpoint, String)> {
    let methods = match Method::parse(method) {
        Some(method) => vec![method],
        None if method == "OPTIONS" => {
            vec![Method::Get, Method::Post, Method::Put, Method::Delete]
        }
        None => return None,
    };
    let starts = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at);
    starts.map(|at| &path[at..]).find_map(|path| {
        let endpoint = methods.iter().find_map(|method| endpoint::route(*method, path))?.0;
        Some((endpoint, path.to_owned()))
    })
}

/// The headers that are recorded, without their secrets.
pub(super) fn headers<'h>(
    redactor: &mut Redactor,
    names: &[&'static str],
    value: impl Fn(&str) -> Option<&'h str>,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in names {
        let Some(raw) = value(name) else { continue };
        let shown = match *name {
            "authorization" => match raw.split_once(' ') {
                Some((scheme, credentials)) => format!("{scheme} {}", redactor.token(credentials)),
                None => redactor.token(raw),
            },
            endpoint::SESSION_TOKEN_HEADER | endpoint::CONFERENCE_TOKEN_HEADER => {
                redactor.token(raw)
            }
            _ => redactor.text(raw),
        };
        found.insert((*name).to_owned(), shown);
    }
    found
}
