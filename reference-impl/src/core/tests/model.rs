//! Random commands, and invariants of every frame and state.

use super::fixture::{CLOSED, Client, Fixture, OPEN};
use crate::core::id::SessionId;
use crate::core::state::Tenant;
use crate::core::token::Keys;
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::Push;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Two sessions each of these people.
const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
const SETS: [&[&str]; 4] =
    [&["JOIN"], &["JOIN", "INVITE", "KICK"], &[], &["JOIN", "UPDATE_PERMISSIONS", "SEND_MESSAGE"]];

#[derive(Debug, Clone)]
enum Step {
    Create(usize),
    Join(usize),
    Leave(usize),
    Invite(usize, usize, Option<usize>),
    RestInvite(usize, bool),
    Update(usize, usize, usize),
    RestUpdate(usize, usize),
    Kick(usize, usize),
    RestKick(usize),
    Send(usize),
    Lose(usize),
    Open(usize),
    Wait(u64),
    Terminate,
}

fn step() -> impl Strategy<Value = Step> {
    let session = 0..2 * PEOPLE.len();
    let person = 0..PEOPLE.len();
    let set = 0..SETS.len();
    prop_oneof![
        2 => session.clone().prop_map(Step::Create),
        8 => session.clone().prop_map(Step::Join),
        2 => session.clone().prop_map(Step::Leave),
        6 => (session.clone(), person.clone(), prop::option::of(set.clone()))
            .prop_map(|(by, who, set)| Step::Invite(by, who, set)),
        3 => (person.clone(), any::<bool>()).prop_map(|(who, notified)| Step::RestInvite(who, notified)),
        2 => (session.clone(), person.clone(), set.clone())
            .prop_map(|(by, who, set)| Step::Update(by, who, set)),
        1 => (person.clone(), set).prop_map(|(who, set)| Step::RestUpdate(who, set)),
        1 => (session.clone(), person.clone()).prop_map(|(by, who)| Step::Kick(by, who)),
        1 => person.prop_map(Step::RestKick),
        1 => session.clone().prop_map(Step::Send),
        1 => session.clone().prop_map(Step::Lose),
        3 => session.prop_map(Step::Open),
        1 => (1u64..40).prop_map(Step::Wait),
        1 => Just(Step::Terminate),
    ]
}

struct Run {
    fixture: Fixture,
    key: &'static str,
    clients: Vec<Client>,
    conference: String,
    /// The people whom each session has heard about since it joined.
    shown: BTreeMap<SessionId, BTreeSet<String>>,
}

impl Run {
    fn new(key: &'static str) -> Run {
        let mut fixture = Fixture::new();
        let clients = PEOPLE.iter().flat_map(|name| [name, name]);
        let clients = clients.map(|name| fixture.online(key, name)).collect();
        Run { fixture, key, clients, conference: String::new(), shown: BTreeMap::new() }
    }

    fn tenant(&self) -> &Tenant {
        &self.fixture.core.tenants()[usize::from(self.key == OPEN)]
    }

    fn rest(&mut self, operation: &str, body: Value) -> bool {
        let token = self.fixture.api_token(self.key, json!({}));
        let about = [self.conference.as_str()];
        self.fixture.call(operation, &about, Fixture::bearer(&token), body).is_ok()
    }

    fn sdk(&mut self, by: usize, operation: &str, more: &[&str], body: Value) -> bool {
        let client = self.clients[by].clone();
        let mut about = vec![self.conference.as_str()];
        about.extend(more);
        self.fixture.sdk(&client, operation, &about, body).is_ok()
    }

    /// Takes a step, and returns whether the core accepted it.
    fn take(&mut self, step: &Step) -> bool {
        let user = |run: &Run, who: usize| run.clients[2 * who].user_id.clone();
        match step {
            Step::Create(by) => {
                let mut client = self.clients[*by].clone();
                self.conference = self.fixture.create(&mut client, "room");
                if client.conference_token.is_some() {
                    self.clients[*by].conference_token = client.conference_token;
                }
                true
            }
            Step::Join(by) => {
                let client = self.clients[*by].clone();
                let Ok(answer) = self.fixture.join(&client, &self.conference) else { return false };
                let listed = answer["participants"].as_array().unwrap().iter();
                let listed = listed.map(|one| one["participant_id"].as_str().unwrap().to_owned());
                self.shown.insert(client.session, listed.collect());
                true
            }
            Step::Leave(by) => self.sdk(*by, "sdk.leave", &[], json!({})),
            Step::Invite(by, who, set) => {
                let mut guest = json!({ "externalId": PEOPLE[*who] });
                if let Some(set) = set {
                    guest["permissions"] = json!(SETS[*set]);
                }
                self.sdk(*by, "sdk.invite", &[], json!({ "externalProfiles": [guest] }))
            }
            Step::RestInvite(who, notified) => {
                let body =
                    json!({ "participants": { PEOPLE[*who]: { "notification": notified } } });
                self.rest("rest.invite", body)
            }
            Step::Update(by, who, set) => {
                let update = json!({ "userId": user(self, *who), "newPermissions": SETS[*set] });
                self.sdk(*by, "sdk.permissions", &[], json!({ "userPermissions": [update] }))
            }
            Step::RestUpdate(who, set) => {
                let body =
                    json!({ "participants": { PEOPLE[*who]: { "permissions": SETS[*set] } } });
                self.rest("rest.permissions", body)
            }
            Step::Kick(by, who) => self.sdk(*by, "sdk.kick", &[&user(self, *who)], json!({})),
            Step::RestKick(who) => self.rest("rest.kick", json!({ "externalIds": [PEOPLE[*who]] })),
            Step::Send(by) => self.sdk(*by, "sdk.send", &[], json!({ "message": "x" })),
            Step::Lose(by) => {
                self.fixture.lose(&self.clients[*by].clone());
                true
            }
            Step::Open(by) => {
                let client = &mut self.clients[*by];
                self.fixture.open(client).unwrap();
                true
            }
            Step::Wait(seconds) => {
                self.fixture.seconds(*seconds);
                true
            }
            Step::Terminate => self.rest("rest.terminate", json!({})),
        }
    }

    /// Checks what each session has received by a step.
    fn check(&mut self, step: &Step, done: bool) {
        for index in 0..self.clients.len() {
            let client = self.clients[index].clone();
            let pushes = self.fixture.pushes(&client);
            assert!(done || pushes.is_empty(), "a refused call delivered {pushes:?}");
            let mut invitations = 0;
            let mut kicked = false;
            for push in pushes {
                match &push {
                    Push::ParticipantAdded(added) => {
                        self.in_conference(&client, step);
                        assert_ne!(added.user_id, client.user_id, "nobody is added to oneself");
                        let shown = self.shown.entry(client.session.clone()).or_default();
                        shown.insert(added.user_id.clone());
                    }
                    Push::ParticipantUpdated(updated) => {
                        self.in_conference(&client, step);
                        let shown = &self.shown[&client.session];
                        assert!(
                            updated.user_id == client.user_id || shown.contains(&updated.user_id),
                            "updated before added"
                        );
                        assert_ne!(updated.status, Some(ParticipantStatus::Reserved));
                    }
                    Push::InvitationReceived(invitation) => {
                        invitations += 1;
                        assert!(invited(step, index / 2), "an invitation of somebody else");
                        self.own_token(&client, invitation.conf_token.as_deref());
                        if let Some(token) = &invitation.conf_token {
                            self.clients[index].conference_token = Some(token.clone());
                        }
                    }
                    Push::UpdateToken(update) => {
                        let token = &update.content.access_token;
                        self.own_token(&client, Some(token));
                        self.clients[index].conference_token = Some(token.clone());
                        let connection = client.connection.clone().unwrap();
                        let now = self.fixture.now;
                        self.fixture.core.acknowledge(&connection, &update.amu, now);
                    }
                    Push::ParticipantKicked(frame) => {
                        assert_eq!(frame.user_id, client.user_id);
                        kicked = true;
                    }
                    Push::ConferenceMessageReceived(_) => self.in_conference(&client, step),
                    Push::ConferenceDestroyed(_) | Push::OwnParticipantSwitched(_) => {}
                    other => panic!("nobody subscribed to {other:?}"),
                }
                assert!(!kicked || matches!(push, Push::ParticipantKicked(_)), "news after a kick");
            }
            assert!(invitations <= 1, "an invitation comes once to each session");
        }
        self.consistent();
    }

    fn in_conference(&self, client: &Client, step: &Step) {
        let session = &self.tenant().sessions[&client.session];
        // While time passes, a session can receive news and leave the conference afterwards.
        let may_be_over = matches!(step, Step::Wait(_));
        assert!(session.joined.is_some() || may_be_over, "news for somebody who has not joined");
    }

    fn own_token(&self, client: &Client, token: Option<&str>) {
        assert_eq!(token.is_some(), self.key == CLOSED);
        let keys = Keys::new(b"a key that only the tests have, of course");
        if let Some(token) = token {
            assert_eq!(keys.verify(token).unwrap().sub.as_ref(), Some(&client.user_id));
        }
    }

    fn consistent(&self) {
        let tenant = self.tenant();
        for conference in tenant.conferences.values() {
            assert_eq!(conference.joined.is_empty(), conference.empty_since.is_some());
            for (user, session) in &conference.joined {
                assert_eq!(tenant.sessions[session].joined.as_ref(), Some(&conference.id));
                assert_eq!(&tenant.sessions[session].user, user);
            }
            for (user, membership) in &conference.memberships {
                let is_in = matches!(
                    membership.status,
                    Some(ParticipantStatus::Connecting | ParticipantStatus::OnAir)
                );
                assert_eq!(is_in, conference.joined.contains_key(user));
            }
        }
        for session in tenant.sessions.values() {
            let joined = session.joined.as_ref().map(|id| &tenant.conferences[id]);
            let by = joined.map(|conference| &conference.joined[&session.user]);
            assert!(by.is_none_or(|by| *by == session.id), "two sessions of one person");
        }
        for (key, id) in &tenant.aliases {
            assert_eq!(tenant.conferences[id].alias_key.as_ref(), Some(key));
        }
    }
}

fn invited(step: &Step, person: usize) -> bool {
    match step {
        Step::Invite(_, who, _) | Step::RestInvite(who, _) => *who == person,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nobody_hears_what_is_not_for_them(
        protected in any::<bool>(),
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut run = Run::new(if protected { CLOSED } else { OPEN });
        run.take(&Step::Create(0));
        run.check(&Step::Create(0), true);
        for step in &steps {
            let done = run.take(step);
            run.check(step, done);
        }
    }
}
