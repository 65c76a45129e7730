//! Deliberately wrong servers (mutants): each differs from the right one in one point and breaks one
//! requirement.
//!
//! A conformance suite can be tested on them: it has to fail for each of them, for the requirement
//! that it breaks and for few others. Servers that are unusual, but allowed by the specification, do
//! not belong here.
//!
//! ```no_run
//! # fn run() -> Result<(), invite_reference::StartError> {
//! use invite_reference::{Server, Settings, mutants};
//!
//! for mutant in mutants::all() {
//!     let settings = Settings { rules: (mutant.rules)(), ..Settings::default() };
//!     let server = Server::start(settings)?;
//!     println!("{} breaks {}: {}", mutant.name, mutant.breaks, mutant.does);
//! }
//! # Ok(())
//! # }
//! ```

mod applications;
mod calls;
mod conferences;
mod credentials;
mod deliveries;
mod errors;
mod frames;
mod inviting;
mod joining;
mod kicking;
mod messages;
mod news;
mod permissions;
mod refusals;
mod request;
mod sessions;
mod settled;
mod subscriptions;
mod tokens;
mod updates;
mod wire;

use crate::core::Rules;
use std::sync::{Arc, LazyLock};

/// A wrong server.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// The name, in kebab-case.
    pub name: &'static str,
    /// The id of the requirement that it breaks.
    pub breaks: &'static str,
    /// What it does wrong: a sentence with the server as its subject, which is left out.
    pub does: &'static str,
    /// Makes its rules.
    pub rules: fn() -> Arc<dyn Rules>,
}

/// Further requirements that a server cannot help breaking. Only servers that break a requirement
/// which is not binding are listed.
const ALSO: &[(&str, &[&str])] = &[
    // The answer to its first create says that the conference is not new, too.
    ("never-new", &["CNF-006"]),
    // It refuses an invite that must be accepted.
    ("only-who-is-online", &["INV-003"]),
    // It accepts the invite, and nothing is delivered.
    ("early-invite-lost", &["INV-010", "INV-029"]),
    // It refuses an invite that must be accepted.
    ("refuses-what-it-did", &["INV-003"]),
    // Its errors have no code, and so not that of a missing permission.
    ("problem-details-by-sdk", &["ERR-004"]),
    // A message that is held back until somebody leaves is not delivered in time.
    ("second-message-last", &["MSG-002", "MSG-008"]),
    // By REST as well as by SDK.
    ("reserves-participants", &["INV-035"]),
    // A missed invitation cannot be sent again.
    ("invites-once", &["INV-028"]),
    // It updates a person whom it has never announced.
    ("silent-invite-unannounced", &["PRT-007"]),
    ("reserved-unlisted", &["PRT-007"]),
    // Another person's token has another person's permissions.
    ("one-token-for-all", &["PRM-005"]),
    // It finds the conferences and people of another application.
    ("one-alias-for-all", &["APP-001", "APP-003"]),
    ("clients-in-one-application", &["APP-001"]),
    // Its logout does nothing at all.
    ("outlives-its-logout", &["SES-024"]),
];

impl Mutant {
    /// The ids of further requirements that it cannot help breaking.
    pub fn also(&self) -> &'static [&'static str] {
        ALSO.iter().find(|(name, _)| *name == self.name).map_or(&[], |(_, also)| also)
    }
}

/// Every wrong server, by subject.
pub fn all() -> &'static [Mutant] {
    static ALL: LazyLock<Vec<Mutant>> = LazyLock::new(|| SUBJECTS.concat());
    &ALL
}

/// The wrong server of this name.
pub fn find(name: &str) -> Option<&'static Mutant> {
    all().iter().find(|mutant| mutant.name == name)
}

const SUBJECTS: &[&[Mutant]] = &[
    credentials::WRONG,
    sessions::WRONG,
    conferences::WRONG,
    calls::WRONG,
    inviting::WRONG,
    deliveries::WRONG,
    tokens::WRONG,
    permissions::WRONG,
    updates::WRONG,
    joining::WRONG,
    news::WRONG,
    kicking::WRONG,
    messages::WRONG,
    subscriptions::WRONG,
    errors::WRONG,
    refusals::WRONG,
    frames::WRONG,
    wire::WRONG,
    applications::WRONG,
    settled::WRONG,
];

/// A wrong server: its name, the requirement that it breaks and what it does, followed by what it
/// remembers, if anything, the figure that it sets wrong, if any, and the rules that differ, each
/// under its subject.
macro_rules! wrong {
    (
        $name:literal breaks $breaks:literal: $does:literal,
        $(remembers { $($field:ident: $type:ty),+ $(,)? })?
        $(sets $figure:ident: $value:expr;)?
        $(in $subject:ident: $(
            fn $rule:ident ($($argument:tt)*) $(-> $output:ty)? $body:block
        )+)*
    ) => {{
        #[derive(Debug, Default)]
        struct Wrong { $($($field: $type),+)? }
        $(impl $subject for Wrong {
            $(fn $rule($($argument)*) $(-> $output)? $body)+
        })*
        impl Rules for Wrong {
            $(fn policy(&self, configured: Policy) -> Policy {
                Policy { $figure: $value, ..configured }
            })?
            $($crate::mutants::decides! { $subject })*
        }
        Mutant { name: $name, breaks: $breaks, does: $does, rules: || Arc::new(Wrong::default()) }
    }};
}
use wrong;

/// The method of [`Rules`] that names the server itself as the one that decides a subject.
macro_rules! decides {
    (Access) => {
        $crate::mutants::decides! { access: Access }
    };
    (Announcements) => {
        $crate::mutants::decides! { announcements: Announcements }
    };
    (Conferences) => {
        $crate::mutants::decides! { conferences: Conferences }
    };
    (Hooks) => {
        $crate::mutants::decides! { hooks: Hooks }
    };
    (Inviting) => {
        $crate::mutants::decides! { inviting: Inviting }
    };
    (Joining) => {
        $crate::mutants::decides! { joining: Joining }
    };
    (Messages) => {
        $crate::mutants::decides! { messages: Messages }
    };
    (Permissions) => {
        $crate::mutants::decides! { permissions: Permissions }
    };
    (Sessions) => {
        $crate::mutants::decides! { sessions: Sessions }
    };
    (Subscriptions) => {
        $crate::mutants::decides! { subscriptions: Subscriptions }
    };
    (Tokens) => {
        $crate::mutants::decides! { tokens: Tokens }
    };
    (Wire) => {
        $crate::mutants::decides! { wire: Wire }
    };
    ($method:ident: $subject:ident) => {
        fn $method(&self) -> &dyn $crate::core::rules::$subject {
            self
        }
    };
}
use decides;

/// A wrong server that serves some calls without asking whether the session has joined and without
/// a conference access token.
macro_rules! skips_access_checks {
    (
        $name:literal breaks $breaks:literal: $does:literal,
        |$call:ident, $conference:pat_param, $session:pat_param| $skips:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Access: fn requires_joining(
                &self,
                $call: &Call,
                conference: &Conference,
                session: &Session,
            ) -> bool {
                let ($conference, $session) = (conference, session);
                !$skips && Standard.requires_joining($call, conference, session)
            }
            fn requires_conference_token(
                &self,
                $call: &Call,
                conference: &Conference,
                session: &Session,
            ) -> bool {
                let ($conference, $session) = (conference, session);
                !$skips && Standard.requires_conference_token($call, conference, session)
            }
        }
    };
}
use skips_access_checks;

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::requirement;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_in_kebab_case_and_each_does_something_wrong() {
        let mut names = BTreeSet::new();
        let mut deeds = BTreeSet::new();
        for mutant in all() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(mutant.name.chars().all(plain), "{}", mutant.name);
            assert!(names.insert(mutant.name), "duplicate {}", mutant.name);
            assert!(deeds.insert(mutant.does), "{}: another one does the same", mutant.name);
            assert!(mutant.does.ends_with('.'), "{}: the sentence has no full stop", mutant.name);
        }
    }

    #[test]
    fn what_they_break_can_be_tested() {
        for mutant in all() {
            for id in [mutant.breaks].iter().chain(mutant.also()) {
                let row = requirement::find(id);
                let row = row.unwrap_or_else(|| panic!("{}: no {id}", mutant.name));
                assert!(row.excluded.is_none(), "{}: {id} is excluded", mutant.name);
            }
        }
        for (name, _) in ALSO {
            let mutant = find(name).unwrap_or_else(|| panic!("no {name}"));
            let row = requirement::find(mutant.breaks);
            assert!(row.is_some_and(|row| !row.is_binding()), "{name}: its own row binds");
        }
    }

    #[test]
    fn every_binding_requirement_that_can_be_tested_has_a_wrong_server() {
        let broken: BTreeSet<_> = all().iter().map(|mutant| mutant.breaks).collect();
        let rows = requirement::all().filter(|row| row.is_binding() && row.excluded.is_none());
        let without: Vec<_> =
            rows.map(|row| row.id).filter(|id| !broken.contains(id.as_str())).collect();
        assert!(without.is_empty(), "no wrong server breaks {without:?}");
    }
}
