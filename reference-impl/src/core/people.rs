//! People and their external ids.

use super::id::UserId;
use super::state::Person;
use super::transaction::Transaction;
use std::collections::BTreeSet;

impl Transaction<'_> {
    /// The person with this external id, who is created if necessary. Without an external id it is
    /// always a new person.
    pub(super) fn person(&mut self, external_id: Option<&str>) -> UserId {
        let known = external_id
            .and_then(|id| self.rules.sessions().person_with_external_id(self.tenant, id));
        if let Some(known) = known {
            return known;
        }
        let id = self.new_user_id(external_id);
        self.keep_person(Person {
            id: id.clone(),
            external_id: external_id.map(str::to_owned),
            name: None,
            avatar_url: None,
            verified: false,
            sessions: BTreeSet::new(),
            conferences: 0,
            unused_since: None,
        });
        id
    }

    /// The user id of a new person: of a person with an external id the same as before, if the
    /// person was known and has been forgotten.
    fn new_user_id(&mut self, external_id: Option<&str>) -> UserId {
        let derived = external_id.map(|external_id| {
            let id = self.ids.derived(&self.tenant.application.key, external_id);
            UserId::new(self.rules.hooks().rewrite_id(id))
        });
        // Wrong rules can take one person for two.
        match derived.filter(|id| !self.tenant.people.contains_key(id)) {
            Some(id) => id,
            None => UserId::new(self.fresh()),
        }
    }

    /// Stores the name and the avatar of a person, where they are given.
    pub(super) fn describe(&mut self, user: &UserId, name: Option<String>, avatar: Option<String>) {
        self.change_person(user, |person| {
            person.name = name.or(person.name.take());
            person.avatar_url = avatar.or(person.avatar_url.take());
        });
    }

    /// Stores what a person says about itself when it opens a session. `vouched` is whether the
    /// client access token names the person: everybody else can only claim to be that person, and
    /// must not rename somebody who has been vouched for.
    pub(super) fn introduce(
        &mut self,
        user: &UserId,
        vouched: bool,
        name: Option<String>,
        avatar: Option<String>,
    ) {
        if let Some(person) = self.tenant.people.get_mut(user) {
            if person.verified && !vouched {
                return;
            }
            person.verified |= vouched;
        }
        self.describe(user, name, avatar);
    }
}
