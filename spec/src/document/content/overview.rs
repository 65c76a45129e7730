//! What the protocol is for, how to read the document, and the planes.

use super::table;
use crate::document::model::{Block, Section};
use crate::document::text::{Target, Text};
use crate::endpoint::{
    Authentication, CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, ENDPOINTS, Plane,
    SESSION_TOKEN_HEADER, SOCKET_PATH,
};
use crate::glossary;
use crate::requirement::{self, Basis, Level};

/// The blocks above the first heading.
pub(super) fn lead() -> Vec<Block> {
    let file = |label: &str, path: &str| {
        Text(vec![crate::document::text::Inline::Link {
            label: label.into(),
            is_code: false,
            to: Target::File(path.into()),
        }])
    };
    let documents = [
        file("OpenAPI of the application server’s calls", "openapi/rest.json"),
        file("OpenAPI of the client’s calls", "openapi/client.json"),
        file("AsyncAPI of the WebSocket", "asyncapi/session.json"),
    ];
    vec![
        Block::Paragraph(Text::parse(
            "This document specifies how people are invited to a conference in the protocol of the \
             Voxeet / Dolby.io Communications clients. It lists every call, every pushed frame and \
             every field. Numbered requirements say what a server must do for those clients to \
             work, and a program can check them.",
        )),
        Block::Paragraph(
            Text::plain("For machines: ")
                .and(Text::joined(documents, ", "))
                .and(Text::plain(", and a JSON Schema for each payload.")),
        ),
    ]
}

pub(super) fn overview() -> Section {
    Section::new("overview", "Overview")
        .says(
            "The vendor of these clients removed Communications from its REST clients in 2024 \
             (version 5). Applications that use the older clients still exist. To keep them \
             running, somebody has to provide a server in the vendor’s place. This document says \
             how such a server behaves: which token an invitee gets, what happens to somebody who \
             is offline, who is notified about whom, and in which order.",
        )
        .says(
            "An **application server** creates conferences and invites people by REST. A \
             **client** joins, and invites others through its SDK. It receives invitations and all \
             other news over the WebSocket of its session. In a [protected](#tokens) conference, \
             each person needs a conference access token, which lists what the person may do. \
             [The flows](#flows) show the whole at a glance. [The calls](#calls-rest) and [the \
             frames](#frames) list the fields. [The requirements](#requirements) are normative.",
        )
        .within([terms(), levels(), outside()])
}

fn terms() -> Section {
    let rows =
        glossary::of_protocol().map(|term| vec![Text::plain(term.term), Text::parse(term.meaning)]);
    Section::new("terms", "Terms").with(table(&["Term", "Meaning"], rows))
}

fn levels() -> Section {
    let basis = [
        (Basis::Documented, "The vendor’s published documentation says so."),
        (Basis::Observed, "Otherwise a real client breaks or misbehaves. This was measured."),
        (
            Basis::Chosen,
            "No source settles it. This specification does, and [gives the reason](#chosen).",
        ),
    ];
    let levels = [Level::Must, Level::Should, Level::May];
    let count = |basis: Basis, level: Level| {
        let rows = requirement::all().filter(|row| row.basis == basis && row.level == level);
        Text::plain(rows.count().to_string())
    };
    let rows = basis.into_iter().map(|(basis, meaning)| {
        let mut cells = vec![Text::code(basis.to_string()), Text::parse(meaning)];
        cells.extend(levels.map(|level| count(basis, level)));
        cells
    });
    let excluded = requirement::all().filter(|row| row.excluded.is_some()).count();
    let total = requirement::all().count();
    Section::new("levels", "Levels and bases")
        .says(
            "Each requirement has a level in the sense of RFC 2119 (MUST, SHOULD, MAY) and a \
             basis, which says how it is known. A server conforms if it violates no MUST that is \
             documented or observed. Violations of chosen requirements are reported separately. \
             A requirement whose breach lets somebody do what is not theirs is marked `security`: \
             it counts at once, and where it is only chosen, the verdict on a server that breaks \
             it says so.",
        )
        .with(table(&["Basis", "Meaning", "MUST", "SHOULD", "MAY"], rows))
        .says(&format!(
            "Of {total} requirements, {} are tested. The other {excluded} are \
             [excluded](#excluded), each for a stated reason.",
            total - excluded
        ))
}

fn outside() -> Section {
    Section::new("outside", "Outside this document").says(
        "This document does not cover media, recording, streaming, spatial audio, monitoring and \
         webhooks. Nor does it cover the behaviour of the vendor’s own server beyond what its \
         documentation and its clients show, because no traffic of that server was captured.",
    )
}

pub(super) fn planes() -> Section {
    let planes = [
        (Plane::Auth, "Authentication", "An application server gets its API token."),
        (Plane::Rest, "REST", "An application server acts, and names people by external id."),
        (
            Plane::Session,
            "SDK",
            "A client acts, and names people by user id, or in invitations by external id.",
        ),
        (Plane::Telemetry, "Telemetry", "The Web SDK also sends telemetry. The server ignores it."),
    ];
    let rows = planes.into_iter().map(|(plane, name, meaning)| {
        let of_plane: Vec<_> = ENDPOINTS.iter().filter(|e| e.plane == plane).collect();
        let links = of_plane.iter().map(|endpoint| {
            Text::code_link(
                endpoint.operation.as_str(),
                Target::Anchor(endpoint.operation.to_string()),
            )
        });
        vec![Text::plain(name), Text::plain(meaning), Text::joined(links, ", ")]
    });
    let socket = vec![
        Text::plain("WebSocket"),
        Text::parse(
            "The server [pushes frames](#frames) to a client, and the client sends two kinds.",
        ),
        Text::code(SOCKET_PATH),
    ];
    Section::new("planes", "Planes")
        .says(
            "The planes can share one address or have several. The client finds the address of the \
             WebSocket in the response to identify, if that names one.",
        )
        .with(table(&["Plane", "Purpose", "Calls"], rows.chain([socket])))
        .within([credentials()])
}

fn credentials() -> Section {
    let header = |name: &str, meaning: &str| vec![Text::code(name), Text::parse(meaning)];
    let rows = [
        header(
            "authorization",
            "`Basic` with the application’s key and secret, or `Bearer` with an API token or a \
                client access token.",
        ),
        header(
            CLIENT_ID_HEADER,
            "The client instance: a text that the client generates and keeps. The query of the \
                WebSocket has it too, with the session token as `Token`.",
        ),
        header(SESSION_TOKEN_HEADER, "The session token, from the response to identify."),
        header(
            CONFERENCE_TOKEN_HEADER,
            "The current conference access token. A client sends it from its first join on and \
                never forgets it, so calls that need no token carry it too (TOK-008).",
        ),
    ];
    Section::new("headers", "Headers that carry credentials")
        .with(table(&["Header", "Content"], rows))
}

/// The credentials that an endpoint takes, in words.
pub(super) fn credentials_of(authentication: Authentication) -> Text {
    Text::parse(match authentication {
        Authentication::None => "none",
        Authentication::Application => "`Basic`: the application’s key and secret",
        Authentication::ApiToken => "`Bearer`: an [API token](#tokens)",
        Authentication::ClientToken => "`Bearer`: a [client access token](#tokens)",
        Authentication::Session => {
            "`Bearer`: a [client access token](#tokens); `x-token`: the session token"
        }
    })
}
