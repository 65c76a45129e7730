//! Tells the formats of captures apart.

use super::CaptureError;
use super::har::Har;
use super::import::{Imported, import};
use crate::{FORMAT, Record};
use invite_trace::Trace;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A file with its name.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it is called in messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What was captured.
#[derive(Debug)]
pub enum Captured {
    /// A run record, with the scenarios that account for its traces.
    Record(Box<Record>),
    /// Traces of our own format.
    Traces(Vec<Trace>),
    /// HAR files, of clients of one target, as one trace.
    Har(Box<Imported>),
}

/// Reads one run record, traces (a file may hold one, an array, or one a line), or HAR files.
pub fn read(sources: &[Source]) -> Result<Captured, CaptureError> {
    let mut traces = Vec::new();
    let mut hars = Vec::new();
    for source in sources {
        let text = source.text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(CaptureError::new(&source.name, "is empty"));
        }
        let values = values(&source.name, text)?;
        for value in values {
            let is = |key: &str| value.get(key).is_some();
            if value.get("format").and_then(Value::as_str) == Some(FORMAT) {
                if sources.len() > 1 {
                    let message = "is a run record: judge it alone";
                    return Err(CaptureError::new(&source.name, message));
                }
                return Ok(Captured::Record(Box::new(typed(&source.name, "a run record", value)?)));
            } else if is("log") {
                hars.push((source.name.clone(), typed::<Har>(&source.name, "a HAR file", value)?));
            } else if is("entries") && is("scenario") {
                traces.push(typed(&source.name, "a trace", value)?);
            } else {
                return Err(CaptureError::new(
                    &source.name,
                    "is neither a trace, nor a run record of this version, nor a HAR file: these \
                     are JSON objects with `scenario` and `entries`, with `format`, or with `log`",
                ));
            }
        }
    }
    match (traces.is_empty(), hars.is_empty()) {
        (false, true) => Ok(Captured::Traces(traces)),
        (true, false) => import(&hars).map(|imported| Captured::Har(Box::new(imported))),
        (true, true) => Err(CaptureError::new(
            sources.first().map_or("the capture", |source| &source.name),
            "holds nothing",
        )),
        (false, false) => Err(CaptureError::new(
            &sources[0].name,
            "is not of the same format as the others: judge traces and HAR files apart",
        )),
    }
}

/// The JSON values of a file: one, the items of an array, or one a line.
fn values(name: &str, text: &str) -> Result<Vec<Value>, CaptureError> {
    let stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut values = Vec::new();
    for value in stream {
        match value {
            Ok(Value::Array(items)) => values.extend(items),
            Ok(value) => values.push(value),
            Err(error) => return Err(CaptureError::new(name, format!("is not JSON: {error}"))),
        }
    }
    Ok(values)
}

fn typed<T: DeserializeOwned>(name: &str, what: &str, value: Value) -> Result<T, CaptureError> {
    serde_json::from_value(value)
        .map_err(|error| CaptureError::new(name, format!("is not {what}: {error}")))
}
