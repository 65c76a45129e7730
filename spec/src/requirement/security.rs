//! The security floor: the requirements whose breach lets somebody do what is not theirs.
//!
//! They are in a table of their own, so that it can be read at one glance. A test fails if a row
//! that forbids or refuses something is neither here nor known to protect nobody.

use super::{Requirement, RequirementId, id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a breach of a requirement lets somebody do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// Act without a credential that is valid for it.
    Credential,
    /// Act, or be taken, as another person.
    Identity,
    /// Enter a conference, or act in one, without a right to.
    Access,
    /// Do more than was granted.
    Permission,
    /// Learn what was meant for others.
    Privacy,
    /// Reach the people and conferences of another application.
    Application,
}

impl Breach {
    /// What it lets somebody do, after the words "lets somebody".
    pub fn deed(self) -> &'static str {
        match self {
            Breach::Credential => "act without a valid credential",
            Breach::Identity => "act as another person",
            Breach::Access => "enter a conference, or act in one, without a right to",
            Breach::Permission => "do more than was granted",
            Breach::Privacy => "learn what was meant for others",
            Breach::Application => "reach the people and conferences of another application",
        }
    }
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Breach::Credential => "credential",
            Breach::Identity => "identity",
            Breach::Access => "access",
            Breach::Permission => "permission",
            Breach::Privacy => "privacy",
            Breach::Application => "application",
        })
    }
}

/// Every requirement of the security floor, in the order of the catalogue.
pub const SECURITY: &[(RequirementId, Breach)] = &[
    (id::AUTH_003, Breach::Credential),
    (id::AUTH_004, Breach::Credential),
    (id::AUTH_005, Breach::Credential),
    (id::AUTH_006, Breach::Permission),
    (id::AUTH_010, Breach::Credential),
    (id::AUTH_012, Breach::Credential),
    (id::AUTH_013, Breach::Permission),
    (id::AUTH_014, Breach::Permission),
    (id::AUTH_015, Breach::Credential),
    (id::SES_004, Breach::Credential),
    (id::SES_005, Breach::Credential),
    (id::SES_006, Breach::Identity),
    (id::SES_007, Breach::Identity),
    (id::SES_011, Breach::Privacy),
    (id::SES_020, Breach::Identity),
    (id::SES_022, Breach::Identity),
    (id::CNF_002, Breach::Access),
    (id::CNF_004, Breach::Access),
    (id::CNF_010, Breach::Access),
    (id::CNF_017, Breach::Access),
    (id::INV_017, Breach::Privacy),
    (id::INV_029, Breach::Access),
    (id::INV_030, Breach::Access),
    (id::INV_032, Breach::Permission),
    (id::TOK_007, Breach::Privacy),
    (id::TOK_009, Breach::Credential),
    (id::TOK_011, Breach::Permission),
    (id::PRM_001, Breach::Permission),
    (id::PRM_002, Breach::Permission),
    (id::PRM_005, Breach::Permission),
    (id::PRM_006, Breach::Permission),
    (id::PRM_007, Breach::Permission),
    (id::PRM_010, Breach::Permission),
    (id::PRM_016, Breach::Permission),
    (id::PRM_020, Breach::Permission),
    (id::PRM_021, Breach::Permission),
    (id::PRM_022, Breach::Permission),
    (id::PRM_026, Breach::Privacy),
    (id::PRM_030, Breach::Permission),
    (id::JOIN_010, Breach::Access),
    (id::JOIN_011, Breach::Identity),
    (id::JOIN_012, Breach::Access),
    (id::JOIN_013, Breach::Permission),
    (id::JOIN_014, Breach::Permission),
    (id::JOIN_015, Breach::Permission),
    (id::JOIN_016, Breach::Access),
    (id::JOIN_017, Breach::Identity),
    (id::JOIN_023, Breach::Access),
    (id::JOIN_026, Breach::Access),
    (id::PRT_008, Breach::Privacy),
    (id::KCK_005, Breach::Access),
    (id::KCK_006, Breach::Permission),
    (id::MSG_003, Breach::Privacy),
    (id::MSG_004, Breach::Permission),
    (id::MSG_007, Breach::Privacy),
    (id::ERR_018, Breach::Permission),
    (id::APP_001, Breach::Application),
    (id::APP_002, Breach::Application),
    (id::APP_003, Breach::Application),
    (id::APP_004, Breach::Application),
    (id::APP_005, Breach::Application),
];

impl Requirement {
    /// What a breach of it lets somebody do that is not theirs; `None` if it protects nobody.
    pub fn security(&self) -> Option<Breach> {
        SECURITY.iter().find(|(id, _)| *id == self.id).map(|(_, breach)| *breach)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Level, all};
    use super::*;
    use std::collections::BTreeSet;

    /// The rows that forbid or refuse something and protect nobody, each for a reason. A new row of
    /// this kind has to be put here or into [`SECURITY`].
    const PROTECT_NOBODY: &[(&str, &[RequirementId])] = &[
        (
            "the request is a mistake, and nobody gains by it",
            &[
                id::SES_014,
                id::CNF_009,
                id::PRM_009,
                id::PRM_011,
                id::ERR_005,
                id::ERR_006,
                id::ERR_008,
                id::ERR_009,
                id::ERR_010,
                id::ERR_011,
                id::ERR_012,
                id::MSG_010,
            ],
        ),
        (
            "it keeps order among news that their receiver may have",
            &[
                id::INV_013,
                id::INV_016,
                id::INV_025,
                id::INV_026,
                id::INV_035,
                id::INV_036,
                id::PRM_027,
                id::JOIN_025,
                id::PRT_004,
                id::PRT_017,
                id::KCK_007,
                id::KCK_008,
                id::KCK_011,
            ],
        ),
        ("it is only recommended", &[id::AUTH_019, id::SES_015, id::JOIN_027]),
        ("any session of the application may subscribe to any alias", &[id::SUB_009]),
        (
            "it is about the form of messages",
            &[
                id::CNF_005,
                id::CNF_006,
                id::KCK_010,
                id::ERR_019,
                id::INV_023,
                id::JOIN_022,
                id::ERR_001,
                id::ERR_004,
                id::ERR_015,
                id::ERR_017,
                id::WIRE_011,
            ],
        ),
        ("it keeps clients that are right from being refused", &[id::JOIN_021]),
        ("the application's server may do everything anyhow", &[id::CNF_013]),
        (
            "either outcome is right",
            &[
                id::INV_031,
                id::INV_043,
                id::JOIN_024,
                id::KCK_009,
                id::PRM_012,
                id::PRM_029,
                id::MSG_008,
            ],
        ),
    ];

    #[test]
    fn the_table_is_in_the_order_of_the_catalogue_and_names_each_row_once() {
        assert!(SECURITY.is_sorted_by(|(one, _), (next, _)| one < next));
    }

    #[test]
    fn what_is_only_recommended_or_allowed_is_no_floor() {
        for (id, _) in SECURITY {
            assert_eq!(id.row().level, Level::Must, "{id}");
        }
    }

    #[test]
    fn every_row_that_forbids_or_refuses_is_known_to_protect_somebody_or_nobody() {
        let named: BTreeSet<RequirementId> = SECURITY
            .iter()
            .map(|(id, _)| *id)
            .chain(PROTECT_NOBODY.iter().flat_map(|(_, ids)| ids.iter().copied()))
            .collect();
        let forbids = |text: &str| text.contains("NOT") || text.contains("refuse");
        let unknown: Vec<RequirementId> = all()
            .filter(|row| forbids(row.text) && !named.contains(&row.id))
            .map(|row| row.id)
            .collect();
        assert!(
            unknown.is_empty(),
            "does a breach of {unknown:?} let somebody do what is not theirs? Put each into \
             SECURITY or, with the reason, into PROTECT_NOBODY"
        );
    }
}
