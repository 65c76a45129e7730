//! The implementer's path: in which order to build a server, and what to run after each step.
//!
//! A step names what it adds: calls, frames and areas of the catalogue. Everything else follows: a
//! scenario belongs to the first step after which everything that it uses is built, and a
//! requirement to the first step, from that of its area on, with a scenario that evaluates it.

use crate::document::Evaluator;
use crate::endpoint::Operation;
use crate::push::FrameType;
use crate::requirement::{self, RequirementId};
use std::collections::BTreeMap;

/// A step of the path.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name on the command line, after [`PREFIX`].
    pub name: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What to build, and what to take care of.
    pub build: &'static str,
    /// The calls that it adds.
    pub operations: &'static [Operation],
    /// The frames that it adds.
    pub frames: &'static [FrameType],
    /// The areas of the catalogue that it is about.
    pub areas: &'static [&'static str],
}

/// What a step is called by where scenarios are chosen: `step:invite`.
pub const PREFIX: &str = "step:";

/// The steps, in order.
pub static STEPS: [Step; 11] = [
    Step {
        name: "tokens",
        title: "Tokens",
        build: "Exchange the application’s key and secret for an API token, and an API token for a \
                client access token. Check tokens, scopes and lifetimes. Nothing else works \
                without them.",
        operations: &[
            Operation::AuthToken,
            Operation::ClientAccessToken,
            Operation::SignIn,
            Operation::Refresh,
        ],
        frames: &[],
        areas: &["AUTH"],
    },
    Step {
        name: "sessions",
        title: "Sessions and sockets",
        build: "Identify a person, give the session a token, and accept its WebSocket. Keep each \
                person’s open sessions by external id: everything that is pushed later goes to \
                them.",
        operations: &[Operation::Identify, Operation::Logout],
        frames: &[],
        areas: &["SES"],
    },
    Step {
        name: "create",
        title: "Create and end conferences",
        build: "Create conferences on both planes, find them by alias, and end them. Give the owner \
                a conference access token where the conference is protected.",
        operations: &[Operation::RestCreate, Operation::SdkCreate, Operation::RestTerminate],
        frames: &[],
        areas: &["CNF"],
    },
    Step {
        name: "join",
        title: "Join and leave",
        build: "Check the conference access token, list the people in the response, tell those \
                inside who comes and goes, and the joiner that it is connected: without its own \
                `ParticipantUpdated`, the client waits forever.",
        operations: &[Operation::SdkJoin, Operation::SdkLeave],
        frames: &[FrameType::ParticipantAdded, FrameType::ParticipantUpdated],
        areas: &["JOIN"],
    },
    Step {
        name: "invite",
        title: "Invite",
        build: "Invite on both planes. Make each invitee Reserved, issue a token for each, and push \
                the invitation to each of the invitee’s open sessions. Tell those who are still \
                invited when the conference ends.",
        operations: &[Operation::RestInvite, Operation::SdkInvite],
        frames: &[FrameType::InvitationReceived, FrameType::ConferenceDestroyed],
        areas: &["INV", "TOK"],
    },
    Step {
        name: "participants",
        title: "News about participants",
        build: "Tell those who have joined who is invited, too, and tell nobody else. List people by \
                REST. A further session of the same person takes the place of the first one.",
        operations: &[Operation::RestParticipants],
        frames: &[FrameType::OwnParticipantSwitched],
        areas: &["PRT"],
    },
    Step {
        name: "permissions",
        title: "Permissions",
        build: "Check the permissions of the caller’s token before each call, grant nothing that \
                the inviter does not hold, and replace tokens when permissions change.",
        operations: &[Operation::RestPermissions, Operation::SdkPermissions],
        frames: &[FrameType::UpdateToken],
        areas: &["PRM"],
    },
    Step {
        name: "kick",
        title: "Kick",
        build: "Remove people for good: tell them and the others, revoke their tokens, and let them \
                neither join nor be invited again.",
        operations: &[Operation::RestKick, Operation::SdkKick],
        frames: &[FrameType::ParticipantKicked],
        areas: &["KCK"],
    },
    Step {
        name: "messages",
        title: "Messages",
        build: "Pass messages on to the people in the conference, from participants and from the \
                application server.",
        operations: &[Operation::RestMessage, Operation::SdkSend],
        frames: &[FrameType::ConferenceMessageReceived],
        areas: &["MSG"],
    },
    Step {
        name: "subscriptions",
        title: "Subscriptions",
        build: "Remember who subscribes to which alias, and notify those sessions about conferences \
                that they are not in.",
        operations: &[Operation::Subscribe, Operation::Unsubscribe],
        frames: &[
            FrameType::ConferenceCreatedNotification,
            FrameType::ConferenceEndedNotification,
            FrameType::ConferenceStatusNotification,
            FrameType::ParticipantJoinedNotification,
            FrameType::ParticipantLeftNotification,
        ],
        areas: &["SUB"],
    },
    Step {
        name: "ends",
        title: "The loose ends",
        build: "Malformed requests, the order in which reasons for a refusal apply, CORS, telemetry, \
                and the isolation of applications. Give the harness a second application here \
                (`--second-app-key`, `--second-app-secret`).",
        operations: &[
            Operation::TelemetryConfiguration,
            Operation::TelemetryDevice,
            Operation::TelemetryWebrtc,
            Operation::ErrorReport,
        ],
        frames: &[],
        areas: &["ERR", "WIRE", "APP"],
    },
];

impl Step {
    /// Its place on the path, counted from 1.
    pub fn number(&self) -> usize {
        STEPS.iter().position(|step| step == self).unwrap_or_default() + 1
    }

    /// How it is called by where scenarios are chosen, such as `step:invite`.
    pub fn pattern(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// The step that is called by this, with or without the prefix.
    pub fn find(text: &str) -> Option<&'static Step> {
        let name = text.strip_prefix(PREFIX).unwrap_or(text);
        STEPS.iter().find(|step| step.name == name)
    }

    fn of_area(prefix: &str) -> Option<&'static Step> {
        STEPS.iter().find(|step| step.areas.contains(&prefix))
    }
}

/// The first step after which a server can fulfil a scenario that makes these calls, looks at these
/// frames, and is about these requirements.
pub fn first_step(
    operations: impl IntoIterator<Item = Operation>,
    frames: impl IntoIterator<Item = FrameType>,
    about: impl IntoIterator<Item = RequirementId>,
) -> &'static Step {
    let with_call = |it: Operation| STEPS.iter().find(|step| step.operations.contains(&it));
    let with_frame = |it: FrameType| STEPS.iter().find(|step| step.frames.contains(&it));
    let calls = operations.into_iter().filter_map(with_call);
    let frames = frames.into_iter().filter_map(with_frame);
    let areas = about.into_iter().filter_map(|id| Step::of_area(id.area().prefix));
    calls.chain(frames).chain(areas).max_by_key(|step| step.number()).unwrap_or(&STEPS[0])
}

/// The step of each requirement that a check evaluates: from the step of its area on, the first one
/// with a scenario that evaluates it. One that only laws evaluate belongs to the step of its area.
pub fn of_requirements(evaluators: &[Evaluator]) -> BTreeMap<RequirementId, &'static Step> {
    let of = |id: RequirementId| {
        let own = Step::of_area(id.area().prefix)?;
        let evaluating =
            evaluators.iter().filter(|it| it.about.contains(&id) || it.besides.contains(&id));
        let steps = evaluating.filter_map(|it| it.step).filter(|it| it.number() >= own.number());
        Some(steps.min_by_key(|step| step.number()).unwrap_or(own))
    };
    let tested = requirement::all().filter(|row| row.excluded.is_none());
    tested.filter_map(|row| Some((row.id, of(row.id)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::ENDPOINTS;
    use crate::requirement::{areas, id};

    #[test]
    fn each_call_frame_and_area_is_in_exactly_one_step() {
        let count = |is_in: &dyn Fn(&Step) -> bool| STEPS.iter().filter(|it| is_in(it)).count();
        for endpoint in ENDPOINTS {
            let operation = endpoint.operation;
            assert_eq!(count(&|it| it.operations.contains(&operation)), 1, "{operation}");
        }
        for frame in FrameType::ALL {
            assert_eq!(count(&|it| it.frames.contains(frame)), 1, "{frame}");
        }
        for area in areas() {
            assert_eq!(count(&|it| it.areas.contains(&area.prefix)), 1, "{}", area.prefix);
        }
    }

    #[test]
    fn a_scenario_belongs_to_the_last_step_that_it_needs() {
        let calls = [Operation::SdkJoin, Operation::AuthToken];
        assert_eq!(first_step(calls, [], []).name, "join");
        assert_eq!(first_step(calls, [FrameType::UpdateToken], []).name, "permissions");
        assert_eq!(first_step(calls, [], [id::MSG_001]).name, "messages");
        assert_eq!(first_step([], [], []).name, "tokens");
    }

    #[test]
    fn a_step_is_found_by_its_name() {
        for step in &STEPS {
            assert_eq!(Step::find(&step.pattern()), Some(step));
        }
        assert_eq!(Step::find("step:nothing"), None);
        let names: std::collections::BTreeSet<&str> = STEPS.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }
}
