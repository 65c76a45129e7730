//! Faults that are found while a file is read.
//!
//! serde stops at its first error and hands no context to a `Deserialize`. The author of a scenario
//! wants to see every unknown name and every contradiction at once, so [`collect`] gathers those that
//! are [`report`]ed while it reads, on this thread.

use invite_text::Position;
use std::cell::RefCell;

/// One fault, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) position: Option<Position>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Fault {
    pub(crate) fn new(position: Option<Position>, message: impl Into<String>) -> Fault {
        Fault { position, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<Option<String>>) -> Fault {
        self.help = help.into();
        self
    }
}

thread_local! {
    static FOUND: RefCell<Option<Vec<Fault>>> = const { RefCell::new(None) };
}

/// Reads, and gives the faults that were reported meanwhile besides. A value that was read with
/// faults holds placeholders: it must be dropped.
pub(crate) fn collect<T>(read: impl FnOnce() -> T) -> (T, Vec<Fault>) {
    FOUND.set(Some(Vec::new()));
    let value = read();
    (value, FOUND.take().unwrap_or_default())
}

/// Reports a fault. Where nobody collects, it is the error.
pub(crate) fn report<E: serde::de::Error>(fault: Fault) -> Result<(), E> {
    FOUND.with_borrow_mut(|found| match found {
        Some(found) => {
            found.push(fault);
            Ok(())
        }
        None => Err(E::custom(fault.message)),
    })
}
