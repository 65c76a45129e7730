//! The table.

use std::io::Write as _;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// What came out, with its unit.
    pub(crate) measured: String,
    /// What it should be.
    pub(crate) bar: &'static str,
    /// Whether it is.
    pub(crate) holds: bool,
}

impl Figure {
    pub(crate) fn print(&self) {
        let holds = if self.holds { "yes" } else { "no" };
        // Whoever has stopped reading has seen enough.
        let _ = writeln!(
            std::io::stdout(),
            "| {} | {} | {} | {holds} |",
            self.what,
            self.measured,
            self.bar
        );
    }
}

pub(crate) fn head() {
    let _ = writeln!(
        std::io::stdout(),
        "| figure | measured | bar | reached |\n| --- | --- | --- | --- |"
    );
}

/// The one in the middle.
pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }
}
