//! How often judging looks at one thing that happened: a test holds it against the length of the
//! trace.

#[cfg(test)]
thread_local! {
    static SPENT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[inline]
pub(crate) fn spend() {
    #[cfg(test)]
    SPENT.with(|spent| spent.set(spent.get() + 1));
}

/// What a function spends.
#[cfg(test)]
pub(crate) fn of(what: impl FnOnce()) -> usize {
    SPENT.with(|spent| spent.set(0));
    what();
    SPENT.with(std::cell::Cell::get)
}
