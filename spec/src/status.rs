//! Classes of HTTP statuses: no client of this protocol tells the statuses of a class apart, but by
//! the error's code.

/// The class of an HTTP status.
///
/// A refusal is any status of 400 or more; that it is below 500 is a requirement of its own
/// (ERR-017).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusClass {
    /// 200 to 299: the call was performed.
    Accepted,
    /// 400 to 499: refused, for what the caller did.
    ClientError,
    /// 500 and above: refused, for want of the server's own. What HTTP does not define is taken for
    /// this, as RFC 9110 asks (section 15).
    ServerError,
    /// Neither performed nor refused: below 200, or a redirect.
    Other,
}

impl StatusClass {
    /// The class of a status.
    pub const fn of(status: u16) -> StatusClass {
        match status {
            200..=299 => StatusClass::Accepted,
            400..=499 => StatusClass::ClientError,
            500.. => StatusClass::ServerError,
            _ => StatusClass::Other,
        }
    }

    /// Whether the call was performed.
    pub const fn is_accepted(self) -> bool {
        matches!(self, StatusClass::Accepted)
    }

    /// Whether the call was refused, for whatever reason.
    pub const fn is_refused(self) -> bool {
        matches!(self, StatusClass::ClientError | StatusClass::ServerError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;

    #[test]
    fn every_status_has_one_class() {
        for (statuses, class) in [
            (0..=199, StatusClass::Other),
            (200..=299, StatusClass::Accepted),
            (300..=399, StatusClass::Other),
            (400..=499, StatusClass::ClientError),
            (500..=u16::MAX, StatusClass::ServerError),
        ] {
            for status in [*statuses.start(), *statuses.end()] {
                assert_eq!(StatusClass::of(status), class, "{status}");
            }
        }
        let of = StatusClass::of;
        assert!(of(204).is_accepted() && !of(204).is_refused());
        assert!(of(404).is_refused() && of(503).is_refused() && !of(503).is_accepted());
        assert!(!of(302).is_accepted() && !of(302).is_refused());
    }

    #[test]
    fn every_failure_is_a_refusal_and_only_one_is_the_servers_own() {
        for failure in Failure::ALL {
            let class = StatusClass::of(failure.status());
            assert!(class.is_refused(), "{failure:?}");
            let is_own = class == StatusClass::ServerError;
            assert_eq!(is_own, *failure == Failure::Internal, "{failure:?}");
        }
    }
}
