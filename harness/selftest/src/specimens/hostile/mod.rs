//! Servers that break connections, flood their clients, or cannot be used as described: the run ends
//! by itself, and the harness blames the target and not itself.

mod faults;

use super::http::{self, Response};
use super::{Starting, starting};
use crate::proxy::{Change, Content};
use crate::scope::Scope;
use crate::specimen::{Expected, Kind, Make, Specimen};
use faults::{DiesAfter, DropsSockets, Floods, Greets};
use invite_spec::requirement::id;
use std::sync::Arc;

/// Every hostile server.
pub(crate) fn all() -> Vec<Specimen> {
    vec![
        specimen(
            "https-to-plain-http",
            "speaks plain HTTP where TLS is expected",
            Expected::Untestable,
            alone(|| starting(async { Ok(always_empty().await?.into_https()) })),
        ),
        specimen(
            "refused-credentials",
            "refuses the credentials of its description",
            Expected::Untestable,
            Make::Description(|target| target.application.secret.push_str("-of-another")),
        ),
        specimen(
            "always-500",
            "answers 500 to everything",
            Expected::NothingPasses,
            alone(|| {
                starting(http::serve(|_| Response {
                    head: "500 Internal Server Error".to_owned(),
                    body: Vec::new(),
                }))
            }),
        ),
        specimen(
            "deep-json",
            "answers with JSON that is nested 100,000 deep",
            Expected::NothingPasses,
            alone(|| {
                starting(http::serve(|_| {
                    let deep = ["[".repeat(DEPTH), "]".repeat(DEPTH)].concat();
                    Response::json("200 OK", deep)
                }))
            }),
        ),
        specimen(
            "dropped-sockets",
            "drops every WebSocket after its first frame",
            Expected::DoesNotConform,
            proxied(|| Arc::new(DropsSockets)),
        ),
        specimen(
            "babbling-socket",
            "pushes the same frame over every WebSocket without end",
            Expected::DoesNotConform,
            proxied(|| Arc::new(Floods(Content::Text(r#"{"type":"Noise","n":1}"#.to_owned())))),
        ),
        specimen(
            "rubbish-frames",
            "pushes a frame that is not JSON over every WebSocket",
            Expected::must_fail(&[id::WIRE_006]),
            proxied(|| Arc::new(Greets(Content::Text("<<rubbish>>".to_owned())))),
        ),
        specimen(
            "binary-frames",
            "pushes a binary frame over every WebSocket",
            Expected::must_fail(&[id::WIRE_006]),
            proxied(|| Arc::new(Greets(Content::Binary(vec![0xff; 99])))),
        ),
        specimen(
            "huge-frames",
            "pushes a frame of 10 MB over every WebSocket",
            Expected::DoesNotConform,
            proxied(|| Arc::new(Greets(Content::Text(" ".repeat(10 * 1024 * 1024))))),
        ),
        specimen(
            "dies-on-the-way",
            "closes every connection without a response after 200 requests",
            Expected::DoesNotConform,
            proxied(|| Arc::new(DiesAfter::requests(200))),
        ),
    ]
}

/// How deep [`all`]'s `deep-json` nests.
const DEPTH: usize = 100_000;

async fn always_empty() -> std::io::Result<super::Running> {
    http::serve(|_| Response { head: "200 OK".to_owned(), body: Vec::new() }).await
}

fn specimen(name: &str, does: &str, expected: Expected, make: Make) -> Specimen {
    Specimen { name: name.to_owned(), kind: Kind::Hostile, does: does.to_owned(), expected, make }
}

fn alone(start: fn() -> Starting) -> Make {
    Make::Alone(start)
}

fn proxied(change: fn() -> Arc<dyn Change>) -> Make {
    Make::Proxy { change: Arc::new(change), keeps_order: true, scope: Scope::Everything }
}
