//! The ids that the server assigns. They are opaque strings to everybody else.

use std::sync::Arc;

/// A source of ids that are unique and cannot be guessed.
pub trait Ids: Send {
    /// A new id.
    fn fresh(&mut self) -> Arc<str>;

    /// The id of the person with this external id in this application: the same each time.
    fn derived(&mut self, application: &str, external_id: &str) -> Arc<str>;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id with this text.
            pub fn new(text: impl Into<Arc<str>>) -> $name {
                $name(text.into())
            }

            /// The text, as on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&$name> for String {
            fn from(id: &$name) -> String {
                id.0.as_ref().to_owned()
            }
        }
    };
}

id! {
    /// A person, within one application.
    UserId
}
id! {
    /// A conference, within one application.
    ConferenceId
}
id! {
    /// A session: the `jti` of its token.
    SessionId
}

/// One open socket. A session that reconnects has a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SocketId(pub u64);
