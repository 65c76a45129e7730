//! The reference server behind a proxy that changes what it sends.

use super::listening::{Listener, Plain, join, read};
use super::{Hostile, Must, Red, Right, Running, target};
use flate2::Compression;
use flate2::write::GzEncoder;
use invite_selftest::proxy::{Change, Content, Greeting, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Changes each response by a function.
struct Responses(fn(&Request<'_>, &mut Response));

impl Change for Responses {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        (self.0)(request, &mut response);
        response
    }
}

/// Pushes this text over each WebSocket as soon as it is open.
struct Pushes(fn() -> String);

impl Change for Pushes {
    fn greeting(&self) -> Option<Greeting> {
        Some(Greeting::Once(Content::Text((self.0)())))
    }
}

/// Answers in time, so many times, and then late.
struct Slow {
    in_time: usize,
    answered: AtomicUsize,
    late: Duration,
}

impl Change for Slow {
    fn response(&self, _: &Request<'_>, mut response: Response) -> Response {
        if self.answered.fetch_add(1, Ordering::Relaxed) >= self.in_time {
            response.delay = self.late;
        }
        response
    }
}

fn slow(in_time: usize, late: Duration) -> Arc<dyn Change> {
    Arc::new(Slow { in_time, answered: AtomicUsize::new(0), late })
}

/// Refuses every 20th request for an API token, and says for how long. A proxy has passed on what
/// it refuses: only calls without an effect can be refused here.
struct Busy(AtomicUsize);

impl Change for Busy {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        if is(request, Operation::AuthToken) && self.0.fetch_add(1, Ordering::Relaxed) % 20 == 19 {
            response.status = 429;
            response.set_header("retry-after", "1");
            response.body = b"{}".to_vec();
        }
        response
    }
}

fn is(request: &Request<'_>, operation: Operation) -> bool {
    request.endpoint.is_some_and(|it| it.operation == operation)
}

/// Changes the JSON of each response of this operation.
fn edit(
    request: &Request<'_>,
    response: &mut Response,
    operation: Operation,
    edit: impl FnOnce(&mut Map<String, Value>),
) {
    if let Some(Value::Object(mut body)) = response.json().filter(|_| is(request, operation)) {
        edit(&mut body);
        response.set_json(&Value::Object(body));
    }
}

/// Adds much to each response that may hold tokens of people.
fn tokens(request: &Request<'_>, response: &mut Response, people: usize, bytes: usize) {
    let is_one = [Operation::RestCreate, Operation::RestInvite].iter().any(|it| is(request, *it));
    let Some(mut body) = response.json().filter(|body| is_one && body.is_object()) else { return };
    let token = |n: usize| json!(format!("token-{n:0bytes$}"));
    let much = (0..people).map(|n| (format!("p{n}"), token(n))).collect::<Map<_, _>>();
    match body.get("usersTokens") {
        Some(_) => body["usersTokens"] = Value::Object(much),
        None => body = Value::Object(much),
    }
    response.set_json(&body);
}

/// Puts text behind the first brace of each JSON object that is a body.
fn insert(request: &Request<'_>, response: &mut Response, text: &str) {
    // Each field of these is a person.
    if [Operation::RestInvite, Operation::RestPermissions].iter().any(|it| is(request, *it)) {
        return;
    }
    if response.json().is_some_and(|body| body.as_object().is_some_and(|it| !it.is_empty())) {
        let at = response.body.iter().position(|byte| *byte == b'{').map_or(0, |at| at + 1);
        response.body.splice(at..at, text.bytes());
    }
}

fn encode(response: &mut Response, name: &str, is_true: bool) {
    if response.body.is_empty() {
        return;
    }
    response.set_header("content-encoding", name);
    if is_true {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let _ = encoder.write_all(&response.body);
        response.body = encoder.finish().unwrap_or_default();
    }
}

fn changed(
    name: &str,
    does: &str,
    must: Must,
    change: impl Fn() -> Arc<dyn Change> + Send + Sync + 'static,
) -> Hostile {
    let change = Arc::new(change);
    Hostile::new(
        name,
        does,
        must,
        Arc::new(move || {
            let change = change.clone();
            Box::pin(async move {
                let right = Right::server()?;
                let behind = target(&format!("http://{}", right.address()));
                let proxy = Proxy::start(&behind.planes, change()).await;
                let proxy = proxy.map_err(|error| error.to_string())?;
                let target = target(&proxy.planes().rest);
                Ok(Running { target, others: Vec::new(), server: Box::new((proxy, right)) })
            })
        }),
    )
}

fn responses(
    name: &str,
    does: &str,
    must: Must,
    change: fn(&Request<'_>, &mut Response),
) -> Hostile {
    changed(name, does, must, move || Arc::new(Responses(change)))
}

fn pushes(name: &str, does: &str, must: Must, text: fn() -> String) -> Hostile {
    changed(name, does, must, move || Arc::new(Pushes(text)))
}

/// Says that its WebSockets are at this address.
fn leads(
    name: &str,
    does: &str,
    must: Must,
    address: fn(&str) -> String,
    more: &'static [(&'static str, &'static str)],
) -> Hostile {
    Hostile::new(
        name,
        does,
        must,
        Arc::new(move || {
            Box::pin(async move {
                let other = Listener::start().map_err(|error| error.to_string())?;
                let right = Right::server()?;
                let mut fields = vec![("wsUri", address(&other.address))];
                fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
                let behind = target(&format!("http://{}", right.address()));
                let proxy = Proxy::start(&behind.planes, Arc::new(Identify(fields))).await;
                let proxy = proxy.map_err(|error| error.to_string())?;
                let target = target(&proxy.planes().rest);
                Ok(Running { target, others: vec![other], server: Box::new((proxy, right)) })
            })
        }),
    )
}

/// Changes fields of the response to identify.
struct Identify(Vec<(&'static str, String)>);

impl Change for Identify {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        edit(request, &mut response, Operation::Identify, |body| {
            for (name, value) in &self.0 {
                body.insert((*name).to_owned(), value.as_str().into());
            }
        });
        response
    }
}

pub(super) fn all() -> Vec<Hostile> {
    let mut all = late();
    all.extend(much());
    all.extend(secrets());
    all.extend(encodings());
    all.extend(odd());
    all.extend(right());
    all
}

const ANY: &[&str] = &[];

fn late() -> Vec<Hostile> {
    let gone: &[&str] = &["ms", "answer"];
    vec![
        changed(
            "falls-silent",
            "answers nothing more after 400 calls",
            Must::red(ANY, gone),
            || slow(400, Duration::from_secs(3_600)),
        )
        .each_time(),
        changed(
            "falls-silent-early",
            "answers nothing more after 20 calls",
            Must::NotPass(Red { guilty: ANY, says: gone }),
            || slow(20, Duration::from_secs(3_600)),
        ),
        changed(
            "just-in-time",
            "answers each call after 4.5 s, but for the first 50",
            Must::NotPass(Red { guilty: ANY, says: &["--max-time", "INTERRUPTED"] }),
            || slow(50, Duration::from_millis(4_500)),
        )
        .each_time(),
        changed(
            "just-too-late",
            "answers each call after 5.5 s, but for the first 50",
            Must::red(ANY, gone),
            || slow(50, Duration::from_millis(5_500)),
        ),
    ]
}

fn much() -> Vec<Hostile> {
    let cut = Must::BeCutOff(Red {
        guilty: ANY,
        says: &["the harness read no further", "stopped reading", "not a JWT"],
    });
    vec![
        responses(
            "tokens-180000",
            "answers with tokens of 180,000 people",
            cut.clone(),
            |request, response| tokens(request, response, 180_000, 1),
        )
        .each_time(),
        responses(
            "tokens-20000",
            "answers with long tokens of 20,000 people",
            cut.clone(),
            |request, response| tokens(request, response, 20_000, 100),
        ),
        responses(
            "tokens-of-9-kb",
            "answers with tokens of 9 kB of 400 people",
            cut.clone(),
            |request, response| tokens(request, response, 400, 9_000),
        ),
        responses(
            "tokens-of-100-kb",
            "makes each client access token 100 kB long",
            Must::NotPass(Red { guilty: ANY, says: &[] }),
            |request, response| {
                edit(request, response, Operation::ClientAccessToken, |body| {
                    body.insert("access_token".to_owned(), "t".repeat(100_000).into());
                });
            },
        ),
        responses(
            "fields-100000",
            "adds 100,000 unknown fields to each response",
            cut,
            |_, response| {
                if let Some(Value::Object(mut body)) = response.json() {
                    body.extend((0..100_000).map(|n| (format!("f{n}"), json!(n))));
                    response.set_json(&Value::Object(body));
                }
            },
        ),
    ]
}

/// Where secrets could go.
fn secrets() -> Vec<Hostile> {
    let elsewhere = || Must::BeUntestable(&["hosts", "host"]);
    vec![
        leads(
            "socket-elsewhere",
            "says that its WebSockets are at another host",
            elsewhere(),
            |other| format!("ws://{other}"),
            &[],
        )
        .each_time(),
        leads(
            "pseudonym-of-the-secret",
            "gives out the harness's name for its own secret as a token, and sends it elsewhere",
            Must::NotPass(Red { guilty: &["SES-"], says: &["host", "uri character"] }),
            |other| format!("ws://{other}"),
            &[("jwt_user_token", "<secret of the application>")],
        )
        .each_time(),
        leads(
            "socket-with-a-user",
            "says that its WebSockets are at its own host, as a user's name before another host",
            Must::NotPass(Red {
                guilty: &["SES-", "WIRE-"],
                says: &["host", "user", "wsUri", "URL", "WebSocket"],
            }),
            |other| format!("ws://127.0.0.1@{other}"),
            &[],
        )
        .each_time(),
        leads(
            "socket-without-a-scheme",
            "says that its WebSockets are at an address without a scheme",
            Must::NotPass(Red {
                guilty: &["SES-", "WIRE-"],
                says: &["wsUri", "host", "URL", "WebSocket"],
            }),
            |other| other.to_owned(),
            &[],
        ),
        leads(
            "socket-javascript",
            "says that its WebSockets are at `javascript:`",
            Must::NotPass(Red {
                guilty: &["SES-", "WIRE-"],
                says: &["wsUri", "host", "URL", "WebSocket"],
            }),
            |_| "javascript:alert(1)".to_owned(),
            &[],
        ),
        leads(
            "socket-tls",
            "says that its WebSockets speak TLS, which they do not",
            Must::NotPass(Red { guilty: &["SES-", "WIRE-"], says: &["host", "TLS", "WebSocket"] }),
            |other| format!("wss://{other}"),
            &[],
        ),
        responses(
            "token-is-a-pseudonym",
            "gives out session tokens that are spelled like names of the harness",
            Must::NotPass(Red {
                guilty: &["SES-", "AUTH-", "JOIN-", "CNF-", "WIRE-", "TOK-"],
                says: &[],
            }),
            |request, response| {
                edit(request, response, Operation::Identify, |body| {
                    body.insert(
                        "jwt_user_token".to_owned(),
                        "<credentials of the application>".into(),
                    );
                });
            },
        ),
        responses(
            "token-with-line-breaks",
            "gives out session tokens with line breaks and header lines in them",
            Must::NotPass(Red { guilty: &["SES-", "WIRE-", "AUTH-", "TOK-"], says: &[] }),
            |request, response| {
                edit(request, response, Operation::Identify, |body| {
                    body.insert(
                        "jwt_user_token".to_owned(),
                        "a\r\nX-Admin: 1\r\n\r\nGET / HTTP/1.1".into(),
                    );
                });
            },
        )
        .each_time(),
        responses(
            "token-with-nul",
            "gives out API tokens with NUL bytes",
            Must::NotPass(Red { guilty: ANY, says: &[] }),
            |request, response| {
                edit(request, response, Operation::AuthToken, |body| {
                    body.insert("access_token".to_owned(), "a\0b".into());
                });
            },
        ),
        responses(
            "ids-with-paths",
            "gives out ids of conferences that lead elsewhere in a path",
            Must::red(ANY, &[]),
            |request, response| {
                for operation in [Operation::RestCreate, Operation::SdkCreate] {
                    edit(request, response, operation, |body| {
                        body.insert("conferenceId".to_owned(), "../../v1/auth/token?x=#".into());
                    });
                }
            },
        ),
    ]
}

fn encodings() -> Vec<Hostile> {
    let red = || Must::NotPass(Red { guilty: ANY, says: &["Content-Encoding"] });
    vec![
        responses(
            "br-that-is-none",
            "says of each body that it is br, and it is not",
            red(),
            |_, response| encode(response, "br", false),
        )
        .each_time(),
        responses(
            "gzip-that-is-none",
            "says of each body that it is gzip, and it is not",
            red(),
            |_, response| encode(response, "gzip", false),
        ),
        responses(
            "zstd",
            "says of each body that it is zstd, which no client asked for",
            red(),
            |_, response| encode(response, "zstd", false),
        ),
        responses(
            "unknown-encoding",
            "says of each body that it is `x-secret`",
            red(),
            |_, response| encode(response, "x-secret", false),
        ),
    ]
}

/// Odd texts in responses and frames.
fn odd() -> Vec<Hostile> {
    let unknown =
        || Must::Conform("the clients ignore frames of types that they do not know".to_owned());
    vec![
        pushes("shell-in-a-frame", "pushes a frame whose type is shell code", unknown(), || {
            "{\"type\":\"x\\nEOF\\n$(touch /tmp/owned)`id`\\n'\\\"; exit 0 #\"}".to_owned()
        }),
        pushes("sequences-in-a-frame", "pushes a frame whose type holds escape sequences, bidirectional characters and workflow commands", unknown(), || {
            "{\"type\":\"\\u001b[2J\\n::error::owned\\n##[error]owned\\u202e\\u200b\"}".to_owned()
        })
        .each_time(),
        pushes("deep-frames", "pushes a frame that is nested 10,000 deep", Must::red(&["WIRE-"], &["JSON", "deep", "nested"]), || {
            ["[".repeat(10_000), "]".repeat(10_000)].concat()
        }),
        responses("types-swapped", "writes numbers as strings and strings as numbers in responses to creates", Must::red(ANY, &[]), |request, response| {
            for operation in [Operation::RestCreate, Operation::SdkCreate] {
                edit(request, response, operation, |body| {
                    for value in body.values_mut() {
                        *value = match &*value {
                            Value::String(text) => json!(text.len()),
                            other => json!(other.to_string()),
                        };
                    }
                });
            }
        }),
        responses("html-for-errors", "answers each error with a web page", Must::NotPass(Red { guilty: &["ERR-", "WIRE-"], says: &["html", "JSON", "object"] }), |_, response| {
            if response.status >= 400 {
                response.set_header("content-type", "text/html");
                response.body = b"<!doctype html><h1>Bad Request</h1>".to_vec();
            }
        }),
        responses("null-for-errors", "answers each error with null", Must::NotPass(Red { guilty: &["ERR-", "WIRE-"], says: &["null"] }), |_, response| {
            if response.status >= 400 {
                response.body = b"null".to_vec();
            }
        }),
    ]
}

/// Right servers that look hostile.
fn right() -> Vec<Hostile> {
    let allowed = |because: &str| Must::Conform(because.to_owned());
    vec![
        responses(
            "real-gzip",
            "compresses each body with gzip",
            allowed("the clients offer it"),
            |_, response| encode(response, "gzip", true),
        )
        .each_time(),
        responses(
            "padded-answers",
            "pads each response with 4 kB of white space",
            allowed("white space means nothing in JSON"),
            |_, response| {
                if response.json().is_some() {
                    response.body.extend([b' '; 4096]);
                }
            },
        )
        .each_time(),
        changed(
            "asks-for-pauses",
            "answers 429 with Retry-After: 1 to every 20th request for an API token",
            allowed("a client that is asked to wait waits"),
            || Arc::new(Busy(AtomicUsize::new(0))),
        )
        .each_time(),
        responses(
            "numbers-beyond-i64-in-unknown-fields",
            "adds a number of 30 digits to each response",
            allowed("JSON has no limit for numbers, and the clients ignore unknown fields"),
            |request, response| {
                insert(request, response, "\"x-big\":123456789012345678901234567890,")
            },
        ),
        responses(
            "unknown-fields-twice",
            "adds an unknown field twice to each response",
            allowed("the parsers of the clients take the last one"),
            |request, response| insert(request, response, "\"x-twice\":1,\"x-twice\":2,"),
        ),
        responses(
            "escaped-texts",
            "escapes each character of an unknown field",
            allowed("JSON allows it"),
            |request, response| {
                insert(request, response, "\"\\u0078\\u002d\\u0061\":\"\\ud83d\\ude00\\u0000\",")
            },
        ),
        responses(
            "many-headers",
            "sends 60 headers of 100 bytes",
            allowed("servers behind proxies do"),
            |_, response| {
                for n in 0..60 {
                    response.headers.push((format!("x-header-{n}"), "v".repeat(100)));
                }
            },
        ),
        responses(
            "duplicate-headers",
            "sends headers twice",
            allowed("HTTP allows it for headers with lists"),
            |_, response| {
                response.headers.push(("vary".to_owned(), "origin".to_owned()));
                response.headers.push(("vary".to_owned(), "accept".to_owned()));
                response.headers.push(("set-cookie".to_owned(), "a=1".to_owned()));
                response.headers.push(("set-cookie".to_owned(), "a=2".to_owned()));
            },
        ),
        prefixed(),
    ]
}

/// A right server below a path.
fn prefixed() -> Hostile {
    const PREFIX: &str = "/communications/api";
    Hostile::new(
        "path-prefix",
        "serves everything below a path",
        Must::Conform("an address may have a path".to_owned()),
        Arc::new(|| {
            Box::pin(async {
                let right = Right::server()?;
                let behind = right.address();
                let server = Plain::serve(move |mut client| {
                    let Some(request) = read(&mut client)? else { return Ok(()) };
                    let head = String::from_utf8_lossy(&request.head).into_owned();
                    // WebSockets are where the server says they are, at the root.
                    let head = head.replacen(&format!(" {PREFIX}/"), " /", 1);
                    let is_socket = head.to_ascii_lowercase().contains("\r\nupgrade: websocket");
                    // Each further request on the connection would have to be changed as well.
                    let head = match is_socket {
                        true => head,
                        false => head.replacen("\r\n", "\r\nConnection: close\r\n", 1),
                    };
                    let mut server = TcpStream::connect(behind)?;
                    server.write_all(head.as_bytes())?;
                    server.write_all(&request.body)?;
                    join(client, server)
                })
                .map_err(|error| error.to_string())?;
                let target = target(&format!("{}{PREFIX}", server.url()));
                Ok(Running { target, others: Vec::new(), server: Box::new((server, right)) })
            })
        }),
    )
    .each_time()
}
