//! The names of the endpoints. The enum, the spelling of its variants and the table of endpoints
//! all come from this one list.

use super::Endpoint;
use crate::name::{name, unknown};

macro_rules! operations {
    ($($variant:ident $text:literal $row:path,)+) => {
        /// The name of an endpoint, as scenarios and reports spell it. Names are in the order of
        /// [`ENDPOINTS`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(#[doc = concat!("`", $text, "`: [`", stringify!($row), "`].")] $variant,)+
        }

        /// Every endpoint, in the order of the document.
        pub const ENDPOINTS: &[&Endpoint] = &[$(&$row),+];

        impl Operation {
            /// Every operation, in the order of the document.
            pub const ALL: &[Operation] = &[$(Operation::$variant),+];

            /// As scenarios and reports spell it, such as `rest.invite`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Operation::$variant => $text,)+
                }
            }
        }

        // Each row has the name that the list gives it.
        const _: () = {
            $(assert!(matches!($row.operation, Operation::$variant), $text);)+
        };
    };
}

operations! {
    AuthToken "auth.token" crate::rest::auth_token::ENDPOINT,
    ClientAccessToken "rest.client-access-token" crate::rest::client_access_token::ENDPOINT,
    RestCreate "rest.create" crate::rest::create::ENDPOINT,
    RestInvite "rest.invite" crate::rest::invite::ENDPOINT,
    RestPermissions "rest.permissions" crate::rest::permissions::ENDPOINT,
    RestKick "rest.kick" crate::rest::kick::ENDPOINT,
    RestMessage "rest.message" crate::rest::message::ENDPOINT,
    RestParticipants "rest.participants" crate::rest::participants::ENDPOINT,
    RestTerminate "rest.terminate" crate::rest::terminate::ENDPOINT,
    SignIn "sdk.sign-in" crate::sdk::sign_in::ENDPOINT,
    Refresh "sdk.refresh" crate::sdk::refresh::ENDPOINT,
    Identify "sdk.identify" crate::sdk::identify::ENDPOINT,
    Logout "sdk.logout" crate::sdk::logout::ENDPOINT,
    SdkCreate "sdk.create" crate::sdk::create::ENDPOINT,
    SdkJoin "sdk.join" crate::sdk::join::ENDPOINT,
    SdkLeave "sdk.leave" crate::sdk::leave::ENDPOINT,
    SdkInvite "sdk.invite" crate::sdk::invite::ENDPOINT,
    SdkPermissions "sdk.permissions" crate::sdk::permissions::ENDPOINT,
    SdkKick "sdk.kick" crate::sdk::kick::ENDPOINT,
    SdkSend "sdk.send" crate::sdk::send::ENDPOINT,
    Subscribe "sdk.subscribe" crate::sdk::subscriptions::SUBSCRIBE,
    Unsubscribe "sdk.unsubscribe" crate::sdk::subscriptions::UNSUBSCRIBE,
    TelemetryConfiguration "telemetry.configuration" crate::sdk::telemetry::CONFIGURATION,
    TelemetryDevice "telemetry.device" crate::sdk::telemetry::DEVICE,
    TelemetryWebrtc "telemetry.webrtc" crate::sdk::telemetry::WEBRTC,
    ErrorReport "sdk.error-report" crate::sdk::telemetry::ERROR_REPORT,
}

impl Operation {
    /// The operation with this spelling; `None` for any other.
    pub fn parse(text: &str) -> Option<Operation> {
        Operation::ALL.iter().copied().find(|operation| operation.as_str() == text)
    }

    /// Its row of the table of endpoints.
    pub const fn endpoint(self) -> &'static Endpoint {
        ENDPOINTS[self as usize]
    }
}

name! {
    Operation: "A call of the table of endpoints.",
    title: |it: Operation| it.endpoint().title,
    unknown: |text: &str| {
        unknown("operation", text, Operation::ALL.iter().map(|it| it.as_str()))
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_name_finds_its_row_and_every_row_its_name() {
        assert_eq!(Operation::ALL.len(), ENDPOINTS.len());
        for (operation, endpoint) in Operation::ALL.iter().zip(ENDPOINTS) {
            assert_eq!(endpoint.operation, *operation);
            assert_eq!(operation.endpoint().path, endpoint.path);
            assert_eq!(Operation::parse(operation.as_str()), Some(*operation));
            let written = serde_json::to_value(operation).unwrap();
            assert_eq!(written, json!(operation.as_str()));
            assert_eq!(serde_json::from_value::<Operation>(written).unwrap(), *operation);
        }
        assert!(Operation::ALL.is_sorted());
        assert_eq!(format!("[{:>12}]", Operation::RestInvite), "[ rest.invite]");
    }

    #[test]
    fn another_text_is_told_and_the_name_that_may_be_meant() {
        let error = |text: &str| serde_json::from_value::<Operation>(json!(text)).unwrap_err();
        assert_eq!(
            error("rest.invit").to_string(),
            "unknown operation `rest.invit`, did you mean `rest.invite`?"
        );
        assert_eq!(error("dance").to_string(), "unknown operation `dance`");
        assert_eq!(Operation::parse("REST.INVITE"), None);
    }

    #[test]
    fn the_schema_offers_every_name_with_its_title() {
        let schema = schemars::schema_for!(Operation).to_value();
        let names = schema["oneOf"].as_array().unwrap();
        assert_eq!(names.len(), Operation::ALL.len());
        assert_eq!(
            names[3],
            json!({ "description": "Invite people", "type": "string", "const": "rest.invite" })
        );
    }
}
