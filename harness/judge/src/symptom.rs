//! What failures of several requirements show alike has one cause, which one requirement says best.

use crate::cause::is_accepted_instead;
use crate::failures::Failures;
use invite_spec::endpoint::Plane;
use invite_spec::push::FrameType;
use invite_spec::release;
use invite_spec::requirement::{Breach, RequirementId, id};
use invite_spec::status::StatusClass;
use invite_trace::{About, Check, Expected, Seen, SocketLoss, Spot, WaitEnd, Wanted};
use std::cmp::Reverse;

/// What a failure shows, whatever it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symptom {
    /// A call about a conference was refused because there is none of this id, though the same call
    /// is accepted for others.
    ConferenceUnknown,
    /// A call answered another conference than the one that was meant.
    OtherConference,
    /// The target closed the WebSocket on which something was awaited.
    SocketClosed,
    /// A client did what only a token allows in a protected conference, or nobody was given one.
    Unprotected,
    /// A message is not the one that was awaited, or comes where none was.
    StrayMessage,
    /// A token does not grant what was given.
    OtherGrants,
    /// Something of one application is there for another one.
    SharedApplications,
}

pub(crate) const ALL: [Symptom; 7] = [
    Symptom::ConferenceUnknown,
    Symptom::OtherConference,
    Symptom::SocketClosed,
    Symptom::Unprotected,
    Symptom::StrayMessage,
    Symptom::OtherGrants,
    Symptom::SharedApplications,
];

/// In how many scenarios messages leave their conference, if all that is odd about messages comes of
/// that.
const STRAY_MESSAGES: usize = 3;

/// In how many scenarios people receive the tokens of others, if all that tokens grant wrongly comes of
/// that.
const LEAKED_TOKENS: usize = 2;

/// How many requirements about applications fail, if all of them come of one.
const SHARED_APPLICATIONS: usize = 3;

/// Where messages name a conference.
const CONFERENCE: [&str; 3] = ["/conferenceId", "/conference/confId", "/confId"];

/// Where frames bring a conference access token.
const TOKENS: [&str; 2] = ["/confToken", "/content/access_token"];

impl Symptom {
    /// Whether a failed check shows it.
    pub(crate) fn is_shown_by(self, check: &Check) -> bool {
        let Some(evidence) = check.evidence() else { return false };
        let pointer = evidence.spot.as_ref().and_then(Spot::pointer);
        let is_accepted =
            |seen: &Seen| matches!(seen, Seen::Status(it) if StatusClass::of(*it).is_accepted());
        match (self, &evidence.expected, &evidence.seen) {
            (Symptom::ConferenceUnknown, Expected::Accepted(operation), Seen::Status(404)) => {
                operation.endpoint().path.contains("{conferenceId}")
            }
            (
                Symptom::OtherConference,
                Expected::Value(Wanted::Equal(_) | Wanted::AnyOf(_)),
                Seen::Value { .. },
            ) => pointer.is_some_and(|it| CONFERENCE.contains(&it)),
            (Symptom::SocketClosed, _, seen) => matches!(
                seen,
                Seen::NoFrame { end: WaitEnd::Closed, .. }
                    | Seen::SocketLost(SocketLoss::Closed { .. })
            ),
            (Symptom::Unprotected, ..) if !is_of_protection(check) => false,
            (Symptom::Unprotected, Expected::Refused(operation), seen) => {
                operation.endpoint().plane == Plane::Session && is_accepted(seen)
            }
            (Symptom::Unprotected, Expected::ValueAt(pointer), _) => pointer == "/ownerToken",
            (Symptom::Unprotected, _, Seen::NoOutcome(all)) => {
                all.iter().all(|it| is_accepted_instead(&it.expected, &it.seen))
                    && matches!(&check.about, Some(About::Refuses(operation))
                        if operation.endpoint().plane == Plane::Session)
            }
            (Symptom::Unprotected, Expected::Value(_), seen) => match pointer {
                Some("/ownerToken") => *seen == Seen::Absent,
                pointer => pointer == Some("/isProtected"),
            },
            // One that does not come at all is another fault.
            (Symptom::StrayMessage, _, Seen::NoFrame { .. } | Seen::NoneYet) => false,
            (Symptom::StrayMessage, _, Seen::RefusedWithEffect { effect, .. }) => {
                effect.frame == FrameType::ConferenceMessageReceived
            }
            (Symptom::StrayMessage, expected, _) => {
                check.about == Some(About::Arrives(FrameType::ConferenceMessageReceived))
                    || *expected == Expected::MessageStaysInside
            }
            (
                Symptom::OtherGrants,
                Expected::Grants(_)
                | Expected::NoForeignToken
                | Expected::OwnTokenInUpdate
                | Expected::Value(Wanted::Permissions { .. }),
                _,
            ) => true,
            (Symptom::OtherGrants, _, Seen::NoOutcome(all)) => {
                all.iter().any(|it| matches!(it.seen, Seen::Grants(_)))
            }
            (Symptom::OtherGrants, Expected::Frame { pattern, .. }, _) => {
                TOKENS.iter().any(|pointer| pattern.fits.contains_key(*pointer))
            }
            (Symptom::OtherGrants, _, _) => pointer.is_some_and(|it| TOKENS.contains(&it)),
            (Symptom::SharedApplications, ..) => {
                check.requirement.is_some_and(|id| id.area().prefix == "APP")
            }
            _ => false,
        }
    }

    /// The requirement that says best what is wrong, if several failed.
    pub(crate) fn root(self, run: &Failures<'_>) -> Option<RequirementId> {
        let shown = run.counts(|check| self.is_shown_by(check));
        let of = |requirement: RequirementId| shown.get(&requirement).copied().unwrap_or_default();
        let most = |among: &dyn Fn(RequirementId) -> bool| {
            let counts = |id: &&RequirementId| release::counts(id.row(), false) && among(**id);
            shown.keys().filter(counts).copied().max_by_key(|id| (of(*id), Reverse(*id)))
        };
        if shown.len() < 2 {
            return None;
        }
        match self {
            // How long a conference exists is what these say.
            Symptom::ConferenceUnknown => {
                let tried = |check: &Check| match check.failure().map(|it| &it.expected) {
                    Some(Expected::Accepted(operation)) => run.is_ever_accepted(*operation),
                    _ => false,
                };
                let is_shown = |check: &Check| self.is_shown_by(check);
                if !run.failed().filter(|check| is_shown(check)).all(tried) {
                    return None;
                }
                let lifetimes = [id::CNF_014, id::CNF_015];
                most(&|id| lifetimes.contains(&id)).or_else(|| most(&|id| run.mostly_fails(id)))
            }
            Symptom::OtherConference => most(&|_| true),
            Symptom::SocketClosed => {
                let closed = run.counts(|check| {
                    check.failure().is_some_and(|it| it.expected == Expected::SocketStaysOpen)
                });
                closed.into_iter().max_by_key(|(id, count)| (*count, Reverse(*id))).map(|it| it.0)
            }
            Symptom::Unprotected => {
                let protects = [id::CNF_002, id::CNF_004];
                let fails = |id: &RequirementId| run.mostly_fails(*id);
                protects.into_iter().find(fails)
            }
            Symptom::StrayMessage => {
                (run.leaks(id::MSG_003) >= STRAY_MESSAGES).then_some(id::MSG_003)
            }
            Symptom::OtherGrants => {
                (run.leaks(id::TOK_007) >= LEAKED_TOKENS).then_some(id::TOK_007)
            }
            // Whose tokens are accepted says best why all else is shared.
            Symptom::SharedApplications if shown.len() >= SHARED_APPLICATIONS => {
                let tokens = [id::APP_003, id::APP_004];
                let accepted = tokens.into_iter().find(|id| run.mostly_fails(*id));
                accepted.or_else(|| most(&|id| run.mostly_fails(id)))
            }
            Symptom::SharedApplications => None,
        }
    }
}

/// Whether a requirement is one that only protection makes, as all are that refuse to join. Another one
/// lets somebody do more than enter a conference, or act in it.
fn is_of_protection(check: &Check) -> bool {
    let Some(id) = check.requirement else { return false };
    let breach = id.row().security();
    match id.area().prefix {
        "JOIN" => true,
        _ => matches!(breach, None | Some(Breach::Access | Breach::Permission)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use invite_spec::endpoint::Operation;
    use invite_spec::requirement::RequirementId;
    use invite_trace::{At, CheckResult, Evidence, Verdict};

    fn red(checks: &[Check]) -> Vec<RequirementId> {
        let failed = checks.iter().filter(|check| check.verdict() == Verdict::Fail);
        failed.filter_map(|check| check.requirement).collect()
    }

    fn folded(checks: &[Check]) -> Vec<RequirementId> {
        let mut folded = checks.to_vec();
        fold(&mut folded);
        let once = folded.clone();
        fold(&mut folded);
        assert_eq!(folded, once, "folding twice changes nothing");
        red(&folded)
    }

    fn failed(requirement: RequirementId, scenario: &str, evidence: Evidence) -> Check {
        let step = At::Step("1".to_owned());
        Check::new(requirement, scenario, step, CheckResult::Fail(evidence))
    }

    fn accepts(operation: Operation) -> Check {
        let step = At::Step("1".to_owned());
        let about = Some(About::Accepts(operation));
        Check {
            about,
            ..Check::new(operation.endpoint().requirement, "right", step, CheckResult::PASS)
        }
    }

    fn unknown(requirement: RequirementId, operation: Operation) -> Check {
        failed(requirement, "some", Evidence::new(Expected::Accepted(operation), Seen::Status(404)))
    }

    #[test]
    fn a_conference_that_is_gone_too_early_is_the_fault_of_its_lifetime() {
        let calls = [Operation::SdkJoin, Operation::RestInvite];
        let mut checks = vec![
            unknown(id::JOIN_008, Operation::SdkJoin),
            unknown(id::INV_001, Operation::RestInvite),
            unknown(id::CNF_015, Operation::SdkJoin),
        ];
        // A server without these calls has a fault for each of them.
        assert_eq!(folded(&checks), [id::JOIN_008, id::INV_001, id::CNF_015]);
        checks.extend(calls.map(accepts));
        assert_eq!(folded(&checks), [id::CNF_015]);
    }

    #[test]
    fn what_does_not_come_because_the_target_closed_the_socket_follows_from_that() {
        let closed = || SocketLoss::Closed { code: Some(1000), reason: String::new() };
        let gone = Seen::NoFrame { end: WaitEnd::Closed, missing: 1, of: 1, nearest: None };
        let kicked = failed(id::KCK_003, "some", Evidence::new(Expected::OnAir, gone));
        assert_eq!(folded(std::slice::from_ref(&kicked)), [id::KCK_003]);
        let evidence = Evidence::new(Expected::SocketStaysOpen, Seen::SocketLost(closed()));
        let checks = [kicked, failed(id::SES_010, "other", evidence)];
        assert_eq!(folded(&checks), [id::SES_010]);
    }

    #[test]
    fn where_nothing_is_protected_no_refusal_fails_by_itself() {
        let joins = |requirement| {
            let evidence =
                Evidence::new(Expected::Refused(Operation::SdkJoin), Seen::Status(200)).at([3]);
            failed(requirement, "some", evidence)
        };
        let unprotected =
            Evidence::new(Expected::Value(Wanted::Present), Seen::Absent).pointing("/isProtected");
        let checks = [joins(id::JOIN_011), failed(id::CNF_002, "other", unprotected)];
        assert_eq!(folded(&checks), [id::CNF_002]);
        assert_eq!(folded(&checks[..1]), [id::JOIN_011]);
        // Whoever lets in the people of another application does something else besides.
        let [_, cause] = checks;
        assert_eq!(folded(&[joins(id::APP_004), cause]), [id::APP_004, id::CNF_002]);
    }

    #[test]
    fn who_hands_out_the_tokens_of_others_grants_what_they_grant() {
        let grants = Expected::Grants(Default::default());
        let granted = failed(id::PRM_001, "some", Evidence::new(grants, Seen::NoAuthorities));
        let leak = |scenario: &str| {
            let evidence = Evidence::new(Expected::NoForeignToken, Seen::NoToken);
            failed(id::TOK_007, scenario, evidence)
        };
        let checks = [granted, leak("one"), leak("two")];
        assert_eq!(folded(&checks[..2]), [id::PRM_001, id::TOK_007], "that may be another fault");
        assert_eq!(folded(&checks), [id::TOK_007, id::TOK_007]);
    }

    #[test]
    fn an_alias_that_leads_elsewhere_is_one_fault() {
        let other = |requirement| {
            let wanted = Expected::Value(Wanted::Equal("c-1".into()));
            let seen = Seen::Value { shown: "\"c-2\"".to_owned() };
            failed(requirement, "some", Evidence::new(wanted, seen).pointing("/conferenceId"))
        };
        let checks = [other(id::CNF_006), other(id::CNF_006), other(id::CNF_007)];
        assert_eq!(folded(&checks), [id::CNF_006, id::CNF_006]);
    }

    #[test]
    fn who_mixes_applications_is_told_whose_tokens_it_accepts() {
        let shared = |requirement| {
            let evidence = Evidence::new(Expected::Value(Wanted::Present), Seen::Absent);
            failed(requirement, "some", evidence)
        };
        let checks = [id::APP_001, id::APP_002, id::APP_003, id::APP_005].map(shared);
        assert_eq!(folded(&checks), [id::APP_003]);
        assert_eq!(folded(&checks[..2]), [id::APP_001, id::APP_002]);
    }

    #[test]
    fn messages_that_reach_the_whole_application_are_one_fault() {
        let stray = |scenario: &str| {
            let evidence = Evidence::new(Expected::MessageStaysInside, Seen::Absent);
            failed(id::MSG_003, scenario, evidence)
        };
        let about = Some(About::Arrives(FrameType::ConferenceMessageReceived));
        let text = Evidence::new(Expected::Value(Wanted::Present), Seen::Absent).at([4]);
        let awaited = Check { about, ..failed(id::MSG_006, "some", text) };
        let checks = [awaited, stray("one"), stray("two"), stray("three")];
        assert_eq!(folded(&checks[..3]), [id::MSG_006, id::MSG_003, id::MSG_003]);
        assert_eq!(folded(&checks), [id::MSG_003; 3]);
        let about = Some(About::Arrives(FrameType::ConferenceMessageReceived));
        let none = Evidence::new(Expected::OnAir, Seen::NoneYet);
        let lost = Check { about, ..failed(id::MSG_001, "some", none) };
        let checks = [lost, stray("one"), stray("two"), stray("three")];
        assert_eq!(folded(&checks)[0], id::MSG_001, "a message that never comes is no stray one");
    }
}
