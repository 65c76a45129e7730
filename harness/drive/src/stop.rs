//! Why a scenario cannot go on. Everything that ends one is made here.

use crate::actor::Actor;
use crate::session::{End, Session};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::reference::Unbound;
use invite_trace::{
    FramePattern, HarnessFault, SocketEnd, SocketLoss, SocketRefusal, Stop, StopReason,
};

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
    pub(crate) fn not_met(self, reason: StopReason) -> Stop {
        Stop {
            step: self.step.to_owned(),
            actor: self.actor.map(Actor::to_string).unwrap_or_default(),
            reason,
            requirement: self.requirement,
        }
    }

    /// The stop of a scenario whose WebSocket did not open. Where the harness did not try, the target
    /// is not to blame.
    pub(crate) fn refused_socket(self, why: SocketRefusal) -> Stop {
        match why {
            SocketRefusal::ForeignHost { host } => {
                let fault = HarnessFault::ForeignHost { host };
                Demand { requirement: None, ..self }.not_met(StopReason::Harness(fault))
            }
            SocketRefusal::OutOfDescriptors => {
                let fault = HarnessFault::OutOfDescriptors;
                Demand { requirement: None, ..self }.not_met(StopReason::Harness(fault))
            }
            why => self.not_met(StopReason::SocketRefused(why)),
        }
    }
}

/// A reference has no value: the scenario is at fault, not the target.
pub(crate) fn unbound(step: &str, error: &Unbound) -> Stop {
    let fault = HarnessFault::Unbound { reference: error.0.clone() };
    Demand { step, actor: None, requirement: None }.not_met(StopReason::Harness(fault))
}

/// A step needs a session that no step has opened: the scenario is at fault, not the target.
pub(crate) fn no_session(step: &str, actor: &Actor) -> Stop {
    let fault = HarnessFault::NoSession { actor: actor.to_string() };
    let demand = Demand { step, actor: Some(actor), requirement: None };
    demand.not_met(StopReason::Harness(fault))
}

/// There was no descriptor left for a connection: nothing that came after that is the target's fault.
pub(crate) fn out_of_descriptors(step: &str) -> Stop {
    let demand = Demand { step, actor: None, requirement: None };
    demand.not_met(StopReason::Harness(HarnessFault::OutOfDescriptors))
}

/// More arrived than the harness reads in a scenario: its own limit, and no fault of the target.
pub(crate) fn out_of_room(step: &str, most_bytes: usize) -> Stop {
    let fault = HarnessFault::TooMuchReceived { most_bytes };
    Demand { step, actor: None, requirement: None }.not_met(StopReason::Harness(fault))
}

/// A step needs a WebSocket that is gone, on which it may have awaited a frame. `requirement` is
/// blamed if the target closed it.
pub(crate) fn socket_lost(
    step: &str,
    session: &Session,
    end: &End,
    requirement: RequirementId,
    awaited: Option<FramePattern>,
) -> Stop {
    let actor = &session.identity.actor;
    let loss = match end.by {
        SocketEnd::Cut(why) => {
            let reason = StopReason::SocketLost { end: SocketLoss::Cut(why), awaited: None };
            return Demand::of(step, actor, USABLE).not_met(reason);
        }
        SocketEnd::Target | SocketEnd::Client => {
            SocketLoss::Closed { code: end.code, reason: end.reason.clone() }
        }
    };
    // No source requires the WebSocket of a kicked participant, of a replaced session, or of one whose
    // conference ended, to stay open.
    let is_closed = end.by == SocketEnd::Target && end.code == Some(1000);
    let reason = match session.may_close().filter(|_| is_closed) {
        Some(excuse) => StopReason::Excused(excuse),
        None => StopReason::SocketLost { end: loss, awaited },
    };
    Demand::of(step, actor, requirement).not_met(reason)
}
