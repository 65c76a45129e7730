//! The CI file of somebody's server.

use super::Remote;

/// What runs somebody's CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// Anything that can run a script.
    Shell,
}

/// Where CI gets this suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// The repository.
    pub remote: Remote,
    /// The revision: a commit or a tag.
    pub revision: String,
}

impl Pipeline {
    /// What a repository's CI is: by what stands in it, then by where it is hosted.
    pub fn of(has_github_folder: bool, has_gitlab_file: bool, remotes: &[Remote]) -> Pipeline {
        match (has_github_folder, has_gitlab_file) {
            (_, true) => Pipeline::GitLab,
            (true, false) => Pipeline::GitHub,
            _ if remotes.iter().any(Remote::is_github) => Pipeline::GitHub,
            _ if remotes.iter().any(Remote::is_gitlab) => Pipeline::GitLab,
            _ => Pipeline::Shell,
        }
    }

    /// Where its file belongs, from the root of the repository.
    pub fn path(self, has_gitlab_file: bool) -> &'static str {
        match self {
            Pipeline::GitHub => ".github/workflows/invite-conformance.yml",
            Pipeline::GitLab if has_gitlab_file => ".gitlab/invite-conformance.yml",
            Pipeline::GitLab => ".gitlab-ci.yml",
            Pipeline::Shell => "invite-conformance.sh",
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Pipeline::GitHub => "GitHub Actions",
            Pipeline::GitLab => "GitLab CI",
            Pipeline::Shell => "a script for any CI",
        }
    }

    /// What is left to do for it to run.
    pub fn advice(self, has_gitlab_file: bool) -> &'static str {
        match self {
            Pipeline::GitHub => {
                "Store both as secrets of the repository (Settings, Secrets and variables, \
                 Actions), start the server in the workflow, and commit."
            }
            Pipeline::GitLab if has_gitlab_file => {
                "Store both as masked variables of the project (Settings, CI/CD, Variables), add \
                 `include: [{local: .gitlab/invite-conformance.yml}]` to .gitlab-ci.yml, start the \
                 server in the job, and commit."
            }
            Pipeline::GitLab => {
                "Store both as masked variables of the project (Settings, CI/CD, Variables), start \
                 the server in the job, and commit."
            }
            Pipeline::Shell => "Start the server in the script, and let CI run it.",
        }
    }

    /// Its file. `target` is the path of the target description, from the root of the repository.
    pub fn text(self, suite: &Suite, target: &str, url: &str, has_second: bool) -> String {
        let text = match self {
            Pipeline::GitHub if suite.remote.is_github() => [GITHUB, GITHUB_BY_ACTION].concat(),
            Pipeline::GitHub => [GITHUB, GITHUB_BY_SCRIPT].concat(),
            Pipeline::GitLab => GITLAB.to_owned(),
            Pipeline::Shell => SHELL.to_owned(),
        };
        let quoted = |text: &str| match self {
            Pipeline::GitHub | Pipeline::GitLab => format!("'{}'", text.replace('\'', "''")),
            Pipeline::Shell => format!("'{}'", text.replace('\'', r"'\''")),
        };
        // Besides these, only addresses and revisions go in, which hold nothing that YAML or a
        // shell would take for more than text.
        let text = text
            .replace("@SUITE@", &suite.remote.address())
            .replace("@NAME@", &suite.remote.path)
            .replace("@RAW@", &suite.raw("ci/gitlab.yml"))
            .replace("@REVISION@", &suite.revision)
            .replace("@URL@", &plain(url))
            .replace("@TARGET@", &quoted(target));
        let is_second = |line: &str| line.contains("SECOND_APP");
        let kept = text.lines().filter(|line| has_second || !is_second(line));
        kept.flat_map(|line| [line, "\n"]).collect()
    }
}

/// An address in a form that a shell within YAML takes as it stands, in single quotes.
fn plain(url: &str) -> String {
    let url = reqwest::Url::parse(url).map_or_else(|_| String::new(), String::from);
    format!("'{}'", url.replace('\'', "%27"))
}

impl Suite {
    /// Where a file of it can be had.
    fn raw(&self, path: &str) -> String {
        let Suite { remote, revision } = self;
        if remote.is_github() {
            format!("https://raw.githubusercontent.com/{}/{revision}/{path}", remote.path)
        } else {
            format!("{}/-/raw/{revision}/{path}", remote.address())
        }
    }
}

/// How a workflow begins: somebody starts the server.
const GITHUB: &str = "\
# Whether this server handles conference invitations right, at every push.
name: Conference invitations
on: [push, pull_request]
permissions:
  contents: read
jobs:
  invite-conformance:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      # Start the server here, in the background (`./my-server &`), unless it runs elsewhere.
      - name: Wait for the server
        run: curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors @URL@
";

/// How it goes on where actions are to be had.
const GITHUB_BY_ACTION: &str = "      - uses: @NAME@@@REVISION@
        with:
          target: @TARGET@
          app-key: ${{ secrets.INVITE_APP_KEY }}
          app-secret: ${{ secrets.INVITE_APP_SECRET }}
          second-app-key: ${{ secrets.INVITE_SECOND_APP_KEY }}
          second-app-secret: ${{ secrets.INVITE_SECOND_APP_SECRET }}
";

/// How it goes on elsewhere.
const GITHUB_BY_SCRIPT: &str = "      - name: Get the suite
        run: |
          git clone --quiet @SUITE@ \"$RUNNER_TEMP/suite\"
          git -C \"$RUNNER_TEMP/suite\" checkout --quiet @REVISION@
      - name: Run the suite
        run: '\"$RUNNER_TEMP/suite/ci/run\"'
        shell: bash
        env:
          INVITE_TARGET: @TARGET@
          INVITE_APP_KEY: ${{ secrets.INVITE_APP_KEY }}
          INVITE_APP_SECRET: ${{ secrets.INVITE_APP_SECRET }}
          INVITE_SECOND_APP_KEY: ${{ secrets.INVITE_SECOND_APP_KEY }}
          INVITE_SECOND_APP_SECRET: ${{ secrets.INVITE_SECOND_APP_SECRET }}
";

const GITLAB: &str = "\
# Whether this server handles conference invitations right, at every push. INVITE_APP_KEY and
# INVITE_APP_SECRET are masked variables of the project (Settings, CI/CD, Variables).
# So are INVITE_SECOND_APP_KEY and INVITE_SECOND_APP_SECRET.
include:
  - remote: '@RAW@'

conference-invitations:
  extends: .invite-conformance
  variables:
    INVITE_SUITE: '@SUITE@'
    INVITE_SUITE_REF: '@REVISION@'
    INVITE_TARGET: @TARGET@
  before_script:
    # Start the server here, in the background (`./my-server &`), unless it runs elsewhere.
    - curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors @URL@
";

const SHELL: &str = "\
#!/usr/bin/env bash
# Whether this server handles conference invitations right: exit 0 if it does. Wants INVITE_APP_KEY
# and INVITE_APP_SECRET in the environment; reports are written to ./invite-conformance. Where the
# suite has no release for this revision and machine, it is built, which needs a C compiler.
# INVITE_SECOND_APP_KEY and INVITE_SECOND_APP_SECRET are those of the second application.
set -euo pipefail
cd \"$(dirname \"$0\")\"

suite=${INVITE_HOME:-$HOME/.cache/invite-conformance}/suite
[[ -d $suite ]] || git clone --quiet '@SUITE@' \"$suite\"
git -C \"$suite\" cat-file -e '@REVISION@^{commit}' 2> /dev/null || git -C \"$suite\" fetch --quiet --tags
git -C \"$suite\" checkout --quiet '@REVISION@'

# Start the server here, in the background (`./my-server &`), unless it runs elsewhere.
curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors @URL@
export INVITE_TARGET=@TARGET@
exec \"$suite/ci/run\" \"$@\"
";

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(address: &str) -> Remote {
        Remote::parse(address).unwrap()
    }

    #[test]
    fn what_stands_in_the_repository_decides_before_where_it_is_hosted() {
        let (github, gitlab) =
            (remote("git@github.com:owner/name"), remote("https://gitlab.example.com/a/b"));
        let of = |folder, file, remotes: &[&Remote]| {
            let remotes: Vec<Remote> = remotes.iter().map(|remote| (*remote).clone()).collect();
            Pipeline::of(folder, file, &remotes)
        };
        assert_eq!(of(true, false, &[&gitlab]), Pipeline::GitHub);
        assert_eq!(of(false, true, &[&github]), Pipeline::GitLab);
        assert_eq!(of(false, false, &[&github]), Pipeline::GitHub);
        assert_eq!(of(false, false, &[&gitlab]), Pipeline::GitLab);
        assert_eq!(of(false, false, &[]), Pipeline::Shell);
    }

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        let suite = Suite { remote: remote("https://github.com/o/n"), revision: "v1".into() };
        for pipeline in [Pipeline::GitHub, Pipeline::GitLab, Pipeline::Shell] {
            let text = pipeline.text(&suite, "it's/t.toml", "http://a/b' ; c'{${{x}}", true);
            let url = "'http://a/b%27%20;%20c%27%7B$%7B%7Bx%7D%7D'";
            assert!(text.contains(url), "{text}");
            let target = match pipeline {
                Pipeline::Shell => r"'it'\''s/t.toml'",
                _ => "'it''s/t.toml'",
            };
            assert!(text.contains(target), "{text}");
            assert!(!text.contains("@@") && !text.contains("@TARGET"), "{text}");
        }
    }

    #[test]
    fn without_a_second_application_none_is_spoken_of() {
        let suite = Suite { remote: remote("https://host.example/o/n"), revision: "v1".into() };
        for pipeline in [Pipeline::GitHub, Pipeline::GitLab, Pipeline::Shell] {
            let text = |second| pipeline.text(&suite, "t.toml", "http://a", second).to_lowercase();
            assert!(text(true).contains("second"), "{}", text(true));
            assert!(!text(false).contains("second"), "{}", text(false));
        }
    }
}
