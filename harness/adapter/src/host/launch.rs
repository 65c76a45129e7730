//! The command of an adapter.

use crate::group::Group;
use crate::intake::Show;
use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::Command;

/// What must not come into an adapter by chance: variables of the harness that hold secrets.
const SECRETS: [&str; 4] =
    ["INVITE_APP_KEY", "INVITE_APP_SECRET", "INVITE_SECOND_APP_KEY", "INVITE_SECOND_APP_SECRET"];

/// How an adapter is started.
#[derive(Clone, Default)]
pub struct Launch {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Where it runs, if not where the harness does.
    pub directory: Option<PathBuf>,
    /// For an adapter that cannot work without.
    pub application: Option<Application>,
    /// Is told of each line of its standard error, made harmless.
    pub show: Option<Show>,
}

/// The key and secret of an application.
#[derive(Clone)]
pub struct Application {
    /// The key.
    pub key: String,
    /// The secret.
    pub secret: String,
}

/// A command that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCommand {
    /// There is no word in it.
    #[error("expected the command of an adapter, but it is empty")]
    Empty,
    /// A quote has no end.
    #[error("the quote {0} in the command of the adapter has no end")]
    Open(char),
}

impl Launch {
    /// Starts this program.
    pub fn new(words: impl IntoIterator<Item = impl Into<String>>) -> Launch {
        Launch { words: words.into_iter().map(Into::into).collect(), ..Launch::default() }
    }

    /// Reads a command as a shell does, without anything but words and quotes.
    pub fn parse(command: &str) -> Result<Launch, BadCommand> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        let mut rest = command.chars();
        while let Some(c) = rest.next() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '"' | '\'') => {
                    quote = Some(c);
                    word.get_or_insert_default();
                }
                (None | Some('"'), '\\') => word.get_or_insert_default().extend(rest.next()),
                (None, c) if c.is_whitespace() => words.extend(word.take()),
                (_, c) => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
        match quote {
            Some(quote) => Err(BadCommand::Open(quote)),
            None if words.is_empty() => Err(BadCommand::Empty),
            None => Ok(Launch::new(words)),
        }
    }

    pub(super) fn command(&self, with_application: bool) -> Command {
        let mut command = Command::new(self.words.first().map_or("", String::as_str));
        command.args(self.words.iter().skip(1));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        for name in SECRETS {
            command.env_remove(name);
        }
        if let Some(application) = self.application.as_ref().filter(|_| with_application) {
            command.env("INVITE_APP_KEY", &application.key);
            command.env("INVITE_APP_SECRET", &application.secret);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Group::lead(&mut command);
        command
    }
}

impl fmt::Display for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

/// Without the secret.
impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch").field("words", &self.words).finish_non_exhaustive()
    }
}

/// Without the secret.
impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{BadCommand, Launch};

    #[test]
    fn a_command_is_read_as_a_shell_reads_it() {
        let words = |command: &str| Launch::parse(command).map(|launch| launch.words);
        let expected = ["python3", "my adapter.py", "", "a\"b", "c\\d"];
        let read = words(r#"  python3 'my adapter.py' "" a\"b 'c\d' "#).unwrap();
        assert_eq!(read, expected);
        assert_eq!(words(" "), Err(BadCommand::Empty));
        assert_eq!(words("a 'b"), Err(BadCommand::Open('\'')));
    }
}
