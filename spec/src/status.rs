//! Classes of HTTP statuses. Within a class, clients of this protocol distinguish errors only by
//! their code.

/// The class of an HTTP status.
///
/// A refusal is any status of 400 or more. A separate requirement says that it is below 500
/// (ERR-017).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusClass {
    /// 200 to 299: the call succeeded.
    Accepted,
    /// 400 to 499: refused because of the request.
    ClientError,
    /// 500 and above: refused because of a failure of the server. Undefined statuses count as such,
    /// as RFC 9110 demands (section 15).
    ServerError,
    /// Neither a success nor a refusal: below 200, or a redirect.
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

    /// Whether the call succeeded.
    pub const fn is_accepted(self) -> bool {
        matches!(self, StatusClass::Accepted)
    }

    /// Whether the call was refused, for any reason.
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
