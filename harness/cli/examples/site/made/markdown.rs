//! A Markdown document as HTML.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeMap;

/// The HTML of a document. Headings have the anchors that code hosts give them; each link is passed
/// through `link`.
pub(super) fn write(source: &str, mut link: impl FnMut(&str) -> String) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Parser::new_ext(source, options).collect();
    let mut taken = BTreeMap::new();
    for place in 0..events.len() {
        let slug = match &events[place] {
            Event::Start(Tag::Heading { .. }) => {
                let inside = &events[place + 1..];
                Some(slug(&plain(inside.iter().take_while(|it| !ends(it))), &mut taken))
            }
            _ => None,
        };
        match &mut events[place] {
            Event::Start(Tag::Heading { id, .. }) => *id = slug.map(CowStr::from),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                *dest_url = link(dest_url).into();
            }
            _ => {}
        }
    }
    let mut text = String::new();
    html::push_html(&mut text, events.into_iter());
    // Wide tables scroll by themselves, as in the specification.
    text.replace("<table>", "<div class=\"wide\"><table>").replace("</table>", "</table></div>")
}

fn ends(event: &Event<'_>) -> bool {
    matches!(event, Event::End(TagEnd::Heading(_)))
}

/// The words of a heading.
fn plain<'e>(events: impl Iterator<Item = &'e Event<'e>>) -> String {
    let words = events.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    words.collect()
}

/// The anchor of a heading as code hosts make it: lower case, hyphens for spaces, no punctuation; a
/// number where it is taken.
fn slug(words: &str, taken: &mut BTreeMap<String, u32>) -> String {
    let mut slug = String::new();
    for letter in words.to_lowercase().chars() {
        match letter {
            ' ' | '-' => slug.push('-'),
            '_' => slug.push('_'),
            letter if letter.is_alphanumeric() => slug.push(letter),
            _ => {}
        }
    }
    let count = taken.entry(slug.clone()).or_default();
    *count += 1;
    if *count > 1 { format!("{slug}-{}", *count - 1) } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_anchors_and_links_are_passed_on() {
        let source = "# Releases, and `more`\n\n# A\n\n# A\n\n[to](b.md#c)\n";
        let text = write(source, |target| format!("../{target}"));
        assert!(text.contains("<h1 id=\"releases-and-more\">"), "{text}");
        assert!(text.contains("id=\"a\"") && text.contains("id=\"a-1\""), "{text}");
        assert!(text.contains("<a href=\"../b.md#c\">to</a>"), "{text}");
    }
}
