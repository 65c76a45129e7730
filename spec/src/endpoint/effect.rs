//! The effects of calls that others see.

/// The effect of a call that shows in frames on other people's sockets.
///
/// It shows whether a refused call was performed anyway: others get a frame that no other call
/// explains. Leaving is no such effect, because a person whose socket is lost leaves without a
/// call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Creates a conference, which subscribers to its alias see, and invites the people it names.
    Creates,
    /// Invites people.
    Invites,
    /// Lets the caller join.
    Joins,
    /// Updates permissions.
    Updates,
    /// Kicks people.
    Kicks,
    /// Sends a message.
    Sends,
    /// Ends a conference.
    Ends,
}
