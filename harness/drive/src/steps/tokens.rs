//! Forged tokens, and tokens that expire.

use super::unbound;
use crate::forge;
use crate::stage::Stage;
use invite_scenario::{Forge, Located, Until};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{Stop, StopReason};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) fn forge_token(stage: &Stage, label: &str, step: &Forge) -> Result<(), Stop> {
    let mut state = stage.recorder.lock();
    let from = state.bindings.resolve_string(&step.from).map_err(|error| unbound(label, &error))?;
    let raw = state.vault.secret(&from).map(str::to_owned);
    let requirement = named(step.requires.as_ref()).unwrap_or(id::TOK_004);
    let Some(forged) = raw.as_deref().and_then(|raw| forge::forge(raw, step.how)) else {
        return Err(Stop {
            step: label.into(),
            actor: String::new(),
            reason: if step.may_be_opaque { StopReason::Excused } else { StopReason::Missing },
            requirement: requirement.to_string(),
            expected: "a token that is a JWT".into(),
            seen: "a token of another form".into(),
        });
    };
    let how = serde_name(step.how);
    let name = state.vault.forged(&forged, &from, how);
    state.bindings.bind(step.name.text.clone(), name);
    Ok(())
}

fn named(id: Option<&Located>) -> Option<RequirementId> {
    id.and_then(|id| RequirementId::parse(id))
}

fn serde_name(how: invite_scenario::Forgery) -> &'static str {
    use invite_scenario::Forgery;
    match how {
        Forgery::Tampered => "tampered with",
        Forgery::Unsigned => "unsigned",
        Forgery::TamperedAndUnsigned => "tampered with and unsigned",
        Forgery::OtherKey => "signed with another key",
        Forgery::Garbage => "replaced by garbage",
    }
}

pub(crate) async fn until_expired(stage: &Stage, label: &str, step: &Until) -> Result<(), Stop> {
    let expiry = {
        let state = stage.recorder.lock();
        let token = state.bindings.resolve_string(&step.token);
        let token = token.map_err(|error| unbound(label, &error))?;
        let tokens = state.vault.tokens();
        tokens.get(&token).and_then(|record| match &record.form {
            invite_trace::TokenForm::Jwt { claims, .. } => claims.get("exp")?.as_f64(),
            invite_trace::TokenForm::Opaque { .. } => None,
        })
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let requirement =
        |usual: RequirementId| named(step.requires.as_ref()).unwrap_or(usual).to_string();
    let expiry = expiry.or_else(|| step.seconds.map(|seconds| now + seconds as f64));
    let Some(expiry) = expiry else {
        return Err(Stop {
            step: label.into(),
            actor: String::new(),
            reason: StopReason::Missing,
            requirement: requirement(id::AUTH_008),
            expected: "a JWT with an exp".into(),
            seen: "a token without".into(),
        });
    };
    let wait = (expiry - now).max(0.0);
    if wait > 30.0 {
        return Err(Stop {
            step: label.into(),
            actor: String::new(),
            reason: StopReason::Missing,
            requirement: requirement(id::AUTH_010),
            expected: "a token that lives no longer than was asked for".into(),
            seen: format!("it expires in {wait:.0} s"),
        });
    }
    // The one thing that the clock decides.
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    Ok(())
}
