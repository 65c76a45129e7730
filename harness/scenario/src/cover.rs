//! The names and headers under which a run goes about: those of applications and people as there are
//! many, different in each run, so that no target can tell the harness from a real client by them.
//!
//! All of them follow from the run's id and the scenario's: a record shows whose they are.

/// What all names of a scenario begin with, in one run.
pub fn prefix(run_id: &str, scenario: &str) -> String {
    let length = 9 + usize::try_from(mixed(&[run_id]) % 5).unwrap_or_default();
    letters(mixed(&[run_id, "names of", scenario]), length)
}

/// The external id of a person, behind what all names of the scenario begin with.
pub fn external_id(prefix: &str, person: &str) -> String {
    format!("{prefix}-{}", letters(mixed(&[prefix, "person", person]), 8))
}

/// The order in which a run's scenarios begin, if nobody fixed it.
pub fn seed(run_id: &str) -> u64 {
    mixed(&[run_id, "order"]) % 1_000_000
}

/// What a person is called. People of one scenario with different places have different names.
pub fn display_name(prefix: &str, place: usize) -> String {
    let (first, last) = (FIRST_NAMES.len(), LAST_NAMES.len());
    let begin = |what| usize::try_from(mixed(&[prefix, what]) % 1_000).unwrap_or_default();
    let given = FIRST_NAMES[(begin("given name") + place) % first];
    let family = LAST_NAMES[(begin("family name") + place / first) % last];
    match place / (first * last) {
        0 => format!("{given} {family}"),
        round => format!("{given} {}. {family}", letters(round as u64, 2).to_uppercase()),
    }
}

/// How the clients of a run present themselves in headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    /// The page that its clients were loaded from (`Origin`).
    pub origin: &'static str,
    /// What the browser calls itself in which its clients run (`User-Agent`).
    pub browser: &'static str,
    /// What the application server's library calls itself.
    pub library: &'static str,
}

impl Cover {
    /// That of a run.
    pub fn of(run_id: &str) -> Cover {
        let one = |what, all: &[&'static str]| {
            let count = all.len() as u64;
            let at = usize::try_from(mixed(&[run_id, what]) % count.max(1)).unwrap_or_default();
            all.get(at).copied().unwrap_or_default()
        };
        Cover {
            origin: one("origin", &ORIGINS),
            browser: one("browser", &BROWSERS),
            library: one("library", &LIBRARIES),
        }
    }
}

/// Pages of developers: no domain of anybody's.
const ORIGINS: [&str; 8] = [
    "http://localhost:3000",
    "http://localhost:4200",
    "http://localhost:5000",
    "http://localhost:5173",
    "http://localhost:8000",
    "http://localhost:8081",
    "https://localhost:3000",
    "https://localhost:8443",
];

const BROWSERS: [&str; 6] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 \
     Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/17.4 Safari/605.1.15",
];

/// What the REST client for Python calls itself.
const LIBRARIES: [&str; 4] = [
    "DolbyIoRestApiSdk/4.0.1; Python/3.9.18",
    "DolbyIoRestApiSdk/4.0.1; Python/3.10.13",
    "DolbyIoRestApiSdk/4.0.1; Python/3.11.7",
    "DolbyIoRestApiSdk/4.0.1; Python/3.12.1",
];

const FIRST_NAMES: [&str; 25] = [
    "Ada", "Amir", "Bela", "Chloe", "Daniel", "Elena", "Felix", "Greta", "Hugo", "Ines", "Jonas",
    "Karim", "Laura", "Maja", "Nina", "Oscar", "Paula", "Rafael", "Samira", "Tomas", "Ulrike",
    "Viktor", "Wanda", "Yusuf", "Zoe",
];

const LAST_NAMES: [&str; 24] = [
    "Adler", "Bauer", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Horvat", "Ivanov",
    "Jensen", "Kowalski", "Lopez", "Moreau", "Novak", "Olsen", "Petrov", "Rossi", "Santos",
    "Tanaka", "Urban", "Vogel", "Weber", "Yilmaz", "Zeman",
];

/// A number that differs wherever the texts do (FNV-1a, and the end of SplitMix64).
fn mixed(texts: &[&str]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325u64;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A number as so many letters and digits, the first of them a letter.
fn letters(number: u64, length: usize) -> String {
    const DIGITS: [char; 36] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
        's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ];
    let (mut rest, mut text) = (number, String::with_capacity(length));
    for place in 0..length {
        let base = if place == 0 { 26 } else { 36 };
        let digit = usize::try_from(rest % base).unwrap_or_default();
        text.push(DIGITS.get(digit).copied().unwrap_or('a'));
        rest /= base;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_differ_with_the_run_the_scenario_and_the_person_and_tell_none_of_them() {
        let mut seen = BTreeSet::new();
        for run in ["r1", "r2", "r1-again"] {
            for scenario in ["invite-sdk-two", "kick-twice"] {
                let prefix = prefix(run, scenario);
                assert!((9..=13).contains(&prefix.len()), "{prefix}");
                for person in ["alice", "bob"] {
                    let id = external_id(&prefix, person);
                    assert!(id.starts_with(&prefix), "{id}");
                    let telling = [run, scenario, person, "invite", "kick"];
                    assert!(!telling.iter().any(|it| id.contains(it)), "{id}");
                    assert!(seen.insert(id), "{run} {scenario} {person}");
                }
            }
        }
        assert_eq!(prefix("r1", "kick-twice"), prefix("r1", "kick-twice"));
    }

    #[test]
    fn people_of_one_scenario_have_names_and_ids_of_their_own() {
        let prefix = prefix("r1", "crowd");
        let names: BTreeSet<_> = (0..11_000).map(|place| display_name(&prefix, place)).collect();
        assert_eq!(names.len(), 11_000);
        let ids = (0..11_000).map(|at| external_id(&prefix, &format!("crowd-{at}")));
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), 11_000);
    }

    #[test]
    fn runs_present_themselves_in_different_ways() {
        let covers: Vec<Cover> = (0..100).map(|run| Cover::of(&format!("r{run}"))).collect();
        let count = |of: fn(&Cover) -> &str| covers.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(count(|cover| cover.origin), ORIGINS.len());
        assert_eq!(count(|cover| cover.browser), BROWSERS.len());
        assert_eq!(count(|cover| cover.library), LIBRARIES.len());
        assert_eq!(Cover::of("r7"), Cover::of("r7"));
    }
}
