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
        let id = UserId::new(self.fresh());
        if let Some(external_id) = external_id {
            self.tenant.external_ids.insert(external_id.to_owned(), id.clone());
        }
        let person = Person {
            id: id.clone(),
            external_id: external_id.map(str::to_owned),
            name: None,
            avatar_url: None,
            sessions: BTreeSet::new(),
        };
        self.tenant.people.insert(id.clone(), person);
        id
    }

    /// Stores the name and the avatar of a person, where they are given.
    pub(super) fn describe(&mut self, user: &UserId, name: Option<String>, avatar: Option<String>) {
        if let Some(person) = self.tenant.people.get_mut(user) {
            person.name = name.or(person.name.take());
            person.avatar_url = avatar.or(person.avatar_url.take());
        }
    }
}
