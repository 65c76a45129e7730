//! The static site: every page is there, and no link inside it is broken.

#[path = "../../examples/site/made/mod.rs"]
mod made;

use made::{INDEX, REPORT, broken_links, page_of, site};
use std::path::Path;

#[test]
fn no_link_inside_the_site_is_broken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let site = site(&root, "<p>a report</p>".to_owned()).unwrap();
    assert_eq!(broken_links(&site), [""; 0]);
    for page in [INDEX, REPORT, "guide.html", "spec/specification.html", "spec/openapi/rest.json"] {
        assert!(site.contains_key(page), "no {page}");
    }
    let guide = String::from_utf8(site["guide.html"].clone()).unwrap();
    assert!(guide.contains("href=\"docs/scenarios.html\""), "links lead to pages");
}

#[test]
fn every_document_of_the_repository_is_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in [".", "docs"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            let path = path.trim_start_matches("./");
            // A list of licences is no reading.
            let expected = name.ends_with(".md") && name != "THIRD-PARTY.md";
            assert!(!expected || page_of(path).is_some(), "{path} is not on the site");
        }
    }
}
