//! What the protocol is for, how the document is read, and the planes.

use super::table;
use crate::document::model::{Block, Section};
use crate::document::text::{Target, Text};
use crate::endpoint::{
    Authentication, CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, ENDPOINTS, Plane,
    SESSION_TOKEN_HEADER, SOCKET_PATH,
};
use crate::requirement::{self, Basis, Level};

/// What stands before the first heading.
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
            "How people are invited to a conference over the wire that the Voxeet / Dolby.io \
             Communications clients speak: every call, every pushed frame, every field, and what \
             a server must do for those clients to work, as numbered requirements that a program \
             can check.",
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
            "The vendor of these clients took Communications out of its current REST clients in \
             2024 (version 5). Applications built on the older ones remain; whoever keeps them \
             running needs a server in the vendor’s place. This document says how such a server \
             behaves: which token an invitee gets, what happens to somebody who is offline, who \
             hears of whom, and in which order.",
        )
        .says(
            "An **application server** creates conferences and invites people by REST; a \
             **client** joins, and invites others through its SDK. Invitations and all news reach a \
             client over the WebSocket of its session. A conference is protected or not: in a \
             [protected](#tokens) one everybody acts by a conference access token that lists what \
             its person may do. Read [the flows](#flows) for the whole at a glance, [the \
             calls](#calls-rest) and [the frames](#frames) for the fields, and [the \
             requirements](#requirements) for what counts.",
        )
        .within([levels(), outside()])
}

fn levels() -> Section {
    let basis = [
        (Basis::Documented, "The vendor’s published documentation says so."),
        (Basis::Observed, "A real client breaks or misbehaves otherwise; this was measured."),
        (Basis::Chosen, "No source settles it. This specification does, and [says why](#chosen)."),
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
             basis, which says how it is known. A server conforms when it breaks no MUST that is \
             documented or observed; what is chosen is reported apart.",
        )
        .with(table(&["Basis", "Meaning", "MUST", "SHOULD", "MAY"], rows))
        .says(&format!(
            "Of {total} requirements, {} are tested and {excluded} are [excluded](#excluded), each \
             with its reason.",
            total - excluded
        ))
}

fn outside() -> Section {
    Section::new("outside", "Outside this document").says(
        "Media, recording, streaming, spatial audio, monitoring and webhooks are outside. So \
             is the wire of the vendor’s own server beyond what its documentation and its clients \
             show: no traffic of it was seen.",
    )
}

pub(super) fn planes() -> Section {
    let planes = [
        (Plane::Auth, "Authentication", "An application server gets its API token."),
        (Plane::Rest, "REST", "An application server acts. It names people by external id."),
        (
            Plane::Session,
            "Session",
            "A client acts. It names people by user id, and in invitations by external id.",
        ),
        (Plane::Telemetry, "Telemetry", "What the Web SDK sends besides; it is not read."),
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
        Text::parse("What is [pushed](#frames) to a client, and two frames that it sends."),
        Text::code(SOCKET_PATH),
    ];
    Section::new("planes", "Planes")
        .says(
            "The planes may stand at one address or at several. The WebSocket’s comes from the \
             answer to identify, where it names one.",
        )
        .with(table(&["Plane", "What for", "Calls"], rows.chain([socket])))
        .within([credentials()])
}

fn credentials() -> Section {
    let header = |name: &str, meaning: &str| vec![Text::code(name), Text::parse(meaning)];
    let rows = [
        header(
            "authorization",
            "`Basic` with the application’s key and secret, or `Bearer` with an API token or a client access token.",
        ),
        header(
            CLIENT_ID_HEADER,
            "The client instance: a text that the client makes up and keeps. Also in the query of the WebSocket, with the session’s token as `Token`.",
        ),
        header(SESSION_TOKEN_HEADER, "The session’s own token, from the answer to identify."),
        header(
            CONFERENCE_TOKEN_HEADER,
            "The current conference access token. A client sends it once it has joined and never forgets it, so it comes with calls that need none (TOK-008).",
        ),
    ];
    Section::new("headers", "Headers that carry credentials")
        .with(table(&["Header", "What it carries"], rows))
}

/// The credentials that an endpoint takes, in words.
pub(super) fn credentials_of(authentication: Authentication) -> Text {
    Text::parse(match authentication {
        Authentication::None => "none",
        Authentication::Application => "`Basic`: the application’s key and secret",
        Authentication::ApiToken => "`Bearer`: an [API token](#tokens)",
        Authentication::ClientToken => "`Bearer`: a [client access token](#tokens)",
        Authentication::Session => {
            "`Bearer`: a [client access token](#tokens); `x-token`: the session’s own"
        }
    })
}
