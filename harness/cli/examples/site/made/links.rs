//! The links of the site: from one page to another, and whether all of them lead somewhere.

use super::{REPORT, Site, page_of};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The address of the repository, for what the site does not have.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A link of a document as its page has it. Another document becomes its page; a file comes along,
/// and is noted in `files`; a folder is in the repository only.
pub(super) fn rewritten(
    root: &Path,
    source: &str,
    page: &str,
    target: &str,
    files: &mut BTreeSet<String>,
) -> String {
    if is_elsewhere(target) || target.starts_with('#') {
        return target.to_owned();
    }
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, format!("#{fragment}")),
        None => (target, String::new()),
    };
    let path = joined(source, path);
    let on_site = match page_of(&path) {
        Some(page) => page,
        None if root.join(&path).is_dir() => return format!("{REPOSITORY}/tree/main/{path}"),
        None => {
            files.insert(path.clone());
            path
        }
    };
    format!("{}{fragment}", relative(page, &on_site))
}

fn is_elsewhere(target: &str) -> bool {
    ["https:", "http:", "mailto:", "data:"].iter().any(|scheme| target.starts_with(scheme))
}

/// The path to which a relative one leads from a file.
fn joined(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The relative path from one file to another.
pub(super) fn relative(from: &str, to: &str) -> String {
    let folders: Vec<&str> = from.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let parts: Vec<&str> = to.split('/').collect();
    let shared = folders.iter().zip(&parts[..parts.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = vec![".."; folders.len() - shared];
    up.into_iter().chain(parts[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// The targets of all links of a page.
pub(super) fn all(page: &str) -> BTreeSet<String> {
    let targets = [" href=\"", " src=\""].into_iter().flat_map(|mark| page.split(mark).skip(1));
    targets.filter_map(|rest| Some(rest.split_once('"')?.0.replace("&amp;", "&"))).collect()
}

/// The links inside the site that lead nowhere, each with its page. What leads elsewhere is not
/// looked at.
pub(crate) fn broken(site: &Site) -> Vec<String> {
    let is_page = |path: &&String| path.ends_with(".html");
    let pages: BTreeMap<&String, String> = site
        .keys()
        .filter(is_page)
        .map(|path| (path, String::from_utf8_lossy(&site[path]).into_owned()))
        .collect();
    let anchors: BTreeMap<&String, BTreeSet<&str>> =
        pages.iter().map(|(path, text)| (*path, ids(text))).collect();
    let mut broken = Vec::new();
    for (path, text) in &pages {
        // What a script writes is no link yet.
        let markup: String = text.split("<script").map(after_script).collect();
        for target in all(&markup) {
            if is_elsewhere(&target) {
                continue;
            }
            let (file, fragment) = target.split_once('#').unwrap_or((&target, ""));
            // A report names requirements that its run did not reach, which have no row in it.
            if file.is_empty() && path.as_str() == REPORT {
                continue;
            }
            let to = if file.is_empty() { (*path).clone() } else { joined(path, file) };
            let found = site.contains_key(&to)
                && (fragment.is_empty()
                    || anchors.get(&to).is_some_and(|ids| ids.contains(fragment)));
            if !found {
                broken.push(format!("{path}: {target}"));
            }
        }
    }
    broken
}

fn after_script(part: &str) -> &str {
    part.split_once("</script>").map_or(part, |(_, after)| after)
}

fn ids(page: &str) -> BTreeSet<&str> {
    page.split(" id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_page_to_page() {
        assert_eq!(joined("docs/ci.md", "../action.yml"), "action.yml");
        assert_eq!(joined("README.md", "docs/ci.md"), "docs/ci.md");
        assert_eq!(relative("docs/ci.html", "guide.html"), "../guide.html");
        assert_eq!(relative("docs/ci.html", "docs/clients.html"), "clients.html");
        assert_eq!(relative("index.html", "spec/specification.html"), "spec/specification.html");
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let page = |text: &str| text.as_bytes().to_vec();
        let site = Site::from([
            ("index.html".to_owned(), page(r##"<a href="a/b.html#c"></a><a href="#no"></a>"##)),
            ("a/b.html".to_owned(), page(r#"<p id="c"></p><a href="../gone.html"></a>"#)),
        ]);
        assert_eq!(broken(&site), ["a/b.html: ../gone.html", "index.html: #no"]);
    }
}
