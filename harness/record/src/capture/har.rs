//! The fields of a HAR file (1.2) that are read, as types, and the WebSocket messages that browsers add to it.

use serde::Deserialize;

/// The file.
#[derive(Debug, Deserialize)]
pub(super) struct Har {
    pub(super) log: Log,
}

/// What it holds.
#[derive(Debug, Deserialize)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
}

/// One request and its answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    /// RFC 3339.
    pub(super) started_date_time: String,
    /// Milliseconds until the answer was there; negative where unknown.
    #[serde(default)]
    pub(super) time: f64,
    pub(super) request: Request,
    pub(super) response: Response,
    /// As Chromium and Firefox write it.
    #[serde(default, rename = "_webSocketMessages")]
    pub(super) messages: Option<Vec<Message>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: Vec<Header>,
    #[serde(default)]
    pub(super) post_data: Option<PostData>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PostData {
    #[serde(default)]
    pub(super) text: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Response {
    /// 0 where there was none.
    #[serde(default)]
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: Vec<Header>,
    #[serde(default)]
    pub(super) content: Body,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Body {
    /// Bytes; -1 where unknown.
    #[serde(default)]
    pub(super) size: i64,
    #[serde(default)]
    pub(super) text: Option<String>,
    /// `base64`, or nothing.
    #[serde(default)]
    pub(super) encoding: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    /// `send` or `receive`.
    #[serde(rename = "type")]
    pub(super) direction: String,
    /// Seconds since 1970.
    pub(super) time: f64,
    /// 1 for text.
    #[serde(default)]
    pub(super) opcode: u8,
    #[serde(default)]
    pub(super) data: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl Response {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

fn header<'h>(headers: &'h [Header], name: &str) -> Option<&'h str> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.as_str())
}
