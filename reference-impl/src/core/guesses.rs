//! Guesses of an application's secret, and how they are slowed down.
//!
//! Whoever presents a wrong secret may do so [`FREE`] times at once, and then once every
//! [`PAUSE`]. Further attempts are refused without a look at the secret, so that guessing faster
//! finds nothing. Nobody waits: a refusal says when to come back, and holds nothing meanwhile.
//!
//! Attempts are counted by application and by address, so that nobody can lock out an application
//! server at another address. One that has presented the right secret from an address is not locked
//! out there either: it shares the address with whoever guesses, behind a proxy for example. Such a
//! proxy has to slow down guesses itself, because it alone knows who makes them.

use super::time::Time;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// How many wrong secrets in a row are looked at without a pause. A run of the conformance suite
/// presents five.
pub(super) const FREE: u32 = 50;
/// The time after which one more is looked at.
pub(super) const PAUSE: Duration = Duration::from_secs(2);
/// How many addresses are remembered of each kind. Above that, the one with the least to remember is
/// forgotten.
const REMEMBERED: usize = 10_000;

/// The index of an application, and an address from which its secret was presented.
type Source = (usize, IpAddr);

/// What is known of the addresses that presented secrets.
#[derive(Debug, Default)]
pub(super) struct Guesses {
    /// When the wrong secrets of each address will all be paid for, at one every [`PAUSE`].
    wrong: BTreeMap<Source, Time>,
    /// When each address last presented a right one.
    right: BTreeMap<Source, Time>,
}

impl Guesses {
    /// Judges an attempt: an error if it is refused whether or not the secret is right, with the
    /// time after which the next one is looked at.
    pub(super) fn judge(
        &mut self,
        application: usize,
        address: IpAddr,
        is_right: bool,
        now: Time,
    ) -> Result<(), Duration> {
        let source = (application, network(address));
        let paid = self.wrong.get(&source).copied().unwrap_or_default().max(now);
        let allowed = now.after(PAUSE * (FREE - 1));
        let is_free = paid <= allowed;
        if is_right && (is_free || self.right.contains_key(&source)) {
            self.wrong.remove(&source);
            remember(&mut self.right, source, now, now);
            return Ok(());
        }
        if !is_free {
            return Err(allowed.until(paid));
        }
        remember(&mut self.wrong, source, paid.after(PAUSE), now);
        Ok(())
    }
}

/// Stores a time. Where there is no room, what is over by `now` goes first, then the earliest.
fn remember(times: &mut BTreeMap<Source, Time>, source: Source, time: Time, now: Time) {
    if times.len() >= REMEMBERED && !times.contains_key(&source) {
        times.retain(|_, time| *time > now);
        if times.len() >= REMEMBERED {
            let earliest = times.iter().min_by_key(|(_, time)| **time);
            if let Some(earliest) = earliest.map(|(source, _)| *source) {
                times.remove(&earliest);
            }
        }
    }
    times.insert(source, time);
}

/// What counts as one address: of IPv6 the network, of which each customer has a whole one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            Ipv6Addr::from(network).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time::from_millis(1_795_000_000_000);

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn guess(guesses: &mut Guesses, address: IpAddr, now: Time) -> Result<(), Duration> {
        guesses.judge(0, address, false, now)
    }

    #[test]
    fn wrong_secrets_are_looked_at_at_a_steady_pace() {
        let mut guesses = Guesses::default();
        for _ in 0..FREE {
            assert_eq!(guess(&mut guesses, address(1), START), Ok(()));
        }
        assert_eq!(guess(&mut guesses, address(1), START), Err(PAUSE));
        let looked_at = (0..600)
            .filter(|second| {
                let now = START.after(Duration::from_secs(*second));
                guess(&mut guesses, address(1), now).is_ok()
            })
            .count();
        assert_eq!(looked_at, 299, "one every two seconds");
        let later = START.after(Duration::from_secs(3_600));
        for _ in 0..FREE {
            assert_eq!(guess(&mut guesses, address(1), later), Ok(()), "all is paid for");
        }
    }

    #[test]
    fn a_guess_that_comes_too_soon_is_refused_even_if_it_is_right() {
        let mut guesses = Guesses::default();
        for _ in 0..=FREE {
            let _ = guess(&mut guesses, address(1), START);
        }
        assert!(guesses.judge(0, address(1), true, START).is_err());
        assert_eq!(guesses.judge(0, address(1), true, START.after(PAUSE)), Ok(()));
    }

    #[test]
    fn nobody_else_is_slowed_down() {
        let mut guesses = Guesses::default();
        assert_eq!(guesses.judge(0, address(1), true, START), Ok(()));
        for _ in 0..1_000 {
            let _ = guess(&mut guesses, address(1), START);
        }
        assert_eq!(guesses.judge(0, address(2), true, START), Ok(()), "another address");
        assert_eq!(guesses.judge(1, address(1), true, START), Ok(()), "another application");
        assert_eq!(guesses.judge(0, address(1), true, START), Ok(()), "known from before");
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let mut guesses = Guesses::default();
        let from = |host: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]);
        let mut looked_at = 0;
        for host in 0..1_000 {
            looked_at += u32::from(guess(&mut guesses, from(host), START).is_ok());
        }
        assert_eq!(looked_at, FREE);
    }

    #[test]
    fn a_bounded_number_of_addresses_is_remembered() {
        let mut guesses = Guesses::default();
        let of = |number: u32| IpAddr::from(number.to_be_bytes());
        for _ in 0..=FREE {
            let _ = guess(&mut guesses, of(0), START);
        }
        for number in 1..20_000 {
            assert_eq!(guess(&mut guesses, of(number), START), Ok(()));
        }
        assert_eq!(guesses.wrong.len(), REMEMBERED);
        assert!(guess(&mut guesses, of(0), START).is_err(), "the worst is not forgotten");
    }
}
