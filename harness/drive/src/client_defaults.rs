//! What the real clients send, where a scenario does not say otherwise.

use invite_scenario::cover::Cover;
use invite_spec::endpoint::{Endpoint, Operation, Plane};
use serde_json::{Map, Value, json};

/// What the real client of a plane calls itself (`User-Agent`), in this run.
pub(crate) fn user_agent(cover: Cover, plane: Plane) -> &'static str {
    match plane {
        Plane::Auth | Plane::Rest => cover.library,
        Plane::Session | Plane::Telemetry => cover.browser,
    }
}

/// What identify says of the client.
pub(crate) const SDK_VERSION: &str = "3.2.1";

/// The scopes that the REST clients' documentation asks for.
pub(crate) const SESSION_SCOPE: &str = "conf:create notifications:set";

/// The body of an operation, with `own` laid over it.
pub(crate) fn body(endpoint: &Endpoint, own: Option<&Value>) -> Option<Value> {
    let usual = match endpoint.operation {
        Operation::RestCreate => json!({
            "parameters": {
                "dolbyVoice": true, "liveRecording": false, "rtcpMode": "average",
                "audioOnly": false,
            },
        }),
        Operation::SdkCreate => json!({
            "alias": "", "type": "sdk_conf", "preferredRegions": [],
            "params": {
                "ttl": 0, "multiSession": false, "mode": "standard", "rtcpMode": "average",
                "stats": false, "currentLanguage": "english", "videoCodec": "H264",
                "liveRecording": "false", "dolbyVoice": "false",
            },
        }),
        Operation::SdkJoin => json!({
            "sync": true, "device_type": "web", "sdp_version": "SDP_V5",
            "user": { "type": "user" },
            "options": {
                "constraints": { "audio": false, "video": false },
                "mixing": { "enabled": false, "uri": "" }, "simulcast": false,
                "preferSendMono": false, "preferRecvMono": false, "forwardingStrategy": true,
            },
        }),
        Operation::SdkLeave => json!({ "reason": "hangUp" }),
        Operation::SignIn | Operation::AuthToken => json!({ "grant_type": "client_credentials" }),
        Operation::RestParticipants
        | Operation::RestTerminate
        | Operation::TelemetryConfiguration => return own.cloned(),
        _ => Value::Object(Map::new()),
    };
    match (usual, own) {
        (Value::Object(mut usual), Some(Value::Object(own))) => {
            for (key, value) in own {
                usual.insert(key.clone(), value.clone());
            }
            Some(Value::Object(usual))
        }
        (usual, None) => Some(usual),
        (_, Some(own)) => Some(own.clone()),
    }
}

/// The name of a client instance: forty characters, the same whenever the same session is meant.
pub(crate) fn client_id(session: &str) -> String {
    // FNV-1a: any spread will do, a client makes this up at random.
    let mut state = 0xcbf2_9ce4_8422_2325u64;
    let mut id = String::new();
    for round in 0..3u8 {
        for byte in session.bytes().chain([round]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        id.push_str(&format!("{state:016x}"));
    }
    id.truncate(invite_spec::limits::CLIENT_ID_CHARACTERS);
    id
}
