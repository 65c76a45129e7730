//! What may come of each move: the rules of the protocol, each with the requirement that says so.
//!
//! | file | what |
//! | --- | --- |
//! | `sessions` | what may come of opening, closing and losing sessions |
//! | `conferences` | what may come of creating and ending conferences |
//! | `participants` | what may come of joining, leaving and being listed |
//! | `invitations` | what may come of inviting |
//! | `permissions` | what may come of updating permissions, and the tokens that bring them |
//! | `kicks` | what may come of kicking |
//! | `messages` | what may come of sending messages |
//! | `notifications` | what may come of subscribing, and whom notifications reach |
//! | `refusals` | why a call is refused: the token that it shows, and what else is wrong with it |

mod conferences;
mod invitations;
mod kicks;
mod messages;
mod notifications;
mod participants;
mod permissions;
mod refusals;
mod sessions;

use crate::model::act::{Act, Move, Shown};
use crate::model::expected::{Branch, Check, Frame};
use crate::model::names::Person;
use crate::model::world::World;
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use refusals::{Authority, details};
use serde_json::{Value, json};

/// What the walk knows of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Whether conferences that clients create are protected in its application.
    pub protects: bool,
}

fn accepted(requires: RequirementId, next: World, checks: Vec<Check>) -> Branch {
    Branch { accepted: true, requires, checks, next }
}

impl World {
    /// The outcomes of a move that the sources allow; `None` if the move makes no sense here, or if
    /// nothing is known of what comes of it.
    pub fn outcomes(&self, step: &Move, setting: Setting) -> Option<Vec<Branch>> {
        let right = self.right(step, setting)?;
        let mut branches = match step.wrong {
            None => right,
            Some(wrong) => {
                // What is wrong must be the only reason for the refusal.
                right.iter().all(|branch| branch.accepted).then_some(())?;
                let requires = self.refuses(&step.act, wrong)?;
                let mut refused = self.refused(requires);
                if let Act::RestCreate { alias: Some(alias), .. }
                | Act::SdkCreate { alias: Some(alias), .. } = step.act
                {
                    refused.next.refused.entry(alias).or_insert(requires);
                }
                vec![refused]
            }
        };
        if let Some(on) = self.rests_on(&step.act) {
            branches.iter_mut().for_each(|branch| branch.rest(on));
        }
        // A client makes the token current with which it tries to join, whatever comes of it.
        if let Act::Join { by, token, .. } = &step.act
            && *token != Shown::Absent
        {
            for branch in branches.iter_mut().filter(|branch| !branch.accepted) {
                if let Some(session) = branch.next.sessions.get_mut(by) {
                    session.unsure = true;
                }
            }
        }
        Some(branches)
    }

    /// The requirement that settles what the token of a call is worth, if no source does.
    fn rests_on(&self, act: &Act) -> Option<RequirementId> {
        let by = act.caller()?;
        let token = match act.shown() {
            Some(Shown::This(token)) => token,
            Some(Shown::Usual) => self.current(by)?,
            _ => return None,
        };
        let of = self.tokens.get(&token)?;
        of.rests_on.or(self.is_invited_since(token).then_some(id::TOK_006))
    }

    /// A refusal for a missing permission, told as such if the token is the usual one: of a wrong token
    /// it may say that instead.
    fn refused_with(&self, requires: RequirementId, token: Shown) -> Option<Vec<Branch>> {
        Some(vec![match token {
            Shown::Usual => self.refused(requires),
            _ => self.plain_refusal(requires),
        }])
    }

    fn refused(&self, requires: RequirementId) -> Branch {
        let checks = details(requires);
        Branch { accepted: false, requires, checks, next: self.clone() }
    }

    fn only_refused(&self, requires: RequirementId) -> Option<Vec<Branch>> {
        Some(vec![self.refused(requires)])
    }

    fn right(&self, step: &Move, setting: Setting) -> Option<Vec<Branch>> {
        let number = step.number;
        match &step.act {
            Act::Open(all) => self.open(all),
            Act::Close(by) => self.close(*by),
            Act::Lose(by) => self.lose(*by),
            Act::Return(by) => self.come_back(*by),
            Act::RestCreate { owner, alias, ttl, invited } => {
                self.rest_create(number, *owner, *alias, *ttl, invited)
            }
            Act::SdkCreate { by, alias, ttl } => {
                self.sdk_create(number, *by, *alias, *ttl, setting)
            }
            Act::RestCreateAgain { room, alias, owner, other_case, invited } => {
                self.named(*room, *alias)?;
                let found = if *other_case { id::CNF_007 } else { id::CNF_006 };
                self.rest_create_again(number, *room, *owner, invited, found)
            }
            Act::SdkCreateAgain { by, room, alias, other_case } => {
                self.named(*room, *alias)?;
                let found = if *other_case { id::CNF_007 } else { id::CNF_006 };
                self.sdk_create_again(*by, *room, found)
            }
            Act::Join { by, room, token, listener } => self.join(*by, *room, *token, *listener),
            Act::Leave { by, room, token } => self.leave(*by, *room, *token),
            Act::RestInvite { room, invited } => self.rest_invite(number, *room, invited),
            Act::SdkInvite { by, room, invited, token } => {
                self.sdk_invite(number, *by, *room, invited, *token)
            }
            Act::RestUpdate { room, grants } => self.rest_update(number, *room, grants),
            Act::SdkUpdate { by, room, grants, token } => {
                self.sdk_update(number, *by, *room, grants, *token)
            }
            Act::RestKick { room, people } => self.rest_kick(*room, people),
            Act::SdkKick { by, room, person, token } => self.sdk_kick(*by, *room, *person, *token),
            Act::RestMessage { room, from, to, text } => {
                self.rest_message(*room, *from, to.as_deref(), *text)
            }
            Act::Send { by, room, text, token } => self.send(*by, *room, *text, *token),
            Act::List { room } => self.list(*room),
            Act::Terminate { room } => self.terminate(*room),
            Act::Subscribe { by, alias, topics } => self.subscribe(*by, *alias, topics),
            Act::Unsubscribe { by, alias, topics } => self.unsubscribe(*by, *alias, topics),
            Act::Aside { by, other, .. } => {
                // It speaks of one session of each of its people, in which everything arrives.
                let is_free = by.device == 0 && self.outside(by.person).contains(by);
                let others = self.open_sessions(*other);
                let are_alone = self.open_sessions(by.person).len() == 1
                    && others.iter().all(|it| it.device == 0);
                let knows = self.is_met(*other) && by.person != *other;
                (is_free && are_alone && knows)
                    .then(|| vec![accepted(id::SES_001, self.clone(), Vec::new())])
            }
        }
    }

    /// A refusal that is one of the outcomes, of which nothing more is said.
    fn plain_refusal(&self, requires: RequirementId) -> Branch {
        Branch { accepted: false, requires, checks: Vec::new(), next: self.clone() }
    }
}

impl Branch {
    /// Puts it down to a requirement that no source settles: a target may do otherwise.
    fn rest(&mut self, on: RequirementId) {
        const LACKING: [RequirementId; 5] =
            [id::INV_032, id::PRM_022, id::KCK_006, id::MSG_004, id::JOIN_015];
        if !self.accepted && !LACKING.contains(&self.requires) {
            return;
        }
        if self.requires.row().is_binding() {
            self.requires = on;
        }
        if !self.accepted {
            self.checks.clear();
        }
        for check in &mut self.checks {
            let (Check::Heard { requires, .. } | Check::Unheard { requires, .. }) = check else {
                continue;
            };
            // What somebody can grant is what that token permits.
            if [id::PRM_010, id::PRM_011].contains(requires) {
                *requires = on;
            }
        }
    }
}

fn all() -> PermissionSet {
    Permission::ALL.into_iter().collect()
}

/// A set of permissions as a scenario spells it.
pub fn names(set: &PermissionSet) -> Vec<&'static str> {
    set.iter().map(|permission| permission.as_str()).collect()
}

fn answer(requires: RequirementId, fields: Value) -> Check {
    Check::Answer { requires, value: json!({ "answer": fields }) }
}

fn token_answered(requires: RequirementId, within: &str, person: Person) -> Check {
    answer(requires, json!({ format!("{within}/{}", person.id()): { "type": "string" } }))
}

fn status(person: Person, status: &str) -> Frame {
    Frame::of(FrameType::ParticipantUpdated).about(person).says("/status", status)
}
