//! Servers that give every request the same odd answer, or none.

use super::listening::{Listener, Plain, drain, read};
use super::{Hostile, Must, Red, Running, target};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// Any requirement may be named by a server that serves nothing: what must not be is a pass.
const ANY: &[&str] = &[];

fn json(body: &str) -> Vec<u8> {
    with(&format!("content-type: application/json\r\ncontent-length: {}", body.len()), body)
}

fn with(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}

fn status(line: &str, more: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\n{more}content-length: 0\r\n\r\n").into_bytes()
}

/// A server that gives each request these bytes.
fn answers(name: &str, does: &str, must: Must, answer: Vec<u8>) -> Hostile {
    let answer = Arc::new(answer);
    plain(name, does, must, move || {
        let answer = answer.clone();
        Plain::answer(move |_| answer.to_vec())
    })
}

/// The same, and then it closes the connection.
fn answers_once(name: &str, does: &str, must: Must, answer: Vec<u8>) -> Hostile {
    serves(name, does, must, move |mut client| {
        read(&mut client)?;
        client.write_all(&answer)
    })
}

/// A server that does this with each connection.
fn serves(
    name: &str,
    does: &str,
    must: Must,
    serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
) -> Hostile {
    let serve = Arc::new(serve);
    plain(name, does, must, move || {
        let serve = serve.clone();
        Plain::serve(move |client| serve(client))
    })
}

fn plain(
    name: &str,
    does: &str,
    must: Must,
    start: impl Fn() -> io::Result<Plain> + Send + Sync + 'static,
) -> Hostile {
    let start = Arc::new(start);
    Hostile::new(
        name,
        does,
        must,
        Arc::new(move || {
            let start = start.clone();
            Box::pin(async move {
                let server = start().map_err(|error| error.to_string())?;
                Ok(Running {
                    target: target(&server.url()),
                    others: Vec::new(),
                    server: Box::new(server),
                })
            })
        }),
    )
}

/// Sends the same again and again.
fn flood(mut client: TcpStream, first: &[u8], then: &[u8]) -> io::Result<()> {
    read(&mut client)?;
    client.write_all(first)?;
    let many = then.repeat((64 * 1024 / then.len()).max(1));
    loop {
        client.write_all(&many)?;
    }
}

pub(super) fn all() -> Vec<Hostile> {
    let mut all = statuses();
    all.extend(heads());
    all.extend(bodies());
    all.extend(contents());
    all.extend(said());
    all
}

/// One status for everything.
fn statuses() -> Vec<Hostile> {
    let red = |says| Must::red(ANY, says);
    let refused = |says| Must::BeUntestable(says);
    vec![
        answers(
            "status-502",
            "answers 502 to everything",
            red(&["502"]),
            status("502 Bad Gateway", ""),
        )
        .each_time(),
        answers(
            "status-401",
            "answers 401 to everything",
            refused(&["refused the credentials"]),
            status("401 Unauthorized", ""),
        )
        .each_time(),
        answers(
            "status-403",
            "answers 403 to everything",
            Must::NotPass(Red { guilty: ANY, says: &["403", "refused the credentials"] }),
            status("403 Forbidden", ""),
        ),
        answers(
            "status-404",
            "answers 404 to everything",
            refused(&["404"]),
            status("404 Not Found", ""),
        ),
        answers(
            "status-204",
            "answers 204 to everything",
            red(&["it is empty"]),
            b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        ),
        answers(
            "status-304",
            "answers 304 to everything",
            red(&["304"]),
            b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(),
        ),
        answers(
            "status-101",
            "answers 101 to everything",
            Must::NotPass(Red { guilty: ANY, says: &["101", "HTTP", "closed"] }),
            b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"
                .to_vec(),
        ),
        answers("status-999", "answers with status 999", red(&["999"]), status("999 Odd", "")),
        answers(
            "status-429",
            "answers 429 to everything",
            red(&["429"]),
            status("429 Too Many Requests", ""),
        )
        .each_time(),
        answers(
            "status-429-retry",
            "answers 429 to everything, with Retry-After: 1",
            red(&["429"]),
            status("429 Too Many Requests", "retry-after: 1\r\n"),
        ),
        answers(
            "status-429-for-a-day",
            "answers 429 to everything, with Retry-After: 86400",
            red(&["429"]),
            status("429 Too Many Requests", "retry-after: 86400\r\n"),
        )
        .each_time(),
        answers(
            "status-503-retry",
            "answers 503 to everything, with Retry-After: 1",
            red(&["503"]),
            status("503 Service Unavailable", "retry-after: 1\r\n"),
        ),
    ]
}

/// Heads that are none, or odd.
fn heads() -> Vec<Hostile> {
    let no_http = |says| Must::BeUntestable(says);
    let closed: &[&str] = &["the connection broke"];
    let not_http: &[&str] = &["HTTP", "invalid", "head"];
    vec![
        serves("closes-at-once", "closes every connection at once", no_http(closed), |_| Ok(())),
        serves("closes-after-the-request", "reads a request and closes the connection", no_http(closed), |mut client| {
            read(&mut client).map(|_| ())
        })
        .each_time(),
        answers_once("http-0.9", "answers as HTTP/0.9 did, without a head", no_http(not_http), b"<html>hello</html>".to_vec()),
        answers_once("http-2", "answers with HTTP/2 frames", no_http(not_http), b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff\0\0\x04\x08\0\0\0\0\0\x7f\xff\0\0".to_vec())
            .each_time(),
        answers_once("ssh", "speaks SSH", no_http(not_http), b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        answers_once("half-a-head", "closes in the middle of a head", no_http(&["clos", "HTTP", "head"]), b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec()),
        serves("endless-head", "sends header lines without end", no_http(&["head", "HTTP"]), |client| {
            flood(client, b"HTTP/1.1 200 OK\r\n", b"x-more: and more\r\n")
        })
        .each_time(),
        serves("endless-header", "sends one header without end", no_http(&["head", "HTTP"]), |client| {
            flood(client, b"HTTP/1.1 200 OK\r\nx: ", b"x")
        }),
        serves("endless-continues", "sends 100 Continue without end", no_http(&["2500 ms", "1xx", "100", "HTTP"]), |client| {
            flood(client, b"", b"HTTP/1.1 100 Continue\r\n\r\n")
        })
        .each_time(),
        answers("ten-thousand-headers", "sends 10,000 headers", no_http(&["head", "HTTP"]), {
            let lines: String = (0..10_000).map(|n| format!("x-{n}: x\r\n")).collect();
            with(&format!("{lines}content-length: 2"), "{}")
        }),
        answers("two-lengths", "sends two different lengths of its body", no_http(&["length", "HTTP"]), with("content-type: application/json\r\ncontent-length: 2\r\ncontent-length: 3", "{} "))
            .each_time(),
        answers("negative-length", "sends a length of -1", no_http(&["length", "HTTP"]), with("content-type: application/json\r\ncontent-length: -1", "{}")),
        answers("length-beyond-numbers", "sends a length of 2^80", no_http(&["length", "HTTP"]), with("content-type: application/json\r\ncontent-length: 1208925819614629174706176", "{}")),
        answers("nul-in-a-header", "sends NUL bytes in a header", no_http(&["head", "HTTP"]), with("x: a\0b\r\ncontent-length: 2", "{}")),
        answers("header-without-a-name", "sends a header line without a name", no_http(&["head", "HTTP"]), with(": x\r\ncontent-length: 2", "{}")),
        answers("folded-headers", "folds its headers over several lines, and answers {}", Must::NotPass(Red { guilty: ANY, says: &["{}", "HTTP", "head"] }), with("x: a\r\n b\r\ncontent-type: application/json\r\ncontent-length: 2", "{}")),
    ]
}

/// Bodies that do not end, or otherwise than announced.
fn bodies() -> Vec<Hostile> {
    let cut = |says| Must::NotPass(Red { guilty: ANY, says });
    vec![
        answers_once("body-cut-short", "closes before the end of each body", cut(&["clos", "body", "end"]), with("content-type: application/json\r\ncontent-length: 999", "{}"))
            .each_time(),
        answers("body-that-stops", "stops in the middle of each body", cut(&["2500 ms"]), with("content-type: application/json\r\ncontent-length: 999", "{}")),
        answers("bad-chunks", "sends chunks whose size is not a number", cut(&["chunk", "HTTP", "body"]), with("content-type: application/json\r\ntransfer-encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")),
        answers("huge-chunk", "announces a chunk of 2^63 bytes", cut(&["chunk", "2500 ms", "body"]), with("content-type: application/json\r\ntransfer-encoding: chunked", "7fffffffffffffff\r\n{}")),
        serves("endless-chunk-extension", "sends an extension of a chunk without end", cut(&["chunk", "body", "2500 ms"]), |client| {
            flood(client, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;x=", b"x")
        }),
        serves("endless-trailers", "sends trailers without end", cut(&["trailer", "head", "body", "2500 ms"]), |client| {
            flood(client, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"x-more: x\r\n")
        }),
        serves("endless-empty-looking-chunks", "sends chunks of one space without end", cut(&["bytes", "2500 ms", "longer"]), |client| {
            flood(client, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n")
        })
        .each_time(),
        answers("gzip-bomb", "answers with 200 MB in 200 kB of gzip", cut(&["bytes", "longer"]), {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            let block = vec![b' '; 1024 * 1024];
            // Writing to memory does not fail.
            (0..200).for_each(|_| drop(encoder.write_all(&block)));
            let body = encoder.finish().unwrap_or_default();
            with(&format!("content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}", body.len()), body)
        })
        .each_time(),
        answers("gzip-cut-short", "answers with half a gzip stream", cut(&["Content-Encoding"]), with("content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 10", b"\x1f\x8b\x08\0\0\0\0\0\0\x03")),
        serves("one-byte-a-second", "answers at one byte a second", Must::BeUntestable(&["2500 ms"]), |mut client| {
            read(&mut client)?;
            for byte in json("{}") {
                client.write_all(&[byte])?;
                std::thread::sleep(Duration::from_secs(1));
            }
            Ok(())
        }),
        serves("answers-unasked", "answers before it is asked, again and again", Must::NotPass(Red { guilty: ANY, says: &["unexpected", "nothing at /access_token"] }), |mut client| {
            for _ in 0..100 {
                client.write_all(&json("{}"))?;
            }
            drain(&mut client);
            Ok(())
        }),
    ]
}

/// Content that is not what was asked for.
fn contents() -> Vec<Hostile> {
    let red = |says| Must::red(ANY, says);
    let deep = |open: &str, close: &str| [open.repeat(20_000), close.repeat(20_000)].concat();
    vec![
        answers("null", "answers null to everything", red(&["null"]), json("null")),
        answers("empty-arrays", "answers [] to everything", red(&["[]"]), json("[]")),
        answers(
            "a-string",
            "answers a JSON string to everything",
            red(&["\"OK\""]),
            json("\"OK\""),
        ),
        answers("a-number", "answers 1e999 to everything", red(&["JSON", "1e999"]), json("1e999")),
        answers(
            "numbers-beyond-i64",
            "answers with numbers beyond 64 bits",
            red(&["access_token"]),
            json(r#"{"access_token":123456789012345678901234567890}"#),
        ),
        answers(
            "not-utf-8",
            "answers with invalid UTF-8",
            red(&["UTF-8", "JSON"]),
            with(
                "content-type: application/json\r\ncontent-length: 22",
                b"{\"access_token\":\"\xff\xfe\"}\n",
            ),
        )
        .each_time(),
        answers(
            "utf-16",
            "answers with UTF-16",
            red(&["JSON", "UTF-8"]),
            with(
                "content-type: application/json;charset=utf-16\r\ncontent-length: 6",
                b"\xff\xfe{\0}\0",
            ),
        ),
        answers(
            "empty-bodies",
            "answers 200 without a body to everything",
            red(&["body", "empty"]),
            status("200 OK", "content-type: application/json\r\n"),
        ),
        answers(
            "half-of-json",
            "answers with half of an object",
            red(&["JSON"]),
            json(r#"{"access_token":"#),
        ),
        answers(
            "duplicate-keys",
            "answers with the same key twice",
            red(&["access_token"]),
            json(r#"{"access_token":null,"access_token":null}"#),
        ),
        answers(
            "deep-objects",
            "answers with objects that are nested 20,000 deep",
            red(&["JSON", "deep"]),
            json(&deep("{\"a\":", "}")),
        ),
        answers(
            "a-million-values",
            "answers with an array of a million numbers",
            Must::NotPass(Red { guilty: ANY, says: &["stopped reading"] }),
            json(&format!("[{}0]", "0,".repeat(1_000_000))),
        )
        .each_time(),
        answers(
            "xml",
            "is another service, which speaks XML",
            red(&["JSON"]),
            with(
                "content-type: application/xml\r\ncontent-length: 70",
                "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><X></X></Error>  ",
            ),
        ),
        answers(
            "graphql",
            "is another service, which answers 200 with errors",
            red(&["access_token"]),
            json(r#"{"errors":[{"message":"Must provide query string."}]}"#),
        ),
        answers(
            "other-tokens",
            "is another service: it gives tokens, and nothing else",
            red(&[]),
            json(
                r#"{"access_token":"x","token_type":"Bearer","expires_in":3600,"refresh_token":"y"}"#,
            ),
        ),
    ]
}

/// What reaches the reports as text.
fn said() -> Vec<Hostile> {
    vec![
        redirects(),
        plain("echoes-credentials", "puts the credentials of each request into its answer, its headers and its status", Must::BeUntestable(&["refused the credentials"]), || {
            Plain::answer(|request| {
                let secret = request.header("authorization");
                let body = format!(r#"{{"error":"invalid","message":"{secret} {}"}}"#, super::SECRET);
                format!(
                    "HTTP/1.1 401 {secret}\r\nx-debug: {secret}\r\nwww-authenticate: {secret}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                )
                .into_bytes()
            })
        })
        .each_time(),
        plain("credentials-as-tokens", "gives out the credentials of each request as tokens", Must::red(ANY, &[]), || {
            Plain::answer(|request| {
                let secret = request.header("authorization");
                let secret = secret.split(' ').next_back().unwrap_or_default();
                json(&format!(
                    r#"{{"access_token":"{secret}","token_type":"Bearer","expires_in":3600,"conferenceId":"{secret}","user_id":"{secret}","jwt_user_token":"{}"}}"#,
                    super::SECRET
                ))
            })
        })
        .each_time(),
        answers("terminal-sequences", "puts escape sequences, bidirectional characters and workflow commands into its errors", Must::red(ANY, &["500"]), {
            let body = "{\"error\":\"\\u001b[2J\\u001b]0;x\\u0007\",\"error_description\":\"a\\n::error file=x::owned\\n##[error]owned\\n::add-mask::1\\n\\u202egnp.exe\\u200b\\u2066\",\"message\":\"\\u001b[31m\"}";
            format!("HTTP/1.1 500 ::error::owned\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        })
        .each_time(),
        answers("markup", "puts HTML, Markdown and a CDATA end into its errors", Must::red(ANY, &["500"]), {
            let body = r#"{"error_reason":"<script>alert(1)</script>]]>&lt;img src=x onerror=alert(1)>","error_description":"[x](javascript:alert(1)) | `` | ![](http://127.0.0.1:9/x.png)"}"#;
            format!("HTTP/1.1 500 Error\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        }),
    ]
}

/// A server that redirects everything to another host, which must not hear of it.
fn redirects() -> Hostile {
    Hostile::new(
        "redirects-elsewhere",
        "redirects everything to another host",
        Must::red(ANY, &["307"]),
        Arc::new(|| {
            Box::pin(async {
                let other = Listener::start().map_err(|error| error.to_string())?;
                let address = other.address.clone();
                let server = Plain::answer(move |request| {
                    let to = format!("location: http://{address}{}\r\n", request.path());
                    status("307 Temporary Redirect", &to)
                })
                .map_err(|error| error.to_string())?;
                Ok(Running {
                    target: target(&server.url()),
                    others: vec![other],
                    server: Box::new(server),
                })
            })
        }),
    )
    .each_time()
}
