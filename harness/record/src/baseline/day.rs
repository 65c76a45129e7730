//! A day of the calendar, written as `2027-01-31`.

use chrono::{DateTime, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

const FORM: &str = "%Y-%m-%d";

/// A day of the calendar (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(NaiveDate);

/// What is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day of the calendar: write it like 2027-01-31")]
pub struct BadDay(String);

impl Day {
    /// The day on which a time lies, given in seconds since 1970; `None` in unthinkable years.
    pub fn of_unix(seconds: i64) -> Option<Day> {
        DateTime::from_timestamp(seconds, 0).map(|time| Day(time.date_naive()))
    }
}

impl FromStr for Day {
    type Err = BadDay;

    fn from_str(text: &str) -> Result<Day, BadDay> {
        // The parser alone would take `2027-1-3`, too.
        let day = NaiveDate::parse_from_str(text, FORM).ok().filter(|_| text.len() == 10);
        day.map(Day).ok_or_else(|| BadDay(text.to_owned()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format(FORM))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for text in ["2027-01-31", "2028-02-29"] {
            assert_eq!(text.parse::<Day>().map(|day| day.to_string()), Ok(text.to_owned()));
        }
        for text in ["2027-02-29", "2027-1-31", "31.01.2027", "2027-01-31T00:00:00Z", "soon", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        let day = Day::of_unix(1_700_000_000).map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some("2023-11-14"));
    }
}
