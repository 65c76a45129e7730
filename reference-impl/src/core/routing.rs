//! Which application a request is for, decided without the state of any application.
//!
//! Nothing is verified here: the core of that application does that, and refuses whatever is not
//! its own.

use super::application::Application;
use super::authenticate::{credentials, is_key, key_and_secret};
use super::call::UpgradeRequest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use invite_spec::endpoint::{Authentication, Endpoint};
use serde::Deserialize;

/// The index of the application that a call of this endpoint, with this `Authorization` header,
/// claims to be for; `None` if it claims none.
pub fn application_of_call(
    applications: &[Application],
    endpoint: &Endpoint,
    authorization: Option<&str>,
) -> Option<usize> {
    let authorization = authorization?;
    match endpoint.authentication {
        Authentication::None => None,
        Authentication::Application => {
            let (key, _) = key_and_secret(authorization)?;
            applications.iter().position(|application| is_key(application, &key))
        }
        Authentication::ApiToken | Authentication::ClientToken | Authentication::Session => {
            application_of_token(applications, credentials(authorization, "bearer")?)
        }
    }
}

/// The index of the application that a request to open a socket claims to be for.
pub fn application_of_upgrade(
    applications: &[Application],
    upgrade: &UpgradeRequest,
) -> Option<usize> {
    application_of_token(applications, upgrade.token.as_deref()?)
}

fn application_of_token(applications: &[Application], token: &str) -> Option<usize> {
    #[derive(Deserialize)]
    struct Claimed {
        app: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claimed: Claimed = serde_json::from_slice(&payload).ok()?;
    applications.iter().position(|application| application.key == claimed.app)
}
