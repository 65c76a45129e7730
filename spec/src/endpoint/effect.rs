//! What calls do that others see.

/// What a call does that shows in the frames at other people's sockets.
///
/// It serves to tell whether a refused call was performed all the same: a frame shows it, that no
/// other call explains. So leaving is not among them: a person is taken for gone without a call,
/// too, once the socket is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Creates a conference, for those who subscribed to its alias, and invites whom it names.
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
