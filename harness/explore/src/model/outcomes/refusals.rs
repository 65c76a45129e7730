//! Why a call is refused: the token that it shows, and what else is wrong with it.

use super::answer;
use crate::model::act::{Act, Credential, Form, Shown, Wrong};
use crate::model::expected::Check;
use crate::model::names::{Room, Session};
use crate::model::world::{Gone, Life, Revoked, Standing, World};
use invite_spec::endpoint::{Operation, Plane};
use invite_spec::permission::Permission;
use invite_spec::requirement::{RequirementId, id};
use serde_json::{Value, json};

/// Whether a call inside a conference may be made.
pub(super) enum Authority {
    May,
    MayNot(RequirementId),
    /// Either is right.
    Either,
}

impl World {
    /// Whether a session may act in a conference.
    pub(super) fn authority(
        &self,
        by: Session,
        room: Room,
        token: Shown,
        needed: Permission,
        lacking: RequirementId,
        is_invite: bool,
    ) -> Option<Authority> {
        let state = self.rooms.get(&room)?;
        let session = self.sessions.get(&by)?;
        if !self.is_open(by) || state.life == Life::Unsure {
            return None;
        }
        if state.life == Life::Ended {
            let was_in = session.gone.get(&room) == Some(&Gone::Ended) && session.room.is_none();
            return (was_in && token == Shown::Usual).then_some(Authority::MayNot(id::ERR_006));
        }
        if session.room != Some(room) {
            if session.room.is_some() && !matches!(token, Shown::This(_)) && state.protected {
                return None;
            }
            let shows_own = match token {
                Shown::This(token) => {
                    token.person == by.person
                        && self.tokens.get(&token)?.room == room
                        && self.tokens.get(&token)?.revoked.is_none()
                        && self.permits(token, needed)?
                }
                Shown::Usual => !state.protected || is_invite,
                _ => false,
            };
            if !shows_own || self.is_kicked(room, by.person) {
                return None;
            }
            let is_in = matches!(self.standing(room, by.person), Some(Standing::In { .. }));
            let was_replaced = session.gone.get(&room) == Some(&Gone::Replaced);
            // Of another session of a participant, with the right token, no source says whether it may.
            if is_in && !was_replaced && matches!(token, Shown::This(_)) {
                return None;
            }
            return Some(match session.gone.get(&room) {
                Some(Gone::Kicked | Gone::Ended) => return None,
                // Of an unprotected conference, outsiders may invite as well.
                Some(Gone::Replaced) if is_invite && !state.protected => Authority::Either,
                Some(Gone::Replaced) if is_in && token != Shown::Usual => {
                    Authority::MayNot(id::JOIN_027)
                }
                Some(Gone::Replaced) => return None,
                _ if is_invite && !state.protected => Authority::Either,
                Some(Gone::Left) if is_invite => Authority::MayNot(id::INV_030),
                None if is_invite => Authority::MayNot(id::INV_029),
                _ => Authority::MayNot(id::JOIN_026),
            });
        }
        if !state.protected {
            return (token == Shown::Usual).then_some(Authority::May);
        }
        let current = session.current?;
        let own = self.permits(current, needed)?;
        if self.tokens.get(&current)?.revoked.is_some() || session.unsure {
            return None;
        }
        let refused = || Authority::MayNot(if own { id::JOIN_023 } else { lacking });
        Some(match token {
            Shown::Usual if own => Authority::May,
            Shown::Usual => Authority::MayNot(lacking),
            Shown::Absent | Shown::Api | Shown::Client | Shown::OfSession => {
                Authority::MayNot(id::JOIN_023)
            }
            Shown::Forged(from, _) => {
                self.tokens.get(&from)?;
                refused()
            }
            Shown::This(shown) if shown == current => return None,
            Shown::This(shown) => {
                let of = self.tokens.get(&shown)?;
                if shown.person != by.person || of.room != room {
                    refused()
                } else {
                    match of.revoked {
                        Some(Revoked::ByRest) => Authority::MayNot(id::PRM_016),
                        Some(Revoked::BySdk) => Authority::MayNot(id::PRM_021),
                        None => return None,
                    }
                }
            }
        })
    }

    /// The requirement that a wrong request breaks if it is accepted; `None` if this cannot be wrong
    /// with it.
    pub(super) fn refuses(&self, act: &Act, wrong: Wrong) -> Option<RequirementId> {
        let operation = act.operation()?;
        let endpoint = operation.endpoint();
        let is_rest = matches!(endpoint.plane, Plane::Auth | Plane::Rest);
        let known = |session: Session| self.sessions.contains_key(&session);
        match wrong {
            Wrong::Bearer(credential) if is_rest => Some(match credential {
                Credential::Client(session) => known(session).then_some(id::AUTH_015)?,
                Credential::Session(session) => known(session).then_some(id::AUTH_004)?,
                Credential::Conference(token) => {
                    self.tokens.contains_key(&token).then_some(id::AUTH_004)?
                }
                Credential::Absent | Credential::Garbage | Credential::Longer => id::AUTH_004,
                Credential::Narrow => id::AUTH_006,
                Credential::Api => return None,
            }),
            Wrong::Bearer(credential) => {
                let by = act.caller()?;
                Some(match credential {
                    Credential::Client(other) => {
                        (other.person != by.person && known(other)).then_some(id::SES_020)?
                    }
                    Credential::Session(session) => known(session).then_some(id::SES_004)?,
                    Credential::Conference(token) => {
                        self.tokens.contains_key(&token).then_some(id::SES_004)?
                    }
                    Credential::Absent
                    | Credential::Garbage
                    | Credential::Longer
                    | Credential::Api => id::SES_004,
                    Credential::Narrow => return None,
                })
            }
            Wrong::SessionToken(_) if is_rest => None,
            Wrong::SessionToken(credential) => {
                let by = act.caller()?;
                Some(match credential {
                    Credential::Session(other) => {
                        (other.person != by.person && known(other)).then_some(id::SES_020)?
                    }
                    Credential::Client(session) => known(session).then_some(id::SES_005)?,
                    Credential::Conference(token) => {
                        self.tokens.contains_key(&token).then_some(id::SES_005)?
                    }
                    Credential::Absent
                    | Credential::Garbage
                    | Credential::Longer
                    | Credential::Api => id::SES_005,
                    Credential::Narrow => return None,
                })
            }
            Wrong::Body(form) => {
                let tried = form_fits(operation, form);
                tried.then_some(match (is_rest, form.is_json()) {
                    (true, false) => id::ERR_008,
                    (true, true) => id::ERR_011,
                    (false, false) => id::ERR_009,
                    (false, true) => id::ERR_012,
                })
            }
            Wrong::UnknownRoom if endpoint.is_about_conference() => (operation
                != Operation::SdkLeave)
                .then_some(if is_rest { id::ERR_005 } else { id::ERR_006 }),
            Wrong::UnknownRoom => None,
            Wrong::UnknownPermission => {
                let grants = matches!(
                    operation,
                    Operation::RestCreate
                        | Operation::RestInvite
                        | Operation::RestPermissions
                        | Operation::SdkInvite
                        | Operation::SdkPermissions
                );
                let protected = act
                    .room()
                    .is_none_or(|room| self.rooms.get(&room).is_some_and(|it| it.protected));
                (grants && protected && !act.concerned().is_empty()).then_some(id::PRM_009)
            }
            Wrong::OtherApplication => {
                (is_rest && endpoint.is_about_conference()).then_some(id::APP_003)
            }
            Wrong::NoOwner => matches!(act, Act::RestCreate { .. }).then_some(id::ERR_010),
            Wrong::TooLong => matches!(operation, Operation::SdkSend | Operation::RestMessage)
                .then_some(id::MSG_010),
        }
    }
}

/// Whether a body of this operation can have this form.
pub(super) fn form_fits(operation: Operation, form: Form) -> bool {
    let takes = matches!(
        operation,
        Operation::RestCreate
            | Operation::RestInvite
            | Operation::RestPermissions
            | Operation::RestMessage
            | Operation::RestKick
            | Operation::SdkCreate
            | Operation::SdkInvite
            | Operation::SdkPermissions
            | Operation::SdkSend
            | Operation::Subscribe
            | Operation::Unsubscribe
    );
    let says_nothing_needed = operation == Operation::SdkCreate;
    let several = matches!(operation, Operation::RestKick | Operation::Subscribe);
    takes
        && match form {
            Form::Nothing => !says_nothing_needed,
            Form::HalfWrong => several,
            _ => true,
        }
}

/// How a refusal is told, beside that it is one.
pub(super) fn details(requires: RequirementId) -> Vec<Check> {
    let status = |requires: RequirementId, status: Value| Check::Answer {
        requires,
        value: json!({ "status": status }),
    };
    match requires {
        id::INV_032 | id::PRM_022 | id::KCK_006 | id::MSG_004 => {
            vec![
                answer(id::ERR_004, json!({ "/error_code": 114 })),
                status(id::ERR_015, json!(403)),
            ]
        }
        id::JOIN_011 | id::JOIN_012 | id::JOIN_015 | id::JOIN_023 => {
            vec![status(id::ERR_015, json!([401, 403]))]
        }
        id::JOIN_026 => vec![Check::Answer {
            requires: id::ERR_019,
            value: json!({ "status": 403, "answer": { "/error_code": 113 } }),
        }],
        id::ERR_005 | id::ERR_006 | id::CNF_017 => vec![status(id::ERR_007, json!(404))],
        id::ERR_008 | id::ERR_009 | id::ERR_011 | id::ERR_012 => {
            vec![status(id::ERR_013, json!(400))]
        }
        id::AUTH_004 | id::SES_004 => vec![Check::Answer {
            requires: id::ERR_014,
            value: json!({ "status": 401, "answer": { "/error_code": 89 } }),
        }],
        id::KCK_005 => vec![status(id::KCK_010, json!([401, 403]))],
        _ => Vec::new(),
    }
}
