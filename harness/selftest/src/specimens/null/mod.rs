//! Targets that are not servers of this protocol: nothing passes, and the run ends soon.

mod raw;

use super::http::{self, Response};
use super::{Running, Starting, starting};
use crate::specimen::{Expected, Kind, Make, Specimen};

/// Every null target.
pub(crate) fn all() -> Vec<Specimen> {
    let untestable = |(name, does, start)| specimen(name, does, Expected::Untestable, start);
    let passes_nothing = |(name, does, start)| specimen(name, does, Expected::NothingPasses, start);
    let untestable = UNTESTABLE.iter().copied().map(untestable);
    untestable.chain(PASSES_NOTHING.iter().copied().map(passes_nothing)).collect()
}

/// Name, what it does, and how it starts.
type Row = (&'static str, &'static str, fn() -> Starting);

fn specimen(name: &str, does: &str, expected: Expected, start: fn() -> Starting) -> Specimen {
    Specimen {
        name: name.to_owned(),
        kind: Kind::Null,
        does: does.to_owned(),
        expected,
        make: Make::Alone(start),
    }
}

const UNTESTABLE: &[Row] = &[
    ("closed-port", "does not listen", || starting(Running::closed())),
    ("silent", "accepts connections and never sends anything", || starting(raw::silent())),
    ("endless-body", "answers with 200 MB", || starting(raw::endless_body())),
    ("dripping-body", "sends bodies at one byte a second", || starting(raw::dripping_body())),
    ("dripping-head", "sends headers at one byte a second", || starting(raw::dripping_head())),
    ("tls", "speaks TLS where plain HTTP is expected", || starting(raw::tls())),
    ("other-protocol", "speaks SMTP", || starting(raw::smtp())),
];

const PASSES_NOTHING: &[Row] = &[
    ("empty-objects", "answers 200 {} to everything", || {
        starting(http::serve(|_| Response::json("200 OK", "{}")))
    }),
    ("echo", "answers with the body of the request", || {
        starting(http::serve(|request| Response::json("200 OK", request.body.clone())))
    }),
    ("web-page", "answers with a web page", || {
        starting(http::serve(|_| Response {
            head: "200 OK\r\ncontent-type: text/html".to_owned(),
            body: b"<html><body>Welcome to nginx!</body></html>".into(),
        }))
    }),
    ("redirect-loop", "redirects every request to its own URL", || {
        starting(http::serve(|request| Response {
            head: format!("302 Found\r\nlocation: {}", request.path),
            body: Vec::new(),
        }))
    }),
];
