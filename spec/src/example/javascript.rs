//! An example as JavaScript.

use super::curl::strings;
use super::{Content, Example, Piece, Template, Variable};
use crate::endpoint::{Method, SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN};
use crate::payload::Payload;
use serde_json::{Value, json};

pub(super) fn write(example: &Example) -> String {
    let mut options = Vec::new();
    if example.method != Method::Get {
        options.push(format!("method: \"{}\"", example.method));
    }
    let mut headers: Vec<String> = Vec::new();
    if example.basic {
        let (key, secret) = (Variable::AppKey.script(), Variable::AppSecret.script());
        headers.push(format!("authorization: \"Basic \" + btoa(`${{{key}}}:${{{secret}}}`)"));
    }
    for (name, value) in &example.headers {
        // A name with a hyphen is no identifier.
        let name = if name.contains('-') { format!("\"{name}\"") } else { (*name).to_owned() };
        headers.push(format!("{name}: {}", quoted(value)));
    }
    if !headers.is_empty() {
        options.push(format!("headers: {{\n    {},\n  }}", headers.join(",\n    ")));
    }
    match &example.content {
        Content::None => {}
        Content::Json(body) => {
            let body = value(body).replace('\n', "\n  ");
            options.push(format!("body: JSON.stringify({body})"));
        }
        Content::Form(fields) => {
            let fields: Value =
                fields.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
            let fields = value(&fields).replace('\n', "\n  ");
            options.push(format!("body: new URLSearchParams({fields})"));
        }
    }
    let url = quoted(&example.url);
    match options.is_empty() {
        true => format!("const response = await fetch({url});"),
        false => {
            format!("const response = await fetch({url}, {{\n  {},\n}});", options.join(",\n  "))
        }
    }
}

/// A program that opens the WebSocket of a session and shows what comes.
pub fn open_socket() -> String {
    let [url, id, token] =
        [Variable::SocketUrl, Variable::ClientId, Variable::SessionToken].map(Variable::script);
    format!(
        "const query = new URLSearchParams({{ \"{SOCKET_CLIENT_ID}\": {id}, {SOCKET_TOKEN}: {token} \
         }});\n\
         const socket = new WebSocket(`${{{url}}}{SOCKET_PATH}?${{query}}`);\n\
         socket.onmessage = ({{ data }}) => {{\n  \
           const frame = JSON.parse(data);\n  \
           console.log(frame.type, frame);\n\
         }};"
    )
}

/// A statement that sends a frame of this kind over that WebSocket.
pub fn send_frame(payload: &Payload) -> String {
    format!("socket.send(JSON.stringify({}));", value(&payload.example()))
}

/// A template as a string.
fn quoted(template: &Template) -> String {
    let mut variables = template.variables();
    match (template.pieces(), variables.next()) {
        ([Piece::Variable(variable)], _) => variable.script().to_owned(),
        (_, None) => json!(template.fill(|_| String::new())).to_string(),
        (pieces, Some(_)) => {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => {
                    text.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${")
                }
                Piece::Variable(variable) => format!("${{{}}}", variable.script()),
            };
            format!("`{}`", pieces.iter().map(piece).collect::<String>())
        }
    }
}

/// A JSON document, which JavaScript reads as it is, with variables in the place of the strings that
/// stand for them.
fn value(body: &Value) -> String {
    let mut text = format!("{body:#}");
    for stands in strings(body) {
        if let Some(variable) = Variable::of_example(stands) {
            text = text.replace(&format!("\"{stands}\""), variable.script());
        }
    }
    text
}
