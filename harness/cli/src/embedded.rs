//! The embedded default: the reference server in this process, reached through real sockets.

use invite_reference::{Application, Rules, Server, Settings, Standard, StartError};
use invite_scenario::description::{Credentials, Planes, Target};
use invite_trace::{Deadlines, Feature};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Starts the reference server on a free loopback port, with one application of each kind.
pub fn start() -> Result<(Server, Target), StartError> {
    start_with(Arc::new(Standard))
}

/// The same by other rules.
pub fn start_with(rules: Arc<dyn Rules>) -> Result<(Server, Target), StartError> {
    let applications = [("embedded-protected", true), ("embedded-unprotected", false)];
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: applications
            .iter()
            .map(|(key, protected)| {
                let application = Application::new(*key, secret(key));
                if *protected { application.protected() } else { application }
            })
            .collect(),
        rules,
        ..Settings::default()
    };
    let server = Server::start(settings)?;
    let address = format!("http://{}", server.address());
    let credentials = |place: usize| Credentials {
        key: applications[place].0.to_owned(),
        secret: secret(applications[place].0),
    };
    let target = Target {
        name: "the reference server (embedded)".to_owned(),
        planes: Planes {
            auth: address.clone(),
            rest: address.clone(),
            session: address,
            socket: None,
        },
        application: credentials(0),
        second_application: Some(credentials(1)),
        claims: Feature::ALL.into_iter().collect(),
        deadlines: Deadlines::default(),
        headers: BTreeMap::new(),
        hosts: Vec::new(),
        ca_cert: None,
        insecure: false,
    };
    Ok((server, target))
}

/// The server lives as long as this process and listens on loopback: any secret will do.
fn secret(key: &str) -> String {
    format!("{key}-secret")
}
