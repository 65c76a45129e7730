//! The settings of a server.

use crate::core::{Application, Policy, Rules, Standard};
use crate::tls::Certificate;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The settings of a server. Start from [`Settings::default`].
#[derive(Clone)]
pub struct Settings {
    /// The address to listen on; port 0 for any free port.
    pub listen: SocketAddr,
    /// The applications to serve, at least one.
    pub applications: Vec<Application>,
    /// The origin at which clients reach the server, such as `https://conferences.example`; `None`
    /// for the one in the `Host` header of each request.
    pub public_url: Option<PublicUrl>,
    /// The certificate, for TLS; `None` for none.
    pub certificate: Option<Certificate>,
    /// The key that signs tokens; `None` for a random one, so that no token outlives the server.
    pub signing_key: Option<Vec<u8>>,
    /// Who can use the console, the page at `/`.
    pub console: Console,
    /// The most connections at once, with sockets; `None` for what the limit of descriptors of the
    /// process allows, and at most 4,096.
    pub connections: Option<usize>,
    /// Durations and limits.
    pub policy: Policy,
    /// The decisions of the protocol; [`Standard`] for those of the specification.
    pub rules: Arc<dyn Rules>,
}

impl Default for Settings {
    /// A server on loopback with one application, `demo`, whose conferences are protected.
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)),
            applications: vec![Application::new("demo", "demo-secret").protected()],
            public_url: None,
            certificate: None,
            signing_key: None,
            console: Console::Off,
            connections: None,
            policy: Policy::default(),
            rules: Arc::new(Standard),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("applications", &self.applications)
            .field("public_url", &self.public_url)
            .field("certificate", &self.certificate)
            .field("console", &self.console)
            .field("connections", &self.connections)
            .field("policy", &self.policy)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// Who can use the console: a page at `/` that opens sessions, invites people and shows the state of all
/// conferences. It can do everything that the applications can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Console {
    /// Nobody.
    #[default]
    Off,
    /// Clients on this machine. Nobody if there is a public URL: a reverse proxy is on this machine, too.
    Loopback,
    /// Everybody who can reach the server.
    Everywhere,
}

/// The origin of a server as clients reach it: a scheme and a host, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    secure: bool,
    host: String,
}

/// The error for a text that is not a [`PublicUrl`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin: expected https://HOST or http://HOST:PORT, without a path")]
pub struct PublicUrlError(String);

impl std::str::FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<PublicUrl, PublicUrlError> {
        let refused = || PublicUrlError(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
        let secure = match scheme {
            "https" | "wss" => true,
            "http" | "ws" => false,
            _ => return Err(refused()),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let host = authority(host).ok_or_else(refused)?;
        Ok(PublicUrl { secure, host })
    }
}

impl PublicUrl {
    /// The origin that a request was sent to, if its `Host` header is valid.
    pub(crate) fn of_request(secure: bool, host: &str) -> Option<PublicUrl> {
        Some(PublicUrl { secure, host: authority(host)? })
    }

    /// The host, with its port if it has one.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The same origin with the scheme `ws` or `wss`.
    pub(crate) fn of_sockets(&self) -> String {
        format!("{}://{}", if self.secure { "wss" } else { "ws" }, self.host)
    }
}

/// A host with or without a port, and nothing else.
fn authority(text: &str) -> Option<String> {
    let authority: axum::http::uri::Authority = text.parse().ok()?;
    (!authority.host().is_empty() && !text.contains('@')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        let sockets = |text: &str| text.parse::<PublicUrl>().map(|url| url.of_sockets()).ok();
        assert_eq!(sockets("https://a.example"), Some("wss://a.example".into()));
        assert_eq!(sockets("http://127.0.0.1:80/"), Some("ws://127.0.0.1:80".into()));
        assert_eq!(sockets("wss://[::1]:4"), Some("wss://[::1]:4".into()));
        for text in ["a.example", "ftp://a", "http://", "http://a/b", "http://u@a", "http://a?b"] {
            assert_eq!(sockets(text), None, "{text}");
        }
    }
}
