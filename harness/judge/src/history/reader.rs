//! Reads a trace, entry by entry.

use super::exchange::{Exchange, Reply};
use super::socket::{Attempt, Socket, session_of_address};
use invite_spec::endpoint::{self, Method};
use invite_trace::{Content, Entry, Event};
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};

/// A trace on its way to a history, entry by entry.
#[derive(Default)]
pub(super) struct Reader<'t> {
    pub(super) exchanges: Vec<Exchange<'t>>,
    /// Places among the exchanges, by number.
    by_number: BTreeMap<u32, usize>,
    pub(super) sockets: Vec<Socket<'t>>,
    pub(super) attempts: Vec<Attempt<'t>>,
    /// Places among the sockets, by number.
    places: BTreeMap<u32, usize>,
    /// The sessions that have had a socket, by token.
    connected: BTreeSet<&'t str>,
    pub(super) fences: BTreeSet<&'t str>,
}

impl<'t> Reader<'t> {
    pub(super) fn read(&mut self, at: usize, entry: &'t Entry) {
        match &entry.event {
            Event::Request { exchange, method, path, headers, body } => {
                self.by_number.insert(*exchange, self.exchanges.len());
                self.exchanges.push(asked(at, entry, method, path, headers, body));
            }
            Event::Answer { exchange, status, headers, body } => {
                if let Some(exchange) = self.exchange(*exchange) {
                    exchange.reply = Some(Reply { at, status: *status, headers, body });
                }
            }
            Event::NoAnswer { exchange, why, .. } => {
                if let Some(exchange) = self.exchange(*exchange) {
                    exchange.silence = Some(why);
                }
            }
            Event::SocketOpened { socket, path } => {
                self.attempts.push(Attempt::read(at, entry, path, None));
                self.opened(at, entry, *socket, path);
            }
            Event::SocketRefused { path, why, .. } => {
                self.attempts.push(Attempt::read(at, entry, path, Some(why)));
            }
            Event::Sent { socket, body } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.sent.push((at, body));
                }
            }
            Event::Received { socket, body } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.received.push((at, body));
                }
            }
            Event::SocketClosed { socket, by, .. } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.closed_at = Some(at);
                    socket.closed_by = Some(*by);
                }
            }
            // An empty conference stands for a quiet window.
            Event::Fence { conference, .. } if !conference.is_empty() => {
                self.fences.insert(conference.as_str());
            }
            Event::Fenced { socket, since } => {
                if let Some(socket) = self.socket(*socket) {
                    socket.fenced.push((*since, at));
                }
            }
            Event::Begun | Event::Client(_) | Event::Fence { .. } | Event::Expired { .. } => {}
        }
    }

    fn exchange(&mut self, number: u32) -> Option<&mut Exchange<'t>> {
        self.by_number.get(&number).and_then(|place| self.exchanges.get_mut(*place))
    }

    fn socket(&mut self, number: u32) -> Option<&mut Socket<'t>> {
        self.places.get(&number).and_then(|place| self.sockets.get_mut(*place))
    }

    fn opened(&mut self, at: usize, entry: &'t Entry, number: u32, path: &'t str) {
        let session = session_of_address(path);
        let is_reconnect = !self.connected.insert(session);
        self.places.insert(number, self.sockets.len());
        self.sockets.push(Socket {
            number,
            actor: &entry.actor,
            session,
            opened_at: at,
            closed_at: None,
            closed_by: None,
            is_reconnect,
            received: Vec::new(),
            sent: Vec::new(),
            fenced: Vec::new(),
        });
    }
}

fn asked<'t>(
    at: usize,
    entry: &'t Entry,
    method: &'t str,
    path: &'t str,
    headers: &'t BTreeMap<String, String>,
    body: &'t Content,
) -> Exchange<'t> {
    let bare = path.split('?').next().unwrap_or(path);
    let routed = Method::parse(method).and_then(|method| endpoint::route(method, bare));
    let (endpoint, parameters) = match routed {
        Some((endpoint, parameters)) => (Some(endpoint), parameters),
        None => (None, Vec::new()),
    };
    let decoded = |value: String| percent_decode_str(&value).decode_utf8_lossy().into_owned();
    let parameters = parameters.into_iter().map(|(name, value)| (name, decoded(value))).collect();
    Exchange {
        step: &entry.step,
        actor: &entry.actor,
        asked_at: at,
        method,
        headers,
        body,
        endpoint,
        parameters,
        reply: None,
        silence: None,
    }
}
