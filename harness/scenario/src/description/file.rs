//! A target description: a TOML file, or flags.

use invite_spec::requirement::Profile;
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
    /// Certificates that are trusted besides the system's.
    pub ca_cert: Option<PathBuf>,
    /// Whether certificates are not checked.
    pub insecure: bool,
}

impl Target {
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

/// What is wrong with a target description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct TargetError {
    /// The file (with line and column where known), or the flag.
    pub place: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl TargetFile {
    /// Reads a description.
    pub fn read(path: &Path) -> Result<TargetFile, TargetError> {
        let place = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| TargetError {
            place: place.clone(),
            message: format!("cannot be read: {error}"),
        })?;
        TargetFile::parse(&place, &text)
    }

    /// Parses a description; `place` is the file's name.
    pub fn parse(place: &str, text: &str) -> Result<TargetFile, TargetError> {
        toml::from_str(text).map_err(|error| {
            let mut message = error.message().to_owned();
            let mut quoted = error.message().split('`').skip(1).step_by(2);
            let suggestion =
                message.starts_with("unknown").then(|| quoted.next()).flatten().and_then(|given| {
                    invite_spec::suggest::nearest(given, quoted.collect::<Vec<_>>())
                });
            if let Some(name) = suggestion {
                message.push_str(&format!("; did you mean `{name}`?"));
            }
            let place = error.span().map_or_else(
                || place.to_owned(),
                |span| {
                    let before = &text[..span.start.min(text.len())];
                    let line = before.matches('\n').count() + 1;
                    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                    format!("{place}:{line}:{column}")
                },
            );
            TargetError { place, message }
        })
    }

    /// The target that it describes. `variable` looks up the environment.
    pub fn resolve(
        self,
        place: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Target, TargetError> {
        let fault = |message: String| TargetError { place: place.to_owned(), message };
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
        let credentials = |given: CredentialsFile| -> Result<Credentials, TargetError> {
            let value = |text: String| match text.strip_prefix("env:") {
                None => Ok(text),
                Some(name) => variable(name).ok_or_else(|| {
                    fault(format!("the variable `{name}` is not set in the environment"))
                }),
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
            ca_cert: self.ca_cert,
            insecure: self.insecure,
            planes,
        })
    }
}

/// An address without a slash at its end, if it is one.
fn checked_address(text: &str, schemes: &[&str]) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    let well_formed = url::Url::parse(trimmed)
        .ok()
        .filter(|url| schemes.contains(&url.scheme()) && url.host_str().is_some())
        .filter(|url| url.query().is_none() && url.fragment().is_none());
    match well_formed {
        Some(_) => Ok(trimmed.to_owned()),
        None => Err(format!(
            "`{text}` is no address: write it like {}://127.0.0.1:8090, without a query",
            schemes[0]
        )),
    }
}
