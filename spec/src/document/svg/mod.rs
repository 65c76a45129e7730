//! Diagrams as inline SVG. Their colours are those of the page around them.

pub(super) mod life;
pub(super) mod sequence;

/// How wide a line of text of `size` pixels is drawn, about. There is no font to ask; what is
/// guessed too small would overlap, so this is on the large side.
fn width(text: &str, size: u32) -> u32 {
    let tenths: u32 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'l' | 'j' | 't' | 'f' | 'r' | '.' | ',' | ':' | ' ' | '’' => 4,
            'm' | 'w' | 'M' | 'W' => 9,
            letter if letter.is_uppercase() || letter == '_' => 7,
            _ => 6,
        })
        .sum();
    tenths * size / 10 + 1
}

/// Breaks words into lines of at most this width.
fn wrapped(text: &str, size: u32, most: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(word, size) + 4 <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_none_is_lost() {
        let text = "one invitation to each of several people, and nobody else";
        let lines = wrapped(text, 13, 120);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| width(line, 13) <= 120), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped("unbreakable", 13, 10), ["unbreakable"]);
    }
}
