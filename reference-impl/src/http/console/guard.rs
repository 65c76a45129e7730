//! Who may use the console: whoever sits at this machine, unless it was opened to others.

use crate::settings::{Console, PublicUrl};
use axum::http::header::{FORWARDED, HOST, HeaderMap, HeaderName, ORIGIN};
use axum::http::uri::Authority;
use std::net::{IpAddr, SocketAddr};

/// Set by proxies that pass on the requests of others.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whether a request may use the console.
///
/// A page of another site must not: what a browser says of the origin has to be this server's own. Nor
/// must one whose name was made to lead to this machine: only names of this machine will do.
pub(super) fn allows(
    console: Console,
    peer: SocketAddr,
    headers: &HeaderMap,
    public_url: Option<&PublicUrl>,
) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.and_then(|host| host.parse::<Authority>().ok()) else { return false };
    let is_own = headers.get(ORIGIN).is_none_or(|origin| {
        let origin = origin.to_str().ok().and_then(|it| it.split_once("://"));
        origin.is_some_and(|(_, authority)| authority == host.as_str())
    });
    let is_from_here = || {
        let is_passed_on = headers.contains_key(FORWARDED) || headers.contains_key(FORWARDED_FOR);
        peer.ip().to_canonical().is_loopback() && !is_passed_on
    };
    let is_public = || public_url.is_some_and(|url| url.host() == host.as_str());
    match console {
        Console::Off => false,
        Console::Loopback => is_own && is_from_here() && names_this_machine(&host),
        Console::Everywhere => is_own && (names_an_address(&host) || is_public()),
    }
}

fn names_this_machine(host: &Authority) -> bool {
    host.host() == "localhost" || address(host).is_some_and(|address| address.is_loopback())
}

fn names_an_address(host: &Authority) -> bool {
    host.host() == "localhost" || address(host).is_some()
}

fn address(host: &Authority) -> Option<IpAddr> {
    host.host().trim_matches(['[', ']']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        all.iter().map(pair).collect()
    }

    fn allowed(console: Console, peer: &str, all: &[(&'static str, &str)]) -> bool {
        let url: PublicUrl = "https://invite.example".parse().unwrap();
        allows(console, format!("{peer}:4000").parse().unwrap(), &headers(all), Some(&url))
    }

    #[test]
    fn only_pages_of_this_server_at_this_machine_may() {
        let local = |all: &[(&'static str, &str)]| allowed(Console::Loopback, "127.0.0.1", all);
        assert!(local(&[("host", "localhost:8090")]));
        assert!(local(&[("host", "127.0.0.1:8090"), ("origin", "http://127.0.0.1:8090")]));
        assert!(local(&[("host", "[::1]:8090"), ("origin", "https://[::1]:8090")]));
        assert!(!local(&[("host", "localhost:8090"), ("origin", "https://evil.example")]));
        assert!(!local(&[("host", "localhost:8090"), ("origin", "http://localhost:3000")]));
        assert!(!local(&[("host", "localhost:8090"), ("origin", "null")]));
        assert!(!local(&[("host", "evil.example:8090")]), "a name that leads here");
        assert!(!local(&[("host", "localhost"), ("x-forwarded-for", "192.0.2.1")]));
        assert!(!local(&[]));
        assert!(!allowed(Console::Loopback, "192.0.2.1", &[("host", "192.0.2.7:8090")]));
        assert!(!allowed(Console::Off, "127.0.0.1", &[("host", "localhost:8090")]));
    }

    #[test]
    fn others_may_if_it_is_open_to_them() {
        let other = |all: &[(&'static str, &str)]| allowed(Console::Everywhere, "192.0.2.1", all);
        assert!(other(&[("host", "192.0.2.7:8090"), ("origin", "http://192.0.2.7:8090")]));
        assert!(other(&[("host", "invite.example"), ("x-forwarded-for", "192.0.2.1")]));
        assert!(!other(&[("host", "evil.example")]));
        assert!(!other(&[("host", "192.0.2.7"), ("origin", "https://evil.example")]));
    }
}
