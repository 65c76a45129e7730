//! The hosts that a target's tokens and headers may go to: those of its planes, and those that its
//! description allows. A target names the host of its WebSocket itself (`wsUri`), and could name
//! anybody's.

use super::Planes;
use url::{Host, Url};

/// A host, and the port if only that one is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    host: Host<String>,
    port: Option<u16>,
}

impl Place {
    /// Reads `host` or `host:port`.
    fn parse(text: &str) -> Option<Place> {
        let url = Url::parse(&format!("ws://{text}")).ok()?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        let host = url.host()?.to_owned();
        // A URL drops the port that its scheme stands for.
        let port = url.port().or_else(|| text.ends_with(":80").then_some(80));
        (is_bare && is_anonymous).then_some(Place { host, port })
    }

    fn of_plane(address: &str) -> Option<Place> {
        let url = Url::parse(address).ok()?;
        Some(Place { host: url.host()?.to_owned(), port: url.port_or_known_default() })
    }

    /// Whether somebody at this plane owns another host and port. A name is one owner's, whatever the
    /// port; the ports of this machine belong to whatever program listens there.
    fn owns(&self, host: &Host<String>, port: u16) -> bool {
        match (is_this_machine(&self.host), is_this_machine(host)) {
            (true, true) => self.port == Some(port),
            _ => self.host == *host,
        }
    }

    /// Whether an entry of a description means this host and port.
    fn allows(&self, host: &Host<String>, port: u16) -> bool {
        let is_same = self.host == *host || (is_this_machine(&self.host) && is_this_machine(host));
        is_same && self.port.is_none_or(|own| own == port)
    }
}

fn is_this_machine(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback() || address.is_unspecified(),
        Host::Ipv6(address) => address.is_loopback() || address.is_unspecified(),
    }
}

/// Whether this is a host, or a host and a port, as a description may allow it.
pub(super) fn is_place(text: &str) -> bool {
    Place::parse(text).is_some()
}

/// Whether a host and port are one of a target's planes, or among the `allowed` ones.
pub(super) fn is_own(planes: &Planes, allowed: &[String], host: &str, port: u16) -> bool {
    let Ok(host) = Host::parse(host) else { return false };
    let Planes { auth, rest, session, socket } = planes;
    let own = [auth, rest, session].into_iter().chain(socket);
    own.filter_map(|address| Place::of_plane(address)).any(|plane| plane.owns(&host, port))
        || allowed.iter().filter_map(|it| Place::parse(it)).any(|place| place.allows(&host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_own(url: &str, allowed: &[&str], host: &str, port: u16, expected: bool) {
        let planes = Planes {
            auth: url.to_owned(),
            rest: url.to_owned(),
            session: url.to_owned(),
            socket: None,
        };
        let allowed: Vec<String> = allowed.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(is_own(&planes, &allowed, host, port), expected, "{url} {host}:{port}");
    }

    #[test]
    fn a_name_has_one_owner_and_this_machine_many() {
        assert_own("https://api.example/v", &[], "api.example", 443, true);
        assert_own("https://api.example", &[], "API.example", 8443, true);
        assert_own("https://api.example", &[], "example", 443, false);
        assert_own("https://api.example", &[], "api.example.evil", 443, false);
        assert_own("https://api.example", &[], "127.0.0.1", 443, false);
        assert_own("http://localhost:8090", &[], "127.0.0.1", 8090, true);
        assert_own("http://127.0.0.1:8090", &[], "127.0.0.1", 8091, false);
        assert_own("http://[::1]:8090", &[], "[::1]", 8090, true);
    }

    #[test]
    fn a_description_allows_a_host_or_one_port_of_it() {
        assert_own("http://a.example", &["b.example"], "b.example", 9, true);
        assert_own("http://a.example", &["b.example:9"], "b.example", 10, false);
        assert_own("http://127.0.0.1:1", &["127.0.0.1:80"], "127.0.0.1", 81, false);
        assert_own("http://127.0.0.1:1", &["127.0.0.1"], "127.0.0.1", 81, true);
        assert_own("http://127.0.0.1:1", &["localhost:81"], "127.0.0.1", 81, true);
        for text in ["b.example/path", "u:p@b.example", "", "b.example?x", "ws://b"] {
            assert!(!is_place(text), "{text}");
        }
    }
}
