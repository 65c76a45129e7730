//! Fuzzing: the libraries that read files, on inputs that are changed again and again.
//!
//! It needs no nightly compiler and no instrumentation, as libFuzzer does: what the library says of an
//! input takes the place of coverage. An input of which something new is said is kept and changed
//! further. The same seed gives the same inputs.
//!
//! | file | what |
//! | --- | --- |
//! | `subjects` | what is tried: a name, inputs to begin with, and what is said of one |
//! | `mutate` | changes of a text: of its JSON, of its lines and words, of its bytes |

mod mutate;
mod subjects;

pub use subjects::{SUBJECTS, Subject};

use mutate::Mutator;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest input, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// How many bytes of inputs are kept to be changed further, besides the first ones.
const MOST_KEPT: usize = 64 * 1024 * 1024;

/// How many of the shortest inputs of which something new was said are told.
const MOST_TOLD: usize = 40;

/// How long any input may take, and how much longer for each KiB. Twice as much text may take twice as
/// long.
const SLOW: Duration = Duration::from_millis(400);
const SLOW_PER_KIB: Duration = Duration::from_millis(4);

/// How often a slow input is tried again, since the machine may have been busy.
const TRIES: usize = 4;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Until {
    /// After so many inputs.
    pub runs: Option<u64>,
    /// After this time.
    pub time: Option<Instant>,
}

/// An input that shows a defect.
#[derive(Debug, Clone)]
pub struct Found {
    /// What is wrong.
    pub what: String,
    /// The input.
    pub input: String,
}

/// What came of fuzzing one subject.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many inputs were tried.
    pub runs: u64,
    /// How many of them were read without an error.
    pub read: u64,
    /// Of how many something new was said.
    pub news: usize,
    /// The longest time that an input took, and its length.
    pub longest: (Duration, usize),
    /// The defects, one for each place.
    pub found: Vec<Found>,
    /// The shortest inputs of which something new was said.
    pub corpus: Vec<String>,
}

/// What is said of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It was read, and this came of it.
    Read(String),
    /// It was refused, with these words.
    Refused(String),
}

/// The place of the last panic.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Notes where a panic is, instead of printing it.
pub fn note_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or(String::new(), |at| format!("{}:{}", at.file(), at.line()));
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let words = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or_default();
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) =
            format!("panic at {place}: {words}");
    }));
}

/// The inputs that are changed further.
struct Kept {
    /// The first ones, which stay, and behind them those of which something new was said.
    all: Vec<String>,
    first: usize,
    /// How long those behind the first ones are together.
    bytes: usize,
}

impl Kept {
    fn new(first: Vec<String>) -> Kept {
        Kept { first: first.len(), all: first, bytes: 0 }
    }

    /// Adds an input, in the place of others if there is no room for it.
    fn add(&mut self, input: String, mutator: &mut Mutator) {
        while self.all.len() > self.first && self.bytes + input.len() > MOST_KEPT {
            let at = self.first + mutator.below(self.all.len() - self.first);
            self.bytes -= self.all.swap_remove(at).len();
        }
        self.bytes += input.len();
        self.all.push(input);
    }
}

/// Changes inputs of a subject until it is enough. `before` hears of each input before it is tried: a
/// stack that overflows ends the program.
///
/// However long it goes on, it takes no more memory than for what is kept, and some bytes for each
/// different result.
pub fn fuzz(subject: &Subject, seed: u64, until: Until, mut before: impl FnMut(&str)) -> Outcome {
    let mut mutator = Mutator::new(seed);
    let mut outcome = Outcome::default();
    let mut kept = Kept::new((subject.seeds)());
    let mut news: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut defects = BTreeSet::new();
    mutator.learn(&kept.all);
    loop {
        let place = usize::try_from(outcome.runs).unwrap_or(usize::MAX);
        // Each seed as it is, first.
        let input = match kept.all.get(place).filter(|_| place < kept.first) {
            Some(seed) => seed.clone(),
            None => mutator.change(&kept.all),
        };
        outcome.runs += 1;
        if input.len() <= MOST_BYTES {
            before(&input);
            if let Some(said) = tried(subject, &input, &mut defects, &mut outcome)
                && news.insert(digest(&said))
            {
                outcome.tell(&input);
                kept.add(input, &mut mutator);
            }
        }
        let is_over = until.runs.is_some_and(|most| outcome.runs >= most)
            || until.time.is_some_and(|time| Instant::now() >= time);
        if is_over {
            outcome.news = news.len();
            return outcome;
        }
    }
}

/// What is said of an input, if nothing panics. Notes what is wrong with that.
fn tried(
    subject: &Subject,
    input: &str,
    defects: &mut BTreeSet<String>,
    outcome: &mut Outcome,
) -> Option<Said> {
    let began = Instant::now();
    let said = catch_unwind(AssertUnwindSafe(|| (subject.say)(input)));
    let mut took = began.elapsed();
    let Ok(said) = said else {
        let what = PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if defects.insert(what.clone()) {
            outcome.found.push(Found { what, input: input.to_owned() });
        }
        return None;
    };
    let kib = input.len() / 1024;
    let most = SLOW + SLOW_PER_KIB * u32::try_from(kib).unwrap_or(u32::MAX);
    for _ in 0..TRIES {
        if took > most {
            let began = Instant::now();
            let _ = (subject.say)(input);
            took = took.min(began.elapsed());
        }
    }
    outcome.longest = outcome.longest.max((took, input.len()));
    if took > most && defects.len() < 20 {
        let what = format!("slow: {:.1} s for {kib} KiB", took.as_secs_f64());
        defects.insert(what.clone());
        outcome.found.push(Found { what, input: input.to_owned() });
    }
    outcome.read += u64::from(matches!(said, Said::Read(_)));
    Some(said)
}

/// What is said may be long, and is only compared.
fn digest(said: &Said) -> Vec<u8> {
    let (is_read, words) = match said {
        Said::Read(words) => (true, words),
        Said::Refused(words) => (false, words),
    };
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    digest.update(&[u8::from(is_read)]);
    digest.update(words.as_bytes());
    digest.finish().as_ref().to_vec()
}

impl Outcome {
    /// Keeps an input of which something new was said, if it is among the shortest.
    fn tell(&mut self, input: &str) {
        let at = self.corpus.partition_point(|other| other.len() <= input.len());
        if at < MOST_TOLD {
            self.corpus.insert(at, input.to_owned());
            self.corpus.truncate(MOST_TOLD);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(say: fn(&str) -> Said) -> Subject {
        let seeds = || vec![r#"{"a":[1,2,3],"b":"text"}"#.to_owned()];
        Subject { name: "test", seeds, say }
    }

    const RUNS: Until = Until { runs: Some(3_000), time: None };

    #[test]
    fn a_panic_is_found_and_its_place_is_named() {
        note_panics();
        let subject = subject(|text| match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) if value["a"].is_null() => panic!("no a"),
            Ok(_) => Said::Read(String::new()),
            Err(_) => Said::Refused(String::new()),
        });
        let outcome = fuzz(&subject, 1, RUNS, |_| {});
        assert!(outcome.found.iter().any(|it| it.what.ends_with("no a")), "{:?}", outcome.found);
        let again = fuzz(&subject, 1, RUNS, |_| {});
        assert_eq!(again.found.len(), outcome.found.len());
        assert_eq!(again.read, outcome.read);
        assert_ne!(fuzz(&subject, 2, RUNS, |_| {}).read, outcome.read);
    }

    #[test]
    fn a_changed_input_is_not_much_longer_than_what_is_tried() {
        let long = format!("[1, \"{}\"]", "x".repeat(MOST_BYTES - 10));
        let lines = format!("a\n{}\n", "y".repeat(MOST_BYTES / 2));
        let mut mutator = Mutator::new(1);
        let longest = (0..60).map(|_| mutator.change(&[long.clone(), lines.clone()]).len()).max();
        assert!(longest.is_some_and(|it| it < 5 * MOST_BYTES), "{longest:?}");
    }

    #[test]
    fn what_is_kept_and_told_has_a_limit() {
        let mut kept = Kept::new(vec!["first".to_owned()]);
        let mut mutator = Mutator::new(1);
        for _ in 0..100 {
            kept.add("x".repeat(MOST_BYTES), &mut mutator);
        }
        assert_eq!(kept.all[0], "first");
        assert_eq!(kept.all.len(), 1 + MOST_KEPT / MOST_BYTES);
        let mut outcome = Outcome::default();
        for length in (0..100).rev() {
            outcome.tell(&"x".repeat(length));
        }
        let lengths: Vec<usize> = outcome.corpus.iter().map(String::len).collect();
        assert_eq!(lengths, (0..MOST_TOLD).collect::<Vec<_>>());
    }

    #[test]
    fn what_takes_too_long_is_found() {
        let subject = subject(|text| {
            if text.len() > 60 {
                std::thread::sleep(SLOW + SLOW_PER_KIB * 2);
            }
            Said::Read(String::new())
        });
        let until = Until { runs: Some(60), time: None };
        assert!(!fuzz(&subject, 1, until, |_| {}).found.is_empty());
    }
}
