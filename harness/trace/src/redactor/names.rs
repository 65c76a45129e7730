//! Pseudonyms in texts, and texts from elsewhere that look like one.
//!
//! A pseudonym is `<token-1>`, `<signature-1>` or the name of a given secret in angle brackets. A
//! target may send the same letters, and means nothing by them: such a text is recorded with a
//! backslash behind its bracket, `<\token-1>`, and sent again without it. So no text of a target can
//! stand for a secret.

/// The most characters of a pseudonym between its brackets: more are not looked at.
const MOST: usize = 64;

/// The names of the given secrets, without brackets.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<String>);

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Anything else.
    Plain(&'t str),
    /// A pseudonym, brackets included.
    Name(&'t str),
    /// What looks like a pseudonym and is none: the bracket is followed by this, from its first
    /// backslash to its closing bracket.
    Escaped(&'t str),
}

impl Names {
    pub(super) fn add(&mut self, name: &str) {
        self.0.push(name.to_owned());
    }

    /// Whether a secret could have this name, today or later.
    fn has(&self, inner: &str) -> bool {
        let numbered = ["token-", "signature-"].iter().find_map(|kind| inner.strip_prefix(kind));
        numbered.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
            || self.0.iter().any(|name| name == inner)
    }

    /// The pieces of a text, in order. Takes time in proportion to its length.
    pub(super) fn pieces<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let mut found = Vec::new();
        let (mut plain, mut at) = (0, 0);
        while let Some(offset) = text[at..].find('<') {
            let start = at + offset;
            at = start + 1;
            let name = at + text[at..].bytes().take_while(|b| *b == b'\\').count();
            let Some(length) =
                text.as_bytes()[name..].iter().take(MOST + 1).position(|b| *b == b'>')
            else {
                continue;
            };
            if !self.has(&text[name..name + length]) {
                continue;
            }
            let end = name + length + 1;
            if plain < start {
                found.push(Piece::Plain(&text[plain..start]));
            }
            found.push(match name > at {
                true => Piece::Escaped(&text[at..end]),
                false => Piece::Name(&text[start..end]),
            });
            (plain, at) = (end, end);
        }
        if plain < text.len() {
            found.push(Piece::Plain(&text[plain..]));
        }
        found
    }

    /// A text from elsewhere, in which nothing is a pseudonym.
    pub(super) fn escape(&self, text: &str) -> String {
        if !text.contains('<') {
            return text.to_owned();
        }
        let mut escaped = String::with_capacity(text.len() + 8);
        for piece in self.pieces(text) {
            match piece {
                Piece::Plain(plain) => escaped.push_str(plain),
                Piece::Name(name) => {
                    escaped.push_str("<\\");
                    escaped.push_str(&name[1..]);
                }
                Piece::Escaped(rest) => {
                    escaped.push_str("<\\");
                    escaped.push_str(rest);
                }
            }
        }
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Names {
        Names(vec!["the secret".to_owned()])
    }

    /// What is sent for a text of a trace in which no secret stands.
    fn sent(text: &str) -> String {
        let piece = |piece: &Piece<'_>| match piece {
            Piece::Plain(plain) => (*plain).to_owned(),
            Piece::Name(name) => panic!("{name} is a pseudonym"),
            Piece::Escaped(rest) => format!("<{}", &rest[1..]),
        };
        names().pieces(text).iter().map(piece).collect()
    }

    #[test]
    fn only_names_that_a_secret_could_have_are_pseudonyms() {
        use Piece::{Escaped, Name, Plain};
        let pieces = |text| names().pieces(text);
        assert_eq!(pieces("a<token-1>b"), [Plain("a"), Name("<token-1>"), Plain("b")]);
        assert_eq!(pieces("<<the secret>"), [Plain("<"), Name("<the secret>")]);
        assert_eq!(pieces("<\\signature-12>"), [Escaped("\\signature-12>")]);
        for plain in ["<token->", "<token-x>", "<html>", "<token-1", "<é>", "<\\>", ""] {
            assert!(pieces(plain).iter().all(|piece| *piece == Plain(plain)), "{plain}");
        }
    }

    proptest! {
        #[test]
        fn a_text_from_elsewhere_comes_back_as_it_was(
            text in r"(<|>|\\|token-|the secret|[0-9]|é|<token-1>|<\\token-2>){0,12}",
        ) {
            prop_assert_eq!(sent(&names().escape(&text)), text);
        }
    }
}
