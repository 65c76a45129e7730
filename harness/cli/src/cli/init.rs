//! `init`: a target description and a CI file for somebody's server.

use super::file_kind::FileKind;
use super::new_file::NewFile;
use super::target::ServerArgs;
use super::{Exit, Failure, new_file, output, run};
use crate::init::{self, Described, Learnt, Pipeline, Remote, Suite};
use clap::{Args, ValueEnum};
use invite_scenario::Plan;
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The name of the target description.
const DESCRIPTION: &str = "invite-conformance.toml";

/// Write a target description and a CI file for a server.
#[derive(Debug, Args)]
#[command(after_help = "\
The server is asked what it does, if --url and credentials are given. No secret is written: the
files take it from the environment. Editors complete the description by its schema, which is written next
to it. No file is overwritten without --force.")]
pub(crate) struct Init {
    /// The folder of the server's sources
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    server: ServerArgs,
    /// What runs the server's CI, if that is not to be found out
    #[arg(long, value_enum)]
    ci: Option<Ci>,
    /// Where CI gets this suite: the address of a git repository and a revision of it
    #[arg(long, value_name = "ADDRESS@REVISION", value_parser = suite)]
    suite: Option<Suite>,
    /// Overwrite files
    #[arg(long)]
    force: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ci {
    Github,
    Gitlab,
    Shell,
    // No CI file is written.
    None,
}

fn suite(text: &str) -> Result<Suite, String> {
    let found = text.rsplit_once('@').and_then(|(address, revision)| {
        let right = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        let is_revision = !revision.is_empty() && revision.chars().all(right);
        let remote = Remote::parse(address).filter(|_| is_revision)?;
        Some(Suite { remote, revision: revision.to_owned() })
    });
    found.ok_or_else(|| {
        "write it as ADDRESS@REVISION, such as https://github.com/owner/name@v1.0".to_owned()
    })
}

impl Init {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let mut notes = Vec::new();
        let target = self.target(&mut notes)?;
        let place = Place::of(&self.folder);
        let pipeline = match self.ci {
            Some(Ci::Github) => Some(Pipeline::GitHub),
            Some(Ci::Gitlab) => Some(Pipeline::GitLab),
            Some(Ci::Shell) => Some(Pipeline::Shell),
            Some(Ci::None) => None,
            None => Some(place.pipeline()),
        };
        let learnt = target.as_ref().and_then(|target| match learn(target) {
            Ok(learnt) => Some(learnt),
            Err(failure) => {
                notes.push(format!("the server could not be asked: {}", failure.message));
                None
            }
        });
        let url = self.server.url.clone();
        let described = Described {
            name: place.name(),
            url: url.clone(),
            has_second: target.is_some_and(|target| target.second_application.is_some()),
            headers: self.server.header_names(),
            ca_cert: self.server.ca_cert.clone(),
            insecure: self.server.insecure,
            learnt,
        };
        let path = self.folder.join(DESCRIPTION);
        let text = init::description(&described);
        let mut next = steps(&path, &described);
        let schema = NewFile::schema_beside(&path, FileKind::Target)?;
        let mut files = vec![NewFile::new(path, "the target description", text)];
        files.extend(schema);
        if let Some(pipeline) = pipeline {
            let suite = self.suite.clone().or_else(own).unwrap_or_else(|| {
                notes.push(
                    "where CI gets this suite is not known: write the address and the revision of \
                     its repository in place of OWNER/NAME and REVISION, or say them by --suite"
                        .to_owned(),
                );
                let remote =
                    Remote { host: "github.com".to_owned(), path: "OWNER/NAME".to_owned() };
                Suite { remote, revision: "REVISION".to_owned() }
            });
            let url = url.unwrap_or_else(|| init::EXAMPLE.to_owned());
            let text = pipeline.text(&suite, &place.description(), &url, described.has_second);
            let path = place.root.join(pipeline.path(place.has_gitlab_file()));
            let file = NewFile::new(path, pipeline.name(), text);
            files.push(if pipeline == Pipeline::Shell { file.executable() } else { file });
            next.push(pipeline.advice(place.has_gitlab_file()).to_owned());
        }
        new_file::write(&files, self.force)?;
        self.say(&files, &described, &notes, &next)?;
        Ok(Exit::Conforms)
    }

    /// The target that the flags name, if they say enough to ask it.
    fn target(&self, notes: &mut Vec<String>) -> Result<Option<Target>, Failure> {
        let Some(url) = &self.server.url else {
            return match self.server.aimless() {
                Some(flag) => Err(Failure::usage(format!(
                    "{flag} says something about a server, and none is given: add --url"
                ))),
                None => Ok(None),
            };
        };
        let mut file = TargetFile { url: Some(url.clone()), ..TargetFile::default() };
        let is_known = self.server.has_credentials();
        if !is_known {
            // It is still to be seen whether the address is one.
            let nobody = "-".to_owned();
            file.application = Some(CredentialsFile { key: nobody.clone(), secret: nobody });
        }
        let target = self.server.resolve(file, "--url")?;
        if holds_password(url) {
            return Err(Failure::usage(
                "--url holds a password, which must not stand in a file: leave it out",
            ));
        }
        if !is_known {
            notes.push(
                "the server was not asked what it does: there are no credentials (--app-key and \
                 --app-secret, or INVITE_APP_KEY and INVITE_APP_SECRET in the environment)"
                    .to_owned(),
            );
        }
        Ok(is_known.then_some(target))
    }

    fn say(
        &self,
        files: &[NewFile],
        described: &Described,
        notes: &[String],
        next: &[String],
    ) -> Result<(), Failure> {
        if self.json {
            let files: Vec<_> = files.iter().map(NewFile::json).collect();
            let learnt = described.learnt.as_ref().map(|learnt| {
                json!({
                    "serves_clients": learnt.serves_clients,
                    "socket_opened": learnt.socket_opened,
                    "first_application_protected": learnt.kinds.first,
                    "second_application_protected": learnt.kinds.second,
                })
            });
            let value = json!({ "files": files, "learnt": learnt, "notes": notes, "next": next });
            return output::print(&output::json(&value)?);
        }
        let mut page = output::page();
        for line in new_file::lines(files) {
            page.line([line]);
        }
        for note in notes {
            page.behind(["note: ".into()], note);
        }
        page.paragraph(0, 0, "Next:");
        for (index, step) in next.iter().enumerate() {
            page.behind([format!("  {}. ", index + 1).into()], step);
        }
        output::print(&page.into_text())
    }
}

/// Whether an address holds a user's name or password.
fn holds_password(url: &str) -> bool {
    let authority = url.split("://").nth(1).unwrap_or(url).split('/').next().unwrap_or_default();
    authority.contains('@')
}

/// Asks a server what it does.
fn learn(target: &Target) -> Result<Learnt, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
    let plan = Plan { scenarios: Vec::new(), jobs: 1, seed: 1, run_id: run::run_id() };
    let driven = runtime.block_on(invite_drive::run(target.clone(), &plan, |_| {}));
    runtime.shutdown_background();
    driven.map(|driven| Learnt::of(&driven)).map_err(|error| Failure::usage(error.to_string()))
}

/// What to do when the files are written.
fn steps(path: &Path, described: &Described) -> Vec<String> {
    let mut steps = Vec::new();
    if described.url.is_none() {
        steps.push(format!("Write the server's address into {}.", path.display()));
    }
    let more = if described.has_second {
        " (and those of the second one, INVITE_SECOND_APP_KEY and INVITE_SECOND_APP_SECRET)"
    } else {
        ""
    };
    steps.push(format!(
        "Set INVITE_APP_KEY and INVITE_APP_SECRET in the environment to the key and secret of an \
         application{more}."
    ));
    steps.push(format!("Try it: invite-conformance run {}", path.display()));
    steps
}

/// Where the files go.
struct Place {
    /// The folder, as it was given.
    folder: PathBuf,
    /// The root of the repository, or the folder if it is in none.
    root: PathBuf,
}

impl Place {
    fn of(folder: &Path) -> Place {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let root = absolute.ancestors().find(|folder| folder.join(".git").exists());
        let root = match root {
            // As it was given, where that is the root itself: it reads better.
            Some(root) if root != absolute => root.to_owned(),
            _ => folder.to_owned(),
        };
        Place { folder: absolute, root }
    }

    /// What the server is called: as its folder is.
    fn name(&self) -> String {
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| "server".to_owned())
    }

    /// The path of the description from the root of the repository.
    fn description(&self) -> String {
        let inside = self.folder.strip_prefix(&self.root).ok().map(|path| path.join(DESCRIPTION));
        let path = inside.unwrap_or_else(|| DESCRIPTION.into());
        path.components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
    }

    fn has_gitlab_file(&self) -> bool {
        self.root.join(".gitlab-ci.yml").exists()
    }

    fn pipeline(&self) -> Pipeline {
        let listed = git(&self.root, &["config", "--get-regexp", r"^remote\..*\.url$"]);
        let remotes: Vec<Remote> = listed
            .iter()
            .flat_map(|text| text.lines())
            .filter_map(|line| Remote::parse(line.split_once(' ')?.1))
            .collect();
        Pipeline::of(self.root.join(".github").is_dir(), self.has_gitlab_file(), &remotes)
    }
}

/// Where this program comes from: the repository that it was built in, or else its release.
fn own() -> Option<Suite> {
    built_in().or_else(|| released(env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION")))
}

/// The release of a version, unless the address of the repository is still a placeholder.
fn released(address: &str, version: &str) -> Option<Suite> {
    let remote = Remote::parse(address).filter(|remote| !remote.path.starts_with("OWNER/"))?;
    Some(Suite { remote, revision: format!("v{version}") })
}

/// The repository that this program was built in, if it is there and has a remote.
fn built_in() -> Option<Suite> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let address = git(root, &["config", "--get", "remote.origin.url"])?;
    let revision = git(root, &["rev-parse", "HEAD"])?.trim().to_owned();
    Some(Suite { remote: Remote::parse(&address)?, revision })
}

/// What git says; none if it is not there, or fails.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_released_program_names_its_release_once_the_address_is_known() {
        let suite = released("https://github.com/somebody/invite-conformance", "1.2.3").unwrap();
        assert_eq!(suite.remote.path, "somebody/invite-conformance");
        assert_eq!(suite.revision, "v1.2.3");
        assert_eq!(released("https://github.com/OWNER/name", "1.2.3"), None);
    }
}
