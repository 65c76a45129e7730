//! The files of the site, made of the repository: documents as pages, and what they link to.

mod frame;
mod links;
mod markdown;

pub(crate) use links::broken as broken_links;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::Path;

/// The first page.
pub(crate) const INDEX: &str = "index.html";
/// The sample report.
pub(crate) const REPORT: &str = "sample-report.html";
/// The page of the specification, which is a page in the repository, too.
const SPECIFICATION: &str = "spec/specification.html";

/// The files of the site: paths below its folder, and contents.
pub(crate) type Site = BTreeMap<String, Vec<u8>>;

/// A document of the repository that becomes a page.
pub(crate) struct Document {
    /// Its path in the repository.
    pub(crate) source: &'static str,
    /// What the contents call it.
    pub(crate) title: &'static str,
    /// What it is good for, in a sentence.
    pub(crate) about: &'static str,
}

/// A group of documents in the contents.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) documents: &'static [Document],
}

macro_rules! documents {
    ($($group:literal { $($source:literal $title:literal $about:literal;)+ })+) => {
        /// The documents, in the order of the contents.
        pub(crate) const GROUPS: &[Group] = &[$(Group {
            title: $group,
            documents: &[$(Document { source: $source, title: $title, about: $about }),+],
        }),+];
    };
}

documents! {
    "Use" {
        "README.md" "Guide" "What the suite is, how to run it, and what its verdicts mean.";
        "docs/ci.md" "Continuous integration" "The suite in GitHub, GitLab and any other CI.";
        "docs/scenarios.md" "Writing scenarios" "The words of scenario files.";
        "docs/explore.md" "Explore" "Random walks against a model of the protocol.";
        "docs/clients.md" "Clients" "What the real clients do, and how to test a client.";
        "docs/adapters.md" "Adapters" "How to drive an SDK by a small program.";
        "docs/server.md" "Reference server" "Settings and limits of the reference server.";
    }
    "Trust" {
        "harness/KINDS.md" "Kinds of bugs" "Which kinds of bugs are tried at which requirement.";
        "docs/hard-ground.md" "Hostile targets" "What bounds a run.";
        "docs/attacks.md" "Attacks" "How the programs behave under attack.";
        "SECURITY.md" "Security" "How to report a vulnerability.";
    }
    "Contribute" {
        "CONTRIBUTING.md" "Contributing" "First scenario, law, wrong server and report format.";
        "ARCHITECTURE.md" "Architecture" "The crates, and where a new thing goes.";
        "docs/files.md" "Source files" "Every source file in a sentence.";
        "docs/releasing.md" "Releasing" "What a release consists of.";
        "CHANGELOG.md" "Changelog" "What changed.";
        "fixtures/README.md" "Fixtures" "The data of the suite, for other projects.";
        "spec/README.md" "The specification as a crate" "The types, for Rust programs.";
    }
}

/// Why the site cannot be made.
#[derive(Debug)]
pub(crate) struct Unreadable {
    path: String,
    error: io::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}", self.path, self.error)
    }
}

impl std::error::Error for Unreadable {}

/// The page of a document; none for a path that is no document of the site.
pub(crate) fn page_of(source: &str) -> Option<String> {
    if source == "spec/SPECIFICATION.md" || source == SPECIFICATION {
        return Some(SPECIFICATION.to_owned());
    }
    let mut all = GROUPS.iter().flat_map(|group| group.documents);
    let found = all.find(|document| document.source == source)?;
    Some(match found.source.strip_suffix("README.md") {
        // The first page is not the guide.
        Some("") => "guide.html".to_owned(),
        Some(folder) => format!("{folder}index.html"),
        None => found.source.replace(".md", ".html"),
    })
}

/// The whole site, of the repository in this folder and the page of a report.
///
/// # Errors
///
/// A document that cannot be read.
pub(crate) fn site(root: &Path, report: String) -> Result<Site, Unreadable> {
    let read = |path: &str| {
        std::fs::read(root.join(path)).map_err(|error| Unreadable { path: path.to_owned(), error })
    };
    let mut site = Site::new();
    site.insert(INDEX.to_owned(), frame::index().into_bytes());
    site.insert(REPORT.to_owned(), report.into_bytes());
    site.insert(SPECIFICATION.to_owned(), read(SPECIFICATION)?);
    // Files to which the pages link come along as they are.
    let mut files = BTreeSet::new();
    for document in GROUPS.iter().flat_map(|group| group.documents) {
        let Some(page) = page_of(document.source) else { continue };
        let text = String::from_utf8_lossy(&read(document.source)?).into_owned();
        let written = markdown::write(&text, |target| {
            links::rewritten(root, document.source, &page, target, &mut files)
        });
        site.insert(page.clone(), frame::page(&page, document.title, &written).into_bytes());
    }
    for target in links::all(&String::from_utf8_lossy(&site[SPECIFICATION])) {
        links::rewritten(root, SPECIFICATION, SPECIFICATION, &target, &mut files);
    }
    for file in files {
        let content = read(&file)?;
        site.insert(file, content);
    }
    Ok(site)
}
