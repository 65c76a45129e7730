//! The function that serves each endpoint.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::transaction::Transaction;
use super::{
    conferences, credentials, invite, join, kick, message, participants, permissions, sessions,
    subscriptions, telemetry,
};
use invite_spec::endpoint::Endpoint;
use invite_spec::{rest, sdk};
use serde_json::Value;

/// The function that serves an endpoint.
#[derive(Clone, Copy)]
pub(super) enum Handler {
    /// Without credentials, and therefore without a tenant.
    Open(fn() -> Value),
    /// Within the caller's tenant.
    Within(fn(&mut Transaction<'_>, &Call, &Caller) -> Result<Value, Refusal>),
}

use Handler::{Open, Within};

const HANDLERS: &[(&Endpoint, Handler)] = &[
    (&rest::auth_token::ENDPOINT, Within(credentials::api_token)),
    (&rest::client_access_token::ENDPOINT, Within(credentials::client_access_token)),
    (&rest::create::ENDPOINT, Within(conferences::create_by_rest)),
    (&rest::invite::ENDPOINT, Within(invite::invite_by_rest)),
    (&rest::permissions::ENDPOINT, Within(permissions::update_by_rest)),
    (&rest::kick::ENDPOINT, Within(kick::kick_by_rest)),
    (&rest::message::ENDPOINT, Within(message::send_by_rest)),
    (&rest::participants::ENDPOINT, Within(participants::list)),
    (&rest::terminate::ENDPOINT, Within(conferences::terminate)),
    (&sdk::sign_in::ENDPOINT, Within(credentials::sign_in)),
    (&sdk::refresh::ENDPOINT, Within(credentials::refresh)),
    (&sdk::identify::ENDPOINT, Within(sessions::identify)),
    (&sdk::logout::ENDPOINT, Within(sessions::logout)),
    (&sdk::create::ENDPOINT, Within(conferences::create_by_sdk)),
    (&sdk::join::ENDPOINT, Within(join::join)),
    (&sdk::leave::ENDPOINT, Within(join::leave)),
    (&sdk::invite::ENDPOINT, Within(invite::invite_by_sdk)),
    (&sdk::permissions::ENDPOINT, Within(permissions::update_by_sdk)),
    (&sdk::kick::ENDPOINT, Within(kick::kick_by_sdk)),
    (&sdk::send::ENDPOINT, Within(message::send_by_sdk)),
    (&sdk::subscriptions::SUBSCRIBE, Within(subscriptions::subscribe)),
    (&sdk::subscriptions::UNSUBSCRIBE, Within(subscriptions::unsubscribe)),
    (&sdk::telemetry::CONFIGURATION, Open(telemetry::configuration)),
    (&sdk::telemetry::DEVICE, Open(telemetry::accepted)),
    (&sdk::telemetry::WEBRTC, Open(telemetry::accepted)),
    (&sdk::telemetry::ERROR_REPORT, Open(telemetry::accepted)),
];

pub(super) fn handler(endpoint: &Endpoint) -> Option<Handler> {
    let mut found = HANDLERS.iter().filter(|(known, _)| known.operation == endpoint.operation);
    found.next().map(|(_, handler)| *handler)
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::endpoint::{Authentication, ENDPOINTS};

    #[test]
    fn every_endpoint_of_the_table_is_served_and_no_other() {
        for endpoint in ENDPOINTS {
            let handler = handler(endpoint);
            let open = endpoint.authentication == Authentication::None;
            match handler {
                Some(Open(_)) => assert!(open, "{} takes credentials", endpoint.operation),
                Some(Within(_)) => assert!(!open, "{} takes none", endpoint.operation),
                None => panic!("{} is not served", endpoint.operation),
            }
        }
        assert_eq!(HANDLERS.len(), ENDPOINTS.len());
    }
}
