//! What a wrong client does, and the requirement that it breaks.

use invite_spec::requirement::{RequirementId, id};

macro_rules! faults {
    ($($name:ident $text:literal breaks $requirement:ident: $does:literal,)+) => {
        /// What a wrong client does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault {
            $(#[doc = $does] $name,)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Fault] = &[$(Fault::$name),+];

            /// The name.
            pub fn as_str(self) -> &'static str {
                match self { $(Fault::$name => $text),+ }
            }

            /// What it does.
            pub fn does(self) -> &'static str {
                match self { $(Fault::$name => $does),+ }
            }

            /// The requirement that it breaks.
            pub fn breaks(self) -> RequirementId {
                match self { $(Fault::$name => id::$requirement),+ }
            }

            /// The fault with this name; `None` for any other text.
            pub fn parse(text: &str) -> Option<Fault> {
                Fault::ALL.iter().copied().find(|fault| fault.as_str() == text)
            }
        }
    };
}

faults! {
    NoInstance "no-instance" breaks CLI_001:
        "sends its instance id with identify alone.",
    OtherInstance "other-instance" breaks CLI_002:
        "opens its WebSocket with another instance id.",
    NoTokenAtJoin "no-token-at-join" breaks CLI_003:
        "joins without the conference access token.",
    NoTokenInCalls "no-token-in-calls" breaks CLI_004:
        "shows the conference access token when it joins, and never again.",
    OldToken "old-token" breaks CLI_005:
        "acknowledges an UpdateToken and goes on with the token before it.",
    ForgetsUpdate "forgets-update" breaks CLI_005:
        "goes on with the token of an UpdateToken, but joins again with the one before it.",
    NoAcknowledgement "no-acknowledgement" breaks CLI_006:
        "never acknowledges.",
    OneAcknowledgement "one-acknowledgement" breaks CLI_006:
        "acknowledges an UpdateToken that comes again only once.",
    DeafWhileJoining "deaf-while-joining" breaks CLI_006:
        "takes no notice of an UpdateToken that comes while it joins.",
    NoKeepAlive "no-keep-alive" breaks CLI_007:
        "never sends a keep-alive.",
    OneNumber "one-number" breaks CLI_008:
        "numbers each frame 1.",
    NewSession "new-session" breaks CLI_009:
        "identifies again when its WebSocket is lost.",
    StaysAway "stays-away" breaks CLI_009:
        "does not come back when its WebSocket is lost.",
    Storm "storm" breaks CLI_010:
        "tries to reconnect again and again without a pause.",
    NothingUnknown "nothing-unknown" breaks CLI_011:
        "closes its WebSocket when it gets a frame that it does not know.",
    OneSpelling "one-spelling" breaks CLI_012:
        "knows the type of a frame in one spelling only.",
    NumberAsText "number-as-text" breaks CLI_013:
        "sends message ids as texts.",
    DiesOfNull "dies-of-null" breaks CLI_014:
        "cannot go on after a response that is null.",
    AsksAgain "asks-again" breaks CLI_015:
        "sends a call that was refused again and again.",
    AsksLater "asks-later" breaks CLI_015:
        "sends a call that was refused again every second.",
    InvitesEarly "invites-early" breaks CLI_016:
        "invites as soon as it has created a conference.",
    StaysInside "stays-inside" breaks CLI_017:
        "does not leave when it is told to.",
    Impatient "impatient" breaks CLI_017:
        "gives a call up when there is no response within a second.",
}
