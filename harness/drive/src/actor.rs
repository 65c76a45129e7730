//! Who acts: everybody whom a trace names.

use invite_scenario::App;
use std::fmt;

/// Who does something, or to whom something is done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Actor {
    /// The session of a person of the scenario, or a further one of a device.
    Person {
        /// The person's name.
        name: String,
        /// The device; `None` for the person's main session.
        device: Option<String>,
    },
    /// The server of an application.
    Application(App),
    /// The client that fences in an application.
    Fence(App),
    /// The client that probes an application.
    Probe(App),
    /// A client of the first application that has nothing to do with what the probe does.
    Bystander,
}

impl Actor {
    /// The harness's own clients, which are people of no scenario.
    pub(crate) const OWN: [Actor; 4] = [
        Actor::Fence(App::First),
        Actor::Probe(App::First),
        Actor::Probe(App::Second),
        Actor::Bystander,
    ];

    /// The actor that a scenario calls so where it names the caller of a server's operation.
    pub(crate) fn application(name: &str) -> Option<Actor> {
        let all = App::ALL.into_iter().map(Actor::Application);
        all.into_iter().find(|actor| actor.to_string() == name)
    }

    /// The session of `bob` or of `bob/phone`.
    pub(crate) fn session(name: &str) -> Actor {
        match name.split_once('/') {
            None => Actor::Person { name: name.to_owned(), device: None },
            Some((name, device)) => {
                Actor::Person { name: name.to_owned(), device: Some(device.to_owned()) }
            }
        }
    }

    /// Whose client it is: the name under which the bindings know the person. No person of a scenario
    /// can have the names of the harness's own clients.
    pub(crate) fn person(&self) -> String {
        match self {
            Actor::Person { name, .. } => name.clone(),
            Actor::Fence(_) => Actor::Fence(App::First).to_string(),
            Actor::Application(_) | Actor::Probe(_) | Actor::Bystander => self.to_string(),
        }
    }

    /// Whether it is the main session of its person.
    pub(crate) fn is_main(&self) -> bool {
        self.to_string() == self.person()
    }
}

/// As traces spell it.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Person { name, device: None } => f.pad(name),
            Actor::Person { name, device: Some(device) } => write!(f, "{name}/{device}"),
            Actor::Application(App::First) => f.pad("application"),
            Actor::Application(App::Second) => f.pad("second_application"),
            Actor::Fence(App::First) => f.pad("fence"),
            Actor::Fence(App::Second) => f.pad("fence/second"),
            Actor::Probe(App::First) => f.pad("probe"),
            Actor::Probe(App::Second) => f.pad("second-probe"),
            Actor::Bystander => f.pad("bystander"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_spelled_as_a_scenario_names_it() {
        for name in ["bob", "bob/phone"] {
            assert_eq!(Actor::session(name).to_string(), name);
            assert_eq!(Actor::session(name).person(), "bob");
        }
        assert!(Actor::session("bob").is_main() && !Actor::session("bob/phone").is_main());
        let second = Actor::application("second_application");
        assert_eq!(second, Some(Actor::Application(App::Second)));
        assert_eq!(Actor::application("bob"), None);
    }

    #[test]
    fn the_fences_of_both_applications_are_clients_of_one_person() {
        for app in App::ALL {
            assert_eq!(Actor::Fence(app).person(), "fence");
        }
        assert!(Actor::Fence(App::First).is_main() && !Actor::Fence(App::Second).is_main());
        assert!(Actor::Probe(App::Second).is_main());
    }
}
