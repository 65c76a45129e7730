//! An invitation reaches its invitee's sessions, once each, and nobody else.

use super::{Findings, Law, inviters};
use crate::history::{Exchange, History, Invitation, Notify, Session, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Notification, Seen};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const LAW: Law = Law {
    name: LawName::Invitations,
    says: "An invitation reaches each open session of its invitee, once each, and nobody else. Its \
           inviter has no other person's name.",
    requirements: &[
        id::INV_007,
        id::INV_008,
        id::INV_010,
        id::INV_011,
        id::INV_012,
        id::INV_013,
        id::INV_014,
        id::INV_015,
        id::INV_016,
        id::INV_017,
        id::INV_020,
    ],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    inviters::examine(history, findings);
    let about = About::of(history);
    for socket in &history.sockets {
        let Some(session) = history.session_of(socket) else { continue };
        let mut counts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, frame) in socket.frames(FrameType::InvitationReceived) {
            let Some(conference) = frame.get("conferenceId").and_then(Value::as_str) else {
                continue;
            };
            counts.entry(conference).or_default().push(at);
            // In a capture, somebody else may have invited.
            if history.is_whole() {
                cause(history, session, conference, at, findings);
            }
        }
        for (conference, places) in counts.iter().filter(|_| history.is_whole()) {
            once(history, session, conference, places, findings);
        }
        arrived(&about, socket, session, &counts, findings);
    }
}

fn addressed<'h>(
    history: &'h History<'h>,
    session: Session<'h>,
    conference: &'h str,
) -> impl Iterator<Item = &'h Invitation<'h>> {
    let invited = session.external_id.into_iter().flat_map(move |id| history.invitations_of(id));
    invited.filter(move |invitation| {
        invitation.conference == conference && invitation.is_addressed_to(&session)
    })
}

/// Whether a create named the person whose conference is unknown: it was never answered, or the
/// response does not say. One that was refused can only have invited to a conference that nobody
/// knows.
fn may_be_of_unknown(
    history: &History<'_>,
    session: Session<'_>,
    conference: &str,
    at: usize,
) -> bool {
    let creates = history.calls_of(Operation::RestCreate);
    let is_known = history.is_conference(conference);
    let unknown = creates.filter(|it| it.conference().is_none() && !(is_known && it.is_refused()));
    unknown.filter(|create| create.asked_at < at).any(|create| {
        let invited = create.body.json().and_then(|body| body.get("participants"));
        session.external_id.is_some_and(|id| invited.is_some_and(|them| them.get(id).is_some()))
    })
}

/// Every invitation that arrives was sent to this person, by a request that was not refused.
fn cause(
    history: &History<'_>,
    session: Session<'_>,
    conference: &str,
    at: usize,
    findings: &mut Findings,
) {
    let before: Vec<_> =
        addressed(history, session, conference).filter(|sent| sent.asked_at < at).collect();
    findings.observe(id::INV_017);
    if before.is_empty() && !may_be_of_unknown(history, session, conference, at) {
        let seen = Seen::InvitationTo { conference: conference.to_owned() };
        findings.content(id::INV_017, Evidence::new(Expected::NoUninvited, seen).at([at]));
        return;
    }
    let standing: Vec<_> = before.iter().filter(|sent| sent.accepted != Some(false)).collect();
    // Another law forbids the effects of refused calls.
    let Some(last) = standing.last() else { return };
    if standing.iter().any(|sent| sent.notify == Notify::Yes) {
        return;
    }
    let (requirement, said) = match last.notify {
        Notify::Unsaid => (id::INV_014, Notification::Unsaid),
        Notify::Yes | Notify::No => (id::INV_013, Notification::No),
    };
    let expected = Expected::NotNotified(said);
    let evidence = Evidence::new(expected, Seen::Invitation).at([last.asked_at, at]);
    findings.breach(requirement, evidence);
}

/// At most as many arrive as were sent.
fn once(
    history: &History<'_>,
    session: Session<'_>,
    conference: &str,
    places: &[usize],
    findings: &mut Findings,
) {
    let sent = |notify: Notify| {
        addressed(history, session, conference)
            .filter(|sent| sent.accepted != Some(false) && sent.notify == notify)
            .count()
    };
    let (most, unsaid) = (sent(Notify::Yes), sent(Notify::Unsaid));
    findings.observe(id::INV_016);
    // If none was sent, the cause above is missing.
    if most == 0 || places.len() <= most {
        return;
    }
    // The target may have notified because a request does not mention `notification`.
    let unsaid = places.len() <= most + unsaid;
    let requirement = if unsaid { id::INV_014 } else { id::INV_016 };
    let expected = Expected::Invitations { sent: most, unsaid };
    let evidence = Evidence::new(expected, Seen::Invitations(places.len()));
    findings.breach(requirement, evidence.at(places.iter().copied()));
}

/// Each open session has received what was sent before a fence.
fn arrived(
    about: &About<'_, '_>,
    socket: &Socket<'_>,
    session: Session<'_>,
    counts: &BTreeMap<&str, Vec<usize>>,
    findings: &mut Findings,
) {
    let history = about.history;
    for sent in session.external_id.into_iter().flat_map(|id| history.invitations_of(id)) {
        let (Some(answered), Some(true)) = (sent.answered_at, sent.accepted) else { continue };
        let due = sent.is_addressed_to(&session)
            && session.is_verified
            && sent.notify == Notify::Yes
            && socket.opened_at < sent.asked_at
            && socket.is_fenced_after(answered)
            && !about.is_joined_or_kicked(session, &sent.conference, answered);
        if !due || history.fences.contains(sent.conference.as_str()) {
            continue;
        }
        let Some(operation) = history.exchanges[sent.exchange].operation() else { continue };
        let usual = match (operation, about.has_reached_another(sent)) {
            (Operation::RestCreate, _) => id::INV_012,
            (Operation::RestInvite, false) => id::INV_011,
            (Operation::RestInvite, true) => id::INV_008,
            (_, false) => id::INV_010,
            (_, true) => id::INV_007,
        };
        let received = about.received.get(&(sent.conference.as_str(), sent.external_id));
        let elsewhere = received.into_iter().flatten().any(|other| {
            other.number != socket.number
                && history.session_of(other).is_some_and(|other| sent.is_addressed_to(&other))
        });
        // Nor does a source say that a session is told which is in another conference.
        let is_busy = about.is_in_another(socket, session, &sent.conference, sent.asked_at);
        let requirement = if elsewhere || is_busy { id::INV_015 } else { usual };
        findings.observe(requirement);
        if !counts.contains_key(sent.conference.as_str()) && !has_spoilt_one(socket) {
            let actor = socket.actor.to_owned();
            let expected = Expected::InvitationArrives { operation, actor };
            let entries = history.exchanges[sent.exchange].entries();
            findings.breach(requirement, Evidence::new(expected, Seen::NotBeforeFence).at(entries));
        }
    }
}

/// Whether there is an invitation without a conference, which the law about schemas finds.
fn has_spoilt_one(socket: &Socket<'_>) -> bool {
    socket
        .frames(FrameType::InvitationReceived)
        .any(|(_, frame)| frame.get("conferenceId").and_then(Value::as_str).is_none())
}

/// What happened, by conference.
struct About<'h, 't> {
    history: &'h History<'t>,
    /// Where an invitation to each was received, by external id.
    received: BTreeMap<(&'t str, &'t str), Vec<&'h Socket<'t>>>,
    /// The first call that brings people out of each for good, and was not refused.
    ended: BTreeMap<&'h str, usize>,
    /// Whom each call invites, by its place among the exchanges.
    named: BTreeMap<usize, Vec<&'h Invitation<'t>>>,
}

impl<'h, 't> About<'h, 't> {
    fn of(history: &'h History<'t>) -> About<'h, 't> {
        let mut received: BTreeMap<_, Vec<&Socket<'_>>> = BTreeMap::new();
        for socket in &history.sockets {
            let session = history.session_of(socket);
            let Some(external_id) = session.and_then(|it| it.external_id) else { continue };
            let frames = socket.frames(FrameType::InvitationReceived);
            let conferences: BTreeSet<&str> =
                frames.filter_map(|(_, frame)| frame.get("conferenceId")?.as_str()).collect();
            for conference in conferences {
                received.entry((conference, external_id)).or_default().push(socket);
            }
        }
        let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
        for operation in [Operation::SdkKick, Operation::RestKick, Operation::RestTerminate] {
            for call in history.calls_of(operation).filter(|call| !call.is_refused()) {
                if let Some(conference) = call.conference() {
                    let first = ended.entry(conference).or_insert(call.asked_at);
                    *first = (*first).min(call.asked_at);
                }
            }
        }
        let mut named: BTreeMap<usize, Vec<&Invitation<'_>>> = BTreeMap::new();
        for invitation in &history.invitations {
            named.entry(invitation.exchange).or_default().push(invitation);
        }
        About { history, received, ended, named }
    }

    /// Whether somebody else whom the same call names has received an invitation.
    fn has_reached_another(&self, sent: &Invitation<'_>) -> bool {
        let others = self.named.get(&sent.exchange).into_iter().flatten();
        others.filter(|other| other.external_id != sent.external_id).any(|other| {
            self.received.contains_key(&(other.conference.as_str(), other.external_id))
        })
    }

    /// Whether a session may have been in another conference at that time.
    fn is_in_another(
        &self,
        socket: &Socket<'_>,
        session: Session<'_>,
        conference: &str,
        at: usize,
    ) -> bool {
        let of_session = |call: &&Exchange<'_>| call.actor == socket.actor && call.asked_at < at;
        let mut joins = self.history.joins_of(session.user).filter(of_session);
        joins.any(|join| {
            let room = join.conference();
            let is_left = |leave: &Exchange<'_>| {
                leave.conference() == room && leave.is_accepted() && leave.asked_at > join.asked_at
            };
            let mut leaves = self.history.calls_of(Operation::SdkLeave).filter(of_session);
            room != Some(conference) && !leaves.any(is_left)
        })
    }

    /// Whether the person was in the conference, or on the way in or out for good, at that time.
    fn is_joined_or_kicked(&self, session: Session<'_>, conference: &str, at: usize) -> bool {
        let mut joins = self.history.joins_of(session.user);
        joins.any(|join| join.asked_at < at && join.conference() == Some(conference))
            || self.ended.get(conference).is_some_and(|ended| *ended < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use serde_json::json;

    fn frame() -> Value {
        json!({ "type": "InvitationReceived", "conferenceId": "c-1" })
    }

    /// An invitation of Bob, by each of the calls that invite.
    fn invited(story: &mut Story, operation: Operation) -> [usize; 2] {
        let people = json!({ "bob": { "notification": true } });
        match operation {
            Operation::RestCreate => {
                let answer = json!({ "conferenceId": "c-1" });
                let body = json!({ "participants": people });
                story.call(APP, "POST /v2/conferences/create", body, 200, answer)
            }
            Operation::RestInvite => story.invites("c-1", people),
            _ => {
                let body = json!({ "externalProfiles": [{ "externalId": "bob" }] });
                story.call("alice", "POST /v1/conferences/c-1/invite", body, 200, json!({}))
            }
        }
    }

    const INVITING: [(Operation, invite_spec::requirement::RequirementId); 3] = [
        (Operation::SdkInvite, id::INV_010),
        (Operation::RestInvite, id::INV_011),
        (Operation::RestCreate, id::INV_012),
    ];

    #[test]
    fn an_invitation_that_arrives_once_before_the_fence_holds() {
        for (operation, requirement) in INVITING {
            let mut story = Story::of(&["alice", "bob"]);
            invited(&mut story, operation);
            story.frame("bob", frame());
            story.fence("bob");
            story.holds(&LAW, &[requirement, id::INV_016, id::INV_017]);
        }
    }

    #[test]
    fn an_invitation_that_does_not_arrive_before_a_fence_breaks_it() {
        for (operation, requirement) in INVITING {
            let mut story = Story::of(&["alice", "bob"]);
            let entries = invited(&mut story, operation);
            // Before the fence, nobody knows.
            assert!(story.examined(&LAW).breaches.is_empty());
            story.fence("bob");
            let expected = Expected::InvitationArrives { operation, actor: "bob".into() };
            let evidence = Evidence::new(expected, Seen::NotBeforeFence).at(entries);
            story.breaks(&LAW, requirement, evidence);
        }
    }

    #[test]
    fn a_call_that_invites_one_of_two_people_breaks_it() {
        for operation in [Operation::SdkInvite, Operation::RestInvite] {
            let mut story = Story::of(&["alice", "bob", "carol"]);
            let (requirement, entries) = match operation {
                Operation::RestInvite => {
                    let told = json!({ "notification": true });
                    (id::INV_008, story.invites("c-1", json!({ "bob": told, "carol": told })))
                }
                _ => {
                    let both = json!([{ "externalId": "bob" }, { "externalId": "carol" }]);
                    let body = json!({ "externalProfiles": both });
                    let line = "POST /v1/conferences/c-1/invite";
                    (id::INV_007, story.call("alice", line, body, 200, json!({})))
                }
            };
            story.frame("bob", frame());
            story.fence("bob");
            story.fence("carol");
            let expected = Expected::InvitationArrives { operation, actor: "carol".into() };
            let evidence = Evidence::new(expected, Seen::NotBeforeFence).at(entries);
            story.breaks(&LAW, requirement, evidence);
        }
    }

    #[test]
    fn no_source_says_that_it_reaches_a_session_in_another_conference() {
        for (operation, requirement) in INVITING {
            for (leaves, requirement) in [(false, id::INV_015), (true, requirement)] {
                let mut story = Story::of(&["alice", "bob"]);
                story.joins("bob", "c-2");
                if leaves {
                    let line = "POST /v1/conferences/c-2/leave";
                    story.call("bob", line, json!({}), 200, json!({}));
                }
                let entries = invited(&mut story, operation);
                story.fence("bob");
                let expected = Expected::InvitationArrives { operation, actor: "bob".into() };
                let evidence = Evidence::new(expected, Seen::NotBeforeFence).at(entries);
                story.breaks(&LAW, requirement, evidence);
            }
        }
    }

    #[test]
    fn an_invitation_that_reaches_one_of_two_sessions_breaks_it() {
        let mut story = Story::of(&["alice", "bob", "bob/phone"]);
        let operation = Operation::RestInvite;
        let entries = invited(&mut story, operation);
        story.frame("bob", frame());
        story.fence("bob/phone");
        let expected = Expected::InvitationArrives { operation, actor: "bob/phone".into() };
        let evidence = Evidence::new(expected, Seen::NotBeforeFence).at(entries);
        story.breaks(&LAW, id::INV_015, evidence);
    }

    #[test]
    fn a_notification_that_the_request_did_not_ask_for_breaks_it() {
        for (invitee, said, requirement) in [
            (json!({ "notification": false }), Notification::No, id::INV_013),
            (json!({}), Notification::Unsaid, id::INV_014),
        ] {
            let mut story = Story::of(&["bob"]);
            let [asked, _] = story.invites("c-1", json!({ "bob": invitee }));
            let at = story.frame("bob", frame());
            let evidence = Evidence::new(Expected::NotNotified(said), Seen::Invitation);
            story.breaks(&LAW, requirement, evidence.at([asked, at]));
        }
    }

    #[test]
    fn an_invitation_that_arrives_twice_breaks_it() {
        let mut story = Story::of(&["bob"]);
        invited(&mut story, Operation::RestInvite);
        let places = [story.frame("bob", frame()), story.frame("bob", frame())];
        let expected = Expected::Invitations { sent: 1, unsaid: false };
        let evidence = Evidence::new(expected, Seen::Invitations(2)).at(places);
        story.breaks(&LAW, id::INV_016, evidence);
    }

    #[test]
    fn a_second_arrival_is_put_down_to_a_request_that_does_not_say() {
        let mut story = Story::of(&["bob"]);
        invited(&mut story, Operation::RestInvite);
        story.invites("c-1", json!({ "bob": {} }));
        let places = [story.frame("bob", frame()), story.frame("bob", frame())];
        let expected = Expected::Invitations { sent: 1, unsaid: true };
        let evidence = Evidence::new(expected, Seen::Invitations(2)).at(places);
        story.breaks(&LAW, id::INV_014, evidence);
    }

    #[test]
    fn a_create_whose_answer_was_lost_may_have_invited() {
        let mut story = Story::of(&["alice", "bob"]);
        let body = json!({ "participants": { "bob": { "notification": true } } });
        story.asks(APP, "POST /v2/conferences/create", body);
        story.frame("bob", frame());
        let at = story.frame("alice", frame());
        let seen = Seen::InvitationTo { conference: "c-1".into() };
        story.breaks(&LAW, id::INV_017, Evidence::new(Expected::NoUninvited, seen).at([at]));
    }

    #[test]
    fn an_invitation_to_a_conference_whose_create_was_refused_is_left_to_another_law() {
        let mut story = Story::of(&["alice", "bob"]);
        let body = json!({ "participants": { "bob": { "notification": true } } });
        story.call(APP, "POST /v2/conferences/create", body, 400, json!({}));
        story.frame("bob", frame());
        story.holds(&LAW, &[id::INV_017]);
    }

    #[test]
    fn a_refused_create_does_not_explain_an_invitation_to_a_known_conference() {
        let mut story = Story::of(&["alice", "bob"]);
        let body = json!({ "participants": { "bob": { "notification": true } } });
        story.call(APP, "POST /v2/conferences/create", body, 400, json!({}));
        let answer = json!({ "conferenceId": "c-1" });
        story.call(APP, "POST /v2/conferences/create", json!({}), 200, answer);
        let at = story.frame("bob", frame());
        let seen = Seen::InvitationTo { conference: "c-1".to_owned() };
        let evidence = Evidence::new(Expected::NoUninvited, seen).at([at]);
        story.breaks(&LAW, id::INV_017, evidence);
    }

    #[test]
    fn a_create_whose_answer_names_no_conference_may_have_invited() {
        let mut story = Story::of(&["alice", "bob"]);
        let body = json!({ "participants": { "bob": { "notification": true } } });
        story.call(APP, "POST /v2/conferences/create", body, 200, json!({}));
        story.frame("bob", frame());
        story.holds(&LAW, &[id::INV_017]);
    }

    #[test]
    fn an_invitation_of_somebody_else_breaks_it() {
        let mut story = Story::of(&["alice", "bob"]);
        invited(&mut story, Operation::RestInvite);
        let at = story.frame("alice", frame());
        let seen = Seen::InvitationTo { conference: "c-1".into() };
        story.breaks(&LAW, id::INV_017, Evidence::new(Expected::NoUninvited, seen).at([at]));
        // In a capture, somebody else may have invited her.
        story.captured().holds(&LAW, &[]);
    }
}
