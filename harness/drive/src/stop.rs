//! Why a scenario cannot go on. Everything that ends one is made here.

use crate::actor::Actor;
use crate::session::{End, Session};
use crate::transport::{Answer, NoAnswer};
use invite_spec::endpoint::Endpoint;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::reference::Unbound;
use invite_trace::{SocketEnd, Stop, StopReason};

/// The requirement that a WebSocket is of use.
const USABLE: RequirementId = id::SES_002;

/// The requirement that a WebSocket stays open.
pub(crate) const STAYS_OPEN: RequirementId = id::SES_010;

/// What a step demanded, and of whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Demand<'d> {
    /// The step's label.
    pub(crate) step: &'d str,
    /// Whose demand was not met, if it concerns one actor.
    pub(crate) actor: Option<&'d Actor>,
    /// The requirement that is blamed if no failed check explains the stop.
    pub(crate) requirement: Option<RequirementId>,
}

impl<'d> Demand<'d> {
    /// A demand of a step that the target must meet.
    pub(crate) fn of(step: &'d str, actor: &'d Actor, requirement: RequirementId) -> Demand<'d> {
        Demand { step, actor: Some(actor), requirement: Some(requirement) }
    }

    /// The stop of a scenario whose demand is not met.
    pub(crate) fn not_met(
        self,
        reason: StopReason,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) -> Stop {
        Stop {
            step: self.step.to_owned(),
            actor: self.actor.map(Actor::to_string).unwrap_or_default(),
            reason,
            requirement: self.requirement.map(|id| id.to_string()).unwrap_or_default(),
            expected: expected.into(),
            seen: seen.into(),
        }
    }
}

/// A call has another outcome than the scenario needs.
pub(crate) fn wrong_outcome(
    demand: Demand<'_>,
    endpoint: &Endpoint,
    expected: &str,
    answer: &Answer,
) -> Stop {
    demand.not_met(
        StopReason::Outcome,
        format!("{} is {expected}", endpoint.operation),
        format!("status {}", answer.status),
    )
}

/// A call has no response.
pub(crate) fn no_answer(demand: Demand<'_>, endpoint: &Endpoint, fault: &NoAnswer) -> Stop {
    let expected = format!("{} is answered", endpoint.operation);
    demand.not_met(StopReason::NoAnswer, expected, fault.why.clone())
}

/// The scenario or the harness is at fault, not the target.
pub(crate) fn harness(
    step: &str,
    actor: Option<&Actor>,
    expected: &str,
    seen: impl Into<String>,
) -> Stop {
    Demand { step, actor, requirement: None }.not_met(StopReason::Harness, expected, seen)
}

/// A reference has no value.
pub(crate) fn unbound(step: &str, error: &Unbound) -> Stop {
    harness(step, None, "every reference has a value", error.to_string())
}

/// A step needs a WebSocket that is gone. `requirement` is blamed if the target closed it.
pub(crate) fn socket_lost(
    step: &str,
    session: &Session,
    end: &End,
    requirement: RequirementId,
) -> Stop {
    let (requirement, expected, seen) = match end.by {
        SocketEnd::Cut => {
            (USABLE, "a WebSocket that can be listened to", format!("cut off: {}", end.reason))
        }
        SocketEnd::Target | SocketEnd::Client => {
            let how = match (end.code, end.reason.as_str()) {
                (None, "") => String::new(),
                (None, reason) => format!(": {reason}"),
                (Some(code), "") => format!(" with code {code}"),
                (Some(code), reason) => format!(" with code {code}: {reason}"),
            };
            (requirement, "the WebSocket stays open", format!("the target closed it{how}"))
        }
    };
    // No source requires the WebSocket of a kicked participant to stay open.
    let is_allowed = session.was_kicked() && end.by == SocketEnd::Target && end.code == Some(1000);
    let reason = if is_allowed { StopReason::Excused } else { StopReason::Socket };
    Demand::of(step, &session.identity.actor, requirement).not_met(reason, expected, seen)
}
