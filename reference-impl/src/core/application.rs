//! The applications that the server serves. Each is a tenant of its own.

use std::fmt;
use std::str::FromStr;

/// An application, identified by its key. Its server authenticates with key and secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Application {
    /// The key: unique within a server.
    pub key: String,
    /// The secret, as it is configured: not percent-encoded.
    pub secret: String,
    /// Whether conferences that its clients create are protected.
    pub protected: bool,
}

impl Application {
    /// An application whose clients create unprotected conferences.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Application {
        Application { key: key.into(), secret: secret.into(), protected: false }
    }

    /// The same application with protected conferences.
    pub fn protected(self) -> Application {
        Application { protected: true, ..self }
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("key", &self.key)
            .field("protected", &self.protected)
            .finish_non_exhaustive()
    }
}

/// Why a text is not an application. It quotes no part of the text, which may contain a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplicationError {
    /// It does not have two or three parts.
    #[error("expected KEY:SECRET or KEY:SECRET:protected")]
    Shape,
    /// The key or the secret is empty.
    #[error("the key and the secret must not be empty")]
    Empty,
    /// The third part is not `protected`.
    #[error("the third part must be the word `protected`")]
    Kind,
}

impl FromStr for Application {
    type Err = ApplicationError;

    fn from_str(text: &str) -> Result<Application, ApplicationError> {
        let parts: Vec<&str> = text.split(':').collect();
        let (key, secret, protected) = match parts[..] {
            [key, secret] => (key, secret, false),
            [key, secret, "protected"] => (key, secret, true),
            [_, _, _] => return Err(ApplicationError::Kind),
            _ => return Err(ApplicationError::Shape),
        };
        if key.is_empty() || secret.is_empty() {
            return Err(ApplicationError::Empty);
        }
        Ok(Application { key: key.into(), secret: secret.into(), protected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_written_in_two_or_three_parts() {
        assert_eq!("k:s".parse(), Ok(Application::new("k", "s")));
        assert_eq!("k:s:protected".parse(), Ok(Application::new("k", "s").protected()));
        assert_eq!("k".parse::<Application>(), Err(ApplicationError::Shape));
        assert_eq!("k:s:t:u".parse::<Application>(), Err(ApplicationError::Shape));
        assert_eq!("k::protected".parse::<Application>(), Err(ApplicationError::Empty));
        assert_eq!("k:s:open".parse::<Application>(), Err(ApplicationError::Kind));
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", Application::new("k", "hush"));
        assert!(shown.contains('k') && !shown.contains("hush"));
    }
}
