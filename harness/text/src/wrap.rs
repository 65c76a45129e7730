//! Lines that fit.

/// The most characters of a line, where nobody says otherwise.
pub const WIDTH: usize = 100;

/// Lines of at most `width` characters, broken between words where there are any.
pub fn wrapped(value: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in value.split_whitespace() {
        let mut rest = word;
        loop {
            let count = rest.chars().count();
            let gap = usize::from(length > 0);
            if length + gap + count <= width {
                if gap > 0 {
                    line.push(' ');
                }
                line.push_str(rest);
                length += gap + count;
                break;
            }
            if length > 0 {
                lines.push(std::mem::take(&mut line));
                length = 0;
                continue;
            }
            let cut = rest.char_indices().nth(width).map_or(rest.len(), |(at, _)| at);
            lines.push(rest[..cut].to_owned());
            rest = &rest[cut..];
        }
    }
    if length > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_and_no_line_is_too_long() {
        let lines = wrapped("one two threefourfive", 6);
        assert_eq!(lines, ["one", "two", "threef", "ourfiv", "e"]);
        assert!(wrapped("", 10).is_empty());
        assert_eq!(wrapped("äöü äöü", 7), ["äöü äöü"]);
    }
}
