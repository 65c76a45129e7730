//! A target description: a TOML file, or flags.

use super::hosts;
use invite_spec::endpoint::Plane;
use invite_spec::requirement::Profile;
use invite_text::{Diagnostic, Position, meant};
use invite_trace::{Deadlines, Feature};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// A target description as it stands in a file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetFile {
    /// What the target is called in reports.
    #[serde(default)]
    pub name: Option<String>,
    /// The one address of all planes.
    #[serde(default)]
    pub url: Option<String>,
    /// The addresses of the planes, where they differ.
    #[serde(default)]
    pub planes: PlanesFile,
    /// The application that the scenarios use.
    #[serde(default)]
    pub application: Option<CredentialsFile>,
    /// A second application, for the scenarios about isolation.
    #[serde(default)]
    pub second_application: Option<CredentialsFile>,
    /// What the target claims to do; all when left out.
    #[serde(default)]
    pub claims: Option<BTreeSet<Feature>>,
    /// How long it is waited for.
    #[serde(default)]
    pub deadlines: Deadlines,
    /// Headers that every request carries.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Hosts besides those of the planes to which session tokens and the headers above may go, because
    /// `wsUri` names them: each as `host` or `host:port`. Without them, a WebSocket on another host is
    /// not opened.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// A file of certificates (PEM) that are trusted besides the system's.
    #[serde(default)]
    pub ca_cert: Option<PathBuf>,
    /// Whether certificates are not checked at all.
    #[serde(default)]
    pub insecure: bool,
}

/// The addresses of the planes, as they stand in a file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanesFile {
    /// Where API tokens are had (`/v1/auth/token`).
    #[serde(default)]
    pub auth: Option<String>,
    /// Where application servers call (`/v2/...`).
    #[serde(default)]
    pub rest: Option<String>,
    /// Where clients call (`/v1/...`, `/v2/users/identify`).
    #[serde(default)]
    pub session: Option<String>,
    /// Where the WebSocket is, whatever identify answers.
    #[serde(default)]
    pub socket: Option<String>,
}

/// An application's credentials, as they stand in a file. `env:NAME` stands for a variable of the
/// environment.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialsFile {
    /// The key.
    pub key: String,
    /// The secret.
    pub secret: String,
}

impl fmt::Debug for CredentialsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsFile").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A server to test.
#[derive(Debug, Clone)]
pub struct Target {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub planes: Planes,
    /// The application that the scenarios use.
    pub application: Credentials,
    /// A second one.
    pub second_application: Option<Credentials>,
    /// What it claims to do.
    pub claims: BTreeSet<Feature>,
    /// How long it is waited for.
    pub deadlines: Deadlines,
    /// Headers that every request carries.
    pub headers: BTreeMap<String, String>,
    /// Hosts besides its own to which its tokens and headers may go.
    pub hosts: Vec<String>,
    /// Certificates that are trusted besides the system's.
    pub ca_cert: Option<PathBuf>,
    /// Whether certificates are not checked.
    pub insecure: bool,
}

impl Target {
    /// Whether tokens and headers may go to this host and port.
    pub fn trusts(&self, host: &str, port: u16) -> bool {
        hosts::is_own(&self.planes, &self.hosts, host, port)
    }

    /// The target as it is for a run of these profiles alone. Without the clients' one, nothing is
    /// asked of the plane of clients, not even before the scenarios begin: it may not be there.
    pub fn narrowed(mut self, profiles: &[Profile]) -> Target {
        if !profiles.is_empty() && !profiles.contains(&Profile::Sdk) {
            self.claims.retain(|feature| *feature == Feature::Rest);
        }
        self
    }
}

/// Where the planes of a target are, each without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Planes {
    /// Where API tokens are had.
    pub auth: String,
    /// Where application servers call.
    pub rest: String,
    /// Where clients call.
    pub session: String,
    /// Where the WebSocket is, if not where identify says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<String>,
}

impl Planes {
    /// Where a plane is; what is no call of the protocol goes where clients call.
    pub fn base(&self, plane: Option<Plane>) -> &str {
        match plane {
            Some(Plane::Auth) => &self.auth,
            Some(Plane::Rest) => &self.rest,
            Some(Plane::Session | Plane::Telemetry) | None => &self.session,
        }
    }

    /// The address of the WebSocket, without its path; `reported` is what identify said of it last.
    pub fn of_sockets(&self, reported: Option<&str>) -> String {
        let base = self.socket.as_deref().or(reported).unwrap_or(&self.session);
        base.trim_end_matches('/').replacen("http", "ws", 1)
    }
}

/// An application's key and secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The key.
    pub key: String,
    /// The secret; never shown.
    pub secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("key", &self.key).finish_non_exhaustive()
    }
}

impl TargetFile {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or holds no description.
    pub fn read(path: &Path) -> Result<TargetFile, Diagnostic> {
        let place = path.display().to_string();
        let text = crate::read_bounded(path, crate::MOST_BYTES)
            .map_err(|error| Diagnostic::new(&place, format!("cannot be read: {error}")))?;
        TargetFile::parse(&place, &text)
    }

    /// Parses a description; `place` is the file's name.
    ///
    /// # Errors
    ///
    /// If the text is not a description: the first error of it.
    pub fn parse(place: &str, text: &str) -> Result<TargetFile, Diagnostic> {
        toml::from_str(text).map_err(|error| {
            Diagnostic::new(place, error.message())
                .at(error.span().map(|span| Position::of(text, span.start)))
                .help(meant(error.message()))
        })
    }

    /// The target that it describes. `place` is the file or the flag that it comes from, and
    /// `variable` looks up the environment.
    ///
    /// # Errors
    ///
    /// If something that is needed is missing, or a value cannot be used: the first such error.
    pub fn resolve(
        self,
        place: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Target, Diagnostic> {
        let fault = |message: String| Diagnostic::new(place, message);
        let address = |given: Option<String>, what: &str| {
            let text = given.or_else(|| self.url.clone()).ok_or_else(|| {
                fault(format!("no address for the {what} plane: give `url` or `planes.{what}`"))
            })?;
            checked_address(&text, &["http", "https"]).map_err(&fault)
        };
        let planes = Planes {
            auth: address(self.planes.auth.clone(), "auth")?,
            rest: address(self.planes.rest.clone(), "rest")?,
            session: address(self.planes.session.clone(), "session")?,
            socket: (self.planes.socket.as_deref())
                .map(|text| checked_address(text, &["ws", "wss", "http", "https"]))
                .transpose()
                .map_err(&fault)?,
        };
        let credentials = |given: CredentialsFile| -> Result<Credentials, Diagnostic> {
            let value = |text: String| match text.strip_prefix("env:") {
                None => Ok(text),
                Some(name) => variable(name)
                    .ok_or_else(|| fault(format!("the environment variable `{name}` is not set"))),
            };
            let found = Credentials { key: value(given.key)?, secret: value(given.secret)? };
            if found.key.is_empty() || found.secret.is_empty() {
                return Err(fault("an application's key and secret must not be empty".into()));
            }
            Ok(found)
        };
        if let Some(message) = self.deadlines.fault() {
            return Err(fault(message));
        }
        for (name, value) in &self.headers {
            let is_name = http::header::HeaderName::from_bytes(name.as_bytes()).is_ok();
            if !is_name || http::header::HeaderValue::from_str(value).is_err() {
                // The value may be a secret: it is not shown.
                return Err(fault(format!(
                    "the header `{name}` cannot be sent: its name is letters, \
                     digits and hyphens, its value one line"
                )));
            }
        }
        if let Some(odd) = self.hosts.iter().find(|it| !hosts::is_place(it)) {
            return Err(fault(format!(
                "`{odd}` in `hosts` is not a host: write it like push.example.com, or \
                 push.example.com:8443"
            )));
        }
        let application = self.application.clone().ok_or_else(|| {
            fault(
                "no credentials: give the application's key and secret, in [application] or by \
                   --app-key and --app-secret"
                    .to_owned(),
            )
        })?;
        Ok(Target {
            name: self.name.clone().unwrap_or_else(|| planes.rest.clone()),
            application: credentials(application)?,
            second_application: self.second_application.clone().map(credentials).transpose()?,
            claims: self.claims.unwrap_or_else(|| Feature::ALL.into_iter().collect()),
            deadlines: self.deadlines,
            headers: self.headers,
            hosts: self.hosts,
            ca_cert: self.ca_cert,
            insecure: self.insecure,
            planes,
        })
    }
}

/// An address without a slash at its end, if it is one. A message never quotes a password.
fn checked_address(text: &str, schemes: &[&str]) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    let url = url::Url::parse(trimmed)
        .ok()
        .filter(|url| schemes.contains(&url.scheme()) && url.host_str().is_some());
    let holds_user = |url: &url::Url| !url.username().is_empty() || url.password().is_some();
    if url.as_ref().is_some_and(holds_user) {
        return Err(format!(
            "`{}` holds a password or a user name, which is not sent: the protocol's own \
             credentials take its place. Give those of a gateway as a header of another name",
            shown(trimmed)
        ));
    }
    match url.filter(|url| url.query().is_none() && url.fragment().is_none()) {
        Some(_) => Ok(trimmed.to_owned()),
        None => Err(format!(
            "`{}` is not a URL: write it like {}://127.0.0.1:8090, without a query",
            shown(text),
            schemes[0]
        )),
    }
}

/// An address as a message may quote it: without what may be a secret, even if it is no URL.
fn shown(address: &str) -> String {
    if !address.contains(['@', '?', '#']) {
        return address.to_owned();
    }
    let url = url::Url::parse(address).ok();
    match url.as_ref().and_then(|url| Some((url.scheme(), url.host_str()?, url.port()))) {
        Some((scheme, host, Some(port))) => format!("{scheme}://{host}:{port}..."),
        Some((scheme, host, None)) => format!("{scheme}://{host}..."),
        None => "...".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_quotes_a_password() {
        for text in [
            "http://u:hunter2@127.0.0.1:1",
            "http://u:hunter2@127.0.0.1:x/",
            "u:hunter2@h",
            "http://hunter2@h",
            "http://h/?token=hunter2",
            "ftp://u:hunt@er2:hunter2@h",
            "http://h/?token=a@hunter2",
            "http://u:hunter2?@h",
        ] {
            let error = checked_address(text, &["http", "https"]).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert_eq!(shown("http://u:p@h:1/x?a=b"), "http://h:1...");
        assert_eq!(checked_address("http://h/", &["http"]).as_deref(), Ok("http://h"));
    }
}
