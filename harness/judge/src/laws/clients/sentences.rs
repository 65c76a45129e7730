//! What each law for clients says, sentence by sentence.

use crate::laws::sentences::{Sentence, law};
use invite_spec::requirement::id;
use invite_trace::{ClientExpected, Expected, LawName};

pub(crate) const TABLE: &[(LawName, &[Sentence])] = &[
    law! {
        ClientSchemas:
        CLI_013 "a body or frame fits its schema" Expected::Schema { .. },
        CLI_013 "a body is JSON" Expected::Json { .. },
    },
    law! {
        ClientInstance:
        CLI_001 "a call names the instance of its session"
            Expected::Client(ClientExpected::Instance(_)),
        CLI_001 "a call names an instance" Expected::Client(ClientExpected::SomeInstance),
        CLI_002 "the WebSocket's address names the instance"
            Expected::Client(ClientExpected::InstanceInAddress(_)),
        CLI_002 "the WebSocket's address has the session's token"
            Expected::Client(ClientExpected::TokenInAddress),
    },
    law! {
        ClientTokens:
        CLI_003 "a join shows a token for the conference"
            Expected::Client(ClientExpected::ConferenceToken(_)),
        CLI_004 "a call shows a token for the conference"
            Expected::Client(ClientExpected::ConferenceToken(_)),
        CLI_005 "a call shows the newest token" Expected::Client(ClientExpected::NewestToken(_)),
    },
    law! {
        ClientAcknowledgements:
        CLI_006 "each update is acknowledged" Expected::Client(ClientExpected::Acknowledged(_)),
        CLI_006 "only what came is acknowledged"
            Expected::Client(ClientExpected::AcknowledgesWhatCame),
        CLI_008 "frames are numbered" Expected::Client(ClientExpected::NextNumber(_)),
    },
    law! {
        ClientKeepAlive:
        CLI_007 "keep-alives come in time" Expected::Client(ClientExpected::KeepAlive { .. }),
    },
    law! {
        ClientReconnects:
        CLI_009 "the same session comes back" Expected::Client(ClientExpected::Reconnects),
        CLI_010 "attempts are spaced out" Expected::Client(ClientExpected::Spaced),
    },
    law! {
        ClientRefusals:
        CLI_015 "a refused call is not repeated" Expected::Client(ClientExpected::NotRepeated),
    },
    law! {
        ClientInvites:
        CLI_016 "a join comes before the invitation"
            Expected::Client(ClientExpected::JoinsFirst(_)),
    },
];
