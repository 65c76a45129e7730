//! Forged tokens, and tokens that expire.

use crate::forge;
use crate::scenario_run::ScenarioRun;
use crate::stop::{Demand, unbound};
use invite_scenario::{Forge, Until};
use invite_spec::limits::CLOCK_LEEWAY_SECONDS;
use invite_spec::requirement::id;
use invite_trace::{Excuse, Stop, StopReason, TokenForm};
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest lifetime, in seconds, that a scenario waits for.
const MOST_SECONDS: f64 = 30.0;

pub(crate) fn forge_token(run: &ScenarioRun, label: &str, step: &Forge) -> Result<(), Stop> {
    let mut state = run.recorder.lock();
    let from = state.bindings.resolve_string(&step.from).map_err(|error| unbound(label, &error))?;
    let raw = state.redactor.secret(&from).map(str::to_owned);
    let Some(forged) = raw.as_deref().and_then(|raw| forge::forge(raw, step.how)) else {
        let requirement = step.requires.as_ref().map_or(id::TOK_004, |id| id.value);
        let demand = Demand { step: label, actor: None, requirement: Some(requirement) };
        let reason = match step.may_be_opaque {
            true => StopReason::Excused(Excuse::OpaqueToken),
            false => StopReason::NotAJwt,
        };
        return Err(demand.not_met(reason));
    };
    let name = state.redactor.forged(&forged, &from, step.how);
    state.bindings.bind(step.name.value.clone(), name);
    Ok(())
}

pub(crate) async fn until_expired(
    run: &ScenarioRun,
    label: &str,
    step: &Until,
) -> Result<(), Stop> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let expiry = expiry(run, label, step, now)?;
    let expiry = expiry.or_else(|| step.seconds.map(|seconds| now + seconds as f64));
    let named = step.requires.as_ref().map(|id| id.value);
    let demand =
        |default| Demand { step: label, actor: None, requirement: Some(named.unwrap_or(default)) };
    let Some(expiry) = expiry else {
        return Err(demand(id::AUTH_008).not_met(StopReason::NoExpiry));
    };
    let wait = (expiry - now).max(0.0);
    if wait > MOST_SECONDS {
        let seconds = Duration::try_from_secs_f64(wait).map_or(u64::MAX, |rest| rest.as_secs());
        return Err(demand(id::AUTH_010).not_met(StopReason::LivesTooLong { seconds }));
    }
    // The one thing that the clock decides.
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    Ok(())
}

/// When a token expires by its own `exp`, in seconds since 1970 by the harness's clock.
fn expiry(run: &ScenarioRun, label: &str, step: &Until, now: f64) -> Result<Option<f64>, Stop> {
    let state = run.recorder.lock();
    let token = state.bindings.resolve_string(&step.token);
    let token = token.map_err(|error| unbound(label, &error))?;
    let record = state.redactor.tokens().get(&token);
    Ok(record.and_then(|record| match &record.form {
        TokenForm::Jwt { claims, .. } => Some(claims.get("exp")?.as_f64()? - ahead(claims, now)),
        TokenForm::Opaque { .. } => None,
    }))
}

/// By how many seconds the clock of whoever issued a token is ahead, as a token of the future shows; no
/// more than clocks may differ.
fn ahead(claims: &Value, now: f64) -> f64 {
    let issued = claims.get("iat").and_then(Value::as_f64).unwrap_or(now);
    (issued - now).clamp(0.0, CLOCK_LEEWAY_SECONDS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_of_the_future_shows_a_clock_that_is_ahead_by_a_minute_at_most() {
        for (claims, seconds) in [
            (json!({ "iat": 1_045 }), 45.0),
            (json!({ "iat": 990 }), 0.0),
            (json!({}), 0.0),
            (json!({ "iat": 4_600 }), 60.0),
            (json!({ "iat": 1_000_000 }), 60.0),
        ] {
            assert_eq!(ahead(&claims, 1_000.0), seconds, "{claims}");
        }
    }
}
