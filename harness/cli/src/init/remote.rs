//! Where a repository is, by the address of its remote.

/// Where a repository is hosted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The host, in lower case.
    pub host: String,
    /// Its path there, such as `owner/name`.
    pub path: String,
}

impl Remote {
    /// Reads the address of a remote, as git takes it: `https://host/owner/name.git`,
    /// `ssh://git@host/owner/name.git` or `git@host:owner/name.git`. None for what is on this
    /// machine. Credentials and ports are left out.
    pub fn parse(address: &str) -> Option<Remote> {
        let address = address.trim();
        let (authority, path) = match address.split_once("://") {
            Some(("file", _)) => return None,
            Some((_, rest)) => rest.split_once('/')?,
            None => address.split_once(':')?,
        };
        let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let right = |text: &str, also: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
        };
        // What is written into files of others holds nothing that they could misread.
        (right(&host, ".-") && host.contains('.') && right(path, "._-/") && path.contains('/'))
            .then(|| Remote { host, path: path.to_owned() })
    }

    /// Where it is cloned from.
    pub fn address(&self) -> String {
        format!("https://{}/{}", self.host, self.path)
    }

    /// Whether it is on GitHub itself, whose workflows can name its actions.
    pub fn is_github(&self) -> bool {
        self.host == "github.com"
    }

    /// Whether GitLab hosts it, by the host's name.
    pub fn is_gitlab(&self) -> bool {
        self.host.split('.').any(|part| part == "gitlab")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_are_read_in_every_spelling_and_without_credentials() {
        for address in [
            "https://github.com/owner/name.git",
            "https://github.com/owner/name/",
            "https://somebody:s3cr3t@GitHub.com/owner/name",
            "ssh://git@github.com:22/owner/name.git",
            "git@github.com:owner/name.git\n",
        ] {
            let remote = Remote::parse(address).unwrap();
            assert_eq!((&*remote.host, &*remote.path), ("github.com", "owner/name"), "{address}");
            assert_eq!(remote.address(), "https://github.com/owner/name");
            assert!(remote.is_github() && !remote.is_gitlab());
        }
        let own = Remote::parse("git@gitlab.example.com:group/sub/name.git").unwrap();
        assert_eq!(own.path, "group/sub/name");
        assert!(own.is_gitlab() && !own.is_github());
    }

    #[test]
    fn what_is_on_this_machine_is_no_remote() {
        for address in ["/srv/git/name.git", "../name", "file:///srv/git/name.git", "", "C:\\name"]
        {
            assert_eq!(Remote::parse(address), None, "{address}");
        }
        for address in ["https://host.example/a b/c", "git@host.example:a/b\"; rm -rf"] {
            assert_eq!(Remote::parse(address), None, "{address}");
        }
    }
}
