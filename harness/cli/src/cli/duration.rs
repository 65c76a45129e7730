//! Lengths of time on the command line.

use std::time::Duration;

/// Reads `90s`, `10m`, `1h`, or a number of seconds: from a second to a week.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const LONGEST: u64 = 7 * 86_400;
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, text.chars().next_back()),
        None => (text, None),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "write it as a number of seconds, or as 90s, 10m or 1h".to_owned())?;
    let seconds = match unit {
        Some('m') => number.saturating_mul(60),
        Some('h') => number.saturating_mul(3_600),
        _ => number,
    };
    match seconds {
        1..=LONGEST => Ok(Duration::from_secs(seconds)),
        _ => Err("it must be from 1s to 168h".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_kept_within_bounds() {
        for (text, seconds) in [("60", 60), ("90s", 90), ("10m", 600), ("168h", 604_800)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["0", "169h", "1d", "", "s", "-3", "99999999999999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
