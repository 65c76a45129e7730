//! Who is in a conference, and how.

use crate::wire::open_enum;

open_enum! {
    /// Where a participant stands. `ON_AIR` is what the clients show as Connected; they do not
    /// know a word `CONNECTED`.
    pub enum ParticipantStatus {
        /// Invited, not yet joined.
        Reserved = "RESERVED",
        /// In the conference without being active.
        Inactive = "INACTIVE",
        /// Declined the invitation.
        Decline = "DECLINE",
        /// Joining.
        Connecting = "CONNECTING",
        /// Connected.
        OnAir = "ON_AIR",
        /// Gone.
        Left = "LEFT",
        /// Having trouble with the connection.
        Warning = "WARNING",
        /// Failed.
        Error = "ERROR",
        /// Removed for good.
        Kicked = "KICKED",
    }
}

open_enum! {
    /// In which role somebody takes part.
    pub enum ParticipantType {
        /// An ordinary participant.
        User = "USER",
        /// A speaker.
        Speaker = "SPEAKER",
        /// Somebody who only listens.
        Listener = "LISTENER",
        /// A mixer.
        Mixer = "MIXER",
        /// None.
        None = "NONE",
        /// A robot.
        Robot = "ROBOT",
        /// A participant with Dolby Voice.
        DolbyVoice = "DOLBYVOICE",
    }
}
