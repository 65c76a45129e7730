//! The targets that `selftest` has already: null, hostile, and right but unusual.

use super::{Hostile, Must, Red, Right, Running};
use invite_selftest::{Expected, Kind, Specimen};
use std::sync::Arc;

/// What the first line says of those that are not right: name and words.
const SAYS: &[(&str, &[&str])] = &[
    ("closed-port", &["cannot be reached", "refused"]),
    ("silent", &["2500 ms"]),
    ("endless-body", &["bytes", "longer"]),
    ("dripping-body", &["2500 ms"]),
    ("dripping-head", &["2500 ms"]),
    ("tls", &["TLS", "HTTP"]),
    ("other-protocol", &["HTTP", "unexpected"]),
    ("empty-objects", &["nothing at /access_token"]),
    ("echo", &["not JSON"]),
    ("web-page", &["JSON", "html"]),
    ("redirect-loop", &["302"]),
    ("https-to-plain-http", &["TLS"]),
    ("refused-credentials", &["refused the credentials"]),
    ("always-500", &["500"]),
    ("deep-json", &["JSON", "deep"]),
    ("dropped-sockets", &["WebSocket", "clos"]),
    ("babbling-socket", &["frames"]),
    ("rubbish-frames", &["<<rubbish>>", "JSON"]),
    ("binary-frames", &["binary"]),
    ("huge-frames", &["bytes", "frame"]),
    ("dies-on-the-way", &["stopped answering", "the connection broke", "cannot connect"]),
];

/// The right but unusual ones whose bytes or times are odd. `selftest --kind legal` tries all.
const LEGAL: &[&str] = &[
    "slow-answers",
    "slow-frames",
    "byte-by-byte",
    "closed-connections",
    "empty-answers",
    "unknown-fields",
    "null-for-absent",
    "indented-answers",
    "long-tokens",
];

/// Those that CI tries each time.
const PART: &[&str] = &[
    "closed-port",
    "endless-body",
    "redirect-loop",
    "refused-credentials",
    "deep-json",
    "babbling-socket",
    "dies-on-the-way",
];

pub(super) fn all() -> Vec<Hostile> {
    let is_meant = |it: &Specimen| match it.kind {
        Kind::Null | Kind::Hostile => true,
        Kind::Legal => LEGAL.contains(&&*it.name),
        _ => false,
    };
    invite_selftest::all(&Right).into_iter().filter(is_meant).map(hostile).collect()
}

fn hostile(specimen: Specimen) -> Hostile {
    let says = SAYS.iter().find(|(name, _)| *name == specimen.name).map_or(&[][..], |row| row.1);
    let red = Red { guilty: &[], says };
    let must = match &specimen.expected {
        Expected::Allowed(because) => Must::Conform(because.clone()),
        Expected::Untestable => Must::BeUntestable(says),
        Expected::MustFail(_) => Must::BeRed(Red { guilty: &["WIRE-006"], says }),
        Expected::NothingPasses | Expected::DoesNotConform => Must::BeRed(red),
    };
    let is_each_time = PART.contains(&&*specimen.name);
    let (name, does) = (specimen.name.clone(), specimen.does.clone());
    let specimen = Arc::new(specimen);
    let hostile = Hostile::new(
        &name,
        &does,
        must,
        Arc::new(move || {
            let specimen = specimen.clone();
            Box::pin(async move {
                let started = specimen.start(&Right).await.map_err(|error| error.to_string())?;
                Ok(Running { target: started.target, others: Vec::new(), server: started.server })
            })
        }),
    );
    if is_each_time { hostile.each_time() } else { hostile }
}
