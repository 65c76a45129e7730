//! Keys and secrets similar to the right ones.

use invite_scenario::description::Credentials;

/// The pair that `key:secret` stands for. Either part may be
///
/// - `usual`: the application's own,
/// - `usual-longer`: the same with one more letter,
/// - `usual-shorter`: the same without its last letter,
/// - `usual-in-other-case`: the same with upper and lower case swapped,
/// - `others`: that of the other application,
///
/// or any other word, which stands for itself. A part that would come out right by accident is made
/// longer.
pub(crate) fn pair(text: &str, own: &Credentials, others: &Credentials) -> Credentials {
    let (key, secret) = text.split_once(':').unwrap_or((text, ""));
    Credentials {
        key: part(key, &own.key, &others.key),
        secret: part(secret, &own.secret, &others.secret),
    }
}

fn part(text: &str, own: &str, others: &str) -> String {
    let longer = format!("{own}x");
    let altered = match text {
        "usual" => return own.to_owned(),
        "usual-longer" => longer.clone(),
        "usual-shorter" => {
            let mut letters = own.chars();
            letters.next_back();
            letters.as_str().to_owned()
        }
        "usual-in-other-case" => own.chars().map(in_other_case).collect(),
        "others" => others.to_owned(),
        other => other.to_owned(),
    };
    if altered == own { longer } else { altered }
}

fn in_other_case(letter: char) -> char {
    if letter.is_ascii_uppercase() {
        letter.to_ascii_lowercase()
    } else {
        letter.to_ascii_uppercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(key: &str, secret: &str) -> Credentials {
        Credentials { key: key.into(), secret: secret.into() }
    }

    #[test]
    fn each_word_stands_for_what_it_says_and_only_usual_for_the_right_one() {
        let (own, others) = (credentials("k", "sEcret1"), credentials("q", "other"));
        for (text, secret) in [
            ("usual", "sEcret1"),
            ("usual-longer", "sEcret1x"),
            ("usual-shorter", "sEcret"),
            ("usual-in-other-case", "SeCRET1"),
            ("others", "other"),
            ("wrong", "wrong"),
        ] {
            let found = pair(&format!("usual:{text}"), &own, &others);
            assert_eq!((found.key.as_str(), found.secret.as_str()), ("k", secret), "{text}");
        }
        let same = credentials("k", "123");
        for text in ["usual-in-other-case", "others", "123"] {
            assert_eq!(pair(&format!("usual:{text}"), &same, &same).secret, "123x", "{text}");
        }
    }
}
