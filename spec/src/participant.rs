//! The statuses and roles of participants.

use crate::wire::open_enum;

open_enum! {
    /// The status of a participant. Clients show `ON_AIR` as Connected. They do not know the word
    /// `CONNECTED`.
    pub enum ParticipantStatus {
        /// Invited, but not yet joined.
        Reserved = "RESERVED",
        /// In the conference without being active.
        Inactive = "INACTIVE",
        /// Declined the invitation.
        Decline = "DECLINE",
        /// Joining.
        Connecting = "CONNECTING",
        /// Connected.
        OnAir = "ON_AIR",
        /// No longer in the conference.
        Left = "LEFT",
        /// Connected with a bad connection.
        Warning = "WARNING",
        /// The connection failed.
        Error = "ERROR",
        /// Removed, and unable to come back.
        Kicked = "KICKED",
    }
}

open_enum! {
    /// The role of a participant.
    pub enum ParticipantType {
        /// An ordinary participant.
        User = "USER",
        /// A speaker.
        Speaker = "SPEAKER",
        /// A participant who only listens.
        Listener = "LISTENER",
        /// A mixer.
        Mixer = "MIXER",
        /// No role.
        None = "NONE",
        /// A robot.
        Robot = "ROBOT",
        /// A participant with Dolby Voice.
        DolbyVoice = "DOLBYVOICE",
    }
}
