//! Who can use the console: clients on this machine, unless the settings open it to others.

use crate::settings::{Console, PublicUrl};
use axum::http::header::{FORWARDED, HOST, HeaderMap, HeaderName, ORIGIN, VIA};
use axum::http::uri::Authority;
use std::net::{IpAddr, SocketAddr};

/// Headers that reverse proxies add, besides `Forwarded`, `Via` and those that begin with
/// `X-Forwarded-`.
const REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Whether a request can use the console.
///
/// Pages of other sites cannot: the `Origin` must be this server's own. DNS rebinding does not help
/// them: the `Host` must name this machine. With a public URL the server is behind a reverse proxy, whose
/// requests come from this machine, too: the console is then off, unless it is open to everybody.
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
        let is_of_proxy = |name: &HeaderName| {
            [FORWARDED, VIA, REAL_IP].contains(name) || name.as_str().starts_with("x-forwarded-")
        };
        let is_direct = public_url.is_none() && !headers.keys().any(is_of_proxy);
        peer.ip().to_canonical().is_loopback() && is_direct
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
        let url: Option<PublicUrl> =
            (console == Console::Everywhere).then(|| "https://invite.example".parse().unwrap());
        allows(console, format!("{peer}:4000").parse().unwrap(), &headers(all), url.as_ref())
    }

    #[test]
    fn nobody_uses_it_through_a_reverse_proxy_that_does_not_say_so() {
        let url: PublicUrl = "https://invite.example".parse().unwrap();
        let (peer, host) = ("127.0.0.1:4000".parse().unwrap(), headers(&[("host", "127.0.0.1")]));
        assert!(allows(Console::Loopback, peer, &host, None));
        assert!(!allows(Console::Loopback, peer, &host, Some(&url)));
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
        for name in ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "forwarded"] {
            assert!(!local(&[("host", "localhost"), (name, "192.0.2.1")]), "{name}");
        }
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
