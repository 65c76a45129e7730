//! Which target is meant: flags that several commands share.

use super::Failure;
use clap::Args;
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use std::path::{Path, PathBuf};

/// Which target is meant; none of them for the embedded default.
#[derive(Debug, Clone, Args)]
pub(crate) struct TargetArgs {
    /// A target description (TOML)
    #[arg(value_name = "TARGET.toml", conflicts_with = "url")]
    target: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgs,
}

/// A server that is named by flags alone.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerArgs {
    /// The address of a target that serves all planes at one
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// The key of the application that the scenarios use
    #[arg(long, value_name = "K", env = "INVITE_APP_KEY", hide_env_values = true)]
    app_key: Option<String>,
    /// Its secret
    #[arg(long, value_name = "S", env = "INVITE_APP_SECRET", hide_env_values = true)]
    app_secret: Option<String>,
    /// The key of a second application, for the scenarios about isolation
    #[arg(long, value_name = "K", env = "INVITE_SECOND_APP_KEY", hide_env_values = true)]
    second_app_key: Option<String>,
    /// Its secret
    #[arg(long, value_name = "S", env = "INVITE_SECOND_APP_SECRET", hide_env_values = true)]
    second_app_secret: Option<String>,
    /// A header that every request carries, as NAME:VALUE
    #[arg(long = "header", value_name = "NAME:VALUE")]
    headers: Vec<String>,
    /// A file of certificates (PEM) to trust besides the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_cert: Option<PathBuf>,
    /// Do not check certificates
    #[arg(long)]
    pub(crate) insecure: bool,
}

impl TargetArgs {
    /// The file that describes it, if one is given.
    pub(crate) fn description(&self) -> Option<&Path> {
        self.target.as_deref()
    }

    /// The words of the command line that name the target, without secrets: for showing a failure
    /// again.
    pub(crate) fn flags(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.display().to_string();
        let mut flags: Vec<String> = self.target.iter().map(path).collect();
        let mut add = |name: &str, value: Option<String>| {
            flags.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        };
        add("--url", self.server.url.clone());
        add("--ca-cert", self.server.ca_cert.as_ref().map(path));
        if self.server.insecure {
            flags.push("--insecure".to_owned());
        }
        flags
    }

    /// The target that is asked for; `None` for the embedded default.
    pub(crate) fn resolve(&self) -> Result<Option<Target>, Failure> {
        match (&self.target, &self.server.url) {
            (Some(path), _) => {
                let file =
                    TargetFile::read(path).map_err(|error| Failure::usage(error.to_string()))?;
                self.server.resolve(file, &path.display().to_string()).map(Some)
            }
            (None, Some(url)) => {
                let file = TargetFile { url: Some(url.clone()), ..TargetFile::default() };
                self.server.resolve(file, "--url").map(Some)
            }
            (None, None) => match self.server.aimless() {
                Some(flag) => Err(Failure::usage(format!(
                    "{flag} says something about a target, and none is given: add --url or a \
                     description (without either, the embedded reference server is tested)"
                ))),
                None => Ok(None),
            },
        }
    }
}

impl ServerArgs {
    /// The first flag of the command line that means nothing without a target. What stands in the
    /// environment stands there for other runs, too.
    pub(crate) fn aimless(&self) -> Option<&'static str> {
        let typed = |value: &Option<String>, variable: &str| {
            value.is_some() && std::env::var_os(variable).is_none()
        };
        [
            ("--app-key", typed(&self.app_key, "INVITE_APP_KEY")),
            ("--app-secret", typed(&self.app_secret, "INVITE_APP_SECRET")),
            ("--second-app-key", typed(&self.second_app_key, "INVITE_SECOND_APP_KEY")),
            ("--second-app-secret", typed(&self.second_app_secret, "INVITE_SECOND_APP_SECRET")),
            ("--header", !self.headers.is_empty()),
            ("--ca-cert", self.ca_cert.is_some()),
            ("--insecure", self.insecure),
        ]
        .into_iter()
        .find_map(|(flag, is_typed)| is_typed.then_some(flag))
    }

    /// Whether the credentials of an application are at hand.
    pub(crate) fn has_credentials(&self) -> bool {
        self.app_key.is_some() || self.app_secret.is_some()
    }

    /// The names of the headers: their values may be secrets.
    pub(crate) fn header_names(&self) -> Vec<String> {
        let name = |header: &String| header.split(':').next().unwrap_or_default().trim().to_owned();
        self.headers.iter().map(name).collect()
    }

    /// The target that a description and these flags make.
    pub(crate) fn resolve(&self, mut file: TargetFile, place: &str) -> Result<Target, Failure> {
        let pair = |key: &Option<String>, secret: &Option<String>, flags: &str| match (key, secret)
        {
            (Some(key), Some(secret)) => {
                Ok(Some(CredentialsFile { key: key.clone(), secret: secret.clone() }))
            }
            (None, None) => Ok(None),
            _ => Err(Failure::usage(format!("{flags} belong together: one of them is missing"))),
        };
        if let Some(own) = pair(&self.app_key, &self.app_secret, "--app-key and --app-secret")? {
            file.application = Some(own);
        }
        let second = pair(
            &self.second_app_key,
            &self.second_app_secret,
            "--second-app-key and --second-app-secret",
        )?;
        file.second_application = second.or(file.second_application);
        if file.application.is_none() && self.url.is_some() {
            return Err(Failure::usage(
                "no credentials: give --app-key and --app-secret, or INVITE_APP_KEY and \
                 INVITE_APP_SECRET in the environment",
            ));
        }
        for header in &self.headers {
            let (name, value) = header
                .split_once(':')
                .filter(|(name, _)| !name.trim().is_empty())
                .ok_or_else(|| Failure::usage("--header takes NAME:VALUE, such as X-Tenant:7"))?;
            file.headers.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        file.ca_cert = self.ca_cert.clone().or(file.ca_cert);
        file.insecure |= self.insecure;
        file.resolve(place, |name| std::env::var(name).ok())
            .map_err(|error| Failure::usage(error.to_string()))
    }
}
