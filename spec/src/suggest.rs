//! "Did you mean": the nearest valid name.

use strsim::osa_distance;

/// The known name nearest to `given`; `None` if none is near enough.
pub fn nearest<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known
        .into_iter()
        .map(|name| (osa_distance(&given.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
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
    }
}
