//! Wrong with kicks.

use super::news::sessions_of;
use super::{Mutant, wrong};
use crate::core::frames;
use crate::core::rules::News;
use crate::core::state::{Conference, World};
use crate::core::{Delivery, Rules, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use std::sync::Arc;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "kicked-unawares" breaks "KCK-003":
        "does not tell the person who is kicked.",
        fn hears_kick(&self, _: &World, _: &Conference, _: &UserId) -> Option<SessionId> {
            None
        }
    },
    wrong! {
        "kick-unseen" breaks "KCK-004":
        "does not tell the others that somebody was kicked.",
        fn news(
            &self,
            world: &World,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            if news == News::Kicked {
                return Vec::new();
            }
            Standard.news(world, conference, about, news)
        }
    },
    wrong! {
        "kicked-come-back" breaks "KCK-005":
        "lets somebody in again who was kicked, with the same token.",
        fn kick_lasts(&self) -> bool {
            false
        }
    },
    wrong! {
        "everybody-kicks" breaks "KCK-006":
        "lets every participant kick.",
        fn permits(&self, held: &PermissionSet, endpoint: &Endpoint) -> bool {
            endpoint.permission == Some(Permission::Kick) || Standard.permits(held, endpoint)
        }
    },
    wrong! {
        "kicked-hear-on" breaks "KCK-007":
        "goes on telling somebody who was kicked what happens in the conference.",
        fn hears_news(
            &self,
            world: &World,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.hears_news(world, conference, about);
            to.extend(sessions_of(world, conference, &ParticipantStatus::Kicked));
            to
        }
    },
    wrong! {
        "kicked-but-connecting" breaks "KCK-008":
        "tells the others that somebody is connecting who was just kicked.",
        fn news(
            &self,
            world: &World,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            let mut told = Standard.news(world, conference, about, news);
            if news == News::Kicked {
                let mut late = frames::updated(world, conference, about);
                late.status = Some(ParticipantStatus::Connecting);
                told.push(Delivery::new(conference.joined_sessions(), late));
            }
            told
        }
    },
];
