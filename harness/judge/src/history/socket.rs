//! A WebSocket, and each try to open one.

use invite_spec::endpoint::{SOCKET_CLIENT_ID, SOCKET_TOKEN};
use invite_spec::push::FrameType;
use invite_trace::{Content, Entry, FrameAt, SocketEnd, SocketRefusal};
use serde_json::Value;

/// One WebSocket, from its opening to its end.
#[derive(Debug)]
pub struct Socket<'t> {
    pub number: u32,
    pub actor: &'t str,
    /// The token of the session.
    pub session: &'t str,
    pub opened_at: usize,
    pub closed_at: Option<usize>,
    /// By whom it was closed.
    pub closed_by: Option<SocketEnd>,
    /// Whether the session had another socket before.
    pub is_reconnect: bool,
    pub received: Vec<(usize, &'t Content)>,
    pub sent: Vec<(usize, &'t Content)>,
    /// When everything due before an entry had arrived: (the entry, when).
    pub fenced: Vec<(usize, usize)>,
}

/// One try to open a WebSocket.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'t> {
    pub at: usize,
    pub actor: &'t str,
    /// The token of the session.
    pub session: &'t str,
    /// The instance id in the address; `None` where the trace does not keep it, empty where the
    /// address has none.
    pub instance: Option<&'t str>,
    pub is_open: bool,
    /// Whether the server no longer accepts the session: it refused it with 401 or 403.
    pub is_rejected: bool,
}

impl<'t> Socket<'t> {
    /// The frames of one type: index and value.
    pub fn frames(&self, wanted: FrameType) -> impl Iterator<Item = (usize, &'t Value)> {
        self.values().filter(move |(_, frame)| FrameType::of(frame) == Some(wanted))
    }

    /// A frame at this socket's session.
    pub fn frame_at(&self, frame: FrameType) -> FrameAt {
        FrameAt { frame, actor: self.actor.to_owned() }
    }

    /// All frames that are JSON.
    pub fn values(&self) -> impl Iterator<Item = (usize, &'t Value)> {
        self.received.iter().filter_map(|(at, content)| Some((*at, content.json()?)))
    }

    /// Whether everything that was due at an entry had arrived by some fence.
    pub fn is_fenced_after(&self, entry: usize) -> bool {
        self.fenced.iter().any(|(since, _)| *since > entry)
    }
}

impl<'t> Attempt<'t> {
    /// A try to open a WebSocket at this address, and why it was refused, if it was.
    pub(super) fn read(
        at: usize,
        entry: &'t Entry,
        path: &'t str,
        refused: Option<&SocketRefusal>,
    ) -> Attempt<'t> {
        Attempt {
            at,
            actor: &entry.actor,
            session: session_of_address(path),
            instance: in_address(path, SOCKET_CLIENT_ID),
            is_open: refused.is_none(),
            is_rejected: matches!(refused, Some(SocketRefusal::Status(401 | 403))),
        }
    }
}

/// The session's token in the address of a WebSocket. Traces hold it by pseudonym, unescaped.
pub(super) fn session_of_address(path: &str) -> &str {
    in_address(path, SOCKET_TOKEN).unwrap_or("")
}

/// A parameter in the address of a WebSocket.
fn in_address<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
    parameters.filter(|(other, _)| *other == name).map(|(_, value)| value).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_the_token_wherever_it_is_in_the_url() {
        let of = session_of_address;
        assert_eq!(of("/v2/session?Voxeet-Id=a&Token=<token-1>"), "<token-1>");
        assert_eq!(of("/v2/session?Token=<token-1>&OtherToken=b"), "<token-1>");
        assert_eq!(of("/v2/session?Voxeet-Id=a"), "");
        assert_eq!(of("/v2/session"), "");
    }
}
