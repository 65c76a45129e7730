//! "Did you mean": the nearest valid name.

use strsim::osa_distance;

/// The known name nearest to `given`; `None` if none is near enough.
pub fn nearest<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = given.chars().count();
    let given = given.to_lowercase();
    let mut nearest = None;
    for name in known {
        let own = name.chars().count();
        let most = 1 + own / 4;
        // A name that is much longer or shorter is not compared letter by letter: it may be a whole file.
        if length.abs_diff(own) > most {
            continue;
        }
        let distance = osa_distance(&given, &name.to_lowercase());
        if distance <= most && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, name));
        }
    }
    nearest.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_a_stranger_finds_none() {
        let known = ["steps", "title", "people"];
        assert_eq!(nearest("stpes", known), Some("steps"));
        assert_eq!(nearest("peple", known), Some("people"));
        assert_eq!(nearest("conference", known), None);
        // Swapped neighbours are one mistake.
        assert_eq!(nearest("abdc", ["abcd"]), Some("abcd"));
        assert_eq!(nearest("badc", ["abcd"]), Some("abcd"));
        assert_eq!(nearest("", ["abc"]), None);
        assert_eq!(nearest(&"steps".repeat(1_000_000), known), None);
    }
}
