//! What all pages of the site have around their text: head, style and contents.

use super::links::relative;
use super::{GROUPS, INDEX, REPORT, SPECIFICATION, page_of};
use invite_spec::document::head;
use std::fmt::Write as _;

const TITLE: &str = "Conference invitations";
/// On a small screen the contents are folded above the text.
const FOLD: &str = "if (matchMedia(\"(max-width: 60rem)\").matches) \
                    document.getElementById(\"contents\").open = false;";

/// What stands at the top of the contents: pages, titles, and what each is good for.
const FIRST: [(&str, &str, &str); 2] = [
    (
        SPECIFICATION,
        "Specification",
        "Every call, frame, field and requirement, with examples, a search, and a path for those who \
         build a server.",
    ),
    (REPORT, "Sample report", "What a run reports, here of the reference server."),
];

/// A page around the HTML of a document.
pub(super) fn page(path: &str, title: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">{head}<body>\
         <a class=\"skip\" href=\"#text\">To the text</a>\
         <div class=\"page\"><nav aria-label=\"Contents\"><details id=\"contents\" open>\
         <summary>Contents</summary>{contents}</details></nav>\
         <main id=\"text\">{text}</main></div><script>{FOLD}</script></body></html>\n",
        head = head(&format!("{title} · {TITLE}")),
        contents = contents(path),
    )
}

/// The first page: everything that there is.
pub(super) fn index() -> String {
    let mut text = format!(
        "<h1>{TITLE}</h1><p>A specification of how people are invited to a conference in the protocol \
         of the Voxeet / Dolby.io Communications clients, a reference server, and a suite that says \
         whether a server or a client conforms.</p>"
    );
    let item = |to: &str, title: &str, about: &str| {
        format!("<dt><a href=\"{to}\">{title}</a></dt><dd>{about}</dd>")
    };
    text.push_str("<dl class=\"facts\">");
    for (to, title, about) in FIRST {
        text.push_str(&item(to, title, about));
    }
    text.push_str("</dl>");
    for group in GROUPS {
        let _ = write!(text, "<h2>{}</h2><dl class=\"facts\">", group.title);
        for document in group.documents {
            let to = page_of(document.source).unwrap_or_default();
            text.push_str(&item(&to, document.title, document.about));
        }
        text.push_str("</dl>");
    }
    page(INDEX, "Overview", &text)
}

/// The contents, as seen from a page.
fn contents(from: &str) -> String {
    let item = |to: &str, title: &str| {
        let current = if to == from { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{}\"{current}>{title}</a></li>", relative(from, to))
    };
    let mut text = format!("<ul>{}", item(INDEX, "Overview"));
    for (to, title, _) in FIRST {
        text.push_str(&item(to, title));
    }
    for group in GROUPS {
        let _ = write!(text, "<li>{}<ul>", group.title);
        for document in group.documents {
            text.push_str(&item(&page_of(document.source).unwrap_or_default(), document.title));
        }
        text.push_str("</ul></li>");
    }
    text.push_str("</ul>");
    text
}
